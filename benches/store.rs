//! How long the history takes with 100,000 messages in 5,000 chats: `cargo bench --bench store`.
//!
//! The texts are made: words with the frequencies of a language (Zipf), some identifiers, every twelfth chat in Chinese
//! characters. Prints times of opening, listing, reading, writing and searching, and sizes. Figures, not a test.

use jiff::Timestamp;
use pointsman::chat::{ConversationId, Ending, Finish, Place, Stage, Turn, TurnId, Usage, name};
use pointsman::router::{Candidate, Decider, Decision, Override};
use pointsman::store::{Bundle, Head, KeptChat, KeptDecision, KeptTurn, NewDecision, Piece, Prune, Store};
use std::error::Error;
use std::future::Future;
use std::time::{Duration, Instant};

const CHATS: u64 = 5_000;
/// The first chat is long; the others share what is left of 50,000 turns.
const LONG: u64 = 2_500;

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().build()?.block_on(run())
}

async fn run() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("history.db");
    let mut words = Words::new();
    let begun = Instant::now();
    let (store, _) = Store::open(&path, at(0))?;
    let (mut turns, mut bytes) = (0, 0);
    for first in (0..CHATS).step_by(50) {
        let chats: Vec<KeptChat> = (first..first + 50).map(|chat| words.chat(chat)).collect();
        let all = || chats.iter().flat_map(|chat| &chat.turns);
        turns += all().count();
        bytes += all().map(|kept| kept.turn.prompt.len() + kept.turn.answer.len()).sum::<usize>();
        store.import(Bundle { chats, ..Bundle::default() }).await?;
    }
    println!("{turns} turns, {} MB of text, written in {:.1} s", bytes >> 20, begun.elapsed().as_secs_f64());
    drop(store);
    println!("the database: {} MB", std::fs::metadata(&path)?.len() >> 20);

    let begun = Instant::now();
    let (store, _) = Store::open(&path, at(0))?;
    let opened = begun.elapsed();
    store.chats().await?;
    println!("open {:.1} ms, open and the list of chats {:.1} ms", ms(opened), ms(begun.elapsed()));
    time("the list of chats", 20, |_| store.chats()).await?;
    time("a chat of 2,500 turns", 20, |_| store.chat(chat_id(0))).await?;
    time("a chat of 9 turns", 20, |n| store.chat(chat_id(n + 1))).await?;
    time("resume, 1,000 prompts", 20, |_| store.resume(1_000)).await?;

    let (head, mut turn) = (words.head(CHATS), words.turn(CHATS, 0).turn);
    turn.stage = Stage::Queued;
    let answer = std::mem::take(&mut turn.answer);
    let asked = |n: u64| Turn { id: TurnId(turn.id.0 + n), ..turn.clone() };
    time("begin", 100, |n| store.begin(head.clone(), asked(n))).await?;
    let piece = Piece { answer: "a piece of an answer ".to_owned(), ..Piece::default() };
    time("append", 100, |n| store.append(asked(n).id, piece.clone())).await?;
    let ended = |n| Turn { answer: answer.clone(), stage: Stage::Ended(Ending::Answered(Finish::Stop)), ..asked(n) };
    time("settle", 100, |n| store.settle(head.clone(), ended(n))).await?;
    time("withdraw", 5, |n| store.withdraw(asked(n).id)).await?;

    for (kind, queries) in words.queries() {
        let (mut times, mut found) = (Vec::new(), 0);
        for query in queries.iter().cycle().take(60) {
            let begun = Instant::now();
            found += store.search(query.clone(), 50).await?.len();
            times.push(begun.elapsed());
        }
        say(&format!("search, {kind} ({} found)", found / 60), times);
    }

    for (what, chat) in [("erase a chat of 10 turns", 1), ("erase a chat of 2,500 turns", 0)] {
        store.delete(chat_id(chat), at(0)).await?;
        time(what, 1, |_| store.purge()).await?;
    }
    let prune = Prune { older_than: Some(at(1_000 * 86_400 / 100)), max_bytes: None, dry_run: true };
    time("prune, tried", 1, |_| store.prune(prune)).await?;
    let begun = Instant::now();
    println!("{:?}", store.prune(Prune { dry_run: false, ..prune }).await?);
    say("prune 1,000 chats", vec![begun.elapsed()]);
    time("delete all", 1, |_| store.delete_all()).await
}

async fn time<T, F: Future<Output = Result<T, impl Error + 'static>>>(
    what: &str,
    rounds: u64,
    work: impl Fn(u64) -> F,
) -> Result<(), Box<dyn Error>> {
    let mut times = Vec::new();
    for round in 0..rounds {
        let begun = Instant::now();
        work(round).await?;
        times.push(begun.elapsed());
    }
    say(what, times);
    Ok(())
}

fn say(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |percent: usize| ms(times[(times.len() * percent / 100).min(times.len() - 1)]);
    println!("{what}: p50 {:.2} ms, p95 {:.2} ms, most {:.2} ms", at(50), at(95), at(100));
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap_or_default()
}

fn chat_id(chat: u64) -> ConversationId {
    ConversationId(name::at(at(chat as i64 * 86_400 / 100), 7))
}

struct Words {
    random: u64,
    vocabulary: Vec<String>,
    /// How frequent each word and all before it are.
    cumulated: Vec<f64>,
    identifiers: Vec<String>,
}

