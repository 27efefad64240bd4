//! Reasoning that a server leaves in the answer: `<think>…</think>` at its very beginning.
//!
//! Pure: text in, the two parts out. Only the beginning counts, so an answer about such tags stays whole. Sanitized text
//! comes in, so that nothing invisible hides in a tag.

/// The tags around reasoning: one that opens and the one that closes it.
pub const TAGS: [(&str, &str); 3] =
    [("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>")];

/// So much white space before a tag, in bytes, and it is no beginning any more: a model that sends nothing else must not
/// be held back for ever.
const MARGIN: usize = 1024;

/// What a piece of text holds. The reasoning comes before the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// Of the reasoning.
    pub reasoning: String,
    /// Of the answer.
    pub answer: String,
}

/// Splits an answer that comes in pieces, which may end anywhere.
#[derive(Debug, Clone, Default)]
pub struct Splitter {
    place: Place,
    /// What may be the beginning of a tag.
    held: String,
}

#[derive(Debug, Clone, Copy, Default)]
enum Place {
    /// Nothing but white space, and perhaps a part of a tag.
    #[default]
    Before,
    /// Behind an opening tag, up to the one that closes it.
    Inside { close: &'static str },
    /// Behind the closing tag: white space here is not the answer's.
    Between,
    /// The rest, whatever is in it.
    Answer,
}

impl Splitter {
    /// What `piece` holds, given all pieces before it. A part of a tag is held back until it is known to be one or not.
    pub fn push(&mut self, piece: String) -> Split {
        let mut text = if self.held.is_empty() { piece } else { std::mem::take(&mut self.held) + &piece };
        let mut reasoning = String::new();
        loop {
            match self.place {
                Place::Before => match opening(&text) {
                    Opening::Tag { length, close } => {
                        text.drain(..length);
                        self.place = Place::Inside { close };
                    }
                    Opening::Perhaps => {
                        self.held = text;
                        return Split { reasoning, answer: String::new() };
                    }
                    Opening::None => self.place = Place::Answer,
                },
                Place::Inside { close } => {
                    if let Some(end) = text.find(close) {
                        reasoning = text.drain(..end).collect();
                        text.drain(..close.len());
                        self.place = Place::Between;
                    } else {
                        self.held = text.split_off(text.len() - begun(&text, close));
                        return Split { reasoning: text, answer: String::new() };
                    }
                }
                Place::Between => {
                    text.drain(..text.len() - text.trim_start().len());
                    if !text.is_empty() {
                        self.place = Place::Answer;
                    }
                    return Split { reasoning, answer: text };
                }
                Place::Answer => return Split { reasoning, answer: text },
            }
        }
    }

