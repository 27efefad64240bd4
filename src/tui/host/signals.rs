//! What the system asks of the program: to end, to stop, to go on; and when that is meant for another program.
//!
//! | signal | does |
//! |---|---|
//! | `TERM`, `HUP`, `INT` | ends the program in order |
//! | `QUIT`, `ABRT`, `ALRM`, `USR1`, `USR2`, `XCPU` | gives the terminal back, then does what the system does by default |
//! | `TSTP` | gives the terminal back and stops, as Ctrl+Z does |
//! | `CONT` | takes the terminal back: the shell has had it since a `STOP` |
//!
//! `TTIN` and `TTOU` stop the program by default, and are left to do so.

use crate::tui::event::Event;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// Whether another program has the terminal. For a moment after their end, too: the Ctrl+C that ended them may reach us
/// later than their end does.
#[derive(Debug, Clone, Default)]
pub(super) struct Away(Arc<Mutex<Absence>>);

#[derive(Debug, Clone, Copy, Default)]
enum Absence {
    #[default]
    Never,
    Now,
    Since(Instant),
    /// For good: the program is about to end.
    Over,
}

/// How late a signal may come.
const LATE: Duration = Duration::from_millis(500);
/// How late the `CONT` may come with which a shell hands the terminal over. After a longer time it is another one.
const CONTINUED: Duration = Duration::from_millis(100);

impl Away {
    pub(super) fn begin(&self) {
        self.set(Absence::Now);
    }

    pub(super) fn end(&self) {
        self.set(Absence::Since(Instant::now()));
    }

    /// Whether another program has the terminal.
    fn is_now(&self) -> bool {
        matches!(self.get(), Absence::Now | Absence::Over)
    }

    /// Whether Ctrl+C is meant for another program.
    fn takes_interrupts(&self) -> bool {
        matches!(self.get(), Absence::Now) || self.ended_within(LATE)
    }

    /// Whether a `CONT` says nothing new: the terminal is about to be taken back, or has just been.
    fn takes_continuing(&self) -> bool {
        self.is_now() || self.ended_within(CONTINUED)
    }

    fn ended_within(&self, time: Duration) -> bool {
        matches!(self.get(), Absence::Since(end) if end.elapsed() < time)
    }

    fn get(&self) -> Absence {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, absence: Absence) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = absence;
    }
}

/// Says so when it is dropped: from then on the terminal is the shell's.
#[derive(Debug)]
pub(super) struct GivenBack(pub(super) Away);

impl Drop for GivenBack {
    fn drop(&mut self) {
        self.0.set(Absence::Over);
    }
}

/// What happened to the program while another one has the terminal.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meanwhile {
    continued: u64,
    told_to_end: bool,
}

/// What the system asks for. Listened to before the terminal is taken over: a signal that came in between would leave the
/// terminal as it is then.
pub(in crate::tui) struct Signals {
    #[cfg(unix)]
    listening: Vec<(unix::Asks, tokio::signal::unix::Signal)>,
}

#[cfg(unix)]
pub(super) use unix::{in_foreground, stop_here};

#[cfg(unix)]
mod unix {
    use super::{Away, Duration, Event, Meanwhile, Signals, io, mpsc, watch};
    use rustix::process::{Signal as S, getpgrp, getpid, kill_current_process_group, kill_process};
    use signal_hook::low_level::emulate_default_handler;
    use std::future::poll_fn;
    use std::task::Poll;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum Asks {
        End,
        Interrupt,
        Die(i32),
        Stop,
        Continue,
    }

    /// How long the system may take to stop us before we take it that it does not.
    const STOPPING: Duration = Duration::from_millis(200);
    /// How often a program in the background looks whether it is in the foreground again. A shell does not tell one that
    /// runs.
    const LOOK: Duration = Duration::from_millis(250);

    /// What stops us. `TSTP` would do nothing, since it is listened to. The system ignores this one, too, where no shell
    /// could continue us.
    const STOP: S = S::TTIN;

