//! What leaves the screen, as it was written: to a clipboard, into a file, through a command. Pictures at four sizes,
//! flows through the real loop, and the built program in a pseudo-terminal.

use crate::frames::{Stage, pictures};
use crate::support::app::App;
use crate::support::program::Home;
use crate::support::pty::Pty;
use crate::support::server::{Reply, Server};
use pointsman::tui::{Copied, Effect, Event, Ran};
use std::io::Read;
use std::path::PathBuf;
use std::process::Command;

const ANSWER: &str = "Run **this**:\n\n1. first\n\n   ```sh\n   echo hello\n     tr a-z A-Z\n   ```\n\n> ```python title=\"x\"\n> print(1)\n> ```\n\n";

/// A chat of two turns with three blocks of code.
fn chat(stage: &mut Stage) {
    stage.answered(1, "How do I say hello", "coding", "qwen-3-32b", ANSWER);
    stage.answered(2, "And in Rust", "coding", "qwen-3-32b", "```rust\nfn main() {\n    println!(\"hi\");\n}\n```");
}

fn press(stage: &mut Stage, key: &str) -> Vec<Effect> {
    stage.event(Event::Key(key.parse().unwrap()))
}

/// What the keys have copied, and what it is called.
fn copied_by(stage: &mut Stage, keys: &[&str]) -> Vec<(String, String)> {
    let effects = keys.iter().flat_map(|key| press(stage, key)).collect::<Vec<_>>();
    let copies = effects.into_iter().filter_map(|effect| match effect {
        Effect::Copy { text, what } => Some((text, what)),
        _ => None,
    });
    copies.collect()
}

#[test]
fn answers_and_prompts_are_copied_as_they_were_written() {
    let mut stage = Stage::new(120, 20);
    chat(&mut stage);
    let source = ANSWER.trim_end().to_owned();
    let copied = |text: &str, what: &str| vec![(text.to_owned(), what.to_owned())];
    stage.key("tab").key("[");
    assert_eq!(copied_by(&mut stage, &["["]), [], "stepping copies nothing");
    assert_eq!(copied_by(&mut stage, &["y"]), copied(&source, "answer, 12 lines"));
    assert_eq!(copied_by(&mut stage, &["Y"]), copied("How do I say hello", "prompt, 1 line"));
    let rust = "```rust\nfn main() {\n    println!(\"hi\");\n}\n```";
    assert_eq!(copied_by(&mut stage, &["alt-y"]), copied(rust, "last answer, 5 lines"));
    assert_eq!(copied_by(&mut stage, &["i", "alt-y"]), copied(rust, "last answer, 5 lines"));
    assert!(stage.picture().contains("▌ i"), "letters are letters in the input");
}

#[test]
fn where_there_is_nothing_to_copy_that_is_said() {
    let mut stage = Stage::new(120, 20);
    for (key, told) in [("alt-y", "No last answer yet"), ("f9", "No code in this chat")] {
        assert_eq!(copied_by(&mut stage, &[key]), []);
        assert!(stage.picture().contains(told), "{}", stage.picture());
    }
    stage.answered(1, "Hello", "general", "m", "No code here.");
    stage.key("tab").key("c");
    assert!(stage.picture().contains("No code in this answer"), "{}", stage.picture());
}

#[test]
fn code_is_listed_by_turn_or_by_chat_and_copied_without_what_surrounds_it() {
    let mut stage = Stage::new(120, 36);
    chat(&mut stage);
    let picture = stage.key("f9").picture();
    let at = |text: &str| picture.find(text).unwrap_or_else(|| panic!("no {text} in\n{picture}"));
    assert!(at("rust · 3 lines · fn main() {") < at("python · 1 line · print(1)"), "{picture}");
    assert!(at("python · 1 line · print(1)") < at("sh · 2 lines · echo hello"), "{picture}");
    let expected = ("echo hello\n  tr a-z A-Z".to_owned(), "code, 2 lines".to_owned());
    assert_eq!(copied_by(&mut stage, &["down", "down", "enter"]), std::slice::from_ref(&expected));
    assert_eq!(
        copied_by(&mut stage, &["f9", "s", "h", "enter"]),
        std::slice::from_ref(&expected),
        "the filter finds it"
    );
    stage.key("f9").key("f9");
    assert!(!stage.picture().contains("3 lines"), "the key that opens closes");
    stage.key("tab").key("[").key("[").key("c");
    assert!(!stage.picture().contains("rust · "), "{}", stage.picture());
    assert_eq!(copied_by(&mut stage, &["enter"]), [expected]);
}

