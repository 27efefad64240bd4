//! Signals that end, stop or continue the program, and those that are meant for another program.
//!
//! | signal | does |
//! |---|---|
//! | `TERM`, `HUP`, `INT` | ends the program in order, in the background without touching the terminal |
//! | `QUIT`, `ABRT`, `ALRM`, `USR1`, `USR2`, `XCPU` | gives the terminal back, then does what the system does by default |
//! | `TSTP` | gives the terminal back and stops, as Ctrl+Z does |
//! | `CONT` | takes the terminal back: the shell has had it since a `STOP` |
//!
//! `TTIN` and `TTOU` stop the program by default, and are left to do so.

use crate::tui::event::Event;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::{mpsc, watch};

/// Says which program has the terminal, and since when.
#[derive(Debug, Clone, Default)]
pub(super) struct Away(Arc<Mutex<Absence>>);

#[derive(Debug, Clone, Copy, Default)]
enum Absence {
    #[default]
    Never,
    Now,
    Since(Instant),
    /// For good: the program is about to end. With the end of the last program before it: its signals may still come.
    Over(Option<Instant>),
}

impl Away {
    pub(super) fn begin(&self) {
        self.set(Absence::Now);
    }

    pub(super) fn end(&self) {
        self.set(Absence::Since(Instant::now()));
    }

    fn give_back(&self) {
        let mut absence = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end = match *absence {
            Absence::Since(end) => Some(end),
            Absence::Over(end) => end,
            Absence::Never | Absence::Now => None,
        };
        *absence = Absence::Over(end);
    }

    fn set(&self, absence: Absence) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = absence;
    }
}

/// Notes when it is dropped that the terminal is the shell's from then on.
#[derive(Debug)]
pub(super) struct GivenBack(pub(super) Away);

impl Drop for GivenBack {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

/// Requests of the system that a program in the background has to know at once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Requests {
    /// How often the program was continued.
    pub(super) continued: u64,
    /// The program is to end.
    pub(super) termination: bool,
}

/// The signals of the process. Listened to before the terminal is taken over: a signal that came in between would leave the
/// terminal as it is then.
pub(in crate::tui) struct Signals {
    #[cfg(unix)]
    listening: Vec<(unix::Asks, tokio::signal::unix::Signal)>,
}

#[cfg(unix)]
pub(super) use unix::{in_foreground, stop_here};

#[cfg(unix)]
mod unix {
    use super::{Absence, Away, Event, PoisonError, Requests, Signals, io, mpsc, watch};
    use crate::tui::terminal::is_in_foreground;
    use rustix::process::{Signal as S, getpid, kill_current_process_group, kill_process};
    use signal_hook::low_level::emulate_default_handler;
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;
    use tokio::signal::unix::{Signal, SignalKind, signal};

    /// How long after another program's end a Ctrl+C still belongs to it: the signal may come later than the end,
    /// much later on a busy machine. The program's own Ctrl+C is a key and no signal, so nothing is lost by waiting long.
    const INTERRUPT_GRACE: Duration = Duration::from_secs(2);
    /// How late the `CONT` may come with which a shell hands the terminal over. After a longer time it is another one.
    const CONTINUE_GRACE: Duration = Duration::from_millis(100);
    /// How long the system may take to stop us. After that it has ignored the signal.
    const STOP_TIMEOUT: Duration = Duration::from_millis(200);
    /// How often a program in the background checks whether it is in the foreground again. A shell sends no signal to one
    /// that runs.
    const FOREGROUND_POLL: Duration = Duration::from_millis(250);

    /// The signal that stops us. `TSTP` would do nothing, since it is listened to. The system ignores this one, too, where
    /// no shell could continue us.
    const STOP: S = S::TTIN;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(super) enum Asks {
        End,
        Interrupt,
        Die(i32),
        Stop,
        Continue,
    }

    impl Away {
        /// Returns true while another program has the terminal.
        fn is_now(&self) -> bool {
            matches!(self.get(), Absence::Now | Absence::Over(_))
        }

