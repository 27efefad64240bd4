//! What sort of failure a refusal is: by its name where it has one, else by what it says, else by its status.
//!
//! Pure tables, read from the top: the first row that fits counts.

use super::ErrorKind::{
    self as Kind, Auth, BadRequest, Blocked, ContentFilter, ContextOverflow, NoVision, Permission, Protocol, Quota,
    RateLimited, Server, UnknownModel, Unreachable,
};
use super::blind;
use super::refusal::Refusal;
use Under::{Any, Failed, Only, Refused};

/// Names that endpoints give to errors, in small letters without anything between them. The nearer a name is to the
/// reason the higher it stands: gateways wrap one error into another and leave both names.
const NAMES: &[(Kind, &[&str])] = &[
    (ContextOverflow, &["contextlengthexceeded", "exceedcontextsizeerror", "contextwindowexceedederror"]),
    (ContextOverflow, &["stringabovemaxlength", "requesttoolarge", "toomanyprompttokens", "tokenslimitreached"]),
    (ContextOverflow, &["modelmaxprompttokensexceeded"]),
    (ContentFilter, &["contentfilter", "contentpolicyviolation", "contentpolicyviolationerror", "moderationblocked"]),
    (ContentFilter, &["responsibleaipolicyviolation", "datainspectionfailed", "safetyerror"]),
    (ContentFilter, &["sensitivecontentdetected", "inputtextsensitivecontentdetected"]),
    (ContentFilter, &["outputtextsensitivecontentdetected", "inputimagesensitivecontentdetected"]),
    (
        Quota,
        &["insufficientquota", "billinghardlimitreached", "billingnotactive", "insufficientcredits", "quotaexceeded"],
    ),
    (Quota, &["budgetexceeded", "insufficientbalance", "billingerror", "exceededcurrentquotaerror", "arrearage"]),
    (Quota, &["insufficientuserquota", "preconsumetokenquotafailed", "insufficientfunds", "usagelimitreached"]),
    (Quota, &["accountoverdueerror", "blockedapiaccess"]),
    (RateLimited, &["ratelimitexceeded", "ratelimiterror", "throttlingerror", "ratelimitreached", "toomanyrequests"]),
    (RateLimited, &["resourceexhausted", "slowdown", "throttlingexception"]),
    (Auth, &["invalidapikey", "incorrectapikey", "missingapikey", "authenticationerror", "invalidauthentication"]),
    (Auth, &["nodbconnection", "unauthenticated", "unauthorized", "autherror"]),
    (Blocked, &["unsupportedcountryregionterritory", "accountdeactivated", "accountsuspended", "accountdisabled"]),
    (Blocked, &["organizationrestricted", "organizationdisabled", "organizationsuspended", "ipnotallowed"]),
    (Permission, &["keymodelaccessdenied", "teammodelaccessdenied", "modelpermissionblockedproject"]),
    (Permission, &["modelpermissionblockedorg", "modeltermsrequired", "modelaccessdenied"]),
    (
        UnknownModel,
        &["modelnotfound", "modelnotavailable", "modeldecommissioned", "deploymentnotfound", "modelnotexist"],
    ),
    (UnknownModel, &["modelnotsupported", "unknownmodel", "unavailablemodel", "invalidmodel", "modeldeprecated"]),
    (UnknownModel, &["invalidendpointormodelnotfound", "modelnotopen", "endpointnotfound"]),
    (Permission, &["permissionerror", "permissiondenied", "permissiondeniederror", "accessdenied"]),
    (Server, &["overloadederror", "engineoverloaded", "servererror", "internalservererror", "serviceunavailable"]),
    (Server, &["serviceunavailableerror", "apiconnectionerror"]),
];

/// Under which statuses words count.
#[derive(Debug, Clone, Copy)]
enum Under {
    Any,
    /// It refuses. An error in the place of an answer has no status, and is mostly a refusal.
    Refused,
    /// It fails.
    Failed,
    Only(u16),
}

impl Under {
    fn holds(self, status: u16) -> bool {
        match self {
            Any => true,
            Refused => status == 0 || (400..=499).contains(&status),
            Failed => (500..=599).contains(&status),
            Only(only) => status == only,
        }
    }
}

