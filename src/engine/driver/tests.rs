//! A listener that does not keep up.

use super::*;
use crate::chat::{Ask, ConversationId, Delta, Ending, Origin, TurnEvent, TurnId};
use crate::config::{Config, Listed, Overrides};
use crate::engine::Engine;
use crate::provider::{ChatRequest, Deltas, Outgoing, Provider, ProviderError};
use crate::router::RouteOverride;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use jiff::Timestamp;
use serde_json::Map;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An endpoint that answers without an end, and counts the pieces that were taken from it.
#[derive(Default)]
struct Endless(Arc<AtomicUsize>);

impl Provider for Endless {
    fn name(&self) -> &'static str {
        "endless"
    }

    fn outgoing(&self, _: &ChatRequest) -> Outgoing {
        Outgoing { url: String::new(), body: Map::new() }
    }

    fn stream(&self, _: ChatRequest) -> Deltas {
        let taken = self.0.clone();
        stream::repeat_with(move || {
            taken.fetch_add(1, Ordering::SeqCst);
            Ok(Delta::Text("word ".into()))
        })
        .boxed()
    }

    fn complete(&self, _: ChatRequest) -> BoxFuture<'_, Result<String, ProviderError>> {
        std::future::ready(Ok(String::new())).boxed()
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<Listed>, ProviderError>> {
        std::future::ready(Ok(Vec::new())).boxed()
    }
}

/// An engine that answers without an end, its events, and how many pieces were taken from the endpoint.
fn endless() -> (Engine, mpsc::Receiver<Event>, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let config = Arc::new(Config::load(None, &Overrides::default()).unwrap());
    let (engine, events) = Engine::start(Services::new(config, Arc::new(Endless(taken.clone()))));
    engine.send(Command::Submit(Ask {
        chat: ConversationId(1),
        parent: None,
        turn: TurnId(1),
        prompt: "a prompt".into(),
        route: RouteOverride { category: None, model: Some("m".into()) },
        origin: Origin::default(),
        asked_at: Timestamp::UNIX_EPOCH,
    }));
    (engine, events, taken)
}

#[tokio::test]
async fn a_slow_listener_slows_the_stream_instead_of_being_buried() {
    let (_engine, mut events, taken) = endless();
    // What the channels from the turn to the listener hold, and a few that are on their way between two of them.
    let ahead = crate::engine::EVENTS_AHEAD_MAX + crate::engine::turn::EVENTS_AHEAD_MAX + 8;
    for received in 0..300 {
        assert!(events.recv().await.is_some());
        // The other tasks go on meanwhile, as far as they can.
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        let taken = taken.load(Ordering::SeqCst);
        assert!(taken <= received + ahead, "{taken} pieces were taken, and {received} events received");
    }
}

#[tokio::test]
async fn commands_are_obeyed_while_the_listener_takes_nothing() {
    let (engine, mut events, taken) = endless();
    while taken.load(Ordering::SeqCst) < crate::engine::EVENTS_AHEAD_MAX {
        tokio::task::yield_now().await;
    }
    engine.send(Command::Stop(TurnId(1)));
    let stopped =
        |event: &Event| matches!(event, Event::Turn(TurnId(1), TurnEvent::Ended { ending: Ending::Stopped, .. }));
    while !stopped(&events.recv().await.unwrap()) {}
}
