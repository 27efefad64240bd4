//! From source text to rows of cells. Pure; knows nothing of turns or screens.

pub(crate) mod cells;
#[cfg(test)]
mod hard;
pub(crate) mod highlight;
pub(crate) mod ink;
pub(crate) mod languages;
pub(crate) mod markdown;
pub(crate) mod row;
pub(crate) mod wrap;
