//! What `history import` takes in: files of every origin, several at once and as a ZIP file; and what is asked before a
//! file may decide which model answers.

use crate::attachments::files;
use crate::support::program::{CONFIG, Home, Ran, only_here};
use crate::support::pty::Pty;
use jiff::Timestamp;
use pointsman::chat::{ConversationId, TurnId, id};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use std::path::PathBuf;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn home() -> Home {
    Home::new().set("TZ", "UTC")
}

fn ok(ran: Ran) -> String {
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.out
}

fn import(home: &Home, args: &[&str], files: &[PathBuf]) -> Ran {
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    let files = files.iter().map(String::as_str);
    home.run(&[&["history", "import"], args, &files.collect::<Vec<_>>()].concat())
}

/// A conversation of `ChatGPT` with one turn, whose prompt has the picture of that id, if any.
fn conversation(title: &str, prompt: &str, picture: Option<&str>) -> Value {
    let message = |role: &str, parts: Value| json!({"author": {"role": role}, "create_time": 1_700_000_000.5, "content": {"content_type": "multimodal_text", "parts": parts}});
    let asset =
        |id: &str| json!({"content_type": "image_asset_pointer", "asset_pointer": format!("file-service://{id}")});
    let asked: Vec<Value> = picture.map(asset).into_iter().chain([json!(prompt)]).collect();
    json!({
        "title": title, "create_time": 1_700_000_000.5, "conversation_id": title, "current_node": "a", "mapping": {
            "u": {"parent": null, "children": ["a"], "message": message("user", json!(asked))},
            "a": {"parent": "u", "children": [], "message": message("assistant", json!(["Here."]))},
        },
    })
}

fn zipped(home: &Home, name: &str, files: &[(&str, Vec<u8>)]) -> PathBuf {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a file");
        zip.write_all(bytes).expect("it is written");
    }
    let path = home.path().join(name);
    std::fs::write(&path, zip.finish().expect("it is whole").into_inner()).expect("it can be written");
    path
}

#[test]
fn several_files_are_taken_in_at_once_and_a_broken_one_keeps_no_other_out() {
    let home = home();
    let one = home.write("one.json", &json!([conversation("One", "first", None)]).to_string());
    let two = home.write("two.json", &json!([conversation("Two", "second", None)]).to_string());
    let broken = home.write("broken.json", "[{\"title\": ");
    let ran = import(&home, &[], &[broken.clone(), one.clone(), home.path().join("gone.json"), two]);
    assert_eq!(ran.status, 2);
    for said in ["broken.json cannot be imported: line 1: the file breaks off", "gone.json cannot be read"] {
        assert_eq!(ran.err.matches(said).count(), 1, "{said}: {}", ran.err);
    }
    assert_eq!(ran.out.matches("1 new chat with 1 new turn came in").count(), 2, "{}", ran.out);
    assert_eq!(ok(home.run(&["history", "list", "--archived"])).lines().count(), 2);
}

#[test]
fn the_zip_file_of_chatgpt_is_taken_in_as_it_comes() {
    let home = home();
    let chats = |chats: &[Value]| json!(chats).to_string().into_bytes();
    let picture = files::png(&files::noise(30, 20));
    let export = zipped(
        &home,
        "export.zip",
        &[
            ("chat.html", b"<html>".to_vec()),
            ("conversations-000.json", chats(&[conversation("A", "one", Some("file-Crab0001"))])),
            ("../../user-1/file-Crab0001-crab.png", picture),
            ("conversations-001.json", chats(&[conversation("B", "two", None), json!({"title": "Stub"})])),
            ("shared_conversations.json", b"[7]".to_vec()),
        ],
    );
    let ran = import(&home, &[], std::slice::from_ref(&export));
    let name = export.display();
    let said = format!(
        "conversations-000.json in {name} is conversations of ChatGPT: 1 new chat with 1 new turn came in\n\
         conversations-001.json in {name} is conversations of ChatGPT: 1 new chat with 1 new turn came in\n"
    );
    assert_eq!((ran.status, ran.out), (0, said), "{}", ran.err);
    assert_eq!(ran.err, "1 file beside it came along\nleft out, conversations without a 'mapping': 1 (“Stub”)\n");
    let exported = ok(home.run(&["history", "export", "--format", "markdown"]));
    assert!(exported.contains("crab.png"), "{exported}");
    assert!(ok(import(&home, &[], &[export])).contains("1 turn was there already"));
    assert!(!home.path().join("user-1").exists(), "nothing is unpacked to the disk");
}

