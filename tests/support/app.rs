//! The real loop without a terminal: keys go in, frames come out, and a test waits for what a frame shows.

use super::{PATIENCE, config_at, examples};
use crate::support::server::{Gate, Server};
use pointsman::archive::{FileBeside, in_folder};
use pointsman::attach::{self, AttachError, PictureLimits, Secrets};
use pointsman::chat::Blob;
use pointsman::engine::{Engine, Services};
use pointsman::provider::offline::Guide;
use pointsman::provider::openai::OpenAi;
use pointsman::provider::{Provider, Providers};
use pointsman::tui::{
    AttachRequest, AttachSource, Copied, Event, Host, Links, NotAttached, Ran, ReadFile, Saved, Screen, Start, State,
    Styles,
};
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, TestBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use secrecy::SecretString;
use std::convert::Infallible;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// What the sidebar of a frame says, as one line: its rows are broken anywhere.
pub(crate) fn sidebar(frame: &str) -> String {
    let rows = frame.lines().filter_map(|line| line.split_once('│').map(|(_, right)| right.trim_matches(['"', ' '])));
    rows.collect::<Vec<_>>().join(" ")
}

/// Settings under which every new prompt goes to the judge first. Most flows are not about the local deciders, and are
/// easier to follow so: one question, then one request for the answer.
pub(crate) const JUDGED: &str = "[routing]\nthreshold = 1.0\nescalate = \"wait\"\n";

/// How long a press of Ctrl+C may take to end the program.
const PRESS: Duration = Duration::from_millis(50);

/// A running program.
pub(crate) struct App {
    inputs: mpsc::UnboundedSender<Event>,
    frames: watch::Receiver<String>,
    asked: Arc<Mutex<Vec<String>>>,
    /// The user's editor waits for it when the text begins with "long".
    pub(crate) editor: Gate,
    program: JoinHandle<io::Result<()>>,
}

impl App {
    /// The program at 120×36, its provider being `server`, which is asked about every prompt.
    pub(crate) fn start(server: &Server) -> Self {
        Self::with_settings(server, "")
    }

    /// The same with `user`'s settings, which must leave routing alone.
    pub(crate) fn with_settings(server: &Server, user: &str) -> Self {
        Self::routed(server, &format!("{JUDGED}{user}"))
    }

    /// The program as it comes but for `user`'s settings: prompts are routed on this machine where that is sure.
    pub(crate) fn routed(server: &Server, user: &str) -> Self {
        Self::run(Self::parts(server, user))
    }

    /// What such a program works with.
    pub(crate) fn parts(server: &Server, user: &str) -> Services {
        let config = config_at(user, Some(&server.base_url));
        let key = SecretString::from("test-key");
        let open = |(name, settings): (&String, &_)| {
            let provider = OpenAi::new(name, settings, &key, config.timeouts(name)).expect("a key");
            (name.clone(), Arc::new(provider) as Arc<dyn Provider>)
        };
        let providers = Providers::Several(Arc::new(config.providers.iter().map(open).collect()));
        Services::new(config, providers)
    }

    /// The program with the offline guide.
    pub(crate) fn offline() -> Self {
        let config = config_at("", None);
        let guide = Guide::new(config.registry.models(), "OXLO_API_KEY is not set. Set it.").in_a_chat();
        Self::run(Services::new(config, Arc::new(guide)))
    }

    /// The program with any provider.
    pub(crate) fn run(parts: Services) -> Self {
        let size = (120, 36);
        let (backend, frames) = Watched::new(size);
        let start = Start {
            config: parts.config.clone(),
            connection: "The scripted server answers.".to_owned(),
            provider: parts.answering().to_owned(),
            can_judge: parts.providers.can_judge(),
            stand_in: parts.providers.stand_in().map(|stand_in| stand_in.model),
            size,
            begun_at: jiff::Timestamp::now(),
            salt: std::process::id().into(),
            ..examples::start()
        };
        let (inputs, received) = mpsc::unbounded_channel();
        let terminal = Terminal::new(backend).expect("a test terminal never fails");
        let mut screen = Screen::new(terminal, State::new(start), Styles::plain(), Links::default());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let editor = Gate::default();
        let mut host =
            Fingers { inputs: received, reports: inputs.clone(), asked: asked.clone(), editor: editor.clone() };
        let program = tokio::spawn(async move {
            let (engine, mut events) = Engine::start(parts);
            let ended = screen.run(&mut host, &engine, &mut events).await;
            engine.close().await;
            ended
        });
        Self { inputs, frames, asked, editor, program }
    }