#[test]
fn a_block_goes_into_a_file_of_its_language() {
    let mut stage = Stage::new(120, 36);
    chat(&mut stage);
    stage.key("f9");
    let text = "fn main() {\n    println!(\"hi\");\n}\n".to_owned();
    assert_eq!(press(&mut stage, "ctrl-s"), [], "the name is asked for first");
    assert!(stage.picture().contains("pointsman.rs▏"), "one is proposed: {}", stage.picture());
    stage.key("ctrl-u").type_text("main.rs");
    assert_eq!(press(&mut stage, "enter"), [Effect::Save { name: "main.rs".to_owned(), text, files: Vec::new() }]);
    stage.key("esc").key("ctrl-o");
    assert_eq!(press(&mut stage, "ctrl-s"), [], "only code is written");
    stage.key("ctrl-r");
    assert!(stage.picture().contains("Models"), "only code is run");
}

#[test]
fn the_notice_says_where_it_went() {
    let desktop = |terminal| Ok(Copied::Desktop { by: "wl-copy", terminal });
    let cases = [
        (desktop(false), "Copied answer, 12 lines (wl-copy)"),
        (desktop(true), "Copied answer, 12 lines (wl-copy, and via terminal)"),
        (Ok(Copied::Tmux { terminal: true }), "(tmux buffer, and via terminal)"),
        (Ok(Copied::Terminal), "Copied answer, 12 lines (via terminal)"),
        (
            Ok(Copied::File(PathBuf::from("/d/copied.txt"))),
            "No clipboard here: answer, 12 lines, saved in /d/copied.txt",
        ),
        (Err("it is\x1b[31m full".to_owned()), "Not copied (answer, 12 lines): it is full"),
    ];
    for (to, told) in cases {
        let mut stage = Stage::new(160, 20);
        stage.event(Event::Copied { what: "answer, 12 lines".to_owned(), to });
        assert!(stage.picture().contains(told), "{}", stage.picture());
    }
}

/// Writes the command over the first block of code, up to the question.
fn ordered(stage: &mut Stage, command: &str) {
    stage.key("f9").key("ctrl-r").type_text(command).key("enter");
}

#[test]
fn nothing_runs_before_it_was_shown_and_confirmed() {
    let mut stage = Stage::new(120, 36);
    chat(&mut stage);
    ordered(&mut stage, "rustc -");
    let picture = stage.picture();
    assert!(picture.contains("Pipe this code (3 lines) into `rustc -`?"), "{picture}");
    assert!(picture.contains("println!"), "what it gets is shown: {picture}");
    for key in ["y", "space", "ctrl-r", "ctrl-s"] {
        assert_eq!(press(&mut stage, key), [], "{key} is no answer");
    }
    stage.key("esc");
    assert!(stage.picture().contains("rustc -▏"), "back at the command: {}", stage.picture());
    stage.key("esc");
    assert!(stage.picture().contains("rust · 3 lines"), "back at the list: {}", stage.picture());
    stage.key("ctrl-r").key("enter");
    assert!(stage.picture().contains("Run over this code"), "there is no last command yet");
    stage.type_text("rustc -").key("enter");
    let input = "fn main() {\n    println!(\"hi\");\n}\n".to_owned();
    let run = |run, input| Effect::Run { run, command: "rustc -".to_owned(), input };
    assert_eq!(press(&mut stage, "enter"), [run(1, input)]);
    stage.event(Event::Ran { run: 1, ran: Err("no shell".to_owned()) });
    stage.key("esc");
    ordered(&mut stage, "");
    assert!(stage.picture().contains("into `rustc -`?"), "the last command is there again: {}", stage.picture());
}

