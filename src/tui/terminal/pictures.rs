//! Sequences that make terminals draw pictures: the bytes of kitty's, iTerm2's and sixel's protocols.
//!
//! Sources: <https://sw.kovidgoyal.net/kitty/graphics-protocol/>, <https://iterm2.com/documentation-images.html>.

use crate::tui::pictures::marks::Mark;
use crate::tui::pictures::{Picture, Shelf, Way};
use crossterm::cursor::MoveTo;
use crossterm::queue;
use ratatui::buffer::Cell;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The most bytes of Base64 in one command of kitty.
const CHUNK: usize = 4096;

/// Has kitty hold what is in sight, and delete what is out of use.
pub(super) fn hold(shelf: &Shelf, out: &mut impl Write) -> io::Result<()> {
    let changes = shelf.changes();
    for number in changes.gone {
        delete(number, out)?;
    }
    changes.new.iter().try_for_each(|(number, picture)| transmit(*number, picture, out))
}

/// Has kitty delete all pictures that it holds for this program.
pub(super) fn delete_all(shelf: &Shelf, out: &mut impl Write) -> io::Result<()> {
    shelf.forget().into_iter().try_for_each(|number| delete(number, out))
}

/// The picture, with a place for it that is wherever its placeholders are. No answers (`q=2`): they would be keys.
fn transmit(number: u32, picture: &Picture, out: &mut impl Write) -> io::Result<()> {
    let size = picture.size;
    let mut control = format!("a=T,U=1,f=100,q=2,i={number},c={},r={},", size.columns, size.rows);
    let mut chunks = picture.data.as_bytes().chunks(CHUNK).peekable();
    while let Some(chunk) = chunks.next() {
        write!(out, "\x1b_G{control}m={};", u8::from(chunks.peek().is_some()))?;
        out.write_all(chunk)?;
        out.write_all(b"\x1b\\")?;
        "q=2,".clone_into(&mut control);
    }
    Ok(())
}

fn delete(number: u32, out: &mut impl Write) -> io::Result<()> {
    write!(out, "\x1b_Ga=d,d=I,i={number},q=2\x1b\\")
}

/// Returns the places where pictures have to be drawn over cells, since some of these `cells` were blanked.
pub(super) fn disturbed(cells: &[(u16, u16, &Cell)]) -> BTreeSet<(u16, u16, u32)> {
    let marked = cells.iter().filter_map(|(x, y, cell)| Some((*x, *y, Mark::of(cell)?)));
    marked
        .filter_map(|(x, y, mark)| Some((x.checked_sub(mark.column)?, y.checked_sub(mark.row)?, mark.picture)))
        .collect()
}

/// Draws pictures over their cells.
pub(super) fn lay_over(shelf: &Shelf, places: &BTreeSet<(u16, u16, u32)>, out: &mut impl Write) -> io::Result<()> {
    for (x, y, number) in places {
        let Some(picture) = shelf.picture(*number) else { continue };
        queue!(out, MoveTo(*x, *y))?;
        match shelf.way() {
            Way::Iterm2 => {
                let (columns, rows) = (picture.size.columns, picture.size.rows);
                write!(out, "\x1b]1337;File=inline=1;width={columns};height={rows};preserveAspectRatio=1;")?;
                write!(out, "doNotMoveCursor=1:{}\x07", picture.data)?;
            }
            Way::Sixel => out.write_all(picture.data.as_bytes())?,
            Way::Kitty | Way::Blocks | Way::Text => {}
        }
    }
    Ok(())
}
