//! What the router is asked: a prompt, the turn before it, and what the user chose. Plain data.

use crate::config::{CategoryId, ModelId};
use serde::{Deserialize, Serialize};

/// The category or model that the user chose. Both empty: the router decides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct RouteOverride {
    /// This category's model, unless `model` says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// This very model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelId>,
}

impl RouteOverride {
    /// Whether the user chose nothing.
    pub fn is_none(&self) -> bool {
        self.category.is_none() && self.model.is_none()
    }
}

/// A prompt and what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// What the user typed.
    pub prompt: &'a str,
    /// What the user chose.
    pub route: &'a RouteOverride,
    /// The last answered turn of the chat, where there is one.
    pub previous: Option<Previous<'a>>,
    /// How many images are attached.
    pub images: usize,
    /// About how many tokens all attached files take.
    pub attached_tokens: usize,
    /// Whether pictures are attached to earlier prompts, which go along again.
    pub pictures_before: bool,
}

/// A turn before the prompt.
#[derive(Debug, Clone, Copy)]
pub struct Previous<'a> {
    /// Its prompt.
    pub prompt: &'a str,
    /// Its answer.
    pub reply: &'a str,
    /// The category that it was routed to.
    pub category: &'a CategoryId,
}
