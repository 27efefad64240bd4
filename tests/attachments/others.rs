//! Rows of texts, secrets, PDF files, and what is no file. Owns what becomes of them.

use super::Row;
use pointsman::attach::{AttachError, Attached, read_pdf};
use std::fs::File;
use std::path::{Path, PathBuf};

pub(crate) fn texts() -> (&'static str, Vec<Row>) {
    let utf_16: Vec<u8> = "\u{feff}Grüße\r\nzwei\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hostile = "red \x1b[31m\x1b]52;c;aGk=\x07text\u{202e}txet\u{200b}\n";
    let rows = vec![
        Row::file("a text", "main.rs", *b"fn main() {\n}\n").sends("`text/plain`, 2 lines"),
        Row::file("a text that is called a picture", "a.png", *b"no picture\n").sends("`text/plain`, 1 line"),
        Row::file("a text in UTF-16", "a.txt", utf_16)
            .sends("`text/plain`, 2 lines")
            .tells("read as UTF-16, little-endian")
            .checked(|sent| is_text(sent, "Grüße\nzwei\n")),
        Row::file("a text in Latin-1", "a.txt", *b"Gr\xfc\xdfe\n")
            .sends("`text/plain`, 1 line")
            .tells("read as Windows-1252 (Latin-1); if letters look wrong, save it as UTF-8")
            .checked(|sent| is_text(sent, "Grüße\n")),
        Row::file("a text in UTF-8 with a byte too few", "a.txt", *b"Gr\xc3\xbc\xc3\x9fe \xc3\n")
            .sends("`text/plain`, 1 line")
            .tells("some bytes are no UTF-8 and were replaced")
            .checked(|sent| is_text(sent, "Grüße \u{fffd}\n")),
        Row::file("a text with escape sequences, and letters in a hidden order", "a.txt", hostile)
            .sends("`text/plain`, 1 line")
            .tells("control characters and hidden ones were left out")
            .checked(|sent| is_text(sent, "red texttxet\n")),
        Row::file("a text whose name has an escape sequence and a line break", "a\x1b[31m\nb.txt", *b"text\n")
            .sends("`text/plain`, 1 line")
            .checked(|sent| sent.attachment.name == "a b.txt"),
        Row::file("a text of 5 MiB", "big.log", vec![b'a'; 5 * 1024 * 1024])
            .tells("big.log has 5.2 MB, and texts may have 4.0 MB; take the part that matters"),
        Row::file("a program", "run", *b"\x7fELF\x02\x01\x01\0\0\0\0\0")
            .tells("run is a program (ELF); only pictures, texts and PDF files can be sent"),
        Row::file("a zip archive", "a.zip", *b"PK\x03\x04\x14\0\0\0\x08\0a.txt")
            .tells("a.zip is a zip archive; unpack it, and attach the files that matter"),
        Row::file("a Word document", "a.docx", *b"PK\x03\x04\x14\0\0\0\x08\0word/document.xml")
            .tells("a.docx is a Word document; save it as text or PDF"),
        Row::file("a film", "a.mp4", *b"\0\0\0\x1cftypisom\0\0\x02\0")
            .tells("a.mp4 is an MP4 film or recording; only pictures, texts and PDF files can be sent"),
        Row::file("bytes that are nothing known", "a.bin", (0..=255).collect::<Vec<u8>>())
            .tells("a.bin is a binary file; only pictures, texts and PDF files can be sent"),
        Row::file("nothing", "empty.txt", *b"").tells("empty.txt is empty; there is nothing to send"),
        Row::file("nothing but spaces", "blank.txt", *b" \n\t\n").tells("blank.txt is empty; there is nothing to send"),
    ];
    ("Texts, and what is none", rows)
}

pub(crate) fn secrets() -> (&'static str, Vec<Row>) {
    let key = ["-----BEGIN OPENSSH ", "PRIVATE KEY-----\nb3Bl\n"].concat();
    let rows = vec![
        Row::file("settings with passwords", ".env", *b"PASSWORD=x\n").tells(".env looks like a secret: send it?"),
        Row::file("settings to fill in", ".env.example", *b"PASSWORD=\n").sends("`text/plain`, 1 line"),
        Row::file("a private key", "id_rsa", *b"any\n").tells("id_rsa looks like a secret: send it?"),
        Row::file("a public key", "id_rsa.pub", *b"ssh-rsa AAAA\n").sends("`text/plain`, 1 line"),
        Row::file("a private key under a harmless name", "notes.txt", key)
            .tells("notes.txt looks like a secret: send it?"),
        #[cfg(unix)]
        Row::at("a link with a harmless name to a secret", |folder| {
            std::fs::write(folder.join(".netrc"), "machine a\n").expect("it can be written");
            linked(folder, ".netrc", "notes.txt")
        })
        .tells("notes.txt looks like a secret: send it?"),
        Row::file("a store of keys, which could not be sent anyway", "keys.p12", *b"\x30\x82\0\x01")
            .tells("keys.p12 is a binary file; only pictures, texts and PDF files can be sent"),
    ];
    ("Secrets", rows)
}

