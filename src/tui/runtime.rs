//! The real world behind the screen: keyboard, signals, the editor, the background.

mod editor;
mod input;

use super::event::Event;
use super::run::Host;
use super::terminal::Takeover;
use input::Inputs;
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
    _signals: AbortOnDropHandle<()>,
}

impl TerminalHost {
    /// Starts to listen.
    pub(super) fn new(takeover: Takeover) -> Self {
        let (sender, inputs) = mpsc::channel(AHEAD);
        let signals = AbortOnDropHandle::new(tokio::spawn(listen_for_signals(sender.clone())));
        let mut host = Self { takeover, inputs, sender, reader: None, _signals: signals };
        host.listen();
        host
    }

    fn listen(&mut self) {
        let reader = tokio::spawn(Inputs::default().forward(self.sender.clone()));
        self.reader = Some(AbortOnDropHandle::new(reader));
    }

    /// Lets go of the terminal, does `work`, and takes it again. The reader is dropped, not paused: whoever works now
    /// must have the keyboard to itself.
    async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> std::io::Result<T> {
        if let Some(reader) = self.reader.take() {
            reader.abort();
            let _ = reader.await;
        }
        self.takeover.pause();
        let result = work.await;
        self.takeover.resume()?;
        self.listen();
        Ok(result)
    }
}

impl Host for TerminalHost {
    async fn input(&mut self) -> Event {
        match self.inputs.recv().await {
            Some(event) => event,
            // The host holds a sender itself, so the channel never closes.
            None => std::future::pending().await,
        }
    }

    fn input_at_hand(&mut self) -> Option<Event> {
        self.inputs.try_recv().ok()
    }

    async fn edit(&mut self, text: String) -> std::io::Result<Result<String, String>> {
        self.meanwhile(editor::edit(text)).await
    }

    async fn suspend(&mut self) -> std::io::Result<()> {
        self.meanwhile(stop_here()).await
    }
}

/// Stops this process group until it is continued.
#[cfg(unix)]
async fn stop_here() {
    use tokio::signal::unix::{SignalKind, signal};
    const SIGCONT: i32 = rustix::process::Signal::CONT.as_raw();
    let Ok(mut continued) = signal(SignalKind::from_raw(SIGCONT)) else {
        return;
    };
    if rustix::process::kill_current_process_group(rustix::process::Signal::TSTP).is_ok() {
        continued.recv().await;
    }
}

#[cfg(not(unix))]
async fn stop_here() {}

#[cfg(unix)]
async fn listen_for_signals(sender: mpsc::Sender<Event>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminated), Ok(mut hung_up), Ok(mut interrupted)) =
        (signal(SignalKind::terminate()), signal(SignalKind::hangup()), signal(SignalKind::interrupt()))
    else {
        return;
    };
    tokio::select! {
        _ = terminated.recv() => {}
        _ = hung_up.recv() => {}
        _ = interrupted.recv() => {}
    }
    let _ = sender.send(Event::Terminated).await;
}

#[cfg(not(unix))]
async fn listen_for_signals(sender: mpsc::Sender<Event>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        let _ = sender.send(Event::Terminated).await;
    }
}
