//! What answers have besides text, in the shapes of many servers, in pieces and repeated, and what comes of it.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

/// What comes of the deltas of an answer.
fn of(events: &[Value]) -> Vec<Delta> {
    let events: Vec<Value> = events.iter().map(|delta| json!({"choices": [{"delta": delta}]})).collect();
    of_events(&events)
}

fn of_events(events: &[Value]) -> Vec<Delta> {
    let mut extras = Extras::default();
    let mut deltas = Vec::new();
    for event in events {
        let mut chunk: Chunk = serde_json::from_value(event.clone()).unwrap();
        extras.take(&mut chunk);
        deltas.extend(std::iter::from_fn(|| extras.next_ready()));
    }
    deltas.extend(extras.finish());
    deltas
}

fn call(id: &str, name: &str, arguments: &str) -> Delta {
    Delta::ToolCall(ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() })
}

#[test]
fn the_pieces_of_tool_calls_become_whole_calls_by_their_index() {
    let piece =
        |index: u64, arguments: &str| json!({"tool_calls": [{"index": index, "function": {"arguments": arguments}}]});
    let events = [
        json!({"tool_calls": [{"index": 0, "id": "a", "function": {"name": "search", "arguments": ""}}]}),
        piece(0, "{\"q\":"),
        json!({"tool_calls": [{"index": 1, "id": "b", "function": {"name": "read"}}]}),
        piece(1, "{}"),
        piece(0, "1}"),
    ];
    assert_eq!(of(&events), [call("a", "search", "{\"q\":1}"), call("b", "read", "{}")]);
}

#[test]
fn what_servers_do_to_tool_calls_is_read() {
    for (event, wanted) in [
        (
            json!({"tool_calls": [{"id": "a", "function": {"name": "f", "arguments": {"x": 1}}}]}),
            vec![call("a", "f", "{\"x\":1}")],
        ),
        (
            json!({"tool_calls": [{"function": {"name": "f\u{1b}[31m\n", "arguments": "\u{1b}[1m"}}]}),
            vec![call("", "f", "")],
        ),
        (json!({"tool_calls": "none"}), vec![]),
        (json!({"tool_calls": null}), vec![]),
        (json!({"tool_calls": [7]}), vec![]),
    ] {
        assert_eq!(of(std::slice::from_ref(&event)), wanted, "{event}");
    }
}

#[test]
fn pieces_of_arguments_that_repeat_what_came_are_no_repetition() {
    let piece =
        |arguments: &str| json!({"tool_calls": [{"index": 0, "id": "a", "function": {"arguments": arguments}}]});
    assert_eq!(of(&["[", "[", "1]", "]"].map(piece)), [call("a", "", "[[1]]")]);
}

#[test]
fn json_that_could_not_be_read_again_is_saved_as_a_text() {
    let deep = |levels: usize| (0..levels).fold(json!(1), |value, _| json!([value]));
    let saved = |levels| match of(&[json!({"annotations": [deep(levels)]})]).pop() {
        Some(Delta::Unknown { json, .. }) => json[0].clone(),
        _ => Value::Null,
    };
    assert_eq!(saved(JSON_DEPTH_MAX - 1), deep(JSON_DEPTH_MAX - 1));
    assert_eq!(saved(120), json!(deep(120).to_string()));
}

#[test]
fn a_tool_call_without_an_end_stops_growing() {
    let event = json!({"tool_calls": [{"index": 0, "function": {"arguments": "é".repeat(ARGUMENTS_BYTES_MAX / 4)}}]});
    let deltas = of(&[event.clone(), event.clone(), event]);
    let lengths: Vec<usize> = deltas
        .iter()
        .map(|delta| if let Delta::ToolCall(call) = delta { call.arguments.len() } else { usize::MAX })
        .collect();
    assert!(matches!(lengths.as_slice(), [1..=ARGUMENTS_BYTES_MAX]), "{lengths:?}");
}

