//! Pictures of what is about chats: the offer of a start, the lists, branches, a request. At four sizes, as in `frames`.

use crate::frames::{NOON, Stage, decision, pictures};
use crate::support::examples::{self, TurnExample, asked_with};
use jiff::{SignedDuration, Timestamp};
use pointsman::chat::{Conversation, ConversationId, Place, SentRequest, TurnEvent, TurnId};
use pointsman::engine::{ChatList, Event, PersistenceStatus};
use pointsman::store::{Chat, ChatRow, DecisionId, DecisionRecord, DecisionRow, Head, Hit, Resume};
use serde_json::json;

fn ago(minutes: i64) -> Timestamp {
    Timestamp::from_second(NOON).unwrap() - SignedDuration::from_mins(minutes)
}

fn head(id: u64, title: &str) -> Head {
    Head { id: ConversationId(id), title: title.to_owned(), started_at: ago(3000), archived: false, pinned: false }
}

fn row(id: u64, title: &str, minutes: i64, turns: u64) -> ChatRow {
    ChatRow { interrupted: id == 2, ..ChatRow::of(head(id, title), ago(minutes), turns) }
}

fn shelf() -> Event {
    Event::Chats(ChatList::Listed(vec![
        row(1, "Merge two sorted lists in Python", 5, 12),
        row(2, "東京の天気を教えてください", 90, 1),
        row(
            3,
            "Why does the borrow checker refuse this closure, and what would a friend of Rust write instead?",
            3000,
            148,
        ),
        row(4, "Letter to the landlord", 700_000, 3),
    ]))
}

fn hit(turn: u64, title: &str, snippet: &[(&str, bool)]) -> Hit {
    Hit {
        chat: ConversationId(turn),
        title: title.to_owned(),
        archived: false,
        turn: TurnId(turn),
        in_answer: true,
        asked_at: ago(3000),
        snippet: snippet.iter().map(|(text, found)| ((*text).to_owned(), *found)).collect(),
    }
}

fn decided(id: i64, prompt: &str, category: &str, model: &str, outcome: Option<&str>) -> DecisionRow {
    DecisionRow {
        id: DecisionId(id),
        turn: Some(TurnId(7)),
        chat: Some(ConversationId(1)),
        title: None,
        kept: DecisionRecord {
            decided_at: ago(id * 400),
            prompt: prompt.to_owned(),
            category: category.into(),
            model: model.into(),
            provider: "oxlo".to_owned(),
            decider: "classifier".to_owned(),
            confidence: None,
            probabilities: indexmap::IndexMap::new(),
            reason: String::new(),
            evidence: Vec::new(),
            candidates: Vec::new(),
            elapsed_us: 0,
            requests: 0,
            overridden: false,
            outcome: outcome.map(str::to_owned),
            answered_by: None,
            first_text_ms: None,
            total_ms: None,
            prompt_tokens: None,
            completion_tokens: None,
            corrected_to: (id == 2).then(|| "reasoning".into()),
            previous: None,
            hint: None,
        },
    }
}

/// Two turns, the second asked twice.
fn branched() -> Chat {
    let mut conversation = Conversation::new(ConversationId(1));
    for (id, parent, prompt) in [
        (1, None, "Name a sorting algorithm"),
        (2, Some(1), "And its cost?"),
        (3, Some(1), "And its cost in the worst case?"),
    ] {
        let mut turn = examples::turn(id, prompt).at(ago(4)).after(parent.map(TurnId));
        turn.apply(TurnEvent::Decided(Box::new(decision("general", "deepseek-v3.2"))));
        let body = json!({"model": "deepseek-v3.2", "messages": null, "stream": true});
        let request = SentRequest {
            url: "https://api.oxlo.ai/v1/chat/completions".to_owned(),
            body: body.as_object().unwrap().clone(),
            system: "You are a helpful assistant.".to_owned(),
            since: parent.map(TurnId),
            sees: false,
        };
        turn.apply(asked_with("deepseek-v3.2", request, Vec::new()));
        let mut turn = turn.saying(&format!("An answer to: {prompt}"));
        turn.apply(TurnEvent::Ended { ending: pointsman::chat::Ending::Interrupted, after: None });
        conversation.push(turn);
    }
    Chat { head: head(1, "Sorting"), conversation, place: Place { draft: "a draft".into(), ..Place::default() } }
}

fn in_chat(stage: &mut Stage) -> &mut Stage {
    let last = Some(row(1, "Sorting", 4, 3));
    stage.engine(Event::Resumed(Box::new(Resume { last, ..Resume::default() })));
    stage.key("enter").engine(Event::Opened(Box::new(branched())))
}

#[test]
fn a_start_offers_to_go_on() {
    pictures("offer", |stage| {
        let last = Some(row(2, "Merge two sorted lists in Python", 5, 12));
        stage.engine(Event::Resumed(Box::new(Resume { last, ..Resume::default() })));
    });
}

#[test]
fn the_list_shows_when_how_much_and_how_it_stands() {
    pictures("chats", |stage| {
        stage.key("f2").engine(shelf()).key("down");
    });
}

#[test]
fn texts_stand_below_titles_with_what_was_found() {
    pictures("chats_found", |stage| {
        stage.key("f2").engine(shelf()).type_text("merge");
        let hits = vec![
            hit(3, "Sorting", &[("… the ", false), ("merge", true), (" step takes two sorted halves and …", false)]),
            hit(2, "東京の天気を教えてください", &[("検索して ", false), ("merge", true), (" する", false)]),
        ];
        stage.engine(Event::Found { serial: 5, hits }).key("down");
    });
}

#[test]
fn a_title_is_written_in_a_line_of_its_own() {
    pictures("chats_title", |stage| {
        stage.key("f2").engine(shelf()).key("ctrl-t").type_text(" and Rust");
    });
}

#[test]
fn the_routing_history_goes_over_all_chats() {
    pictures("decisions", |stage| {
        stage.key("f7");
        let rows = vec![
            decided(1, "Merge two sorted lists in Python, please", "coding", "qwen-3-32b", Some("answered")),
            decided(2, "Is 91 prime?", "general", "deepseek-v3.2", Some("failed")),
            decided(3, "東京の天気を教えてください", "general", "deepseek-v3.2", None),
        ];
        stage.engine(Event::Decisions { serial: 1, rows }).key("down");
    });
}

#[test]
fn branches_say_which_of_how_many_they_are() {
    pictures("branches", |stage| {
        in_chat(stage).key("tab");
    });
}

#[test]
fn an_edited_prompt_says_that_it_begins_a_branch() {
    pictures("editing", |stage| {
        in_chat(stage).key("ctrl-x").key("e").type_text("!");
    });
}

#[test]
fn what_was_sent_is_shown_as_it_was() {
    pictures("request", |stage| {
        in_chat(stage).key("f8");
    });
}

#[test]
fn what_is_not_kept_is_said_as_long_as_it_is_so() {
    pictures("not_kept", |stage| {
        let why = "the prompt could not be kept in /home/me/pointsman.db: the disk is full; free some space on it";
        stage.engine(Event::Persistence(PersistenceStatus::Unsaved(why.to_owned())));
        stage.wait(6);
    });
}
