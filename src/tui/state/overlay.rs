//! What lies in front of everything else and takes the keys.

use super::picker::Picker;

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
}
