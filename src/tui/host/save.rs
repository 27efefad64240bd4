//! Writing a file that the user asked for: into the folder where the program was started, over nothing that is there.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// So many files of one name are tried before it is given up.
const TRIES: u32 = 100;

/// Writes `text` into a new file called `name`, or much like it, for this user alone. Gives back where it is.
///
/// # Errors
/// A line for the user.
pub(super) async fn save(name: String, text: String) -> Result<PathBuf, String> {
    let saved = tokio::task::spawn_blocking(move || save_now(&name, &text));
    saved.await.unwrap_or_else(|_| Err("the file could not be written".to_owned()))
}

fn save_now(name: &str, text: &str) -> Result<PathBuf, String> {
    let folder = std::env::current_dir().map_err(|error| format!("there is no folder to write to: {error}"))?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "md"));
    for number in 1..=TRIES {
        let name = if number == 1 { format!("{stem}.{ending}") } else { format!("{stem}-{number}.{ending}") };
        let path = folder.join(name);
        match write_new(&path, text) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{} could not be written: {error}", path.display())),
            Ok(()) => return Ok(path),
        }
    }
    Err(format!("there are {TRIES} files like {} already; move some away", folder.join(name).display()))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path)?.write_all(text.as_bytes());
    if written.is_err() {
        // Half a file is worse than none: it was ours, and nothing was in its place.
        let _ = std::fs::remove_file(path);
    }
    written
}
