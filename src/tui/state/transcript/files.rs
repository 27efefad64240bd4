//! The rows of the files that go with a prompt: a line for each, and below it the picture, where it is one that is drawn.
//!
//! Their places are kept as bytes behind the end of the prompt, a range for each file: so a place stays with its file at
//! any width, and programs that know no pictures read it as the end of the prompt.

use crate::chat::{Spot, Turn};
use crate::tui::pictures::{Size, Space};

/// More than the rows of any file.
const ROOM: usize = 64;

/// The files of one prompt. Costs nothing where there are none.
#[derive(Debug, Clone, Default)]
pub(super) struct Files {
    /// How large the picture of each is; `None`: there is none.
    pictures: Vec<Option<Size>>,
    /// How long the prompt is, in bytes.
    behind: usize,
}

impl Files {
    pub(super) fn of(turn: &Turn, width: usize, space: Space) -> Self {
        let files = turn.ask.prompt.attachments.iter();
        let picture = |image, extent| space.size_of(extent, width).filter(|_| image);
        Self {
            pictures: files.map(|file| picture(file.blob.is_image(), file.extent)).collect(),
            behind: turn.prompt().len() + 1,
        }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.pictures.iter().map(|picture| rows_of(*picture)).sum()
    }

    /// Whose row this is, the size of its picture, and which row of the picture; `None`: the line above it.
    pub(super) fn row(&self, mut row: usize) -> Option<(usize, Option<(Size, u16)>)> {
        for (file, picture) in self.pictures.iter().enumerate() {
            if row < rows_of(*picture) {
                return Some((file, picture.zip(row.checked_sub(1).map(|row| row as u16))));
            }
            row -= rows_of(*picture);
        }
        None
    }

    /// A place that is the same row at another width.
    pub(super) fn place(&self, mut row: usize) -> Spot {
        let mut file = 0;
        for picture in self.pictures.iter().take(self.pictures.len().saturating_sub(1)) {
            let Some(rest) = row.checked_sub(rows_of(*picture)) else { break };
            (row, file) = (rest, file + 1);
        }
        Spot::Prompt(self.behind + file * ROOM + row.min(ROOM - 1))
    }

    /// The row at the byte `at`, or what is nearest to it now; `None`: it is in the prompt.
    pub(super) fn row_of(&self, at: usize) -> Option<usize> {
        let behind = at.checked_sub(self.behind).filter(|_| !self.pictures.is_empty())?;
        let file = (behind / ROOM).min(self.pictures.len() - 1);
        let before: usize = self.pictures.iter().take(file).map(|picture| rows_of(*picture)).sum();
        let rows = self.pictures.get(file).map_or(1, |picture| rows_of(*picture));
        Some(before + (behind - file * ROOM).min(rows - 1))
    }
}

/// The rows of a file: its line, and those of its picture.
fn rows_of(picture: Option<Size>) -> usize {
    1 + picture.map_or(0, |size| usize::from(size.rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(rows: &[Option<u16>]) -> Files {
        let picture = |rows: &Option<u16>| rows.map(|rows| Size { columns: 3, rows });
        Files { pictures: rows.iter().map(picture).collect(), behind: 10 }
    }

    /// The byte of the prompt in a place.
    fn at(spot: Spot) -> usize {
        if let Spot::Prompt(at) = spot { at } else { 0 }
    }

    #[test]
    fn every_row_belongs_to_a_file_and_its_place_leads_back_to_it() {
        let files = files(&[Some(12), None, Some(1)]);
        assert_eq!(files.rows(), 16);
        let size = |rows| Size { columns: 3, rows };
        assert_eq!(files.row(0), Some((0, None)));
        assert_eq!(files.row(12), Some((0, Some((size(12), 11)))));
        assert_eq!(files.row(13), Some((1, None)));
        assert_eq!(files.row(15), Some((2, Some((size(1), 0)))));
        assert_eq!(files.row(16), None);
        for row in 0..16 {
            assert_eq!(files.row_of(at(files.place(row))), Some(row));
        }
    }

    #[test]
    fn a_place_stays_with_its_file_when_pictures_change_their_size() {
        let at = at(files(&[Some(12), Some(12)]).place(20));
        assert_eq!(files(&[Some(3), Some(4)]).row_of(at), Some(4 + 4));
        assert_eq!(files(&[None, None]).row_of(at), Some(1));
        assert_eq!(files(&[None]).row_of(at), Some(0));
        assert_eq!((files(&[]).row_of(at), files(&[None]).row_of(9)), (None, None));
    }
}
