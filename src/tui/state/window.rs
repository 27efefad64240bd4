//! The terminal's window: its size, what the user wants of it, and which pane has the focus.

use crate::tui::layout::WIDE;

/// The pane that the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The input.
    Composer,
    /// The conversation.
    Transcript,
    /// The list of decisions.
    Decisions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// In cells: width, height.
    pub(crate) size: (u16, u16),
    /// True: the program has the mouse. False: the terminal has it.
    pub(crate) mouse: bool,
    /// Whether the terminal tells Shift+Enter from Enter, as far as it has confirmed that.
    pub(crate) shift_enter: bool,
    /// The user shows or hides the sidebar; `None`: it is shown where the width allows.
    pub(crate) sidebar: Option<bool>,
    pub(crate) focus: Focus,
    /// Whether the window has the keyboard. True until the terminal says otherwise, which not every one does.
    pub(crate) focused: bool,
}

impl Window {
    /// A window of `size` cells, with the mouse or without it.
    pub(crate) fn new(size: (u16, u16), mouse: bool) -> Self {
        Self { size, mouse, shift_enter: false, sidebar: None, focus: Focus::Composer, focused: true }
    }

    /// True: the sidebar is shown, beside the conversation or over it.
    pub(crate) fn sidebar_shown(self) -> bool {
        self.sidebar.unwrap_or(self.size.0 >= WIDE)
    }
}
