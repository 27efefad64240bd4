//! What lies in front of everything else and takes the keys.

use super::picker::Picker;
use crate::chat::TurnId;
use crate::store::RouteReport;

/// Something in front.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// All keys.
    Help {
        /// The first row that is shown.
        top: usize,
    },
    /// A list to choose from.
    List(Picker),
    /// Why a turn went where it went.
    Why {
        /// The turn.
        turn: TurnId,
        /// The first row that is shown.
        top: usize,
    },
    /// What the user taught, the latest first.
    Lessons {
        /// The selected line.
        selected: usize,
    },
    /// How routing did.
    Report {
        /// The figures, once they have come.
        report: Option<Box<RouteReport>>,
        /// The first row that is shown.
        top: usize,
    },
}

impl Overlay {
    /// The first row that is shown, or the selected line: what moves when one scrolls. A list moves by itself.
    pub(crate) fn place(&mut self) -> Option<&mut usize> {
        match self {
            Self::Help { top } | Self::Why { top, .. } | Self::Report { top, .. } => Some(top),
            Self::Lessons { selected } => Some(selected),
            Self::List(_) => None,
        }
    }
}
