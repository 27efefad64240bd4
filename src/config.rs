//! Settings: the built-in defaults, the user's file, the environment and the flags become one validated [`Config`].
//!
//! Owns what a setting means and what is wrong with a bad one. Must not read files or the environment: the texts and
//! values come in as arguments, so that every rule here is a pure function. Reading is done in `cli::setup`.
//!
//! The defaults are data (`assets/config.toml`), never code: a setting that is missing there does not exist.

mod file;
pub(crate) mod keys;
mod layers;
mod listed;
mod network;
mod problem;
mod providers;
mod registry;
mod validate;

pub use listed::Listed;
pub use network::{NetworkConfig, Timeouts};
pub use problem::{Problem, Problems};
pub use providers::{KeyConfig, ProviderConfig, Text};
pub(crate) use providers::{host, password};
pub use registry::{Category, CategoryId, ModelId, ModelInfo, Registry};
pub(crate) use validate::plain_label;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Every setting and its default, with comments: the only place where defaults are written down.
pub const DEFAULTS: &str = include_str!("../assets/config.toml");

/// A text with settings and where it came from, for messages.
#[derive(Debug, Clone)]
pub struct Source {
    /// The file, as the user would name it.
    pub path: PathBuf,
    /// Its whole content.
    pub text: String,
}

/// What environment variables and flags change; each field wins over every file.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--provider`: the provider that answers.
    pub provider: Option<String>,
    /// `POINTSMAN_BASE_URL`: another address for that provider.
    pub base_url: Option<String>,
}

/// The validated settings. Every name in it is known to exist: no later code checks that again.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The provider that answers, a key of `providers`.
    pub provider: String,
    /// Every endpoint that could answer, by name.
    pub providers: IndexMap<String, ProviderConfig>,
    /// The categories and models, in the user's order.
    pub registry: Registry,
    /// What is said around the conversation.
    pub chat: ChatConfig,
    /// How prompts find their category.
    pub routing: RoutingConfig,
    /// The model that classifies.
    pub judge: JudgeConfig,
    /// How endpoints are spoken to.
    pub network: NetworkConfig,
    /// What is done when a model cannot answer.
    pub retry: RetryConfig,
    /// The screen.
    pub ui: UiConfig,
}

/// Where a model is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address<'a> {
    /// The provider, a key of [`Config::providers`].
    pub provider: &'a str,
    /// What the provider calls it.
    pub model: &'a str,
}

/// What is said around the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatConfig {
    /// What a model is told first, unless its category says otherwise.
    pub system_prompt: String,
    /// The context window, in tokens, of a model that has no figure of its own.
    pub context_window: usize,
    /// Tokens kept free for the answer.
    pub answer_reserve: usize,
}

/// How prompts find their category.
#[derive(Debug, Clone, PartialEq)]
pub struct RoutingConfig {
    /// The category for whatever cannot be classified.
    pub default: CategoryId,
    /// From which probability on the classifier is sure; `None`: as its weights were calibrated.
    pub threshold: Option<f64>,
    /// What happens when no local decider is sure.
    pub escalate: Escalate,
    /// A file of `pointsman train`, instead of the shipped weights.
    pub head: Option<PathBuf>,
}

/// What happens when no local decider is sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Escalate {
    /// The best guess starts answering, unseen, while the judge is asked.
    Race,
    /// The judge is asked first.
    Wait,
    /// The best guess answers; no judge is ever asked.
    Never,
}

/// The model that classifies prompts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgeConfig {
    /// Who is asked.
    pub model: ModelId,
    /// How long an answer may take, whatever number of requests it needs.
    pub timeout: Duration,
    /// How long a bare label may be, in tokens.
    pub max_tokens: u32,
    /// How long an answer in JSON may be, in tokens.
    pub max_tokens_structured: u32,
    /// What it is told where it answers with a bare label, with `{categories}` and `{descriptions}` still in it.
    pub system_prompt: String,
    /// What it is told where it answers in JSON, with `{categories}`, `{descriptions}` and `{examples}` still in it.
    pub system_prompt_structured: String,
    /// After so many failures in a row it is left alone for a while; 0: never.
    pub breaker_failures: u32,
    /// How long that while is.
    pub breaker_rest: Duration,
}

/// What is done when a model cannot answer and nobody else can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryConfig {
    /// How often a turn asks again.
    pub retries: u32,
    /// The first pause; it doubles from one to the next.
    pub backoff: Duration,
    /// The longest pause; where an endpoint asks for more, the turn ends and says so.
    pub longest_wait: Duration,
    /// How often all turns together ask again in a minute.
    pub per_minute: u32,
    /// After so many failures of a model in a row others come first for a while; 0: never.
    pub breaker_failures: u32,
    /// Only failures of so long a time count.
    pub breaker_window: Duration,
    /// How long that while is.
    pub breaker_rest: Duration,
}

