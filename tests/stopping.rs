//! Stopping a turn closes its connections, whatever it waits for: Esc on the real loop, and the server sees it.
//!
//! How fast that is:
//!
//! ```text
//! cargo test --release --test suite how_fast_esc -- --ignored --nocapture
//! ```

use crate::support::PATIENCE;
use crate::support::app::App;
use crate::support::server::{Gate, Reply, Sent, Server};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A prompt whose category can be guessed.
const PROMPT: &str = "Write a Python function to merge two sorted lists";
/// Nothing here ends by a wait of its own before a test does.
const WAIT: &str = "judge.timeout_seconds = 60.0\nrouting.threshold = 1.0\nrouting.escalate = \"wait\"\n";
const RACE: &str = "judge.timeout_seconds = 60.0\nrouting.threshold = 1.0\nrouting.escalate = \"race\"\n";
const ALONE: &str = "routing.escalate = \"never\"\nnetwork.local.connect_timeout_seconds = 60.0\n";
/// How often each phase is measured.
const RUNS: usize = 50;

/// What a turn waits for when it is stopped.
struct Phase {
    name: &'static str,
    settings: &'static str,
    /// What the judge is answered, and what the model.
    judge: Reply,
    model: Reply,
    /// What the screen shows by then.
    shows: &'static str,
    /// How many requests have arrived by then, and how many replies are left.
    requests: usize,
    left: usize,
}

impl Phase {
    fn of(name: &'static str, model: Reply, shows: &'static str) -> Self {
        let judge = Reply::label("coding");
        Self { name, settings: WAIT, judge, model, shows, requests: 2, left: 1 }
    }

    /// Stops a turn there; how long it took until the server had seen it.
    async fn stop(&self) -> Duration {
        let sent = Sent::default();
        let (judge, model) = (self.judge.clone().note(&sent).hang(), self.model.clone().note(&sent).hang());
        let judges = self.judge.clone();
        let is_over = self.left < self.requests;
        let server = Server::judging(if is_over { judges } else { judge }, move |_| model.clone()).await;
        let mut app = App::routed(&server, self.settings);
        app.type_text(PROMPT).key("enter");
        server.received(self.requests).await;
        sent.reach(self.left).await;
        app.until(self.shows).await;
        let pressed = Instant::now();
        app.key("esc");
        server.left(self.left).await;
        let took = pressed.elapsed();
        app.until_frame("an idle program", |frame| !frame.contains("Esc stop")).await;
        app.leave().await;
        assert_eq!(server.requests().len(), self.requests, "{}: nobody is asked any more", self.name);
        took
    }
}

fn phases() -> Vec<Phase> {
    let error = b"HTTP/1.1 500 X\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{";
    let thought = r#"{"choices":[{"delta":{"reasoning_content":"Hm, let me see"}}]}"#;
    let flood = (0..2_000).fold(Reply::events(), |reply, _| reply.text("words and words and words and words\n"));
    let stops = "Esc stop";
    vec![
        Phase::of("waiting for headers", Reply::default(), stops),
        Phase::of("headers, and no byte", Reply::events(), stops),
        Phase::of("nothing but comments", Reply::events().bytes(b": ping\n\n: ping\n\n"), stops),
        Phase::of("an error without an end", Reply::default().bytes(error), stops),
        Phase::of("reasoning", Reply::events().event(thought), "thinking"),
        Phase::of("an answer", Reply::events().text("Here you are"), "Here you are"),
        Phase::of("a flood", flood, "words and words"),
        Phase { judge: Reply::default(), requests: 1, ..Phase::of("waiting for the judge", Reply::default(), stops) },
        Phase {
            settings: RACE,
            judge: Reply::default(),
            left: 2,
            ..Phase::of("a judge, and an answer that is held back", Reply::events().text("held"), stops)
        },
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn esc_closes_every_connection_of_a_turn_whatever_it_waits_for() {
    for phase in phases() {
        phase.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn esc_closes_a_connection_that_was_let_in_and_never_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let mut server = Server::oxlo().await;
    server.base_url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    let (accepted, was_accepted) = oneshot::channel();
    let pressed = Gate::default();
    let gate = pressed.clone();
    let closed = tokio::spawn(async move {
        let mut socket = loop {
            let (socket, _) = listener.accept().await.expect("a connection");
            let mut first = [0];
            // A look at what has arrived leaves it unread. Lists of models are asked for by GET, and are not waited for.
            if socket.peek(&mut first).await.is_ok() && &first == b"P" {
                break socket;
            }
        };
        accepted.send(()).expect("the test waits");
        gate.passed().await;
        let mut sent = Vec::new();
        socket.read_to_end(&mut sent).await
    });
    let mut app = App::routed(&server, ALONE);
    app.type_text("hello").key("enter");
    tokio::time::timeout(PATIENCE, was_accepted).await.expect("it connects").expect("it connects");
    app.until("Esc stop").await;
    app.key("esc");
    app.until("\"▌ hello").await;
    pressed.open();
    // It ends, whether in order or by a reset.
    let _ = tokio::time::timeout(PATIENCE, closed).await.expect("the connection is closed");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn esc_ends_a_turn_that_cannot_even_connect() {
    let mut server = Server::oxlo().await;
    let (base_url, _full) = crate::faults::run::full().await;
    server.base_url = base_url;
    let mut app = App::routed(&server, ALONE);
    app.type_text("hello").key("enter");
    app.until("Esc stop").await;
    app.key("esc");
    app.until("\"▌ hello").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn esc_between_two_tries_ends_the_turn_and_sends_no_request() {
    let limited = Reply::whole(429, "text/plain", "slow down").with_header("retry-after", "1");
    let server = Server::judging("coding", move |_| limited.clone()).await;
    let mut app = App::with_settings(&server, "");
    app.type_text("hello").key("enter");
    app.until("rate limited, again in ").await;
    app.key("esc");
    app.until("\"▌ hello").await;
    server.closed().await;
    let asked = server.answers().len();
    app.leave().await;
    assert_eq!(server.answers().len(), asked);
    server.closed().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints figures"]
async fn how_fast_esc_closes_connections() {
    println!("| stopped while | half within | all within |\n|---|---|---|");
    for phase in phases() {
        let mut took = Vec::new();
        for _ in 0..RUNS {
            took.push(phase.stop().await);
        }
        took.sort();
        let ms = |at: usize| took[at].as_secs_f64() * 1_000.0;
        println!("| {} | {:.1} ms | {:.1} ms |", phase.name, ms(RUNS / 2), ms(RUNS - 1));
    }
}