    /// Types `text`, key by key.
    pub(crate) fn type_text(&self, text: &str) -> &Self {
        for c in text.chars() {
            let name = if c == ' ' { "space".to_owned() } else { c.to_string() };
            self.key(&name);
        }
        self
    }

    /// Presses a key, named as in `keymap.toml`.
    pub(crate) fn key(&self, name: &str) -> &Self {
        self.event(Event::Key(name.parse().expect("a key")))
    }

    pub(crate) fn event(&self, event: Event) -> &Self {
        let _ = self.inputs.send(event);
        self
    }

    /// Waits for a frame that shows `text`, and gives it back.
    pub(crate) async fn until(&mut self, text: &str) -> String {
        self.until_frame(text, |frame| frame.contains(text)).await
    }

    /// Waits for a frame like that; `what` it is says the message of the failure.
    pub(crate) async fn until_frame(&mut self, what: &str, like: impl Fn(&str) -> bool) -> String {
        let waiting = self.frames.wait_for(|frame| like(frame));
        let found = tokio::time::timeout(PATIENCE, waiting).await.map(|frame| frame.expect("the program runs").clone());
        found.unwrap_or_else(|_| panic!("never saw {what}; the last frame:\n{}", *self.frames.borrow()))
    }

    /// What the program asked of its host besides keys: what was copied, which command was run over what, which ended.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panicked").clone()
    }

    /// Leaves the program and waits until everything is written.
    pub(crate) async fn leave(mut self) {
        // The first press may stop an answer whose end is still on its way.
        let left = async {
            loop {
                self.key("ctrl-c");
                if let Ok(ended) = tokio::time::timeout(PRESS, &mut self.program).await {
                    break ended;
                }
            }
        };
        let ended = tokio::time::timeout(PATIENCE, left).await.expect("the program ends");
        ended.expect("it does not panic").expect("it ends well");
    }

    /// Waits for the program to end.
    pub(crate) async fn ended(self) -> io::Result<()> {
        tokio::time::timeout(PATIENCE, self.program).await.expect("the program ends").expect("it does not panic")
    }
}

/// A host whose keyboard is a channel, and which only says that it did what it is asked for. Its commands print what they
/// get; the command `wait` never ends by itself.
struct Fingers {
    inputs: mpsc::UnboundedReceiver<Event>,
    reports: mpsc::UnboundedSender<Event>,
    asked: Arc<Mutex<Vec<String>>>,
    editor: Gate,
}

impl Fingers {
    fn note(&self, what: String) {
        self.asked.lock().expect("nobody panicked").push(what);
    }
}

