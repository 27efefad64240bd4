//! `pointsman history import`: takes in what `export` wrote, or `ChatGPT`'s conversations. All of a file or nothing of it;
//! what is there already stays as it is, so that a file can be imported again.

mod beside;

use super::{Common, Failure};
use crate::archive::{self, Found, Mistake, Source};
use crate::attach::PictureLimits;
use crate::chat::BlobHash;
use crate::cli::output::{note, stdout};
use crate::cli::setup;
use crate::format::count;
use crate::store::{Bundle, Imported, Store};
use beside::FilesBeside;
use clap::Args;
use std::collections::HashSet;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// The file; '-' reads stdin
    file: PathBuf,
    /// Only say what would come in
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(common: &Common, import: Import) -> Result<(), Failure> {
    let name = if import.file == Path::new("-") { "stdin".into() } else { import.file.display().to_string() };
    let bytes = read(&import.file)?;
    let cannot =
        |mistake: Mistake| Failure::Usage(format!("{name} cannot be imported: {mistake}; nothing was changed"));
    let beside = match archive::detect(&bytes).map_err(cannot)? {
        Source::ChatGpt if import.file != Path::new("-") => Some(files_beside(common, &import.file)?),
        _ => None,
    };
    let find = |id: &str| beside.as_ref().and_then(|beside| beside.find(id));
    let Found { source, bundle, left_out } = archive::read_with(&bytes, &find).map_err(cannot)?;
    drop(bytes);
    let (came_along, lacking) = (bundle.blobs.len() as u64, lacking(&bundle));
    let store = setup::open_store(common)?;
    let imported = match import.dry_run {
        true => foresee(&store, &bundle).await?,
        false => store.import(bundle).await?,
    };
    let what = match source {
        Source::Jsonl | Source::Json => "a history of pointsman",
        Source::ChatGpt => "conversations of ChatGPT",
    };
    let mut out = stdout();
    writeln!(out, "{name} is {what}: {}", summary(&imported, import.dry_run))?;
    if source == Source::ChatGpt && came_along > 0 {
        note(&format!("{} beside it came along", count(came_along, "file")));
    }
    for line in left_out {
        note(&format!("left out, {line}"));
    }
    let mut nowhere = 0;
    for hash in lacking {
        nowhere += u64::from(store.blob(hash).await?.is_none());
    }
    if nowhere > 0 {
        note(&format!(
            "left out, the content of files that it does not have, of each of which the name stays: {nowhere}"
        ));
    }
    Ok(())
}

/// The files beside a file, made as small as those that are attached.
fn files_beside(common: &Common, file: &Path) -> Result<FilesBeside, Failure> {
    let (config, _) = setup::read_config(common)?;
    let limits = PictureLimits { side: config.image_side_max(), bytes: config.chat.image_bytes };
    Ok(FilesBeside::of(file, limits))
}

/// What chats refer to and the file has no content of.
fn lacking(bundle: &Bundle) -> HashSet<BlobHash> {
    let there: HashSet<BlobHash> = bundle.blobs.iter().map(|blob| blob.reference().hash).collect();
    let wanted = bundle.chats.iter().flat_map(archive::blobs);
    wanted.filter(|hash| !there.contains(*hash)).cloned().collect()
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let read = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    read.map_err(|error| Failure::Usage(format!("{} cannot be read: {error}", file.display())))
}

fn summary(imported: &Imported, dry_run: bool) -> String {
    let Imported { chats, turns, known, lessons, decisions, .. } = imported;
    let mut came = vec![format!("{} with {}", count(*chats, "new chat"), count(*turns, "new turn"))];
    for (number, thing) in [(decisions, "decision"), (lessons, "lesson")] {
        if *number > 0 {
            came.push(count(*number, thing));
        }
    }
    let verb = if dry_run { "would come in" } else { "came in" };
    let were = if *known == 1 { "was" } else { "were" };
    let known = if *known > 0 { format!("; {} {were} there already", count(*known, "turn")) } else { String::new() };
    format!("{} {verb}{known}", came.join(", "))
}

/// What an import would say of chats and turns; of the rest only the store itself knows what is new.
async fn foresee(store: &Store, bundle: &Bundle) -> Result<Imported, Failure> {
    let mut seen = Imported::default();
    for chat in &bundle.chats {
        let kept = store.kept_chat(chat.head.id).await?;
        let there: HashSet<_> = kept.iter().flat_map(|kept| &kept.turns).map(|kept| kept.turn.id()).collect();
        let known = chat.turns.iter().filter(|kept| there.contains(&kept.turn.id())).count() as u64;
        seen.chats += u64::from(kept.is_none());
        seen.known += known;
        seen.turns += chat.turns.len() as u64 - known;
    }
    Ok(seen)
}
