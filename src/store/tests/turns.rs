//! A turn's way into the database and back: begun, written piece by piece, settled, cut off, taken back.

use super::*;
use crate::chat::{Note, Request, Timings, Usage};
use crate::router::RouteOverride;
use crate::store::turns::durably;
use serde_json::json;

async fn only(store: &Store, chat: u64) -> Vec<Turn> {
    let chat = store.chat(ConversationId(chat)).await.unwrap().unwrap();
    chat.conversation.all().into_iter().cloned().collect()
}

/// A turn of which nothing is empty.
fn full() -> Turn {
    let body = json!({"model": "n", "temperature": 0.5}).as_object().unwrap().clone();
    let url = "https://api.example/v1".to_owned();
    Turn {
        route: RouteOverride { category: Some("coding".into()), model: Some("m".into()) },
        decision: Some(Decision { hint: Some("set a key".to_owned()), ..decision("coding", "m", Decider::Judge) }),
        corrected: Some("general".into()),
        model: Some("n".into()),
        request: Some(Arc::new(Request { url, body, system: "Be brief.".to_owned(), since: Some(TurnId(3)) })),
        notes: vec![
            Note::LeftOut { turns: 2, window: 4_096 },
            Note::FellBack { from: "m".into(), why: "429 \"slow down\"".to_owned(), detail: "a\nb".to_owned() },
            Note::Again {
                from: "m".into(),
                what: "server error".to_owned(),
                why: "busy".to_owned(),
                detail: String::new(),
                model: "n".into(),
                pause_ms: 1_500,
            },
            Note::Skipped { events: 2 },
            Note::PassedOver { model: "m".into() },
            Note::GaveUp { from: "n".into(), detail: "c".to_owned() },
        ],
        usage: Some(Usage { prompt_tokens: 7, completion_tokens: 9 }),
        timings: Timings {
            first_reasoning: Some(Duration::from_micros(321)),
            first_text: Some(Duration::from_micros(1_234)),
            total: Some(Duration::from_micros(5_678_901)),
        },
        ..answered(5, "Write\n\tit: 検索 \u{1f980}", "```rust\nfn main() {}\n```").thinking("hm…\n")
    }
}

#[tokio::test]
async fn a_turn_comes_back_as_it_was_kept() {
    let place = Place::new();
    let turn = full();
    let store = place.open();
    store.begin(head(1), asked(5, &turn.prompt));
    let decision = turn.decision.clone().unwrap();
    store.record(NewDecision {
        overridden: true,
        turn: Some(turn.id),
        previous: Some("vision".into()),
        ..examples::new_decision(at(5), &turn.prompt, decision)
    });
    store.settle(head(1), turn.clone());
    drop(store);
    let store = place.open();
    assert_eq!(only(&store, 1).await, [turn]);
    let row = store.decisions(all()).await.unwrap().remove(0);
    assert_eq!((row.turn, row.chat, row.title.as_deref()), (Some(TurnId(5)), Some(ConversationId(1)), Some("chat 1")));
    assert_eq!((row.previous.clone(), row.hint.as_deref()), (Some("vision".into()), Some("set a key")));
    assert_eq!(store.decision(row.id).await.unwrap(), Some(row));
}

