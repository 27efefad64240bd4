//! Batches of operations: written whole or not at all, and nothing that is gone makes one fail.

use super::*;

async fn rows(store: &Store, table: &'static str) -> i64 {
    let sql = format!("SELECT count(*) AS rows FROM {table}");
    store.run("", move |connection| connection.query_row(&sql, [], |row| row.get("rows"))).await.unwrap()
}

#[tokio::test]
async fn a_batch_is_written_whole_or_not_at_all_and_the_error_says_what_failed() {
    let place = Place::new();
    let store = place.open();
    store.settle(head(1), answered(1, "p", "a")).await.unwrap();
    store.limit(Some(0)).await.unwrap();
    let long = "long ".repeat(50_000);
    let step = Step::of(None, StepOutcome::Current);
    let error = store
        .write(vec![
            StoreOp::Rename(ConversationId(1), "renamed".to_owned()),
            begin(head(2), &asked(2, "short")),
            begin_step(2, 0, step),
            text(2, &long),
        ])
        .await
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("the answer could not be kept in ") && error.contains("the disk is full"), "{error}");
    let chats = store.chats().await.unwrap();
    assert_eq!((chats.len(), chats[0].head.title.as_str()), (1, "chat 1"));
    store.limit(None).await.unwrap();
    store.write(Vec::new()).await.unwrap();
}

#[tokio::test]
async fn an_operation_on_what_is_not_there_changes_nothing_and_is_no_error() {
    let place = Place::new();
    let store = place.open();
    let (turn, chat) = (TurnId(7), ConversationId(7));
    let outcome = Outcome {
        end: End::Answered,
        answered_by: None,
        first_text: None,
        total: None,
        prompt_tokens: None,
        completion_tokens: None,
    };
    let ops = vec![
        StoreOp::Decide(Box::new(NewDecision { turn: Some(turn), ..new(1, "p", "coding", Decider::Judge) })),
        begin_step(7, 0, saying("a")),
        text(7, "piece"),
        StoreOp::AddBlock { turn, step: 0, block: 1, content: Block::Text("b".to_owned()) },
        StoreOp::UpdateStep { turn, step: 0, content: Box::new(saying("a")) },
        StoreOp::End { turn, ending: Ending::Stopped, outcome: Some(outcome), at: at(1) },
        StoreOp::Correct(turn, Some("general".into())),
        StoreOp::Withdraw(turn),
        StoreOp::Rename(chat, "t".to_owned()),
        StoreOp::Archive(chat, Some(at(1))),
        StoreOp::Delete(chat, at(1)),
        StoreOp::Restore(chat),
        StoreOp::Purge,
    ];
    for op in ops.clone() {
        assert_eq!(store.write(vec![op.clone()]).await, Ok(()), "{op:?}");
    }
    store.write(ops).await.unwrap();
    for table in ["conversations", "turns", "steps", "blocks", "decisions"] {
        assert_eq!(rows(&store, table).await, 0, "{table}");
    }
    // A step that was never begun is not updated into being.
    store.write(vec![begin(head(7), &asked(7, "p"))]);
    store.write(vec![StoreOp::UpdateStep { turn, step: 3, content: Box::new(saying("a")) }]).await.unwrap();
    assert_eq!(rows(&store, "steps").await, 0);
}

#[tokio::test]
async fn neighbouring_pieces_of_a_block_are_one_row() {
    let place = Place::new();
    let store = place.open();
    let reasoning = |text: &str| StoreOp::Append {
        turn: TurnId(1),
        step: 0,
        block: 1,
        kind: TextKind::Reasoning,
        text: text.into(),
    };
    store.write(vec![
        begin(head(1), &asked(1, "p")),
        begin_step(1, 0, Step::of(None, StepOutcome::Current)),
        text(1, "a"),
        text(1, ""),
        text(1, "b"),
        reasoning("x"),
        reasoning("y"),
        text(1, "c"),
    ]);
    assert_eq!(rows(&store, "blocks").await, 3);
    let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
    let turn = chat.conversation.turns()[0].clone();
    assert_eq!((turn.answer(), turn.reasoning()), ("abc", "xy"));
    store.write(vec![end(&answered(1, "p", ""))]);
    assert_eq!(rows(&store, "blocks").await, 2, "and one row a block at the end");
    let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
    assert_eq!(chat.conversation.turns()[0].steps, turn.steps);
}

#[tokio::test]
async fn a_step_that_begins_again_replaces_what_stands_at_its_place() {
    let place = Place::new();
    let store = place.open();
    store.write(vec![begin(head(1), &asked(1, "p")), begin_step(1, 0, saying("old")), text(1, " text")]);
    store.write(vec![begin_step(1, 0, saying("new")), text(1, " text")]);
    let block = |json: &str| Block::Unknown { kind: "k".to_owned(), json: json.into() };
    let add = |json| StoreOp::AddBlock { turn: TurnId(1), step: 0, block: 1, content: block(json) };
    store.write(vec![add("one"), add("two")]);
    let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
    let blocks = &chat.conversation.turns()[0].steps[0].blocks;
    assert_eq!(*blocks, [Block::Text("new text".to_owned()), block("two")]);
}

#[tokio::test]
async fn a_turn_keeps_its_conversation_when_another_begins_under_its_id() {
    let place = Place::new();
    let store = place.open();
    store.settle(head(1), answered(1, "mine", "a"));
    store.write(vec![begin(head(2), &asked(1, "other"))]).await.unwrap();
    let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
    assert_eq!(chat.conversation.turns(), [answered(1, "mine", "a")]);
}
