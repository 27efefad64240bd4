//! Deleting so that nothing is left, making room, and what happens when there is none.

use super::*;
use crate::router::OutcomeKind;

/// The files and folders beside the database that contain `text`.
fn holding(place: &Place, text: &str) -> Vec<String> {
    let contains = |path: &std::path::Path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    let has = |name: &String| {
        let path = place.folder().join(name);
        match std::fs::read_dir(&path) {
            Ok(mut entries) => entries.any(|entry| contains(&entry.unwrap().path())),
            Err(_) => contains(&path),
        }
    };
    place.names().into_iter().filter(has).collect()
}

/// Texts that share no group of three letters with anything else.
const TEXTS: [&str; 4] = ["qzxprompt", "qzxanswer", "qzxreason", "qzxdraft"];
/// What stands for the bytes of a picture.
const BLOB: &str = "qzxpicture";

async fn confide(store: &Store, chat: u64) {
    let [prompt, answer, reasoning, draft] = TEXTS.map(str::to_owned);
    let step = Step::of(None, StepOutcome::Current);
    store.write(vec![begin(head(chat), &asked(chat, &prompt)), begin_step(chat, 0, step), text(chat, &answer)]);
    let mut whole = answered(chat, &prompt, &answer.repeat(900));
    whole.steps[0].blocks.push(Block::Reasoning(reasoning));
    let blob = crate::chat::Blob { media_type: "image/png".into(), bytes: BLOB.as_bytes().into() };
    whole.steps[0].blocks.push(Block::Image(blob.reference()));
    store.write(vec![StoreOp::PutBlob(blob)]);
    store.observe(outcome(chat, OutcomeKind::Continued, TEXTS[0]), None);
    store.settle(head(chat), whole);
    store.record(NewDecision { turn: Some(TurnId(chat)), ..new(0, &prompt, "coding", Decider::Judge) });
    store.view(chat, crate::chat::Place { draft: draft.into(), ..Default::default() }, 1).await.unwrap();
}

#[tokio::test]
async fn of_what_is_deleted_with_everything_no_file_has_a_word_left() {
    let place = Place::new();
    std::fs::create_dir_all(place.path().parent().unwrap()).unwrap();
    std::fs::write(place.path(), "qzxdamaged ".repeat(50)).unwrap();
    std::fs::write(place.path().with_file_name(COPIED), "qzxcopied").unwrap();
    let (store, opened) = Store::open(&place.path(), at(0)).unwrap();
    assert!(opened.set_aside.is_some());
    // What a program leaves that is killed while it mends or recovers a history.
    let copies = place.folder().join(".recovering-abcdefgh");
    std::fs::create_dir(&copies).unwrap();
    std::fs::write(copies.join("copy.db"), "qzxcopy").unwrap();
    for left in [".building", ".building-journal", ".built", ".built-wal"] {
        std::fs::write(files::with_suffix(&place.path(), left), "qzxleft").unwrap();
    }
    for chat in 1..4 {
        confide(&store, chat).await;
    }
    store.record(new(0, "qzxloose", "coding", Decider::Judge));
    store.teach(lesson(0, "qzxlesson", "coding"));
    store.observe(outcome(5, OutcomeKind::Continued, "qzxoutcome"), None);
    store.remember(verdict(0, "qzxkey", "coding")).await.unwrap();
    for text in TEXTS.into_iter().chain([
        "qzxdamaged",
        "qzxloose",
        "qzxlesson",
        "qzxoutcome",
        "qzxkey",
        "qzxcopied",
        "qzxcopy",
        "qzxleft",
        BLOB,
        "qzx",
    ]) {
        assert!(!holding(&place, text).is_empty(), "{text} is there at first");
    }
    let deleted = store.delete_all().await.unwrap();
    assert_eq!(deleted, Deleted { chats: 3, turns: 3, decisions: 4, lessons: 1, files: 5 });
    assert_eq!(holding(&place, "qzx"), [""; 0], "while the program runs");
    assert_eq!(store.delete_all().await.unwrap(), Deleted::default());
    confide(&store, 9).await;
    assert_eq!(store.search("qzxanswer".to_owned(), 9).await.unwrap().len(), 1, "and later writes work");
    store.mark_deleted(9);
    store.purge().await.unwrap();
    drop(store);
    assert_eq!(holding(&place, "qzx"), [""; 0], "nor of a purged chat");
}

#[tokio::test]
async fn of_a_long_chat_that_is_purged_no_file_has_a_word_left_either() {
    let place = Place::new();
    let store = place.open();
    for id in 1..70 {
        let title = if id == 69 { head(2) } else { head(1) };
        store.settle(title, answered(id, "qzxprompt", "qzxanswer"));
    }
    store.mark_deleted(1);
    store.purge().await.unwrap();
    assert_eq!(store.search("qzx".to_owned(), 99).await.unwrap().len(), 1);
    let secure = store.run("", |connection| {
        connection.query_row("SELECT v FROM words_config WHERE k = 'secure-delete'", [], |row| row.get::<_, i64>(0))
    });
    assert_eq!(secure.await.unwrap(), 1, "as before");
    store.mark_deleted(2);
    store.purge().await.unwrap();
    assert_eq!(holding(&place, "qzx"), [""; 0]);
}

