//! Addresses: their parts, what of them may be shown, and what is wrong with one.
//!
//! Must not know which setting an address stands in.

use super::checked::Refusal;
use http::Uri;
use std::net::IpAddr;

/// An address without the user name and password in it.
pub(super) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match password(url) {
        Some(secret) => format!("{scheme}://…{}", rest.get(secret.len()..).unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// The user name and password in an address, as `name:password`.
pub(crate) fn password(url: &str) -> Option<&str> {
    authority(url).rsplit_once('@').map(|(secret, _)| secret)
}

/// The host of an address, without its port.
pub(crate) fn host(url: &str) -> &str {
    let authority = authority(url);
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.strip_prefix('[') {
        Some(ip) => ip.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

/// The port that an address names.
pub(super) fn port(url: &str) -> Option<u16> {
    url.parse::<Uri>().ok()?.port_u16()
}

fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether an address points at this machine.
pub(super) fn is_loopback(url: &str) -> bool {
    let host = host(url);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Refuses what cannot be the address where an API begins. `path`: where the chat is below it.
pub(super) fn check_api(url: &str, path: &str) -> Result<(), Refusal> {
    refuse_cut(url)?;
    if !is_address(url, &["http", "https"]) {
        let fix = "write it in full, like \"https://host.example/v1\"";
        return Err(Refusal::new("this is no address of the web", fix));
    }
    if url.contains(['?', '#']) {
        let fix =
            "leave out what stands behind the '?': it belongs into the provider's query, as query.name = \"value\"";
        return Err(Refusal::new("the address of an API ends before a '?'", fix));
    }
    // The address of a chat, as manuals give it: the path would stand behind it twice.
    let (_, place) = url.split_once("://").unwrap_or(("", url));
    let below = place.find('/').and_then(|at| place.get(at..)).unwrap_or_default().trim_end_matches('/');
    let ends = |path: &&str| !path.is_empty() && below.ends_with(path);
    if let Some(path) = [path.trim_end_matches('/')].into_iter().chain(REQUEST_PATHS).find(ends) {
        let fix = format!("leave out the \"{path}\" at its end: it is put there for every request");
        return Err(Refusal::new("the address of an API ends before the path of a request", fix));
    }
    Ok(())
}

/// Ends of the addresses of requests, as manuals give them. None is a place where an API begins.
const REQUEST_PATHS: [&str; 6] = ["/chat/completions", "/completions", "/models", "/responses", "/messages", "/chat"];

/// Refuses what cannot be the address of a proxy.
pub(super) fn check_proxy(url: &str) -> Result<(), Refusal> {
    refuse_cut(url)?;
    if is_address(url, &["http", "https", "socks5", "socks5h"]) {
        return Ok(());
    }
    let fix = "write it in full, like \"http://proxy.example:3128\"; socks5:// is known, too";
    Err(Refusal::new("this is no address of a proxy", fix))
}

/// Whether `text` is the full address of something that one of `schemes` leads to.
fn is_address(text: &str, schemes: &[&str]) -> bool {
    let uri: Option<Uri> = text.parse().ok();
    let known = |uri: &Uri| uri.scheme_str().is_some_and(|scheme| schemes.contains(&scheme));
    uri.is_some_and(|uri| known(&uri) && uri.host().is_some_and(|host| !host.is_empty()))
}

/// Refuses an address that its password may have ended early, so that a part of it would be shown: an '@' stands behind
/// the host, or the port is no number.
fn refuse_cut(url: &str) -> Result<(), Refusal> {
    let authority = authority(url);
    let rest = url.split_once(authority).map_or("", |(_, rest)| rest);
    let place = authority.rsplit('@').next().unwrap_or_default();
    let port = place.rsplit(']').next().unwrap_or_default().split_once(':').map_or("", |(_, port)| port);
    if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_err() {
        return Err(Refusal::new("this address names a port that cannot be", "write one from 1 to 65535"));
    }
    if rest.contains('@') || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::new("this address cannot be read", "write / ? # in a password as %2F %3F %23"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_its_password_cuts_is_told_from_others() {
        for rest in ["me:pa/ss@host/v1", "me:1?2@host", "me:1#2@host", "me:pa/ss", "host:port", "[::1]:x"] {
            assert!(refuse_cut(&format!("http://{rest}")).is_err(), "{rest}");
        }
        for rest in ["me:p%2Fss@host:80/v1", "host/v1", "[::1]:8080/v1", "[::1]", "host:", "me:p@ss@host:1"] {
            assert!(refuse_cut(&format!("http://{rest}")).is_ok(), "{rest}");
        }
    }

    #[test]
    fn an_address_that_ends_in_the_path_of_the_chat_is_told() {
        let refused = |url: &str, path: &str| check_api(url, path).err().map(|refusal| refusal.fix);
        for url in ["https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions/"] {
            assert!(
                refused(url, "/chat/completions").is_some_and(|fix| fix.contains("\"/chat/completions\"")),
                "{url}"
            );
        }
        for end in ["models", "chat", "completions", "responses", "messages", "messages/"] {
            assert!(refused(&format!("https://a.example/v1/{end}"), "/mine").is_some(), "{end}");
        }
        for url in ["http://a.example:65536/v1", "http://a.example:99999999999"] {
            assert!(refused(url, "/mine").is_some_and(|fix| fix.contains("65535")), "{url}");
        }
        for url in ["https://a.example/v1", "https://chat.example", "https://chat", "http://a.example:65535/v1"] {
            assert_eq!(refused(url, "/chat/completions"), None, "{url}");
        }
        assert!(refused("https://a.example/mine", "/mine/").is_some());
    }

    #[test]
    fn a_password_in_an_address_is_never_shown() {
        for (url, shown) in [
            ("https://me:secret@host.example/v1", "https://…@host.example/v1"),
            ("https://host.example/v1", "https://host.example/v1"),
            ("http://me:p@ss@proxy:3128", "http://…@proxy:3128"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
