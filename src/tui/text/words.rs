//! Finds the ends of words: for motions and deletions by words, and for the word under a double click. Pure; must not know
//! the caret.
//!
//! Unicode's rules (UAX #29) leave scripts without spaces to a dictionary: ICU's segmenter has one for Chinese and
//! Japanese, and models for Thai, Lao, Khmer and Burmese. Marks in a row are a unit of their own, as in `foo.bar()`, and
//! no boundary lies within a grapheme.

use super::cells::is_boundary;
use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// The bytes on either side that decide on a boundary in text without spaces: segmenting a whole text for one key is felt.
const CONTEXT_BYTES: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mark,
    Word,
}

/// The beginning of the word before the byte `at` of `line`: blanks are skipped first, and 0 stands where no word is.
pub(crate) fn word_left(line: &str, at: usize) -> usize {
    let before = line.get(..at).unwrap_or(line);
    let end = before.char_indices().rev().find(|(index, c)| !is_blank(line, *index, *c));
    let end = end.map_or(0, |(index, c)| index + c.len_utf8());
    let unit = unit_around(line, end.saturating_sub(1));
    let inside = end.saturating_sub(unit.start);
    let pieces = pieces(line.get(unit.clone()).unwrap_or_default());
    let start = pieces.iter().map(|piece| piece.start).take_while(|start| *start < inside).last();
    unit.start + start.unwrap_or(0)
}

/// The end of the word behind the byte `at` of `line`: blanks are skipped first, and the end stands where no word is.
pub(crate) fn word_right(line: &str, at: usize) -> usize {
    let mut behind = line.get(at..).unwrap_or_default().char_indices().map(|(index, c)| (at + index, c));
    let from = behind.find(|(index, c)| !is_blank(line, *index, *c)).map_or(line.len(), |(index, _)| index);
    let unit = unit_around(line, from);
    let inside = from.saturating_sub(unit.start);
    let pieces = pieces(line.get(unit.clone()).unwrap_or_default());
    let end = pieces.iter().map(|piece| piece.end).find(|end| *end > inside);
    end.map_or(unit.end, |end| unit.start + end)
}

/// The word, the mark or the blanks in which the byte `at` of `text` stands: Unicode's word, with the point in `a.b`.
pub(crate) fn word_at(text: &str, at: usize) -> Option<Range<usize>> {
    let here = text.get(text.floor_char_boundary(at)..)?;
    let c = here.chars().next()?;
    if c.is_whitespace() {
        let start = text.get(..at)?.trim_end_matches(|c: char| c.is_whitespace() && c != '\n').len();
        return Some(start..text.len() - here.trim_start_matches(|c: char| c.is_whitespace() && c != '\n').len());
    }
    let unit = unit_around(text, at);
    let mut segments = segments(text.get(unit.clone())?).into_iter();
    let segment = segments.find(|segment| segment.end > at - unit.start)?;
    Some(unit.start + segment.start..unit.start + segment.end)
}

/// The text between white space around the byte `at`; of a long text without spaces only the part near by.
fn unit_around(line: &str, at: usize) -> Range<usize> {
    let at = line.floor_char_boundary(at);
    let (before, behind) = line.split_at_checked(at).unwrap_or((line, ""));
    let start = before.char_indices().rev().find(|(index, c)| is_blank(line, *index, *c));
    let start = start.map_or(0, |(index, c)| index + c.len_utf8());
    let end = behind.char_indices().find(|(index, c)| is_blank(line, at + *index, *c));
    let end = end.map_or(line.len(), |(index, _)| at + index);
    if line.get(start..end).is_none_or(str::is_ascii) {
        return start..end;
    }
    let begins = |byte: &usize| line.is_char_boundary(*byte) && is_boundary(line, *byte);
    let near = (at.saturating_sub(CONTEXT_BYTES)..=at).find(begins).unwrap_or(at);
    let far = (at.saturating_add(CONTEXT_BYTES)..end).find(begins).unwrap_or(end);
    start.max(near)..end.min(far)
}

/// Returns true if the character `c` at the byte `at` is white space; with a mark on it, it is not.
fn is_blank(line: &str, at: usize, c: char) -> bool {
    c.is_whitespace() && is_boundary(line, at + c.len_utf8())
}

/// The units of a text without white space at which motions stop: words, parted at ASCII marks, and marks in a row.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces: Vec<(Range<usize>, Kind)> = Vec::new();
    let mut add = |range: Range<usize>, kind: Kind, joins: bool| match pieces.last_mut() {
        Some((last, before)) if *before == kind && (joins || kind == Kind::Mark) => last.end = range.end,
        _ => pieces.push((range, kind)),
    };
    if text.is_ascii() {
        text.bytes().enumerate().for_each(|(at, byte)| add(at..at + 1, kind_of(char::from(byte)), true));
    } else {
        for segment in segments(text) {
            let (start, mut begins) = (segment.start, true);
            let segment = text.get(segment).unwrap_or_default();
            // ICU's own word for it forgets words that end with a combining mark.
            let is_word = segment.contains(|c: char| c.is_alphanumeric() || c == '_');
            for (at, grapheme) in segment.grapheme_indices(true) {
                let first = grapheme.chars().next().unwrap_or_default();
                let kind = if is_word { kind_of(first) } else { Kind::Mark };
                add(start + at..start + at + grapheme.len(), kind, !begins);
                begins = false;
            }
        }
    }
    pieces.into_iter().map(|(range, _)| range).collect()
}

