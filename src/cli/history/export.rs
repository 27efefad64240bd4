//! `pointsman history export`: chats to a file or stdout, one after the other, so that a long history takes no more
//! memory than its longest chat. A file is written whole or not at all, and for this user alone.

use super::{Common, Failure, named};
use crate::archive::{self, Format, Writer};
use crate::chat::ConversationId;
use crate::cli::output::note;
use crate::cli::setup;
use crate::format::count;
use crate::store::{Loose, Store};
use clap::{Args, ValueEnum};
use indexmap::IndexSet;
use jiff::tz::TimeZone;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

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
    let (ids, loose) = if export.names.is_empty() {
        (store.export_ids().await?, store.loose().await?)
    } else {
        let chats = named::all(&store, &export.names).await?;
        (chats.iter().map(|chat| chat.head.id).collect(), Loose::default())
    };
    let mut writer = Writer::new(format, export.reasoning, TimeZone::system());
    let Some(path) = export.out.as_deref().filter(|path| *path != Path::new("-")) else {
        let mut out = BufWriter::new(io::stdout().lock());
        write_all(&store, &mut writer, &ids, &loose, &mut out).await?;
        out.flush()?;
        return Ok(());
    };
    let cannot = |why: String| Failure::Work(format!("{} cannot be written: {why}", path.display()));
    if !export.force && path.symlink_metadata().is_ok() {
        return Err(Failure::Usage(format!("{} is there already; --force overwrites it", path.display())));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Its permissions are for this user alone.
    let mut file = NamedTempFile::new_in(folder).map_err(|error| cannot(error.to_string()))?;
    let mut out = BufWriter::new(file.as_file_mut());
    // An interrupt leaves nothing behind: what was written so far goes with `file`.
    let chats = tokio::select! {
        chats = write_all(&store, &mut writer, &ids, &loose, &mut out) => chats?,
        _ = tokio::signal::ctrl_c() => return Err(Failure::Interrupted),
    };
    out.flush().map_err(|error| cannot(error.to_string()))?;
    drop(out);
    file.as_file().sync_all().map_err(|error| cannot(error.to_string()))?;
    let kept = if export.force { file.persist(path) } else { file.persist_noclobber(path) };
    kept.map_err(|error| cannot(error.error.to_string()))?;
    note(&format!("{} written to {}", count(chats, "chat"), path.display()));
    Ok(())
}

/// Writes the chats and what belongs to none. Gives back how many chats there were.
async fn write_all(
    store: &Store,
    writer: &mut Writer,
    ids: &[ConversationId],
    loose: &Loose,
    out: &mut impl Write,
) -> Result<u64, Failure> {
    let mut chats = 0;
    let mut blobs = IndexSet::new();
    out.write_all(writer.head().as_bytes())?;
    for id in ids {
        // One that another program deleted meanwhile is left out.
        if let Some(chat) = store.kept_chat(*id).await? {
            out.write_all(writer.chat(&chat).as_bytes())?;
            chats += 1;
            blobs.extend(archive::blobs(&chat).filter(|_| writer.has_blobs()).cloned());
        }
    }
    for hash in blobs {
        // One that came from a file that did not have it is nowhere.
        if let Some(blob) = store.blob(hash).await? {
            out.write_all(writer.blob(&blob).as_bytes())?;
        }
    }
    out.write_all(writer.tail(loose).as_bytes())?;
    Ok(chats)
}
