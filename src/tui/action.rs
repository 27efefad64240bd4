//! What a user can ask for: one table with a name, a title and search words for each.
//!
//! The names are what `keymap.toml` binds; the doc lines are the help; the titles and the words are what the commands
//! show and search. An action that opens a panel has all of these in the panel's own file.

mod lookup;

use super::panels::PanelKind;

/// The highest number of a category that a key can choose.
const CATEGORY_NUMBER_MAX: u8 = 9;

macro_rules! actions {
    ($(#[doc = $doc:literal] $action:ident $([$number:ident])? => ($name:literal, $title:literal, $words:literal),)*) => {
        /// What a user can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Action {
            $(#[doc = $doc] $action $(($number))?,)*
            /// open a panel
            Open(PanelKind),
        }

        impl Action {
            /// Every action that opens no panel, in the order of the table.
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

            /// What it does, in a few words: a line of the help.
            pub(crate) fn help(self) -> &'static str {
                match self {
                    $(actions!(@any $action $($number)?) => $doc.trim_ascii(),)*
                    Self::Open(panel) => panel.opening().map_or("", |opening| opening.help),
                }
            }

            /// What people call it: a line of the commands.
            pub(crate) fn title(self) -> &'static str {
                match self {
                    $(actions!(@any $action $($number)?) => $title,)*
                    Self::Open(panel) => panel.opening().map_or("", |opening| opening.title),
                }
            }

            /// Other words that people look for it with.
            pub(crate) fn words(self) -> &'static str {
                match self {
                    $(actions!(@any $action $($number)?) => $words,)*
                    Self::Open(panel) => panel.opening().map_or("", |opening| opening.words),
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
    // name, title, search words
    /// send the prompt
    Send => ("send", "Send", "submit ask enter"),
    /// begin a new line
    Newline => ("newline", "New line", "break"),
    /// stop the answer
    Stop => ("stop", "Stop the answer", "cancel abort interrupt"),
    /// stop the answer and the queue; twice in a row: leave
    Leave => ("leave", "Stop, then leave", "cancel exit quit"),
    /// leave when the input is empty, else delete to the right
    LeaveWhenEmpty => ("leave-when-empty", "Leave if nothing is written", "exit quit"),
    /// leave at once; a draft is kept
    Quit => ("quit", "Quit", "exit leave close end"),
    /// the next key, one letter, is a command
    Leader => ("leader", "One-letter commands", "prefix chord"),
    /// choose the category of this number for the next prompt
    ChooseCategory[u8] => ("choose-category", "Send to a category", "route override force"),
    /// let the router choose again; unpins a model
    ChooseAutomatically => ("choose-automatically", "Route automatically", "auto router unpin reset default"),
    /// the selected decision should have been the category of this number
    CorrectTo[u8] => ("correct-to-category", "Correct the route to", "teach wrong"),
    /// retry: ask the same prompt again, as corrected
    AskAgain => ("ask-again", "Retry", "regenerate again repeat resend redo"),
    /// undo a correction and its lesson
    UndoCorrection => ("undo-correction", "Undo the correction", "revert lesson unlearn forget"),
    /// copy this answer, as the model wrote it
    CopyAnswer => ("copy-answer", "Copy this answer", "clipboard yank"),
    /// copy this prompt
    CopyPrompt => ("copy-prompt", "Copy this prompt", "clipboard yank"),
    /// copy the last answer
    CopyLastAnswer => ("copy-last-answer", "Copy the last answer", "clipboard yank"),
    /// write the selected code or file to a file
    SaveCode => ("save-code", "Save code to a file", "write export download"),
    /// pipe the selected code into a command
    RunOverCode => ("run-over-code", "Run a command over code", "execute pipe shell"),
    /// continue a cut-off answer
    ContinueAnswer => ("continue-answer", "Continue the answer", "go on more resume"),
    /// edit this prompt on a new branch; the old one stays
    EditPrompt => ("edit-prompt", "Edit the prompt", "change rewrite branch"),
    /// previous branch, where a prompt was edited or retried
    PreviousBranch => ("previous-branch", "Previous branch", "version sibling left"),
    /// next branch
    NextBranch => ("next-branch", "Next branch", "version sibling right"),
    /// begin a new chat
    NewChat => ("new-chat", "New chat", "clear reset start conversation"),
    /// go on with the last chat
    ContinueLastChat => ("continue-last-chat", "Continue the last chat", "resume reopen restore"),
    /// attach the picture in the clipboard
    PastePicture => ("paste-picture", "Paste a picture", "image screenshot clipboard attach vision"),
    /// take the selected file away from the prompt
    RemoveFile => ("remove-file", "Remove a file", "delete detach"),
    /// drop the selected prompt of the queue
    DropQueued => ("drop-queued", "Drop a queued prompt", "remove delete cancel"),
    /// ask the selected prompt of the queue earlier
    MoveUp => ("move-up", "Move up the queue", "earlier before order"),
    /// ask the selected prompt of the queue later
    MoveDown => ("move-down", "Move down the queue", "later behind order"),
    /// give the chat another title
    RenameChat => ("rename-chat", "Rename chat", "title name"),
    /// put the chat in the archive, or take it out
    ArchiveChat => ("archive-chat", "Archive chat", "hide put away restore"),
    /// pin the chat to the top of the list, or unpin it
    PinChat => ("pin-chat", "Pin chat", "top favourite keep"),
    /// show the archived chats, or the others
    ShowArchived => ("show-archived", "Archived chats", "hidden archive"),
    /// delete the chat; it can be brought back
    DeleteChat => ("delete-chat", "Delete chat", "remove erase trash"),
    /// write the chat to a Markdown file
    ExportChat => ("export-chat", "Export chat", "save file markdown download write"),
    /// bring the chat back that was deleted last
    UndoDeletion => ("undo-deletion", "Restore a deleted chat", "undo undelete recover bring back"),
    /// show or hide the sidebar
    ToggleSidebar => ("toggle-sidebar", "Sidebar on/off", "panel hide show layout"),
    /// to the next pane
    FocusNext => ("focus-next", "Next pane", "focus tab switch"),
    /// to the previous pane
    FocusPrevious => ("focus-previous", "Previous pane", "focus tab switch"),
    /// to the input
    FocusComposer => ("focus-composer", "Write a prompt", "input focus composer"),
    /// up; above the first line of the input: the previous prompt
    Up => ("up", "Earlier prompt", "up previous recall history"),
    /// down; below the last line of the input: the next prompt
    Down => ("down", "Later prompt", "down next recall history"),
    /// a page up
    PageUp => ("page-up", "Page up", "scroll back"),
    /// a page down
    PageDown => ("page-down", "Page down", "scroll forward"),
    /// to the beginning
    Top => ("top", "To the beginning", "scroll first start"),
    /// to the end, and follow it
    Bottom => ("bottom", "To the end", "scroll latest last follow"),
    /// to the previous prompt
    PreviousPrompt => ("previous-prompt", "Previous prompt", "jump back"),
    /// to the next prompt
    NextPrompt => ("next-prompt", "Next prompt", "jump forward"),
    /// to the previous message: a prompt or an answer
    PreviousMessage => ("previous-message", "Previous message", "jump back"),
    /// to the next message
    NextMessage => ("next-message", "Next message", "jump forward"),
    /// search this chat
    Search => ("search", "Search this chat", "find look text"),
    /// the next match
    NextHit => ("next-hit", "Next match", "search find"),
    /// the previous match
    PreviousHit => ("previous-hit", "Previous match", "search find"),
    /// mouse on/off; off: the terminal selects as usual
    ToggleMouse => ("toggle-mouse", "Mouse on/off", "click select terminal"),
    /// show or hide what the model thought
    ToggleReasoning => ("toggle-reasoning", "Reasoning on/off", "thinking thoughts show hide"),
    /// go to the turn of this decision
    ShowTurn => ("show-turn", "Show the turn", "jump"),
    /// take what is selected; a model: for the next prompt
    Accept => ("accept", "Choose", "enter ok"),
    /// take the selected model for the whole chat
    AcceptAndPin => ("accept-and-pin", "Choose and pin", "keep"),
    /// close
    Close => ("close", "Close", "cancel back"),
    /// a character to the left
    Left => ("left", "Left", ""),
    /// a character to the right
    Right => ("right", "Right", ""),
    /// a word to the left
    WordLeft => ("word-left", "Word left", ""),
    /// a word to the right
    WordRight => ("word-right", "Word right", ""),
    /// to the beginning of the line
    LineStart => ("line-start", "Start of the line", "home"),
    /// to the end of the line
    LineEnd => ("line-end", "End of the line", ""),
    /// select a character to the left
    SelectLeft => ("select-left", "Select left", ""),
    /// select a character to the right
    SelectRight => ("select-right", "Select right", ""),
    /// select a row up
    SelectUp => ("select-up", "Select up", ""),
    /// select a row down
    SelectDown => ("select-down", "Select down", ""),
    /// select a word to the left
    SelectWordLeft => ("select-word-left", "Select the word to the left", ""),
    /// select a word to the right
    SelectWordRight => ("select-word-right", "Select the word to the right", ""),
    /// select to the beginning of the line
    SelectLineStart => ("select-line-start", "Select to the start of the line", ""),
    /// select to the end of the line
    SelectLineEnd => ("select-line-end", "Select to the end of the line", ""),
    /// delete the character to the left
    DeleteLeft => ("delete-left", "Delete to the left", "backspace"),
    /// delete the character to the right
    DeleteRight => ("delete-right", "Delete to the right", ""),
    /// delete the word to the left
    DeleteWordLeft => ("delete-word-left", "Delete the word to the left", ""),
    /// delete the word to the right
    DeleteWordRight => ("delete-word-right", "Delete the word to the right", ""),
    /// delete to the beginning of the line; twice in a row: the whole draft
    DeleteToLineStart => ("delete-to-line-start", "Delete to the start of the line", ""),
    /// delete to the end of the line
    DeleteToLineEnd => ("delete-to-line-end", "Delete to the end of the line", ""),
    /// put back what was deleted last
    PutBackDeleted => ("put-back-deleted", "Put back what was deleted", "yank paste"),
    /// clear the input; the draft can be put back
    ClearDraft => ("clear-draft", "Clear the draft", "delete erase empty input"),
    /// undo what the notice names, else the last change of the input
    Undo => ("undo", "Undo", "revert back"),
    /// do again what was undone
    Redo => ("redo", "Redo", "again"),
    /// write the prompt in $EDITOR
    EditInEditor => ("edit-in-editor", "Write in $EDITOR", "vim external open"),
    /// draw the screen anew
    Redraw => ("redraw", "Redraw the screen", "refresh repaint"),
    /// put pointsman in the background
    Suspend => ("suspend", "Suspend", "background shell"),
}