#[tokio::test]
async fn pruning_takes_the_chats_that_were_not_touched_for_the_longest_time() {
    let place = Place::new();
    let store = place.open();
    for chat in 1..=6 {
        let answer = (0..20_000).map(|n| format!("{} ", n * chat)).collect::<Vec<_>>().concat();
        store.settle(head(chat), answered(chat, "p", &answer));
    }
    store.teach(lesson(0, "p", "coding"));
    let mut late = answered(50, "p", "touched again");
    late.ask.asked_at = at(100);
    store.settle(head(1), late);
    let left = async || store.chats().await.unwrap().iter().map(|row| row.head.id.0).collect::<Vec<_>>();
    let nothing = store.prune(Prune::default()).await.unwrap();
    assert_eq!((nothing.chats, left().await.len()), (0, 6));
    let old = Prune { older_than: Some(at(4)), ..Prune::default() };
    let tried = store.prune(Prune { dry_run: true, ..old }).await.unwrap();
    assert_eq!((tried.chats, tried.turns, left().await.len()), (2, 2, 6));
    assert!(tried.bytes_after < tried.bytes_before, "{tried:?}");
    let done = store.prune(old).await.unwrap();
    assert_eq!((done.chats, done.turns), (2, 2));
    assert!(done.bytes_after < done.bytes_before, "{done:?}");
    assert_eq!(left().await, [1, 6, 5, 4]);
    let size = std::fs::metadata(place.path()).unwrap().len();
    assert_eq!(size, done.bytes_after);
    let most = size * 2 / 3;
    let done = store.prune(Prune { max_bytes: Some(most), ..Prune::default() }).await.unwrap();
    assert!((1..4).contains(&done.chats) && done.bytes_after <= most, "{done:?}");
    assert_eq!(left().await.first(), Some(&1));
    store.prune(Prune { max_bytes: Some(0), ..Prune::default() }).await.unwrap();
    assert_eq!((left().await.len(), store.recall().await.unwrap().lessons.len()), (0, 1));
}

#[tokio::test]
async fn what_is_not_chats_costs_no_chat_and_no_more_go_than_was_foreseen() {
    let place = Place::new();
    let store = place.open();
    for id in 0..300 {
        store.record(new(id, &"loose words ".repeat(400), "coding", Decider::Judge));
    }
    for chat in 1..=20 {
        let answer = (0..8_000).map(|n| format!("{} ", n * chat)).collect::<Vec<_>>().concat();
        store.settle(head(chat), answered(chat, "p", &answer));
    }
    let size = store.prune(Prune::default()).await.unwrap().bytes_after;
    let smaller = Prune { max_bytes: Some(size - size / 8), ..Prune::default() };
    let tried = store.prune(Prune { dry_run: true, ..smaller }).await.unwrap();
    assert!((1..12).contains(&tried.chats), "{tried:?}");
    let agreed = store.prune(Prune { at_most: Some(1), ..smaller }).await.unwrap();
    assert_eq!(agreed.chats, 1);
    let done = store.prune(smaller).await.unwrap();
    assert!(done.chats < tried.chats && done.bytes_after <= size - size / 8, "{tried:?} {done:?}");
    let old = Prune { older_than: Some(at(200)), max_bytes: Some(0), at_most: Some(0), ..Prune::default() };
    let done = store.prune(old).await.unwrap();
    assert_eq!((done.chats, done.decisions), (0, 200));
    assert_eq!(store.report(None).await.unwrap().prompts, 100);
}

#[tokio::test]
async fn room_that_nothing_uses_is_given_back() {
    let place = Place::new();
    let store = place.open();
    store.settle(head(1), answered(1, "p", &"long ".repeat(200_000)));
    store.settle(head(2), answered(2, "p", "short"));
    store.mark_deleted(1);
    store.purge().await.unwrap();
    let done = store.prune(Prune { max_bytes: Some(500_000), ..Prune::default() }).await.unwrap();
    assert!(done.chats == 0 && done.bytes_before > 1_000_000 && done.bytes_after < 500_000, "{done:?}");
    assert_eq!(store.chats().await.unwrap().len(), 1);
}

#[tokio::test]
async fn when_the_disk_is_full_nothing_is_half_written_and_later_writes_work() {
    let place = Place::new();
    let store = place.open();
    store.settle(head(1), answered(1, "p", "a")).await.unwrap();
    let limit = |pages: i64| {
        store.run("", move |connection| {
            let used: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
            connection.pragma_update(None, "max_page_count", used + pages)
        })
    };
    limit(2).await.unwrap();
    let long = "long ".repeat(50_000);
    let errors = [
        store.write(vec![begin(head(2), &asked(2, &long))]).await,
        store.write(vec![text(1, &long)]).await,
        store.settle(head(1), answered(1, "p", &long)).await,
    ];
    let said: Vec<String> = errors.into_iter().filter_map(Result::err).map(|error| error.to_string()).collect();
    assert!(
        said.len() == 2 && said.iter().all(|error| error.contains("the disk is full; free some space")),
        "{said:?}"
    );
    let chats = store.chats().await.unwrap();
    assert_eq!((chats.len(), chats[0].turns), (1, 1));
    limit(10_000).await.unwrap();
    store.settle(head(1), answered(1, "p", &long)).await.unwrap();
    assert_eq!(store.search("long".to_owned(), 9).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_history_that_cannot_be_written_can_be_read() {
    let place = Place::new();
    let store = place.open();
    store.settle(head(1), answered(1, "p", "a")).await.unwrap();
    let read_only = |on: bool| store.run("", move |connection| connection.pragma_update(None, "query_only", on));
    read_only(true).await.unwrap();
    for error in [
        store.write(vec![begin(head(1), &asked(2, "p"))]).await.unwrap_err(),
        store.settle(head(1), answered(1, "p", "b")).await.unwrap_err(),
        store.write(vec![StoreOp::Rename(ConversationId(1), "t".to_owned())]).await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("it cannot be written; make the file and its folder writable"), "{error}");
    }
    assert_eq!(store.chats().await.unwrap().len(), 1);
    read_only(false).await.unwrap();
    store.write(vec![begin(head(1), &asked(2, "p"))]).await.unwrap();
}
