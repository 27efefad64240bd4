//! A picture from the clipboard: which commands give it, from what the environment says, and running them.
//!
//! Must not decode the picture. The commands get no keys from the environment, no input, little time, and a limit.

use crate::shell::Group;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// How long a command may take. They answer in milliseconds, or wait for a program that hangs.
const PICTURE_TIMEOUT: Duration = Duration::from_secs(2);
/// The most bytes that are read of a picture.
const PICTURE_BYTES_MAX: u64 = 32_000_000;
/// What a command needs of the environment to find the desktop. All else stays here: there may be keys among it.
const VARIABLES: [&str; 12] = [
    "PATH",
    "HOME",
    "USER",
    "LANG",
    "TMPDIR",
    "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "XDG_SESSION_TYPE",
    "DBUS_SESSION_BUS_ADDRESS",
    "__CF_USER_TEXT_ENCODING",
];
/// What helps in any case.
const ADVICE: &str = "save the picture as a file, and attach that with /attach PATH";

/// A command that prints the picture in the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Source {
    program: &'static str,
    arguments: &'static [&'static str],
    printed: Printed,
    /// What brings it, where it is missing.
    package: &'static str,
}

/// How a command prints a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Printed {
    Bytes,
    /// As `AppleScript` prints data: `«data PNGf8950…»`.
    AppleScript,
}

/// Why a command gave no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Missing,
    Slow,
    TooLarge,
    NoPicture,
}

const WL_PASTE: Source = Source {
    program: "wl-paste",
    arguments: &["--no-newline", "--type", "image/png"],
    printed: Printed::Bytes,
    package: "wl-clipboard",
};
const XCLIP: Source = Source {
    program: "xclip",
    arguments: &["-selection", "clipboard", "-t", "image/png", "-o"],
    printed: Printed::Bytes,
    package: "xclip",
};
const PNGPASTE: Source =
    Source { program: "pngpaste", arguments: &["-"], printed: Printed::Bytes, package: "pngpaste" };
const OSASCRIPT: Source = Source {
    program: "osascript",
    arguments: &["-e", "the clipboard as «class PNGf»"],
    printed: Printed::AppleScript,
    package: "pngpaste",
};

/// The picture in the clipboard, as a file in memory.
///
/// # Errors
/// Why there is none, and what to do.
pub(in crate::tui::host) async fn picture() -> Result<Vec<u8>, String> {
    let sources = sources(std::env::consts::OS, &|name| std::env::var(name).ok())?;
    first_of(&sources, PICTURE_TIMEOUT, PICTURE_BYTES_MAX).await
}

