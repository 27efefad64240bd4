//! How long a person waits for a history of 100,000 messages: `cargo bench --bench history`. What a key costs from the
//! store to the drawn frame, without the terminal; `benches/history.py` measures the program itself.
//!
//! `cargo bench --bench history -- generate DIR` makes the history in DIR, for a program that is started with
//! `--data-dir DIR`. Figures, not a test.

#[path = "../tests/support/examples.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "tests need more of it, and fail by panicking")]
mod examples;
mod made;

use jiff::Timestamp;
use made::{CHATS, Words};
use pointsman::chat::{Ask, Ending, Finish, Step, TurnId};
use pointsman::engine::{self, ChatList, Command, StoreQuery};
use pointsman::store::{FILE, Store, StoreOp, TextKind};
use pointsman::tui::{Effect, Event, Now, Start, State, Styles, draw, update};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

type Done = Result<(), Box<dyn Error>>;

/// How many earlier prompts the program asks for, and how many hits.
const PROMPTS: usize = 300;
const HITS: usize = 60;
const SIZE: (u16, u16) = (120, 36);

fn main() -> Done {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            let folder = tempfile::tempdir()?;
            runtime.block_on(generate(folder.path()))?;
            runtime.block_on(measure(&folder.path().join(FILE)))
        }
        ["generate", folder] => runtime.block_on(generate(folder.as_ref())),
        [folder] => runtime.block_on(measure(&Path::new(folder).join(FILE))),
        _ => Err("what should be done? [generate DIR | DIR]".into()),
    }
}

async fn generate(folder: &Path) -> Done {
    let mut words = Words::new();
    let begun = Instant::now();
    let (store, _) = Store::open(&folder.join(FILE), made::begun(0))?;
    let (turns, bytes) = made::fill(&store, &mut words).await?;
    let mut found = Vec::new();
    for query in words.queries().into_iter().flat_map(|(_, queries)| queries) {
        if !store.search(query.clone(), 1).await?.is_empty() {
            found.push(query);
        }
    }
    drop(store);
    let size = std::fs::metadata(folder.join(FILE))?.len();
    println!(
        "{turns} turns, {} MB of text in {} MB, written in {:.1} s",
        bytes >> 20,
        size >> 20,
        begun.elapsed().as_secs_f64()
    );
    // What a person can look for there, and find.
    Ok(std::fs::write(folder.join("queries.txt"), found.join("\n"))?)
}

async fn measure(path: &Path) -> Done {
    let (begun, before) = (Instant::now(), std::fs::metadata(path)?.len());
    drop(Store::open(path, Timestamp::now())?);
    let (took, after) = (begun.elapsed(), std::fs::metadata(path)?.len());
    println!("first opened in {:.2} s, {} MB before and {} MB after\n", took.as_secs_f64(), before >> 20, after >> 20);
    println!("| figure | half | 95 of 100 | most |\n|---|---|---|---|");
    let mut times = Times::default();
    for _ in 0..20 {
        times.take(async || Ok(Store::open(path, Timestamp::now())?.0)).await?;
    }
    times.say("opening the store");
    let (store, _) = Store::open(path, Timestamp::now())?;
    for _ in 0..20 {
        times.take(async || Ok(store.resume(PROMPTS).await?)).await?;
    }
    times.say("what a start goes on with");
    for _ in 0..20 {
        times.take(async || Ok(store.chats().await?)).await?;
    }
    times.say("the list of chats, read");
    for _ in 0..20 {
        let mut screen = Screen::new();
        times.take(async || screen.list(&store).await).await?;
    }
    times.say("the list of chats, F2 to the drawn frame");
    let mut all = Times::default();
    for (kind, queries) in Words::new().queries() {
        for query in queries {
            times.take(async || Ok(store.search(query.clone(), HITS).await?)).await?;
        }
        all.0.extend(&times.0);
        times.say(&format!("search: {kind}"));
    }
    all.say(&format!("search, all {} of these", all.0.len()));
    for _ in 0..20 {
        times.take(async || Ok(store.chat(made::long()).await?)).await?;
    }
    times.say("a chat of 5,000 messages, read");
    for _ in 0..20 {
        let mut screen = Screen::new();
        screen.happen(Event::Engine(engine::Event::Resumed(Box::new(store.resume(PROMPTS).await?))));
        times.take(async || screen.go_on(&store).await).await?;
    }
    times.say("a chat of 5,000 messages, Enter to the drawn frame");
    written(&store, &mut times).await
}

