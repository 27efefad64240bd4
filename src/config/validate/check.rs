//! Collects everything that is wrong with a configuration.
//!
//! Must not know what is wrong: the validations next to it do.

use crate::config::checked::{Refusal, printable};
use crate::config::layers;
use crate::config::problem::{Problem, Problems};
use crate::config::source::Source;

pub(super) struct Check<'a> {
    user: Option<&'a Source>,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    /// `refused`: what reading the file has found already.
    pub(super) fn new(user: Option<&'a Source>, refused: Vec<Problem>) -> Self {
        Self { user, problems: refused }
    }

    pub(super) fn report(&mut self, key: &[&str], what: impl Into<String>, fix: impl Into<String>) {
        self.refuse(key, Refusal::new(what, fix));
    }

    pub(super) fn refuse(&mut self, key: &[&str], refusal: Refusal) {
        self.problems.push(layers::problem(self.user, key, refusal));
    }

    /// Reports a variable or a flag, which stands in no file.
    pub(super) fn report_variable(&mut self, name: &str, what: impl Into<String>, fix: impl Into<String>) {
        let problem = Problem { place: None, key: name.to_owned(), what: what.into(), fix: fix.into() };
        self.problems.push(problem);
    }

    /// Names are shown, and what is shown must not be able to command the terminal.
    pub(super) fn printable<'n>(&mut self, key: &[&str], names: impl Iterator<Item = &'n str>) {
        for refusal in names.filter_map(|name| printable(name).err()) {
            self.refuse(key, refusal);
        }
    }

    /// # Errors
    /// Everything that was reported, in the order of the file.
    pub(super) fn result(mut self) -> Result<(), Problems> {
        self.problems.sort_by_key(|problem| problem.place.as_ref().and_then(|place| place.position));
        if self.problems.is_empty() { Ok(()) } else { Err(Problems(self.problems)) }
    }
}