fn kind_of(c: char) -> Kind {
    if c.is_ascii_punctuation() && c != '_' { Kind::Mark } else { Kind::Word }
}

/// The segments of ICU. It may part what is one grapheme; here that is one segment.
fn segments(text: &str) -> Vec<Range<usize>> {
    let segmenter = WordSegmenter::new_auto(WordBreakInvariantOptions::default());
    let (mut segments, mut start) = (Vec::new(), 0);
    for at in segmenter.segment_str(text) {
        if at > start && is_boundary(text, at) {
            segments.push(start..at);
            start = at;
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The line with a bar at each place at which a walk from one end stops.
    fn walked(line: &str, step: fn(&str, usize) -> usize, from: usize, to: usize) -> String {
        let (mut at, mut stops) = (from, Vec::new());
        while at != to {
            at = step(line, at);
            stops.push(at);
        }
        stops.sort_unstable();
        let mut shown = line.to_owned();
        stops.iter().rev().for_each(|stop| shown.insert(*stop, '|'));
        shown
    }

    #[test]
    fn a_walk_by_words_stops_at_words_of_every_script_and_at_marks_in_a_row() {
        for (line, left, right) in [
            ("one two  three", "|one |two  |three", "one| two|  three|"),
            ("foo.bar(a_b, 7)", "|foo|.|bar|(|a_b|, |7|)", "foo|.|bar|(|a_b|,| 7|)|"),
            ("  x  ", "|  |x  ", "  x|  |"),
            ("go #\u{fe0f}\u{20e3}", "|go |#\u{fe0f}\u{20e3}", "go| #\u{fe0f}\u{20e3}|"),
            ("a !\u{301} ◌\u{301}", "|a |!\u{301} |◌\u{301}", "a| !\u{301}| ◌\u{301}|"),
            ("日本語abc", "|日本語|abc", "日本語|abc|"),
            ("你好，世界。我们去北京大学", "|你好|，|世界|。|我们|去|北京|大学", "你好|，|世界|。|我们|去|北京|大学|"),
            ("ภาษาไทย ง่าย", "|ภาษา|ไทย |ง่าย", "ภาษา|ไทย| ง่าย|"),
            ("naïve café's", "|naïve |café|'|s", "naïve| café|'|s|"),
            ("ae\u{301}.e\u{301}👩", "|ae\u{301}|.|e\u{301}|👩", "ae\u{301}|.|e\u{301}|👩|"),
            ("мир👩\u{200d}👧🇩🇪!ok", "|мир|👩\u{200d}👧🇩🇪!|ok", "мир|👩\u{200d}👧🇩🇪!|ok|"),
            ("", "", ""),
        ] {
            assert_eq!(walked(line, word_left, line.len(), 0), left, "{line}");
            assert_eq!(walked(line, word_right, 0, line.len()), right, "{line}");
        }
    }

    #[test]
    fn from_within_a_word_its_own_ends_are_next() {
        assert_eq!((word_left("one two", 6), word_right("one two", 5)), (4, 7));
        let line = "在北京大学";
        assert_eq!((word_left(line, 6), word_right(line, 6)), (3, 9));
    }

    #[test]
    fn a_double_click_takes_the_word_of_unicode() {
        for (text, at, word) in [
            ("see main.rs now", 6, "main.rs"),
            ("see  it", 4, "  "),
            ("a\nb c", 2, "b"),
            ("我们去北京大学", 12, "北京"),
            ("e\u{301}a b", 1, "e\u{301}a"),
        ] {
            assert_eq!(word_at(text, at).and_then(|range| text.get(range)), Some(word), "{text}");
        }
        assert_eq!(word_at("a", 1), None);
    }

    #[test]
    fn a_megabyte_without_spaces_is_walked_by_words_as_well() {
        let line = "你好，".repeat(100_000);
        let middle = line.len() / 2;
        assert_eq!((word_left(&line, middle), word_right(&line, middle)), (middle - 3, middle + 6));
        let plain = "x".repeat(1_000_000);
        assert_eq!((word_left(&plain, 500_000), word_right(&plain, 500_000)), (0, 1_000_000));
    }

    proptest! {
        #[test]
        fn every_step_moves_on_and_cuts_no_grapheme(
            line in "([a-c]{1,3}|[ .!#_]|検|索|ไทย|e\u{301}|\u{301}|👩|\u{200d}|🇩|🇪|\u{fe0f}|\u{20e3}|한|ᄒ|ᅡ|क\u{94d}|ष){0,40}"
        ) {
            let (mut at, mut back) = (0, line.len());
            while at < line.len() {
                let next = word_right(&line, at);
                prop_assert!(next > at && is_boundary(&line, next), "{at} {next}");
                at = next;
            }
            while back > 0 {
                let next = word_left(&line, back);
                prop_assert!(next < back && is_boundary(&line, next), "{back} {next}");
                back = next;
            }
        }
    }
}
