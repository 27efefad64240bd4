//! The history of decisions: which one is selected, and which the user corrected.

use crate::chat::{Turn, TurnId};
use crate::config::CategoryId;
use crate::router::{Lesson, LessonId};

/// The selection and the corrections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Routes {
    /// `None`: the latest decision, whichever that is.
    selected: Option<TurnId>,
    /// In the order in which they were made; at most one for each turn.
    corrections: Vec<Correction>,
    /// Taken back before they were learned: what comes of them is to be undone as soon as it is known.
    withdrawn: Vec<(TurnId, CategoryId)>,
}

/// What the user said a decision should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Correction {
    turn: TurnId,
    category: CategoryId,
    /// What came of it, as soon as the engine has learned it.
    lesson: Option<LessonId>,
}

impl Routes {
    /// The selected decision.
    pub(crate) fn selected(&self) -> Option<TurnId> {
        self.selected
    }

    /// Another conversation is in sight.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Selects one, or goes back to the latest.
    pub(crate) fn select(&mut self, id: Option<TurnId>) {
        self.selected = id;
    }

    /// Moves the selection in `history` (the latest first); it stops at both ends. The first line is the latest
    /// decision only as long as no newer one comes, so it is selected by name like every other.
    pub(crate) fn move_by(&mut self, lines: isize, history: &[TurnId]) {
        let at = self.selected.and_then(|id| history.iter().position(|&known| known == id)).unwrap_or(0);
        let last = history.len().saturating_sub(1);
        self.selected = history.get(at.saturating_add_signed(lines).min(last)).copied();
    }

    /// What the user said the decision of a turn should have been.
    pub(crate) fn correction(&self, id: TurnId) -> Option<&CategoryId> {
        self.find(id).map(|correction| &correction.category)
    }

    /// What the user takes a turn for: what they said, else what was decided.
    pub(crate) fn category<'a>(&'a self, turn: &'a Turn) -> Option<&'a CategoryId> {
        let decided = turn.decision.as_ref().map(|decision| &decision.category);
        self.correction(turn.id).or(turn.corrected.as_ref()).or(decided)
    }

    /// The user said what a decision should have been.
    pub(crate) fn correct(&mut self, id: TurnId, category: CategoryId) {
        self.corrections.retain(|correction| correction.turn != id);
        self.corrections.push(Correction { turn: id, category, lesson: None });
    }

    /// The lesson that came of the correction of a turn.
    pub(crate) fn lesson(&self, id: TurnId) -> Option<LessonId> {
        self.find(id)?.lesson
    }

    /// The turn that was corrected last.
    pub(crate) fn corrected_last(&self) -> Option<TurnId> {
        self.corrections.last().map(|correction| correction.turn)
    }

    /// The decision of a turn was right after all. Gives back the lesson that came of the correction, if it is known.
    pub(crate) fn withdraw(&mut self, id: TurnId) -> Option<LessonId> {
        let at = self.corrections.iter().position(|correction| correction.turn == id)?;
        let Correction { turn, category, lesson } = self.corrections.remove(at);
        if lesson.is_none() {
            self.withdrawn.push((turn, category));
        }
        lesson
    }

    /// A correction was learned; `prompt` tells what a turn was about. Every lesson belongs to one correction, so that
    /// undoing one leaves all others alone. Gives back whether anybody still stands by it.
    pub(crate) fn taught<'a>(&mut self, lesson: &Lesson, prompt: impl Fn(TurnId) -> Option<&'a str>) -> bool {
        let about = |turn: TurnId, category: &CategoryId| {
            *category == lesson.category && prompt(turn).is_some_and(|prompt| prompt == &*lesson.prompt)
        };
        // Lessons come in the order in which they were asked for, and what was taken back was asked for first.
        if let Some(at) = self.withdrawn.iter().position(|(turn, category)| about(*turn, category)) {
            self.withdrawn.remove(at);
            return false;
        }
        let of = |correction: &Correction| about(correction.turn, &correction.category);
        let waits = self.corrections.iter().position(|correction| correction.lesson.is_none() && of(correction));
        // The same said twice: the later lesson has replaced the earlier one.
        if let Some(at) = waits.or_else(|| self.corrections.iter().rposition(of)) {
            self.corrections[at].lesson = Some(lesson.id);
        }
        true
    }

    /// A lesson is no longer in force: the turn it came from is as it was. Gives back which, and what the user had said.
    pub(crate) fn untaught(&mut self, lesson: LessonId) -> Option<(TurnId, CategoryId)> {
        let at = self.corrections.iter().position(|correction| correction.lesson == Some(lesson))?;
        let Correction { turn, category, .. } = self.corrections.remove(at);
        Some((turn, category))
    }

    fn find(&self, id: TurnId) -> Option<&Correction> {
        self.corrections.iter().find(|correction| correction.turn == id)
    }
}
