//! Rows: endpoints that cannot be reached, and those that fall silent.

use super::row::{ANSWER, Group, Kept, Place, Row, well};
use crate::support::server::{Reply, Request};

/// The settings of another provider, which is the scripted server.
const OTHER: &str = "providers.other.base_url = \"{server}\"";

pub(super) fn connections() -> Group {
    let garbled = "oxlo sent what is no answer (it does not speak HTTP: invalid HTTP version parsed); where \
                   http://127.0.0.1:8080/v1 speaks TLS, write https:// in base_url, else check the address";
    let hops = "x-hop: a\r\n".repeat(600);
    let many = format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n{hops}connection: close\r\n\r\n");
    let packed = |encoding: &str| {
        let body: &[u8] = &[0x8b, 0x0f, 0x80, 0x7b];
        let head = format!(
            "HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-encoding: {encoding}\r\nconnection: close\r\n\r\n"
        );
        Reply::default().bytes(&[head.as_bytes(), body].concat())
    };
    let moved =
        Reply::whole(308, "text/plain", "").with_header("location", "https://new.example/v2/chat/completions?a=b");
    let rows = vec![
        Row::nowhere("nobody listens", Place::Nobody)
            .set("retry.retries = 1")
            .asks("first first")
            .reads([
                "oxlo unreachable (connection refused) · retry 1",
                "oxlo cannot be reached at http://127.0.0.1:8080/v1 (Connection refused); start the server, or mend its \
                 base_url",
            ])
            .keeps(Kept::Nothing),
        Row::nowhere("nobody listens, and there is another provider", Place::Nobody)
            .set(OTHER)
            .fallbacks(&["second", "other/third"])
            .asks("first other/third")
            .arrives("third")
            .reads([
                "first could not answer: oxlo cannot be reached at http://127.0.0.1:8080/v1 (Connection refused); \
                 other/third is asked instead",
            ]),
        Row::nowhere("no such host", Place::NoHost)
            .set("retry.retries = 0")
            .asks("first")
            .reads(["oxlo cannot be reached at http://no-such-host.example/v1 (no such host); check base_url and the \
                 connection to the internet"])
            .keeps(Kept::Nothing),
        Row::nowhere("it does not speak TLS", Place::NoTls)
            .asks("first")
            .reads([
                "oxlo does not speak TLS at 127.0.0.1; if that is as it should be, write http:// in base_url",
            ])
            .keeps(Kept::Nothing),
        Row::first("it does not speak HTTP", Reply::default().bytes(b"SSH-2.0-x\r\n\r\n")).ends(garbled),
        Row::first("it speaks TLS, and is asked in clear", Reply::default().bytes(b"\x15\x03\x01\x00\x02\x02\x46"))
            .ends(garbled),
        Row::first("600 headers before the answer", Reply::default().bytes(many.as_bytes()).text(ANSWER).done()).works(),
        Row::first("400: its explanation is packed in a way that is not known", packed("br")).ends(
            "oxlo answered 400: (its explanation is packed as 'br', which cannot be read here); change the prompt, or choose \
             another model",
        ),
        Row::first("308: it has moved", moved).ends(
            "oxlo answered 308: it has moved to https://new.example/v2/chat/completions; if you trust that place, write \
             base_url = \"https://new.example/v2\"",
        ),
        Row::first("a reset before it responds", Reply::default().cut())
            .reads([
                "first could not answer: oxlo broke off the connection before it answered (Connection reset by peer); \
                 second is asked instead",
            ]),
        Row::first("an end before it responds", Reply::default())
            .reads([
                "first could not answer: oxlo broke off the connection before it answered (connection closed before message completed); \
                 second is asked instead",
            ]),
    ];
    let about = "Where nobody can be reached, the other models of that provider cannot be either: those of another one \
                 are asked, or the same one again after a pause.";
    Group { title: "It cannot be reached", about, rows }
}

pub(super) fn silences() -> Group {
    let wait = |key: &str| format!("network.local.{key}_timeout_seconds = 1");
    // The first request makes the client, which takes a moment that belongs to no wait: it is another prompt's.
    let silent = |does, reply: Reply, key: &str| {
        let reply = reply.hang();
        let script = move |request: &Request, before| match request.model() {
            "first" if before > 0 => reply.clone(),
            _ => well(),
        };
        Row::scripted(does, script).set(&wait(key)).before(1)
    };
    let rows = vec![
        #[cfg(target_os = "linux")]
        Row::nowhere("it lets nobody in", Place::Full)
            .set(&wait("connect"))
            .set("retry.retries = 0")
            .asks("first")
            .reads(["oxlo could not be reached within 1 s; try again, or raise network.local.connect_timeout_seconds"])
            .keeps(Kept::Nothing),
        silent("it takes the request and says nothing", Reply::default(), "first_byte")
            .reads(["first could not answer: oxlo did not respond for 1 s; second is asked instead"]),
        silent("it begins to respond, and no more", Reply::events(), "first_token")
            .reads(["first could not answer: oxlo sent no word for 1 s; second is asked instead"]),
        silent("a comment, and then nothing", Reply::events().bytes(b": ping\n\n"), "first_token")
            .reads(["first could not answer: oxlo sent no word for 1 s; second is asked instead"]),
        silent("it falls silent within the answer", Reply::events().text("Here "), "idle")
            .asks("first")
            .reads(["oxlo fell silent for 1 s; try again, or raise network.local.idle_timeout_seconds"])
            .keeps(Kept::Part("Here ")),
        silent("it takes longer than a turn may", Reply::events().text("Here "), "turn")
            .asks("first")
            .reads([
                "first was not done after a moment; ask for less at once, or raise network.local.turn_timeout_seconds",
            ])
            .keeps(Kept::Part("Here ")),
        silent("it takes longer than a turn may, without a word", Reply::default(), "turn").ends(
            "first was not done after a moment; ask for less at once, or raise network.local.turn_timeout_seconds",
        ),
    ];
    let about = "Each part of a request has a time of its own, which the line names, here 1 s. Comments of the endpoint \
                 count as life.";
    Group { title: "It falls silent", about, rows }
}
