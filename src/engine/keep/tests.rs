//! What is written when, and what becomes of it when it cannot be.

use super::*;
use crate::chat::{Finish, Request, Stage};
use crate::examples;
use crate::router::{Decider, Decision};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const CHAT: ConversationId = ConversationId(1);

/// A keeper at work on a store of its own, on a disk that can be full.
struct Desk {
    store: Store,
    keep: mpsc::UnboundedSender<Keep>,
    news: mpsc::UnboundedReceiver<Event>,
    task: JoinHandle<()>,
    _folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (store, _) = Store::open(&folder.path().join("test.db"), Timestamp::UNIX_EPOCH).unwrap();
        let (_, open) = watch::channel(Opening::Open { store: store.clone(), alone: true });
        let (keep, inbox) = mpsc::unbounded_channel();
        let (sender, news) = mpsc::unbounded_channel();
        let task = tokio::spawn(Keeper::new(open, inbox, sender).run());
        Self { store, keep, news, task, _folder: folder }
    }

    /// Begins a turn and waits until the keeper lets it go on.
    async fn begin(&self, id: u64, prompt: &str) {
        let parent = (id > 1).then(|| TurnId(id - 1));
        let head = Head { id: CHAT, title: "A chat".to_owned(), started_at: Timestamp::UNIX_EPOCH, archived: false };
        let (kept, waits) = oneshot::channel();
        self.send(Keep::Begun { head, turn: Box::new(examples::turn(id, prompt).after(parent)), kept });
        waits.await.unwrap();
    }

    fn send(&self, keep: Keep) {
        assert!(self.keep.send(keep).is_ok(), "the keeper works");
    }

    fn happened(&self, id: u64, event: TurnEvent) {
        self.send(Keep::Happened(TurnId(id), event));
    }

    fn text(&self, id: u64, text: &str) {
        self.happened(id, TurnEvent::Text { text: text.to_owned(), after: Duration::ZERO });
    }

    fn reasoning(&self, id: u64, text: &str) {
        self.happened(id, TurnEvent::Reasoning { text: text.to_owned(), after: Duration::ZERO });
    }

    fn decided(&self, id: u64) {
        let decision = Decision {
            probabilities: vec![("coding".into(), 0.9)],
            ..examples::decision("coding", "m", Decider::Classifier)
        };
        self.happened(id, TurnEvent::Decided(Box::new(decision)));
        self.happened(id, TurnEvent::Asked { model: "m".into(), request: Arc::new(Request::default()) });
    }

    fn end(&self, id: u64) {
        self.happened(id, TurnEvent::Ended { ending: Ending::Answered(Finish::Stop), after: None });
    }

    /// The chat, when everything before is written.
    async fn chat(&self) -> Option<Chat> {
        let (reply, read) = oneshot::channel();
        self.send(Keep::Open(CHAT, reply));
        read.await.unwrap().unwrap().map(|chat| *chat)
    }

    async fn told(&mut self) -> Option<Keeping> {
        match self.news.recv().await {
            Some(Event::Keeping(keeping)) => Some(keeping),
            _ => None,
        }
    }

    /// What is kept when the keeper has ended.
    async fn closed(self) -> Option<Chat> {
        drop(self.keep);
        self.task.await.unwrap();
        self.store.chat(CHAT).await.unwrap()
    }
}

fn answers(chat: &Chat) -> Vec<&str> {
    chat.conversation.turns().iter().map(|turn| turn.answer.as_str()).collect()
}

#[tokio::test]
async fn a_prompt_is_kept_before_it_is_let_go_and_an_answer_when_it_ends() {
    let desk = Desk::new();
    desk.begin(1, "a question").await;
    let kept = desk.store.chat(CHAT).await.unwrap().unwrap();
    assert_eq!(&*kept.conversation.turns()[0].prompt, "a question");
    desk.decided(1);
    desk.text(1, "an ");
    desk.text(1, "answer");
    desk.end(1);
    let chat = desk.chat().await.unwrap();
    let turn = &chat.conversation.turns()[0];
    assert_eq!((turn.answer.as_str(), &turn.stage), ("an answer", &Stage::Ended(Ending::Answered(Finish::Stop))));
    assert_eq!(turn.decision.as_ref().map(|decision| decision.reason.as_str()), Some("because"));
    let decisions = desk.store.decisions(crate::store::Filter { limit: 9, ..Default::default() }).await.unwrap();
    assert_eq!(decisions[0].outcome.as_deref(), Some("answered"));
}

#[tokio::test]
async fn what_has_come_of_an_answer_is_written_soon_and_once() {
    let desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.decided(1);
    for (text, so_far) in [("one ", "one "), ("two ", "one two "), ("three", "one two three")] {
        desk.text(1, text);
        // The pace is a promise to people; here only that it is kept at all.
        while desk.store.chat(CHAT).await.unwrap().is_none_or(|chat| answers(&chat) != [so_far]) {
            tokio::task::yield_now().await;
        }
    }
    let chat = desk.closed().await.unwrap();
    assert_eq!(answers(&chat), ["one two three"]);
    assert_eq!(chat.conversation.turns()[0].stage, Stage::Ended(Ending::Interrupted));
}

#[tokio::test]
async fn reasoning_of_a_model_that_could_not_answer_is_forgotten() {
    let desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.decided(1);
    desk.reasoning(1, "a wrong way");
    desk.happened(1, TurnEvent::Asked { model: "other".into(), request: Arc::new(Request::default()) });
    desk.reasoning(1, "a better one");
    let chat = desk.closed().await.unwrap();
    assert_eq!(chat.conversation.turns()[0].reasoning, "a better one");
}

