//! Where a text that is copied can go, from what the environment says. Pure; doing it is the folder's other half.
//!
//! A desktop's own command comes first: it keeps the text after this program has ended, and says whether it took it.
//! OSC 52, the sequence that asks the terminal, is never answered, so it is sent besides whenever the desktop that took
//! the text may not be the one that the user sits at.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// The most bytes of base64 that are sent to a terminal: xterm and others drop what is longer.
const LONGEST: usize = 74_000;

/// GNU screen drops a passed sequence that is longer than a few hundred bytes, so it gets pieces.
const PIECE: usize = 76;

/// A command that takes a text for a clipboard on its stdin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tool {
    pub(super) program: &'static str,
    pub(super) arguments: &'static [&'static str],
    pub(super) encoding: Encoding,
    pub(super) keeper: Keeper,
}

/// How a command reads its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// What Windows calls Unicode: its `clip` takes UTF-8 for an old code page.
    Utf16,
}

/// Whose clipboard a command fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeper {
    /// That of the desktop.
    Desktop,
    /// The multiplexer's own, which hands it on to the terminal when it is allowed to.
    Tmux,
}

/// What is between this program and the terminal, and must be told to let a sequence pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    Tmux,
    Screen,
}

/// What can be tried, the best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// The first that works is enough.
    pub(super) tools: Vec<Tool>,
    /// What asks the terminal, where that makes sense.
    pub(super) sequence: Option<String>,
    /// Whether the terminal is asked even when a desktop took the text: over ssh it may be the wrong desktop.
    pub(super) remote: bool,
}