#[test]
fn only_the_running_commands_output_is_shown_and_it_is_sanitized() {
    let mut stage = Stage::new(120, 36);
    chat(&mut stage);
    ordered(&mut stage, "cat");
    stage.key("enter");
    let ran = |output: &str| {
        Ok(Ran { success: false, status: "exit status: 3".to_owned(), output: output.to_owned(), cut: true })
    };
    stage.event(Event::Ran { run: 7, ran: ran("of another") });
    assert!(stage.picture().contains("`cat` runs"), "{}", stage.picture());
    stage.event(Event::Ran { run: 1, ran: ran("one\x1b]52;c;aGk=\x07\r\ntwo\x1b[2J\n") });
    let picture = stage.picture();
    for text in ["✗ `cat` · exit 3 · cut, it printed more", "  one", "  two"] {
        assert!(picture.contains(text), "{text}: {picture}");
    }
    assert_eq!(press(&mut stage, "1"), [], "its keys touch no decision");
    assert_eq!(press(&mut stage, "esc"), [], "nothing is left to end");
}

#[test]
fn a_command_ends_with_its_page_whatever_takes_its_place() {
    for key in ["esc", "q", "f1", "f2", "ctrl-n"] {
        let mut stage = Stage::new(120, 36);
        chat(&mut stage);
        ordered(&mut stage, "cat");
        stage.key("enter");
        assert!(press(&mut stage, key).contains(&Effect::Kill), "{key}");
        assert!(!stage.event(Event::Ticked).contains(&Effect::Kill), "once");
    }
}

#[test]
fn a_long_output_is_read_to_its_end() {
    let mut stage = Stage::new(80, 24);
    chat(&mut stage);
    ordered(&mut stage, "seq 5000");
    stage.key("enter");
    let output: String = (1..=5000).map(|line| format!("line {line}")).collect::<Vec<_>>().join("\n");
    let ran = Ran { success: true, status: "exit status: 0".to_owned(), output, cut: false };
    stage.event(Event::Ran { run: 1, ran: Ok(ran) });
    assert!(stage.picture().contains("  line 1\n") && stage.picture().contains("more"), "{}", stage.picture());
    stage.key("end");
    let end = stage.picture();
    assert!(end.contains("  line 5000\n") && !end.contains("↓ 1"), "{end}");
    assert!(stage.key("pgup").picture().contains("↓ 10 more"), "{}", stage.picture());
    assert!(stage.key("home").picture().contains("✓ `seq 5000`"), "{}", stage.picture());
}

#[test]
fn pictures_of_code_and_commands() {
    pictures("code", |stage| {
        chat(stage);
        stage.key("f9").key("down");
    });
    pictures("code_command", |stage| {
        chat(stage);
        stage.key("f9").key("ctrl-r").type_text("python3 -");
    });
    pictures("code_confirm", |stage| {
        chat(stage);
        ordered(stage, "rustc --edition 2024 -o /dev/null -");
    });
    pictures("code_output", |stage| {
        chat(stage);
        ordered(stage, "cat");
        stage.key("enter");
        let output = "one\n\ttwo\n漢字\n".repeat(9);
        let ran = Ran { success: true, status: "exit status: 0".to_owned(), output, cut: false };
        stage.event(Event::Ran { run: 1, ran: Ok(ran) });
    });
    pictures("code_running", |stage| {
        chat(stage);
        ordered(stage, "sleep 9");
        stage.key("enter");
    });
}

