//! The wire: what real servers send, and what becomes of it.

use crate::support::config_at;
use crate::support::server::{Gate, Reply, Request, Server, models};
use futures_util::StreamExt;
use pointsman::chat::{Delta, Finish, Message, Role};
use pointsman::config::{Accepts, Listed};
use pointsman::provider::openai::OpenAi;
use pointsman::provider::{ChatRequest, Deltas, ErrorKind, Phase, Provider, ProviderError, ReplyFormat};
use secrecy::SecretString;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

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
        accepts: Accepts::default(),
    }
}

/// The text of an answer, and how it ended.
async fn answer(reply: Reply) -> (String, Result<Finish, ProviderError>) {
    let server = Server::start(move |_| reply.clone()).await;
    collect(&client(&server, "", "k")).await
}

async fn collect(client: &OpenAi) -> (String, Result<Finish, ProviderError>) {
    let mut text = String::new();
    let mut deltas = client.stream(request());
    while let Some(delta) = deltas.next().await {
        match delta {
            Ok(Delta::Text(piece)) => text.push_str(&piece),
            Ok(Delta::Finished(finish)) => return (text, Ok(finish)),
            Ok(_) => {}
            Err(error) => return (text, Err(error)),
        }
    }
    panic!("a stream says how it ended");
}

/// An event stream under another name.
fn typed(content_type: &str) -> Reply {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\nconnection: close\r\n\r\n");
    Reply::default().bytes(head.as_bytes())
}

/// The first piece that says something.
async fn word(deltas: &mut Deltas) -> Option<Result<Delta, ProviderError>> {
    loop {
        match deltas.next().await {
            Some(Ok(Delta::Opened | Delta::Alive)) => {}
            other => return other,
        }
    }
}

