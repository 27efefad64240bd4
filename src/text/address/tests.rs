//! Addresses: their ends, their hosts, and how they are shown.

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

/// The bare address in `text`, from its scheme on.
fn bare(text: &str) -> Option<&str> {
    let rest = text.get(text.find("http")?..)?;
    rest.get(..bare_length(rest)?)
}

#[test]
fn a_bare_address_is_whole_and_ends_where_its_sentence_goes_on() {
    for (text, address) in [
        // Marks of Markdown.
        ("https://w.example/Foo_(bar) end", "https://w.example/Foo_(bar)"),
        ("https://g.example/src/__init__.py#L3", "https://g.example/src/__init__.py#L3"),
        ("https://g.example/__init__", "https://g.example/__init__"),
        ("https://x.example/~user/a", "https://x.example/~user/a"),
        ("https://x.example/?a[0]=1", "https://x.example/?a[0]=1"),
        ("https://x.example/a*b*c", "https://x.example/a*b*c"),
        ("https://x.example/$a/b", "https://x.example/$a/b"),
        ("https://x.example/a`b`c", "https://x.example/a`b`c"),
        ("https://x.example/a|b", "https://x.example/a|b"),
        ("https://x.example/{id}/{n}.", "https://x.example/{id}/{n}"),
        // Other scripts.
        ("https://ar.example/a، b", "https://ar.example/a"),
        ("https://ar.example/b؛", "https://ar.example/b"),
        ("https://ar.example/c؟", "https://ar.example/c"),
        ("https://ur.example/c۔", "https://ur.example/c"),
        ("https://he.example/c׃", "https://he.example/c"),
        ("https://hi.example/a।", "https://hi.example/a"),
        ("https://hi.example/b॥", "https://hi.example/b"),
        ("https://hy.example/a։", "https://hy.example/a"),
        ("https://am.example/a።", "https://am.example/a"),
        ("https://my.example/a။", "https://my.example/a"),
        ("https://km.example/a។", "https://km.example/a"),
        ("https://el.example/a·", "https://el.example/a"),
        ("https://el.example/a\u{387}", "https://el.example/a"),
        ("https://el.example/a\u{37e}", "https://el.example/a"),
        ("https://ar.example/a.؟)", "https://ar.example/a"),
        ("https://ca.example/col·legi", "https://ca.example/col·legi"),
        ("https://ar.example/ا،ب", "https://ar.example/ا،ب"),
        ("https://hi.example/हिन्दी।", "https://hi.example/हिन्दी"),
        // Another one directly behind it.
        ("https://ja.example/x・https://ja.example/y", "https://ja.example/x"),
        ("https://ja.example/日本http://ja.example/y", "https://ja.example/日本"),
        ("https://kept.example/2026/https://a.example/x", "https://kept.example/2026/https://a.example/x"),
        ("https://a.example/?to=https://b.example", "https://a.example/?to=https://b.example"),
        // What ends a sentence.
        ("see https://a.example/x?y=1, then", "https://a.example/x?y=1"),
        ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
        ("(see https://a.example/b)", "https://a.example/b"),
        ("(at http://a.example).", "http://a.example"),
        ("[https://a.example/b]", "https://a.example/b"),
        ("{https://a.example/b}", "https://a.example/b"),
        ("'https://a.example/b'!", "https://a.example/b"),
        ("https://a.example/b?!...", "https://a.example/b"),
        ("https://a.example/b**", "https://a.example/b"),
        ("https://a.example/b (c)", "https://a.example/b"),
        // Scripts without spaces.
        ("见https://example.com/a。然后", "https://example.com/a"),
        ("（https://example.com/b）次", "https://example.com/b"),
        ("“https://example.com/c” x", "https://example.com/c"),
        ("「https://example.com/d」", "https://example.com/d"),
        ("『https://example.com/d』【https://b】", "https://example.com/d"),
        ("https://example.com/e，", "https://example.com/e"),
        ("https://example.com/e、", "https://example.com/e"),
        ("https://example.com/e；https://b", "https://example.com/e"),
        ("https://example.com/e？", "https://example.com/e"),
        ("https://example.com/e！", "https://example.com/e"),
        ("https://example.com/e：x", "https://example.com/e"),
        ("《https://example.com/e》", "https://example.com/e"),
        ("https://example.com/e…", "https://example.com/e"),
        ("https://example.com/e——x", "https://example.com/e"),
        ("https://example.com/e’s", "https://example.com/e"),
        ("https://example.com/e\u{3000}x", "https://example.com/e"),
        ("https://example.com/e｝", "https://example.com/e"),
        ("https://example.com的官网", "https://example.com"),
        ("https://example.com/a/**然后", "https://example.com/a/"),
        ("https://ja.w.example/wiki/日本", "https://ja.w.example/wiki/日本"),
        ("https://ja.w.example/wiki/ジョン・スミス。", "https://ja.w.example/wiki/ジョン・スミス"),
        ("https://ja.w.example/wiki/東_(曖昧さ回避)を", "https://ja.w.example/wiki/東_(曖昧さ回避)を"),
        ("https://ko.w.example/wiki/한국어.", "https://ko.w.example/wiki/한국어"),
        ("https://例え.example/x", "https://例え.example/x"),
    ] {
        assert_eq!(bare(text), Some(address), "{text}");
    }
    for text in ["https://", "http://。", "https://)", "httpx://a", "nothing of the kind, http"] {
        assert_eq!(bare(text), None, "{text}");
    }
}