#[test]
fn a_zip_file_that_is_none_or_of_something_else_is_refused_with_a_line() {
    let home = home();
    let other = zipped(&home, "other.zip", &[("notes.txt", b"hi".to_vec())]);
    let whole = std::fs::read(&other).expect("it is read");
    let cut = home.path().join("cut.zip");
    std::fs::write(&cut, &whole[..whole.len() / 2]).expect("it can be written");
    let mixed = zipped(
        &home,
        "mixed.zip",
        &[
            ("a/conversations.json", b"[{}]".to_vec()),
            ("b/conversations.json", json!([conversation("B", "two", None)]).to_string().into_bytes()),
        ],
    );
    for (file, why) in [
        (other, "it is a ZIP file without a conversations.json of ChatGPT"),
        (cut, "its ZIP cannot be read"),
        (mixed, "conversations.json in "),
    ] {
        let ran = import(&home, &[], &[file]);
        assert!(ran.status == 2 && ran.err.contains(why) && ran.err.contains("nothing was changed"), "{ran:?}");
    }
    assert_eq!(ok(home.run(&["history", "list"])).lines().count(), 1, "of two files in one the whole one came in");
    let stdin = home.run_with(&["history", "import", "-"], &whole);
    assert!(
        stdin.status == 2 && stdin.err.contains("it is a ZIP file, which can only be read by its name"),
        "{stdin:?}"
    );
}

/// A history with lessons about these prompts, and a verdict.
fn lessons(prompts: &[&str]) -> String {
    let lesson = |prompt: &&str| {
        json!({"type": "lesson", "prompt": prompt, "decided": "coding", "category": "general", "scope": "always", "taught_at": "2026-01-01T08:00:00.000Z"}).to_string()
    };
    let verdict = r#"{"type":"verdict","key":"2:abc","category":"coding","model":"m","reason":"so","decided_at":"2026-01-01T08:00:00.000Z"}"#;
    let lines: Vec<String> = prompts.iter().map(lesson).collect();
    format!("{{\"pointsman\":\"history\",\"version\":2}}\n{}\n{verdict}\n", lines.join("\n"))
}

/// The prompts of the lessons in force.
fn in_force(home: &Home) -> Vec<(String, Option<String>)> {
    let rows: Vec<Value> = serde_json::from_str(&ok(home.run(&["lessons", "--json"]))).expect("JSON");
    let text = |row: &Value, key: &str| row[key].as_str().map(str::to_owned);
    rows.iter().map(|row| (text(row, "prompt").unwrap_or_default(), text(row, "imported_from"))).collect()
}

#[test]
fn lessons_of_a_file_are_marked_and_are_taken_back_together() {
    let home = home();
    let theirs = home.write("theirs.jsonl", &lessons(&["Sort a list", "Sort a table"]));
    let others = home.write("others.jsonl", &lessons(&["Name a ship"]));
    let ran = import(&home, &[], &[theirs.clone(), others]);
    assert!(
        ran.err.contains("what it brings decides from now on; 'pointsman lessons undo --imported theirs.jsonl'"),
        "{ran:?}"
    );
    assert_eq!(in_force(&home)[1], ("Sort a table".to_owned(), Some("theirs.jsonl".to_owned())));
    let listed = ok(home.run(&["lessons"]));
    assert!(listed.contains("from theirs.jsonl: Sort a list"), "{listed}");
    assert_eq!(
        ok(home.run(&["lessons", "undo", "--imported", "somewhere/theirs.jsonl"])),
        "undone: 2 lessons and 1 verdict that came from 'theirs.jsonl'\n"
    );
    assert_eq!(in_force(&home), [("Name a ship".to_owned(), Some("others.jsonl".to_owned()))]);
    assert_eq!(
        ok(home.run(&["lessons", "undo", "--imported"])),
        "undone: 1 lesson and 0 verdicts that came from a file\n"
    );
    assert_eq!(in_force(&home), []);
    let none = home.run(&["lessons", "undo", "--imported"]);
    assert!(none.status == 2 && none.err.contains("no lesson in force came from a file"), "{none:?}");
    // What was undone stays so.
    let again = import(&home, &["--with-lessons"], &[theirs]);
    assert!(again.status == 0 && in_force(&home).is_empty(), "{again:?}");
}

