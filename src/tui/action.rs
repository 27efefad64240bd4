//! What a user can ask for. The names are what `keymap.toml` binds; the doc lines are the help text.
//!
//! An action that opens a panel has its name and help in the panel's own file.

use super::panels::PanelKind;
use std::borrow::Cow;
use std::sync::LazyLock;

/// The highest number of a category that a key can choose.
const CATEGORY_NUMBER_MAX: u8 = 9;

macro_rules! actions {
    ($(#[doc = $doc:literal] $action:ident $([$number:ident])? => $name:literal,)*) => {
        /// What a user can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Action {
            $(#[doc = $doc] $action $(($number))?,)*
            /// open a panel
            Open(PanelKind),
        }

        impl Action {
            /// Every action that opens no panel, in the order of the commands.
            fn besides_panels() -> Vec<Self> {
                let mut all = Vec::new();
                $(all.extend(actions!(@each $action $($number)?));)*
                all
            }

            /// Its name without its number.
            fn stem(self) -> &'static str {
                match self {
                    $(actions!(@any $action $($number)?) => $name,)*
                    Self::Open(panel) => panel.opening().map_or("", |opening| opening.action),
                }
            }

            /// What it does, in a few words.
            pub(crate) fn help(self) -> &'static str {
                match self {
                    $(actions!(@any $action $($number)?) => $doc.trim_ascii(),)*
                    Self::Open(panel) => panel.opening().map_or("", |opening| opening.help),
                }
            }
        }
    };
    (@each $action:ident) => { [Self::$action] };
    (@each $action:ident u8) => { (1..=CATEGORY_NUMBER_MAX).map(Self::$action) };
    (@any $action:ident) => { Self::$action };
    (@any $action:ident u8) => { Self::$action(_) };
}

actions! {
    /// send the prompt
    Send => "send",
    /// begin a new line
    Newline => "newline",
    /// stop the answer
    Stop => "stop",
    /// stop the answer and the queue; twice in a row: leave
    Leave => "leave",
    /// leave when the input is empty, else delete to the right
    LeaveWhenEmpty => "leave-when-empty",
    /// leave at once; a draft is kept
    Quit => "quit",
    /// choose the category of this number for the next prompt
    ChooseCategory[u8] => "choose-category",
    /// let the router choose again
    ChooseAutomatically => "choose-automatically",
    /// the selected decision should have been the category of this number
    CorrectTo[u8] => "correct-to-category",
    /// ask the same prompt again, as corrected
    AskAgain => "ask-again",
    /// undo a correction and its lesson
    UndoCorrection => "undo-correction",
    /// copy this answer, as the model wrote it
    CopyAnswer => "copy-answer",
    /// copy this prompt
    CopyPrompt => "copy-prompt",
    /// copy the last answer
    CopyLastAnswer => "copy-last-answer",
    /// write the selected code to a file
    SaveCode => "save-code",
    /// run a command over the selected code
    RunOverCode => "run-over-code",
    /// have an answer that stops half-way continued by its model
    ContinueAnswer => "continue-answer",
    /// edit this prompt: a new branch of the chat, the old one stays
    EditPrompt => "edit-prompt",
    /// the branch before, where a prompt was edited or asked again
    PreviousBranch => "previous-branch",
    /// the next branch
    NextBranch => "next-branch",
    /// begin a new chat
    NewChat => "new-chat",
    /// go on with the last chat
    ContinueLastChat => "continue-last-chat",
    /// attach the picture in the clipboard
    PastePicture => "paste-picture",
    /// take the selected file away from the prompt
    RemoveFile => "remove-file",
    /// give the chat another title
    RenameChat => "rename-chat",
    /// put the chat in the archive, or take it out
    ArchiveChat => "archive-chat",
    /// pin the chat to the top of the list, or let it go
    PinChat => "pin-chat",
    /// show the archived chats, or the others
    ShowArchived => "show-archived",
    /// delete the chat
    DeleteChat => "delete-chat",
    /// write the chat to a Markdown file
    ExportChat => "export-chat",
    /// take the last deletion back
    UndoDeletion => "undo-deletion",
    /// show or hide the sidebar
    ToggleSidebar => "toggle-sidebar",
    /// go on to the next pane
    FocusNext => "focus-next",
    /// go back to the pane before
    FocusPrevious => "focus-previous",
    /// go to the input
    FocusComposer => "focus-composer",
    /// up; above the first line of the input: the prompt before
    Up => "up",
    /// down; below the last line of the input: the next prompt
    Down => "down",
    /// a page up
    PageUp => "page-up",
    /// a page down
    PageDown => "page-down",
    /// to the beginning
    Top => "top",
    /// to the end, and follow it
    Bottom => "bottom",
    /// to the prompt before
    PreviousPrompt => "previous-prompt",
    /// to the next prompt
    NextPrompt => "next-prompt",
    /// to the message before: a prompt or an answer
    PreviousMessage => "previous-message",
    /// to the next message
    NextMessage => "next-message",
    /// search this chat
    Search => "search",
    /// the next place with what is searched
    NextHit => "next-hit",
    /// the place before with what is searched
    PreviousHit => "previous-hit",
    /// leave the mouse to the terminal, or take it back
    ToggleMouse => "toggle-mouse",
    /// show or hide what the model thought
    ToggleReasoning => "toggle-reasoning",
    /// go to the turn of this decision
    ShowTurn => "show-turn",
    /// take what is selected; a model: for the next prompt
    Accept => "accept",
    /// take the selected model for the whole chat
    AcceptAndPin => "accept-and-pin",
    /// close
    Close => "close",
    /// a character to the left
    Left => "left",
    /// a character to the right
    Right => "right",
    /// a word to the left
    WordLeft => "word-left",
    /// a word to the right
    WordRight => "word-right",
    /// to the beginning of the line
    LineStart => "line-start",
    /// to the end of the line
    LineEnd => "line-end",
    /// delete the character to the left
    DeleteLeft => "delete-left",
    /// delete the character to the right
    DeleteRight => "delete-right",
    /// delete the word to the left
    DeleteWordLeft => "delete-word-left",
    /// delete the word to the right
    DeleteWordRight => "delete-word-right",
    /// delete to the beginning of the line
    DeleteToLineStart => "delete-to-line-start",
    /// delete to the end of the line
    DeleteToLineEnd => "delete-to-line-end",
    /// put back what was deleted last
    PutBackDeleted => "put-back-deleted",
    /// undo the last change of the input
    Undo => "undo",
    /// do again what was undone
    Redo => "redo",
    /// write the prompt in $EDITOR
    EditInEditor => "edit-in-editor",
    /// draw the screen anew
    Redraw => "redraw",
    /// put pointsman in the background
    Suspend => "suspend",
}

