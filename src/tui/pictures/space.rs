//! How many cells a picture takes. Follows from its extent, the width of the text and the shape of a cell, so that its rows
//! are known before it is decoded, and nothing jumps when it arrives.

use super::Way;
use crate::chat::Extent;
use ratatui::backend::WindowSize;

/// The most cells of a picture.
const COLUMNS_MAX: u64 = 60;
const ROWS_MAX: u64 = 12;
/// Cells outside of this are a mistake of the terminal.
const CELL_WIDTHS: std::ops::RangeInclusive<u16> = 3..=100;
const CELL_HEIGHTS: std::ops::RangeInclusive<u16> = 6..=200;

/// What there is to draw on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Space {
    /// In which way.
    pub way: Way,
    /// How large a cell is.
    pub cell: TextCell,
}

/// The size of a cell of text, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextCell {
    width: u16,
    height: u16,
}

/// What most fonts are like, for terminals that do not tell.
impl Default for TextCell {
    fn default() -> Self {
        Self { width: 10, height: 20 }
    }
}

/// The cells of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size {
    pub(crate) columns: u16,
    pub(crate) rows: u16,
}

impl TextCell {
    /// The cells of a window, as far as the terminal tells its pixels.
    pub fn of(window: WindowSize) -> Self {
        let WindowSize { columns_rows, pixels } = window;
        let sides = [(pixels.width, columns_rows.width), (pixels.height, columns_rows.height)];
        match sides.map(|(pixels, cells)| pixels.checked_div(cells)) {
            [Some(width), Some(height)] if CELL_WIDTHS.contains(&width) && CELL_HEIGHTS.contains(&height) => {
                Self { width, height }
            }
            _ => Self::default(),
        }
    }
}

impl Space {
    /// The cells of a picture in text of so many columns; `None` where only the line of text stands for it.
    pub(crate) fn size_of(self, extent: Extent, width: usize) -> Option<Size> {
        let Extent::Pixels { width: across, height: down } = extent else { return None };
        if self.way == Way::Text || across == 0 || down == 0 || width == 0 {
            return None;
        }
        let cell = (u64::from(self.cell.width), u64::from(self.cell.height));
        // In half blocks a pixel of the picture may be as large as a cell is wide: less could not be told apart.
        let zoom = if self.way == Way::Blocks { cell.0 } else { 1 };
        let columns_max = COLUMNS_MAX.min(width as u64);
        let (across, down) =
            shrunk((u64::from(across) * zoom, u64::from(down) * zoom), (columns_max * cell.0, ROWS_MAX * cell.1));
        let cells = |pixels: u64, cell: u64, max: u64| ((pixels + cell / 2) / cell).clamp(1, max) as u16;
        Some(Size { columns: cells(across, cell.0, columns_max), rows: cells(down, cell.1, ROWS_MAX) })
    }

    /// The pixels of so many cells, across and down.
    pub(super) fn pixels_of(self, size: Size) -> (u32, u32) {
        let pixels = |cells: u16, cell: u16| u32::from(cells) * u32::from(cell);
        (pixels(size.columns, self.cell.width), pixels(size.rows, self.cell.height))
    }
}

/// `sides` made so small that they fit into `room`, in the same proportion.
pub(super) fn shrunk(sides: (u64, u64), room: (u64, u64)) -> (u64, u64) {
    if sides.0 <= room.0 && sides.1 <= room.1 {
        return sides;
    }
    if sides.0 * room.1 >= sides.1 * room.0 {
        (room.0, sides.1 * room.0 / sides.0.max(1))
    } else {
        (sides.0 * room.1 / sides.1.max(1), room.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Size as Cells;

    fn size(way: Way, width: u32, height: u32, columns: usize) -> Option<(u16, u16)> {
        let space = Space { way, cell: TextCell::default() };
        space.size_of(Extent::Pixels { width, height }, columns).map(|size| (size.columns, size.rows))
    }

    #[test]
    fn a_picture_keeps_its_shape_within_60_by_12_cells_and_the_text() {
        for (picture, columns, cells) in [
            ((1024, 768), 100, (32, 12)),
            ((4000, 1000), 100, (60, 8)),
            ((4000, 1000), 20, (20, 3)),
            ((100, 4000), 100, (1, 12)),
            ((u32::MAX, 1), 100, (60, 1)),
            ((1, u32::MAX), 1, (1, 12)),
            ((u32::MAX, u32::MAX), 9, (9, 5)),
        ] {
            for way in [Way::Kitty, Way::Iterm2, Way::Sixel, Way::Blocks] {
                assert_eq!(size(way, picture.0, picture.1, columns), Some(cells), "{picture:?} {columns} {way:?}");
            }
        }
    }

    #[test]
    fn a_small_picture_is_no_larger_than_its_pixels_and_in_half_blocks_one_pixel_a_column() {
        assert_eq!(size(Way::Kitty, 32, 32, 80), Some((3, 2)));
        assert_eq!(size(Way::Blocks, 16, 16, 80), Some((16, 8)));
        assert_eq!(size(Way::Kitty, 1, 1, 80), Some((1, 1)));
    }

    #[test]
    fn what_is_unknown_or_not_to_be_drawn_takes_no_cells() {
        assert_eq!(size(Way::Text, 100, 100, 80), None);
        assert_eq!(size(Way::Blocks, 0, 100, 80), None);
        assert_eq!(size(Way::Blocks, 100, 0, 80), None);
        let space = Space { way: Way::Blocks, cell: TextCell::default() };
        assert_eq!(space.size_of(Extent::Unknown, 80), None);
        assert_eq!(space.size_of(Extent::Text { lines: 1, tokens: 1 }, 80), None);
    }

    #[test]
    fn a_cell_is_as_large_as_the_terminal_says_unless_that_is_nonsense() {
        let cell = |pixels: (u16, u16)| {
            TextCell::of(WindowSize { columns_rows: Cells::new(100, 30), pixels: Cells::new(pixels.0, pixels.1) })
        };
        assert_eq!(cell((900, 540)), TextCell { width: 9, height: 18 });
        for nonsense in [(0, 0), (900, 0), (100, 30), (65_535, 65_535)] {
            assert_eq!(cell(nonsense), TextCell::default(), "{nonsense:?}");
        }
        let none = WindowSize { columns_rows: Cells::new(0, 0), pixels: Cells::new(900, 540) };
        assert_eq!(TextCell::of(none), TextCell::default());
    }
}
