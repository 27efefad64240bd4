//! The text of a PDF, by `pdftotext` of poppler: reading PDF files in this process would bring a parser of hostile files.
//!
//! The program gets the file on its stdin and an environment with nothing but the search path, so that no key of ours
//! reaches it; it has no shell, and so much time and output.

use super::{AttachError, Attached, shown, text};
use crate::shell::Group;
use crate::text::sanitize::one_line;
use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long it may take.
const PDF_TIMEOUT: Duration = Duration::from_secs(20);
/// The most bytes of text that are read.
const TEXT_BYTES_MAX: u64 = 4_000_000;
/// So much of its complaints is read, in bytes.
const COMPLAINT_BYTES_MAX: u64 = 4096;
/// So much of them is told, in characters.
const COMPLAINT_CHARS_MAX: usize = 120;

/// The text of the PDF called `name`, by the `pdftotext` that is found on `search_path`. Blocks for at most 20 seconds.
///
/// # Errors
/// Why there is no text, and what to do.
pub fn read_pdf(name: &str, bytes: Vec<u8>, search_path: &OsStr) -> Result<Attached, AttachError> {
    let name = shown(name);
    let broken = |why: &str| AttachError::BrokenPdf { name: name.clone(), why: one_line(why, COMPLAINT_CHARS_MAX) };
    match run(bytes, search_path, PDF_TIMEOUT) {
        Ok(printed) if printed.len() as u64 > TEXT_BYTES_MAX => Err(AttachError::TooLarge {
            name,
            kind: "texts",
            size: None,
            limit: TEXT_BYTES_MAX,
            advice: "take the pages that matter",
        }),
        Ok(printed) => match text(name, &String::from_utf8_lossy(&printed), None) {
            Err(AttachError::Empty { name }) => Err(AttachError::NoTextInPdf { name }),
            other => other,
        },
        Err(Trouble::Missing) => Err(AttachError::NoPdfReader { name }),
        Err(Trouble::Failed(why)) => Err(broken(&why)),
    }
}

enum Trouble {
    Missing,
    Failed(String),
}

fn run(bytes: Vec<u8>, search_path: &OsStr, timeout: Duration) -> Result<Vec<u8>, Trouble> {
    let deadline = Instant::now() + timeout;
    let mut child = start(search_path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Trouble::Missing,
        _ => Trouble::Failed(format!("it could not be started: {error}")),
    })?;
    let over = Arc::new(AtomicBool::new(false));
    let group = Group::of(Some(child.id()), over.clone());
    let ended = exchange(&mut child, bytes, deadline);
    if ended.is_err() {
        // With all that it started, and so the threads that read from it end.
        let _ = child.kill();
        drop(group);
        let _ = child.wait();
        return ended;
    }
    over.store(true, Ordering::Relaxed);
    ended
}

fn start(search_path: &OsStr) -> io::Result<Child> {
    let mut command = Command::new("pdftotext");
    command.args(["-q", "-enc", "UTF-8", "-", "-"]).env_clear().env("PATH", search_path);
    // Nothing starts on Windows without it.
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}

/// What it prints. At the same time: it may print before it has read everything.
fn exchange(child: &mut Child, bytes: Vec<u8>, deadline: Instant) -> Result<Vec<u8>, Trouble> {
    if let Some(mut stdin) = child.stdin.take() {
        // A program that does not read all of it has what it wanted.
        thread::spawn(move || stdin.write_all(&bytes));
    }
    let printed = all_of(child.stdout.take(), TEXT_BYTES_MAX + 1);
    let complaint = all_of(child.stderr.take(), COMPLAINT_BYTES_MAX);
    let left = || deadline.saturating_duration_since(Instant::now());
    let slow = || Trouble::Failed("it took too long".to_owned());
    let printed = printed.recv_timeout(left()).ok().ok_or_else(slow)?;
    if printed.len() as u64 > TEXT_BYTES_MAX {
        let _ = child.kill();
        let _ = child.wait();
        return Ok(printed);
    }
    let complaint = complaint.recv_timeout(left()).ok().ok_or_else(slow)?;
    // It has closed all that it prints to, so it is ending.
    let status = child.wait().map_err(|error| Trouble::Failed(error.to_string()))?;
    if status.success() {
        return Ok(printed);
    }
    let complaint = String::from_utf8_lossy(&complaint).into_owned();
    Err(Trouble::Failed(if complaint.trim().is_empty() { status.to_string() } else { complaint }))
}

/// Up to `limit` bytes of what is printed.
fn all_of(from: Option<impl Read + Send + 'static>, limit: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut printed = Vec::new();
        if let Some(mut from) = from {
            let _ = (&mut from).take(limit).read_to_end(&mut printed);
            let _ = sender.send(printed);
            // Read on, so that it can end.
            let _ = io::copy(&mut from, &mut io::sink());
        }
    });
    receiver
}
