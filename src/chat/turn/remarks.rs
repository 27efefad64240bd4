//! What the user should know about the steps of a turn. However often a model was asked again, that is one remark.

use super::Turn;
use crate::chat::{AfterFailure, Failure, Step, StepOutcome, UNREACHABLE};
use crate::config::ModelId;

impl Turn {
    /// What the user should know about its steps, a line each. The retries are one line that counts them, in the place of
    /// the last.
    pub fn remarks(&self) -> impl Iterator<Item = String> {
        let retries = self.steps.iter().filter(|step| retry(step).is_some()).count();
        let mut seen = 0;
        self.steps.iter().flat_map(move |step| {
            let outcome = match retry(step) {
                Some((failure, model)) => {
                    seen += 1;
                    (seen == retries).then(|| line(step, failure, model, retries))
                }
                None => step.outcome.line(step.model()),
            };
            step.content_remarks().chain(outcome)
        })
    }
}

/// The failure of a step after which a model was asked again, and that model.
fn retry(step: &Step) -> Option<(&Failure, &ModelId)> {
    let StepOutcome::Failed(failure) = &step.outcome else { return None };
    let AfterFailure::Retry { model, .. } = &failure.next else { return None };
    Some((failure, model))
}

/// Why `model` was asked again, and that it was so often.
fn line(step: &Step, failure: &Failure, model: &ModelId, times: usize) -> String {
    let why = short(step, failure);
    match step.model().filter(|from| *from != model) {
        Some(from) => format!("{from}: {why} · {model} again, retry {times}"),
        None => format!("{why} · retry {times}"),
    }
}

/// Why a model failed. Where nothing can be reached the address is left out: the details are one key away.
fn short(step: &Step, Failure { what, why, .. }: &Failure) -> String {
    let Some(candidate) = step.candidate.as_ref().filter(|_| what == UNREACHABLE) else {
        return why.clone();
    };
    let reason = why.split_once(" (").map(|(_, reason)| reason.strip_suffix(')').unwrap_or(reason));
    let reason = reason.map(|reason| reason.split(" (os error").next().unwrap_or(reason).to_lowercase());
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("{} unreachable{reason}", candidate.provider)
}
