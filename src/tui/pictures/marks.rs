//! The cells that stand for a picture which the terminal draws: kitty's Unicode placeholders.
//!
//! A cell says which picture (in its colour), and which column and row of it (in two marks above it), so every cell that
//! shows something else is one that changes. kitty takes them as they are; for other protocols the backend puts blanks in
//! their place. Source: <https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders>.

use crate::tui::theme;
use ratatui::buffer::Cell;

/// The character of kitty's placeholders.
const PLACEHOLDER: char = '\u{10EEEE}';

/// The marks for the numbers from 0, as far as a picture has columns. Source: `rowcolumn-diacritics.txt` of kitty.
const NUMBERS: [char; 60] = [
    '\u{0305}', '\u{030D}', '\u{030E}', '\u{0310}', '\u{0312}', '\u{033D}', '\u{033E}', '\u{033F}', '\u{0346}',
    '\u{034A}', '\u{034B}', '\u{034C}', '\u{0350}', '\u{0351}', '\u{0352}', '\u{0357}', '\u{035B}', '\u{0363}',
    '\u{0364}', '\u{0365}', '\u{0366}', '\u{0367}', '\u{0368}', '\u{0369}', '\u{036A}', '\u{036B}', '\u{036C}',
    '\u{036D}', '\u{036E}', '\u{036F}', '\u{0483}', '\u{0484}', '\u{0485}', '\u{0486}', '\u{0487}', '\u{0592}',
    '\u{0593}', '\u{0594}', '\u{0595}', '\u{0597}', '\u{0598}', '\u{0599}', '\u{059C}', '\u{059D}', '\u{059E}',
    '\u{059F}', '\u{05A0}', '\u{05A1}', '\u{05A8}', '\u{05A9}', '\u{05AB}', '\u{05AC}', '\u{05AF}', '\u{05C4}',
    '\u{0610}', '\u{0611}', '\u{0612}', '\u{0613}', '\u{0614}', '\u{0615}',
];

/// A cell of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The number of the picture, of 24 bits.
    pub(crate) picture: u32,
    pub(crate) column: u16,
    pub(crate) row: u16,
}

impl Mark {
    /// Makes `cell` stand for it.
    pub(crate) fn put(self, cell: &mut Cell) {
        let mut bytes = [0; 12];
        let mut end = 0;
        let number = |number: u16| NUMBERS.get(usize::from(number)).copied().unwrap_or(NUMBERS[0]);
        for character in [PLACEHOLDER, number(self.row), number(self.column)] {
            end += character.encode_utf8(&mut bytes[end..]).len();
        }
        cell.reset();
        cell.set_symbol(std::str::from_utf8(&bytes[..end]).unwrap_or_default());
        cell.fg = theme::numbered(self.picture);
    }

    /// What `cell` stands for, if it is a placeholder.
    pub(crate) fn of(cell: &Cell) -> Option<Self> {
        let mut characters = cell.symbol().chars();
        if characters.next() != Some(PLACEHOLDER) {
            return None;
        }
        let mut number = || {
            let mark = characters.next()?;
            NUMBERS.iter().position(|number| *number == mark).map(|number| number as u16)
        };
        let (row, column) = (number()?, number()?);
        Some(Self { picture: theme::number(cell.fg)?, column, row })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::CellWidth;

    #[test]
    fn every_mark_can_be_read_again_and_takes_one_cell() {
        let mut cell = Cell::default();
        for (column, row) in (0..60).flat_map(|column| (0..12).map(move |row| (column, row))) {
            let mark = Mark { picture: 0x12_34_56, column, row };
            mark.put(&mut cell);
            assert_eq!(Mark::of(&cell), Some(mark));
            assert_eq!(cell.cell_width(), 1, "{mark:?}");
        }
        assert_eq!(Mark::of(&Cell::default()), None);
    }

    #[test]
    fn a_mark_is_the_placeholder_of_kitty() {
        let mut cell = Cell::default();
        Mark { picture: 42, column: 2, row: 1 }.put(&mut cell);
        assert_eq!(cell.symbol(), "\u{10EEEE}\u{030D}\u{030E}");
        assert_eq!(cell.fg, theme::pixel([0, 0, 42]));
    }
}