/// What is said, in small letters: each of these words, under such a status.
const SAID: &[(Kind, Under, &[&str])] = &[
    // A request of this form is refused however busy the server is.
    (BadRequest, Failed, &["not supported", "image"]),
    (BadRequest, Failed, &["parse error", "json"]),
    // Too long. Speaks of tokens, of the prompt or of the context; a limit of the answer is another thing.
    (ContextOverflow, Any, &["context length"]),
    (ContextOverflow, Any, &["context size"]),
    (ContextOverflow, Any, &["context window"]),
    (ContextOverflow, Any, &["context limit"]),
    (ContextOverflow, Any, &["maximum context"]),
    (ContextOverflow, Any, &["context the overflows"]),
    (ContextOverflow, Refused, &["prompt", "too long"]),
    (ContextOverflow, Refused, &["input", "too long"]),
    (ContextOverflow, Refused, &["messages", "too long"]),
    (ContextOverflow, Refused, &["too many tokens"]),
    (ContextOverflow, Refused, &["too many input tokens"]),
    (ContextOverflow, Refused, &["maximum number of tokens", "exceed"]),
    (ContextOverflow, Refused, &["input tokens", "exceed"]),
    (ContextOverflow, Refused, &["input token count", "exceed"]),
    (ContextOverflow, Refused, &["input token count", "only supports"]),
    (ContextOverflow, Refused, &["prompt tokens", "exceed"]),
    (ContextOverflow, Refused, &["prompt token count", "exceed"]),
    (ContextOverflow, Refused, &["prompt_tokens", "must be less than"]),
    (ContextOverflow, Refused, &["prompt contains", "expected at most"]),
    (ContextOverflow, Refused, &["prompt length", "exceed"]),
    (ContextOverflow, Refused, &["prompt exceeds"]),
    (ContextOverflow, Refused, &["prompt", "longer than the maximum"]),
    (ContextOverflow, Refused, &["maximum prompt length"]),
    (ContextOverflow, Refused, &["inputs", "max_new_tokens", "must be"]),
    (ContextOverflow, Refused, &["inputs", "must have less than", "tokens"]),
    (ContextOverflow, Refused, &["range of input length"]),
    (ContextOverflow, Refused, &["input length", "exceed"]),
    (ContextOverflow, Refused, &["model token limit"]),
    (ContextOverflow, Refused, &["token limit exceeded"]),
    (ContextOverflow, Refused, &["max message tokens"]),
    (ContextOverflow, Refused, &["max_seq_len"]),
    (ContextOverflow, Refused, &["max input characters"]),
    (ContextOverflow, Refused, &["maximum sequence length"]),
    (ContextOverflow, Refused, &["tokens to keep from the initial prompt"]),
    (ContextOverflow, Refused, &["reduce the length of the messages"]),
    (ContextOverflow, Refused, &["reduce the length of the prompt"]),
    (ContextOverflow, Refused, &["reduce the length of the input"]),
    (ContextOverflow, Refused, &["prompt", "超长"]),
    (ContextOverflow, Refused, &["token", "超过", "限制"]),
    (ContextOverflow, Refused, &["上下文", "超"]),
    (ContextOverflow, Refused, &["输入", "过长"]),
    // No money, or the share of a day, a week or a month.
    (Quota, Any, &["exceeded your current quota"]),
    (Quota, Any, &["insufficient", "credit"]),
    (Quota, Any, &["insufficient", "balance"]),
    (Quota, Any, &["insufficient", "quota"]),
    (Quota, Any, &["insufficient", "funds"]),
    (Quota, Any, &["requires more credits"]),
    (Quota, Any, &["out of credit"]),
    (Quota, Any, &["credits", "exhausted"]),
    (Quota, Any, &["top up", "credit"]),
    (Quota, Any, &["top up", "account"]),
    (Quota, Any, &["top up", "balance"]),
    (Quota, Any, &["top up to continue"]),
    (Quota, Any, &["credit balance"]),
    (Quota, Any, &["credit limit"]),
    (Quota, Any, &["used all available credits"]),
    (Quota, Any, &["included credits"]),
    (Quota, Any, &["credits expired"]),
    (Quota, Any, &["overdue balance"]),
    (Quota, Any, &["account", "in arrears"]),
    (Quota, Any, &["account", "good standing"]),
    (Quota, Any, &["key limit exceeded"]),
    (Quota, Any, &["limit exhausted"]),
    (Quota, Any, &["quota", "exhausted"]),
    (Quota, Any, &["spending limit"]),
    (Quota, Any, &["spend limit"]),
    (Quota, Any, &["billing hard limit"]),
    (Quota, Any, &["budget", "exceeded"]),
    (Quota, Any, &["usage limit"]),
    (Quota, Any, &["daily request limit"]),
    (Quota, Any, &["trial key", "month"]),
    (Quota, Any, &["billing method"]),
    (Quota, Any, &["payment method"]),
    (Quota, Any, &["余额不足"]),
    (Quota, Any, &["额度不足"]),
    (Quota, Any, &["额度", "用尽"]),
    (Quota, Any, &["欠费"]),
    (Quota, Any, &["充值"]),
    (Quota, Any, &["使用上限"]),
    (Quota, Any, &["套餐", "到期"]),
    (ContentFilter, Refused, &["content policy"]),
    (ContentFilter, Refused, &["content management policy"]),
    (ContentFilter, Refused, &["content filter"]),
    (ContentFilter, Refused, &["content exists risk"]),
    (ContentFilter, Refused, &["requires moderation"]),
    (ContentFilter, Refused, &["safety system"]),
    (ContentFilter, Refused, &["considered high risk"]),
    (ContentFilter, Refused, &["inappropriate content"]),
    (ContentFilter, Refused, &["new_sensitive"]),
    (ContentFilter, Refused, &["敏感"]),
    (Auth, Any, &["no connected db"]),
    (Auth, Any, &["not authenticated"]),
    (Auth, Refused, &["invalid api key"]),
    (Auth, Refused, &["incorrect api key"]),
    // The whole key, wherever it is used from: no model of this provider will answer.
    (Blocked, Refused, &["country", "not supported"]),
    (Blocked, Refused, &["country", "not available"]),
    (Blocked, Refused, &["region", "not supported"]),
    (Blocked, Refused, &["location", "not supported"]),
    (Blocked, Refused, &["account", "suspended"]),
    (Blocked, Refused, &["account", "deactivated"]),
    (Blocked, Refused, &["account", "disabled"]),
    (Blocked, Refused, &["account", "banned"]),
    (Blocked, Refused, &["organization", "disabled"]),
    (Blocked, Refused, &["organization", "restricted"]),
    (Blocked, Refused, &["ip address", "not allowed"]),
    (Blocked, Refused, &["ip address", "not authorized"]),
    (Blocked, Refused, &["ip address", "blocked"]),
    (Blocked, Only(403), &["a web page instead"]),
    // What the plan does not include is often said of the key, or of the account.
    (Permission, Refused, &["requires upgrade"]),
    (Permission, Refused, &["upgrade", "plan"]),
    (Permission, Refused, &["upgrade", "tier"]),
    (Permission, Refused, &["upgrade", "model"]),
    (Permission, Refused, &["included in", "plan"]),
    (Permission, Refused, &["available", "your plan"]),
    (Permission, Refused, &["available", "your tier"]),
    (Permission, Refused, &["plan", "does not include"]),
    (Permission, Refused, &["plan", "not support", "model"]),
    (Permission, Refused, &["plan", "not yet include", "model"]),
    (Permission, Refused, &["premium model"]),
    (Permission, Refused, &["not have access", "model"]),
    (Permission, Refused, &["n't have access", "model"]),
    (Permission, Refused, &["not allowed to", "model"]),
    (Permission, Refused, &["not authorized", "model"]),
    (Permission, Refused, &["model", "terms acceptance"]),
    (Permission, Refused, &["model", "is blocked"]),
    (Permission, Refused, &["must be verified", "model"]),
    (Permission, Refused, &["no allowed providers"]),
    (Permission, Refused, &["无权", "模型"]),
    (Permission, Only(403), &["model"]),
    (Permission, Only(403), &["模型"]),
    (Auth, Refused, &["api key"]),
    (Auth, Refused, &["apikey"]),
    (Auth, Refused, &["invalid", "token", "authenticat"]),
    (Auth, Refused, &["subscription key"]),
    (Auth, Refused, &["wrong key"]),
    (UnknownModel, Refused, &["no endpoints found for"]),
    (Permission, Refused, &["no endpoints", "data policy"]),
    (Permission, Refused, &["no endpoints", "guardrail"]),
    (BadRequest, Refused, &["no endpoints found"]),
    // A model that is not loaded may be another time.
    (Server, Refused, &["failed to load model"]),
    (Server, Refused, &["degraded function"]),
    // It is asked too much just now. Under a failure's status it is one anyway.
    (Server, Refused, &["at capacity"]),
    (Server, Refused, &["over capacity"]),
    (Server, Refused, &["overloaded"]),
    (Server, Refused, &["model", "is loading"]),
    (Server, Refused, &["model", "currently loading"]),
    (UnknownModel, Refused, &["model not exist"]),
    (UnknownModel, Refused, &["model names", "you passed"]),
    (UnknownModel, Refused, &["model", "not found"]),
    (UnknownModel, Refused, &["model", "does not exist"]),
    (UnknownModel, Refused, &["model", "no longer available"]),
    (UnknownModel, Refused, &["model", "not available"]),
    (UnknownModel, Refused, &["model", "is disabled"]),
    (UnknownModel, Refused, &["model disabled"]),
    (UnknownModel, Refused, &["model", "decommissioned"]),
    (UnknownModel, Refused, &["model", "deprecated"]),
    (UnknownModel, Refused, &["model", "end of its life"]),
    (UnknownModel, Refused, &["model", "retired"]),
    (UnknownModel, Refused, &["model", "not supported by any provider"]),
    (UnknownModel, Refused, &["model", "not a chat model"]),
    (UnknownModel, Refused, &["requested model", "not supported"]),
    (UnknownModel, Refused, &["model", "not support chat"]),
    (UnknownModel, Refused, &["\" does not support chat"]),
    (UnknownModel, Refused, &["operation does not work", "model"]),
    (UnknownModel, Refused, &["model", "on-demand throughput"]),
    (UnknownModel, Refused, &["model identifier is invalid"]),
    (UnknownModel, Refused, &["unable to access", "model"]),
    (UnknownModel, Refused, &["could not find", "model"]),
    (UnknownModel, Refused, &["no models loaded"]),
    (UnknownModel, Refused, &["invalid model"]),
    (UnknownModel, Refused, &["unknown model"]),
    (UnknownModel, Refused, &["unavailable model"]),
    (UnknownModel, Refused, &["no such model"]),
    (UnknownModel, Refused, &["not a valid model"]),
    (UnknownModel, Refused, &["model requires a newer version"]),
    (UnknownModel, Refused, &["function", "not found for account"]),
    (UnknownModel, Refused, &["function", "in account", "not found"]),
    (UnknownModel, Refused, &["endpoint", "currently closed"]),
    (UnknownModel, Refused, &["模型", "不存在"]),
    (UnknownModel, Refused, &["模型", "下线"]),
    (UnknownModel, Refused, &["模型", "无可用渠道"]),
    (UnknownModel, Only(404), &["model"]),
    (Protocol, Refused, &["no route for"]),
    (RateLimited, Any, &["rate limit"]),
    (RateLimited, Any, &["too many requests"]),
    (RateLimited, Refused, &["请求过于频繁"]),
    (RateLimited, Refused, &["并发", "过高"]),
];

