//! What a piece of text is. How that looks is `theme`'s to say.

use crate::tui::theme::Role;

/// A role, and how it is stressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct TextStyle {
    /// What it is for.
    pub(crate) role: Role,
    /// Important.
    pub(crate) strong: bool,
    /// Stressed.
    pub(crate) emphasis: bool,
    /// Taken back.
    pub(crate) struck: bool,
}

impl From<Role> for TextStyle {
    fn from(role: Role) -> Self {
        Self { role, ..Self::default() }
    }
}
