//! One tiny answer: whether a model answers at all, and how long each part of it takes.

use super::check::{Check, Status};
use crate::chat::{Delta, Finish, Message, Role, Usage};
use crate::config::{Accepts, ModelId};
use crate::format::duration;
use crate::provider::{ChatRequest, ErrorKind, Phase, Provider, ProviderError, ReplyFormat};
use crate::text::sanitize::one_line;
use futures_util::StreamExt;
use std::time::{Duration, Instant};

/// How long it may take: a server may have to load the model first.
const PATIENCE: Duration = Duration::from_mins(2);
/// How much is asked for, in tokens.
const TOKENS: u32 = 16;
/// How much of the answer is shown, in characters.
const SHOWN: usize = 40;

/// What is asked of every model.
pub(super) const PROMPT: &str = "Say OK.";

/// What came of asking.
pub(super) struct Said {
    pub(super) check: Check,
    /// Why there was no answer.
    pub(super) refused: Option<ProviderError>,
}

/// An answer as it came.
#[derive(Debug, Default)]
struct Answer {
    opened: Option<Duration>,
    first: Option<Duration>,
    total: Duration,
    text: String,
    reasoned: bool,
    usage: Option<Usage>,
    finish: Option<Finish>,
}

/// Asks `model` for a word.
pub(super) async fn check(provider: &impl Provider, model: &ModelId, accepts: Accepts) -> Said {
    match ask(provider, model, accepts).await {
        Ok(answer) => Said { check: judge(model, &answer), refused: None },
        Err(error) => Said { check: Check::refused(Status::Fail, "answer", &error), refused: Some(error) },
    }
}

async fn ask(provider: &impl Provider, model: &ModelId, accepts: Accepts) -> Result<Answer, ProviderError> {
    let request = ChatRequest {
        model: model.clone(),
        messages: vec![Message::new(Role::User, PROMPT)],
        max_tokens: Some(TOKENS),
        deterministic: false,
        format: ReplyFormat::Text,
        accepts,
    };
    let took_long = |_| {
        let what = format!("{model} took longer than {} s; try again: it may have been loaded", PATIENCE.as_secs());
        ProviderError::new(ErrorKind::Timeout(Phase::Turn), what)
    };
    tokio::time::timeout(PATIENCE, read(provider, request)).await.map_err(took_long)?
}

async fn read(provider: &impl Provider, request: ChatRequest) -> Result<Answer, ProviderError> {
    let begun = Instant::now();
    let mut deltas = provider.stream(request);
    let mut answer = Answer::default();
    while let Some(delta) = deltas.next().await {
        match delta? {
            Delta::Opened => answer.opened = Some(begun.elapsed()),
            Delta::Alive
            | Delta::Skipped(_)
            | Delta::Image(_)
            | Delta::Audio(_)
            | Delta::Sources(_)
            | Delta::ToolCall(_)
            | Delta::Unknown { .. } => {}
            Delta::Text(text) => {
                answer.first.get_or_insert_with(|| begun.elapsed());
                answer.text.push_str(&text);
            }
            Delta::Reasoning(_) => {
                answer.first.get_or_insert_with(|| begun.elapsed());
                answer.reasoned = true;
            }
            Delta::TextWasReasoning => {
                answer.text.clear();
                answer.reasoned = true;
            }
            Delta::Usage(usage) => answer.usage = Some(usage),
            Delta::Finished(finish) => answer.finish = Some(finish),
        }
    }
    answer.total = begun.elapsed();
    Ok(answer)
}

fn judge(model: &ModelId, answer: &Answer) -> Check {
    let said = one_line(&answer.text, SHOWN);
    let check = match (said.is_empty(), answer.reasoned, answer.finish) {
        (false, _, Some(Finish::ContentFilter)) => {
            Check::warn("answer", format!("{model} was cut off by a content filter"), "choose another model")
        }
        (false, ..) => Check::ok("answer", format!("{model} said '{said}'")),
        // As it should be: so few tokens are not enough to think and to speak.
        (true, true, Some(Finish::Length)) => Check::ok("answer", format!("{model} answers; it began by reasoning")),
        (true, true, _) => {
            let found = format!("{model} reasoned and said nothing");
            Check::warn("answer", found, "look at the server's settings for reasoning, or choose another model")
        }
        (true, false, _) => {
            Check::warn("answer", format!("{model} said nothing"), "try again, or choose another model")
        }
    };
    let times = [("first byte", answer.opened), ("first word", answer.first), ("all", Some(answer.total))];
    let times = times.into_iter().filter_map(|(name, time)| time.map(|time| format!("{name} {}", duration(time))));
    let mut found = vec![format!("{}: {}", check.found, times.collect::<Vec<_>>().join(", "))];
    let mut check = check
        .time("first_byte_ms", answer.opened)
        .time("first_token_ms", answer.first)
        .time("total_ms", Some(answer.total));
    if let Some(usage) = answer.usage {
        found.push(format!("{} + {} tokens", usage.prompt_tokens, usage.completion_tokens));
        check = check.figure("prompt_tokens", usage.prompt_tokens).figure("completion_tokens", usage.completion_tokens);
    }
    if let Some(finish) = answer.finish {
        check = check.figure("finish", serde_json::to_value(finish).unwrap_or_default());
    }
    check.figure("model", model.as_str()).saying(found.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_a_warning_and_reasoning_up_to_the_limit_is_none() {
        for (text, reasoned, finish, status) in [
            ("OK", false, Finish::Stop, Status::Ok),
            ("OK", true, Finish::Length, Status::Ok),
            ("O", false, Finish::ContentFilter, Status::Warn),
            ("", true, Finish::Length, Status::Ok),
            ("", true, Finish::Stop, Status::Warn),
            (" \n", false, Finish::Stop, Status::Warn),
            ("", false, Finish::Length, Status::Warn),
        ] {
            let answer = Answer { text: text.to_owned(), reasoned, finish: Some(finish), ..Answer::default() };
            assert_eq!(judge(&"m".into(), &answer).status, status, "{answer:?}");
        }
    }
}
