//! Other programs that get a text and never the terminal: clipboards' commands, and those that the user runs over code.
//!
//! Each has a process group of its own, so that what it starts ends with it, and so that a clipboard's keeper is not
//! stopped with this program when it goes into the background.

use super::Report;
use crate::shell::{ChildEnv, Group};
use crate::tui::event::{Event, Ran};
use std::io;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// So much of what a command prints is kept; the rest is read and dropped, so that the command can end.
const MOST: usize = 256 * 1024;

/// Runs `command` with `input` and waits for its end. Not for that of what it leaves behind: a clipboard's keeper stays.
///
/// # Errors
/// Why it did not take the input.
pub(super) async fn feed(mut command: Command, input: Vec<u8>) -> Result<(), String> {
    apart(&mut command).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    give(child.stdin.take(), &input).await;
    let status = child.wait().await.map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(status.to_string()) }
}

/// A command line that runs. Dropping it ends the command and everything that it started.
pub(super) struct Running {
    _group: Group,
    _watcher: AbortOnDropHandle<()>,
}

impl Running {
    /// Starts `line` in a shell, with `input`; reports under the number `run` what it printed and how it ended.
    pub(super) fn start(env: &ChildEnv, run: u64, line: &str, input: String, reports: mpsc::Sender<Report>) -> Self {
        let child = apart(&mut env.shell(line)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let over = Arc::new(AtomicBool::new(false));
        let group = Group::of(child.as_ref().ok().and_then(Child::id), over.clone());
        let watcher = tokio::spawn(async move {
            let ran = match child {
                Ok(child) => watch(child, &input, &over).await,
                Err(error) => Err(error),
            };
            let ran = ran.map_err(|error| format!("it could not be run: {error}"));
            let _ = reports.send(Report::of(Event::Ran { run, ran })).await;
        });
        Self { _group: group, _watcher: AbortOnDropHandle::new(watcher) }
    }
}

async fn watch(mut child: Child, input: &str, over: &AtomicBool) -> io::Result<Ran> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    // At the same time: a command may print much before it has read everything.
    let ((), (printed, cut)) = tokio::join!(give(stdin, input.as_bytes()), gather(stdout, stderr));
    let status = child.wait().await;
    over.store(true, Ordering::Relaxed);
    let status = status?;
    Ok(Ran {
        success: status.success(),
        status: status.to_string(),
        output: String::from_utf8_lossy(&printed).into_owned(),
        cut,
    })
}

/// A program that does not read all of it has what it wanted.
async fn give(stdin: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut stdin) = stdin {
        let _ = stdin.write_all(input).await;
    }
}

/// Everything that is printed, in about the order in which it is, and whether some of it was left out.
async fn gather(mut stdout: Option<ChildStdout>, mut stderr: Option<ChildStderr>) -> (Vec<u8>, bool) {
    let (mut printed, mut cut) = (Vec::new(), false);
    let (mut out, mut err) = (Vec::with_capacity(8192), Vec::with_capacity(8192));
    while stdout.is_some() || stderr.is_some() {
        tokio::select! {
            // What was printed before an error stands before it.
            biased;
            read = read(&mut stdout, &mut out) => if !read { stdout = None },
            read = read(&mut stderr, &mut err) => if !read { stderr = None },
        }
        for piece in [&mut out, &mut err] {
            let room = MOST - printed.len();
            cut |= piece.len() > room;
            printed.extend(piece.drain(..).take(room));
        }
    }
    (printed, cut)
}

/// Reads more of `from`; `false` at its end. What is not there is waited for forever.
async fn read(from: &mut Option<impl AsyncReadExt + Unpin>, piece: &mut Vec<u8>) -> bool {
    match from {
        Some(from) => matches!(from.read_buf(piece).await, Ok(1..)),
        None => std::future::pending().await,
    }
}

fn apart(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    async fn ran(line: &str, input: &str) -> Ran {
        let (sender, mut reports) = mpsc::channel(1);
        let _running = Running::start(&ChildEnv::default(), 7, line, input.to_owned(), sender);
        match reports.recv().await.map(|report| report.event) {
            Some(Event::Ran { run: 7, ran }) => ran.unwrap(),
            other => unreachable!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn a_command_gets_the_text_and_gives_what_it_prints_and_how_it_ended() {
        let Ran { success, status, output, cut } = ran("cat; echo wrong >&2; exit 3", "one\ntwo\n").await;
        assert_eq!((success, status.as_str(), cut), (false, "exit status: 3", false));
        // The two come through different pipes: which is read first is not ours to say.
        let lines: std::collections::BTreeSet<&str> = output.lines().collect();
        assert_eq!(lines, ["one", "two", "wrong"].into());
        assert!(ran("true", &"much\n".repeat(100_000)).await.success, "it need not read what it gets");
    }

    #[tokio::test]
    async fn a_command_does_not_see_what_is_withheld() {
        let (sender, mut reports) = mpsc::channel(1);
        // Cargo sets this one. No test may set a variable itself, since others run at the same time.
        let env = ChildEnv::without(["CARGO_MANIFEST_DIR".to_owned()]);
        let _running = Running::start(&env, 1, "echo \"[$CARGO_MANIFEST_DIR]\"; env", String::new(), sender);
        let Some(Event::Ran { ran: Ok(ran), .. }) = reports.recv().await.map(|report| report.event) else {
            unreachable!("it ran")
        };
        assert!(ran.output.starts_with("[]\n") && !ran.output.contains("CARGO_MANIFEST_DIR="), "{}", ran.output);
        assert!(ran.output.contains("PATH="), "{}", ran.output);
    }

    #[tokio::test]
    async fn a_flood_is_cut_and_read_to_its_end() {
        let ran = ran("head -c 1000000 /dev/zero | tr '\\0' x", "").await;
        assert_eq!((ran.output.len(), ran.cut, ran.success), (MOST, true, true));
    }

    #[tokio::test]
    async fn dropping_a_command_ends_what_it_started() {
        let (sender, mut reports) = mpsc::channel(1);
        let (mut held, holder) = io::pipe().unwrap();
        // The pipe is closed when the last process that has it is gone.
        let mut command = ChildEnv::default().shell("sleep 1000 & sleep 1000");
        let child = apart(&mut command).stdout(holder).stderr(Stdio::null()).spawn().unwrap();
        drop(command);
        let group = Group::of(child.id(), Arc::default());
        drop(group);
        let closed = tokio::task::spawn_blocking(move || io::Read::read(&mut held, &mut [0]).unwrap()).await;
        assert_eq!(closed.unwrap(), 0);
        drop(Running::start(&ChildEnv::default(), 1, "sleep 1000", String::new(), sender));
        assert!(reports.recv().await.is_none(), "nobody waits for it any more");
    }
}
