//! The repository's own rules, so that they hold without anyone remembering them.

use std::path::{Path, PathBuf};

/// At this many lines a file is asked to split.
const LINES: usize = 500;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in std::fs::read_dir(folder).expect("it is readable").flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("it is text");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    found
}

#[test]
fn every_file_opens_with_what_it_owns_and_stays_short() {
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        let name = path.display();
        assert!(text.starts_with("//! "), "{name} does not say what it owns");
        assert!(text.lines().count() <= LINES, "{name} has more than {LINES} lines: split it");
        assert!(!path.ends_with("mod.rs"), "{name}: a folder is named by the file beside it");
    }
}

#[test]
fn only_the_theme_names_colours_and_only_owners_start_tasks() {
    for (path, text) in sources("src") {
        let name = path.strip_prefix(root()).expect("it is below the root").display().to_string();
        // The mark of a link is a colour only to the buffer that carries it.
        if !name.starts_with("src/tui/theme") && name != "src/tui/links.rs" {
            assert!(!text.contains("Color::"), "{name} names a colour");
        }
        let owner = name.starts_with("src/engine") || name.starts_with("src/tui/host");
        assert!(owner || !text.contains("tokio::spawn"), "{name} starts a task");
    }
}

#[test]
fn messages_take_the_names_of_settings_from_the_table_of_keys() {
    let table = std::fs::read_to_string(root().join("src/config/keys.rs")).expect("the table");
    // These are names of other things, too.
    let shared = ["network", "ca_file", "path", "context_window"];
    let keys: Vec<&str> = table
        .lines()
        .filter_map(|line| line.split_once(" = \"")?.1.strip_suffix('"'))
        .filter(|key| !shared.contains(key))
        .collect();
    assert!(keys.contains(&"judge.timeout_seconds"), "{keys:?}");
    for (path, text) in sources("src").into_iter().filter(|(path, _)| room_of(path) != "config") {
        let code = text.split("mod tests {").next().unwrap_or_default();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let literals: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
            let named = keys.iter().find(|key| literals.iter().any(|literal| literal.contains(*key)));
            assert_eq!(named, None, "{} names a setting by itself: {line}", path.display());
        }
    }
}

#[test]
fn the_core_knows_no_network_no_clock_and_no_screen() {
    let pure = ["text", "format", "router", "chat", "config", "archive", "report"];
    for (path, text) in sources("src") {
        if !pure.contains(&room_of(&path).as_str()) {
            continue;
        }
        for foreign in [
            "tokio::",
            "reqwest",
            "rusqlite",
            "ratatui",
            "Instant::now",
            "Timestamp::now",
            "clock::now",
            "std::fs",
            "std::env",
            "println!",
        ] {
            assert!(!text.contains(foreign), "{} uses {foreign}", path.display());
        }
    }
}

#[test]
fn the_time_is_asked_for_in_one_place_which_bears_any_clock() {
    for (path, text) in sources("src").into_iter().filter(|(path, _)| room_of(path) != "clock") {
        for panics in ["Timestamp::now(", "Zoned::now(", "SystemTime::now("] {
            assert!(!text.contains(panics), "{} uses {panics}", path.display());
        }
    }
}

/// The rooms, the highest first. A room knows only rooms that stand on a later line; rooms of one line do not know each
/// other. `tui` stands below `cli`, which starts it.
const ROOMS: [&[&str]; 12] = [
    &["cli"],
    &["tui"],
    &["engine"],
    &["archive", "report"],
    &["store", "provider"],
    &["attach"],
    &["chat"],
    &["router"],
    &["config"],
    &["text", "format"],
    &["shell", "disk", "clock"],
    // Of the tests.
    &["examples"],
];

#[test]
fn each_room_knows_only_the_rooms_below_it() {
    let floor_of = |room: &str| ROOMS.iter().position(|rooms| rooms.contains(&room));
    for (path, text) in sources("src") {
        let name = path.strip_prefix(root()).expect("it is below the root").display().to_string();
        let room = room_of(&path);
        assert!(name.starts_with("src/store") || !text.contains("rusqlite"), "{name} uses the database");
        if ["lib", "main"].contains(&room.as_str()) {
            continue;
        }
        let floor = floor_of(&room).unwrap_or_else(|| panic!("{name}: the room {room} has no place in ROOMS"));
        for used in rooms_used(&text).filter(|used| *used != room) {
            let below = floor_of(used).is_some_and(|used| used > floor);
            assert!(below, "{name} uses {used}, which is not below {room}");
        }
    }
}

/// Whether a line of code, which is no comment, reaches into the module `train`.
fn uses_training(line: &str) -> bool {
    let code = line.trim_start();
    let listed = || code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "train");
    !code.starts_with("//")
        && (code.contains("train::") || code.contains("::train") || code.starts_with("use ") && listed())
}

#[test]
fn inference_never_imports_training() {
    for (path, text) in sources("src/router").into_iter().chain([face_of_the_router()]) {
        let name = path.strip_prefix(root()).expect("it is below the root").display().to_string();
        if !name.starts_with("src/router/train") {
            let used = text.lines().find(|line| uses_training(line));
            assert_eq!(used, None, "{name} imports training");
        }
    }
    assert!(uses_training("use super::{fit, train};") && uses_training("    super::train::fit(rows)"));
    assert!(!uses_training("pub mod train;") && !uses_training("// see `train::fit`"));
}

fn face_of_the_router() -> (PathBuf, String) {
    let path = root().join("src/router.rs");
    let text = std::fs::read_to_string(&path).expect("it is text");
    (path, text)
}

/// The folder or file right below `src` that a source belongs to.
fn room_of(path: &Path) -> String {
    let below = path.strip_prefix(root().join("src")).expect("it is below src");
    let first = below.components().next().expect("a path has a first part");
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The first part of every path that begins with `crate::`; of a list in braces, of every element.
fn rooms_used(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    text.split("crate::").skip(1).flat_map(move |behind| {
        let listed = behind.strip_prefix('{').and_then(|list| list.split_once('}')).map(|(list, _)| list);
        listed.unwrap_or(behind).split(if listed.is_some() { ',' } else { '\0' }).filter_map(move |path| {
            let path = path.trim();
            Some(path.split(|c| !is_name(c)).next()?).filter(|room| !room.is_empty())
        })
    })
}

#[test]
fn rooms_are_found_in_single_paths_and_in_lists() {
    let text = "use crate::chat::Turn; use crate::{ text, config::Config }; crate::router::x()";
    assert_eq!(rooms_used(text).collect::<Vec<_>>(), ["chat", "text", "config", "router"]);
}

#[test]
fn the_manual_binds_only_actions_of_the_keymap() {
    let guide = std::fs::read_to_string(root().join("assets/guide.md")).expect("the manual");
    let keymap = std::fs::read_to_string(root().join("assets/keymap.toml")).expect("the keymap");
    for action in guide.lines().filter_map(|line| line.trim().strip_prefix("action = \"")) {
        let action = action.trim_end_matches('"');
        assert!(keymap.contains(&format!("action = \"{action}\"")), "the manual binds '{action}', which nobody knows");
    }
}

#[test]
fn the_package_and_the_changelog_agree_on_the_version() {
    let changelog = std::fs::read_to_string(root().join("CHANGELOG.md")).expect("the changelog");
    let version = env!("CARGO_PKG_VERSION");
    let known = changelog.contains(&format!("## {version}")) || changelog.contains("## Unreleased");
    assert!(known, "CHANGELOG.md says nothing of {version}");
}
