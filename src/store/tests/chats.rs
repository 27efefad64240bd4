//! The list of chats, what becomes of them, and what the program goes on with.

use super::*;
use crate::chat::Place as Spot;

async fn titles(store: &Store) -> Vec<String> {
    store.chats().await.unwrap().into_iter().map(|row| row.head.title).collect()
}

fn draft(text: &str) -> Spot {
    Spot { draft: text.into(), ..Spot::default() }
}

async fn rows(store: &Store, table: &'static str) -> i64 {
    let count = move |connection: &mut Connection| {
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
    };
    store.run("", count).await.unwrap()
}

#[tokio::test]
async fn chats_are_listed_by_when_they_were_last_touched() {
    let place = Place::new();
    let store = place.open();
    for chat in [1, 2, 3] {
        store.settle(head(chat), answered(10 * chat, "p", "a"));
    }
    let mut late = answered(40, "p", "a");
    late.ask.asked_at = at(50);
    store.settle(head(1), late);
    store.write(vec![begin(head(2), &asked(15, "an older turn")), StoreOp::Archive(ConversationId(3), Some(at(60)))]);
    let rows = store.chats().await.unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row.head.id.0, row.updated_at, row.turns, row.interrupted, row.head.archived)).collect();
    let expected = [(1, at(50), 2, false, false), (3, at(30), 1, false, true), (2, at(20), 2, false, false)];
    assert_eq!(told, expected, "of the second chat only an older turn has no end");
    assert_eq!(rows[0].head, head(1));
    store.write(vec![StoreOp::Archive(ConversationId(3), None)]);
    assert!(!store.chats().await.unwrap()[1].head.archived);
}

#[tokio::test]
async fn a_title_that_was_given_stays() {
    let place = Place::new();
    let store = place.open();
    store.write(vec![begin(Head { title: String::new(), ..head(1) }, &asked(1, "p"))]);
    store.settle(head(1), answered(1, "p", "a"));
    assert_eq!(titles(&store).await, ["chat 1"], "none is none");
    store.write(vec![StoreOp::Rename(ConversationId(1), "mine".to_owned())]);
    store.settle(head(1), answered(2, "p", "a"));
    assert_eq!(titles(&store).await, ["mine"]);
}

