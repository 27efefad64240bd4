//! Turn after turn with a fault each, eight chats at a time: no prompt is lost, no connection stays open, nothing hangs
//! and nothing grows.
//!
//! The suite runs 200 turns. All 5,000, which must run alone since they measure the whole process:
//!
//! ```text
//! cargo test --release --test suite soak -- --ignored --nocapture
//! ```

use crate::faults::groups;
use crate::faults::row::{Place, Row};
use crate::support::PATIENCE;
use crate::support::app::App;
use crate::support::examples;
use crate::support::server::{Reply, Request, Server};
use jiff::Timestamp;
use pointsman::chat::{Ask, ConversationId, Delta, Ending, Origin, Stage, Turn, TurnEvent, TurnId};
use pointsman::engine::{Command, Engine, Event};
use pointsman::router::RouteOverride;
use pointsman::store::{FILE, Store};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Where chance begins.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
/// So many chats are answered at a time, and so many turns each has before the next begins.
const CHATS: usize = 8;
const TURNS: u64 = 10;
/// A turn may ask the judge and a model at once, and have closed two connections of which the server has not heard yet.
const CONNECTIONS: usize = CHATS * 4;
/// From here on growth is counted: by then everything was used once, and caches are full.
const WARM: usize = 1_000;
/// So much memory, in bytes, may a turn leave behind; an answer of the table has some 20 KiB with its request and events.
///
/// What heaptrack finds alive after 1,500 and after 3,400 turns differs by some 480 bytes a turn: 170 are what judges said,
/// which a session remembers, 150 are this test's own notes, 35 pages of the store's cache, until it is full; the
/// rest is work that was under way in that moment. What the process holds beyond that are pieces of freed memory between
/// others, one heap for each thread.
const GROWTH: u64 = 4 * 1024;
/// So many files may differ: connections of the turns at that moment.
const FILES: usize = CONNECTIONS;

const SETTINGS: &str = "\
routing.threshold = 1.0
routing.escalate = \"race\"
judge.model = \"arbiter\"
judge.timeout_seconds = 0.3
judge.breaker_failures = 0
categories.coding.model = \"first\"
categories.coding.fallbacks = [\"second\"]
categories.general.model = \"second\"
categories.general.fallbacks = [\"first\"]
retry.backoff_seconds = 0.001
retry.longest_wait_seconds = 1.0
retry.per_minute = 1000000
retry.breaker_seconds = 0.1
network.local.first_byte_timeout_seconds = 0.3
network.local.first_token_timeout_seconds = 0.3
network.local.idle_timeout_seconds = 0.3
network.local.turn_timeout_seconds = 5.0
";

/// What is to happen to a turn.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// Which row of the table; past its end, none.
    row: usize,
    /// Whether the judge decides, and what it says.
    judge: Option<u64>,
    stop: Option<Moment>,
}

/// When the user stops a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    Sent,
    Decided,
    Asked,
    Opened,
    Noted,
    Text,
}

impl Plan {
    /// The plan of a turn: the same in every run.
    fn of(number: u64, rows: usize) -> Self {
        let mut random = SEED ^ number.wrapping_mul(0xd134_2543_de82_ef95);
        let mut below = |end: u64| {
            // Marsaglia's xorshift: <https://doi.org/10.18637/jss.v008.i14>.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % end
        };
        let moments = [Moment::Sent, Moment::Decided, Moment::Asked, Moment::Opened, Moment::Noted, Moment::Text];
        Self {
            row: below(rows as u64 + 8) as usize,
            judge: (below(4) == 0).then(|| below(6)),
            stop: (below(6) == 0).then(|| moments[below(6) as usize]),
        }
    }
}

/// The number of the turn that a request belongs to. The system prompt stands before it where its role was refused.
fn number(request: &Request) -> u64 {
    let prompt = request.prompt();
    let turn = prompt.rsplit_once("turn ").map(|(_, turn)| turn);
    let number = turn.and_then(|turn| turn.split_whitespace().next()?.parse().ok());
    number.unwrap_or_else(|| panic!("a prompt has its number: {:?}", request.prompt()))
}

