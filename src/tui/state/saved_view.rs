//! The place in the conversation that was saved last, and when the present one is to be saved.

use crate::chat::Place;
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct SavedView {
    /// The place that was saved last.
    pub(crate) place: Place,
    /// The time since the start when the present place is to be saved; `None`: it is saved.
    pub(crate) due: Option<Duration>,
}
