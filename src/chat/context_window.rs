//! How much of a conversation fits a model: tokens are estimated, and the oldest exchanges are left out.
//!
//! Where the estimate is wrong the endpoint refuses the request, and its message says what to set.

use super::{Exchange, Message, Role};
use crate::text::tokens::estimate_tokens;

/// What every message costs besides its text: role and separators.
const PER_MESSAGE: usize = 4;

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

/// Cuts `history` (oldest first) so that it, `system` and `prompt` fit `window` tokens with `reserve` of them kept for
/// the answer. The system prompt and the new prompt always stay.
pub fn fit(system: &str, history: &[Exchange], prompt: &str, window: usize, reserve: usize) -> Fitted {
    let room = window - reserve.min(window / 4);
    let mut tokens = message_tokens(prompt);
    if !system.is_empty() {
        tokens += message_tokens(system);
    }
    let overflows = tokens > room;
    let mut kept = 0;
    for exchange in history.iter().rev() {
        let cost = message_tokens(&exchange.prompt) + message_tokens(&exchange.answer);
        if tokens + cost > room {
            break;
        }
        tokens += cost;
        kept += 1;
    }
    let left_out = history.len() - kept;
    let mut messages = Vec::with_capacity(kept * 2 + 2);
    if !system.is_empty() {
        messages.push(Message::new(Role::System, system));
    }
    for exchange in &history[left_out..] {
        messages.push(Message::new(Role::User, exchange.prompt.clone()));
        messages.push(Message::new(Role::Assistant, exchange.answer.clone()));
    }
    messages.push(Message::new(Role::User, prompt));
    Fitted { messages, left_out, tokens, overflows }
}

fn message_tokens(text: &str) -> usize {
    estimate_tokens(text) + PER_MESSAGE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn exchange(length: usize) -> Exchange {
        Exchange { prompt: "pppp ".repeat(length).into(), answer: "aaaa ".repeat(length).into() }
    }

    #[test]
    fn what_fits_is_sent_whole_and_in_order() {
        let fitted = fit("sys", &[exchange(1), exchange(2)], "now", 1000, 100);
        let said: Vec<(Role, usize)> = fitted.messages.iter().map(|m| (m.role, m.content.len())).collect();
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
