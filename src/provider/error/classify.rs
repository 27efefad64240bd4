//! What sort of failure a refusal is: by its name where it has one, else by what it says, else by its status.
//!
//! Pure tables, read from the top: the first row that fits counts.

use super::ErrorKind::{
    self as Kind, Auth, BadRequest, ContentFilter, ContextOverflow, Permission, Protocol, Quota, RateLimited, Server,
    UnknownModel, Unreachable,
};
use super::refusal::Refusal;

/// Names that endpoints give to errors, in small letters without anything between them. The nearer a name is to the
/// reason the higher it stands: gateways wrap one error into another and leave both names.
const NAMES: &[(Kind, &[&str])] = &[
    (ContextOverflow, &["contextlengthexceeded", "exceedcontextsizeerror", "contextwindowexceedederror"]),
    (ContextOverflow, &["stringabovemaxlength", "requesttoolarge"]),
    (ContentFilter, &["contentfilter", "contentpolicyviolation", "contentpolicyviolationerror", "moderationblocked"]),
    (ContentFilter, &["responsibleaipolicyviolation", "datainspectionfailed", "safetyerror"]),
    (
        Quota,
        &["insufficientquota", "billinghardlimitreached", "billingnotactive", "insufficientcredits", "quotaexceeded"],
    ),
    (Quota, &["budgetexceeded", "insufficientbalance", "billingerror"]),
    (RateLimited, &["ratelimitexceeded", "ratelimiterror", "throttlingerror", "ratelimitreached", "toomanyrequests"]),
    (RateLimited, &["resourceexhausted", "slowdown"]),
    (Auth, &["invalidapikey", "incorrectapikey", "missingapikey", "authenticationerror", "invalidauthentication"]),
    (Auth, &["nodbconnection", "unauthenticated", "unauthorized", "autherror"]),
    (Permission, &["permissionerror", "permissiondenied", "permissiondeniederror", "accessdenied"]),
    (Permission, &["unsupportedcountryregionterritory", "keymodelaccessdenied", "teammodelaccessdenied"]),
    (
        UnknownModel,
        &["modelnotfound", "modelnotavailable", "modeldecommissioned", "deploymentnotfound", "modelnotexist"],
    ),
    (Server, &["overloadederror", "engineoverloaded", "servererror", "internalservererror", "serviceunavailable"]),
    (Server, &["serviceunavailableerror", "apiconnectionerror"]),
];

/// Statuses under which the reason may be said in words only.
const REFUSED: std::ops::RangeInclusive<u16> = 400..=499;
const FAILED: std::ops::RangeInclusive<u16> = 500..=599;
const ANY: std::ops::RangeInclusive<u16> = 0..=999;

type Statuses = std::ops::RangeInclusive<u16>;

/// What is said, in small letters: each of these words, under such a status.
const SAID: &[(Kind, Statuses, &[&str])] = &[
    // A request of this form is refused however busy the server is.
    (BadRequest, FAILED, &["not supported", "image"]),
    (BadRequest, FAILED, &["mmproj"]),
    (BadRequest, FAILED, &["parse error", "json"]),
    (ContextOverflow, ANY, &["context length"]),
    (ContextOverflow, ANY, &["context size"]),
    (ContextOverflow, ANY, &["context window"]),
    (ContextOverflow, ANY, &["maximum context"]),
    (ContextOverflow, REFUSED, &["prompt", "too long"]),
    (ContextOverflow, REFUSED, &["input", "too long"]),
    (ContextOverflow, REFUSED, &["too many tokens"]),
    (ContextOverflow, REFUSED, &["maximum", "tokens", "exceed"]),
    (Quota, ANY, &["exceeded your current quota"]),
    (Quota, ANY, &["insufficient", "credits"]),
    (Quota, ANY, &["insufficient", "balance"]),
    (Quota, ANY, &["requires more credits"]),
    (Quota, ANY, &["credit balance"]),
    (Auth, ANY, &["no connected db"]),
    (Auth, REFUSED, &["api key"]),
    (Auth, REFUSED, &["apikey"]),
    (Auth, REFUSED, &["invalid", "token", "authenticat"]),
    (Auth, REFUSED, &["subscription key"]),
    (Auth, REFUSED, &["wrong key"]),
    (ContentFilter, REFUSED, &["content policy"]),
    (ContentFilter, REFUSED, &["content management policy"]),
    (ContentFilter, REFUSED, &["content filter"]),
    (ContentFilter, REFUSED, &["requires moderation"]),
    (ContentFilter, REFUSED, &["safety system"]),
    (UnknownModel, REFUSED, &["no endpoints found for"]),
    (BadRequest, REFUSED, &["no endpoints found"]),
    (UnknownModel, REFUSED, &["model", "not found"]),
    (UnknownModel, REFUSED, &["model", "does not exist"]),
    (UnknownModel, REFUSED, &["invalid model"]),
    (UnknownModel, REFUSED, &["unknown model"]),
    (UnknownModel, REFUSED, &["no such model"]),
    (UnknownModel, REFUSED, &["not a valid model"]),
    (UnknownModel, REFUSED, &["model", "decommissioned"]),
    (UnknownModel, 404..=404, &["model"]),
    (RateLimited, ANY, &["rate limit"]),
    (RateLimited, ANY, &["too many requests"]),
];

