//! What would become of the prompt in the input, as far as it is known: asked after every change, never waited for.

use crate::chat::{Attachment, ConversationId, Prompt, TurnId};
use crate::config::CategoryId;
use crate::engine::Preview as Question;
use crate::router::{Decider, LocalDecision, RouteOverride};
use std::time::Duration;

/// The latest question and the latest answer. Invariant: without a question there is no answer.
#[derive(Debug, Default)]
pub(crate) struct Preview {
    /// The number of the latest question.
    serial: u64,
    /// What it was.
    asked: Option<Question>,
    /// The revision of the input that it was about.
    revision: u64,
    /// The revision of a long prompt that is not asked about yet, and when it is.
    rests: Option<(u64, Duration)>,
    /// Whether something has happened since that may change the answer.
    stale: bool,
    /// The answer that is shown.
    answer: Option<Answer>,
    /// A newer answer that says something else, and when it is shown: the user may still be typing.
    newer: Option<(Answer, Duration)>,
}

/// The pause in the typing before another answer is shown: one that changes with every key cannot be read.
const TYPING_PAUSE: Duration = Duration::from_millis(200);
/// Prompts longer than this, in bytes, are asked about only when nothing was typed for [`TYPING_PAUSE`].
const LONG_PROMPT: usize = 64 * 1024;

/// What the local deciders make of the prompt.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The decision of the local deciders.
    pub(crate) local: LocalDecision,
    /// Whether it stays with the category of the last turn.
    pub(crate) stays: bool,
}

impl Answer {
    /// Whether another answer names the same category and model, and is as sure.
    fn says_the_same(&self, other: &Self) -> bool {
        let (one, another) = (&self.local.decision, &other.local.decision);
        (self.local.sure, &one.category, one.model(), one.decider, &one.hint)
            == (other.local.sure, &another.category, another.model(), another.decider, &another.hint)
    }
}

impl Preview {
    /// Returns true if the latest question is this one; then no other one is due. Called after every event: it compares no
    /// texts.
    pub(crate) fn is_asked(&mut self, revision: u64, files: &[Attachment], route: &RouteOverride) -> bool {
        let same = |asked: &Question| *asked.prompt.attachments == *files && asked.route == *route;
        let is_asked = !self.stale && self.revision == revision && self.asked.as_ref().is_some_and(same);
        if is_asked {
            self.postpone();
        }
        is_asked
    }

    /// Drops the date of the next question: a date that has passed would keep the event loop from sleeping.
    pub(crate) fn postpone(&mut self) {
        self.rests = None;
    }

    /// Returns true if a prompt of `bytes` bytes is asked about now: a long one once the typing rests, as each question
    /// copies it.
    pub(crate) fn is_time(&mut self, revision: u64, bytes: usize, now: Duration) -> bool {
        if bytes <= LONG_PROMPT {
            self.rests = None;
            return true;
        }
        match self.rests {
            Some((of, due)) if of == revision => now >= due,
            _ => {
                self.rests = Some((revision, now + TYPING_PAUSE));
                false
            }
        }
    }

    /// The question about a prompt that would follow up on `parent`.
    pub(crate) fn ask(
        &mut self,
        (chat, parent): (ConversationId, Option<TurnId>),
        revision: u64,
        prompt: Prompt,
        route: RouteOverride,
    ) -> Question {
        (self.stale, self.revision, self.rests) = (false, revision, None);
        self.serial += 1;
        let question = Question { serial: self.serial, chat, parent, prompt, route };
        self.asked = Some(question.clone());
        question
    }

    /// What was asked is to be asked once more: the answer may be another now. Until it comes, the old one stands.
    pub(crate) fn expire(&mut self) {
        self.stale = true;
    }

    /// There is nothing to ask about any more.
    pub(crate) fn clear(&mut self) {
        self.asked = None;
        self.rests = None;
        self.answer = None;
        self.newer = None;
    }

    /// Takes an answer in, if it is one to the latest question; `before` is the category of the last turn. The first is shown
    /// at once, another one that says something else after a pause.
    pub(crate) fn answered(&mut self, serial: u64, local: LocalDecision, before: Option<&CategoryId>, now: Duration) {
        if serial != self.serial || self.asked.is_none() {
            return;
        }
        let decision = &local.decision;
        let stays = decision.decider == Decider::FollowUp && Some(&decision.category) == before;
        let answer = Answer { local, stays };
        self.newer = None;
        match &self.answer {
            Some(shown) if shown.says_the_same(&answer) => {}
            Some(_) => self.newer = Some((answer, now + TYPING_PAUSE)),
            None => self.answer = Some(answer),
        }
    }

