//! What providers tell of their models, laid under the settings. What the user wrote always wins.
//!
//! Owns which name a listed model has here and which category it is fit for. Must not know how a list is asked for.

use super::checked::ContextWindow;
use super::price::Price;
use super::registry::{Category, ModelId, ModelInfo};
use super::sections::Escalate;
use super::settings::Config;
use serde::{Deserialize, Serialize};

/// A model as its provider lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name, in the provider's words.
    pub id: String,
    /// Tokens of prompt and answer together; `None`: the provider does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_window: Option<usize>,
    /// Whether it can see images; `None`: the provider does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vision: Option<bool>,
    /// What it costs; `None`: the provider does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
}

/// What a category's models have in their names, where their makers say what they are for. The one place where names
/// mean something, and only for a server that was found and not configured: the user did not say which model is for
/// what.
const SIGNS: [(&str, &[&str]); 3] = [
    ("coding", &["coder", "code", "codestral", "devstral"]),
    ("reasoning", &["r1", "qwq", "think", "thinking", "reason", "reasoner", "reasoning"]),
    ("vision", &["vl", "vlm", "vision", "llava"]),
];

/// What is in the names of models that do not chat.
const SILENT: [&str; 12] = [
    "embed",
    "embedding",
    "embeddings",
    "rerank",
    "reranker",
    "whisper",
    "tts",
    "moderation",
    "bge",
    "minilm",
    "encoder",
    "diffusion",
];

impl Listed {
    /// A model of which nothing but its name is known.
    pub fn named(id: impl Into<String>) -> Self {
        Self { id: id.into(), context_window: None, vision: None, price: None }
    }

    /// Whether `name` is this model. Ollama lists the tag `latest`, which may be left out.
    pub fn is(&self, name: &str) -> bool {
        self.id == name || self.id.strip_suffix(":latest") == Some(name)
    }

    /// Whether it can chat, as far as its name tells: others turn text into vectors, speech or pictures.
    pub fn can_chat(&self) -> bool {
        !has(&self.id, &SILENT)
    }

    /// Whether its name or its provider says that it is made for `category`.
    fn is_for(&self, category: &str) -> bool {
        let sees = category == "vision" && self.vision == Some(true);
        sees || SIGNS.iter().any(|(of, signs)| *of == category && has(&self.id, signs))
    }

    fn is_special(&self) -> bool {
        SIGNS.iter().any(|(_, signs)| has(&self.id, signs))
    }
}

/// Whether a word of `name` begins or ends with a sign: `codellama` with `code`, `starcoder2` and `qwen2.5vl` but for
/// their numbers with `coder` and `vl`.
fn has(name: &str, signs: &[&str]) -> bool {
    let name = name.to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        let unnumbered = word.trim_end_matches(|c: char| c.is_ascii_digit());
        signs.iter().any(|sign| word.starts_with(sign) || word.ends_with(sign) || unnumbered.ends_with(sign))
    })
}

impl Config {
    /// These settings with what `provider` tells of its models, where nothing else is said of them.
    #[must_use]
    pub fn knowing(&self, provider: &str, listed: &[Listed]) -> Self {
        let mut registry = self.registry.clone();
        for model in listed {
            let window = model.context_window.and_then(|tokens| ContextWindow::try_from(tokens).ok());
            let told =
                ModelInfo { context_window: window, vision: model.vision, price: model.price, ..ModelInfo::default() };
            registry.learn(self.name_of(provider, &model.id), &told);
        }
        Self { registry, ..self.clone() }
    }

