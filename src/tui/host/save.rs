//! Writing a file that the user asked for: into the folder where the program was started, over nothing that is there.

use crate::archive::{FileBeside, in_folder};
use crate::chat::Blob;
use crate::disk::{NewFolder, write_new};
use crate::tui::event::Saved;
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// So many files of one name are tried before it is given up.
const TRIES: u32 = 100;

/// Writes `text` into a new file called `name`, or much like it, for this user alone, and `files` into a new folder beside
/// it. Gives back where they are.
///
/// # Errors
/// A line for the user. Then nothing is left of it.
pub(super) async fn save(name: String, text: String, files: Vec<FileBeside>) -> Result<Saved, String> {
    beside_the_loop(move |here| {
        save_in(here, &name, |path, stem| save_as(path, &format!("{stem}-files"), &text, &files))
    })
    .await
}

/// Writes `blob` into a new file called `name`, or much like it, for this user alone. Gives back where it is.
///
/// # Errors
/// A line for the user.
pub(super) async fn save_file(name: String, blob: Blob) -> Result<Saved, String> {
    beside_the_loop(move |here| save_in(here, &name, |path, _| write(path, &blob.bytes).map(|()| None))).await
}

/// Writes to the folder where the program was started, on a thread that may wait for the disk.
async fn beside_the_loop(work: impl FnOnce(&Path) -> Result<Saved, String> + Send + 'static) -> Result<Saved, String> {
    let saved = tokio::task::spawn_blocking(move || {
        let here = std::env::current_dir().map_err(|error| format!("there is no folder to write to: {error}"))?;
        work(&here)
    });
    saved.await.unwrap_or_else(|_| Err("the file could not be written".to_owned()))
}

/// The folder beside a file that was written, where there is one, or what could not be written and why.
type Written = Result<Option<PathBuf>, (PathBuf, io::Error)>;

/// Has `write` write to the first name like `name` that is free; it is told the path, and the name without its ending.
fn save_in(here: &Path, name: &str, write: impl Fn(&Path, &str) -> Written) -> Result<Saved, String> {
    let wanted = here.join(name);
    let part = |part: Option<&OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let stem = part(wanted.file_stem()).unwrap_or_else(|| "file".to_owned());
    let ending = part(wanted.extension()).map(|ending| format!(".{ending}")).unwrap_or_default();
    for number in 1..=TRIES {
        let stem = if number == 1 { stem.clone() } else { format!("{stem}-{number}") };
        let path = wanted.with_file_name(format!("{stem}{ending}"));
        match write(&path, &stem) {
            Err((_, error)) if error.kind() == ErrorKind::AlreadyExists => {}
            Err((path, error)) => return Err(format!("{} could not be written: {error}", path.display())),
            Ok(folder) => return Ok(Saved { path, folder }),
        }
    }
    Err(format!("there are {TRIES} files like {} already; move some away", here.join(name).display()))
}

/// Writes the files first, so that no page has links to what is not there. Gives back the folder, where there is one, or
/// what could not be written.
fn save_as(path: &Path, folder: &str, text: &str, files: &[FileBeside]) -> Written {
    if files.is_empty() {
        return write(path, text.as_bytes()).map(|()| None);
    }
    if path.symlink_metadata().is_ok() {
        return Err((path.to_owned(), ErrorKind::AlreadyExists.into()));
    }
    let at = path.with_file_name(folder);
    let parent = path.parent().unwrap_or(path);
    let made = NewFolder::create(parent, folder.as_ref()).map_err(|error| (at.clone(), error))?;
    for FileBeside { name, blob } in files {
        write(&made.path().join(name), &blob.bytes)?;
    }
    write(path, in_folder(text, folder).as_bytes())?;
    made.keep();
    Ok(Some(at))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), (PathBuf, io::Error)> {
    write_new(path, bytes).map_err(|error| (path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Saves a page and its files.
    fn save_page(here: &Path, name: &str, text: &str, files: &[FileBeside]) -> Result<Saved, String> {
        save_in(here, name, |path, stem| save_as(path, &format!("{stem}-files"), text, files))
    }

    fn file(name: &str) -> FileBeside {
        let blob = Blob { media_type: "text/plain".into(), bytes: (*b"content").into() };
        FileBeside { name: name.to_owned(), blob }
    }

    #[test]
    fn a_page_and_its_files_take_the_first_name_that_both_can_have() {
        let here = tempfile::tempdir().unwrap();
        std::fs::write(here.path().join("a chat.md"), "mine").unwrap();
        std::fs::create_dir(here.path().join("a chat-2-files")).unwrap();
        let saved = save_page(here.path(), "a chat.md", "[x](\0/1-x.rs)", &[file("1-x.rs")]).unwrap();
        let [path, folder] = ["a chat-3.md", "a chat-3-files"].map(|name| here.path().join(name));
        assert_eq!(saved, Saved { path: path.clone(), folder: Some(folder.clone()) });
        assert_eq!(std::fs::read_to_string(path).unwrap(), "[x](a%20chat-3-files/1-x.rs)");
        assert_eq!(std::fs::read(folder.join("1-x.rs")).unwrap(), b"content");
        assert_eq!(std::fs::read(here.path().join("a chat.md")).unwrap(), b"mine");
        let alone = save_page(here.path(), "a chat.md", "t", &[]).unwrap();
        assert_eq!(alone, Saved { path: here.path().join("a chat-2.md"), folder: None });
    }

    #[test]
    fn when_a_file_cannot_be_written_it_is_told_and_nothing_is_left() {
        let here = tempfile::tempdir().unwrap();
        let why = save_page(here.path(), "a.md", "t", &[file("1-x.rs"), file("no/such.rs")]).unwrap_err();
        assert!(why.contains("a-files/no/such.rs could not be written: "), "{why}");
        assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 0);
    }
}
