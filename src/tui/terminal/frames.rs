//! A backend that writes a whole frame at once, as one synchronized update: no terminal shows half of it, and a
//! cleared screen is never seen without what comes instead.
//!
//! crossterm's backend flushes after each of its cursor and clear commands, so it writes into memory here, and only
//! ratatui's own flush, the last step of a frame, goes out.

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::cell::RefCell;
use std::io::{self, Stdout, Write};
use std::rc::Rc;

/// The terminal on stdout, a frame at a time.
pub(crate) struct Frames {
    inner: CrosstermBackend<Memory>,
    frame: Memory,
    out: Stdout,
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

impl Frames {
    pub(crate) fn new(out: Stdout) -> Self {
        let frame = Memory::default();
        Self { inner: CrosstermBackend::new(frame.clone()), frame, out }
    }
}

impl Backend for Frames {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        self.inner.draw(content)
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