pub(crate) fn pdf() -> (&'static str, Vec<Row>) {
    let rows = vec![
        Row::new("a PDF, where pdftotext is not installed", |folder| {
            read_pdf("a.pdf", b"%PDF-1.7".to_vec(), folder.as_os_str())
        })
        .tells("a.pdf needs pdftotext, which is not installed; install poppler-utils, or paste the text"),
        #[cfg(unix)]
        Row::new("a PDF", |folder| with_tool(folder, "printf 'Page one\\n'")).sends("`text/plain`, 1 line"),
        #[cfg(unix)]
        Row::new("a PDF of scanned pages", |folder| with_tool(folder, "printf '\\f\\f'"))
            .tells("a.pdf has no text in it, as a scan has none; attach its pages as pictures"),
        #[cfg(unix)]
        Row::new("a PDF with a password", |folder| with_tool(folder, "echo 'Incorrect password' >&2; exit 1"))
            .tells("pdftotext cannot read a.pdf: Incorrect password; paste the text instead"),
    ];
    ("PDF files", rows)
}

pub(crate) fn places() -> (&'static str, Vec<Row>) {
    let mut rows = vec![
        Row::at("a file that is not there", |folder| folder.join("missing.png"))
            .tells("missing.png is not there; check the path"),
        Row::at("a folder", |folder| {
            let path = folder.join("src");
            std::fs::create_dir(&path).expect("a folder");
            path
        })
        .tells("src is a folder; name a file in it"),
        Row::at("a file of 300 MB, nearly all of it a hole", |folder| {
            let path = folder.join("large.bin");
            File::create(&path).expect("a file").set_len(300_000_000).expect("it can be so long");
            path
        })
        .tells("large.bin has 300 MB, and texts may have 4.0 MB; take the part that matters"),
        Row::at("a PNG of 300 MB", |folder| {
            let path = folder.join("large.png");
            std::fs::write(&path, b"\x89PNG\r\n\x1a\n").expect("it can be written");
            File::options().write(true).open(&path).expect("a file").set_len(300_000_000).expect("it can be so long");
            path
        })
        .tells("large.png has 300 MB, and pictures may have 64 MB; make it smaller first"),
    ];
    #[cfg(unix)]
    rows.extend(special());
    ("Paths", rows)
}

#[cfg(unix)]
fn special() -> Vec<Row> {
    let fifo = |folder: &Path| {
        let path = folder.join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().expect("it is there").success());
        path
    };
    let socket = |folder: &Path| {
        let path = folder.join("socket");
        std::os::unix::net::UnixListener::bind(&path).expect("a socket");
        path
    };
    let unreadable = |folder: &Path| {
        let path = folder.join("mine.txt");
        std::fs::write(&path, "mine").expect("it can be written");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o000);
        std::fs::set_permissions(&path, mode).expect("its mode");
        path
    };
    let text = |folder: &Path| std::fs::write(folder.join("a.txt"), "text\n").expect("it can be written");
    vec![
        Row::at("a named pipe that nothing writes to", fifo).tells("pipe is a named pipe; only regular files are read"),
        Row::at("a socket", socket).tells("socket is a socket; only regular files are read"),
        Row::at("a device that never ends", |_| PathBuf::from("/dev/zero"))
            .tells("zero is a device; only regular files are read"),
        Row::at("a file of the system, which tells no size", |_| PathBuf::from("/proc/version"))
            .sends("`text/plain`, 1 line"),
        Row::at("a file that you may not read", unreadable)
            .tells("mine.txt cannot be read: you may not read it; change its permissions, or copy it")
            .not_for_root(),
        Row::at("a link to a text", move |folder| {
            text(folder);
            linked(folder, "a.txt", "link.txt")
        })
        .sends("`text/plain`, 1 line"),
        Row::at("a link to a pipe", move |folder| {
            fifo(folder);
            linked(folder, "pipe", "link.txt")
        })
        .tells("link.txt is a named pipe; only regular files are read"),
        Row::at("a link to nothing", |folder| linked(folder, "gone", "link.txt"))
            .tells("link.txt is not there; check the path"),
        Row::at("links that lead in a circle", |folder| {
            linked(folder, "two", "one");
            linked(folder, "one", "two")
        })
        .tells("two cannot be read: its symbolic links lead in a circle; name the file itself"),
        Row::at("a path through a file", move |folder| {
            text(folder);
            folder.join("a.txt/b.txt")
        })
        .tells("b.txt is not there; check the path"),
    ]
}

#[cfg(unix)]
fn linked(folder: &Path, to: &str, name: &str) -> PathBuf {
    std::os::unix::fs::symlink(to, folder.join(name)).expect("a link");
    folder.join(name)
}

/// A PDF as a `pdftotext` reads it that is this script. A shell writes it: a file that this process has open for writing may
/// be open in a child of another test, too, and could not be run then.
#[cfg(unix)]
fn with_tool(folder: &Path, script: &str) -> Result<Attached, AttachError> {
    let write = "printf '#!/bin/sh\nPATH=/usr/bin:/bin\n%s\n' \"$2\" > \"$1\" && chmod 700 \"$1\"";
    let mut shell = std::process::Command::new("sh");
    let status = shell.args(["-c", write, "sh"]).arg(folder.join("pdftotext")).arg(script).status();
    assert!(status.expect("a shell").success());
    read_pdf("a.pdf", b"%PDF-1.7".to_vec(), folder.as_os_str())
}

fn is_text(sent: &Attached, text: &str) -> bool {
    std::str::from_utf8(&sent.blob.bytes) == Ok(text)
}
