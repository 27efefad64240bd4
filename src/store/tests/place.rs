//! Where the database is: links, things that are no files, places that cannot be written, and files that are moved or
//! replaced while a program has them open.

use super::*;
use crate::store::StoreError;
use crate::store::header::Header;
use std::fs::{self, Permissions};
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

fn beside(place: &Place, suffix: &str) -> PathBuf {
    files::with_suffix(&place.path(), suffix)
}

async fn answers(store: &Store) -> Vec<String> {
    let mut answers = Vec::new();
    for chat in store.export_ids().await.unwrap() {
        let kept = store.kept_chat(chat).await.unwrap().unwrap();
        answers.extend(kept.turns.iter().map(|kept| kept.turn.prompt().to_string()));
    }
    answers
}

/// A closed database with one prompt.
async fn with_prompt(prompt: &str) -> Place {
    let place = Place::new();
    place.open().settle(head(1), answered(1, prompt, "an answer")).await.unwrap();
    place
}

#[tokio::test]
async fn a_link_to_a_database_is_followed_and_everything_lies_beside_its_target() {
    let (target, link) = (with_prompt("behind a link").await, Place::new());
    fs::create_dir_all(link.folder()).unwrap();
    symlink(target.path(), link.path()).unwrap();
    let store = link.open();
    store.settle(head(1), answered(2, "through the link", "yes")).await.unwrap();
    assert_eq!(link.names(), [FILE]);
    assert!(beside(&target, "-wal").exists());
    drop(store);
    assert_eq!(answers(&target.open()).await, ["behind a link", "through the link"]);
}

#[test]
fn what_a_link_leads_to_and_is_no_history_is_refused_and_left_with_its_permissions() {
    let place = Place::new();
    fs::create_dir_all(place.folder()).unwrap();
    let file = place.0.path().join("notes.txt");
    let text = "notes of the user, longer than the header of a database is. ".repeat(9);
    fs::write(&file, &text).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    symlink(&file, place.path()).unwrap();
    let error = Store::open(&place.path(), at(0)).unwrap_err().to_string();
    assert!(error.contains("notes.txt is not a history of pointsman and is left as it is"), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o644);
    assert!(place.path().symlink_metadata().unwrap().is_symlink());
}

#[test]
fn the_database_of_another_program_is_refused_and_left_as_it_is() {
    let place = Place::new();
    fs::create_dir_all(place.folder()).unwrap();
    for version in [0, 3] {
        let _ = fs::remove_file(place.path());
        let other = Connection::open(place.path()).unwrap();
        other.execute_batch("CREATE TABLE bookmarks (url)").unwrap();
        other.pragma_update(None, "user_version", version).unwrap();
        drop(other);
        let before = fs::read(place.path()).unwrap();
        assert_eq!(Store::open(&place.path(), at(0)).unwrap_err(), StoreError::Foreign { path: place.path() });
        assert_eq!(fs::read(place.path()).unwrap(), before);
    }
}

#[test]
fn what_is_no_file_is_refused_in_one_line_and_left_as_it_is() {
    let place = Place::new();
    drop(place.open());
    for suffix in ["", "-wal", "-shm", ".lock", ".open"] {
        let path = beside(&place, suffix);
        let _ = fs::remove_file(&path);
        let zero = Path::new("/dev/zero");
        let mode = zero.metadata().unwrap().permissions().mode();
        symlink(zero, &path).unwrap();
        let error = Store::open(&place.path(), at(0)).unwrap_err().to_string();
        assert!(error.contains("; move it away, or name another folder with --data-dir"), "{suffix}: {error}");
        assert!(zero.metadata().unwrap().file_type().is_char_device());
        assert_eq!(zero.metadata().unwrap().permissions().mode(), mode);
        assert!(path.symlink_metadata().unwrap().is_symlink());
        fs::remove_file(&path).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0).unwrap();
        let error = Store::open(&place.path(), at(0)).unwrap_err().to_string();
        assert!(error.contains("is a device or a pipe, not a file; move it away"), "{suffix}: {error}");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        let error = Store::open(&place.path(), at(0)).unwrap_err().to_string();
        assert!(error.contains("is a folder; move it away"), "{suffix}: {error}");
        fs::remove_dir(&path).unwrap();
        let nowhere = place.folder().join("nowhere");
        symlink(&nowhere, &path).unwrap();
        let error = Store::open(&place.path(), at(0)).unwrap_err().to_string();
        let leads = if suffix.is_empty() { " that leads nowhere" } else { "" };
        assert!(error.contains(&format!("pointsman.db{suffix} is a symbolic link{leads}")), "{suffix}: {error}");
        assert!(!nowhere.exists(), "{suffix}: nothing is made behind it");
        // The lock and the presence are nothing to one that only looks.
        assert_eq!(crate::store::examine(&place.path()).is_err(), ![".lock", ".open"].contains(&suffix), "{suffix}");
        fs::remove_file(&path).unwrap();
        drop(place.open());
    }
}

