//! The contract of `sanitize`, rule by rule.

use super::*;
use proptest::prelude::*;

/// What goes in and what comes out.
const TABLE: &[(&str, &str)] = &[
    // CSI: colour, the screen, private modes, intermediates, and one that something breaks off.
    ("a\u{1b}[31mred\u{1b}[0mb", "aredb"),
    ("a\u{1b}[2J\u{1b}[1;1Hb\u{1b}[?1049hc\u{1b}[!pd\u{1b}[1 qe", "abcde"),
    ("a\u{1b}[31検b", "a検b"),
    ("a\u{1b}[3\nb", "a\nb"),
    ("a\u{1b}[3\u{18}1mb", "a1mb"),
    ("a\u{1b}[3\u{1b}[4mb", "ab"),
    // OSC: links, the clipboard, the title; ended by ST in both encodings and by BEL.
    ("a\u{1b}]8;;https://evil.example\u{1b}\\link\u{1b}]8;;\u{7}b", "alinkb"),
    ("a\u{1b}]52;c;c2VjcmV0\u{7}b", "ab"),
    ("a\u{1b}]0;title\u{9c}b\u{1b}]2;title\u{1b}\\c", "abc"),
    ("a\u{1b}]0;two\nlines\u{7}b", "ab"),
    ("a\u{1b}]0;title\u{18}b\u{1b}]0;title\u{1a}c", "abc"),
    ("a\u{1b}]0;title\u{1b}[31mb", "ab"),
    // DCS, APC, PM, SOS.
    ("a\u{1b}P1$qm\u{1b}\\b", "ab"),
    ("a\u{1b}_Gi=1;AAAA\u{1b}\\b\u{1b}^pm\u{1b}\\c\u{1b}Xsos\u{1b}\\d", "abcd"),
    // The same begun by C1 controls, and those alone.
    ("a\u{9b}31mb\u{9d}0;title\u{9c}c\u{90}q\u{9c}d\u{9f}apc\u{7}e\u{9e}pm\u{1b}\\f\u{98}sos\u{9c}g", "abcdefg"),
    ("a\u{80}b\u{84}c\u{8d}d\u{8e}e\u{8f}f\u{9a}g\u{9c}h", "abcdefgh"),
    // What C1 bytes become that are no UTF-8.
    ("a\u{fffd}31mb", "a\u{fffd}31mb"),
    // Other escape sequences, and a lone ESC.
    ("a\u{1b}(Bb\u{1b}7c\u{1b}=d\u{1b}cd\u{1b}#8e", "abcdde"),
    ("a\u{1b}\u{1b}[2Jb", "ab"),
    ("a\u{1b}検\u{1b}\nb\u{1b}(\u{e9}", "a検\nb\u{e9}"),
    ("a\u{1b}", "a"),
    ("\u{1b}[31", ""),
    // Controls, and what becomes a newline.
    ("a\0b\u{8}c\u{7f}d\te\r\nf\rg\nh\r\ri\u{7}j", "abcd\te\nf\ng\nh\n\nij"),
    // What parts words, also within a sequence that it breaks off, but not within a string that has it.
    ("one\u{b}two\u{c}three\r\u{c}four\u{c}\nfive", "one\ntwo\nthree\n\nfour\n\nfive"),
    ("a\u{1c}b\u{1d}c\u{1e}d\u{1f}e\0f", "a\nb\nc\nd ef"),
    ("a\u{1b}[3\u{b}b\u{1b}\u{c}c\u{1b}(\u{1f}d\u{1b}]0;x\u{b}y\u{c}z\u{7}e", "a\nb\nc de"),
    ("a\u{2028}b\u{85}c\u{2029}d\r\u{1b}[m\ne", "a\nb\nc\nd\n\ne"),
    // The direction of text.
    ("user\u{202e}txt.exe\u{202c}\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}\u{206a}\u{206f}", "usertxt.exe"),
    // What hides, or is hidden.
    ("a\u{200b}b\u{2060}\u{2061}\u{2064}\u{2065}c\u{ad}d\u{180e}e\u{feff}f", "abcdef"),
    ("a\u{115f}b\u{1160}c\u{3164}d\u{ffa0}e\u{17b4}\u{17b5}f", "abcdef"),
    ("a\u{e0100}b\u{e01ef}c\u{e0000}\u{e0001}d\u{e0041}\u{e007f}e", "abcde"),
    ("a\u{fff9}b\u{fffa}c\u{fffb}d\u{1d173}\u{1bca0}e", "abcde"),
    ("a\u{fffe}\u{ffff}\u{fdd0}\u{fdef}\u{1fffe}\u{10ffff}b", "ab"),
    // What is invisible stays once where it belongs.
    ("\u{34f}model\u{34f} e\u{301}\u{34f}\u{34f}\u{328} \u{fe0f}a\u{fe0f}b\u{fe00}", "model e\u{301}\u{34f}\u{328} ab"),
    ("❤\u{fe0f}\u{fe00}\u{fe0e}\u{fe0f}x 漢\u{fe00}\u{200b}\u{fe01}", "❤\u{fe0f}x 漢\u{fe00}"),
    ("a\u{180b}\u{180d}b \u{1820}\u{180b}\u{180c}\u{1821}\u{180f}", "ab \u{1820}\u{180b}\u{1821}\u{180f}"),
    ("a\u{13430}\u{13438}b \u{13000}\u{13430}\u{13001}", "ab \u{13000}\u{13430}\u{13001}"),
    ("a\u{16fe4}b \u{18b00}\u{16fe4}\u{18b01}", "ab \u{18b00}\u{16fe4}\u{18b01}"),
    // England's flag.
    ("🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "🏴"),
    // What stays.
    (
        "👩\u{200d}👧 ❤\u{fe0f} ❤\u{fe0e} 👍🏽 🇩🇪 1\u{fe0f}\u{20e3}",
        "👩\u{200d}👧 ❤\u{fe0f} ❤\u{fe0e} 👍🏽 🇩🇪 1\u{fe0f}\u{20e3}",
    ),
    (
        "e\u{301} नमस्ते क्\u{200d}ष می\u{200c}خواهم 한국어 ᄒ\u{1161}\u{11ab} עברית ไทย",
        "e\u{301} नमस्ते क्\u{200d}ष می\u{200c}خواهم 한국어 ᄒ\u{1161}\u{11ab} עברית ไทย",
    ),
    ("ༀ ཧྐྵྨླྺྼྻྂ \u{e0b0} \u{f0001} \u{a0}\u{3000}\u{fffc}", "ༀ ཧྐྵྨླྺྼྻྂ \u{e0b0} \u{f0001} \u{a0}\u{3000}\u{fffc}"),
];

/// Whether no sink needs to fear `text`, written down once more in other words than [`is_hidden`].
fn is_harmless(text: &str) -> bool {
    let invisible = regex::Regex::new(
        "[\\x00-\\x08\\x0b-\\x1f\\x7f-\u{9f}\u{ad}\u{61c}\u{115f}\u{1160}\u{180e}\u{200b}\u{200e}\u{200f}\
         \u{2028}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{feff}\u{ffa0}\u{fff9}-\u{fffb}\u{fffe}\u{ffff}\u{e0000}-\u{e0fff}]",
    );
    !invisible.unwrap().is_match(text)
}

fn in_pieces(pieces: &[&str]) -> String {
    let mut sanitizer = Sanitizer::default();
    pieces.iter().map(|piece| sanitizer.push(piece)).collect()
}

#[test]
fn every_rule_of_the_contract_holds() {
    for (dirty, clean) in TABLE {
        assert_eq!(sanitize(dirty), *clean, "{dirty:?}");
        assert!(is_harmless(clean), "{clean:?}");
        assert_eq!(sanitize(clean), *clean, "{dirty:?} cleaned again");
        assert!(clean.len() <= dirty.len(), "{dirty:?} grows");
    }
}

#[test]
fn every_text_comes_out_alike_wherever_it_is_cut() {
    for (dirty, clean) in TABLE {
        for (at, _) in dirty.char_indices() {
            let (head, tail) = dirty.split_at(at);
            assert_eq!(in_pieces(&[head, tail]), *clean, "{head:?} and {tail:?}");
        }
        let mut sanitizer = Sanitizer::default();
        let alone: String = dirty.chars().map(|c| sanitizer.push(c.encode_utf8(&mut [0; 4]))).collect();
        assert_eq!(alone, *clean, "{dirty:?} character by character");
    }
}

#[test]
fn every_character_stands_alone_as_the_contract_says() {
    let goes = (char::MIN..=char::MAX).filter(|c| sanitize(c.encode_utf8(&mut [0; 4])).is_empty()).count();
    // C0 without tab, CR, and what is a newline or becomes one or a space; DEL; C1 without NEL; what hides;
    // noncharacters; what belongs to something before it.
    let hidden = [1, 1, 2, 2, 1, 1, 2, 5, 6, 10, 1, 1, 1, 12, 4, 8, 0x1000].iter().sum::<usize>();
    assert_eq!(goes, 23 + 1 + 31 + hidden + 32 + 2 * 17 + (1 + 4 + 16 + 16 + 1));
}

#[test]
fn what_is_read_as_no_utf_8_shows_that_and_does_nothing() {
    // CSI and OSC as C1 controls of one byte each, and a character that is cut off.
    let read = String::from_utf8_lossy(b"a\x9b31mb\x9d0;title\x9cc\xe2\x80");
    assert_eq!(sanitize(&read), "a\u{fffd}31mb\u{fffd}0;title\u{fffd}c\u{fffd}");
}

#[test]
fn a_sequence_that_never_ends_swallows_only_so_much() {
    for open in ["\u{1b}]", "\u{9d}", "\u{1b}P"] {
        // The introducer counts as far as it stands behind the first character.
        let within = LONGEST + 1 - open.chars().count();
        assert_eq!(sanitize(&format!("a{open}{}", "x".repeat(within))), "a", "{open:?}");
        assert_eq!(sanitize(&format!("a{open}{}yz", "x".repeat(within))), "ayz", "{open:?}");
    }
    assert_eq!(sanitize(&format!("a\u{1b}[{}yz", "1".repeat(LONGEST - 1))), "ayz");
    // Nor do several, each begun in the other.
    assert_eq!(sanitize(&format!("a\u{1b}{}yz", "\u{1b}".repeat(LONGEST))), "ayz");
}

#[test]
fn no_character_carries_more_than_so_many_marks() {
    let marks = |count: usize| "\u{301}".repeat(count);
    let most = usize::from(MARKS);
    for base in ["", "e", "\n", "検", "👩"] {
        assert_eq!(sanitize(&format!("{base}{}x", marks(500))), format!("{base}{}x", marks(most)), "{base:?}");
        let split = in_pieces(&[base, &marks(most - 1), &marks(40), "x"]);
        assert_eq!(split, format!("{base}{}x", marks(most)), "{base:?}");
    }
    // What stands between marks and goes does not make room for more.
    assert_eq!(sanitize(&"\u{301}\u{200b}\u{1b}[m".repeat(99)), marks(most));
    assert_eq!(sanitize(&"\u{200d}".repeat(500)).chars().count(), most);
    // A family of a thousand is no family: it falls into several.
    let family = sanitize(&"👩\u{200d}".repeat(1000));
    assert_eq!(family.matches('👩').count(), 1000);
    assert!(!family.contains(&"👩\u{200d}".repeat(most + 1)));
}

#[test]
fn a_megabyte_without_a_newline_passes_whole() {
    for piece in ["x", "検", "e\u{301}", "\u{1b}[m.", "\u{1b}", "\u{9d}", "\u{202e}"] {
        let dirty = piece.repeat((1 << 20) / piece.len());
        let clean = sanitize(&dirty);
        assert!(clean.len() <= dirty.len() && is_harmless(&clean), "{piece:?}");
        let kept = sanitize(piece);
        assert_eq!(clean.len(), kept.len() * (dirty.len() / piece.len()), "{piece:?}");
    }
}

#[test]
fn texts_in_json_are_cleaned_however_deep() {
    let dirty = serde_json::json!({"k\u{7}": ["a\u{1b}[2Jb", {"x": "\u{202e}"}], "n": 1.5});
    assert_eq!(sanitize_json(dirty), serde_json::json!({"k": ["ab", {"x": ""}], "n": 1.5}));
}

#[test]
fn one_line_is_short_and_has_no_newline() {
    assert_eq!(one_line(" a\r\n b\tc ", 9), "a b c");
    assert_eq!(one_line("abcdef", 4), "abc…");
}

/// What a text is made of that wants to break the rules.
const PIECE: &str = "[\u{1b}\u{9b}\u{9d}\u{9c}\u{7}\u{18}\u{b}\u{c}\u{1c}\u{1f}\\[\\]\\\\;0-9a-zPX^_ \r\n\u{202e}\u{200b}\u{200d}\u{301}\u{fe0f}é検👩\u{1112}\u{1161}]{0,6}|\u{301}{10,20}|.{0,4}";

proptest! {
    /// The same as the fuzz target `sanitize` asks, always.
    #[test]
    fn whatever_comes_the_contract_holds(parts in prop::collection::vec(PIECE, 0..12)) {
        let dirty = parts.concat();
        let clean = sanitize(&dirty);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        prop_assert_eq!(&in_pieces(&parts), &clean);
        prop_assert_eq!(&sanitize(&clean), &clean);
        prop_assert!(is_harmless(&clean), "{:?}", clean);
        prop_assert!(clean.len() <= dirty.len());
    }

    #[test]
    fn whatever_bytes_come_the_contract_holds(bytes in prop::collection::vec(any::<u8>(), 0..64), at in 0usize..64) {
        let dirty = String::from_utf8_lossy(&bytes);
        let clean = sanitize(&dirty);
        let (head, tail) = dirty.split_at(dirty.floor_char_boundary(at));
        prop_assert_eq!(&in_pieces(&[head, tail]), &clean);
        prop_assert_eq!(&sanitize(&clean), &clean);
        prop_assert!(is_harmless(&clean), "{:?}", clean);
        prop_assert!(clean.len() <= dirty.len());
    }
}
