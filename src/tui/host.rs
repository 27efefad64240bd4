//! The world outside of the screen: keyboard, signals, the editor, the background, clipboards, other programs. [`Host`]
//! is what the event loop needs of it, [`TerminalHost`] the real one. Must not know the loop.

mod burst;
mod clipboard;
mod editor;
mod files;
mod highlight;
mod input;
mod keyboard;
mod painter;
mod process;
mod save;
mod signals;
mod window;

pub(crate) use clipboard::{Ways, ways};
pub(super) use highlight::Highlighter;
#[cfg(unix)]
pub use keyboard::decode_input;
pub(super) use painter::Painter;
pub(super) use signals::Signals;

use super::effect::AttachRequest;
use super::event::Event;
use super::terminal::Takeover;
use crate::archive::FileBeside;
use crate::chat::Blob;
use crate::disk::{self, Scratch};
use crate::shell::ChildEnv;
use keyboard::Keyboard;
use process::Running;
use signals::{Away, GivenBack, Requests, in_foreground, stop_here};
use std::io::{self, Write};
use std::path::PathBuf;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;
use window::Resizes;

/// The world that the loop needs besides the engine. The terminal is one; tests have their own.
pub trait Host {
    /// The next input. Giving up on it loses nothing.
    fn input(&mut self) -> impl Future<Output = Event> + Send;
    /// An input that is there already.
    fn input_at_hand(&mut self) -> Option<Event>;
    /// Lets the user edit `text`. The outer error: the terminal could not be taken back.
    fn edit(&mut self, text: String) -> impl Future<Output = io::Result<Result<String, String>>> + Send;
    /// Writes `text` to a new file called `name`, or much like it, and `files` to a new folder beside it; an input says
    /// where they are, or why there are none.
    fn save(&mut self, name: String, text: String, files: Vec<FileBeside>);
    /// Writes `blob` to a new file called `name`, or much like it; an input says where it is, or why there is none.
    fn save_file(&mut self, name: String, blob: Blob);
    /// Copies `text`; an input says where `what` is now, or why it is nowhere.
    fn copy(&mut self, text: String, what: String);
    /// Reads files for the prompt that is being written; an input brings them, or says why not.
    fn attach(&mut self, request: AttachRequest);
    /// Finds what a path can become; an input says what.
    fn complete(&mut self, typed: String);
    /// Opens a file with the desktop's program; an input says why, where it cannot.
    fn open_file(&mut self, name: String, blob: Blob);
    /// Opens an address with the desktop's program; an input says why, where it cannot.
    fn open_link(&mut self, address: String);
    /// Runs `command` over `input`; an input says how `run` ended. One that still runs is ended.
    fn run(&mut self, run: u64, command: String, input: String);
    /// Ends the command that runs.
    fn kill(&mut self);
    /// Takes the mouse, or leaves it to the terminal.
    fn mouse(&mut self, ours: bool) -> io::Result<()>;
    /// Calls the window `title`.
    fn title(&mut self, title: String) -> io::Result<()>;
    /// Calls a user who looks elsewhere: by a notification with this text, or by the bell.
    fn ring(&mut self, text: Option<&str>) -> io::Result<()>;
    /// Returns false if the system asked the program to end while another one had the terminal: nothing may be drawn any more.
    fn has_terminal(&self) -> bool {
        true
    }
    /// Goes into the background until the user comes back.
    fn suspend(&mut self) -> impl Future<Output = io::Result<()>> + Send;
    /// Takes the terminal back after another program had it without asking.
    fn retake(&mut self) -> impl Future<Output = io::Result<()>> + Send;
}

/// The most inputs that wait. A person does not type ahead so far; a paste is one input.
const INPUTS_MAX: usize = 4096;

/// A task's result, for the loop.
#[derive(Debug)]
struct Report {
    /// Bytes for the terminal before the loop gets the event. The task must not write them: it would write into a frame.
    before: String,
    event: Event,
}

impl Report {
    fn of(event: Event) -> Self {
        Self { before: String::new(), event }
    }
}

