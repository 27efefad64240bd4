//! What the user should know about the steps of a turn. However often a model was asked again, that is one remark.

use super::Turn;
use crate::chat::{AfterFailure, Failure, Step, StepOutcome};

impl Turn {
    /// What the user should know about its steps, a line each. The retries are one line that counts them, in the place of
    /// the last.
    pub fn remarks(&self) -> impl Iterator<Item = String> {
        let retries = self.steps.iter().filter(|step| retry(step).is_some()).count();
        let mut seen = 0;
        self.steps.iter().flat_map(move |step| {
            let outcome = match retry(step) {
                Some(failure) => {
                    seen += 1;
                    (seen == retries).then(|| format!("{} · retry {retries}", short(step, failure)))
                }
                None => step.outcome.line(step.model()),
            };
            step.content_remarks().chain(outcome)
        })
    }
}

/// The failure of a step after which a model was asked again.
fn retry(step: &Step) -> Option<&Failure> {
    match &step.outcome {
        StepOutcome::Failed(failure) if matches!(failure.next, AfterFailure::Retry { .. }) => Some(failure),
        _ => None,
    }
}

/// Who failed and how, in a few words: the details are one key away.
fn short(step: &Step, failure: &Failure) -> String {
    match &step.candidate {
        Some(candidate) if !failure.what.is_empty() => format!("{} {}", candidate.provider, failure.what),
        _ => failure.why.clone(),
    }
}
