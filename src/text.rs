//! Functions on text that know nothing of this program: cleaning what comes from outside, splitting reasoning from an
//! answer, telling which addresses may be opened, estimating tokens, reading JSON that is not quite JSON.
//!
//! Pure. Must not know any other room; layout on a screen is `tui::text`'s.

pub mod address;
pub mod sanitize;
pub mod think;
pub mod tokens;
pub(crate) mod tolerant_json;
