//! Looking at a database from outside.

use super::*;
use crate::store::examine;

/// The names, sizes and times of all files in a folder.
fn files(folder: &Path) -> Vec<(String, u64, std::time::SystemTime)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| {
            let known = entry.metadata().unwrap();
            (entry.file_name().into_string().unwrap(), known.len(), known.modified().unwrap())
        })
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn examining_a_database_changes_nothing_and_creates_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a%b ?c#.db");
    assert_eq!(examine(&path), Ok(None));
    let (store, _) = Store::open(&path, Timestamp::UNIX_EPOCH).unwrap();
    let open = examine(&path).unwrap().unwrap();
    assert!(open.in_use && open.bytes > 0 && open.chats == Some(0), "{open:?}");
    drop(store);
    let before = files(folder.path());
    let closed = examine(&path).unwrap().unwrap();
    assert!(!closed.in_use && closed.schema == closed.known, "{closed:?}");
    assert_eq!(files(folder.path()), before);
}

#[test]
fn damage_and_newer_schemas_are_told_and_left_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    std::fs::write(&path, "no database at all, but long enough to look like one. ".repeat(99)).unwrap();
    let before = files(folder.path());
    let told = examine(&path).unwrap_err().to_string();
    assert!(told.contains("the file is damaged; run 'pointsman history recover'"), "{told}");
    assert_eq!(files(folder.path()), before);
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(examine(&path), Err(StoreError::Newer { found: 99, .. })));
}
