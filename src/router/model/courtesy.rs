//! What a prompt is without its courtesies: "hi, please …" before it and "… thanks in advance" behind it say nothing of
//! what it is about, so the classifier does not see them. The model that answers does.

/// Words before a prompt; of two that begin alike, the longer one stands first.
const BEFORE: &[&str] = &[
    "please",
    "pls",
    "plz",
    "hi there",
    "hi",
    "hey there",
    "hey",
    "hello",
    "kindly",
    "good morning",
    "good afternoon",
    "good evening",
    "i hope you are doing well",
    "i hope you're doing well",
    "hope you are well",
    "hope you're well",
    "sorry to bother you",
    "i was wondering if you could",
    "i need your help with",
    "can you help me with this",
    "can you help me with",
    "could you help me with this",
    "could you help me with",
    "can you please",
    "could you please",
    "would you please",
    "would you kindly",
    "if you don't mind",
    "ok so",
    "quick question",
    "guten tag",
    "guten morgen",
    "buenos días",
    "buenas tardes",
    "bom dia",
    "boa tarde",
    "buongiorno",
    "s'il te plaît",
    "s'il vous plaît",
    "здравствуйте",
    "добрый день",
    "bitte",
    "por favor",
    "per favore",
    "пожалуйста",
    "привет",
    "hallo",
    "hola",
    "bonjour",
    "ciao",
];

/// Words behind a prompt, and what may stand before and behind each of them.
const BEHIND: &[&str] = &[
    "thx",
    "thanks",
    "thank you",
    "ty",
    "tia",
    "cheers",
    "please",
    "pls",
    "plz",
    "bitte",
    "danke",
    "gracias",
    "por favor",
    "grazie",
    "merci",
    "obrigado",
    "obrigada",
    "спасибо",
    "пожалуйста",
    "asap",
    "much appreciated",
    "any help is appreciated",
    "any help would be appreciated",
    "i would appreciate it",
    "i'd appreciate it",
    "have a nice day",
    "best regards",
    "kind regards",
    "s'il te plaît",
    "s'il vous plaît",
    "дякую",
    "dziękuję",
    "teşekkürler",
];
const MANY: &[&str] = &["many ", "merci ", "vielen "];
const SO_MUCH: &[&str] = &[" in advance", " so much", " a lot", " very much"];

/// Of a longer prompt only both ends are looked at, so many bytes of each.
const END_BYTES_MAX: usize = 200;

/// `prompt` without greeting and thanks. A prompt that is nothing else stays as it is.
pub(super) fn without(prompt: &str) -> String {
    let head = prompt.get(..prompt.floor_char_boundary(END_BYTES_MAX)).unwrap_or_default();
    let begin = head.len() - without_greeting(head).len();
    let body = prompt.get(begin..).unwrap_or_default();
    let tail = body.get(body.ceil_char_boundary(body.len().saturating_sub(END_BYTES_MAX))..).unwrap_or_default();
    let thanks = tail.len() - without_thanks(tail).len();
    let mut bare = body.get(..body.len() - thanks).unwrap_or_default().to_owned();
    if thanks > 0 && prompt.trim_end().ends_with(['?', '？']) {
        bare.push('?');
    }
    if bare.trim().chars().count() >= 3 { bare } else { prompt.to_owned() }
}

fn without_greeting(head: &str) -> &str {
    let mark = |c: char| c.is_whitespace() || ",:!.…".contains(c);
    let mut rest = head;
    let greeting = |text: &str, word: &&str| {
        let behind = without_first(text, word)?;
        (!behind.starts_with(|c: char| c.is_alphanumeric() || c == '_')).then_some(behind.len())
    };
    while let Some(length) = BEFORE.iter().find_map(|word| greeting(rest.trim_start(), word)) {
        rest = rest.get(rest.len() - length..).unwrap_or_default().trim_start_matches(mark);
    }
    rest
}

fn without_thanks(tail: &str) -> &str {
    let mark = |c: char| c.is_whitespace() || ".!?？".contains(c);
    let mut rest = tail;
    while let Some(before) = BEHIND.iter().find_map(|word| before_thanks(rest.trim_end_matches(mark), word)) {
        rest = before;
    }
    rest
}

/// What stands before `word` at the end of `text`; `None` when it is not there, or is only the end of another word.
fn before_thanks<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = SO_MUCH.iter().find_map(|more| without_last(text, more)).unwrap_or(text);
    let before = without_last(text, word)?;
    let before = MANY.iter().find_map(|many| without_last(before, many)).unwrap_or(before);
    let bare = before.trim_end_matches(|c: char| c.is_whitespace() || ",.!;–-".contains(c));
    (bare.len() < before.len()).then_some(bare)
}

/// `text` behind `word`, in whatever case it begins with it; `word` is in lower case.
fn without_first<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    word.chars().all(|c| rest.next().is_some_and(|other| other.to_lowercase().eq([c]))).then_some(rest.as_str())
}

/// `text` before `word`, in whatever case it ends with it; `word` is in lower case.
fn without_last<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    word.chars()
        .rev()
        .all(|c| rest.next_back().is_some_and(|other| other.to_lowercase().eq([c])))
        .then_some(rest.as_str())
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
            ("Good morning! I hope you're doing well. Could you please merge two lists?", "merge two lists?"),
            ("Sorry to bother you, merge two lists. Any help would be appreciated!", "merge two lists"),
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
