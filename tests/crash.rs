//! Killed at any moment, the program loses no prompt, and of an answer no more than its last moment; two programs at
//! once lose nothing either.

use crate::support::examples::{self, TurnExample};
use crate::support::heart::Heart;
use crate::support::program::Home;
use crate::support::pty::Pty;
use crate::support::server::{Reply, Request, Sent, Server, models};
use jiff::Timestamp;
use pointsman::chat::{ConversationId, Ending, Place, Stage, Turn};
use pointsman::store::{Bundle, Chat, ExportedChat, ExportedTurn, FILE, Head, Store};
use rustix::process::{Pid, Signal, kill_process};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// So many programs are killed side by side, so often each.
const LANES: u64 = 4;
const ROUNDS: usize = 12;
/// So many rounds of a lane may prove nothing, since the machine itself stood still.
const REPEATS: usize = 12;

/// What of an answer may be lost.
const LOSS: Duration = Duration::from_millis(300);

/// How long the server thinks before its first word, and between two.
const THINKING: Duration = Duration::from_millis(60);
const PACE: Duration = Duration::from_millis(10);
/// The pieces of every answer.
const PIECES: usize = 80;

/// The prompt's answer, piece by piece; no two pieces are the same.
fn pieces(prompt: &str) -> Vec<String> {
    let number = prompt.rsplit(' ').next().unwrap_or_default();
    (1..=PIECES).map(|piece| format!("{number}.{piece} ")).collect()
}

/// The answers that are being given, by their prompts.
#[derive(Clone, Default)]
struct Answers(Arc<Mutex<HashMap<String, Sent>>>);

impl Answers {
    fn to(&self, prompt: &str) -> Sent {
        self.0.lock().expect("nobody panicked").entry(prompt.to_owned()).or_default().clone()
    }

    /// A server that takes its time for everything, as models do.
    fn reply(&self, request: &Request) -> Reply {
        match request.is_judging() {
            true => Reply::default().pause(THINKING).named("general"),
            false if request.method == "GET" => models(&["deepseek-v3.2"]),
            false => {
                let sent = self.to(request.prompt());
                let begun = Reply::events().pause(THINKING);
                let said = pieces(request.prompt());
                said.iter().fold(begun, |reply, piece| reply.text(piece).note(&sent).pause(PACE)).done()
            }
        }
    }
}

/// When a program is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// The prompt was just sent.
    Sent,
    /// It is being decided.
    Deciding,
    /// A model was asked and has said nothing yet.
    Waiting,
    /// The answer comes.
    Streaming,
    /// Two more prompts wait, and a third is being written.
    Queued,
    /// The answer ends.
    Ending,
}

const MOMENTS: [Moment; 6] =
    [Moment::Sent, Moment::Deciding, Moment::Waiting, Moment::Streaming, Moment::Queued, Moment::Ending];

/// Marsaglia's xorshift: <https://doi.org/10.18637/jss.v008.i14>.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn pass_up_to(&mut self, milliseconds: u64) {
        thread::sleep(Duration::from_micros(self.below(milliseconds * 1_000)));
    }
}

fn folder(home: &Home) -> PathBuf {
    home.path().join("data/pointsman")
}

/// What is kept in `folder`, the oldest chat first. All of it is checked; nothing there is touched.
async fn kept(folder: &Path) -> Vec<Chat> {
    let copy = tempfile::tempdir().expect("a folder");
    let database = copy.path().join(FILE);
    if !folder.join(FILE).exists() {
        return Vec::new();
    }
    for end in ["", "-wal"] {
        let name = format!("{FILE}{end}");
        // The one beside the database comes and goes.
        let _ = std::fs::copy(folder.join(&name), copy.path().join(&name));
    }
    // Whoever opens a suspect reads it whole.
    std::fs::write(copy.path().join(format!("{FILE}.suspect")), "").expect("it can be written");
    let (store, opened) = Store::open(&database, Timestamp::now()).expect("it opens");
    assert_eq!(opened.set_aside, None, "the database is whole");
    chats(&store).await
}

