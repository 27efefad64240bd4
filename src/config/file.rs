//! The shape of the configuration file, as serde reads it, and the way back to text for `config show`.
//!
//! Required settings are optional here where a missing one deserves a better message than serde's; `validate` gives it.

use super::providers::{CHAT, MODELS, without_password};
use super::{Config, Escalate, ProviderConfig, ShowReasoning, Text, network};
use indexmap::IndexMap;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// The whole file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) provider: String,
    pub(super) providers: IndexMap<String, Provider>,
    pub(super) categories: IndexMap<String, Category>,
    pub(super) models: IndexMap<String, Model>,
    pub(super) chat: Chat,
    pub(super) routing: Routing,
    pub(super) judge: Judge,
    pub(super) network: Network,
    pub(super) retry: Retry,
    pub(super) ui: Ui,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Provider {
    pub(super) base_url: Option<String>,
    pub(super) api_key_env: Option<String>,
    pub(super) api_key_command: Option<String>,
    pub(super) api_key_file: Option<String>,
    #[serde(skip_serializing_if = "Keyring::is_off")]
    pub(super) api_key_keyring: Keyring,
    pub(super) organization: Option<String>,
    pub(super) project: Option<String>,
    pub(super) path: Option<String>,
    pub(super) models_path: Option<String>,
    pub(super) ca_file: Option<String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) query: IndexMap<String, String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) headers: IndexMap<String, String>,
    #[serde(default, skip_serializing_if = "Timeouts::is_empty")]
    pub(super) network: Timeouts,
}

/// The service in the keyring, unless the settings say otherwise.
const SERVICE: &str = "pointsman";

/// `true`, or the name of a service in the keyring.
#[derive(Clone, Default, Serialize)]
#[serde(untagged)]
pub(super) enum Keyring {
    #[default]
    Off,
    On(bool),
    Service(String),
}

impl Keyring {
    fn is_off(&self) -> bool {
        matches!(self, Self::Off)
    }

    /// The service under which the key is kept.
    pub(super) fn service(self) -> Option<String> {
        match self {
            Self::Off | Self::On(false) => None,
            Self::On(true) => Some(SERVICE.to_owned()),
            Self::Service(service) => Some(service).filter(|service| !service.is_empty()),
        }
    }
}

