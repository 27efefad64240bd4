//! Finds the ends of formulas: `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. Must not know what is code or an address.

use std::ops::Range;

/// The formula that begins with the dollar at `at`, in text that ends at `end`. Prices are none, and neither are the ends of
/// lines in regular expressions: behind a word no formula begins, nor before a blank or what closes something; none ends
/// behind a blank, nor before a digit. What has the marks of strong text at a blank is prose that two prices frame.
pub(super) fn between_dollars(text: &str, at: usize, end: usize) -> Option<Range<usize>> {
    let rest = text.get(at + 1..end)?;
    let before = text.get(..at)?.chars().next_back();
    let first = rest.chars().next()?;
    let closes = |c: char| matches!(c, '\'' | '"' | ')' | ']' | '}' | ',' | ';' | '”' | '’');
    if before.is_some_and(|c| c.is_ascii_alphanumeric()) || first.is_whitespace() || closes(first) {
        return None;
    }
    let length = unescaped_dollar(rest)?;
    let (formula, behind) = (rest.get(..length)?, rest.get(length + 1..)?);
    let ends = !formula.ends_with(char::is_whitespace) && !behind.starts_with(|c: char| c.is_ascii_digit() || c == '$');
    (ends && !formula.contains('`') && !has_marks_of_prose(formula)).then_some(at..at + length + 2)
}

/// The first dollar before which no backslash stands.
fn unescaped_dollar(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let found = byte == b'$' && !escaped;
        escaped = byte == b'\\' && !escaped;
        found
    })
}

/// Returns true if marks of strong or struck text stand at a blank, or at either end, where no formula has them.
pub(super) fn has_marks_of_prose(formula: &str) -> bool {
    ["**", "~~"].into_iter().any(|marks| {
        formula.match_indices(marks).any(|(at, _)| {
            let (before, behind) = (formula.get(..at).unwrap_or_default(), formula.get(at + 2..).unwrap_or_default());
            let is_end = |text: &str| text.is_empty() || text.starts_with(char::is_whitespace);
            is_end(behind) || before.is_empty() || before.ends_with(char::is_whitespace)
        })
    })
}

/// The marks that open formulas over several lines, and in prose, with those that close them.
pub(super) const PAIRS: [(&str, &str); 3] = [("$$", "$$"), ("\\(", "\\)"), ("\\[", "\\]")];

/// The end of a formula, looked for behind the marks that open it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    /// The marks that close it stand at this byte.
    At(usize),
    /// The same marks open another formula first, and formulas do not nest: the first ones are text.
    Reopened,
    /// The text ends first.
    Missing,
}

/// The end in `text` of a formula between the marks `open` and `close`. More than two dollars close nothing, and an escaped
/// mark does not either: `\\[2pt]` ends a line.
pub(super) fn close_of(text: &str, open: &str, close: &str) -> Close {
    let mut at = 0;
    loop {
        let found = text.get(at..).and_then(|rest| Some(at + rest.find(['\\', '$'])?));
        let Some((place, rest)) = found.and_then(|place| Some((place, text.get(place..)?))) else {
            return Close::Missing;
        };
        let dollars = rest.bytes().take_while(|byte| *byte == b'$').count();
        if rest.starts_with(close) && dollars <= 2 {
            return Close::At(place);
        }
        if rest.starts_with(open) && dollars == 0 {
            return Close::Reopened;
        }
        at = place + if dollars > 0 { dollars } else { 1 + rest.chars().nth(1).map_or(0, char::len_utf8) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_frame_formulas_and_not_prices() {
        for (text, formula) in [
            ("$x$", Some("$x$")),
            ("$a_1 + b^2$,", Some("$a_1 + b^2$")),
            ("$5x$", Some("$5x$")),
            ("the $n$th", Some("$n$")),
            ("令$x$为", Some("$x$")),
            ("($x$)", Some("$x$")),
            ("$a\n+ b$", Some("$a\n+ b$")),
            ("$\\$5 + x$", Some("$\\$5 + x$")),
            ("$x^{**} y$", Some("$x^{**} y$")),
            ("$5 and $x$", None),
            ("$5** or **$9", None),
            ("$5** or **9$", None),
            ("$5 or 6 $", None),
            ("US$1 a US$", None),
            ("'^a$' then 'b$'", None),
            ("'^$' then '^b$'", None),
            ("(in $) or ($)", None),
            ("$HOME and $PATH", None),
            ("$5 `a$`", None),
            ("$x$$", None),
            ("$", None),
        ] {
            let at = text.find('$').unwrap();
            let found = between_dollars(text, at, text.len()).map(|range| text.get(range).unwrap());
            assert_eq!(found, formula, "{text}");
        }
    }

    #[test]
    fn what_two_marks_open_is_closed_by_the_next_two_that_are_not_escaped() {
        for (text, open, close, end) in [
            ("a\\)", "\\(", "\\)", Close::At(1)),
            ("a \\\\[2pt] b\\] c\\]", "\\[", "\\]", Close::At(11)),
            ("a \\(b\\)", "\\(", "\\)", Close::Reopened),
            ("a $$$ b$$", "$$", "$$", Close::At(7)),
            ("a \\$$ b$$", "$$", "$$", Close::At(7)),
            ("a $ b", "$$", "$$", Close::Missing),
            ("a\\", "\\(", "\\)", Close::Missing),
        ] {
            assert_eq!(close_of(text, open, close), end, "{text}");
        }
    }
}