    /// These settings with `provider` answering everything: it was found with these models, and the user did not say
    /// which of them answers what. A category keeps its model where that is listed, and nothing has a fallback.
    ///
    /// No judge is asked: a small model takes seconds over a label, and answers the question instead.
    #[must_use]
    pub fn answered_by(&self, provider: &str, listed: &[Listed]) -> Self {
        let mut config = Self { provider: provider.to_owned(), ..self.clone() };
        let chatting: Vec<&Listed> = listed.iter().filter(|model| model.can_chat()).collect();
        let Some(usual) = chatting.iter().find(|model| !model.is_special()).or(chatting.first()) else {
            return config;
        };
        let there = |name: &ModelId| {
            let wanted = config.address(name);
            wanted.provider == provider && listed.iter().any(|model| model.is(wanted.model))
        };
        let answering = |category: &Category| {
            if there(&category.model) {
                return category.model.clone();
            }
            let fit = chatting.iter().find(|model| model.is_for(category.id.as_str()));
            config.name_of(provider, &fit.unwrap_or(usual).id)
        };
        let categories = self.registry.categories().iter();
        let categories = categories.map(|category| Category {
            model: answering(category),
            fallbacks: Vec::new(),
            ..category.clone()
        });
        config.registry = self.registry.with_categories(categories.collect(), there);
        config.routing.escalate = Escalate::Never;
        config.knowing(provider, listed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Overrides, Source};

    fn config(user: &str) -> Config {
        let source = Source { path: "config.toml".into(), text: user.to_owned() };
        Config::load(Some(&source), &Overrides::default()).unwrap()
    }

    fn listed(ids: &[&str]) -> Vec<Listed> {
        ids.iter().map(|id| Listed::named(*id)).collect()
    }

    fn answering(config: &Config) -> Vec<&str> {
        config.registry.categories().iter().map(|category| category.model.as_str()).collect()
    }

    #[test]
    fn a_listed_model_has_a_name_that_leads_to_it() {
        let config = config("provider = \"openrouter\"");
        for (provider, id, name) in [
            ("openrouter", "qwen/qwen3-32b", "qwen/qwen3-32b"),
            ("openrouter", "openai/gpt-4o", "openrouter/openai/gpt-4o"),
            ("openrouter", "openrouter/auto", "openrouter/openrouter/auto"),
            ("openai", "gpt-4o", "openai/gpt-4o"),
            ("ollama", "hf.co/a/b:Q4", "ollama/hf.co/a/b:Q4"),
        ] {
            let named = config.name_of(provider, id);
            assert_eq!(named.as_str(), name);
            let address = config.address(&named);
            assert_eq!((address.provider, address.model), (provider, id));
        }
    }

    #[test]
    fn what_the_user_says_of_a_model_wins_over_what_its_provider_says() {
        let config = config(
            "models.a = {context_window = 1000}\nmodels.b = {vision = false}\nmodels.\"ollama/a\" = {vision = true}",
        );
        let model = |id: &str| Listed { context_window: Some(5000), vision: Some(true), ..Listed::named(id) };
        let both = config.knowing("oxlo", &[model("a"), model("b"), Listed::named("c")]);
        let both = both.knowing("ollama", &[Listed { vision: Some(false), ..model("a") }]);
        let known = |id: &str| {
            both.registry.model(&id.into()).map(|info| (info.context_window.map(|window| *window), info.vision))
        };
        assert_eq!(known("a"), Some((Some(1000), Some(true))));
        assert_eq!(known("b"), Some((Some(5000), Some(false))));
        assert_eq!(known("c"), Some((None, None)));
        assert_eq!(known("ollama/a"), Some((Some(5000), Some(true))));
        assert_eq!(known("kimi-k2.6"), Some((None, Some(true))));
        assert_eq!(answering(&both), answering(&config));
    }

    #[test]
    fn a_found_server_answers_each_category_with_its_best_model() {
        for (ids, answers) in [
            (&["llama3.2:3b"][..], ["llama3.2:3b"; 4]),
            (
                &["nomic-embed-text", "qwen2.5-coder:7b", "llama3.2"],
                ["qwen2.5-coder:7b", "llama3.2", "llama3.2", "llama3.2"],
            ),
            (
                &["starcoder2", "deepseek-r1:8b", "qwen2.5vl", "gemma3"],
                ["starcoder2", "deepseek-r1:8b", "gemma3", "qwen2.5vl"],
            ),
            (&["codellama", "bge-m3"], ["codellama"; 4]),
            (&["phi", "llava", "Qwen3-4B-Thinking"], ["phi", "Qwen3-4B-Thinking", "phi", "llava"]),
            // The model of the configuration's own choice is there.
            (&["mistral", "deepseek-v3.2", "some-coder"], ["some-coder", "mistral", "deepseek-v3.2", "mistral"]),
            // No model chats: nothing changes.
            (&["whisper-1", "tts-1"], ["qwen-3-32b", "llama-3.3-70b", "deepseek-v3.2", "kimi-k2.6"]),
        ] {
            let found = config("").answered_by("ollama", &listed(ids));
            assert_eq!(answering(&found), answers, "{ids:?}");
            assert_eq!(found.provider, "ollama");
        }
    }

    #[test]
    fn a_found_server_has_known_models_but_no_fallbacks_and_no_judge() {
        let listed = [Listed { context_window: Some(4096), vision: Some(true), ..Listed::named("openai/gpt-oss") }];
        let found = config("").answered_by("vllm", &listed);
        assert!(found.registry.categories().iter().all(|category| category.fallbacks.is_empty()));
        assert_eq!(found.routing.escalate, Escalate::Never);
        assert_eq!(answering(&found), ["vllm/openai/gpt-oss"; 4]);
        assert_eq!(found.context_window(&"vllm/openai/gpt-oss".into()), 4096);
    }

    #[test]
    fn a_served_window_counts_more_than_the_makers_figure_and_less_than_the_users() {
        let told = |window| [Listed { context_window: window, ..Listed::named("deepseek-v3.2") }];
        let window = |config: &Config| {
            config.registry.model(&"deepseek-v3.2".into()).and_then(|info| info.context_window).map(|window| *window)
        };
        let built_in = config("");
        assert_eq!(window(&built_in), Some(131_072));
        assert_eq!(window(&built_in.knowing("oxlo", &told(Some(65_536)))), Some(65_536));
        assert_eq!(window(&built_in.knowing("oxlo", &told(None))), Some(131_072));
        assert_eq!(window(&built_in.answered_by("llamacpp", &told(Some(4096)))), Some(4096));
        assert_eq!(window(&built_in.answered_by("llamacpp", &told(None))), None, "it is not oxlo's model");
        let mine = config("models.\"deepseek-v3.2\".context_window = 2048");
        assert_eq!(window(&mine.answered_by("llamacpp", &told(Some(4096)))), Some(2048));
    }

    #[test]
    fn a_category_of_the_users_own_keeps_a_model_that_is_there() {
        let user = "categories.coding.model = \"mine\"\ncategories.tales.model = \"elsewhere\"";
        let found = config(user).answered_by("ollama", &listed(&["other", "mine:latest"]));
        assert_eq!(answering(&found), ["mine", "other", "other", "other", "other"]);
        let names: Vec<String> = found.registry.models().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["mine", "other", "mine:latest"], "no model that is not there");
    }
}
