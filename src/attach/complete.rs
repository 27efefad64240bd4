//! What a path that is being typed can become. Reads one folder, within limits; must not open files.

use crate::text::sanitize::sanitize;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

/// So many entries of a folder are looked at.
const ENTRIES_MAX: usize = 5_000;
/// So many are offered.
const OFFERED_MAX: usize = 100;

/// What a typed path can become.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Completion {
    /// The last part alone, for a list. A folder's ends in a slash.
    pub name: String,
    /// The whole path, in place of what was typed.
    pub path: String,
}

/// What `typed` can become: the files and folders whose names begin with its last part, sorted, the folders first. Without a
/// capital letter in that part, capitals make no difference. Hidden ones are there only when it begins with a dot. Relative
/// paths begin at `cwd`; `home` stands for `~`. Blocks for as long as the disk takes.
pub fn complete(typed: &str, cwd: &Path, home: Option<&Path>) -> Vec<Completion> {
    if typed == "~" {
        let path = "~/".to_owned();
        return home.map(|_| Completion { name: path.clone(), path }).into_iter().collect();
    }
    let (folder, begun) = typed.rfind('/').map_or(("", typed), |slash| typed.split_at(slash + 1));
    let Some(place) = place(folder, cwd, home) else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
    let found = entries.take(ENTRIES_MAX).flatten().filter_map(|entry| offered(&entry, begun));
    let mut found: Vec<(bool, String)> = found.collect();
    found.sort_by_cached_key(|(is_folder, name)| (!is_folder, name.to_lowercase(), name.clone()));
    found.truncate(OFFERED_MAX);
    let completion = |(is_folder, name): (bool, String)| {
        let name = name + if is_folder { "/" } else { "" };
        Completion { path: format!("{folder}{name}"), name }
    };
    found.into_iter().map(completion).collect()
}

/// The folder that is typed as `folder`.
fn place(folder: &str, cwd: &Path, home: Option<&Path>) -> Option<PathBuf> {
    match folder.strip_prefix("~/") {
        Some(below) => Some(home?.join(below)),
        None => Some(cwd.join(folder)),
    }
}

/// The name of `entry`, and whether it is a folder, if it can be attached or leads on.
fn offered(entry: &DirEntry, begun: &str) -> Option<(bool, String)> {
    let name = entry.file_name().into_string().ok()?;
    let hidden = name.starts_with('.') && !begun.starts_with('.');
    let same_case = begun.chars().any(char::is_uppercase);
    let begins = name.starts_with(begun) || !same_case && name.to_lowercase().starts_with(begun);
    // A name that would look different from what it is cannot be offered.
    let clear = !name.contains(['\n', '\t']) && sanitize(&name) == name;
    if hidden || !begins || !clear {
        return None;
    }
    let kind = entry.file_type().ok()?;
    let kind = if kind.is_symlink() { std::fs::metadata(entry.path()).ok()?.file_type() } else { kind };
    (kind.is_dir() || kind.is_file()).then(|| (kind.is_dir(), name))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn paths(typed: &str, cwd: &Path) -> Vec<String> {
        complete(typed, cwd, Some(cwd)).into_iter().map(|completion| completion.path).collect()
    }

    #[test]
    fn a_path_is_completed_from_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        std::fs::create_dir_all(at.join("src/inner")).unwrap();
        for name in
            ["main.rs", "Makefile", ".hidden", "src/lib.rs", "notes\u{202e}fdp.txt", "two\nlines", "src/Zed", "a b"]
        {
            std::fs::write(at.join(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(at.join("src"), at.join("linked")).unwrap();
        std::os::unix::fs::symlink(at.join("gone"), at.join("dangling")).unwrap();
        assert_eq!(paths("", at), ["linked/", "src/", "a b", "main.rs", "Makefile"]);
        assert_eq!(paths("m", at), ["main.rs", "Makefile"]);
        assert_eq!(paths("M", at), ["Makefile"]);
        assert_eq!(paths(".", at), [".hidden"]);
        assert_eq!(paths("src/", at), ["src/inner/", "src/lib.rs", "src/Zed"]);
        assert_eq!(paths("~/src/l", at), ["~/src/lib.rs"]);
        assert_eq!(paths("~", at), ["~/"]);
        assert_eq!(paths("linked/l", at), ["linked/lib.rs"]);
        let absolute = format!("{}/src/in", at.display());
        assert_eq!(paths(&absolute, Path::new("/nowhere")), [format!("{absolute}ner/")]);
        assert_eq!(complete("src/in", at, None)[0].name, "inner/");
        for nothing in ["gone/", "main.rs/", "x", "~nobody/"] {
            assert!(paths(nothing, at).is_empty(), "{nothing}");
        }
        assert!(complete("~/", at, None).is_empty());
    }

    #[test]
    fn a_large_folder_offers_its_first_hundred() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..150 {
            std::fs::write(folder.path().join(format!("f{number:03}")), "").unwrap();
        }
        let offered = paths("f", folder.path());
        assert_eq!((offered.len(), offered[0].as_str(), offered[99].as_str()), (100, "f000", "f099"));
    }
}
