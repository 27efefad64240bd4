//! Which models there are: what providers tell, laid under the settings. It is kept from one run to the next, and asked
//! for again when it is old. Where nobody answers, the same task looks for a server on this machine.
//!
//! Owns who is asked when. Must not know of turns.

use super::Parts;
use crate::config::{Config, Listed, ProviderConfig};
use crate::provider::{Found, Provider};
use crate::store::Offer;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// A list that is younger is not asked for again.
const FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How long a provider may take to list its models.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the providers told, and who is being asked.
pub(super) struct Catalogue {
    /// The settings, without what was told.
    settings: Arc<Config>,
    offers: HashMap<String, Offer>,
    /// What was told in earlier runs; `None`: it is known.
    kept: Option<oneshot::Receiver<Vec<Offer>>>,
    /// Whether lists were wanted before that was known.
    wanted: bool,
    /// How often lists were wanted: the first time is the program's start, then a person wants to see them.
    times: usize,
    /// Whether a server was looked for: that is done once.
    sought: bool,
    asked: HashSet<String>,
    tasks: JoinSet<News>,
}

/// What became known.
pub(super) enum News {
    /// What was told in earlier runs.
    Kept(Vec<Offer>),
    /// A provider told its models, or why it could not.
    Told(String, Result<Vec<Listed>, String>),
    /// A server was looked for.
    Sought(Option<Found>),
    /// Nobody will ever know.
    Nothing,
}

impl Catalogue {
    /// Over `settings`; `kept` brings what was told in earlier runs.
    pub(super) fn new(settings: Arc<Config>, kept: oneshot::Receiver<Vec<Offer>>) -> Self {
        Self {
            settings,
            offers: HashMap::new(),
            kept: Some(kept),
            wanted: false,
            times: 0,
            sought: false,
            asked: HashSet::new(),
            tasks: JoinSet::new(),
        }
    }

    /// Asks everyone in use whose list is old, in the background. At the program's start nobody is asked whose key has to
    /// be read first: that waits for the first request, or until a person wants to see the list.
    pub(super) fn refresh(&mut self, parts: &Parts) {
        if parts.is_seeking() && !std::mem::replace(&mut self.sought, true) {
            let parts = parts.clone();
            self.tasks.spawn(async move { News::Sought(parts.seek().await) });
        }
        self.times += 1;
        self.ask(parts);
    }

    fn ask(&mut self, parts: &Parts) {
        self.wanted = self.kept.is_some();
        if self.wanted || !parts.providers.can_judge() {
            return;
        }
        let now = Timestamp::now();
        for name in self.settings.in_use() {
            let fresh = self.offers.get(name).is_some_and(|offer| now.duration_since(offer.listed_at) < FRESH);
            let wanted = |provider: &&Arc<dyn Provider>| !fresh && (self.times > 1 || provider.is_ready());
            let Some(provider) = parts.providers.named(name).filter(wanted).cloned() else { continue };
            if self.asked.insert(name.to_owned()) {
                let name = name.to_owned();
                self.tasks.spawn(async move {
                    let told = match tokio::time::timeout(PATIENCE, provider.models()).await {
                        Ok(told) => told.map_err(|error| error.to_string()),
                        Err(_) => Err(format!("{name} took too long to list its models")),
                    };
                    News::Told(name, told)
                });
            }
        }
    }

    /// The next thing that becomes known; waits for ever while nobody is asked. Giving up on it loses nothing.
    pub(super) async fn next(&mut self) -> News {
        let Self { kept, tasks, .. } = self;
        let recalled = async {
            match kept {
                // Whoever recalls it is gone: then nothing is recalled.
                Some(kept) => kept.await.unwrap_or_default(),
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            offers = recalled => News::Kept(offers),
            Some(news) = tasks.join_next() => news.unwrap_or(News::Nothing),
        }
    }

    /// What was told in earlier runs is known: lists that were wanted are asked for now.
    pub(super) fn recall(&mut self, offers: Vec<Offer>, parts: &Parts) {
        self.kept = None;
        for offer in offers {
            let provider = self.settings.providers.get(&offer.provider);
            // The same name at another address is somebody else.
            if provider.is_some_and(|provider| provider.display_url() == offer.address) {
                self.offers.entry(offer.provider.clone()).or_insert(offer);
            }
        }
        if self.wanted {
            self.ask(parts);
        }
    }

    /// A provider told its models, which is worth keeping.
    pub(super) fn told(&mut self, provider: String, models: Vec<Listed>) -> Offer {
        self.asked.remove(&provider);
        let address = self.settings.providers.get(&provider).map(ProviderConfig::display_url).unwrap_or_default();
        let offer = Offer { provider, address, listed_at: Timestamp::now(), models };
        self.offers.insert(offer.provider.clone(), offer.clone());
        offer
    }

    /// A provider could not tell; it is asked again when somebody wants to know. Without a name: nobody knows whom.
    pub(super) fn failed(&mut self, provider: Option<&str>) {
        self.asked.retain(|asked| provider.is_some_and(|provider| provider != asked));
    }

    /// Other settings lie under what is told from now on.
    pub(super) fn over(&mut self, settings: Arc<Config>) {
        self.settings = settings;
    }

    /// The settings with what is known.
    pub(super) fn config(&self) -> Config {
        let known = self.settings.in_use().into_iter().filter_map(|provider| self.offers.get(provider));
        known.fold((*self.settings).clone(), |config, offer| config.knowing(&offer.provider, &offer.models))
    }
}
