//! Writes down what was decided and what came of it. Never waits for the disk; what cannot be written is logged by the
//! store and loses nothing but history.

use super::knowledge::{OpenStore, Opening};
use crate::chat::{Ending, Turn, TurnId};
use crate::config::CategoryId;
use crate::store::{DecisionId, End, NewDecision, Outcome, Store};
use jiff::Timestamp;
use std::collections::HashMap;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The name of a decision in the store, once it has one.
type Named = watch::Receiver<Option<DecisionId>>;

/// The decisions of one conversation as the store knows them.
pub(super) struct Recorder {
    store: OpenStore,
    decisions: HashMap<TurnId, Named>,
    writing: JoinSet<()>,
}

impl Recorder {
    /// A recorder that writes to `store` once it is open.
    pub(super) fn new(store: OpenStore) -> Self {
        Self { store, decisions: HashMap::new(), writing: JoinSet::new() }
    }

    /// Writes down the decision of `turn`.
    pub(super) fn decided(&mut self, turn: &Turn) {
        let Some(decision) = turn.decision.clone() else { return };
        let overridden = !turn.wish.is_none();
        let (decided_at, prompt) = (Timestamp::now(), turn.prompt.clone());
        let row = NewDecision { decided_at, prompt, decision, overridden, turn: None, previous: None };
        let (named, name) = watch::channel(None);
        self.decisions.insert(turn.id, name);
        let store = self.store.clone();
        self.writing.spawn(async move {
            if let Some(store) = open(store).await
                && let Ok(id) = store.record(row).await
            {
                named.send_replace(Some(id));
            }
        });
    }

    /// Writes down how `turn` ended.
    pub(super) fn ended(&mut self, turn: &Turn, ending: &Ending) {
        let end = match ending {
            Ending::Answered(_) => End::Answered,
            Ending::Stopped => End::Stopped,
            Ending::Failed(_) => End::Failed,
            Ending::Interrupted => return,
        };
        let outcome = Outcome {
            end,
            answered_by: turn.model.clone(),
            first_text: turn.timings.first_text,
            total: turn.timings.total,
            prompt_tokens: turn.usage.map(|usage| usage.prompt_tokens),
            completion_tokens: turn.usage.map(|usage| usage.completion_tokens),
        };
        self.about(turn.id, |store, id| drop(store.finish(id, outcome)));
    }

    /// Writes down what the decision of a turn should have been.
    pub(super) fn corrected(&mut self, turn: TurnId, category: CategoryId) {
        self.about(turn, |store, id| drop(store.correct(id, category)));
    }

    /// Does `work` when the decision of `turn` has a name, if it ever gets one.
    fn about(&mut self, turn: TurnId, work: impl FnOnce(&Store, DecisionId) + Send + 'static) {
        while self.writing.try_join_next().is_some() {}
        let Some(mut name) = self.decisions.get(&turn).cloned() else { return };
        let store = self.store.clone();
        self.writing.spawn(async move {
            let id = name.wait_for(Option::is_some).await.ok().and_then(|id| *id);
            if let (Some(store), Some(id)) = (open(store).await, id) {
                work(&store, id);
            }
        });
    }

    /// Waits until all is handed to the store.
    pub(super) async fn finish(mut self) {
        while self.writing.join_next().await.is_some() {}
    }
}

async fn open(mut store: OpenStore) -> Option<Store> {
    match &*store.wait_for(|opening| !matches!(opening, Opening::Underway)).await.ok()? {
        Opening::Open(store) => Some(store.clone()),
        Opening::Underway | Opening::Nowhere => None,
    }
}