        /// Returns true if Ctrl+C is meant for another program.
        pub(super) fn takes_interrupts(&self) -> bool {
            matches!(self.get(), Absence::Now) || self.ended_within(INTERRUPT_GRACE)
        }

        /// Returns true if a `CONT` says nothing new: the terminal is about to be taken back, or has just been.
        fn takes_continuing(&self) -> bool {
            self.is_now() || self.ended_within(CONTINUE_GRACE)
        }

        fn ended_within(&self, time: Duration) -> bool {
            matches!(self.get(), Absence::Since(end) | Absence::Over(Some(end)) if end.elapsed() < time)
        }

        fn get(&self) -> Absence {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

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

        /// Passes signals on as long as the program runs. While `away`, Ctrl+C and Ctrl+\ are meant for the program that
        /// has the terminal: an editor, say, whose user gives up. They reach the whole group, and must not cost the prompt.
        /// `give_back` gives the terminal back.
        pub(in super::super) async fn forward(
            mut self,
            away: Away,
            requests: watch::Sender<Requests>,
            give_back: impl Fn() + Send,
            events: mpsc::Sender<Event>,
        ) {
            loop {
                let event = match self.next().await {
                    Asks::Interrupt if away.takes_interrupts() => continue,
                    Asks::Die(signal) if signal == S::QUIT.as_raw() && away.takes_interrupts() => continue,
                    Asks::End | Asks::Interrupt => {
                        requests.send_modify(|requests| requests.termination = true);
                        Event::Terminated
                    }
                    Asks::Die(signal) => {
                        if !away.is_now() {
                            give_back();
                        }
                        die(signal);
                        Event::Terminated
                    }
                    // The program that has the terminal stopped the whole group.
                    Asks::Stop if away.is_now() => {
                        let _ = kill_process(getpid(), STOP);
                        continue;
                    }
                    Asks::Continue if away.takes_continuing() => {
                        requests.send_modify(|requests| requests.continued += 1);
                        continue;
                    }
                    Asks::Stop => Event::StopRequested,
                    Asks::Continue => Event::Continued,
                };
                // While the program ends, no loop takes events any more; a signal that stops or kills it works all the same.
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
    pub(in super::super) async fn stop_here(mut requests: watch::Receiver<Requests>) {
        let before = requests.borrow_and_update().continued;
        if kill_current_process_group(STOP).is_ok() {
            let continued = requests.wait_for(|requests| requests.continued != before);
            let _ = tokio::time::timeout(STOP_TIMEOUT, continued).await;
        }
    }

    /// Waits until the terminal is ours to use; false: the program has to end before that. `bg` continues a program without
    /// giving it the terminal, and one that draws then draws over the shell.
    pub(in super::super) async fn in_foreground(mut requests: watch::Receiver<Requests>) -> bool {
        while !is_in_foreground() {
            let terminated = requests.wait_for(|requests| requests.termination);
            if matches!(tokio::time::timeout(FOREGROUND_POLL, terminated).await, Ok(Ok(_))) {
                return false;
            }
        }
        true
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
        _: watch::Sender<Requests>,
        _: impl Fn() + Send,
        events: mpsc::Sender<Event>,
    ) {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = events.send(Event::Terminated).await;
        }
    }
}

#[cfg(not(unix))]
pub(super) async fn stop_here(_: watch::Receiver<Requests>) {}

#[cfg(not(unix))]
pub(super) async fn in_foreground(_: watch::Receiver<Requests>) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Away, GivenBack};

    #[test]
    fn a_late_signal_of_the_editor_does_not_end_the_program_while_it_leaves() {
        let away = Away::default();
        drop(GivenBack(away.clone()));
        assert!(!away.takes_interrupts(), "no other program had the terminal");
        let away = Away::default();
        away.begin();
        away.end();
        drop(GivenBack(away.clone()));
        assert!(away.takes_interrupts());
    }
}
