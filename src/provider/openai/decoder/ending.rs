//! Whether an answer is over, told from the reasons that its events give. Some servers give one in every event, and some
//! go on behind one.

use super::{BodyEnd, Reason};
use crate::provider::Finish;

/// Whether an answer is over, as far as its events say.
#[derive(Debug, Default)]
pub(super) struct Ending {
    finish: Option<Finish>,
    /// Whether nothing but what the answer cost is to be expected.
    is_sure: bool,
    /// Whether an event brought words and no reason to end. Else a reason beside words may be in every event.
    tells_apart: bool,
    /// The reason that words followed: beside words it means nothing.
    refuted: Option<String>,
    /// The reason in `finish`, as the server wrote it.
    reason: String,
}

impl Ending {
    /// Takes in the `reason` of an event; `spoke`: there are words in it, `is_whole`: it is a whole answer by itself.
    pub(super) fn take(&mut self, reason: &str, spoke: bool, is_whole: bool) {
        if spoke && self.finish.take().is_some() {
            self.is_sure = false;
            self.refuted = Some(std::mem::take(&mut self.reason));
        }
        let meaning = match Reason::read(reason) {
            _ if spoke && self.refuted.as_deref() == Some(reason) => Reason::None,
            Reason::None if is_whole => Reason::Perhaps,
            meaning => meaning,
        };
        (self.finish, self.is_sure) = match meaning {
            Reason::Over(finish) => (Some(finish), !spoke || self.tells_apart),
            Reason::Perhaps => (Some(Finish::Other), is_whole),
            Reason::None | Reason::GaveUp => {
                self.tells_apart |= spoke;
                return;
            }
        };
        reason.clone_into(&mut self.reason);
    }

    /// Whether nothing but what the answer cost is to be expected.
    pub(super) fn is_sure(&self) -> bool {
        self.is_sure
    }

    /// Whether a reason was given that still stands.
    pub(super) fn is_told(&self) -> bool {
        self.finish.is_some()
    }

    /// Why the answer ended, where the body ends like that.
    pub(super) fn finish(&self, end: BodyEnd) -> Option<Finish> {
        match end {
            BodyEnd::Closed => self.finish,
            BodyEnd::Lost => self.finish.filter(|finish| *finish != Finish::Other || self.is_sure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The finish of a stream whose events have these finish reasons, with or without text.
    fn told(events: &[(&str, bool)]) -> (Option<Finish>, bool) {
        let mut ending = Ending::default();
        for (reason, spoke) in events {
            ending.take(reason, *spoke, false);
        }
        (ending.finish(BodyEnd::Closed), ending.is_sure())
    }

    #[test]
    fn a_reason_counts_unless_words_follow_it() {
        let (stop, other) = (Some(Finish::Stop), Some(Finish::Other));
        for (events, expected) in [
            (&[("", true), ("", true), ("", false)][..], (None, false)),
            (&[("", true), ("stop", false)], (stop, true)),
            (&[("", true), ("stop", true)], (stop, true)),
            (&[("stop", true)], (stop, false)),
            (&[("stop", true), ("stop", true)], (None, false)),
            (&[("stop", true), ("stop", true), ("stop", false)], (stop, true)),
            (&[("stop", true), ("stop", true), ("length", true)], (Some(Finish::Length), true)),
            (&[("", true), ("tool_calls", false)], (other, false)),
            (&[("", true), ("tool_calls", false), ("", true), ("stop", false)], (stop, true)),
            (&[("", true), ("stop", false), ("", true)], (None, false)),
            (&[("", true), ("stop", false), ("", false)], (stop, true)),
        ] {
            assert_eq!(told(events), expected, "{events:?}");
        }
    }

    #[test]
    fn what_may_be_no_end_is_none_where_the_connection_broke() {
        for (reason, finish) in [("stop", Some(Finish::Stop)), ("tool_calls", None), ("", None)] {
            let mut ending = Ending::default();
            ending.take(reason, false, false);
            assert_eq!(ending.finish(BodyEnd::Lost), finish, "{reason}");
        }
        let mut whole = Ending::default();
        whole.take("", true, true);
        assert_eq!(whole.finish(BodyEnd::Lost), Some(Finish::Other), "a whole answer needs no reason");
    }
}