/// All chats of a store, the oldest first.
async fn chats(store: &Store) -> Vec<Chat> {
    let mut chats = Vec::new();
    for row in store.chats().await.expect("the list") {
        chats.push(store.chat(row.head.id).await.expect("it can be read").expect("it is listed"));
    }
    chats.sort_by_key(|chat| chat.head.id);
    chats
}

/// The conversation on the screen as one line; its rows are broken anywhere.
fn conversation(pty: &Pty) -> String {
    let shown = pty.shown();
    // Between the title and the rail of the input, which stands in the first column.
    let lines: Vec<&str> = shown.lines().collect();
    let input = lines.iter().position(|row| row.starts_with('▌')).unwrap_or(0);
    let rows = lines.iter().take(input).skip(1);
    let text =
        |row: &'_ str| row.split('│').next().unwrap_or_default().trim().trim_start_matches('▌').trim().to_owned();
    rows.map(|row| text(row)).collect::<Vec<_>>().join("\n")
}

/// A program that is killed again and again, with the folder that all of its lives share.
struct Lane {
    name: u64,
    home: Home,
    server: Server,
    answers: Answers,
    runtime: Handle,
    random: Random,
    asked: usize,
    /// What was kept when it was killed last.
    kept: Vec<Chat>,
}

/// What was done in one life.
struct Life {
    /// The chat that was gone on with.
    chat: Option<ConversationId>,
    /// The prompts in the order in which they were sent, and when.
    prompts: Vec<(String, Instant)>,
    draft: String,
    killed: Instant,
    /// What the screen showed last.
    screen: String,
}

impl Lane {
    fn new(name: u64, runtime: Handle) -> Self {
        let answers = Answers::default();
        let script = answers.clone();
        let server = runtime.block_on(Server::start(move |request| script.reply(request)));
        let home = Home::connected(&server.base_url).set("TZ", "UTC");
        // Every prompt goes to the judge first: one question, then one request for the answer.
        let settings = home.write("judged.toml", "[routing]\nthreshold = 1.0\nescalate = \"wait\"\n");
        let home = home.set("POINTSMAN_CONFIG", &settings.display().to_string());
        let random = Random(0x9e37_79b9_7f4a_7c15 ^ (name << 17));
        Self { name, home, server, answers, runtime, random, asked: 0, kept: Vec::new() }
    }

    /// Kills the program until so many rounds have counted, and gives back how many have.
    fn run(mut self, heart: &Heart) -> usize {
        let mut counted = 0;
        for _ in 0..ROUNDS + REPEATS {
            if counted == ROUNDS {
                break;
            }
            let begun = Instant::now();
            let last = counted + 1 == ROUNDS;
            let moment = if last { Moment::Queued } else { MOMENTS[(counted + self.name as usize) % MOMENTS.len()] };
            let life = self.live(moment, counted % 3 != 2);
            let lately = life.killed.checked_sub(3 * LOSS).map_or(begun, |then| then.max(begun));
            let in_time = !heart.missed_a_beat_since(lately);
            self.inspect(&life, moment, in_time);
            counted += usize::from(in_time);
        }
        let (mut pty, _) = self.start(true);
        pty.leave();
        assert_eq!(pty.ended(), 0);
        // Not a copy this time: what the program itself made of it.
        let found = self.runtime.block_on(kept(&folder(&self.home)));
        assert_eq!(found.len(), self.kept.len());
        let names = std::fs::read_dir(folder(&self.home)).expect("it is there");
        let names: Vec<_> =
            names.map(|entry| entry.expect("a file").file_name().into_string().expect("text")).collect();
        assert!(names.iter().all(|name| !name.contains("corrupt")), "{names:?}");
        counted
    }

