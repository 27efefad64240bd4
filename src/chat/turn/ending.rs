//! What the user should know about the end of a turn, with the figures that only its last request and answer have.

use super::Turn;
use crate::chat::{Ending, Finish, SentRequest, Stage};
use crate::format::thousands;

impl Turn {
    /// What the user should know about its end besides the answer, in one line; `None` while it goes on, and when all is
    /// well.
    pub fn end_remark(&self) -> Option<String> {
        match &self.stage {
            Stage::Ended(Ending::Answered(Finish::Length)) => Some(self.cut()),
            Stage::Ended(ending) => ending.remark(self.is_unanswered()),
            _ => None,
        }
    }

    /// Whether its answer is incomplete, so that its model could go on: it was cut, stopped, or broke off.
    pub fn can_go_on(&self) -> bool {
        let incomplete = match &self.stage {
            Stage::Ended(Ending::Answered(finish)) => *finish == Finish::Length,
            Stage::Ended(Ending::Stopped | Ending::Failed(_) | Ending::Interrupted) => true,
            _ => false,
        };
        incomplete && !self.answer().trim().is_empty()
    }

    fn cut(&self) -> String {
        let limit = self.step().and_then(|step| step.sent.as_deref()).and_then(SentRequest::answer_limit);
        // An endpoint may have a limit of its own, or the window was full.
        let came = self.usage().map(|usage| usage.completion_tokens).filter(|came| *came > 0);
        match (limit, came) {
            (Some(limit), came) if came.is_none_or(|came| came >= limit) => {
                format!("the answer was cut at the limit of {} tokens", thousands(limit))
            }
            (_, Some(came)) => format!("the answer was cut after {} tokens", thousands(came)),
            (_, None) => "the answer stops here: the model may not say more at once".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Ask, ConversationId, Origin, Step, StepOutcome, TurnId, Usage};
    use crate::router::RouteOverride;
    use serde_json::json;
    use std::sync::Arc;

    #[test]
    fn an_answer_that_was_cut_says_at_which_limit() {
        for (body, came, said) in [
            (json!({"max_tokens": 8_192}), Some(8_192), "the answer was cut at the limit of 8,192 tokens"),
            (json!({"max_completion_tokens": 300}), None, "the answer was cut at the limit of 300 tokens"),
            (json!({"max_tokens": 8_192}), Some(256), "the answer was cut after 256 tokens"),
            (json!({}), Some(1_000), "the answer was cut after 1,000 tokens"),
            (json!({}), None, "the answer stops here: the model may not say more at once"),
            (json!({"max_tokens": "many"}), Some(0), "the answer stops here: the model may not say more at once"),
        ] {
            let ask = Ask {
                chat: ConversationId(1),
                parent: None,
                turn: TurnId(1),
                prompt: "p".into(),
                route: RouteOverride::default(),
                origin: Origin::Typed,
                asked_at: jiff::Timestamp::UNIX_EPOCH,
            };
            let mut turn = Turn::new(ask);
            assert_eq!(turn.end_remark(), None);
            let sent = SentRequest { body: body.as_object().unwrap().clone(), ..SentRequest::default() };
            turn.steps.push(Step {
                sent: Some(Arc::new(sent)),
                usage: came.map(|came| Usage { prompt_tokens: 1, completion_tokens: came }),
                ..Step::of(None, StepOutcome::Current)
            });
            turn.stage = Stage::Ended(Ending::Answered(Finish::Length));
            assert_eq!(turn.end_remark().as_deref(), Some(said), "{body} {came:?}");
        }
    }
}