/// A server that does what the plan of each turn says.
async fn server(rows: Arc<Vec<Row>>) -> Server {
    let asked: Mutex<HashMap<u64, usize>> = Mutex::default();
    Server::start(move |request| {
        let number = number(request);
        let plan = Plan::of(number, rows.len());
        if request.is_judging() {
            return match plan.judge {
                Some(0 | 1) => Reply::label("coding"),
                Some(2) => Reply::label("general"),
                Some(3) => Reply::default().hang(),
                Some(4) => Reply::said("The weather is fine."),
                _ => Reply::whole(503, "text/plain", "overloaded"),
            };
        }
        let mut asked = asked.lock().expect("nobody panicked");
        let before = asked.entry(number).or_default();
        *before += 1;
        match rows.get(plan.row) {
            Some(row) => (row.script)(request, *before - 1),
            None => Reply::lasting(&["All ", "is ", "well."]),
        }
    })
    .await
}

/// One of the chats, and the turn that runs there.
struct Lane {
    chat: ConversationId,
    /// How many turns it has.
    turns: u64,
    /// The last turn that was not taken back.
    parent: Option<TurnId>,
    turn: Option<(Turn, Plan)>,
}

/// What the process has.
#[derive(Debug, Clone, Copy)]
struct Figures {
    memory: u64,
    files: usize,
}

impl Figures {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let memory = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default();
        Self { memory, files: std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count) }
    }
}

/// A turn that is over. No more of it than can be held against the store: the rest would look like growth.
struct Over {
    chat: ConversationId,
    turn: TurnId,
    told: u64,
    ending: Option<Stage>,
}

/// What was told of a turn.
fn told(turn: &Turn) -> u64 {
    let mut hasher = DefaultHasher::new();
    (turn.prompt(), turn.answer()).hash(&mut hasher);
    format!("{:?} {:?}", turn.stage, examples::outcomes(turn)).hash(&mut hasher);
    hasher.finish()
}

/// A program in which turns run.
struct Soak {
    engine: Engine,
    server: Server,
    rows: usize,
    lanes: Vec<Lane>,
    /// The number of the next turn.
    next: u64,
    over: Vec<Over>,
    most_open: usize,
}

impl Soak {
    /// Sends the next prompt of a lane.
    fn submit(&mut self, lane: usize) {
        let id = TurnId(self.next);
        self.next += 1;
        let lane = &mut self.lanes[lane];
        if lane.turns.is_multiple_of(TURNS) {
            (lane.chat, lane.parent) = (ConversationId(1_000_000 + id.0), None);
            self.engine.send(Command::LookAt(lane.chat));
        }
        lane.turns += 1;
        let plan = Plan::of(id.0, self.rows);
        let prompt = format!("turn {} writes a Python function", id.0).into();
        let category = plan.judge.is_none().then(|| "coding".into());
        let route = RouteOverride { category, ..RouteOverride::default() };
        let (chat, parent) = (lane.chat, lane.parent);
        let ask = Ask { chat, parent, turn: id, prompt, route, origin: Origin::Typed, asked_at: Timestamp::now() };
        lane.turn = Some((Turn::new(ask.clone()), plan));
        self.engine.send(Command::Submit(ask));
        if plan.stop == Some(Moment::Sent) {
            self.engine.send(Command::Stop(id));
        }
    }

    /// Something happened to a turn. The lane that is free now.
    fn happened(&mut self, id: TurnId, event: TurnEvent) -> Option<usize> {
        self.most_open = self.most_open.max(self.server.open());
        let at = self.lanes.iter().position(|lane| lane.turn.as_ref().is_some_and(|(turn, _)| turn.id() == id))?;
        let lane = &mut self.lanes[at];
        let (turn, plan) = lane.turn.as_mut()?;
        let moment = match event {
            TurnEvent::Decided(_) => Some(Moment::Decided),
            TurnEvent::Asked { .. } => Some(Moment::Asked),
            TurnEvent::Failed { .. } | TurnEvent::PassedOver(_) | TurnEvent::Noted(_) => Some(Moment::Noted),
            TurnEvent::Came { ref delta, .. } => match delta {
                Delta::Opened => Some(Moment::Opened),
                Delta::Skipped(_) => Some(Moment::Noted),
                Delta::Text(_) => Some(Moment::Text),
                _ => None,
            },
            _ => None,
        };
        turn.apply(event);
        if moment.is_some() && plan.stop == moment && !turn.is_over() {
            self.engine.send(Command::Stop(id));
        }
        if !turn.is_over() {
            return None;
        }
        let (turn, _) = lane.turn.take()?;
        if !turn.is_withdrawn() {
            lane.parent = Some(turn.id());
        }
        let told = told(&turn);
        // Of a failure only that it was one.
        let ending = Some(turn.stage).filter(|stage| !matches!(stage, Stage::Ended(Ending::Failed(_))));
        self.over.push(Over { chat: lane.chat, turn: id, told, ending });
        Some(at)
    }
}

