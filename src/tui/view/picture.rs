//! Attached files in the conversation: a line with the name, and below it the picture.
//!
//! Half blocks are cells of two colours. For other ways the cells stand for the picture (see `pictures::marks`), and the
//! backend has the terminal draw it. What lies over cells needs all of them: where some are out of sight or covered,
//! half blocks stand in for it.

use crate::chat::{Attachment, Extent, Turn};
use crate::format;
use crate::format::size::size as file_size;
use crate::text::sanitize::one_line;
use crate::tui::canvas::{Canvas, rows_of};
use crate::tui::layout::Regions;
use crate::tui::pictures::marks::Mark;
use crate::tui::pictures::{Picture, Size, Way};
use crate::tui::state::{Content, Hung, State, key_of};
use crate::tui::text::cells::ellipsis;
use crate::tui::theme::{Role, pixel};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use std::sync::Arc;

/// How long a name may be.
const NAME_CHARS_MAX: usize = 120;

/// Paints a row of the files of a prompt.
pub(super) fn draw(state: &State, turn: &Turn, content: Content, place: Rect, canvas: &mut Canvas) {
    let files = &turn.ask.prompt.attachments;
    match content {
        Content::File(file) => {
            if let Some(file) = files.get(file) {
                name(file, place, canvas);
            }
        }
        Content::Picture { file, size, row } => {
            if let Some(file) = files.get(file) {
                picture_row(state, file, (size, row), place, canvas);
            }
        }
        Content::Head | Content::Plain(..) | Content::Styled(_) => {}
    }
}

/// `▣ crab.png · 1,024 × 768 · 312 KB`
fn name(file: &Attachment, place: Rect, canvas: &mut Canvas) {
    let mark = if file.blob.is_image() { '▣' } else { '≡' };
    let extent = match file.extent {
        Extent::Pixels { width, height } => {
            format!(" · {} × {}", format::thousands(width.into()), format::thousands(height.into()))
        }
        Extent::Text { lines, .. } => format!(" · {}", format::count(lines.into(), "line")),
        Extent::Unknown => String::new(),
    };
    let behind = format!("{extent} · {}", file_size(file.blob.size));
    let room = usize::from(place.width).saturating_sub(behind.chars().count());
    let name = ellipsis(&format!("{mark} {}", one_line(&file.name, NAME_CHARS_MAX)), room.max(2));
    let x = canvas.text(place, &name, Role::Text);
    let rest = Rect { x, width: place.right().saturating_sub(x), ..place };
    canvas.text(rest, &ellipsis(&behind, usize::from(rest.width)), Role::Secondary);
}

fn picture_row(state: &State, file: &Attachment, (size, row): (Size, u16), place: Rect, canvas: &mut Canvas) {
    let (number, picture) = match state.marks.gallery.picture(&key_of(file, size)) {
        Hung::Ready(number, picture) => (number, picture),
        Hung::Never if row == 0 => {
            canvas.text(place, "cannot be drawn", Role::Secondary);
            return;
        }
        Hung::Never | Hung::NotYet => return,
    };
    let blocks = state.marks.gallery.space().way == Way::Blocks;
    for (column, x) in (0..size.columns).zip(place.x..place.right()) {
        let Some(cell) = canvas.buf.cell_mut((x, place.y)) else { return };
        if blocks {
            half_blocks(cell, picture, column, row);
        } else {
            Mark { picture: number, column, row }.put(cell);
        }
    }
}

/// Makes `cell` show two pixels, one above the other.
fn half_blocks(cell: &mut Cell, picture: &Picture, column: u16, row: u16) {
    cell.reset();
    match picture.cell(column, row) {
        [Some(upper), Some(lower)] => {
            cell.set_char('▀').set_fg(pixel(upper)).set_bg(pixel(lower));
        }
        [Some(upper), None] => {
            cell.set_char('▀').set_fg(pixel(upper));
        }
        [None, Some(lower)] => {
            cell.set_char('▄').set_fg(pixel(lower));
        }
        [None, None] => {}
    }
}

/// A picture of which some rows are in sight.
struct Seen<'a> {
    number: u32,
    picture: &'a Arc<Picture>,
    /// Its cells on the screen, and the row of the first of them.
    place: Rect,
    first: u16,
}

/// When everything is painted: puts half blocks where a picture that lies over cells would lie over something else.
pub(super) fn stand_in(state: &State, regions: &Regions, buf: &mut Buffer) {
    if !state.marks.gallery.space().way.lies_over_cells() {
        return;
    }
    for Seen { number, picture, place, first } in seen(state, regions) {
        let mine = |cell: &Cell| Mark::of(cell).is_some_and(|mark| mark.picture == number);
        let whole = place.height == picture.size.rows
            && place.width == picture.size.columns
            && place.positions().all(|position| buf.cell(position).is_some_and(mine));
        for position in place.positions().filter(|_| !whole) {
            if let Some(cell) = buf.cell_mut(position)
                && mine(cell)
            {
                half_blocks(cell, picture, position.x - place.x, first + position.y - place.y);
            }
        }
    }
}

fn seen<'a>(state: &'a State, regions: &Regions) -> Vec<Seen<'a>> {
    let turns = state.conversation.turns();
    let mut seen: Vec<Seen> = Vec::new();
    for (line, place) in state.transcript.visible(turns).zip(rows_of(regions.transcript_text())) {
        let Content::Picture { file, size, row } = line.content else { continue };
        let Some(file) = turns[line.turn].ask.prompt.attachments.get(file) else { continue };
        let Hung::Ready(number, picture) = state.marks.gallery.picture(&key_of(file, size)) else { continue };
        match seen.last_mut().filter(|_| row > 0) {
            Some(last) if last.number == number && last.place.bottom() == place.y => last.place.height += 1,
            _ => {
                let place = Rect { width: place.width.min(size.columns), ..place };
                seen.push(Seen { number, picture, place, first: row });
            }
        }
    }
    seen
}
