//! `pointsman history export`: chats to a file or stdout, one after the other, so that a long history takes no more
//! memory than its longest chat. A file is written whole or not at all, and for this user alone.
//!
//! Beside a Markdown file lies a folder with the pictures and files of its chats. They are written first, so that no page
//! has links to what is not there.

use super::{Common, Failure, named};
use crate::archive::{self, Format, Writer};
use crate::chat::{BlobHash, ConversationId};
use crate::cli::output::{note, warn};
use crate::cli::setup;
use crate::disk::{NewFile, NewFolder, Place, open_stream, write_new};
use crate::format::count;
use crate::store::{Loose, Store, StoreError};
use clap::{Args, ValueEnum};
use indexmap::IndexSet;
use jiff::tz::TimeZone;
use std::ffi::OsString;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// So many names of a folder for the files of an export are tried.
const FOLDER_NAMES_MAX: u32 = 100;

#[derive(Debug, Args)]
pub(in crate::cli) struct Export {
    /// Only these: the beginning of each name, as far as no other has it, or 'last'
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// What is written
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Shape,
    /// Write to this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite the file
    #[arg(long, requires = "out")]
    force: bool,
    /// Write the models' reasoning, too; jsonl always has it
    #[arg(long)]
    reasoning: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    /// One JSON object a line: the backup, which 'import' takes in without loss
    Jsonl,
    /// One JSON document
    Json,
    /// For reading
    Markdown,
}

pub(super) async fn run(common: &Common, export: Export) -> Result<(), Failure> {
    let format = match export.format {
        Shape::Jsonl => Format::Jsonl,
        Shape::Json => Format::Json,
        Shape::Markdown => Format::Markdown,
    };
    let store = setup::open_store(common)?;
    let mut written = Written::default();
    let (ids, loose) = if export.names.is_empty() {
        let loose = store.loose().await.map(Some);
        let loose = written.or_left_out("the lessons and what else belongs to no chat", loose);
        (store.export_ids().await?, loose.unwrap_or_default())
    } else {
        let chats = named::all(&store, &export.names).await?;
        (chats.iter().map(|chat| chat.head.id).collect(), Loose::default())
    };
    let writer = Writer::new(format, export.reasoning, TimeZone::system());
    let mut work = Work { store, writer, ids, loose, folder: None, written };
    if let Some(path) = export.out.as_deref().filter(|path| *path != Path::new("-")) {
        return work.write_to(path, format, export.force).await;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    work.write_all(&mut out).await?;
    out.flush()?;
    work.written.end()
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::Work(format!("{} cannot be written: {error}", path.display()))
}

/// A new folder for the files of `path`, called like it.
fn folder_beside(parent: &Path, path: &Path) -> Result<NewFolder, Failure> {
    let mut stem = path.file_stem().unwrap_or_default().to_owned();
    stem.push("-files");
    for number in 1..=FOLDER_NAMES_MAX {
        let mut name: OsString = stem.clone();
        if number > 1 {
            name.push(format!("-{number}"));
        }
        match NewFolder::create(parent, &name) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            made => return made.map_err(|error| cannot(&parent.join(name), &error)),
        }
    }
    let like = parent.join(stem);
    Err(Failure::Work(format!("there are {FOLDER_NAMES_MAX} folders like {} already; move some away", like.display())))
}

/// An export on its way.
struct Work {
    store: Store,
    writer: Writer,
    ids: Vec<ConversationId>,
    loose: Loose,
    /// Where the files of the chats go.
    folder: Option<NewFolder>,
    written: Written,
}

/// What was written so far.
#[derive(Default)]
struct Written {
    chats: u64,
    files: u64,
    /// Files without content: what named them came from a history that did not have it.
    lacking: u64,
    /// Chats, files and the like that could not be read.
    left_out: u64,
}

impl Work {
    /// Writes all to what `path` names.
    async fn write_to(mut self, path: &Path, format: Format, force: bool) -> Result<(), Failure> {
        let stream = match Place::of(path).map_err(|error| cannot(path, &error))? {
            Place::File(_) if !force => {
                return Err(Failure::Usage(format!("{} is there already; --force overwrites it", path.display())));
            }
            Place::File(target) => return self.write_file(path, &target, format, NewFile::replace).await,
            Place::Free(target) if force => return self.write_file(path, &target, format, NewFile::replace).await,
            Place::Free(target) => return self.write_file(path, &target, format, NewFile::publish).await,
            Place::Stream(stream) => stream,
        };
        // As to stdout: nothing lies beside it, and an interrupt has nothing to remove.
        let mut out = BufWriter::new(open_stream(&stream).map_err(|error| cannot(path, &error))?);
        self.write_all(&mut out).await?;
        out.flush()?;
        note(&format!("{} written to {}", count(self.written.chats, "chat"), path.display()));
        self.written.end()
    }

