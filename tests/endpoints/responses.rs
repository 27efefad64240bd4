//! Responses below what they say: packed, with many headers, from a port of TLS, with a redirect.

use super::{ask, endpoint};
use crate::support::server::{Reply, Server};
use flate2::Compression;
use flate2::read::{GzEncoder, ZlibEncoder};
use pointsman::provider::ErrorKind;
use std::io::Read;
use std::path::Path;

const SLOW: &[u8] = br#"{"error":{"message":"slow down"}}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    GzEncoder::new(bytes, Compression::best()).read_to_end(&mut packed).expect("it is packed");
    packed
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    ZlibEncoder::new(bytes, Compression::best()).read_to_end(&mut packed).expect("it is packed");
    packed
}

/// A response with this head and body.
fn reply(head: &str, body: &[u8]) -> Reply {
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    Reply::default().bytes(&[head.as_bytes(), body].concat())
}

/// What comes of asking a server that replies so.
async fn asked(reply: Reply, settings: &str) -> Result<String, (ErrorKind, String)> {
    let server = Server::start(move |_| reply.clone()).await;
    let settings = format!("base_url = \"{}\"\n{settings}", server.base_url);
    let answer = ask(&endpoint(&settings, Path::new(""), &[])).await;
    let request = server.requests().pop().expect("a request");
    assert_eq!(request.header("accept-encoding"), Some("identity"), "nothing packed is asked for");
    answer.map_err(|error| (error.kind, error.message.replace(&server.base_url, "URL")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_refusal_is_unpacked_or_named() {
    let json = "429 X\r\ncontent-type: application/json\r\ncontent-encoding: ";
    let text = "500 X\r\ncontent-type: text/plain";
    let no_text = "mine answered 500: (its explanation is no text); try";
    let named = |encoding: &str| {
        format!("mine answered 429: (its explanation is packed as '{encoding}', which cannot be read here); wait")
    };
    let slow = "mine answered 429: slow down; wait".to_owned();
    for (head, body, told) in [
        (format!("{json}gzip"), gzip(SLOW), slow.clone()),
        (format!("{json}deflate"), deflate(SLOW), slow.clone()),
        (format!("{json}identity"), SLOW.to_vec(), slow),
        // Cut, or something else than it is called: the status is all that can be told.
        (format!("{json}gzip"), b"{\"error\":{}}".to_vec(), "mine answered 429; wait".to_owned()),
        (format!("{json}gzip"), gzip(SLOW)[..12].to_vec(), "mine answered 429; wait".to_owned()),
        (format!("{json}br"), vec![0x8b, 0x0f, 0x80, 0x7b], named("br")),
        (format!("{json}zstd"), vec![0x28, 0xb5, 0x2f, 0xfd, 1], named("zstd")),
        (format!("{json}gzip, br"), vec![1, 2, 3], named("gzip, br")),
        (format!("{json}x-gzip"), gzip(SLOW), named("x-gzip")),
        (text.to_owned(), gzip(SLOW), no_text.to_owned()),
        (text.to_owned(), vec![0x28, 0xb5, 0x2f, 0xfd, 1], no_text.to_owned()),
        (text.to_owned(), b"\x89PNG\r\n\x1a\n\0\0".to_vec(), no_text.to_owned()),
        (text.to_owned(), b"caf\xe9 closed".to_vec(), "mine answered 500: caf\u{fffd} closed; try".to_owned()),
    ] {
        let (_, message) = asked(reply(&head, &body), "").await.expect_err("a refusal");
        assert!(message.starts_with(&told), "{head}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_body_that_unpacks_to_much_is_read_no_further_than_any_other() {
    let said = "much ".repeat(10_000_000);
    let bomb = gzip(said.as_bytes());
    assert!(bomb.len() < 100_000, "{} bytes", bomb.len());
    let (_, message) = asked(reply("500 X\r\ncontent-encoding: gzip", &bomb), "").await.expect_err("a refusal");
    assert!(message.starts_with("mine answered 500: much much") && message.len() < 1_000, "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_answer_that_nobody_asked_for_is_read() {
    let events = b"data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\n";
    let packed = gzip(events);
    let head = "200 X\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip";
    assert_eq!(asked(reply(head, &packed), "").await, Ok("Hello".to_owned()));
    let head = head.replace("gzip", "br");
    let (kind, message) = asked(reply(&head, &packed), "").await.expect_err("no answer");
    assert_eq!((kind, message.contains("sent 'br' instead of an answer")), (ErrorKind::Protocol, true), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_headers_are_no_reason_not_to_read_an_answer() {
    let headers = "\r\nx-hop: a".repeat(600);
    let events = b"data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"}]}\n\n";
    let head = format!("200 X\r\ncontent-type: text/event-stream{headers}");
    assert_eq!(asked(reply(&head, events), "").await, Ok("Hello".to_owned()));
    let headers = "\r\nx-hop: a".repeat(2_000);
    let (kind, message) = asked(reply(&format!("200 X{headers}"), b""), "").await.expect_err("too many");
    assert_eq!((kind, message.contains("message head is too large")), (ErrorKind::Protocol, true), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_of_tls_that_is_asked_in_clear_is_told_from_one_that_does_not_answer() {
    let https = "write https:// in base_url";
    let alert = Reply::default().bytes(b"\x15\x03\x01\x00\x02\x02\x46");
    let nginx = "<html><center>The plain HTTP request was sent to HTTPS port</center></html>";
    for reply in [
        alert,
        Reply::default(),
        Reply::default().cut(),
        reply("400 X\r\ncontent-type: text/html", nginx.as_bytes()),
        reply("400 X", b"Client sent an HTTP request to an HTTPS server.\n"),
        reply("400 X", b"Reason: You're speaking plain HTTP to an SSL-enabled server port."),
    ] {
        let (_, message) = asked(reply, "").await.expect_err("no answer");
        assert!(message.contains(https), "{message}");
    }
    for said in ["no such parameter", "see https://docs.example/http"] {
        let (_, message) = asked(reply("400 X", said.as_bytes()), "").await.expect_err("a refusal");
        assert!(!message.contains(https), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn following_the_advice_of_a_redirect_leads_to_an_answer() {
    let elsewhere = Server::start(|request| match request.path.as_str() {
        "/deep/v2/chat/completions" => Reply::stream(&["Hello"]),
        "/v1/chat/completions" => reply("308 X\r\nlocation: /v1/chat/completions/", b""),
        "/v1/chat/completions/" => Reply::stream(&["with a slash"]),
        _ => Reply::whole(404, "text/plain", "no"),
    })
    .await;
    let host = elsewhere.base_url.trim_end_matches("/v1").to_owned();
    let moved = reply(&format!("307 X\r\nlocation: {host}/deep/v2/chat/completions?key=secret"), b"");
    let (_, message) = asked(moved, "").await.expect_err("a redirect");
    let told =
        format!("mine answered 307: it has moved to {host}/deep/v2/chat/completions; if you trust that place, write ");
    let setting = message.strip_prefix(&told).unwrap_or_else(|| panic!("{message}"));
    assert_eq!(ask(&endpoint(setting, Path::new(""), &[])).await, Ok("Hello".to_owned()));

    let base = format!("base_url = \"{}\"\n", elsewhere.base_url);
    let error = ask(&endpoint(&base, Path::new(""), &[])).await.expect_err("a slash is missing").message;
    let setting = error.rsplit_once("; write ").and_then(|(_, advice)| advice.strip_suffix(" for that provider"));
    let setting = format!("{base}{}", setting.unwrap_or_else(|| panic!("{error}")));
    assert_eq!(ask(&endpoint(&setting, Path::new(""), &[])).await, Ok("with a slash".to_owned()));

    let (_, message) = asked(reply("302 X\r\nlocation: /login", b""), "").await.expect_err("a redirect");
    assert!(message.contains("/login; that is no place for requests: check base_url"), "{message}");
}