/// The terminal as a host. Owns the thread that reads the keyboard, and the tasks that do what takes time.
pub(super) struct TerminalHost {
    takeover: Takeover,
    inputs: mpsc::Receiver<Event>,
    sender: mpsc::Sender<Event>,
    /// `None`: another program reads the terminal now, or it cannot be read any more.
    keyboard: Option<Keyboard>,
    /// The error that ended the reading.
    failure: Option<io::Error>,
    /// Says which program has the terminal.
    away: Away,
    requests: watch::Receiver<Requests>,
    /// False: the program has to end, and the terminal is another program's until then.
    has_terminal: bool,
    reports: mpsc::Receiver<Report>,
    reporter: mpsc::Sender<Report>,
    /// The environment of other programs.
    env: ChildEnv,
    /// The folder for a text that no clipboard takes; `None`: it is written nowhere.
    folder: Option<PathBuf>,
    copying: Option<JoinHandle<()>>,
    /// The last request for files: one is read at a time, since a picture takes much memory while it is decoded.
    attaching: Option<JoinHandle<()>>,
    /// Files that other programs read. They are removed when the program ends.
    scratch: Scratch,
    running: Option<Running>,
    _resizes: Option<AbortOnDropHandle<()>>,
    /// Behind the takeover: fields are dropped in this order.
    _given_back: GivenBack,
}

impl TerminalHost {
    /// Starts to listen, and asks the terminal what it is like.
    pub(super) fn new(takeover: Takeover, signals: Signals, env: ChildEnv, folder: Option<PathBuf>) -> Self {
        let (sender, inputs) = mpsc::channel(INPUTS_MAX);
        let (reporter, reports) = mpsc::channel(INPUTS_MAX);
        let away = Away::default();
        let (requests_tx, requests) = watch::channel(Requests::default());
        let signals = signals.forward(away.clone(), requests_tx, takeover.giving_back(), sender.clone());
        tokio::spawn(signals);
        let resizes = Resizes::listen().inspect_err(|error| tracing::warn!(%error, "resizes go unnoticed"));
        let resizes = resizes.ok().map(|resizes| AbortOnDropHandle::new(tokio::spawn(resizes.forward(sender.clone()))));
        let mut host = Self {
            takeover,
            inputs,
            sender,
            keyboard: None,
            failure: None,
            away: away.clone(),
            requests,
            has_terminal: true,
            reports,
            reporter,
            env,
            folder,
            copying: None,
            attaching: None,
            scratch: Scratch::default(),
            running: None,
            _resizes: resizes,
            _given_back: GivenBack(away),
        };
        host.listen();
        host.takeover.ask();
        tokio::task::spawn_blocking(disk::remove_abandoned_scratch);
        host
    }

    fn listen(&mut self) {
        self.keyboard = Some(Keyboard::start(self.sender.clone()));
    }

    /// Returns the error of the terminal's reading, if that ended the program.
    pub(super) fn take_failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Lets go of the terminal, does `work`, and takes it again. The reader is ended, not paused: the program
    /// that works now must have the keyboard to itself.
    async fn while_away<T>(&mut self, work: impl Future<Output = T>) -> io::Result<T> {
        self.stop_listening().await;
        self.takeover.pause();
        self.away.begin();
        let result = work.await;
        if self.is_in_foreground().await {
            self.takeover.resume()?;
            self.listen();
        }
        Ok(result)
    }

    /// Waits until the terminal is ours again; false: the program has to end before that.
    async fn is_in_foreground(&mut self) -> bool {
        self.has_terminal = in_foreground(self.requests.clone()).await;
        if self.has_terminal {
            self.away.end();
        }
        self.has_terminal
    }

    async fn stop_listening(&mut self) {
        if let Some(keyboard) = self.keyboard.take() {
            keyboard.stop().await;
        }
    }
}

