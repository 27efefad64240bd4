//! The first decider: the user named a category or a model. Nothing ever beats it.

use super::decision::Decider;
use super::pipeline::{Ask, Decide, Finding};
use super::{RouteOverride, default_category};
use crate::config::Config;

/// Sure when the user said who should answer.
pub(super) struct Overridden;

impl Decide for Overridden {
    fn decide(&self, ask: &Ask<'_>) -> Option<Finding> {
        find(ask.query.route, ask.config)
    }
}

/// What `route` alone decides.
pub(super) fn find(route: &RouteOverride, config: &Config) -> Option<Finding> {
    let registry = &config.registry;
    let named = route.category.as_ref().and_then(|id| registry.category(id));
    let (category, reason) = match (named, &route.model) {
        (Some(category), Some(_)) => (category, "you chose the category and the model"),
        (Some(category), None) => (category, "you chose the category"),
        (None, Some(model)) => {
            (registry.category_of(model).unwrap_or_else(|| default_category(config)), "you chose the model")
        }
        (None, None) => return None,
    };
    let finding = Finding::new(Decider::Override, category.id.clone(), reason);
    Some(Finding { model: route.model.clone(), ..finding })
}