/// The commands that may give a picture, the best first, by the environment's `variable`s on the system `os`; or why none
/// can.
fn sources(os: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Source>, String> {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let remote = ["SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT"].into_iter().any(set);
    // A display with a host in its name is that of the machine where the user sits, through ssh.
    let forwarded = variable("DISPLAY").is_some_and(|display| display.find(':').is_some_and(|colon| colon > 0));
    if remote {
        return if forwarded {
            Ok(vec![XCLIP])
        } else {
            let why = "the clipboard is on the machine that you sit at, and this is another one";
            Err(format!("{why}; copy the picture here as a file, and attach that with /attach PATH"))
        };
    }
    let mut sources = Vec::new();
    if set("WAYLAND_DISPLAY") {
        sources.push(WL_PASTE);
    }
    if set("DISPLAY") {
        sources.push(XCLIP);
    }
    if os == "macos" {
        sources.extend([PNGPASTE, OSASCRIPT]);
    }
    if sources.is_empty() {
        Err(format!("there is no clipboard here that gives pictures; {ADVICE}"))
    } else {
        Ok(sources)
    }
}

async fn first_of(sources: &[Source], timeout: Duration, limit: u64) -> Result<Vec<u8>, String> {
    // What the first that is there says counts; the others may know another clipboard.
    let mut trouble = None;
    for source in sources {
        match tokio::time::timeout(timeout, ask(*source, limit)).await.unwrap_or(Err(Trouble::Slow)) {
            Ok(picture) => return Ok(picture),
            Err(Trouble::Missing) => {}
            Err(why) => {
                trouble.get_or_insert((source.program, why));
            }
        }
    }
    let packages: Vec<&str> = sources.iter().map(|source| source.package).take(1).collect();
    Err(match trouble {
        None => {
            format!("nothing here can read a picture from the clipboard; install {}, or {ADVICE}", packages.join(""))
        }
        Some((program, Trouble::Slow)) => format!("{program} did not give the clipboard's picture in time; {ADVICE}"),
        Some((_, Trouble::TooLarge)) => {
            let limit = crate::format::size::size(limit);
            format!("the picture in the clipboard has more than {limit}; {ADVICE}")
        }
        Some(_) => "there is no picture in the clipboard; copy one first".to_owned(),
    })
}

/// What the command prints. Dropping it ends the command with all that it started.
async fn ask(source: Source, limit: u64) -> Result<Vec<u8>, Trouble> {
    let mut command = Command::new(source.program);
    command.args(source.arguments).env_clear();
    command.envs(VARIABLES.iter().filter_map(|name| std::env::var_os(name).map(|value| (name, value))));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Trouble::Missing,
        _ => Trouble::NoPicture,
    })?;
    let over = Arc::new(AtomicBool::new(false));
    let _group = Group::of(child.id(), over.clone());
    let mut printed = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let read = stdout.take(limit + 1).read_to_end(&mut printed).await;
        read.ok().ok_or(Trouble::NoPicture)?;
    }
    if printed.len() as u64 > limit {
        return Err(Trouble::TooLarge);
    }
    let status = child.wait().await;
    over.store(true, Ordering::Relaxed);
    let picture = match source.printed {
        Printed::Bytes => printed,
        Printed::AppleScript => from_apple_script(&printed).unwrap_or_default(),
    };
    let success = status.is_ok_and(|status| status.success());
    if success && !picture.is_empty() { Ok(picture) } else { Err(Trouble::NoPicture) }
}

