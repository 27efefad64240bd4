//! The first 100 bytes of a database file, by the file format that `SQLite` documents: which history a file is and how old
//! its state is, whether the bytes that never change are as they must be, and putting those right. Reads the file itself,
//! without its log.
//!
//! Closing a file that `SQLite` has open in this process releases the locks of the process on it. So nothing here may be
//! called where a connection to the file may be open.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::Path;

const BYTES: usize = 100;

/// What stands at these places in every history; the numbers of the versions of the format apart.
const FIXED: [(usize, &[u8]); 4] =
    [(0, b"SQLite format 3\0"), (20, &[0, 64, 32, 32]), (44, &[0, 0, 0, 4]), (56, &[0, 0, 0, 1])];

/// Where the versions of the format for writers and for readers stand; 1: without a log, 2: with one.
const VERSIONS: [usize; 2] = [18, 19];
const WITH_LOG: u8 = 2;

/// The size of a page that `SQLite` uses by default, in bytes.
const PAGE: u16 = 4_096;

pub(super) struct Header([u8; BYTES]);

/// Which history a file is, and how far it had got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// Drawn by lot when the history was begun, and never changed.
    pub(super) history: u32,
    /// Grows whenever the first page is changed; the same afterwards or greater, never less.
    pub(super) changes: u32,
}

impl Header {
    /// That of the file at `path`; `None`: there is none, or it is too short to have one.
    pub(super) fn read(path: &Path) -> io::Result<Option<Self>> {
        let mut bytes = [0; BYTES];
        match File::open(path).and_then(|mut file| file.read_exact(&mut bytes)) {
            Ok(()) => Ok(Some(Self(bytes))),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedEof) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// `None`: it does not say which history it is.
    pub(super) fn state(&self) -> Option<State> {
        let (history, changes) = (self.number(68), self.number(24));
        (history != 0 && !self.is_damaged()).then_some(State { history, changes })
    }

    /// Whether `SQLite` refuses the file by this for another reason than damage: as one that may only be read, or one of a
    /// format that is yet to come.
    pub(super) fn misleads(&self) -> bool {
        self.0.starts_with(FIXED[0].1) && (self.0[VERSIONS[0]] > WITH_LOG || self.number(44) > 4)
    }

    /// Whether it is another one than every history has.
    pub(super) fn is_damaged(&self) -> bool {
        let is_version = |at: usize| (1..=WITH_LOG).contains(&self.0[at]);
        let is_fixed = |(at, bytes): (usize, &[u8])| self.0[at..].starts_with(bytes);
        !VERSIONS.into_iter().all(is_version) || !FIXED.into_iter().all(is_fixed) || !self.has_page_size()
    }

    /// Whether it can be put right: most of what never changes is there, so it is one of a history.
    pub(super) fn can_be_mended(&self) -> bool {
        let fixed = FIXED.into_iter().filter(|(at, bytes)| self.0[*at..].starts_with(bytes)).count();
        self.is_damaged() && fixed + 1 >= FIXED.len()
    }

    fn has_page_size(&self) -> bool {
        // One of 65536 bytes is written as 1.
        matches!(u16::from_be_bytes([self.0[16], self.0[17]]), size if size == 1 || size >= 512 && size.is_power_of_two())
    }

    fn number(&self, at: usize) -> u32 {
        u32::from_be_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]])
    }

    /// The same, as far as it is known what must stand there in a file of so many `bytes`.
    fn mended(mut self, bytes: u64) -> Self {
        for (at, fixed) in FIXED {
            self.0[at..at + fixed.len()].copy_from_slice(fixed);
        }
        for at in VERSIONS {
            self.0[at] = WITH_LOG;
        }
        if !self.has_page_size() || u64::from(self.number(28)) * u64::from(PAGE) == bytes {
            self.0[16..18].copy_from_slice(&PAGE.to_be_bytes());
        }
        self
    }
}

/// Writes into `file`, a copy, what must stand in its first bytes.
pub(super) fn mend(file: &Path) -> io::Result<()> {
    let Some(header) = Header::read(file)? else { return Ok(()) };
    let mut file = File::options().write(true).open(file)?;
    let bytes = file.metadata()?.len();
    file.rewind()?;
    file.write_all(&header.mended(bytes).0)
}
