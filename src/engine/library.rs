//! Looks things up in what was kept: the list of chats, texts, decisions, the report. Changes nothing.
//!
//! One task does it, beside the one that writes. While one types, only the latest question of a kind is answered.

use super::keep::open;
use super::knowledge::{OpenStore, Opening};
use super::{Event, Shelf};
use crate::store::{Filter, Resume, Store, StoreError};
use tokio::sync::mpsc;

/// How many hits of a search are shown.
const HITS: usize = 60;
/// How many earlier prompts can be recalled.
const PROMPTS: usize = 300;

/// Something that is to be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lookup {
    /// What a start can go on with.
    Resume,
    /// All chats.
    Chats,
    /// Where a text occurs; the number comes back with the answer.
    Search(u64, String),
    /// The decisions that fit; the number comes back with the answer.
    Decisions(u64, Box<Filter>),
    /// How routing did.
    Report,
}

/// Answers until nobody asks any more.
pub(super) async fn run(
    mut store: OpenStore,
    mut asked: mpsc::UnboundedReceiver<Lookup>,
    news: mpsc::UnboundedSender<Event>,
) {
    let (store, alone) = (open(&mut store).await, matches!(*store.borrow(), Opening::Open { alone: true, .. }));
    let mut waiting: Vec<Lookup> = Vec::new();
    loop {
        if waiting.is_empty() {
            match asked.recv().await {
                Some(lookup) => waiting.push(lookup),
                None => return,
            }
        }
        while let Ok(lookup) = asked.try_recv() {
            // A later question of the same kind makes the earlier one idle.
            waiting.retain(|earlier| std::mem::discriminant(earlier) != std::mem::discriminant(&lookup));
            waiting.push(lookup);
        }
        let lookup = waiting.remove(0);
        let answer = match &store {
            Some(store) => look_up(store, alone, lookup).await.unwrap_or_else(|error| Event::Notice(error.to_string())),
            None => nothing(&lookup),
        };
        // Whoever listened is gone: then the program is about to end.
        let _ = news.send(answer);
    }
}

async fn look_up(store: &Store, alone: bool, lookup: Lookup) -> Result<Event, StoreError> {
    Ok(match lookup {
        Lookup::Resume => {
            let resume = store.resume(PROMPTS).await?;
            // What another program that runs is writing is not ours to go on with.
            Event::Resumed(Box::new(Resume { draft: resume.draft.filter(|_| alone), ..resume }))
        }
        Lookup::Chats => Event::Chats(Shelf::Filled(store.chats().await?)),
        Lookup::Search(serial, text) => Event::Found { serial, hits: store.search(text, HITS).await? },
        Lookup::Decisions(serial, filter) => Event::Decisions { serial, rows: store.decisions(*filter).await? },
        Lookup::Report => Event::Report(Box::new(store.report(None).await?)),
    })
}

/// What there is to say when nothing is kept.
fn nothing(lookup: &Lookup) -> Event {
    match lookup {
        Lookup::Resume => Event::Resumed(Box::default()),
        Lookup::Chats => Event::Chats(Shelf::None),
        Lookup::Search(serial, _) => Event::Found { serial: *serial, hits: Vec::new() },
        Lookup::Decisions(serial, _) => Event::Decisions { serial: *serial, rows: Vec::new() },
        Lookup::Report => Event::Notice("there is no report: nothing is being kept".to_owned()),
    }
}
