//! Emphasis beside Chinese, Japanese and Korean. `CommonMark` takes the marks in `**重要：**请` for no end of strong text:
//! punctuation stands before them and a letter behind. These scripts set no spaces there, so an amendment of the rule is in
//! use (`markdown-cjk-friendly`) by which such marks open and close. What stands beside no character of these scripts is as
//! before.

/// The parser's stand-ins, as long as what they stand for: a letter, and punctuation.
const LETTER: &str = "一";
const PUNCTUATION: &str = "、";

/// Which side of a run of marks is replaced, and by what, so that the parser takes the run for one that opens and closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StandIn {
    pub(super) before: bool,
    pub(super) by: &'static str,
}

/// What is replaced beside a run of marks between `before` and `behind`, if anything. Between punctuation and a letter a run
/// either opens or closes; between two of a kind it does both.
pub(super) fn stand_in(before: char, behind: char) -> Option<StandIn> {
    let is_letter = |c: char| !c.is_whitespace() && !is_punctuation(c);
    let before_is_mark = match (is_punctuation(before), is_punctuation(behind)) {
        (true, false) if is_letter(behind) => true,
        (false, true) if is_letter(before) => false,
        _ => return None,
    };
    let (mark, letter) = if before_is_mark { (before, behind) } else { (behind, before) };
    let stand_in = if is_cjk(mark) {
        StandIn { before: before_is_mark, by: LETTER }
    } else {
        StandIn { before: !before_is_mark, by: PUNCTUATION }
    };
    let replaced = if is_cjk(mark) { mark } else { letter };
    (is_cjk(replaced) && replaced.len_utf8() == stand_in.by.len()).then_some(stand_in)
}

/// Characters of Chinese, Japanese and Korean, with their punctuation and what is as wide as they are.
fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{fe10}'..='\u{fe1f}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ffef}'
        | '\u{1b000}'..='\u{1b2ff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_punctuation(c: char) -> bool {
    matches!(c,
        '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}'
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{301f}' | '\u{3030}' | '\u{303d}' | '\u{30a0}' | '\u{30fb}' | '\u{fe10}'..='\u{fe19}'
        | '\u{fe30}'..='\u{fe6b}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff3f}'
        | '\u{ff5b}'..='\u{ff65}')
        || c.is_ascii_punctuation()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_between_punctuation_and_a_letter_of_which_one_is_cjk_open_and_close() {
        let letter = |before| Some(StandIn { before, by: LETTER });
        let punctuation = |before| Some(StandIn { before, by: PUNCTUATION });
        for (before, behind, expected) in [
            ('：', '请', letter(true)),
            ('，', 'a', letter(true)),
            ('含', '「', letter(false)),
            ('a', '（', letter(false)),
            (')', 'の', punctuation(false)),
            (')', '는', punctuation(false)),
            ('”', '内', punctuation(false)),
            ('の', '(', punctuation(true)),
            ('a', '(', None),
            (')', 'a', None),
            ('：', ' ', None),
            (' ', '「', None),
            ('）', '「', None),
            ('重', '请', None),
            (')', '。', None),
        ] {
            assert_eq!(stand_in(before, behind), expected, "{before}{behind}");
        }
    }
}
