//! The terminal: what it says it can do, and what it says when it is asked.

use super::check::Check;
use crate::tui::{ClipboardWays, clipboard_ways};
use std::io::IsTerminal;
use std::path::Path;

const AREA: &str = "terminal";

/// Less than this shows little of a conversation.
const SMALLEST: (u16, u16) = (40, 12);

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// `variable` looks into the environment; an empty one counts as not set.
pub(super) fn checks(variable: Variable<'_>) -> Vec<Check> {
    let (input, output) = (std::io::stdin().is_terminal(), std::io::stdout().is_terminal());
    let mut checks = Vec::new();
    if input && output {
        checks.push(size());
        checks.push(keyboard(crossterm::terminal::supports_keyboard_enhancement().ok()));
    } else {
        let what = if input { "the output" } else { "the input" };
        checks.push(Check::ok("screen", format!("{what} is no terminal here, so it is not asked what it can do")));
    }
    checks.push(name(variable));
    checks.push(Check::ok("colours", colours(variable)));
    checks.push(letters(variable));
    checks.push(clipboard(variable));
    checks.into_iter().map(|check| check.within(AREA)).collect()
}

fn size() -> Check {
    match crossterm::terminal::size() {
        Ok((columns, rows)) if columns < SMALLEST.0 || rows < SMALLEST.1 => {
            Check::warn("screen", format!("{columns}×{rows}, which is little"), "make the window larger")
        }
        Ok((columns, rows)) => Check::ok("screen", format!("{columns}×{rows}")),
        Err(error) => Check::warn("screen", format!("its size is unknown: {error}"), "try another terminal"),
    }
}

/// Whether Shift+Enter can be told from Enter; `None`: the terminal did not answer.
fn keyboard(told_apart: Option<bool>) -> Check {
    Check::ok(
        "keyboard",
        match told_apart {
            Some(true) => "tells all keys apart: Shift+Enter makes a new line",
            Some(false) => "Shift+Enter is Enter here: Alt+Enter or Ctrl+J make a new line",
            None => "did not say whether it tells Shift+Enter from Enter: Alt+Enter or Ctrl+J make a new line anywhere",
        },
    )
}

fn name(variable: Variable<'_>) -> Check {
    let term = variable("TERM");
    let program = variable("TERM_PROGRAM").map(|program| format!(", {program}")).unwrap_or_default();
    let inside: Vec<&str> = [("TMUX", "inside tmux"), ("STY", "inside screen"), ("SSH_CONNECTION", "over ssh")]
        .into_iter()
        .filter_map(|(name, what)| variable(name).map(|_| what))
        .collect();
    let inside = if inside.is_empty() { String::new() } else { format!(", {}", inside.join(", ")) };
    match term.as_deref() {
        None | Some("dumb") if cfg!(unix) => {
            let named = term.map_or_else(|| "TERM is not set".to_owned(), |term| format!("TERM is {term}"));
            Check::warn(
                "name",
                format!("{named}{program}{inside}"),
                "set TERM to your terminal's name, like xterm-256color",
            )
        }
        term => Check::ok("name", format!("{}{program}{inside}", term.unwrap_or("unnamed"))),
    }
}

/// How many colours there are, and how many are used.
fn colours(variable: Variable<'_>) -> String {
    if variable("NO_COLOR").is_some() {
        return "none: NO_COLOR is set".to_owned();
    }
    let term = variable("TERM").unwrap_or_default();
    let many = match variable("COLORTERM").as_deref() {
        Some("truecolor" | "24bit") => "16 million",
        _ if term.contains("direct") => "16 million",
        _ if term.contains("256") => "256",
        _ if matches!(term.as_str(), "" | "dumb") || term.starts_with("vt") => return "none by its name".to_owned(),
        _ => "16",
    };
    format!("{many}; the sixteen of your own palette are used")
}

/// Whether letters beyond ASCII are shown, by the first variable that is set, as C libraries do it.
fn letters(variable: Variable<'_>) -> Check {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| variable(name).map(|value| (name, value)));
    let is_utf8 = |locale: &str| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    };
    match locale {
        Some((name, value)) if is_utf8(&value) => Check::ok("letters", format!("UTF-8 ({name}={value})")),
        // The other systems do not say it so.
        _ if !cfg!(target_os = "linux") => Check::ok("letters", "UTF-8 is expected"),
        found => {
            let found = found.map_or_else(
                || "no locale is set (LANG), so it may not show UTF-8".to_owned(),
                |(name, value)| format!("{name}={value} is not UTF-8: frames and letters may come out wrong"),
            );
            Check::warn("letters", found, "export LANG=C.UTF-8")
        }
    }
}

