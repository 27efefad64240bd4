//! The judge that is asked over a provider, and what is remembered of judges for the life of the process: which format
//! works with them, and whether they are worth asking now.

use super::breaker::{Breaker, Limits};
use crate::chat::{Message, Role};
use crate::config::{Accepts, ModelId};
use crate::provider::{ChatRequest, ProviderError, Reached, ReplyFormat};
use crate::router::{Format, Judge, JudgeError, JudgeOutcome, JudgeReply, JudgeRequest};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// After so many unreadable replies in a row a format counts as one that does not work. One may be an accident of its
/// prompt; a server that accepts a format and pays no heed to it sends nothing else.
const UNREADABLE: u32 = 2;

/// What is remembered of every judge, by provider and model. Shared by all clones.
#[derive(Clone, Default)]
pub(super) struct Judges(Arc<Mutex<HashMap<(String, ModelId), Record>>>);

/// What is remembered of a judge.
#[derive(Default)]
struct Record {
    breaker: Breaker,
    ladder: Ladder,
}

/// Which format to ask for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ladder {
    format: Format,
    /// Replies in a row that were none, in this format.
    unreadable: u32,
}

impl Ladder {
    /// A request in `format` was answered. What was refused above it is not asked for again.
    fn answered(&mut self, format: Format, readable: bool) {
        if self.format != format {
            *self = Self { format, unreadable: 0 };
        }
        self.unreadable = if readable { 0 } else { self.unreadable + 1 };
        if self.unreadable >= UNREADABLE
            && let Some(format) = format.below()
        {
            *self = Self { format, unreadable: 0 };
        }
    }
}

/// The format to begin with where `known` is the best that may work: a model that accepts none is asked for a bare label.
pub(crate) fn first_format(known: Format, accepts: Accepts) -> Format {
    if accepts.response_format == Some(false) { Format::Label } else { known }
}

/// How `model` is asked `question` in `format`.
pub(crate) fn request(question: &JudgeRequest<'_>, model: &ModelId, format: Format, accepts: Accepts) -> ChatRequest {
    let prompt = question.prompt(format);
    let system = Some(prompt.system).filter(|system| !system.trim().is_empty());
    let system = system.map(|system| Message::new(Role::System, system));
    ChatRequest {
        model: model.clone(),
        messages: system.into_iter().chain([Message::new(Role::User, prompt.message)]).collect(),
        max_tokens: Some(prompt.max_tokens),
        deterministic: true,
        format: match format {
            Format::Schema => ReplyFormat::Schema { name: "routing_decision", schema: question.schema() },
            Format::Json => ReplyFormat::Json,
            Format::Label => ReplyFormat::Text,
        },
        accepts,
    }
}

/// Asks a provider's model.
pub(super) struct ProviderJudge {
    reached: Reached,
    accepts: Accepts,
    limits: Limits,
    judges: Judges,
}

impl ProviderJudge {
    /// A judge that is reached so, with what `judges` remember of it.
    pub(super) fn new(reached: Reached, accepts: Accepts, limits: Limits, judges: Judges) -> Self {
        Self { reached, accepts, limits, judges }
    }

    /// Reads or changes what is remembered of the judge.
    fn remembered<T>(&self, change: impl FnOnce(&mut Record) -> T) -> T {
        // Nothing can panic while this is held, and a record is whole between any two lines of it.
        let mut records = self.judges.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Reached { provider, model } = &self.reached;
        change(records.entry((provider.name().to_owned(), model.clone())).or_default())
    }

    /// Asks in the format that is known to work, and goes down from there while formats are refused.
    async fn descend(
        &self,
        question: &JudgeRequest<'_>,
        requests: &mut u32,
    ) -> Result<(Format, String), ProviderError> {
        let mut format = first_format(self.remembered(|record| record.ladder.format), self.accepts);
        loop {
            *requests += 1;
            let request = request(question, &self.reached.model, format, self.accepts);
            let error = match self.reached.provider.complete(request).await {
                Ok(reply) => return Ok((format, reply)),
                Err(error) => error,
            };
            match format.below().filter(|_| error.may_be_the_format()) {
                Some(below) => format = below,
                None => return Err(error),
            }
        }
    }

    /// Reads the reply and remembers how asking went. Only a format that was answered is remembered: a request that is
    /// refused in every format was refused for another reason, and says nothing about formats.
    fn conclude(
        &self,
        question: &JudgeRequest<'_>,
        reply: Result<(Format, String), JudgeError>,
    ) -> Result<JudgeReply, JudgeError> {
        match reply {
            Ok((format, text)) => {
                let ruling = question.read(&text);
                self.remembered(|record| {
                    record.breaker.succeeded();
                    record.ladder.answered(format, ruling.is_ok());
                });
                ruling
            }
            Err(error) => {
                self.remembered(|record| record.breaker.failed(Instant::now(), self.limits));
                Err(error)
            }
        }
    }
}

impl Judge for ProviderJudge {
    fn ask<'a>(&'a self, question: JudgeRequest<'a>) -> BoxFuture<'a, JudgeOutcome> {
        async move {
            let time = question.timeout();
            let admitted = self.remembered(|Record { breaker, .. }| {
                let failures = breaker.failures();
                breaker.admit(Instant::now(), time).map_err(|again| JudgeError::Resting { failures, again })
            });
            if let Err(resting) = admitted {
                return JudgeOutcome { reply: Err(resting), requests: 0 };
            }
            let mut requests = 0;
            let reply = match tokio::time::timeout(time, self.descend(&question, &mut requests)).await {
                Ok(reply) => reply.map_err(|error| JudgeError::Failed(error.what().to_owned())),
                Err(_) => Err(JudgeError::TimedOut(time)),
            };
            JudgeOutcome { reply: self.conclude(&question, reply), requests }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Format::{Json, Label, Schema};

    #[test]
    fn the_judge_format_falls_back_after_two_unreadable_replies() {
        for (name, answers, format) in [
            ("at first", &[][..], Schema),
            ("readable", &[(Schema, true)], Schema),
            ("one accident", &[(Schema, false), (Schema, true), (Schema, false)], Schema),
            ("two in a row", &[(Schema, false), (Schema, false)], Json),
            ("refused above", &[(Json, true)], Json),
            ("refused above, one accident", &[(Json, false)], Json),
            ("two in a row again", &[(Schema, false), (Schema, false), (Json, false), (Json, false)], Label),
            ("nothing is below a label", &[(Label, false), (Label, false), (Label, false)], Label),
        ] {
            let mut ladder = Ladder::default();
            for &(format, readable) in answers {
                ladder.answered(format, readable);
            }
            assert_eq!(ladder.format, format, "{name}");
        }
    }
}
