//! Addresses in a text: where a bare one ends, which may be opened, and how one is shown so that its host is always read
//! whole. What may be opened runs no program and reads no file, and browsers and people take it for no other host. Opens
//! none.

use std::borrow::Cow;

/// The schemes of bare addresses.
const SCHEMES: [&str; 2] = ["https://", "http://"];
/// The longest name of a character reference that is looked for.
const REFERENCE_CHARS_MAX: usize = 32;

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

/// The bytes of the bare address of the web that `text` begins with, if it begins with one. It ends before white space,
/// a bracket that was not opened in it, a quotation mark, and the punctuation of Chinese, Japanese and Korean; what may
/// end a sentence is no part of it at its end.
///
/// Reads little beyond the address, and that once: a text may have as many addresses as fit into it.
pub fn bare_length(text: &str) -> Option<usize> {
    let scheme = SCHEMES.into_iter().find(|scheme| text.starts_with(scheme))?.len();
    let mut open = Vec::new();
    let mut is_in_host = true;
    let mut end = scheme;
    while let Some(rest) = text.get(end..) {
        let Some(c) = rest.chars().next() else { break };
        let mut length = c.len_utf8();
        let is_over = match c {
            '(' | '[' | '{' => {
                open.push(c);
                false
            }
            ')' => open.pop_if(|open| *open == '(').is_none(),
            ']' => open.pop_if(|open| *open == '[').is_none(),
            '}' => open.pop_if(|open| *open == '{').is_none(),
            // In scripts without spaces, emphasis ends directly before more text.
            '*' | '~' => {
                let behind = rest.trim_start_matches(c);
                length = rest.len() - behind.len();
                length > 1 && behind.starts_with(|c: char| !c.is_ascii())
            }
            '/' | '?' | '#' if std::mem::take(&mut is_in_host) => {
                let host = text.get(..end)?;
                without_text_behind_host(host, scheme).len() < host.len()
            }
            c => ends_address(c),
        };
        if is_over {
            break;
        }
        end += length;
    }
    let address = text.get(..end)?;
    let address = without_second_address(address, scheme);
    let address = without_text_behind_host(address, scheme);
    let address = without_end_of_sentence(address, scheme);
    (address.len() > scheme).then_some(address.len())
}

/// Returns true if no address goes on with `c`.
fn ends_address(c: char) -> bool {
    match c {
        '<' | '>' | '"' | '«' | '»' => true,
        ..='\u{7f}' => c.is_whitespace() || c.is_control(),
        // Typographic quotation marks, dots and dashes; the short dashes stand in names of pages.
        '\u{2014}'..='\u{2027}' | '\u{2030}'..='\u{205e}' => true,
        // Punctuation of East Asia, and what is as wide. The middle dot stands in names.
        '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '\u{fe10}'..='\u{fe1f}' => true,
        '\u{fe30}'..='\u{fe6b}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' => true,
        '\u{ff3b}'..='\u{ff3d}' | '\u{ff5b}'..='\u{ff64}' => true,
        c => c.is_whitespace() || c.is_control(),
    }
}

/// An address without another one that follows it in scripts without spaces. Behind ASCII it is a part of the first one, as
/// where an archive keeps a page.
fn without_second_address(address: &str, scheme: usize) -> &str {
    let rest = address.get(scheme..).unwrap_or_default();
    let is_second = |at: usize| rest.get(..at).is_some_and(|before| before.ends_with(|c: char| !c.is_ascii()));
    let starts = SCHEMES.into_iter().flat_map(|scheme| rest.match_indices(scheme)).map(|(at, _)| at);
    let second = starts.filter(|at| is_second(*at)).min();
    second.and_then(|at| address.get(..scheme + at)).unwrap_or(address)
}

/// What ends a sentence, or a part of one, in scripts beside the Latin one. Within an address such characters may stand, as
/// the middle dots do in names; at its end they are none of it.
fn is_end_of_sentence(c: char) -> bool {
    matches!(c,
        // Greek, and the middle dots of Greek, Catalan and Japanese.
        '\u{37e}' | '\u{387}' | '\u{b7}' | '\u{30fb}' | '\u{ff65}'
        // Armenian, Hebrew, Arabic, Syriac.
        | '\u{55b}'..='\u{55e}' | '\u{589}' | '\u{5be}' | '\u{5c0}' | '\u{5c3}' | '\u{5c6}' | '\u{60c}' | '\u{60d}'
        | '\u{61b}' | '\u{61d}'..='\u{61f}' | '\u{66d}' | '\u{6d4}' | '\u{700}'..='\u{70d}' | '\u{7f8}' | '\u{7f9}'
        // The scripts of India and Ceylon, Thai, Tibetan, Burmese, Ethiopic, Khmer, Mongolian.
        | '\u{964}' | '\u{965}' | '\u{df4}' | '\u{e5a}' | '\u{e5b}' | '\u{f0d}'..='\u{f12}' | '\u{104a}' | '\u{104b}'
        | '\u{1361}'..='\u{1368}' | '\u{17d4}'..='\u{17d6}' | '\u{17d9}' | '\u{17da}' | '\u{1802}'..='\u{1805}'
        | '\u{1808}' | '\u{1809}' | '\u{1c3b}'..='\u{1c3f}' | '\u{a4fe}' | '\u{a4ff}' | '\u{a6f3}'..='\u{a6f7}'
        | '\u{aa5d}'..='\u{aa5f}' | '\u{abeb}')
}

