//! How much of a conversation fits a model: tokens are estimated, and the oldest exchanges are left out.
//!
//! Where the estimate is wrong the endpoint refuses the request, and its message says what to set.

use super::{Attachment, Exchange, Files, Message, Prompt, Role, Turn};
use crate::text::tokens::estimate_tokens;

/// What every message costs besides its text: role and separators.
const PER_MESSAGE: usize = 4;

/// A conversation as it is to be sent to a model.
#[derive(Debug, Clone, Copy)]
pub struct Dialogue<'a> {
    /// What the model is told first; empty: nothing.
    pub system: &'a str,
    /// What came before, the oldest first.
    pub history: &'a [Exchange],
    /// The new prompt.
    pub prompt: &'a Prompt,
    /// The content of attached files.
    pub files: Files<'a>,
    /// Whether the model sees pictures.
    pub sees: bool,
}

/// A conversation cut to a model's window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// What is sent: the system prompt, the exchanges that fit, the new prompt.
    pub messages: Vec<Message>,
    /// How many of the oldest exchanges were left out.
    pub left_out: usize,
    /// About how many tokens `messages` are.
    pub tokens: usize,
    /// Whether not even the prompt alone seems to fit. It is sent all the same: the estimate may be wrong, and the
    /// endpoint's own refusal is better than ours.
    pub overflows: bool,
}

impl Dialogue<'_> {
    /// Cuts it so that it fits `window` tokens with `reserve` of them kept for the answer. The system prompt and the new
    /// prompt always stay.
    pub fn fit(&self, window: usize, reserve: usize) -> Fitted {
        let room = room(window, reserve);
        let alone = prompt_said(self.prompt).tokens(self.sees) + system_tokens(self.system);
        let overflows = alone > room;
        let costs = self
            .history
            .iter()
            .rev()
            .map(|exchange| prompt_said(&exchange.prompt).tokens(self.sees) + message_tokens(&exchange.answer));
        let (kept, tokens) = kept(costs, alone, room);
        let left_out = self.history.len() - kept;
        let mut messages = Vec::with_capacity(kept * 2 + 2);
        if !self.system.is_empty() {
            messages.push(Message::new(Role::System, self.system));
        }
        for exchange in &self.history[left_out..] {
            messages.push(Message::new(Role::User, exchange.prompt.content(self.files, self.sees)));
            messages.push(Message::new(Role::Assistant, exchange.answer.clone()));
        }
        messages.push(Message::new(Role::User, self.prompt.content(self.files, self.sees)));
        Fitted { messages, left_out, tokens, overflows }
    }
}

/// About how many tokens a turn takes of a later request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    text: usize,
    /// Of pictures, which only some models are sent.
    pictures: usize,
}

impl Said {
    /// What a turn says to a model; `None`: nothing, as [`Turn::exchange`] says.
    pub fn of(turn: &Turn) -> Option<Self> {
        let answer = turn.answer().trim();
        let prompt = Self::of_prompt(turn);
        (!answer.is_empty()).then(|| Self { text: prompt.text + message_tokens(answer), ..prompt })
    }

    /// What the prompt of a turn says.
    pub fn of_prompt(turn: &Turn) -> Self {
        prompt_said(&turn.ask.prompt)
    }

    /// The tokens for a model that `sees` pictures, or does not.
    pub fn tokens(self, sees: bool) -> usize {
        self.text + if sees { self.pictures } else { 0 }
    }
}

fn prompt_said(prompt: &Prompt) -> Said {
    let cost = |attachment: &Attachment| attachment.tokens() + PER_MESSAGE;
    let (pictures, texts): (Vec<_>, Vec<_>) = prompt.attachments.iter().partition(|file| file.blob.is_image());
    let sum = |files: Vec<&Attachment>| files.into_iter().map(cost).sum::<usize>();
    Said { text: message_tokens(&prompt.text) + sum(texts), pictures: sum(pictures) }
}

/// The tokens of a system prompt; an empty one is not sent.
pub fn system_tokens(system: &str) -> usize {
    if system.is_empty() { 0 } else { message_tokens(system) }
}

/// The tokens of a window that a request may take, where `reserve` are left for the answer.
pub fn room(window: usize, reserve: usize) -> usize {
    window - reserve.min(window / 4)
}

