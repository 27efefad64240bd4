//! Rows: streams that are odd, broken, or end in an unusual way.

use super::row::{ANSWER, Group, Kept, Row, well};
use crate::support::server::Reply;
use serde_json::{Value, json};

const STOP: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
const BROKE_OFF: &str = "oxlo broke off the answer, it is incomplete; write 'go on', or ask again";

/// An answer with this before it.
fn after(bytes: &[u8]) -> Reply {
    Reply::events().bytes(bytes).text(ANSWER).done()
}

/// A chunk whose text is that, as JSON.
fn said(content: &str) -> String {
    format!(r#"{{"choices":[{{"delta":{{"content":{content}}}}}]}}"#)
}

fn half() -> Reply {
    Reply::events().text("Here ")
}

/// Streams that are not as they should be, and whole all the same.
pub(super) fn odd() -> Group {
    let lines = "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"Here you are.\"}}]}\n\n";
    let whole = r#"{"choices":[{"message":{"content":"Here you are."},"finish_reason":"stop"}]}"#;
    let usage = r#"{"choices":[{"index":0,"delta":{}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#;
    let bytes = format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{ANSWER}\"}}}}]}}\n\n");
    let type_of = |name: &str| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {name}\r\nconnection: close\r\n\r\n");
        Reply::default().bytes(head.as_bytes())
    };
    let rows = [
        (
            "`content: null` first",
            after(b"data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n"),
        ),
        ("chunks without choices", after(b"data: {\"choices\":[]}\n\n")),
        ("usage without choices", after(b"data: {\"usage\":{\"prompt_tokens\":1}}\n\n")),
        ("usage beside a choice", Reply::events().text(ANSWER).event(STOP).event(usage).event("[DONE]")),
        ("no `[DONE]`", Reply::events().text(ANSWER).event(STOP)),
        ("`[DONE]` and no `finish_reason`", Reply::events().text(ANSWER).event("[DONE]")),
        ("a `finish_reason` of its own", Reply::events().text(ANSWER).event(&STOP.replace("stop", "because"))),
        ("comments and CRLF", after(b": ping\r\n\r\n:\r\n\r\n")),
        ("`event:` and `retry:` lines", after(b"event: ping\n\nretry: 5\n\n")),
        ("data in several lines", Reply::events().bytes(lines.as_bytes()).done()),
        ("byte by byte", bytes.as_bytes().chunks(1).fold(Reply::events(), Reply::bytes).done()),
        ("events that it calls plain text", type_of("text/plain").text(ANSWER).done()),
        ("a whole answer instead of a stream", Reply::whole(200, "application/json", whole)),
        ("an empty `finish_reason` in every chunk", {
            let chunk = |text: &str| said(&format!(r#""{text}""#)).replace("}}]", r#"},"finish_reason":""}]"#);
            Reply::events().event(&chunk("Here ")).event(&chunk("you are.")).event("[DONE]")
        }),
        ("`finish_reason: stop` in every chunk", {
            let chunk = |text: &str| said(&format!(r#""{text}""#)).replace("}}]", r#"},"finish_reason":"stop"}]"#);
            Reply::events().event(&chunk("Here ")).event(&chunk("you are.")).event("[DONE]")
        }),
        ("text behind `finish_reason: tool_calls`", {
            Reply::events().text("Here ").event(&STOP.replace("stop", "tool_calls")).text("you are.").done()
        }),
        ("the whole message behind its pieces", {
            let last = STOP.replace(r#""delta":{}"#, r#""delta":{},"message":{"content":"Here you are."}"#);
            Reply::events().text("Here ").text("you are.").event(&last)
        }),
        ("empty data, pings and comments as data", {
            let odd = "data:\n\ndata: ping\n\ndata: : keep-alive\n\n".repeat(20);
            after(odd.as_bytes())
        }),
        ("half of a letter in each of two chunks", {
            Reply::events().event(&said(r#""Here you are.\ud83d""#)).event(&said(r#""\ude00""#)).done()
        }),
        ("NaN, a key twice, a raw tab", {
            let odd = "{\"a\":NaN,\"a\":\"\t\",\"choices\":[{\"delta\":{\"content\":\"Here you are.\"}}]}";
            Reply::events().event(odd).done()
        }),
        ("numbers for texts", Reply::events().text(ANSWER).event(&said("0.50")).event(&said("true")).done()),
        ("reasoning in parts", {
            let parts = r#"[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]"#;
            Reply::events().event(&said(parts)).text(ANSWER).done()
        }),
        ("`</think>` that nothing opened", Reply::events().text("Hm.\n</think>\n\n").text(ANSWER).done()),
        ("events that it calls JSON", type_of("application/json").text(ANSWER).done()),
        ("events that it calls a web page", type_of("text/html").text(ANSWER).done()),
        ("a whole answer that it calls events", Reply::whole(200, "text/event-stream", &whole.replace(',', ",\n  "))),
        ("a whole answer, a byte order mark, no `finish_reason`", {
            let unfinished = whole.replace(r#","finish_reason":"stop""#, "");
            Reply::whole(200, "application/json", &format!("\u{feff}{unfinished}\ndata: [DONE]\n\n"))
        }),
        ("a reset behind the end", Reply::events().text(ANSWER).event(STOP).cut()),
        ("a gateway's last line behind the end", Reply::events().text(ANSWER).event(STOP).bytes(b"proxy error: x\n")),
    ];
    let skipped = Row::first("a chunk that is no JSON", after(b"data: {half\n\n")).works();
    let skipped = skipped.reads(["a piece of the answer could not be read, and is missing"]);
    let works = |(does, reply)| {
        let text = match does {
            "half of a letter in each of two chunks" => "Here you are.😀",
            "numbers for texts" => "Here you are.0.50true",
            _ => ANSWER,
        };
        Row::first(does, reply).works().keeps(Kept::Answer("first", text))
    };
    let rows = rows.into_iter().map(works).chain([skipped]).collect();
    let about = "An answer that can be read is read, whatever stands around it.";
    Group { title: "Its stream is odd", about, rows }
}

/// Streams that are not whole.
pub(super) fn broken() -> Group {
    let died = r#"{"error":{"message":"the host died","code":"500"}}"#;
    let unreadable = |begun: Reply| (0..16).fold(begun, |reply, _| reply.event("{no"));
    let part =
        |does, reply: Reply, remark| Row::first(does, reply).asks("first").reads([remark]).keeps(Kept::Part("Here "));
    let rows = vec![
        Row::first("an error before the first word", Reply::events().event(died))
            .reads(["first could not answer: oxlo answered with an error: the host died; second is asked instead"]),
        part(
            "an error within the answer",
            half().event(died),
            "oxlo answered with an error: the host died; try again, or choose another model",
        ),
        Row::first("`event: error` before the first word", Reply::events().bytes(b"event: error\ndata: gone\n\n"))
            .reads(["first could not answer: oxlo answered with an error: gone; second is asked instead"]),
        part(
            "a rate limit within the answer",
            half().event(r#"{"error":{"message":"slow down","code":429}}"#),
            "oxlo answered with an error: slow down; wait a moment, or choose another model",
        ),
        Row::first("an `error:` line before the first word", Reply::events().bytes(b"error: gone\n\n").event("[DONE]"))
            .reads(["first could not answer: oxlo answered with an error: gone; second is asked instead"]),
        part(
            "an `error:` line within the answer",
            half().bytes(b"error: {\"code\":500,\"message\":\"the host died\"}\n\n").event("[DONE]"),
            "oxlo answered with an error: the host died; try again, or choose another model",
        ),
        Row::first("`proxy error:` before the first word", Reply::events().bytes(b"proxy error: gone\n")).reads([
            "first could not answer: oxlo ended the answer before it began (proxy error: gone); second is asked \
                     instead",
        ]),
        part(
            "`proxy error:` within the answer",
            half().bytes(b"proxy error: gone\n"),
            "oxlo broke off the answer (proxy error: gone), it is incomplete; write 'go on', or ask again",
        ),
        Row::first("an end before it began", Reply::whole(200, "text/event-stream", ""))
            .reads(["first could not answer: oxlo ended the answer before it began; second is asked instead"]),
        Row::first("nothing but comments, and an end", Reply::events().bytes(b": ping\n\n"))
            .reads(["first could not answer: oxlo ended the answer before it began; second is asked instead"]),
        part("an end within the answer", half(), BROKE_OFF),
        part(
            "a reset within the answer",
            half().cut(),
            "oxlo broke off the answer, it is incomplete; write 'go on', or ask again",
        ),
        part(
            "a reset behind an empty `finish_reason`",
            half().event(&STOP.replace("stop", "")).cut(),
            "oxlo broke off the answer, it is incomplete; write 'go on', or ask again",
        ),
        Row::first(
            "a reset while the model thinks",
            Reply::events().event(r#"{"choices":[{"delta":{"reasoning_content":"Hm"}}]}"#).cut(),
        )
        .reads(["first could not answer: oxlo broke off the answer, it is incomplete; second is asked instead"]),
        Row::first("a reset behind `</think>` that nothing opened", Reply::events().text("Hm.\n</think>\n").cut())
            .reads(["first could not answer: oxlo broke off the answer, it is incomplete; second is asked instead"]),
        part(
            "`finish_reason: error`",
            half().event(&STOP.replace("stop", "error")),
            "oxlo broke off the answer (the model's host gave up), it is incomplete; write 'go on', or ask again",
        ),
        part(
            "16 chunks in a row that are no JSON",
            unreadable(half()),
            "oxlo sent what is no answer (16 events in a row are no JSON); check base_url (http://127.0.0.1:8080/v1), or \
             ask again",
        ),
        Row::first("200 with a web page", Reply::whole(200, "text/html", "<html>"))
            .ends("oxlo sent 'text/html' instead of an answer; check base_url (http://127.0.0.1:8080/v1)"),
        Row::first("an answer packed in a way that is not known", {
            let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: br\r\n\r\n\x8b\x0f";
            Reply::default().bytes(head)
        })
        .ends("oxlo sent 'br' instead of an answer; check base_url (http://127.0.0.1:8080/v1)"),
    ];
    let about = "Before the first word the next model answers. After it what came is kept, and nothing is added to it \
                 unless you ask for it: Alt+G has the model go on.";
    Group { title: "Its stream breaks", about, rows }
}

/// Answers that end well, and are none or not all.
pub(super) fn unusual() -> Group {
    let tools = r#"{"choices":[{"delta":{"content":null,"tool_calls":[{"index":0}]},"finish_reason":"tool_calls"}]}"#;
    let nothing = "the model answered nothing; ask again, or another model";
    let picture = "data:image/png;base64,iVBORw0KGgo=";
    let besides = |delta: &Value| Reply::events().event(&json!({"choices": [{"delta": delta}]}).to_string()).done();
    let rows = vec![
        Row::first("the end of what a model may say", half().event(&STOP.replace("stop", "length")).event("[DONE]"))
            .works()
            .reads(["the answer stops here: the model may not say more at once"])
            .keeps(Kept::Answer("first", "Here ")),
        Row::first("the end of the window", half().event(&STOP.replace("stop", "model_context_window_exceeded")))
            .works()
            .reads(["the answer stops here: the model may not say more at once"])
            .keeps(Kept::Answer("first", "Here ")),
        Row::first("a filter by another name", half().event(&STOP.replace("stop", "sensitive")))
            .works()
            .reads(["the provider withheld the rest of this answer"])
            .keeps(Kept::Answer("first", "Here ")),
        Row::first("a filter on the answer", half().event(&STOP.replace("stop", "content_filter")).event("[DONE]"))
            .works()
            .reads(["the provider withheld the rest of this answer"])
            .keeps(Kept::Answer("first", "Here ")),
        Row::first("a filter before the first word", Reply::events().event(&STOP.replace("stop", "content_filter")))
            .works()
            .reads(["the provider withheld the rest of this answer"])
            .keeps(Kept::Answer("first", "")),
        Row::first("an answer without a word", Reply::events().event(STOP).event("[DONE]"))
            .works()
            .reads([nothing])
            .keeps(Kept::Answer("first", "")),
        Row::first("nothing but a call of a tool", Reply::events().event(tools).event("[DONE]"))
            .works()
            .reads([nothing])
            .keeps(Kept::Answer("first", "")),
        Row::first("nothing but a picture", besides(&json!({"images": [{"image_url": {"url": picture}}]})))
            .works()
            .keeps(Kept::Answer("first", "")),
        Row::first("nothing but a recording", besides(&json!({"audio": {"data": "AAEC"}})))
            .works()
            .keeps(Kept::Answer("first", "")),
        Row::first(
            "a picture that is no base 64",
            besides(&json!({"content": ANSWER, "images": [{"image_url": {"url": "data:image/png;base64,!"}}]})),
        )
        .works()
        .reads(["images, saved and not shown"]),
        Row::first("nothing but sources", besides(&json!({"citations": ["https://a.example"]})))
            .works()
            .reads([nothing])
            .keeps(Kept::Answer("first", "")),
        Row::first(
            "thoughts, and no answer",
            Reply::events().event(r#"{"choices":[{"delta":{"reasoning_content":"Hm"}}]}"#).done(),
        )
        .works()
        .reads([nothing])
        .keeps(Kept::Answer("first", "")),
        Row::first("a whole answer", well()).works(),
    ];
    let about = "What a model says is what it says: nobody else is asked, and a line tells what is missing.";
    Group { title: "Its answer is not what you hoped for", about, rows }
}
