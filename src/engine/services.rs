//! What the engine works with: settings, providers, router, and where the store is.

use super::blobs::BlobCache;
use super::breaker::Limits;
use super::health::Health;
use super::judge::{Judges, ProviderJudge};
use super::learning::{ENCODED_AT_ONCE, spawn_compute};
use crate::clock;
use crate::config::keys::JUDGE_MODEL;
use crate::config::{Config, Escalate};
use crate::provider::{self, Found, Known, Providers};
use crate::router::{Decision, Head, Learned, LessonId, LocalDecision, Memory, Outcomes, Query, Router};
use crate::store::{ModelList, Recalled, Store, StoreError};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What the engine works with. Clones share what they remember.
#[derive(Clone)]
pub struct Services {
    /// The settings.
    pub config: Arc<Config>,
    /// Who answers, and judges where they can.
    pub providers: Providers,
    /// Among whom a server on this machine is looked for; `None`: nowhere.
    seeking: Option<Known>,
    /// Where everything is kept; `None`: nowhere.
    pub(super) store: Option<PathBuf>,
    /// Whether nothing may be written to the store, only read.
    pub(super) incognito: bool,
    pub(super) router: Router,
    /// What is known of judges; lives as long as the process, over all turns and clones.
    judges: Judges,
    /// What is known of those who answer; lives as long.
    pub(super) health: Health,
    /// The content of attached files.
    pub blobs: BlobCache,
}

impl Services {
    /// Services that keep nothing and know nothing yet of any judge.
    pub fn new(config: Arc<Config>, providers: impl Into<Providers>) -> Self {
        let providers = providers.into();
        let router = Router::new(config.clone(), providers.sole().map(|sole| sole.name()), None);
        let (judges, health, blobs) = (Judges::default(), Health::default(), BlobCache::default());
        Self { config, providers, seeking: None, store: None, incognito: false, router, judges, health, blobs }
    }

    /// These, with a store in the file at `path`, which is opened when the engine starts.
    #[must_use]
    pub fn with_store(self, path: PathBuf) -> Self {
        Self { store: Some(path), ..self }
    }

    /// These, keeping nothing of what is said. What was learned before is still known.
    #[must_use]
    pub fn incognito(self) -> Self {
        Self { incognito: true, ..self }
    }

    /// Whether nothing of what is said is kept.
    pub fn is_incognito(&self) -> bool {
        self.incognito
    }

    /// These, with a classifier that uses `head` instead of the weights that come with the program.
    #[must_use]
    pub fn with_head(self, head: Head) -> Self {
        let sole = self.providers.sole().map(|sole| sole.name());
        let router = Router::new(self.config.clone(), sole, Some(Arc::new(head)));
        Self { router, ..self }
    }

    /// These, until a server on this machine is found among `known`, which answers then.
    #[must_use]
    pub fn seeking(self, known: Known) -> Self {
        Self { seeking: Some(known), ..self }
    }

    /// Whether a server on this machine is to be looked for.
    pub fn is_seeking(&self) -> bool {
        self.seeking.is_some()
    }

    /// Looks for a server on this machine, where that is wanted.
    pub async fn seek(&self) -> Option<Found> {
        provider::find(self.seeking.as_ref()?, &self.config).await
    }

    /// These, answered by the server that was found.
    #[must_use]
    pub fn answered_by(&self, found: &Found) -> Self {
        let Some(known) = self.seeking.clone() else { return self.clone() };
        let config = self.config.answered_by(&found.provider, &found.listed);
        Self { providers: Providers::Several(known), seeking: None, ..self.clone() }.over(config)
    }

    /// These with other settings over the same categories.
    #[must_use]
    pub fn over(&self, config: Config) -> Self {
        let config = Arc::new(config);
        let router = self.router.over(config.clone(), self.providers.sole().map(|sole| sole.name()));
        Self { config, router, ..self.clone() }
    }

    /// The folder of what is kept; `None` where nothing is.
    pub fn folder(&self) -> Option<&Path> {
        self.store.as_deref().filter(|_| !self.incognito).and_then(Path::parent)
    }

    /// The router over these settings.
    pub fn router(&self) -> &Router {
        &self.router
    }

