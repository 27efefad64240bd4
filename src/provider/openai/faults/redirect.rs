//! Redirects: nothing is sent to another place than the user named, so the answer to one is advice: which setting leads
//! there.

use super::without_query;
use crate::config::keys::{BASE_URL, PATH};

/// What to do about a redirect to `place` of a request to `path` below `address`: where it leads to, and the advice.
pub(super) fn advice(address: &str, path: &str, place: &str) -> (String, String) {
    let place = resolved(address, without_query(place));
    let Some(base) = place.trim_end_matches('/').strip_suffix(path.trim_end_matches('/')) else {
        return (place, format!("that is no place for requests: check {BASE_URL}, or sign in there"));
    };
    // The address is right, and the server wants a slash behind it.
    if base == address {
        let path = place.strip_prefix(base).unwrap_or_default();
        return (place.clone(), format!("write {PATH} = \"{path}\" for that provider"));
    }
    (place.clone(), format!("if you trust that place, write {BASE_URL} = \"{base}\""))
}

/// `place` in full. What a server names may begin with its host or its path.
fn resolved(address: &str, place: &str) -> String {
    let (scheme, rest) = address.split_once("://").unwrap_or(("https", address));
    let host = rest.split('/').next().unwrap_or_default();
    match place {
        full if full.contains("://") => full.to_owned(),
        rooted if rooted.starts_with("//") => format!("{scheme}:{rooted}"),
        rooted if rooted.starts_with('/') => format!("{scheme}://{host}{rooted}"),
        relative => format!("{address}/{relative}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_leads_to_a_setting_under_which_the_request_arrives() {
        const CHAT: &str = "/chat/completions";
        for (base, place, advice_is) in [
            ("http://a.example/v1", "https://a.example/v1/chat/completions", "base_url = \"https://a.example/v1\""),
            (
                "https://a.example/v1",
                "https://b.example/x/chat/completions?a=b#c",
                "base_url = \"https://b.example/x\"",
            ),
            ("https://a.example/v1", "https://b.example/chat/completions/", "base_url = \"https://b.example\""),
            ("https://a.example/v1", "/api/v1/chat/completions", "base_url = \"https://a.example/api/v1\""),
            ("https://a.example/v1", "//b.example/v1/chat/completions", "base_url = \"https://b.example/v1\""),
            ("https://a.example/v1", "/v1/chat/completions/", "path = \"/chat/completions/\""),
            ("https://a.example/v1", "https://a.example/v1/chat/completions/", "path = \"/chat/completions/\""),
            ("https://a.example/v1", "https://login.example/?next=/v1/chat/completions", "check base_url"),
            ("https://a.example/v1", "/login", "check base_url"),
        ] {
            let (_, told) = advice(base, CHAT, place);
            assert!(told.contains(advice_is), "{place}: {told}");
        }
        assert_eq!(advice("https://a.example:8443/v1", CHAT, "/login").0, "https://a.example:8443/login");
    }
}
