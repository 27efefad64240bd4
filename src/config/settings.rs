//! The settings in effect, and what follows from several of them: which provider, which model, which timeout.
//!
//! Must not know how they are read or shown.

use super::accepts::Accepts;
use super::network::{NetworkConfig, Timeouts};
use super::provider::ProviderConfig;
use super::registry::{CategoryId, ModelId, ModelInfo, Registry};
use super::sections::{ChatConfig, JudgeConfig, RetryConfig, RoutingConfig};
use super::source;
use super::text::Text;
use super::ui::UiConfig;
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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

impl Config {
    /// These settings with the files that they name where they are: `folder` is the configuration's, a `~` is `home`.
    #[must_use]
    pub fn placed(mut self, folder: &Path, home: Option<&Path>) -> Self {
        let files = self.providers.values_mut().flat_map(|provider| [&mut provider.key.file, &mut provider.ca_file]);
        for path in files.chain([&mut self.network.ca_file]).flatten() {
            *path = placed(path, folder, home);
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

    /// The environment variables that hold keys and other secrets, by these settings and by the defaults: a variable that
    /// the user's file replaced by another may still be set.
    pub fn secret_variables(&self) -> BTreeSet<String> {
        let providers = self.providers.values().flat_map(ProviderConfig::secret_variables);
        let proxy = self.network.proxy.as_deref().and_then(Text::variable);
        let named = providers.chain(proxy).map(str::to_owned);
        named.chain(source::default_key_variables().map(str::to_owned)).collect()
    }

    /// Those of them that `provider` does not name: its key command must not see the other keys, and may need its own
    /// variables.
    pub fn foreign_variables(&self, provider: &ProviderConfig) -> BTreeSet<String> {
        let mut foreign = self.secret_variables();
        for own in provider.secret_variables() {
            foreign.remove(own);
        }
        foreign
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
        let own = self.registry.model(model).and_then(|info| info.context_window);
        *own.unwrap_or(self.chat.context_window)
    }

    /// Whether `model` is known to see pictures.
    pub fn sees(&self, model: &ModelId) -> bool {
        self.registry.model(model).is_some_and(ModelInfo::sees)
    }

    /// The longest side of a picture that `model` takes, in pixels.
    pub fn image_side(&self, model: &ModelId) -> u32 {
        let own = self.registry.model(model).and_then(|info| info.image_side);
        *own.unwrap_or(self.chat.image_side)
    }

    /// The longest side of a picture that any model takes, in pixels: so large are pictures kept.
    pub fn image_side_max(&self) -> u32 {
        let models = self.registry.models();
        models.iter().map(|model| self.image_side(model)).max().unwrap_or(*self.chat.image_side)
    }

    /// How long an answer of `model` in `category` may be, in tokens: as the category and the model say, the shorter where
    /// both do, else as the model's provider says; `None`: as the endpoint likes.
    pub fn answer_limit(&self, category: &CategoryId, model: &ModelId) -> Option<u32> {
        let wished = self.registry.category(category).and_then(|category| category.max_tokens);
        let able = self.registry.model(model).and_then(|info| info.max_tokens);
        let provider = || self.providers.get(self.address(model).provider).and_then(|provider| provider.max_tokens);
        wished.into_iter().chain(able).min().or_else(provider).map(|limit| *limit)
    }

    /// What `model` accepts in a request, as it says, else as its provider says.
    pub fn accepts(&self, model: &ModelId) -> Accepts {
        let own = self.registry.model(model).map(|info| info.accepts).unwrap_or_default();
        let provider = self.providers.get(self.address(model).provider);
        own.over(provider.map(|provider| provider.accepts).unwrap_or_default())
    }

    /// How long each part of a request to `provider` may take: as its own table says, else as endpoints on this machine
    /// have it where it is one, else as all have it.
    pub fn timeouts(&self, provider: &str) -> Timeouts {
        match self.providers.get(provider) {
            Some(provider) => provider.timeouts.over(self.network.timeouts(provider.is_local())),
            None => self.network.timeouts(false),
        }
    }
}

/// Where a file of the configuration is: beside it, below the home folder, or where its path says.
fn placed(path: &Path, folder: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(below), Some(home)) => home.join(below),
        _ => folder.join(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Overrides, Source};

    #[test]
    fn a_model_says_what_it_accepts_before_its_provider_does() {
        let text = "[providers.mine]\nbase_url = \"http://127.0.0.1:1/v1\"\n\
                    accepts = { stream_options = false, system_role = false }\n\
                    [models.\"mine/a\".accepts]\nsystem_role = true\ntemperature = false";
        let source = Source { path: "c.toml".into(), text: text.to_owned() };
        let config = Config::load(Some(&source), &Overrides::default()).unwrap();
        let (no, yes) = (Some(false), Some(true));
        let provider = Accepts { stream_options: no, system_role: no, ..Accepts::default() };
        assert_eq!(config.accepts(&"mine/b".into()), provider);
        assert_eq!(config.accepts(&"mine/a".into()), Accepts { system_role: yes, temperature: no, ..provider });
        assert_eq!(config.accepts(&"other".into()), Accepts::default());
        // What `config show` prints says the same.
        let shown = Source { path: "c.toml".into(), text: config.to_toml() };
        let again = Config::load(Some(&shown), &Overrides::default()).unwrap();
        assert_eq!(again.accepts(&"mine/a".into()), config.accepts(&"mine/a".into()), "{}", shown.text);
    }

    #[test]
    fn a_system_prompt_without_a_word_is_none() {
        let text = "chat.system_prompt = \"  \\n\"\n[categories.coding]\nsystem_prompt = \" \"";
        let source = Source { path: "c.toml".into(), text: text.to_owned() };
        let config = Config::load(Some(&source), &Overrides::default()).unwrap();
        assert_eq!((config.system_prompt(&"general".into()), config.system_prompt(&"coding".into())), ("", ""));
    }

    #[test]
    fn variables_with_secrets_are_those_of_all_providers_and_of_the_defaults() {
        let text = "[providers.oxlo]\napi_key_env = \"MINE\"\nheaders.x = \"$TOKEN\"\nquery.y = \"$SIG\"\n\
                    query.z = \"plain\"\n[network]\nproxy = \"$WAY_OUT\"";
        let user = super::super::Source { path: "c.toml".into(), text: text.to_owned() };
        let config = Config::load(Some(&user), &super::super::Overrides::default()).unwrap();
        let all = config.secret_variables();
        for name in ["MINE", "TOKEN", "SIG", "WAY_OUT", "OXLO_API_KEY", "GROQ_API_KEY", "LITELLM_API_KEY"] {
            assert!(all.contains(name), "{name} is not in {all:?}");
        }
        let foreign = config.foreign_variables(&config.providers["oxlo"]);
        let own: Vec<&String> = all.difference(&foreign).collect();
        assert_eq!(own, ["MINE", "SIG", "TOKEN"]);
        for (address, is_secret) in [("http://me:pass@host/v1", true), ("http://host/v1", false)] {
            let named = super::super::Overrides { base_url: Some(address.to_owned()), ..Default::default() };
            let config = Config::load(None, &named).unwrap();
            assert_eq!(config.secret_variables().contains("POINTSMAN_BASE_URL"), is_secret, "{address}");
        }
    }

    #[test]
    fn files_are_beside_the_configuration_or_below_home() {
        let (folder, home) = (Path::new("/etc/pointsman"), Some(Path::new("/home/me")));
        for (written, is) in [
            ("key", "/etc/pointsman/key"),
            ("~/key", "/home/me/key"),
            ("/run/key", "/run/key"),
            ("~other/key", "/etc/pointsman/~other/key"),
        ] {
            assert_eq!(placed(Path::new(written), folder, home), Path::new(is));
        }
    }
}
