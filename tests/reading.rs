//! Reading: how an answer is drawn while it comes, and what a reader can do with it: search, select, unfold, follow links.

use crate::frames::{Stage, pictures};
use crate::support::app::App;
use crate::support::examples;
use crate::support::program::Home;
use crate::support::pty::Pty;
use crate::support::server::{Reply, Server};
use pointsman::tui::{Effect, Event, Mouse};

/// A little of everything.
const RICH: &str = "## Merging\n\nA **stable** merge walks both lists *once*; see [the manual](https://docs.example.org/m) and \
`heapq.merge`.\n\n1. Compare the heads.\n2. Take the smaller one:\n   - from the left list when they are equal,\n   - else \
from the right one.\n\n| step | comparisons | 日本語 |\n|:--|--:|--|\n| heads | 1 | 先頭を比べる |\n| a whole merge | n + m - 1 | \
併合 |\n\n```python\ndef merge(a, b):\n    while a and b:\n        yield (a if a[0] <= b[0] else b).pop(0)\n```\n\n> The lists must \
be sorted *already*. マージ 🎉 👩\u{200d}👧 works.\n\n- [x] stable\n- [ ] parallel\n\nIt takes $O(n + m)$, ~~never~~ rarely \
more.[^1]\n\n[^1]: As in every textbook.\n";

/// A screen on which an answer comes.
fn answering(stage: &mut Stage, text: &str) {
    stage.type_text("Explain merging").key("enter");
    stage.decided(1, "coding", "qwen-3-32b");
    stage.turn(1, examples::text(text, 312));
}

#[test]
fn an_answer_is_drawn_as_what_it_is() {
    pictures("rich", |stage| {
        stage.answered(1, "Explain merging", "coding", "qwen-3-32b", RICH);
    });
}

#[test]
fn an_answer_that_is_half_there_is_drawn_as_what_it_becomes() {
    let halves = [
        ("half_table", "| heads | 1"),
        ("half_code", "yield (a"),
        ("half_bold", "A **sta"),
        ("half_quote", "> The li"),
    ];
    for (name, end) in halves {
        let cut = RICH.find(end).expect("it is there") + end.len();
        pictures(name, |stage| answering(stage, RICH.get(..cut).expect("whole characters")));
    }
}

#[test]
fn reasoning_is_seen_as_it_comes_and_then_one_line() {
    let thinks = |stage: &mut Stage| {
        stage.type_text("Explain merging").key("enter");
        stage.decided(1, "reasoning", "llama-3.3-70b");
        let text = "The user wants an overview. Stability first, then memory, then an example.";
        stage.turn(1, examples::reasoning(text, 200));
    };
    pictures("thinking", thinks);
    pictures("thought", |stage| {
        thinks(stage);
        stage.turn(1, examples::text("A merge is…", 4_200));
    });
    pictures("thought_open", |stage| {
        thinks(stage);
        stage.turn(1, examples::text("A merge is…", 4_200));
        stage.key("alt-t");
    });
}

#[test]
fn what_is_searched_is_counted_and_brought_in_sight() {
    pictures("search", |stage| {
        stage.answered(1, "Explain merging", "coding", "qwen-3-32b", RICH);
        stage.key("ctrl-f").type_text("merg");
    });
    pictures("search_nothing", |stage| {
        stage.answered(1, "Explain merging", "coding", "qwen-3-32b", RICH);
        stage.key("ctrl-f").type_text("quicksort");
    });
    let mut stage = Stage::new(80, 24);
    stage.answered(1, "Explain merging", "coding", "qwen-3-32b", &format!("needle\n{}", "line\n\n".repeat(60)));
    assert!(!stage.picture().contains("needle"));
    stage.key("ctrl-f").type_text("needle");
    assert!(stage.picture().contains("needle\n") || stage.picture().contains("▌ needle"), "{}", stage.picture());
    stage.key("esc");
    assert!(!stage.picture().contains("▌ needle"), "a search that is given up leaves one where one was");
}

