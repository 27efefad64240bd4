//! What characters look like, where words do not say it: code, formulas, numbers, options of an exam, paths.
//!
//! Owns one small scanner for each look; each reads the text once, and says whether the look is there.

use super::text::{Text, is_digit};

/// The character at `at` as it was written; behind the end a line ends.
fn at(text: &Text, at: usize) -> char {
    text.written.get(at).copied().unwrap_or('\n')
}

/// The first position from `from` on whose character does not pass.
fn skip(text: &Text, from: usize, passes: impl Fn(char) -> bool) -> usize {
    let behind = text.written.get(from..).unwrap_or_default();
    from + behind.iter().take_while(|c| passes(**c)).count()
}

/// The end of the word that begins at `from`.
fn word_end(text: &Text, from: usize) -> usize {
    (from.min(text.len())..text.len()).find(|at| !text.in_word(*at)).unwrap_or(text.len())
}

/// Whether some position passes.
fn anywhere(text: &Text, passes: impl Fn(usize) -> bool) -> bool {
    (0..text.len()).any(passes)
}

/// Where runs of digits begin.
fn numbers_at(text: &Text) -> impl Iterator<Item = usize> {
    (0..text.len()).filter(|at| is_digit(text.written[*at]) && (*at == 0 || !is_digit(text.written[*at - 1])))
}

/// Whether the digits at `begin` belong to a number that began before, with one of `marks` between.
fn goes_on(text: &Text, begin: usize, marks: &str) -> bool {
    begin >= 2 && marks.contains(text.written[begin - 1]) && is_digit(text.written[begin - 2])
}

/// How many numbers: `1,000.5`, `12:30` and `1/2` are one each.
pub(super) fn count_of_numbers(text: &Text) -> usize {
    numbers_at(text).filter(|begin| !goes_on(text, *begin, ".,:/")).count()
}

pub(super) fn digit(text: &Text) -> bool {
    text.written.iter().any(|c| is_digit(*c))
}

/// `12 + 30`.
pub(super) fn arithmetic(text: &Text) -> bool {
    numbers_at(text).filter(|begin| !goes_on(text, *begin, ",.")).any(|begin| {
        let end = skip(text, begin, |c| is_digit(c) || c == ',' || c == '.');
        let sign_at = skip(text, end, char::is_whitespace);
        let is_sign = matches!(at(text, sign_at), '-' | '+' | '*' | '/' | '=' | '×' | '÷' | '^' | '<' | '>');
        is_sign && is_digit(at(text, skip(text, sign_at + 1, char::is_whitespace)))
    })
}

/// Two dollars on one line, with something between them.
pub(super) fn between_dollars(text: &Text) -> bool {
    let closes = |dollar: usize| {
        let end = skip(text, dollar + 1, |c| c != '$' && c != '\n');
        end > dollar + 1 && at(text, end) == '$'
    };
    anywhere(text, |dollar| text.written[dollar] == '$' && closes(dollar))
}

/// A line that ends with a brace or a semicolon.
pub(super) fn line_ends_like_code(text: &Text) -> bool {
    let last = |line: &[char]| line.iter().rev().find(|c| !c.is_whitespace()).copied();
    text.lines().filter_map(last).any(|last| matches!(last, '{' | '}' | ';'))
}

/// A name directly before brackets that close on the same line.
pub(super) fn call(text: &Text) -> bool {
    anywhere(text, |open| {
        text.written[open] == '(' && open > 0 && text.in_word(open - 1) && {
            at(text, skip(text, open, |c| c != ')' && c != '\n')) == ')'
        }
    })
}

/// `like_this` or `likeThis`.
pub(super) fn joined_name(text: &Text) -> bool {
    let small = |c: &char| c.is_ascii_lowercase();
    text.written.windows(3).any(|three| match three {
        [a, '_', b] => (small(a) || *a == '_') && (small(b) || *b == '_'),
        [a, b, c] => small(a) && b.is_ascii_uppercase() && small(c),
        _ => false,
    })
}

