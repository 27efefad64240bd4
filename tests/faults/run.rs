//! Runs a row: a server that does what it says, the engine over it with a store, and what came of it, read back from the
//! store when all is closed.

use super::row::{Kept, Place, Row};
use crate::support::PATIENCE;
use crate::support::app::App;
use crate::support::examples::outcomes;
use crate::support::server::Server;
use jiff::Timestamp;
use pointsman::chat::{Ask, ConversationId, Ending, Origin, Stage, Turn, TurnEvent, TurnId};
use pointsman::engine::{Command, Engine, Event, Services};
use pointsman::provider::Providers;
use pointsman::router::{Decider, RouteOverride};
use pointsman::store::{FILE, Store};
use regex::Regex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

const CHAT: ConversationId = ConversationId(1);

/// What came of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The notes and the last line, as the user reads them, without what differs from run to run.
    pub(super) reads: Vec<String>,
    /// Who was asked, in order.
    pub(super) asks: String,
    /// Whose requests arrived at a server.
    pub(super) arrives: String,
    /// Who answered last.
    pub(super) by: String,
    /// Whether that was to the end.
    pub(super) whole: bool,
    /// What is kept of the answer.
    pub(super) text: String,
}

impl Outcome {
    /// What `row` says that comes of it.
    pub(super) fn expected(row: &Row) -> Self {
        let (by, whole, text) = match row.kept {
            Kept::Answer(by, text) => (by, true, text),
            Kept::Part(text) => ("first", false, text),
            Kept::Nothing => (row.asks.rsplit(' ').next().unwrap_or_default(), false, ""),
        };
        Self {
            reads: row.reads.iter().map(|line| (*line).to_owned()).collect(),
            asks: row.asks.to_owned(),
            arrives: row.arrives.unwrap_or(row.asks).to_owned(),
            by: by.to_owned(),
            whole,
            text: text.to_owned(),
        }
    }
}

/// A row that runs.
struct Run {
    engine: Engine,
    events: mpsc::Receiver<Event>,
    route: RouteOverride,
}

/// Runs `row` and gives back what came of its last prompt.
pub(super) async fn run(row: &Row) -> Outcome {
    let received: Arc<Mutex<Vec<String>>> = Arc::default();
    let mut server = server(row, &received).await;
    let settings = row.settings.replace("{server}", &server.base_url);
    let settings = format!(
        "categories.coding.model = \"first\"\ncategories.coding.fallbacks = {:?}\nretry.backoff_seconds = 0.001\n\
         {settings}",
        row.fallbacks
    );
    let (base_url, full) = address(row.place, &server).await;
    server.base_url = base_url;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(FILE);
    let parts = App::parts(&server, &settings).with_store(path.clone());
    let (engine, events) = Engine::start(keyless(parts, row.keyless));
    let category = (!row.judged).then(|| "coding".into());
    let mut run = Run { engine, events, route: RouteOverride { category, ..RouteOverride::default() } };
    for number in 1..=row.before as u64 {
        run.ask(number).await;
    }
    received.lock().expect("nobody panicked").clear();
    let (asks, shown) = run.ask(row.before as u64 + 1).await;
    run.engine.close().await;
    drop(full);
    let (store, _) = Store::open(&path, Timestamp::now()).expect("it opens");
    let chat = store.chat(CHAT).await.expect("it can be read").expect("it is kept");
    let kept = chat.conversation.turn(shown.id()).expect("the turn is kept");
    assert_eq!(chat.conversation.all().len(), row.before + 1, "{}: no prompt is lost", row.does);
    let told = |turn: &Turn| (turn.prompt().clone(), turn.stage.clone(), outcomes(turn), turn.model().cloned());
    assert_eq!(told(kept), told(&shown), "{}: what was shown is kept", row.does);
    assert_eq!(kept.answer(), shown.answer(), "{}: what was shown is kept", row.does);
    let arrives = received.lock().expect("nobody panicked").join(" ");
    outcome(kept, asks, arrives)
}