    /// What was held back, when nothing more comes: no tag.
    pub fn finish(&mut self) -> Split {
        let held = std::mem::take(&mut self.held);
        match self.place {
            Place::Inside { .. } => Split { reasoning: held, answer: String::new() },
            Place::Before | Place::Between | Place::Answer => Split { reasoning: String::new(), answer: held },
        }
    }
}

enum Opening {
    /// With the white space before it this long.
    Tag {
        length: usize,
        close: &'static str,
    },
    /// More has to come before it is known.
    Perhaps,
    None,
}

fn opening(text: &str) -> Opening {
    let start = text.trim_start();
    let before = text.len() - start.len();
    if before > MARGIN {
        return Opening::None;
    }
    for (open, close) in TAGS {
        if start.starts_with(open) {
            return Opening::Tag { length: before + open.len(), close };
        }
    }
    if TAGS.iter().any(|(open, _)| open.starts_with(start)) { Opening::Perhaps } else { Opening::None }
}

/// How many bytes at the end of `text` may begin `tag`, which is not in it.
fn begun(text: &str, tag: &str) -> usize {
    (1..tag.len()).rev().find(|&length| tag.get(..length).is_some_and(|start| text.ends_with(start))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reasoning and answer of a text that comes in these pieces.
    fn split<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (String, String) {
        let mut splitter = Splitter::default();
        let mut splits: Vec<Split> = pieces.into_iter().map(|piece| splitter.push(piece.to_owned())).collect();
        splits.push(splitter.finish());
        splits.into_iter().fold(Default::default(), |(reasoning, answer), split| {
            (reasoning + &split.reasoning, answer + &split.answer)
        })
    }

    #[test]
    fn what_stands_between_the_tags_is_reasoning_and_the_rest_the_answer() {
        for (text, reasoning, answer) in [
            ("<think>hm</think>yes", "hm", "yes"),
            (" \n<think>hm\n</think>\n\n yes ", "hm\n", "yes "),
            ("<thinking>hm</think>?</thinking>yes", "hm</think>?", "yes"),
            ("<thought>a <think> b</thought>yes", "a <think> b", "yes"),
            ("<think></think>yes", "", "yes"),
            ("<think>a</think><think>b</think>", "a", "<think>b</think>"),
        ] {
            assert_eq!(split([text]), (reasoning.to_owned(), answer.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_answer_about_the_tags_stays_whole() {
        for text in [
            "The tag <think>x</think> is",
            "`<think>` opens",
            "</think>",
            "<b>no</b>",
            "<thinker>a",
            "<Think>a",
            "\n a",
        ] {
            assert_eq!(split([text]), (String::new(), text.to_owned()));
        }
    }

    #[test]
    fn what_is_never_finished_is_what_it_was_so_far() {
        for (text, reasoning, answer) in [
            ("<think>hm</thi", "hm</thi", ""),
            (" <thi", "", " <thi"),
            ("\n", "", "\n"),
            ("<think>a</think> ", "a", ""),
        ] {
            assert_eq!(split([text]), (reasoning.to_owned(), answer.to_owned()), "{text}");
        }
    }

    #[test]
    fn no_more_is_held_back_than_may_be_a_tag() {
        let mut splitter = Splitter::default();
        let mut push = |piece: &str| {
            let Split { reasoning, answer } = splitter.push(piece.to_owned());
            (reasoning, answer)
        };
        let is = |reasoning: &str, answer: &str| (reasoning.to_owned(), answer.to_owned());
        assert_eq!(push(" <think"), is("", ""));
        assert_eq!(push(">a<b</t"), is("a<b", ""));
        assert_eq!(push("x</"), is("</tx", ""));
        assert_eq!(push("think> \nb <think"), is("", "b <think"));
        assert_eq!(push(">"), is("", ">"));
    }

    #[test]
    fn endless_white_space_is_shown_and_not_kept_for_later() {
        let (space, text) = (" ".repeat(MARGIN + 1), " ".repeat(MARGIN + 1) + "<think>a</think>");
        assert_eq!(Splitter::default().push(space.clone()).answer, space);
        assert_eq!(split([text.as_str()]), (String::new(), text.clone()));
        assert_eq!(split(text.split_inclusive(' ')), (String::new(), text.clone()));
    }

    proptest! {
        #[test]
        fn where_a_text_is_cut_makes_no_difference(
            parts in prop::collection::vec("<|/|>|think|ing|thought|</?think>|</?thinking>|</?thought>|[a é\n]{0,2}", 0..14),
            cuts in prop::collection::vec(0usize..80, 0..14),
        ) {
            let text = parts.concat();
            let mut pieces = Vec::new();
            let mut rest = text.as_str();
            for cut in cuts {
                let Some((piece, behind)) = rest.split_at_checked(cut % 7) else { continue };
                pieces.push(piece);
                rest = behind;
            }
            pieces.push(rest);
            let whole = split([text.as_str()]);
            prop_assert_eq!(split(pieces), whole.clone());
            prop_assert_eq!(split(text.split_inclusive(|_| true)), whole);
        }
    }
}
