//! The services with what is known of models: lists that come, and a server that is found, change both. Turns that run go
//! on with what they began with.

use super::models::{ListEvent, ModelLists};
use super::session::SessionEffect;
use super::{Event, Services};
use crate::provider::{Found, no_models};
use crate::store::{ModelList, StoreOp};
use tokio::sync::oneshot;

/// The services and the model lists.
pub(super) struct Backend {
    pub(super) services: Services,
    lists: ModelLists,
}

impl Backend {
    /// `services` without lists; `cached` brings those of earlier runs.
    pub(super) fn new(services: Services, cached: oneshot::Receiver<Vec<ModelList>>) -> Self {
        let lists = ModelLists::new(services.config.clone(), cached);
        Self { services, lists }
    }

    /// Asks for lists that are old, and looks for a server where no provider can answer.
    pub(super) fn refresh(&mut self) {
        self.lists.refresh(&self.services);
    }

    /// The next event of a list; pending for ever while no provider is asked. Safe to cancel.
    pub(super) async fn next(&mut self) -> ListEvent {
        self.lists.next().await
    }

    /// Takes in what came of listing. Returns what is to be done. A server that was found is the session's to connect.
    pub(super) fn take(&mut self, event: ListEvent) -> Vec<SessionEffect> {
        let mut effects = Vec::new();
        match event {
            ListEvent::Cached(lists) => self.lists.cached(lists, &self.services),
            ListEvent::Listed(provider, Ok(models)) => {
                if models.is_empty() {
                    effects.push(SessionEffect::Emit(Event::Unlisted(no_models(&provider))));
                }
                effects.push(SessionEffect::Write(StoreOp::SaveModels(self.lists.listed(provider, models))));
            }
            ListEvent::Listed(provider, Err(why)) => {
                self.lists.failed(Some(&provider));
                return vec![SessionEffect::Emit(Event::Unlisted(why))];
            }
            ListEvent::Discovered(_) => return effects,
            ListEvent::TaskPanicked => {
                self.lists.failed(None);
                let why = "pointsman made a mistake inside; please report it".to_owned();
                return vec![SessionEffect::Emit(Event::Unlisted(why))];
            }
        }
        let config = self.lists.config();
        if config != *self.services.config {
            self.services = self.services.over(config);
            effects.push(SessionEffect::Emit(Event::Configured(self.services.config.clone())));
        }
        effects
    }

    /// Lets a server that was found answer from now on. Returns what is to be done.
    pub(super) fn connect(&mut self, found: Found) -> Vec<SessionEffect> {
        let connection = found.connection(&self.services.config);
        self.services = self.services.answered_by(&found);
        let config = self.services.config.clone();
        self.lists.over(config.clone());
        let list = self.lists.listed(found.provider.clone(), found.listed);
        vec![
            SessionEffect::Emit(Event::Configured(config)),
            SessionEffect::Emit(Event::Connected { provider: found.provider, connection }),
            SessionEffect::Write(StoreOp::SaveModels(list)),
        ]
    }
}
