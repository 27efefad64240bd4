//! What is marked in the conversation in sight: found, selected, coloured.

use super::{Colours, Search, Selection};

#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// What is looked for.
    pub(crate) search: Option<Search>,
    /// What is selected with the mouse.
    pub(crate) selection: Option<Selection>,
    /// The colours of code.
    pub(crate) colours: Colours,
}
