//! What reading a conversation costs the screen's thread: `cargo bench --bench reading`.
//!
//! Conversations of four sizes, of many turns and of one answer, driven through `update`, `prepare` and `draw` without a
//! terminal. Prints for each the time to open it, to take a token in while the last answer grows, for a frame, for a page
//! up and for a new width: half of them, and 99 of 100. Then the same for a frame with a picture in sight, by the ways in
//! which terminals draw it; `-- pictures` measures only that. Figures, not a test.

#[path = "../tests/support/examples.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "tests need more of it, and fail by panicking")]
mod examples;

use examples::TurnExample;
use image::{ImageFormat, Rgb, RgbImage};
use jiff::Timestamp;
use pointsman::chat::{
    Ask, Attachment, Blob, Conversation, ConversationId, Ending, Extent, Finish, Place, Reading, Spot, TurnEvent,
    TurnId,
};
use pointsman::engine::{self, Command};
use pointsman::store::{Chat, ChatRow, Head, Resume};
use pointsman::tui::{Effect, Event, Now, Start, State, Styles, Way, draw, update};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::error::Error;
use std::io::Cursor;
use std::time::{Duration, Instant};

const SIZES: [(&str, usize); 4] = [("1 KB", 1 << 10), ("10 KB", 10 << 10), ("100 KB", 100 << 10), ("10 MB", 10 << 20)];
const LARGE: (u16, u16) = (200, 60);
const SMALL: (u16, u16) = (120, 36);
const FRAMES: usize = 500;
/// A day in 2026: names are made of the time, and those of the conversation are not to be those of the screen.
const NOON: Timestamp = Timestamp::constant(1_767_614_460, 0);
/// What an answer says, over and over.
const ANSWER: &str = "# Merging\n\nSome words in **strong letters**, *slanted* ones and `code` among them, with a \
[link](https://x.example/) that ends the sentence. 検索エンジンは情報を見つける道具です。 And 🚀 follows 👩\u{200d}👧.\n\n\
- one thing to do\n- another, with **stress**\n  - and one below\n\n1. first of all\n2. second\n\n> A quote of somebody \
who said it better,\n> on two lines.\n\n| name | value | 説明 |\n|---|---:|---|\n| a | 1 | 全角 |\n| b | 2 | plain |\n\n\
```python\ndef merge(left, right):\n    # a comment\n    return sorted(left + right) or \"text\"\n```\n\n\
```rust\nfn merge(left: &[u8], right: &[u8]) -> Vec<u8> {\n    [left, right].concat()\n}\n```\n\n";

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    if std::env::args().any(|argument| argument == "pictures") {
        return measure_pictures();
    }
    println!("| | open | a token | frame 200×60 | in the middle | streaming | frame 120×36 | PgUp | new width |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for one in [false, true] {
        for (name, bytes) in SIZES {
            measure(name, bytes, one)?;
        }
    }
    println!();
    measure_pictures()
}

fn measure_pictures() -> Outcome<()> {
    println!("| a picture of 12 rows, drawn as | making it | frame 120×36 |");
    println!("|---|---|---|");
    [Way::Text, Way::Blocks, Way::Kitty, Way::Iterm2, Way::Sixel].into_iter().try_for_each(measure_picture)
}

