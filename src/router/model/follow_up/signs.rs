//! Signs in a prompt that it continues the last turn, or that it does not: words that point back, openings, thanks,
//! complaints, what it shares with the last reply.
//!
//! Owns the word lists (some twenty languages) and their names, which are shown as reasons. Changing, adding or
//! reordering signs needs a newly trained `assets/head.bin`.

use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Of a longer prompt only so many characters are looked at.
const SEEN_CHARS_MAX: usize = 1_500;

/// Words that point back.
const POINTS_BACK: &str = r"\b(?:it|its|it's|this one|that one|those|these|them|they|that's|the (?:other|same|first|second|third|last|next|previous|above) (?:one|two|three|part|line|step)|(?:of|is|does|do|did|for|from|with|about|in|to|like|than|before|after|make|change|was|on|turn|why|put|are) (?:that|this|those|these)|instead|again|the same|dasselbe|das|davon|daraus|damit|darunter|dafür|dazu|daran|es|ihn|ça|cela|celui|celle|l'|eso|esto|pásalo|hazlo|isso|isto|disso|dele|dela|questo|quello|ciò|dat|dit|daarvan|ervan|bunu|bunun|onu|şunu|tego|tym|itu|ini|nó|này)\b|這|这个|这些|这段|那个|それ|その|これ|この|그걸|그거|이걸|이거|это|этого|этом|этому|него|неё|нём|их|цей|це|його|нього|هذا|هذه|ذلك|इसे|इस|यह|वह|उसे";
/// Opens as a continuation does.
const OPENS: &str = r"^\W*(?:and|but|or|so|then|now|also|plus|what about|how about|what if|why|ok|okay|k|no|nope|yes|yeah|yep|hm+|wait|still|not|even|only|with|without|except|too|more|less|same|else|und|aber|oder|nur|dann|jetzt|noch|ohne|mit|nein|doch|warum|erst|et|mais|ou|alors|bof|non|sans|avec|du coup|y|pero|sin|con|ahora|no|más|e|mas|sem|com|agora|ma|però|senza|allora|en|maar|zonder|ja|nee|nog|langer|а|и|но|или|теперь|ещё|еще|без|нет|уже|а если|ve|ama|peki|bir de|ale|bez|och|men|utan|ta med|dan|tapi|ну|тогда)\b|^\W*(?:那|还有|還有|换|再|太|不|但|如果|为什么|じゃあ|では|でも|あと|それ|なんで|もっと|次|그럼|그리고|근데|و|لكن|और|लेकिन|अगर)";
/// Thanks, praise, plain acceptance.
const THANKS: &str = r"\b(?:thanks|thank you|thx|ty|cheers|perfect|awesome|great|nice|lovely|lol|haha|got it|worked|danke|super|merci|gracias|obrigad[oa]|grazie|bedankt|dank|спасибо|дякую|teşekkür\w*|dzięki|tack|terima kasih|cảm ơn)\b|谢谢|謝謝|多谢|ありがとう|감사|고마|شكرا|धन्यवाद";
/// Changes to the reply, and complaints about it.
const CHANGES: &str = r"\b(?:short\w*|longer|simpler|funnier|faster|slower|more|less|too|again|instead|without|except|exclude|include|add|remove|drop|replace|rename|redo|rewrite|fix|undo|continue|keep|change|make it|convert|explain|wrong|missed|forgot|sure|doesn'?t|didn'?t|isn'?t|won'?t|not|still|breaks?|error|fails?|tried|says|works?|kürzer|länger|auch|nochmal|falsch|geht nicht|plus|moins|encore|aussi|más|menos|también|otr[oa]s?|mais|menos|também|più|meno|anche|korter|langer|ook|короче|ещё|еще|тоже|также)\b|再|更|短|长|改|加上|换成|もっと|短く|짧게|더";
/// Announces something new, or something just attached.
const ANNOUNCES: &str = r"\b(?:new (?:topic|one|question|task|pic\w*|photo|image)|next(?: one| question)?\s*:|unrelated|different (?:thing|topic|question|image|picture)|something else|another (?:thing|topic|question)|completely different|other (?:project|topic|question)|by the way|btw|back to work|for work now|neues thema|was anderes|autre chose|sinon|otra cosa|cambio de tema|outra coisa|agora é trabalho|altra cosa|iets anders|другой вопрос|другое|başka (?:bir )?(?:konu|şey)|inny temat|annan sak)\b|换个话题|另外|別の|다른 질문|سؤال آخر";
/// A log or a traceback.
const TRACE: &str = r"Traceback|(?:Error|Exception|Warning|Fatal|Panic|SQLSTATE|errno)\b|\bat .+\(.+:\d+\)|\bline \d+|^#\d|status=\d|^\s*\^";
/// Opens with a question word.
const ASKS: &str = r"^\W*(?:what|which|who|whose|where|when|why|how|is|are|does|do|did|can|could|should|would|will|was|wie|was|wer|wo|wann|warum|welche\w*|que|quel\w*|qui|où|quand|comment|pourquoi|qué|cuál\w*|cómo|quién|cuánt\w*|o que|qual|como|quem|quando|che|quale|come|chi|quanto|wat|wie|hoe|waar|что|как|кто|где|сколько|почему)\b";
/// Code in a reply.
const CODE: &str = r"```|`[^`]+`";
/// Words that may stand beside thanks.
const FILLERS: &[&str] = &[
    "ok", "okay", "so", "much", "very", "a", "lot", "that", "it", "this", "works", "worked", "work", "now", "you",
    "lol", "haha", "for", "your", "help", "really", "all", "the", "me", "mate", "man", "again", "and", "is", "was",
    "i", "m", "oh", "yes", "yeah", "cool", "great", "perfect", "awesome", "nice", "got",
];

