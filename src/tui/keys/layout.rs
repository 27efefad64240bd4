//! Which key of a US keyboard stands where a letter of another layout stands.
//!
//! Terminals that report a chord by the letter of the layout in use send Ctrl+С of a Russian keyboard as a Cyrillic letter,
//! not as the C in the same place. Only for chords and command letters: typed text is never changed.
//!
//! Source: the default layout of each language in xkeyboard-config (`symbols/ru`, `ua`, `by`, `bg`, `rs`, `mk`, `kz`, `mn`,
//! `gr`, `il`, `ara`, `ir`, `ge`, `am`, `th`), unshifted, without keys that carry ASCII; Korean is the two-set standard,
//! KS X 5002.

/// The language, keys of a US keyboard, and what the language's layout has there. Where two layouts have the same letter in
/// different places, the user's language decides, else the first of them here.
const LAYOUTS: [(&str, &str, &str); 16] = [
    ("ru", "`qwertyuiop[]asdfghjkl;'zxcvbnm,.", "ёйцукенгшщзхъфывапролджэячсмитьбю"),
    ("uk", "qwertyuiop[]asdfghjkl;'zxcvbnm,.", "йцукенгшщзхїфівапролджєячсмитьбю"),
    ("be", "`qwertyuiop[asdfghjkl;'zxcvbnm,.", "ёйцукенгшўзхфывапролджэячсмітьбю"),
    ("bg", "wertyuiop[asdfghjkl;'zxcvbnm,./", "уеишщксдзцьяаожгтнвмчюйъэфхпрлб"),
    ("sr", "qwertyuiop[]asdfghjkl;'zxcvbnm", "љњертзуиопшђасдфгхјклчћжџцвбнм"),
    ("mk", "qwertyuiop[]asdfghjkl;'zxcvbnm", "љњертѕуиопшѓасдфгхјклчќзџцвбнм"),
    ("kk", "2345890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./", "әіңғүұқөһйцукенгшщзхъфывапролджэячсмитьбю№"),
    ("mn", "-=qwertyuiop[]asdfghjkl;'zxcvbnm,./", "ещфцужэнгшүзкъйыбөахролдпячёсмитьвю"),
    ("el", "wertyuiopasdfghjklzxcvbnm", "ςερτυθιοπασδφγηξκλζχψωβνμ"),
    ("he", "ertyuiopasdfghjkl;zxcvbnm,.", "קראטוןםפשדגכעיחלךףזסבהנמצתץ"),
    ("ar", "`qwertyuiop[]asdfghjkl;'zxcvbnm,./", "ذضصثقفغعهخحجدشسيبلاتنمكطئءؤرﻻىةوزظ"),
    ("fa", "1234567890qwertyuiop[]asdfghjkl;'zxcvbnm,", "۱۲۳۴۵۶۷۸۹۰ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو"),
    ("ka", "`qwertyuiopasdfghjklzxcvbnm", "„ქწერტყუიოპასდფგჰჯკლზხცვბნმ"),
    ("hy", "`12356780-=qwertyuiop[]asdfghjkl;'zxcvbnm,./", "՝ֆձ֊։՞․՛օէղճփբսմուկըթծցջվգեանիտհպրժդչյզլքխշռ"),
    (
        "th",
        "14567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./",
        "ๅภถ\u{e38}\u{e36}คตจขชๆไำพะ\u{e31}\u{e35}รนยบลฟหกดเ\u{e49}\u{e48}าสวงผปแอ\u{e34}\u{e37}ทมใฝ",
    ),
    ("ko", "qwertyuiopasdfghjklzxcvbnm", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ"),
];

/// The key of a US keyboard in the place of `c`. `language` is that of the locale (`bg`); an ASCII character is its own
/// place, and so is none here.
pub(super) fn us_key(c: char, language: &str) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    // Letters of an input method in its full-width mode.
    if let 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '０'..='９' = c {
        return u8::try_from(u32::from(c) - 0xfee0).ok().map(char::from);
    }
    let lower = lowercase(c);
    let own = LAYOUTS.iter().filter(|(of, ..)| *of == language);
    let mut places = own.chain(&LAYOUTS).flat_map(|(_, us, letters)| us.chars().zip(letters.chars()));
    let key = places.find(|(_, letter)| *letter == lower)?.0;
    Some(if lower == c { key } else { key.to_ascii_uppercase() })
}

/// One name for a letter with and without shift. A capital whose small form is two characters stays.
pub(super) fn lowercase(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_a_layout_has_one_place() {
        for (language, us, letters) in LAYOUTS {
            assert_eq!(us.chars().count(), letters.chars().count(), "{language}");
            for (key, letter) in us.chars().zip(letters.chars()) {
                assert!(!letter.is_ascii(), "{language}: {letter}");
                assert_eq!(us_key(letter, language), Some(key), "{language}: {letter}");
            }
        }
    }

    #[test]
    fn a_letter_stands_for_the_key_in_its_place() {
        for (letters, language, keys) in [
            ("йцукен", "", "qwerty"),
            ("сСжЖхъ", "en", "cC;;[]"),
            ("іїє", "", "s]'"),
            ("ў", "", "o"),
            ("љњђ", "", "qw]"),
            ("ς", "", "w"),
            ("שדגכ", "", "asdf"),
            ("شسيب", "", "asdf"),
            ("پچ", "", "m]"),
            ("ქწ", "", "qw"),
            ("ฟหกด", "", "asdf"),
            ("ㅊ", "ko", "c"),
            ("ｃＣ", "ja", "cC"),
        ] {
            let places: Option<String> = letters.chars().map(|c| us_key(c, language)).collect();
            assert_eq!(places.as_deref(), Some(keys), "{letters}");
        }
        for none in ['c', '1', 'é', 'ß', '漢', 'か'] {
            assert_eq!(us_key(none, ""), None, "{none}");
        }
    }

    #[test]
    fn the_users_language_decides_where_a_letter_stands_in_several_places() {
        for (letter, language, key) in
            [('с', "", 'c'), ('с', "ru", 'c'), ('с', "bg", 'i'), ('с', "sr", 's'), ('ы', "sr", 's'), ('د', "fa", 'n')]
        {
            assert_eq!(us_key(letter, language), Some(key), "{letter} {language}");
        }
    }
}
