//! What is in sight: which turns, and which text stands in the cell that the mouse points at.

use super::{Content, Part, Transcript};
use crate::chat::Turn;
use crate::tui::state::Point;
use crate::tui::text::cells::prefix;
use std::ops::Range;

impl Transcript {
    /// The turns of which a row is in sight, by their places.
    pub(crate) fn turns_in_sight(&self) -> Range<usize> {
        let bottom = (self.top + self.height).min(self.total()).saturating_sub(1);
        match (self.turn_of(self.top), self.turn_of(bottom)) {
            (Some(first), Some(last)) => first..last + 1,
            _ => 0..0,
        }
    }

    /// What stands in the cell `column` of a row in sight; where that is no text, what stands before it.
    pub(crate) fn point_at(&self, row: usize, column: usize, turns: &[Turn]) -> Option<Point> {
        let row = (self.top + row).min(self.total().checked_sub(1)?);
        let mut first = true;
        for row in (0..=row).rev() {
            let index = self.turn_of(row)?;
            let (turn, id) = turns.get(index).map(|turn| (turn, turn.id()))?;
            let (part, content) = self.entries.get(index)?.layout.as_ref()?.line(row - self.starts[index], turn);
            // On a row without text the end of the row before it is meant.
            let column = if std::mem::take(&mut first) { column } else { usize::MAX };
            let bytes = match content {
                Content::Plain(text, source) if part != Part::Remarks => {
                    let at = prefix(text, column).0.len();
                    source + at..source + text.ceil_char_boundary((at + 1).min(text.len()))
                }
                Content::Styled(row) if part != Part::Besides => {
                    let at = row.byte_at(column);
                    let next = row.byte_at(column.saturating_add(1)).max(at);
                    row.source_at(at)..row.source_at(next)
                }
                _ if part == Part::PromptHead => return Some(Point { turn: id, part: Part::Prompt, bytes: 0..0 }),
                _ if part == Part::AnswerHead => return Some(Point { turn: id, part: Part::Answer, bytes: 0..0 }),
                _ => continue,
            };
            return Some(Point { turn: id, part, bytes });
        }
        None
    }
}
