//! What would become of the prompt in the input, as far as it is known: asked after every change, never waited for.

use crate::chat::{Attachment, ConversationId, Prompt, TurnId};
use crate::config::CategoryId;
use crate::engine::Preview as Question;
use crate::router::{Decider, LocalDecision, RouteOverride};

/// The latest question and the latest answer. Invariant: without a question there is no answer.
#[derive(Debug, Default)]
pub(crate) struct Preview {
    /// The number of the latest question.
    serial: u64,
    /// What it was.
    asked: Option<Question>,
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
    /// The next question, about a prompt that would follow up on `parent`; `None` where just that was asked last.
    pub(crate) fn ask(
        &mut self,
        (chat, parent): (ConversationId, Option<TurnId>),
        (text, files): (&str, &[Attachment]),
        route: &RouteOverride,
    ) -> Option<Question> {
        // Asked after every event: the prompt is copied only for a new question.
        let same = |asked: &Question| {
            *asked.prompt.text == *text && *asked.prompt.attachments == *files && asked.route == *route
        };
        if !self.stale && self.asked.as_ref().is_some_and(same) {
            return None;
        }
        let prompt = Prompt { text: text.into(), attachments: files.into() };
        self.stale = false;
        self.serial += 1;
        let question = Question { serial: self.serial, chat, parent, prompt, route: route.clone() };
        self.asked = Some(question.clone());
        Some(question)
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

    /// The number of the question about a prompt, where there is one.
    fn ask(preview: &mut Preview, prompt: &str) -> Option<u64> {
        let question = preview.ask((ConversationId(1), None), (prompt, &[]), &RouteOverride::default());
        question.map(|question| question.serial)
    }

    fn shown(preview: &Preview) -> Option<String> {
        preview.answer().map(|answer| answer.local.decision.category.to_string())
    }

    #[test]
    fn the_old_preview_stays_until_the_answer_to_the_latest_question() {
        let mut preview = Preview::default();
        let first = ask(&mut preview, "a").unwrap();
        assert!(ask(&mut preview, "a").is_none(), "the same is not asked twice");
        preview.answered(first, local("general", Decider::Classifier), None);
        let second = ask(&mut preview, "ab").unwrap();
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
        let mut preview = Preview::default();
        preview.expire();
        let first = ask(&mut preview, "a").unwrap();
        preview.answered(first, local("general", Decider::Classifier), None);
        preview.expire();
        assert_eq!(shown(&preview).as_deref(), Some("general"));
        assert!(ask(&mut preview, "a").is_some());
    }

    #[test]
    fn a_follow_up_stays_only_where_the_last_turn_was() {
        let mut preview = Preview::default();
        for (before, decider, stays) in [
            ("coding", Decider::FollowUp, true),
            ("general", Decider::FollowUp, false),
            ("coding", Decider::Classifier, false),
        ] {
            preview.clear();
            let serial = ask(&mut preview, "and now?").unwrap();
            preview.answered(serial, local("coding", decider), Some(&before.into()));
            assert_eq!(preview.answer().unwrap().stays, stays, "{before} {decider}");
        }
    }
}
