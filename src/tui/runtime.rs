//! The real world behind the screen: keyboard, signals, the editor, the background.

mod editor;
mod highlight;
mod input;
mod save;
mod signals;

pub(super) use highlight::Highlighter;
pub(super) use signals::Signals;

use super::event::Event;
use super::run::Host;
use super::terminal::Takeover;
use input::Inputs;
use signals::Away;
use std::io;
use std::path::PathBuf;
#[cfg(unix)]
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// How many inputs may wait. A person does not type ahead so far; a paste is one input.
const AHEAD: usize = 4096;

/// The terminal as a host. Owns the task that reads the keyboard.
pub(super) struct TerminalHost {
    takeover: Takeover,
    inputs: mpsc::Receiver<Event>,
    sender: mpsc::Sender<Event>,
    reader: Option<AbortOnDropHandle<()>>,
    /// Whether the terminal is somebody else's.
    away: Away,
    _ended: AbortOnDropHandle<()>,
}

impl TerminalHost {
    /// Starts to listen.
    pub(super) fn new(takeover: Takeover, signals: Signals) -> Self {
        let (sender, inputs) = mpsc::channel(AHEAD);
        let ending = sender.clone();
        let away = Away::default();
        let absent = away.clone();
        let ended = tokio::spawn(async move {
            signals.received(&absent).await;
            let _ = ending.send(Event::Terminated).await;
        });
        let ended = AbortOnDropHandle::new(ended);
        let mut host = Self { takeover, inputs, sender, reader: None, away, _ended: ended };
        host.listen();
        host
    }

    fn listen(&mut self) {
        let reader = tokio::spawn(Inputs::default().forward(self.sender.clone()));
        self.reader = Some(AbortOnDropHandle::new(reader));
    }

    /// Lets go of the terminal, does `work`, and takes it again. The reader is dropped, not paused: whoever works now
    /// must have the keyboard to itself.
    async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> io::Result<T> {
        if let Some(reader) = self.reader.take() {
            reader.abort();
            let _ = reader.await;
        }
        self.takeover.pause();
        self.away.begin();
        let result = work.await;
        self.away.end();
        self.takeover.resume()?;
        self.listen();
        Ok(result)
    }
}

impl Host for TerminalHost {
    async fn input(&mut self) -> Event {
        match self.inputs.recv().await {
            Some(event) => {
                #[cfg(debug_assertions)]
                panic_when_asked(&event);
                event
            }
            // The host holds a sender itself, so the channel never closes.
            None => std::future::pending().await,
        }
    }

    fn input_at_hand(&mut self) -> Option<Event> {
        self.inputs.try_recv().ok()
    }

    async fn edit(&mut self, text: String) -> io::Result<Result<String, String>> {
        self.meanwhile(editor::edit(text)).await
    }

    async fn save(&mut self, name: String, text: String) -> Result<PathBuf, String> {
        save::save(name, text).await
    }

    fn mouse(&mut self, ours: bool) -> io::Result<()> {
        self.takeover.set_mouse(ours)
    }

    async fn suspend(&mut self) -> io::Result<()> {
        self.meanwhile(stop_here()).await
    }
}

/// How long the system may take to stop us before we take it that it does not.
#[cfg(unix)]
const STOPPING: Duration = Duration::from_millis(200);

/// Stops this process group until it is continued. Without a shell that could continue it the system does not stop it
/// at all; then we are back at once.
#[cfg(unix)]
async fn stop_here() {
    use tokio::signal::unix::{SignalKind, signal};
    const SIGCONT: i32 = rustix::process::Signal::CONT.as_raw();
    let Ok(mut continued) = signal(SignalKind::from_raw(SIGCONT)) else {
        return;
    };
    if rustix::process::kill_current_process_group(rustix::process::Signal::TSTP).is_ok() {
        let _ = tokio::time::timeout(STOPPING, continued.recv()).await;
    }
}

#[cfg(not(unix))]
async fn stop_here() {}

/// A way to see that a panic gives the terminal back; only in builds for testing.
#[cfg(debug_assertions)]
fn panic_when_asked(event: &Event) {
    let asked = matches!(event, Event::Key(_)) && std::env::var_os("POINTSMAN_TEST_PANIC").is_some();
    assert!(!asked, "a panic was asked for");
}