/// An address as it is shown.
fn shown(address: &str, most: usize) -> String {
    shortened(address, most).map_or_else(|| address.to_owned(), |(head, tail)| format!("{head}…{tail}"))
}

#[test]
fn an_address_is_never_cut_within_its_host() {
    let (long, path) = ("a".repeat(200), "p".repeat(200));
    for address in [
        format!("https://bank.example.{long}@evil.example"),
        format!("https://{long}.evil.example"),
        format!("mailto:{long}@evil.example"),
    ] {
        assert_eq!(shown(&address, 80), address);
        assert_eq!(shown(&format!("{address}?{path}"), 80), format!("{address}…"));
    }
    assert_eq!(shown(&format!("https://{long}.evil.example\\x"), 80), format!("https://{long}.evil.example…"));
    let short = shown(&format!("https://a.example/{path}/end"), 80);
    assert!(short.chars().count() == 80 && short.starts_with("https://a.example/…p") && short.ends_with("p/end"));
    assert_eq!(shown("https://a.example/検索検索", 20), "https://a.example/…索");
    assert_eq!(shown("/relative", 80), "/relative");
}

#[test]
fn an_address_without_a_scheme_keeps_the_end_of_its_path() {
    for (address, short) in [
        ("docs/a/very/long/path.html", "…g/path.html"),
        ("/docs/a/very/long/path.html", "/…/path.html"),
        ("docs/a:b/very/long/path.html", "…g/path.html"),
        ("?a=b:c/very/long/path.html", "…g/path.html"),
        ("#a:very-long-path.html", "…g-path.html"),
    ] {
        assert_eq!(shown(address, 12), short, "{address}");
    }
    let relative = "日本/x?from=https://a.example";
    assert_eq!(with_plain_host(relative), relative, "a folder is no host");
}

#[test]
fn what_stands_in_an_address_is_read_once() {
    // Read once for each of its parts, either of these would not end.
    let stars = format!("https://a.b/{}x", "*".repeat(4_000_000));
    assert_eq!(bare_length(&stars), Some(stars.len()));
    let mut rest = &*"https://a.b日".repeat(400_000);
    while let Some(length) = bare_length(rest) {
        assert_eq!(rest.get(..length), Some("https://a.b"));
        rest = rest.get(length + '日'.len_utf8()..).unwrap();
    }
    assert_eq!(rest, "");
}

#[test]
fn emphasis_before_text_without_spaces_ends_an_address_and_other_marks_do_not() {
    for (text, address) in [
        ("https://x.example/a**b", "https://x.example/a**b"),
        ("https://x.example/a*の", "https://x.example/a*の"),
        ("https://x.example/a***の", "https://x.example/a"),
        ("https://x.example/a~~の", "https://x.example/a"),
        ("https://x.example/a*~の", "https://x.example/a*~の"),
        ("https://x.example/a**b~~の", "https://x.example/a**b"),
    ] {
        assert_eq!(bare(text), Some(address), "{text}");
    }
}

