//! Code: how lines end, calls, names, paths, operators.

use super::super::text::Text;
use super::{anywhere, at, skip, word_end};

/// A line that ends with a brace or a semicolon.
pub(in super::super) fn line_ends_like_code(text: &Text) -> bool {
    let last = |line: &[char]| line.iter().rev().find(|c| !c.is_whitespace()).copied();
    text.lines().filter_map(last).any(|last| matches!(last, '{' | '}' | ';'))
}

/// A name directly before brackets that close on the same line.
pub(in super::super) fn call(text: &Text) -> bool {
    anywhere(text, |open| {
        text.written[open] == '(' && open > 0 && text.in_word(open - 1) && {
            at(text, skip(text, open, |c| c != ')' && c != '\n')) == ')'
        }
    })
}

/// `like_this` or `likeThis`.
pub(in super::super) fn joined_name(text: &Text) -> bool {
    let small = |c: &char| c.is_ascii_lowercase();
    text.written.windows(3).any(|three| match three {
        [a, '_', b] => (small(a) || *a == '_') && (small(b) || *b == '_'),
        [a, b, c] => small(a) && b.is_ascii_uppercase() && small(c),
        _ => false,
    })
}

/// `LIKE_THIS`, or `SELECT` and `FROM`.
pub(in super::super) fn capitals(text: &Text) -> bool {
    let constant = |four: &[char]| match four {
        [a, '_', b, _] | [_, a, '_', b] => a.is_ascii_uppercase() && b.is_ascii_uppercase(),
        _ => false,
    };
    let has = |word: &str| {
        let word: Vec<char> = word.chars().collect();
        text.written.windows(word.len()).any(|part| part == word)
    };
    text.written.windows(4).any(constant) || has("SELECT ") && has("FROM ")
}

/// `https://` or `.org/`.
pub(in super::super) fn address(text: &Text) -> bool {
    anywhere(text, |begin| match text.written[begin] {
        ':' => {
            at(text, begin + 1) == '/' && at(text, begin + 2) == '/' && begin >= 4 && {
                let scheme: String = text.written[begin - 4..begin].iter().map(char::to_ascii_lowercase).collect();
                scheme == "http" || scheme == "ttps"
            }
        }
        '.' => {
            let end = word_end(text, begin + 1);
            (3..=5).contains(&(end - begin)) && at(text, end) == '/'
        }
        _ => false,
    })
}

/// `--option` or `-option`.
pub(in super::super) fn option(text: &Text) -> bool {
    let is_word = |at: usize| {
        let word = text.written.get(at..word_end(text, at)).unwrap_or_default();
        word.len() >= 2 && word.iter().all(char::is_ascii_alphabetic)
    };
    let begins = |dash: usize| dash == 0 || !text.in_word(dash - 1);
    anywhere(text, |dash| text.written[dash] == '-' && begins(dash) && is_word(dash + 1))
}

/// `./here` or `/usr/bin`.
pub(in super::super) fn path(text: &Text) -> bool {
    let goes_on = |at: usize| {
        let end = word_end(text, at);
        end > at && self::at(text, end) == '/' && text.in_word(end + 1)
    };
    anywhere(text, |slash| {
        text.written[slash] == '/' && (slash > 0 && text.written[slash - 1] == '.' || goes_on(slash + 1))
    })
}

/// The endings of names of files.
const ENDINGS: &[&str] = &[
    "py", "js", "ts", "rs", "go", "java", "c", "cpp", "h", "sh", "sql", "html", "css", "php", "rb", "json", "yml",
    "yaml", "csv", "xls", "xlsx", "txt", "log", "conf",
];

/// `main.rs`.
pub(in super::super) fn file_name(text: &Text) -> bool {
    anywhere(text, |dot| {
        text.written[dot] == '.' && dot > 0 && text.in_word(dot - 1) && {
            let ending: String = (dot + 1..word_end(text, dot + 1)).map(|at| text.lower(at)).collect();
            ENDINGS.contains(&ending.as_str())
        }
    })
}

/// `=>`, `&&`, `std::fmt`, `$HOME`.
pub(in super::super) fn operator(text: &Text) -> bool {
    anywhere(text, |first| match (text.written[first], at(text, first + 1)) {
        ('=' | '-', '>') | ('=' | '!', '=') | ('&', '&') | ('|', '|') => true,
        ('$', next) => next.is_alphabetic() || next == '_' || next == '{',
        (':', ':') => first > 0 && text.in_word(first - 1) && text.in_word(first + 2),
        _ => false,
    })
}

/// `<name>`.
pub(in super::super) fn tag(text: &Text) -> bool {
    let last = text.written.iter().rposition(|c| *c == '>').unwrap_or_default();
    anywhere(text, |open| text.written[open] == '<' && text.in_word(open + 1) && open < last)
}

/// `` `name` ``.
pub(in super::super) fn between_backticks(text: &Text) -> bool {
    let last = text.written.iter().rposition(|c| *c == '`').unwrap_or_default();
    anywhere(text, |open| text.written[open] == '`' && at(text, open + 1) != '`' && open + 1 < last)
}

/// `CamelCase`, `snake_case`, or the cell `B12`.
pub(in super::super) fn identifier(text: &Text) -> bool {
    let mut begin = 0;
    while begin < text.len() {
        let end = word_end(text, begin).max(begin + 1);
        if is_identifier(&text.written[begin..end]) {
            return true;
        }
        begin = end;
    }
    false
}

fn is_identifier(word: &[char]) -> bool {
    let Some((first, rest)) = word.split_first() else { return false };
    let small = rest.iter().take_while(|c| c.is_ascii_lowercase()).count();
    let is_cell = (1..=3).contains(&rest.len()) && rest.iter().all(char::is_ascii_digit);
    match rest.get(small..).unwrap_or_default() {
        [joint, _, ..] if first.is_ascii_uppercase() && small > 0 && joint.is_ascii_uppercase() => true,
        ['_', next, ..] if first.is_ascii_lowercase() && next.is_ascii_lowercase() => true,
        _ => first.is_ascii_uppercase() && is_cell,
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn each_look_is_where_it_should_be_and_nowhere_else() {
        check(&[
            (line_ends_like_code, &["a;\nb", "if (x) {  "], &["a; b", "{x} is"]),
            (call, &["run main()", "f(x) now"], &["a (b)", "f(x\n)"]),
            (joined_name, &["my_name", "myName"], &["My name", "MY_NAME", "_"]),
            (address, &["see https://a.b", "a.org/x"], &["1:// 2", "and/or"]),
            (option, &["ls --all", "-rf"], &["a - b", "-1", "-x", "well-known"]),
            (path, &["./run", "/usr/bin"], &["and/or", "1/2"]),
            (file_name, &["open main.rs"], &["the end.And", ".rs", "main.rst"]),
            (operator, &["a => b", "x != y", "$HOME", "std::fmt"], &["a = b", "::", "$5,"]),
            (tag, &["<b>bold"], &["a < b > c", "<b"]),
            (between_backticks, &["the `x` here"], &["``", "one ` only"]),
            (identifier, &["CamelCase", "a snake_case", "cell B12"], &["Camel", "B1234", "_x"]),
            (capitals, &["MAX_SIZE", "SELECT a FROM b"], &["HELLO", "Select a from b"]),
        ]);
    }
}
