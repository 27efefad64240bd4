//! What sort of failure a refusal is: by its name where it has one, else by what it says, else by its status.
//!
//! Pure tables, read from the top: the first row that fits counts.

use super::ErrorKind::{
    self as Kind, Auth, BadRequest, Blocked, ContentFilter, ContextOverflow, NoVision, Permission, Protocol, Quota,
    RateLimited, Server, UnknownModel, Unreachable,
};
use super::blind;
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
    (Quota, &["budgetexceeded", "insufficientbalance", "billingerror", "exceededcurrentquotaerror", "arrearage"]),
    (Quota, &["insufficientuserquota"]),
    (RateLimited, &["ratelimitexceeded", "ratelimiterror", "throttlingerror", "ratelimitreached", "toomanyrequests"]),
    (RateLimited, &["resourceexhausted", "slowdown"]),
    (Auth, &["invalidapikey", "incorrectapikey", "missingapikey", "authenticationerror", "invalidauthentication"]),
    (Auth, &["nodbconnection", "unauthenticated", "unauthorized", "autherror"]),
    (Blocked, &["unsupportedcountryregionterritory", "accountdeactivated", "accountsuspended", "accountdisabled"]),
    (Blocked, &["organizationrestricted", "organizationdisabled", "organizationsuspended", "ipnotallowed"]),
    (Permission, &["keymodelaccessdenied", "teammodelaccessdenied", "modelpermissionblockedproject"]),
    (
        UnknownModel,
        &["modelnotfound", "modelnotavailable", "modeldecommissioned", "deploymentnotfound", "modelnotexist"],
    ),
    (UnknownModel, &["modelnotsupported"]),
    (Permission, &["permissionerror", "permissiondenied", "permissiondeniederror", "accessdenied"]),
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
    (Quota, ANY, &["used all available credits"]),
    (Quota, ANY, &["key limit exceeded"]),
    (Quota, ANY, &["limit exhausted"]),
    (ContentFilter, REFUSED, &["content policy"]),
    (ContentFilter, REFUSED, &["content management policy"]),
    (ContentFilter, REFUSED, &["content filter"]),
    (ContentFilter, REFUSED, &["requires moderation"]),
    (ContentFilter, REFUSED, &["safety system"]),
    (Auth, ANY, &["no connected db"]),
    (Auth, REFUSED, &["invalid api key"]),
    (Auth, REFUSED, &["incorrect api key"]),
    // The whole key, wherever it is used from: no model of this provider will answer.
    (Blocked, REFUSED, &["country", "not supported"]),
    (Blocked, REFUSED, &["country", "not available"]),
    (Blocked, REFUSED, &["region", "not supported"]),
    (Blocked, REFUSED, &["location", "not supported"]),
    (Blocked, REFUSED, &["account", "suspended"]),
    (Blocked, REFUSED, &["account", "deactivated"]),
    (Blocked, REFUSED, &["account", "disabled"]),
    (Blocked, REFUSED, &["account", "banned"]),
    (Blocked, REFUSED, &["organization", "disabled"]),
    (Blocked, REFUSED, &["organization", "restricted"]),
    (Blocked, REFUSED, &["ip address", "not allowed"]),
    (Blocked, REFUSED, &["ip address", "not authorized"]),
    (Blocked, REFUSED, &["ip address", "blocked"]),
    (Blocked, 403..=403, &["a web page instead"]),
    // What the plan does not include is often said of the key, or of the account.
    (Permission, REFUSED, &["requires upgrade"]),
    (Permission, REFUSED, &["upgrade", "plan"]),
    (Permission, REFUSED, &["upgrade", "tier"]),
    (Permission, REFUSED, &["upgrade", "model"]),
    (Permission, REFUSED, &["included in", "plan"]),
    (Permission, REFUSED, &["available", "your plan"]),
    (Permission, REFUSED, &["available", "your tier"]),
    (Permission, REFUSED, &["plan", "does not include"]),
    (Permission, REFUSED, &["premium model"]),
    (Permission, REFUSED, &["not have access", "model"]),
    (Permission, REFUSED, &["not allowed to", "model"]),
    (Permission, REFUSED, &["not authorized", "model"]),
    (Permission, 403..=403, &["model"]),
    (Auth, REFUSED, &["api key"]),
    (Auth, REFUSED, &["apikey"]),
    (Auth, REFUSED, &["invalid", "token", "authenticat"]),
    (Auth, REFUSED, &["subscription key"]),
    (Auth, REFUSED, &["wrong key"]),
    (UnknownModel, REFUSED, &["no endpoints found for"]),
    (Permission, REFUSED, &["no endpoints", "data policy"]),
    (Permission, REFUSED, &["no endpoints", "guardrail"]),
    (BadRequest, REFUSED, &["no endpoints found"]),
    (UnknownModel, REFUSED, &["model not exist"]),
    (UnknownModel, REFUSED, &["model names", "you passed"]),
    // A model that is not loaded may be another time.
    (Server, REFUSED, &["failed to load model"]),
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
    (UnknownModel, 410..=410),
    (ContextOverflow, 413..=413),
    (Server, 424..=425),
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
    let by_words = |(_, statuses, words): &&(_, Statuses, &[&str])| {
        statuses.contains(&status) && words.iter().all(|word| said.contains(word))
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
