//! A day at the keyboard: `data/hands.txt` says what is pressed and what the screen shows then, in a plain terminal and in
//! tmux. Owns the reading of that table; no step waits for time.

use crate::support::program::{Home, PROGRAM};
use crate::support::pty::Pty;
use crate::support::server::{Reply, Request, Server, models};
use portable_pty::CommandBuilder;
use serde_json::json;
use std::process::Command;

/// What is done, and what the screen shows then.
const TABLE: &str = include_str!("data/hands.txt");

/// What a person does.
#[derive(Debug)]
enum Does {
    /// Presses keys, as a terminal sends them.
    Keys(String),
    /// Presses and releases the mouse's first button on this text.
    Click(String),
    /// Gives the window so many columns and rows.
    Resize(u16, u16),
}

/// A line of the table.
#[derive(Debug)]
struct Step {
    number: usize,
    does: Does,
    /// What the screen shows then.
    text: String,
    /// False: what it shows no more.
    comes: bool,
}

/// The keys that have a name in the table.
const KEYS: [(&str, &str); 22] = [
    ("enter", "\r"),
    ("esc", "\x1b"),
    ("tab", "\t"),
    ("shift-tab", "\x1b[Z"),
    ("delete", "\x1b[3~"),
    ("up", "\x1b[A"),
    ("down", "\x1b[B"),
    ("home", "\x1b[H"),
    ("end", "\x1b[F"),
    ("pgup", "\x1b[5~"),
    ("alt-down", "\x1b[1;3B"),
    ("alt-left", "\x1b[1;3D"),
    ("f1", "\x1bOP"),
    ("f2", "\x1bOQ"),
    ("f3", "\x1bOR"),
    ("f4", "\x1bOS"),
    ("f5", "\x1b[15~"),
    ("f6", "\x1b[17~"),
    ("f7", "\x1b[18~"),
    ("f8", "\x1b[19~"),
    ("f9", "\x1b[20~"),
    ("backspace", "\x7f"),
];

/// The bytes of a key's name.
fn key(name: &str) -> String {
    let named = KEYS.iter().find(|(it, _)| *it == name).map(|(_, bytes)| (*bytes).to_owned());
    let with_alt = || name.strip_prefix("alt-").filter(|rest| rest.len() == 1).map(|rest| format!("\x1b{rest}"));
    let with_ctrl = || {
        let letter = name.strip_prefix("ctrl-")?.bytes().next().filter(u8::is_ascii_lowercase)?;
        Some(char::from(letter - b'a' + 1).to_string())
    };
    named.or_else(with_alt).or_else(with_ctrl).unwrap_or_else(|| panic!("no key <{name}>"))
}

/// `Hi<enter>` as a terminal sends it.
fn keys(text: &str) -> String {
    let mut pieces = text.split('<');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |sent, piece| {
        let (name, rest) = piece.split_once('>').expect("a key's name ends with >");
        sent + &key(name) + rest
    })
}

fn does(text: &str) -> Does {
    if let Some(place) = text.strip_prefix("CLICK ") {
        return Does::Click(place.to_owned());
    }
    let Some(size) = text.strip_prefix("RESIZE ") else { return Does::Keys(keys(text)) };
    let (columns, rows) = size.split_once('x').expect("columns and rows");
    Does::Resize(columns.parse().expect("columns"), rows.parse().expect("rows"))
}

fn steps(table: &str) -> Vec<Step> {
    let numbered = table.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let step = |(index, line): (usize, &str)| {
        let (done, seen) = line.split_once(" => ").expect("what is done => what is seen");
        let seen = seen.trim();
        let gone = seen.strip_prefix("NOT ");
        let text = gone.unwrap_or(seen).to_owned();
        Step { number: index + 1, does: does(done.trim_end()), text, comes: gone.is_none() }
    };
    numbered.map(step).collect()
}

/// Goes through the table. A step whose text stands there before shows nothing of what the keys do.
fn go_through(pty: &mut Pty) {
    for Step { number, does, text, comes } in steps(TABLE) {
        // A frame may still be on its way.
        pty.until_like(&format!("a screen that line {number} changes"), |pty| pty.shown().contains(&text) != comes);
        match &does {
            Does::Keys(keys) => _ = pty.send(keys),
            Does::Click(place) => click(pty, place),
            Does::Resize(columns, rows) => pty.resize(*columns, *rows),
        }
        let what = format!("{} (line {number})", if comes { &text } else { "the end of a text" });
        pty.until_like(&what, |pty| pty.shown().contains(&text) == comes);
    }
}

