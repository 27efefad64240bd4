//! Sure when the head's probability passes its threshold. Also makes the guess of the router when no decider is sure.

use crate::format::percent;
use crate::router::context::{Context, Finding};
use crate::router::model::evidence;

pub(super) fn decide(context: &Context<'_>) -> Option<Finding> {
    // A prompt that leans on the turn before it cannot be decided by itself.
    if context.continuation().is_some() {
        return None;
    }
    let classification = context.classification()?;
    let (_, probability) = classification.best();
    // Of nothing but marks there is a guess, and no more.
    let says_something = context.query.prompt.contains(char::is_alphanumeric);
    let enough = probability >= context.classifier.threshold(context.config);
    let sure = enough && says_something && classification.is_supported();
    sure.then(|| best_guess(context)).flatten()
}

/// The likeliest category with everything that speaks for it; `None` without an encoder or a head.
pub(in crate::router) fn best_guess(context: &Context<'_>) -> Option<Finding> {
    if let Some(continuation) = context.continuation() {
        let (category, _) = continuation.best()?;
        let finding = Finding::new(category.clone(), continuation.reason.clone());
        return Some(Finding { probabilities: continuation.probabilities.clone(), ..finding });
    }
    let classification = context.classification()?;
    let (category, probability) = classification.best();
    let evidence = evidence::of(classification, category, context.classifier);
    let reason = match evidence.first() {
        Some(first) => format!("{}, for {first}", percent(probability)),
        None => format!("{}, by its meaning", percent(probability)),
    };
    let finding = Finding::new(category.clone(), reason);
    Some(Finding { probabilities: classification.probabilities.clone(), evidence, ..finding })
}