#[test]
fn in_a_row_the_path_gives_way_first_and_then_the_beginning_of_the_host() {
    for (most, shown) in [
        (80, "bank.example.evil.example/log/in"),
        (31, "bank.example.evil.example/…g/in"),
        (28, "bank.example.evil.example/…n"),
        (25, "bank.example.evil.example"),
        (13, "…evil.example"),
        (1, "…"),
    ] {
        let found = without_scheme("https://bank.example.evil.example/log/in/", most);
        assert!(found.chars().count() <= most, "{found}");
        assert_eq!(found, shown);
    }
}

#[test]
fn a_host_is_shown_in_ascii() {
    for (address, plain) in [
        ("https://b\u{430}nk.example/x", "https://xn--bnk-6cd.example/x"),
        (
            "https://bank.example@m\u{fc}nchen.example:80/\u{fc}",
            "https://bank.example@xn--mnchen-3ya.example:80/\u{fc}",
        ),
        ("https://\u{5d0}\u{5d1}.example", "https://xn--4dbc.example"),
        ("https://a.example/日本", "https://a.example/日本"),
        ("/日本", "/日本"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ] {
        assert_eq!(with_plain_host(address), plain, "{address}");
    }
    assert_eq!(with_plain_host("https://\u{301}a .example/"), "https://\\u{301}a .example/");
}

#[test]
fn a_text_that_names_another_host_than_its_link_leads_to_is_found() {
    for (text, address, host) in [
        ("https://bank.example", "https://evil.example/x", Some("evil.example")),
        ("bank.example", "https://evil.example", Some("evil.example")),
        ("log in at www.bank.example, now", "https://evil.example", Some("evil.example")),
        ("https://bank.example", "https://bank.example@evil.example", Some("evil.example")),
        ("https://bank.example@evil.example", "https://bank.example", Some("bank.example")),
        ("https://b\u{430}nk.example", "https://bank.example", Some("bank.example")),
        ("https://bank.example.evil.example", "https://bank.example", Some("bank.example")),
        ("www.Bank.example/x", "https://bank.example/y", None),
        ("https://bank.example:443", "https://bank.example", None),
        ("the guide, e.g. 3.5 of it", "https://a.example", None),
        ("See bank.example.", "https://evil.example", Some("evil.example")),
        ("“bank.example”", "https://evil.example", Some("evil.example")),
        ("见bank.example。", "https://evil.example", Some("evil.example")),
        ("bank.example—login", "https://evil.example", Some("evil.example")),
        ("login–bank.example", "https://evil.example", Some("evil.example")),
        ("[bank.example]", "https://evil.example", Some("evil.example")),
        ("bank.example/login", "https://evil.example", Some("evil.example")),
        ("bank.example…", "https://evil.example", Some("evil.example")),
        ("bank.xn--p1ai", "https://evil.example", Some("evil.example")),
        ("1.1.1.1", "https://evil.example", Some("evil.example")),
        ("https://localhost/", "https://evil.example", Some("evil.example")),
        ("localhost:8080", "https://evil.example", Some("evil.example")),
        ("https://[::1]/", "https://evil.example", Some("evil.example")),
        ("bank。example", "https://evil.example", Some("evil.example")),
        ("bank\u{2024}example", "https://evil.example", Some("evil.example")),
        ("bank．example", "https://evil.example", Some("evil.example")),
        ("हिन्दी.example", "https://evil.example", Some("evil.example")),
        ("bank.example/a@evil.example", "https://evil.example", Some("evil.example")),
        ("See bank.example.", "https://bank.example/x", None),
        ("“bank.example”, 见bank.example。", "https://bank.example/x", None),
        ("https://[::1]:80/", "https://[::1]/", None),
        ("1.1.1.1", "https://1.1.1.1/dns", None),
        ("version 1.2.3, § 4.5.", "https://a.example", None),
        ("and/or (yes)", "https://a.example", None),
    ] {
        assert_eq!(host_unlike(text, address), host, "{text}");
    }
}
