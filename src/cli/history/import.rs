//! `pointsman history import`: takes in what `export` wrote, or `ChatGPT`'s conversations. All of a file or nothing of it;
//! what is there already stays as it is, so that a file can be imported again.

mod beside;
mod zipped;

use super::question::agreed_on_terminal;
use super::{Common, Failure};
use crate::archive::{self, Found, Source};
use crate::attach::{Attached, PictureLimits};
use crate::chat::BlobHash;
use crate::cli::lessons::IMPORT_NAME;
use crate::cli::output::{note, stdout, warn};
use crate::cli::setup;
use crate::format::count;
use crate::store::{Bundle, Imported, Store};
use crate::text::sanitize::one_line;
use beside::FilesBeside;
use clap::Args;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zipped::Zipped;

/// What every ZIP file with something in it begins with.
const ZIP: &[u8] = b"PK\x03\x04";

#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    #[arg(
        required = true,
        value_name = "FILE",
        help = "The files, also ChatGPT's export as it is, a ZIP file; '-' reads stdin"
    )]
    files: Vec<PathBuf>,
    /// Only say what would come in
    #[arg(long)]
    dry_run: bool,
    /// Take in what decides which model answers (lessons and judges' verdicts), without a question
    #[arg(long, conflicts_with = "without_lessons")]
    with_lessons: bool,
    /// Leave it out
    #[arg(long)]
    without_lessons: bool,
}

/// Imports each file. One that cannot be imported keeps no other out.
pub(super) async fn run(common: &Common, import: Import) -> Result<(), Failure> {
    let mut importer = Importer { common, import: &import, store: None };
    let mut failed = Failed::default();
    for path in &import.files {
        failed.note(importer.import(path).await)?;
    }
    failed.last()
}

/// What of several files could not be imported. What was wrong with the last is how the command fails; the others are
/// told before.
#[derive(Default)]
struct Failed(Option<Failure>);

impl Failed {
    /// Notes what was wrong with one file; what would be wrong with every other is given back.
    fn note(&mut self, imported: Result<(), Failure>) -> Result<(), Failure> {
        match imported {
            Err(failure @ (Failure::Usage(_) | Failure::Work(_))) => {
                if let Some(Failure::Usage(why) | Failure::Work(why)) = self.0.replace(failure) {
                    warn(&why);
                }
                Ok(())
            }
            other => other,
        }
    }

    fn last(self) -> Result<(), Failure> {
        self.0.map_or(Ok(()), Err)
    }
}

/// What imports one file after the other.
struct Importer<'a> {
    common: &'a Common,
    import: &'a Import,
    /// Opened once there is something to take in.
    store: Option<Store>,
}

impl Importer<'_> {
    async fn import(&mut self, path: &Path) -> Result<(), Failure> {
        if path == Path::new("-") {
            let mut bytes = Vec::new();
            io::stdin().read_to_end(&mut bytes).map_err(|error| cannot_read("stdin", &error))?;
            return self.read("stdin".to_owned(), "stdin", &bytes, &|_| None)?.take_in().await;
        }
        let (name, from) = (path.display().to_string(), path.file_name().unwrap_or_default().to_string_lossy());
        let mut file = File::open(path).map_err(|error| cannot_read(&name, &error))?;
        let mut bytes = Vec::new();
        let begins = Read::by_ref(&mut file).take(ZIP.len() as u64).read_to_end(&mut bytes);
        begins.map_err(|error| cannot_read(&name, &error))?;
        if bytes == ZIP {
            file.rewind().map_err(|error| cannot_read(&name, &error))?;
            return self.import_zipped(name, &from, file).await;
        }
        file.read_to_end(&mut bytes).map_err(|error| cannot_read(&name, &error))?;
        let beside = match archive::detect(&bytes) {
            Ok(Source::ChatGpt) => Some(FilesBeside::of(path, picture_limits(self.common)?)),
            _ => None,
        };
        let work = self.read(name, &from, &bytes, &|id| beside.as_ref()?.find(id))?;
        drop(bytes);
        work.take_in().await
    }

    /// Imports each file of conversations in a ZIP file.
    async fn import_zipped(&mut self, name: String, from: &str, file: File) -> Result<(), Failure> {
        let zipped = Zipped::open(file, picture_limits(self.common)?).map_err(|why| refused(&name, &why))?;
        let mut failed = Failed::default();
        for (place, inside) in zipped.conversations() {
            let name = format!("{} in {name}", one_line(inside, IMPORT_NAME));
            let read = match zipped.read(*place) {
                Ok(bytes) => self.read(name, from, &bytes, &|id| zipped.find(id)),
                Err(why) => Err(refused(&name, &why)),
            };
            let imported = match read {
                Ok(work) => work.take_in().await,
                Err(failure) => Err(failure),
            };
            failed.note(imported)?;
        }
        failed.last()
    }

    /// Reads what is in a file.
    fn read(
        &mut self,
        name: String,
        from: &str,
        bytes: &[u8],
        find: &dyn Fn(&str) -> Option<Attached>,
    ) -> Result<Work<'_>, Failure> {
        let found = archive::read_with(bytes, find).map_err(|why| refused(&name, &why.to_string()))?;
        let store = match &self.store {
            Some(store) => store.clone(),
            None => self.store.insert(setup::open_store(self.common)?).clone(),
        };
        Ok(Work { import: self.import, store, name, from: one_line(from, IMPORT_NAME).into(), found })
    }
}