#[test]
fn a_picture_in_the_answer_is_a_blob_and_one_elsewhere_is_only_named() {
    let inside = json!({"images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAEC"}}]});
    let blob = Blob { media_type: "image/png".into(), bytes: [0, 1, 2].into() };
    assert_eq!(of(&[inside]), [Delta::Image(blob)]);
    for url in [
        "https://x.example/a.png",
        "data:text/html;base64,AAEC",
        "data:image/png;base64,!",
        "data:image/<b>;base64,AA==",
    ] {
        let json = json!({"image_url": {"url": url}});
        let event = json!({"images": [json]});
        assert_eq!(of(&[event]), [Delta::Unknown { kind: "images".to_owned(), json }], "{url}");
    }
}

/// The sources that were known at the end.
fn sources(deltas: &[Delta]) -> Vec<(String, String)> {
    let last = deltas.iter().rev().find_map(|delta| if let Delta::Sources(all) = delta { Some(all) } else { None });
    last.into_iter().flatten().map(|source| (source.url.clone(), source.title.clone())).collect()
}

#[test]
fn sources_are_read_wherever_servers_put_them() {
    let [a, b] = ["https://a.example", "https://b.example"];
    let pair = |url: &str, title: &str| (url.to_owned(), title.to_owned());
    let delta = |delta: Value| json!({"choices": [{"delta": delta}]});
    let annotation = json!({"type": "url_citation", "url_citation": {"url": a, "title": "A"}});
    for (events, wanted) in [
        (vec![json!({"citations": [a, b]})], vec![pair(a, ""), pair(b, "")]),
        (vec![json!({"citations": [{"url": a, "title": "A"}]})], vec![pair(a, "A")]),
        (
            vec![json!({"citations": [b, a], "search_results": [{"title": "A", "url": a, "date": null}]}); 3],
            vec![pair(b, ""), pair(a, "A")],
        ),
        (vec![json!({"search_results": [{"title": "A", "url": a}, {"url": b}]})], vec![pair(a, "A"), pair(b, "")]),
        (vec![json!({"web_search": [{"title": "A", "link": a, "content": "…"}]})], vec![pair(a, "A")]),
        (vec![json!({"references": [{"title": "A", "url": a}]})], vec![pair(a, "A")]),
        (vec![json!({"search_info": {"search_results": [{"index": 1, "title": "A", "url": a}]}})], vec![pair(a, "A")]),
        (
            vec![delta(json!({"annotations": [annotation]})), delta(json!({"annotations": [annotation]}))],
            vec![pair(a, "A")],
        ),
        (vec![delta(json!({"citations": [a]})), delta(json!({"citations": [a, b]}))], vec![pair(a, ""), pair(b, "")]),
        (
            vec![json!({"choices": [{"message": {"citations": [
                {"start": 0, "end": 1, "text": "x", "sources": [{"url": a}]},
                {"start": 2, "end": 3, "text": "y", "sources": [{"url": a}, {"url": b}]}]}}]})],
            vec![pair(a, ""), pair(b, "")],
        ),
        (vec![json!({"citations": a})], vec![pair(a, "")]),
        (vec![json!({"citations": {}}), json!({"citations": 7, "search_results": "", "search_info": 1})], vec![]),
    ] {
        assert_eq!(sources(&of_events(&events)), wanted, "{events:?}");
    }
}

#[test]
fn sources_that_are_repeated_are_told_once() {
    let event = json!({"citations": ["https://a.example"], "choices": [{"delta": {"content": "a"}}]});
    assert_eq!(
        of_events(&[event.clone(), event.clone(), event]),
        [Delta::Sources(vec![Source::new("https://a.example", "")])]
    );
}

#[test]
fn what_is_no_source_is_kept_as_it_came_and_once() {
    let file = json!({"type": "file_citation", "file_citation": {"file_id": "f"}});
    let event = json!({"annotations": [file, {"url": "https://a.example"}]});
    let unknown = Delta::Unknown { kind: "annotations".to_owned(), json: json!([file]) };
    assert_eq!(of(&[event.clone(), event]), [Delta::Sources(vec![Source::new("https://a.example", "")]), unknown]);
}