#[test]
fn another_programs_own_files_are_opened_for_this_user_alone_and_never_through_a_link() {
    let folder = TempDir::new().unwrap();
    let (log, target) = (folder.path().join("pointsman.log"), folder.path().join("mine"));
    drop(files::open_own(&log, fs::File::options().append(true)).unwrap());
    assert_eq!(log.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    fs::remove_file(&log).unwrap();
    fs::write(&target, "mine").unwrap();
    symlink(&target, &log).unwrap();
    let error = files::open_own(&log, fs::File::options().append(true)).unwrap_err().to_string();
    assert_eq!(error, "pointsman.log is a symbolic link");
    assert_eq!(fs::read_to_string(target).unwrap(), "mine");
}

#[tokio::test]
async fn a_database_that_can_only_be_read_is_read_and_nothing_is_left_beside_it() {
    for (name, schema) in [("now", schema::KNOWN), ("earlier", 4)] {
        let place = if schema == schema::KNOWN { with_prompt("kept").await } else { Place::new() };
        if schema < schema::KNOWN {
            drop(super::migration::old_database(&place.path(), schema));
        }
        let before = place.names();
        let (connection, log_unread) = read_only::open(&place.path()).unwrap().unwrap();
        assert!(!log_unread, "{name}");
        let turns: u64 =
            connection.query_row("SELECT count(*) AS turns FROM turns", [], |row| value::count(row, "turns")).unwrap();
        assert!(turns > 0, "{name}");
        assert!(connection.execute("DELETE FROM turns", []).is_err(), "{name}");
        drop(connection);
        assert_eq!(place.names(), before, "{name}");
    }
}

#[test]
fn a_log_that_cannot_be_read_is_named_with_what_to_do() {
    let opened = Opened { log_unread: Some("/cd/pointsman.db-wal".into()), ..Opened::default() };
    let notice = opened.notice().unwrap();
    assert!(notice.contains("what was written last stands in /cd/pointsman.db-wal, which cannot be read"), "{notice}");
    assert!(notice.contains("copy both into a folder that can be written, and name it with --data-dir"), "{notice}");
}

#[tokio::test]
async fn a_database_that_is_replaced_or_moved_is_not_written_and_can_still_be_read() {
    for gone in [true, false] {
        let place = with_prompt("before").await;
        let store = place.open();
        store.settle(head(1), answered(2, "before it was moved", "yes")).await.unwrap();
        store.write(Vec::new()).await.unwrap();
        let other = with_prompt("of another").await;
        match gone {
            true => fs::remove_file(place.path()).unwrap(),
            false => fs::rename(other.path(), place.path()).unwrap(),
        }
        let replaced = StoreError::Replaced { path: place.path(), gone };
        assert_eq!(store.settle(head(1), answered(3, "after", "no")).await, Err(replaced.clone()));
        assert_eq!(store.write(Vec::new()).await, Err(replaced));
        assert_eq!(answers(&store).await, ["before", "before it was moved"]);
        // The new one is opened beside the old one.
        let (new, opened) = Store::open(&place.path(), at(0)).unwrap();
        assert!(opened.stale_log.is_some() && opened.set_aside.is_none(), "{opened:?}");
        drop(store);
        new.settle(head(2), answered(4, "in the new one", "yes")).await.unwrap();
        drop(new);
        let store = place.open();
        let expected: &[&str] = if gone { &["in the new one"] } else { &["of another", "in the new one"] };
        assert_eq!(answers(&store).await, expected);
    }
}

#[tokio::test]
async fn the_log_that_a_killed_program_left_does_not_fall_on_another_database() {
    let place = with_prompt("before").await;
    let store = place.open();
    store.settle(head(1), answered(2, "in the log only", "yes")).await.unwrap();
    let backup = with_prompt("a backup").await;
    // What a killed program leaves: the files, and no lock.
    let killed = Place::new();
    fs::create_dir_all(killed.folder()).unwrap();
    let names = ["", "-wal", "-shm", ".open", ".lock"];
    for suffix in names {
        fs::copy(beside(&place, suffix), beside(&killed, suffix)).unwrap();
    }
    // A folder that was copied as a whole keeps its log.
    let copied = killed.open();
    assert_eq!(answers(&copied).await, ["before", "in the log only"]);
    copied.settle(head(1), answered(3, "more", "yes")).await.unwrap();
    kill(copied).await;
    assert!(beside(&killed, "-wal").metadata().unwrap().len() > 0);
    fs::rename(backup.path(), killed.path()).unwrap();
    let (store, opened) = Store::open(&killed.path(), at(0)).unwrap();
    assert_eq!(answers(&store).await, ["a backup"]);
    let (notice, log) = (opened.notice().unwrap(), opened.stale_log.unwrap());
    assert!(log.metadata().unwrap().len() > 0);
    assert!(notice.contains(&format!("is kept as {}: rename it to the name of that file with '-wal'", log.display())));
    drop(store);
    assert!(
        killed.names().iter().any(|name| name.ends_with("-wal") && name.contains(".stale-")),
        "{:?}",
        killed.names()
    );
    let store = killed.open();
    store.delete_all().await.unwrap();
    assert!(!killed.names().iter().any(|name| name.contains(".stale-")));
}

/// Ends the store as a killed program does: the log stays.
async fn kill(store: Store) {
    store
        .run("", |connection| {
            connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map(drop)
        })
        .await
        .unwrap();
    drop(store);
}

#[tokio::test]
async fn the_log_of_a_killed_program_does_not_fall_on_what_was_copied_over_its_history() {
    let other = with_prompt("of another").await;
    let place = with_prompt("first").await;
    let earlier = fs::read(place.path()).unwrap();
    let store = place.open();
    let more = (2..40).map(|id| answered(id, &"more ".repeat(400), "yes"));
    for turn in more {
        store.settle(head(1), turn).await.unwrap();
    }
    drop(store);
    let own = fs::read(place.path()).unwrap();
    for (content, is_own) in
        [(&own, true), (&earlier, false), (&fs::read(other.path()).unwrap(), false), (&vec![], false)]
    {
        fs::write(place.path(), &own).unwrap();
        let store = place.open();
        store.settle(head(1), answered(50, "in the log only", "yes")).await.unwrap();
        kill(store).await;
        // The same file with another content.
        fs::write(place.path(), content).unwrap();
        let (store, opened) = Store::open(&place.path(), at(0)).unwrap();
        let answers = answers(&store).await;
        assert_eq!(answers.contains(&"in the log only".to_owned()), is_own, "{answers:?}");
        assert_eq!((opened.stale_log.is_none(), opened.set_aside), (is_own, None));
        assert!(opened.stale_log.is_none_or(|log| log.metadata().unwrap().len() > 0));
    }
}

#[tokio::test]
async fn whatever_the_program_does_its_own_file_goes_on_from_where_it_was() {
    let place = with_prompt("first").await;
    let mut before = Header::read(&place.path()).unwrap().unwrap().state().unwrap();
    let (store, second) = (place.open(), place.open());
    for round in 0..40 {
        let writer = if round % 3 == 0 { &second } else { &store };
        let id = 10 + round;
        writer.settle(head(1), answered(id, &"many words ".repeat(2_000), "yes")).await.unwrap();
        match round % 8 {
            1 => store.run("", |connection| connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)")).await.unwrap(),
            3 => second.write_back().await.unwrap(),
            4 => store.run("", |connection| connection.execute_batch("VACUUM")).await.unwrap(),
            5 => drop(place.open()),
            6 => drop(store.delete_all().await.unwrap()),
            _ => {}
        }
        let now = Header::read(&place.path()).unwrap().unwrap().state().unwrap();
        assert!(now.history == before.history && now.changes >= before.changes, "{round}: {before:?}, {now:?}");
        before = now;
    }
    kill(second).await;
    kill(store).await;
    let (_, opened) = Store::open(&place.path(), at(0)).unwrap();
    assert_eq!((opened.stale_log, opened.set_aside), (None, None));
}
