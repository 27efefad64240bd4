//! Sure when an image is attached: only a model that sees can answer.

use crate::config::Category;
use crate::router::context::{Context, Finding};
use crate::router::needs::can_see;
use crate::router::query::Pictures;

pub(super) fn decide(context: &Context<'_>) -> Option<Finding> {
    let Pictures::Attached(count) = context.query.pictures else { return None };
    let sees = |category: &&Category| can_see(context.config, &category.model);
    let seeing: Vec<&Category> = context.config.registry.categories().iter().filter(sees).collect();
    let reason = if count == 1 { "an image is attached" } else { "images are attached" };
    let likely = |category: &Category| context.classification().map_or(0.0, |it| it.probability(&category.id));
    let category = match seeing.as_slice() {
        [] => return None,
        [only] => only,
        // Of several the one that the words speak for; the first of those that are equal.
        [first, ..] => seeing.iter().rev().max_by(|a, b| likely(a).total_cmp(&likely(b))).unwrap_or(first),
    };
    Some(Finding::new(category.id.clone(), reason))
}
