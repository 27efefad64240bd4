//! A key that a command prints, `pass show oxlo` say.
//!
//! The command has neither our terminal nor an input: a screen that it writes on, or a key press that it takes, would be
//! ours. It ends when its last user is dropped.

use crate::config::keys::API_KEY_COMMAND;
use crate::shell::{ChildEnv, Group};
use crate::text::sanitize::one_line;
use secrecy::SecretString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};

/// How long a command may take. A person may have to unlock something.
pub(super) const LIMIT: Duration = Duration::from_secs(30);
/// So much of what it prints is read, in bytes.
const MOST: u64 = 64 * 1024;

/// The first line that `line` prints.
///
/// # Errors
/// Why there is none, and what to do.
pub(super) async fn read(env: ChildEnv, line: String, limit: Duration) -> Result<SecretString, String> {
    let cannot = |why: String| format!("{API_KEY_COMMAND} {why}; run the command in a shell to see why");
    let Ok(ran) = tokio::time::timeout(limit, run(&env, &line)).await else {
        let why = format!("took longer than {} s", limit.as_secs_f64());
        return Err(format!("{API_KEY_COMMAND} {why}; it has no terminal to ask at: unlock first what it needs"));
    };
    let ran = ran.map_err(|error| cannot(format!("could not be run: {error}")))?;
    let printed = String::from_utf8_lossy(&ran.printed);
    let key = printed.lines().next().unwrap_or_default().trim();
    if !ran.status.success() {
        // What it complains with may hold what it printed.
        let complaint = String::from_utf8_lossy(&ran.complaint);
        let complaint = if key.is_empty() { complaint.into_owned() } else { complaint.replace(key, "…") };
        let complaint = one_line(&complaint, 200);
        let said = if complaint.is_empty() { String::new() } else { format!(" and said: {complaint}") };
        return Err(cannot(format!("ended with {}{said}", ran.status)));
    }
    if key.is_empty() {
        return Err(cannot("printed nothing".to_owned()));
    }
    Ok(key.into())
}

struct Ran {
    status: ExitStatus,
    printed: Vec<u8>,
    complaint: Vec<u8>,
}

async fn run(env: &ChildEnv, line: &str) -> io::Result<Ran> {
    let mut command = env.shell(line);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    // Without it gpg's agent would ask for a passphrase in the middle of our screen.
    command.env_remove("GPG_TTY");
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn()?;
    let over = Arc::new(AtomicBool::new(false));
    let _group = Group::of(child.id(), over.clone());
    let (printed, complaint) = tokio::join!(all_of(child.stdout.take()), all_of(child.stderr.take()));
    let status = child.wait().await;
    over.store(true, Ordering::Relaxed);
    Ok(Ran { status: status?, printed: printed?, complaint: complaint? })
}

/// All of it, as far as it is kept; the rest is read and dropped, so that the command can end.
async fn all_of(from: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    if let Some(mut from) = from {
        (&mut from).take(MOST).read_to_end(&mut kept).await?;
        tokio::io::copy(&mut from, &mut tokio::io::sink()).await?;
    }
    Ok(kept)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    async fn of(line: &str) -> Result<String, String> {
        read(ChildEnv::default(), line.to_owned(), LIMIT).await.map(|key| key.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn the_first_line_is_the_key_whatever_else_is_said() {
        assert_eq!(of("echo noise >&2; printf '  sk-1 \\r\\nuser: me\\n'").await.unwrap(), "sk-1");
        assert_eq!(of("cat; echo sk-2").await.unwrap(), "sk-2", "there is no input to wait for");
        assert_eq!(of("echo sk-3; head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2").await.unwrap(), "sk-3");
    }

    #[tokio::test]
    async fn a_failure_says_what_the_command_said_and_nothing_of_the_key() {
        let error =
            of("echo sk-secret; printf 'gpg: \\033[31mno sk-secret\\033[0m\\nat all' >&2; exit 2").await.unwrap_err();
        assert_eq!(
            error,
            "api_key_command ended with exit status: 2 and said: gpg: no … at all; run the command in a shell to see why"
        );
        assert!(of("true").await.unwrap_err().contains("printed nothing"));
        assert!(of("no-such-command-at-all").await.unwrap_err().contains("127"));
    }

    #[tokio::test]
    async fn a_command_that_never_ends_is_ended_with_all_that_it_started() {
        let (mut held, holder) = io::pipe().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        // Two processes hold the pipe's end that their shell opens; it is closed when the last of them is gone.
        let fd = std::os::fd::AsRawFd::as_raw_fd(&holder);
        let line =
            format!("exec 9>/proc/{}/fd/{fd}; sleep 1000 & sleep 1000; : {}", std::process::id(), fifo.display());
        let error = read(ChildEnv::default(), line, Duration::from_millis(200)).await.unwrap_err();
        assert!(error.contains("took longer than 0.2 s"), "{error}");
        drop(holder);
        let closed = tokio::task::spawn_blocking(move || io::Read::read(&mut held, &mut [0]).unwrap()).await;
        assert_eq!(closed.unwrap(), 0);
    }
}
