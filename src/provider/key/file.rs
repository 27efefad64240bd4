//! A key in a file of its own, which other users may not read.

use crate::config::keys::API_KEY_FILE;
use secrecy::SecretString;
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

/// So much of a file is read, in bytes: far more than any key has.
const MOST: u64 = 64 * 1024;

/// Reads the first line of the file at `path`, when it is called.
pub(super) fn reader(path: PathBuf) -> impl FnOnce() -> Result<SecretString, String> + Send {
    move || read(&path)
}

fn read(path: &Path) -> Result<SecretString, String> {
    let shown = path.display();
    let cannot = |why: std::io::Error| format!("{shown} cannot be read ({why}); mend {API_KEY_FILE}, or the file");
    // A pipe or a terminal would be waited for without an end.
    if !std::fs::metadata(path).map_err(cannot)?.is_file() {
        return Err(format!("{shown} is not a file; write the key into a file, and name that in {API_KEY_FILE}"));
    }
    let file = File::open(path).map_err(cannot)?;
    if is_open_to_others(&file.metadata().map_err(cannot)?) {
        return Err(format!("{shown} can be read by others on this machine; run: chmod 600 {shown}"));
    }
    let mut text = String::new();
    file.take(MOST).read_to_string(&mut text).map_err(cannot)?;
    match text.lines().next().unwrap_or_default().trim() {
        "" => Err(format!("{shown} has no key in its first line; write it there, and nothing else")),
        key => Ok(key.into()),
    }
}

#[cfg(unix)]
fn is_open_to_others(file: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o077 != 0
}

/// Elsewhere a file in the user's own folder is the user's.
#[cfg(not(unix))]
fn is_open_to_others(_: &Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;
    use std::os::unix::fs::PermissionsExt;

    fn of(text: &[u8], mode: u32) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        read(&path).map(|key| key.expose_secret().to_owned())
    }

    #[test]
    fn the_first_line_of_a_private_file_is_the_key() {
        assert_eq!(of(b" sk-1 \r\nnotes", 0o600).unwrap(), "sk-1");
        assert_eq!(of(b"sk-1", 0o400).unwrap(), "sk-1");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_what_to_do() {
        for mode in [0o640, 0o604, 0o620, 0o644] {
            let error = of(b"sk-1", mode).unwrap_err();
            assert!(error.contains("; run: chmod 600 ") && error.ends_with("/key"), "{error}");
        }
    }

    #[test]
    fn what_holds_no_key_is_named_and_never_repeated() {
        assert!(of(b"\nsk-1", 0o600).unwrap_err().contains("no key in its first line"));
        assert!(!of(b"sk-1\xff", 0o600).unwrap_err().contains("sk-1"));
        assert!(read(Path::new("/dev/null")).unwrap_err().contains("/dev/null is not a file"));
        assert!(read(Path::new("/no/such/key")).unwrap_err().contains("mend api_key_file"));
    }
}
