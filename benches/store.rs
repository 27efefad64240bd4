//! How long the history takes with 100,000 messages in 5,000 chats: `cargo bench --bench store`.
//!
//! Prints times of opening, listing, reading, writing and searching, and sizes. Figures, not a test.

mod made;

use made::{CHATS, Words, at, chat_id};
use pointsman::chat::{Ending, Finish, Stage, Turn, TurnId};
use pointsman::store::{Piece, Prune, Store};
use std::error::Error;
use std::future::Future;
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().build()?.block_on(run())
}

async fn run() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("history.db");
    let mut words = Words::new();
    let begun = Instant::now();
    let (store, _) = Store::open(&path, at(0))?;
    let (turns, bytes) = made::fill(&store, &mut words).await?;
    println!("{turns} turns, {} MB of text, written in {:.1} s", bytes >> 20, begun.elapsed().as_secs_f64());
    drop(store);
    println!("the database: {} MB", std::fs::metadata(&path)?.len() >> 20);

    let begun = Instant::now();
    let (store, _) = Store::open(&path, at(0))?;
    let opened = begun.elapsed();
    store.chats().await?;
    println!("open {:.1} ms, open and the list of chats {:.1} ms", ms(opened), ms(begun.elapsed()));
    time("the list of chats", 20, |_| store.chats()).await?;
    time("a chat of 2,500 turns", 20, |_| store.chat(made::long())).await?;
    time("a chat of 9 turns", 20, |n| store.chat(chat_id(n))).await?;
    time("resume, 1,000 prompts", 20, |_| store.resume(1_000)).await?;

    let (head, mut turn) = (words.head(CHATS), words.turn(CHATS, 0).turn);
    turn.stage = Stage::Queued;
    let answer = std::mem::take(&mut turn.answer);
    let asked = |n: u64| Turn { id: TurnId(turn.id.0 + n), ..turn.clone() };
    time("begin", 100, |n| store.begin(head.clone(), asked(n))).await?;
    let piece = Piece { answer: "a piece of an answer ".to_owned(), ..Piece::default() };
    time("append", 100, |n| store.append(asked(n).id, piece.clone())).await?;
    let ended = |n| Turn { answer: answer.clone(), stage: Stage::Ended(Ending::Answered(Finish::Stop)), ..asked(n) };
    time("end", 100, |n| store.end(ended(n))).await?;
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

    for (what, chat) in [("erase a chat of 10 turns", chat_id(1)), ("erase a chat of 2,500 turns", made::long())] {
        store.delete(chat, at(0)).await?;
        time(what, 1, |_| store.purge()).await?;
    }
    let prune = Prune { older_than: Some(made::begun(1_000)), dry_run: true, ..Prune::default() };
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
