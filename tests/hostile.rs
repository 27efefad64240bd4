//! Escape sequences and characters that hide, put into every entrance: none reaches stdout, stderr or a file. What stands
//! between them must, or the entrance was not reached.

use crate::history_chats::HISTORY;
use crate::support::program::{Home, Ran};
use crate::support::server::{Reply, Server, models};
use pointsman::store::FILE;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;

/// What a terminal would obey, or not show: the clipboard, the screen, colour and title by C1, direction, tags.
const DIRT: &str = "\u{1b}]52;c;ZXZpbA==\u{7}\u{1b}[2J\u{9b}31m\u{9d}0;t\u{9c}\u{202e}\u{200b}\u{e0041}\u{2066}";

fn hostile(word: &str) -> String {
    format!("{DIRT}{word}{DIRT}")
}

/// What must not come out, in the words of this test.
fn is_dirt(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

/// That `text` is clean, and where its lines are JSON, the texts in them.
fn assert_clean(text: &str, whose: &str) {
    fn strings(value: &Value, whose: &str) {
        match value {
            Value::String(text) => assert!(!text.contains(is_dirt), "{whose}: {text:?}"),
            Value::Array(values) => values.iter().for_each(|value| strings(value, whose)),
            Value::Object(map) => {
                for (key, value) in map {
                    assert!(!key.contains(is_dirt), "{whose}: {key:?}");
                    strings(value, whose);
                }
            }
            _ => {}
        }
    }
    assert!(!text.contains(is_dirt), "{whose}: {text:?}");
    for value in text.lines().chain([text]).filter_map(|line| serde_json::from_str(line).ok()) {
        strings(&value, whose);
    }
}

/// Runs the program and checks what it prints; `words` must be in it.
fn run(home: &Home, args: &[&str], input: &[u8], words: &[&str]) -> Ran {
    let ran = if input.is_empty() { home.run(args) } else { home.run_with(args, input) };
    for text in [&ran.out, &ran.err] {
        assert_clean(text, &format!("{args:?}"));
    }
    for word in words {
        assert!(format!("{}{}", ran.out, ran.err).contains(word), "{args:?} says nothing of {word}: {ran:?}");
    }
    ran
}

/// Checks every file in `folder` and below, but for the database and what the test itself wrote into `in`.
fn assert_clean_files(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("it is readable").flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            if name != "in" && name != "config" {
                assert_clean_files(&path);
            }
        } else if !name.starts_with(FILE) {
            let bytes = std::fs::read(&path).expect("it is readable");
            assert_clean(&String::from_utf8_lossy(&bytes), &name);
        }
    }
}

/// Runs off the threads that serve the server.
async fn off<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(run).await.expect("the run does not panic")
}

/// A judge is always asked.
const UNSURE: &str = "[routing]\nthreshold = 1.0\nescalate = \"wait\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn slow_a_hostile_server_reaches_neither_terminal_nor_files() {
    let list = || models(&[&hostile("offered-model"), "qwen-3-32b"]);
    let server = Server::listing(list, |request| match request.prompt() {
        prompt if request.is_judging() && prompt.contains("nonsense") => Reply::said(&hostile("judge-nonsense")),
        _ if request.is_judging() => {
            let reply = json!({"category": "coding", "confidence": 0.9, "reason": hostile("judge-reason")});
            Reply::said(&reply.to_string())
        }
        prompt if prompt.contains("refuse") => {
            Reply::json(400, &json!({"error": {"message": hostile("provider-refusal")}}))
        }
        prompt if prompt.contains("plain") => Reply::whole(500, "text/plain", &hostile("provider-page")),
        prompt if prompt.contains("type") => Reply::whole(200, &format!("text/{}", "\u{9b}31m\u{202e}odd"), "x"),
        prompt if prompt.contains("inside") => {
            Reply::events().event(&json!({"error": {"message": hostile("provider-inside")}}).to_string())
        }
        prompt if prompt.contains("bytes") => Reply::events()
            .bytes(b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"raw-answer\x9b31m\x9d0;t\x9c\xe2\x80\"}}]}\n\n")
            .text("then")
            .done(),
        // Cut in the middle of its sequences.
        _ => hostile("streamed-answer").chars().fold(Reply::events(), |reply, c| reply.text(&c.to_string())).done(),
    })
    .await;
    let home = Home::connected(&server.base_url).set("POINTSMAN_LOG", "trace");
    off(move || {
        home.write("config/pointsman/config.toml", UNSURE);
        run(&home, &["models"], b"", &["offered-model"]);
        run(&home, &["models", "--json"], b"", &["offered-model"]);
        run(&home, &["doctor", "-v"], b"", &["provider oxlo"]);
        run(&home, &["doctor", "--json", "-v"], b"", &["provider oxlo"]);
        run(&home, &["route", "decide"], b"", &["judge-reason"]);
        run(&home, &["route", "--json", "decide"], b"", &["judge-reason"]);
        run(&home, &["route", "nonsense"], b"", &["judge-nonsense"]);
        run(&home, &["ask", "hello"], b"", &["streamed-answer"]);
        run(&home, &["ask", "--json", "hello"], b"", &["streamed-answer"]);
        for (prompt, word) in [
            ("refuse", "provider-refusal"),
            ("plain", "provider-page"),
            ("type", "oxlo"),
            ("inside", "provider-inside"),
            ("bytes", ""),
        ] {
            run(&home, &["ask", "-c", "coding", prompt], b"", &[word]);
            run(&home, &["ask", "--json", "-c", "coding", prompt], b"", &[word]);
        }
        run(&home, &["ask", "-"], format!("{} and \x1b", hostile("piped-prompt")).as_bytes(), &["streamed-answer"]);
        run(&home, &["ask", "-c", "coding", "-"], b"no \x9b31m\xff text", &["streamed-answer"]);
        run(&home, &["history", "routes"], b"", &["piped-prompt", "no \u{fffd}31m\u{fffd} text"]);
        run(&home, &["history", "routes", "--json"], b"", &["piped-prompt", "judge-reason"]);
        run(&home, &["history", "routes", "--full", "last"], b"", &[]);
        assert_clean_files(home.path());
    })
    .await;
}

