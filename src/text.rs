//! Functions on text that know nothing of this program: cleaning what comes from outside, splitting reasoning from an
//! answer, estimating tokens.
//!
//! Pure. Must not know any other room; layout on a screen is `tui::text`'s.

pub mod sanitize;
pub mod think;
pub mod tokens;