/// Every prompt is kept, with its end and what was answered.
async fn inspect(path: &Path, over: &[Over]) {
    let (store, opened) = Store::open(path, Timestamp::now()).expect("it opens");
    assert_eq!(opened.set_aside, None, "the database is whole");
    let mut kept = HashMap::new();
    for Over { chat, turn, told: shown, .. } in over {
        if !kept.contains_key(chat) {
            let found = store.kept_chat(*chat).await.expect("it can be read").expect("the chat is kept");
            let turns = found.turns.into_iter().map(|kept| (kept.turn.id(), kept.turn));
            kept.insert(*chat, turns.collect::<HashMap<_, _>>());
        }
        let found = kept[chat].get(turn).unwrap_or_else(|| panic!("lost: {turn}"));
        assert!(found.is_over() && found.prompt().starts_with(&format!("turn {} ", turn.0)), "{found:?}");
        assert_eq!(told(found), *shown, "what was shown is kept: {found:?}");
    }
}

/// Runs so many turns; what the process had when it was warm, and at the end.
async fn soak(turns: u64) -> (Figures, Figures) {
    let begun = Instant::now();
    let rows = groups().into_iter().flat_map(|group| group.rows).filter(|row| row.place == Place::Server);
    let rows: Arc<Vec<Row>> = Arc::new(rows.collect());
    let server = server(rows.clone()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE);
    let (engine, mut events) = Engine::start(App::parts(&server, SETTINGS).with_store(path.clone()));
    let lane = || Lane { chat: ConversationId(0), turns: 0, parent: None, turn: None };
    let lanes: Vec<Lane> = std::iter::repeat_with(lane).take(CHATS).collect();
    let mut soak = Soak { engine, server, rows: rows.len(), lanes, next: 1, over: Vec::new(), most_open: 0 };
    (0..CHATS).for_each(|lane| soak.submit(lane));
    let mut warm = None;
    while soak.over.len() < turns as usize {
        let event = tokio::time::timeout(PATIENCE, events.recv()).await;
        let running = || soak.lanes.iter().filter_map(|lane| lane.turn.as_ref()).collect::<Vec<_>>();
        let event = event.unwrap_or_else(|_| panic!("nothing goes on: {:?}", running())).expect("it runs");
        let Event::Turn(id, event) = event else { continue };
        let Some(free) = soak.happened(id, event) else { continue };
        if soak.over.len().is_multiple_of(100) {
            soak.server.forget();
        }
        if soak.over.len() == WARM {
            warm = Some(Figures::now());
        }
        if soak.over.len().is_multiple_of(400) {
            println!("after {} turns: {:?}", soak.over.len(), Figures::now());
        }
        if soak.next <= turns {
            soak.submit(free);
        }
    }
    let (end, most_open) = (Figures::now(), soak.most_open);
    let Soak { engine, server, over, .. } = soak;
    engine.close().await;
    drop(events);
    server.closed().await;
    assert!(most_open <= CONNECTIONS, "{most_open} connections were open at once");
    assert_eq!(over.len(), turns as usize);
    inspect(&path, &over).await;
    let count = |like: fn(&Option<Stage>) -> bool| over.iter().filter(|turn| like(&turn.ending)).count();
    let answered = count(|ending| matches!(ending, Some(Stage::Ended(Ending::Answered(_)))));
    let (failed, stopped) = (count(Option::is_none), count(|ending| *ending == Some(Stage::Ended(Ending::Stopped))));
    println!(
        "{turns} turns in {:.1} s: {answered} answered, {failed} failed, {stopped} stopped; at most \
         {most_open} connections; {warm:?}, then {end:?}",
        begun.elapsed().as_secs_f64()
    );
    assert!(answered > 0 && failed > 0 && stopped > 0);
    (warm.unwrap_or(end), end)
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_two_hundred_faulty_turns_lose_no_prompt_and_no_connection() {
    soak(200).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes, and must run alone: it measures the process"]
async fn slow_five_thousand_faulty_turns_let_nothing_grow() {
    const TURNS: u64 = 5_000;
    let (warm, end) = soak(TURNS).await;
    if cfg!(target_os = "linux") {
        let growth = end.memory.saturating_sub(warm.memory) * 1024 / (TURNS - WARM as u64);
        assert!(growth <= GROWTH, "{growth} bytes a turn: {warm:?}, then {end:?}");
        assert!(end.files <= warm.files + FILES, "{warm:?}, then {end:?}");
    }
}
