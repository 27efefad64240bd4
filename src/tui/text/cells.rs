//! How wide text is on the screen, and painting it: by grapheme, so that wide and combined characters move as one.
//!
//! Widths are ratatui's own, so that what is measured here is what its buffer does.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

/// Every so many columns is a tab stop.
const TAB: usize = 4;

/// The cells that `grapheme` takes when it begins in `column`.
pub(crate) fn grapheme_width(grapheme: &str, column: usize) -> usize {
    match grapheme.as_bytes() {
        [b'\t'] => TAB - column % TAB,
        [byte] if byte.is_ascii_control() => 0,
        [_] => 1,
        _ => usize::from(grapheme.cell_width()),
    }
}

/// The cells that `text` takes from column 0 on.
pub(crate) fn text_width(text: &str) -> usize {
    text.graphemes(true).fold(0, |column, grapheme| column + grapheme_width(grapheme, column))
}

/// The longest beginning of `text` that fits `width`, and the cells that it takes.
pub(crate) fn prefix(text: &str, width: usize) -> (&str, usize) {
    let mut column = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
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
    for grapheme in text.graphemes(true) {
        let wide = grapheme_width(grapheme, column);
        if column + wide > width {
            break;
        }
        let x = area.x + column as u16;
        if grapheme == "\t" {
            buf.set_stringn(x, area.y, "    ", wide, style);
        } else {
            buf.set_stringn(x, area.y, grapheme, wide, style);
        }
        column += wide;
    }
    area.x + column as u16
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
            ("a\tb", 5),
            ("", 0),
        ] {
            assert_eq!(text_width(text), width, "{text}");
        }
    }

    #[test]
    fn cutting_never_splits_a_character() {
        assert_eq!(prefix("a検b", 2), ("a", 1));
        assert_eq!(ellipsis("検索する", 5), "検索…");
        assert_eq!(ellipsis("abc", 3), "abc");
        assert_eq!(ellipsis("abc", 0), "");
    }
}