#[test]
fn what_is_no_source_is_kept_up_to_a_number_of_bytes_and_the_rest_is_told() {
    let note = |number: usize| json!({"note": format!("{number:0>9}").repeat(UNKNOWN_BYTES_MAX / 36)});
    let events: Vec<Value> =
        (0..6).map(|number| json!({"annotations": [note(number)], "images": [note(number)]})).collect();
    let deltas = of(&[events.clone(), events].concat());
    let kept: usize = deltas
        .iter()
        .map(|delta| if let Delta::Unknown { json, .. } = delta { json.to_string().len() } else { 0 })
        .sum();
    assert!(kept <= UNKNOWN_BYTES_MAX + 100 && kept > UNKNOWN_BYTES_MAX / 2, "{kept}");
    assert_eq!(deltas.last(), Some(&Delta::Skipped(5)), "each of them counts once");
}

#[test]
fn more_entries_than_are_kept_are_told() {
    let entry = |number: usize| json!({"annotations": [{"type": "note", "number": number}]});
    let events: Vec<Value> = (0..ENTRIES_MAX + 2).map(entry).collect();
    assert_eq!(of(&events).last(), Some(&Delta::Skipped(2)));
}

fn blob(media_type: &str, bytes: &[u8]) -> Blob {
    Blob { media_type: media_type.into(), bytes: bytes.into() }
}

#[test]
fn a_picture_is_taken_once_wherever_it_stands_and_too_many_are_told() {
    let url = |byte: u8| format!("data:image/png;base64,{}", BASE64_STANDARD.encode([byte, 1, 2]));
    let image = |byte: u8| json!({"type": "image_url", "image_url": {"url": url(byte)}});
    let one = Delta::Image(blob("image/png", &[0, 1, 2]));
    for event in [
        json!({"choices": [{"delta": {"images": [image(0)]}}]}),
        json!({"choices": [{"message": {"images": [image(0)]}}]}),
        json!({"choices": [{"delta": {}, "message": {"images": image(0)}}]}),
        json!({"choices": [{"delta": {"content": [{"type": "text", "text": "a"}, image(0)]}}]}),
        json!({"choices": [{"message": {"content": [{"inline_data": {"mime_type": "image/png", "data": "AAEC"}}]}}]}),
        json!({"choices": [{"message": {"content": [{"type": "output_image", "url": url(0)}]}}]}),
    ] {
        assert_eq!(of_events(&[event.clone(), event.clone()]), std::slice::from_ref(&one), "{event}");
    }
    let many: Vec<Value> = (0..MEDIA_MAX as u8 + 2).map(|byte| json!({"images": [image(byte)]})).collect();
    let deltas = of(&[many.clone(), many].concat());
    assert_eq!((deltas.len(), deltas.last()), (MEDIA_MAX + 1, Some(&Delta::Skipped(2))));
}

#[test]
fn a_recording_in_pieces_becomes_whole_and_one_that_repeats_it_is_none() {
    let piece = |data: &str| json!({"choices": [{"delta": {"audio": {"id": "a", "data": data}}}]});
    let whole = json!({"choices": [{"message": {"audio": {"data": "AAECAwQF", "format": "wav"}}}]});
    let recording = |media_type: &str| vec![Delta::Audio(blob(media_type, &[0, 1, 2, 3, 4, 5]))];
    for (pieces, wanted) in [
        (vec![piece("AAEC"), piece("AwQF")], recording("audio/pcm")),
        (vec![piece("AAE"), piece("CAw"), piece("QF")], recording("audio/pcm")),
        (vec![piece("AA=="), piece("AQ=="), piece("AgMEBQ==")], recording("audio/pcm")),
        (vec![piece("AAECAwQ"), piece("F\n"), whole.clone()], recording("audio/pcm")),
        (vec![whole.clone(), whole], recording("audio/wav")),
        (vec![piece("AAECAwQF"), piece("!é")], [recording("audio/pcm"), vec![Delta::Skipped(1)]].concat()),
        (vec![json!({"choices": [{"message": {"audio": {"data": "!"}}}]})], vec![Delta::Skipped(1)]),
        (vec![json!({"choices": [{"delta": {"audio": {"transcript": "hm"}}, "message": {"audio": null}}]})], vec![]),
    ] {
        assert_eq!(of_events(&pieces), wanted, "{pieces:?}");
    }
}

