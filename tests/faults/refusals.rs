//! Rows: endpoints that refuse, by status.

use super::row::{Group, Kept, Row};
use crate::support::server::Reply;
use serde_json::{Value, json};

/// An error as most endpoints send it.
fn error(status: u16, message: &str, code: &Value) -> Reply {
    Reply::json(status, &json!({"error": {"message": message, "type": null, "code": code}}))
}

fn limited_by(header: &str, value: &str) -> Reply {
    error(429, "slow down", &json!(429)).with_header(header, value)
}

fn html(status: u16) -> Reply {
    Reply::whole(status, "text/html", "<html><body>Bad Gateway</body></html>")
}

pub(super) fn refused() -> Group {
    let overflow = "request (9031 tokens) exceeds the available context size (4096 tokens)";
    let mut rows = vec![
        Row::first("400: a setting that it does not take", error(400, "temperature is too high", &json!(null)))
            .ends("oxlo answered 400: temperature is too high; change the prompt, or choose another model"),
        Row::first(
            "400: longer than the model can read, and how much that is",
            Reply::json(
                400,
                &json!({"error": {"code": 400, "message": overflow, "type": "exceed_context_size_error", "n_ctx": 4096}}),
            ),
        )
        .ends(
            "oxlo answered 400: request (9031 tokens) exceeds the available context size (4096 tokens); set the model's \
             context_window to 4096, so that old turns are left out, or begin a chat",
        ),
        Row::first("400: the content filter", error(400, "blocked by policy", &json!("content_filter")))
            .ends("oxlo answered 400: blocked by policy; put it in other words, or choose another model"),
        Row::first("400: a wrong key (LiteLLM)", {
            Reply::json(
                400,
                &json!({"error": {"message": "No connected db.", "type": "no_db_connection", "code": "400"}}),
            )
        })
        .ends("oxlo answered 400: No connected db; check the key in OXLO_API_KEY"),
        Row::first("400: a model that it does not know", error(400, "model 'first' not found", &json!(400)))
            .reads(["first could not answer: oxlo answered 400: model 'first' not found; second is asked instead"]),
        Row::first("401: a wrong key", error(401, "Incorrect API key provided", &json!("invalid_api_key")))
            .ends("oxlo answered 401: Incorrect API key provided; check the key in OXLO_API_KEY"),
        Row::first("402: no money left", error(402, "Insufficient credits", &json!(402))).ends(
            "oxlo says that the account's quota is used up (402): Insufficient credits; add credit to the account, or \
             choose a model of another provider",
        ),
        Row::first("403: a model that this key may not use", error(403, "no access to first", &json!(null)))
            .reads(["first could not answer: oxlo answered 403: no access to first; second is asked instead"]),
        Row::first("403: a model that the plan does not include", error(403, "This model requires upgrade", &json!(403)))
            .reads(["first could not answer: oxlo answered 403: This model requires upgrade; second is asked instead"]),
        Row::first("403: the same, and there is no other model", error(403, "first is not included in your plan", &json!(403)))
            .fallbacks(&[])
            .ends(
                "oxlo answered 403: first is not included in your plan; choose a model that this key may use, or \
                 another key",
            ),
        Row::first("403: the account is blocked, and another provider is left", error(403, "Your account is suspended", &json!(403)))
            .set("providers.other.base_url = \"{server}\"")
            .fallbacks(&["second", "other/third"])
            .reads([
                "first could not answer: oxlo answered 403: Your account is suspended; \
                 other/third is asked instead",
            ])
            .asks("first other/third")
            .arrives("first third"),
        Row::first(
            "404: a model that it does not know",
            error(404, "The model `first` does not exist", &json!("model_not_found")),
        )
        .reads([
            "first could not answer: oxlo answered 404: The model `first` does not exist; \
             second is asked instead",
        ]),
        Row::first("404: no such path", error(404, "File Not Found", &json!(404)))
            .ends("oxlo answered 404: File Not Found; check the provider's base_url: most end in /v1"),
        Row::first("405: a path for something else", Reply::whole(405, "text/plain", ""))
            .ends("oxlo answered 405; check the provider's base_url: most end in /v1"),
        Row::first("413: too large", Reply::whole(413, "text/plain", "Payload Too Large")).ends(
            "oxlo answered 413: Payload Too Large; set the model's context_window in the configuration, so that old \
             turns are left out, or begin a chat",
        ),
        Row::first("422: not as it wants it", Reply::json(422, &json!({"detail": "messages: field required"})))
            .ends("oxlo answered 422: messages: field required; change the prompt, or choose another model"),
        Row::first("451: it may not answer that", Reply::whole(451, "text/plain", ""))
            .ends("oxlo answered 451; put it in other words, or choose another model"),
    ];
    rows.extend(blind());
    rows.push(Row::first("200: an error in the place of an answer", error(200, "no credit", &json!(402))).ends(
        "oxlo says that the account's quota is used up: no credit; add credit to the account, or choose a model of \
             another provider",
    ));
    let about = "What would be refused again is not asked again: the line says what to do. Where the refusal concerns one \
                 model (it is not there, the plan does not include it, it cannot see) the next one is asked; a wrong key \
                 ends the turn.";
    Group { title: "It refuses", about, rows }
}

