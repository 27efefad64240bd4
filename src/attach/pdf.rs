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
/// How long the caller waits before it asks again whether the program has ended.
const END_PAUSE: Duration = Duration::from_millis(2);
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
    if let Ok(None) | Err(_) = child.try_wait() {
        // Ends it with all that it started, and so the threads that read from it.
        drop(group);
        let _ = child.kill();
        let _ = child.wait();
    } else {
        over.store(true, Ordering::Relaxed);
    }
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
        return Ok(printed);
    }
    let complaint = complaint.recv_timeout(left()).ok().ok_or_else(slow)?;
    // It has closed all that it prints to, so this takes no time as a rule.
    let status = loop {
        match child.try_wait().map_err(|error| Trouble::Failed(error.to_string()))? {
            Some(status) => break status,
            None if left().is_zero() => return Err(slow()),
            None => thread::sleep(END_PAUSE),
        }
    };
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::chat::Extent;
    use rustix::fs::OFlags;
    use std::fs::File;
    use std::os::unix::fs::OpenOptionsExt;

    /// A folder with a `pdftotext` that is this script. A shell writes it: a file that this process has open for writing
    /// may be open in a child of another test, too, and could not be run then.
    fn tool(script: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pdftotext");
        let write = "printf '#!/bin/sh\nPATH=/usr/bin:/bin\n%s\n' \"$2\" > \"$1\" && chmod 700 \"$1\"";
        let status = Command::new("sh").args(["-c", write, "sh"]).arg(path).arg(script).status();
        assert!(status.unwrap().success());
        folder
    }

    fn read(script: &str, pdf: &[u8]) -> Result<Attached, String> {
        let folder = tool(script);
        read_pdf("a.pdf", pdf.to_vec(), folder.path().as_os_str()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_text_is_what_the_program_prints_of_what_it_gets() {
        let pdf = [b"%PDF-1.7 ".as_slice(), &vec![b'x'; 1_000_000]].concat();
        let attached =
            read("echo \"$@\"; head -c 8; cat > /dev/null; printf '\\nGr\\303\\274\\303\\237e\\f'", &pdf).unwrap();
        assert_eq!(
            std::str::from_utf8(&attached.blob.bytes),
            Ok("-q -enc UTF-8 - -\n%PDF-1.7\nGrüße\n"),
            "a page ends as a line does"
        );
        assert_eq!(&*attached.blob.media_type, "text/plain");
        assert_eq!((attached.attachment.name.as_str(), attached.attachment.blob.size), ("a.pdf", 35));
        assert!(matches!(attached.attachment.extent, Extent::Text { lines: 3, .. }));
    }

    #[test]
    fn the_program_gets_nothing_of_the_environment() {
        let printed = read("env", b"%PDF-").unwrap().blob.bytes;
        let printed = String::from_utf8_lossy(&printed);
        assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some() && printed.contains("PATH="), "{printed}");
        assert!(!printed.contains("CARGO") && !printed.contains("HOME"), "{printed}");
    }

    #[test]
    fn what_goes_wrong_is_told_in_a_line() {
        let big = vec![b'x'; 1_000_000];
        let cases: [(&str, &[u8], &str); 5] = [
            ("printf '\\f\\f'", b"%PDF-", "a.pdf has no text in it, as a scan has none; attach its pages as pictures"),
            (
                "echo 'Command Line Error:' >&2; echo 'Incorrect password' >&2; exit 1",
                &big,
                "pdftotext cannot read a.pdf: Command Line Error: Incorrect password; paste the text instead",
            ),
            ("exit 3", b"%PDF-", "pdftotext cannot read a.pdf: exit status: 3; paste the text instead"),
            ("kill -9 $$", b"%PDF-", "pdftotext cannot read a.pdf: signal: 9 (SIGKILL); paste the text instead"),
            (
                "cat /dev/zero | tr '\\0' x",
                b"%PDF-",
                "a.pdf is too large, and texts may have 4.0 MB; take the pages that matter",
            ),
        ];
        for (script, pdf, told) in cases {
            assert_eq!(read(script, pdf).unwrap_err(), told, "{script}");
        }
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(
            read_pdf("a.pdf", Vec::new(), empty.path().as_os_str()).unwrap_err().to_string(),
            "a.pdf needs pdftotext, which is not installed; install poppler-utils, or paste the text"
        );
    }

    #[test]
    fn a_program_that_hangs_ends_with_all_that_it_started() {
        let held = tempfile::tempdir().unwrap();
        let fifo = held.path().join("held");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let folder = tool(&format!("exec 9>'{}'; sleep 1000 & sleep 1000", fifo.display()));
        let held_open =
            File::options().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(fifo).unwrap();
        let ended = run(Vec::new(), folder.path().as_os_str(), Duration::from_millis(200));
        assert!(matches!(ended, Err(Trouble::Failed(why)) if why == "it took too long"));
        // At its end when the last process that has the other end is gone.
        rustix::fs::fcntl_setfl(&held_open, OFlags::empty()).unwrap();
        assert_eq!(io::read_to_string(held_open).unwrap(), "");
    }
}