#[test]
fn tool_calls_that_come_whole_behind_their_pieces_repeat_them() {
    let call_json = json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}});
    let piece = json!({"choices": [{"delta": {"tool_calls": [call_json]}}]});
    let whole = json!({"choices": [{"delta": {}, "message": {"tool_calls": [call_json]}}]});
    for events in [vec![piece.clone(), whole.clone()], vec![whole.clone(), whole], vec![piece]] {
        assert_eq!(of_events(&events), [call("a", "f", "{}")], "{events:?}");
    }
}

/// Any JSON, with the names that mean something among its keys.
fn any_json() -> impl Strategy<Value = Value> {
    let names = "url|uri|title|sources|document|image_url|b64_json|data|format|audio|type|text|x";
    let texts = "https://a.example|data:image/png;base64,AAEC|AAEC|image_url|wav|[a-z!=\u{1b} ]{0,8}";
    let leaf = prop_oneof![Just(Value::Null), any::<i32>().prop_map(Value::from), texts.prop_map(Value::from)];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((names, inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_stands_in_the_fields_what_comes_of_it_is_clean_and_comes_once(
        fields in vec(any_json(), 9), in_message: bool
    ) {
        let mut fields = fields.into_iter();
        let mut next = || fields.next().unwrap_or_default();
        let said = json!({"content": next(), "images": next(), "audio": next(), "annotations": next(),
            "citations": next(), "tool_calls": next()});
        let event = json!({"citations": next(), "search_results": next(), "web_search": next(),
            "choices": [{(if in_message { "message" } else { "delta" }): said}]});
        let once = of_events(std::slice::from_ref(&event));
        let is_clean = |text: &str| !text.contains('\u{1b}');
        for delta in &once {
            match delta {
                Delta::Sources(all) => prop_assert!(all.iter().all(|one| is_clean(&one.url) && is_clean(&one.title))),
                Delta::Image(blob) => prop_assert!(blob.media_type.starts_with("image/")),
                Delta::Audio(blob) => prop_assert!(blob.media_type.starts_with("audio/")),
                Delta::Unknown { json, .. } => prop_assert!(is_clean(&json.to_string())),
                Delta::ToolCall(_) | Delta::Skipped(_) => {}
                other => prop_assert!(false, "{:?}", other),
            }
        }
        // A recording in pieces and the arguments of calls do grow.
        let repeats = |delta: &Delta| !matches!(delta, Delta::ToolCall(_) | Delta::Audio(_) | Delta::Skipped(_));
        let twice = of_events(&[event.clone(), event]);
        prop_assert_eq!(twice.iter().filter(|delta| repeats(delta)).count(), once.iter().filter(|delta| repeats(delta)).count());
    }

    #[test]
    fn a_recording_is_the_same_however_it_is_cut(bytes in vec(any::<u8>(), 1..64), cuts in vec(0..100_usize, 0..6)) {
        let whole = BASE64_STANDARD.encode(&bytes);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(whole.len())).chain([0, whole.len()]).collect();
        cuts.sort_unstable();
        let piece = |pair: &[usize]| json!({"audio": {"data": whole.get(pair[0]..pair[1]), "format": "wav"}});
        let pieces: Vec<Value> = cuts.windows(2).map(piece).collect();
        prop_assert_eq!(of(&pieces), [Delta::Audio(blob("audio/wav", &bytes))]);
    }
}
