//! Runs the built program in a pseudo-terminal: start, send, cancel, quit, and the terminal as it was.

use crate::support::program::{Home, PROGRAM};
use crate::support::pty::Pty;
use crate::support::server::{Reply, Server};
use rustix::process::{Pid, Signal, kill_process};
use std::time::Duration;

/// Runs a terminal session off the test's own threads, which serve the server.
async fn off(session: impl FnOnce() + Send + 'static) {
    tokio::task::spawn_blocking(session).await.expect("the session does not panic");
}

/// A home whose program asks the judge first, and no other model meanwhile: every prompt makes one request for an answer.
fn judged(server: &Server) -> Home {
    let home = Home::connected(&server.base_url);
    let settings = home.write("judged.toml", "[routing]\nthreshold = 1.0\nescalate = \"wait\"\n");
    home.set("POINTSMAN_CONFIG", &settings.display().to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_from_start_to_quit() {
    let server = Server::oxlo().await;
    let home = Home::connected(&server.base_url);
    off(move || {
        let mut pty = Pty::start(&home, &[]);
        pty.until("oxlo answers, at http://127.0.0.1");
        pty.send("Write a Python function to merge two sorted lists").send("\r");
        pty.until("qwen-3-32b answers: Write a Python function to merge two sorted lists");
        pty.until("● coding");
        pty.send("Explain the halting problem\r");
        pty.until("deepseek-v3.2 answers: Explain the halting problem");
        pty.resize(60, 20);
        pty.until("merge two sor…  context");
        pty.send("\x04");
        assert_eq!(pty.ended(), 0);
        assert_eq!(pty.modes_left_on(), [""; 0]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn esc_stops_the_answer_and_closes_the_connection() {
    let server = Server::judging("general", |_| Reply::events().text("It was a dark and").hang()).await;
    let home = Home::connected(&server.base_url);
    let session = tokio::task::spawn_blocking(move || {
        let mut pty = Pty::start(&home, &[]);
        pty.until("Message");
        pty.send("Tell me a story\r");
        pty.until("It was a dark and");
        pty.send("\x1b");
        pty.until("stopped");
        pty.send("/quit").until("quit");
        pty.send("\r");
        assert_eq!(pty.ended(), 0);
        assert_eq!(pty.modes_left_on(), [""; 0]);
    });
    server.left(1).await;
    session.await.expect("the session does not panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bracketed_paste_is_inserted_and_never_sent() {
    let server = Server::oxlo().await;
    let home = Home::connected(&server.base_url);
    off(move || {
        let mut pty = Pty::start(&home, &[]);
        pty.until("Message");
        pty.send_at_once("\x1b[200~first line\r\nsecond line\r\n\x1b[201~");
        pty.until("second line");
        pty.send("third").until("third");
        pty.leave();
        assert_eq!(pty.ended(), 0);
    })
    .await;
    assert!(server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_prompts_typed_while_answers_stream_lose_no_character() {
    let server = Server::oxlo().await;
    let home = judged(&server);
    let prompts: Vec<String> = (1..=20).map(|number| format!("prompt {number}: naïve 漢字 ok")).collect();
    let typed = prompts.clone();
    off(move || {
        let mut pty = Pty::start(&home, &[]);
        pty.until("Message");
        for prompt in &typed {
            // A line at a time, as fast as the screen shows it: faster than a person, slower than a paste.
            pty.send(prompt).until_like(prompt, |pty| pty.shown().contains(&format!("▌ {prompt}")));
            pty.send("\r");
        }
        pty.until("answers: prompt 20: naïve 漢字 ok");
        pty.leave();
        assert_eq!(pty.ended(), 0);
    })
    .await;
    let asked: Vec<String> = server.answers().iter().map(|request| request.prompt().to_owned()).collect();
    assert_eq!(asked, prompts);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_in_one_write_are_one_draft_in_every_terminal_and_an_enter_sends_it() {
    for (lines, end) in [
        ("first line\rsecond line", "second line"),
        ("hi\rbye", "bye"),
        ("a one\rb two\rc three\r", "c three"),
        ("just one line\r", "just one line"),
        ("def f(x):\r\treturn x\r\rprint(f(1))", "print(f(1))"),
    ] {
        for term in ["xterm-256color", "screen-256color", "vt220"] {
            let server = Server::oxlo().await;
            let home = judged(&server).set("TERM", term);
            off(move || {
                let mut pty = Pty::start(&home, &[]);
                pty.until("Message");
                pty.send_at_once(lines).until(end);
                pty.send("\t").send("!").until("!");
                pty.send("\r").until("answers: ");
                pty.leave();
                assert_eq!(pty.ended(), 0);
            })
            .await;
            let sent: Vec<String> = server.answers().iter().map(|request| request.prompt().to_owned()).collect();
            assert_eq!(sent.len(), 1, "{lines:?} in {term}: {sent:?}");
            assert!(sent[0].starts_with(lines.split('\r').next().unwrap_or_default()), "{sent:?}");
        }
    }
}

#[test]
fn chords_do_what_their_key_does_in_every_layout_and_with_every_modifier() {
    let mut pty = Pty::start(&Home::new(), &[]);
    pty.until("Message");
    for (text, chord, shown) in [
        // Ctrl+A and Ctrl+W on a Russian and on a Greek keyboard.
        ("abc", "\x1b[1092;5u", "▌ Xabc"),
        ("one two", "\x1b[962;5u", "▌ one X"),
        // Super, Hyper, Meta.
        ("ab", "\x1b[99;9u\x1b[13;9u\x1b[127;9u\x1b[1;9D", "▌ abX"),
        ("cd", "\x1b[99;17u\x1b[99;33u", "▌ cdX"),
        // Backspace and Delete with modifiers.
        ("efg", "\x1b[127;2u", "▌ efX"),
        ("three four", "\x1b[127;5u", "▌ three X"),
        ("five six", "\x1b[127;4u", "▌ five X"),
        ("no seven", "\x01\x1b[3;2~", "▌ Xo seven"),
        // Shift+Left selects, and Ctrl+C with caps lock asks whether to leave.
        ("hij", "\x1b[1;2D\x1b[99;69u", "▌ hiX"),
        // Ctrl+W, and Ctrl+Shift+- to undo it; Ctrl+[ and Ctrl+I do nothing to a text.
        ("eight nine", "\x17\x1b[45;6u", "▌ eight nineX"),
        ("ten", "\x1b[91;5u", "▌ tenX"),
    ] {
        pty.send("\x15\x15")
            .until_like("an empty input", |pty| !pty.shown().contains("▌ ") || pty.shown().contains("Message"));
        pty.send(text).until(&format!("▌ {text}"));
        pty.send_at_once(chord).send("X").until(shown);
    }
    // Ctrl+C twice on a Russian keyboard.
    pty.send_at_once("\x1b[1089;5u").until("again to leave");
    pty.send_at_once("\x1b[1089;5u");
    assert_eq!(pty.ended(), 0);
    assert_eq!(pty.modes_left_on(), [""; 0]);
}

#[test]
fn late_answers_of_the_terminal_type_nothing() {
    let mut pty = Pty::start(&Home::new(), &[]);
    let asked = |pty: &Pty, question: &[u8]| pty.written.windows(question.len()).any(|bytes| bytes == question);
    pty.until_like("the questions", |pty| asked(pty, b"\x1b]11;?\x1b\\") && asked(pty, b"\x1b[>0q"));
    pty.send("be").until("be");
    pty.send("\x1b]11;rgb:15");
    std::thread::sleep(Duration::from_millis(300));
    pty.send("15/1717/1c1c\x1b\\\x1bP>|kitty(0.35.2)\x1b\\fore");
    let shown = pty.until("before");
    assert!(!["11;", "rgb", "1c1c", "kitty"].iter().any(|part| shown.contains(part)), "{shown}");
    pty.send("\x03\x03");
    assert_eq!(pty.ended(), 0);
    assert_eq!(pty.modes_left_on(), [""; 0]);
}

#[test]
fn a_dumb_terminal_is_refused_in_one_line_and_left_as_it_is() {
    let mut pty = Pty::start(&Home::new().set("TERM", "dumb"), &[]);
    assert_eq!(pty.ended(), 2);
    assert!(pty.shown().contains("'pointsman ask'") && pty.shown().trim().lines().count() == 1, "{}", pty.shown());
    assert!(!pty.written.contains(&0x1b), "no escape sequence");
}

#[test]
fn a_terminal_is_given_back_after_sigterm() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut pty = Pty::start(&Home::new(), &[]);
        pty.until("Message");
        assert!(!pty.modes_left_on().is_empty(), "the program uses modes that it has to give back");
        kill_process(Pid::from_raw(pty.process_id()).expect("a process"), signal).expect("it runs");
        assert_eq!(pty.ended(), 0);
        assert_eq!(pty.modes_left_on(), [""; 0], "after {signal:?}");
    }
}

#[test]
fn a_terminal_is_given_back_after_a_signal_that_ends_the_program_at_once() {
    for signal in [Signal::QUIT, Signal::ABORT, Signal::ALARM, Signal::USR1, Signal::USR2, Signal::XCPU] {
        // Some of these signals dump the core into the working folder.
        let mut without_core = portable_pty::CommandBuilder::new("/bin/sh");
        without_core.args(["-c", "ulimit -c 0; exec \"$0\"", PROGRAM]);
        let mut pty = Pty::spawn_in(&Home::new(), without_core);
        pty.until("Message");
        kill_process(Pid::from_raw(pty.process_id()).expect("a process"), signal).expect("it runs");
        assert_ne!(pty.ended(), 0, "the caller sees that it was killed");
        assert_eq!(pty.modes_left_on(), [""; 0], "after {signal:?}");
    }
}

#[test]
fn a_program_that_was_stopped_from_outside_takes_the_terminal_back() {
    // Without a shell: the system does not stop it by the second.
    for (stop, goes_on) in [(Signal::STOP, Some(Signal::CONT)), (Signal::TSTP, None)] {
        let mut pty = Pty::start(&Home::new(), &[]);
        pty.until("Message");
        let program = Pid::from_raw(pty.process_id()).expect("a process");
        kill_process(program, stop).expect("it runs");
        if let Some(signal) = goes_on {
            kill_process(program, signal).expect("it runs");
        }
        pty.until_like("the screen again", |pty| pty.takeovers() == 2 && pty.shown().contains("Message"));
        pty.send("still here").until("still here");
        pty.leave();
        assert_eq!(pty.ended(), 0);
        assert_eq!(pty.modes_left_on(), [""; 0]);
    }
}

#[test]
fn only_terminals_that_know_it_are_asked_for_chords_without_a_byte() {
    for (term, tmux, asked) in [("tmux-256color", "", true), ("screen-256color", "x", true), ("screen", "", false)] {
        let mut pty = Pty::start(&Home::new().set("TERM", term).set("TMUX", tmux), &[]);
        pty.until("Message");
        let found = pty.written.windows(7).any(|bytes| bytes == b"\x1b[>4;1m");
        assert_eq!(found, asked, "{term}");
        pty.leave();
        assert_eq!(pty.ended(), 0);
        assert_eq!(pty.modes_left_on(), [""; 0]);
    }
}

// A release build has no way to be asked for a panic.
#[cfg(debug_assertions)]
#[test]
fn a_terminal_is_given_back_after_a_panic_and_the_message_is_readable() {
    let mut pty = Pty::start(&Home::new().set("POINTSMAN_TEST_PANIC", "1"), &[]);
    pty.until("Message");
    pty.send("x");
    assert_eq!(pty.ended(), 101);
    assert_eq!(pty.modes_left_on(), [""; 0]);
    assert!(pty.shown().contains("panicked at"), "{}", pty.shown());
}

/// A shell in which the program runs and holds a draft.
fn in_a_shell() -> Pty {
    let home = Home::new();
    let mut shell = portable_pty::CommandBuilder::new("/bin/sh");
    shell.args(["-i"]);
    let mut pty = Pty::spawn_in(&home.set("PS1", "shell> "), shell);
    pty.until("shell>");
    pty.send(&format!("{PROGRAM}\n")).until("Message");
    pty.send("kept").until("kept");
    pty
}

fn until_stopped(pty: &mut Pty) {
    pty.until_like("the shell's prompt", |pty| {
        pty.shown().rsplit_once("Stopped").is_some_and(|(_, behind)| behind.contains("shell>"))
    });
}

fn leave_the_shell(mut pty: Pty) {
    pty.send(" and typed").until("kept and typed");
    // Not before the shell asks for it: until then the keyboard is still the program's.
    pty.send("\x03\x03").until_like("the shell's prompt", |pty| pty.shown().trim_end().ends_with("shell>"));
    pty.send("exit\n");
    pty.ended();
    assert_eq!(pty.modes_left_on(), [""; 0]);
}

#[test]
fn the_background_and_back() {
    let mut pty = in_a_shell();
    pty.send("\x1a");
    until_stopped(&mut pty);
    pty.send("fg\n").until("kept");
    leave_the_shell(pty);
}

/// The program that the shell started.
#[cfg(target_os = "linux")]
fn child(pty: &Pty) -> Pid {
    let shell = pty.process_id();
    let children = std::fs::read_to_string(format!("/proc/{shell}/task/{shell}/children")).expect("a shell");
    Pid::from_raw(children.trim().parse().expect("one child")).expect("a process")
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_a_shell_continues_has_the_terminal_again_and_not_in_the_background() {
    for (stop, gives_back) in [(Signal::TSTP, true), (Signal::STOP, false)] {
        let mut pty = in_a_shell();
        let program = child(&pty);
        kill_process(program, stop).expect("it runs");
        until_stopped(&mut pty);
        assert_eq!(pty.modes_left_on().is_empty(), gives_back, "{stop:?}: {:?}", pty.modes_left_on());
        // Some shells take raw mode away when they come back; `stty` does it for this one.
        pty.send("stty sane; bg; echo still $((40 + 2))\n").until("still 42");
        assert_eq!(pty.takeovers(), 1, "nothing is drawn over the shell");
        // More than two: the shell's signal may come so late that the terminal is taken once more.
        pty.send("fg\n").until_like("the screen again", |pty| pty.takeovers() >= 2 && pty.shown().contains("kept"));
        assert!(pty.is_raw());
        leave_the_shell(pty);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_program_that_is_terminated_in_the_background_saves_the_draft_and_leaves_the_terminal_alone() {
    let mut pty = in_a_shell();
    let program = child(&pty);
    kill_process(program, Signal::TSTP).expect("it runs");
    until_stopped(&mut pty);
    pty.send("bg; echo still $((40 + 2))\n").until("still 42");
    kill_process(program, Signal::TERM).expect("it runs");
    pty.send("wait; echo ended $((40 + 3))\n").until("ended 43");
    assert_eq!(pty.takeovers(), 1, "nothing is drawn over the shell");
    assert_eq!(pty.modes_left_on(), [""; 0]);
    pty.send(&format!("{PROGRAM}\n"));
    pty.until_like("the draft", |pty| pty.takeovers() == 2 && pty.shown().contains("▌ kept"));
    pty.send("\x03\x03").until_like("the shell's prompt", |pty| pty.shown().trim_end().ends_with("shell>"));
    pty.send("exit\n");
    pty.ended();
}

#[test]
fn the_background_key_does_no_harm_where_there_is_no_shell() {
    let mut pty = Pty::start(&Home::new(), &[]);
    pty.until("Message");
    // Text typed in between belongs to the program that has the terminal then.
    pty.send("\x1a").until_like("the screen again", |pty| pty.takeovers() == 2);
    pty.send("still here").until("still here");
    pty.leave();
    assert_eq!(pty.ended(), 0);
}

#[test]
fn the_users_editor_gets_the_terminal_and_the_prompt() {
    let home = Home::new();
    // Ctrl+C in an editor reaches the whole group; it is meant for the editor alone.
    let editor =
        home.write("editor.sh", "kill -INT $PPID\nkill -QUIT $PPID\nprintf ' and edited by %s' \"$1\" >> \"$2\"\n");
    let home = home.set("EDITOR", &format!("/bin/sh {} hand", editor.display()));
    let mut pty = Pty::start(&home, &[]);
    pty.until("Message");
    pty.send("typed").until("typed");
    pty.send("\x07").until("typed and edited by hand");
    pty.send("!").until("by hand!");
    pty.leave();
    assert_eq!(pty.ended(), 0);
    assert_eq!(pty.modes_left_on(), [""; 0]);
}

#[test]
fn the_guide_answers_without_a_key_and_says_what_it_is() {
    let mut pty = Pty::start(&Home::new(), &[]);
    pty.until("The offline guide answers: OXLO_API_KEY is not set, and");
    pty.send("How do I connect Ollama?\r");
    pty.until("--provider ollama");
    pty.send("\x1b[5~").until("This is the offline guide, not a model");
    pty.leave();
    assert_eq!(pty.ended(), 0);
}

#[test]
fn no_colour_means_no_colour() {
    let mut pty = Pty::start(&Home::new().set("NO_COLOR", "1"), &[]);
    pty.until("Message");
    let text = String::from_utf8_lossy(&pty.written).into_owned();
    let coloured = text.split("\x1b[").skip(1).any(|rest| {
        let Some((parameters, _)) = rest.split_once('m') else { return false };
        parameters.split(';').all(|p| p.parse::<u8>().is_ok())
            && parameters.split(';').any(|p| matches!(p.parse(), Ok(30..=37 | 40..=47 | 90..=97 | 100..=107)))
    });
    assert!(!coloured, "{text:?}");
    pty.leave();
    assert_eq!(pty.ended(), 0);
}