impl Action {
    /// Every action, in the order of the commands. Made once: the keymap looks up a name for each of its rows.
    pub(crate) fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Action>> = LazyLock::new(Action::in_order);
        &ALL
    }

    /// Every action; those that open panels stand where the panels say.
    fn in_order() -> Vec<Self> {
        let mut all = Self::besides_panels();
        for &kind in PanelKind::ALL {
            let Some(opening) = kind.opening() else { continue };
            let before = all.iter().rposition(|action| action.stem() == opening.after);
            all.insert(before.map_or(all.len(), |at| at + 1), Self::Open(kind));
        }
        all
    }

    /// The action of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::all().iter().copied().find(|action| action.is_called(name))
    }

    /// Whether [`Action::name`] is `name`, without making it.
    fn is_called(self, name: &str) -> bool {
        match self {
            Self::ChooseCategory(number) | Self::CorrectTo(number) => {
                let digit = name.strip_prefix(self.stem()).and_then(|behind| behind.strip_prefix('-'));
                digit.is_some_and(|digit| digit.as_bytes() == [b'0' + number])
            }
            _ => self.stem() == name,
        }
    }

    /// Its name in `keymap.toml` and in the commands: `choose-category-3`.
    pub(crate) fn name(self) -> Cow<'static, str> {
        match self {
            Self::ChooseCategory(number) | Self::CorrectTo(number) => format!("{}-{number}", self.stem()).into(),
            _ => self.stem().into(),
        }
    }

    /// Which category it chooses, from 0.
    pub(crate) fn category(self) -> Option<usize> {
        match self {
            Self::ChooseCategory(number) => usize::from(number).checked_sub(1),
            _ => None,
        }
    }

    /// To which category it corrects a decision, from 0.
    pub(crate) fn correction(self) -> Option<usize> {
        match self {
            Self::CorrectTo(number) => usize::from(number).checked_sub(1),
            _ => None,
        }
    }

    /// What corrects a decision to the category at `index`, from 0; `None`: no number reaches so far.
    pub(crate) fn correcting_to(index: usize) -> Option<Self> {
        let number = u8::try_from(index + 1).ok()?;
        (number <= CATEGORY_NUMBER_MAX).then_some(Self::CorrectTo(number))
    }

    /// Whether it makes sense without a cursor in some text: those are in the list of commands.
    pub(crate) fn is_command(self) -> bool {
        let writes = matches!(
            self,
            Self::Send
                | Self::Newline
                | Self::LeaveWhenEmpty
                | Self::Up
                | Self::Down
                | Self::Left
                | Self::Right
                | Self::Accept
                | Self::RemoveFile
                | Self::AcceptAndPin
                | Self::Close
                | Self::ShowTurn
                | Self::WordLeft
                | Self::WordRight
                | Self::LineStart
                | Self::LineEnd
                | Self::DeleteLeft
                | Self::DeleteRight
                | Self::DeleteWordLeft
                | Self::DeleteWordRight
                | Self::DeleteToLineStart
                | Self::DeleteToLineEnd
                | Self::PutBackDeleted
                | Self::Leave
                | Self::RenameChat
                | Self::ArchiveChat
                | Self::PinChat
                | Self::ShowArchived
                | Self::DeleteChat
                | Self::UndoDeletion
                | Self::SaveCode
                | Self::RunOverCode
        );
        // The nine corrections are in the list as one: with the categories by name.
        !writes && self.correction().is_none()
    }
}
