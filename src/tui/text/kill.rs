//! The latest deletion of words or lines, to be put back: deletions in a row add up, in the order of the text, as in
//! readline. Must not know the text that it comes from.

/// The text that "put back" inserts. A deletion of nothing changes none of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kill {
    text: String,
    /// The last command was such a deletion: the next one adds to it.
    open: bool,
}

impl Kill {
    /// Adds a text that was deleted before the caret.
    pub(crate) fn left(&mut self, deleted: &str) {
        self.begin(deleted);
        self.text.insert_str(0, deleted);
    }

    /// Adds a text that was deleted behind the caret.
    pub(crate) fn right(&mut self, deleted: &str) {
        self.begin(deleted);
        self.text.push_str(deleted);
    }

    /// Replaces the text; no deletion adds to it.
    pub(crate) fn set(&mut self, deleted: String) {
        self.end();
        if !deleted.is_empty() {
            self.text = deleted;
        }
    }

    /// Another command came: the next deletion begins anew.
    pub(crate) fn end(&mut self) {
        self.open = false;
    }

    /// The text to put back.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Forgets the text before, unless `deleted` adds to it. A deletion that finds nothing must not lose that text.
    fn begin(&mut self, deleted: &str) {
        if !deleted.is_empty() && !std::mem::replace(&mut self.open, true) {
            self.text.clear();
        }
    }
}
