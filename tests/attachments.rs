//! Files that go along with a prompt, hostile and odd ones: each is made, read as the program reads it, and what becomes of
//! it is checked and printed into `docs/attachments.md`, so that page and program cannot differ.

pub(crate) mod files;
mod others;
mod pictures;

use pointsman::attach::{self, AttachError, Attached, PictureLimits, Secrets};
use pointsman::chat::Extent;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What the files are made fit for.
pub(crate) const LIMITS: PictureLimits = PictureLimits { side: 800, bytes: 200_000 };

const OPENING: &str = "\
# Files that go along with a prompt

A prompt can have pictures, texts and PDF files with it. What a file is follows from what is in it, never from its name.
Pictures are turned upright, made small enough for the model, and encoded anew, so that nothing but the pixels leaves this
machine: not where a photo was taken, no text, no bytes behind its end. Texts are sent as clean UTF-8. Whatever looks like a
secret is sent only when you say so.

Every row was run: `tests/attachments.rs` makes the file, attaches it as the program does, for a model that takes pictures
of 800 pixels a side and 200 KB, and writes this page.
";

/// What is read, and with which result.
type Run = dyn Fn(&Path) -> Result<Attached, AttachError>;

/// A file, and what has to come of it.
pub(crate) struct Row {
    is: &'static str,
    run: Box<Run>,
    sent: &'static str,
    told: &'static str,
    check: fn(&Attached) -> bool,
    /// Whether only an ordinary user sees it.
    not_for_root: bool,
}

impl Row {
    /// What `run` reads, given an empty folder.
    pub(crate) fn new(is: &'static str, run: impl Fn(&Path) -> Result<Attached, AttachError> + 'static) -> Self {
        Self { is, run: Box::new(run), sent: "", told: "", check: |_| true, not_for_root: false }
    }

    /// The file at the path that `make` gives, in an empty folder.
    pub(crate) fn at(is: &'static str, make: impl Fn(&Path) -> PathBuf + 'static) -> Self {
        Self::new(is, move |folder| attach::read(&make(folder), LIMITS, Secrets::Ask))
    }

    /// A file of this name and content.
    pub(crate) fn file(is: &'static str, name: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::at(is, move |folder| {
            let path = folder.join(name);
            std::fs::write(&path, &bytes).expect("it can be written");
            path
        })
    }

    /// This is sent.
    pub(crate) fn sends(self, sent: &'static str) -> Self {
        Self { sent, ..self }
    }

    /// The user reads this.
    pub(crate) fn tells(self, told: &'static str) -> Self {
        Self { told, ..self }
    }

    /// This holds of what is sent.
    pub(crate) fn checked(self, check: fn(&Attached) -> bool) -> Self {
        Self { check, ..self }
    }

    pub(crate) fn not_for_root(self) -> Self {
        Self { not_for_root: true, ..self }
    }

    /// What is sent, and what the user reads.
    fn outcome(&self) -> (String, String) {
        if self.not_for_root && is_root() {
            eprintln!("not run, because root may read everything: {}", self.is);
            return (self.sent.to_owned(), self.told.to_owned());
        }
        let folder = tempfile::tempdir().expect("a folder");
        match (self.run)(folder.path()) {
            Ok(attached) => {
                assert!((self.check)(&attached), "{}: {attached:?}", self.is);
                assert_eq!(attached.attachment.blob, attached.blob.reference(), "{}", self.is);
                (sent(&attached), attached.remark.unwrap_or_default())
            }
            Err(error) => (String::new(), error.to_string()),
        }
    }
}

fn sent(attached: &Attached) -> String {
    let media_type = &attached.blob.media_type;
    let how_much = match attached.attachment.extent {
        Extent::Pixels { width, height } => format!("{width} × {height}"),
        Extent::Text { lines, .. } => pointsman::format::count(lines.into(), "line"),
        Extent::Unknown => "?".to_owned(),
    };
    format!("`{media_type}`, {how_much}")
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[test]
fn every_file_becomes_what_the_table_says_and_the_page_is_that_table() {
    let groups =
        [pictures::whole(), pictures::refused(), others::texts(), others::secrets(), others::pdf(), others::places()];
    let mut page = OPENING.to_owned();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (title, rows) in groups {
        let _ = write!(page, "\n## {title}\n\n| the file | is sent as | you read |\n|---|---|---|\n");
        for row in rows {
            let (sent, told) = row.outcome();
            if (sent.as_str(), told.as_str()) != (row.sent, row.told) {
                wrong.push(format!("{}:\n  {sent:?}, {told:?}\ninstead of\n  {:?}, {:?}", row.is, row.sent, row.told));
            }
            let cell = |text: &str| match text {
                "" => "*(nothing)*".to_owned(),
                text => text.replace('|', "\\|").replace('<', "&lt;"),
            };
            let _ = writeln!(page, "| {} | {} | {} |", cell(row.is), cell(&sent), cell(&told));
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "expected\n{}", wrong.join("\n"));
    assert!(count >= 25, "{count} rows");
    // Elsewhere there are no special files.
    if cfg!(target_os = "linux") {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/attachments.md");
        if std::env::var_os("POINTSMAN_WRITE_DOCS").is_some() {
            std::fs::write(&path, &page).expect("it can be written");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        let how = "POINTSMAN_WRITE_DOCS=1 cargo test --test suite attachments";
        assert!(written == page, "docs/attachments.md is not what was run; `{how}` writes it anew");
    }
}

#[test]
fn a_stored_picture_is_made_smaller_only_for_a_model_that_takes_less() {
    let large = attach::take_in("a.png", files::jpeg(&files::noise(300, 200)), LIMITS).expect("a picture").blob;
    assert_eq!(attach::fit(&large, LIMITS), Ok(None));
    let tighter = |side, bytes| attach::fit(&large, PictureLimits { side, bytes }).expect("it can").expect("smaller");
    assert_eq!(files::size(&tighter(150, 200_000).bytes), (150, 100));
    assert!(tighter(800, 20_000).bytes.len() <= 20_000);
    let text = attach::take_in("a.txt", b"text".to_vec(), LIMITS).expect("a text").blob;
    assert_eq!(attach::fit(&text, PictureLimits { side: 1, bytes: 1 }), Ok(None));
}

#[test]
fn a_secret_is_read_when_the_user_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(".env");
    std::fs::write(&path, "KEY=1\n").expect("it can be written");
    assert!(
        matches!(attach::read(&path, LIMITS, Secrets::Ask), Err(AttachError::LooksSecret { name }) if name == ".env")
    );
    let sent = attach::read(&path, LIMITS, Secrets::Send).expect("the user said so");
    assert_eq!(&*sent.blob.bytes, b"KEY=1\n");
}

#[test]
fn no_damage_to_a_picture_makes_reading_it_fail_badly() {
    let pictures =
        [files::png(&files::noise(40, 30)), files::jpeg(&files::noise(40, 30)), files::gif(2), files::webp()];
    for bytes in pictures {
        for at in (0..bytes.len()).step_by(bytes.len() / 60 + 1) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x55;
            let _ = attach::take_in("a.png", damaged, LIMITS);
            let _ = attach::take_in("a.png", bytes[..=at].to_vec(), LIMITS);
        }
    }
}