#[tokio::test]
async fn every_end_comes_back() {
    let place = Place::new();
    let store = place.open();
    let finishes = [Finish::Stop, Finish::Length, Finish::ContentFilter, Finish::Other].map(Ending::Answered);
    let others = [Ending::Stopped, Ending::Failed("no \"key\"".to_owned()), Ending::Interrupted];
    let endings: Vec<Ending> = finishes.into_iter().chain(others).collect();
    for (ending, id) in endings.iter().zip(1..) {
        store.settle(head(1), asked(id, "x").ended(ending.clone()));
    }
    let stages: Vec<Stage> = only(&store, 1).await.into_iter().map(|turn| turn.stage).collect();
    assert_eq!(stages, endings.into_iter().map(Stage::Ended).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_answer_that_was_cut_off_keeps_what_came() {
    let place = Place::new();
    let store = place.open();
    store.begin(head(1), asked(1, "why"));
    store.append(TurnId(1), piece("", "first model"));
    // Another model is asked, and what the first one thought is forgotten.
    store.update(asked(1, "why"));
    store.append(TurnId(1), piece("Bec", "second "));
    store.append(TurnId(1), piece("ause of the zanzibar", "model"));
    let cut_off = asked(1, "why").thinking("second model").saying("Because of the zanzibar");
    let cut_off = cut_off.ended(Ending::Interrupted);
    let watching = place.open();
    assert_eq!(only(&store, 1).await, std::slice::from_ref(&cut_off), "while it streams");
    assert_eq!(only(&watching, 1).await, std::slice::from_ref(&cut_off), "in another program");
    let row = store.chats().await.unwrap().remove(0);
    assert!(row.interrupted, "{row:?}");
    drop((store, watching));
    let store = place.open();
    assert_eq!(only(&store, 1).await, [cut_off]);
    assert_eq!(store.search("ZANZI".to_owned(), 9).await.unwrap().len(), 1, "what came can be found");
    store.append(TurnId(1), piece(" coast", ""));
    assert_eq!(only(&store, 1).await[0].answer, "Because of the zanzibar coast");
}

#[tokio::test]
async fn what_is_settled_replaces_the_pieces_and_nothing_comes_behind_it() {
    let place = Place::new();
    let store = place.open();
    store.begin(head(1), asked(1, "why"));
    store.append(TurnId(1), piece("Becau", ""));
    store.settle(head(1), answered(1, "why", "Because."));
    store.append(TurnId(1), piece("late", "late"));
    store.append(TurnId(99), piece("nobody's", "")).await.unwrap();
    assert_eq!(only(&store, 1).await, [answered(1, "why", "Because.")]);
    assert!(!store.chats().await.unwrap()[0].interrupted);
}

#[tokio::test]
async fn a_turn_that_is_asked_anew_forgets_what_became_of_it() {
    let place = Place::new();
    let store = place.open();
    let turn = full();
    let new = |seconds| NewDecision { turn: Some(turn.id), ..new(seconds, &turn.prompt, "coding", Decider::Judge) };
    store.record(new(1));
    store.settle(head(1), turn.clone());
    store.begin(head(1), asked(5, &turn.prompt));
    let id = store.record(new(2)).await.unwrap();
    let decision = new(2).decision;
    let asked = asked(5, &turn.prompt).ended(Ending::Interrupted);
    let waiting = Turn { decision: Some(decision), ..asked };
    assert_eq!(only(&store, 1).await, [waiting]);
    let kept: Vec<DecisionId> = store.decisions(all()).await.unwrap().iter().map(|row| row.id).collect();
    assert_eq!(kept, [id]);
}

#[tokio::test]
async fn a_conversation_comes_back_with_its_branches_and_the_one_in_sight() {
    let place = Place::new();
    let store = place.open();
    for (id, parent) in [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1)), (5, None)] {
        store.settle(head(1), answered(id, "p", "a").after(parent.map(TurnId)));
    }
    let shown = async || {
        let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
        chat.conversation.turns().iter().map(|turn| turn.id.0).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, [5], "without a place, the youngest");
    let leaf = |leaf| crate::chat::Place { leaf: Some(TurnId(leaf)), ..Default::default() };
    store.keep_place(ConversationId(1), leaf(3), at(9));
    assert_eq!(shown().await, [1, 2, 3]);
    store.keep_place(ConversationId(1), leaf(77), at(9));
    assert_eq!(shown().await, [5]);
    assert_eq!(store.chat(ConversationId(1)).await.unwrap().unwrap().place, leaf(77));
}

#[tokio::test]
async fn a_prompt_that_was_taken_back_is_seen_nowhere_but_can_be_recalled() {
    let place = Place::new();
    let store = place.open();
    for (id, parent) in [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(2))] {
        store.begin(head(1), asked(id, &format!("prompt {id}")).after(parent.map(TurnId)));
    }
    store.record(NewDecision { turn: Some(TurnId(2)), ..new(2, "prompt 2", "coding", Decider::Judge) });
    store.append(TurnId(2), piece("some", ""));
    store.withdraw(TurnId(2));
    store.append(TurnId(2), piece("more", ""));
    let turns: Vec<_> = only(&store, 1).await.iter().map(|turn| (turn.id.0, turn.parent.map(|id| id.0))).collect();
    assert_eq!(turns, [(1, None), (3, Some(1)), (4, Some(1))]);
    store.settle(head(1), answered(2, "prompt 2", "late"));
    assert_eq!(only(&store, 1).await.len(), 3, "not even when it ends later");
    assert_eq!(store.chats().await.unwrap()[0].turns, 3);
    assert_eq!(store.search("prompt 2".to_owned(), 9).await.unwrap(), []);
    assert_eq!(store.decisions(all()).await.unwrap(), []);
    let prompts = store.resume(9).await.unwrap().prompts;
    assert_eq!(
        prompts.iter().map(AsRef::as_ref).collect::<Vec<&str>>(),
        ["prompt 1", "prompt 2", "prompt 3", "prompt 4"]
    );
}

