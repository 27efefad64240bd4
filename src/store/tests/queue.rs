//! The order of prompts that wait, and turns whose prompt is not the user's words.

use super::*;

/// What was asked in each turn of the first chat.
async fn prompts(store: &Store) -> Vec<String> {
    let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
    chat.conversation.turns().iter().map(|turn| turn.prompt().to_string()).collect()
}

#[tokio::test]
async fn a_reordered_queue_is_there_after_a_restart_with_its_routes() {
    let place = Place::new();
    let store = place.open();
    let (one, mut two) = (asked(1, "one"), after(Some(1), asked(2, "two")));
    two.ask.route.category = Some("coding".into());
    store.write(vec![begin(head(1), &one), begin(head(1), &two)]).await.unwrap();
    let asks = vec![
        Ask { turn: TurnId(1), parent: None, ..two.ask.clone() },
        Ask { turn: TurnId(2), parent: Some(TurnId(1)), ..one.ask.clone() },
    ];
    store.write(vec![StoreOp::Requeue { head: head(1), asks }]).await.unwrap();
    drop(store);
    let store = place.open();
    assert_eq!(prompts(&store).await, ["two", "one"]);
    let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
    assert_eq!(chat.conversation.turns()[0].route(), two.route());
    assert_eq!(chat.conversation.waiting(), [TurnId(1), TurnId(2)], "both still wait");
}

#[tokio::test]
async fn what_has_an_answer_continued_is_neither_found_nor_recalled_as_a_prompt() {
    let place = Place::new();
    let store = place.open();
    let mut goes_on = answered(2, "Go on exactly where you stopped.", "the second half");
    goes_on.ask.origin = Origin::Continued;
    store.settle(head(1), answered(1, "Tell a story", "the first half"));
    store.settle(head(1), after(Some(1), goes_on));
    for (text, turns) in [("exactly where", &[][..]), ("go", &[]), ("second half", &[2]), ("half", &[2, 1])] {
        let hits = store.search(text.to_owned(), 9).await.unwrap();
        assert_eq!(hits.iter().map(|hit| hit.turn.0).collect::<Vec<_>>(), turns, "{text}");
    }
    assert_eq!(store.resume(9).await.unwrap().prompts, ["Tell a story".into()]);
    let chat = store.chat(ConversationId(1)).await.unwrap().unwrap();
    assert!(chat.conversation.turn(TurnId(2)).unwrap().is_continuation(), "it is known after a restart");
}
