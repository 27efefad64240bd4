//! How long colouring code takes, on one thread: `cargo bench --bench highlight`.
//!
//! Prints what the first block of the process costs, and then for 2,000 lines of Rust and of Python the time for a line,
//! the throughput, and half and 95 of 100 jobs of 64 lines, which is how the screen asks for it. Figures, not a test.

use pointsman::tui::Checkpoint;
use std::error::Error;
use std::time::{Duration, Instant};

const LINES: usize = 2_000;
const JOB: usize = 64;
const ROUNDS: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let begun = Instant::now();
    Checkpoint::begin("toml").ok_or("there is no grammar for TOML")?.advance("a = 1\n");
    println!("first line of the process, with loading the grammars: {:.1} ms; {}", ms(begun.elapsed()), resident());
    println!("\n| {LINES} lines, best of {ROUNDS} | a line | throughput | a job, half | 95 of 100 | memory after |");
    println!("|---|---|---|---|---|---|");
    let rust = [include_str!("../src/tui/event_loop.rs"), include_str!("../src/router.rs")].concat();
    let python = [include_str!("../tools/encoder.py"), include_str!("history.py"), include_str!("process.py")].concat();
    for (language, source) in [("Rust", rust), ("Python", python)] {
        let code: Vec<&str> = source.split_inclusive('\n').cycle().take(LINES).collect();
        let bytes: usize = code.iter().map(|line| line.len()).sum();
        let jobs: Vec<String> = code.chunks(JOB).map(<[&str]>::concat).collect();
        let beginning = Checkpoint::begin(language).ok_or("there is no such grammar")?;
        let mut best: Vec<Duration> = Vec::new();
        for _ in 0..ROUNDS {
            let mut known = beginning.clone();
            let mut times = Vec::new();
            for job in &jobs {
                let begun = Instant::now();
                known = std::hint::black_box(known.advance(job)).next;
                times.push(begun.elapsed());
            }
            if best.is_empty() || times.iter().sum::<Duration>() < best.iter().sum() {
                best = times;
            }
        }
        let all: Duration = best.iter().sum();
        best.sort();
        let at = |percent: usize| ms(best[(best.len() * percent / 100).min(best.len() - 1)]);
        println!(
            "| {language} | {:.0} µs | {:.2} MB/s | {:.1} ms | {:.1} ms | {} |",
            ms(all) * 1e3 / LINES as f64,
            bytes as f64 / 1e6 / all.as_secs_f64(),
            at(50),
            at(95),
            resident(),
        );
    }
    Ok(())
}

/// What the process has in memory, where the system tells.
fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    kib.map_or_else(|| "?".to_owned(), |kib: f64| format!("{:.1} MiB", kib / 1024.0))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
