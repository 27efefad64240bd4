//! What would become of the prompt in the input, as far as it is known: asked after every change, never waited for.

use crate::config::CategoryId;
use crate::router::{Decider, LocalDecision, RouteOverride};
use std::sync::Arc;

/// The latest question and the latest answer. Invariant: without a question there is no answer.
#[derive(Debug, Default)]
pub(crate) struct Preview {
    /// The number of the latest question.
    serial: u64,
    /// What it was about.
    asked: Option<(Arc<str>, RouteOverride)>,
    /// Whether something has happened since that may change the answer.
    stale: bool,
    answer: Option<Answer>,
}

/// What the local deciders make of the prompt.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The decision of the local deciders.
    pub(crate) local: LocalDecision,
    /// Whether it stays with the category of the last turn.
    pub(crate) stays: bool,
}

impl Preview {
    /// The number of the next question and its prompt, unless just that was asked last.
    pub(crate) fn ask(&mut self, prompt: &str, route: &RouteOverride) -> Option<(u64, Arc<str>)> {
        if !self.stale && self.asked.as_ref().is_some_and(|(asked, by)| &**asked == prompt && by == route) {
            return None;
        }
        self.stale = false;
        let prompt: Arc<str> = prompt.into();
        self.serial += 1;
        self.asked = Some((prompt.clone(), route.clone()));
        Some((self.serial, prompt))
    }

    /// What was asked is to be asked once more: the answer may be another now. Until it comes, the old one stands.
    pub(crate) fn expire(&mut self) {
        self.stale = true;
    }

    /// There is nothing to ask about any more.
    pub(crate) fn clear(&mut self) {
        self.asked = None;
        self.answer = None;
    }

    /// Takes an answer in, if it is one to the latest question; `before` is the category of the last turn.
    pub(crate) fn answered(&mut self, serial: u64, local: LocalDecision, before: Option<&CategoryId>) {
        if serial == self.serial && self.asked.is_some() {
            let decision = &local.decision;
            let stays = decision.decider == Decider::FollowUp && Some(&decision.category) == before;
            self.answer = Some(Answer { local, stays });
        }
    }

    /// The latest answer.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;

    fn local(category: &str, decider: Decider) -> LocalDecision {
        LocalDecision { decision: examples::decision(category, "qwen-3-32b", decider), sure: true }
    }

    fn shown(preview: &Preview) -> Option<String> {
        preview.answer().map(|answer| answer.local.decision.category.to_string())
    }

    #[test]
    fn the_old_preview_stays_until_the_answer_to_the_latest_question() {
        let (mut preview, none) = (Preview::default(), RouteOverride::default());
        let (first, _) = preview.ask("a", &none).unwrap();
        assert!(preview.ask("a", &none).is_none(), "the same is not asked twice");
        preview.answered(first, local("general", Decider::Classifier), None);
        let (second, _) = preview.ask("ab", &none).unwrap();
        assert!(second > first);
        preview.answered(first, local("vision", Decider::Classifier), None);
        assert_eq!(shown(&preview).as_deref(), Some("general"));
        preview.answered(second, local("coding", Decider::Classifier), None);
        assert_eq!(shown(&preview).as_deref(), Some("coding"));
        preview.clear();
        preview.answered(second, local("vision", Decider::Classifier), None);
        assert_eq!(shown(&preview), None, "nothing was asked any more");
    }

    #[test]
    fn the_same_is_asked_once_more_when_something_was_learned() {
        let (mut preview, none) = (Preview::default(), RouteOverride::default());
        preview.expire();
        let (first, _) = preview.ask("a", &none).unwrap();
        preview.answered(first, local("general", Decider::Classifier), None);
        preview.expire();
        assert_eq!(shown(&preview).as_deref(), Some("general"));
        assert!(preview.ask("a", &none).is_some());
    }

    #[test]
    fn a_follow_up_stays_only_where_the_last_turn_was() {
        let (mut preview, none) = (Preview::default(), RouteOverride::default());
        for (before, decider, stays) in [
            ("coding", Decider::FollowUp, true),
            ("general", Decider::FollowUp, false),
            ("coding", Decider::Classifier, false),
        ] {
            preview.clear();
            let (serial, _) = preview.ask("and now?", &none).unwrap();
            preview.answered(serial, local("coding", decider), Some(&before.into()));
            assert_eq!(preview.answer().unwrap().stays, stays, "{before} {decider}");
        }
    }
}
