//! How long each part of a request may take: for every endpoint, for those on this machine, for one of them.
//!
//! Owns which figure wins. Must not know who waits.

use super::{Config, ProviderConfig, Text, keys};
use std::path::PathBuf;
use std::time::Duration;

/// How endpoints are spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkConfig {
    /// How long to wait for an endpoint.
    pub timeouts: Timeouts,
    /// What of it differs for endpoints on this machine: they are small, and load a model before they answer.
    pub local: Timeouts<Option<Duration>>,
    /// More certificates to trust than the system's, as PEM.
    pub ca_file: Option<PathBuf>,
    /// The proxy, instead of the one in the environment.
    pub proxy: Option<Text>,
}

/// How long each part of a request may take. With options: where this differs from what holds elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeouts<T = Duration> {
    /// Connecting.
    pub connect: T,
    /// Until the endpoint begins to respond.
    pub first_byte: T,
    /// From there until the first token: the model reads the prompt, or is loaded first.
    pub first_token: T,
    /// Between two signs of life within the answer.
    pub idle: T,
    /// The whole turn, with everything that is tried again.
    pub turn: T,
}

impl<T> Timeouts<T> {
    /// The same with each figure as `change` makes it.
    pub(super) fn map<U>(self, mut change: impl FnMut(T) -> U) -> Timeouts<U> {
        Timeouts {
            connect: change(self.connect),
            first_byte: change(self.first_byte),
            first_token: change(self.first_token),
            idle: change(self.idle),
            turn: change(self.turn),
        }
    }
}

impl Timeouts<Option<Duration>> {
    /// These where they are set, and else those `below`.
    fn over(self, below: Timeouts) -> Timeouts {
        Timeouts {
            connect: self.connect.unwrap_or(below.connect),
            first_byte: self.first_byte.unwrap_or(below.first_byte),
            first_token: self.first_token.unwrap_or(below.first_token),
            idle: self.idle.unwrap_or(below.idle),
            turn: self.turn.unwrap_or(below.turn),
        }
    }
}

impl Config {
    /// How long each part of a request to `provider` may take: as its own table says, else as endpoints on this machine
    /// have it where it is one, else as all have it.
    pub fn timeouts(&self, provider: &str) -> Timeouts {
        let all = self.network.timeouts;
        let Some(provider) = self.providers.get(provider) else {
            return all;
        };
        let below = if provider.is_local() { self.network.local.over(all) } else { all };
        provider.timeouts.over(below)
    }
}

impl ProviderConfig {
    /// The table of the configuration that a longer wait for this endpoint is written in: every one on this machine is
    /// as slow as another.
    pub fn network_table(&self) -> &'static str {
        if self.is_local() { keys::NETWORK_LOCAL } else { keys::NETWORK }
    }
}
