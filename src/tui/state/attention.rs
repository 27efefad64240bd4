//! What the window is called, so that its title is only set when it changes.

/// The program's own name: a window without a conversation is called so.
pub(crate) const NAME: &str = "pointsman";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attention {
    /// The title that the terminal was given last.
    pub(crate) title: String,
}

impl Default for Attention {
    fn default() -> Self {
        Self { title: NAME.to_owned() }
    }
}
