//! Text in columns of a fixed-width face: measuring, cutting, padding, tables, bars.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands between two columns of a table.
const GAP: usize = 1;
/// A column is not made narrower than this for the sake of the last one.
const NARROWEST: usize = 4;
/// The last column holds the longest text, so the others make room for this much of it.
const LAST: usize = 16;

/// `text` cut to `width` cells, with an ellipsis when something is missing. Never splits a character.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut taken = 0;
    for grapheme in text.graphemes(true) {
        taken += grapheme.width();
        if taken + 1 > width {
            break;
        }
        kept.push_str(grapheme);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

/// `text` in exactly `width` cells: cut, or with spaces behind it.
pub fn left(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let space = width.saturating_sub(text.width());
    format!("{text}{:space$}", "")
}

/// `text` in exactly `width` cells: cut, or with spaces before it.
pub fn right(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let space = width.saturating_sub(text.width());
    format!("{:space$}{text}", "")
}

/// `text` in lines of at most `width` cells, broken between words. A word that is longer, a path say, stays whole, so that
/// it can be copied. Line breaks stay, and the spaces at the beginning of a line.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let begin = line.len() - line.trim_start().len();
        let mut current = line.get(..begin).unwrap_or_default().to_owned();
        let mut holds = false;
        for word in line.split_whitespace() {
            if holds && current.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut current));
                holds = false;
            }
            if holds {
                current.push(' ');
            }
            current.push_str(word);
            holds = true;
        }
        lines.push(current);
    }
    lines
}

/// The width that the widest of `texts` takes.
pub fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts.into_iter().map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// `share`, from 0 to 1, as a thin bar of `width` cells: what is full, and the rest. What is more than half a percent has
/// at least one cell.
pub fn thin_bar(share: f64, width: usize) -> (String, String) {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let full = (share * width as f64).round() as usize;
    let full = if share > 0.005 { full.max(1) } else { full }.min(width);
    ("━".repeat(full), "─".repeat(width - full))
}

/// `rows` as lines of at most `width` cells. Each column is as wide as it must be; when there is too little room, the
/// widest ones give way, and the last column gets what is left. Every row has the same number of columns.
pub fn table<const N: usize>(rows: &[[String; N]], width: usize) -> Vec<String> {
    let mut widths: [usize; N] = std::array::from_fn(|column| widest(rows.iter().map(|row| row[column].as_str())));
    let Some((last, others)) = widths.split_last_mut() else { return Vec::new() };
    let room = width.saturating_sub(GAP * others.len() + LAST.min(*last));
    while others.iter().sum::<usize>() > room {
        let Some(broadest) = others.iter_mut().max().filter(|broadest| **broadest > NARROWEST) else { break };
        *broadest -= 1;
    }
    let line = |row: &[String; N]| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(text, width)| left(text, width)).collect();
        cut(cells.join(&" ".repeat(GAP)).trim_end(), width)
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_fills_its_part_of_a_thin_bar_and_a_small_one_is_seen() {
        for (share, full) in
            [(0.0, 0), (0.004, 0), (0.01, 1), (0.5, 5), (0.97, 10), (1.0, 10), (7.0, 10), (f64::NAN, 0)]
        {
            let (line, rest) = thin_bar(share, 10);
            assert_eq!((line.chars().count(), rest.chars().count()), (full, 10 - full), "{share}");
        }
    }

    #[test]
    fn cutting_and_padding_count_cells_and_never_split_a_character() {
        assert_eq!(cut("検索する", 5), "検索…");
        assert_eq!((cut("abc", 3), cut("abc", 2), cut("abc", 0)), ("abc".into(), "a…".into(), String::new()));
        assert_eq!(left("検", 4), "検  ");
        assert_eq!(left("検索する", 4), "検… ");
        assert_eq!(right("7", 3), "  7");
    }

    #[test]
    fn text_is_broken_between_words_and_long_words_stay_whole() {
        assert_eq!(
            wrapped("one two three\n  indented words\n\nend", 9),
            ["one two", "three", "  indented", "words", "", "end"]
        );
        assert_eq!(wrapped("see /a/long/path now", 6), ["see", "/a/long/path", "now"]);
        assert!(wrapped("", 5).is_empty());
    }

    #[test]
    fn a_table_fits_and_its_widest_columns_give_way() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows = [row(["a-very-long-name", "x", "The prompt of the first row"]), row(["b", "yyy", "Short"])];
        assert_eq!(
            table(&rows, 60),
            ["a-very-long-name x   The prompt of the first row", "b                yyy Short"]
        );
        assert_eq!(table(&rows, 34), ["a-very-long-… x   The prompt of t…", "b             yyy Short"]);
        assert_eq!(table(&rows, 12), ["a-v… x   Th…", "b    yyy Sh…"]);
        assert!(table::<3>(&[], 40).is_empty());
    }
}