/// Models that cannot see, in the words of several servers.
fn blind() -> Vec<Row> {
    vec![
        Row::first("400: no images for this model", error(400, "This model does not support image input", &json!(400)))
            .reads(["first could not answer: oxlo answered 400: This model does not support image input; \
                 second is asked instead"]),
        Row::first(
            "404: no images for this model (OpenRouter)",
            error(404, "No endpoints found that support image input", &json!(404)),
        )
        .reads(["first could not answer: oxlo answered 404: No endpoints found that support image input; \
                 second is asked instead"]),
        Row::first(
            "422: no images for this model (DeepSeek)",
            Reply::whole(422, "text/plain", "messages[1]: unknown variant `image_url`, expected `text`"),
        )
        .reads([
            "first could not answer: oxlo answered 422: messages[1]: unknown variant `image_url`, expected `text`; \
                 second is asked instead",
        ]),
        Row::first(
            "500: no images for this model (llama.cpp)",
            error(500, "image input is not supported", &json!(500)),
        )
        .reads(["first could not answer: oxlo answered 500: image input is not supported; \
                 second is asked instead"]),
        Row::first(
            "500: the same, and there is no other model",
            error(500, "image input is not supported", &json!(500)),
        )
        .fallbacks(&[])
        .ends(
            "oxlo answered 500: image input is not supported; choose a model that sees images, or ask without the \
                 image",
        ),
    ]
}

pub(super) fn limited() -> Group {
    let quota = "You exceeded your current quota, please check your plan";
    let again = "oxlo answered 429: slow down · retry 1";
    let soon = "oxlo answered 429: slow down (again in 1 s) · retry 1";
    let now = "oxlo answered 429: slow down (again in 0 s) · retry 1";
    let late = "oxlo answered 429: slow down (again in 60 min); wait a moment, or choose another model";
    let rows = vec![
        Row::first("429, and there is a fallback", limited_by("retry-after", "60"))
            .reads(["first could not answer: oxlo answered 429: slow down (again in 60 s); second is asked instead"]),
        Row::alone("429 without a time", limited_by("x-other", "1")).reads([again]),
        Row::alone("429, `Retry-After` in seconds", limited_by("retry-after", "0")).reads([now]),
        Row::alone("429, `Retry-After` as a date", limited_by("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"))
            .reads([now]),
        Row::alone("429, `retry-after-ms`", limited_by("retry-after-ms", "1")).reads([soon]),
        Row::alone("429, `llm_provider-retry-after` (LiteLLM)", limited_by("llm_provider-retry-after", "0"))
            .reads([now]),
        Row::alone(
            "429, `x-ratelimit-reset-requests`",
            limited_by("x-ratelimit-reset-requests", "1ms").with_header("x-ratelimit-remaining-requests", "0"),
        )
        .reads([soon]),
        Row::alone(
            "429, `x-ratelimit-reset` as a moment",
            limited_by("x-ratelimit-reset", "1000000000").with_header("x-ratelimit-remaining", "0"),
        )
        .reads([now]),
        Row::alone("429, the time in its words", error(429, "try again in 1ms", &json!(null)))
            .reads(["oxlo answered 429: try again in 1ms (again in 1 s) · retry 1"]),
        Row::alone("429 for longer than anybody waits", limited_by("retry-after", "3600")).ends(late),
        Row::scripted("429 for longer than anybody waits, from every model", |_, _| limited_by("retry-after", "3600"))
            .reads([
                "first could not answer: oxlo answered 429: slow down (again in 60 min); second is asked instead",
                late,
            ])
            .keeps(Kept::Nothing),
        Row::first("429: the quota is used up", error(429, quota, &json!("insufficient_quota"))).ends(
            "oxlo says that the account's quota is used up (429): You exceeded your current quota, please check your \
             plan; add credit to the account, or choose a model of another provider",
        ),
    ];
    let about = "A fallback answers at once. Where there is none, the same model is asked again when it says that it may, \
                 or after a pause; the screen counts down, Esc stops it, and Ctrl+R has another model answer.";
    Group { title: "It limits how often it is asked", about, rows }
}

pub(super) fn failing() -> Group {
    let rows = vec![
        Row::first("408: it took too long itself", error(408, "Request timed out", &json!("408")))
            .reads(["first could not answer: oxlo answered 408: Request timed out; second is asked instead"]),
        Row::first("500, its code a number", error(500, "boom", &json!(500)))
            .reads(["first could not answer: oxlo answered 500: boom; second is asked instead"]),
        Row::first("500, its code a text", error(500, "boom", &json!("500")))
            .reads(["first could not answer: oxlo answered 500: boom; second is asked instead"]),
        Row::first("500 in plain text", Reply::whole(500, "text/plain", "Internal Server Error"))
            .reads(["first could not answer: oxlo answered 500: Internal Server Error; second is asked instead"]),
        Row::first("500 as a web page", html(500)).reads([
            "first could not answer: oxlo answered 500: a web page instead of an answer; second is asked instead",
        ]),
        Row::first("501: it cannot do that at all", Reply::whole(501, "text/plain", ""))
            .ends("oxlo answered 501; change the prompt, or choose another model"),
        Row::first("502 as a web page", html(502)).reads([
            "first could not answer: oxlo answered 502: a web page instead of an answer; second is asked instead",
        ]),
        Row::alone(
            "503 with `Retry-After`",
            Reply::whole(503, "text/plain", "Loading model").with_header("retry-after", "0"),
        )
        .reads(["oxlo answered 503: Loading model (again in 0 s) · retry 1"]),
        Row::first("503, and there is a fallback", Reply::whole(503, "text/plain", "Loading model"))
            .reads(["first could not answer: oxlo answered 503: Loading model; second is asked instead"]),
        Row::first("504 without a word", Reply::whole(504, "text/plain", ""))
            .reads(["first could not answer: oxlo answered 504; second is asked instead"]),
        Row::first("529: it is overloaded", error(529, "Overloaded", &json!("overloaded_error")))
            .reads(["first could not answer: oxlo answered 529: Overloaded; second is asked instead"]),
    ];
    let about = "The next model answers at once; where there is none, the same one is asked again after a pause.";
    Group { title: "It cannot answer now", about, rows }
}