/// What a status says by itself.
const STATUSES: &[(Kind, Statuses)] = &[
    // A redirection that could not be followed.
    (Protocol, 300..=399),
    (Auth, 401..=401),
    (Quota, 402..=402),
    (Permission, 403..=403),
    // No such path: the address is wrong.
    (Protocol, 404..=405),
    // The proxy on the way wants a password.
    (Unreachable, 407..=407),
    // The server's own patience is at its end, or it wants to be asked again.
    (Server, 408..=408),
    (ContextOverflow, 413..=413),
    (Server, 425..=425),
    (RateLimited, 429..=429),
    (ContentFilter, 451..=451),
    (Server, 498..=499),
    (BadRequest, 400..=499),
    (BadRequest, 501..=501),
    (Server, ANY),
];

/// What sort of failure `refusal` is. `status` is that of the answer; inside a stream that began well it is none, and the
/// one that the error names counts.
pub(crate) fn classify(status: Option<u16>, refusal: &Refusal) -> Kind {
    let status = status.or(refusal.status).unwrap_or_default();
    // What is too large is no smaller a minute later, whatever else it is called.
    if status == 413 {
        return ContextOverflow;
    }
    let plain = |name: &String| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let plain_names: Vec<String> = refusal.names.iter().map(plain).collect();
    let said = refusal.message.to_lowercase();
    let by_name = || NAMES.iter().find(|(_, known)| plain_names.iter().any(|name| known.contains(&name.as_str())));
    let by_words = |(_, statuses, words): &&(_, Statuses, &[&str])| {
        statuses.contains(&status) && words.iter().all(|word| said.contains(word))
    };
    let by_status =
        || STATUSES.iter().find(|(_, statuses)| statuses.contains(&status)).map_or(Server, |(kind, _)| *kind);
    let named = by_name().map(|(kind, _)| *kind);
    let kind = match named {
        // "server error" is a name for want of a better one.
        Some(kind) if kind != Server => kind,
        _ => SAID.iter().find(by_words).map(|(kind, ..)| *kind).or(named).unwrap_or_else(by_status),
    };
    // Who is told to come back later is told so with all sorts of words: only that no money is left is worse.
    match status {
        402 => Quota,
        429 if kind != Quota => RateLimited,
        _ => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REFUSALS: &[(u16, &str, Kind)] = &[
        (429, r#"{"error":{"message":"Too many requests for this API key, try again later"}}"#, RateLimited),
        (429, r#"{"message":"Too many tokens, please wait before trying again."}"#, RateLimited),
        (402, r#"{"error":{"message":"Your API key has no balance"}}"#, Quota),
        // llama.cpp
        (401, r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#, Auth),
        (
            400,
            r#"{"error":{"code":400,"message":"model 'nope' not found","type":"invalid_request_error"}}"#,
            UnknownModel,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"request (9031 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9031,"n_ctx":4096}}"#,
            ContextOverflow,
        ),
        (
            500,
            r#"{"error":{"code":500,"message":"image input is not supported - hint: if this is unexpected, you may need to provide the mmproj","type":"server_error"}}"#,
            BadRequest,
        ),
        (
            500,
            r#"{"error":{"code":500,"message":"[json.exception.parse_error.101] parse error at line 1","type":"server_error"}}"#,
            BadRequest,
        ),
        (404, r#"{"error":{"message":"File Not Found","type":"not_found_error","code":404}}"#, Protocol),
        (500, "proxy error: Could not establish connection", Server),
        (503, r#"{"error":{"message":"Loading model","type":"unavailable_error","code":503}}"#, Server),
        // LiteLLM
        (400, r#"{"error":{"message":"No connected db.","type":"no_db_connection","param":null,"code":"400"}}"#, Auth),
        (500, "Internal Server Error", Server),
        (
            400,
            r#"{"error":{"message":"/chat/completions: Invalid model name passed in model=nope. Call `/v1/models` to view available models for your key.","type":"invalid_request_error","code":"400"}}"#,
            UnknownModel,
        ),
        (
            400,
            r#"{"error":{"message":"litellm.ContextWindowExceededError: litellm.BadRequestError: ContextWindowExceededError: OpenAIException - request (9031 tokens) exceeds","type":"invalid_request_error","code":"400"}}"#,
            ContextOverflow,
        ),
        (
            500,
            r#"{"error":{"message":"litellm.InternalServerError: InternalServerError: OpenAIException - Connection error.","type":null,"code":"500"}}"#,
            Server,
        ),
        (429, r#"{"error":{"message":"Rate limit exceeded","type":"throttling_error","code":"429"}}"#, RateLimited),
        (
            400,
            r#"{"error":{"message":"litellm.BadRequestError: litellm.ContentPolicyViolationError: blocked","code":"400"}}"#,
            ContentFilter,
        ),
        (408, r#"{"error":{"message":"litellm.Timeout: Request timed out","type":null,"code":"408"}}"#, Server),
        (401, r#"{"error":{"message":"litellm.AuthenticationError: OpenAIException - no","code":"401"}}"#, Auth),
        // OpenAI
        (
            401,
            r#"{"error":{"message":"Incorrect API key provided: sk-x.","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            Auth,
        ),
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            Quota,
        ),
        (
            429,
            r#"{"error":{"message":"Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM)","type":"tokens","code":"rate_limit_exceeded"}}"#,
            RateLimited,
        ),
        (
            400,
            r#"{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
            ContextOverflow,
        ),
        (
            404,
            r#"{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it.","type":"invalid_request_error","code":"model_not_found"}}"#,
            UnknownModel,
        ),
        (
            400,
            r#"{"error":{"message":"Your request was rejected by our safety system.","type":"invalid_request_error","code":"content_policy_violation"}}"#,
            ContentFilter,
        ),
        (
            403,
            r#"{"error":{"message":"Country, region, or territory not supported","code":"unsupported_country_region_territory"}}"#,
            Permission,
        ),
        (
            400,
            r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model.","type":"invalid_request_error","code":"unsupported_value"}}"#,
            BadRequest,
        ),
        (
            500,
            r#"{"error":{"message":"The server had an error while processing your request.","type":"server_error","code":null}}"#,
            Server,
        ),
        // OpenRouter
        (
            429,
            r#"{"error":{"code":429,"message":"Provider returned error","metadata":{"raw":"m is temporarily rate-limited upstream","provider_name":"X"}}}"#,
            RateLimited,
        ),
        (402, r#"{"error":{"code":402,"message":"This request requires more credits, or fewer max_tokens."}}"#, Quota),
        (400, r#"{"error":{"code":400,"message":"nope is not a valid model ID"}}"#, UnknownModel),
        (404, r#"{"error":{"code":404,"message":"No endpoints found for x/y."}}"#, UnknownModel),
        (404, r#"{"error":{"code":404,"message":"No endpoints found that support image input"}}"#, BadRequest),
        (
            403,
            r#"{"error":{"code":403,"message":"Your chosen model requires moderation and your input was flagged"}}"#,
            ContentFilter,
        ),
        (401, r#"{"error":{"code":401,"message":"User not found."}}"#, Auth),
        // Groq
        (
            413,
            r#"{"error":{"message":"Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000","type":"tokens","code":"rate_limit_exceeded"}}"#,
            ContextOverflow,
        ),
        (
            429,
            r#"{"error":{"message":"Rate limit reached on tokens per day (TPD). Please try again in 7m12s. Upgrade at https://x.example/settings/billing","type":"tokens","code":"rate_limit_exceeded"}}"#,
            RateLimited,
        ),
        (498, r#"{"error":{"message":"capacity_exceeded"}}"#, Server),
        (
            400,
            r#"{"error":{"message":"The model `old` has been decommissioned","type":"invalid_request_error","code":"model_decommissioned"}}"#,
            UnknownModel,
        ),
        // Ollama
        (404, r#"{"error":"model 'x' not found"}"#, UnknownModel),
        (
            404,
            r#"{"error":{"message":"model \"x\" not found, try pulling it first","type":"not_found_error","param":null,"code":null}}"#,
            UnknownModel,
        ),
        (500, r#"{"error":"llama runner process has terminated"}"#, Server),
        // vLLM
        (
            404,
            r#"{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}"#,
            UnknownModel,
        ),
        (
            400,
            r#"{"object":"error","message":"This model's maximum context length is 2048 tokens. However, you requested 3000","type":"BadRequestError","code":400}"#,
            ContextOverflow,
        ),
        (401, r#"{"error":"Unauthorized"}"#, Auth),
        // Azure
        (401, r#"{"statusCode":401,"message":"Access denied due to invalid subscription key"}"#, Auth),
        (
            404,
            r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#,
            UnknownModel,
        ),
        (
            400,
            r#"{"error":{"code":"content_filter","message":"The response was filtered","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            ContentFilter,
        ),
        // Google
        (
            400,
            r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#,
            Auth,
        ),
        (
            429,
            r#"[{"error":{"code":429,"message":"Resource has been exhausted","status":"RESOURCE_EXHAUSTED"}}]"#,
            RateLimited,
        ),
        // Others, and what stands between
        (403, "Forbidden", Permission),
        (403, r#"{"error":{"message":"This API key may not do that"}}"#, Auth),
        (403, "<html>blocked</html>", Permission),
        (404, "404 page not found", Protocol),
        (407, "", Unreachable),
        (413, "<html>413 Request Entity Too Large</html>", ContextOverflow),
        (422, r#"{"detail":[{"loc":["body"],"msg":"field required"}]}"#, BadRequest),
        (429, "", RateLimited),
        (502, "<html><body>502 Bad Gateway</body></html>", Server),
        (504, "", Server),
        (529, r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, Server),
        (308, "", Protocol),
    ];

    #[test]
    fn refusals_of_real_servers_are_told_apart() {
        for &(status, body, kind) in REFUSALS {
            assert_eq!(classify(Some(status), &Refusal::read(body)), kind, "{status} {body}");
        }
    }

    #[test]
    fn an_error_inside_a_stream_is_told_by_what_it_names() {
        for (body, kind) in [
            (r#"{"error":{"message":"upstream died","code":"500"}}"#, Server),
            (r#"{"error":{"message":"x","code":429}}"#, RateLimited),
            (r#"{"error":{"message":"x","code":"invalid_api_key"}}"#, Auth),
            (r#"{"error":{"message":"litellm.APIConnectionError: x","type":null,"code":"500"}}"#, Server),
            (r#"{"error":"rate limit exceeded"}"#, RateLimited),
            (r#"{"error":{"type":"overloaded_error","message":"Overloaded"}}"#, Server),
            (r#"{"error":{"message":"request exceeds the available context size","code":400}}"#, ContextOverflow),
            ("upstream timed out", Server),
            ("", Server),
        ] {
            assert_eq!(classify(None, &Refusal::read(body)), kind, "{body}");
        }
    }
}
