//! How endpoints are spoken to, and how long each part of a request may take: for every endpoint, for those on this
//! machine, for one of them.
//!
//! Owns which figure wins. Must not know what a request is.

use super::checked::{Refusal, Seconds, shown_path, unless_empty};
use super::text::Text;
use super::url;
use serde::{Deserialize, Serialize};
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

/// How endpoints are spoken to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    // Flat and not a `Timeouts`: flattened fields lose their place in the file, which messages give.
    connect_timeout_seconds: Seconds,
    first_byte_timeout_seconds: Seconds,
    first_token_timeout_seconds: Seconds,
    idle_timeout_seconds: Seconds,
    turn_timeout_seconds: Seconds,
    /// More certificates to trust than the system's, as PEM.
    #[serde(default, deserialize_with = "unless_empty", serialize_with = "shown_path")]
    pub ca_file: Option<PathBuf>,
    /// The proxy, instead of the one in the environment.
    #[serde(default, deserialize_with = "unless_empty")]
    pub proxy: Option<Proxy>,
    /// What differs for endpoints on this machine: they are small, and load a model before they answer.
    #[serde(default)]
    local: Timeouts<Option<Seconds>>,
}

impl NetworkConfig {
    /// How long each part of a request may take where nothing else is said of an endpoint.
    pub(super) fn timeouts(&self, local: bool) -> Timeouts {
        let all = Timeouts {
            connect: *self.connect_timeout_seconds,
            first_byte: *self.first_byte_timeout_seconds,
            first_token: *self.first_token_timeout_seconds,
            idle: *self.idle_timeout_seconds,
            turn: *self.turn_timeout_seconds,
        };
        if local { self.local.over(all) } else { all }
    }
}

/// How long each part of a request may take. With options: where this differs from what holds elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timeouts<T = Duration> {
    /// Connecting.
    #[serde(rename = "connect_timeout_seconds")]
    pub connect: T,
    /// Until the endpoint begins to respond.
    #[serde(rename = "first_byte_timeout_seconds")]
    pub first_byte: T,
    /// From there until the first token: the model reads the prompt, or is loaded first.
    #[serde(rename = "first_token_timeout_seconds")]
    pub first_token: T,
    /// Between two signs of life within the answer.
    #[serde(rename = "idle_timeout_seconds")]
    pub idle: T,
    /// The whole turn, with everything that is tried again.
    #[serde(rename = "turn_timeout_seconds")]
    pub turn: T,
}

impl Timeouts<Option<Seconds>> {
    /// These where they are set, and else those `below`.
    pub(super) fn over(self, below: Timeouts) -> Timeouts {
        let first = |above: Option<Seconds>, below: Duration| above.map_or(below, |time| *time);
        Timeouts {
            connect: first(self.connect, below.connect),
            first_byte: first(self.first_byte, below.first_byte),
            first_token: first(self.first_token, below.first_token),
            idle: first(self.idle, below.idle),
            turn: first(self.turn, below.turn),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The address of a proxy. It is written without the password in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Proxy(Text);

impl TryFrom<String> for Proxy {
    type Error = Refusal;

    fn try_from(address: String) -> Result<Self, Refusal> {
        let text = Text::read(address);
        match &text {
            Text::Variable(_) => text.check()?,
            Text::Written(url) => url::check_proxy(url)?,
        }
        Ok(Self(text))
    }
}

impl From<Proxy> for String {
    fn from(Proxy(text): Proxy) -> Self {
        match &text {
            Text::Written(url) => url::without_password(url),
            Text::Variable(_) => text.shown(),
        }
    }
}

impl Deref for Proxy {
    type Target = Text;

    fn deref(&self) -> &Text {
        &self.0
    }
}
