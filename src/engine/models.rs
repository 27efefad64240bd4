//! Which models there are: the lists of the providers, laid under the settings. Lists are cached from one run to the next,
//! and asked for again when they are old. Where no provider can answer, a server on this machine is looked for.
//!
//! Owns which provider is asked when. Must not know of turns.

use super::Services;
use crate::clock;
use crate::config::{Config, Listed, ProviderConfig};
use crate::provider::{Found, Provider};
use crate::store::ModelList;
use jiff::SignedDuration;
use std::collections::{HashMap, HashSet};
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// A list that is younger is not asked for again.
const LIST_FRESH: SignedDuration = SignedDuration::from_mins(5);
/// How long a provider may take to list its models.
const LIST_TIMEOUT: Duration = Duration::from_secs(10);

/// The lists, and which providers are being asked.
pub(super) struct ModelLists {
    /// The settings, without the lists.
    settings: Arc<Config>,
    offers: HashMap<String, ModelList>,
    /// The lists of earlier runs; `None`: they are known.
    cached: Option<oneshot::Receiver<Vec<ModelList>>>,
    /// Whether lists were wanted before that was known.
    wanted: bool,
    /// How often lists were wanted: the first time at the program's start, then by the user.
    times: usize,
    /// Whether a server was looked for: that is done once.
    sought: bool,
    asked: HashSet<String>,
    tasks: JoinSet<ListEvent>,
}

/// What came of listing.
pub(super) enum ListEvent {
    /// The lists of earlier runs.
    Cached(Vec<ModelList>),
    /// A provider listed its models, or why it could not.
    Listed(String, Result<Vec<Listed>, String>),
    /// A server was looked for.
    Discovered(Option<Found>),
    /// The listing task panicked.
    TaskPanicked,
}

impl ModelLists {
    /// No lists yet, over `settings`; `cached` brings those of earlier runs.
    pub(super) fn new(settings: Arc<Config>, cached: oneshot::Receiver<Vec<ModelList>>) -> Self {
        Self {
            settings,
            offers: HashMap::new(),
            cached: Some(cached),
            wanted: false,
            times: 0,
            sought: false,
            asked: HashSet::new(),
            tasks: JoinSet::new(),
        }
    }

    /// Asks every provider in use whose list is old, in the background. At the program's start providers whose key has to
    /// be read first are left out: that waits for the first request, or until the user wants to see the list.
    pub(super) fn refresh(&mut self, services: &Services) {
        if services.is_seeking() && !std::mem::replace(&mut self.sought, true) {
            let services = services.clone();
            self.tasks.spawn(async move { ListEvent::Discovered(services.seek().await) });
        }
        self.times += 1;
        self.ask(services);
    }

    fn ask(&mut self, services: &Services) {
        self.wanted = self.cached.is_some();
        if self.wanted || !services.providers.can_judge() {
            return;
        }
        let now = clock::now();
        for name in self.settings.in_use() {
            let fresh = self.offers.get(name).is_some_and(|offer| now.duration_since(offer.listed_at) < LIST_FRESH);
            let wanted = |provider: &&Arc<dyn Provider>| !fresh && (self.times > 1 || provider.is_ready());
            let Some(provider) = services.providers.named(name).filter(wanted).cloned() else { continue };
            if self.asked.insert(name.to_owned()) {
                let name = name.to_owned();
                self.tasks.spawn(async move {
                    let listed = match tokio::time::timeout(LIST_TIMEOUT, provider.models()).await {
                        Ok(listed) => listed.map_err(|error| error.to_string()),
                        Err(_) => Err(format!("{name} took too long to list its models")),
                    };
                    ListEvent::Listed(name, listed)
                });
            }
        }
    }

    /// The next event; pending for ever while no provider is asked. Safe to cancel.
    pub(super) async fn next(&mut self) -> ListEvent {
        let Self { cached, tasks, .. } = self;
        let recalled = async {
            match cached {
                // The learner exited before loading; there are no cached lists.
                Some(cached) => cached.await.unwrap_or_default(),
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            offers = recalled => ListEvent::Cached(offers),
            Some(news) = tasks.join_next() => news.unwrap_or(ListEvent::TaskPanicked),
        }
    }

    /// The lists of earlier runs are known: those that were wanted meanwhile are asked for now.
    pub(super) fn cached(&mut self, offers: Vec<ModelList>, services: &Services) {
        self.cached = None;
        for offer in offers {
            let provider = self.settings.providers.get(&offer.provider);
            // The same name at another address is another server.
            if provider.is_some_and(|provider| provider.display_url() == offer.address) {
                self.offers.entry(offer.provider.clone()).or_insert(offer);
            }
        }
        if self.wanted {
            self.ask(services);
        }
    }

    /// A provider listed its models; returns the list to cache.
    pub(super) fn listed(&mut self, provider: String, models: Vec<Listed>) -> ModelList {
        self.asked.remove(&provider);
        let address = self.settings.providers.get(&provider).map(ProviderConfig::display_url).unwrap_or_default();
        let offer = ModelList { provider, address, listed_at: clock::now(), models };
        self.offers.insert(offer.provider.clone(), offer.clone());
        offer
    }

    /// A provider could not list its models; it may be asked again. `None`: any of those being asked.
    pub(super) fn failed(&mut self, provider: Option<&str>) {
        self.asked.retain(|asked| provider.is_some_and(|provider| provider != asked));
    }

    /// The lists lie over other settings from now on.
    pub(super) fn over(&mut self, settings: Arc<Config>) {
        self.settings = settings;
    }

    /// The settings with what the lists say.
    pub(super) fn config(&self) -> Config {
        let known = self.settings.in_use().into_iter().filter_map(|provider| self.offers.get(provider));
        known.fold((*self.settings).clone(), |config, offer| config.knowing(&offer.provider, &offer.models))
    }
}
