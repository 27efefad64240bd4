//! A scripted OpenAI-compatible server on loopback.
//!
//! A script is a function from request to [`Reply`]; a reply is a list of [`Step`]s, so that a test can hold a stream
//! back, break it off, or send bytes that no server should. It is written on raw sockets, since no HTTP library sends
//! what broken servers send. Everything that arrives is kept.

use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Header lines, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn model(&self) -> &str {
        self.body["model"].as_str().unwrap_or_default()
    }

    /// Whether this is a question to the judge: the only request that does not stream.
    pub(crate) fn is_judging(&self) -> bool {
        self.path.ends_with("/chat/completions") && self.body["stream"] != json!(true)
    }

    /// Whether this asks for the list of models.
    pub(crate) fn is_listing(&self) -> bool {
        self.method == "GET" && self.path.ends_with("/models")
    }

    /// The format that the reply was asked for in: `json_schema`, `json_object`, or nothing for plain text.
    pub(crate) fn format(&self) -> &str {
        self.body["response_format"]["type"].as_str().unwrap_or_default()
    }

    /// The last thing the user said, without the turn before it that a judge is shown.
    pub(crate) fn prompt(&self) -> &str {
        let said = self.messages().last().map(|(_, content)| *content).unwrap_or_default();
        said.rsplit_once("Message to classify:\n").map_or(said, |(_, prompt)| prompt)
    }

    /// Role and content of every message; of one with pictures, its text.
    pub(crate) fn messages(&self) -> Vec<(&str, &str)> {
        let messages = self.body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        messages.iter().map(|message| (message["role"].as_str().unwrap_or_default(), said(message))).collect()
    }
}

/// The text of a message.
fn said(message: &Value) -> &str {
    let content = &message["content"];
    let part = || content.as_array().into_iter().flatten().find_map(|part| part["text"].as_str());
    content.as_str().or_else(part).unwrap_or_default()
}

/// Opens once and stays open: what a held-back reply waits for.
#[derive(Debug, Clone)]
pub(crate) struct Gate(watch::Sender<bool>);

impl Default for Gate {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Gate {
    pub(crate) fn open(&self) {
        self.0.send_replace(true);
    }

    pub(crate) async fn passed(&self) {
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}

/// When each piece of an answer had been handed to the network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent(watch::Sender<Vec<Instant>>);

impl Sent {
    /// How many pieces had been by `then`.
    pub(crate) fn by(&self, then: Instant) -> usize {
        self.0.borrow().iter().filter(|at| **at <= then).count()
    }

    /// Waits until `count` pieces have been.
    pub(crate) async fn reach(&self, count: usize) {
        let mut sent = self.0.subscribe();
        let waited = tokio::time::timeout(super::PATIENCE, sent.wait_for(|sent| sent.len() >= count)).await;
        waited.expect("the answer goes on").expect("the server runs");
    }
}

/// A part of a reply.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// Sends these bytes.
    Bytes(Vec<u8>),
    /// Names a category in the format that was asked for.
    Label(String),
    /// Waits until the test opens the gate.
    Wait(Gate),
    /// Takes its time.
    Pause(Duration),
    /// Notes that all before it has been sent.
    Note(Sent),
    /// Sends nothing more until the client is gone.
    Hang,
    /// Breaks the connection off in the middle.
    Cut,
    /// Keeps the connection for another request.
    Again,
}

/// What the server answers. A name alone is a judge's, of a category.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    steps: Vec<Step>,
}

impl Reply {
    /// A whole answer with this status and type.
    pub(crate) fn whole(status: u16, content_type: &str, body: &str) -> Self {
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        Self { steps: vec![Step::Bytes([head.as_bytes(), body.as_bytes()].concat())] }
    }

