//! The wire: what real servers send, and what becomes of it.

use crate::support::config_at;
use crate::support::server::{Gate, Reply, Request, Server, models};
use futures_util::StreamExt;
use pointsman::chat::{Message, Role};
use pointsman::provider::openai::OpenAi;
use pointsman::provider::{ChatRequest, Delta, ErrorKind, Finish, Phase, Provider, ProviderError, ReplyFormat};
use secrecy::SecretString;

fn client(server: &Server, settings: &str, key: &str) -> OpenAi {
    let config = config_at(settings, Some(&server.base_url));
    OpenAi::new("oxlo", config.active_provider(), &SecretString::from(key), config.timeouts("oxlo"))
        .expect("a usable key")
}

fn request() -> ChatRequest {
    ChatRequest {
        model: "m".into(),
        messages: vec![Message::new(Role::User, "hi")],
        max_tokens: None,
        deterministic: false,
        format: ReplyFormat::Text,
    }
}

/// The text of an answer, and how it ended.
async fn answer(reply: Reply) -> (String, Result<Finish, ProviderError>) {
    let server = Server::start(move |_| reply.clone()).await;
    collect(&client(&server, "[network.local]\nidle_timeout_seconds = 20", "k")).await
}

async fn collect(client: &OpenAi) -> (String, Result<Finish, ProviderError>) {
    let mut text = String::new();
    let mut deltas = client.stream(request());
    while let Some(delta) = deltas.next().await {
        match delta {
            Ok(Delta::Text(piece)) => text.push_str(&piece),
            Ok(Delta::Finished(finish)) => return (text, Ok(finish)),
            Ok(Delta::Opened | Delta::Alive | Delta::Usage(_) | Delta::Reasoning(_)) => {}
            Err(error) => return (text, Err(error)),
        }
    }
    panic!("a stream says how it ended");
}

