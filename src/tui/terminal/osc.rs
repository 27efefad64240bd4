//! What terminals are told and asked besides cells: the title, a notification, what they are like. Pure.
//!
//! Sources: <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>, <https://iterm2.com/documentation-escape-codes.html>.

/// Puts the window's title away, and takes it back.
pub(super) const PUSH_TITLE: &str = "\x1b[22;2t";
pub(super) const POP_TITLE: &str = "\x1b[23;2t";

/// Asks for the colour of the background, and for the terminal's name and version (XTVERSION). No answer is
/// waited for. Not DA1, which would say that nothing more comes: crossterm keeps its answer to itself.
pub(super) const QUESTIONS: &str = "\x1b]11;?\x1b\\\x1b[>0q";

/// Whether a terminal of this name reads OSC sequences, or passes over them. Others would show them as text.
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
    fn a_title_and_a_notification_end_where_their_text_ends() {
        assert_eq!(title("● thinking · a"), "\x1b]2;● thinking · a\x1b\\");
        assert_eq!(notification("4;1 answered"), "\x1b]9;pointsman: 4;1 answered\x1b\\");
    }
}
