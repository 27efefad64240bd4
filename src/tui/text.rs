//! From source text to rows of cells. Pure; knows nothing of turns or screens.

pub(crate) mod cells;
pub(crate) mod highlight;
#[cfg_attr(not(test), expect(dead_code, reason = "the layout of Markdown uses the rest"))]
pub(crate) mod ink;
pub(crate) mod languages;
pub(crate) mod wrap;