    /// What the judge alone makes of `query`, whatever the settings say of asking it, and however often it failed.
    ///
    /// # Errors
    /// Why it could not say anything.
    pub async fn decide_by_judge(&self, query: Query<'_>) -> Result<Decision, String> {
        let Some(judge) = self.judge_within(Limits { failures: 0, within: Duration::ZERO, rest: Duration::ZERO })
        else {
            return Err(format!(
                "the judge {} cannot be asked, as no connected provider has it; connect one, or set {JUDGE_MODEL}",
                self.config.judge.model
            ));
        };
        self.router.judge(query, &Learned::default(), &judge).await.0
    }

    /// `local` with the candidates that are asked here: where no provider is connected, that is the guide alone, whatever
    /// the router chose; with so many `images` none that has refused pictures before, as long as others are left.
    pub(super) fn answered_here(&self, mut local: LocalDecision, images: usize) -> LocalDecision {
        let candidates = &mut local.decision.candidates;
        if let Some(guide) = self.providers.stand_in() {
            *candidates = vec![guide];
        } else if images > 0 && candidates.iter().any(|candidate| !self.health.is_blind(candidate)) {
            candidates.retain(|candidate| !self.health.is_blind(candidate));
        }
        local
    }

    /// What was learned in earlier runs; nothing when it cannot be read, which is logged. Of what is left to compute of it, as
    /// much is computed and stored as is no wait: a turn does not wait for it either.
    pub async fn learned(&self) -> Learned {
        let Some(store) = self.stored().await else { return Learned::default() };
        let Recalled { lessons, encoded, shift, outcomes, verdicts } = recalled(store.recall().await);
        let (memory, outcomes) = (Memory::new(verdicts), Outcomes::new(outcomes));
        let lessons = self.router.recall(lessons, encoded, shift);
        let (lessons, new) = self.router.encode(&lessons, ENCODED_AT_ONCE);
        let new: HashSet<LessonId> = new.into_iter().collect();
        let fitted = if new.len() < ENCODED_AT_ONCE { self.router.fit(&lessons) } else { None };
        if !self.incognito {
            for (id, encoded) in lessons.encoded().filter(|(id, _)| new.contains(id)) {
                drop(store.encode_lesson(id, encoded.clone()));
            }
            if let Some(fitted) = &fitted {
                drop(store.keep_shift(fitted.shift().clone()));
            }
        }
        Learned { lessons: fitted.unwrap_or(lessons), memory, outcomes }
    }

    /// Which models providers told in earlier runs; nothing when it cannot be read, which is logged.
    pub async fn offers(&self) -> Vec<ModelList> {
        match self.stored().await {
            Some(store) => recalled(store.model_lists().await),
            None => Vec::new(),
        }
    }

    /// The store of earlier runs, where there is one that can be read.
    async fn stored(&self) -> Option<Store> {
        let path = self.store.clone().filter(|path| path.exists())?;
        match spawn_compute(move || Store::open(&path, clock::now())).await? {
            Ok((store, opened)) => {
                if let Some(notice) = opened.notice() {
                    tracing::warn!("{notice}");
                }
                Some(store)
            }
            Err(error) => recalled(Err(error)),
        }
    }

    /// The judge, where one may be asked.
    pub(super) fn judge(&self) -> Option<ProviderJudge> {
        let judge = &self.config.judge;
        let limits = Limits { failures: judge.breaker_failures, within: Duration::MAX, rest: *judge.breaker_rest };
        if self.config.routing.escalate == Escalate::Never { None } else { self.judge_within(limits) }
    }

    fn judge_within(&self, limits: Limits) -> Option<ProviderJudge> {
        let reached = self.providers.reach(&self.config.judge.model, &self.config).ok()?;
        let accepts = self.config.accepts(&self.config.judge.model);
        reached.provider.can_judge().then(|| ProviderJudge::new(reached, accepts, limits, self.judges.clone()))
    }

    /// The name of who answers: of the one that answers for everyone, else of the configuration's.
    pub fn answering(&self) -> &str {
        self.providers.sole().map_or(&self.config.provider, |sole| sole.name())
    }
}

/// What the store replied; nothing when it failed, which is logged.
fn recalled<T: Default>(reply: Result<T, StoreError>) -> T {
    reply.unwrap_or_else(|error| {
        tracing::warn!(%error, "nothing was recalled");
        T::default()
    })
}