impl Run {
    /// Sends a prompt and waits until it is over; who was asked, and the turn.
    async fn ask(&mut self, number: u64) -> (String, Turn) {
        let ask = Ask {
            chat: CHAT,
            parent: number.checked_sub(1).filter(|n| *n > 0).map(TurnId),
            turn: TurnId(number),
            prompt: format!("Write a Python function, number {number}").into(),
            route: self.route.clone(),
            origin: Origin::Typed,
            asked_at: Timestamp::now(),
        };
        let mut turn = Turn::new(ask.clone());
        self.engine.send(Command::Submit(ask));
        let mut asks = Vec::new();
        while !turn.is_over() {
            let event = tokio::time::timeout(PATIENCE, self.events.recv()).await.expect("it ends").expect("it runs");
            let Event::Turn(_, event) = event else { continue };
            match &event {
                TurnEvent::Judging { judge } => asks.push(judge.to_string()),
                TurnEvent::Asked { candidate, .. } => asks.push(candidate.model.to_string()),
                _ => {}
            }
            turn.apply(event);
        }
        (asks.join(" "), turn)
    }
}

/// A server that does what `row` says, and notes who is asked.
async fn server(row: &Row, received: &Arc<Mutex<Vec<String>>>) -> Server {
    let (script, received, before) = (row.script.clone(), received.clone(), AtomicUsize::new(0));
    Server::start(move |request| {
        received.lock().expect("nobody panicked").push(request.model().to_owned());
        let answers = usize::from(!request.is_judging());
        script(request, before.fetch_add(answers, Ordering::Relaxed))
    })
    .await
}

/// The address of the default provider, and what has to stay open for it to be as it is.
async fn address(place: Place, server: &Server) -> (String, Vec<TcpStream>) {
    let listen = || TcpListener::bind("127.0.0.1:0");
    let at = |listener: &TcpListener| listener.local_addr().expect("an address");
    match place {
        Place::Server => (server.base_url.clone(), Vec::new()),
        // A port that was free a moment ago.
        Place::Nobody => (format!("http://{}/v1", at(&listen().await.expect("a free port"))), Vec::new()),
        // A name that is too long for any host is not even asked for.
        Place::NoHost => (format!("http://{}.example/v1", "x".repeat(64)), Vec::new()),
        Place::NoTls => {
            let listener = listen().await.expect("a free port");
            let base_url = format!("https://{}/v1", at(&listener));
            tokio::spawn(async move {
                while let Ok((mut socket, _)) = listener.accept().await {
                    let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
                    let _ = tokio::io::copy(&mut socket, &mut tokio::io::sink()).await;
                }
            });
            (base_url, Vec::new())
        }
        #[cfg(target_os = "linux")]
        Place::Full => full().await,
    }
}

/// A listener whose queue is full: the system lets no more connections in, and says nothing.
#[cfg(target_os = "linux")]
pub(crate) async fn full() -> (String, Vec<TcpStream>) {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
    let listener = socket.listen(0).expect("it listens");
    let address = listener.local_addr().expect("an address");
    // One more than the queue has places for gets in.
    let let_in = vec![TcpStream::connect(address).await.expect("there is room for one")];
    tokio::spawn(async move {
        let _listener = listener;
        std::future::pending::<()>().await;
    });
    (format!("http://{address}/v1"), let_in)
}

/// `parts` without the key of a provider.
fn keyless(mut parts: Services, provider: Option<&str>) -> Services {
    if let (Some(keyless), Providers::Several(several)) = (provider, &parts.providers) {
        let others = several.iter().filter(|(name, _)| *name != keyless);
        let others = others.map(|(name, provider)| (name.clone(), provider.clone())).collect();
        parts.providers = Providers::Several(Arc::new(others));
    }
    parts
}

fn outcome(turn: &Turn, asks: String, arrives: String) -> Outcome {
    let Stage::Ended(ending) = &turn.stage else { panic!("a turn that was kept has an end: {turn:?}") };
    // What deciding without a judge came to stands beside the answer.
    let undecided = turn.decision.as_ref().filter(|decision| decision.decider == Decider::Default);
    let reason = undecided.map(|decision| decision.reason.clone());
    let lines = reason.into_iter().chain(turn.remarks()).chain(ending.remark(turn.is_unanswered()));
    Outcome {
        reads: lines.map(|line| the_same_every_time(&line)).collect(),
        by: turn.model().map(ToString::to_string).unwrap_or_default(),
        whole: matches!(ending, Ending::Answered(_)),
        text: turn.answer().to_owned(),
        asks,
        arrives,
    }
}

/// `line` without ports, times and the words of the system.
fn the_same_every_time(line: &str) -> String {
    let mut line = line.replace(&"x".repeat(64), "no-such-host");
    for (differs, same) in [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:8080"),
        (r" \(os error \d+\)", ""),
        (r"after \d+(\.\d+)? ?m?s", "after a moment"),
        (r"no such host: [^)]+", "no such host"),
    ] {
        line = Regex::new(differs).expect("a pattern").replace_all(&line, same).into_owned();
    }
    line
}
