//! Refusals as real servers word them, each with the sort of failure that it is.

use super::*;

const REFUSALS: &[(u16, &str, Kind)] = &[
    (429, r#"{"error":{"message":"Too many requests for this API key, try again later"}}"#, RateLimited),
    (429, r#"{"message":"Too many tokens, please wait before trying again."}"#, RateLimited),
    (402, r#"{"error":{"message":"Your API key has no balance"}}"#, Quota),
    (403, r#"{"error":{"message":"Your account has run out of credits. Top up to continue."}}"#, Quota),
    (400, r#"{"error":{"message":"m is currently at capacity. Try another model"}}"#, Server),
    // llama.cpp
    (401, r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#, Auth),
    (400, r#"{"error":{"code":400,"message":"model 'nope' not found","type":"invalid_request_error"}}"#, UnknownModel),
    (
        400,
        r#"{"error":{"code":400,"message":"request (9031 tokens) exceeds the available context size (4096 tokens), try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9031,"n_ctx":4096}}"#,
        ContextOverflow,
    ),
    (
        500,
        r#"{"error":{"code":500,"message":"image input is not supported - hint: if this is unexpected, you may need to provide the mmproj","type":"server_error"}}"#,
        NoVision,
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
        Blocked,
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
    (404, r#"{"error":{"code":404,"message":"No endpoints found that support image input"}}"#, NoVision),
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
    (403, "<html>blocked</html>", Blocked),
    (
        400,
        r#"{"error":{"message":"Model Not Exist","type":"invalid_request_error","code":"invalid_request_error"}}"#,
        UnknownModel,
    ),
    (
        400,
        r#"{"error":{"message":"The supported API model names are a or b, but you passed first.","type":"invalid_request_error"}}"#,
        UnknownModel,
    ),
    (
        400,
        r#"{"error":{"message":"The requested model 'm' is not supported by any provider you have enabled.","code":"model_not_supported"}}"#,
        UnknownModel,
    ),
    (
        404,
        r#"{"error":{"message":"No endpoints found matching your data policy. Configure: https://x.example","code":404}}"#,
        Permission,
    ),
    (
        404,
        r#"{"error":{"message":"No endpoints available matching your guardrail restrictions and data policy.","code":404}}"#,
        Permission,
    ),
    (
        403,
        r#"{"error":{"message":"The model `m` is blocked at the project level.","code":"model_permission_blocked_project"}}"#,
        Permission,
    ),
    (410, r#"{"error":{"message":"This model has been retired."}}"#, UnknownModel),
    (424, r#"{"error":"Request failed during generation: Server error","error_type":"generation"}"#, Server),
    (400, r#"{"error":"Failed to load model \"m\". Error: insufficient system resources"}"#, Server),
    // Quotas in other words
    (
        403,
        r#"{"code":"The caller does not have permission to execute the specified operation","error":"Your team has either used all available credits or reached its monthly spending limit."}"#,
        Quota,
    ),
    (403, r#"{"error":{"message":"Key limit exceeded (total limit).","code":403}}"#, Quota),
    (
        429,
        r#"{"error":{"message":"Your account is suspended, please check your plan","type":"exceeded_current_quota_error"}}"#,
        Quota,
    ),
    (
        400,
        r#"{"error":{"message":"Access denied, please make sure your account is in good standing.","code":"Arrearage"}}"#,
        Quota,
    ),
    (403, r#"{"error":{"message":"x","type":"new_api_error","code":"insufficient_user_quota"}}"#, Quota),
    (429, r#"{"error":{"message":"Weekly/Monthly Limit Exhausted.","code":"1310"}}"#, Quota),
    // Plans and accounts
    (403, r#"{"error":{"message":"This model requires upgrade","code":403}}"#, Permission),
    (
        403,
        r#"{"error":{"message":"kimi-k2.6 is not included in your plan. Upgrade your plan to use it."}}"#,
        Permission,
    ),
    (403, r#"{"error":{"message":"Your API key does not have access to model kimi-k2.6"}}"#, Permission),
    (403, r#"{"detail":"Premium models are not available on the free tier"}"#, Permission),
    (400, r#"{"error":{"message":"This model is not available on your plan"}}"#, Permission),
    (
        401,
        r#"{"error":{"message":"key not allowed to access model","type":"key_model_access_denied","code":"401"}}"#,
        Permission,
    ),
    (
        403,
        r#"{"error":{"message":"Project `p` does not have access to model `m`","code":"model_not_found"}}"#,
        UnknownModel,
    ),
    (403, r#"{"error":{"message":"Invalid API key for this model"}}"#, Auth),
    (401, r#"{"error":{"message":"Your API key is not valid, see our plans to upgrade"}}"#, Auth),
    (403, r#"{"error":{"message":"Your account has been suspended"}}"#, Blocked),
    (403, r#"{"error":{"message":"Consumer account has been suspended.","status":"PERMISSION_DENIED"}}"#, Blocked),
    (403, r#"{"error":{"message":"This organization has been disabled"}}"#, Blocked),
    (
        400,
        r#"[{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}]"#,
        Blocked,
    ),
    (429, r#"{"error":{"message":"Rate limit reached. Upgrade your plan for more"}}"#, RateLimited),
    // Models that cannot answer, in other words
    (400, r#"{"error":{"message":"模型不存在，请检查模型代码。","code":"1211"}}"#, UnknownModel),
    (400, r#"{"code":20012,"message":"Model does not exist. Please check it carefully."}"#, UnknownModel),
    (400, r#"{"error":"No models loaded. Please load a model in the developer page."}"#, UnknownModel),
    (
        400,
        r#"{"error":{"message":"The requested model 'm' is not a chat model.","code":"model_not_supported"}}"#,
        UnknownModel,
    ),
    (
        404,
        r#"{"error":{"message":"This is not a chat model and thus not supported in the v1/chat/completions endpoint."}}"#,
        UnknownModel,
    ),
    (
        400,
        r#"{"error":{"message":"Unable to access non-serverless model m.","code":"model_not_available"}}"#,
        UnknownModel,
    ),
    (404, r#"{"status":404,"title":"Not Found","detail":"Function 'f': Not found for account 'a'"}"#, UnknownModel),
    (400, r#"{"detail":"Function id 'f': DEGRADED function cannot be invoked"}"#, Server),
    (400, r#"{"error":{"code":"unavailable_model","message":"Unavailable model: m"}}"#, UnknownModel),
    (400, r#"{"message":"The provided model identifier is invalid."}"#, UnknownModel),
    (
        400,
        r#"{"message":"Invocation of model ID m with on-demand throughput isn't supported. Retry with an inference profile."}"#,
        UnknownModel,
    ),
    (404, r#"{"message":"This model version has reached the end of its life."}"#, UnknownModel),
    (400, r#"{"error":{"message":"\"m\" does not support chat"}}"#, UnknownModel),
    (412, r#"{"error":"the model requires a newer version of Ollama"}"#, UnknownModel),
    (
        400,
        r#"{"error":{"message":"The chatCompletion operation does not work with the specified model, m.","code":"OperationNotSupported"}}"#,
        UnknownModel,
    ),
    (503, r#"{"error":{"message":"当前分组 default 下对于模型 m 无可用渠道","code":"model_not_found"}}"#, UnknownModel),
    (403, r#"{"error":{"message":"该令牌无权访问模型：m","type":"new_api_error"}}"#, Permission),
    (
        404,
        r#"{"error":{"message":"No allowed providers are available for the selected model.","code":404}}"#,
        Permission,
    ),
    (
        400,
        r#"{"error":{"message":"The model `m` requires terms acceptance.","code":"model_terms_required"}}"#,
        Permission,
    ),
    (
        400,
        r#"{"error":{"message":"Your organization must be verified to stream this model.","param":"stream","code":"unsupported_value"}}"#,
        Permission,
    ),
    (403, r#"{"message":"You don't have access to the model with the specified model ID."}"#, Permission),
    (400, r#"{"error":{"message":"your current token plan not support model, m"}}"#, Permission),
    (409, r#"{"error":{"message":"The model is being updated"}}"#, Server),
    (503, r#"{"error":"Model m is currently loading","estimated_time":20.0}"#, Server),
    // Quotas in still other words
    (429, r#"{"error":{"message":"余额不足或无可用资源包,请充值。","code":"1113"}}"#, Quota),
    (429, r#"{"error":{"message":"Your account is in arrears, please recharge and try again","code":"1113"}}"#, Quota),
    (403, r#"{"code":30001,"message":"Sorry, your account balance is insufficient"}"#, Quota),
    (
        403,
        r#"{"error":{"code":"AccountOverdueError","message":"The request failed because your account has an overdue balance."}}"#,
        Quota,
    ),
    (
        412,
        r#"{"error":{"message":"Account a is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices"}}"#,
        Quota,
    ),
    (
        400,
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits. You will regain access on 2025-01-01 at 00:00 UTC."}}"#,
        Quota,
    ),
    (
        400,
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the API."}}"#,
        Quota,
    ),
    (429, r#"{"message":"You are using a Trial key, which is limited to 1000 API calls / month."}"#, Quota),
    (429, r#"{"error":"you've reached your weekly usage limit, upgrade to continue"}"#, Quota),
    (400, r#"{"error":{"message":"Budget has been exceeded! Current cost: 10, Max budget: 5","code":"400"}}"#, Quota),
    (403, r#"{"error":{"message":"该令牌额度已用尽","type":"new_api_error"}}"#, Quota),
    (
        429,
        r#"[{"error":{"code":429,"message":"You exceeded your current quota. Please retry in 34.07s.","status":"RESOURCE_EXHAUSTED"}}]"#,
        RateLimited,
    ),
    (
        429,
        r#"{"error":{"code":"429","message":"Requests have exceeded call rate limit of your current pricing tier. Please retry after 26 seconds."}}"#,
        RateLimited,
    ),
    (429, r#"{"error":{"message":"您当前使用该API的并发数过高，请降低并发","code":"1302"}}"#, RateLimited),
    // What the filter says
    (400, r#"{"error":{"message":"Content Exists Risk","type":"invalid_request_error"}}"#, ContentFilter),
    (400, r#"{"error":{"code":"1301","message":"系统检测到输入或生成内容可能包含不安全或敏感内容"}}"#, ContentFilter),
    (
        400,
        r#"{"error":{"code":"InputTextSensitiveContentDetected","message":"The request failed because the input text may contain sensitive information."}}"#,
        ContentFilter,
    ),
    // What sounds like one of these and is none
    (400, r#"{"error":{"message":"Image size exceeds the limit of 5 MB"}}"#, BadRequest),
    (400, r#"{"error":{"message":"Failed to decode the image: insufficient data"}}"#, BadRequest),
    (400, r#"{"error":{"message":"messages: roles must alternate","type":"invalid_request_error"}}"#, BadRequest),
    (400, r#"{"error":{"message":"max_tokens must be at least 16"}}"#, BadRequest),
    (400, r#"{"error":{"message":"Invalid value for 'model': expected a string"}}"#, BadRequest),
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
        (r#"{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"},"choices":null}"#, Quota),
        (r#"{"code":20012,"message":"Model does not exist.","data":null}"#, UnknownModel),
        (r#"{"success":false,"errors":[{"code":7000,"message":"No route for that URI"}],"result":null}"#, Protocol),
        (r#"{"detail":"Not authenticated"}"#, Auth),
        (r#"{"error_code":17,"error_msg":"Open api daily request limit reached"}"#, Quota),
        ("upstream timed out", Server),
        ("", Server),
    ] {
        assert_eq!(classify(None, &Refusal::read(body)), kind, "{body}");
    }
}
