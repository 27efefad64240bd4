//! Looking up actions: by name, by category, and those that are commands.

use super::{Action, CATEGORY_NUMBER_MAX};
use crate::tui::panels::PanelKind;
use std::borrow::Cow;
use std::sync::LazyLock;

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

    /// What chooses the category at `index`, from 0; `None`: no number reaches so far.
    pub(crate) fn choosing(index: usize) -> Option<Self> {
        let number = u8::try_from(index + 1).ok()?;
        (number <= CATEGORY_NUMBER_MAX).then_some(Self::ChooseCategory(number))
    }

    /// Whether it takes back what was done last: one key does all of these while a notice offers one.
    pub(crate) fn takes_back(self) -> bool {
        matches!(self, Self::UndoDeletion | Self::UndoCorrection | Self::ArchiveChat | Self::Undo)
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
                | Self::DropQueued
                | Self::MoveUp
                | Self::MoveDown
                | Self::AcceptAndPin
                | Self::Close
                | Self::ShowTurn
                | Self::WordLeft
                | Self::WordRight
                | Self::LineStart
                | Self::LineEnd
                | Self::SelectLeft
                | Self::SelectRight
                | Self::SelectUp
                | Self::SelectDown
                | Self::SelectWordLeft
                | Self::SelectWordRight
                | Self::SelectLineStart
                | Self::SelectLineEnd
                | Self::DeleteLeft
                | Self::DeleteRight
                | Self::DeleteWordLeft
                | Self::DeleteWordRight
                | Self::DeleteToLineStart
                | Self::DeleteToLineEnd
                | Self::PutBackDeleted
                | Self::Leave
                | Self::Leader
                | Self::PinChat
                | Self::ShowArchived
                | Self::SaveCode
                | Self::RunOverCode
        );
        // The nine corrections are in the list as one: with the categories by name.
        !writes && self.correction().is_none()
    }
}
