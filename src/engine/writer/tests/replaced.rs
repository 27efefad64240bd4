//! Files that are moved, replaced, in the way of the history, or not to be opened: what is asked meanwhile is written later.

use super::*;
use crate::store::ModelList;

/// Another store, with one chat of its own.
fn other_store(folder: &TempDir) -> (Store, PathBuf) {
    let path = folder.path().join("other.db");
    (Store::open(&path, Timestamp::UNIX_EPOCH).unwrap().0, path)
}

#[tokio::test]
async fn a_chat_whose_file_is_moved_or_replaced_goes_on_whole_in_the_file_that_is_there() {
    for gone in [true, false] {
        let mut desk = Desk::new();
        desk.begin(1, "the first").await;
        desk.decided(1);
        desk.text(1, "an answer ");
        desk.settle().await;
        let kept = desk.folder.path().join("kept.db");
        std::fs::rename(desk.path(), &kept).unwrap();
        if !gone {
            let (other, path) = other_store(&desk.folder);
            let list = ModelList {
                provider: "p".to_owned(),
                address: "https://x.example".to_owned(),
                listed_at: Timestamp::UNIX_EPOCH,
                models: Vec::new(),
            };
            other.write(vec![StoreOp::SaveModels(list)]).await.unwrap();
            drop(other);
            std::fs::rename(path, desk.path()).unwrap();
        }
        // The answer goes on while the file is another one.
        desk.begin(2, "the second").await;
        let notice = desk.noticed().await;
        let what =
            if gone { "moved or deleted while pointsman ran; a new one is begun" } else { "replaced by another file" };
        assert!(notice.contains(what) && notice.ends_with("; this chat goes on in it"), "{notice}");
        desk.text(1, "that goes on");
        desk.end(1);
        desk.end(2);
        desk.settle().await;
        let (new, _) = Store::open(&desk.path(), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(answers(&new.chat(CHAT).await.unwrap().unwrap()), ["an answer that goes on", ""]);
        assert_eq!(new.model_lists().await.unwrap().len(), usize::from(!gone), "what it had is there");
        drop(desk.jobs);
        desk.task.await.unwrap();
        drop(desk.store);
        // The file that was moved is whole without a log, and nothing was written to it since.
        let (moved, _) = Store::open(&kept, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(answers(&moved.chat(CHAT).await.unwrap().unwrap()), ["an answer "]);
        let names = std::fs::read_dir(desk.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(names.into_iter().all(|name| !name.to_string_lossy().contains("stale")));
    }
}

#[tokio::test]
async fn a_chat_that_the_new_file_cannot_take_in_yet_comes_along_later() {
    let mut desk = Desk::new();
    desk.begin(1, "the first").await;
    desk.decided(1);
    desk.text(1, "an answer ");
    desk.settle().await;
    let (other, path) = other_store(&desk.folder);
    other.refuse_turns(true).await.unwrap();
    drop(other);
    std::fs::rename(path, desk.path()).unwrap();
    desk.begin(2, "the second").await;
    let told = desk.told().await;
    assert!(matches!(&told, PersistenceStatus::Unsaved(why) if why.contains("no turns")), "{told:?}");
    desk.text(1, "that goes on");
    desk.store = Store::open(&desk.path(), Timestamp::UNIX_EPOCH).unwrap().0;
    desk.store.refuse_turns(false).await.unwrap();
    desk.begin(3, "the third").await;
    assert_eq!(desk.told().await, PersistenceStatus::Saved);
    desk.end(1);
    assert_eq!(answers(&desk.closed().await.unwrap()), ["an answer that goes on", "", ""]);
}

#[tokio::test]
async fn what_no_history_could_be_opened_for_is_written_when_one_can() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(FILE);
    std::fs::create_dir(&path).unwrap();
    let error = Store::open(&path, Timestamp::UNIX_EPOCH).unwrap_err();
    let (elsewhere, _) = other_store(&folder);
    let mut desk = Desk::at(folder, Opening::Failed(error.clone()), elsewhere, Duration::from_millis(20));
    assert_eq!(desk.told().await, PersistenceStatus::Unsaved(error.to_string()));
    desk.begin(1, "a question").await;
    desk.decided(1);
    desk.text(1, "an answer");
    desk.end(1);
    std::fs::remove_dir(&path).unwrap();
    assert_eq!(desk.told().await, PersistenceStatus::Saved);
    desk.store = Store::open(&path, Timestamp::UNIX_EPOCH).unwrap().0;
    assert_eq!(answers(&desk.closed().await.unwrap()), ["an answer"]);
}

#[tokio::test]
async fn a_history_that_could_not_be_opened_is_tried_a_last_time_at_the_end() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(FILE);
    let error = StoreError::Foreign { path: path.clone() };
    let (elsewhere, _) = other_store(&folder);
    let mut desk = Desk::at(folder, Opening::Failed(error), elsewhere, RETRY_DELAY);
    desk.begin(1, "a question").await;
    assert!(!path.exists(), "not before its time");
    let Desk { jobs, task, folder, .. } = desk;
    drop(jobs);
    task.await.unwrap();
    let (store, _) = Store::open(&folder.path().join(FILE), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(answers(&store.chat(CHAT).await.unwrap().unwrap()), [""]);
}

#[tokio::test]
async fn a_history_that_is_put_back_has_what_was_said_while_another_file_was_in_its_place() {
    let folder = TempDir::new().unwrap();
    let (store, _) = Store::open(&folder.path().join(FILE), Timestamp::UNIX_EPOCH).unwrap();
    let (elsewhere, _) = other_store(&folder);
    let mut desk = Desk::at(folder, Opening::Open { store, alone: true }, elsewhere, Duration::from_millis(20));
    desk.begin(1, "the first").await;
    desk.settle().await;
    let aside = desk.folder.path().join("aside");
    std::fs::rename(desk.path(), &aside).unwrap();
    std::fs::create_dir(desk.path()).unwrap();
    desk.begin(2, "the second").await;
    let told = desk.told().await;
    assert!(matches!(&told, PersistenceStatus::Unsaved(why) if why.contains("is a folder")), "{told:?}");
    std::fs::remove_dir(desk.path()).unwrap();
    std::fs::rename(&aside, desk.path()).unwrap();
    assert_eq!(desk.told().await, PersistenceStatus::Saved);
    desk.end(1);
    desk.end(2);
    desk.store = Store::open(&desk.path(), Timestamp::UNIX_EPOCH).unwrap().0;
    assert_eq!(desk.closed().await.unwrap().conversation.turns().len(), 2);
}
