//! Rows: endpoints that refuse, by status.

use super::row::{Group, Kept, Row};
use crate::support::server::Reply;
use serde_json::{Value, json};

/// An error as most endpoints send it.
pub(super) fn error(status: u16, message: &str, code: &Value) -> Reply {
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

/// What the user reads where `second` is asked because of what `first` said.
macro_rules! instead {
    ($said:literal) => {
        concat!("first could not answer: oxlo answered ", $said, "; second is asked instead")
    };
}

/// A model that cannot answer, in the words of several servers.
pub(super) fn no_such_model() -> Group {
    let named = |status, body: Value| Reply::json(status, &body);
    let rows = vec![
        Row::first("400: `Model Not Exist` (DeepSeek)", error(400, "Model Not Exist", &json!("invalid_request_error")))
            .reads([instead!("400: Model Not Exist")]),
        Row::first(
            "400: the names that there are (DeepSeek)",
            error(400, "The supported API model names are a or b, but you passed first.", &json!(null)),
        )
        .reads([instead!("400: The supported API model names are a or b, but you passed first")]),
        Row::first(
            "400: no provider serves it (Hugging Face)",
            error(400, "The requested model 'first' is not supported by any provider", &json!("model_not_supported")),
        )
        .reads([instead!("400: The requested model 'first' is not supported by any provider")]),
        Row::first("400: the same in Chinese (Zhipu)", error(400, "模型不存在，请检查模型代码。", &json!("1211")))
            .reads([instead!("400: 模型不存在，请检查模型代码。")]),
        Row::first(
            "400: it cannot be loaded (LM Studio)",
            named(400, json!({"error": "Failed to load model \"first\". Error: insufficient system resources"})),
        )
        .reads([instead!("400: Failed to load model \"first\". Error: insufficient system resources")]),
        Row::first(
            "400: its terms are not accepted (Groq)",
            error(400, "The model `first` requires terms acceptance.", &json!("model_terms_required")),
        )
        .reads([instead!("400: The model `first` requires terms acceptance")]),
        Row::first(
            "403: it is blocked (Groq)",
            error(
                403,
                "The model `first` is blocked at the project level.",
                &json!("model_permission_blocked_project"),
            ),
        )
        .reads([instead!("403: The model `first` is blocked at the project level")]),
        Row::first(
            "404: no host fits the data policy (OpenRouter)",
            error(404, "No endpoints found matching your data policy", &json!(404)),
        )
        .reads([instead!("404: No endpoints found matching your data policy")]),
        Row::first(
            "404: no host fits the guardrails (OpenRouter)",
            error(404, "No endpoints available matching your guardrail restrictions", &json!(404)),
        )
        .reads([instead!("404: No endpoints available matching your guardrail restrictions")]),
        Row::first(
            "404: the same of a function (NVIDIA)",
            named(
                404,
                json!({"status": 404, "title": "Not Found", "detail": "Function 'f': Not found for account 'a'"}),
            ),
        )
        .reads([instead!("404: Function 'f': Not found for account 'a'")]),
        Row::first("409: it is being changed", error(409, "The model is being updated", &json!(null)))
            .reads([instead!("409: The model is being updated")]),
        Row::first("410: it is retired", error(410, "This model has been retired.", &json!(null)))
            .reads([instead!("410: This model has been retired")]),
        Row::first(
            "424: it failed (TGI)",
            named(424, json!({"error": "Request failed during generation: Server error", "error_type": "generation"})),
        )
        .reads([instead!("424: Request failed during generation: Server error")]),
    ];
    let about = "The next candidate is asked, whatever the status and the words.";
    Group { title: "It does not have the model", about, rows }
}

/// Quotas that are used up, in the words of several servers.
pub(super) fn spent() -> Group {
    let spent = |does, reply| {
        Row::first(does, reply)
            .set("providers.other.base_url = \"{server}\"")
            .fallbacks(&["second", "other/third"])
            .asks("first other/third")
            .arrives("first third")
    };
    macro_rules! other {
        ($said:literal) => {
            concat!(
                "first could not answer: oxlo says that the account's quota is used up (",
                $said,
                "; other/third is asked instead"
            )
        };
    }
    let xai =
        json!({"code": "The caller does not have permission", "error": "Your team has used all available credits"});
    let rows = vec![
        spent("403: no credits (xAI)", Reply::json(403, &xai))
            .reads([other!("403): Your team has used all available credits")]),
        spent("403: the key's own limit (OpenRouter)", error(403, "Key limit exceeded (total limit).", &json!(403)))
            .reads([other!("403): Key limit exceeded (total limit)")]),
        spent(
            "429: the account is suspended (Moonshot)",
            Reply::json(
                429,
                &json!({"error": {"message": "Your account is suspended", "type": "exceeded_current_quota_error"}}),
            ),
        )
        .reads([other!("429): Your account is suspended")]),
        spent(
            "400: arrears (DashScope)",
            error(400, "Access denied, please make sure your account is in good standing.", &json!("Arrearage")),
        )
        .reads([other!("400): Access denied, please make sure your account is in good standing")]),
        spent("403: the same in Chinese (new-api)", error(403, "用户额度不足", &json!("insufficient_user_quota")))
            .reads([other!("403): 用户额度不足")]),
        spent("429: recharge, in Chinese (Zhipu)", error(429, "余额不足或无可用资源包,请充值", &json!("1113")))
            .reads([other!("429): 余额不足或无可用资源包,请充值")]),
        spent(
            "429: the limit of a week (GLM)",
            error(429, "Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-12-09 03:30:06", &json!("1310")),
        )
        .reads([other!("429): Weekly/Monthly Limit Exhausted. Your limit will reset at 2026-12-09 03:30:06")]),
    ];
    let about = "Every model of this provider would say the same, so one of another provider is asked, and none twice.";
    Group { title: "Its quota is used up", about, rows }
}

/// Errors in the place of an answer, in the envelopes of several servers.
pub(super) fn enveloped() -> Group {
    let said = |does, body: Value| Row::first(does, Reply::json(200, &body));
    let rows = vec![
        said(
            "200: `base_resp` (MiniMax)",
            json!({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}, "choices": null}),
        )
        .ends(
            "oxlo says that the account's quota is used up: insufficient balance; add credit to the account, or choose a \
             model of another provider",
        ),
        said(
            "200: a code and a message (SiliconFlow)",
            json!({"code": 20012, "message": "Model does not exist.", "data": null}),
        )
        .reads([
            "first could not answer: oxlo answered with an error: Model does not exist; second is asked instead",
        ]),
        said(
            "200: `success: false` (Cloudflare)",
            json!({"success": false, "errors": [{"code": 7000, "message": "No route for that URI"}], "result": null}),
        )
        .ends("oxlo answered with an error: No route for that URI; check the provider's base_url: most end in /v1"),
        said("200: `detail` (FastAPI)", json!({"detail": "Not authenticated"}))
            .ends("oxlo answered with an error: Not authenticated; check the key in OXLO_API_KEY"),
    ];
    let about = "What it says counts, not the status.";
    Group { title: "It calls an error a success", about, rows }
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
