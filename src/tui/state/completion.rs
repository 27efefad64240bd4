//! The files that a path behind an `@` in the input can become. Pure; the disk is read elsewhere.

use crate::attach::Completion;

/// How many are in sight at once.
pub(crate) const OFFERS_SHOWN_MAX: usize = 8;

/// What is offered for the `@path` at the caret. Invariant: `selected` is one of `offers`, while there are any.
#[derive(Debug, Default)]
pub(crate) struct PathCompletion {
    /// The path as it was asked about; `None`: none is being typed.
    typed: Option<String>,
    offers: Vec<Completion>,
    selected: usize,
    /// The path for which the user closed the list.
    closed: Option<String>,
}

/// The path behind the `@` that the caret stands in: where the `@` is, and what is typed behind it. One begins a word, so
/// that the address of a mailbox is none.
pub(crate) fn path_at(before_caret: &str) -> Option<(usize, &str)> {
    let begin = before_caret
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + before_caret.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let path = before_caret.get(begin..)?.strip_prefix('@')?;
    Some((begin, path))
}

impl PathCompletion {
    /// The path at the caret is this one now. Returns what to ask the disk about, where that is new.
    pub(crate) fn follow(&mut self, path: Option<&str>) -> Option<String> {
        if self.typed.as_deref() == path {
            return None;
        }
        self.typed = path.map(str::to_owned);
        if path.is_none() {
            (self.offers, self.closed) = (Vec::new(), None);
        }
        self.typed.clone()
    }

    /// The disk has these for `typed`.
    pub(crate) fn found(&mut self, typed: &str, offers: Vec<Completion>) {
        if self.typed.as_deref() == Some(typed) {
            (self.offers, self.selected) = (offers, 0);
        }
    }

    /// What is offered now; nothing where the user closed the list.
    pub(crate) fn offers(&self) -> &[Completion] {
        if self.closed.is_some() && self.closed == self.typed { &[] } else { &self.offers }
    }

    /// Which of the offers is selected.
    pub(crate) fn selected(&self) -> usize {
        self.selected
    }

    /// The path that is typed, where it is a file's as it stands and the user has not closed the list.
    pub(crate) fn typed_out(&self) -> Option<&str> {
        let typed = self.typed.as_deref()?;
        self.offers().iter().any(|offer| offer.path == typed && !typed.ends_with('/')).then_some(typed)
    }

    /// Whether there is a list to choose from.
    pub(crate) fn is_open(&self) -> bool {
        !self.offers().is_empty()
    }

    /// Moves the selection; it stops at both ends.
    pub(crate) fn move_by(&mut self, lines: isize) {
        let last = self.offers.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(lines).min(last);
    }

    /// The selected path.
    pub(crate) fn choice(&self) -> Option<&Completion> {
        self.offers().get(self.selected)
    }

    /// Closes the list until another path is typed.
    pub(crate) fn close(&mut self) {
        self.closed.clone_from(&self.typed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_begins_with_an_at_at_the_beginning_of_a_word() {
        for (before, path) in [
            ("@", Some((0, ""))),
            ("see @src/ma", Some((4, "src/ma"))),
            ("see\n@~/a", Some((4, "~/a"))),
            ("mail me@example", None),
            ("@a b", None),
            ("", None),
        ] {
            assert_eq!(path_at(before), path, "{before}");
        }
    }

    #[test]
    fn offers_are_for_what_is_typed_now_and_a_closed_list_stays_closed_for_it() {
        let offer = |name: &str| Completion { name: name.to_owned(), path: name.to_owned() };
        let mut completion = PathCompletion::default();
        assert_eq!(completion.follow(Some("a")), Some("a".to_owned()));
        assert_eq!(completion.follow(Some("a")), None, "the same is not asked twice");
        completion.found("b", vec![offer("b.rs")]);
        assert!(!completion.is_open(), "an answer to something else");
        completion.found("a", vec![offer("a.rs"), offer("ab.rs")]);
        completion.move_by(5);
        assert_eq!(completion.choice(), Some(&offer("ab.rs")));
        completion.close();
        assert!(!completion.is_open());
        completion.follow(Some("ab"));
        completion.found("ab", vec![offer("ab.rs")]);
        assert!(completion.is_open());
        assert_eq!(completion.typed_out(), None);
        completion.follow(Some("ab.rs"));
        completion.found("ab.rs", vec![offer("ab.rs")]);
        assert_eq!(completion.typed_out(), Some("ab.rs"));
        completion.follow(None);
        assert!(!completion.is_open());
    }
}
