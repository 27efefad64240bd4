//! How wide text is on the screen, and painting it: by grapheme, so that wide and combined characters move as one.
//!
//! Widths are Unicode's, and the buffer is told where ratatui counts otherwise: it gives the sound marks of half-width
//! kana a cell that they have already, and what stood there before would never be painted over. A character without a width that
//! stands on nothing takes no cell, and is not painted. Text that runs from right to left is painted in the order in
//! which it is written: terminals that turn it around do that themselves.

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::num::NonZeroU16;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Every so many columns is a tab stop.
const TAB: usize = 4;
/// A grapheme of more characters or cells than this is taken apart. None that anybody reads is: a kiss with two skin
/// tones has ten characters, a long conjunct six cells. But the rules of Unicode let some go on forever (conjuncts, half
/// syllables of Hangul, skin tones), and what is wider than the screen could never be shown.
const LONGEST: usize = 12;
const WIDEST: usize = 8;

/// The graphemes of `text`, and where each begins.
pub(crate) fn graphemes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.grapheme_indices(true).flat_map(|(mut at, mut rest)| {
        std::iter::from_fn(move || {
            let (piece, behind) = rest.split_at(shown_together(rest));
            let from = at;
            (at, rest) = (at + piece.len(), behind);
            (!piece.is_empty()).then_some((from, piece))
        })
    })
}

/// Whether a grapheme of `text` begins at the byte `at`, one that was not taken apart.
pub(crate) fn is_boundary(text: &str, at: usize) -> bool {
    // All of the text is there, so no context can be missing.
    GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

/// How many bytes of a grapheme are shown as one: all of it, unless it is too long. Then it ends before a character
/// that has a width of its own and is not joined to the one before.
fn shown_together(grapheme: &str) -> usize {
    if grapheme.len() <= LONGEST {
        return grapheme.len();
    }
    let mut before = '\0';
    for (index, (at, c)) in grapheme.char_indices().enumerate() {
        let begins = before != '\u{200d}' && c.width().is_some_and(|wide| wide > 0);
        if index > 0 && begins && (index >= LONGEST || grapheme.get(..at).is_some_and(|one| one.width() >= WIDEST)) {
            return at;
        }
        before = c;
    }
    grapheme.len()
}

/// The cells that `grapheme` takes when it begins in `column`.
pub(crate) fn grapheme_width(grapheme: &str, column: usize) -> usize {
    match grapheme.as_bytes() {
        [b'\t'] => TAB - column % TAB,
        [byte] if byte.is_ascii_control() => 0,
        [_] => 1,
        _ => grapheme.width(),
    }
}

/// Whether each byte of `text` is a character of one cell: most texts are like that, and looking for graphemes takes ten
/// times as long.
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// The cells that `text` takes from column 0 on.
pub(crate) fn text_width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    graphemes(text).fold(0, |column, (_, grapheme)| column + grapheme_width(grapheme, column))
}

/// The longest beginning of `text` that fits `width`, and the cells that it takes.
pub(crate) fn prefix(text: &str, width: usize) -> (&str, usize) {
    if is_plain(text) {
        let shown = text.get(..width).unwrap_or(text);
        return (shown, shown.len());
    }
    let mut column = 0;
    for (at, grapheme) in graphemes(text) {
        let wide = grapheme_width(grapheme, column);
        if column + wide > width {
            return (text.get(..at).unwrap_or_default(), column);
        }
        column += wide;
    }
    (text, column)
}

/// `text` cut to `width` cells, with an ellipsis when something is missing.
pub(crate) fn ellipsis(text: &str, width: usize) -> String {
    let (whole, _) = prefix(text, width);
    if whole.len() == text.len() {
        return text.to_owned();
    }
    match width {
        0 => String::new(),
        _ => format!("{}…", prefix(text, width - 1).0),
    }
}

/// Paints one row of `text` into `area`'s first row, cut at its right edge and at the screen's. Gives back the column
/// behind the text.
pub(crate) fn paint(buf: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let area = area.intersection(buf.area);
    let width = usize::from(area.width);
    let mut column = 0;
    if area.height == 0 {
        return area.x;
    }
    if is_plain(text) {
        for (x, character) in (area.x..area.right()).zip(text.chars()) {
            if let Some(cell) = buf.cell_mut((x, area.y)) {
                cell.set_char(character).set_style(style);
            }
        }
        return area.x + text.len().min(width) as u16;
    }
    for (_, grapheme) in graphemes(text) {
        let wide = grapheme_width(grapheme, column);
        if column + wide > width {
            break;
        }
        let x = area.x + column as u16;
        if grapheme == "\t" {
            buf.set_stringn(x, area.y, "    ", wide, style);
        } else if wide > 0 {
            put(buf, (x, area.y), grapheme, wide as u16, style);
        }
        column += wide;
    }
    area.x + column as u16
}

/// Puts a grapheme into its cells.
fn put(buf: &mut Buffer, (x, y): (u16, u16), grapheme: &str, wide: u16, style: Style) {
    if grapheme.cell_width() == wide {
        buf.set_stringn(x, y, grapheme, usize::from(wide), style);
        return;
    }
    for behind in 1..wide {
        if let Some(cell) = buf.cell_mut((x + behind, y)) {
            cell.reset();
        }
    }
    if let (Some(cell), Some(wide)) = (buf.cell_mut((x, y)), NonZeroU16::new(wide)) {
        cell.set_symbol(grapheme).set_style(style).set_diff_option(CellDiffOption::ForcedWidth(wide));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_as_wide_as_a_terminal_draws_them() {
        for (text, width) in [
            ("abc", 3),
            ("検索", 4),
            ("e\u{301}", 1),
            ("👩\u{200d}👧", 2),
            ("❤\u{fe0f}", 2),
            ("한", 2),
            ("ｶﾞ", 2),
            ("a\tb", 5),
            ("", 0),
        ] {
            assert_eq!(text_width(text), width, "{text}");
        }
    }

    #[test]
    fn nothing_is_left_beside_what_ratatui_takes_for_wider() {
        let area = Rect::new(0, 0, 4, 1);
        let (mut before, mut after) = (Buffer::empty(area), Buffer::empty(area));
        paint(&mut before, area, "abcd", Style::new());
        paint(&mut after, area, "ｶﾞ", Style::new());
        let drawn: Vec<_> = before.diff(&after).into_iter().map(|(x, _, cell)| (x, cell.symbol())).collect();
        assert_eq!(drawn, [(0, "ｶﾞ"), (2, " "), (3, " ")]);
    }

    #[test]
    fn cutting_never_splits_a_character() {
        assert_eq!(prefix("a検b", 2), ("a", 1));
        assert_eq!(ellipsis("検索する", 5), "検索…");
        assert_eq!(ellipsis("abc", 3), "abc");
        assert_eq!(ellipsis("abc", 0), "");
    }
}
