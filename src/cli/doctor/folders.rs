//! The folders: whether they are there or can be, whether other users can look in, how much room is left.

use super::check::Check;
use crate::cli::permissions::{here, mode, open_settings};
use crate::cli::{Common, Failure, setup};
use crate::format::size::size;
use std::io;
use std::path::Path;

const AREA: &str = "folders";

/// With less room than this, a history soon cannot be kept.
const LITTLE: u64 = 50_000_000;

pub(super) fn checks(common: &Common) -> Vec<Check> {
    let mut checks = Vec::new();
    // That there is no home at all was said of the settings already.
    if let Ok(file) = setup::config_path(common) {
        checks.push(settings(&file));
    }
    match setup::data_dir(common) {
        Ok(folder) => checks.extend(data(&folder)),
        Err(Failure::Usage(what)) => checks.push(Check::fail("data", what, "set HOME")),
        Err(_) => {}
    }
    checks.into_iter().map(|check| check.within(AREA)).collect()
}

/// A user who can write the settings can have the next start run a command for a key.
fn settings(file: &Path) -> Check {
    let folder = here(file.parent().unwrap_or(file));
    let shown = folder.display();
    match open_settings(file).into_iter().next() {
        Some((path, mode)) => {
            let path = path.display();
            let found = format!("others can write {path} ({mode:03o}), and so what this program does");
            Check::warn("settings", found, format!("chmod go-w {path}"))
        }
        None if folder.is_dir() => Check::ok("settings", shown.to_string()),
        None => Check::ok("settings", format!("{shown}: none yet")),
    }
}

fn data(folder: &Path) -> Vec<Check> {
    let shown = folder.display();
    let existing = folder.ancestors().map(here).find(|path| path.exists()).unwrap_or(folder);
    if let Err(error) = writable(existing) {
        let found = format!("{shown} cannot be written: {error}");
        return vec![Check::fail("data", found, "make it writable, or name another with --data-dir")];
    }
    let mut checks = vec![match mode(folder) {
        _ if !folder.exists() => Check::ok("data", format!("{shown}: none yet, can be made")),
        Some(mode) if mode & 0o077 != 0 => {
            Check::warn("data", format!("others can look into {shown} ({mode:03o})"), format!("chmod 700 {shown}"))
        }
        _ => Check::ok("data", format!("{shown}, yours alone")),
    }];
    if let Some(free) = free(existing) {
        let room = format!("{} free", size(free));
        checks.push(match free < LITTLE {
            true => Check::warn("room", room, "free some space, or name a folder elsewhere with --data-dir"),
            false => Check::ok("room", room),
        });
    }
    checks
}

/// Whether a file can be begun in `folder`; nothing is left of it.
fn writable(folder: &Path) -> io::Result<()> {
    tempfile::tempfile_in(folder).map(|_| ())
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<u64> {
    None
}
