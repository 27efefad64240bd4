//! How long an answer may become: a server that never ends one must not fill the memory and the disk. Pure, but for asking
//! whether there is memory.

use crate::chat::Delta;
use crate::config::keys::CHAT_ANSWER_BYTES;
use crate::format::size::size;
use crate::provider::{ErrorKind, ProviderError};
use std::sync::Arc;

/// After so many bytes each an answer goes on only where there is memory for it.
const CHECKED_BYTES: usize = 1024 * 1024;
/// What else must be free: the allocator reserves as much for a thread that begins.
const RESERVE_BYTES: usize = 64 * 1024 * 1024;
/// So many times the length so far must be free: an answer is held by the engine and by the screen, which may double their
/// room for it next, and twice more for a moment while it is written.
const COPIES: usize = 6;

/// The length of an answer so far, and of its reasoning, in bytes.
pub(super) struct Length {
    most: usize,
    text: usize,
    reasoning: usize,
    /// Up to this length of both there is memory.
    checked: usize,
    has_room: fn(usize) -> bool,
}

impl Length {
    /// Of an answer that may be as long as `most`, and its reasoning, too.
    pub(super) fn new(most: usize) -> Self {
        Self { most, text: 0, reasoning: 0, checked: CHECKED_BYTES, has_room }
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
            let short = !self.makes_sure_of_memory();
            return (delta, short.then(too_little_memory));
        }
        let fitting: Arc<str> = text.get(..fits).unwrap_or_default().into();
        let error = too_long(what, self.most);
        (if what == "answer" { Delta::Text(fitting) } else { Delta::Reasoning(fitting) }, Some(error))
    }

    /// Whether there is memory for an answer that goes on.
    fn makes_sure_of_memory(&mut self) -> bool {
        let length = self.text + self.reasoning;
        if length >= self.checked {
            self.checked = length.saturating_add(CHECKED_BYTES);
            return (self.has_room)(length.saturating_mul(COPIES).saturating_add(RESERVE_BYTES));
        }
        true
    }
}

/// Whether so many bytes could be had. Where memory is limited (`ulimit -v`), what cannot be had would end the process at
/// once, with the terminal as it is: nothing can be done any more by then.
fn has_room(bytes: usize) -> bool {
    let mut room: Vec<u8> = Vec::new();
    let is_there = room.try_reserve_exact(bytes).is_ok();
    // Without this the compiler leaves out what is not used.
    std::hint::black_box(room);
    is_there
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

fn too_little_memory() -> ProviderError {
    let message = "there is too little memory for a longer answer, and it was ended there; ask for less at once";
    ProviderError::new(ErrorKind::AnswerTooLong, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_ended_before_the_memory_is() {
        let mib = |count: usize| Delta::Text("x".repeat(count << 20).into());
        let mut length = Length::new(usize::MAX);
        // Memory for all copies of two MiB, but not of three.
        length.has_room = |bytes| bytes <= RESERVE_BYTES + COPIES * (2 << 20);
        let mut take = |count| length.take(mib(count)).1;
        assert_eq!((take(1), take(0), take(1)), (None, None, None));
        let error = take(1).unwrap();
        assert_eq!(error.kind, ErrorKind::AnswerTooLong);
        assert!(error.message.starts_with("there is too little memory"), "{}", error.message);
        assert!(has_room(1) && !has_room(usize::MAX / 2));
    }

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