impl Host for TerminalHost {
    async fn input(&mut self) -> Event {
        let keyboard = self.keyboard.as_mut();
        let ended = async {
            match keyboard {
                Some(keyboard) => keyboard.ended().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            // The host holds a sender of each channel itself, so they never close.
            Some(event) = self.inputs.recv() => {
                #[cfg(debug_assertions)]
                panic_when_asked(&event);
                event
            }
            // Without a keyboard the program can only be left from outside.
            ended = ended => {
                self.keyboard = None;
                self.failure = ended.err();
                Event::Terminated
            }
            Some(report) = self.reports.recv() => pass_on(report),
        }
    }

    fn input_at_hand(&mut self) -> Option<Event> {
        self.inputs.try_recv().ok().or_else(|| self.reports.try_recv().ok().map(pass_on))
    }

    async fn edit(&mut self, text: String) -> io::Result<Result<String, String>> {
        self.while_away(editor::edit(self.env.clone(), text, self.scratch.clone())).await
    }

    fn save(&mut self, name: String, text: String, files: Vec<FileBeside>) {
        let reporter = self.reporter.clone();
        tokio::spawn(async move {
            let _ = reporter.send(Report::of(Event::Saved(save::save(name, text, files).await))).await;
        });
    }

    fn save_file(&mut self, name: String, blob: Blob) {
        let reporter = self.reporter.clone();
        tokio::spawn(async move {
            let _ = reporter.send(Report::of(Event::Saved(save::save_file(name, blob).await))).await;
        });
    }

    fn copy(&mut self, text: String, what: String) {
        let (reporter, env, folder) = (self.reporter.clone(), self.env.clone(), self.folder.clone());
        let before = self.copying.take();
        self.copying = Some(tokio::spawn(async move {
            // What was copied last must be what is pasted.
            if let Some(before) = before {
                let _ = before.await;
            }
            let _ = reporter.send(clipboard::copy(env, text, what, folder).await).await;
        }));
    }

    fn attach(&mut self, request: AttachRequest) {
        let reporter = self.reporter.clone();
        let before = self.attaching.take();
        self.attaching = Some(tokio::spawn(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            let _ = reporter.send(files::attach(request).await).await;
        }));
    }

    fn complete(&mut self, typed: String) {
        let reporter = self.reporter.clone();
        tokio::spawn(async move {
            let _ = reporter.send(files::complete(typed).await).await;
        });
    }

    fn open_file(&mut self, name: String, blob: Blob) {
        let (reporter, env, scratch) = (self.reporter.clone(), self.env.clone(), self.scratch.clone());
        tokio::spawn(async move {
            if let Err(why) = files::open(&env, &name, &blob, &scratch).await {
                let _ = reporter.send(Report::of(Event::NotOpened(why))).await;
            }
        });
    }

    fn open_link(&mut self, address: String) {
        let (reporter, env) = (self.reporter.clone(), self.env.clone());
        tokio::spawn(async move {
            if let Err(why) = files::open_link(&env, &address).await {
                let _ = reporter.send(Report::of(Event::NotOpened(why))).await;
            }
        });
    }

    fn run(&mut self, run: u64, command: String, input: String) {
        self.running = Some(Running::start(&self.env, run, &command, input, self.reporter.clone()));
    }

    fn kill(&mut self) {
        self.running = None;
    }

    fn mouse(&mut self, ours: bool) -> io::Result<()> {
        self.takeover.set_mouse(ours)
    }

    fn title(&mut self, title: String) -> io::Result<()> {
        self.takeover.set_title(title)
    }

    fn ring(&mut self, text: Option<&str>) -> io::Result<()> {
        self.takeover.ring(text)
    }

    fn has_terminal(&self) -> bool {
        self.has_terminal
    }

    async fn suspend(&mut self) -> io::Result<()> {
        self.while_away(stop_here(self.requests.clone())).await
    }

    async fn retake(&mut self) -> io::Result<()> {
        self.stop_listening().await;
        self.away.begin();
        if self.is_in_foreground().await {
            // What the shell made of the terminal is not known: every mode is undone and set again.
            self.takeover.pause();
            self.takeover.resume()?;
            self.listen();
        }
        Ok(())
    }
}

/// Tells the terminal and the loop what a task has done. Here frames come from the same task: none is cut in two.
fn pass_on(Report { before, event }: Report) -> Event {
    let mut out = io::stdout();
    // A terminal that cannot be written to is found out by the next frame.
    let _ = out.write_all(before.as_bytes()).and_then(|()| out.flush());
    event
}

/// A way to see that a panic gives the terminal back; only in builds for testing.
#[cfg(debug_assertions)]
fn panic_when_asked(event: &Event) {
    let asked = matches!(event, Event::Key(_)) && std::env::var_os("POINTSMAN_TEST_PANIC").is_some();
    assert!(!asked, "a panic was asked for");
}
