//! Bodies of answers in the shapes that real servers send: what is read in them, however they are cut into blocks.
//!
//! The bodies are those that fuzzing begins with, in `fuzz/corpus/stream`.

use pointsman::chat::{Blob, Delta, Finish, ToolCall, Usage};
use pointsman::provider::openai::{BodyEnd, BodyRead, Fault, read_body};
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const STOP: Result<Finish, Fault> = Ok(Finish::Stop);
const OTHER: Result<Finish, Fault> = Ok(Finish::Other);

fn refused(words: &str) -> Result<Finish, Fault> {
    Err(Fault::Refused(words.to_owned()))
}

/// For each body the text in it, the reasoning, and how it ends.
fn expected() -> Vec<(&'static str, &'static str, &'static str, Result<Finish, Fault>)> {
    let broken_off = |said: Option<&str>| Err(Fault::BrokenOff(said.map(str::to_owned)));
    let page = Err(Fault::NoAnswer {
        said: Some(r#"data: {"choices":[{"index":0,"delta":{"content":"x"}}]}"#.to_owned()),
        unreadable: false,
    });
    vec![
        ("plain", "Hello wörld 👩", "", STOP),
        ("finish-empty", "Hello world", "", OTHER),
        ("finish-beside-every-word", "Hello world", "", OTHER),
        ("finish-taken-back", "Looking. Found it.", "", STOP),
        ("finish-upper-case", "Half of", "", Ok(Finish::Length)),
        ("finish-filtered", "I ", "", Ok(Finish::ContentFilter)),
        ("message-at-the-end", "One two.", "Hm.", STOP),
        ("message-beside-every-word", "One two.", "", STOP),
        ("error-field", "", "", refused(r#"{"code":400,"message":"the prompt is too long","n_ctx":4096}"#)),
        ("error-field-within", "Hel", "", refused("the decoder failed")),
        ("error-event", "Hel", "", refused(r#"{"message":"overloaded"}"#)),
        ("gateway", "Hel", "", broken_off(Some("proxy error: upstream is gone"))),
        ("broken-off", "Hel", "", broken_off(None)),
        ("values-for-texts", "Price $0.50true7 each", "", STOP),
        ("halves-of-letters", "a😀b\u{fffd}c", "", STOP),
        ("loose-json", "Hi you\tand \\alpha", "", STOP),
        ("one-piece-lost", "Hello world", "", STOP),
        ("empty-data", "Hi", "", STOP),
        ("thinking-parts", "4", "Hm.", STOP),
        ("reasoning-so-far", "4", "Hm.", STOP),
        ("reasoning-names", "4", "abcde", STOP),
        ("whole-pretty", "Hello\nworld", "Hm.", STOP),
        ("whole-then-done", "Hello", "", OTHER),
        ("lines-of-json", "Hello", "", STOP),
        ("enveloped", "Hello", "", STOP),
        ("page", "", "", page),
        ("think-not-opened", "Hello!", "The user greets.\n", STOP),
        ("think-in-brackets", "4", "Hm.", STOP),
        ("channels", "4", "Hm.", STOP),
        ("usage-in-many-places", "Hi", "", STOP),
        ("hostile", "abcd", "", STOP),
        ("extras", "See [1].", "", STOP),
    ]
}

/// The bodies by their names.
fn bodies() -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/stream");
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    files.map(|path| (name(&path), std::fs::read(&path).expect("a file"))).collect()
}

fn read(name: &str) -> BodyRead {
    read_body([&bodies()[name]], BodyEnd::Closed)
}

/// `body` in blocks of these lengths, over and over.
fn cut<'a>(mut body: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut blocks = Vec::new();
    for length in lengths.iter().cycle() {
        let (block, rest) = body.split_at((*length).min(body.len()));
        blocks.push(block);
        body = rest;
        if body.is_empty() {
            break;
        }
    }
    blocks
}

#[test]
fn what_real_servers_send_is_read_whole_and_once() {
    let bodies = bodies();
    let names: BTreeSet<&str> = expected().iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, bodies.keys().map(String::as_str).collect(), "each body has a row, and each row a body");
    for (name, text, reasoning, outcome) in expected() {
        let read = read_body([&bodies[name]], BodyEnd::Closed);
        assert_eq!((read.words(), &read.outcome), ((text.to_owned(), reasoning.to_owned()), &outcome), "{name}");
    }
}

#[test]
fn where_a_body_is_cut_in_two_makes_no_difference() {
    for (name, body) in bodies() {
        for end in [BodyEnd::Closed, BodyEnd::Lost] {
            let whole = read_body([&body], end);
            assert_eq!(read_body(body.chunks(1), end), whole, "{name} byte by byte");
            for at in 0..body.len() {
                let (before, behind) = body.split_at(at);
                assert_eq!(read_body([before, behind], end), whole, "{name} cut behind {at} bytes");
            }
        }
    }
}

#[test]
fn besides_words_the_rest_of_an_answer_is_kept_in_its_place() {
    let text = |text: &str| Delta::Text(text.into());
    let usage = |prompt_tokens, completion_tokens| Delta::Usage(Usage { prompt_tokens, completion_tokens });
    let found = ToolCall { id: "t1".into(), name: "find".into(), arguments: "{\"a\":1}".into() };
    for (name, deltas) in [
        ("plain", vec![text("Hello wörld 👩"), usage(3, 2)]),
        ("usage-in-many-places", vec![text("Hi"), usage(3, 1), usage(3, 2)]),
        ("whole-pretty", vec![Delta::Reasoning("Hm.".into()), text("Hello\nworld"), usage(3, 2)]),
        ("one-piece-lost", vec![text("Hello world"), Delta::Skipped(1)]),
        ("finish-taken-back", vec![text("Looking. Found it."), Delta::ToolCall(found)]),
        ("think-not-opened", vec![text("The user greets.\n"), Delta::TextWasReasoning, text("Hello!")]),
    ] {
        assert_eq!(read(name).deltas, deltas, "{name}");
    }
    let image = Delta::Image(Blob { media_type: "image/png".into(), bytes: vec![0, 0, 0].into() });
    let cited = json!([{"type": "url_citation", "url_citation": {"url": "https://a.example/"}}]);
    let extras = read("extras").deltas;
    assert!(extras.contains(&image), "{extras:?}");
    assert!(format!("{extras:?}").contains(cited[0]["url_citation"]["url"].as_str().unwrap()), "{extras:?}");
}

#[test]
fn a_picture_of_nine_mebibytes_does_not_end_the_answer() {
    let said = |text: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n");
    let picture = json!({"choices": [{"delta": {"images": [
        {"image_url": {"url": format!("data:image/png;base64,{}", "A".repeat(9 * 1024 * 1024))}}
    ]}}]});
    let body = format!("{}data: {picture}\n\n{}data: [DONE]\n\n", said("Here "), said("it is."));
    let read = read_body(body.as_bytes().chunks(16 * 1024), BodyEnd::Closed);
    assert_eq!((read.words().0.as_str(), &read.outcome), ("Here it is.", &OTHER));
    assert!(!read.deltas.iter().any(|delta| matches!(delta, Delta::Skipped(_))));
    assert!(read.deltas.iter().any(|delta| matches!(delta, Delta::Image(_))));
}

/// The content of a JSON text that escapes every half of a letter by itself.
fn escaped(units: &[u16]) -> String {
    units.iter().flat_map(|unit| ["\\u".to_owned(), format!("{unit:04x}")]).collect()
}

proptest! {
    #[test]
    fn a_body_or_its_beginning_is_read_alike_in_any_blocks(
        which in any::<prop::sample::Index>(), upto in any::<prop::sample::Index>(), whole in any::<bool>(),
        lengths in prop::collection::vec(1usize..60, 1..8),
    ) {
        let bodies = bodies();
        let (name, body) = bodies.iter().nth(which.index(bodies.len())).unwrap();
        let body = if whole { body } else { &body[..upto.index(body.len())] };
        for end in [BodyEnd::Closed, BodyEnd::Lost] {
            prop_assert_eq!(read_body(cut(body, &lengths), end), read_body([body], end), "{} {:?}", name, lengths);
        }
    }

    #[test]
    fn a_text_is_the_sum_of_its_pieces_wherever_letters_events_and_blocks_are_cut(
        text in "[a-zé検😀👩 .\n\"\\\\]{0,30}", pieces in prop::collection::vec(1usize..5, 1..6),
        lengths in prop::collection::vec(1usize..60, 1..8), field in 0usize..3, crlf in any::<bool>(),
    ) {
        let field = ["content", "reasoning_content", "reasoning"][field];
        let line = if crlf { "\r\n" } else { "\n" };
        let (mut units, mut events): (Vec<u16>, _) = (text.encode_utf16().collect(), Vec::new());
        for length in pieces.iter().cycle() {
            let rest = units.split_off((*length).min(units.len()));
            events.push(format!("{{\"choices\":[{{\"delta\":{{\"{field}\":\"{}\"}}}}]}}", escaped(&units)));
            units = rest;
            if units.is_empty() {
                break;
            }
        }
        events.push("[DONE]".to_owned());
        let body: String = events.iter().flat_map(|event| ["data: ", event, line, line]).collect();
        let read = read_body(cut(body.as_bytes(), &lengths), BodyEnd::Closed);
        let expected = if field == "content" { (text, String::new()) } else { (String::new(), text) };
        prop_assert_eq!(read.words(), expected);
        prop_assert_eq!(read.outcome, OTHER);
    }

    #[test]
    fn nothing_panics_whatever_comes(
        parts in prop::collection::vec(
            "data: |event: error|error: |\\{|\\}|\\[|\\]|\"|\n|\r\n|:|,|\"choices\"|\"delta\"|\"content\"|\"message\"|\
             \\\\ud83d|0\\.5|null|NaN|<think>|</think>|\\[DONE\\]|[a-z]{0,3}", 0..40),
        lengths in prop::collection::vec(1usize..20, 1..8),
    ) {
        let body = parts.concat().into_bytes();
        for end in [BodyEnd::Closed, BodyEnd::Lost] {
            prop_assert_eq!(read_body(cut(&body, &lengths), end), read_body([&body], end));
        }
    }
}
