//! The commands that look into the chats, take them out and in, and delete them, as a user meets them.

use crate::support::program::{Home, Ran};
use crate::support::pty::Pty;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn home() -> Home {
    Home::new().set("TZ", "UTC")
}

/// Two chats, of which the second branched and has a request, and a third that was put away; a lesson, a decision, a verdict.
pub(crate) const HISTORY: &str = concat!(
    r#"{"pointsman":"history","version":1}"#,
    "\n",
    r#"{"type":"conversation","id":"2aaaaaaaaaa01","title":"Merge sorted lists","started_at":"2026-01-02T08:00:00.000Z","updated_at":"2026-01-02T08:01:00.000Z","archived":false}"#,
    "\n",
    r#"{"type":"turn","conversation":"2aaaaaaaaaa01","id":"2aaaaaaaaaa02","asked_at":"2026-01-02T08:00:00.000Z","prompt":"Merge two sorted lists","answer":"Use a heap.","ending":"answered","finish":"stop"}"#,
    "\n",
    r#"{"type":"conversation","id":"2aaaaaaaaab01","title":"Halting","started_at":"2026-02-02T08:00:00.000Z","updated_at":"2026-02-02T09:00:00.000Z","archived":false,"place":{"draft":"half a thought","leaf":"2aaaaaaaaab03"}}"#,
    "\n",
    r#"{"type":"turn","conversation":"2aaaaaaaaab01","id":"2aaaaaaaaab02","asked_at":"2026-02-02T08:00:00.000Z","prompt":"Explain the halting problem","decision":{"decided_at":"2026-02-02T08:00:00.000Z","category":"reasoning","model":"llama-3.3-70b","provider":"oxlo","decider":"judge","confidence":0.93,"reason":"a proof","candidates":["llama-3.3-70b"],"elapsed_us":312000,"requests":1,"outcome":"answered","answered_by":"llama-3.3-70b","first_text_us":420000},"model":"llama-3.3-70b","request":{"url":"https://api.example/v1/chat/completions","body":{"model":"llama-3.3-70b","stream":true},"system":"Be brief."},"reasoning":"Let me recall Turing.","answer":"No program decides it.","ending":"answered","finish":"stop","prompt_tokens":12,"completion_tokens":34,"first_text_us":420000,"total_us":1900000}"#,
    "\n",
    r#"{"type":"turn","conversation":"2aaaaaaaaab01","id":"2aaaaaaaaab03","parent":"2aaaaaaaaab02","asked_at":"2026-02-02T08:30:00.000Z","prompt":"Prove it","answer":"Suppose there was one","ending":"stopped"}"#,
    "\n",
    r#"{"type":"turn","conversation":"2aaaaaaaaab01","id":"2aaaaaaaaab04","parent":"2aaaaaaaaab02","asked_at":"2026-02-02T08:40:00.000Z","prompt":"Sketch it","answer":"","ending":"interrupted"}"#,
    "\n",
    r#"{"type":"conversation","id":"2bbbbbbbbbb01","title":"Put away","started_at":"2025-02-02T08:00:00.000Z","updated_at":"2025-02-02T09:00:00.000Z","archived":true}"#,
    "\n",
    r#"{"type":"turn","conversation":"2bbbbbbbbbb01","id":"2bbbbbbbbbb02","asked_at":"2025-02-02T08:00:00.000Z","prompt":"An old quokka","answer":"Indeed.","ending":"answered","finish":"length"}"#,
    "\n",
    r#"{"type":"decision","decided_at":"2026-01-01T08:00:00.000Z","prompt":"asked from a script","category":"general","model":"deepseek-v3.2","provider":"oxlo","decider":"classifier","confidence":0.1,"probabilities":{"general":0.1},"reason":"sure","elapsed_us":5,"requests":0}"#,
    "\n",
    r#"{"type":"lesson","prompt":"Mend it","decided":"general","category":"coding","scope":"always","taught_at":"2026-01-01T08:00:00.000Z"}"#,
    "\n",
    r#"{"type":"verdict","key":"2:abc","category":"coding","model":"deepseek-v3.2","confidence":0.3,"reason":"it said so","decided_at":"2026-01-01T08:00:00.000Z"}"#,
    "\n",
);

fn lived_in() -> Home {
    let home = home();
    let ran = home.run_with(&["history", "import", "-"], HISTORY.as_bytes());
    let decides = "what it brings decides from now on; 'pointsman lessons undo --imported stdin' takes it back\n";
    assert_eq!((ran.status, ran.err.as_str()), (0, decides), "{}", ran.out);
    assert_eq!(
        ran.out,
        "stdin is a history of pointsman: 3 new chats with 5 new turns, 1 decision, 1 lesson came in\n"
    );
    home
}

