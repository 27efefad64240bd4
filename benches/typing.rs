//! Measures keys in a long draft: `cargo bench --bench typing`.
//!
//! Drafts of 4.3 MB, of many lines and of a single one, in Latin letters and in Japanese, driven through `update` and
//! `draw` without a terminal. Prints for each the time of a paste, of keys in the middle and of a frame: half of them, and
//! the worst. Figures, not a test.
//!
//! Not measured, and known to be slower than the rest, each in a single line: putting back 1 MB of Thai (some 140 ms), and
//! deleting or putting back 500,000 tabs (some 60 ms).

#[path = "../tests/support/examples.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "tests need more of it, and fail by panicking")]
mod examples;

use jiff::Timestamp;
use pointsman::tui::{Event, Now, State, Styles, draw, update};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::error::Error;
use std::time::{Duration, Instant};

const BYTES: usize = 4_300_000;
/// The screen of the examples.
const SCREEN: (u16, u16) = (120, 36);
/// The presses of each key.
const PRESSES: usize = 40;
const LATIN: &str = "The quick brown fox jumps over the lazy dog, and no more.";
const JAPANESE: &str = "検索エンジンは情報を見つける道具です。";
const KEYS: [&str; 12] =
    ["x", "ctrl-j", "backspace", "delete", "left", "up", "down", "pgup", "ctrl-left", "ctrl-w", "ctrl-y", "alt-z"];

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    println!("| 4.3 MB | paste | frame | {} |", KEYS.join(" | "));
    println!("|---|---|---|{}", "---|".repeat(KEYS.len()));
    for (name, sentence, end) in [
        ("many lines", LATIN, "\n"),
        ("one line", LATIN, " "),
        ("many lines of Japanese", JAPANESE, "\n"),
        ("one line of Japanese", JAPANESE, ""),
    ] {
        measure(name, &format!("{sentence}{end}"))?;
    }
    Ok(())
}

/// Prints the figures of a draft that says `sentence` over and over.
fn measure(name: &str, sentence: &str) -> Outcome<()> {
    let mut stage = Stage::new();
    let half = sentence.repeat(BYTES / sentence.len() / 2);
    let begun = Instant::now();
    stage.event(Event::Pasted(half.clone()));
    stage.key("home")?;
    // The caret stands in the middle then.
    stage.event(Event::Pasted(half));
    let paste = begun.elapsed() / 2;
    let mut figures = vec![format!("{:.1} ms", ms(paste)), shares((0..PRESSES).map(|_| stage.frame()).collect())];
    for key in KEYS {
        let mut times = Vec::new();
        for _ in 0..PRESSES {
            let begun = Instant::now();
            stage.key(key)?;
            times.push(begun.elapsed());
        }
        figures.push(shares(times));
    }
    println!("| {name} | {} |", figures.join(" | "));
    Ok(())
}

struct Stage {
    state: State,
    since_start: Duration,
    styles: Styles,
    buffer: Buffer,
}

impl Stage {
    fn new() -> Self {
        Self {
            state: State::new(examples::start()),
            since_start: Duration::ZERO,
            styles: Styles::coloured(),
            buffer: Buffer::empty(Rect::new(0, 0, SCREEN.0, SCREEN.1)),
        }
    }

    fn event(&mut self, event: Event) {
        self.since_start += Duration::from_millis(30);
        let now = Now { since_start: self.since_start, wall: Timestamp::UNIX_EPOCH };
        drop(update(&mut self.state, event, now));
    }

    fn key(&mut self, name: &str) -> Outcome<()> {
        self.event(Event::Key(name.parse()?));
        Ok(())
    }

    fn frame(&mut self) -> Duration {
        let begun = Instant::now();
        draw(&self.state, &self.styles, self.since_start, &mut self.buffer);
        begun.elapsed()
    }
}

fn shares(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).or(times.last()).copied().map_or(0.0, ms);
    format!("{:.1} / {:.1} ms", at(50), at(100))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
