//! Which group of languages a text is in, by its letters. How far a probability can be trusted differs between them.
//!
//! Owns the guess, which costs one look at each character. Not a language detector: within Latin letters only English is
//! distinguished from the others, by its commonest words.

/// A group of languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::router) enum Group {
    English,
    /// Other languages in Latin letters.
    Latin,
    Cyrillic,
    Chinese,
    Japanese,
    Korean,
    /// Arabic, Persian and Hebrew.
    Arabic,
    /// Every other script, and texts without letters.
    Other,
}

/// Of a longer text only so many characters are looked at.
const SEEN_CHARS_MAX: usize = 2_000;

/// English words that hardly any English sentence is without.
const ENGLISH: &[&str] = &[
    "a", "an", "and", "are", "as", "be", "can", "could", "did", "do", "does", "for", "from", "had", "has", "have",
    "how", "i", "if", "in", "is", "it", "me", "my", "not", "of", "on", "or", "should", "that", "the", "this", "to",
    "was", "what", "when", "which", "who", "why", "with", "would", "you", "your",
];
/// So large a share of the words of an English text are among them, at least.
const ENGLISH_SHARE: f32 = 0.12;
/// At most so large a share of an English text's letters has accents.
const ACCENTS_SHARE: f32 = 0.03;
/// With so large a share of kana a text is Japanese, whatever else is in it.
const KANA_SHARE: f32 = 0.1;

impl Group {
    /// All of them, in order.
    pub(in crate::router) const ALL: [Self; 8] = [
        Self::English,
        Self::Latin,
        Self::Cyrillic,
        Self::Chinese,
        Self::Japanese,
        Self::Korean,
        Self::Arabic,
        Self::Other,
    ];
    /// How many there are.
    pub(super) const COUNT: usize = Self::ALL.len();

    /// What it is called in reports.
    pub(in crate::router) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Latin => "other Latin letters",
            Self::Cyrillic => "Cyrillic",
            Self::Chinese => "Chinese",
            Self::Japanese => "Japanese",
            Self::Korean => "Korean",
            Self::Arabic => "Arabic, Persian, Hebrew",
            Self::Other => "other scripts",
        }
    }

    /// The group of `text`.
    pub(super) fn of(text: &str) -> Self {
        let mut letters = [0_u32; Self::COUNT];
        let mut accents = 0_u32;
        for letter in text.chars().take(SEEN_CHARS_MAX).filter(|character| character.is_alphabetic()) {
            letters[script(letter) as usize] += 1;
            accents += u32::from(!letter.is_ascii());
        }
        let all: u32 = letters.iter().sum();
        if letters[Self::Japanese as usize] as f32 > KANA_SHARE * all as f32 {
            return Self::Japanese;
        }
        let groups = [Self::Latin, Self::Cyrillic, Self::Chinese, Self::Korean, Self::Arabic, Self::Other];
        let most = groups.into_iter().rev().max_by_key(|group| letters[*group as usize]).filter(|_| all > 0);
        match most {
            Some(Self::Latin) if accents as f32 <= ACCENTS_SHARE * all as f32 && is_english(text, 1, ENGLISH_SHARE) => {
                Self::English
            }
            most => most.unwrap_or(Self::Other),
        }
    }
}

/// The group of a letter. Letters alone do not identify English.
fn script(letter: char) -> Group {
    match letter {
        '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Group::Latin,
        '\u{400}'..='\u{52F}' => Group::Cyrillic,
        '\u{3040}'..='\u{30FF}' => Group::Japanese,
        '\u{3400}'..='\u{9FFF}' => Group::Chinese,
        '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7AF}' => Group::Korean,
        '\u{590}'..='\u{77F}' => Group::Arabic,
        _ => Group::Other,
    }
}

/// Whether so many words of `text`, and so large a share of them, are English ones that hardly any sentence is without.
pub(super) fn is_english(text: &str, least: u32, share: f32) -> bool {
    let end = text.char_indices().nth(SEEN_CHARS_MAX).map_or(text.len(), |(at, _)| at);
    let (mut words, mut known) = (0_u32, 0_u32);
    for word in text.get(..end).unwrap_or_default().split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty())
    {
        words += 1;
        known += u32::from(ENGLISH.iter().any(|english| english.eq_ignore_ascii_case(word)));
    }
    known >= least && known as f32 >= share * words as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_grouped_by_their_letters_and_english_by_its_words() {
        for (text, group) in [
            ("Why is the sky blue?", Group::English),
            ("Pourquoi le ciel est-il bleu ?", Group::Latin),
            ("Tại sao bầu trời có màu xanh?", Group::Latin),
            ("Почему небо голубое?", Group::Cyrillic),
            ("天空为什么是蓝色的？", Group::Chinese),
            ("空はなぜ青いのですか", Group::Japanese),
            ("하늘은 왜 파란가요?", Group::Korean),
            ("لماذا السماء زرقاء؟", Group::Arabic),
            ("आसमान नीला क्यों है?", Group::Other),
            ("12 + 30", Group::Other),
            ("", Group::Other),
        ] {
            assert_eq!(Group::of(text), group, "{text}");
        }
    }
}