/// What a status says by itself.
const STATUSES: &[(Kind, std::ops::RangeInclusive<u16>)] = &[
    // A redirection that could not be followed.
    (Protocol, 300..=399),
    (Auth, 401..=401),
    (Quota, 402..=402),
    (Permission, 403..=403),
    // No such path: the address is wrong.
    (Protocol, 404..=405),
    // The proxy on the way wants a password.
    (Unreachable, 407..=407),
    // The server's own patience is at its end, or it wants to be asked again; a model is being loaded.
    (Server, 408..=409),
    (UnknownModel, 410..=410),
    (ContextOverflow, 413..=413),
    (Server, 424..=425),
    (RateLimited, 429..=429),
    (ContentFilter, 451..=451),
    (Server, 498..=499),
    (BadRequest, 400..=499),
    (BadRequest, 501..=501),
];

/// What sort of failure `refusal` is. `status` is that of the answer; inside a stream that began well it is none, and the
/// one that the error names counts.
pub(crate) fn classify(status: Option<u16>, refusal: &Refusal) -> Kind {
    let status = status.or(refusal.status).unwrap_or_default();
    // What is too large is no smaller a minute later, whatever else it is called.
    if status == 413 {
        return ContextOverflow;
    }
    let said = refusal.message.to_lowercase();
    // Before all names: "invalid request" is what most servers call it.
    if blind::cannot_see(status, &said) {
        return NoVision;
    }
    let plain = |name: &String| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let plain_names: Vec<String> = refusal.names.iter().map(plain).collect();
    let by_name = || NAMES.iter().find(|(_, known)| plain_names.iter().any(|name| known.contains(&name.as_str())));
    let by_words = |(_, under, words): &&(Kind, Under, &[&str])| {
        under.holds(status) && words.iter().all(|word| said.contains(word))
    };
    let by_status =
        || STATUSES.iter().find(|(_, statuses)| statuses.contains(&status)).map_or(Server, |(kind, _)| *kind);
    let named = by_name().map(|(kind, _)| *kind);
    let worded = || SAID.iter().find(by_words).map(|(kind, ..)| *kind);
    let kind = match named {
        // "permission denied" is what some call it when the whole account is blocked.
        Some(Permission) if worded() == Some(Blocked) => Blocked,
        // "server error" is a name for want of a better one.
        Some(kind) if kind != Server => kind,
        _ => worded().or(named).unwrap_or_else(by_status),
    };
    // Who is told to come back later is told so with all sorts of words: only that no money is left is worse.
    match status {
        402 => Quota,
        // A key that is not known gets advertisements, too.
        401 if kind == Permission && named.is_none() => Auth,
        429 if kind != Quota => RateLimited,
        _ => kind,
    }
}

#[cfg(test)]
mod tests;
