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
fn colours_are_named_in_the_theme_only_and_tasks_start_where_they_are_owned() {
    for (path, text) in sources("src") {
        let name = path.strip_prefix(root()).expect("it is below the root").display().to_string();
        // The mark of a link is a colour only to the buffer that carries it.
        if name != "src/tui/theme.rs" && name != "src/tui/links.rs" {
            assert!(!text.contains("Color::"), "{name} names a colour");
        }
        let owner = name.starts_with("src/engine") || name.starts_with("src/tui/runtime");
        assert!(owner || !text.contains("tokio::spawn"), "{name} starts a task");
    }
}

#[test]
fn the_core_knows_no_network_no_clock_and_no_screen() {
    for folder in ["src/router", "src/chat", "src/config", "src/archive"] {
        for (path, text) in sources(folder) {
            for foreign in [
                "tokio::",
                "reqwest",
                "rusqlite",
                "ratatui",
                "Instant::now",
                "Timestamp::now",
                "std::fs",
                "std::env",
                "println!",
            ] {
                assert!(!text.contains(foreign), "{} uses {foreign}", path.display());
            }
        }
    }
}

#[test]
fn each_room_knows_only_the_rooms_below_it() {
    let faces = ["crate::cli", "crate::tui"];
    let services = ["crate::engine", "crate::provider", "crate::store", "crate::archive"];
    let core = ["src/router", "src/chat", "src/config"].map(|room| (room, [&faces[..], &services].concat()));
    // The engine works with the provider and the store; those two know neither it nor each other. The archive turns the
    // store's plain types into files, which no service needs.
    let above = [
        ("src/engine", [&faces[..], &["crate::archive"]].concat()),
        ("src/provider", [&faces[..], &["crate::engine", "crate::store", "crate::archive"]].concat()),
        ("src/store", [&faces[..], &["crate::engine", "crate::provider", "crate::archive"]].concat()),
        ("src/archive", [&faces[..], &["crate::engine", "crate::provider"]].concat()),
    ];
    for (path, text) in sources("src") {
        let name = path.strip_prefix(root()).expect("it is below the root").display().to_string();
        for (room, foreign) in core.iter().chain(&above) {
            for foreign in foreign.iter().filter(|_| name.starts_with(room)) {
                assert!(!text.contains(foreign), "{name} uses {foreign}");
            }
        }
        assert!(name.starts_with("src/store") || !text.contains("rusqlite"), "{name} uses the database");
    }
}

#[test]
fn the_manual_binds_no_action_that_nobody_knows() {
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
