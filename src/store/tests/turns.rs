//! A turn's way into the database and back: begun, written piece by piece, ended, cut off, taken back.

use super::*;
use crate::chat::{AfterFailure, Correction, Extent, Failure, Note, SentRequest, Source, Timings, ToolCall, Usage};
use crate::examples::TurnExample;
use crate::store::ops::durably;
use serde_json::json;

async fn only(store: &Store, chat: u64) -> Vec<Turn> {
    let chat = store.chat(ConversationId(chat)).await.unwrap().unwrap();
    chat.conversation.all().into_iter().cloned().collect()
}

fn failed(why: &str, next: AfterFailure) -> StepOutcome {
    let (what, detail) = ("server error".to_owned(), "a\nb".to_owned());
    StepOutcome::Failed(Failure { what, why: why.to_owned(), detail, next })
}

/// A turn of which nothing is empty.
pub(super) fn full() -> Turn {
    let body = json!({"model": "n", "temperature": 0.5}).as_object().unwrap().clone();
    let url = "https://api.example/v1".to_owned();
    let request =
        Arc::new(SentRequest { url, body, system: "Be brief.".to_owned(), since: Some(TurnId(3)), sees: true });
    let candidate = |model: &str| Some(Candidate { model: model.into(), provider: "oxlo".into() });
    let blob = crate::chat::Blob { media_type: "image/png".into(), bytes: [0, 1, 2].into() };
    let call = ToolCall { id: "1".to_owned(), name: "search".to_owned(), arguments: "{\"q\": \"x\"}".to_owned() };
    let retry = AfterFailure::Retry { model: "n".into(), pause_ms: 1_500 };
    let steps = vec![
        Step {
            notes: vec![Note::LeftOut { turns: 2, window: 4_096 }, Note::TooLong { tokens: 9, window: 8 }],
            ..Step::of(candidate("m"), failed("429 \"slow down\"", AfterFailure::Fallback { model: Some("o".into()) }))
        },
        Step::of(candidate("o"), StepOutcome::PassedOver),
        Step { sent: Some(request.clone()), ..Step::of(candidate("p"), StepOutcome::Lost) },
        Step { blocks: vec![Block::Text("thrown away".to_owned())], ..Step::of(None, failed("busy", retry)) },
        Step {
            sent: Some(request),
            blocks: vec![
                Block::Reasoning("hm…\n".to_owned()),
                Block::Text("```rust\nfn main() {}\n```".to_owned()),
                Block::Image(blob.reference()),
                Block::ToolCall(call),
                Block::Unknown { kind: "citations".to_owned(), json: json!([{"url": "x", "at": 1.5}, null]) },
                Block::Audio(blob.reference()),
                Block::Sources(vec![Source::new("https://a.example", "A"), Source::new("x", "")]),
            ],
            notes: vec![Note::Skipped { events: 2 }],
            usage: Some(Usage { prompt_tokens: 7, completion_tokens: 9 }),
            timings: Timings {
                first_reasoning: Some(Duration::from_micros(321)),
                first_text: Some(Duration::from_micros(1_234)),
                total: Some(Duration::from_micros(5_678_901)),
            },
            ..Step::of(candidate("n"), StepOutcome::Current)
        },
    ];
    let mut asked = asked(5, "Write\n\tit: 検索 \u{1f980}");
    asked.ask.route = RouteOverride { category: Some("coding".into()), model: Some("m".into()) };
    asked.ask.origin = Origin::AskedAgain;
    let attachment = |extent| crate::chat::Attachment { name: "crab.png".to_owned(), blob: blob.reference(), extent };
    let extents = [Extent::Pixels { width: 3, height: 2 }, Extent::Text { lines: 1, tokens: 2 }, Extent::Unknown];
    asked.ask.prompt.attachments = extents.map(attachment).into();
    Turn {
        decision: Some(Decision { hint: Some("set a key".to_owned()), ..decision("coding", "m", Decider::Judge) }),
        correction: Some(Correction { category: "general".into(), lesson: None }),
        stage: Stage::Ended(Ending::Answered(Finish::Stop)),
        steps,
        ..asked
    }
}

fn decided(turn: &Turn) -> NewDecision {
    NewDecision {
        decided_at: at(5),
        prompt: turn.prompt().clone(),
        decision: turn.decision.clone().unwrap(),
        overridden: true,
        turn: Some(turn.id()),
        previous: Some("vision".into()),
    }
}

