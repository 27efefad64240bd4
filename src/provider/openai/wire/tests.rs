//! Bodies of requests and events of answers, in the shapes that real servers have.

use super::*;
use crate::config::Accepts;

fn chunk(json: &str) -> Chunk {
    Chunk::read(json).unwrap()
}

/// The text of an event, and its reasoning.
fn said(json: &str) -> (String, String) {
    let Words { text, reasoning, details, message_text, message_reasoning, .. } = chunk(json).take_words();
    let one = |texts: [Option<String>; 3]| texts.into_iter().flatten().next().unwrap_or_default();
    (one([text, message_text, None]), one([reasoning, details, message_reasoning]))
}

#[test]
fn every_oddity_of_real_servers_is_read() {
    for (json, text) in [
        (r#"{"choices":[{"delta":{"content":"a"}}]}"#, "a"),
        (r#"{"choices":[{"delta":{"role":"assistant","content":null},"finish_reason":null}]}"#, ""),
        (r#"{"choices":[]}"#, ""),
        (r#"{"choices":null}"#, ""),
        (r#"{"choices":[{"delta":null}]}"#, ""),
        (r#"{"choices":[{"delta":{"content":[{"type":"text"}]}}]}"#, ""),
        (r#"{"created":1.5,"service_tier":"x","choices":[{"delta":{"content":"b"},"finish_reason":7}]}"#, "b"),
        (r#"{"choices":[{"message":{"content":"whole"}}]}"#, "whole"),
        (r#"{"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#, ""),
        ("{}", ""),
        (r#"{"choices":{"0":{"delta":{"content":"a"}}}}"#, ""),
        (r#"{"choices":[7,{"delta":{"content":"a"}}]}"#, "a"),
        (r#"{"choices":[{"index":1,"delta":{"content":"b"}}]}"#, ""),
        (r#"{"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}"#, "a"),
        (r#"{"choices":[{"index":"x","delta":{"content":"a"}}]}"#, "a"),
        (r#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}]}"#, "ab"),
        (r#"{"choices":[{"delta":{"content":[{"type":"thinking","text":"a"},{"text":"b"},7,"c"]}}]}"#, "b7c"),
        (r#"{"choices":[{"delta":{"content":null,"refusal":"I will not"}}]}"#, "I will not"),
        (r#"{"choices":[{"delta":{"tool_calls":[{"index":0}]},"finish_reason":"tool_calls"}]}"#, ""),
        (r#"{"choices":[{"delta":["a",{"b":null}]},{"delta":{"content":"other"}}]}"#, ""),
        (r#"{"choices":[{"delta":{"content":"\u00e9\n\ud83d\ude00"}}],"usage":{"prompt_tokens":"many"}}"#, "é\n😀"),
        (r#"{"choices":[{"delta":{"content":null,"audio":{"data":"AA==","transcript":"said"}}}]}"#, "said"),
        (r#"{"choices":[{"message":{"content":"a","audio":{"transcript":"said"}}}]}"#, "a"),
        (r#"{"choices":[{"message":{"content":[{"type":"image_url","image_url":{"url":"u"}},"a"]}}]}"#, "a"),
        (r#"[{"choices":[{"delta":{"content":"a"}}]}]"#, "a"),
        (r#"{"success":true,"data":{"choices":[{"message":{"content":"a"}}]}}"#, "a"),
        (r#"{"output":{"choices":[{"message":{"content":"a"}}]},"result":null}"#, "a"),
        (r#"{"data":{"a":1},"choices":[{"delta":{"content":"a"}}]}"#, "a"),
        (r#"{"choices":[{"index":0,"text":"a"}]}"#, "a"),
        (r#"{"choices":[{"text":"a","message":{"content":"a"}}]}"#, "a"),
        (r#"{"choices":[{"delta":"a"}]}"#, "a"),
        (r#"{"choices":[{"message":"a"}]}"#, "a"),
        (r#"{"choices":[{"delta":{"content":[{"type":"text","text":{"value":"a"}},{"text":{"value":"b"}}]}}]}"#, "ab"),
    ] {
        assert_eq!(said(json).0, text, "{json}");
    }
}

#[test]
fn what_stands_in_the_place_of_a_text_is_kept_as_the_server_wrote_it() {
    for (content, text) in [
        ("5", "5"),
        ("-1", "-1"),
        ("0.50", "0.50"),
        ("1e2", "1e2"),
        ("18446744073709551616", "18446744073709551616"),
        ("true", "true"),
        (r#"{"type":"text","text":"a"}"#, "a"),
        (r#"{"category":"coding","confidence":1}"#, r#"{"category":"coding","confidence":1}"#),
    ] {
        assert_eq!(said(&format!(r#"{{"choices":[{{"delta":{{"content":{content}}}}}]}}"#)).0, text);
    }
}

#[test]
fn what_only_strict_readers_refuse_is_read_all_the_same() {
    for (json, text) in [
        (r#"{"choices":[{"delta":{"content":"Hi"},"logprobs":{"content":[{"logprob":-Infinity}]}}]}"#, "Hi"),
        (r#"{"choices":[{"delta":{"content":"Hi","content":"Hi"}}]}"#, "Hi"),
        (r#"{"choices":[{"delta":{"content":"Hi"}}],"choices":null,"data":1,"data":2}"#, "Hi"),
        ("{\"choices\":[{\"delta\":{\"content\":\"a\tb\"}}]}", "a\tb"),
    ] {
        assert_eq!(said(json).0, text, "{json}");
    }
    assert!(Chunk::read("{half").is_none() && Chunk::read("[7]").is_none());
}

#[test]
fn an_error_is_told_from_an_answer_wherever_it_stands() {
    for (json, error) in [
        (r#"{"error":{"message":"m"}}"#, true),
        (r#"{"error":"m"}"#, true),
        (r#"{"choices":[{"delta":{"content":""},"error":{"code":502},"finish_reason":"error"}]}"#, true),
        (r#"{"object":"error","message":"m"}"#, true),
        (r#"{"type":"error","message":"m"}"#, true),
        (r#"{"error":null,"object":"chat.completion.chunk"}"#, false),
        (r#"{"error":false}"#, false),
        (r#"{"error":""}"#, false),
        (r#"{"error":{}}"#, false),
        (r#"{"choices":[{"message":{"content":"a"}}],"error":{"message":"","type":"","code":null}}"#, false),
        (r#"{"choices":[{"delta":{"content":"a"},"error":0}],"error":[]}"#, false),
    ] {
        assert_eq!(chunk(json).envelope(json) != Envelope::Well, error, "{json}");
    }
}

#[test]
fn an_event_without_an_answer_is_an_error_surely_or_perhaps() {
    use Envelope::{Doubtful, Failed, Well};
    for (json, envelope) in [
        (r#"{"detail":"Not authenticated"}"#, Doubtful),
        (r#"{"code":10000,"message":"searching"}"#, Doubtful),
        (r#"{"tool":"search","success":false}"#, Doubtful),
        (r#"{"choices":[],"detail":"searching"}"#, Well),
        (r#"{"error":"m"}"#, Failed),
        (r#"{"base_resp":{"status_code":1027,"status_msg":"withheld"},"choices":null}"#, Failed),
    ] {
        assert_eq!(chunk(json).envelope(json), envelope, "{json}");
    }
}

#[test]
fn what_stands_beside_an_envelope_is_kept_unless_the_answer_has_its_own() {
    let usage = |json: &str| chunk(json).tokens().usage().map(|usage| usage.prompt_tokens);
    for place in ["output", "data", "result"] {
        let outer =
            format!(r#"{{"{place}":{{"choices":[{{"message":{{"content":"a"}}}}]}},"usage":{{"input_tokens":7}}}}"#);
        assert_eq!(usage(&outer), Some(7), "{outer}");
        let both = outer.replace(r#""choices""#, r#""usage":{"input_tokens":8},"choices""#);
        assert_eq!(usage(&both), Some(8), "{both}");
    }
    let cited = r#"{"output":{"choices":[],"references":["b"]},"references":["a"],"search_results":["c"]}"#;
    let lists = chunk(cited).take_besides().lists;
    let list = |field| lists.iter().find(|(name, _)| *name == field).map(|(_, list)| list.clone());
    assert_eq!([list("references"), list("search_results")], [Some(json!(["b"])), Some(json!(["c"]))]);
}

#[test]
fn reasoning_is_kept_apart_under_all_its_names() {
    for (delta, reasoning) in [
        (r#""reasoning_content":"hm","content":"""#, "hm"),
        (r#""reasoning":"hm""#, "hm"),
        (r#""reasoning_content":"","reasoning":"hm""#, "hm"),
        (r#""reasoning_content":"hm","reasoning":"hm""#, "hm"),
        (r#""reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}]"#, "hm"),
        (r#""reasoning_details":[{"type":"reasoning.summary","summary":"hm"}]"#, "hm"),
        (r#""reasoning_details":[{"type":"reasoning.encrypted","data":"x"}]"#, ""),
        (r#""reasoning_text":"hm""#, "hm"),
        (r#""thinking":"hm""#, "hm"),
        (r#""thinking":{"content":"hm"}"#, "hm"),
        (r#""reasoning":{"content":"hm"}"#, "hm"),
        (r#""thinking_blocks":[{"type":"thinking","thinking":"h","signature":"x"},{"thinking":"m"}]"#, "hm"),
        (r#""content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]"#, "hm"),
        (r#""content":[{"type":"reasoning","text":"hm"}]"#, "hm"),
        (r#""content":[{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]}]"#, "hm"),
    ] {
        let said = said(&format!(r#"{{"choices":[{{"delta":{{{delta}}}}}]}}"#));
        assert_eq!(said, (String::new(), reasoning.to_owned()), "{delta}");
    }
}

fn request(format: ReplyFormat) -> ChatRequest {
    ChatRequest {
        model: "m".into(),
        messages: vec![],
        max_tokens: Some(10),
        deterministic: true,
        format,
        accepts: Accepts::default(),
    }
}

#[test]
fn a_format_is_asked_for_in_the_words_of_the_protocol() {
    let sent = |format| serde_json::to_value(Request::new(&request(format), false, Adapted::default())).unwrap();
    assert!(sent(ReplyFormat::Text).get("response_format").is_none());
    assert_eq!(sent(ReplyFormat::Json)["response_format"], json!({"type": "json_object"}));
    let schema = json!({"type": "object"});
    assert_eq!(
        sent(ReplyFormat::Schema { name: "n", schema: schema.clone() })["response_format"],
        json!({"type": "json_schema", "json_schema": {"name": "n", "strict": true, "schema": schema}})
    );
}

#[test]
fn a_streaming_request_asks_for_usage_and_a_plain_one_does_not() {
    let request = request(ReplyFormat::Text);
    let json = |stream| serde_json::to_value(Request::new(&request, stream, Adapted::default())).unwrap();
    assert_eq!(
        json(true),
        json!({"model": "m", "messages": [], "stream": true, "stream_options": {"include_usage": true},
                           "max_tokens": 10, "temperature": 0.0})
    );
    assert!(json(false).get("stream_options").is_none());
}