#[test]
fn search_keys_step_through_hits_and_are_letters_again_after_it() {
    let mut stage = Stage::new(100, 30);
    stage.answered(1, "Explain", "coding", "qwen-3-32b", "one two\n\none three\n\none");
    stage.key("ctrl-f").type_text("one").key("enter");
    assert!(stage.picture().contains("3 of 3"), "{}", stage.picture());
    stage.key("n");
    assert!(stage.picture().contains("1 of 3"), "around the end");
    stage.key("N").key("N");
    assert!(stage.picture().contains("2 of 3"));
    stage.key("esc").key("n");
    assert!(!stage.picture().contains("2 of 3") && stage.picture().contains("▌ n▏"), "{}", stage.picture());
}

/// What a person drags over with the mouse, from one cell to another.
fn dragged(stage: &mut Stage, from: (u16, u16), to: (u16, u16)) -> Option<String> {
    stage.event(Event::Mouse(Mouse::Pressed(from.0, from.1)));
    stage.event(Event::Mouse(Mouse::Dragged(to.0, to.1)));
    let effects = stage.event(Event::Mouse(Mouse::Released));
    effects.into_iter().find_map(|effect| match effect {
        Effect::Copy { text, .. } => Some(text),
        _ => None,
    })
}

/// The cell in which `text` begins.
fn cell(picture: &str, text: &str) -> (u16, u16) {
    let lines = picture.lines().enumerate();
    let mut found = lines.filter_map(|(y, line)| Some((line.split_once(text)?.0.chars().count(), y)));
    let (x, y) = found.next().unwrap_or_else(|| panic!("{text} is not in\n{picture}"));
    (x as u16, y as u16)
}

#[test]
fn what_is_selected_with_the_mouse_is_copied_as_it_was_written() {
    let mut stage = Stage::new(60, 40);
    stage.answered(1, "Explain merging", "coding", "qwen-3-32b", RICH);
    let picture = stage.picture();
    let (from, to) = (cell(&picture, "stable merge"), cell(&picture, "once"));
    assert_eq!(dragged(&mut stage, from, to).as_deref(), Some("**stable** merge walks both lists *o"));
    let (from, to) = (cell(&picture, "def merge"), cell(&picture, "yield"));
    let code = "def merge(a, b):\n    while a and b:\n        y";
    assert_eq!(dragged(&mut stage, from, to).as_deref(), Some(code), "without the frame");
    assert_eq!(dragged(&mut stage, to, from).as_deref(), Some(code), "in either direction");
    assert_eq!(dragged(&mut stage, from, from), None, "a press alone copies nothing");
    stage.event(Event::Mouse(Mouse::Pressed(from.0, from.1)));
    let effects = stage.event(Event::Mouse(Mouse::Released));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Copy { text, .. } if text == "def")), "{effects:?}");
}

#[test]
fn a_selection_takes_whole_marks_and_no_more_than_its_rows() {
    let source = "- one\n- two **b**\n- three words that take more than one row here `c`\n\n## Head\n\n\
                  | a | b |\n|--:|---|\n| 100 | *x* |\n| 2 | ~~y~~ |\n\nsee [it](https://x.example/y)\n\nlast `d`\n";
    let mut stage = Stage::new(44, 40);
    stage.answered(1, "Explain", "coding", "qwen-3-32b", source);
    let picture = stage.picture();
    let cell = |text: &str| cell(&picture, text);
    let row = |text: &str| ((cell("• two").0, cell(text).1), (43, cell(text).1));
    for ((from, to), expected) in [
        (row("two b"), "- two **b**"),
        ((cell("two b"), row("two b").1), "two **b**"),
        (row("Head"), "## Head"),
        (row("100 "), "| 100 | *x* |"),
        // What is in front of a cell belongs to it, not to the beginning of the table.
        (row("2   y"), "| 2 | ~~y~~ |"),
        ((row("100 ").0, row("2   y").1), "| 100 | *x* |\n| 2 | ~~y~~ |"),
        (row("see it"), "see [it](https://x.example/y)"),
        (row("last d"), "last `d`"),
        // The second row of an item does not begin with the item.
        (row("here c"), "here `c`"),
        ((row("two b").0, row("here c").1), "- two **b**\n- three words that take more than one row here `c`"),
    ] {
        assert_eq!(dragged(&mut stage, from, to).unwrap_or_default(), expected, "{picture}");
        // Backwards it is the same.
        assert_eq!(dragged(&mut stage, to, from).unwrap_or_default(), expected, "{picture}");
    }
}

