//! Looking for a server on this machine that answers without a key.
//!
//! Only the addresses of the configuration are asked, each once. Owns who counts as found; must not know what is done
//! with it.

use super::Known;
use crate::config::{Config, Listed, ProviderConfig};
use futures_util::{StreamExt, stream};
use std::time::Duration;

/// How long one of them may take to say which models it has. A server on this machine says so at once.
const PATIENCE: Duration = Duration::from_millis(600);

/// A server that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name in the configuration.
    pub provider: String,
    /// The models it has; at least one of them chats.
    pub listed: Vec<Listed>,
}

/// The first of `known` in the configuration's order that is on this machine, asks for no key, and has a model that
/// chats. All are asked at the same time.
pub async fn find(known: &Known, config: &Config) -> Option<Found> {
    let here = config.providers.iter().filter(|(_, provider)| provider.can_be_found());
    let asked = here.filter_map(|(name, _)| Some((name, known.get(name)?))).map(|(name, provider)| async move {
        let listed = tokio::time::timeout(PATIENCE, provider.models()).await.ok()?.ok()?;
        listed.iter().any(Listed::can_chat).then(|| Found { provider: name.clone(), listed })
    });
    let asked: Vec<_> = asked.collect();
    let all = asked.len().max(1);
    let found = stream::iter(asked).buffered(all).filter_map(std::future::ready);
    std::pin::pin!(found).next().await
}

impl Found {
    /// Which server answers now and why, in one line for the first screen; `instead` are the settings for which no
    /// provider is connected.
    pub fn connection(&self, instead: &Config) -> String {
        let url = instead.providers.get(&self.provider).map(ProviderConfig::display_url).unwrap_or_default();
        let wanted = instead.active_provider().key.env.as_ref();
        let wanted = wanted.map(|variable| format!("; set {variable} for {}", instead.provider)).unwrap_or_default();
        format!("{} answers, at {url}: found on this machine{wanted}.", self.provider)
    }
}
