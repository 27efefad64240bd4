//! What a user can ask for. The names are what `keymap.toml` binds; the doc lines are the help text.

macro_rules! actions {
    ($(#[doc = $doc:literal] $variant:ident => $name:literal,)*) => {
        /// What a user can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Action {
            $(#[doc = $doc] $variant,)*
        }

        impl Action {
            /// Every action, in the order of the help.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in `keymap.toml` and in the commands.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it does, in a few words.
            pub(crate) fn help(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }.trim()
            }
        }
    };
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
    /// choose the 1st category for the next prompt
    ChooseCategory1 => "choose-category-1",
    /// choose the 2nd category for the next prompt
    ChooseCategory2 => "choose-category-2",
    /// choose the 3rd category for the next prompt
    ChooseCategory3 => "choose-category-3",
    /// choose the 4th category for the next prompt
    ChooseCategory4 => "choose-category-4",
    /// choose the 5th category for the next prompt
    ChooseCategory5 => "choose-category-5",
    /// choose the 6th category for the next prompt
    ChooseCategory6 => "choose-category-6",
    /// choose the 7th category for the next prompt
    ChooseCategory7 => "choose-category-7",
    /// choose the 8th category for the next prompt
    ChooseCategory8 => "choose-category-8",
    /// choose the 9th category for the next prompt
    ChooseCategory9 => "choose-category-9",
    /// let the router choose again
    ChooseAutomatically => "choose-automatically",
    /// choose a model
    OpenModelPicker => "open-model-picker",
    /// say what the decision should have been
    CorrectDecision => "correct-decision",
    /// the selected decision should have been the 1st category
    CorrectTo1 => "correct-to-category-1",
    /// the selected decision should have been the 2nd category
    CorrectTo2 => "correct-to-category-2",
    /// the selected decision should have been the 3rd category
    CorrectTo3 => "correct-to-category-3",
    /// the selected decision should have been the 4th category
    CorrectTo4 => "correct-to-category-4",
    /// the selected decision should have been the 5th category
    CorrectTo5 => "correct-to-category-5",
    /// the selected decision should have been the 6th category
    CorrectTo6 => "correct-to-category-6",
    /// the selected decision should have been the 7th category
    CorrectTo7 => "correct-to-category-7",
    /// the selected decision should have been the 8th category
    CorrectTo8 => "correct-to-category-8",
    /// the selected decision should have been the 9th category
    CorrectTo9 => "correct-to-category-9",
    /// ask the same prompt again, as corrected
    AskAgain => "ask-again",
    /// undo a correction and its lesson
    UndoCorrection => "undo-correction",
    /// see why a decision was made
    SeeWhy => "see-why",
    /// what pointsman learned from you
    OpenLessons => "open-lessons",
    /// how routing did: the report
    OpenReport => "open-report",
    /// copy this answer, as the model wrote it
    CopyAnswer => "copy-answer",
    /// copy this prompt
    CopyPrompt => "copy-prompt",
    /// copy the last answer
    CopyLastAnswer => "copy-last-answer",
    /// the blocks of code: copy, write to a file, run a command over
    OpenCode => "open-code",
    /// write the selected code to a file
    SaveCode => "save-code",
    /// run a command over the selected code
    RunOverCode => "run-over-code",
    /// ask the same prompt again, another model
    AskElsewhere => "ask-elsewhere",
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
    /// all chats: open, search, rename, archive, delete
    OpenChats => "open-chats",
    /// go on with the last chat
    ContinueLastChat => "continue-last-chat",
    /// give the chat another title
    RenameChat => "rename-chat",
    /// put the chat in the archive, or take it out
    ArchiveChat => "archive-chat",
    /// delete the chat
    DeleteChat => "delete-chat",
    /// write the chat to a Markdown file
    ExportChat => "export-chat",
    /// take the last deletion back
    UndoDeletion => "undo-deletion",
    /// the routing history over all chats
    OpenDecisions => "open-decisions",
    /// what the model was sent
    SeeRequest => "see-request",
    /// all commands
    OpenCommands => "open-commands",
    /// all keys
    OpenHelp => "open-help",
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
    /// The action of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }

    /// For the nine actions that choose a category: which one, from 0.
    pub(crate) fn category(self) -> Option<usize> {
        self.number_from(Self::ChooseCategory1)
    }

    /// For the nine actions that correct a decision: to which category, from 0.
    pub(crate) fn correction(self) -> Option<usize> {
        self.number_from(Self::CorrectTo1)
    }

    fn number_from(self, first: Self) -> Option<usize> {
        (self as usize).checked_sub(first as usize).filter(|&index| index < 9)
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
                | Self::DeleteChat
                | Self::UndoDeletion
                | Self::SaveCode
                | Self::RunOverCode
        );
        // The nine corrections are in the list as one: with the categories by name.
        !writes && self.correction().is_none()
    }
}
