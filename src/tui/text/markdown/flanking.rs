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

/// What the parser takes for punctuation: that, and symbols of every kind. Of the latter whole blocks: a letter among them
/// that stands for a number or a unit is taken for one without harm.
fn is_punctuation(c: char) -> bool {
    is_symbol(c)
        || matches!(c,
        '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}'
        | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{301f}' | '\u{3030}' | '\u{303d}' | '\u{30a0}' | '\u{30fb}' | '\u{fe10}'..='\u{fe19}'
        | '\u{fe30}'..='\u{fe6b}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff3f}'
        | '\u{ff5b}'..='\u{ff65}')
        || c.is_ascii_punctuation()
}

/// Signs of currencies, units, mathematics and trade, arrows, frames, stars, emoji.
fn is_symbol(c: char) -> bool {
    matches!(c,
        '\u{a2}'..='\u{a6}' | '\u{a8}' | '\u{a9}' | '\u{ac}' | '\u{ae}'..='\u{b1}' | '\u{b4}' | '\u{b8}' | '\u{d7}' | '\u{f7}'
        | '\u{2c2}'..='\u{2c5}' | '\u{2d2}'..='\u{2df}' | '\u{e3f}' | '\u{2044}' | '\u{2052}' | '\u{207a}'..='\u{207c}'
        | '\u{208a}'..='\u{208c}' | '\u{20a0}'..='\u{20cf}' | '\u{2100}' | '\u{2101}' | '\u{2103}'..='\u{2106}'
        | '\u{2108}' | '\u{2109}' | '\u{2114}' | '\u{2116}'..='\u{2118}' | '\u{211e}'..='\u{2123}' | '\u{2125}'
        | '\u{2127}' | '\u{2129}' | '\u{212e}' | '\u{2140}'..='\u{2144}' | '\u{214a}'..='\u{214d}' | '\u{214f}'
        | '\u{2190}'..='\u{244a}' | '\u{249c}'..='\u{24e9}' | '\u{2500}'..='\u{2767}' | '\u{2794}'..='\u{27e5}'
        | '\u{27f0}'..='\u{2982}' | '\u{2999}'..='\u{2bff}' | '\u{3004}' | '\u{3012}' | '\u{3013}' | '\u{3020}'
        | '\u{3036}' | '\u{3037}' | '\u{303e}' | '\u{303f}' | '\u{309b}' | '\u{309c}' | '\u{3200}'..='\u{321e}'
        | '\u{322a}'..='\u{3247}' | '\u{3250}' | '\u{3260}'..='\u{327f}' | '\u{328a}'..='\u{32b0}'
        | '\u{32c0}'..='\u{33ff}' | '\u{4dc0}'..='\u{4dff}' | '\u{ffe0}'..='\u{ffe6}' | '\u{ffe8}'..='\u{ffee}'
        | '\u{fffc}' | '\u{fffd}' | '\u{1f000}'..='\u{1f0ff}' | '\u{1f10d}'..='\u{1faff}')
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
            ('℃', 'で', punctuation(false)),
            ('€', 'で', punctuation(false)),
            ('の', '⭐', punctuation(true)),
            ('°', '的', punctuation(false)),
            ('㎏', 'の', letter(true)),
            ('👍', '好', punctuation(false)),
            ('a', '(', None),
            ('a', '→', None),
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