/// The bytes of `«data PNGf8950…»`.
fn from_apple_script(printed: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(printed).ok()?.trim();
    let digits = text.strip_prefix("«data PNGf")?.strip_suffix('»')?;
    let digits: Vec<u32> = digits.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, odd) = digits.as_chunks::<2>();
    odd.is_empty().then(|| pairs.iter().map(|[high, low]| (high * 16 + low) as u8).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(os: &str, variables: &[(&str, &str)]) -> Result<Vec<&'static str>, String> {
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        sources(os, &value).map(|sources| sources.iter().map(|source| source.program).collect())
    }

    #[test]
    fn the_commands_are_those_of_the_desktop_that_is_there() {
        let wayland = ("WAYLAND_DISPLAY", "wayland-0");
        assert_eq!(planned("linux", &[wayland, ("DISPLAY", ":0")]), Ok(vec!["wl-paste", "xclip"]));
        assert_eq!(planned("linux", &[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "")]), Ok(vec!["xclip"]));
        assert_eq!(planned("macos", &[]), Ok(vec!["pngpaste", "osascript"]));
        let none = "there is no clipboard here that gives pictures; save the picture as a file, and attach that with /attach \
                    PATH";
        assert_eq!(planned("linux", &[("TERM", "xterm")]), Err(none.to_owned()));
    }

    #[test]
    fn over_ssh_only_a_display_that_is_passed_on_is_the_users() {
        let ssh = ("SSH_CONNECTION", "a b c d");
        for variables in [&[ssh][..], &[ssh, ("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")]] {
            let why = planned("linux", variables).unwrap_err();
            assert!(why.contains("this is another one; copy the picture here"), "{why}");
        }
        assert_eq!(planned("linux", &[("SSH_TTY", "/dev/pts/1"), ("DISPLAY", "localhost:10.0")]), Ok(vec!["xclip"]));
        assert!(planned("macos", &[ssh]).is_err());
    }

    #[test]
    fn what_apple_script_prints_is_read() {
        assert_eq!(from_apple_script("«data PNGf89504E47»\n".as_bytes()), Some(vec![0x89, 0x50, 0x4e, 0x47]));
        for wrong in ["", "«data PNGf895»", "«data TIFF4949»", "«data PNGf89x0»"] {
            assert_eq!(from_apple_script(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[cfg(unix)]
    mod running {
        use super::*;
        use rustix::fs::OFlags;
        use std::fs::File;
        use std::os::unix::fs::OpenOptionsExt;

        const fn sh(arguments: &'static [&'static str]) -> Source {
            Source { program: "sh", arguments, printed: Printed::Bytes, package: "a-shell" }
        }

        const MISSING: Source = Source { program: "no-such-clipboard-at-all", ..sh(&[]) };

        async fn asked(sources: &[Source], timeout: Duration) -> Result<String, String> {
            first_of(sources, timeout, 1000).await.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        }

        #[tokio::test]
        async fn the_first_command_that_has_a_picture_gives_it() {
            let sources = [MISSING, sh(&["-c", "exit 1"]), sh(&["-c", "printf picture"]), sh(&["-c", "printf second"])];
            assert_eq!(asked(&sources, PICTURE_TIMEOUT).await.unwrap(), "picture");
        }

        #[tokio::test]
        async fn a_failure_says_why_and_what_to_do() {
            let ended = Duration::from_millis(50);
            for (source, timeout, why) in [
                (
                    MISSING,
                    PICTURE_TIMEOUT,
                    "nothing here can read a picture from the clipboard; install a-shell, or save",
                ),
                (sh(&["-c", "exit 1"]), PICTURE_TIMEOUT, "there is no picture in the clipboard; copy one first"),
                (sh(&["-c", "true"]), PICTURE_TIMEOUT, "there is no picture in the clipboard; copy one first"),
                (
                    sh(&["-c", "cat /dev/zero"]),
                    PICTURE_TIMEOUT,
                    "the picture in the clipboard has more than 1.0 KB; save",
                ),
                (sh(&["-c", "sleep 1000"]), ended, "sh did not give the clipboard's picture in time; save"),
            ] {
                let told = asked(&[source], timeout).await.unwrap_err();
                assert!(told.starts_with(why), "{told}");
            }
        }

        #[tokio::test]
        async fn a_command_that_hangs_ends_with_all_that_it_started() {
            let folder = tempfile::tempdir().unwrap();
            let fifo = folder.path().join("held");
            assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
            let line = format!("exec 9>'{}'; sleep 1000 & sleep 1000", fifo.display());
            let arguments: &'static [&'static str] = vec!["-c", line.leak()].leak();
            let flags = OFlags::NONBLOCK.bits().cast_signed();
            let held_open = File::options().read(true).custom_flags(flags).open(fifo).unwrap();
            let asking = tokio::time::timeout(Duration::from_millis(200), ask(sh(arguments), 1000)).await;
            assert!(asking.is_err(), "it hangs");
            // At its end when the last process that has the other end is gone.
            rustix::fs::fcntl_setfl(&held_open, OFlags::empty()).unwrap();
            let read = tokio::task::spawn_blocking(move || std::io::read_to_string(held_open));
            assert_eq!(read.await.unwrap().unwrap(), "");
        }

        #[tokio::test]
        async fn a_command_gets_nothing_of_the_environment_but_what_finds_the_desktop() {
            let printed = first_of(&[sh(&["-c", "env"])], PICTURE_TIMEOUT, 100_000).await.unwrap();
            let printed = String::from_utf8_lossy(&printed).into_owned();
            assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some() && printed.contains("PATH="), "{printed}");
            assert!(!printed.contains("CARGO"), "{printed}");
        }
    }
}
