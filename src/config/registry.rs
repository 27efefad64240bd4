//! Categories and models as data: which model answers what. No model and no category is known to the program by
//! name.

use super::accepts::Accepts;
use super::checked::{AnswerLimit, ContextWindow, ImageSide};
use super::price::Price;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// The name of a category, as written in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CategoryId(Arc<str>);

/// The name of a model, as its provider knows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModelId(Arc<str>);

macro_rules! name {
    ($type:ident) => {
        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl From<&str> for $type {
            fn from(name: &str) -> Self {
                Self(name.into())
            }
        }
        impl From<String> for $type {
            fn from(name: String) -> Self {
                Self(name.into())
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}
name!(CategoryId);
name!(ModelId);

/// A kind of prompt and the models that answer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Its name.
    pub id: CategoryId,
    /// The model that answers.
    pub model: ModelId,
    /// The models that are asked next, in order, when `model` is not available.
    pub fallbacks: Vec<ModelId>,
    /// What belongs here; empty when the user said nothing.
    pub description: String,
    /// Prompts that belong here, in the user's order.
    pub examples: Vec<String>,
    /// What its model is told first, instead of the common system prompt.
    pub system_prompt: Option<String>,
    /// How long an answer may be, in tokens.
    pub max_tokens: Option<AnswerLimit>,
}

impl Category {
    /// Every model that could answer, in the order in which they are asked, each once.
    pub fn candidates(&self) -> Vec<ModelId> {
        let mut all = vec![self.model.clone()];
        for model in &self.fallbacks {
            if !all.contains(model) {
                all.push(model.clone());
            }
        }
        all
    }
}

/// What is known about a model.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelInfo {
    /// Tokens of prompt and answer together; `None`: unknown.
    pub context_window: Option<ContextWindow>,
    /// Whether it can see images; `None`: unknown.
    pub vision: Option<bool>,
    /// The longest side of a picture that it takes; `None`: unknown.
    pub image_side: Option<ImageSide>,
    /// How long an answer of it may be, in tokens.
    pub max_tokens: Option<AnswerLimit>,
    /// What it accepts in a request, instead of what its provider's table says.
    #[serde(default, skip_serializing_if = "Accepts::is_empty")]
    pub accepts: Accepts,
    /// What its provider asks for it; `None`: unknown.
    #[serde(skip)]
    pub price: Option<Price>,
    /// Whether this program says so, and not the user: an endpoint may serve the model otherwise.
    #[serde(skip)]
    pub is_built_in: bool,
}

impl ModelInfo {
    /// Whether it is known to see images.
    pub fn sees(&self) -> bool {
        self.vision == Some(true)
    }
}

/// All categories and models, in the user's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    categories: Vec<Category>,
    models: IndexMap<ModelId, ModelInfo>,
}

impl Registry {
    /// `categories` in their order, and the models that are described besides.
    pub fn new(categories: Vec<Category>, models: IndexMap<ModelId, ModelInfo>) -> Self {
        Self { categories, models }
    }

    /// The categories in their order: the first belongs to Alt+1.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// The category of that name.
    pub fn category(&self, id: &CategoryId) -> Option<&Category> {
        self.categories.iter().find(|category| category.id == *id)
    }

    /// What is known about `model`, when anything is.
    pub fn model(&self, model: &ModelId) -> Option<&ModelInfo> {
        self.models.get(model)
    }

    /// This registry with other categories, and of the models that are described besides those that are `there`. The
    /// windows that this program knows are those of another provider, and go.
    pub(super) fn with_categories(&self, categories: Vec<Category>, there: impl Fn(&ModelId) -> bool) -> Self {
        let served = |info: &ModelInfo| ModelInfo {
            context_window: info.context_window.filter(|_| !info.is_built_in),
            ..info.clone()
        };
        let models = self.models.iter().filter(|(model, _)| there(model));
        Self { categories, models: models.map(|(model, info)| (model.clone(), served(info))).collect() }
    }

    /// Fills in facts about `model` that the user did not write.
    pub(super) fn learn(&mut self, model: ModelId, told: &ModelInfo) {
        let known = self.models.entry(model).or_default();
        if known.is_built_in {
            known.context_window = told.context_window.or(known.context_window);
            known.vision = told.vision.or(known.vision);
        } else {
            known.context_window = known.context_window.or(told.context_window);
            known.vision = known.vision.or(told.vision);
        }
        known.price = told.price.or(known.price);
    }

    /// Every model that answers a category, then their fallbacks, then those only described: each once.
    pub fn models(&self) -> Vec<ModelId> {
        let mut all: Vec<ModelId> = Vec::new();
        let first = self.categories.iter().map(|category| &category.model);
        let then = self.categories.iter().flat_map(|category| &category.fallbacks);
        for model in first.chain(then).chain(self.models.keys()) {
            if !all.contains(model) {
                all.push(model.clone());
            }
        }
        all
    }

    /// The first category that `model` answers: what a prompt is taken for when only a model was named.
    pub fn category_of(&self, model: &ModelId) -> Option<&Category> {
        self.categories.iter().find(|category| category.model == *model)
    }
}

/// A label as the judge may write it: only its letters and digits count, in lower case.
pub(crate) fn plain_label(label: &str) -> String {
    label.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
