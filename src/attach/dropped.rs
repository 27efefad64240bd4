//! Paths in a pasted text: terminals paste the paths of files that are dropped on them, each with its own quotes.
//!
//! Careful: a text that people wrote must never turn into an attachment. So only absolute paths count, every word of the
//! text must be one, and each must be a regular file that exists.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A longer text is no list of paths, in bytes.
const TEXT_BYTES_MAX: usize = 32 * 1024;
/// The most files that are taken at once.
const FILES_MAX: usize = 64;

/// Whether `text` may be paths of files, by its look alone: a pure check before [`dropped`], which asks the disk.
pub fn may_be_dropped(text: &str) -> bool {
    let text = text.trim();
    let text = text.strip_prefix(['\'', '"']).unwrap_or(text);
    let begins = text.starts_with('/') || text.starts_with("~/") || text.starts_with("file:") || is_drive(text);
    begins && text.len() <= TEXT_BYTES_MAX
}

/// The files that `text` names, when it names files and nothing else: as a terminal pastes them when they are dropped on it,
/// or as a user pastes a path. Blocks for as long as the disk takes; `home` stands for `~`.
pub fn dropped(text: &str, home: Option<&Path>) -> Option<Vec<PathBuf>> {
    if !may_be_dropped(text) {
        return None;
    }
    // Some terminals paste names with spaces as they are, so each line is tried as a whole first.
    let lines: Vec<String> =
        text.trim().lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    files(&lines, home).or_else(|| files(&words(text)?, home))
}

/// Every one of `names` as a file that exists.
fn files(names: &[String], home: Option<&Path>) -> Option<Vec<PathBuf>> {
    if names.is_empty() || names.len() > FILES_MAX {
        return None;
    }
    names.iter().map(|name| path(name, home).filter(|path| path.is_file())).collect()
}

/// The absolute path that `name` stands for.
fn path(name: &str, home: Option<&Path>) -> Option<PathBuf> {
    if name.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:")) {
        return from_uri(name.get(5..)?);
    }
    if let Some(below) = name.strip_prefix("~/") {
        return Some(home?.join(below));
    }
    (name.starts_with('/') || is_drive(name)).then(|| PathBuf::from(name))
}

/// The path of a URI behind `file:`, which names this machine or none.
fn from_uri(rest: &str) -> Option<PathBuf> {
    let path = match rest.strip_prefix("//") {
        Some(rest) => rest.strip_prefix("localhost").unwrap_or(rest),
        None => rest,
    };
    let path = path.starts_with('/').then_some(path)?;
    // `/C:/a` is a drive of Windows.
    let path = path.get(1..).filter(|path| is_drive(path)).unwrap_or(path);
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        bytes.push(if byte == b'%' { (digit(rest.next())? * 16 + digit(rest.next())?) as u8 } else { byte });
    }
    if bytes.contains(&0) {
        return None;
    }
    #[cfg(unix)]
    let path: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
    #[cfg(not(unix))]
    let path = OsString::from(String::from_utf8(bytes).ok()?);
    Some(path.into())
}

/// Whether `text` begins with a drive of Windows, where there are some.
fn is_drive(text: &str) -> bool {
    cfg!(windows) && matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// The words of `text` as a shell reads them: quotes hold words together, a backslash takes the meaning of what follows.
/// `None` where a quote is left open.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            // On Windows it stands between folders.
            ('\\', None) if !cfg!(windows) => word.get_or_insert_default().push(rest.next()?),
            ('\\', Some('"')) if !cfg!(windows) => {
                let escaped = rest.next_if(|c| matches!(c, '"' | '\\' | '$' | '`'));
                word.get_or_insert_default().push(escaped.unwrap_or('\\'));
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_as_every_terminal_pastes_them() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().canonicalize().unwrap();
        let at = home.display().to_string();
        for name in ["a.png", "my photo.jpg", "it's.txt", "grün.md", "a\"b"] {
            std::fs::write(home.join(name), "x").unwrap();
        }
        let cases: [(String, &[&str]); 15] = [
            (format!("{at}/a.png"), &["a.png"]),
            (format!("  {at}/a.png \n"), &["a.png"]),
            (format!("{at}/my photo.jpg"), &["my photo.jpg"]),
            (format!("{at}/my\\ photo.jpg"), &["my photo.jpg"]),
            (format!("'{at}/my photo.jpg' "), &["my photo.jpg"]),
            (format!("\"{at}/my photo.jpg\""), &["my photo.jpg"]),
            (format!("'{at}/it'\\''s.txt'"), &["it's.txt"]),
            (format!("\"{at}/a\\\"b\""), &["a\"b"]),
            (format!("file://{at}/my%20photo.jpg\r\n"), &["my photo.jpg"]),
            (format!("file://localhost{at}/gr%C3%BCn.md"), &["grün.md"]),
            (format!("file:{at}/a.png"), &["a.png"]),
            ("~/a.png".to_owned(), &["a.png"]),
            (format!("{at}/a.png '{at}/my photo.jpg'"), &["a.png", "my photo.jpg"]),
            (format!("{at}/my photo.jpg\n{at}/a.png"), &["my photo.jpg", "a.png"]),
            (format!("file://{at}/a.png\nfile://{at}/gr%c3%bcn.md"), &["a.png", "grün.md"]),
        ];
        for (text, names) in cases {
            let expected: Vec<PathBuf> = names.iter().map(|name| home.join(name)).collect();
            assert_eq!(dropped(&text, Some(&home)), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_text_is_never_taken_for_files() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display().to_string();
        std::fs::write(folder.path().join("a.png"), "x").unwrap();
        for text in [
            String::new(),
            "/".to_owned(),
            "/usr".to_owned(),
            at.clone(),
            "/attach a.png".to_owned(),
            "a.png".to_owned(),
            "./a.png".to_owned(),
            "~".to_owned(),
            "~/a.png".to_owned(),
            format!("{at}/missing.png"),
            format!("{at}/a.png {at}/missing.png"),
            format!("{at}/a.png says it all"),
            format!("look at {at}/a.png"),
            format!("'{at}/a.png"),
            format!("{at}/a.png\\"),
            format!("file://elsewhere{at}/a.png"),
            format!("file://{at}/a.png%00"),
            format!("file://{at}/a.png%2"),
            format!("http://{at}/a.png"),
            format!("{at}/a.png\n").repeat(FILES_MAX + 1),
            format!("{at}/a.png{}", " ".repeat(TEXT_BYTES_MAX)) + "x",
        ] {
            assert_eq!(dropped(&text, None), None, "{text}");
        }
    }
}