#[test]
fn dragging_beyond_the_edge_moves_the_conversation() {
    let mut stage = Stage::new(60, 20);
    let lines: Vec<String> = (0..60).map(|line| format!("line {line}\n\n")).collect();
    stage.answered(1, "Count", "general", "deepseek-v3.2", &lines.concat());
    stage.event(Event::Mouse(Mouse::Pressed(4, 10)));
    for _ in 0..30 {
        stage.event(Event::Mouse(Mouse::Dragged(4, 0)));
    }
    assert!(stage.picture().contains("↓ 30 more"), "{}", stage.picture());
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_that_come_in_halves_and_words_that_a_control_parts_are_seen_whole() {
    let said = |content: &str| format!(r#"{{"choices":[{{"delta":{{"content":"{content}"}}}}]}}"#);
    let pieces = [r"a \ud83d", r"\ude00 b, c \ud800", r" d, one\u000btwo", r"\u000cthree", r"\u001cfour"];
    let reply = move || pieces.iter().fold(Reply::events(), |reply, piece| reply.event(&said(piece))).done();
    let server = Server::judging("general", move |_| reply()).await;
    let mut app = App::start(&server);
    app.type_text("Hello").key("enter");
    let picture = app.until("four").await;
    assert!(picture.contains("a 😀 b, c \u{fffd} d, one") && !picture.contains("could not be read"), "{picture}");
    for word in ["two", "three", "four"] {
        assert!(picture.contains(&format!("▌ {word} ")), "{word} stands in a row of its own: {picture}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mouse_is_left_to_the_terminal_on_demand() {
    let server = Server::start(|_| Reply::label("general")).await;
    let mut app = App::start(&server);
    app.key("alt-m");
    app.until("Mouse off").await;
    app.key("alt-m");
    app.until("Mouse on").await;
    assert_eq!(app.asked(), ["mouse false", "mouse true"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn code_is_coloured_while_it_comes_without_keeping_the_text_waiting() {
    let server = Server::judging("coding", |_| Reply::stream(&["```rust\n", "fn main() {", "}\n", "```\n"])).await;
    let home = Home::connected(&server.base_url);
    let session = move || {
        let mut pty = Pty::start(&home, &[]);
        pty.until("Message");
        pty.send("Hello\r").until("fn main");
        // Magenta, as the terminal has it: a keyword.
        let magenta = |pty: &Pty| String::from_utf8_lossy(&pty.written).contains("\x1b[38;5;5;49mfn");
        pty.until_like("a coloured keyword", magenta);
        pty.leave();
        assert_eq!(pty.ended(), 0);
    };
    tokio::task::spawn_blocking(session).await.expect("the session does not panic");
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_where_they_say_and_nothing_else_is_written_as_one() {
    let text = "See [the manual](https://docs.example.org/ü) and [a trap](javascript:alert(1)).\n";
    let server = Server::judging("general", move |_| Reply::stream(&[text])).await;
    for (term, linking) in [("xterm-256color", true), ("linux", false)] {
        let home = Home::connected(&server.base_url).set("TERM", term);
        let session = move || {
            let mut pty = Pty::start(&home, &[]);
            pty.until("Message");
            pty.send("Hello\r").until("the manual");
            pty.until("a trap");
            pty.leave();
            assert_eq!(pty.ended(), 0);
            let written = String::from_utf8_lossy(&pty.written).into_owned();
            let opened: Vec<&str> =
                written.split("\x1b]8;;").skip(1).map(|rest| rest.split('\x1b').next().unwrap_or_default()).collect();
            assert_eq!(opened.contains(&"https://docs.example.org/%C3%BC"), linking, "{term}: {opened:?}");
            assert!(
                opened.iter().all(|address| address.is_empty() || address.starts_with("https://docs.")),
                "{opened:?}"
            );
            assert_eq!(opened.iter().filter(|it| it.is_empty()).count() * 2, opened.len(), "what is opened is closed");
        };
        tokio::task::spawn_blocking(session).await.expect("the session does not panic");
    }
}
