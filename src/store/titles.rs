//! Chats in one line, by their titles: a few of many. Pure.

use crate::format::count;
use crate::text::sanitize::one_line;

/// So many chats are named.
const NAMED_MAX: usize = 5;
/// The length of a title among others, in characters.
const TITLE_CHARS_MAX: usize = 40;

/// How the chats with these titles are called, and behind them how many more there are.
pub(crate) fn named_among_others(titles: &[String]) -> Vec<String> {
    let named = titles.iter().take(NAMED_MAX).map(|title| match one_line(title, TITLE_CHARS_MAX) {
        title if title.is_empty() => "a chat without a title".to_owned(),
        title => format!("“{title}”"),
    });
    let more = titles.len().saturating_sub(NAMED_MAX) as u64;
    named.chain((more > 0).then(|| count(more, "more chat"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_chats_are_named_and_the_others_counted() {
        let titles = |many: usize| (1..=many).map(|number| format!("chat\n{number}")).collect::<Vec<_>>();
        assert_eq!(named_among_others(&[]), [""; 0]);
        assert_eq!(named_among_others(&[String::new(), "a".to_owned()]), ["a chat without a title", "“a”"]);
        assert_eq!(named_among_others(&titles(5))[4], "“chat 5”");
        assert_eq!(named_among_others(&titles(6))[5], "1 more chat");
        assert_eq!(named_among_others(&titles(9))[5..], ["4 more chats"]);
    }
}