#[tokio::test]
async fn a_correction_is_kept_with_the_turn_until_it_is_undone() {
    let place = Place::new();
    let store = place.open();
    for id in [1, 2] {
        store.settle(head(1), answered(id, "p", "a"));
        let of_turn = NewDecision { turn: Some(TurnId(id)), ..new(1, "p", "coding", Decider::Judge) };
        let id = store.record(of_turn).await.unwrap();
        store.correct(id, if id.0 == 1 { "general" } else { "vision" }.into());
    }
    let lesson = store.teach(lesson(3, "p", "general")).await.unwrap();
    let corrected = async || {
        let turns = only(&store, 1).await;
        turns.iter().map(|turn| turn.corrected.as_ref().map(ToString::to_string)).collect::<Vec<_>>()
    };
    assert_eq!(corrected().await, [Some("general".to_owned()), Some("vision".to_owned())]);
    store.undo_lesson(lesson, at(4));
    assert_eq!(corrected().await, [None, Some("vision".to_owned())]);
}

#[tokio::test]
async fn what_another_version_wrote_hides_nothing_else() {
    let place = Place::new();
    let store = place.open();
    let turn = full();
    store.record(NewDecision { turn: Some(turn.id), ..new(1, "p", "coding", Decider::Judge) });
    store.settle(head(1), turn.clone());
    store.keep_place(ConversationId(1), crate::chat::Place { draft: "d".to_owned(), ..Default::default() }, at(1));
    store
        .run("", |connection| {
            connection.execute_batch(
                "UPDATE turns SET ending = '\"vanished\"', request = '7', notes = '[{\"new\": 1}]';
                 UPDATE decisions SET decider = 'oracle'; UPDATE places SET place = '?';",
            )
        })
        .await
        .unwrap();
    let left = Turn { request: None, notes: Vec::new(), decision: None, ..turn.ended(Ending::Interrupted) };
    assert_eq!(only(&store, 1).await, [left]);
    assert_eq!(store.decisions(all()).await.unwrap()[0].decision(), None);
}

#[tokio::test]
async fn a_prompt_is_on_the_disk_before_it_is_said_to_be_kept() {
    let place = Place::new();
    let store = place.open();
    let during = store.run("", |connection| {
        durably(connection, |connection| connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0)))
    });
    assert_eq!(during.await.unwrap(), 2, "full");
    store.begin(head(1), asked(1, "p")).await.unwrap();
    let after =
        store.run("", |connection| connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0)));
    assert_eq!(after.await.unwrap(), 1, "and normal again");
}

#[tokio::test]
async fn two_programs_that_write_at_once_lose_nothing() {
    let place = Place::new();
    let stores = [place.open(), place.open()];
    let mut pending = Vec::new();
    for round in 0..40 {
        for (store, side) in stores.iter().zip(0..) {
            let id = 2 * round + side;
            pending.push(store.begin(head(1 + side), asked(id, "p")));
            pending.push(store.append(TurnId(id), piece("piece", "")));
            if round % 2 == 0 {
                pending.push(store.settle(head(1 + side), answered(id, "p", &format!("answer {id}"))));
            }
        }
    }
    for written in pending {
        written.await.unwrap();
    }
    for side in 0..2 {
        let turns = only(&stores[0], 1 + side).await;
        let expected = |id| if id % 4 < 2 { format!("answer {id}") } else { "piece".to_owned() };
        assert_eq!(turns.len(), 40);
        assert!(turns.iter().all(|turn| turn.answer == expected(turn.id.0)), "{turns:#?}");
    }
}
