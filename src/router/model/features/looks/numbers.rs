//! Numbers: digits, sums, formulas, numbers with a unit, lengths of texts.

use super::super::text::{Text, is_digit};
use super::{anywhere, at, skip, word_end};

/// Where runs of digits begin.
fn numbers_at(text: &Text) -> impl Iterator<Item = usize> {
    (0..text.len()).filter(|at| is_digit(text.written[*at]) && (*at == 0 || !is_digit(text.written[*at - 1])))
}

/// Whether the digits at `begin` belong to a number that began before, with one of `marks` between.
fn goes_on(text: &Text, begin: usize, marks: &str) -> bool {
    begin >= 2 && marks.contains(text.written[begin - 1]) && is_digit(text.written[begin - 2])
}

/// How many numbers: `1,000.5`, `12:30` and `1/2` are one each.
pub(in super::super) fn count_of_numbers(text: &Text) -> usize {
    numbers_at(text).filter(|begin| !goes_on(text, *begin, ".,:/")).count()
}

pub(in super::super) fn digit(text: &Text) -> bool {
    text.written.iter().any(|c| is_digit(*c))
}

/// `12 + 30`.
pub(in super::super) fn arithmetic(text: &Text) -> bool {
    numbers_at(text).filter(|begin| !goes_on(text, *begin, ",.")).any(|begin| {
        let end = skip(text, begin, |c| is_digit(c) || c == ',' || c == '.');
        let sign_at = skip(text, end, char::is_whitespace);
        let is_sign = matches!(at(text, sign_at), '-' | '+' | '*' | '/' | '=' | '×' | '÷' | '^' | '<' | '>');
        is_sign && is_digit(at(text, skip(text, sign_at + 1, char::is_whitespace)))
    })
}

