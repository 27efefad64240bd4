//! Whether this machine keeps time: what a test measures on one that stands still says nothing.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A machine that wakes a thread later than this is too busy to hold anyone to a promise in time.
const LATE: Duration = Duration::from_millis(60);

/// Tells when this machine stood still: whether it woke a thread late.
pub(crate) struct Heart {
    late: Arc<Mutex<Vec<Instant>>>,
    stopped: Arc<AtomicBool>,
}

impl Heart {
    pub(crate) fn beating() -> Self {
        let heart = Self { late: Arc::default(), stopped: Arc::default() };
        let (late, stopped) = (heart.late.clone(), heart.stopped.clone());
        thread::spawn(move || {
            const BEAT: Duration = Duration::from_millis(5);
            while !stopped.load(Ordering::Relaxed) {
                let begun = Instant::now();
                thread::sleep(BEAT);
                if begun.elapsed() > BEAT + LATE {
                    late.lock().expect("nobody panicked").push(Instant::now());
                }
            }
        });
        heart
    }

    /// Whether the machine stood still after `then`.
    pub(crate) fn missed_a_beat_since(&self, then: Instant) -> bool {
        self.late.lock().expect("nobody panicked").iter().any(|at| *at >= then)
    }
}

impl Drop for Heart {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}
