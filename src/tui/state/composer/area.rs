//! What tui-textarea does not do by itself: steps over whole characters, and deletions that "put back" leaves alone.

use tui_textarea::{CursorMove, TextArea};

/// Moves so many characters on in the line.
pub(super) fn step_right(area: &mut TextArea<'static>, characters: usize) {
    let (line, column) = area.cursor();
    jump(area, line, column + characters, CursorMove::Forward);
}

/// Moves so many characters back in the line; from its beginning to the end of the line above.
pub(super) fn step_left(area: &mut TextArea<'static>, characters: usize) {
    let (line, column) = area.cursor();
    match (column.checked_sub(characters), line.checked_sub(1)) {
        (Some(column), _) => jump(area, line, column, CursorMove::Back),
        (None, Some(above)) => {
            let end = area.lines().get(above).map_or(0, |line| line.chars().count());
            jump(area, above, end, CursorMove::Back);
        }
        (None, None) => {}
    }
}

/// Jumps, as tui-textarea's own steps go by columns of the screen and stop before a mark without width at a line's end.
/// Farther than a jump reaches it takes one such step.
fn jump(area: &mut TextArea<'static>, line: usize, column: usize, step: CursorMove) {
    match (u16::try_from(line), u16::try_from(column)) {
        (Ok(line), Ok(column)) => area.move_cursor(CursorMove::Jump(line, column)),
        _ => area.move_cursor(step),
    }
}

/// `delete_str` puts what it deletes where "put back" takes it from; a single character does not belong there.
pub(super) fn keep_yank(area: &mut TextArea<'static>, delete: impl FnOnce(&mut TextArea<'static>) -> bool) {
    let yank = area.yank_text();
    delete(area);
    area.set_yank_text(yank);
}

/// Selecting, which moves the caret so far.
impl super::Composer {
    /// Moves the caret, and selects up to there.
    pub(crate) fn select(&mut self, motion: super::Motion) {
        self.edit(motion);
    }

    /// Selects up to the row above.
    pub(crate) fn select_up(&mut self) {
        self.up();
    }

    /// Selects up to the row below.
    pub(crate) fn select_down(&mut self) {
        self.down();
    }
}