/// `2x`, `x^2`, `n²`, `x + y`, `f(x)`: letters that stand for numbers.
pub(in super::super) fn formula(text: &Text) -> bool {
    let variable = |at: usize| {
        text.lower(at).is_ascii_lowercase()
            && text.at_boundary(at + 1)
            && (text.at_boundary(at) || is_digit(text.written[at - 1]))
    };
    anywhere(text, |letter| {
        let sign_at = skip(text, letter + 1, |c| c == ' ');
        let other_at = skip(text, sign_at + 1, |c| c == ' ');
        let other = at(text, other_at);
        let is_sign = matches!(at(text, sign_at), '+' | '=' | '<' | '>' | '≤' | '≥' | '*' | '/' | '^' | '−' | '≠');
        variable(letter)
            && is_sign
            && (is_digit(other) || other == '(' || other.is_ascii_alphabetic() && variable(other_at))
            || text.lower(letter).is_ascii_lowercase()
                && text.at_boundary(letter)
                && matches!(at(text, letter + 1), '²' | '³' | '₀'..='₉' | 'ⁿ')
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
    "volt",
    "volts",
    "watt",
    "watts",
    "kwh",
    "kw",
    "hz",
    "ohm",
    "см",
    "мм",
    "м",
    "км",
    "кг",
    "г",
    "л",
    "час",
    "часа",
    "часов",
    "минут",
    "руб",
    "лет",
    "дн",
    "дней",
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
    "saat",
    "gün",
    "uur",
    "dagen",
    "jam",
    "hari",
    "giờ",
    "ngày",
];

/// The same for scripts without spaces: a number's unit begins like this.
const UNSPACED_UNITS: &[&str] = &[
    "元", "米", "分", "时", "小时", "天", "人", "円", "時間", "個", "个", "公里", "厘米", "公斤", "克", "升", "岁",
    "次", "日", "원", "시간", "개", "명", "분", "일", "번",
];

/// `5 kg`, `12.5km`, `3天`, `30 %`, `€5`.
pub(in super::super) fn number_with_unit(text: &Text) -> bool {
    let is_price = |c: char| matches!(c, '€' | '$' | '£' | '¥');
    numbers_at(text).any(|begin| {
        let end = skip(text, begin, is_digit);
        let unit_at = end + usize::from(at(text, end).is_whitespace());
        let unit: String = (unit_at..word_end(text, unit_at)).map(|at| text.lower(at)).collect();
        let sign = at(text, unit_at);
        begin > 0 && is_price(text.written[begin - 1])
            || is_price(sign)
            || matches!(sign, '%' | '°' | '％' | '℃')
            || UNITS.contains(&unit.as_str())
            || UNSPACED_UNITS.iter().any(|begin| unit.starts_with(begin))
    })
}

/// Two dollars on one line, with something between them.
pub(in super::super) fn between_dollars(text: &Text) -> bool {
    let closes = |dollar: usize| {
        let end = skip(text, dollar + 1, |c| c != '$' && c != '\n');
        end > dollar + 1 && at(text, end) == '$'
    };
    anywhere(text, |dollar| text.written[dollar] == '$' && closes(dollar))
}

/// What a text is measured in, in the languages where it is asked for.
const PARTS_OF_TEXTS: &[&str] = &[
    "word",
    "words",
    "sentence",
    "sentences",
    "paragraph",
    "paragraphs",
    "wörter",
    "wörtern",
    "worte",
    "sätze",
    "sätzen",
    "palabras",
    "frases",
    "párrafos",
    "palavras",
    "parágrafos",
    "mots",
    "phrases",
    "paragraphes",
    "parole",
    "frasi",
    "paragrafi",
    "слов",
    "слова",
    "словах",
    "предложений",
    "предложения",
    "предложениях",
    "абзаца",
    "абзацев",
    "слів",
    "речення",
    "słów",
    "słowa",
    "zdania",
    "zdań",
    "zdaniach",
    "woorden",
    "zinnen",
    "ord",
    "meningar",
    "kelime",
    "cümle",
    "cümleyle",
    "kata",
    "kalimat",
    "từ",
    "câu",
    "cuvinte",
    "slov",
    "szó",
    "sanaa",
    "λέξεις",
    "शब्द",
    "शब्दों",
    "वाक्य",
    "كلمة",
    "מילים",
];

/// The same for scripts without spaces.
const UNSPACED_PARTS_OF_TEXTS: &[&str] =
    &["字以", "字左", "字的", "字内", "字之", "字。", "句话", "文字", "文で", "자 ", "자로", "자 이", "문장", "단어"];

/// `a 300 word essay`, `in 100 words`, `300字`.
pub(in super::super) fn length_of_text(text: &Text) -> bool {
    numbers_at(text).any(|begin| {
        let end = skip(text, begin, is_digit);
        let part_at = end + usize::from(matches!(at(text, end), ' ' | '-'));
        let part: String = (part_at..word_end(text, part_at)).map(|at| text.lower(at)).collect();
        let behind = || -> String { (part_at..part_at + 3).map(|at| text.lower(at)).collect() };
        PARTS_OF_TEXTS.contains(&part.as_str())
            || part == "字"
            || UNSPACED_PARTS_OF_TEXTS.iter().any(|begin| behind().starts_with(begin))
    })
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn each_look_is_where_it_should_be_and_nowhere_else() {
        check(&[
            (between_dollars, &["so $x^2$ is"], &["$5", "$$", "$x\ny$"]),
            (digit, &["room 7", "٧"], &["seven"]),
            (arithmetic, &["12 + 30", "1,000*2", "5=5"], &["12 and 30", "3 *", "2 + x"]),
            (number_with_unit, &["5 kg", "12.5km", "30 Stunden"], &["5 apples", "kg"]),
            (|text| count_of_numbers(text) == 3, &["1,000.5 and 12:30 and 1/2"], &["1 2", "1 2 3 4"]),
            (formula, &["2x + 1", "n²", "solve x^2 = y"], &["a cat", "vitamin c", "2 x"]),
            (length_of_text, &["a 300-word essay", "写300字", "150 palabras"], &["300字节", "a word", "5 kg"]),
        ]);
    }
}
