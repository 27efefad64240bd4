//! What the list of chats says of the youngest turn, at each step of its life.

use super::fixtures::*;
use super::*;

/// The category, the model and the excerpt of the one chat.
async fn told(store: &Store) -> (Option<String>, Option<String>, String) {
    let row = store.chats().await.unwrap().remove(0);
    (row.category.map(|id| id.to_string()), row.model.map(|id| id.to_string()), row.excerpt)
}

fn said(category: &str, model: &str, excerpt: &str) -> (Option<String>, Option<String>, String) {
    (Some(category.to_owned()), Some(model.to_owned()), excerpt.to_owned())
}

fn decided(turn: u64, category: &str) -> StoreOp {
    let new = NewDecision { turn: Some(TurnId(turn)), ..new(0, "p", category, Decider::Judge) };
    StoreOp::Decide(Box::new(new))
}

fn ended_by(turn: u64, model: &str) -> StoreOp {
    let outcome = Outcome {
        end: End::Answered,
        answered_by: Some(model.into()),
        first_text: None,
        total: None,
        prompt_tokens: None,
        completion_tokens: None,
    };
    StoreOp::End { turn: TurnId(turn), ending: Ending::Answered(Finish::Stop), outcome: Some(outcome), at: at(1) }
}

#[tokio::test]
async fn the_list_follows_the_youngest_turn_from_its_prompt_to_its_correction() {
    let place = Place::new();
    let store = place.open();
    store.write(vec![begin(head(1), &asked(1, "first"))]);
    assert_eq!(told(&store).await, (None, None, "first".to_owned()));
    store.write(vec![decided(1, "coding")]);
    assert_eq!(told(&store).await, said("coding", "m", "first"));
    store.write(vec![begin_step(1, 0, saying("## An **answer**\nin `two` lines")), ended_by(1, "fallback")]);
    assert_eq!(told(&store).await, said("coding", "fallback", "An answer in two lines"));
    store.write(vec![StoreOp::Correct(TurnId(1), Some("general".into()))]);
    assert_eq!(told(&store).await, said("general", "fallback", "An answer in two lines"));
    store.write(vec![begin(head(1), &asked(2, "second")), decided(2, "vision")]);
    assert_eq!(told(&store).await, said("vision", "m", "second"));
    store.write(vec![StoreOp::Correct(TurnId(1), None)]);
    assert_eq!(told(&store).await, said("vision", "m", "second"), "an older turn changes nothing");
    store.write(vec![StoreOp::Withdraw(TurnId(2))]);
    assert_eq!(told(&store).await, said("coding", "fallback", "An answer in two lines"));
    store.write(vec![begin(head(1), &asked(1, "asked anew"))]);
    assert_eq!(told(&store).await, (None, None, "asked anew".to_owned()));
}

#[tokio::test]
async fn an_excerpt_is_one_clean_line_of_120_characters() {
    let place = Place::new();
    let store = place.open();
    store.write(vec![begin(head(1), &asked(1, &format!("\u{1b}[31m- a\tb\n{}", "漢".repeat(200))))]);
    let excerpt = told(&store).await.2;
    assert!(excerpt.starts_with("a b 漢") && excerpt.ends_with('…'), "{excerpt}");
    assert_eq!(excerpt.chars().count(), 120);
}

#[tokio::test]
async fn a_pinned_chat_is_pinned_until_it_is_let_go() {
    let place = Place::new();
    let store = place.open();
    store.settle(head(1), answered(1, "p", "a"));
    store.settle(Head { pinned: true, ..head(2) }, answered(2, "p", "a"));
    store.write(vec![StoreOp::Pin(ConversationId(1), true)]);
    let pinned =
        async |store: &Store| -> Vec<bool> { store.chats().await.unwrap().iter().map(|row| row.head.pinned).collect() };
    assert_eq!(pinned(&store).await, [true, true]);
    assert!(store.chat(ConversationId(1)).await.unwrap().unwrap().head.pinned);
    store.write(vec![StoreOp::Pin(ConversationId(1), false), StoreOp::Pin(ConversationId(2), false)]);
    assert_eq!(pinned(&store).await, [false, false]);
}