/// How many exchanges of these `costs`, the latest first, fit `room` beside the tokens that are `taken`, and how many
/// tokens that makes.
pub fn kept(costs: impl Iterator<Item = usize>, taken: usize, room: usize) -> (usize, usize) {
    let (mut kept, mut tokens) = (0, taken);
    for cost in costs {
        if tokens + cost > room {
            break;
        }
        tokens += cost;
        kept += 1;
    }
    (kept, tokens)
}

fn message_tokens(text: &str) -> usize {
    estimate_tokens(text) + PER_MESSAGE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Attachment, Blob, Extent};
    use proptest::prelude::*;

    fn exchange(length: usize) -> Exchange {
        Exchange { prompt: "pppp ".repeat(length).into(), answer: "aaaa ".repeat(length).into() }
    }

    fn fit(system: &str, history: &[Exchange], prompt: &str, window: usize, reserve: usize) -> Fitted {
        let prompt = &Prompt::from(prompt);
        Dialogue { system, history, prompt, files: Files::Named, sees: true }.fit(window, reserve)
    }

    fn pictured(mut exchange: Exchange) -> Exchange {
        let blob = Blob { media_type: "image/png".into(), bytes: b"x".as_slice().into() }.reference();
        let extent = Extent::Pixels { width: 280, height: 280 };
        exchange.prompt.attachments = vec![Attachment { name: "p".to_owned(), blob, extent }].into();
        exchange
    }

    #[test]
    fn what_fits_is_sent_whole_and_in_order() {
        let fitted = fit("sys", &[exchange(1), exchange(2)], "now", 1000, 100);
        let said: Vec<(Role, usize)> = fitted.messages.iter().map(|m| (m.role, m.content.text().len())).collect();
        assert_eq!(
            said,
            [
                (Role::System, 3),
                (Role::User, 5),
                (Role::Assistant, 5),
                (Role::User, 10),
                (Role::Assistant, 10),
                (Role::User, 3)
            ]
        );
        assert_eq!((fitted.left_out, fitted.overflows), (0, false));
    }

    #[test]
    fn the_oldest_exchanges_go_first_and_always_in_pairs() {
        let history: Vec<Exchange> = (0..10).map(|_| exchange(50)).collect();
        let fitted = fit("", &history, "now", 400, 50);
        assert_eq!(fitted.left_out, 7, "three exchanges of 108 tokens fit 350");
        assert_eq!(fitted.messages.len(), 3 * 2 + 1);
        assert_eq!(fitted.messages[0].role, Role::User);
    }

    #[test]
    fn a_prompt_too_long_for_the_window_is_sent_alone_and_reported() {
        let fitted = fit("sys", &[exchange(1)], &"x ".repeat(10_000), 1000, 100);
        assert!(fitted.overflows);
        assert_eq!((fitted.messages.len(), fitted.left_out), (2, 1));
    }

    #[test]
    fn the_reserve_never_takes_more_than_a_quarter_of_a_small_window() {
        assert_eq!(fit("", &[exchange(100)], "now", 400, 4096).left_out, 0);
    }

    #[test]
    fn a_picture_takes_room_of_a_model_that_sees_it_and_of_no_other() {
        let history = [pictured(exchange(1))];
        let prompt = &Prompt::from("now");
        let dialogue = Dialogue { system: "", history: &history, prompt, files: Files::Named, sees: true };
        assert_eq!((dialogue.fit(110, 0).left_out, dialogue.fit(140, 0).left_out), (1, 0));
        assert_eq!(Dialogue { sees: false, ..dialogue }.fit(60, 0).left_out, 0);
    }

    proptest! {
        #[test]
        fn what_is_sent_never_exceeds_the_room(
            lengths in prop::collection::vec(0usize..200, 0..20), window in 16usize..4000, reserve in 0usize..2000
        ) {
            let history: Vec<Exchange> = lengths.iter().map(|&length| exchange(length)).collect();
            let fitted = fit("system", &history, "prompt", window, reserve);
            prop_assert!(fitted.overflows || fitted.tokens <= window - reserve.min(window / 4));
            prop_assert_eq!(fitted.messages.len(), 2 + 2 * (history.len() - fitted.left_out));
        }
    }
}