fn clipboard(variable: Variable<'_>) -> Check {
    let ClipboardWays { commands, terminal } = clipboard_ways(variable);
    let path = variable("PATH").unwrap_or_default();
    let there = |program: &&&str| std::env::split_paths(&path).any(|folder| is_there(&folder, program));
    match (commands.iter().find(there), commands.first(), terminal) {
        (Some(program), ..) => Check::ok("clipboard", format!("copies with {program}")),
        (None, None, true) => {
            Check::ok("clipboard", "copies through the terminal (OSC 52), which some have to be told to allow")
        }
        (None, Some(_), true) => {
            let found = format!("copies through the terminal (OSC 52): no {} here", commands.join(" or "));
            Check::ok("clipboard", found)
        }
        (None, Some(program), false) => Check::warn("clipboard", "copies only to a file", format!("install {program}")),
        (None, None, false) => {
            Check::warn("clipboard", "copies only to a file", "use a terminal that knows OSC 52, or a desktop")
        }
    }
}

fn is_there(folder: &Path, program: &str) -> bool {
    folder.join(program).is_file() || folder.join(format!("{program}.exe")).is_file()
}

#[cfg(test)]
mod tests {
    use super::super::check::Status;
    use super::*;

    type Variables<'a> = &'a [(&'a str, &'a str)];

    fn with<T>(variables: Variables<'_>, check: impl Fn(Variable<'_>) -> T) -> T {
        check(&|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn colours_are_counted_by_what_the_environment_says() {
        let cases: [(Variables<'_>, &str); 9] = [
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "1"), ("COLORTERM", "truecolor")], "none: NO_COLOR"),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], "16 million"),
            (&[("TERM", "xterm"), ("COLORTERM", "24bit")], "16 million"),
            (&[("TERM", "xterm-direct")], "16 million"),
            (&[("TERM", "tmux-256color")], "256"),
            (&[("TERM", "xterm"), ("COLORTERM", "yes")], "16;"),
            (&[("TERM", "linux")], "16;"),
            (&[("TERM", "vt100")], "none by"),
            (&[], "none by"),
        ];
        for (variables, found) in cases {
            let told = with(variables, colours);
            assert!(told.starts_with(found), "{variables:?}: {told}");
        }
    }

    #[test]
    fn the_first_locale_that_is_set_counts() {
        let cases: [(Variables<'_>, Status); 5] = [
            (&[("LANG", "de_DE.UTF-8")], Status::Ok),
            (&[("LC_CTYPE", "C.utf8"), ("LANG", "C")], Status::Ok),
            (&[("LC_ALL", "C"), ("LC_CTYPE", "C.UTF-8"), ("LANG", "C.UTF-8")], Status::Warn),
            (&[("LANG", "de_DE.ISO-8859-1")], Status::Warn),
            (&[], Status::Warn),
        ];
        for (variables, status) in cases.into_iter().filter(|_| cfg!(target_os = "linux")) {
            assert_eq!(with(variables, letters).status, status, "{variables:?}");
        }
    }

    #[test]
    fn a_clipboard_is_a_command_that_is_there_or_the_terminal_or_a_file() {
        let cases: [(Variables<'_>, &str); 4] = [
            (&[("TERM", "xterm")], "copies through the terminal (OSC 52), which"),
            (
                &[("TERM", "xterm"), ("DISPLAY", ":0"), ("PATH", "/nowhere")],
                "copies through the terminal (OSC 52): no xclip",
            ),
            (&[("TERM", "linux"), ("DISPLAY", ":0"), ("PATH", "/nowhere")], "copies only to a file"),
            (&[("TERM", "linux")], "copies only to a file"),
        ];
        for (variables, found) in cases.into_iter().filter(|_| cfg!(target_os = "linux")) {
            let check = with(variables, clipboard);
            assert!(check.found.starts_with(found), "{variables:?}: {check:?}");
        }
    }

    #[test]
    fn a_terminal_without_a_name_is_warned_of_and_what_is_between_is_told() {
        assert_eq!(with(&[("TERM", "dumb")], name).status, Status::Warn);
        let found = with(&[("TERM", "screen"), ("TMUX", "x"), ("SSH_CONNECTION", "a b")], name).found;
        assert_eq!(found, "screen, inside tmux, over ssh");
    }
}
