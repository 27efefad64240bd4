//! In which format a model can be asked for a category: the judge's own question, from the most that can be asked of a
//! provider to the least.

use super::answer::PROMPT;
use super::check::{Check, Status};
use crate::config::keys::{JUDGE_MODEL, JUDGE_TIMEOUT};
use crate::config::{Config, ModelId};
use crate::engine::{first_format, judging};
use crate::format::duration;
use crate::provider::Provider;
use crate::router::{Format, JudgeRequest, Pictures, Query, RouteOverride};
use std::time::{Duration, Instant};

/// How long a reply may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks `model`; `judges` says whether it is the judge, who has a deadline.
pub(super) async fn check(provider: &impl Provider, model: &ModelId, config: &Config, judges: bool) -> Check {
    let name = if judges { "judge" } else { "formats" };
    let route = RouteOverride::default();
    let question = JudgeRequest::new(
        config,
        Query { prompt: PROMPT, route: &route, previous: None, pictures: Pictures::None, attached_tokens: 0 },
    );
    let accepts = config.accepts(&config.name_of(provider.name(), model.as_str()));
    let mut format = first_format(Format::default(), accepts);
    let mut refused: Vec<String> = Vec::new();
    let mut detail: Vec<String> = Vec::new();
    loop {
        let begun = Instant::now();
        let asked = tokio::time::timeout(PATIENCE, provider.complete(judging(&question, model, format, accepts))).await;
        let took = begun.elapsed();
        let why = match asked {
            Err(_) => {
                let found = format!("{model} did not say a category within {} s", PATIENCE.as_secs());
                return Check::warn(name, found, format!("choose a faster {JUDGE_MODEL}"));
            }
            Ok(Ok(reply)) => match question.read(&reply) {
                Ok(_) => {
                    let check = replies(name, model, format, took, &refused);
                    let check = if judges { within(check, took, *config.judge.timeout) } else { check };
                    return Check { detail, ..check };
                }
                Err(why) => format!("{model} {why}"),
            },
            Ok(Err(error)) if error.may_be_the_format() => {
                detail.extend(error.detail.lines().map(str::to_owned));
                error.message
            }
            Ok(Err(error)) => return Check::refused(Status::Fail, name, &error),
        };
        refused.push(called(format).to_owned());
        detail.insert(0, format!("{}: {why}", called(format)));
        let Some(below) = format.below() else {
            let found = format!("{model} names no category in any format");
            let fix =
                if judges { format!("choose another {JUDGE_MODEL}") } else { "do not make it the judge".to_owned() };
            return Check { detail, ..Check::warn(name, found, fix) };
        };
        format = below;
    }
}

fn replies(name: &'static str, model: &ModelId, format: Format, took: Duration, refused: &[String]) -> Check {
    let without = if refused.is_empty() { String::new() } else { format!(", not in {}", refused.join(" or ")) };
    let found = format!("{model} names a category in {}{without}: {}", called(format), duration(took));
    let check = Check::ok(name, found).time("total_ms", Some(took));
    check.figure("format", called(format)).figure("model", model.as_str())
}

/// A judge that is too slow is not waited for.
fn within(check: Check, took: Duration, limit: Duration) -> Check {
    if took <= limit {
        return check;
    }
    let found = format!("{}, and is waited for no longer than {}", check.found, duration(limit));
    let fix = format!("raise {JUDGE_TIMEOUT}, or choose a faster {JUDGE_MODEL}");
    Check { status: Status::Warn, found, fix: Some(fix), ..check }
}

/// A format as the protocol calls it.
fn called(format: Format) -> &'static str {
    match format {
        Format::Schema => "json_schema",
        Format::Json => "json_object",
        Format::Label => "plain text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judge_that_answers_after_its_timeout_is_warned_of() {
        let check = Check::ok("judge", "x");
        let limit = Duration::from_secs(2);
        assert_eq!(within(check.clone(), limit, limit).status, Status::Ok);
        let slow = within(check, Duration::from_secs(3), limit);
        assert_eq!((slow.status, slow.fix.is_some()), (Status::Warn, true));
    }
}
