//! Which turns wait, which are shown as asked, and what a conversation is called.

use super::*;
use crate::examples::{self, TurnExample};

fn waiting(id: u64, parent: Option<u64>) -> Turn {
    examples::turn(id, &format!("prompt {id}")).after(parent.map(TurnId))
}

/// 1 ─ 2 ─ 3, none of them begun.
fn sent() -> Conversation {
    let mut chat = Conversation::new(ConversationId(1));
    for turn in [waiting(1, None), waiting(2, Some(1)), waiting(3, Some(2))] {
        chat.push(turn);
    }
    chat
}

fn queued(chat: &Conversation) -> Vec<u64> {
    chat.queue().map(|turn| turn.id().0).collect()
}

fn asked(chat: &Conversation) -> Vec<u64> {
    chat.asked().iter().map(|turn| turn.id().0).collect()
}

#[test]
fn what_waits_for_a_running_turn_is_queued_and_not_shown_as_asked() {
    let mut chat = sent();
    assert_eq!((asked(&chat), queued(&chat)), (vec![1], vec![2, 3]), "the first is about to be asked");
    chat.apply(TurnId(1), TurnEvent::Started);
    assert_eq!((asked(&chat), queued(&chat)), (vec![1], vec![2, 3]));
    chat.apply(TurnId(1), TurnEvent::Ended { ending: Ending::Stopped, after: None });
    assert_eq!((asked(&chat), queued(&chat)), (vec![1, 2], vec![3]));
}

#[test]
fn a_prompt_on_a_new_branch_waits_for_the_answer_on_the_old_one() {
    let mut chat = Conversation::new(ConversationId(1));
    chat.push(waiting(1, None));
    chat.apply(TurnId(1), TurnEvent::Started);
    chat.push(waiting(2, None));
    assert_eq!((asked(&chat), queued(&chat)), (vec![], vec![2]));
}

#[test]
fn an_edited_first_prompt_gives_a_new_title_where_the_old_one_came_from_a_prompt() {
    let chat = sent();
    let first = |prompt: &str, origin| Ask { origin, ..examples::turn(9, prompt).ask };
    assert!(chat.retitles(&first("another one", Origin::Typed), "Prompt 1"));
    assert!(!chat.retitles(&first("another one", Origin::Typed), "My holidays"), "the user renamed it");
    assert!(!chat.retitles(&first("another one", Origin::AskedAgain), "Prompt 1"), "it was asked again, not edited");
    let later = Ask { parent: Some(TurnId(1)), ..first("another one", Origin::Typed) };
    assert!(!chat.retitles(&later, "Prompt 1"));
    assert!(Conversation::new(ConversationId(1)).retitles(&later, ""));
}