#[tokio::test]
async fn a_turn_comes_back_as_it_was_written() {
    let place = Place::new();
    let turn = full();
    let store = place.open();
    store.settle(head(1), turn.clone());
    store.record(decided(&turn));
    drop(store);
    let store = place.open();
    assert_eq!(only(&store, 1).await, [turn]);
    let row = store.decisions(all()).await.unwrap().remove(0);
    assert_eq!((row.turn, row.chat, row.title.as_deref()), (Some(TurnId(5)), Some(ConversationId(1)), Some("chat 1")));
    assert_eq!((row.previous.clone(), row.hint.as_deref()), (Some("vision".into()), Some("set a key")));
    assert_eq!(row.corrected_to, Some("general".into()), "the turn says it");
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

fn piece(step: usize, block: usize, kind: TextKind, text: &str) -> StoreOp {
    StoreOp::Append { turn: TurnId(1), step, block, kind, text: text.into() }
}

#[tokio::test]
async fn an_answer_that_was_cut_off_keeps_what_came() {
    let place = Place::new();
    let store = place.open();
    let step = |outcome| Step::of(None, outcome);
    store.write(vec![begin(head(1), &asked(1, "why")), begin_step(1, 0, step(StepOutcome::Current))]);
    store.write(vec![piece(0, 0, TextKind::Reasoning, "first model")]);
    let gone = failed("gone", AfterFailure::Fallback { model: None });
    let update = StoreOp::UpdateStep { turn: TurnId(1), step: 0, content: Box::new(step(gone.clone())) };
    store.write(vec![update, begin_step(1, 1, step(StepOutcome::Current))]);
    store.write(vec![piece(1, 0, TextKind::Reasoning, "second "), piece(1, 1, TextKind::Text, "Bec")]);
    store.write(vec![piece(1, 0, TextKind::Reasoning, "model"), piece(1, 1, TextKind::Text, "ause of the zanzibar")]);
    let block = |text: &str| Block::Reasoning(text.to_owned());
    let said = |text: &str| vec![block("second model"), Block::Text(text.to_owned())];
    let first = Step { blocks: vec![block("first model")], ..step(gone) };
    let second = Step { blocks: said("Because of the zanzibar"), ..step(StepOutcome::Current) };
    let stage = Stage::Ended(Ending::Interrupted);
    let cut_off = Turn { steps: vec![first, second], stage, ..asked(1, "why") };
    let watching = place.open();
    assert_eq!(only(&store, 1).await, std::slice::from_ref(&cut_off), "while it streams");
    assert_eq!(only(&watching, 1).await, std::slice::from_ref(&cut_off), "in another program");
    let row = store.chats().await.unwrap().remove(0);
    assert!(row.interrupted, "{row:?}");
    drop((store, watching));
    let store = place.open();
    assert_eq!(only(&store, 1).await, [cut_off]);
    let rows = store.run("", |connection| {
        connection.query_row("SELECT count(*) AS rows FROM blocks", [], |row| row.get::<_, i64>("rows"))
    });
    assert_eq!(rows.await.unwrap(), 3, "one row a block, when no other program writes them");
    assert_eq!(store.search("ZANZI".to_owned(), 9).await.unwrap().len(), 1, "what came can be found");
    assert_eq!(store.search("model".to_owned(), 9).await.unwrap().len(), 0, "but for what was thought");
    store.write(vec![piece(1, 1, TextKind::Text, " coast")]);
    assert_eq!(only(&store, 1).await[0].answer(), "Because of the zanzibar coast");
}

#[tokio::test]
async fn nothing_comes_behind_the_end_of_a_turn() {
    let place = Place::new();
    let store = place.open();
    let turn = answered(1, "why", "Because.");
    store.settle(head(1), turn.clone());
    let late = Step { notes: vec![Note::Skipped { events: 1 }], ..saying("late") };
    store.write(vec![
        text(1, "late"),
        begin_step(1, 1, late.clone()),
        begin_step(1, 0, late.clone()),
        StoreOp::UpdateStep { turn: TurnId(1), step: 0, content: Box::new(late) },
        StoreOp::AddBlock { turn: TurnId(1), step: 0, block: 1, content: Block::Text("late".to_owned()) },
        StoreOp::End { turn: TurnId(1), ending: Ending::Stopped, outcome: None, at: at(1) },
    ]);
    assert_eq!(only(&store, 1).await, [turn]);
    assert!(!store.chats().await.unwrap()[0].interrupted);
}

#[tokio::test]
async fn a_turn_that_is_asked_anew_forgets_what_became_of_it() {
    let place = Place::new();
    let store = place.open();
    let turn = full();
    let new = |seconds| NewDecision { turn: Some(turn.id()), ..new(seconds, turn.prompt(), "coding", Decider::Judge) };
    store.settle(head(1), turn.clone());
    store.record(new(1));
    let anew = asked(5, turn.prompt());
    store.write(vec![begin(head(1), &anew)]);
    assert_eq!(store.decisions(all()).await.unwrap(), []);
    store.record(new(2));
    let waiting = Turn { stage: Stage::Ended(Ending::Interrupted), decision: Some(new(2).decision), ..anew };
    assert_eq!(only(&store, 1).await, [waiting]);
    let decided: Vec<Timestamp> = store.decisions(all()).await.unwrap().iter().map(|row| row.decided_at).collect();
    assert_eq!(decided, [at(2)]);
}

#[tokio::test]
async fn a_conversation_comes_back_with_its_branches_and_the_one_in_sight() {
    let place = Place::new();
    let store = place.open();
    for (id, parent) in [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1)), (5, None)] {
        store.settle(head(1), after(parent, answered(id, "p", "a")));
    }
    let shown = async || {
        let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
        chat.conversation.turns().iter().map(|turn| turn.id().0).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, [5], "without a place, the youngest");
    let leaf = |leaf| crate::chat::Place { leaf: Some(TurnId(leaf)), ..Default::default() };
    store.view(1, leaf(3), 9);
    assert_eq!(shown().await, [1, 2, 3]);
    store.view(1, leaf(77), 9);
    assert_eq!(shown().await, [5]);
    assert_eq!(store.chat(ConversationId(1)).await.unwrap().unwrap().place, leaf(77));
}