fn ok(ran: Ran) -> String {
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.out
}

/// Every file below the data folder that contains `text`.
fn files_with(home: &Home, text: &str) -> Vec<PathBuf> {
    fn look(folder: &Path, text: &[u8], found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("it is readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                look(&path, text, found);
            } else if std::fs::read(&path).expect("it is read").windows(text.len()).any(|bytes| bytes == text) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    look(&home.path().join("data"), text.as_bytes(), &mut found);
    found
}

#[test]
fn a_backup_taken_in_by_an_empty_home_gives_the_same_bytes_again() {
    let home = lived_in();
    let first = ok(home.run(&["history", "export"]));
    assert_eq!(first, ok(home.run(&["history", "export"])), "nothing changed between the two");
    let other = self::home();
    ok(other.run_with(&["history", "import", "-"], first.as_bytes()));
    assert_eq!(first, ok(other.run(&["history", "export"])));
    let again = other.run_with(&["history", "import", "-"], first.as_bytes());
    assert_eq!(
        again.out,
        "stdin is a history of pointsman: 0 new chats with 0 new turns came in; 5 turns were there already\n"
    );
    assert_eq!(first, ok(other.run(&["history", "export"])), "taking it in twice changes nothing");
    assert_eq!(first.lines().count(), HISTORY.lines().count());
    for part in ["half a thought", "Let me recall Turing.", "\"confidence\":0.93", "Be brief.", "2:abc", "quokka"] {
        assert!(first.contains(part), "{part} is lost in {first}");
    }
}

#[test]
fn the_json_document_is_taken_in_as_well() {
    let home = lived_in();
    let document = ok(home.run(&["history", "export", "--format", "json", "--reasoning"]));
    let json: Value = serde_json::from_str(&document).expect("it is JSON");
    assert_eq!(json["conversations"].as_array().map(Vec::len), Some(3));
    let other = self::home();
    ok(other.run_with(&["history", "import", "-"], document.as_bytes()));
    assert_eq!(ok(other.run(&["history", "export"])), ok(home.run(&["history", "export"])));
}

#[test]
fn chats_are_listed_with_what_was_touched_last_first() {
    let home = lived_in();
    let ran = home.run(&["history", "list"]);
    assert_eq!(
        ran.out,
        "2aaaaaaaaab01 2026-02-02 09:00   3 interrupted Halting\n\
         2aaaaaaaaaa01 2026-01-02 08:01   1             Merge sorted lists\n"
    );
    let all = ok(home.run(&["history", "list", "--archived"]));
    assert!(all.contains("2bbbbbbbbbb01 2025-02-02 09:00   1 archived    Put away"), "{all}");
    let few = home.run(&["history", "list", "--limit", "1"]);
    assert_eq!((few.out.lines().count(), few.err.as_str()), (1, "1 more; --limit 2 lists them\n"));
    let json: Value = serde_json::from_str(&ok(home.run(&["history", "list", "--json"]))).expect("JSON");
    assert_eq!(
        (&json[0]["id"], &json[0]["turns"], &json[0]["interrupted"]),
        (&"2aaaaaaaaab01".into(), &3.into(), &true.into())
    );
    let none = self::home().run(&["history", "list"]);
    assert!(none.status == 0 && none.out.is_empty() && none.err.contains("there are no chats yet"), "{none:?}");
}

#[test]
fn a_chat_is_shown_by_any_beginning_of_its_name_that_no_other_has() {
    let home = lived_in();
    let shown = ok(home.run(&["history", "show", "2B"]));
    assert!(
        shown.starts_with("# Put away\n\n*2025-02-02 08:00*\n\n## You, 2025-02-02 08:00\n\n> An old quokka\n"),
        "{shown}"
    );
    assert!(shown.contains("*the answer stops here: the model may not say more at once*"), "{shown}");
    let last = ok(home.run(&["history", "show"]));
    assert_eq!(last, ok(home.run(&["history", "show", "last"])));
    for part in [
        "# Halting",
        "> Prove it",
        "*stopped*",
        "## llama-3.3-70b, reasoning",
        "*reasoning by judge: a proof*",
        "Another branch, after",
        "> Sketch it",
    ] {
        assert!(last.contains(part), "{part} is missing in {last}");
    }
    assert!(!last.contains("Turing") && ok(home.run(&["history", "show", "--reasoning"])).contains("Turing"));
    let many = home.run(&["history", "show", "2aa"]);
    assert_eq!(many.status, 2);
    for part in ["'2aa' begins the names of 2 chats", "2aaaaaaaaab01 Halting", "2aaaaaaaaaa01 Merge sorted lists"] {
        assert!(many.err.contains(part), "{part} is missing in {}", many.err);
    }
    let none = home.run(&["history", "show", "zzz"]);
    assert!(none.status == 2 && none.err.contains("there is no chat 'zzz'"), "{none:?}");
    let json: Value = serde_json::from_str(&ok(home.run(&["history", "show", "last", "--json"]))).expect("JSON");
    assert_eq!(
        (&json["turns"][0]["reasoning"], &json["place"]["draft"]),
        (&"Let me recall Turing.".into(), &"half a thought".into())
    );
}

#[test]
fn the_exact_request_of_a_turn_is_shown() {
    let home = lived_in();
    for turn in ["1", "2aaaaaaaaab02"] {
        let json: Value =
            serde_json::from_str(&ok(home.run(&["history", "show", "last", "--request", turn]))).expect("JSON");
        assert_eq!(json["url"], "https://api.example/v1/chat/completions");
        assert_eq!(json["body"]["messages"][0]["content"], "Be brief.");
        assert_eq!(json["body"]["messages"][1]["content"], "Explain the halting problem");
    }
    let none = home.run(&["history", "show", "last", "--request", "last"]);
    assert!(none.status == 1 && none.err.contains("the turn 2aaaaaaaaab03 has no request"), "{none:?}");
    let wrong = home.run(&["history", "show", "last", "--request", "9"]);
    assert!(wrong.status == 2 && wrong.err.contains("a number from 1 to 2"), "{wrong:?}");
}

#[test]
fn what_was_said_is_found_with_the_name_that_shows_it() {
    let home = lived_in();
    let found = ok(home.run(&["history", "search", "QUOKKA"]));
    assert_eq!(found, "2bbbbbbbbbb01 2025-02-02 Put away (archived)\n    An old quokka\n");
    let json: Value = serde_json::from_str(&ok(home.run(&["history", "search", "heap", "--json"]))).expect("JSON");
    assert_eq!((&json[0]["chat"], &json[0]["in_answer"]), (&"2aaaaaaaaaa01".into(), &true.into()));
    let marked: Vec<&Value> =
        json[0]["snippet"].as_array().expect("pieces").iter().filter(|piece| piece["found"] == true).collect();
    assert_eq!(marked[0]["text"], "heap");
    let none = home.run(&["history", "search", "aardvark"]);
    assert!(none.status == 0 && none.out.is_empty() && none.err == "nothing was found\n", "{none:?}");
    assert_eq!(home.run(&["history", "search", " "]).status, 2);
}

#[test]
fn an_exported_file_is_private_whole_and_never_overwritten_unasked() {
    let home = lived_in();
    let file = home.path().join("backup.jsonl");
    let path = file.display().to_string();
    let ran = home.run(&["history", "export", "--out", &path]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    assert_eq!(ran.err, format!("3 chats written to {path}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata().expect("it is there").permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(std::fs::read_to_string(&file).expect("it is read"), ok(home.run(&["history", "export"])));
    let again = home.run(&["history", "export", "2b", "--format", "markdown", "--out", &path]);
    assert!(again.status == 2 && again.err.contains("is there already; --force overwrites it"), "{again:?}");
    ok(home.run(&["history", "export", "2b", "--format", "markdown", "--out", &path, "--force"]));
    let page = std::fs::read_to_string(&file).expect("it is read");
    assert!(page.starts_with("# Put away\n") && !page.contains("Halting"), "{page}");
    let nowhere = home.run(&["history", "export", "--out", "/nowhere/at/all"]);
    assert!(nowhere.status == 1 && nowhere.err.contains("/nowhere/at/all cannot be written"), "{nowhere:?}");
    let left: Vec<_> =
        std::fs::read_dir(home.path()).expect("it is read").flatten().map(|entry| entry.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".tmp")), "{left:?}");
}

#[test]
fn a_mistake_in_a_file_names_the_line_and_changes_nothing() {
    let home = home();
    let broken = home.write("broken.jsonl", &HISTORY.replace("\"ending\":\"stopped\"", "\"ending\":\"sto"));
    let ran = home.run(&["history", "import", &broken.display().to_string()]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("cannot be imported: line 6: ") && ran.err.contains("; nothing was changed"),
        "{}",
        ran.err
    );
    assert_eq!(home.run(&["history", "list", "--archived"]).out, "");
    let dry = home.run_with(&["history", "import", "--dry-run", "-"], HISTORY.as_bytes());
    assert_eq!(
        dry.out,
        "stdin is a history of pointsman: 3 new chats with 5 new turns, 1 decision, 1 lesson would come in\n"
    );
    assert_eq!(home.run(&["history", "list", "--archived"]).out, "");
    let none = home.run(&["history", "import", "missing.json"]);
    assert!(none.status == 2 && none.err.contains("missing.json cannot be read"), "{none:?}");
}

#[test]
fn nothing_is_deleted_without_a_yes() {
    let home = lived_in();
    let before = ok(home.run(&["history", "export"]));
    for args in [
        &["history", "delete", "last"][..],
        &["history", "delete", "--all"],
        &["history", "prune", "--older-than", "1d"],
    ] {
        let ran = home.run(args);
        assert!(ran.status == 2 && ran.err.contains("nothing was deleted") && ran.err.contains("add --yes"), "{ran:?}");
    }
    for args in [
        &["history", "prune"][..],
        &["history", "delete"],
        &["history", "delete", "last", "--all"],
        &["history", "prune", "--max-size", "big"],
    ] {
        assert_eq!(home.run(args).status, 2, "{args:?}");
    }
    assert_eq!(before, ok(home.run(&["history", "export"])));
}

#[test]
fn on_a_terminal_deleting_asks_first() {
    let home = lived_in();
    for (answer, left) in [("\r", 3), ("nay\r", 3), ("y\r", 2)] {
        let mut terminal = Pty::start(&home, &["history", "delete", "2b"]);
        terminal.until("Delete 1 chat with 1 turn for good? [y/N]");
        terminal.send(answer);
        terminal.until(if left == 3 { "nothing was deleted" } else { "deleted 1 chat with 1 turn" });
        assert_eq!(terminal.ended(), 0);
        let list = ok(home.run(&["history", "list", "--archived"]));
        assert_eq!(list.lines().count(), left, "after {answer:?}: {list}");
    }
}

#[test]
fn a_deleted_chat_leaves_no_text_and_the_others_stay() {
    let home = lived_in();
    assert!(!files_with(&home, "halting problem").is_empty());
    let ran = home.run(&["history", "delete", "2aaaaaaaaab", "--yes"]);
    assert_eq!(ran.out, "deleted 1 chat with 3 turns\n");
    assert_eq!(ran.err, "2aaaaaaaaab01 Halting\n");
    for text in ["halting problem", "half a thought", "recall Turing", "Suppose there was"] {
        assert_eq!(files_with(&home, text), [] as [PathBuf; 0], "{text}");
    }
    assert_eq!(ok(home.run(&["history", "list", "--archived"])).lines().count(), 2);
}

#[test]
fn a_chat_without_prompts_is_listed_and_can_be_deleted() {
    let home = lived_in();
    let withdrawn = HISTORY.replace("2bbbbbbbbbb", "2cccccccccc");
    let withdrawn = withdrawn.replace("An old quokka\"", "my passphrase\",\"withdrawn\":true");
    assert_eq!(home.run_with(&["history", "import", "-"], withdrawn.as_bytes()).status, 0);
    let listed = home.run(&["history", "list"]);
    assert!(!listed.out.contains("2cccccccccc01"), "{listed:?}");
    let told = "in 1 chat more every prompt was taken back; 'pointsman history delete 2cccccccccc01'";
    assert!(listed.err.contains(told), "{listed:?}");
    assert_eq!(home.run(&["history", "show", "2c"]).status, 0);
    assert!(!files_with(&home, "my passphrase").is_empty());
    assert_eq!(home.run(&["history", "delete", "2c", "--yes"]).status, 0);
    assert_eq!(files_with(&home, "my passphrase"), [] as [PathBuf; 0]);
}

#[test]
fn deleting_everything_leaves_no_text_in_any_file() {
    let home = lived_in();
    let ran = home.run(&["history", "delete", "--all", "--yes"]);
    let said = "deleted 3 chats with 5 turns, 2 decisions and 1 lesson; nothing is left of them in ";
    assert!(ran.status == 0 && ran.out.starts_with(said), "{ran:?}");
    for text in ["halting", "quokka", "Turing", "half a", "Mend it", "it said so", "asked from", "Put away", "Be brief"]
    {
        assert_eq!(files_with(&home, text), [] as [PathBuf; 0], "{text}");
    }
    assert_eq!(home.run(&["history", "list", "--archived"]).out, "");
}

#[test]
fn what_another_program_could_write_again_is_not_said_to_be_gone() {
    let home = lived_in();
    let path = home.path().join("data/pointsman/pointsman.db");
    let other = pointsman::store::Store::open(&path, jiff::Timestamp::now()).expect("it opens");
    let all = home.run(&["history", "delete", "--all", "--yes"]);
    assert!(all.status == 1 && all.err.contains("nothing was deleted") && all.err.contains("end it first"), "{all:?}");
    assert_eq!(ok(home.run(&["history", "list", "--archived"])).lines().count(), 3);
    for args in [&["history", "delete", "2b", "--yes"][..], &["history", "prune", "--older-than", "1d", "--yes"]] {
        let ran = home.run(args);
        assert!(ran.status == 0 && ran.err.contains("another pointsman has the history open"), "{ran:?}");
    }
    drop(other);
    let all = home.run(&["history", "delete", "--all", "--yes"]);
    assert!(all.status == 0 && all.err.is_empty(), "{all:?}");
}

#[test]
fn old_chats_go_when_asked_and_what_would_go_is_said_first() {
    let home = lived_in();
    let dry = home.run(&["history", "prune", "--older-than", "1d", "--dry-run"]);
    assert!(
        dry.out.starts_with("3 chats with 5 turns, and 1 decision without a chat would be deleted; the history takes "),
        "{dry:?}"
    );
    let none = home.run(&["history", "prune", "--older-than", "200 years", "--max-size", "1GB"]);
    assert!(none.status == 0 && none.err.contains("there is nothing to delete"), "{none:?}");
    let gone = home.run(&["history", "prune", "--max-size", "1 KB", "--yes"]);
    assert!(gone.out.starts_with("deleted 3 chats with 5 turns; the history took "), "{gone:?}");
    assert_eq!(home.run(&["history", "list", "--archived"]).out, "");
    assert_eq!(ok(home.run(&["lessons"])).lines().count(), 1, "lessons stay");
}

#[test]
fn the_path_of_the_history_is_printed_without_making_one() {
    let home = home();
    let path = ok(home.run(&["history", "path"]));
    assert_eq!(path, format!("{}\n", home.path().join("data/pointsman/pointsman.db").display()));
    assert!(!home.path().join("data").exists());
}

#[test]
fn conversations_of_chatgpt_are_taken_in_once() {
    let home = home();
    let text = |role: &str, text: &str, time: f64| serde_json::json!({"author": {"role": role}, "create_time": time, "content": {"content_type": "text", "parts": [text]}});
    let chats = serde_json::json!([{
        "title": "Sort", "create_time": 1_700_000_000.5, "conversation_id": "c", "current_node": "a", "mapping": {
            "u": {"parent": null, "children": ["a"], "message": text("user", "Sort it", 1_700_000_000.5)},
            "a": {"parent": "u", "children": [], "message": text("assistant", "Sorted.", 1_700_000_001.5)},
        },
    }, {"mapping": {}}]);
    let file = home.write("conversations.json", &chats.to_string()).display().to_string();
    let ran = home.run(&["history", "import", &file]);
    assert_eq!(ran.out, format!("{file} is conversations of ChatGPT: 1 new chat with 1 new turn came in\n"));
    assert_eq!(ran.err, "left out, conversations without a prompt: 1\n");
    assert!(ok(home.run(&["history", "import", &file])).contains("1 turn was there already"));
    assert!(ok(home.run(&["history", "show"])).contains("\nSorted.\n"));
}

#[test]
fn decisions_are_chosen_by_outcome_and_text_and_one_is_shown_in_full() {
    let home = lived_in();
    for (args, prompt) in [
        (["--outcome", "answered"], "Explain the halting problem"),
        (["--outcome", "unfinished"], "asked from a script"),
        (["--search", "HALTING"], "Explain the halting problem"),
    ] {
        let out = ok(home.run(&[&["history", "routes"], &args[..]].concat()));
        assert!(out.lines().count() == 1 && out.contains(prompt), "{args:?}: {out}");
    }
    let full = ok(home.run(&["history", "routes", "--full", "last"]));
    for part in [
        "chat        2aaaaaaaaab01 Halting, turn 2aaaaaaaaab02\n",
        "category    reasoning\n",
        "model       llama-3.3-70b of oxlo\n",
        "decider     judge, 93 %\n",
        "why         a proof\n",
        "deciding    took 312 ms and 1 request\n",
        "outcome     answered, first text after 420 ms\n",
    ] {
        assert!(full.contains(part), "{part} is missing in {full}");
    }
    let json: Value =
        serde_json::from_str(&ok(home.run(&["history", "routes", "--full", "1", "--json"]))).expect("JSON");
    assert_eq!(json["id"], 1);
    for wrong in ["99", "first"] {
        let ran = home.run(&["history", "routes", "--full", wrong]);
        assert!(ran.status == 2 && ran.err.contains("--json"), "{ran:?}");
    }
}