    /// When a newer answer is to be shown, or a question to be asked.
    pub(crate) fn due(&self) -> Option<Duration> {
        let newer = self.newer.as_ref().map(|(_, due)| *due);
        newer.into_iter().chain(self.rests.map(|(_, due)| due)).min()
    }

    /// Shows the newer answer, once it is due.
    pub(crate) fn settle(&mut self, now: Duration) {
        if let Some((answer, _)) = self.newer.take_if(|(_, due)| *due <= now) {
            self.answer = Some(answer);
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

    /// The number of the question about a prompt, where there is one. Texts of one length are of one revision here.
    fn ask(preview: &mut Preview, prompt: &str) -> Option<u64> {
        let (revision, route) = (prompt.len() as u64, RouteOverride::default());
        if preview.is_asked(revision, &[], &route) {
            return None;
        }
        let prompt = Prompt { text: prompt.into(), attachments: [].into() };
        Some(preview.ask((ConversationId(1), None), revision, prompt, route).serial)
    }

    fn shown(preview: &Preview) -> Option<String> {
        preview.answer().map(|answer| answer.local.decision.category.to_string())
    }

    #[test]
    fn the_old_preview_stays_until_the_answer_to_the_latest_question() {
        let mut preview = Preview::default();
        let first = ask(&mut preview, "a").unwrap();
        assert!(ask(&mut preview, "a").is_none(), "the same is not asked twice");
        preview.answered(first, local("general", Decider::Classifier), None, Duration::ZERO);
        let second = ask(&mut preview, "ab").unwrap();
        assert!(second > first);
        preview.answered(first, local("vision", Decider::Classifier), None, Duration::ZERO);
        assert_eq!(shown(&preview).as_deref(), Some("general"));
        preview.answered(second, local("coding", Decider::Classifier), None, Duration::ZERO);
        assert_eq!((shown(&preview).as_deref(), preview.due()), (Some("general"), Some(TYPING_PAUSE)));
        preview.settle(TYPING_PAUSE);
        assert_eq!((shown(&preview).as_deref(), preview.due()), (Some("coding"), None));
        preview.clear();
        preview.answered(second, local("vision", Decider::Classifier), None, Duration::ZERO);
        assert_eq!(shown(&preview), None, "nothing was asked any more");
    }

    #[test]
    fn typing_on_changes_what_is_shown_only_when_it_says_something_else_and_the_typing_rests() {
        let mut preview = Preview::default();
        let mut type_on = |prompt: &str, category: &str, at: u64| {
            let serial = ask(&mut preview, prompt).unwrap();
            preview.settle(Duration::from_millis(at));
            preview.answered(serial, local(category, Decider::Classifier), None, Duration::from_millis(at));
            (shown(&preview).unwrap(), preview.due().map(|due| due.as_millis()))
        };
        assert_eq!(type_on("a", "general", 0), ("general".to_owned(), None));
        assert_eq!(type_on("ab", "coding", 100), ("general".to_owned(), Some(300)));
        assert_eq!(type_on("abc", "vision", 250), ("general".to_owned(), Some(450)), "still typing");
        assert_eq!(type_on("abcd", "general", 300), ("general".to_owned(), None), "it was right all the time");
    }

    #[test]
    fn a_long_prompt_is_asked_about_once_the_typing_rests() {
        let mut preview = Preview::default();
        let at = Duration::from_millis;
        assert!(preview.is_time(1, LONG_PROMPT, at(0)) && !preview.is_time(2, LONG_PROMPT + 1, at(0)));
        assert!(!preview.is_time(3, LONG_PROMPT + 1, at(150)) && !preview.is_time(3, LONG_PROMPT + 1, at(349)));
        assert_eq!(preview.due(), Some(at(350)));
        assert!(preview.is_time(3, LONG_PROMPT + 1, at(350)));
    }

    #[test]
    fn a_question_that_is_the_latest_again_is_not_due() {
        let mut preview = Preview::default();
        let at = Duration::from_millis;
        let serial = ask(&mut preview, "a long prompt").unwrap();
        preview.expire();
        assert!(!preview.is_time(13, LONG_PROMPT + 1, at(0)));
        preview.stale = false;
        assert!(preview.is_asked(13, &[], &RouteOverride::default()));
        assert_eq!((preview.serial, preview.due()), (serial, None));
    }

    #[test]
    fn the_same_is_asked_once_more_when_something_was_learned() {
        let mut preview = Preview::default();
        preview.expire();
        let first = ask(&mut preview, "a").unwrap();
        preview.answered(first, local("general", Decider::Classifier), None, Duration::ZERO);
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
            preview.answered(serial, local("coding", decider), Some(&before.into()), Duration::ZERO);
            assert_eq!(preview.answer().unwrap().stays, stays, "{before} {decider}");
        }
    }
}
