//! The files beside a page: what they are called there, and what links to them. Must not read or write any.

use crate::chat::{Attachment, Blob, BlobHash, BlobRef, media_ending};
use crate::store::ExportedChat;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Write;

/// Stands for the folder in the links of a page whose folder is named later: no clean text has this character.
const FOLDER: &str = "\0";
/// How long the name of a file may be without its number and ending, in characters: of the 255 bytes that file systems
/// allow, each takes up to four.
const NAME_CHARS_MAX: usize = 50;
/// An ending that is longer than this, in bytes, is part of the name.
const ENDING_BYTES_MAX: usize = 12;
/// Endings of files whose content is no text: what is attached of them is.
const NO_TEXT: [&str; 6] = ["pdf", "png", "jpg", "jpeg", "webp", "gif"];

/// A file that is written beside a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileBeside {
    /// Its name in the folder: a number, what it was called, and an ending that says what it is.
    pub name: String,
    /// What is in it.
    pub blob: Blob,
}

/// The names of the files beside pages, all in one folder, each content once.
#[derive(Debug)]
pub struct Beside {
    /// As links have it.
    folder: String,
    names: HashMap<BlobHash, String>,
    numbers: usize,
}

impl Beside {
    /// In the folder of that name.
    pub(super) fn in_folder(name: &OsStr) -> Self {
        Self { folder: encoded(name.as_encoded_bytes()), names: HashMap::new(), numbers: 0 }
    }

    /// In a folder that [`in_folder`] names.
    pub(super) fn unnamed() -> Self {
        Self { folder: FOLDER.to_owned(), names: HashMap::new(), numbers: 0 }
    }

    /// Names the files of a chat. Gives back those that had no name before.
    pub(super) fn name(&mut self, chat: &ExportedChat) -> Vec<(String, BlobHash)> {
        let mut new = Vec::new();
        for (name, blob) in shown(chat) {
            if !self.names.contains_key(&blob.hash) {
                self.numbers += 1;
                let name = format!("{}-{}", self.numbers, file_name(name, &blob.media_type));
                self.names.insert(blob.hash.clone(), name.clone());
                new.push((name, blob.hash.clone()));
            }
        }
        new
    }

    /// Takes the name of a file back: there is none.
    pub(super) fn lacks(&mut self, hash: &BlobHash) {
        self.names.remove(hash);
    }

    /// Where a link leads that means this content.
    pub(super) fn link(&self, hash: &BlobHash) -> Option<String> {
        self.names.get(hash).map(|name| format!("{}/{}", self.folder, encoded(name.as_bytes())))
    }
}

/// A page that was written for a folder named later, with links into this one.
pub fn in_folder(page: &str, folder: &str) -> String {
    page.replace(FOLDER, &encoded(folder.as_bytes()))
}

/// The pictures and files that a page of this chat shows, each with its name, in the order of the turns.
pub(super) fn shown(chat: &ExportedChat) -> impl Iterator<Item = (&str, &BlobRef)> {
    chat.turns.iter().flat_map(|kept| {
        let attached =
            kept.turn.ask.prompt.attachments.iter().map(|Attachment { name, blob, .. }| (name.as_str(), blob));
        attached.chain(kept.turn.media().filter_map(|block| Some((block.media_name()?, block.blob()?))))
    })
}

/// A name that every file system takes, and no shell and no link misreads. Its ending says what the file is, since
/// programs go by that.
pub fn file_name(name: &str, media_type: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    let name: String = name.chars().map(kept).collect();
    let split = name.rsplit_once('.').filter(|(stem, ending)| !stem.is_empty() && ending.len() <= ENDING_BYTES_MAX);
    let (stem, ending) = split.unwrap_or((&name, ""));
    let is_no_text = NO_TEXT.iter().any(|known| ending.eq_ignore_ascii_case(known));
    let ending = match media_type {
        // A text has the ending of its language.
        "text/plain" if is_no_text => format!(".{ending}.txt"),
        "text/plain" if ending.is_empty() => String::new(),
        "text/plain" => format!(".{ending}"),
        _ => format!(".{}", media_ending(media_type)),
    };
    let stem: String = stem.trim_matches(['.', '-']).chars().take(NAME_CHARS_MAX).collect();
    if stem.is_empty() { format!("file{ending}") } else { format!("{stem}{ending}") }
}

/// A part of a path as a link has it: everything that could mean something is percent-encoded.
fn encoded(part: &[u8]) -> String {
    part.iter().fold(String::with_capacity(part.len()), |mut link, &byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            link.push(char::from(byte));
        } else {
            let _ = write!(link, "%{byte:02X}");
        }
        link
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_keep_what_they_are_called_as_far_as_that_is_safe_and_end_with_what_they_are() {
        for (name, media_type, expected) in [
            ("crab.png", "image/png", "crab.png"),
            ("crab.PNG", "image/jpeg", "crab.jpg"),
            ("main.rs", "text/plain", "main.rs"),
            ("Makefile", "text/plain", "Makefile"),
            ("paper.PDF", "text/plain", "paper.PDF.txt"),
            (".env", "text/plain", "env"),
            ("../../etc/a b;$(x).sh", "text/plain", "etc-a-b---x.sh"),
            ("a\u{202e}gnp.exe", "text/html", "a-gnp.bin"),
            ("漢字.gif", "image/gif", "漢字.gif"),
            ("..", "application/octet-stream", "file.bin"),
            ("", "image/webp", "file.webp"),
            ("picture", "image/png", "picture.png"),
            ("recording", "audio/wav", "recording.wav"),
            ("picture", "image/svg+xml", "picture.svg"),
            ("picture", "image/x-unheard-of", "picture.bin"),
        ] {
            assert_eq!(file_name(name, media_type), expected, "{name}");
        }
    }

    #[test]
    fn links_have_nothing_that_ends_them_and_lead_into_the_folder_that_is_named_later() {
        assert_eq!(encoded("a (1) 漢~.b".as_bytes()), "a%20%281%29%20%E6%BC%A2~.b");
        assert_eq!(in_folder("![a](\0/1-a.png) ![b](\0/2-b.png)", "my chat-files"), {
            "![a](my%20chat-files/1-a.png) ![b](my%20chat-files/2-b.png)"
        });
    }

    proptest! {
        #[test]
        fn no_name_leaves_the_folder_or_is_too_long(name in any::<String>(), picture: bool) {
            let safe = file_name(&name, if picture { "image/png" } else { "text/plain" });
            prop_assert!(safe.len() <= 240 && !safe.is_empty());
            prop_assert!(safe.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-')), "{}", safe);
            prop_assert!(!safe.starts_with(['.', '-']) && !safe.ends_with('.'), "{}", safe);
        }
    }
}
