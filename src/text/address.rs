//! Which addresses in a text may be opened: nothing that runs a program or reads a file, and nothing that browsers and
//! people may take for another host. Opens none.

/// The host of an address of the web, with its port, where it may be opened and its host is plainly readable.
pub fn web_host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let is_web = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let host = rest.split(['/', '?', '#']).next()?;
    // A name in front of the host looks like one, as in `https://bank.example@evil.example`, and so do letters that look
    // like others.
    let is_readable = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    let is_plain = is_web && is_unbroken(address) && !host.is_empty() && host.chars().all(is_readable);
    is_plain.then_some(host)
}

/// Whether an address may be opened: one of the web, or of a mailbox.
pub fn is_safe(address: &str) -> bool {
    let is_mailbox = address.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("mailto"));
    is_mailbox && is_unbroken(address) || web_host(address).is_some()
}

/// Whether programs agree where it ends. Browsers read a backslash as a slash.
fn is_unbroken(address: &str) -> bool {
    !address.contains(|c: char| c.is_whitespace() || c == '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_browser_shows_may_be_opened_and_its_host_is_the_one_that_is_asked() {
        for (address, host) in [
            ("https://a.example/b?c#d", Some("a.example")),
            ("HTTP://a.example:8080", Some("a.example:8080")),
            ("https://[::1]/x", Some("[::1]")),
            ("https://a.example/@me?at=b@c", Some("a.example")),
            ("https://a.example?b", Some("a.example")),
            ("https://bank.example@evil.example/x", None),
            ("https://me:password@evil.example", None),
            ("https://evil.example\\@bank.example/", None),
            ("https://a.example/\\b", None),
            ("https://b\u{430}nk.example/", None),
            ("https://", None),
            ("https:///x", None),
            ("https:a.example", None),
            ("javascript:alert(1)//https://a.example", None),
            ("file:///etc/passwd", None),
            ("vscode://open", None),
            ("data:text/html,x", None),
            ("https://a.example/ b", None),
            ("https://a.example/\u{a0}b", None),
            ("/relative", None),
            ("a.example", None),
            ("", None),
        ] {
            assert_eq!((web_host(address), is_safe(address)), (host, host.is_some()), "{address}");
        }
    }

    #[test]
    fn a_mailbox_may_be_opened_and_has_no_host() {
        for (address, safe) in [("mailto:a@b.example", true), ("MAILTO:a@b.example", true), ("mailto:a b", false)] {
            assert_eq!((web_host(address), is_safe(address)), (None, safe), "{address}");
        }
    }
}
