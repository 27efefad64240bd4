//! The store as its callers meet it: on a real file, also a damaged, a newer, a shared or an impossible one.

mod blobs;
mod chats;
mod damage;
mod days;
mod examine;
mod export;
mod fixtures;
mod listed;
mod maintenance;
mod migration;
mod model_lists;
mod ops;
mod outcomes;
mod place;
mod queue;
mod search;
mod turns;

use super::*;
use crate::chat::{Ask, Block, ConversationId, Ending, Finish, Origin, Stage, Step, StepOutcome, Turn, TurnId};
use crate::router::{Candidate, Decider, Decision, PromptVector, RouteOverride, Scope};
use fixtures::*;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.folder().join(FILE)
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn open(&self) -> Store {
        let (store, opened) = Store::open(&self.path(), at(0)).unwrap();
        assert_eq!(opened.set_aside, None);
        store
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

#[tokio::test]
async fn a_decision_is_kept_with_what_came_of_it() {
    let place = Place::new();
    let store = place.open();
    store.write(vec![begin(head(1), &asked(1, "Hello"))]);
    store.record(NewDecision { turn: Some(TurnId(1)), ..new(0, "Hello", "coding", Decider::Judge) });
    let running = store.decisions(all()).await.unwrap().remove(0);
    assert_eq!((&running.outcome, &running.answered_by), (&None, &None));
    let outcome = Outcome {
        end: End::Answered,
        answered_by: Some("other".into()),
        first_text: Some(Duration::from_millis(312)),
        total: Some(Duration::from_secs(2)),
        prompt_tokens: Some(7),
        completion_tokens: None,
    };
    let end =
        StoreOp::End { turn: TurnId(1), ending: Ending::Answered(Finish::Stop), outcome: Some(outcome), at: at(1) };
    store.write(vec![end, StoreOp::Correct(TurnId(1), Some("general".into()))]).await.unwrap();
    let row = store.decisions(all()).await.unwrap().remove(0);
    assert_eq!((row.id, row.decided_at, row.prompt.as_str()), (DecisionId(1), at(0), "Hello"));
    assert_eq!((row.category.as_str(), row.model.as_str(), row.provider.as_str()), ("coding", "m", "oxlo"));
    assert_eq!((row.decider.as_str(), row.confidence, row.elapsed_us, row.requests), ("judge", Some(0.75), 1_500, 1));
    assert_eq!(
        row.probabilities.clone().into_iter().collect::<Vec<_>>(),
        [("vision".into(), 0.25), ("coding".into(), 0.75)]
    );
    assert_eq!((&row.evidence, &row.candidates), (&vec!["'python'".to_owned()], &vec!["m".to_owned()]));
    assert_eq!((row.outcome.as_deref(), row.answered_by.clone()), (Some("answered"), Some("other".into())));
    assert_eq!((row.first_text_ms, row.total_ms), (Some(312), Some(2_000)));
    assert_eq!((row.prompt_tokens, row.completion_tokens), (Some(7), None));
    assert_eq!((row.overridden, row.corrected_to.clone()), (false, Some("general".into())));
}

#[tokio::test]
async fn decisions_come_newest_first_and_by_filter() {
    let place = Place::new();
    let store = place.open();
    store.record(new(2, "100 % of SNAKES_", "coding", Decider::Judge));
    store.record(new(1, "older", "general", Decider::Default));
    store.record(new(3, "newest", "general", Decider::Override));
    let prompts = async |filter: Filter| {
        let rows = store.decisions(filter).await.unwrap();
        rows.into_iter().map(|row| row.prompt.clone()).collect::<Vec<_>>()
    };
    assert_eq!(prompts(all()).await, ["newest", "100 % of SNAKES_", "older"]);
    assert_eq!(prompts(Filter { limit: 1, ..all() }).await, ["newest"]);
    assert_eq!(prompts(Filter { category: Some("coding".into()), ..all() }).await, ["100 % of SNAKES_"]);
    assert_eq!(prompts(Filter { decider: Some("default".to_owned()), ..all() }).await, ["older"]);
    assert_eq!(prompts(Filter { model: Some("nobody".into()), ..all() }).await, [""; 0]);
    for (text, found) in [("snakes_", 1), ("0 %", 1), ("e_", 0), ("%s", 0), ("\\", 0)] {
        assert_eq!(prompts(Filter { text: Some(text.to_owned()), ..all() }).await.len(), found, "{text}");
    }
}

#[tokio::test]
async fn the_report_counts_what_was_kept_since_a_time() {
    let place = Place::new();
    let store = place.open();
    store.record(new(1, "a", "coding", Decider::Judge));
    store.record(new(2, "b", "general", Decider::Classifier));
    let report = store.report(None).await.unwrap();
    assert_eq!((report.prompts, report.judge), (2, JudgeCount { requests: 1, saved: 1 }));
    let report = store.report(Some(at(2))).await.unwrap();
    assert_eq!((report.prompts, report.categories[0].name.as_str(), report.since), (1, "general", Some(at(2))));
}

#[tokio::test]
async fn a_lesson_is_taught_once_whatever_became_of_it_since() {
    let place = Place::new();
    let store = place.open();
    // Times are kept in milliseconds.
    let taught_at = at(1) + Duration::from_nanos(1_234_567);
    let first = NewLesson { taught_at, ..lesson(1, "p", "coding") };
    let id = store.teach_once(first.clone()).await.unwrap();
    assert!(id.is_some());
    assert_eq!(store.teach_once(first.clone()).await.unwrap(), id);
    let second = NewLesson { taught_at, ..lesson(1, "P ", "vision") };
    let replaced_by = store.teach_once(second.clone()).await.unwrap();
    assert!(replaced_by.is_some() && replaced_by != id);
    assert_eq!(store.teach_once(first).await.unwrap(), None, "it was replaced");
    assert_eq!(store.teach_once(second.clone()).await.unwrap(), replaced_by);
    store.undo_lesson(replaced_by.unwrap(), at(2)).await.unwrap();
    assert_eq!(store.teach_once(second).await.unwrap(), None, "it was undone");
    assert_eq!(store.loose().await.unwrap().lessons.len(), 2);
    assert_eq!(store.recall().await.unwrap().lessons, []);
}

#[tokio::test]
async fn what_the_local_model_makes_of_a_lesson_is_kept_beside_it_while_it_is_in_force() {
    let place = Place::new();
    let store = place.open();
    let id = store.teach(lesson(0, "p", "coding")).await.unwrap();
    let other = store.teach(lesson(0, "q", "coding")).await.unwrap();
    let vector = PromptVector { encoder: u64::MAX, numbers: [-128, 127].into() };
    let encoded = EncodedLesson { vector, head: u64::MAX - 1, logits: vec![-0.5, f32::MAX] };
    for id in [id, other] {
        store.encode_lesson(id, encoded.clone()).await.unwrap();
    }
    store.undo_lesson(other, at(1)).await.unwrap();
    drop(store);
    assert_eq!(place.open().recall().await.unwrap().encoded, HashMap::from([(id, encoded)]));
}

#[tokio::test]
async fn what_all_lessons_add_to_the_weights_is_kept_until_something_else_is_or_all_is_deleted() {
    let place = Place::new();
    let store = place.open();
    for made_of in [1, u64::MAX] {
        let shift = LessonShift { made_of, weights: vec![0.5, -f32::MAX] };
        store.keep_shift(shift.clone()).await.unwrap();
        assert_eq!(store.recall().await.unwrap().shift, shift);
    }
    store.delete_all().await.unwrap();
    assert_eq!(store.recall().await.unwrap().shift, LessonShift::default());
}

#[tokio::test]
async fn a_later_lesson_for_the_same_prompt_replaces_the_earlier_one() {
    let place = Place::new();
    let store = place.open();
    let first = store.teach(lesson(1, "Fix  this\n", "coding")).await.unwrap();
    let other = store.teach(NewLesson { previous: None, ..lesson(2, "else", "vision") }).await.unwrap();
    let second = store.teach(lesson(3, "fix THIS", "reasoning")).await.unwrap();
    let lessons = store.recall().await.unwrap().lessons;
    assert_eq!(lessons.iter().map(|lesson| lesson.id).collect::<Vec<_>>(), [other, second]);
    assert_eq!(lessons[1], lesson(3, "fix THIS", "reasoning").named(second));
    assert_eq!(lessons[0].previous, None);
    assert_eq!(store.undo_lesson(first, at(4)).await.unwrap(), None, "it was replaced, so it is out of force");
}

#[tokio::test]
async fn a_lesson_is_undone_once() {
    let place = Place::new();
    let store = place.open();
    let id = store.teach(lesson(1, "x", "coding")).await.unwrap();
    assert_eq!(store.undo_lesson(id, at(2)).await.unwrap().map(|lesson| lesson.id), Some(id));
    assert_eq!(store.undo_lesson(id, at(3)).await.unwrap(), None);
    assert_eq!(store.recall().await.unwrap(), Recalled::default());
}

#[tokio::test]
async fn a_verdict_replaces_that_of_the_same_key() {
    let place = Place::new();
    let store = place.open();
    store.remember(verdict(1, "a", "coding"));
    store.remember(verdict(2, "b", "vision"));
    store.remember(CachedJudgement { confidence: None, ..verdict(3, "a", "general") });
    let verdicts = store.recall().await.unwrap().verdicts;
    assert_eq!(
        verdicts,
        [CachedJudgement { confidence: None, ..verdict(3, "a", "general") }, verdict(2, "b", "vision")]
    );
}

#[tokio::test]
async fn writes_without_a_waiter_finish_before_the_last_handle_is_gone() {
    let place = Place::new();
    let store = place.open();
    let other = store.clone();
    for second in 0..200 {
        store.record(new(second, "x", "coding", Decider::Judge));
    }
    drop(store);
    drop(other);
    assert_eq!(place.names(), [FILE, "pointsman.db.lock", "pointsman.db.open"], "the database is closed");
    assert_eq!(place.open().report(None).await.unwrap().prompts, 200);
}

#[tokio::test]
async fn two_programs_share_one_database() {
    let place = Place::new();
    let (here, there) = (place.open(), place.open());
    for second in 0..50 {
        here.record(new(second, "here", "coding", Decider::Judge));
        there.record(new(second, "there", "general", Decider::Classifier));
    }
    let last = (here.record(new(50, "here", "coding", Decider::Judge)), there.report(None));
    last.0.await.unwrap();
    last.1.await.unwrap();
    assert_eq!((here.report(None).await.unwrap().prompts, there.report(None).await.unwrap().prompts), (101, 101));
}

#[test]
fn programs_that_start_at_once_all_open_a_new_database() {
    for _ in 0..20 {
        let place = Place::new();
        std::thread::scope(|scope| {
            let starts: Vec<_> = (0..6).map(|_| scope.spawn(|| drop(place.open()))).collect();
            for start in starts {
                start.join().unwrap();
            }
        });
    }
}

#[tokio::test]
async fn a_damaged_database_is_set_aside_and_never_overwritten() {
    let place = Place::new();
    drop(place.open());
    for (content, aside) in [
        (
            &b"this is no database, but it is longer than a hundred bytes: ".repeat(3),
            "pointsman.db.corrupt-20270115T080000Z",
        ),
        (&b"another one ".repeat(20), "pointsman.db.corrupt-20270115T080000Z-2"),
    ] {
        std::fs::write(place.path(), content).unwrap();
        let (store, opened) = Store::open(&place.path(), at(0)).unwrap();
        let aside = place.path().with_file_name(aside);
        assert_eq!(opened.set_aside.as_deref(), Some(aside.as_path()));
        assert!(opened.notice().unwrap().contains("corrupt-2027"), "{opened:?}");
        assert_eq!(&std::fs::read(aside).unwrap(), content);
        assert_eq!(store.recall().await.unwrap(), Recalled::default());
    }
}

#[test]
fn a_database_whose_first_pages_are_damaged_is_set_aside_too() {
    let place = Place::new();
    drop(place.open());
    let mut bytes = std::fs::read(place.path()).unwrap();
    // Behind the header: the table of tables.
    bytes[100..4_000].fill(0xff);
    std::fs::write(place.path(), &bytes).unwrap();
    let (_store, opened) = Store::open(&place.path(), at(0)).unwrap();
    assert_eq!(std::fs::read(opened.set_aside.unwrap()).unwrap(), bytes);
}

#[tokio::test]
async fn a_database_that_only_seemed_damaged_is_kept() {
    let place = Place::new();
    place.open().record(new(0, "x", "coding", Decider::Judge)).await.unwrap();
    files::suspect(&place.path());
    assert_eq!(place.open().report(None).await.unwrap().prompts, 1);
    assert!(!files::is_suspect(&place.path()));
}

#[tokio::test]
async fn a_damaged_index_of_words_is_made_anew_and_costs_no_chat() {
    let place = Place::new();
    let store = place.open();
    store.settle(head(1), answered(1, "prompt", "quokka")).await.unwrap();
    let damage = "UPDATE words_data SET block = x'ffffffffffffffff'";
    store.run("", move |connection| connection.execute_batch(damage)).await.unwrap();
    drop(store);
    let error = place.open().search("quokka".to_owned(), 9).await.unwrap_err().to_string();
    assert!(error.contains("damaged"), "{error}");
    let store = place.open();
    assert_eq!(store.search("quokka".to_owned(), 9).await.unwrap().len(), 1);
    assert!(!files::is_suspect(&place.path()));
}

#[test]
fn a_newer_database_is_refused_and_left_as_it_is() {
    let place = Place::new();
    drop(place.open());
    Connection::open(place.path()).unwrap().pragma_update(None, "user_version", schema::KNOWN + 1).unwrap();
    let before = std::fs::read(place.path()).unwrap();
    let error = Store::open(&place.path(), at(0)).unwrap_err();
    assert_eq!(error, StoreError::Newer { path: place.path(), found: schema::KNOWN + 1, known: schema::KNOWN });
    assert!(error.to_string().contains("use the newer pointsman"), "{error}");
    assert_eq!(
        (std::fs::read(place.path()).unwrap(), place.names()),
        (before, vec![FILE.to_owned(), "pointsman.db.lock".to_owned(), "pointsman.db.open".to_owned()])
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_that_says_what_to_do() {
    let place = Place::new();
    let file = place.0.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Store::open(&file.join("data").join(FILE), at(0)).unwrap_err().to_string();
    assert!(error.starts_with("the history could not be opened in "), "{error}");
    assert!(error.ends_with("make the folder writable, or name another with --data-dir"), "{error}");
}

#[tokio::test]
async fn a_full_disk_is_an_error_and_what_was_kept_stays_readable() {
    let place = Place::new();
    let store = place.open();
    store.record(new(0, "kept", "coding", Decider::Judge)).await.unwrap();
    store.run("", |connection| connection.pragma_update(None, "max_page_count", 1)).await.unwrap();
    let error = store.record(new(1, &"x".repeat(1 << 20), "coding", Decider::Judge)).await.unwrap_err().to_string();
    assert!(error.starts_with("the decision could not be kept in "), "{error}");
    assert!(error.contains("the disk is full; free some space"), "{error}");
    assert_eq!(store.report(None).await.unwrap().prompts, 1);
}

#[tokio::test]
async fn a_dead_store_thread_is_an_error_and_no_caller_waits_for_ever() {
    let place = Place::new();
    let store = place.open();
    let died = store.run("", |_| Ok("no number".parse::<u8>().unwrap())).await;
    assert_eq!(died, Err(StoreError::Stopped));
    assert_eq!(store.recall().await, Err(StoreError::Stopped));
}

#[tokio::test]
async fn a_database_that_became_read_only_says_so() {
    let place = Place::new();
    let store = place.open();
    store.run("", |connection| connection.pragma_update(None, "query_only", true)).await.unwrap();
    let error = store.remember(verdict(1, "x", "coding")).await.unwrap_err().to_string();
    assert!(error.contains("it cannot be written; make the file and its folder writable"), "{error}");
}

#[tokio::test]
async fn the_connection_has_its_settings() {
    let place = Place::new();
    for (pragma, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "1"),
        ("foreign_keys", "1"),
        ("secure_delete", "1"),
        ("busy_timeout", "5000"),
    ] {
        let value = place
            .open()
            .run("", move |connection| {
                connection.pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0))
            })
            .await
            .unwrap();
        let shown = match value {
            rusqlite::types::Value::Integer(number) => number.to_string(),
            rusqlite::types::Value::Text(text) => text,
            other => format!("{other:?}"),
        };
        assert_eq!(shown, expected, "{pragma}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn other_users_cannot_read_the_store() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = place.path().parent().unwrap().to_owned();
    drop(place.open());
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let store = place.open();
    store.record(new(0, "secret", "coding", Decider::Judge)).await.unwrap();
    assert_eq!(mode(folder.clone()), 0o700);
    assert_eq!(place.names(), [FILE, "pointsman.db-shm", "pointsman.db-wal", "pointsman.db.lock", "pointsman.db.open"]);
    for name in place.names() {
        assert_eq!(mode(folder.join(&name)), 0o600, "{name}");
    }
}