    /// Starts the program and goes on with the last chat or not. Gives back which that was.
    fn start(&self, go_on: bool) -> (Pty, Option<ConversationId>) {
        let mut pty = Pty::start(&self.home, &[]);
        pty.until("Message");
        let Some(last) = self.kept.iter().max_by_key(|chat| chat.conversation.all().last().map(|turn| turn.id()))
        else {
            return (pty, None);
        };
        let turns = last.conversation.turns();
        let turn = turns.last().expect("a chat has turns");
        let interrupted = turn.stage == Stage::Ended(Ending::Interrupted);
        let how = if interrupted { ", interrupted" } else { "" };
        let count = if turns.len() == 1 { "1 turn".to_owned() } else { format!("{} turns", turns.len()) };
        let offer = format!("Enter continues “{}”{how} · {count} · ", last.head.title);
        pty.until_like(&offer, |pty| conversation(pty).contains(&offer));
        // A prompt that was not even sent is back as a draft.
        pty.send("\x15");
        if !go_on {
            return (pty, None);
        }
        pty.send("\r");
        let said = turn.answer().split_whitespace().next_back().unwrap_or_default();
        let remark = match interrupted {
            true if turn.answer().is_empty() => "not answered: pointsman ended first",
            true => "the answer stops here: pointsman ended first",
            false => "",
        };
        pty.until_like("the last turn as it was", |pty| {
            let shown = conversation(pty);
            shown
                .rsplit_once(&**turn.prompt())
                .is_some_and(|(_, behind)| behind.contains(said) && behind.contains(remark))
        });
        if last.place.has_draft() {
            pty.until(&format!("▌ {}", last.place.draft));
            pty.send("\x15").until_like("an empty line", |pty| !pty.shown().contains(&*last.place.draft));
        }
        (pty, Some(last.head.id))
    }

    /// One life of the program, to `moment`.
    fn live(&mut self, moment: Moment, go_on: bool) -> Life {
        let (mut pty, chat) = self.start(go_on);
        let mut prompts = vec![self.ask(&mut pty)];
        let prompt = prompts[0].0.clone();
        let sent = self.answers.to(&prompt);
        let reach = |count| self.runtime.block_on(sent.reach(count));
        let asks = |request: &Request| request.method == "POST" && request.prompt() == prompt;
        let mut draft = String::new();
        match moment {
            Moment::Sent => self.random.pass_up_to(30),
            Moment::Deciding => {
                let judged = |requests: &[Request]| requests.iter().any(|one| asks(one) && one.is_judging());
                self.runtime.block_on(self.server.until(judged));
                self.random.pass_up_to(70);
            }
            Moment::Waiting => {
                let asked = |requests: &[Request]| requests.iter().any(|one| asks(one) && !one.is_judging());
                self.runtime.block_on(self.server.until(asked));
                self.random.pass_up_to(60);
            }
            Moment::Streaming => {
                reach(1 + self.random.below(PIECES as u64 - 1) as usize);
                self.random.pass_up_to(20);
            }
            Moment::Queued => {
                reach(1);
                for _ in 0..2 {
                    let queued = self.ask(&mut pty);
                    pty.until_like(&queued.0, |pty| conversation(pty).contains(&queued.0));
                    prompts.push(queued);
                }
                let writing = format!("a draft behind {}", self.asked);
                pty.send(&writing).until(&writing);
                draft = writing;
                // Nothing tells from outside when a draft is kept: it has as long as an answer has.
                thread::sleep(LOSS);
                self.random.pass_up_to(900);
            }
            Moment::Ending => {
                reach(PIECES);
                self.random.pass_up_to(40);
            }
        }
        let killed = Instant::now();
        kill_process(Pid::from_raw(pty.process_id()).expect("a process"), Signal::KILL).expect("it runs");
        pty.ended();
        Life { chat, prompts, draft, killed, screen: conversation(&pty) }
    }

    fn ask(&mut self, pty: &mut Pty) -> (String, Instant) {
        self.asked += 1;
        let prompt = format!("lane {} asks {}", self.name, self.asked);
        pty.send(&prompt).until(&format!("▌ {prompt}"));
        pty.send("\r");
        (prompt, Instant::now())
    }

