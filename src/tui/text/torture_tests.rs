//! A picture of text that terminals find hard: how wide it is, and how it is broken. What no row may ever do is checked
//! beside it.

use super::cells::{graphemes, paint, text_width};
use super::wrap::Wrapped;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::fmt::Write;
use unicode_segmentation::UnicodeSegmentation;

const TEXTS: &[(&str, &str)] = &[
    ("Chinese and Japanese", "検索エンジンは、情報を見つける道具です。"),
    ("wide and narrow", "ab検c索 de「全角」fg"),
    ("half-width kana with sound marks", "ｶﾞｷﾞﾊﾟｱｲｳ ﾟﾟﾟﾟ"),
    ("full-width letters", "ＡＢＣ　ｄｅ"),
    ("Hangul", "한국어 텍스트입니다"),
    ("Hangul, decomposed", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}\u{110b}\u{1165}"),
    ("Hangul, half syllables without end", "ᄒᄒᄒᄒᄒᄒᄒᄒᄒᄒᄒᄒᄒᄒᄒᄒ"),
    ("emoji", "a😀b🚀🎉 c⌚d"),
    ("skin tones", "👍🏻👍🏽👍🏿 👋🏾"),
    ("skin tones without end", "👍🏻🏻🏻🏻🏻🏻🏻🏻🏻🏻🏻🏻🏻🏻🏻🏻"),
    ("families", "👩\u{200d}👧👨\u{200d}👩\u{200d}👧\u{200d}👦 👩🏽\u{200d}💻"),
    ("a kiss with skin tones", "👨🏻\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨🏽x"),
    ("flags", "🇩🇪🇯🇵🇰🇷 🇩 🏴\u{200d}☠\u{fe0f}"),
    ("keycaps", "1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}#\u{fe0f}\u{20e3}"),
    ("as text and as emoji", "❤\u{fe0e}❤\u{fe0f}❤ ☺\u{fe0e}☺\u{fe0f}⌚\u{fe0e}⌚"),
    ("combining marks", "e\u{301}a\u{308}o\u{302}\u{323} n\u{303}"),
    ("stacked marks", "Z\u{351}\u{36b}\u{343}\u{36a}\u{302}a\u{334}\u{335}\u{321}l\u{358}\u{327}\u{362}go"),
    ("a mark on nothing", "\u{301}abc"),
    ("joiners on nothing", "\u{200d}ab\u{200d} \u{200c}c"),
    ("a mark on a space and on a tab", "a \u{301}b\t\u{301}c"),
    ("Devanagari", "नमस्ते दुनिया क्षत्रिय"),
    ("Devanagari, conjuncts without end", "क्क्क्क्क्क्क्क्क्क्क्क्क्क्क्क"),
    ("Tamil", "தமிழ் நிறுவனம்"),
    ("Thai", "ภาษาไทยที่นี่ น้ำ"),
    ("Tibetan", "ཧྐྵྨླྺྼྻྂ་བོད་"),
    ("Arabic", "السَّلامُ عليكم 123 abc"),
    ("Persian", "می\u{200c}خواهم بروم"),
    ("Hebrew", "שָׁלוֹם עולם (a)"),
    ("tabs", "a\tbc\td\t\tefg"),
    ("ambiguous", "±§¶×÷αβд…“”→●○★①Ⅳ"),
    ("boxes and blocks", "┌─┬╮│═║█▓░▏⣿"),
    ("for private use", "\u{e0b0}\u{f300}\u{f0001}x"),
    ("spaces that are none", "a\u{a0}b\u{3000}c\u{2003}d"),
];
const WIDTHS: [usize; 3] = [4, 7, 10];

