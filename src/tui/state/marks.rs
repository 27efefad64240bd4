//! Marks in the conversation in sight: found, selected, coloured. And what is not text in it: pictures.

use super::{Colours, Gallery, Search, Selection};

#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// The search.
    pub(crate) search: Option<Search>,
    /// The text that the mouse selects.
    pub(crate) selection: Option<Selection>,
    /// The colours of code.
    pub(crate) colours: Colours,
    /// The pictures.
    pub(crate) gallery: Gallery,
}
