//! The configuration file as serde reads and writes it: where names must be resolved it has a shape of its own, and is
//! made of the sections in use elsewhere.
//!
//! Required settings are optional here where a missing one deserves a better message than serde's; `validate` gives it.

use super::accepts::Accepts;
use super::checked::{AnswerLimit, Seconds, shown_path, unless_empty};
use super::network::{NetworkConfig, Timeouts};
use super::registry::{ModelId, ModelInfo};
use super::sections::{ChatConfig, JudgeConfig, RetryConfig, RoutingConfig};
use super::ui::UiConfig;
use indexmap::IndexMap;
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use std::path::PathBuf;

/// The whole file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) provider: String,
    pub(super) providers: IndexMap<String, Provider>,
    pub(super) categories: IndexMap<String, Category>,
    pub(super) models: IndexMap<ModelId, ModelInfo>,
    pub(super) chat: ChatConfig,
    pub(super) routing: RoutingConfig,
    pub(super) judge: JudgeConfig,
    pub(super) network: NetworkConfig,
    pub(super) retry: RetryConfig,
    pub(super) ui: UiConfig,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Provider {
    pub(super) base_url: Option<String>,
    pub(super) api_key_env: Option<String>,
    pub(super) api_key_command: Option<String>,
    #[serde(deserialize_with = "unless_empty", serialize_with = "shown_path")]
    pub(super) api_key_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Keyring::is_off")]
    pub(super) api_key_keyring: Keyring,
    pub(super) organization: Option<String>,
    pub(super) project: Option<String>,
    pub(super) path: Option<String>,
    pub(super) models_path: Option<String>,
    pub(super) max_tokens: Option<AnswerLimit>,
    #[serde(deserialize_with = "unless_empty", serialize_with = "shown_path")]
    pub(super) ca_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) query: IndexMap<String, String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(super) headers: IndexMap<String, String>,
    #[serde(skip_serializing_if = "Accepts::is_empty")]
    pub(super) accepts: Accepts,
    #[serde(skip_serializing_if = "Timeouts::is_empty")]
    pub(super) network: Timeouts<Option<Seconds>>,
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
        // By hand: what serde says of an untagged choice does not help the user.
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
    pub(super) max_tokens: Option<AnswerLimit>,
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub(super) enabled: bool,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_true(value: &bool) -> bool {
    *value
}
