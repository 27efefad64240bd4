//! Settings: the built-in defaults, the user's file, the environment and the flags become one validated [`Config`].
//!
//! Owns what a setting means and what is wrong with a bad one. Must not read files or the environment: the texts and
//! values come in as arguments, so that every rule here is a pure function. Reading is done in `cli::setup`.
//!
//! The defaults are data (`assets/config.toml`), never code: a setting that is missing there does not exist.

mod accepts;
mod checked;
mod file;
pub(crate) mod keys;
mod layers;
mod listed;
mod network;
mod price;
mod problem;
mod provider;
mod registry;
mod sections;
mod settings;
mod show;
mod source;
mod text;
mod ui;
mod url;
mod validate;

pub use accepts::Accepts;
pub use checked::{ContextWindow, Probability, Refusal, Seconds};
pub use listed::Listed;
pub use network::{NetworkConfig, Proxy, Timeouts};
pub use price::Price;
pub use problem::{Problem, Problems};
pub use provider::{KeyConfig, ProviderConfig};
pub(crate) use registry::plain_label;
pub use registry::{Category, CategoryId, ModelId, ModelInfo, Registry};
pub use sections::{ChatConfig, Escalate, JudgeConfig, RetryConfig, RoutingConfig};
pub use settings::{Address, Config};
pub(crate) use source::BASE_URL_VARIABLE;
pub use source::{DEFAULTS, Overrides, Source};
pub use text::Text;
pub use ui::{Bell, Images, ShowReasoning, UiConfig};
pub(crate) use url::{host, password};

impl Config {
    /// Lays the user's file over the defaults, then `overrides` over both, and validates the result.
    ///
    /// # Errors
    /// Everything that is wrong, each with file, line, key, and what to write instead.
    pub fn load(user: Option<&Source>, overrides: &Overrides) -> Result<Self, Problems> {
        let (file, refused) = layers::merge(user)?;
        validate::validate(file, refused, user, overrides)
    }

    /// The effective settings as TOML, fit to be shown: keys are not in it, and a password in an address is hidden.
    pub fn to_toml(&self) -> String {
        show::render(self)
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
