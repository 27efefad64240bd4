//! Which other users of this machine may do what with the program's files.
//!
//! Looks only. Elsewhere than on Unix a file in the user's own folder is taken for the user's.

use super::{Common, setup};
use std::path::{Path, PathBuf};

/// The permissions of a file; `None` where there is none, or no such thing.
#[cfg(unix)]
pub(super) fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).ok().map(|found| found.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
pub(super) fn mode(_: &Path) -> Option<u32> {
    None
}

/// The parent of a mere name is empty, and means the current folder.
pub(super) fn here(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// The permissions of a file or folder that others can write.
#[cfg(unix)]
pub(super) fn writable_by_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let found = std::fs::metadata(path).ok().filter(|found| found.is_file() || found.is_dir())?;
    let mode = found.mode() & 0o1777;
    is_open(mode, found.uid(), found.gid()).then_some(mode)
}

#[cfg(not(unix))]
pub(super) fn writable_by_others(_: &Path) -> Option<u32> {
    None
}

/// Whether these permissions let others write what belongs to the user `uid` and the group `gid`.
#[cfg(unix)]
fn is_open(mode: u32, uid: u32, gid: u32) -> bool {
    // Many systems give each user a group with the user's own number, and make new files writable for it.
    let group_is_shared = uid != gid;
    // In a folder such as `/tmp` each user can only remove their own files.
    let sticky = mode & 0o1000 != 0;
    !sticky && (mode & 0o002 != 0 || (group_is_shared && mode & 0o020 != 0))
}

/// Those of the settings that others can write. They name commands that are run for a key.
pub(super) fn open_settings(file: &Path) -> Vec<(PathBuf, u32)> {
    let paths = [here(file.parent().unwrap_or(file)), file, &file.with_file_name("keymap.toml")].map(Path::to_path_buf);
    paths.into_iter().filter_map(|path| writable_by_others(&path).map(|mode| (path, mode))).collect()
}

/// What the user should know at the start: that others can write the settings or the data, and the command that ends it.
pub(super) fn notice(common: &Common) -> Option<String> {
    let settings = setup::config_path(common).map(|file| open_settings(&file)).unwrap_or_default();
    let data = setup::data_dir(common).ok().and_then(|data| writable_by_others(&data).map(|mode| (data, mode)));
    let mut open: Vec<(PathBuf, u32)> = settings.into_iter().chain(data).collect();
    // Settings and data may be in one folder.
    open.sort();
    open.dedup();
    let shown = |with: &dyn Fn(&(PathBuf, u32)) -> String, between: &str| {
        open.iter().map(with).collect::<Vec<_>>().join(between)
    };
    let found = shown(&|(path, mode)| format!("{} ({mode:03o})", path.display()), ", ");
    let command = shown(&|(path, _)| path.display().to_string(), " ");
    (!open.is_empty()).then(|| format!("others can write {found}; run: chmod go-w {command}"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_a_group_of_the_user_alone_can_write_is_not_open() {
        for (mode, gid, open) in [
            (0o600, 5, false),
            (0o755, 5, false),
            (0o664, 5, true),
            (0o664, 1000, false),
            (0o775, 1000, false),
            (0o666, 1000, true),
            (0o702, 1000, true),
            (0o1777, 0, false),
        ] {
            assert_eq!(is_open(mode, 1000, gid), open, "{mode:o} of group {gid}");
        }
    }
}
