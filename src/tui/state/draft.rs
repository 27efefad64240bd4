//! The prompt that is being written, besides its text: what it replaces, where it goes, and what would become of it.

use super::{Attached, PathCompletion, Preview};
use crate::chat::Editing;
use crate::config::ModelId;
use crate::router::RouteOverride;

#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// The files that go along.
    pub(crate) attached: Attached,
    /// What a path behind an `@` can become.
    pub(crate) completion: PathCompletion,
    /// The earlier prompt that is being edited.
    pub(crate) editing: Option<Editing>,
    /// The route that the user chose for this prompt alone.
    pub(crate) choice: RouteOverride,
    /// The model that the user chose for the whole chat.
    pub(crate) pinned: Option<ModelId>,
    pub(crate) preview: Preview,
    /// The revision of the text before the last key deleted to the beginning of its line: the same key again clears it all.
    pub(crate) line_cut: Option<u64>,
}

impl Draft {
    /// The route that the prompt is sent with: its own choice wins over the pin.
    pub(crate) fn route(&self) -> RouteOverride {
        if !self.choice.is_none() {
            return self.choice.clone();
        }
        RouteOverride { category: None, model: self.pinned.clone() }
    }
}
