//! The decoder piece by piece; whole bodies are tested in `tests/streams.rs`.

use super::*;
use crate::provider::Usage;

fn event(json: &str) -> String {
    format!("data: {json}\n\n")
}

fn said(field: &str, text: &str) -> String {
    event(&format!(r#"{{"choices":[{{"delta":{{"{field}":"{text}"}}}}]}}"#))
}

fn text(text: &str) -> Delta {
    Delta::Text(text.into())
}

/// The pieces of a body that comes in one block.
fn pieces(body: &str) -> Vec<Delta> {
    let mut decoder = Decoder::default();
    decoder.push(body.as_bytes());
    decoder.end(BodyEnd::Closed);
    std::iter::from_fn(|| decoder.next()).collect()
}

#[test]
fn neighbours_that_are_at_hand_are_one_piece_and_nothing_changes_places() {
    let body = [
        said("reasoning", "a"),
        said("reasoning_content", "b"),
        said("content", "c"),
        event("{}"),
        said("content", "d"),
        event(r#"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#),
        said("content", "e"),
        said("reasoning", "f"),
        event(r#"{"choices":[{"delta":{"content":"g"},"finish_reason":"length"}]}"#),
    ];
    let expected = [
        Delta::Reasoning("ab".into()),
        text("cd"),
        Delta::Usage(Usage { prompt_tokens: 1, completion_tokens: 2 }),
        text("e"),
        Delta::Reasoning("f".into()),
        text("g"),
    ];
    assert_eq!(pieces(&body.concat()), expected);
}

#[test]
fn a_piece_grows_no_longer_than_it_may() {
    let body = said("content", &"x".repeat(PIECE_BYTES_MAX / 4)).repeat(18);
    let quarters = |delta: &Delta| match delta {
        Delta::Text(text) => text.len() * 4 / PIECE_BYTES_MAX,
        _ => 0,
    };
    assert_eq!(pieces(&body).iter().map(quarters).collect::<Vec<_>>(), [4, 4, 4, 4, 2]);
}

#[test]
fn what_may_have_begun_a_tag_is_text_when_nothing_more_comes() {
    assert_eq!(pieces(&said("content", "<thi")), [text("<thi")]);
}

#[test]
fn nothing_is_read_behind_the_end() {
    let mut decoder = Decoder::default();
    decoder.push((said("content", "a") + &event("[DONE]") + &said("content", "b")).as_bytes());
    decoder.push(said("content", "c").as_bytes());
    decoder.end(BodyEnd::Lost);
    assert_eq!(decoder.take_outcome(), None, "the outcome comes last");
    assert_eq!(std::iter::from_fn(|| decoder.next()).collect::<Vec<_>>(), [text("a")]);
    assert_eq!([decoder.take_outcome(), decoder.take_outcome()], [Some(Ok(Finish::Other)), None], "and once");
}

#[test]
fn sixteen_events_in_a_row_that_are_no_json_end_the_answer_and_fewer_are_counted() {
    let (bad, good) = (event("{half"), said("content", "a"));
    let read = |body: &str| read_body([body], BodyEnd::Closed);
    let fewer = read(&[&good, &*bad.repeat(15), &good, &*bad.repeat(15), &event("[DONE]")].concat());
    assert_eq!((fewer.deltas, fewer.outcome), (vec![text("aa"), Delta::Skipped(30)], Ok(Finish::Other)));
    let as_many = read(&(good + &bad.repeat(16)));
    assert_eq!((as_many.deltas, as_many.outcome), (vec![text("a")], Err(Fault::Unreadable(16))));
    let nothing_else = read(&bad.repeat(16)).outcome;
    assert_eq!(nothing_else, Err(Fault::NoAnswer { said: None, unreadable: true }));
}

#[test]
fn progress_and_empty_errors_beside_an_answer_do_not_end_it() {
    let body = [
        event(r#"{"choices":[],"detail":"searching the web"}"#),
        said("content", "a"),
        event(r#"{"detail":"searching once more"}"#),
        event(r#"{"code":20000,"message":"one moment"}"#),
        event(
            r#"{"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}],"error":{"message":"","type":"","code":0}}"#,
        ),
    ];
    let read = read_body([body.concat()], BodyEnd::Closed);
    assert_eq!((read.deltas, read.outcome), (vec![text("ab")], Ok(Finish::Stop)));
}

#[test]
fn what_may_be_an_error_is_why_an_answer_broke_off_unless_words_followed() {
    let busy = r#"{"code":50501,"message":"the system is busy"}"#;
    for (body, why) in [
        ([said("content", "a"), event(busy)], Some("the system is busy".to_owned())),
        ([said("content", "a") + &event(busy), said("content", "b")], None),
    ] {
        assert_eq!(read_body(body, BodyEnd::Closed).outcome, Err(Fault::BrokenOff(why)));
    }
}

#[test]
fn an_answer_is_whole_however_its_server_writes_and_frames_it() {
    let one = |text: &str| format!(r#"{{"choices":[{{"delta":{{"content":"{text}"}}}}]}}"#);
    let stop = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    for body in [
        format!("data: {}\ndata: {}\ndata: {stop}\n", one("a"), one("b")),
        format!("data: {}\rdata: {}\r\rdata: {stop}\r\r", one("a"), one("b")),
        format!("data: data: {}\n\ndata: data: {}\n\ndata: data: {stop}\n\n", one("a"), one("b")),
        format!("data: {}{} {stop}\n\n", one("a"), one("b")),
        format!("data: {}\n\ndata: {}\n\ndata: {stop}\n\n", one("a"), one("b").replace("delta", "message")),
    ] {
        for size in [1, 2, 7, 1_000] {
            let read = read_body(body.as_bytes().chunks(size), BodyEnd::Closed);
            assert_eq!((read.deltas, read.outcome), (vec![text("ab")], Ok(Finish::Stop)), "{body} by {size}");
        }
    }
}

#[test]
fn what_a_gateway_says_in_the_place_of_an_answer_is_told() {
    for (body, said) in
        [(r#"{"message":"Endpoint request timed out"}"#, "Endpoint request timed out"), ("null", "null")]
    {
        let outcome = read_body([body], BodyEnd::Closed).outcome;
        assert_eq!(outcome, Err(Fault::NoAnswer { said: Some(said.to_owned()), unreadable: false }), "{body}");
    }
}

#[test]
fn reasoning_that_is_in_the_text_as_well_is_kept_once() {
    let body = [said("reasoning_content", "hm"), said("content", "<think>h"), said("content", "m</think>a")].concat();
    let read = read_body([body + &event("[DONE]")], BodyEnd::Closed);
    assert_eq!(read.words(), ("a".to_owned(), "hm".to_owned()));
}

#[test]
fn a_body_that_is_one_event_without_an_end_is_given_up_and_not_kept() {
    let mut decoder = Decoder::default();
    decoder.push(said("content", "a").as_bytes());
    let block = vec![b'x'; 1024 * 1024];
    let most = 5 * EVENT_BYTES_MAX / block.len();
    let read = (0..most).take_while(|_| {
        decoder.push(&block);
        decoder.has_room()
    });
    assert!(read.count() < most, "it ends by itself");
    assert_eq!(decoder.next(), Some(text("a")));
    assert_eq!(decoder.take_outcome(), Some(Err(Fault::Endless)));
}
