//! Painting rows of text: with their styles, the colours of code, and what is marked in them.

use crate::tui::canvas::Canvas;
use crate::tui::links;
use crate::tui::state::Content;
use crate::tui::text::cells::{grapheme_width, graphemes, paint};
use crate::tui::text::highlight::Run;
use crate::tui::text::row::Row;
use crate::tui::text::style::TextStyle;
use crate::tui::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::ops::Range;

/// Paints `row` into the first row of `place`. `runs` are the colours of its line of code, as far as they are known.
pub(super) fn paint_row(canvas: &mut Canvas, place: Rect, row: &Row, runs: Option<&[Run]>) {
    let (styles, buf) = (canvas.styles, &mut *canvas.buf);
    let mut pen = Pen { place: place.intersection(buf.area), x: place.x, indent: row.indent };
    for (_, span, text) in row.pieces() {
        match (runs, row.code) {
            (Some(runs), Some(code)) if span.verbatim => {
                let from = code.from as usize;
                for (piece, role) in coloured(text, runs, from) {
                    pen.write(buf, piece, styles.of_text(role.into()));
                }
            }
            _ => {
                let style = styles.of_text(span.style);
                let link = span.link.as_deref().map(links::mark);
                pen.write(buf, text, link.map_or(style, |mark| style.underline_color(mark)));
            }
        }
    }
}

/// `text`, which begins at the byte `from` of its line, in the pieces that have a colour of their own. What no run covers
/// yet is code.
fn coloured<'a>(text: &'a str, runs: &'a [Run], from: usize) -> impl Iterator<Item = (&'a str, Role)> {
    let mut end = 0usize;
    let mut at = 0usize;
    let rest = Run { bytes: u32::MAX, role: Role::Code };
    runs.iter().copied().chain([rest]).filter_map(move |Run { bytes, role }| {
        end = end.saturating_add(bytes as usize);
        let to = text.floor_char_boundary(end.saturating_sub(from));
        let piece = text.get(at..to).filter(|piece| !piece.is_empty())?;
        at = to;
        Some((piece, role))
    })
}

struct Pen {
    place: Rect,
    x: u16,
    /// Tab stops count from behind so many cells.
    indent: u16,
}

impl Pen {
    fn write(&mut self, buf: &mut Buffer, text: &str, style: Style) {
        if self.place.height == 0 {
            return;
        }
        for (index, part) in text.split('\t').enumerate() {
            if index > 0 {
                let column = usize::from((self.x - self.place.x).saturating_sub(self.indent));
                self.set(buf, "    ", grapheme_width("\t", column) as u16, style);
            }
            self.set(buf, part, u16::MAX, style);
        }
    }

    fn set(&mut self, buf: &mut Buffer, text: &str, most: u16, style: Style) {
        let room = self.place.right().saturating_sub(self.x).min(most);
        if room > 0 {
            self.x = paint(buf, Rect::new(self.x, self.place.y, room, 1), text, style);
        }
    }
}

/// The bytes of the source that a row shows, from the first to the last.
pub(super) fn bytes_of(content: Content) -> Option<Range<usize>> {
    match content {
        Content::Head | Content::File(_) | Content::Picture { .. } => None,
        Content::Plain(text, source) => Some(source..source + text.len()),
        Content::Styled(row) => {
            let spans = row.spans.iter().filter(|span| span.verbatim);
            let ends = spans.map(|span| (span.source as usize, (span.source + span.len) as usize));
            ends.reduce(|(from, to), (start, end)| (from.min(start), to.max(end))).map(|(from, to)| from..to)
        }
    }
}

/// Gives the cells of a row that show `marked` bytes of its source another look.
pub(super) fn mark(canvas: &mut Canvas, place: Rect, content: Content, marked: &Range<usize>, role: Role) {
    let (style, buf) = (canvas.styles.of(role), &mut *canvas.buf);
    let place = place.intersection(buf.area);
    match content {
        Content::Head | Content::File(_) | Content::Picture { .. } => {}
        Content::Plain(text, source) => {
            let start = marked.start.saturating_sub(source);
            let end = marked.end.saturating_sub(source).min(text.len());
            mark_bytes(buf, place, text, 0, start..end, style);
        }
        Content::Styled(row) => {
            for (at, span, text) in row.pieces().filter(|(_, span, _)| span.verbatim) {
                let source = span.source as usize;
                let start = marked.start.saturating_sub(source);
                let end = marked.end.saturating_sub(source).min(text.len());
                mark_bytes(buf, place, &row.text, usize::from(row.indent), at + start..at + end, style);
            }
        }
    }
}

fn mark_bytes(buf: &mut Buffer, place: Rect, text: &str, indent: usize, bytes: Range<usize>, style: Style) {
    if bytes.is_empty() || place.height == 0 {
        return;
    }
    let mut column = 0usize;
    for (at, grapheme) in graphemes(text).take_while(|(at, _)| *at < bytes.end) {
        let wide = grapheme_width(grapheme, column.saturating_sub(indent));
        if at >= bytes.start && column + wide <= usize::from(place.width) {
            buf.set_style(Rect::new(place.x + column as u16, place.y, wide as u16, 1), style);
        }
        column += wide;
    }
}

/// Paints a row of plain text.
pub(super) fn paint_plain(canvas: &mut Canvas, place: Rect, text: &str, style: TextStyle) {
    canvas.styled(place, text, style);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_cover_what_they_are_known_for_and_the_rest_is_code() {
        let runs = [(3, Role::Keyword), (2, Role::Code), (4, Role::Function)].map(|(bytes, role)| Run { bytes, role });
        let pieces = |text, from| coloured(text, &runs, from).collect::<Vec<_>>();
        let whole = [("def", Role::Keyword), (" m", Role::Code), ("erge", Role::Function), ("(a)", Role::Code)];
        assert_eq!(pieces("def merge(a)", 0), whole);
        assert_eq!(pieces("erge(a)", 5), [("erge", Role::Function), ("(a)", Role::Code)]);
        assert_eq!(pieces("x", 40), [("x", Role::Code)]);
        assert_eq!(pieces("de", 0), [("de", Role::Keyword)]);
    }
}
