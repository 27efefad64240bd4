//! How long an answer may be: what is asked for, what a server makes of it, and what the user reads of an answer that was
//! cut.

use crate::support::app::App;
use crate::support::program::Home;
use crate::support::server::{Reply, Request, Server};
use serde_json::{Value, json};

/// How long the whole answer is, in tokens.
const WHOLE: u64 = 3_000;

/// What an endpoint does that cuts answers at 256 tokens where the request names no limit.
fn cutting(request: &Request) -> Reply {
    let limit = request.body["max_tokens"].as_u64().unwrap_or(256);
    let came = WHOLE.min(limit);
    let words: Vec<String> = (1..=came).map(|number| format!("w{number} ")).collect();
    let finish = if came < WHOLE { "length" } else { "stop" };
    Reply::events()
        .text(&words.concat())
        .event(&json!({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}).to_string())
        .event(&json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": came}}).to_string())
        .event("[DONE]")
}

/// Waits until so many answers were asked for.
async fn answered(server: &Server, count: usize) {
    server.until(|requests| requests.iter().filter(|request| !request.is_judging()).count() >= count).await;
}

/// What was asked for at most, request by request.
fn limits(server: &Server, name: &str) -> Vec<Value> {
    server.answers().iter().map(|request| request.body[name].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_arrives_whole_from_an_endpoint_that_cuts_unless_it_is_told_otherwise() {
    let server = Server::judging("coding", cutting).await;
    let mut app = App::start(&server);
    app.type_text("hello").key("enter");
    let frame = app.until("w3000").await;
    assert!(!frame.contains("was cut"), "{frame}");
    assert_eq!(limits(&server, "max_tokens"), [8_192]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearer_limit_wins_and_never_asks_for_more_than_the_window_has_left() {
    for (settings, least, most) in [
        ("[providers.oxlo]\nmax_tokens = 700", 700, 700),
        ("[categories.coding]\nmax_tokens = 9000", 9_000, 9_000),
        ("[models]\nqwen-3-32b.max_tokens = 600\n[categories.coding]\nmax_tokens = 900", 600, 600),
        ("[models]\nqwen-3-32b.max_tokens = 600\n[categories.coding]\nmax_tokens = 500", 500, 500),
        ("[models.qwen-3-32b]\ncontext_window = 2048", 1_900, 2_030),
    ] {
        let server = Server::judging("coding", cutting).await;
        let app = App::with_settings(&server, settings);
        app.type_text("hello").key("enter");
        answered(&server, 1).await;
        let asked = limits(&server, "max_tokens")[0].as_u64().expect("a limit");
        assert!((least..=most).contains(&asked), "{settings}: {asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_cut_says_at_which_limit_and_which_key_goes_on() {
    let server = Server::judging("coding", cutting).await;
    let mut app = App::with_settings(&server, "[providers.oxlo]\nmax_tokens = 1234");
    app.type_text("hello").key("enter");
    app.until("the answer was cut at the limit of 1,234 tokens · Alt+G continue").await;
    app.key("alt-g");
    answered(&server, 2).await;
    assert_eq!(server.answers()[1].prompt(), "Go on exactly where you stopped.");
}

#[tokio::test(flavor = "multi_thread")]
async fn ask_says_that_an_answer_was_cut() {
    let server = Server::judging("coding", cutting).await;
    let home = Home::connected(&server.base_url);
    home.write("config/pointsman/config.toml", "providers.oxlo.max_tokens = 300");
    let ran = tokio::task::spawn_blocking(move || home.run(&["ask", "-c", "coding", "hello"])).await.expect("it runs");
    assert!(ran.out.ends_with("w300 \n") && ran.status == 0, "{ran:?}");
    assert!(ran.err.ends_with("the answer was cut at the limit of 300 tokens\n"), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_name_of_the_limit_is_learned_once_and_shown() {
    let unsupported = "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                       'max_completion_tokens' instead.";
    let server = Server::judging("coding", move |request| match request.body.get("max_tokens") {
        Some(_) => Reply::json(400, &json!({"error": {"message": unsupported, "param": "max_tokens"}})),
        None => Reply::stream(&["answer to ", request.prompt()]),
    })
    .await;
    let mut app = App::start(&server);
    app.type_text("one").key("enter");
    app.until("answer to one").await;
    app.type_text("two").key("enter");
    app.until("answer to two").await;
    let (old, new) = (limits(&server, "max_tokens"), limits(&server, "max_completion_tokens"));
    assert_eq!(old, [json!(8_192), Value::Null, Value::Null]);
    assert_eq!(new, [Value::Null, json!(8_192), json!(8_192)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_too_large_is_lowered_once_and_a_window_that_is_smaller_than_known_is_kept_to() {
    let lower = "max_tokens must be less than or equal to `4096`, the maximum value for this model";
    let window = "This model's maximum context length is 2000 tokens and your request has 500 input tokens \
                  ('max_tokens' is too large: 8192 > 2000 - 500)";
    for (said, sent) in [(lower, [8_192, 4_096, 4_096, 0]), (window, [8_192, 1_500, 8_192, 1_500])] {
        let server = Server::judging("coding", move |request| match request.body["max_tokens"].as_u64() {
            Some(8_192) => Reply::json(400, &json!({"error": {"message": said}})),
            _ => Reply::stream(&["answer to ", request.prompt()]),
        })
        .await;
        let mut app = App::start(&server);
        for prompt in ["one", "two"] {
            app.type_text(prompt).key("enter");
            app.until(&format!("answer to {prompt}")).await;
        }
        let sent: Vec<Value> = sent.into_iter().filter(|limit| *limit > 0).map(Value::from).collect();
        assert_eq!(limits(&server, "max_tokens"), sent, "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_a_server_does_not_know_are_not_asked_for_again() {
    let unknown = json!({"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "no"}]});
    let message = json!({"error": {"message": "stream_options is not supported"}});
    let refusals = [
        Reply::json(422, &unknown),
        // In the place of an answer, under a status that says that all is well.
        Reply::json(200, &message),
        Reply::events().event(&message.to_string()),
    ];
    for refusal in refusals {
        let server = Server::judging("coding", move |request| match request.body.get("stream_options") {
            Some(_) => refusal.clone(),
            None => Reply::stream(&["answer to ", request.prompt()]),
        })
        .await;
        let mut app = App::start(&server);
        for prompt in ["one", "two"] {
            app.type_text(prompt).key("enter");
            app.until(&format!("answer to {prompt}")).await;
        }
        assert_eq!(server.answers().len(), 3);
    }
}

/// The text of an answer, or the reasoning before it, without an end.
fn endless(field: &str) -> Reply {
    let event = json!({"choices": [{"delta": {field: "word "}}]}).to_string();
    (0..1_000).fold(Reply::events(), |reply, _| reply.event(&event)).hang()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_an_end_is_ended_and_kept_and_says_which_key_allows_more() {
    for (field, what) in [("content", "answer"), ("reasoning_content", "reasoning")] {
        let server = Server::judging("coding", move |_| endless(field)).await;
        let home = Home::connected(&server.base_url);
        home.write("config/pointsman/config.toml", "chat.answer_bytes = 4096\ncategories.coding.fallbacks = []");
        let runs = move || {
            (home.run(&["ask", "-c", "coding", "hello"]), home.run(&["history", "show", "--json", "--reasoning"]))
        };
        let (ran, kept) = tokio::task::spawn_blocking(runs).await.expect("it runs");
        let said = format!(
            "the {what} is longer than 4.1 KB, and was ended there; ask for less at once, or raise \
                            chat.answer_bytes"
        );
        assert!(ran.status == 1 && ran.err.contains(&said), "{ran:?}");
        assert_eq!(server.answers().len(), 1, "no model is asked again");
        let text = "word ".repeat(819) + "w";
        assert!(kept.out.contains(&text) && !kept.out.contains(&(text + "o")), "what came is kept: {}", kept.out);
    }
}