    /// The same with another header.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Some(Step::Bytes(bytes)) = self.steps.first_mut() {
            let head = bytes.windows(2).position(|pair| pair == b"\r\n").expect("a reply has a status line");
            bytes.splice(head..head, format!("\r\n{name}: {value}").into_bytes());
        }
        self
    }

    /// A JSON answer.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::whole(status, "application/json", &body.to_string())
    }

    /// What a judge answers, in the format that it was asked for.
    pub(crate) fn label(label: &str) -> Self {
        Self::default().named(label)
    }

    /// The same, when `gate` opens.
    pub(crate) fn label_after(gate: &Gate, label: &str) -> Self {
        Self::default().wait(gate).named(label)
    }

    /// A whole answer with this text, whatever was asked for.
    pub(crate) fn said(text: &str) -> Self {
        Self::json(200, &json!({"choices": [{"message": {"role": "assistant", "content": text}}]}))
    }

    /// What a provider says that does not know the format.
    pub(crate) fn refused_format() -> Self {
        Self::json(400, &json!({"error": {"message": "'response_format' is not supported here", "code": 400}}))
    }

    /// The beginning of an event stream; the body ends with the connection.
    pub(crate) fn events() -> Self {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        Self { steps: vec![Step::Bytes(head.as_bytes().to_vec())] }
    }

    /// A complete stream of these pieces.
    pub(crate) fn stream(pieces: &[&str]) -> Self {
        pieces.iter().fold(Self::events(), |reply, piece| reply.text(piece)).done()
    }

    /// A complete stream of these pieces, after which the connection stays open for another request.
    pub(crate) fn lasting(pieces: &[&str]) -> Self {
        let stream = Self { steps: Self::stream(pieces).steps.split_off(1) };
        let sent = |step: &Step| if let Step::Bytes(bytes) = step { bytes.clone() } else { Vec::new() };
        let body: Vec<u8> = stream.steps.iter().flat_map(sent).collect();
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {}\r\n\r\n", body.len());
        Self::default().bytes(&[head.into_bytes(), body].concat()).step(Step::Again)
    }

    /// A piece of the answer.
    pub(crate) fn text(self, text: &str) -> Self {
        self.event(&json!({"choices": [{"index": 0, "delta": {"content": text}}]}).to_string())
    }

    /// An event with this data.
    pub(crate) fn event(self, data: &str) -> Self {
        self.bytes(format!("data: {data}\n\n").as_bytes())
    }

    /// Finish reason, usage and the end mark.
    pub(crate) fn done(self) -> Self {
        self.event(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#)
            .event(r#"{"choices":[],"usage":{"prompt_tokens":42,"completion_tokens":8,"total_tokens":50}}"#)
            .event("[DONE]")
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        self.step(Step::Bytes(bytes.to_vec()))
    }

    /// Names a category, in the format that was asked for.
    pub(crate) fn named(self, label: &str) -> Self {
        self.step(Step::Label(label.to_owned()))
    }

    /// Waits as long as a server does that has to think.
    pub(crate) fn pause(self, time: Duration) -> Self {
        self.step(Step::Pause(time))
    }

    /// Notes that the pieces before it have been sent.
    pub(crate) fn note(self, sent: &Sent) -> Self {
        self.step(Step::Note(sent.clone()))
    }

    pub(crate) fn and(mut self, other: Self) -> Self {
        self.steps.extend(other.steps);
        self
    }

    pub(crate) fn wait(self, gate: &Gate) -> Self {
        self.step(Step::Wait(gate.clone()))
    }

    pub(crate) fn hang(self) -> Self {
        self.step(Step::Hang)
    }

    pub(crate) fn cut(self) -> Self {
        self.step(Step::Cut)
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

type Script = dyn Fn(&Request) -> Reply + Send + Sync;

/// A running server; it ends with the runtime of its test.
pub(crate) struct Server {
    pub(crate) base_url: String,
    requests: watch::Sender<Vec<Request>>,
    /// The questions for the list of models. the program does so by itself, at any time.
    listings: watch::Sender<Vec<Request>>,
    /// How many replies were left by the client before their end.
    left: watch::Sender<usize>,
    /// How many connections are open.
    open: watch::Sender<usize>,
}

impl From<&str> for Reply {
    fn from(category: &str) -> Self {
        Self::label(category)
    }
}

impl Server {
    /// Starts a server that answers by `script` and lists no models.
    pub(crate) async fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::listing(|| models(&[]), script).await
    }

    /// Starts a server that answers by `script`, and with `list` who asks for its models.
    pub(crate) async fn listing(
        list: impl Fn() -> Reply + Send + Sync + 'static,
        script: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let requests = watch::Sender::new(Vec::new());
        let (left, open, listings) = (watch::Sender::new(0), watch::Sender::new(0), watch::Sender::new(Vec::new()));
        let (kept, leaving, listed) = (requests.clone(), left.clone(), listings.clone());
        let script: Arc<Script> = Arc::new(move |request| match request.is_listing() {
            true => {
                listed.send_modify(|listings| listings.push(request.clone()));
                list()
            }
            false => script(request),
        });
        let counted = open.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (kept, leaving, script, counted) = (kept.clone(), leaving.clone(), script.clone(), counted.clone());
                counted.send_modify(|count| *count += 1);
                tokio::spawn(async move {
                    if serve(socket, &kept, &*script).await.is_err() {
                        leaving.send_modify(|count| *count += 1);
                    }
                    counted.send_modify(|count| *count -= 1);
                });
            }
        });
        Self { base_url: format!("http://{address}/v1"), requests, listings, left, open }
    }

    /// Starts a server whose judge replies `judge`, always the same, and whose models answer by `script`.
    pub(crate) async fn judging(
        judge: impl Into<Reply>,
        script: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let judge = judge.into();
        Self::start(move |request| if request.is_judging() { judge.clone() } else { script(request) }).await
    }

    /// A server that knows the categories of some prompts and answers every prompt with its model's name.
    pub(crate) async fn oxlo() -> Self {
        let list = || models(&["qwen-3-32b", "deepseek-v3.2", "brand-new-model"]);
        Self::listing(list, |request| match request.is_judging() {
            true if request.prompt().contains("Python") => Reply::label("coding"),
            true => Reply::label("general"),
            false => {
                let answer = format!("{} answers: {}", request.model(), request.prompt());
                let pieces: Vec<&str> = answer.split_inclusive(' ').collect();
                Reply::stream(&pieces)
            }
        })
        .await
    }

    /// The questions for the list of models.
    pub(crate) fn listings(&self) -> Vec<Request> {
        self.listings.borrow().clone()
    }

    /// Waits until it was asked for so often.
    pub(crate) async fn listed(&self, count: usize) {
        let mut listings = self.listings.subscribe();
        let waited = tokio::time::timeout(super::PATIENCE, listings.wait_for(|listed| listed.len() >= count)).await;
        waited.expect("somebody asks").expect("the server runs");
    }

    /// Everything that arrived, but for questions for the list of models.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.borrow().clone()
    }

    /// The requests that asked for an answer.
    pub(crate) fn answers(&self) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.method == "POST" && !request.is_judging()).collect()
    }

    /// Waits until `count` requests have arrived: only then is there a connection that can be closed.
    pub(crate) async fn received(&self, count: usize) {
        self.until(|requests| requests.len() >= count).await;
    }

    /// Waits until what has arrived is like that.
    pub(crate) async fn until(&self, like: impl Fn(&[Request]) -> bool) {
        let mut requests = self.requests.subscribe();
        let waited = tokio::time::timeout(super::PATIENCE, requests.wait_for(|requests| like(requests))).await;
        waited.expect("the request arrives").expect("the server runs");
    }

    /// Forgets what has arrived.
    pub(crate) fn forget(&self) {
        self.requests.send_modify(Vec::clear);
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        *self.open.borrow()
    }

    /// Waits until no connection is open.
    pub(crate) async fn closed(&self) {
        let mut open = self.open.subscribe();
        let waited = tokio::time::timeout(super::PATIENCE, open.wait_for(|open| *open == 0)).await;
        waited.expect("every connection is closed").expect("the server runs");
    }

    /// Waits until the client has left `count` replies before their end.
    pub(crate) async fn left(&self, count: usize) {
        let mut left = self.left.subscribe();
        let waited = tokio::time::timeout(super::PATIENCE, left.wait_for(|left| *left >= count)).await;
        waited.expect("the client closes the connection").expect("the server runs");
    }
}

