//! Undo steps that belong together: typing over a selection deletes and inserts, and is undone at once. The store keeps two
//! steps and does not tell how many it has, as it joins some, so a pair is known by the text between its steps.

use super::area::Spot;

/// The features by which a text is recognised: its length and its caret.
pub(super) type Mark = (usize, Spot);

/// The pairs of steps. The text between the two steps of the latest pair is met only there on the way back: where a change
/// leads to one that looks like it, the pair falls apart.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// The text between the steps of each pair that can be undone.
    undo: Vec<Mark>,
    /// The same of those that can be done again, and how many steps are undone where they begin.
    redo: Vec<(usize, Mark)>,
    /// The number of steps that are undone.
    undone: usize,
}

impl Pairs {
    /// A selection was deleted, and what takes its place is inserted next.
    pub(super) fn begin(&mut self, between: Mark) {
        self.undo.push(between);
    }

    /// The text was changed by something new.
    pub(super) fn changed(&mut self, now: Mark) {
        self.redo.clear();
        self.undone = 0;
        self.undo.pop_if(|between| *between == now);
    }

    /// A step was undone: whether the one before belongs to it, which must be undone, too.
    pub(super) fn undone(&mut self, now: Mark) -> bool {
        self.undone += 1;
        let Some(between) = self.undo.pop_if(|between| *between == now) else { return false };
        self.undone += 1;
        self.redo.push((self.undone, between));
        true
    }

    /// A step was done again: whether the next belongs to it, which must be done again, too.
    pub(super) fn redone(&mut self) -> bool {
        let before = self.undone;
        self.undone = before.saturating_sub(1);
        let Some((_, between)) = self.redo.pop_if(|(undone, _)| *undone == before) else { return false };
        self.undone = before.saturating_sub(2);
        self.undo.push(between);
        true
    }
}
