//! What a request needs of a model (sight for images, room for a long prompt), and which models have it.
//!
//! Owns the order of the candidates. Never second-guesses a model that the user named.

use super::query::Query;
use crate::config::{Category, CategoryId, Config, ModelId};
use crate::text::tokens::estimate_tokens;

/// What a request needs of the model that answers it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// Whether it has images.
    sight: bool,
    /// How many tokens the prompt and its files alone take.
    tokens: usize,
}

impl Needs {
    /// The needs of `query`.
    pub(super) fn new(query: &Query<'_>) -> Self {
        Self { sight: query.pictures.attached() > 0, tokens: estimate_tokens(query.prompt) + query.attached_tokens }
    }

    fn met_by(self, model: &ModelId, config: &Config) -> bool {
        // What is kept free for the answer is never more than a quarter of the window.
        let window = config.context_window(model);
        let room = window - config.chat.answer_reserve.min(window / 4);
        (!self.sight || can_see(config, model)) && self.tokens <= room
    }

    /// The models that can answer `category`, in the registry's order, and a remark when its own model is not the first.
    /// For images every other that sees follows, since few do; else any other that the registry knows, when none of the
    /// category's own will do. When none will do at all, its own, whose provider will say why not.
    pub(super) fn candidates(self, category: &Category, config: &Config) -> (Vec<ModelId>, Option<String>) {
        let own = category.candidates();
        let fit = |models: &[ModelId]| -> Vec<ModelId> {
            models.iter().filter(|model| self.met_by(model, config)).cloned().collect()
        };
        let mut able = fit(&own);
        if able.is_empty() || self.sight {
            let others = fit(&answering(config));
            able.extend(others.into_iter().filter(|other| !own.contains(other)));
        }
        if able.is_empty() || able.first() == own.first() {
            return (if able.is_empty() { own } else { able }, None);
        }
        let lack = if self.sight && !can_see(config, &category.model) { "cannot see images" } else { "is too small" };
        (able, Some(format!("{} {lack}", category.model)))
    }
}

/// Every model that answers some category, in the registry's order. A model that is only described may be another
/// provider's.
fn answering(config: &Config) -> Vec<ModelId> {
    let categories = config.registry.categories();
    let first = categories.iter().map(|category| &category.model);
    let mut all: Vec<ModelId> = Vec::new();
    for model in first.chain(categories.iter().flat_map(|category| &category.fallbacks)) {
        if !all.contains(model) {
            all.push(model.clone());
        }
    }
    all
}

/// Whether the registry says that `model` sees images.
pub(super) fn can_see(config: &Config, model: &ModelId) -> bool {
    config.sees(model)
}

/// Whether `category` is there for images: its model sees, and that of the default category does not. Where every model
/// sees, no category is for images alone.
pub(super) fn is_for_images(category: &Category, config: &Config) -> bool {
    let default = config.registry.category(&config.routing.default);
    can_see(config, &category.model) && default.is_some_and(|default| !can_see(config, &default.model))
}

/// Whether the category `id` of `config` is there for images.
pub fn needs_picture(id: &CategoryId, config: &Config) -> bool {
    config.registry.category(id).is_some_and(|category| is_for_images(category, config))
}
