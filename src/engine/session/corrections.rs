//! What turns should have been taken for. A correction is one fact of its turn; the lesson that comes of it is known by
//! that turn, too.

use super::{Effects, Now, Session, SessionEffect};
use crate::chat::{Correction, Turn, TurnEvent, TurnId};
use crate::config::CategoryId;
use crate::engine::Event;
use crate::engine::learning::{LearnJob, LessonRef};
use crate::router::{Lesson, Scope};
use crate::store::NewLesson;
use jiff::Timestamp;

impl Session {
    /// The user says what the decision of a turn should have been. Saying what was decided takes an earlier correction
    /// back.
    pub(super) fn correct(
        &mut self,
        id: TurnId,
        category: CategoryId,
        scope: Scope,
        taught_at: Timestamp,
        now: Now,
        out: &mut Effects,
    ) {
        // What is still being learned of this turn is not what the user says any more.
        for teaching in &mut self.teaching {
            teaching.take_if(|of| *of == id);
        }
        let Some(turn) = self.turn(id) else { return };
        let Some(decided) = turn.decision.as_ref().map(|decision| decision.category.clone()) else { return };
        if decided == category {
            self.record(id, TurnEvent::Corrected(None), now, out);
            // Jobs are done in their order: a lesson that is still being learned is known by then.
            return out.push(SessionEffect::Learn(LearnJob::Unteach(LessonRef::Of(id), taught_at)));
        }
        let previous = self.category_before(turn);
        let (prompt, turn) = (turn.prompt().clone(), Some(id));
        let lesson = NewLesson { prompt, previous, decided, category: category.clone(), scope, taught_at, turn };
        self.record(id, TurnEvent::Corrected(Some(Correction { category, lesson: None })), now, out);
        self.teaching.push_back(Some(id));
        self.did_not_fit(id, taught_at, out);
        out.push(SessionEffect::Learn(LearnJob::Teach(lesson)));
    }

    fn category_before(&self, turn: &Turn) -> Option<CategoryId> {
        let conversation = &self.chats.get(&self.chat_of(turn.id())?)?.chat.conversation;
        conversation.category_of_last(turn.parent()).cloned()
    }

    /// A correction was learned. The user may have said something else meanwhile; then another job is on its way, and
    /// this lesson is about to be replaced or unlearned.
    pub(super) fn learned(&mut self, lesson: Lesson, now: Now, out: &mut Effects) {
        // Lessons are learned in the order in which they were taught.
        let Some(id) = self.teaching.pop_front().flatten() else { return };
        let correction = Correction { category: lesson.category.clone(), lesson: Some(lesson.id) };
        self.record(id, TurnEvent::Corrected(Some(correction)), now, out);
        Self::emit(Event::Taught(lesson), out);
    }

    /// A lesson is no longer in force: its turn is what it was taken for.
    pub(super) fn unlearned(&mut self, lesson: &Lesson, now: Now, out: &mut Effects) {
        Self::emit(Event::Untaught(lesson.id), out);
        let of_lesson = |turn: &&Turn| turn.correction.as_ref().is_some_and(|it| it.lesson == Some(lesson.id));
        if let Some(id) = lesson.turn.map(TurnId)
            && self.turn(id).as_ref().is_some_and(of_lesson)
        {
            self.record(id, TurnEvent::Corrected(None), now, out);
        }
    }
}