/// A server that answers everything with `answer`.
async fn answering(answer: &'static str) -> Server {
    Server::judging("general", move |_| Reply::stream(&[answer])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_to_the_clipboard_and_the_notice_says_so() {
    let server = answering("Some **text**.\n").await;
    let mut app = App::start(&server);
    app.type_text("Hello").key("enter");
    app.until("Some").await;
    app.key("tab").key("y");
    app.until("Copied answer, 1 line (scissors)").await;
    app.key("Y");
    app.until("Copied prompt, 1 line (").await;
    assert_eq!(app.asked(), ["copy Some **text**.", "copy Hello"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_written_and_run_and_closing_ends_what_runs() {
    let server = answering("Do:\n\n```python\nprint(1)\nprint(2)\n```\n").await;
    let mut app = App::start(&server);
    app.type_text("Hello").key("enter");
    app.until("print(2)").await;
    app.key("f9");
    app.until("python · 2 lines · print(1)").await;
    app.key("ctrl-s").key("enter");
    app.until("Written to /somewhere/pointsman.py (2 lines)").await;
    app.key("ctrl-r").type_text("cat").key("enter");
    app.until("Pipe this code (2 lines) into `cat`?").await;
    assert_eq!(app.asked(), [""; 0], "asking is not running");
    app.key("enter");
    app.until("✓ `cat` · exit 0").await;
    app.key("esc").key("f9").key("ctrl-r").type_text("wait").key("enter").key("enter");
    app.until("`wait` runs").await;
    app.key("esc");
    app.until("Ended `wait`").await;
    app.type_text("typed");
    app.until("▌ typed").await;
    assert_eq!(app.asked(), ["run cat over print(1)\nprint(2)\n", "run wait over print(1)\nprint(2)\n", "kill"]);
}

/// A home in which no other program is found.
fn lonely(server: &Server) -> Home {
    let home = Home::connected(&server.base_url);
    let empty = home.path().join("empty").display().to_string();
    home.set("PATH", &empty)
}

/// Where `needle` stands in what the program wrote.
fn place(pty: &Pty, needle: &str) -> Option<usize> {
    pty.written.windows(needle.len()).position(|window| window == needle.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_is_asked_between_two_frames() {
    let server = answering("*hi*\n").await;
    let plain = "\x1b]52;c;KmhpKg==\x07";
    let passed_on = format!("{plain}\x1bPtmux;\x1b\x1b]52;c;KmhpKg==\x07\x1b\\");
    for (variables, sequence) in [(&[][..], plain), (&[("TMUX", "none,1,0"), ("TERM", "tmux-256color")], &*passed_on)] {
        let mut home = lonely(&server);
        for (name, value) in variables {
            home = home.set(name, value);
        }
        let sequence = sequence.to_owned();
        let session = move || {
            let mut pty = Pty::start(&home, &[]);
            pty.until("Message");
            pty.send("Hello\r").until("▌ hi ");
            pty.until("tokens");
            pty.send("\x1by").until("(via terminal)");
            let at = place(&pty, &sequence).unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&pty.written)));
            let before = String::from_utf8_lossy(&pty.written[..at]).into_owned();
            let (begun, ended) = (before.matches("\x1b[?2026h").count(), before.matches("\x1b[?2026l").count());
            assert_eq!(begun, ended, "no frame is cut in two");
            pty.leave();
            assert_eq!(pty.ended(), 0);
            assert_eq!(pty.modes_left_on(), [""; 0]);
        };
        tokio::task::spawn_blocking(session).await.expect("the session does not panic");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_clipboard_text_goes_to_a_private_file_unless_incognito() {
    let server = answering("*hi*\n").await;
    let home = lonely(&server).set("TERM", "linux");
    let session = move || {
        let file = home.path().join("data/pointsman/copied.txt");
        let mut pty = Pty::start(&home, &["--incognito"]);
        pty.until("Message");
        pty.send("Hello\r").until("▌ hi ");
        pty.send("\x1by").until("Not copied (last answer, 1 line): there is no clipboard here");
        pty.leave();
        assert_eq!((pty.ended(), file.exists()), (0, false));
        for _ in 0..2 {
            let mut pty = Pty::start(&home, &[]);
            pty.until("Message");
            pty.send("Hello\r").until("▌ hi ");
            pty.send("\x1by").until("No clipboard here: last answer, 1 line, saved in ");
            pty.leave();
            assert_eq!(pty.ended(), 0);
            assert!(place(&pty, "\x1b]52").is_none(), "this terminal shows it instead");
        }
        assert_eq!(std::fs::read_to_string(&file).expect("the file"), "*hi*");
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().expect("the file").permissions());
        assert_eq!(mode & 0o777, 0o600);
    };
    tokio::task::spawn_blocking(session).await.expect("the session does not panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktops_own_command_gets_the_text_and_the_terminal_is_left_alone() {
    let server = answering("*hi*\n").await;
    let home = Home::connected(&server.base_url);
    // It stays, as clipboards' commands do, and must not be waited for.
    let script = "#!/bin/sh\n/bin/cat > \"$HOME/taken\"\n/bin/sleep 1000 &\necho $! > \"$HOME/keeper\"\n";
    let tool = home.write("bin/xclip", script);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&tool, mode).expect("it can be run");
    let bin = home.path().join("bin").display().to_string();
    let home = home.set("PATH", &bin).set("DISPLAY", ":77");
    let session = move || {
        let mut pty = Pty::start(&home, &[]);
        pty.until("Message");
        pty.send("Hello\r").until("▌ hi ");
        pty.send("\x1by").until("Copied last answer, 1 line (xclip)");
        pty.leave();
        assert_eq!(pty.ended(), 0);
        assert!(place(&pty, "\x1b]52").is_none());
        assert_eq!(std::fs::read_to_string(home.path().join("taken")).expect("it was taken"), "*hi*");
        let keeper = std::fs::read_to_string(home.path().join("keeper")).expect("it stays");
        let keeper = keeper.trim().parse().ok().and_then(rustix::process::Pid::from_raw).expect("a process");
        rustix::process::kill_process(keeper, rustix::process::Signal::KILL).expect("it outlives the program");
    };
    tokio::task::spawn_blocking(session).await.expect("the session does not panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_piped_to_a_command_while_typing_and_quitting_ends_it() {
    let server = answering("```sh\nb\na\n```\n").await;
    let home = Home::connected(&server.base_url);
    let held = home.path().join("held");
    assert!(Command::new("mkfifo").arg(&held).status().expect("it is there").success());
    let session = move || {
        let mut pty = Pty::start(&home, &[]);
        pty.until("Message");
        pty.send("Hello\r").until(" sh ");
        pty.send("\x1b[20~").until("sh · 2 lines · b");
        pty.send("\x12").until("Run over this code");
        pty.send("sort; echo wrong >&2; exit 4")
            .send("\r")
            .until("Pipe this code (2 lines) into `sort; echo wrong >&2; exit 4`?");
        pty.send("\r").until("exit 4");
        pty.until_like("what was sorted", |pty| pty.shown().contains("\n  a") && pty.shown().contains("\n  wrong"));
        pty.send("\x1b").until_like("the page is gone", |pty| !pty.shown().contains("\n  wrong"));
        pty.send("\x1b[20~").until("sh · 2 lines · b");
        pty.send("\x12").until("Run over this code");
        pty.send("sleep 1000 > \"$HOME/held\"").send("\r").until("Pipe this code (2 lines)");
        pty.send("\r").until("runs");
        // Opened when the other end is, and at its end when nobody has that any more.
        let mut held = std::fs::File::open(&held).expect("a named pipe");
        // The first closes the output.
        pty.send("\x03").leave();
        assert_eq!(pty.ended(), 0);
        assert_eq!(held.read(&mut [0]).expect("it is readable"), 0, "what still ran ended with the program");
        assert_eq!(pty.modes_left_on(), [""; 0]);
    };
    tokio::task::spawn_blocking(session).await.expect("the session does not panic");
}
