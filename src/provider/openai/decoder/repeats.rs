//! What is new in a text that a server may send again: whole in the last event, or all of it so far in every one.
//!
//! Remembers no text, only how long it was and its hash.

/// Where in an event a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Where new text belongs.
    Delta,
    /// In the details of the reasoning: new text, or all of it so far.
    Details,
    /// In the message: mostly all of it so far.
    Message,
}

/// The text that came so far.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    bytes: usize,
    hash: u64,
    /// Whether any came where new text belongs.
    by_delta: bool,
    details: Details,
}

/// What the details of the reasoning turned out to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Details {
    /// None came yet, or one.
    #[default]
    Unknown,
    New,
    SoFar,
}

impl Repeats {
    /// What is new in `text`; `None` where nothing is.
    pub(super) fn new_in(&mut self, place: Place, text: String) -> Option<String> {
        let begins = self.begins(&text);
        let is_new = match place {
            Place::Delta => {
                self.by_delta = true;
                true
            }
            // A text twice, one after the other, is no sign of anything: a word may come twice.
            Place::Details => {
                let grows = begins && (self.by_delta || text.len() > self.bytes);
                match self.details {
                    Details::Unknown if self.bytes > 0 => {
                        self.details = if grows { Details::SoFar } else { Details::New };
                    }
                    _ => {}
                }
                !(self.details == Details::SoFar && begins)
            }
            Place::Message if begins => false,
            // What came before is a part of the message, in other words.
            Place::Message if self.by_delta => return None,
            Place::Message => true,
        };
        let new = if is_new { text } else { text.get(self.bytes..)?.to_owned() };
        self.bytes += new.len();
        self.hash = hash(self.hash, &new);
        (!new.is_empty()).then_some(new)
    }

    /// Whether `text` begins with all that came so far.
    fn begins(&self, text: &str) -> bool {
        text.get(..self.bytes).is_some_and(|start| hash(0, start) == self.hash)
    }
}

/// The hash of a text, from that of the text before it.
fn hash(before: u64, text: &str) -> u64 {
    // Nobody gains by a collision: the server would only garble its own answer.
    text.bytes().fold(before, |hash, byte| hash.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(byte) + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_taken() {
        use Place::{Delta, Details, Message};
        for (texts, whole) in [
            (&[(Delta, "One "), (Delta, "two."), (Message, "One two.")][..], "One two."),
            (&[(Delta, "One "), (Message, "One "), (Delta, "two."), (Message, "One two.")], "One two."),
            (&[(Delta, "One two."), (Message, "One  two.")], "One two."),
            (&[(Delta, "One "), (Message, "One two.")], "One two."),
            (&[(Message, "One "), (Message, "One two."), (Message, "One two.")], "One two."),
            (&[(Message, "One "), (Message, "two.")], "One two."),
            (&[(Message, "One two.")], "One two."),
            (&[(Delta, "ha"), (Delta, "ha")], "haha"),
            (&[(Details, "a"), (Details, "ab"), (Details, "abc"), (Details, "abc")], "abc"),
            (&[(Details, "a"), (Details, "b"), (Details, "abc")], "ababc"),
            (&[(Details, "ha"), (Details, "ha"), (Details, "haha")], "hahahaha"),
            (&[(Delta, "a"), (Delta, "b"), (Details, "ab")], "ab"),
            (&[(Details, "a"), (Details, "b"), (Message, "ab")], "ab"),
        ] {
            let mut repeats = Repeats::default();
            let new: String =
                texts.iter().filter_map(|(place, text)| repeats.new_in(*place, (*text).to_owned())).collect();
            assert_eq!(new, whole, "{texts:?}");
        }
    }
}
