//! Sure when the user named a category or a model. Nothing beats it.

use crate::router::context::{Context, Finding, default_category};

pub(super) fn decide(context: &Context<'_>) -> Option<Finding> {
    let (route, registry) = (context.query.route, &context.config.registry);
    let named = route.category.as_ref().and_then(|id| registry.category(id));
    let (category, reason) = match (named, &route.model) {
        (Some(category), Some(_)) => (category, "you chose the category and the model"),
        (Some(category), None) => (category, "you chose the category"),
        (None, Some(model)) => {
            (registry.category_of(model).unwrap_or_else(|| default_category(context.config)), "you chose the model")
        }
        (None, None) => return None,
    };
    Some(Finding { model: route.model.clone(), ..Finding::new(category.id.clone(), reason) })
}