    impl Signals {
        pub(in crate::tui) fn listen() -> io::Result<Self> {
            let ends = [(S::TERM, Asks::End), (S::HUP, Asks::End), (S::INT, Asks::Interrupt)];
            let stops = [(S::TSTP, Asks::Stop), (S::CONT, Asks::Continue)];
            let deadly = [S::QUIT, S::ABORT, S::ALARM, S::USR1, S::USR2, S::XCPU];
            let deadly = deadly.map(|deadly| (deadly, Asks::Die(deadly.as_raw())));
            let listen = |(kind, asks): (S, Asks)| Ok((asks, signal(SignalKind::from_raw(kind.as_raw()))?));
            Ok(Self { listening: ends.into_iter().chain(stops).chain(deadly).map(listen).collect::<io::Result<_>>()? })
        }

        async fn next(&mut self) -> Asks {
            poll_fn(|context| {
                let mut came =
                    |(asks, signal): &mut (Asks, Signal)| signal.poll_recv(context).is_ready().then_some(*asks);
                self.listening.iter_mut().find_map(&mut came).map_or(Poll::Pending, Poll::Ready)
            })
            .await
        }

        /// Passes on what the system asks for, as long as the program runs. While `away`, Ctrl+C and Ctrl+\ are meant for
        /// the program that has the terminal: an editor, say, whose user gives up. They reach the whole group, and must not
        /// cost the prompt. `give_back` gives the terminal back.
        pub(in super::super) async fn forward(
            mut self,
            away: Away,
            meanwhile: watch::Sender<Meanwhile>,
            give_back: impl Fn() + Send,
            events: mpsc::Sender<Event>,
        ) {
            loop {
                let event = match self.next().await {
                    Asks::Interrupt if away.takes_interrupts() => continue,
                    Asks::Die(signal) if signal == S::QUIT.as_raw() && away.takes_interrupts() => continue,
                    Asks::End | Asks::Interrupt => {
                        meanwhile.send_modify(|meanwhile| meanwhile.told_to_end = true);
                        Event::Terminated
                    }
                    Asks::Die(signal) => {
                        if !away.is_now() {
                            give_back();
                        }
                        die(signal);
                        Event::Terminated
                    }
                    // The whole group was told to stop by the program that has the terminal.
                    Asks::Stop if away.is_now() => {
                        let _ = kill_process(getpid(), STOP);
                        continue;
                    }
                    Asks::Continue if away.takes_continuing() => {
                        meanwhile.send_modify(|meanwhile| meanwhile.continued += 1);
                        continue;
                    }
                    Asks::Stop => Event::StopRequested,
                    Asks::Continue => Event::Continued,
                };
                // While the program ends, no loop takes events any more; what stops or kills it works all the same.
                let _ = events.send(event).await;
            }
        }
    }

    /// Does what the system does by default, which for these signals is to end the process, some with a core dump.
    fn die(signal: i32) {
        if let Err(error) = emulate_default_handler(signal) {
            tracing::warn!(%error, signal, "the default action of a signal failed");
        }
    }

    /// Stops this process group until it is continued. Without a shell that could continue it the system does not stop it
    /// at all; then we are back at once.
    pub(in super::super) async fn stop_here(mut meanwhile: watch::Receiver<Meanwhile>) {
        let before = meanwhile.borrow_and_update().continued;
        if kill_current_process_group(STOP).is_ok() {
            let continued = meanwhile.wait_for(|meanwhile| meanwhile.continued != before);
            let _ = tokio::time::timeout(STOPPING, continued).await;
        }
    }

    /// Waits until the terminal is ours to use. `bg` continues a program without giving it the terminal, and one that draws
    /// then draws over the shell. Told to end in the background, the program ends without touching the terminal.
    pub(in super::super) async fn in_foreground(meanwhile: watch::Receiver<Meanwhile>) {
        while !is_in_foreground() {
            if meanwhile.borrow().told_to_end {
                die(S::TERM.as_raw());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Without a controlling terminal there is no background.
    fn is_in_foreground() -> bool {
        rustix::termios::tcgetpgrp(io::stdout()).map_or(true, |foreground| foreground == getpgrp())
    }
}

#[cfg(not(unix))]
impl Signals {
    pub(in crate::tui) fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    pub(super) async fn forward(
        self,
        _: Away,
        _: watch::Sender<Meanwhile>,
        _: impl Fn() + Send,
        events: mpsc::Sender<Event>,
    ) {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = events.send(Event::Terminated).await;
        }
    }
}

#[cfg(not(unix))]
pub(super) async fn stop_here(_: watch::Receiver<Meanwhile>) {}

#[cfg(not(unix))]
pub(super) async fn in_foreground(_: watch::Receiver<Meanwhile>) {}
