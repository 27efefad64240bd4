//! From source text to rows of cells. Pure; knows nothing of turns or screens.

pub(crate) mod cells;
#[cfg(test)]
mod hard;
pub(crate) mod wrap;