const fn tool(program: &'static str, arguments: &'static [&'static str]) -> Tool {
    Tool { program, arguments, encoding: Encoding::Utf8, keeper: Keeper::Desktop }
}

/// What the environment's `variable`s offer for `text` on the system `os`, as `std::env::consts` calls it.
pub(super) fn plan(text: &str, os: &str, variable: &dyn Fn(&str) -> Option<String>) -> Plan {
    let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    let mut tools = Vec::new();
    if set("WAYLAND_DISPLAY") {
        tools.push(tool("wl-copy", &["--type", "text/plain"]));
    }
    if set("DISPLAY") {
        tools.push(tool("xclip", &["-selection", "clipboard", "-in"]));
        tools.push(tool("xsel", &["--clipboard", "--input"]));
    }
    if os == "macos" {
        tools.push(tool("pbcopy", &[]));
    }
    if os == "windows" || set("WSL_DISTRO_NAME") {
        tools.push(Tool { encoding: Encoding::Utf16, ..tool("clip.exe", &[]) });
    }
    if os == "android" || set("TERMUX_VERSION") {
        tools.push(tool("termux-clipboard-set", &[]));
    }
    if set("TMUX") {
        tools.push(Tool { keeper: Keeper::Tmux, ..tool("tmux", &["load-buffer", "-w", "-"]) });
    }
    let term = variable("TERM").unwrap_or_default();
    let between = match () {
        () if set("TMUX") || term.starts_with("tmux") => Between::Tmux,
        () if set("STY") => Between::Screen,
        () => Between::Nothing,
    };
    let deaf = matches!(term.as_str(), "" | "dumb" | "linux")
        || term.starts_with("vt")
        || variable("TERM_PROGRAM").is_some_and(|program| program == "Apple_Terminal");
    let fits = base64::encoded_len(text.len(), true).is_some_and(|length| length <= LONGEST);
    let sequence = (fits && !deaf).then(|| sequence(text, between));
    let remote = ["SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT"].into_iter().any(set);
    Plan { tools, sequence, remote }
}

/// OSC 52 for the clipboard, as whatever is `between` lets it pass.
fn sequence(text: &str, between: Between) -> String {
    let encoded = BASE64_STANDARD.encode(text);
    let plain = format!("\x1b]52;c;{encoded}\x07");
    match between {
        Between::Nothing => plain,
        // Plain for a tmux that takes it itself, passed on for one that does not.
        Between::Tmux => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
        Between::Screen => {
            let mut pieces = String::from("\x1bP\x1b]52;c;");
            for (at, c) in encoded.chars().enumerate() {
                if at > 0 && at % PIECE == 0 {
                    pieces.push_str("\x1b\\\x1bP");
                }
                pieces.push(c);
            }
            pieces + "\x07\x1b\\"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables<'a> = &'a [(&'a str, &'a str)];

    const XTERM: (&str, &str) = ("TERM", "xterm-256color");

    fn planned(text: &str, os: &str, variables: Variables) -> Plan {
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        plan(text, os, &value)
    }

    #[test]
    fn the_commands_are_those_of_the_desktop_that_is_there() {
        let cases: [(&str, Variables, &[&str]); 10] = [
            ("linux", &[XTERM], &[]),
            ("linux", &[XTERM, ("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0")], &["wl-copy", "xclip", "xsel"]),
            ("linux", &[XTERM, ("DISPLAY", ":0")], &["xclip", "xsel"]),
            ("linux", &[XTERM, ("DISPLAY", "")], &[]),
            ("linux", &[XTERM, ("DISPLAY", ":0"), ("WSL_DISTRO_NAME", "Debian")], &["xclip", "xsel", "clip.exe"]),
            ("linux", &[XTERM, ("TMUX", "/a,1,0")], &["tmux"]),
            ("linux", &[XTERM, ("TMUX", "/a,1,0"), ("DISPLAY", ":0")], &["xclip", "xsel", "tmux"]),
            ("macos", &[XTERM], &["pbcopy"]),
            ("windows", &[], &["clip.exe"]),
            ("android", &[XTERM], &["termux-clipboard-set"]),
        ];
        for (os, variables, programs) in cases {
            let plan = planned("x", os, variables);
            assert_eq!(plan.tools.iter().map(|tool| tool.program).collect::<Vec<_>>(), programs, "{os} {variables:?}");
        }
    }

    #[test]
    fn the_terminal_is_asked_in_words_that_reach_it() {
        let cases: [(Variables, &str); 4] = [
            (&[XTERM], "\x1b]52;c;aGk=\x07"),
            (&[("TERM", "tmux-256color")], "\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\"),
            (&[("TERM", "screen"), ("TMUX", "x")], "\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\"),
            (&[("TERM", "screen"), ("STY", "1.pts")], "\x1bP\x1b]52;c;aGk=\x07\x1b\\"),
        ];
        for (variables, sequence) in cases {
            assert_eq!(planned("hi", "linux", variables).sequence.as_deref(), Some(sequence), "{variables:?}");
        }
        let long = planned(&"a".repeat(60), "linux", &[("TERM", "screen"), ("STY", "1.pts")]).sequence.unwrap();
        assert_eq!(long, format!("\x1bP\x1b]52;c;{}\x1b\\\x1bP{}\x07\x1b\\", "YWFh".repeat(19), "YWFh"));
    }

    #[test]
    fn a_terminal_that_cannot_or_would_drop_it_is_not_asked() {
        for term in ["", "dumb", "linux", "vt100", "vt220"] {
            assert_eq!(planned("hi", "linux", &[("TERM", term)]).sequence, None, "{term}");
        }
        assert_eq!(planned("hi", "linux", &[]).sequence, None);
        assert_eq!(planned("hi", "macos", &[XTERM, ("TERM_PROGRAM", "Apple_Terminal")]).sequence, None);
        let fits = "a".repeat(LONGEST / 4 * 3);
        assert!(planned(&fits, "linux", &[XTERM]).sequence.is_some());
        assert_eq!(planned(&format!("{fits}a"), "linux", &[XTERM]).sequence, None);
    }

    #[test]
    fn over_ssh_the_terminal_is_asked_in_any_case() {
        assert!(!planned("hi", "linux", &[XTERM, ("DISPLAY", ":0")]).remote);
        assert!(planned("hi", "linux", &[XTERM, ("DISPLAY", ":10"), ("SSH_CONNECTION", "a b c d")]).remote);
        assert!(planned("hi", "linux", &[XTERM, ("SSH_TTY", "/dev/pts/1")]).remote);
    }
}