#[tokio::test]
async fn a_deleted_chat_is_found_nowhere_and_can_be_had_back() {
    let place = Place::new();
    let store = place.open();
    store.settle(head(1), answered(1, "secret", "secret"));
    store.record(NewDecision { turn: Some(TurnId(1)), ..new(0, "secret", "coding", Decider::Judge) });
    store.view(1, draft("secret"), 1);
    store.mark_deleted(1);
    let id = ConversationId(1);
    assert_eq!((titles(&store).await, store.chat(id).await.unwrap()), (Vec::new(), None));
    assert_eq!(store.search("secret".to_owned(), 9).await.unwrap(), []);
    assert_eq!(store.search("s".to_owned(), 9).await.unwrap(), [], "without the index, too");
    assert_eq!(store.resume(9).await.unwrap(), Resume::default());
    assert_eq!(store.decisions(all()).await.unwrap(), []);
    assert_eq!(store.decision(DecisionId(1)).await.unwrap(), None);
    assert_eq!((store.export_ids().await.unwrap(), store.kept_chat(id).await.unwrap()), (Vec::new(), None));
    store.write(vec![end(&answered(1, "secret", "secret"))]);
    assert_eq!(titles(&store).await, [""; 0], "the end of a turn does not bring it back");
    store.write(vec![begin(head(1), &asked(2, "p"))]);
    assert_eq!(titles(&store).await, ["chat 1"], "a new prompt does: whoever asks there wants it");
    store.mark_deleted(1);
    store.write(vec![StoreOp::Restore(id)]);
    assert_eq!(store.chat(id).await.unwrap().unwrap().place, draft("secret"));
    assert_eq!(store.search("secret".to_owned(), 9).await.unwrap().len(), 1);
    assert_eq!(store.decisions(all()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn purging_takes_out_marked_chats_with_all_that_belongs_to_them() {
    let place = Place::new();
    let store = place.open();
    for chat in [1, 2] {
        let step = Step::of(None, StepOutcome::Current);
        store.write(vec![begin(head(chat), &asked(chat, "p")), begin_step(chat, 0, step), text(chat, "piece")]);
        store.record(NewDecision { turn: Some(TurnId(chat)), ..new(0, "p", "coding", Decider::Judge) });
        store.view(chat, draft("d"), 1);
    }
    store.mark_deleted(1);
    store.purge().await.unwrap();
    store.purge().await.unwrap();
    for table in ["conversations", "turns", "steps", "blocks", "places", "decisions"] {
        assert_eq!(rows(&store, table).await, 1, "{table}");
    }
    store.write(vec![StoreOp::Restore(ConversationId(1))]);
    assert_eq!(titles(&store).await, ["chat 2"]);
}

#[tokio::test]
async fn deleted_chats_are_purged_by_the_next_program_that_is_alone() {
    let place = Place::new();
    let (first, opened) = Store::open(&place.path(), at(0)).unwrap();
    assert!(opened.alone);
    first.settle(head(1), answered(1, "p", "a"));
    first.mark_deleted(1).await.unwrap();
    let (second, opened) = Store::open(&place.path(), at(0)).unwrap();
    assert!(!opened.alone);
    second.write(vec![StoreOp::Restore(ConversationId(1))]).await.unwrap();
    assert_eq!(titles(&first).await, ["chat 1"], "it could still be had back");
    first.mark_deleted(1).await.unwrap();
    drop(first);
    assert!(!Store::open(&place.path(), at(0)).unwrap().1.alone, "the second is still there");
    drop(second);
    let (third, opened) = Store::open(&place.path(), at(0)).unwrap();
    assert!(opened.alone);
    let mut left = rows(&third, "turns").await;
    for _ in 0..20 {
        // Asking keeps the store from getting to it.
        std::thread::sleep(Duration::from_millis(if left > 0 { 700 } else { 0 }));
        left = rows(&third, "turns").await;
    }
    assert_eq!(left, 0);
    third.write(vec![StoreOp::Restore(ConversationId(1))]).await.unwrap();
    assert_eq!(titles(&third).await, [""; 0]);
}

#[tokio::test]
async fn the_program_goes_on_where_it_was() {
    let place = Place::new();
    let store = place.open();
    assert_eq!(store.resume(9).await.unwrap(), Resume::default());
    for (chat, prompt) in [(1, "one"), (2, "two"), (3, "one"), (4, "four")] {
        store.settle(head(chat), answered(chat, prompt, "a"));
    }
    store.write(vec![StoreOp::Archive(ConversationId(4), Some(at(9)))]);
    store.view(3, draft("in a chat that there is"), 9);
    store.view(7, draft("an older one"), 5);
    store.view(8, draft("new"), 6);
    store.view(9, Spot { pinned: Some("m".into()), ..Spot::default() }, 7);
    let resume = store.resume(2).await.unwrap();
    assert_eq!(resume.last.unwrap().head, head(3));
    assert_eq!(resume.draft, Some((ConversationId(8), draft("new"))));
    assert_eq!(resume.prompts, ["one".into(), "four".into()], "each once, and the latest");
    assert_eq!(store.resume(9).await.unwrap().prompts, ["two".into(), "one".into(), "four".into()]);
    store.view(8, Spot::default(), 8);
    assert_eq!(store.resume(0).await.unwrap().draft.unwrap().0, ConversationId(7));
}

#[tokio::test]
async fn a_chat_whose_only_prompt_was_taken_back_is_none_and_its_draft_is_found() {
    let place = Place::new();
    let store = place.open();
    store.write(vec![begin(head(1), &asked(1, "p")), StoreOp::Withdraw(TurnId(1))]);
    store.view(1, draft("p"), 1);
    assert_eq!(titles(&store).await, [""; 0]);
    let resume = store.resume(9).await.unwrap();
    assert_eq!((resume.last, resume.draft), (None, Some((ConversationId(1), draft("p")))));
    store.settle(head(1), answered(2, "q", "a"));
    assert_eq!(store.resume(9).await.unwrap().draft, None);
    assert_eq!(titles(&store).await, ["chat 1"]);
}

#[tokio::test]
async fn decisions_are_found_by_how_their_turns_ended() {
    let place = Place::new();
    let store = place.open();
    for (end, prompt, id) in [(Some(End::Stopped), "one", 1), (Some(End::Failed), "two", 2), (None, "three", 3)] {
        let turn = TurnId(id);
        store.write(vec![begin(head(1), &asked(id, prompt))]);
        store.record(NewDecision { turn: Some(turn), ..new(0, prompt, "coding", Decider::Judge) });
        if let Some(end) = end {
            let (answered_by, first_text, total) = (None, None, None);
            let (prompt_tokens, completion_tokens) = (None, None);
            let outcome = Outcome { end, answered_by, first_text, total, prompt_tokens, completion_tokens };
            store.write(vec![StoreOp::End { turn, ending: Ending::Stopped, outcome: Some(outcome), at: at(1) }]);
        }
    }
    for (outcome, prompts) in
        [("stopped", vec!["one"]), ("failed", vec!["two"]), ("unfinished", vec!["three"]), ("answered", vec![])]
    {
        let rows = store.decisions(Filter { outcome: Some(outcome.to_owned()), ..all() }).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.prompt.as_str()).collect::<Vec<_>>(), prompts, "{outcome}");
    }
}