/// The body of `GET /models`.
pub(crate) fn models(ids: &[&str]) -> Reply {
    let data: Vec<Value> = ids.iter().map(|id| json!({"id": id, "object": "model"})).collect();
    Reply::json(200, &json!({"object": "list", "data": data}))
}

/// A label as the bytes of an answer to `request`; any other step as it is.
fn in_format(step: Step, request: &Request) -> Vec<Step> {
    match step {
        Step::Label(label) if request.format().is_empty() => Reply::said(&label).steps,
        Step::Label(label) => Reply::said(&json!({"category": label}).to_string()).steps,
        step => vec![step],
    }
}

/// Answers what is asked over a connection; an error when the client left before the end.
async fn serve(mut socket: TcpStream, kept: &watch::Sender<Vec<Request>>, script: &Script) -> io::Result<()> {
    while serve_one(&mut socket, kept, script).await? {}
    Ok(())
}

/// Answers one request. Whether another may follow.
async fn serve_one(socket: &mut TcpStream, kept: &watch::Sender<Vec<Request>>, script: &Script) -> io::Result<bool> {
    let Some(request) = read_request(socket).await? else {
        return Ok(false);
    };
    if !request.is_listing() {
        kept.send_modify(|requests| requests.push(request.clone()));
    }
    for step in script(&request).steps.into_iter().flat_map(|step| in_format(step, &request)) {
        match step {
            Step::Bytes(bytes) => socket.write_all(&bytes).await?,
            Step::Label(_) => {}
            Step::Wait(gate) => tokio::select! {
                () = gate.passed() => {}
                gone = closed(socket) => return Err(gone),
            },
            Step::Pause(time) => tokio::time::sleep(time).await,
            Step::Note(sent) => sent.0.send_modify(|sent| sent.push(Instant::now())),
            Step::Hang => return Err(closed(socket).await),
            Step::Cut => {
                // Unread bytes and no linger: the client sees a reset, as when a server dies.
                socket.set_zero_linger()?;
                return Ok(false);
            }
            Step::Again => return Ok(true),
        }
        socket.flush().await?;
    }
    socket.shutdown().await?;
    Ok(false)
}

/// Waits until the client closes its side.
async fn closed(socket: &mut TcpStream) -> io::Error {
    let mut byte = [0; 64];
    loop {
        match socket.read(&mut byte).await {
            Ok(0) => return io::ErrorKind::ConnectionAborted.into(),
            Ok(_) => {}
            Err(error) => return error,
        }
    }
}

async fn read_request(socket: &mut TcpStream) -> io::Result<Option<Request>> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if socket.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok());
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length.unwrap_or(0) {
        if socket.read_buf(&mut body).await? == 0 {
            break;
        }
    }
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Ok(Some(Request { method, path, headers, body }))
}
