//! The rows between conversation and composer: prompts that wait, what the leader key leads to, a notice. Says what stands
//! there and how many rows that takes; `view::strip` paints it.

use super::State;
use crate::chat::Turn;
use crate::tui::panels::OpenPanel;
use crate::tui::text::cells::text_width;
use crate::tui::text::wrap::Wrapped;

/// So many prompts that wait are shown; the last row counts the others.
const QUEUED_ROWS_MAX: usize = 3;
/// A notice takes so many rows at most.
const NOTICE_ROWS_MAX: usize = 4;
/// The cells between two letters of the leader key.
const GAP: usize = 3;

/// A row of the strip.
#[derive(Debug)]
pub(crate) enum StripRow<'a> {
    /// A prompt that waits.
    Queued(&'a Turn),
    /// So many more of them.
    MoreQueued(usize),
    /// An earlier prompt is being edited.
    Editing,
    /// Letters behind the leader key, and what each does.
    Leader(Vec<(String, &'static str)>),
    /// A part of the notice, and whether it is the first.
    Notice(String, bool),
}

impl State {
    /// The rows of the strip for `width` cells.
    pub(crate) fn strip(&self, width: usize) -> Vec<StripRow<'_>> {
        // The panel lists them all.
        let listed = matches!(self.panel, Some(OpenPanel::Queue(_)));
        let queued = if listed { 0 } else { self.queued() };
        let shown = if queued > QUEUED_ROWS_MAX { QUEUED_ROWS_MAX - 1 } else { queued };
        let mut rows: Vec<StripRow> = self.queue().take(shown).map(StripRow::Queued).collect();
        rows.extend((queued > shown).then_some(StripRow::MoreQueued(queued - shown)));
        rows.extend(self.draft.editing.as_ref().map(|_| StripRow::Editing));
        rows.extend(in_rows(self.leader_hints(), width).into_iter().map(StripRow::Leader));
        if let Some(notice) = &self.notice {
            let wrapped = Wrapped::new(&notice.text, width.max(1));
            let last = wrapped.len().min(NOTICE_ROWS_MAX);
            rows.extend((0..last).map(|row| {
                let rest = notice.text.get(wrapped.range(row).start..).unwrap_or_default();
                let cut = row + 1 == last && wrapped.len() > last;
                let text = if cut { rest } else { wrapped.row(&notice.text, row) };
                StripRow::Notice(text.to_owned(), row == 0)
            }));
        }
        rows
    }
}

/// Puts as many hints into each row as fit.
fn in_rows(hints: Vec<(String, &'static str)>, width: usize) -> Vec<Vec<(String, &'static str)>> {
    let mut rows: Vec<Vec<(String, &'static str)>> = Vec::new();
    let mut taken = 0;
    for hint in hints {
        let cells = text_width(&hint.0) + 1 + text_width(hint.1);
        if let Some(row) = rows.last_mut().filter(|_| taken + GAP + cells <= width) {
            taken += GAP + cells;
            row.push(hint);
        } else {
            taken = cells;
            rows.push(vec![hint]);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_share_rows_as_far_as_they_fit() {
        let hints = ["one", "two", "three"].map(|what| ("k".to_owned(), what)).to_vec();
        let rows = in_rows(hints, 14);
        assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }
}