#[tokio::test]
async fn a_prompt_that_was_taken_back_is_seen_nowhere_but_can_be_recalled() {
    let place = Place::new();
    let store = place.open();
    for (id, parent) in [(1, None), (2, Some(1)), (3, Some(2)), (4, Some(2))] {
        store.write(vec![begin(head(1), &after(parent, asked(id, &format!("prompt {id}"))))]);
    }
    store.record(NewDecision { turn: Some(TurnId(2)), ..new(2, "prompt 2", "coding", Decider::Judge) });
    let step = Step::of(None, StepOutcome::Current);
    store.write(vec![begin_step(2, 0, step), text(2, "some"), StoreOp::Withdraw(TurnId(2)), text(2, "more")]);
    let turns: Vec<_> = only(&store, 1).await.iter().map(|turn| (turn.id().0, turn.parent().map(|id| id.0))).collect();
    assert_eq!(turns, [(1, None), (3, Some(1)), (4, Some(1))]);
    store.write(vec![end(&Turn { stage: Stage::Ended(Ending::Stopped), ..asked(2, "prompt 2") })]);
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
async fn a_correction_is_the_turns_until_its_own_lesson_is_undone() {
    let place = Place::new();
    let store = place.open();
    for id in [1, 2, 3] {
        store.settle(head(1), answered(id, "p", "a"));
        store.record(NewDecision { turn: Some(TurnId(id)), ..new(1, "p", "coding", Decider::Judge) });
        store.write(vec![StoreOp::Correct(TurnId(id), Some("general".into()))]);
    }
    let taught =
        |turn| NewLesson { turn: Some(TurnId(turn)), previous: None, ..lesson(3, &format!("p{turn}"), "general") };
    let first = store.teach(taught(1)).await.unwrap();
    let second = store.teach(taught(2)).await.unwrap();
    let corrections = async || only(&store, 1).await.into_iter().map(|turn| turn.correction).collect::<Vec<_>>();
    let general = |lesson| Some(Correction { category: "general".into(), lesson });
    assert_eq!(corrections().await, [general(Some(first)), general(Some(second)), general(None)]);
    assert_eq!(store.recall().await.unwrap().lessons[1].turn, Some(2));
    store.undo_lesson(first, at(4));
    assert_eq!(corrections().await, [None, general(Some(second)), general(None)], "the same prompt was asked thrice");
    let corrected = store.report(None).await.unwrap().corrected.count;
    assert_eq!(corrected, 2);
    store.write(vec![StoreOp::Correct(TurnId(2), None)]);
    let rows = store.decisions(all()).await.unwrap();
    let corrected: Vec<bool> = rows.iter().rev().map(|row| row.corrected_to.is_some()).collect();
    assert_eq!(corrected, [false, false, true]);
    let found = store.decisions(Filter { category: Some("gen".into()), ..all() }).await.unwrap();
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn what_another_version_wrote_hides_nothing_else() {
    let place = Place::new();
    let store = place.open();
    let mut turn = full();
    turn.correction = None;
    store.settle(head(1), turn.clone());
    store.record(NewDecision { turn: Some(turn.id()), ..new(1, "p", "coding", Decider::Judge) });
    store.view(1, crate::chat::Place { draft: "d".into(), ..Default::default() }, 1);
    store
        .run("", |connection| {
            connection.execute_batch(
                "UPDATE turns SET ending = '\"vanished\"'; UPDATE decisions SET decider = 'oracle';
                 UPDATE steps SET request = '7', notes = '[{\"new\": 1}]', outcome = '\"thawed\"' WHERE step <> 1;
                 UPDATE blocks SET kind = 'video', body = '{\"of\": \"\\u001b[1mx\"}' WHERE kind = 'image';
                 UPDATE blocks SET body = 'no json' WHERE kind = 'tool_call'; UPDATE places SET place = '?';",
            )
        })
        .await
        .unwrap();
    for (at, step) in turn.steps.iter_mut().enumerate().filter(|(at, _)| *at != 1) {
        assert!(at < 5);
        (step.sent, step.notes, step.outcome) = (None, Vec::new(), StepOutcome::Current);
    }
    let unknown = |kind: &str, json| Block::Unknown { kind: kind.to_owned(), json };
    turn.steps[4].blocks[2] = unknown("video", json!({"of": "x"}));
    turn.steps[4].blocks[3] = unknown("tool_call", json!("no json"));
    let stage = Stage::Ended(Ending::Interrupted);
    assert_eq!(only(&store, 1).await, [Turn { stage, decision: None, ..turn }]);
    assert_eq!(store.decisions(all()).await.unwrap()[0].decision(), None);
}

#[tokio::test]
async fn sources_that_an_earlier_version_kept_as_they_came_are_read_as_sources() {
    let place = Place::new();
    let store = place.open();
    let mut turn = answered(1, "p", "a");
    let citation = json!({"type": "url_citation", "url_citation": {"url": "https://a.example", "title": "A"}});
    turn.steps[0].blocks.push(Block::Unknown { kind: "annotations".to_owned(), json: json!([citation]) });
    store.settle(head(1), turn);
    assert_eq!(only(&store, 1).await[0].sources(), [Source::new("https://a.example", "A")]);
}

#[tokio::test]
async fn a_prompt_is_on_the_disk_before_it_is_said_to_be_kept() {
    let place = Place::new();
    let store = place.open();
    let synchronous = |connection: &mut Connection| {
        connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>("synchronous"))
    };
    let during =
        store.run_named(move |connection| durably(connection, |c| synchronous(c).map_err(|error| ("", error))));
    assert_eq!(during.await.unwrap(), 2, "full");
    store.write(vec![begin(head(1), &asked(1, "p"))]).await.unwrap();
    assert_eq!(store.run("", synchronous).await.unwrap(), 1, "and normal again");
}

#[tokio::test]
async fn two_programs_that_write_at_once_lose_nothing() {
    let place = Place::new();
    let stores = [place.open(), place.open()];
    let mut pending = Vec::new();
    for round in 0..40 {
        for (store, side) in stores.iter().zip(0..) {
            let id = 2 * round + side;
            let step = Step::of(None, StepOutcome::Current);
            pending.push(store.write(vec![begin(head(1 + side), &asked(id, "p")), begin_step(id, 0, step)]));
            pending.push(store.write(vec![text(id, "piece")]));
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
        assert!(turns.iter().all(|turn| turn.answer() == expected(turn.id().0)), "{turns:#?}");
    }
}