    /// Holds what is kept now against what was kept before and what was done since.
    fn inspect(&mut self, life: &Life, moment: Moment, in_time: bool) {
        let found = self.runtime.block_on(kept(&folder(&self.home)));
        let told = format!("lane {}, killed when {moment:?}, {:?}", self.name, life.prompts);
        let requests = self.server.requests();
        let is_received = |prompt: &str| requests.iter().any(|one| one.method == "POST" && one.prompt() == prompt);
        // A prompt stands on the screen at once, with its time; who answers it stands below when it is kept.
        let is_begun = |prompt: &str| {
            let below = life.screen.split_once(prompt).and_then(|(_, behind)| behind.split_once('\n'));
            below.is_some_and(|(_, below)| !below.trim().is_empty())
        };
        let is_old = |at: Instant| in_time && at + LOSS <= life.killed;
        let certain = |(prompt, at): &&(String, Instant)| is_received(prompt) || is_begun(prompt) || is_old(*at);
        let certain = life.prompts.iter().filter(certain).count();
        for before in &self.kept {
            let now = found.iter().find(|chat| chat.head.id == before.head.id).expect("a chat stays");
            let (was, is) = (before.conversation.turns(), now.conversation.turns());
            assert_eq!(now.head, before.head, "{told}");
            assert_eq!(is.get(..was.len()), Some(was), "what was kept stays as it is: {told}");
            assert!(life.chat == Some(now.head.id) || is.len() == was.len(), "{told}");
        }
        let is_here = |chat: &&Chat| match life.chat {
            Some(chosen) => chat.head.id == chosen,
            None => self.kept.iter().all(|known| known.head.id != chat.head.id),
        };
        let here = found.iter().find(is_here);
        let known = self.kept.iter().find(|chat| Some(chat.head.id) == life.chat);
        let old = known.map_or(0, |chat| chat.conversation.turns().len());
        let new = here.map(|chat| &chat.conversation.turns()[old..]).unwrap_or_default();
        let prompts: Vec<&str> = new.iter().map(|turn| &**turn.prompt()).collect();
        assert!(found.len() <= self.kept.len() + usize::from(life.chat.is_none()), "{told}");
        let sent = life.prompts.iter().map(|(prompt, _)| prompt.as_str());
        assert!(sent.take(prompts.len()).eq(prompts.iter().copied()), "{told}: {prompts:?}");
        assert!(prompts.len() >= certain, "{told}: of {certain} prompts {} are kept\n{}", prompts.len(), life.screen);
        for turn in new {
            self.inspect_answer(turn, life.killed, in_time, &told);
        }
        // What was sent is no draft any more; and what was never sent still is one.
        if in_time && matches!(moment, Moment::Streaming | Moment::Queued | Moment::Ending) {
            assert_eq!(here.map(|chat| &*chat.place.draft), Some(&*life.draft), "{told}");
        }
        self.kept = found;
    }