impl Host for Fingers {
    async fn input(&mut self) -> Event {
        match self.inputs.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    fn input_at_hand(&mut self) -> Option<Event> {
        self.inputs.try_recv().ok()
    }

    async fn edit(&mut self, text: String) -> io::Result<Result<String, String>> {
        if text.starts_with("long") {
            self.editor.passed().await;
        }
        Ok(Ok(format!("{text} (edited)\n")))
    }

    fn save(&mut self, name: String, text: String, files: Vec<FileBeside>) {
        let path = PathBuf::from(format!("/somewhere/{name} ({} lines)", text.lines().count()));
        for FileBeside { name, blob } in &files {
            self.note(format!("save {name} of {} bytes", blob.bytes.len()));
        }
        let folder = (!files.is_empty()).then(|| PathBuf::from("/somewhere/chat-files"));
        if folder.is_some() {
            self.note(format!("save {name} saying {}", in_folder(&text, "chat-files")));
        }
        let _ = self.reports.send(Event::Saved(Ok(Saved { path, folder })));
    }

    fn save_file(&mut self, name: String, blob: Blob) {
        self.note(format!("save {name} of {} bytes", blob.bytes.len()));
        let _ = self
            .reports
            .send(Event::Saved(Ok(Saved { path: PathBuf::from(format!("/somewhere/{name}")), folder: None })));
    }

    fn copy(&mut self, text: String, what: String) {
        self.note(format!("copy {text}"));
        let to = Ok(Copied::Desktop { by: "scissors", terminal: false });
        let _ = self.reports.send(Event::Copied { what, to });
    }

    fn run(&mut self, run: u64, command: String, input: String) {
        self.note(format!("run {command} over {input}"));
        if command != "wait" {
            let ran = Ran { success: true, status: "exit status: 0".to_owned(), output: input, cut: false };
            let _ = self.reports.send(Event::Ran { run, ran: Ok(ran) });
        }
    }

    fn attach(&mut self, request: AttachRequest) {
        let AttachRequest { serial, source, limits } = request;
        let files = match source {
            AttachSource::Path { path, secrets } => vec![read(&path, limits, secrets)],
            AttachSource::Pasted(text) => match attach::dropped(&text, None) {
                Some(paths) => paths.iter().map(|path| read(&path.to_string_lossy(), limits, Secrets::Ask)).collect(),
                None => vec![Err(NotAttached::NoFiles(text))],
            },
            AttachSource::Clipboard => vec![Err(NotAttached::Refused("there is no clipboard here".to_owned()))],
        };
        let _ = self.reports.send(Event::FilesRead { serial, files });
    }

    fn complete(&mut self, typed: String) {
        let offers = attach::complete(&typed, Path::new(env!("CARGO_MANIFEST_DIR")), None);
        let _ = self.reports.send(Event::Completed { typed, offers });
    }

    fn open_file(&mut self, name: String, blob: Blob) {
        self.note(format!("open {name} of {} bytes", blob.bytes.len()));
    }

    fn open_link(&mut self, address: String) {
        self.note(format!("open {address}"));
    }

    fn kill(&mut self) {
        self.note("kill".to_owned());
    }

    fn mouse(&mut self, ours: bool) -> io::Result<()> {
        self.note(format!("mouse {ours}"));
        Ok(())
    }

    fn title(&mut self, _title: String) -> io::Result<()> {
        Ok(())
    }

    fn ring(&mut self, text: Option<&str>) -> io::Result<()> {
        self.note(format!("ring {}", text.unwrap_or("the bell")));
        Ok(())
    }

    async fn retake(&mut self) -> io::Result<()> {
        Ok(())
    }

    async fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn read(path: &str, limits: PictureLimits, secrets: Secrets) -> ReadFile {
    attach::read(Path::new(path), limits, secrets).map(Box::new).map_err(|error| match error {
        AttachError::LooksSecret { name } => NotAttached::Secret { path: path.to_owned(), name },
        other => NotAttached::Refused(other.to_string()),
    })
}

/// A terminal in memory that tells what it shows after every frame.
struct Watched {
    inner: TestBackend,
    frames: watch::Sender<String>,
}

impl Watched {
    fn new((width, height): (u16, u16)) -> (Self, watch::Receiver<String>) {
        let (frames, watched) = watch::channel(String::new());
        (Self { inner: TestBackend::new(width, height), frames }, watched)
    }
}

impl Backend for Watched {
    type Error = Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Infallible> {
        self.inner.draw(content)
    }
    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.inner.hide_cursor()
    }
    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.inner.show_cursor()
    }
    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        self.inner.get_cursor_position()
    }
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.inner.set_cursor_position(position)
    }
    fn clear(&mut self) -> Result<(), Infallible> {
        self.inner.clear()
    }
    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        self.inner.clear_region(region)
    }
    fn size(&self) -> Result<Size, Infallible> {
        self.inner.size()
    }
    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        self.inner.window_size()
    }
    fn flush(&mut self) -> Result<(), Infallible> {
        self.frames.send_replace(self.inner.to_string());
        self.inner.flush()
    }
}
