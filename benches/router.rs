//! How long a local decision takes, for prompts of four kinds, on one thread: `cargo bench --bench router`.
//!
//! Prints the time for half and for 99 of 100 decisions, evidence included, and the first decision of the process, which
//! also opens the encoder. Figures, not a test: nothing here fails when the machine is busy.

use jiff::Timestamp;
use pointsman::config::{Config, Overrides};
use pointsman::router::{Learned, Lesson, LessonId, Lessons, Pictures, Query, RouteOverride, Router, Scope};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROUNDS: usize = 400;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(None, &Overrides::default()).map_err(|problems| problems.to_string())?;
    let router = Router::new(Arc::new(config), None, None);
    let (learned, route) = (Learned::default(), RouteOverride::default());
    let decide = |prompt: &str| {
        let begun = Instant::now();
        let query = Query { prompt, route: &route, previous: None, pictures: Pictures::None, attached_tokens: 0 };
        std::hint::black_box(router.consider(query, &learned));
        begun.elapsed()
    };
    println!("first decision of the process: {:.1} ms", ms(decide("Explain the halting problem")));
    let sentence = "Our nightly job copies 14 tables from Postgres to the warehouse, and since Tuesday it stalls. ";
    let long = sentence.repeat(64);
    let chinese = "我们每天晚上都要把十四张表从数据库复制到仓库，从星期二开始它就停住了。".repeat(60);
    let chinese: String = chinese.chars().take(2_000).collect();
    for (name, prompt) in [
        ("20", "sort a list in Rust?"),
        ("200", long.get(..200).unwrap_or(&long)),
        ("6,000", long.get(..6_000).unwrap_or(&long)),
        ("2,000 Chinese", &chinese),
    ] {
        // A little different each time, so that nothing can be remembered.
        let mut times: Vec<Duration> = (0..ROUNDS).map(|round| decide(&format!("{round} {prompt}"))).collect();
        times.sort();
        let at = |percent: usize| ms(times[(times.len() * percent / 100).min(times.len() - 1)]);
        println!("{name:>13} characters: p50 {:.2} ms, p99 {:.2} ms, least {:.2} ms", at(50), at(99), ms(times[0]));
    }
    recalled(&router, &Learned { lessons: learn(&router), ..Learned::default() });
    Ok(())
}

/// So many lessons are recalled.
const LESSONS: i64 = 5_000;

/// Many lessons, whose vectors are all the same.
fn learn(router: &Router) -> Lessons {
    let lesson = |id: i64| Lesson {
        id: LessonId(id),
        prompt: format!("please help me with the number {id} of my tasks today").into(),
        previous: None,
        decided: "coding".into(),
        category: "general".into(),
        scope: Scope::Always,
        taught_at: Timestamp::UNIX_EPOCH,
        turn: None,
        imported_from: None,
    };
    let one = router.learn(vec![lesson(0)], HashMap::new());
    let lessons: Vec<Lesson> = (0..LESSONS).map(lesson).collect();
    let encoded = one.encoded().next().map(|(_, encoded)| encoded.clone());
    let encoded = lessons.iter().filter_map(|lesson| Some((lesson.id, encoded.clone()?))).collect();
    router.learn(lessons, encoded)
}

/// What lessons cost the first decision of a process: taking them up, and deciding with them.
fn recalled(router: &Router, learned: &Learned) {
    let (lessons, shift) = (learned.lessons.iter().cloned().collect(), learned.lessons.shift().clone());
    let encoded = learned.lessons.encoded().map(|(id, encoded)| (id, encoded.clone())).collect();
    let begun = Instant::now();
    let recalled = Learned { lessons: router.recall(lessons, encoded, shift), ..Learned::default() };
    let recalling = begun.elapsed();
    let route = RouteOverride::default();
    let decide = |learned: &Learned, prompt: &str| {
        let begun = Instant::now();
        let query = Query { prompt, route: &route, previous: None, pictures: Pictures::None, attached_tokens: 0 };
        std::hint::black_box(router.consider(query, learned));
        begun.elapsed()
    };
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        let prompt = format!("{round} sort a list in Rust?");
        for (times, learned) in times.iter_mut().zip([&Learned::default(), &recalled]) {
            times.push(decide(learned, &prompt));
        }
    }
    let [without, with] = times.map(|mut times| {
        times.sort();
        ms(times[ROUNDS / 2])
    });
    println!(
        "{LESSONS} lessons: recalled in {:.1} ms, then {with:.2} ms a decision instead of {without:.2} ms",
        ms(recalling)
    );
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