const USAGE: &str = r#"{"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#;
const PARTS: &str = r#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}]}"#;
const LINES: &str = "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"ab\"}}]}\n\n";
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
        ("usage without choices", Reply::events().event(r#"{"usage":{"prompt_tokens":1}}"#).text("ab").done()),
        ("usage beside a choice", Reply::events().text("ab").event(STOP).event(USAGE).event("[DONE]")),
        ("empty choices", Reply::events().event(r#"{"choices":[]}"#).text("ab").done()),
        ("a space behind [DONE]", Reply::events().text("ab").event("[DONE] ")),
        ("data in several lines", Reply::events().bytes(LINES.as_bytes()).done()),
        ("a byte order mark", Reply::events().bytes("\u{feff}".as_bytes()).text("ab").done()),
        ("no space behind data", Reply::events().bytes(LINES.replace(": ", ":").as_bytes()).done()),
        ("a finish reason of its own", Reply::events().text("ab").event(&STOP.replace("stop", "because"))),
        ("a text in parts", Reply::events().event(PARTS).done()),
        ("a refusal", Reply::events().event(r#"{"choices":[{"delta":{"content":null,"refusal":"ab"}}]}"#).done()),
        (
            "a second choice",
            Reply::events().text("ab").event(&STOP.replace("{}", r#"{"content":"x"},"index":1"#)).done(),
        ),
        ("many chunks that are no JSON", {
            (0..15).fold(Reply::events().text("a"), |reply, _| reply.event("{no")).text("b").event("{no").done()
        }),
        ("another type", typed("text/plain").text("ab").done()),
        ("no type", typed("").text("ab").done()),
        ("a last line of a gateway behind the end", Reply::events().text("ab").event(STOP).bytes(b"proxy error: x\n")),
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
async fn an_answer_without_a_word_is_complete_when_it_says_so() {
    let tools = r#"{"choices":[{"delta":{"content":null,"tool_calls":[{"index":0}]},"finish_reason":"tool_calls"}]}"#;
    for (reply, finish) in [
        (Reply::events().event(STOP), Finish::Stop),
        (Reply::events().event(tools).event("[DONE]"), Finish::Other),
        (Reply::events().event("[DONE]"), Finish::Other),
        (Reply::events().event(&STOP.replace("stop", "content_filter")), Finish::ContentFilter),
    ] {
        assert_eq!(answer(reply).await, (String::new(), Ok(finish)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_inside_a_stream_ends_it_and_keeps_what_came() {
    for (name, event, kind, said) in [
        ("an object", r#"data: {"error":{"message":"died","code":"500"}}"#, ErrorKind::Server, "died"),
        ("a text", r#"data: {"error":"rate limit, try again in 3s"}"#, ErrorKind::RateLimited, "again in 3 s"),
        ("a number", r#"data: {"error":{"message":"x","code":401}}"#, ErrorKind::Auth, "check the key in OXLO_API_KEY"),
        ("in a choice", r#"data: {"choices":[{"error":{"message":"x","code":429}}]}"#, ErrorKind::RateLimited, "x"),
        ("without a wrapping", r#"data: {"object":"error","message":"m","code":503}"#, ErrorKind::Server, "m; try"),
        ("named, as JSON", "event: error\ndata: {\"message\":\"boom\"}", ErrorKind::Server, "boom"),
        ("named, as text", "event: error\ndata: upstream is gone", ErrorKind::Server, "upstream is gone"),
        ("a bare line", r#"{"error":{"message":"bare","code":402}}"#, ErrorKind::Quota, "bare"),
        ("an end for no reason", &format!("data: {}", STOP.replace("stop", "error")), ErrorKind::Cut, "gave up"),
    ] {
        for (text, begun) in [("", Reply::events()), ("half", Reply::events().text("half"))] {
            let (came, finish) = answer(begun.bytes(event.as_bytes()).bytes(b"\n\n").text("never")).await;
            let error = finish.expect_err(name);
            assert_eq!((came.as_str(), error.kind), (text, kind), "{name}: {error}");
            assert!(error.message.contains(said), "{name}: {error}");
        }
    }
    let waits = Reply::events().event(r#"{"error":{"message":"slow down","code":429,"retry_after":2.5}}"#);
    let error = answer(waits).await.1.expect_err("an error");
    assert_eq!((error.status, error.retry_after), (Some(429), Some(Duration::from_millis(2_500))));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_answer_says_what_it_is() {
    let packed = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: br\r\n\r\n\x1f\x8b";
    let unreadable = (0..16).fold(Reply::events().text("half"), |reply, _| reply.event("{no"));
    for (name, reply, kind, said) in [
        (
            "HTML",
            Reply::whole(200, "text/html; charset=utf-8", "<html>"),
            ErrorKind::Protocol,
            "sent 'text/html' instead",
        ),
        ("a page by another name", typed("text/plain").bytes(b"<html>\n"), ErrorKind::Protocol, "'text/plain' instead"),
        ("packed", Reply::default().bytes(packed), ErrorKind::Protocol, "sent 'br' instead"),
        ("404", Reply::whole(404, "text/plain", "nothing here"), ErrorKind::Protocol, "answered 404: nothing here"),
        (
            "an integer code",
            Reply::json(400, &serde_json::json!({"error": {"code": 400, "message": "model 'm' not found"}})),
            ErrorKind::UnknownModel,
            "answered 400: model 'm' not found",
        ),
        (
            "an error under status 200",
            Reply::json(200, &serde_json::json!({"error": {"message": "no credit", "code": 402}})),
            ErrorKind::Quota,
            "used up: no credit",
        ),
        ("500 in plain text", Reply::whole(500, "text/plain", "proxy error"), ErrorKind::Server, "500: proxy error"),
        ("nothing at all", Reply::default(), ErrorKind::Cut, "broke off"),
        ("no body", Reply::whole(200, "text/event-stream", ""), ErrorKind::Cut, "before it began"),
        ("nothing but comments", Reply::events().bytes(b": ping\n\n"), ErrorKind::Cut, "before it began"),
        ("a gateway's words", Reply::events().bytes(b"proxy error: gone\n"), ErrorKind::Cut, "(proxy error: gone)"),
        ("no JSON", Reply::events().event("no").event("[DONE]"), ErrorKind::Protocol, "no JSON"),
        ("JSON that is none", Reply::whole(200, "application/json", "{half"), ErrorKind::Protocol, "no JSON"),
        ("too much that is no JSON", unreadable, ErrorKind::Protocol, "16 events in a row"),
        ("no HTTP", Reply::default().bytes(b"SSH-2.0-x\r\n\r\n"), ErrorKind::Protocol, "does not speak HTTP"),
    ] {
        let (text, finish) = answer(reply).await;
        let error = finish.expect_err(name);
        assert_eq!(error.kind, kind, "{name}: {error}");
        assert!(error.message.contains(said), "{name}: {error}");
        assert_eq!(text == "half", name == "too much that is no JSON", "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_limit_tells_how_long_to_wait_and_is_not_retried_behind_our_back() {
    let limited = b"HTTP/1.1 429 X\r\nretry-after: 7\r\ncontent-length: 4\r\nconnection: close\r\n\r\nslow";
    let server = Server::start(|_| Reply::default().bytes(limited)).await;
    let (_, finish) = collect(&client(&server, "", "k")).await;
    let error = finish.expect_err("a refusal");
    assert_eq!((error.kind, error.retry_after), (ErrorKind::RateLimited, Some(Duration::from_secs(7))));
    assert!(error.message.contains("again in 7 s"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_given_up_in_every_phase_by_its_own_measure() {
    let comment = || Reply::events().bytes(b": ping\n\n").event(r#"{"choices":[{"delta":{"content":null}}]}"#);
    for (reply, key, phase) in [
        (Reply::default().hang(), "first_byte", Phase::FirstByte),
        (Reply::events().hang(), "first_token", Phase::FirstToken),
        (comment().hang(), "first_token", Phase::FirstToken),
        (Reply::events().text("half").hang(), "idle", Phase::Idle),
        (Reply::events().text("half").bytes(b": ping\n\n").hang(), "idle", Phase::Idle),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let (_, finish) =
            collect(&client(&server, &format!("[network.local]\n{key}_timeout_seconds = 0.2"), "k")).await;
        let error = finish.expect_err("silence");
        assert_eq!(error.kind, ErrorKind::Timeout(phase), "{error}");
        assert!(error.message.contains(&format!("0.2 s; try again, or raise network.local.{key}_timeout")), "{error}");
        server.left(1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_answer_is_waited_for_by_the_same_measures() {
    let half = || Reply::default().bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n");
    for (reply, key, phase) in [
        (Reply::default().hang(), "first_byte", Phase::FirstByte),
        (half().hang(), "first_token", Phase::FirstToken),
        (half().bytes(b"{").hang(), "idle", Phase::Idle),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let client = client(&server, &format!("[network.local]\n{key}_timeout_seconds = 0.2"), "k");
        let error = client.complete(request()).await.expect_err("silence");
        assert_eq!(error.kind, ErrorKind::Timeout(phase), "{error}");
        server.left(1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_beginning_of_a_response_and_signs_of_life_are_told() {
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::start(move |_| Reply::events().wait(&held).bytes(b": ping\n\n").hang()).await;
    let mut deltas = client(&server, "", "k").stream(request());
    assert_eq!(deltas.next().await, Some(Ok(Delta::Opened)));
    gate.open();
    assert_eq!(deltas.next().await, Some(Ok(Delta::Alive)));
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_stream_closes_its_connection() {
    let server = Server::start(|_| Reply::events().text("a").hang()).await;
    let mut deltas = client(&server, "", "k").stream(request());
    assert_eq!(word(&mut deltas).await, Some(Ok(Delta::Text("a".into()))));
    drop(deltas);
    server.left(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn text_arrives_as_it_is_sent() {
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::start(move |_| Reply::events().text("first").wait(&held).text("second").done()).await;
    let mut deltas = client(&server, "", "k").stream(request());
    assert_eq!(word(&mut deltas).await, Some(Ok(Delta::Text("first".into()))));
    gate.open();
    assert_eq!(word(&mut deltas).await, Some(Ok(Delta::Text("second".into()))));
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

/// A server at the other end of a bare connection: it sends `bytes`, and nothing more.
async fn bare(bytes: &'static [u8]) -> std::net::SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await?;
        socket.write_all(bytes).await?;
        tokio::io::copy(&mut socket, &mut tokio::io::sink()).await
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_below_http_is_told_apart() {
    let silent = bare(b"").await;
    let plain = bare(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let nowhere = format!("http://{}.example/v1", "x".repeat(64));
    for (base_url, kind, said) in [
        (
            format!("https://{silent}/v1"),
            ErrorKind::Timeout(Phase::Connect),
            "raise network.local.connect_timeout_seconds",
        ),
        (
            format!("https://{plain}/v1"),
            ErrorKind::Tls,
            "does not speak TLS at 127.0.0.1; if that is as it should be, write http://",
        ),
        (nowhere, ErrorKind::Unreachable, "no such host"),
    ] {
        let config = config_at("[network.local]\nconnect_timeout_seconds = 0.5", Some(&base_url));
        let client = OpenAi::new("oxlo", config.active_provider(), &SecretString::default(), config.timeouts("oxlo"));
        let error = collect(&client.expect("no key")).await.1.expect_err("no answer");
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.message.contains(said), "{error}");
        assert!(error.detail.contains(&base_url), "{}", error.detail);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_details_of_a_refusal_are_kept_without_the_key() {
    // The key is repeated as it is, with an invisible character in it, and where the body is cut.
    let body = format!(
        r#"{{"error":{{"message":"no sk-very-\u200bsecret","code":"c"}},"pad":"{}"}}"#,
        "sk-very-secret ".repeat(300)
    );
    let head = "HTTP/1.1 400 X\r\nx-request-id: r-1\r\nx-echo: sk-very-secret\r\nretry-after: 3\r\ncontent-length";
    let whole = format!("{head}: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    let server = Server::start(move |_| Reply::default().bytes(whole.as_bytes())).await;
    let error = collect(&client(&server, "", "sk-very-secret")).await.1.expect_err("a refusal");
    for part in
        [&server.base_url, "status: 400 Bad Request", "x-request-id: r-1", "retry-after: 3", "error: c", "\"pad\""]
    {
        assert!(error.detail.contains(part), "{part} in {}", error.detail);
    }
    for text in [&error.detail, &error.message] {
        assert!(!text.contains("very") && !text.contains("secret"), "{text}");
    }
    assert!(error.detail.chars().count() < 3_000);
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
async fn a_short_answer_is_the_content_or_else_the_reasoning() {
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
async fn a_short_answer_is_read_from_whatever_frame_it_comes_in() {
    let json = "{\"choices\":[{\"message\":{\"content\":\"coding\"}}]}";
    for (name, reply) in [
        ("events although none were asked for", Reply::events().text("cod").text("ing").done()),
        ("events that it calls JSON", typed("application/json").text("cod").text("ing").done()),
        ("a byte order mark", Reply::whole(200, "application/json", &format!("\u{feff}{json}"))),
        ("JSON of no type, and a word behind it", typed("").bytes(format!("{json}\ndata: [DONE]\n\n").as_bytes())),
        ("a key twice", Reply::whole(200, "application/json", &json.replace("}}", "},\"message\":null}"))),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        assert_eq!(client(&server, "", "k").complete(request()).await.as_deref(), Ok("coding"), "{name}");
    }
    let verdict = serde_json::json!({"choices": [{"message": {"content": {"category": "coding"}}}]});
    let server = Server::start(move |_| Reply::json(200, &verdict)).await;
    assert_eq!(client(&server, "", "k").complete(request()).await.as_deref(), Ok("{\"category\":\"coding\"}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn model_lists_of_every_shape_are_read() {
    let odd = "{\"data\":[{\"id\":\"a\",\"price\":NaN,\"price\":1},{\"id\":\"b\",\"description\":\"\\ud83d\t\"},]}";
    for reply in [
        models(&["a", "b"]),
        Reply::whole(200, "application/json", odd),
        Reply::json(200, &serde_json::json!({"data": [{"id": "a", "created": 1.5}, {"id": null}, {}, {"id": "b"}]})),
    ] {
        let server = Server::listing(move || reply.clone(), |_| Reply::default()).await;
        let listed = client(&server, "", "k").models().await.expect("a list");
        assert_eq!(listed, ["a", "b"].map(Listed::named));
    }
}