const STOP: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn streams_of_every_shape_are_read_to_their_end() {
    let null_first = r#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#;
    for (name, reply) in [
        ("as it should be", Reply::events().text("a").text("b").done()),
        ("content null first", Reply::events().event(null_first).text("ab").done()),
        ("no [DONE]", Reply::events().text("ab").event(STOP)),
        ("no finish reason but [DONE]", Reply::events().text("ab").event("[DONE]")),
        ("comments and CRLF", Reply::events().bytes(b": ping\r\n\r\n:\r\n\r\n").text("ab").done()),
        ("event lines and retry", Reply::events().bytes(b"event: ping\n\nretry: 5\n\n").text("ab").done()),
        ("a chunk that is no JSON", Reply::events().text("a").event("{half").text("b").done()),
        ("no blank line at the end", Reply::events().text("ab").bytes(format!("data: {STOP}").as_bytes())),
        (
            "text and finish in one event",
            Reply::events().event(r#"{"choices":[{"delta":{"content":"ab"},"finish_reason":"stop"}]}"#),
        ),
        ("a whole answer instead of a stream", {
            Reply::whole(
                200,
                "application/json",
                "{\n\"choices\":[{\"message\":{\"content\":\"ab\"},\"finish_reason\":\"stop\"}]}",
            )
        }),
    ] {
        let (text, finish) = answer(reply).await;
        assert_eq!((text.as_str(), finish.is_ok()), ("ab", true), "{name}: {finish:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_byte_by_byte_keeps_characters_whole() {
    let whole = "data: {\"choices\":[{\"delta\":{\"content\":\"é検👩\"}}]}\n\n";
    let reply = whole.as_bytes().chunks(1).fold(Reply::events(), Reply::bytes).done();
    assert_eq!(answer(reply).await.0, "é検👩");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_without_an_end_is_a_broken_answer() {
    for (name, reply) in [
        ("closed", Reply::events().text("half")),
        ("reset", Reply::events().text("half").cut()),
        ("a gateway's last words", Reply::events().text("half").bytes(b"proxy error: Failed to read connection\n")),
    ] {
        let (text, finish) = answer(reply).await;
        let error = finish.expect_err(name);
        assert_eq!((text.as_str(), error.kind), ("half", ErrorKind::Cut), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_says_what_it_is() {
    let error = r#"{"error":{"message":"upstream died","code":"500"}}"#;
    for (name, reply, kind, said) in [
        (
            "HTML",
            Reply::whole(200, "text/html; charset=utf-8", "<html>"),
            ErrorKind::Protocol,
            "sent 'text/html' instead",
        ),
        ("an error in the stream", Reply::events().event(error), ErrorKind::Server, "upstream died"),
        ("404", Reply::whole(404, "text/plain", "nothing here"), ErrorKind::Protocol, "answered 404: nothing here"),
        (
            "an integer code",
            Reply::json(400, &serde_json::json!({"error": {"code": 400, "message": "model 'm' not found"}})),
            ErrorKind::UnknownModel,
            "answered 400: model 'm' not found",
        ),
        ("500 in plain text", Reply::whole(500, "text/plain", "proxy error"), ErrorKind::Server, "500: proxy error"),
        ("nothing at all", Reply::default(), ErrorKind::Cut, "broke off"),
    ] {
        let (_, finish) = answer(reply).await;
        let error = finish.expect_err(name);
        assert_eq!(error.kind, kind, "{name}: {error}");
        assert!(error.message.contains(said), "{name}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_tells_how_long_to_wait_and_is_not_retried_behind_our_back() {
    let limited = b"HTTP/1.1 429 X\r\nretry-after: 7\r\ncontent-length: 4\r\nconnection: close\r\n\r\nslow";
    let server = Server::start(|_| Reply::default().bytes(limited)).await;
    let (_, finish) = collect(&client(&server, "", "k")).await;
    let error = finish.expect_err("a refusal");
    assert_eq!((error.kind, error.retry_after), (ErrorKind::RateLimited, Some(std::time::Duration::from_secs(7))));
    assert!(error.message.contains("again in 7 s"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_given_up_before_and_within_an_answer() {
    for reply in [Reply::default().hang(), Reply::events().hang(), Reply::events().text("half").hang()] {
        let server = Server::start(move |_| reply.clone()).await;
        let (_, finish) = collect(&client(&server, "[network.local]\nidle_timeout_seconds = 1", "k")).await;
        assert_eq!(finish.expect_err("silence").kind, ErrorKind::Timeout(Phase::Idle));
        server.left(1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_stream_closes_its_connection() {
    let server = Server::start(|_| Reply::events().text("a").hang()).await;
    let mut deltas = client(&server, "", "k").stream(request());
    assert_eq!(deltas.next().await, Some(Ok(Delta::Text("a".into()))));
    drop(deltas);
    server.left(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_arrives_as_it_is_sent() {
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::start(move |_| Reply::events().text("first").wait(&held).text("second").done()).await;
    let mut deltas = client(&server, "", "k").stream(request());
    assert_eq!(deltas.next().await, Some(Ok(Delta::Text("first".into()))));
    gate.open();
    assert_eq!(deltas.next().await, Some(Ok(Delta::Text("second".into()))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_not_there_says_where_it_was_sought() {
    // A port that was free a moment ago and that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port");
    let config = config_at("", Some(&format!("http://me:hidden@{free}/v1/")));
    let client = OpenAi::new("oxlo", config.active_provider(), &SecretString::default(), config.timeouts("oxlo"))
        .expect("no key");
    let error = collect(&client).await.1.expect_err("nobody is there");
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(error.message.contains(&format!("http://…@{free}/v1 (Connection refused")), "{error}");
    assert!(!error.message.contains("hidden"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_a_header_and_without_one_there_is_none() {
    let server = Server::start(|_| Reply::stream(&["ok"])).await;
    for (key, header) in [(" my-key\n", Some("Bearer my-key")), ("", None)] {
        collect(&client(&server, "", key)).await.1.expect("an answer");
        let last: Request = server.requests().pop().expect("a request");
        assert_eq!(last.header("authorization"), header);
        assert_eq!(last.path, "/v1/chat/completions");
    }
}

#[test]
fn a_key_that_cannot_be_sent_is_refused_and_not_repeated() {
    let config = config_at("", None);
    let refused =
        OpenAi::new("oxlo", config.active_provider(), &SecretString::from("one\ntwo"), config.timeouts("oxlo"));
    let message = refused.err().expect("a line break in a key").message;
    assert!(message.contains("OXLO_API_KEY") && !message.contains("two"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_server_repeats_is_hidden() {
    let server = Server::start(|_| Reply::whole(401, "text/plain", "wrong key: sk-very-secret")).await;
    let error = collect(&client(&server, "", "sk-very-secret")).await.1.expect_err("a refusal");
    assert!(error.message.contains("wrong key: …") && !error.message.contains("sk-very"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_key_is_hidden_even_where_the_message_is_cut() {
    let key = format!("sk-proj-{}", "x1".repeat(100));
    let said = format!("{}{key}", "w ".repeat(40));
    let server = Server::start(move |_| Reply::whole(401, "text/plain", &said)).await;
    let error = collect(&client(&server, "", &key)).await.1.expect_err("a refusal");
    assert!(!error.message.contains("sk-proj"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_answer_stays_complete_whatever_its_connection_does() {
    for end in [Reply::cut as fn(Reply) -> Reply, Reply::hang] {
        let (text, finish) = answer(end(Reply::events().text("all of it").event(STOP))).await;
        assert_eq!((text.as_str(), finish), ("all of it", Ok(Finish::Stop)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_in_the_place_of_a_short_answer_is_told() {
    let error = serde_json::json!({"error": {"message": "no credit left", "code": 402}});
    let server = Server::start(move |_| Reply::json(200, &error)).await;
    let refused = client(&server, "", "k").complete(request()).await.expect_err("no answer");
    assert!(refused.message.contains("no credit left"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_answer_is_the_content_and_the_reasoning_only_where_there_is_none() {
    for (message, said) in [
        (serde_json::json!({"content": "coding", "reasoning_content": "hm"}), "coding"),
        (serde_json::json!({"content": "", "reasoning_content": "coding"}), "coding"),
        (serde_json::json!({"content": null, "reasoning": "coding"}), "coding"),
        (serde_json::json!({"content": " \n"}), ""),
    ] {
        let body = serde_json::json!({"choices": [{"message": message}]});
        let server = Server::start(move |_| Reply::json(200, &body)).await;
        assert_eq!(client(&server, "", "k").complete(request()).await.as_deref(), Ok(said), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn model_lists_of_every_shape_are_read() {
    for reply in [
        models(&["a", "b"]),
        Reply::json(200, &serde_json::json!({"data": [{"id": "a", "created": 1.5}, {"id": null}, {}, {"id": "b"}]})),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let listed = client(&server, "", "k").models().await.expect("a list");
        assert_eq!(listed, ["a".into(), "b".into()]);
    }
}