fn cannot_read(name: &str, error: &io::Error) -> Failure {
    Failure::Usage(format!("{name} cannot be read: {error}"))
}

fn refused(name: &str, why: &str) -> Failure {
    Failure::Usage(format!("{name} cannot be imported: {why}; nothing was changed"))
}

/// How small the pictures beside conversations are made: as small as those that are attached.
fn picture_limits(common: &Common) -> Result<PictureLimits, Failure> {
    let (config, _) = setup::read_config(common)?;
    Ok(PictureLimits { side: config.image_side_max(), bytes: config.chat.image_bytes })
}

/// A file that was read, and where it goes.
struct Work<'a> {
    import: &'a Import,
    store: Store,
    name: String,
    /// What its lessons are marked with.
    from: Arc<str>,
    found: Found,
}

impl Work<'_> {
    /// Takes it in, and says what came and what did not.
    async fn take_in(self) -> Result<(), Failure> {
        let Self { import, store, name, from, found: Found { source, mut bundle, left_out } } = self;
        let (came_along, lacking) = (bundle.blobs.len() as u64, lacking(&bundle));
        bundle.from = Some(from.clone());
        let mut deciding_left_out = 0;
        let has_deciding = !bundle.lessons.is_empty() || !bundle.verdicts.is_empty();
        if has_deciding && !import.with_lessons {
            let (lessons, verdicts) = (bundle.lessons.clone(), bundle.verdicts.clone());
            let deciding = store.foresee_import(Bundle { lessons, verdicts, ..Bundle::default() }).await?.deciding;
            if deciding > 0 && !wanted(import, &name, deciding)? {
                (bundle.lessons, bundle.verdicts) = (Vec::new(), Vec::new());
                deciding_left_out = deciding;
            }
        }
        let imported = match import.dry_run {
            true => store.foresee_import(bundle).await?,
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
        if imported.deciding > 0 && !import.dry_run {
            note(&format!("what it brings decides from now on; '{}' takes it back", undoing(&from)));
        }
        if deciding_left_out > 0 {
            note(&format!("left out, lessons and verdicts, which --with-lessons takes in: {deciding_left_out}"));
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
}

/// Whether lessons and verdicts, of which so many would decide from now on, are to come in. A file of another person can
/// send prompts to other models by them, so on a terminal the user is asked. Elsewhere they come in: what imports there is
/// mostly a backup that is restored.
fn wanted(import: &Import, name: &str, deciding: u64) -> Result<bool, Failure> {
    if import.without_lessons || import.dry_run {
        return Ok(import.dry_run && !import.without_lessons);
    }
    let (what, them) = if deciding == 1 { ("lesson or verdict", "it") } else { ("lessons and verdicts", "them") };
    let brings = format!("{name} brings {deciding} {what} that would decide which model answers");
    Ok(agreed_on_terminal(&format!("{brings}: take {them} in?"))?.unwrap_or(true))
}

/// The command that takes back what came from this file. A name that a shell could take for something else is left out:
/// the file may be of another person, and the command is there to be copied.
fn undoing(from: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let named = !from.starts_with('-') && from.chars().all(is_plain);
    format!("pointsman lessons undo --imported{}", if named { format!(" {from}") } else { String::new() })
}

/// What chats refer to and the file has no content of.
fn lacking(bundle: &Bundle) -> HashSet<BlobHash> {
    let there: HashSet<BlobHash> = bundle.blobs.iter().map(|blob| blob.reference().hash).collect();
    let wanted = bundle.chats.iter().flat_map(archive::blobs);
    wanted.filter(|hash| !there.contains(*hash)).cloned().collect()
}

fn summary(imported: &Imported, dry_run: bool) -> String {
    let Imported { chats, turns, known, lessons, undone, decisions, .. } = imported;
    let mut came = vec![format!("{} with {}", count(*chats, "new chat"), count(*turns, "new turn"))];
    for (number, thing) in [(decisions, "decision"), (lessons, "lesson")] {
        if *number > 0 {
            came.push(count(*number, thing));
        }
    }
    let verb = if dry_run { "would come in" } else { "came in" };
    let were = if *known == 1 { "was" } else { "were" };
    let known = if *known > 0 { format!("; {} {were} there already", count(*known, "turn")) } else { String::new() };
    let undone = match *undone {
        0 => String::new(),
        1 => "; 1 lesson was undone here and stays so".to_owned(),
        more => format!("; {} were undone here and stay so", count(more, "lesson")),
    };
    format!("{} {verb}{known}{undone}", came.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_to_be_copied_has_no_name_that_a_shell_runs() {
        for (from, command) in [
            ("backup-2.jsonl", "pointsman lessons undo --imported backup-2.jsonl"),
            ("$(reboot).jsonl", "pointsman lessons undo --imported"),
            ("my file", "pointsman lessons undo --imported"),
            ("--all", "pointsman lessons undo --imported"),
        ] {
            assert_eq!(undoing(from), command);
        }
    }
}