/// `HISTORY` with dirt around every text that a person or a model may have written.
fn hostile_history() -> String {
    const TEXTS: [&str; 16] = [
        "title",
        "prompt",
        "answer",
        "draft",
        "category",
        "model",
        "provider",
        "reason",
        "candidates",
        "answered_by",
        "url",
        "system",
        "reasoning",
        "decided",
        "error",
        "body",
    ];
    let lines = HISTORY.lines().map(|line| {
        let mut value: Value = serde_json::from_str(line).expect("JSON");
        soil(&mut value, &|key| TEXTS.contains(&key));
        value.to_string() + "\n"
    });
    lines.collect()
}

/// Puts dirt around every text in `value` whose key, or that of a list around it, is `like` that.
fn soil(value: &mut Value, like: &dyn Fn(&str) -> bool) {
    let Value::Object(map) = value else { return };
    for (key, value) in map {
        match value {
            Value::String(text) if like(key) => *text = hostile(text),
            Value::Array(values) if like(key) => {
                for text in values {
                    *text = hostile(text.as_str().unwrap_or_default()).into();
                }
            }
            value => soil(value, like),
        }
    }
}

/// All that can be asked about the history.
fn look_into_the_history(home: &Home) {
    for args in [
        "list --archived",
        "list --json --archived",
        "show 2aaaaaaaaaa01",
        "show 2aaaaaaaaab01 --reasoning",
        "show 2aaaaaaaaab01 --json",
        "show 2aaaaaaaaab01 --request 1",
        "show 2aaa",
        "search halting",
        "search --json halting",
        "export",
        "export --format json",
        "export --format markdown --reasoning",
        "routes",
        "routes --json",
        "routes --stats",
        "routes --stats --json",
        "routes --full last",
        "prune --older-than 1d --dry-run",
    ] {
        let args: Vec<&str> = ["history"].into_iter().chain(args.split(' ')).collect();
        let ran = run(home, &args, b"", &[]);
        assert!(!ran.out.is_empty() || ran.status == 2, "{args:?}: {ran:?}");
    }
    for format in ["jsonl", "json", "markdown"] {
        let file = home.path().join(format!("{}.{format}", hostile("exported")));
        let file = file.to_str().expect("text");
        run(home, &["history", "export", "--format", format, "--out", file], b"", &["exported"]);
    }
    run(home, &["lessons"], b"", &["Mend it"]);
    run(home, &["lessons", "--json"], b"", &["Mend it"]);
    run(home, &["history", "show", "2aaaaaaaaab01"], b"", &["Explain the halting problem", "No program decides it."]);
    run(home, &["history", "show", "2aaaaaaaaab01", "--reasoning"], b"", &["Let me recall Turing."]);
    run(home, &["history", "list"], b"", &["Merge sorted lists"]);
    run(home, &["history", "routes", "--full", "last"], b"", &["Explain the halting problem", "a proof"]);
    assert_clean_files(home.path());
}

