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
    /// What is known of pictures beside it.
    pub pictures: Pictures,
    /// About how many tokens all attached files take.
    pub attached_tokens: usize,
}

/// What is known of pictures beside a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pictures {
    /// Nothing: the prompt is only words, as a row of a file may be.
    Unknown,
    /// There is none.
    None,
    /// Earlier prompts have some, which go along again.
    Earlier,
    /// So many are attached, one at least.
    Attached(usize),
}

impl Pictures {
    /// What is known where `attached` are attached, and earlier prompts have some or not.
    pub fn of(attached: usize, earlier: bool) -> Self {
        match attached {
            0 if earlier => Self::Earlier,
            0 => Self::None,
            count => Self::Attached(count),
        }
    }

    /// How many are attached to the prompt itself.
    pub fn attached(self) -> usize {
        match self {
            Self::Attached(count) => count,
            Self::Unknown | Self::None | Self::Earlier => 0,
        }
    }
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