    /// Writes all to a file, and what belongs beside it. `target` is where `path` leads to, `finish` puts the file there.
    async fn write_file(
        mut self,
        path: &Path,
        target: &Path,
        format: Format,
        finish: fn(NewFile) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let cannot = |error: &io::Error| cannot(path, error);
        let mut out = BufWriter::new(NewFile::for_target(target).map_err(|error| cannot(&error))?);
        if format == Format::Markdown {
            let parent = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let folder = folder_beside(parent, target)?;
            self.writer = self.writer.beside(folder.path().file_name());
            self.folder = Some(folder);
        }
        // An interrupt leaves nothing behind: what was written so far goes with the file and the folder.
        tokio::select! {
            done = self.write_all(&mut out) => done?,
            _ = tokio::signal::ctrl_c() => return Err(Failure::Interrupted),
        }
        let file = out.into_inner().map_err(|error| cannot(error.error()))?;
        finish(file).map_err(|error| cannot(&error))?;
        let Written { chats, files, .. } = self.written;
        let mut beside = String::new();
        if let Some(folder) = self.folder.filter(|_| files > 0) {
            let name = folder.path().file_name().unwrap_or_default();
            beside = format!(", {} to {}", count(files, "file"), target.with_file_name(name).display());
            folder.keep();
        }
        note(&format!("{} written to {}{beside}", count(chats, "chat"), path.display()));
        self.written.end()
    }

    /// Writes the chats and what belongs to none.
    async fn write_all(&mut self, out: &mut impl Write) -> Result<(), Failure> {
        let mut blobs = IndexSet::new();
        out.write_all(self.writer.head().as_bytes())?;
        for id in std::mem::take(&mut self.ids) {
            // One that another program deleted meanwhile is left out.
            let read = self.store.kept_chat(id).await;
            if let Some(chat) = self.written.or_left_out(&format!("the chat {id}"), read) {
                for (name, hash) in self.writer.files(&chat) {
                    self.write_beside(&name, hash).await?;
                }
                out.write_all(self.writer.chat(&chat).as_bytes())?;
                self.written.chats += 1;
                blobs.extend(archive::blobs(&chat).filter(|_| self.writer.has_blobs()).cloned());
            }
        }
        for hash in blobs {
            let read = self.store.blob(hash.clone()).await;
            match self.written.or_left_out(&format!("the file {}", hash.as_str()), read) {
                Some(blob) => out.write_all(self.writer.blob(&blob).as_bytes())?,
                None => self.written.lacking += 1,
            }
        }
        out.write_all(self.writer.tail(&self.loose).as_bytes())?;
        Ok(())
    }

    /// Writes a file beside the page.
    async fn write_beside(&mut self, name: &str, hash: BlobHash) -> Result<(), Failure> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let read = self.store.blob(hash.clone()).await;
        let Some(blob) = self.written.or_left_out(&format!("the file {name}"), read) else {
            self.writer.lacks(&hash);
            self.written.lacking += 1;
            return Ok(());
        };
        let path = folder.path().join(name);
        write_new(&path, &blob.bytes).map_err(|error| cannot(&path, &error))?;
        self.written.files += 1;
        Ok(())
    }
}

impl Written {
    /// What was read; what cannot be read is left out and said, so that it does not keep the rest from being written.
    fn or_left_out<T>(&mut self, what: &str, read: Result<Option<T>, StoreError>) -> Option<T> {
        read.unwrap_or_else(|error| {
            warn(&format!("left out, {what}: {error}"));
            self.left_out += 1;
            None
        })
    }

    /// Says what is missing. That something was left out is a failure, though all else is written.
    fn end(&self) -> Result<(), Failure> {
        if self.lacking > 0 {
            let them = if self.lacking == 1 { "only its name was" } else { "only their names were" };
            note(&format!("the history has no content of {}; {them} written", count(self.lacking, "file")));
        }
        if self.left_out == 0 { Ok(()) } else { Err(Failure::Told(1)) }
    }
}