/// How many signs there are.
pub(in crate::router) const COUNT: usize = NAMES.len();
/// The sign that the prompt itself says that it is about something new.
pub(in crate::router) const NEW: usize = 5;

/// The signs of a prompt that opens as a continuation, and of one of at most four words.
const OPENING: usize = 2;
const SHORT: usize = 11;

/// What each sign is called as a reason for staying; empty for those that are none by themselves.
const NAMES: [&str; 19] = [
    "it points back",
    "it points back",
    "it opens as a continuation",
    "it thanks",
    "it asks for a change",
    "",
    "an error after code",
    "",
    "",
    "",
    "",
    "it is short",
    "it is short",
    "",
    "",
    "",
    "it shares words with the last prompt",
    "it shares words with the last reply",
    "",
];

struct Patterns {
    points_back: Regex,
    opens: Regex,
    thanks: Regex,
    changes: Regex,
    announces: Regex,
    trace: Regex,
    asks: Regex,
    code: Regex,
    word: Regex,
    sentence: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| Patterns::compile().ok());

impl Patterns {
    fn compile() -> Result<Self, regex::Error> {
        let any_case = |pattern: &str| Regex::new(&format!("(?i){pattern}"));
        Ok(Self {
            points_back: any_case(POINTS_BACK)?,
            opens: any_case(OPENS)?,
            thanks: any_case(THANKS)?,
            changes: any_case(CHANGES)?,
            announces: any_case(ANNOUNCES)?,
            trace: Regex::new(&format!("(?im){TRACE}"))?,
            asks: any_case(ASKS)?,
            code: Regex::new(CODE)?,
            word: Regex::new(r"\w+")?,
            sentence: Regex::new(r"[.!?。？！]\s")?,
        })
    }
}

/// The name of a sign.
pub(in crate::router) fn name(index: usize) -> &'static str {
    NAMES[index]
}

/// Whether a prompt with these signs is little more than "and", and what to go on with.
pub(in crate::router) fn is_elliptic(signs: &[f32]) -> bool {
    signs[OPENING] > 0.0 && signs[SHORT] > 0.0 && signs[NEW] == 0.0
}

/// Whether nothing but thanks is in `prompt`.
pub(in crate::router) fn is_only_thanks(prompt: &str) -> bool {
    let Some(patterns) = PATTERNS.as_ref() else { return false };
    let shown = head(prompt, SEEN_CHARS_MAX);
    if shown.len() < prompt.len() || prompt.contains('?') || !patterns.thanks.is_match(shown) {
        return false;
    }
    let rest = patterns.thanks.replace_all(shown, " ").to_lowercase();
    patterns.word.find_iter(&rest).all(|word| FILLERS.contains(&word.as_str()))
}

