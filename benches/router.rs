//! How long a local decision takes, for prompts of four kinds, on one thread: `cargo bench --bench router`.
//!
//! Prints the time for half and for 99 of 100 decisions, evidence included, and the first decision of the process, which
//! also opens the encoder. Figures, not a test: nothing here fails when the machine is busy.

use pointsman::config::{Config, Overrides};
use pointsman::router::{Learned, Pictures, Query, RouteOverride, Router};
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
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