    fn inspect_answer(&self, turn: &Turn, killed: Instant, in_time: bool, told: &str) {
        let pieces = pieces(turn.prompt());
        let whole = pieces.concat();
        assert!(whole.starts_with(turn.answer()), "{told}: {:?}", turn.answer());
        assert!(!matches!(turn.stage, Stage::Ended(Ending::Answered(_))) || turn.answer() == whole, "{told}");
        let due = killed.checked_sub(LOSS).map_or(0, |then| self.answers.to(turn.prompt()).by(then));
        let least = pieces[..due].concat();
        assert!(!in_time || turn.answer().len() >= least.len(), "{told}: {due} pieces were due in {:?}", turn.answer());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_a_kill_at_any_moment_loses_no_prompt_and_little_of_an_answer() {
    let heart = Arc::new(Heart::beating());
    let lanes: Vec<_> = (0..LANES)
        .map(|name| {
            let (heart, runtime) = (heart.clone(), Handle::current());
            tokio::task::spawn_blocking(move || Lane::new(name, runtime).run(&heart))
        })
        .collect();
    let mut counted = 0;
    for lane in lanes {
        counted += lane.await.expect("the lane does not panic");
    }
    assert!(counted >= 40, "only {counted} rounds counted: this machine stood still in the others");
}

/// A chat that takes a moment to write.
fn much_that_begins_with(prompt: &str) -> Bundle {
    let names = prompt.len() as u64 * 1_000;
    let answer = format!("{prompt} and what is answered ").repeat(40);
    let turn = |at| examples::turn(names + at, &format!("other {at}")).saying(&answer).ended(Ending::Stopped);
    let turns = (0..400).map(|at| ExportedTurn { turn: turn(at), withdrawn: false, decision: None }).collect();
    let started_at = Timestamp::UNIX_EPOCH;
    let head =
        Head { id: ConversationId(names), title: "other".to_owned(), started_at, archived: false, pinned: false };
    let chat = ExportedChat { head, updated_at: started_at, place: Place::default(), turns };
    Bundle { chats: vec![chat], ..Bundle::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_no_request_arrives_before_its_prompt_is_kept() {
    for settings in ["", "[routing]\nthreshold = 1.0\nescalate = \"wait\"\n", "[routing]\nthreshold = 1.0\n"] {
        let place: Arc<Mutex<PathBuf>> = Arc::default();
        let seen: Arc<Mutex<Vec<(String, bool)>>> = Arc::default();
        let (folder_of, look) = (place.clone(), seen.clone());
        let server = Server::start(move |request| {
            if request.method == "GET" {
                return models(&["deepseek-v3.2"]);
            }
            let database = folder_of.lock().expect("nobody panicked").join(FILE);
            // Beside the program, as another one would.
            let found = tokio::task::block_in_place(|| {
                let (store, _) = Store::open(&database, Timestamp::now()).expect("it opens");
                Handle::current().block_on(chats(&store))
            });
            let prompt = request.prompt().to_owned();
            let is_kept = found.iter().flat_map(|chat| chat.conversation.all()).any(|turn| **turn.prompt() == *prompt);
            look.lock().expect("nobody panicked").push((prompt.clone(), is_kept));
            if request.is_judging() { Reply::label("coding") } else { Reply::stream(&["the answer to ", &prompt]) }
        })
        .await;
        let home = Home::connected(&server.base_url);
        *place.lock().expect("nobody panicked") = folder(&home);
        let settings = home.write("settings.toml", settings);
        let home = home.set("POINTSMAN_CONFIG", &settings.display().to_string());
        let session = tokio::task::spawn_blocking(move || {
            let mut pty = Pty::start(&home, &[]);
            pty.until("Message");
            let (beside, _) = Store::open(&folder(&home).join(FILE), Timestamp::now()).expect("it opens");
            for prompt in ["so what", "Write a Python function", "and then"] {
                pty.send(prompt).until(prompt);
                // Another program writes for about a second: nothing can be kept meanwhile, and so nothing is asked.
                drop(beside.import(much_that_begins_with(prompt)));
                pty.send("\r").until(&format!("the answer to {prompt}"));
            }
            pty.leave();
            assert_eq!(pty.ended(), 0);
        });
        session.await.expect("the session does not panic");
        let seen = seen.lock().expect("nobody panicked").clone();
        assert!(seen.len() >= 3 && seen.iter().all(|(_, kept)| *kept), "{seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_two_programs_at_once_lose_nothing_and_list_each_others_chats() {
    let answers = Answers::default();
    let script = answers.clone();
    let server = Server::start(move |request| script.reply(request)).await;
    let home = Home::connected(&server.base_url);
    let session = tokio::task::spawn_blocking(move || {
        let mut both: Vec<Pty> = (0..2).map(|_| Pty::start(&home, &[])).collect();
        for (name, pty) in ["one", "two"].iter().zip(&mut both) {
            pty.until("Message");
            for number in 1..=3 {
                let prompt = format!("Program {name} asks {number}");
                pty.send(&prompt).until(&format!("▌ {prompt}"));
                pty.send("\r");
            }
        }
        for pty in &mut both {
            // The last piece of the last answer: both have answered everything.
            pty.until(&format!("3.{PIECES}"));
        }
        for pty in &mut both {
            pty.send("\x1bOQ");
            pty.until_like("both chats in the list", |pty| {
                let shown = pty.shown();
                ["one", "two"].iter().all(|name| shown.contains(&format!("▌ Program {name} asks 1 ")))
            });
            pty.send("\x1b").until_like("no list", |pty| !pty.shown().contains("  Chats "));
            pty.leave();
        }
        assert_eq!(both.iter_mut().map(Pty::ended).collect::<Vec<_>>(), [0, 0]);
        home
    });
    let home = session.await.expect("the session does not panic");
    let found = kept(&folder(&home)).await;
    assert_eq!(found.len(), 2);
    for chat in found {
        let turns = chat.conversation.turns();
        assert_eq!(turns.len(), 3);
        for turn in turns {
            assert_eq!((turn.answer(), turn.is_over()), (&*pieces(turn.prompt()).concat(), true));
        }
    }
}
