//! From source text to rows of cells. Pure; knows nothing of turns or screens.

pub(crate) mod cells;
pub(crate) mod highlight;
pub(crate) mod kill;
pub(crate) mod languages;
pub(crate) mod lines;
pub(crate) mod markdown;
pub(crate) mod row;
pub(crate) mod style;
#[cfg(test)]
mod torture_tests;
pub(crate) mod words;
pub(crate) mod wrap;
