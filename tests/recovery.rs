//! What is left of a damaged history is kept, and a history is read where nothing can be written, as a user meets it.

use crate::support::app::App;
use crate::support::program::{Home, Ran};
use crate::support::server::Server;
use jiff::Timestamp;
use pointsman::chat::{Ask, ConversationId, Ending, Finish, Origin, TurnId};
use pointsman::router::{RouteOverride, Scope};
use pointsman::store::{FILE, Head, NewLesson, Store, StoreOp};
use rusqlite::Connection;
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

const PAGE: u64 = 4_096;

fn database(home: &Home) -> PathBuf {
    home.path().join("data/pointsman").join(FILE)
}

fn prompt(number: u64) -> String {
    format!("prompt {number} {}", "of some length ".repeat(20))
}

/// Writes so many chats with a prompt each into the history at `path`.
async fn fill(path: &Path, chats: u64) {
    let (store, _) = Store::open(path, Timestamp::now()).expect("it opens");
    let at = Timestamp::from_second(1_760_000_000).expect("a time");
    for number in 1..=chats {
        let (chat, turn) = (ConversationId(number), TurnId(number));
        let head = Head { id: chat, title: format!("Chat {number}"), started_at: at, archived: false, pinned: false };
        let ask = Ask {
            chat,
            parent: None,
            turn,
            prompt: prompt(number).as_str().into(),
            route: RouteOverride::default(),
            origin: Origin::Typed,
            asked_at: at,
        };
        let end = StoreOp::End { turn, ending: Ending::Answered(Finish::Stop), outcome: None, at };
        store.write(vec![StoreOp::Begin { head, ask }, end]).await.expect("it is written");
    }
}

async fn lived_in(chats: u64) -> Home {
    let home = Home::new();
    fill(&database(&home), chats).await;
    home
}

/// Overwrites a page of a table or index; `kind` is what `SQLite` calls it.
fn overwrite(path: &Path, name: &str, kind: &str) {
    let connection = Connection::open(path).expect("it opens");
    let page: u64 = connection
        .query_row("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY path", [name, kind], |row| {
            row.get::<_, i64>("pageno").map(i64::unsigned_abs)
        })
        .expect("it has one");
    drop(connection);
    let file = fs::File::options().write(true).open(path).expect("it opens");
    file.write_all_at(&[0x55; PAGE as usize], (page - 1) * PAGE).expect("it is written");
}