/// Prints what it costs to make a picture of 1024 × 768 pixels, and a frame with it.
fn measure_picture(way: Way) -> Outcome<()> {
    let picture = RgbImage::from_fn(1024, 768, |x, y| Rgb([x as u8, y as u8, (x * y / 512) as u8]));
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png)?;
    let blob = Blob { media_type: "image/png".into(), bytes: png.into_inner().into() };
    let extent = Extent::Pixels { width: 1024, height: 768 };
    let file = Attachment { name: "picture.png".to_owned(), blob: blob.reference(), extent };
    let mut turn = examples::turn(1, "What is this?")
        .at(NOON)
        .saying("Some words in **strong letters**, *slanted* ones and `code` among them.");
    turn.ask.prompt.attachments = [file].into();
    let turn = turn.ended(Ending::Answered(Finish::Stop));
    let conversation = Conversation::restore(ConversationId(1), vec![turn], Some(TurnId(1)));
    let (mut stage, _) = Stage::show(conversation, None)?;
    stage.resize(SMALL.0, SMALL.1);
    stage.state.draw_pictures(way, None);
    stage.event(Event::Wheeled(-99));
    let begun = Instant::now();
    while let Some(hash) = stage.state.wanted_blob() {
        stage.engine(engine::Event::Blob(hash, Some(blob.clone())));
        let job = stage.state.wanted_picture().ok_or("no picture is wanted")?;
        stage.event(Event::Pictured(job.run()));
    }
    println!("| {way:?} | {:.1} ms | {} |", ms(begun.elapsed()), shares(stage.frames()));
    Ok(())
}

/// Prints the figures of a conversation of so many bytes, in one answer or in many.
fn measure(name: &str, bytes: usize, one: bool) -> Outcome<()> {
    let (mut stage, opened) = Stage::open(bytes, one, None)?;
    let tail = stage.frames();
    let pages = stage.repeat(50, |stage| stage.key("pgup"))?;
    let widths = stage.repeat(20, |stage| {
        let (width, height) = if stage.size == LARGE { SMALL } else { LARGE };
        stage.resize(width, height);
        Ok(())
    })?;
    stage.resize(SMALL.0, SMALL.1);
    stage.key("ctrl+end")?;
    let small = stage.frames();
    let middle = Stage::open(bytes, one, Some(0.5))?.0.frames();
    let (mut stage, _) = Stage::open(if one { 0 } else { bytes }, one, None)?;
    let turn = stage.submit()?;
    if one {
        stage.turn(turn, examples::text(&ANSWER.repeat(bytes / ANSWER.len()), 0));
        stage.state.prepare();
    }
    let (mut tokens, mut streaming) = (Vec::new(), Vec::new());
    for token in ANSWER.split_inclusive(' ').cycle().take(4 * FRAMES) {
        let event = examples::text(token, 0);
        let begun = Instant::now();
        stage.turn(turn, event);
        stage.state.prepare();
        tokens.push(begun.elapsed());
        streaming.push(stage.frame());
    }
    let shape = if one { "one answer" } else { "many turns" };
    print!("| {name}, {shape} | {:.1} ms ", ms(opened));
    for times in [tokens, tail, middle, streaming, small, pages, widths] {
        print!("| {} ", shares(times));
    }
    println!("|");
    Ok(())
}

/// A screen without a terminal.
struct Stage {
    state: State,
    styles: Styles,
    buffer: Buffer,
    size: (u16, u16),
    submitted: Option<TurnId>,
}

impl Stage {
    /// A screen that has opened such a conversation, read at the end or at a share of its bytes; and how long that took.
    fn open(bytes: usize, one: bool, share: Option<f64>) -> Outcome<(Self, Duration)> {
        Self::show(conversation(bytes, one), share)
    }

