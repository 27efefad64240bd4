//! A backend that writes a whole frame at once, as one synchronized update: no terminal shows half of it, and a
//! cleared screen is never seen without what comes instead.
//!
//! It also turns the marks of links into addresses, see `links`, and those of pictures into pictures, see `pictures`.
//!
//! crossterm's backend flushes after each of its cursor and clear commands, so it writes into memory here, and only
//! ratatui's own flush, the last step of a frame, goes out.

use super::{osc, pictures};
use crate::tui::links::{self, Links};
use crate::tui::pictures::Shelf;
use crate::tui::pictures::marks::Mark;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::cell::RefCell;
use std::io::{self, Stdout, Write};
use std::rc::Rc;

/// The terminal at the other end of `W`, a frame at a time.
pub(crate) struct Frames<W = Stdout> {
    inner: CrosstermBackend<Memory>,
    frame: Memory,
    links: Links,
    /// The terminal knows links.
    linking: bool,
    shelf: Shelf,
    out: W,
}

/// Bytes that two can reach: the backend writes, the frame is taken out.
#[derive(Debug, Clone, Default)]
struct Memory(Rc<RefCell<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Frames<W> {
    /// Writes to `out`; `links` are those in sight, and so are the pictures of `shelf`.
    pub(crate) fn new(out: W, links: Links, shelf: Shelf) -> Self {
        let frame = Memory::default();
        let linking = osc::is_understood(&std::env::var("TERM").unwrap_or_default());
        Self { inner: CrosstermBackend::new(frame.clone()), frame, links, linking, shelf, out }
    }

    /// Draws cells of which some may carry the mark of a link.
    fn draw_marked(&mut self, cells: &[(u16, u16, &Cell)]) -> io::Result<()> {
        let joined = |a: &(u16, u16, &Cell), b: &(u16, u16, &Cell)| a.2.underline_color == b.2.underline_color;
        cells.chunk_by(joined).try_for_each(|alike| self.draw_alike(alike))
    }

    /// Draws blanks where pictures are, and the pictures over them.
    fn draw_covered(&mut self, cells: &[(u16, u16, &Cell)]) -> io::Result<()> {
        let disturbed = pictures::disturbed(cells);
        let blank = Cell::default();
        let under = |(x, y, cell)| (x, y, if Mark::of(cell).is_some() { &blank } else { cell });
        let blanked = cells.iter().copied().map(under);
        let blanked: Vec<(u16, u16, &Cell)> = blanked.collect();
        self.draw_marked(&blanked)?;
        pictures::lay_over(&self.shelf, &disturbed, &mut self.frame)
    }

    /// Draws cells that all have the same mark in the colour of their underline.
    fn draw_alike(&mut self, cells: &[(u16, u16, &Cell)]) -> io::Result<()> {
        let Some(mark) = cells.first().and_then(|(.., cell)| links::taken_out(cell).0) else {
            return self.inner.draw(cells.iter().copied());
        };
        let plain: Vec<(u16, u16, Cell)> =
            cells.iter().map(|(x, y, cell)| (*x, *y, links::taken_out(cell).1)).collect();
        let address = self.links.address(mark).filter(|_| self.linking);
        if let Some(address) = &address {
            write!(self.frame, "\x1b]8;;{address}\x1b\\")?;
        }
        self.inner.draw(plain.iter().map(|(x, y, cell)| (*x, *y, cell)))?;
        if address.is_some() {
            write!(self.frame, "\x1b]8;;\x1b\\")?;
        }
        Ok(())
    }
}

impl<W: Write> Backend for Frames<W> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        if self.links.is_empty() && self.shelf.is_idle() {
            return self.inner.draw(content);
        }
        pictures::hold(&self.shelf, &mut self.frame)?;
        let cells: Vec<(u16, u16, &Cell)> = content.collect();
        if self.shelf.way().lies_over_cells() { self.draw_covered(&cells) } else { self.draw_marked(&cells) }
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    /// Not asked: the answer would come through the keyboard, which has another reader.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::ORIGIN)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.inner.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        let frame = std::mem::take(&mut *self.frame.0.borrow_mut());
        if frame.is_empty() {
            return Ok(());
        }
        let mut update = Vec::with_capacity(frame.len() + 32);
        queue!(update, BeginSynchronizedUpdate)?;
        update.extend_from_slice(&frame);
        queue!(update, EndSynchronizedUpdate)?;
        self.out.write_all(&update)?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests;
