//! How long an answer may become: a server that never ends one must not fill the memory and the disk. Pure.

use crate::chat::Delta;
use crate::config::keys::CHAT_ANSWER_BYTES;
use crate::format::size::size;
use crate::provider::{ErrorKind, ProviderError};
use std::sync::Arc;

/// The length of an answer so far, and of its reasoning, in bytes.
pub(super) struct Length {
    most: usize,
    text: usize,
    reasoning: usize,
}

impl Length {
    /// Of an answer that may be as long as `most`, and its reasoning, too.
    pub(super) fn new(most: usize) -> Self {
        Self { most, text: 0, reasoning: 0 }
    }

    /// What there is room for of `delta`, and the error where that is not all.
    pub(super) fn take(&mut self, delta: Delta) -> (Delta, Option<ProviderError>) {
        let (text, fits, what) = match &delta {
            Delta::Text(text) => (text, grow(&mut self.text, text, self.most), "answer"),
            Delta::Reasoning(text) => (text, grow(&mut self.reasoning, text, self.most), "reasoning"),
            Delta::TextWasReasoning => {
                self.reasoning += std::mem::take(&mut self.text);
                return (delta, None);
            }
            _ => return (delta, None),
        };
        if fits == text.len() {
            return (delta, None);
        }
        let fitting: Arc<str> = text.get(..fits).unwrap_or_default().into();
        let error = too_long(what, self.most);
        (if what == "answer" { Delta::Text(fitting) } else { Delta::Reasoning(fitting) }, Some(error))
    }
}

/// Adds what there is room for of `text` to `length`; gives back how many bytes that is.
fn grow(length: &mut usize, text: &str, most: usize) -> usize {
    let fits = text.floor_char_boundary(most.saturating_sub(*length).min(text.len()));
    *length += fits;
    fits
}

fn too_long(what: &str, most: usize) -> ProviderError {
    let mib = 1024 * 1024;
    let limit = if most.is_multiple_of(mib) { format!("{} MiB", most / mib) } else { size(most as u64) };
    let message = format!(
        "the {what} is longer than {limit}, and was ended there; ask for less at once, or raise {CHAT_ANSWER_BYTES}"
    );
    ProviderError::new(ErrorKind::AnswerTooLong, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_up_to_its_limit_and_so_is_its_reasoning() {
        let mut length = Length::new(8);
        let text = |text: &str| Delta::Text(text.into());
        let thought = |text: &str| Delta::Reasoning(text.into());
        assert_eq!(length.take(thought("12345678")), (thought("12345678"), None));
        assert_eq!(length.take(text("123456")), (text("123456"), None));
        let (rest, error) = length.take(text("7é9"));
        assert_eq!(rest, text("7"), "no letter is cut in two");
        let said = "the answer is longer than 8 bytes, and was ended there; ask for less at once, or raise \
                    chat.answer_bytes";
        assert_eq!(error.unwrap().message, said);
        let (rest, error) = length.take(thought("9"));
        assert_eq!((rest, error.unwrap().kind), (thought(""), ErrorKind::AnswerTooLong));
    }

    #[test]
    fn what_was_text_counts_as_reasoning_once_it_turns_out_to_be_that() {
        let mut length = Length::new(8);
        for delta in [Delta::Text("123456".into()), Delta::TextWasReasoning, Delta::Text("12345678".into())] {
            assert_eq!(length.take(delta).1, None);
        }
        assert!(length.take(Delta::Reasoning("789".into())).1.is_some());
    }

    #[test]
    fn a_limit_in_whole_mebibytes_is_told_in_them() {
        assert!(too_long("answer", 16 << 20).message.starts_with("the answer is longer than 16 MiB, "));
    }
}
