//! Rows: endpoints that refuse what is in a request: its parameters, its length.

use super::refusals::error;
use super::row::{Group, Row, well};
use crate::support::server::{Reply, Request};
use serde_json::json;

/// What the user reads of a prompt that is too long, where the refusal names the window.
macro_rules! too_long {
    ($said:literal) => {
        concat!("oxlo answered ", $said, " in the configuration, so that old turns are left out, or begin a chat")
    };
    ($said:literal, $window:literal) => {
        concat!(
            "oxlo answered ",
            $said,
            "; set the model's context_window to ",
            $window,
            ", so that old turns are left out, or begin a chat"
        )
    };
}

/// Parameters that it does not know.
pub(super) fn parameters() -> Group {
    let refuses = |does, parameter: &'static str, reply: Reply| {
        Row::scripted(does, move |request, _| match request.body.get(parameter) {
            Some(_) => reply.clone(),
            _ if request.is_judging() => Reply::label("coding"),
            _ => well(),
        })
    };
    let unknown = |parameter: &str| {
        let message = format!("Unsupported parameter: '{parameter}' is not supported with this model.");
        let body = json!({"error": {"message": message, "param": parameter, "code": "unsupported_parameter"}});
        Reply::json(400, &body)
    };
    let extra = json!({"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options", "include_usage"],
        "msg": "Extra inputs are not permitted"}]});
    let no_system = |request: &Request, _| match request.messages()[0].0 {
        "system" => Reply::json(400, &json!({"object": "error", "message": "System role not supported", "code": 400})),
        _ if request.is_judging() => Reply::label("coding"),
        _ => well(),
    };
    let rows = vec![
        refuses("400: `stream_options`", "stream_options", unknown("stream_options")).works().arrives("first first"),
        refuses("422: `stream_options` (Azure, Mistral)", "stream_options", Reply::json(422, &extra))
            .works()
            .arrives("first first"),
        refuses("400: the judge's `max_tokens`", "max_tokens", unknown("max_tokens"))
            .judged()
            .arrives("arbiter arbiter first first"),
        refuses("400: the judge's `temperature`", "temperature", unknown("temperature"))
            .judged()
            .arrives("arbiter arbiter first"),
        Row::scripted("400: messages of the role `system` (Gemma)", no_system).works().arrives("first first"),
        Row::scripted("400: the same of the judge", no_system).judged().arrives("arbiter arbiter first first"),
        Row::scripted("the same, and the settings say so", no_system)
            .set("providers.oxlo.accepts.system_role = false")
            .works(),
    ];
    let about = "The request is sent again without it, and so are all later ones; the system prompt begins the first \
                 message instead. The table `accepts` of a provider or a model says it before anything is refused.";
    Group { title: "It does not know a parameter", about, rows }
}

/// Prompts that are too long, in the words of several servers.
pub(super) fn too_long() -> Group {
    let said = |does, status, message: &str| Row::first(does, error(status, message, &json!(null)));
    let rows = vec![
        Row::first(
            "422: inputs and answer (TGI)",
            Reply::json(
                422,
                &json!({"error": "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9031", "error_type": "validation"}),
            ),
        )
        .ends(too_long!("422: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9031", "4096")),
        said("400: a token limit (Moonshot)", 400, "Your request exceeded model token limit: 8192")
            .ends(too_long!("400: Your request exceeded model token limit: 8192", "8192")),
        said("400: a range (DashScope)", 400, "Range of input length should be [1, 30720]")
            .ends(too_long!("400: Range of input length should be [1, 30720]", "30720")),
        Row::first(
            "400: a prompt length (xAI)",
            Reply::json(
                400,
                &json!({
                    "code": "Client specified an invalid argument",
                    "error": "This model's maximum prompt length is 131072 but the request contains 537812 tokens."
                }),
            ),
        )
        .ends(too_long!(
            "400: This model's maximum prompt length is 131072 but the request contains 537812 tokens",
            "131072"
        )),
        Row::first(
            "400: no number (Perplexity)",
            Reply::json(
                400,
                &json!({"error": {"message": "The total length of all messages is too long.", "type": "too_many_prompt_tokens"}}),
            ),
        )
        .ends(too_long!("400: The total length of all messages is too long; set the model's context_window")),
        Row::first("400: no number (Zhipu)", error(400, "Prompt exceeds max length", &json!("1261")))
            .ends(too_long!("400: Prompt exceeds max length; set the model's context_window")),
        Row::first(
            "400: a sequence length (SiliconFlow)",
            Reply::json(
                400,
                &json!({"code": 20015, "message": "length of prompt_tokens (40000) must be less than max_seq_len (32768)."}),
            ),
        )
        .ends(too_long!("400: length of prompt_tokens (40000) must be less than max_seq_len (32768)", "32768")),
        said(
            "400: a model length (vLLM)",
            400,
            "The decoder prompt (length 9031) is longer than the maximum model length of 4096.",
        )
        .ends(too_long!(
            "400: The decoder prompt (length 9031) is longer than the maximum model length of 4096",
            "4096"
        )),
        said(
            "400: a sum (Anthropic)",
            400,
            "input length and `max_tokens` exceed context limit: 199500 + 8192 > 200000",
        )
        .ends(too_long!(
            "400: input length and `max_tokens` exceed context limit: 199500 + 8192 > 200000",
            "200000"
        ))
        .arrives("first first"),
        Row::first("200, and it read a tenth of the prompt without a word (Ollama)", {
            Reply::events()
                .text("Here you are.")
                .event(r#"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#)
                .event(r#"{"choices":[],"usage":{"prompt_tokens":2051,"completion_tokens":2}}"#)
                .event("[DONE]")
        })
        .set(&format!("chat.system_prompt = \"{}\"", "word ".repeat(19_990).trim()))
        .reads([
            "the server read 2,051 of about 20,000 tokens: it cuts what is longer; raise its context (Ollama: \
             num_ctx), and set the model's context_window to it",
        ])
        .works(),
    ];
    let about = "The line names the setting, and the figure where the server tells it: with it the oldest turns are left \
                 out before they are sent.";
    Group { title: "The prompt is too long", about, rows }
}