/// Clicks on the first cell of a text.
fn click(pty: &mut Pty, place: &str) {
    let shown = pty.until(place);
    let found = shown.lines().enumerate().find_map(|(row, line)| Some((row + 1, line.split_once(place)?.0.to_owned())));
    let (row, before) = found.unwrap_or_else(|| panic!("{place} is not on the screen:\n{shown}"));
    let column = unicode_width::UnicodeWidthStr::width(before.as_str()) + 1;
    pty.send(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
}

const CODE: &str = "Like this:\n\n```python\ndef merge(a, b):\n    return sorted(a + b)\n```\n\nThat is all.";

fn answer(request: &Request) -> Reply {
    let prompt = request.prompt();
    let thought = json!({"choices": [{"delta": {"reasoning_content": "Who walks on four legs?", "content": null}}]});
    match prompt {
        _ if request.is_judging() => Reply::label(if prompt.contains("Python") { "coding" } else { "general" }),
        _ if prompt.contains("endless") => Reply::events().text("Once upon a time there was").hang(),
        _ if prompt.contains("riddle") => Reply::events().event(&thought.to_string()).hang(),
        _ if prompt.contains("Python") => Reply::stream(&[CODE]),
        _ => Reply::stream(&[request.model(), " answers: ", prompt]),
    }
}

/// A server, and a home in which the judge decides: the same prompt has the same route each time.
async fn begin() -> (Server, Home) {
    let server = Server::listing(|| models(&["qwen-3-32b", "deepseek-v3.2", "kimi-k2.6"]), answer).await;
    let home = Home::connected(&server.base_url);
    let settings = home.write("judged.toml", "[routing]\nthreshold = 1.0\nescalate = \"wait\"\n");
    let home = home.set("POINTSMAN_CONFIG", &settings.display().to_string());
    (server, home)
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_a_day_at_the_keyboard_in_a_plain_terminal() {
    let (_server, home) = begin().await;
    let day = move || {
        let mut pty = Pty::start(&home, &[]);
        pty.until("oxlo answers");
        go_through(&mut pty);
        pty.send(&key("ctrl-d"));
        assert_eq!(pty.ended(), 0);
        assert_eq!(pty.modes_left_on(), [""; 0]);
    };
    tokio::task::spawn_blocking(day).await.expect("the day goes well");
}

/// What tmux's panes say of the program that ran in them: alternate screen, mouse, cursor, application keys.
const MODES: &str = "#{alternate_on} #{mouse_any_flag} #{cursor_flag} #{keypad_cursor_flag}";

/// A command of a tmux that has no configuration and no other windows than those of this home.
fn tmux(home: &Home, args: &[&str]) -> Command {
    let mut command = Command::new("tmux");
    command.args(["-u", "-L", "hands", "-f", "/dev/null"]).args(args).env_clear().envs(home.env());
    command.env("TMUX_TMPDIR", home.path()).env("PATH", std::env::var("PATH").unwrap_or_default());
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_a_day_at_the_keyboard_in_tmux() {
    if Command::new("tmux").arg("-V").output().is_err() {
        println!("no tmux on this machine: its half of the day is not tested");
        return;
    }
    let (_server, home) = begin().await;
    let day = move || {
        // The shell says how the program ended, and stays until it has been looked at.
        let script =
            format!("TERM=tmux-256color {PROGRAM}; echo \"ended with $?\"; stty -a | grep -o -- '-*icanon'; read _");
        let session = ["new-session", "-x", "120", "-y", "36", &script, ";", "set", "status", "off"];
        let mut pty = Pty::spawn(in_terminal(&tmux(&home, &session)));
        pty.until("oxlo answers");
        go_through(&mut pty);
        pty.send(&key("ctrl-d"));
        let shown = pty.until_like("the end", |pty| pty.shown().contains("icanon"));
        assert!(shown.contains("ended with 0") && !shown.contains("-icanon"), "{shown}");
        let modes = tmux(&home, &["display", "-p", MODES]).output().expect("tmux runs").stdout;
        assert_eq!(String::from_utf8_lossy(&modes).trim(), "0 0 1 0");
        pty.send("\r");
        assert_eq!(pty.ended(), 0);
    };
    tokio::task::spawn_blocking(day).await.expect("the day goes well");
}

/// The same command, for a pseudo-terminal.
fn in_terminal(command: &Command) -> CommandBuilder {
    let mut same = CommandBuilder::new(command.get_program());
    same.args(command.get_args());
    same.env_clear();
    for (name, value) in command.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        same.env(name, value);
    }
    same
}

#[test]
fn a_resize_that_comes_together_with_a_key_is_seen() {
    let mut pty = Pty::start(&Home::new(), &[]);
    pty.send("typed").until("▌ typed");
    for _ in 0..10 {
        pty.resize(80, 24);
        pty.send("n").until_like("a narrow screen", |pty| {
            pty.shown().lines().nth(23).is_some_and(|row| row.contains("offline guide"))
        });
        pty.resize(120, 36);
        pty.send("w").until_like("a wide screen", |pty| {
            pty.shown().lines().nth(35).is_some_and(|row| row.contains("offline guide"))
        });
    }
}
