//! What is written when, and what becomes of it when it cannot be.

mod replaced;

use super::*;
use crate::chat::{Ask, ConversationId, Delta, Ending, Finish, Origin, SentRequest, Stage, Turn, TurnEvent, TurnId};
use crate::engine::blobs::BlobCache;
use crate::engine::opening::Opening;
use crate::engine::recorder::operations;
use crate::router::{Candidate, Decider, Decision, RouteOverride};
use crate::store::{Chat, Filter, Head};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::task::JoinHandle;

const FILE: &str = "test.db";
const CHAT: ConversationId = ConversationId(1);

/// A writer at work on a store of its own, on a disk that can be full.
struct Desk {
    store: Store,
    jobs: mpsc::UnboundedSender<WriteJob>,
    news: mpsc::UnboundedReceiver<News>,
    queries: mpsc::UnboundedReceiver<StoreQuery>,
    turns: BTreeMap<u64, Turn>,
    task: JoinHandle<()>,
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (store, _) = Store::open(&folder.path().join(FILE), Timestamp::UNIX_EPOCH).unwrap();
        Self::at(folder, Opening::Open { store: store.clone(), alone: true }, store, RETRY_DELAY)
    }

    /// One that begins with what became of opening a store; what is stored is looked for in `store`.
    fn at(folder: TempDir, opening: Opening, store: Store, retry_delay: Duration) -> Self {
        let (jobs, job_rx) = mpsc::unbounded_channel();
        let (query_tx, queries) = mpsc::unbounded_channel();
        let (news_tx, news) = mpsc::unbounded_channel();
        let opener = Arc::new(Opener::new(Some(folder.path().join(FILE)), news_tx.clone()));
        opener.publish(opening);
        let writer = Writer::new(opener, BlobCache::default(), job_rx, query_tx, news_tx);
        let task = tokio::spawn(Writer { retry_delay, ..writer }.run());
        Self { store, jobs, news, queries, turns: BTreeMap::new(), task, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(FILE)
    }

    /// Begins a turn and waits until saving it was attempted.
    async fn begin(&mut self, id: u64, prompt: &str) {
        let ask = Ask {
            chat: CHAT,
            parent: (id > 1).then(|| TurnId(id - 1)),
            turn: TurnId(id),
            prompt: prompt.into(),
            route: RouteOverride::default(),
            origin: Origin::Typed,
            asked_at: Timestamp::UNIX_EPOCH,
        };
        let head = Head {
            id: CHAT,
            title: "A chat".to_owned(),
            started_at: Timestamp::UNIX_EPOCH,
            archived: false,
            pinned: false,
        };
        self.turns.insert(id, Turn::new(ask.clone()));
        let (attempted, saving) = oneshot::channel();
        self.send(WriteJob::Write(StoreOp::Begin { head, ask }, Some(attempted)));
        saving.await.unwrap();
    }

    fn send(&self, job: WriteJob) {
        assert!(self.jobs.send(job).is_ok(), "the writer works");
    }

    fn write(&self, op: StoreOp) {
        self.send(WriteJob::Write(op, None));
    }

    fn happens(&mut self, id: u64, event: TurnEvent) {
        let turn = self.turns.get_mut(&id).unwrap();
        let grown = turn.apply(event.clone());
        let ops = operations(turn, event, grown, Some(&"general".into()), Timestamp::UNIX_EPOCH);
        for op in ops {
            self.write(op);
        }
    }

    fn comes(&mut self, id: u64, delta: Delta) {
        self.happens(id, TurnEvent::Came { delta, after: Duration::ZERO });
    }

    fn text(&mut self, id: u64, text: &str) {
        self.comes(id, Delta::Text(text.into()));
    }

    fn decided(&mut self, id: u64) {
        let decision = Decision {
            category: "coding".into(),
            candidates: vec![candidate("m")],
            decider: Decider::Classifier,
            probabilities: vec![("coding".into(), 0.9)],
            reason: "because".to_owned(),
            hint: None,
            evidence: Vec::new(),
            elapsed: Duration::from_millis(5),
            requests: 0,
        };
        self.happens(id, TurnEvent::Decided(Box::new(decision)));
        self.asked(id, "m");
    }

    fn asked(&mut self, id: u64, model: &str) {
        let sent = Arc::new(SentRequest { url: "https://x.example".to_owned(), ..SentRequest::default() });
        self.happens(id, TurnEvent::Asked { candidate: candidate(model), sent, notes: Vec::new() });
    }

    fn end(&mut self, id: u64) {
        self.happens(id, TurnEvent::Ended { ending: Ending::Answered(Finish::Stop), after: None });
    }

    /// Waits until everything before was attempted.
    async fn settle(&mut self) {
        self.send(WriteJob::Query(StoreQuery::Chats));
        self.queries.recv().await.unwrap();
    }

    async fn stored(&self) -> Option<Chat> {
        self.store.chat(CHAT).await.unwrap()
    }

    /// Waits for the next line for the user.
    async fn noticed(&mut self) -> String {
        loop {
            if let News::Tell(Event::Notice(text)) = self.news.recv().await.unwrap() {
                return text;
            }
        }
    }

    /// Waits for the next persistence status.
    async fn told(&mut self) -> PersistenceStatus {
        loop {
            if let News::Tell(Event::Persistence(status)) = self.news.recv().await.unwrap() {
                return status;
            }
        }
    }

    /// What is stored when the writer has ended.
    async fn closed(self) -> Option<Chat> {
        drop(self.jobs);
        self.task.await.unwrap();
        self.store.chat(CHAT).await.unwrap()
    }
}

