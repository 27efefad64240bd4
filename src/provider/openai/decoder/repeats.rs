//! What is new in a text that a server may send again: whole in the last event, or all of it so far in every one.
//!
//! Remembers no text, only how long it was and its hash. Where a text may be cut within a letter, its end is held back: the
//! next one, with the letter whole, would not begin with it.

/// Where in an event a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Where new text belongs.
    Delta,
    /// In the details of the reasoning: new text, or all of it so far.
    Details,
    /// In the message: mostly all of it so far.
    Message,
    /// In a message that stands in the midst of an answer, where new text belongs: all of it so far, or new text.
    MessagePiece,
}

/// The text that came so far.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    bytes: usize,
    hash: u64,
    /// Whether any came where new text belongs.
    by_delta: bool,
    details: Details,
    /// What may be a part of a letter, at the end of the last text that may come again.
    cut: String,
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
        let (begins, cut) = (self.begins(&text), std::mem::take(&mut self.cut));
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
            Place::Message | Place::MessagePiece if begins => false,
            // What came before is a part of the message, in other words.
            Place::Message if self.by_delta => {
                self.cut = cut;
                return None;
            }
            Place::MessagePiece if self.by_delta && self.is_in(&text) => {
                self.cut = cut;
                return None;
            }
            Place::Message | Place::MessagePiece => true,
        };
        let mut new = match is_new {
            true if cut.is_empty() => text,
            true => cut + &text,
            false => text.get(self.bytes..)?.to_owned(),
        };
        if place != Place::Delta {
            self.cut = new.split_off(new.trim_end_matches(is_cut).len());
        }
        self.bytes += new.len();
        self.hash = hash(self.hash, &new);
        (!new.is_empty()).then_some(new)
    }

    /// What was held back, when nothing more comes.
    pub(super) fn finish(&mut self) -> String {
        std::mem::take(&mut self.cut)
    }

    /// Whether all that came so far stands in `text`, wherever. Looks at every byte once.
    fn is_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let Some(first) = bytes.get(..self.bytes) else { return false };
        // What the byte that leaves the window counts in it.
        let power = (0..self.bytes).fold(1_u64, |power, _| power.wrapping_mul(FACTOR));
        let mut window = first.iter().fold(0, |hash, byte| mixed(hash, *byte));
        let begins = window == self.hash;
        let mut moved = bytes.iter().zip(bytes.iter().skip(self.bytes)).map(|(gone, new)| {
            window = mixed(window, *new).wrapping_sub(mixed(0, *gone).wrapping_mul(power));
            window
        });
        begins || moved.any(|window| window == self.hash)
    }

    /// Whether `text` begins with all that came so far.
    fn begins(&self, text: &str) -> bool {
        text.get(..self.bytes).is_some_and(|start| hash(0, start) == self.hash)
    }
}

/// Whether `c` may stand for a part of a letter: half of a surrogate pair is marked with noncharacters.
fn is_cut(c: char) -> bool {
    matches!(c, char::REPLACEMENT_CHARACTER | '\u{fdd0}'..='\u{fdef}')
}

/// What a hash is multiplied with for every byte.
const FACTOR: u64 = 0x0100_0000_01b3;

/// The hash of a text, from that of the text before it.
pub(super) fn hash(before: u64, text: &str) -> u64 {
    // A collision only garbles the answer of the server that made it.
    text.bytes().fold(before, mixed)
}

fn mixed(hash: u64, byte: u8) -> u64 {
    hash.wrapping_mul(FACTOR).wrapping_add(u64::from(byte) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_taken() {
        use Place::{Delta, Details, Message, MessagePiece};
        for (texts, whole) in [
            (&[(Delta, "One "), (Delta, "two."), (Message, "One two.")][..], "One two."),
            (&[(Delta, "One "), (Message, "One "), (Delta, "two."), (Message, "One two.")], "One two."),
            (&[(Delta, "One two."), (Message, "One  two.")], "One two."),
            (&[(Delta, "One "), (Message, "One two.")], "One two."),
            (&[(Message, "One "), (Message, "One two."), (Message, "One two.")], "One two."),
            (&[(Message, "One "), (Message, "two.")], "One two."),
            (&[(Delta, "One "), (MessagePiece, "two.")], "One two."),
            (&[(Delta, "One "), (MessagePiece, "One two."), (Delta, " Three.")], "One two. Three."),
            (&[(Delta, "One two."), (MessagePiece, "So: One two. That is all.")], "One two."),
            (&[(Delta, "One two."), (MessagePiece, "So: One two.")], "One two."),
            (&[(MessagePiece, "One "), (MessagePiece, "One two.")], "One two."),
            (&[(Message, "One two.")], "One two."),
            (&[(Delta, "ha"), (Delta, "ha")], "haha"),
            (&[(Details, "a"), (Details, "ab"), (Details, "abc"), (Details, "abc")], "abc"),
            (&[(Details, "a"), (Details, "b"), (Details, "abc")], "ababc"),
            (&[(Details, "ha"), (Details, "ha"), (Details, "haha")], "hahahaha"),
            (&[(Delta, "a"), (Delta, "b"), (Details, "ab")], "ab"),
            (&[(Details, "a"), (Details, "b"), (Message, "ab")], "ab"),
            (&[(Message, "One tw\u{fffd}"), (Message, "One twö."), (Message, "One twö.")], "One twö."),
            (&[(Message, "One \u{fdd1}\u{fdd0}\u{fdd0}"), (Message, "One 😀 two.")], "One 😀 two."),
            (&[(Message, "One \u{fffd}\u{fffd}"), (Message, "two.")], "One \u{fffd}\u{fffd}two."),
            (&[(Message, "One \u{fffd}"), (Delta, "two.")], "One \u{fffd}two."),
            (&[(Message, "One \u{fffd}")], "One \u{fffd}"),
            (&[(Delta, "One \u{fffd}"), (Message, "One \u{fffd}")], "One \u{fffd}"),
            (&[(Details, "a\u{fffd}"), (Details, "aéb"), (Details, "aébc")], "aébc"),
        ] {
            let mut repeats = Repeats::default();
            let new: String =
                texts.iter().filter_map(|(place, text)| repeats.new_in(*place, (*text).to_owned())).collect();
            assert_eq!(new + &repeats.finish(), whole, "{texts:?}");
        }
    }
}