    /// The same with this conversation.
    fn show(conversation: Conversation, share: Option<f64>) -> Outcome<(Self, Duration)> {
        let start = Start { size: LARGE, begun_at: NOON, ..examples::start() };
        let buffer = Buffer::empty(Rect::new(0, 0, LARGE.0, LARGE.1));
        let (state, styles) = (State::new(start), Styles::coloured());
        let mut bench = Self { state, styles, buffer, size: LARGE, submitted: None };
        let head =
            Head { id: ConversationId(1), title: "Merging".into(), started_at: NOON, archived: false, pinned: false };
        let last = ChatRow::of(head.clone(), head.started_at, 1);
        bench.engine(engine::Event::Resumed(Box::new(Resume { last: Some(last), ..Resume::default() })));
        bench.key("enter")?;
        let turns = conversation.turns();
        let reading = share.and_then(|share| {
            let turn = turns.get((turns.len() as f64 * share) as usize)?;
            let at = Spot::Answer((turn.answer().len() as f64 * share) as usize);
            Some(Reading { turn: turn.id(), at })
        });
        let chat = Chat { head, place: Place { reading, ..Place::default() }, conversation };
        let begun = Instant::now();
        bench.engine(engine::Event::Opened(Box::new(chat)));
        bench.state.prepare();
        let took = begun.elapsed();
        bench.frame();
        let drawn: String = bench.buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
        if drawn.contains("slanted") { Ok((bench, took)) } else { Err("the conversation did not open".into()) }
    }

    /// Sends a prompt, which is then answered.
    fn submit(&mut self) -> Outcome<TurnId> {
        self.event(Event::Pasted("Go on".to_owned()));
        self.key("enter")?;
        let turn = self.submitted.ok_or("the prompt was not sent")?;
        self.turn(turn, TurnEvent::Started);
        self.turn(turn, examples::asked("m"));
        Ok(turn)
    }

    fn event(&mut self, event: Event) {
        let now = Now { since_start: Duration::ZERO, wall: NOON };
        for effect in update(&mut self.state, event, now) {
            if let Effect::Engine(Command::Submit(Ask { turn, .. })) = effect {
                self.submitted = Some(turn);
            }
        }
    }

    fn engine(&mut self, event: engine::Event) {
        self.event(Event::Engine(event));
    }

    fn turn(&mut self, turn: TurnId, event: TurnEvent) {
        self.engine(engine::Event::Turn(turn, event));
    }

    fn key(&mut self, name: &str) -> Outcome<()> {
        let chord = name.parse().map_err(|error| format!("no such key as {name}: {error}"))?;
        self.event(Event::Key(chord));
        Ok(())
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.size = (width, height);
        self.buffer.resize(Rect::new(0, 0, width, height));
        self.event(Event::Resized { width, height });
    }

    /// How long a frame takes, up to what goes to the terminal.
    fn frame(&mut self) -> Duration {
        let begun = Instant::now();
        self.state.prepare();
        self.buffer.reset();
        std::hint::black_box(draw(&self.state, &self.styles, Duration::ZERO, &mut self.buffer));
        begun.elapsed()
    }

    fn frames(&mut self) -> Vec<Duration> {
        (0..FRAMES).map(|_| self.frame()).collect()
    }

    /// How long it takes to do that, and to draw what comes of it.
    fn repeat(&mut self, times: usize, mut doing: impl FnMut(&mut Self) -> Outcome<()>) -> Outcome<Vec<Duration>> {
        let once = |_| {
            let begun = Instant::now();
            doing(self)?;
            self.frame();
            Ok(begun.elapsed())
        };
        (0..times).map(once).collect()
    }
}

fn conversation(bytes: usize, one: bool) -> Conversation {
    let repeats = (bytes / ANSWER.len()).max(1);
    let (turns, each) = if one { (1, repeats) } else { (repeats.div_ceil(3), repeats.min(3)) };
    let turn = |number: usize| {
        let parent = (number > 0).then_some(TurnId(number as u64));
        let asked = examples::turn(number as u64 + 1, "Merge two lists").at(NOON).after(parent);
        asked.saying(&ANSWER.repeat(each)).ended(Ending::Answered(Finish::Stop))
    };
    Conversation::restore(ConversationId(1), (0..turns).map(turn).collect(), Some(TurnId(turns as u64)))
}

fn shares(mut times: Vec<Duration>) -> String {
    times.sort();
    let at =
        |percent: usize| times.get((times.len() * percent / 100).min(times.len() - 1)).map_or(0.0, |time| ms(*time));
    format!("{:.2} / {:.2} ms", at(50), at(99))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
