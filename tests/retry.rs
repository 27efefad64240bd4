//! What happens when a model cannot answer: who is asked instead, who again, what the user sees and can do meanwhile.

use crate::support::app::App;
use crate::support::program::{Home, Ran};
use crate::support::server::{Gate, Reply, Server};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Pauses that no test waits for.
const AT_ONCE: &str = "[retry]\nbackoff_seconds = 0.001\n";

fn limited(seconds: &str) -> Reply {
    Reply::json(429, &json!({"error": {"message": "slow down", "code": 429}})).with_header("retry-after", seconds)
}

/// A server whose judge says "coding", and whose models answer as `answers` say: by model, and by how often it was asked.
async fn coding(answers: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Server {
    let asked = AtomicUsize::new(0);
    Server::judging("coding", move |request| answers(request.model(), asked.fetch_add(1, Ordering::Relaxed))).await
}

fn models(server: &Server) -> Vec<String> {
    server.answers().iter().map(|request| request.model().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn when_all_have_failed_the_soonest_is_asked_again_and_everything_is_told() {
    let server = coding(|_, asked| match asked {
        0 | 1 => Reply::json(503, &json!({"error": {"message": "overloaded"}})),
        _ => Reply::stream(&["there ", "it is"]),
    })
    .await;
    let mut app = App::with_settings(&server, AT_ONCE);
    app.type_text("hello").key("enter");
    let frame = app.until("there it is").await;
    assert!(frame.contains("qwen-3-32b could not answer: oxlo answered 503: overloaded"), "{frame}");
    assert!(frame.contains("· qwen-3-32b again, retry 1"), "{frame}");
    assert_eq!(models(&server)[..2], ["qwen-3-32b", "llama-3.3-70b"]);
    assert_eq!(server.answers().len(), 3);
    app.key("f4");
    let why = app.until("HOW IT WAS DECIDED").await;
    assert!(why.contains("qwen-3-32b could not answer: oxlo answered 503: overloaded"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_counts_down_and_stopping_it_gives_the_prompt_back() {
    let server = coding(|_, _| limited("60")).await;
    let mut app = App::with_settings(&server, "");
    app.type_text("hello").key("enter");
    let frame = app.until("rate limited, again in ").await;
    assert!(frame.contains("again in 60 s   Esc stop") || frame.contains("again in 59 s   Esc stop"), "{frame}");
    assert!(frame.contains("Ctrl+R other model"), "{frame}");
    app.key("esc");
    app.until("\"▌ hello").await;
    assert_eq!(server.answers().len(), 2, "each candidate once");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_takes_over_during_a_pause() {
    let server = coding(|model, _| match model {
        "kimi-k2.6" => Reply::stream(&["kimi is here"]),
        _ => limited("60"),
    })
    .await;
    let mut app = App::with_settings(&server, "");
    app.type_text("hello").key("enter");
    app.until("rate limited, again in ").await;
    app.key("ctrl-r").type_text("kimi").key("enter");
    let frame = app.until("kimi is here").await;
    assert_eq!(frame.matches("▌ hello").count(), 1, "one prompt, one turn: {frame}");
    app.until_frame("an idle program", |frame| !frame.contains("Esc stop")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_asks_for_longer_than_anybody_waits_ends_the_turn() {
    let server = coding(|_, _| limited("3600")).await;
    let mut app = App::with_settings(&server, "");
    app.type_text("hello").key("enter");
    let frame = app.until("answered 429").await;
    assert!(!frame.contains("retry 1"), "{frame}");
    app.until("Alt+A ask again").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_qualified_fallback_replaces_an_unreachable_model() {
    let there = Server::start(|request| Reply::stream(&[&format!("{} of the other", request.model())])).await;
    let here = coding(|_, _| Reply::default().cut()).await;
    let settings = format!(
        "{AT_ONCE}[categories.coding]\nmodel = \"a\"\nfallbacks = [\"b\", \"other/c/d\"]\n\
         [providers.other]\nbase_url = \"{}\"\n",
        there.base_url
    );
    let mut app = App::with_settings(&here, &settings);
    app.type_text("hello").key("enter");
    app.until("c/d of the other").await;
    app.until("▌ other/c/d  coding").await;
    assert_eq!(models(&there), ["c/d"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_keeps_failing_is_passed_over_until_it_answers_a_probe() {
    let server = coding(|model, _| match model {
        "qwen-3-32b" => Reply::json(500, &json!({"error": {"message": "broken"}})),
        _ => Reply::stream(&["llama answers"]),
    })
    .await;
    let mut app = App::with_settings(&server, "");
    for number in 1..=3 {
        app.type_text(&format!("prompt {number}")).key("enter");
        app.until_frame("an answer", |frame| frame.matches("llama answers").count() == number).await;
    }
    app.type_text("prompt 4").key("enter");
    app.until("qwen-3-32b was passed over: it failed too often of late").await;
    app.until_frame("an answer", |frame| !frame.contains("Esc stop")).await;
    let asked = models(&server);
    assert_eq!(asked.iter().filter(|model| *model == "qwen-3-32b").count(), 3, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_stays_and_can_be_continued_by_its_model() {
    let server = coding(|_, asked| match asked {
        0 => Reply::events().text("The first half").cut(),
        _ => Reply::stream(&["and the second"]),
    })
    .await;
    let mut app = App::with_settings(&server, AT_ONCE);
    app.type_text("hello").key("enter");
    let frame = app.until("Alt+G go on").await;
    assert!(frame.contains("The first half") && frame.contains("Connection lost"), "{frame}");
    app.key("alt-g");
    let frame = app.until("and the second").await;
    assert!(frame.contains("The first half") && !frame.contains("Go on exactly"), "{frame}");
    let answers = server.answers();
    assert_eq!(models(&server), ["qwen-3-32b", "qwen-3-32b"]);
    let said = answers[1].messages();
    assert_eq!(said[said.len() - 2], ("assistant", "The first half"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_repeated_once_something_was_seen() {
    let gate = Gate::default();
    let held = gate.clone();
    let server = coding(move |_, _| Reply::events().text("seen").wait(&held).cut()).await;
    let mut app = App::with_settings(&server, AT_ONCE);
    app.type_text("hello").key("enter");
    app.until("seen").await;
    gate.open();
    app.until("Connection lost").await;
    app.until("Alt+G go on").await;
    assert_eq!(server.answers().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minute_has_only_so_many_retries() {
    let server = coding(|_, _| Reply::json(503, &json!({"error": {"message": "overloaded"}}))).await;
    let mut app = App::with_settings(&server, &format!("{AT_ONCE}retries = 9\nper_minute = 2\n"));
    app.type_text("hello").key("enter");
    app.until("Alt+A ask again").await;
    assert_eq!(server.answers().len(), 4, "two candidates, and two retries");
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_to_another_host_are_not_followed() {
    let elsewhere = Server::start(|_| Reply::stream(&["from elsewhere"])).await;
    let place = format!("{}/chat/completions?token=secret", elsewhere.base_url);
    let server = coding(move |_, _| Reply::whole(307, "text/plain", "").with_header("location", &place)).await;
    let mut app = App::with_settings(&server, AT_ONCE);
    app.type_text("hello").key("enter");
    let frame = app.until("has moved to").await;
    assert!(!frame.contains("secret") && frame.contains("if you trust that place, write"), "{frame}");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_keeps_failing_is_not_raced_against_the_judge_either() {
    let server = Server::judging("coding", |request| match request.model() {
        "qwen-3-32b" => Reply::json(500, &json!({"error": {"message": "broken"}})),
        _ => Reply::stream(&["llama answers"]),
    })
    .await;
    let race = "[routing]\nthreshold = 1.0\nescalate = \"race\"\n[retry]\nbreaker_failures = 1\n";
    let mut app = App::routed(&server, race);
    for number in 1..=2 {
        app.type_text(&format!("write a python function that sorts {number} lists")).key("enter");
        app.until_frame("an answer", |frame| frame.matches("llama answers").count() == number).await;
    }
    let asked = models(&server);
    assert_eq!(asked.iter().filter(|model| *model == "qwen-3-32b").count(), 1, "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_a_turn_has_no_time_for_is_not_begun() {
    let server = coding(|_, _| limited("60")).await;
    let settings = "[network]\nturn_timeout_seconds = 30\n[network.local]\nturn_timeout_seconds = 30\n";
    let mut app = App::with_settings(&server, settings);
    app.type_text("hello").key("enter");
    let frame = app.until("Alt+A ask again").await;
    assert!(frame.contains("answered 429") && !frame.contains("retry 1"), "{frame}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_under_ask_is_kept_with_its_end() {
    let server = coding(|_, _| Reply::events().text("The first half").cut()).await;
    let home = Home::connected(&server.base_url);
    let (home, asked) = run(home, &["ask", "hello"]).await;
    assert_eq!(asked.status, 1, "{asked:?}");
    let (_, kept) = run(home, &["history", "export"]).await;
    assert!(kept.out.contains("The first half") && kept.out.contains("broke off the answer"), "{kept:?}");
}

async fn run(home: Home, args: &'static [&'static str]) -> (Home, Ran) {
    tokio::task::spawn_blocking(move || {
        let ran = home.run(args);
        (home, ran)
    })
    .await
    .expect("the run does not panic")
}