#[test]
fn a_hostile_file_that_is_imported_reaches_neither_terminal_nor_files() {
    let home = Home::new().set("TZ", "UTC");
    let file = home.write(&format!("in/{}.jsonl", hostile("import")), &hostile_history());
    let file = file.to_str().expect("text");
    run(&home, &["history", "import", "--dry-run", file], b"", &["import", "3 new chats"]);
    run(&home, &["history", "import", file], b"", &["import", "3 new chats"]);
    look_into_the_history(&home);
    for (input, word) in [
        (format!("{{\"{}\": 1}}", hostile("odd-key").replace('\u{1b}', "\\u001b").replace('\u{7}', "")), ""),
        (HISTORY.replace("2026-01-02T08:00:00.000Z", "\\u001b]0;x\\u0007\\u202esoon-ish"), "soon-ish"),
        (hostile("no-json"), ""),
    ] {
        let ran = run(&home, &["history", "import", "-"], input.as_bytes(), &[word]);
        assert_eq!(ran.status, 2, "{input:?}");
    }
    let ran = run(&home, &["history", "import", "-"], b"{\"a\": \"\x9b31m\"}", &["UTF-8"]);
    assert_eq!(ran.status, 2);
}

#[test]
fn a_hostile_database_reaches_neither_terminal_nor_files() {
    let home = Home::new().set("TZ", "UTC");
    run(&home, &["history", "import", "-"], HISTORY.as_bytes(), &["3 new chats"]);
    let database = Connection::open(home.path().join("data/pointsman").join(FILE)).expect("the database");
    let chosen = "INSERT INTO outcomes (kind, turn, prompt, category, winner, loser, happened_at)
        VALUES ('left', 1, 'Choose it', 'coding', 'm', 'n', 0)";
    database.execute(chosen, []).expect("it is written");
    let mut soiled = 0;
    for (table, id) in [
        ("conversations", "id"),
        ("turns", "id"),
        ("steps", "turn"),
        ("blocks", "id"),
        ("attachments", "turn"),
        ("places", "conversation"),
        ("decisions", "id"),
        ("lessons", "id"),
        ("outcomes", "id"),
        ("verdicts", "length(key)"),
    ] {
        let names = "SELECT name FROM pragma_table_info(?)
            WHERE type = 'TEXT' AND name NOT IN ('scope', 'ending', 'outcome', 'kind')";
        let mut names = database.prepare(names).expect("SQL");
        let columns: Vec<String> =
            names.query_map([table], |row| row.get(0)).expect("columns").map(Result::unwrap).collect();
        for column in columns {
            let texts = format!("SELECT {id}, {column} FROM {table} WHERE {column} IS NOT NULL");
            let mut texts = database.prepare(&texts).expect("SQL");
            let texts: Vec<(i64, String)> =
                texts.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows").map(Result::unwrap).collect();
            for (number, text) in texts {
                let dirty = match serde_json::from_str::<Value>(&text) {
                    Ok(Value::Array(texts)) => json!(
                        texts
                            .iter()
                            .map(|text| text.as_str().map_or_else(|| text.to_string(), hostile))
                            .collect::<Vec<_>>()
                    )
                    .to_string(),
                    Ok(mut value @ Value::Object(_)) => {
                        soil(&mut value, &|_| true);
                        value.to_string()
                    }
                    _ => hostile(&text),
                };
                let update = format!("UPDATE {table} SET {column} = ? WHERE {id} = ? AND {column} = ?");
                soiled += database.execute(&update, (dirty, number, text)).expect("it is written");
            }
        }
    }
    assert!(soiled > 40, "{soiled} texts");
    drop(database);
    look_into_the_history(&home);
    run(&home, &["lessons", "models"], b"", &["Choose it"]);
    run(&home, &["lessons", "models", "--json"], b"", &["Choose it"]);
    run(&home, &["lessons", "undo", "m1"], b"", &["Choose it"]);
}