/// The screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UiConfig {
    /// Whether the mouse scrolls and selects.
    pub mouse: bool,
    /// When a model's reasoning is shown.
    pub reasoning: ShowReasoning,
}

/// When a model's reasoning is shown; a key shows or hides it at any time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShowReasoning {
    /// While it comes, until the answer begins.
    #[default]
    Meanwhile,
    /// Always.
    Always,
    /// Never by itself.
    Never,
}

impl Config {
    /// Lays the user's file over the defaults, then `overrides` over both, and validates the result.
    ///
    /// # Errors
    /// Everything that is wrong, each with file, line, key, and what to write instead.
    pub fn load(user: Option<&Source>, overrides: &Overrides) -> Result<Self, Problems> {
        let file = layers::merge(user)?;
        validate::validate(file, user, overrides)
    }

    /// The same, with the files that it names where they are: `folder` is the configuration's, a `~` is `home`.
    #[must_use]
    pub fn placed(mut self, folder: &Path, home: Option<&Path>) -> Self {
        let files = self.providers.values_mut().flat_map(|provider| [&mut provider.key.file, &mut provider.ca_file]);
        for path in files.chain([&mut self.network.ca_file]).flatten() {
            *path = providers::placed(path, folder, home);
        }
        self
    }

    /// Where `model` is asked for: a name that begins with a provider's, as in `groq/llama-3.3`, is a model there; any
    /// other is a model of the provider that answers.
    pub fn address<'a>(&'a self, model: &'a ModelId) -> Address<'a> {
        match model.as_str().split_once('/') {
            Some((provider, model)) if self.providers.contains_key(provider) && !model.is_empty() => {
                Address { provider, model }
            }
            _ => Address { provider: &self.provider, model: model.as_str() },
        }
    }

    /// What `model` of `provider` is called here: its own name where that leads there, and else with the provider's name
    /// before it.
    pub fn name_of(&self, provider: &str, model: &str) -> ModelId {
        let plain = ModelId::from(model);
        if self.address(&plain) == (Address { provider, model }) {
            return plain;
        }
        format!("{provider}/{model}").into()
    }

    /// The providers that some category needs, for its model or a fallback, each once.
    pub fn answering(&self) -> Vec<&str> {
        let categories = self.registry.categories().iter();
        let models = categories.flat_map(|category| std::iter::once(&category.model).chain(&category.fallbacks));
        let mut all = Vec::new();
        for model in models {
            let Address { provider, .. } = self.address(model);
            if !all.contains(&provider) {
                all.push(provider);
            }
        }
        all
    }

    /// The providers that are in use, each once: those that answer, and the one that models without a provider in their
    /// names belong to.
    pub fn in_use(&self) -> Vec<&str> {
        let mut all = self.answering();
        if !all.contains(&self.provider.as_str()) {
            all.push(&self.provider);
        }
        all
    }

    /// The settings of the provider that answers.
    ///
    /// # Panics
    /// Never: validation made sure of the name.
    pub fn active_provider(&self) -> &ProviderConfig {
        &self.providers[&self.provider]
    }

    /// The effective settings as TOML, fit to be shown: keys are not in it, and a password in an address is hidden.
    pub fn to_toml(&self) -> String {
        file::render(self)
    }

    /// What `category` tells its model first.
    pub fn system_prompt(&self, category: &CategoryId) -> &str {
        self.registry
            .category(category)
            .and_then(|category| category.system_prompt.as_deref())
            .unwrap_or(&self.chat.system_prompt)
    }

    /// The context window of `model` in tokens.
    pub fn context_window(&self, model: &ModelId) -> usize {
        self.registry.model(model).and_then(|info| info.context_window).unwrap_or(self.chat.context_window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_asked_for_at_the_provider_that_its_name_begins_with() {
        let config = Config::load(None, &Overrides::default()).unwrap();
        for (name, provider, model) in [
            ("qwen-3-32b", "oxlo", "qwen-3-32b"),
            ("ollama/llama3.2:3b", "ollama", "llama3.2:3b"),
            ("openrouter/openai/gpt-4o", "openrouter", "openai/gpt-4o"),
            ("meta-llama/llama-3.3-70b", "oxlo", "meta-llama/llama-3.3-70b"),
            ("ollama/", "oxlo", "ollama/"),
            ("/ollama", "oxlo", "/ollama"),
        ] {
            assert_eq!(config.address(&name.into()), Address { provider, model }, "{name}");
        }
    }
}
