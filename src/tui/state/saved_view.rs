//! Where the user was in the conversation when that was last saved.

use crate::chat::Place;
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct SavedView {
    /// The place that was saved last.
    pub(crate) place: Place,
    /// When the present one is to be saved, since the start; `None`: it is saved.
    pub(crate) due: Option<Duration>,
}