fn exported(jsonl: &str) -> Vec<u64> {
    let lines = jsonl.lines().filter_map(|line| line.split_once("\"prompt\":\"prompt ")?.1.split(' ').next());
    lines.map(|number| number.parse().expect("a number")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn recover_keeps_all_that_can_be_read_of_the_current_history_and_names_the_rest() {
    let home = lived_in(40).await;
    overwrite(&database(&home), "turns_by_conversation", "leaf");
    let ran = home.run(&["history", "recover"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.err.contains("40 prompts could be kept, and nothing else is known to be lost"), "{ran:?}");
    assert_eq!(ran.out, "the history is whole: 40 chats\n");
    assert_eq!(exported(&home.run(&["history", "export"]).out), (1..=40).collect::<Vec<_>>());
    let ran = home.run(&["history", "recover"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{ran:?}");

    overwrite(&database(&home), "turns", "leaf");
    let ran = home.run(&["history", "recover"]);
    let kept = exported(&home.run(&["history", "export"]).out);
    assert!((1..40).contains(&kept.len()), "{kept:?}");
    assert!(
        ran.err.contains(&format!("{} prompts could be kept, and something is lost of “Chat ", kept.len())),
        "{ran:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_set_aside_comes_in_beside_what_was_asked_since() {
    let home = lived_in(30).await;
    let aside = database(&home).with_file_name("pointsman.db.corrupt-20260101T000000Z");
    fs::rename(database(&home), &aside).expect("it is moved");
    overwrite(&aside, "turns_by_conversation", "leaf");
    let before = fs::read(&aside).expect("it is there");
    let name = aside.display().to_string();
    for (came, known) in [("30 new chats with 30 new turns", "0 turns"), ("0 new chats with 0 new turns", "30 turns")] {
        let ran = home.run(&["history", "recover", &name]);
        assert_eq!(ran.status, 0, "{ran:?}");
        assert_eq!(ran.out, format!("{name}: {came}, 0 decisions and 0 lessons came in; {known} already there\n"));
        assert!(ran.err.contains("of what was in the file, 30 prompts could be kept, and nothing else"), "{ran:?}");
    }
    assert_eq!(exported(&home.run(&["history", "export"]).out).len(), 30);
    assert_eq!(fs::read(&aside).expect("it is there"), before);
    let text = home.write("notes.txt", &"no history ".repeat(99)).display().to_string();
    let nowhere = home.path().join("nowhere").display().to_string();
    for file in [text, nowhere] {
        let ran = home.run(&["history", "recover", &file]);
        assert!(ran.status == 1 && ran.err.contains(&file) && !ran.err.contains("--data-dir"), "{ran:?}");
        assert!(ran.err.contains("; name a database that pointsman set aside, or an earlier one"), "{ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_leaves_out_what_cannot_be_read_says_which_and_goes_on() {
    let out = "backup.jsonl";
    for args in [
        &["history", "export"][..],
        &["history", "export", "--out", out],
        // A pipe, as a FIFO would be.
        &["history", "export", "--out", "/dev/stdout"],
    ] {
        let home = lived_in(40).await;
        overwrite(&database(&home), "turns", "leaf");
        let args: Vec<String> =
            args.iter().map(|arg| arg.replace(out, &home.path().join(out).display().to_string())).collect();
        let ran = home.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
        let file = args.get(3).filter(|file| file.ends_with(out));
        let text = file.map_or(ran.out.clone(), |file| fs::read_to_string(file).expect("it is written"));
        let written = exported(&text);
        let left_out = ran.err.lines().filter(|line| line.contains("left out, the chat ")).count();
        assert!(written.len() > 20 && left_out > 1, "{ran:?}");
        assert_eq!((written.len() + left_out, ran.status), (40, 1), "{ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_byte_that_is_no_utf_8_costs_a_character_and_doctor_names_the_chat() {
    let home = lived_in(3).await;
    let connection = Connection::open(database(&home)).expect("it opens");
    connection
        .execute_batch("UPDATE turns SET prompt = CAST(x'70726f6d7074203220ff' AS TEXT) WHERE id = 2")
        .expect("it is written");
    drop(connection);
    let ran = home.run(&["history", "export"]);
    assert_eq!((exported(&ran.out), ran.status, ran.err.as_str()), (vec![1, 2, 3], 0, ""), "{ran:?}");
    assert!(ran.out.contains("\"prompt\":\"prompt 2 \u{fffd}\""), "{ran:?}");
    let ran = home.run(&["doctor", "--no-requests"]);
    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("damaged characters, shown as \u{fffd}, in “Chat 2”; all else of it can be read"), "{ran:?}");
}

/// Whether this machine lets a folder be mounted so that it can only be read; elsewhere the tests of the store have to do.
#[cfg(target_os = "linux")]
fn run_read_only(home: &Home, args: &[&str]) -> Option<Ran> {
    let folder = home.path().join("data/pointsman").display().to_string();
    let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" || exit 77; exec \"$@\"";
    let program = [crate::support::program::PROGRAM];
    let words = ["-m", "sh", "-c", mount, &folder].into_iter().chain(program).chain(args.iter().copied());
    let path = std::env::var("PATH").unwrap_or_default();
    let output = std::process::Command::new("unshare")
        .args(words)
        .env_clear()
        .envs(home.env())
        .env("PATH", path)
        .stdin(std::process::Stdio::null())
        .output()
        .ok()?;
    (output.status.success() || output.status.code() == Some(1) && !output.stderr.starts_with(b"unshare"))
        .then(|| Ran::from(output))
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_history_on_a_read_only_mount_is_listed_shown_searched_and_exported() {
    let home = lived_in(3).await;
    for args in [
        &["history", "list"][..],
        &["history", "show", "last"],
        &["history", "search", "prompt 3"],
        &["history", "export"],
    ] {
        let Some(ran) = run_read_only(&home, args) else { return };
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{args:?}: {ran:?}");
        assert!(ran.out.contains("prompt 3") || ran.out.contains("Chat 3"), "{args:?}: {ran:?}");
    }
    let Some(ran) = run_read_only(&home, &["history", "delete", "--all", "--yes"]) else { return };
    assert!(ran.status == 1 && ran.err.contains("Read-only file system"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_goes_on_in_the_file_that_takes_the_place_of_the_history_with_what_was_taught() {
    let (server, folder) = (Server::oxlo().await, tempfile::tempdir().expect("a folder"));
    let (path, backup) = (folder.path().join(FILE), folder.path().join("backup.db"));
    fill(&backup, 3).await;
    let (store, _) = Store::open(&backup, Timestamp::now()).expect("it opens");
    let lesson = NewLesson {
        prompt: "a prompt of the backup".into(),
        previous: None,
        decided: "coding".into(),
        category: "vision".into(),
        scope: Scope::Always,
        taught_at: Timestamp::UNIX_EPOCH,
        turn: None,
    };
    store.teach(lesson).await.expect("it is kept");
    drop(store);
    let mut app = App::run(App::parts(&server, "").with_store(path.clone()));
    app.type_text("Write a Python function to merge two lists").key("enter");
    app.until("qwen-3-32b answers: Write a Python function").await;
    app.key("shift-tab").key("3");
    app.until("corrected by you").await;
    app.key("tab");
    fs::rename(&backup, &path).expect("it is replaced");
    app.type_text("make it shorter").key("enter");
    app.until("was replaced by another file").await;
    app.until("answers: make it shorter").await;
    app.key("f5");
    let frame = app.until("a prompt of the backup").await;
    assert!(frame.contains("Write a Python function"), "{frame}");
    app.key("esc");
    app.leave().await;
    let (store, _) = Store::open(&path, Timestamp::now()).expect("it opens");
    assert_eq!(store.chats().await.expect("they are read").len(), 4);
    let newest = store.chats().await.expect("they are read")[0].head.id;
    let kept = store.kept_chat(newest).await.expect("it is read").expect("it is there");
    assert_eq!(kept.turns.len(), 2, "the chat came along");
    assert_eq!(store.recall().await.expect("it is read").lessons.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn lessons_of_a_session_are_known_again_in_the_file_that_takes_the_place_of_the_history() {
    // What the other file has of the two lessons, and what it has when the program has ended.
    for (there, kept, in_force_after) in [("both", 2, 1), ("the last one undone", 2, 0), ("none", 1, 1)] {
        let (server, folder) = (Server::oxlo().await, tempfile::tempdir().expect("a folder"));
        let (path, copy) = (folder.path().join(FILE), folder.path().join("copy.db"));
        let mut app = App::run(App::parts(&server, "").with_store(path.clone()));
        app.type_text("Write a Python function to merge two lists").key("enter");
        app.until("qwen-3-32b answers: Write a Python function").await;
        // The second lesson replaces the first one, since both are about one prompt.
        app.key("shift-tab").key("3");
        app.until("general ✎").await;
        app.key("2");
        app.until("reasoning ✎").await;
        app.key("tab");
        let (store, _) = Store::open(&path, Timestamp::now()).expect("it opens");
        let in_force = async |store: &Store| store.recall().await.expect("it is read").lessons;
        let newest =
            async |store: &Store| in_force(store).await.into_iter().find(|it| it.category == "reasoning".into());
        while newest(&store).await.is_none() {
            tokio::task::yield_now().await;
        }
        drop(store);
        if there != "none" {
            Connection::open(&path)
                .and_then(|connection| connection.execute("VACUUM INTO ?", [copy.display().to_string()]))
                .expect("it is copied");
        }
        let (store, _) = Store::open(&copy, Timestamp::now()).expect("it opens");
        if there == "the last one undone" {
            let lesson = newest(&store).await.expect("it is there");
            store.undo_lesson(lesson.id, Timestamp::now()).await.expect("it is undone");
        }
        drop(store);
        fs::rename(&copy, &path).expect("it is replaced");
        app.type_text("make it shorter").key("enter");
        app.until("was replaced by another file").await;
        app.until("answers: make it shorter").await;
        app.leave().await;
        let (store, _) = Store::open(&path, Timestamp::now()).expect("it opens");
        assert_eq!(in_force(&store).await.len(), in_force_after, "{there}");
        assert_eq!(newest(&store).await.is_some(), in_force_after > 0, "{there}");
        assert_eq!(store.loose().await.expect("it is read").lessons.len(), kept, "{there}: none is taught again");
    }
}
