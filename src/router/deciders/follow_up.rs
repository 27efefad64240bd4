//! Sure when the prompt continues the conversation and one category stands out.

use crate::router::context::{Context, Finding};

pub(super) fn decide(context: &Context<'_>) -> Option<Finding> {
    let continuation = context.continuation()?;
    let (category, probability) = continuation.best()?;
    let calibrated = context.classifier.head()?.follow_up_threshold();
    if probability < context.config.routing.threshold_or(calibrated) {
        return None;
    }
    let finding = Finding::new(category.clone(), continuation.reason.clone());
    Some(Finding { probabilities: continuation.probabilities.clone(), ..finding })
}