impl Words {
    fn new() -> Self {
        let mut made = Self { random: 42, vocabulary: Vec::new(), cumulated: Vec::new(), identifiers: Vec::new() };
        let consonants = "b c d f g h k l m n p r s t v w st tr pr ch th sh".split(' ').collect::<Vec<_>>();
        let vowels = "a e i o u er en in on al".split(' ').collect::<Vec<_>>();
        let mut total = 0.0;
        for rank in 0..40_000 {
            let word = (0..=made.below(4)).map(|_| {
                let syllable = (made.below(consonants.len()), made.below(vowels.len()));
                [consonants[syllable.0], vowels[syllable.1]].concat()
            });
            let word = word.collect::<String>();
            made.vocabulary.push(word);
            total += 1.0 / (f64::from(rank) + 1.0);
            made.cumulated.push(total);
        }
        for (rank, word) in ["the", "of", "and", "to", "in", "is", "that", "for", "function", "list"].iter().enumerate()
        {
            made.vocabulary[rank] = (*word).to_owned();
        }
        made.identifiers = (0..5_000)
            .map(|_| [made.below(3_000), made.below(3_000)].map(|word| made.vocabulary[word].clone()).join("_"))
            .collect();
        made.identifiers[0] = "merge_sorted_lists".to_owned();
        made
    }

    fn below(&mut self, end: usize) -> usize {
        // Marsaglia's xorshift: https://doi.org/10.18637/jss.v008.i14
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % end as u64) as usize
    }

    fn text(&mut self, characters: usize, chinese: bool) -> String {
        let mut text = String::new();
        while text.len() < characters {
            if chinese {
                let common = self.below(60) * self.below(60);
                text.extend(char::from_u32(0x4e00 + common as u32));
            } else if self.below(25) == 0 {
                let identifier = self.below(self.identifiers.len());
                text += &self.identifiers[identifier];
                text.push(' ');
            } else {
                let part = self.below(1 << 30) as f64 / f64::from(1 << 30);
                let wanted = part * self.cumulated[self.cumulated.len() - 1];
                text += &self.vocabulary[self.cumulated.partition_point(|sum| *sum < wanted)];
                text.push(' ');
            }
        }
        text
    }

    fn head(&mut self, chat: u64) -> Head {
        let started_at = at(chat as i64 * 86_400 / 100);
        Head { id: chat_id(chat), title: self.text(30, false), started_at, archived: chat % 10 == 0 }
    }

    fn chat(&mut self, chat: u64) -> KeptChat {
        let count = if chat == 0 { LONG } else { (50_000 - LONG) / (CHATS - 1) + 1 };
        let turns = (0..count).map(|turn| self.turn(chat, turn)).collect();
        let head = self.head(chat);
        KeptChat { updated_at: head.started_at, head, place: Place::default(), turns }
    }

    fn turn(&mut self, chat: u64, turn: u64) -> KeptTurn {
        let chinese = chat % 12 == 5;
        let id = |turn| TurnId(chat_id(chat).0 + turn);
        let asked_at = at(chat as i64 * 86_400 / 100);
        let length = 60 + self.below(80);
        let prompt = self.text(length, chinese);
        let asked = Turn::new(id(turn), prompt.as_str().into(), Override::default(), asked_at);
        let decision = Decision {
            category: "coding".into(),
            candidates: vec![Candidate { model: "qwen-3-32b".into(), provider: "oxlo".into() }],
            decider: Decider::Classifier,
            probabilities: ["coding", "reasoning", "general", "vision"].map(|id| (id.into(), 0.25)).into(),
            reason: "the local classifier is sure".to_owned(),
            hint: None,
            evidence: vec!["'function'".to_owned(), "'list'".to_owned()],
            elapsed: Duration::from_millis(5),
            requests: 0,
        };
        let new = NewDecision {
            decided_at: asked_at,
            prompt: asked.prompt.clone(),
            decision,
            overridden: false,
            turn: Some(asked.id),
            previous: None,
        };
        let length = 100 + self.below(700) + self.below(700);
        let turn = Turn {
            answer: self.text(length, chinese),
            stage: Stage::Ended(Ending::Answered(Finish::Stop)),
            model: Some("qwen-3-32b".into()),
            usage: Some(Usage { prompt_tokens: 30, completion_tokens: 200 }),
            ..asked.after(turn.checked_sub(1).map(id))
        };
        KeptTurn { turn, withdrawn: false, decision: Some(KeptDecision::from(new)) }
    }

    fn queries(&mut self) -> Vec<(&'static str, Vec<String>)> {
        let ranked = |rank: usize| self.vocabulary[rank].clone();
        let chinese = |from: u32, count: u32| (from..from + count).filter_map(char::from_u32).collect::<String>();
        let text = |text: &str| text.to_owned();
        let of = |rank: usize| format!("{} {}", ranked(rank), ranked(rank * 7));
        vec![
            ("a rare word", (0..30).map(|rank| ranked(39_000 - rank * 300)).filter(|word| word.len() > 2).collect()),
            ("a frequent word", vec![text("the"), text("function"), text("list"), ranked(20), ranked(50)]),
            ("two words", vec![of(30), of(100), of(900), text("function list")]),
            ("a phrase", vec![text("\"of the function\""), text("\"the list\""), text("\"that is to\"")]),
            (
                "a part of an identifier",
                vec![text("merge_sor"), text("rge_sorted"), self.identifiers[9][2..].to_owned()],
            ),
            ("2 Chinese characters", vec![chinese(0x4e00 + 120, 2), chinese(0x4e00 + 900, 2), chinese(0x4e00, 2)]),
            ("4 Chinese characters", vec![chinese(0x4e00, 4), chinese(0x4e00 + 120, 4)]),
            ("2 letters", vec![text("if"), text("zq"), text("x=")]),
            ("nothing", vec![text("zzqqxx"), text("thenotherithing"), text("functionlist the"), text("shestrality")]),
        ]
    }
}