#[test]
fn lessons_of_a_file_can_be_left_out() {
    let home = home();
    let file = home.write("theirs.jsonl", &lessons(&["Sort a list"]));
    let ran = import(&home, &["--without-lessons"], std::slice::from_ref(&file));
    assert!(ran.err.contains("left out, lessons and verdicts, which --with-lessons takes in: 2"), "{ran:?}");
    assert_eq!(in_force(&home), []);
    let both = import(&home, &["--without-lessons", "--with-lessons"], &[file]);
    assert!(both.status == 2 && both.err.contains("cannot be used with"), "{both:?}");
}

#[test]
fn on_a_terminal_lessons_come_in_only_when_the_user_says_so() {
    let home = home();
    let file = home.write("theirs.jsonl", &lessons(&["Sort a list"])).display().to_string();
    let question = "brings 2 lessons and verdicts that would decide which model answers: take them in? [y/N]";
    for (answer, said, count) in [("\r", "left out, lessons and verdicts", 0), ("y\r", "1 lesson came in", 1)] {
        let mut terminal = Pty::start(&home, &["history", "import", &file]);
        terminal.until_like("the question", |terminal| flat(&terminal.shown()).contains(&flat(question)));
        terminal.send(answer);
        terminal.until_like(said, |terminal| flat(&terminal.shown()).contains(&flat(said)));
        assert_eq!(terminal.ended(), 0);
        assert_eq!(in_force(&home).len(), count, "after {answer:?}");
    }
    // Nothing more would decide, so nothing is asked.
    let mut terminal = Pty::start(&home, &["history", "import", &file]);
    terminal.until("came in");
    assert_eq!(terminal.ended(), 0);
    assert!(!terminal.shown().contains("[y/N]"), "{}", terminal.shown());
}

/// A text without its spaces: the terminal breaks lines anywhere.
fn flat(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn a_chat_of_a_clock_that_ran_ahead_is_exported_imported_and_gone_on_with() {
    for year in ["2040", "9990"] {
        let home = home();
        let when: Timestamp = format!("{year}-01-01T00:00:00Z").parse().expect("a time");
        let (chat, turn) = (ConversationId(id::at(when, 1)), TurnId(id::at(when, 2)));
        let history = [
            json!({"pointsman": "history", "version": 2}),
            json!({"type": "conversation", "id": chat.to_string(), "title": "Ahead", "started_at": when, "updated_at": when}),
            json!({"type": "turn", "conversation": chat.to_string(), "id": turn.to_string(), "asked_at": when, "prompt": "Hi", "ending": "stopped"}),
        ];
        let lines: Vec<String> = history.iter().map(Value::to_string).collect();
        ok(home.run_with(&["history", "import", "-"], lines.join("\n").as_bytes()));
        ok(home.run(&["--offline", "ask", "-c", "coding", "hello"]));
        let backup = ok(home.run(&["history", "export"]));
        let other = self::home();
        ok(other.run_with(&["history", "import", "-"], backup.as_bytes()));
        assert_eq!(ok(other.run(&["history", "export"])), backup, "{year}");
    }
}

#[test]
fn lessons_are_not_read_where_the_user_chose_the_category() {
    let home = Home::new();
    home.write(CONFIG, &format!("{}[routing]\nescalate = \"never\"\n", only_here(&[])));
    let file = home.write("theirs.jsonl", &lessons(&["Sort a list"]));
    ok(import(&home, &[], &[file]));
    let database = home.path().join("data/pointsman/pointsman.db");
    let connection = Connection::open(database).expect("the database");
    // What cannot be read is not missed by what does not read it.
    connection.execute_batch("ALTER TABLE lessons RENAME COLUMN decided TO spoilt").expect("it is spoilt");
    drop(connection);
    for (args, tells) in [(&["-c", "coding", "Sort a list"][..], false), (&["Sort a list"], true)] {
        let ran = home.run(&[&["--offline", "ask"], args].concat());
        assert_eq!((ran.status, ran.err.contains("the lessons could not be read")), (0, tells), "{args:?}: {ran:?}");
    }
}