/// An address without text that follows its host directly, as it does in scripts without spaces: no top-level domain
/// begins with ASCII and ends with other letters.
fn without_text_behind_host(address: &str, scheme: usize) -> &str {
    let rest = address.get(scheme..).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((before, label)) = host.rsplit_once('.') else { return address };
    let ascii = label.bytes().take_while(u8::is_ascii).count();
    let is_mixed = ascii > 0 && ascii < label.len();
    if is_mixed { address.get(..scheme + before.len() + 1 + ascii).unwrap_or(address) } else { address }
}

/// An address without the punctuation, the marks and the opening brackets at its end.
fn without_end_of_sentence(address: &str, scheme: usize) -> &str {
    let mut address = address;
    while let Some(last) = address.bytes().last().filter(|_| address.len() > scheme) {
        let kept = match last {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'\\' | b'|' | b'(' | b'[' | b'{' => 1,
            b'*' | b'_' | b'~' | b'`' => {
                let mark = char::from(last);
                let before = address.trim_end_matches(mark);
                let run = address.len() - before.len();
                // Its like stands in the address, as in `/__init__`.
                if before.contains(&mark.to_string().repeat(run)) { 0 } else { run }
            }
            ..=b'\x7f' => 0,
            _ => address.chars().next_back().filter(|c| is_end_of_sentence(*c)).map_or(0, char::len_utf8),
        };
        if kept == 0 {
            break;
        }
        address = address.get(..address.len() - kept).unwrap_or_default();
    }
    address
}

/// Returns true if `text` has a reference to a character, such as `&amp;`, in the sense of HTML.
pub fn has_reference(text: &str) -> bool {
    text.match_indices('&').any(|(at, _)| text.get(at..).and_then(reference_length).is_some())
}

/// The bytes of the reference to a character that `text` begins with, if it begins with one.
pub fn reference_length(text: &str) -> Option<usize> {
    let name = text.strip_prefix('&')?;
    let length =
        name.bytes().take(REFERENCE_CHARS_MAX).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#').count();
    (length > 0 && name.as_bytes().get(length) == Some(&b';')).then_some(length + 2)
}

/// The part of an address that names its owner, from its beginning on: up to the end of the host, or of the recipient.
/// Empty without a scheme: the address leads to another page of the same owner.
fn authority(address: &str) -> &str {
    let Some((scheme, rest)) = address.split_once(':').filter(|(scheme, _)| !scheme.contains(['/', '\\', '?', '#']))
    else {
        return "";
    };
    let (slashes, ends): (usize, &[char]) =
        if rest.starts_with("//") { (2, &['/', '\\', '?', '#']) } else { (0, &['?', '#']) };
    let host = rest.get(slashes..).unwrap_or_default();
    let end = scheme.len() + 1 + slashes + host.find(ends).unwrap_or(host.len());
    address.get(..end).unwrap_or(address)
}

/// The host of an address, or of a text that may be one: without scheme, user and port.
fn host(address: &str) -> &str {
    let host = match authority(address).split_once("://") {
        Some((_, host)) => host,
        None => address.split(['/', '\\', '?', '#']).next().unwrap_or_default(),
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    }
}

/// Cuts an address to about `most` characters: returns the parts in front of an ellipsis and behind it, its beginning up to
/// the host and the end of its path. Never cuts within the host or the recipient.
/// `None`: it is short enough.
pub fn shortened(address: &str, most: usize) -> Option<(&str, &str)> {
    let length = address.chars().count();
    let authority = authority(address);
    if length <= most || authority.len() == address.len() {
        return None;
    }
    // The slash behind the host says that it ends there.
    let slash = usize::from(address.as_bytes().get(authority.len()) == Some(&b'/'));
    let head = address.get(..authority.len() + slash)?;
    let room = most.saturating_sub(head.chars().count() + 1);
    let behind = address.get(head.len()..)?;
    let skipped = behind.chars().count().saturating_sub(room);
    let tail = behind.char_indices().nth(skipped).map_or("", |(at, _)| behind.get(at..).unwrap_or_default());
    Some((head, tail))
}

