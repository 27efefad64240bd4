//! Whether a server read far less than it was sent: some cut a prompt that is longer than their context, and only the
//! count of tokens tells. Pure figures.

use super::message::{Message, Role};
use super::step::Note;
use crate::text::tokens::estimate_tokens;

/// Shorter requests are never taken for cut, in tokens: few servers have a context below.
const SENT_MIN: usize = 3_000;
/// An estimate is no more than so many times too high: scripts of which a token holds more than thought, and drawings of
/// repeated characters.
const MARGIN: usize = 3;

/// About how many tokens of text a request has. Pictures are left out, since every server counts them otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PromptSize {
    text: usize,
    /// What no earlier request had: the last answer, and the prompt behind it.
    new: usize,
}

impl PromptSize {
    /// The size of `messages`, the oldest first.
    pub fn of(messages: &[Message]) -> Self {
        let sizes: Vec<usize> = messages.iter().map(|message| estimate_tokens(&message.content.text())).collect();
        let last_answer = messages.iter().rposition(|message| message.role == Role::Assistant).unwrap_or(0);
        Self { text: sizes.iter().sum(), new: sizes[last_answer..].iter().sum() }
    }

    /// What to tell the user where a server that counts `read` tokens cut this. Some do not count what they had in a cache
    /// from the request before, and they cut nothing.
    pub fn cut_to(self, read: u64) -> Option<Note> {
        let Self { text, new } = self;
        let tokens = usize::try_from(read).unwrap_or(usize::MAX);
        let is_cut = text >= SENT_MIN && tokens > 0 && tokens.saturating_mul(MARGIN) < text;
        let may_be_cached = (new / MARGIN..=new * 2).contains(&tokens);
        (is_cut && !may_be_cached).then_some(Note::PromptCut { read, sent: text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_cut_where_the_server_read_far_less_than_any_estimate_is_wrong() {
        let words = |count: usize| "word ".repeat(count);
        let one = |count: usize| vec![Message::new(Role::System, "Be brief."), Message::new(Role::User, words(count))];
        let chat = |history: usize, prompt: usize| {
            let answer = Message::new(Role::Assistant, "yes");
            let prompts = [history, prompt].map(|count| Message::new(Role::User, words(count)));
            let [first, second] = prompts;
            vec![first, answer, second]
        };
        for (name, messages, read, cut) in [
            ("a tenth was read", one(20_000), 2_051, true),
            ("all was read", one(20_000), 20_100, false),
            ("half was read, as the estimate may be twice too high", one(20_000), 10_000, false),
            ("a server that counts nothing", one(20_000), 0, false),
            ("a short prompt", one(2_000), 100, false),
            ("a long chat of which a window was read", chat(20_000, 200), 4_000, true),
            ("a long chat of which all but the last prompt was in a cache", chat(20_000, 200), 210, false),
            ("a long prompt at the end of a chat", chat(1_000, 20_000), 2_051, true),
        ] {
            let told = PromptSize::of(&messages).cut_to(read);
            assert_eq!(told.is_some(), cut, "{name}: {told:?}");
        }
        assert_eq!(PromptSize::of(&[]).cut_to(1), None);
    }

    #[test]
    fn the_line_names_both_figures_and_what_to_raise() {
        let line = Note::PromptCut { read: 2_051, sent: 20_000 }.line();
        assert!(line.starts_with("the server read 2,051 of about 20,000 tokens"), "{line}");
        assert!(line.contains("num_ctx") && line.contains("context_window"), "{line}");
    }
}