/// The signs in `prompt` after a turn, each from 0 to about 1.
pub(in crate::router) fn signs(prompt: &str, last_prompt: &str, last_reply: &str) -> Vec<f32> {
    let Some(patterns) = PATTERNS.as_ref() else { return vec![0.0; COUNT] };
    let prompt = head(prompt, SEEN_CHARS_MAX);
    let flag = |is: bool| f32::from(u8::from(is));
    let ideographs = prompt.chars().filter(|c| is_ideograph(*c)).count() as f32;
    let length = patterns.word.find_iter(prompt).count() as f32 + ideographs / 2.0;
    let announced = patterns.announces.find(head(prompt, 200));
    let announced = announced.is_some_and(|found| prompt.get(..found.start()).map_or(0, |s| s.chars().count()) <= 40);
    let own = roots(patterns, prompt);
    let shared = |text: &str| own.intersection(&roots(patterns, text)).count() as f32 / own.len().max(1) as f32;
    vec![
        flag(patterns.points_back.is_match(prompt)),
        flag(patterns.points_back.is_match(head(prompt, 40))),
        flag(patterns.opens.is_match(prompt)),
        flag(patterns.thanks.is_match(prompt)),
        flag(patterns.changes.is_match(prompt)),
        flag(announced),
        flag(patterns.code.is_match(last_reply) && patterns.trace.is_match(prompt)),
        flag(prompt.contains(['?', '？', '؟'])),
        flag(patterns.asks.is_match(prompt)),
        flag(prompt.contains(|c: char| c.is_ascii_digit())),
        (libm::log1pf(length) / 3.0).min(1.5),
        flag(length <= 4.0),
        flag(length <= 8.0),
        flag(prompt.starts_with(char::is_lowercase)),
        flag(prompt.trim_end().ends_with(char::is_alphanumeric)),
        patterns.sentence.find_iter(&format!("{prompt} ")).take(3).count() as f32 / 3.0,
        shared(last_prompt),
        shared(last_reply),
        flag(prompt.contains('\n')),
    ]
}

/// Words cut to their first letters, so that endings do not matter; pairs of characters where words are not spaced.
fn roots(patterns: &Patterns, text: &str) -> HashSet<String> {
    let lower = head(text, 4 * SEEN_CHARS_MAX).to_lowercase();
    let mut roots = HashSet::new();
    for word in patterns.word.find_iter(&lower) {
        let letters: Vec<char> = word.as_str().chars().collect();
        if letters.iter().any(|c| is_ideograph(*c)) {
            roots.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else if letters.len() >= 4 {
            roots.insert(letters.iter().take(5).collect());
        }
    }
    roots
}

/// Kana, ideographs and Hangul.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// The first `count` characters.
fn head(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(prompt: &str, reply: &str) -> Vec<&'static str> {
        let signs = signs(prompt, "", reply);
        signs.iter().enumerate().filter(|(_, sign)| **sign > 0.0).map(|(index, _)| NAMES[index]).collect()
    }

    #[test]
    fn every_pattern_is_a_regular_expression() {
        assert!(Patterns::compile().is_ok());
        assert_eq!(signs("", "", "").len(), COUNT);
    }

    #[test]
    fn what_points_back_opens_or_complains_is_seen() {
        assert!(named("fix it", "").contains(&"it points back"));
        assert!(named("and in Rust?", "").contains(&"it opens as a continuation"));
        assert!(named("kürzer bitte", "").contains(&"it asks for a change"));
        assert!(named("Traceback (most recent call last):\n  File x", "```py\n```").contains(&"an error after code"));
        assert!(!named("Traceback (most recent call last):", "prose").contains(&"an error after code"));
    }

    #[test]
    fn an_announcement_counts_near_the_beginning() {
        assert!(signs("new topic: sourdough", "", "")[NEW] > 0.0);
        assert!(signs(&format!("{} new topic", "word ".repeat(20)), "", "")[NEW] == 0.0);
    }

    #[test]
    fn thanks_alone_are_only_thanks() {
        for prompt in ["thanks", "Thank you so much!", "ok great, thanks :)", "danke", "谢谢"] {
            assert!(is_only_thanks(prompt), "{prompt}");
        }
        for prompt in ["thanks, now in Rust", "thanks?", "", "great expectations summary"] {
            assert!(!is_only_thanks(prompt), "{prompt}");
        }
    }
}
