//! What a prompt is without its courtesies: "hi, please …" before it and "… thanks in advance" behind it say nothing of
//! what it is about, so the classifier does not see them. The model that answers does.

use regex::Regex;
use std::sync::LazyLock;

static BEFORE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "please|pls|plz|hi there|hi|hey there|hey|hello|kindly|ok so|quick question|bitte|por favor|per favore\
                 |пожалуйста|привет|hallo|hola|bonjour|ciao";
    Regex::new(&format!(r"(?i)^(?:\s*(?:{words})\b[\s,:!.…]*)+")).ok()
});

static BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "thx|thanks|thank you|ty|tia|cheers|please|pls|plz|bitte|danke|gracias|por favor|grazie|merci|obrigado\
                 |obrigada|спасибо|пожалуйста|asap";
    let more = " in advance| so much| a lot| very much";
    Regex::new(&format!(r"(?i)(?:[\s,.!;–-]+(?:many |merci |vielen )?(?:{words})(?:{more})?[\s.!?？]*)+$")).ok()
});

/// Of a longer prompt only both ends are looked at, so many bytes of each.
const END_BYTES_MAX: usize = 200;

/// `prompt` without greeting and thanks. A prompt that is nothing else stays as it is.
pub(super) fn without(prompt: &str) -> String {
    let cut = |text: &str, from: usize| text.get(text.ceil_char_boundary(from)..).unwrap_or_default().to_owned();
    let head = prompt.get(..prompt.floor_char_boundary(END_BYTES_MAX)).unwrap_or_default();
    let begin = BEFORE.as_ref().and_then(|before| before.find(head)).map_or(0, |found| found.end());
    let body = cut(prompt, begin);
    let tail_at = body.ceil_char_boundary(body.len().saturating_sub(END_BYTES_MAX));
    let tail = body.get(tail_at..).unwrap_or_default();
    let end = BEHIND.as_ref().and_then(|behind| behind.find(tail)).map(|found| tail_at + found.start());
    let mut bare = body.get(..end.unwrap_or(body.len())).unwrap_or_default().to_owned();
    if end.is_some() && prompt.trim_end().ends_with(['?', '？']) {
        bare.push('?');
    }
    if bare.trim().chars().count() >= 3 { bare } else { prompt.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courtesies_are_taken_off_both_ends() {
        for (prompt, bare) in [
            ("please merge two lists", "merge two lists"),
            ("Hi there, please merge two lists thx", "merge two lists"),
            ("merge two lists, thanks in advance!", "merge two lists"),
            ("can you merge them please?", "can you merge them?"),
            ("hallo, wie sortiert man das? danke", "wie sortiert man das?"),
            ("Merge two lists.", "Merge two lists."),
            ("a thankless task", "a thankless task"),
        ] {
            assert_eq!(without(prompt), bare);
        }
    }

    #[test]
    fn what_is_nothing_but_courtesy_stays() {
        for prompt in ["thanks", "hi", "please", "thx!", ""] {
            assert_eq!(without(prompt), prompt);
        }
    }
}
