//! The prompt of a command: its text from the arguments or stdin, and the files that go with it.

use super::Failure;
use super::output::warn;
use crate::attach::{self, AttachError, Attached, PictureLimits, Secrets};
use crate::chat::{Blob, Prompt};
use crate::config::Config;
use crate::format::size::size;
use crate::text::sanitize::sanitize;
use clap::Args;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

/// The path that means stdin.
const STDIN: &str = "-";
/// What a picture from stdin is called.
const STDIN_NAME: &str = "stdin";

/// The prompt as it is written on the command line.
#[derive(Debug, Args)]
pub(super) struct PromptArgs {
    /// Attach this picture or text file; '-' is stdin. May be given several times
    #[arg(short = 'a', long = "attach", value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// Attach files that look like secrets, too
    #[arg(long)]
    allow_secrets: bool,
    /// The prompt; '-' or nothing reads it from stdin, which may also be a picture
    prompt: Option<String>,
}

/// A prompt with the content of its files.
pub(super) struct Asked {
    pub(super) prompt: Prompt,
    pub(super) blobs: Vec<Blob>,
}

impl PromptArgs {
    /// Reads the prompt and its files; says on stderr what the user should know of them.
    ///
    /// # Errors
    /// There is no prompt, or a file cannot be sent.
    pub(super) fn read(self, config: &Config) -> Result<Asked, Failure> {
        let reader = FileReader::new(self.allow_secrets, config);
        let stdin_is_attached = self.attach.iter().any(|path| path == Path::new(STDIN));
        let text_from_stdin = match self.prompt.as_deref() {
            Some(STDIN) => true,
            Some(_) => false,
            None => !stdin_is_attached && (self.attach.is_empty() || !std::io::stdin().is_terminal()),
        };
        if text_from_stdin && stdin_is_attached {
            let why = "stdin is attached, so the prompt cannot come from there; write it behind the command";
            return Err(Failure::Usage(why.to_owned()));
        }
        if text_from_stdin && self.prompt.is_none() && std::io::stdin().is_terminal() {
            let why = "there is no prompt; write it behind the command, or pipe it in";
            return Err(Failure::Usage(why.to_owned()));
        }
        let mut files = Vec::new();
        for path in &self.attach {
            files.push(reader.file(path)?);
        }
        let text = if text_from_stdin {
            let bytes = stdin()?;
            if attach::is_picture(&bytes) {
                files.push(reader.bytes(bytes)?);
                String::new()
            } else {
                sanitize(String::from_utf8_lossy(&bytes).trim_end())
            }
        } else {
            sanitize(&self.prompt.unwrap_or_default())
        };
        if text.trim().is_empty() && files.is_empty() {
            return Err(Failure::Usage("the prompt is empty".to_owned()));
        }
        let attachments = files.iter().map(|file| file.attachment.clone()).collect();
        let blobs = files.into_iter().map(|file| file.blob).collect();
        Ok(Asked { prompt: Prompt { text: text.into(), attachments }, blobs })
    }
}

/// Reads files as the settings and the flags say.
struct FileReader {
    limits: PictureLimits,
    secrets: Secrets,
}

impl FileReader {
    fn new(allow_secrets: bool, config: &Config) -> Self {
        let limits = PictureLimits { side: config.image_side_max(), bytes: config.chat.image_bytes };
        Self { limits, secrets: if allow_secrets { Secrets::Send } else { Secrets::Ask } }
    }

    fn file(&self, path: &Path) -> Result<Attached, Failure> {
        if path == Path::new(STDIN) {
            return self.bytes(stdin()?);
        }
        Self::with_remark(attach::read(path, self.limits, self.secrets))
    }

    fn bytes(&self, bytes: Vec<u8>) -> Result<Attached, Failure> {
        Self::with_remark(attach::take_in(STDIN_NAME, bytes, self.limits))
    }

    fn with_remark(read: Result<Attached, AttachError>) -> Result<Attached, Failure> {
        match read {
            Ok(file) => {
                if let Some(remark) = &file.remark {
                    warn(&format!("{}: {remark}", file.attachment.name));
                }
                Ok(file)
            }
            Err(AttachError::LooksSecret { name }) => {
                Err(Failure::Work(format!("{name} looks like a secret; add --allow-secrets to send it")))
            }
            Err(error) => Err(Failure::Work(error.to_string())),
        }
    }
}

fn stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(attach::FILE_BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::Work(format!("stdin could not be read: {error}")))?;
    if bytes.len() as u64 > attach::FILE_BYTES_MAX {
        let limit = size(attach::FILE_BYTES_MAX);
        return Err(Failure::Work(format!("stdin is larger than {limit}; send less of it")));
    }
    Ok(bytes)
}
