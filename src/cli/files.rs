//! Reads the files that the user names, without being drowned by them: regular files only, and none too large.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The content of `path`.
///
/// # Errors
/// When it cannot be read, is no regular file (a device never ends, a pipe may never begin), or has more than `bytes_max`
/// bytes.
pub(super) fn read(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    let read = File::open(path)?.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if read as u64 > bytes_max {
        return Err(io::Error::other(format!("it has more than {} MB", bytes_max / 1_000_000)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_or_too_large_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        assert!(read(&file, 4).is_err() && read(folder.path(), 5).is_err());
        #[cfg(unix)]
        assert!(read(Path::new("/dev/zero"), 5).is_err());
    }
}