fn candidate(model: &str) -> Candidate {
    Candidate { model: model.into(), provider: "test".into() }
}

fn answers(chat: &Chat) -> Vec<&str> {
    chat.conversation.turns().iter().map(Turn::answer).collect()
}

#[tokio::test]
async fn a_prompt_is_saved_before_its_turn_may_start_and_an_answer_when_it_ends() {
    let mut desk = Desk::new();
    desk.begin(1, "a question").await;
    assert_eq!(&**desk.stored().await.unwrap().conversation.turns()[0].prompt(), "a question");
    desk.decided(1);
    desk.text(1, "an ");
    desk.text(1, "answer");
    desk.end(1);
    desk.settle().await;
    let chat = desk.stored().await.unwrap();
    let turn = &chat.conversation.turns()[0];
    assert_eq!((turn.answer(), &turn.stage), ("an answer", &Stage::Ended(Ending::Answered(Finish::Stop))));
    assert_eq!(turn.decision.as_ref().map(|decision| decision.reason.as_str()), Some("because"));
    let decisions = desk.store.decisions(Filter { limit: 9, ..Default::default() }).await.unwrap();
    assert_eq!(decisions[0].outcome.as_deref(), Some("answered"));
    assert_eq!(decisions[0].previous, Some("general".into()));
}

#[tokio::test]
async fn what_has_come_of_an_answer_is_written_soon_and_once() {
    let mut desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.decided(1);
    for (text, so_far) in [("one ", "one "), ("two ", "one two "), ("three", "one two three")] {
        desk.text(1, text);
        // The delay is a promise to people; here only that it ends.
        while desk.stored().await.is_none_or(|chat| answers(&chat) != [so_far]) {
            tokio::task::yield_now().await;
        }
    }
    let chat = desk.closed().await.unwrap();
    assert_eq!(answers(&chat), ["one two three"]);
    assert_eq!(chat.conversation.turns()[0].stage, Stage::Ended(Ending::Interrupted));
}

#[tokio::test]
async fn a_turn_is_read_as_it_was_written_with_all_its_steps() {
    let mut desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.decided(1);
    desk.comes(1, Delta::Reasoning("a wrong way".into()));
    let failure = crate::chat::Failure { why: "busy".to_owned(), ..Default::default() };
    desk.happens(1, TurnEvent::Failed { candidate: candidate("m"), failure });
    desk.happens(1, TurnEvent::PassedOver(candidate("sick")));
    desk.asked(1, "other");
    desk.comes(1, Delta::Reasoning("\n a better ".into()));
    desk.comes(1, Delta::Reasoning("one".into()));
    desk.text(1, "\n\n");
    desk.text(1, "\nyes");
    desk.comes(1, Delta::Image(crate::chat::Blob { media_type: "image/png".into(), bytes: [1, 2].into() }));
    desk.end(1);
    let wanted = desk.turns[&1].clone();
    let chat = desk.closed().await.unwrap();
    let read = &chat.conversation.turns()[0];
    assert_eq!((read.reasoning(), read.answer()), ("a better one", "yes"));
    assert_eq!(read.steps, wanted.steps);
}

#[tokio::test]
async fn what_a_full_disk_did_not_take_is_written_when_there_is_room_again() {
    let mut desk = Desk::new();
    desk.begin(1, "the first").await;
    desk.end(1);
    desk.settle().await;
    desk.store.limit(Some(0)).await.unwrap();
    let long = "much text ".repeat(4_000);
    desk.begin(2, &long).await;
    let told = desk.told().await;
    let said = |why: &String| why.contains("the disk is full; free some space");
    assert!(matches!(&told, PersistenceStatus::Unsaved(why) if said(why)), "{told:?}");
    desk.decided(2);
    desk.text(2, &long);
    desk.end(2);
    desk.write(StoreOp::Rename(CHAT, "Another title".to_owned()));
    desk.write(StoreOp::Correct(TurnId(2), Some("general".into())));
    assert_eq!(answers(&desk.stored().await.unwrap()), [""], "the disk is still full");
    desk.store.limit(None).await.unwrap();
    desk.begin(3, "the third").await;
    assert_eq!(desk.told().await, PersistenceStatus::Saved);
    let chat = desk.closed().await.unwrap();
    assert_eq!(answers(&chat), ["", &long, ""]);
    assert_eq!(chat.head.title, "Another title");
    assert_eq!(chat.conversation.turns()[1].corrected(), Some(&"general".into()));
    assert!(chat.conversation.turns()[1].decision.is_some());
}