/// The rows of `text`, and that they are as rows must be.
fn rows(text: &str, width: usize) -> Vec<&str> {
    let wrapped = Wrapped::new(text, width);
    let rows: Vec<&str> = (0..wrapped.len()).map(|row| wrapped.row(text, row)).collect();
    let ends: Vec<usize> = graphemes(text).map(|(at, _)| at).chain([text.len()]).collect();
    for (index, row) in rows.iter().enumerate() {
        let seen = row.trim_end_matches([' ', '\t']);
        assert!(text_width(seen) <= width || graphemes(seen).count() == 1, "{row:?} is wider than {width}");
        let range = wrapped.range(index);
        assert!(ends.contains(&range.start) && ends.contains(&range.end), "{row:?} splits a grapheme of {text:?}");
        let shown: String = graphemes(seen).filter(|(_, one)| text_width(one) > 0).map(|(_, one)| one).collect();
        if text_width(seen) <= width && !seen.contains('\t') {
            assert_eq!(painted(seen, width), shown, "painted and read back");
        }
    }
    let strip = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    assert_eq!(strip(&rows.concat()), strip(text), "nothing is lost at {width}");
    rows
}

/// What stands in the cells when `row` was painted at the left edge of `width` cells, and that nothing stands behind.
fn painted(row: &str, width: usize) -> String {
    let area = Rect::new(0, 0, width as u16, 1);
    let mut buf = Buffer::empty(Rect::new(0, 0, area.width + 2, 1));
    let end = paint(&mut buf, area, row, Style::new());
    assert_eq!(usize::from(end), text_width(row), "{row:?}");
    let (mut read, mut x) = (String::new(), 0);
    while x < end {
        let symbol = buf[(x, 0)].symbol();
        read += symbol;
        x += text_width(symbol).max(1) as u16;
    }
    assert_eq!(x, end, "{row:?}: the last cell reaches over the end");
    assert!((end..area.width + 2).all(|x| buf[(x, 0)].symbol() == " "), "{row:?} reaches over the edge");
    read
}

#[test]
fn hard_text_is_as_wide_and_broken_as_in_the_picture() {
    let mut picture = String::new();
    for (name, text) in TEXTS {
        let shown = |text: &str| text.replace('\t', "⇥").replace('\u{200d}', "‹zwj›").replace('\u{200c}', "‹zwnj›");
        let _ = writeln!(picture, "{name}: {}, {} cells", shown(text), text_width(text));
        for width in WIDTHS {
            let rows: Vec<String> = rows(text, width).into_iter().map(shown).collect();
            let _ = writeln!(picture, "{width:>4} |{}|", rows.join("|"));
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../tests/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("hard_text", picture));
}

#[test]
fn graphemes_are_those_of_unicode_unless_they_never_end() {
    for (name, text) in TEXTS {
        let endless = name.ends_with("without end");
        let ours: Vec<_> = graphemes(text).collect();
        assert_eq!(ours == text.grapheme_indices(true).collect::<Vec<_>>(), !endless, "{name}");
        assert_eq!(ours.iter().map(|(_, one)| *one).collect::<String>(), *text, "{name}");
        assert!(ours.iter().all(|(at, one)| text.get(*at..).unwrap().starts_with(one)), "{name}");
        assert!(ours.iter().all(|(_, one)| one.chars().count() <= 12 && text_width(one) <= 8), "{name}");
    }
}

proptest! {
    #[test]
    fn whatever_stands_beside_whatever_rows_are_as_rows_must_be(
        picks in prop::collection::vec((0..TEXTS.len(), 0usize..9, 1usize..5), 1..8), width in 2usize..14
    ) {
        let mut text = String::new();
        for (which, skip, take) in picks {
            text.extend(TEXTS[which].1.chars().skip(skip).take(take));
        }
        rows(&text, width);
    }

    #[test]
    fn hard_text_that_grows_is_wrapped_as_if_at_once(
        picks in prop::collection::vec((0..TEXTS.len(), 0usize..9, 1usize..20), 1..5), width in 1usize..14
    ) {
        let mut text = String::new();
        let mut grown = Wrapped::default();
        for (which, skip, take) in picks {
            for c in TEXTS[which].1.chars().skip(skip).take(take) {
                text.push(c);
                grown.update(&text, width);
                prop_assert_eq!(&grown, &Wrapped::new(&text, width), "{:?}", text);
            }
        }
    }
}