#[tokio::test]
async fn what_a_full_disk_did_not_take_is_written_when_there_is_room_again() {
    let mut desk = Desk::new();
    desk.begin(1, "the first").await;
    desk.end(1);
    desk.store.limit(Some(0)).await.unwrap();
    let long = "much text ".repeat(4_000);
    desk.begin(2, &long).await;
    let told = desk.told().await;
    let said = |why: &String| why.contains("the disk is full; free some space");
    assert!(matches!(&told, Some(Keeping::Nothing(why)) if said(why)), "{told:?}");
    desk.decided(2);
    desk.text(2, &long);
    desk.end(2);
    desk.send(Keep::Changed(Change::Renamed(CHAT, "Another title".to_owned())));
    desk.send(Keep::Changed(Change::Corrected(TurnId(2), "general".into())));
    assert_eq!(answers(&desk.chat().await.unwrap()), ["", &long], "whoever opens the chat sees what is not written");
    assert_eq!(answers(&desk.store.chat(CHAT).await.unwrap().unwrap()), [""], "the disk is still full");
    desk.store.limit(None).await.unwrap();
    desk.begin(3, "the third").await;
    assert_eq!(desk.told().await, Some(Keeping::Kept));
    let chat = desk.closed().await.unwrap();
    assert_eq!(answers(&chat), ["", &long, ""]);
    assert_eq!(chat.head.title, "Another title");
    assert_eq!(chat.conversation.turns()[1].corrected, Some("general".into()));
    assert!(chat.conversation.turns()[1].decision.is_some());
}

#[tokio::test]
async fn a_prompt_that_is_taken_back_while_the_disk_is_full_is_no_turn_afterwards() {
    let mut desk = Desk::new();
    desk.begin(1, "the first").await;
    desk.end(1);
    desk.store.limit(Some(0)).await.unwrap();
    desk.begin(2, &"much text ".repeat(4_000)).await;
    assert!(matches!(desk.told().await, Some(Keeping::Nothing(_))));
    desk.happened(2, TurnEvent::Ended { ending: Ending::Stopped, after: None });
    desk.send(Keep::Changed(Change::Withdrawn(TurnId(2))));
    desk.store.limit(None).await.unwrap();
    let chat = desk.closed().await.unwrap();
    assert_eq!(chat.conversation.all().len(), 1);
}

#[tokio::test]
async fn that_there_is_nothing_to_write_is_no_sign_of_room() {
    let mut desk = Desk::new();
    desk.begin(1, "the first").await;
    desk.store.limit(Some(0)).await.unwrap();
    desk.begin(2, &"much text ".repeat(4_000)).await;
    assert!(matches!(desk.told().await, Some(Keeping::Nothing(_))));
    for _ in 0..3 {
        desk.happened(1, TurnEvent::Started);
        desk.chat().await;
    }
    desk.store.limit(None).await.unwrap();
    desk.begin(3, "the third").await;
    assert_eq!(desk.told().await, Some(Keeping::Kept));
    assert_eq!(desk.closed().await.unwrap().conversation.all().len(), 3);
}

#[tokio::test]
async fn an_end_leaves_alone_what_others_said_of_the_turn() {
    let desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.end(1);
    desk.begin(2, "a mistake").await;
    desk.begin(3, "another question").await;
    desk.decided(3);
    desk.send(Keep::Changed(Change::Corrected(TurnId(3), "general".into())));
    desk.happened(2, TurnEvent::Ended { ending: Ending::Stopped, after: None });
    desk.send(Keep::Changed(Change::Withdrawn(TurnId(2))));
    desk.text(3, "an answer");
    desk.end(3);
    let chat = desk.closed().await.unwrap();
    let turns: Vec<_> = chat.conversation.turns().iter().map(|turn| (turn.id.0, turn.parent)).collect();
    assert_eq!(turns, [(1, None), (3, Some(TurnId(1)))], "it follows up on what is left");
    assert_eq!(chat.conversation.turns()[1].corrected, Some("general".into()));
}

#[tokio::test]
async fn a_new_prompt_brings_a_deleted_chat_back_and_an_answer_does_not() {
    let desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.send(Keep::Changed(Change::Deleted(CHAT, Timestamp::UNIX_EPOCH)));
    desk.send(Keep::Changed(Change::Purged));
    desk.text(1, "an answer");
    desk.end(1);
    desk.chat().await;
    assert!(desk.store.chat(CHAT).await.unwrap().is_none());
    desk.begin(2, "another question").await;
    desk.send(Keep::Changed(Change::Deleted(CHAT, Timestamp::UNIX_EPOCH)));
    desk.begin(3, "a third").await;
    assert_eq!(desk.closed().await.unwrap().conversation.all().len(), 2);
}

#[tokio::test]
async fn what_a_follow_up_follows_is_kept_with_its_decision() {
    let desk = Desk::new();
    desk.begin(1, "and in Rust?").await;
    desk.send(Keep::Started(TurnId(1), Some("coding".into())));
    desk.decided(1);
    desk.chat().await;
    let decisions = desk.store.decisions(crate::store::Filter { limit: 1, ..Default::default() }).await.unwrap();
    assert_eq!(decisions[0].previous, Some("coding".into()));
}

#[tokio::test]
async fn of_an_answer_that_is_cut_off_it_is_known_whom_was_asked_and_with_what() {
    let desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.decided(1);
    let chat = desk.chat().await.unwrap();
    let kept = desk.store.chat(CHAT).await.unwrap().unwrap();
    assert_eq!(kept.conversation.turns()[0].request, chat.conversation.turns()[0].request);
    assert!(kept.conversation.turns()[0].request.is_some() && kept.conversation.turns()[0].model.is_some());
    assert!(kept.conversation.turns()[0].decision.is_some());
}