/// What keeping costs, in a chat that is deleted again.
async fn written(store: &Store, times: &mut Times) -> Done {
    let mut words = Words::new();
    let (head, model) = (words.head(CHATS), words.turn(CHATS, 0).turn);
    let ask = |n: u64| Ask { turn: TurnId(model.id().0 + n), ..model.ask.clone() };
    for n in 0..100 {
        let begin = StoreOp::Begin { head: head.clone(), ask: ask(n) };
        times.take(async || Ok(store.write(vec![begin]).await?)).await?;
    }
    times.say("a prompt, until no power cut can take it");
    for n in 0..100 {
        let step = Step { blocks: Vec::new(), ..model.steps[0].clone() };
        store.write(vec![StoreOp::BeginStep { turn: ask(n).turn, step: 0, content: Box::new(step) }]).await?;
        let text = "a piece of an answer ".into();
        let piece = StoreOp::Append { turn: ask(n).turn, step: 0, block: 0, kind: TextKind::Text, text };
        times.take(async || Ok(store.write(vec![piece]).await?)).await?;
    }
    times.say("a piece of an answer");
    for n in 0..100 {
        let (turn, text) = (ask(n).turn, model.answer().into());
        let piece = StoreOp::Append { turn, step: 0, block: 0, kind: TextKind::Text, text };
        let ending = Ending::Answered(Finish::Stop);
        let end = StoreOp::End { turn, ending, outcome: None, at: made::begun(CHATS) };
        times.take(async || Ok(store.write(vec![piece, end]).await?)).await?;
    }
    times.say("a whole answer, with the index");
    store.write(vec![StoreOp::Delete(head.id, Timestamp::now()), StoreOp::Purge]).await?;
    Ok(())
}

/// The program without its terminal and its engine.
struct Screen {
    state: State,
    frame: Buffer,
    begun: Instant,
}

impl Screen {
    fn new() -> Self {
        let start = Start { size: SIZE, begun_at: Timestamp::now(), ..examples::start() };
        let frame = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        Self { state: State::new(start), frame, begun: Instant::now() }
    }

    fn happen(&mut self, event: Event) -> Vec<Command> {
        let now = Now { since_start: self.begun.elapsed(), wall: Timestamp::now() };
        let effects = update(&mut self.state, event, now);
        let commands = effects.into_iter().filter_map(|effect| match effect {
            Effect::Engine(command) => Some(command),
            _ => None,
        });
        commands.collect()
    }

    fn press(&mut self, key: &str) -> Result<Vec<Command>, Box<dyn Error>> {
        Ok(self.happen(Event::Key(key.parse().ok().ok_or("no key")?)))
    }

    /// Draws a frame, which must show `text`.
    fn drawn(&mut self, text: &str) -> Done {
        self.frame.reset();
        draw(&self.state, &Styles::coloured(), self.begun.elapsed(), &mut self.frame);
        let shown: String = self.frame.content().iter().map(Cell::symbol).collect();
        if shown.contains(text) { Ok(()) } else { Err(format!("no {text:?} on the screen:\n{shown}").into()) }
    }

    async fn list(&mut self, store: &Store) -> Done {
        let asked = self.press("f2")?;
        if !asked.contains(&Command::Query(StoreQuery::Chats)) {
            return Err("F2 does not ask for the list".into());
        }
        let rows = store.chats().await?;
        self.happen(Event::Engine(engine::Event::Chats(ChatList::Listed(rows))));
        self.drawn("archived  ")
    }

    async fn go_on(&mut self, store: &Store) -> Done {
        let asked = self.press("enter")?;
        if !asked.contains(&Command::Open(made::long())) {
            return Err("Enter does not go on with the long chat".into());
        }
        let chat = store.chat(made::long()).await?.ok_or("no long chat")?;
        // The engine has one for itself.
        let known = chat.clone();
        self.happen(Event::Engine(engine::Event::Opened(Box::new(chat))));
        drop(known);
        self.drawn(made::LAST_LINE)
    }
}

/// How long something took, each time.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    async fn take<T>(&mut self, work: impl AsyncFnOnce() -> Result<T, Box<dyn Error>>) -> Done {
        let begun = Instant::now();
        let done = work().await?;
        self.0.push(begun.elapsed());
        drop(done);
        Ok(())
    }

    /// Prints a line of the table and forgets.
    fn say(&mut self, what: &str) {
        self.0.sort();
        let at = |percent: usize| self.0[(self.0.len() * percent / 100).min(self.0.len() - 1)].as_secs_f64() * 1e3;
        println!("| {what} | {:.1} ms | {:.1} ms | {:.1} ms |", at(50), at(95), at(100));
        self.0.clear();
    }
}
