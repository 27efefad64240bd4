//! What was deleted as a whole, to be put back: deletions in a row add up, in the order of the text, as in readline. Must
//! not know the text that it comes from.

/// What "put back" inserts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kill {
    text: String,
    /// Whether the last command was such a deletion: the next one adds to it.
    open: bool,
}

impl Kill {
    /// What stood before the caret was deleted.
    pub(crate) fn left(&mut self, deleted: &str) {
        self.begin();
        self.text.insert_str(0, deleted);
    }

    /// What stood behind the caret was deleted.
    pub(crate) fn right(&mut self, deleted: &str) {
        self.begin();
        self.text.push_str(deleted);
    }

    /// Replaces what is put back; nothing adds to it.
    pub(crate) fn set(&mut self, deleted: String) {
        *self = Self { text: deleted, open: false };
    }

    /// Another command came: the next deletion begins anew.
    pub(crate) fn end(&mut self) {
        self.open = false;
    }

    /// What is put back.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn begin(&mut self) {
        if !std::mem::replace(&mut self.open, true) {
            self.text.clear();
        }
    }
}