/// `https://` or `.org/`.
pub(super) fn address(text: &Text) -> bool {
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

/// The letter of an option from A to E, whatever case.
fn is_option(c: char, last: char) -> bool {
    ('a'..=last).contains(&c.to_ascii_lowercase())
}

/// `A. ` to `E: `, with or without a bracket before it, at the beginning of a line.
pub(super) fn options_on_lines(text: &Text) -> bool {
    let is_one = |line: &[char]| match line.strip_prefix(&['(']).unwrap_or(line) {
        [letter, mark, rest @ ..] => {
            is_option(*letter, 'e') && matches!(mark, '.' | ')' | ':') && rest.first().is_none_or(|c| c.is_whitespace())
        }
        _ => false,
    };
    text.lines().any(is_one)
}

/// `A) ` or `(A) ` anywhere, up to D.
pub(super) fn options_in_line(text: &Text) -> bool {
    anywhere(text, |letter| {
        let opened = letter > 0 && text.written[letter - 1] == '(';
        let alone = opened || letter == 0 || !text.in_word(letter - 1);
        is_option(text.written[letter], 'd')
            && alone
            && at(text, letter + 1) == ')'
            && at(text, letter + 2).is_whitespace()
    })
}

/// The units behind which a number is one of things that are measured or counted.
const UNITS: &[&str] = &[
    "cm",
    "mm",
    "km",
    "m²",
    "m2",
    "m",
    "kg",
    "g",
    "mg",
    "ml",
    "l",
    "h",
    "hr",
    "hrs",
    "hour",
    "hours",
    "min",
    "mins",
    "minute",
    "minutes",
    "second",
    "seconds",
    "s",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "metre",
    "metres",
    "meter",
    "meters",
    "mile",
    "miles",
    "euro",
    "euros",
    "dollar",
    "dollars",
    "mph",
    "km/h",
    "volt",
    "volts",
    "watt",
    "watts",
    "kwh",
    "см",
    "мм",
    "км",
    "кг",
    "час",
    "минут",
    "руб",
    "лет",
    "дн",
    "元",
    "米",
    "分",
    "时",
    "小时",
    "天",
    "人",
    "円",
    "時間",
    "個",
    "원",
    "시간",
    "개",
    "명",
    "heure",
    "heures",
    "jour",
    "jours",
    "hora",
    "horas",
    "día",
    "días",
    "dia",
    "dias",
    "stunden",
    "tage",
    "ore",
    "giorni",
    "godzin",
    "dni",
];

/// `5 kg`, `12.5km`.
pub(super) fn number_with_unit(text: &Text) -> bool {
    numbers_at(text).any(|begin| {
        let end = skip(text, begin, is_digit);
        let unit_at = end + usize::from(at(text, end).is_whitespace());
        let unit: String = (unit_at..word_end(text, unit_at)).map(|at| text.lower(at)).collect();
        UNITS.contains(&unit.as_str())
    })
}

/// `--option` or `-option`.
pub(super) fn option(text: &Text) -> bool {
    let is_word = |at: usize| {
        let word = &text.written[at..word_end(text, at)];
        word.len() >= 2 && word.iter().all(char::is_ascii_alphabetic)
    };
    anywhere(text, |dash| text.written[dash] == '-' && is_word(dash + 1))
}

/// `./here` or `/usr/bin`.
pub(super) fn path(text: &Text) -> bool {
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
pub(super) fn file_name(text: &Text) -> bool {
    anywhere(text, |dot| {
        text.written[dot] == '.' && dot > 0 && text.in_word(dot - 1) && {
            let ending: String = (dot + 1..word_end(text, dot + 1)).map(|at| text.lower(at)).collect();
            ENDINGS.contains(&ending.as_str())
        }
    })
}

/// `=>`, `&&`, `std::fmt`, `$HOME`.
pub(super) fn operator(text: &Text) -> bool {
    anywhere(text, |first| match (text.written[first], at(text, first + 1)) {
        ('=' | '-', '>') | ('=' | '!', '=') | ('&', '&') | ('|', '|') => true,
        ('$', _) => text.in_word(first + 1),
        (':', ':') => first > 0 && text.in_word(first - 1) && text.in_word(first + 2),
        _ => false,
    })
}

/// `<name>`.
pub(super) fn tag(text: &Text) -> bool {
    let last = text.written.iter().rposition(|c| *c == '>').unwrap_or_default();
    anywhere(text, |open| text.written[open] == '<' && text.in_word(open + 1) && open < last)
}

/// `` `name` ``.
pub(super) fn between_backticks(text: &Text) -> bool {
    let last = text.written.iter().rposition(|c| *c == '`').unwrap_or_default();
    anywhere(text, |open| text.written[open] == '`' && at(text, open + 1) != '`' && open + 1 < last)
}

/// `CamelCase`, `snake_case`, or the cell `B12`.
pub(super) fn identifier(text: &Text) -> bool {
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
    use super::*;

    type Look = fn(&Text) -> bool;

    #[test]
    fn each_look_is_where_it_should_be_and_nowhere_else() {
        let table: [(Look, &[&str], &[&str]); 18] = [
            (digit, &["room 7", "٧"], &["seven"]),
            (arithmetic, &["12 + 30", "1,000*2", "5=5"], &["12 and 30", "3 *", "2 + x"]),
            (between_dollars, &["so $x^2$ is"], &["$5", "$$", "$x\ny$"]),
            (line_ends_like_code, &["a;\nb", "if (x) {  "], &["a; b", "{x} is"]),
            (call, &["run main()", "f(x) now"], &["a (b)", "f(x\n)"]),
            (joined_name, &["my_name", "myName"], &["My name", "MY_NAME", "_"]),
            (address, &["see https://a.b", "a.org/x"], &["1:// 2", "and/or"]),
            (options_on_lines, &["Which?\nA. one", "(b) two", "c: x"], &["F. one", "so A. one", "A.B"]),
            (options_in_line, &["A) one B) two", "or (c) three"], &["(e) five", "fa) is", "A)b"]),
            (number_with_unit, &["5 kg", "12.5km", "30 Stunden"], &["5 apples", "kg"]),
            (option, &["ls --all", "-rf"], &["a - b", "-1", "-x"]),
            (path, &["./run", "/usr/bin"], &["and/or", "1/2"]),
            (file_name, &["open main.rs"], &["the end.And", ".rs", "main.rst"]),
            (operator, &["a => b", "x != y", "$HOME", "std::fmt"], &["a = b", "::", "$ 5"]),
            (tag, &["<b>bold"], &["a < b > c", "<b"]),
            (between_backticks, &["the `x` here"], &["``", "one ` only"]),
            (identifier, &["CamelCase", "a snake_case", "cell B12"], &["Camel", "B1234", "_x"]),
            (|text| count_of_numbers(text) == 3, &["1,000.5 and 12:30 and 1/2"], &["1 2", "1 2 3 4"]),
        ];
        for (index, (look, there, elsewhere)) in table.into_iter().enumerate() {
            let seen = |text: &&&str| look(&Text::new(text));
            assert_eq!(there.iter().find(|text| !seen(text)), None, "look {index} misses it");
            assert_eq!(elsewhere.iter().find(seen), None, "look {index} sees it");
        }
    }
}