/// At most `most` characters of a host: its end, which says whose it is.
pub fn host_end(host: &str, most: usize) -> Cow<'_, str> {
    let length = host.chars().count();
    if length <= most.max(1) {
        return Cow::Borrowed(host);
    }
    Cow::Owned(std::iter::once('…').chain(host.chars().skip(length + 1 - most.max(1))).collect())
}

/// An address without its scheme, in at most `most` characters. Its path gives way before its host does.
pub fn without_scheme(address: &str, most: usize) -> Cow<'_, str> {
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let bare = address.get(scheme..).unwrap_or_default().trim_end_matches('/');
    let address = address.get(..scheme + bare.len()).unwrap_or_default();
    if bare.chars().count() <= most {
        return Cow::Borrowed(bare);
    }
    let (head, tail) = shortened(address, most + scheme).unwrap_or((address, ""));
    let head = head.get(scheme..).unwrap_or_default();
    if head.chars().count() < most { Cow::Owned(format!("{head}…{tail}")) } else { host_end(host(address), most) }
}

/// An address with its host in ASCII: letters of other scripts look like those of a host that is known. Where the host
/// is none, its letters are written out.
pub fn with_plain_host(address: &str) -> Cow<'_, str> {
    let name = if authority(address).contains("://") { host(address) } else { "" };
    if name.is_ascii() {
        return Cow::Borrowed(address);
    }
    let written_out = |name: &str| -> String {
        name.chars().map(|c| if c.is_ascii() { c.to_string() } else { c.escape_unicode().to_string() }).collect()
    };
    let plain = idna::domain_to_ascii(name).unwrap_or_else(|_| written_out(name));
    let from = authority(address).rfind(name).unwrap_or_default();
    let (before, behind) = (address.get(..from), address.get(from + name.len()..));
    Cow::Owned(format!("{}{plain}{}", before.unwrap_or_default(), behind.unwrap_or_default()))
}

/// The host that `address` leads to, where `text`, which stands for it, names another one.
pub fn host_unlike<'a>(text: &str, address: &'a str) -> Option<&'a str> {
    let bare = |name: &str| name.strip_prefix("www.").unwrap_or(name).trim_end_matches('.').to_ascii_lowercase();
    let target = host(address);
    let is_target = |name: &str| bare(name) == bare(target) || bare(behind_wide_text(name)) == bare(target);
    // The full stops of other scripts part the labels of a host, and look so.
    let text = text.replace(['\u{3002}', '\u{ff0e}', '\u{ff61}', '\u{2024}', '\u{fe52}'], ".");
    let words = text.split(|c: char| !(c.is_alphanumeric() || is_mark(c) || ".-_:/\\@?#%[]=&+~".contains(c)));
    let mut hosts = words.filter_map(named_host);
    hosts.any(|name| !is_target(name)).then_some(target)
}

/// Whether a character stands on the one before it, as far as it may be a part of a host: not in ASCII, no punctuation.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace() && !ends_address(c) && !is_end_of_sentence(c)
}

/// The host that a word of a text names, if it does.
fn named_host(word: &str) -> Option<&str> {
    let is_around = |c: char| c.is_ascii_punctuation() || c == '。';
    let word = word
        .trim_end_matches(|c: char| is_around(c) && c != ']')
        .trim_start_matches(|c: char| is_around(c) && c != '[');
    let name = host(word);
    let name = if name.contains(':') { name } else { name.trim_matches(['.', '[', ']', '-', '_']) };
    let has_scheme = word.contains("://");
    let labels = || name.split('.');
    let is_number = |label: &str| (1..=3).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = labels().count() == 4 && labels().all(is_number);
    let (before, last) = name.rsplit_once('.').unwrap_or_default();
    let is_top = last.chars().count() > 1 && last.chars().all(char::is_alphabetic) || last.starts_with("xn--");
    let is_name = !before.is_empty() && is_top || is_number || name.eq_ignore_ascii_case("localhost") || has_scheme;
    (is_name && !name.is_empty()).then_some(name)
}

/// A name without text in front of it that has no spaces, as in `见bank.example`.
fn behind_wide_text(name: &str) -> &str {
    name.trim_start_matches(|c: char| matches!(c, '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..))
}

#[cfg(test)]
mod tests;