#[test]
fn hostile_settings_and_rows_reach_neither_terminal_nor_files() {
    let home = Home::new().set("POINTSMAN_BASE_URL", &format!("http://{}:9/v1", hostile("named-host")));
    let escaped = |word: &str| {
        let codes: Vec<String> = hostile(word).chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
        codes.concat()
    };
    let settings = format!(
        "provider = \"{provider}\"\n[providers.\"{provider}\"]\nbase_url = \"http://127.0.0.1:9/v1\"\n\
         [categories.\"{category}\"]\nmodel = \"{model}\"\nfallbacks = [\"{fallback}\"]\ndescription = \"{told}\"\n\
         [models.\"{model}\"]\ncontext_window = 1000\n[chat]\nsystem_prompt = \"{told}\"\n",
        provider = "my-provider",
        category = "my-category",
        model = "my-model",
        fallback = "my-fallback",
        told = escaped("what-is-told"),
    );
    let file = home.write(&format!("in/{}.toml", hostile("settings")), &settings);
    let file = file.to_str().expect("text");
    let words = ["my-provider", "my-category", "my-model", "my-fallback", "what-is-told", "named-host"];
    run(&home, &["--config", file, "config", "show"], b"", &words);
    run(&home, &["--config", file, "config", "check"], b"", &["settings", "my-provider", "named-host"]);
    run(&home, &["--config", file, "config", "path"], b"", &["settings"]);
    run(&home, &["--config", file, "models"], b"", &["my-model", "my-category", "my-fallback"]);
    run(&home, &["--config", file, "models", "--json"], b"", &["my-model", "my-category"]);
    run(&home, &["--config", file, "route", "-c", "my-category", "x"], b"", &["my-category", "my-model"]);
    run(&home, &["--config", file, "ask", "x"], b"", &["my-provider"]);
    run(&home, &["--config", file, "route", "-c", &hostile("no-category"), "x"], b"", &["my-category"]);

    for (name, text) in [
        ("odd-key", format!("{} = 1\n", hostile("odd-key"))),
        ("quoted-key", format!("\"{}\" = 1\n", escaped("quoted-key"))),
        ("odd-value", format!("provider = \"{}\"\n", escaped("odd-value"))),
        ("odd-model", format!("[judge]\nmodel = \"{}\"\n", escaped("odd-model"))),
        ("odd-category", format!("[categories.\"{}\"]\nmodel = \"m\"\n", escaped("odd-category"))),
    ] {
        let file = home.write(&format!("in/{}.toml", hostile(name)), &text);
        let ran = run(&home, &["--config", file.to_str().expect("text"), "config", "check"], b"", &[name]);
        assert_eq!(ran.status, 2, "{ran:?}");
    }

    let rows = |category: &str| {
        let row = |prompt: &str| json!({"prompt": hostile(prompt), "category": category, "source": hostile("source")});
        format!("{}\n{}\n", row("a prompt"), row("another"))
    };
    let labelled = home.write(&format!("in/{}.jsonl", hostile("rows")), &rows(&hostile("row-category")));
    let labelled = labelled.to_str().expect("text");
    run(&home, &["eval", "--decider", "local", labelled], b"", &["rows", "row-category"]);
    run(&home, &["--config", file, "eval", "--decider", "local", labelled], b"", &["rows", "row-category"]);
    let out = home.path().join(hostile("head"));
    run(&home, &["train", labelled, "--out", out.to_str().expect("text")], b"", &[]);
    let raw = home.path().join("in/raw.jsonl");
    std::fs::write(&raw, b"{\"prompt\": \"\x9b31m\", \"category\": \"coding\"}\n").expect("it is written");
    let ran = run(&home, &["eval", raw.to_str().expect("text")], b"", &["raw.jsonl", "UTF-8"]);
    assert_eq!(ran.status, 2, "bytes that are no text are refused");
}

#[test]
fn hostile_arguments_reach_no_terminal() {
    let home = Home::new();
    let odd = hostile("odd-argument");
    let option = format!("--{odd}");
    for args in [
        &[odd.as_str()][..],
        &["history", "list", "--limit", &odd],
        &["history", "show", &odd],
        &["history", "routes", "--full", &odd],
        &["history", "import", &odd],
        &["history", "prune", "--older-than", &odd],
        &["--provider", &odd, "models"],
        &["--config", &odd, "models"],
        &["--config", &odd, "doctor"],
        &["--data-dir", &odd, "doctor", "--json"],
        &["--offline", "route", "-c", &odd, "x"],
        &["--offline", "route", "-m", &odd, "x"],
        &["eval", &odd],
        &["train", &odd, "--out", &odd],
    ] {
        run(&home, args, b"", &["odd-argument"]);
    }
    // Of these clap itself shows no more than dashes.
    run(&home, &[&option], b"", &["Usage"]);
    run(&home, &["ask", &option], b"", &["Usage"]);
    run(&home, &["history", "search", &odd], b"", &["nothing was found"]);
    run(
        &home,
        &["--data-dir", &home.path().join(&odd).display().to_string(), "history", "path"],
        b"",
        &["odd-argument"],
    );
    run(&Home::new().set("POINTSMAN_LOG", &odd), &["models"], b"", &[]);
    run(&Home::new().set("POINTSMAN_DATA_DIR", &format!("/dev/null/{odd}")), &["history", "list"], b"", &[]);
}