impl<'de> Deserialize<'de> for Keyring {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // By hand: what serde says of an untagged choice helps nobody.
        struct Seen;
        impl Visitor<'_> for Seen {
            type Value = Keyring;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, or the name of a service in quotes")
            }
            fn visit_bool<E: Error>(self, on: bool) -> Result<Keyring, E> {
                Ok(Keyring::On(on))
            }
            fn visit_str<E: Error>(self, service: &str) -> Result<Keyring, E> {
                Ok(Keyring::Service(service.to_owned()))
            }
        }
        deserializer.deserialize_any(Seen)
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Category {
    pub(super) model: Option<String>,
    #[serde(default)]
    pub(super) fallbacks: Vec<String>,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) examples: Vec<String>,
    pub(super) system_prompt: Option<String>,
    #[serde(default = "yes", skip_serializing)]
    pub(super) enabled: bool,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Model {
    pub(super) context_window: Option<usize>,
    pub(super) vision: Option<bool>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chat {
    pub(super) system_prompt: String,
    pub(super) context_window: usize,
    pub(super) answer_reserve: usize,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Routing {
    pub(super) default: String,
    pub(super) threshold: Option<f64>,
    pub(super) escalate: Escalate,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) head: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Judge {
    pub(super) model: String,
    pub(super) timeout_seconds: f64,
    pub(super) max_tokens: u32,
    pub(super) max_tokens_structured: u32,
    pub(super) system_prompt: String,
    pub(super) system_prompt_structured: String,
    pub(super) breaker_failures: u32,
    pub(super) breaker_seconds: f64,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Network {
    pub(super) connect_timeout_seconds: f64,
    pub(super) first_byte_timeout_seconds: f64,
    pub(super) first_token_timeout_seconds: f64,
    pub(super) idle_timeout_seconds: f64,
    pub(super) turn_timeout_seconds: f64,
    pub(super) ca_file: Option<String>,
    pub(super) proxy: Option<String>,
    #[serde(default)]
    pub(super) local: Timeouts,
}

/// What of the timeouts differs somewhere.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "they are the names in the file")]
pub(super) struct Timeouts {
    connect_timeout_seconds: Option<f64>,
    first_byte_timeout_seconds: Option<f64>,
    first_token_timeout_seconds: Option<f64>,
    idle_timeout_seconds: Option<f64>,
    turn_timeout_seconds: Option<f64>,
}

impl Network {
    pub(super) fn timeouts(&self) -> network::Timeouts<f64> {
        network::Timeouts {
            connect: self.connect_timeout_seconds,
            first_byte: self.first_byte_timeout_seconds,
            first_token: self.first_token_timeout_seconds,
            idle: self.idle_timeout_seconds,
            turn: self.turn_timeout_seconds,
        }
    }
}

impl Timeouts {
    pub(super) fn timeouts(&self) -> network::Timeouts<Option<f64>> {
        network::Timeouts {
            connect: self.connect_timeout_seconds,
            first_byte: self.first_byte_timeout_seconds,
            first_token: self.first_token_timeout_seconds,
            idle: self.idle_timeout_seconds,
            turn: self.turn_timeout_seconds,
        }
    }

    fn shown(timeouts: network::Timeouts<Option<Duration>>) -> Self {
        let seconds = timeouts.map(|time| time.map(|time| time.as_secs_f64()));
        Self {
            connect_timeout_seconds: seconds.connect,
            first_byte_timeout_seconds: seconds.first_byte,
            first_token_timeout_seconds: seconds.first_token,
            idle_timeout_seconds: seconds.idle,
            turn_timeout_seconds: seconds.turn,
        }
    }

    fn is_empty(&self) -> bool {
        self.timeouts() == network::Timeouts::default()
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Retry {
    pub(super) retries: u32,
    pub(super) backoff_seconds: f64,
    pub(super) longest_wait_seconds: f64,
    pub(super) per_minute: u32,
    pub(super) breaker_failures: u32,
    pub(super) breaker_window_seconds: f64,
    pub(super) breaker_seconds: f64,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ui {
    pub(super) mouse: bool,
    pub(super) reasoning: ShowReasoning,
}

/// A provider in the shape of the file. Of what is sent along only names are shown: values may be secret.
fn shown(provider: &ProviderConfig) -> Provider {
    let hidden =
        |values: &IndexMap<String, Text>| values.iter().map(|(name, text)| (name.clone(), text.shown())).collect();
    let ProviderConfig { key, .. } = provider;
    Provider {
        base_url: Some(provider.display_url()),
        api_key_env: key.env.clone(),
        api_key_command: key.command.clone(),
        api_key_file: shown_path(key.file.as_deref()),
        api_key_keyring: key.keyring.clone().map_or(Keyring::Off, Keyring::Service),
        // The two are headers by now.
        organization: None,
        project: None,
        path: Some(provider.path.clone()).filter(|path| path != CHAT),
        models_path: Some(provider.models_path.clone()).filter(|path| path != MODELS),
        ca_file: shown_path(provider.ca_file.as_deref()),
        network: Timeouts::shown(provider.timeouts),
        query: hidden(&provider.query),
        headers: hidden(&provider.headers),
    }
}

fn shown_path(path: Option<&Path>) -> Option<String> {
    path.map(|path| path.display().to_string())
}

/// The effective settings in the shape of the file.
pub(super) fn render(config: &Config) -> String {
    let file = File {
        provider: config.provider.clone(),
        providers: config.providers.iter().map(|(name, provider)| (name.clone(), shown(provider))).collect(),
        categories: config
            .registry
            .categories()
            .iter()
            .map(|category| {
                let shown = Category {
                    model: Some(category.model.to_string()),
                    fallbacks: category.fallbacks.iter().map(ToString::to_string).collect(),
                    description: category.description.clone(),
                    examples: category.examples.clone(),
                    system_prompt: category.system_prompt.clone(),
                    enabled: true,
                };
                (category.id.to_string(), shown)
            })
            .collect(),
        models: config
            .registry
            .models()
            .into_iter()
            .filter_map(|id| {
                let info = config.registry.model(&id)?;
                let shown = Model { context_window: info.context_window, vision: info.vision };
                Some((id.to_string(), shown))
            })
            .collect(),
        chat: Chat {
            system_prompt: config.chat.system_prompt.clone(),
            context_window: config.chat.context_window,
            answer_reserve: config.chat.answer_reserve,
        },
        routing: Routing {
            default: config.routing.default.to_string(),
            threshold: config.routing.threshold,
            escalate: config.routing.escalate,
            head: config.routing.head.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
        },
        judge: Judge {
            model: config.judge.model.to_string(),
            timeout_seconds: config.judge.timeout.as_secs_f64(),
            max_tokens: config.judge.max_tokens,
            max_tokens_structured: config.judge.max_tokens_structured,
            system_prompt: config.judge.system_prompt.clone(),
            system_prompt_structured: config.judge.system_prompt_structured.clone(),
            breaker_failures: config.judge.breaker_failures,
            breaker_seconds: config.judge.breaker_rest.as_secs_f64(),
        },
        network: Network {
            connect_timeout_seconds: config.network.timeouts.connect.as_secs_f64(),
            first_byte_timeout_seconds: config.network.timeouts.first_byte.as_secs_f64(),
            first_token_timeout_seconds: config.network.timeouts.first_token.as_secs_f64(),
            idle_timeout_seconds: config.network.timeouts.idle.as_secs_f64(),
            turn_timeout_seconds: config.network.timeouts.turn.as_secs_f64(),
            ca_file: shown_path(config.network.ca_file.as_deref()),
            proxy: config.network.proxy.as_ref().map(|proxy| match proxy {
                Text::Written(url) => without_password(url),
                Text::Variable(_) => proxy.shown(),
            }),
            local: Timeouts::shown(config.network.local),
        },
        retry: Retry {
            retries: config.retry.retries,
            backoff_seconds: config.retry.backoff.as_secs_f64(),
            longest_wait_seconds: config.retry.longest_wait.as_secs_f64(),
            per_minute: config.retry.per_minute,
            breaker_failures: config.retry.breaker_failures,
            breaker_window_seconds: config.retry.breaker_window.as_secs_f64(),
            breaker_seconds: config.retry.breaker_rest.as_secs_f64(),
        },
        ui: Ui { mouse: config.ui.mouse, reasoning: config.ui.reasoning },
    };
    toml::to_string(&file).unwrap_or_else(|error| format!("# cannot be shown: {error}\n"))
}
