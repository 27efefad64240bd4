//! What happens when no local decider is sure: the guess races the judge, or waits for it, or goes alone.

use crate::support::app::{App, sidebar};
use crate::support::server::{Gate, Reply, Request, Server};

/// Nobody but the judge is ever sure.
const RACE: &str = "[routing]\nthreshold = 1.0\nescalate = \"race\"";

/// Asks for code, so the guess is `coding` and its model is `qwen-3-32b`.
const PROMPT: &str = "Write a Python function to merge two sorted lists";

/// A judge that says `label` when `gate` opens, and models that answer at once.
async fn server(label: &'static str, gate: &Gate) -> Server {
    let judge = Reply::label_after(gate, label);
    Server::judging(judge, |request| Reply::stream(&[request.model(), " answers"])).await
}

fn answering(server: &Server) -> Vec<String> {
    let answers = server.requests().into_iter().filter(|request: &Request| !request.is_judging());
    answers.map(|request| request.model().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guess_is_asked_beside_the_judge_and_shown_when_they_agree() {
    let gate = Gate::default();
    let server = server("coding", &gate).await;
    let mut app = App::routed(&server, RACE);
    app.type_text(PROMPT).key("enter");
    // Both are asked before anyone has answered, and nothing of the answer is on the screen.
    server.received(2).await;
    let frame = app.until("asking deepseek-v3.2").await;
    assert!(!frame.contains("qwen-3-32b answers"));
    gate.open();
    let frame = app.until("qwen-3-32b answers").await;
    assert!(sidebar(&frame).contains("decided by the judge"), "{frame}");
    assert_eq!(answering(&server), ["qwen-3-32b"], "one answer was asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guess_that_the_judge_does_not_share_is_cancelled_and_never_seen() {
    let gate = Gate::default();
    let server = Server::judging(Reply::label_after(&gate, "reasoning"), |request| match request.model() {
        "qwen-3-32b" => Reply::events().text("a guess").hang(),
        model => Reply::stream(&[model, " answers"]),
    })
    .await;
    let mut app = App::routed(&server, RACE);
    app.type_text(PROMPT).key("enter");
    server.received(2).await;
    gate.open();
    let frame = app.until("llama-3.3-70b answers").await;
    assert!(!frame.contains("a guess"), "{frame}");
    server.left(1).await;
    assert_eq!(answering(&server), ["qwen-3-32b", "llama-3.3-70b"]);
    assert!(sidebar(&frame).contains("2 requests"), "the cancelled answer is counted: {frame}");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_judge_fails_the_guess_is_shown_and_was_asked_once() {
    let server = Server::judging(Reply::whole(500, "text/plain", "overloaded"), |request| {
        Reply::stream(&[request.model(), " answers"])
    })
    .await;
    let mut app = App::routed(&server, RACE);
    app.type_text(PROMPT).key("enter");
    let frame = app.until("qwen-3-32b answers").await;
    assert!(sidebar(&frame).contains("best guess"), "{frame}");
    assert_eq!(answering(&server), ["qwen-3-32b"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_is_stopped_while_they_race_closes_both_connections() {
    let server = Server::start(|_| Reply::default().hang()).await;
    let mut app = App::routed(&server, RACE);
    app.type_text(PROMPT).key("enter");
    server.received(2).await;
    app.until("asking deepseek-v3.2").await;
    app.key("esc");
    server.left(2).await;
    app.until(PROMPT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_wait_no_model_is_asked_before_the_judge_has_spoken() {
    let gate = Gate::default();
    let server = server("general", &gate).await;
    let mut app = App::routed(&server, "[routing]\nthreshold = 1.0\nescalate = \"wait\"");
    app.type_text(PROMPT).key("enter");
    server.received(1).await;
    app.until("asking deepseek-v3.2").await;
    assert_eq!(answering(&server), [""; 0]);
    gate.open();
    app.until("deepseek-v3.2 answers").await;
    assert_eq!(answering(&server), ["deepseek-v3.2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_never_the_guess_answers_and_no_judge_is_asked() {
    let server = server("general", &Gate::default()).await;
    let mut app = App::routed(&server, "[routing]\nthreshold = 1.0\nescalate = \"never\"");
    app.type_text(PROMPT).key("enter");
    let frame = app.until("qwen-3-32b answers").await;
    assert!(sidebar(&frame).contains("best guess"), "{frame}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_a_local_decider_is_sure_of_costs_one_request() {
    let server = server("general", &Gate::default()).await;
    let mut app = App::routed(&server, "[routing]\nescalate = \"race\"");
    app.type_text(PROMPT).key("enter");
    let frame = app.until("qwen-3-32b answers").await;
    assert!(sidebar(&frame).contains("decided by the classifier"), "{frame}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_judge_said_is_not_asked_again() {
    let gate = Gate::default();
    gate.open();
    let server = server("reasoning", &gate).await;
    let mut app = App::routed(&server, "[routing]\nthreshold = 1.0\nescalate = \"wait\"");
    for (count, prompt) in ["tell me whatever it is", "Tell me  whatever it is!"].into_iter().enumerate() {
        app.type_text(prompt).key("enter");
        app.until_frame("the answer", |frame| frame.matches("llama-3.3-70b answers").count() > count).await;
    }
    app.until_frame("the memory", |frame| sidebar(frame).contains("by memory")).await;
    assert_eq!(server.requests().iter().filter(|request| request.is_judging()).count(), 1);
}
