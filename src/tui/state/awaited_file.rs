//! A file whose content was asked for, and what is done with it when it comes.

use crate::chat::BlobHash;

#[derive(Debug)]
pub(crate) struct AwaitedFile {
    /// What it is called.
    pub(crate) name: String,
    /// The hash of its content.
    pub(crate) hash: BlobHash,
    /// What is done with it.
    pub(crate) then: FileUse,
}

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileUse {
    /// The desktop's program opens it.
    Open,
    /// It is written to the folder where the program was started.
    Save,
}