#[tokio::test]
async fn what_is_not_saved_is_not_exported_and_many_pieces_become_one() {
    let mut desk = Desk::new();
    desk.begin(1, "the first").await;
    desk.decided(1);
    desk.settle().await;
    desk.store.limit(Some(0)).await.unwrap();
    desk.begin(2, &"much text ".repeat(4_000)).await;
    assert!(matches!(desk.told().await, PersistenceStatus::Unsaved(_)));
    for _ in 0..1_000 {
        desk.text(1, "a word ");
    }
    desk.send(WriteJob::Query(StoreQuery::Export(CHAT)));
    let notice = desk.noticed().await;
    assert!(notice.contains("not all kept yet"), "{notice}");
    desk.store.limit(None).await.unwrap();
    let chat = desk.closed().await.unwrap();
    assert_eq!(answers(&chat), ["a word ".repeat(1_000).as_str(), ""]);
}

#[tokio::test]
async fn a_prompt_that_is_taken_back_while_the_disk_is_full_is_no_turn_afterwards() {
    let mut desk = Desk::new();
    desk.begin(1, "the first").await;
    desk.end(1);
    desk.settle().await;
    desk.store.limit(Some(0)).await.unwrap();
    desk.begin(2, &"much text ".repeat(4_000)).await;
    assert!(matches!(desk.told().await, PersistenceStatus::Unsaved(_)));
    desk.happens(2, TurnEvent::Ended { ending: Ending::Stopped, after: None });
    desk.store.limit(None).await.unwrap();
    let chat = desk.closed().await.unwrap();
    assert_eq!(chat.conversation.all().len(), 1);
}

#[tokio::test]
async fn how_much_is_saved_is_told_as_a_count_of_operations() {
    let mut desk = Desk::new();
    desk.begin(1, "the first").await;
    desk.decided(1);
    desk.settle().await;
    let mut saved = 0;
    while let Ok(news) = desk.news.try_recv() {
        if let News::Saved(count) = news {
            assert!(count > saved, "it only grows");
            saved = count;
        }
    }
    assert_eq!(saved, 3, "the prompt, the decision, the step");
}

#[tokio::test]
async fn without_a_store_everything_counts_as_saved() {
    let ((jobs, job_rx), (query_tx, _queries), (news_tx, mut news)) =
        (mpsc::unbounded_channel(), mpsc::unbounded_channel(), mpsc::unbounded_channel());
    let opener = Arc::new(Opener::new(None, news_tx.clone()));
    opener.publish(Opening::Nowhere);
    let task = tokio::spawn(Writer::new(opener, BlobCache::default(), job_rx, query_tx, news_tx).run());
    assert!(jobs.send(WriteJob::Write(StoreOp::Purge, None)).is_ok());
    assert!(matches!(news.recv().await, Some(News::Saved(1))));
    drop(jobs);
    task.await.unwrap();
}

#[tokio::test]
async fn an_end_leaves_alone_what_others_said_of_the_turn() {
    let mut desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.end(1);
    desk.begin(2, "a mistake").await;
    desk.begin(3, "another question").await;
    desk.decided(3);
    desk.write(StoreOp::Correct(TurnId(3), Some("general".into())));
    desk.happens(2, TurnEvent::Ended { ending: Ending::Stopped, after: None });
    desk.text(3, "an answer");
    desk.end(3);
    let chat = desk.closed().await.unwrap();
    let turns: Vec<_> = chat.conversation.turns().iter().map(|turn| (turn.id().0, turn.parent())).collect();
    assert_eq!(turns, [(1, None), (3, Some(TurnId(1)))], "it follows up on what is left");
    assert_eq!(chat.conversation.turns()[1].corrected(), Some(&"general".into()));
}

#[tokio::test]
async fn a_new_prompt_brings_a_deleted_chat_back_and_an_answer_does_not() {
    let mut desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.write(StoreOp::Delete(CHAT, Timestamp::UNIX_EPOCH));
    desk.write(StoreOp::Purge);
    desk.decided(1);
    desk.text(1, "an answer");
    desk.end(1);
    desk.settle().await;
    assert!(desk.stored().await.is_none());
    desk.begin(2, "another question").await;
    desk.write(StoreOp::Delete(CHAT, Timestamp::UNIX_EPOCH));
    desk.begin(3, "a third").await;
    assert_eq!(desk.closed().await.unwrap().conversation.all().len(), 2);
}

#[tokio::test]
async fn of_an_answer_that_is_cut_off_it_is_known_which_model_was_asked_and_with_what() {
    let mut desk = Desk::new();
    desk.begin(1, "a question").await;
    desk.decided(1);
    desk.settle().await;
    let chat = desk.stored().await.unwrap();
    let (read, was) = (&chat.conversation.turns()[0], &desk.turns[&1]);
    assert_eq!((read.request(), read.model()), (was.request(), was.model()));
    assert!(read.request().is_some() && read.decision.is_some());
}
