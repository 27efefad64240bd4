//! How a text is laid out: the options of an exam, lines that are set in, long quotations.

use super::super::text::Text;
use super::{anywhere, at, skip};

/// Two lines that are set in.
pub(in super::super) fn indented_lines(text: &Text) -> bool {
    let indented =
        |line: &&[char]| matches!(line, [' ', ' ', ..] | ['\t', ..]) && line.iter().any(|c| !c.is_whitespace());
    text.lines().filter(indented).count() >= 2
}

/// More than a sentence between quotation marks.
pub(in super::super) fn long_quotation(text: &Text) -> bool {
    let closing = |open: char| match open {
        '"' => Some('"'),
        '“' => Some('”'),
        '„' => Some('“'),
        '«' => Some('»'),
        '「' => Some('」'),
        _ => None,
    };
    let mut begin = 0;
    while begin < text.len() {
        let Some(close) = closing(text.written[begin]) else {
            begin += 1;
            continue;
        };
        let end = skip(text, begin + 1, |c| c != close);
        if end - begin > 80 && end < text.len() {
            return true;
        }
        begin = end + 1;
    }
    false
}

/// The letter of an option from A to E, whatever case.
fn is_option(c: char, last: char) -> bool {
    ('a'..=last).contains(&c.to_ascii_lowercase())
}

/// `A. ` to `E: `, with or without a bracket before it, at the beginning of a line.
pub(in super::super) fn options_on_lines(text: &Text) -> bool {
    let is_one = |line: &[char]| match line.strip_prefix(&['(']).unwrap_or(line) {
        [letter, mark, rest @ ..] => {
            is_option(*letter, 'e') && matches!(mark, '.' | ')' | ':') && rest.first().is_none_or(|c| c.is_whitespace())
        }
        _ => false,
    };
    text.lines().any(is_one)
}

/// `A) ` or `(A) ` anywhere, up to D.
pub(in super::super) fn options_in_line(text: &Text) -> bool {
    anywhere(text, |letter| {
        let before = |back: usize| letter.checked_sub(back).is_some_and(|at| text.in_word(at));
        let is_argument = before(2) && text.written[letter - 1] == '(';
        let alone = text.at_boundary(letter) && !is_argument;
        is_option(text.written[letter], 'd')
            && alone
            && at(text, letter + 1) == ')'
            && at(text, letter + 2).is_whitespace()
    })
}

/// Which option of an exam a small letter stands for, from 0 to 4: Latin, fullwidth, Cyrillic, Greek, in a circle.
fn option_number(c: char) -> Option<usize> {
    match c {
        'a' | 'ａ' | 'а' | 'α' | '①' => Some(0),
        'b' | 'ｂ' | 'б' | 'β' | '②' => Some(1),
        'c' | 'ｃ' | 'в' | 'γ' | '③' => Some(2),
        'd' | 'ｄ' | 'г' | 'δ' | '④' => Some(3),
        'e' | 'ｅ' | 'д' | '⑤' => Some(4),
        _ => None,
    }
}

/// Three options of an exam in their order, in whatever marks: `A. `, `B) `, `(C) `, `D、`, `①`.
pub(in super::super) fn options_in_order(text: &Text) -> bool {
    let mut expected = 0;
    for letter in 0..text.len() {
        if option_number(text.lower(letter)) == Some(expected) && is_marked(text, letter) {
            expected += 1;
        }
    }
    expected >= 3
}

/// Two options of an exam as they are written in East Asia: `A．`, `B、`, `（C）`, `②`.
pub(in super::super) fn wide_options(text: &Text) -> bool {
    let is_wide = |letter: usize| {
        let circled = matches!(text.written[letter], '①'..='⑤');
        circled || matches!(at(text, letter + 1), '．' | '、' | '）' | '：') && is_marked(text, letter)
    };
    let number = |letter: usize| option_number(text.lower(letter)).filter(|_| is_wide(letter));
    [0, 1].into_iter().all(|option| anywhere(text, |letter| number(letter) == Some(option)))
}

/// Whether the letter at `letter` stands alone and has the mark of an option behind it.
fn is_marked(text: &Text, letter: usize) -> bool {
    let alone = text.at_boundary(letter) && text.at_boundary(letter + 1);
    let goes_on = at(text, letter + 2).is_ascii_alphanumeric();
    matches!(text.written[letter], '①'..='⑤')
        || alone && matches!(at(text, letter + 1), '．' | '、' | '）' | '：')
        || alone && matches!(at(text, letter + 1), '.' | ')' | ':') && !goes_on
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn each_look_is_where_it_should_be_and_nowhere_else() {
        check(&[
            (indented_lines, &["if x:\n    a()\n    b()", "\ta\n\tb"], &["a\n  b", "  \n  \n"]),
            (options_on_lines, &["Which?\nA. one", "(b) two", "c: x"], &["F. one", "so A. one", "A.B"]),
            (options_in_line, &["A) one B) two", "or (c) three"], &["(e) five", "f(a) is", "A)b"]),
            (options_in_order, &["A. x B. y C. z", "(a) x\n(b) y\n(c) z"], &["A. x B. y", "C. z B. y A. x", "a.b.c"]),
            (wide_options, &["A．x B．y", "①x②y"], &["A. x B. y", "A、x"]),
            (
                long_quotation,
                &["“It was a long and winding road, on which we had been walking for most of that tired day.”"],
                &["“short”"],
            ),
        ]);
    }
}
