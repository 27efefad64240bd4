//! What things look like: about a dozen roles, and the only place where a colour is named.
//!
//! Only the terminal's own sixteen colours and its default foreground are used, so that light and dark terminals, and
//! the user's own palette, are respected. Without colour (`NO_COLOR`) the roles differ by weight alone.

use super::page::Role;
use ratatui::style::{Color, Modifier, Style};

/// The look of every role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Styles {
    /// Text to be read.
    pub(crate) text: Style,
    /// What matters less: times, hints.
    pub(crate) dim: Style,
    /// What matters more: headings, the model's name.
    pub(crate) strong: Style,
    /// The user's name and the keys.
    pub(crate) accent: Style,
    /// The chosen category.
    pub(crate) chosen: Style,
    /// Frames.
    pub(crate) frame: Style,
    /// The frame of the pane that has the focus.
    pub(crate) frame_focused: Style,
    /// The selected line of a list.
    pub(crate) selected: Style,
    /// Something the user should notice.
    pub(crate) notice: Style,
    /// A failure.
    pub(crate) error: Style,
}

impl Styles {
    /// In colour.
    pub fn coloured() -> Self {
        // Reset, not empty: what is painted over a frame must not keep the frame's look.
        let plain = Style::reset();
        Self {
            text: plain,
            dim: plain.add_modifier(Modifier::DIM),
            strong: plain.add_modifier(Modifier::BOLD),
            accent: plain.fg(Color::Cyan),
            chosen: plain.fg(Color::Green).add_modifier(Modifier::BOLD),
            frame: plain.fg(Color::DarkGray),
            frame_focused: plain.fg(Color::Cyan),
            selected: plain.add_modifier(Modifier::REVERSED),
            notice: plain.fg(Color::Yellow),
            error: plain.fg(Color::Red),
        }
    }

    /// The look of a role.
    pub(crate) fn of(&self, role: Role) -> Style {
        match role {
            Role::Text => self.text,
            Role::Dim => self.dim,
            Role::Strong => self.strong,
            Role::Accent => self.accent,
            Role::Chosen => self.chosen,
            Role::Notice => self.notice,
            Role::Error => self.error,
        }
    }

    /// Without colour.
    pub fn plain() -> Self {
        // Reset, not empty: what is painted over a frame must not keep the frame's look.
        let plain = Style::reset();
        let bold = plain.add_modifier(Modifier::BOLD);
        let dim = plain.add_modifier(Modifier::DIM);
        Self {
            text: plain,
            dim,
            strong: bold,
            accent: plain.add_modifier(Modifier::UNDERLINED),
            chosen: bold,
            frame: dim,
            frame_focused: plain,
            selected: plain.add_modifier(Modifier::REVERSED),
            notice: bold,
            error: bold,
        }
    }
}
