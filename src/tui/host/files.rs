//! Files that are read for a prompt, paths that are completed, and files that the desktop's program opens. Must not
//! decide what is attached.

use super::Report;
use super::clipboard;
use super::process;
use crate::attach::{self, AttachError, PictureLimits, Secrets};
use crate::chat::{Blob, media_ending};
use crate::clock;
use crate::disk::Scratch;
use crate::shell::ChildEnv;
use crate::tui::effect::{AttachRequest, AttachSource};
use crate::tui::event::{Event, NotAttached, ReadFile};
use jiff::tz::TimeZone;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// Reads what is asked for, and reports it.
pub(super) async fn attach(request: AttachRequest) -> Report {
    let AttachRequest { serial, source, limits } = request;
    let files = match source {
        AttachSource::Path { path, secrets } => blocking(move || vec![read(&path, limits, secrets)]).await,
        AttachSource::Pasted(text) => blocking(move || pasted(text, limits)).await,
        AttachSource::Clipboard => match clipboard::picture().await {
            Ok(bytes) => blocking(move || vec![take_in(bytes, limits)]).await,
            Err(why) => vec![Err(NotAttached::Refused(why))],
        },
    };
    Report::of(Event::FilesRead { serial, files })
}

/// Works beside the tasks.
async fn blocking(work: impl FnOnce() -> Vec<ReadFile> + Send + 'static) -> Vec<ReadFile> {
    let failed =
        |_| vec![Err(NotAttached::Refused("the file could not be read; this is a mistake in pointsman".into()))];
    tokio::task::spawn_blocking(work).await.unwrap_or_else(failed)
}

fn read(path: &str, limits: PictureLimits, secrets: Secrets) -> ReadFile {
    let place = match (path.strip_prefix("~/"), home()) {
        (Some(below), Some(home)) => home.join(below),
        _ => PathBuf::from(path),
    };
    attach::read(&place, limits, secrets).map(Box::new).map_err(|error| match error {
        AttachError::LooksSecret { name } => NotAttached::Secret { path: path.to_owned(), name },
        other => NotAttached::Refused(other.to_string()),
    })
}

fn pasted(text: String, limits: PictureLimits) -> Vec<ReadFile> {
    match attach::dropped(&text, home().as_deref()) {
        Some(paths) => paths.iter().map(|path| read(&path.to_string_lossy(), limits, Secrets::Ask)).collect(),
        None => vec![Err(NotAttached::NoFiles(text))],
    }
}

/// A picture from the clipboard has no name, so it gets the time.
fn take_in(bytes: Vec<u8>, limits: PictureLimits) -> ReadFile {
    let name = format!("pasted-{}.png", clock::now().to_zoned(TimeZone::system()).strftime("%H%M%S"));
    attach::take_in(&name, bytes, limits).map(Box::new).map_err(|error| NotAttached::Refused(error.to_string()))
}

/// What `typed` can become, for the loop.
pub(super) async fn complete(typed: String) -> Report {
    let path = typed.clone();
    let found = tokio::task::spawn_blocking(move || {
        let cwd = std::env::current_dir().unwrap_or_default();
        attach::complete(&path, &cwd, home().as_deref())
    });
    let offers = found.await.unwrap_or_default();
    Report::of(Event::Completed { typed, offers })
}

fn home() -> Option<PathBuf> {
    directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned())
}

/// Writes a file for the desktop's program, which opens it. It stays until the program ends.
///
/// # Errors
/// A line for the user.
pub(super) async fn open(env: &ChildEnv, name: &str, blob: &Blob, scratch: &Scratch) -> Result<(), String> {
    let cannot = |why: String| format!("{name} could not be opened: {why}");
    let path = write(name, blob, scratch).map_err(|error| cannot(error.to_string()))?;
    open_with_desktop(env, path.as_os_str()).await.map_err(|why| cannot(format!("{why}; the file was not kept")))?;
    path.keep().map(drop).map_err(|error| cannot(error.to_string()))
}

/// Opens an address with the desktop's program.
///
/// # Errors
/// A line for the user.
pub(super) async fn open_link(env: &ChildEnv, address: &str) -> Result<(), String> {
    open_with_desktop(env, OsStr::new(address)).await.map_err(|why| format!("{address} could not be opened: {why}"))
}

/// Has the desktop's program open a file or an address.
async fn open_with_desktop(env: &ChildEnv, what: &OsStr) -> Result<(), String> {
    let mut command = env.program(match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    });
    command.arg(what);
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    process::feed(command, Vec::new()).await.map_err(|why| format!("{program}: {why}"))
}

/// A file of this user alone. Its ending says what it is, since programs go by that.
fn write(name: &str, blob: &Blob, scratch: &Scratch) -> std::io::Result<TempPath> {
    let ending = format!(".{}", media_ending(&blob.media_type));
    let stem = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut file = tempfile::Builder::new().prefix(&format!("{stem}-")).suffix(&ending).tempfile_in(scratch.path()?)?;
    file.write_all(&blob.bytes)?;
    Ok(file.into_temp_path())
}
