//! Sequences for the terminal besides cells: the title, a notification, modes of the keyboard, questions. Pure.
//!
//! Sources: <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>, <https://iterm2.com/documentation-escape-codes.html>.

/// Puts the window's title away, and takes it back.
pub(super) const PUSH_TITLE: &str = "\x1b[22;2t";
pub(super) const POP_TITLE: &str = "\x1b[23;2t";

/// Asks for chords that have no byte of their own, such as Shift+Enter (modifyOtherKeys 1), and takes that back. For
/// terminals without kitty's keyboard protocol: xterm, and tmux with `extended-keys on`.
pub(super) const MODIFY_OTHER_KEYS: &str = "\x1b[>4;1m";
pub(super) const MODIFY_NO_OTHER_KEYS: &str = "\x1b[>4m";

/// Asks for the colour of the background, and for the terminal's name and version (XTVERSION). No answer is
/// waited for, so DA1, which would say that nothing more comes, is not asked.
pub(super) const QUESTIONS: &str = "\x1b]11;?\x1b\\\x1b[>0q";

/// The sequences that this terminal reads, of those that not every one knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reads {
    /// It reads them, or passes over them.
    pub(super) osc: bool,
    /// It reads `MODIFY_OTHER_KEYS`, or passes over it. A terminal that overlooks the `>` would underline everything.
    pub(super) modify_other_keys: bool,
    /// A notification reaches it: no program stands between that drops it.
    pub(super) notifications: bool,
}

impl Reads {
    /// By the environment, into which `variable` looks.
    pub(super) fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        // The consoles of Windows read them and set no TERM.
        let term = variable("TERM").unwrap_or_default();
        let osc = cfg!(windows) || is_understood(&term);
        let modify_other_keys = is_set("TMUX") || ["tmux", "xterm"].iter().any(|name| term.starts_with(name));
        Self { osc, modify_other_keys, notifications: osc && !is_set("TMUX") && !is_set("STY") }
    }
}

/// Returns true if a terminal of this name reads OSC sequences, or passes over them. Others would show them as text.
pub(super) fn is_understood(term: &str) -> bool {
    !matches!(term, "" | "dumb" | "linux") && !term.starts_with("vt")
}

/// Calls the window `title`, in which there must be no control characters.
pub(super) fn title(title: &str) -> String {
    format!("\x1b]2;{title}\x1b\\")
}

/// Shows a notification. Behind the program's name: a text that begins with a digit may be another command.
pub(super) fn notification(text: &str) -> String {
    format!("\x1b]9;pointsman: {text}\x1b\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_terminals_that_read_osc_are_sent_it() {
        for (term, understood) in [
            ("xterm-256color", true),
            ("tmux-256color", true),
            ("screen", true),
            ("linux", false),
            ("vt220", false),
            ("dumb", false),
            ("", false),
        ] {
            assert_eq!(is_understood(term), understood, "{term}");
        }
    }

    #[test]
    fn a_notification_needs_a_terminal_that_it_reaches() {
        let reads = |variables: &[(&str, &str)]| {
            let found = |name: &str| variables.iter().find(|(known, _)| *known == name);
            Reads::of(|name| found(name).map(|(_, value)| (*value).to_owned()))
        };
        let both = Reads { osc: true, modify_other_keys: true, notifications: true };
        assert_eq!(reads(&[("TERM", "xterm"), ("TMUX", "")]), both);
        assert_eq!(reads(&[("TERM", "tmux-256color"), ("TMUX", "/tmp/a,1,0")]), Reads { notifications: false, ..both });
        let in_screen = Reads { osc: true, modify_other_keys: false, notifications: false };
        assert_eq!(reads(&[("TERM", "screen"), ("STY", "1.a")]), in_screen);
        if cfg!(unix) {
            assert_eq!(reads(&[("TERM", "linux")]), Reads { osc: false, ..in_screen });
        }
    }

    #[test]
    fn chords_without_a_byte_are_asked_for_only_where_it_does_no_harm() {
        for (term, tmux, asked) in [
            ("xterm", "", true),
            ("xterm-256color", "", true),
            ("tmux-256color", "", true),
            ("screen-256color", "/tmp/a,1,0", true),
            ("screen-256color", "", false),
            ("linux", "", false),
            ("vt220", "", false),
            ("rxvt-unicode", "", false),
            ("", "", false),
        ] {
            let variable = |name: &str| match name {
                "TERM" => Some(term.to_owned()),
                "TMUX" => Some(tmux.to_owned()),
                _ => None,
            };
            assert_eq!(Reads::of(variable).modify_other_keys, asked, "{term} {tmux}");
        }
    }

    #[test]
    fn a_title_and_a_notification_end_where_their_text_ends() {
        assert_eq!(title("● thinking · a"), "\x1b]2;● thinking · a\x1b\\");
        assert_eq!(notification("4;1 answered"), "\x1b]9;pointsman: 4;1 answered\x1b\\");
    }
}
