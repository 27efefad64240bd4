//! Sends sequences in pieces, late replies and pastes without an end to the built program. Nothing of them is typed or sent,
//! and the keyboard works on.

use crate::support::program::Home;
use crate::support::pty::Pty;
use crate::support::server::Server;
use std::time::Duration;

/// Times between the two parts of a sequence: within the time that a lone ESC waits for its rest, and beyond it.
const GAPS: [Duration; 2] = [Duration::from_millis(5), Duration::from_millis(150)];

fn started(home: &Home) -> Pty {
    let mut pty = Pty::start(home, &[]);
    pty.until("Message");
    pty
}

fn in_two_reads(pty: &mut Pty, gap: Duration, first: &str, second: &str) {
    pty.send(first);
    std::thread::sleep(gap);
    pty.send(second);
}

fn ends(mut pty: Pty) {
    pty.leave();
    assert_eq!(pty.ended(), 0);
    assert_eq!(pty.modes_left_on(), [""; 0]);
}

#[test]
fn an_arrow_in_two_reads_moves_the_caret() {
    for gap in GAPS {
        let mut pty = started(&Home::new());
        let shown = pty.send("one").until("▌ one");
        let row = shown.lines().position(|line| line.contains("▌ one")).expect("it was seen");
        let behind = "▌ one".chars().count();
        in_two_reads(&mut pty, gap, "\x1b", "[D");
        pty.until_like("the caret to the left", |pty| pty.caret() == (row, behind - 1));
        pty.send("X").until("onXe");
        // Option+arrow of some terminals is Alt+Left, and neither Esc nor text.
        pty.send("\x1b\x1b[D").send("Y").until("onXYe");
        ends(pty);
    }
}

#[test]
fn text_behind_esc_is_typed_whatever_it_begins_with() {
    let mut pty = started(&Home::new());
    for text in ["P1 is broken again", "]1st item", "_Great_ idea", "[<5 minutes left"] {
        in_two_reads(&mut pty, GAPS[1], "\x1b", text);
        pty.until(&format!("▌ {text}"));
        pty.send("\x15").until_like("an empty input", |pty| !pty.shown().contains(text));
    }
    ends(pty);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paste_whose_beginning_comes_in_two_reads_is_never_sent() {
    let server = Server::oxlo().await;
    let base_url = server.base_url.clone();
    let session = tokio::task::spawn_blocking(move || {
        for gap in GAPS {
            // The draft of one session would stand in the next one.
            let mut pty = started(&Home::connected(&base_url));
            in_two_reads(&mut pty, gap, "\x1b", "[200~a one\rb two\r\x1b[201~");
            pty.until("b two");
            in_two_reads(&mut pty, gap, "\x1b[20", "0~c three\rd four\r\x1b[20");
            pty.send("1~e five").until("e five");
            ends(pty);
        }
    });
    session.await.expect("the session does not panic");
    assert!(server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enter_behind_a_paste_or_another_key_in_one_write_is_never_sent() {
    for (bytes, shown) in [
        // The closing bracket inside of the pasted text.
        ("\x1b[200~evil\x1b[201~\r\x1b[201~", "evil"),
        ("\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~\r", "▌ ab"),
        ("first line of the file\r\x0c\r", "first line of the file"),
        ("first line of the file\x05\r", "first line of the file"),
        ("first line of the file\x1b[A\r", "first line of the file"),
        ("N\x08NA\x08AM\x08ME\x08E\r", "NAME"),
        ("line one of it\x1b[<64;3;3M\r", "line one of it"),
        ("hi\rbye", "bye"),
    ] {
        let server = Server::oxlo().await;
        let home = Home::connected(&server.base_url);
        let session = tokio::task::spawn_blocking(move || {
            let mut pty = started(&home);
            pty.send_at_once(bytes).until(shown);
            // Shown behind it: all of it was read.
            pty.send("\x1b[F").send("!").until("!");
            ends(pty);
        });
        session.await.expect("the session does not panic");
        assert!(server.requests().is_empty(), "{bytes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paste_without_an_end_is_inserted_and_ctrl_c_works() {
    let server = Server::oxlo().await;
    let home = Home::connected(&server.base_url);
    let session = tokio::task::spawn_blocking(move || {
        let mut pty = started(&home);
        in_two_reads(&mut pty, GAPS[1], "\x1b[200~first half\rsecond half\r", "\x03");
        pty.until("again to leave");
        pty.until("second half");
        // The rest of it, later than it was waited for.
        pty.send("late line\rlast line\r\x1b[201~").until("last line");
        ends(pty);
    });
    session.await.expect("the session does not panic");
    assert!(server.requests().is_empty());
}

#[test]
fn ctrl_c_leaves_in_the_middle_of_an_unfinished_sequence() {
    for begun in ["\x1b[<", "\x1b[<35;10", "\x1b]11;rgb:15", "\x1bP>|", "\x1b[M"] {
        let mut pty = started(&Home::new());
        pty.send(begun).send("\x03").until("again to leave");
        pty.send(begun).send("\x03");
        assert_eq!(pty.ended(), 0, "{begun:?}");
    }
}

#[test]
fn reports_and_replies_type_nothing_and_swallow_nothing() {
    let mut pty = started(&Home::new());
    for report in [
        "\x1b[?997;1n",
        "\x1b[?2026;2$y",
        "\x1b[>0;10;1c",
        "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b[<35;10;10M",
    ] {
        pty.send(report).send("hello").until("▌ hello");
        pty.send("\x15").until_like("an empty input", |pty| !pty.shown().contains("hello"));
    }
    for gap in GAPS {
        in_two_reads(&mut pty, gap, "\x1b]11;rgb:15", "15/1717/1c1c\x1b\\");
        in_two_reads(&mut pty, gap, "\x1b", "[<35;10;10M");
    }
    pty.send("hello").until("▌ hello");
    ends(pty);
}

#[test]
fn a_resize_loses_no_key() {
    let mut pty = started(&Home::new());
    let typed: String = ('a'..='z').collect();
    for (number, letter) in typed.chars().enumerate() {
        pty.resize(100 + number as u16 % 2, 36);
        pty.send(&letter.to_string());
    }
    pty.until(&typed);
    ends(pty);
}
