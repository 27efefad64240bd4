//! Text from models, files, the network and the clipboard is hostile: it passes here where it enters, so that every
//! later sink (screen, stdout, titles, clipboard, files) is safe.
//!
//! # The contract
//! What comes out holds no control character but newline and tab, no escape sequence, and nothing that reorders or
//! hides text:
//! - ESC and what follows it: CSI, OSC, DCS, APC, PM and SOS sequences go as a whole, with their content; other
//!   escape sequences go with their intermediate and final characters. So do the same sequences begun by a C1 control
//!   (U+0080 to U+009F).
//! - CR LF and a lone CR become a newline; every other C0 and C1 control and DEL goes.
//! - Bidirectional embeddings, overrides and isolates, the tag characters, interlinear annotations, the line and
//!   paragraph separators (which become newlines) and a byte order mark go. Zero-width joiners stay: emoji and several
//!   scripts need them.
//!
//! Text comes in chunks that may end anywhere, so [`Sanitizer`] keeps its state from one to the next. A sequence that
//! never ends swallows at most [`LONGEST`] characters: a model that writes a lone ESC must not silence its own answer.

/// The most characters a single unterminated sequence can swallow.
pub const LONGEST: usize = 4096;

const ESC: char = '\u{1b}';
const ST: char = '\u{9c}';

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After a carriage return: a newline that follows belongs to it.
    Return,
    /// After ESC.
    Escape,
    /// After ESC and intermediate characters.
    Intermediate,
    /// In a control sequence, up to its final character.
    Csi,
    /// In a string (OSC, DCS, APC, PM, SOS), up to its terminator.
    String,
    /// In a string, after ESC: a backslash ends it.
    StringEscape,
}

/// Cleans a text that comes in chunks.
#[derive(Debug, Clone, Default)]
pub struct Sanitizer {
    state: State,
    swallowed: usize,
}

impl Sanitizer {
    /// The clean part of `chunk`, given all chunks before it.
    pub fn push(&mut self, chunk: &str) -> String {
        let mut clean = String::with_capacity(chunk.len());
        for c in chunk.chars() {
            self.step(c, &mut clean);
        }
        clean
    }

    fn step(&mut self, c: char, clean: &mut String) {
        if !matches!(self.state, State::Text | State::Return) {
            self.swallowed += 1;
            if self.swallowed > LONGEST {
                self.state = State::Text;
            }
        }
        self.state = match self.state {
            State::Text => self.text(c, clean),
            State::Return if c == '\n' => State::Text,
            State::Return => self.text(c, clean),
            State::Escape => escape(c),
            State::Intermediate => match c {
                '\u{20}'..='\u{2f}' => State::Intermediate,
                ESC => State::Escape,
                _ => State::Text,
            },
            State::Csi => match c {
                '\u{40}'..='\u{7e}' => State::Text,
                ESC => State::Escape,
                '\u{20}'..='\u{3f}' => State::Csi,
                // Not part of a control sequence: the terminal would have dropped out of it, too.
                _ => self.text(c, clean),
            },
            State::String => match c {
                '\u{7}' | ST => State::Text,
                ESC => State::StringEscape,
                _ => State::String,
            },
            State::StringEscape => match c {
                '\\' => State::Text,
                ESC => State::StringEscape,
                _ => escape(c),
            },
        };
    }

    fn text(&mut self, c: char, clean: &mut String) -> State {
        match c {
            '\n' | '\t' => clean.push(c),
            '\r' => {
                clean.push('\n');
                return State::Return;
            }
            ESC => return self.begin(State::Escape),
            '\u{9b}' => return self.begin(State::Csi),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => return self.begin(State::String),
            '\u{85}' | '\u{2028}' | '\u{2029}' => clean.push('\n'),
            c if c.is_control() || is_deceptive(c) => {}
            c => clean.push(c),
        }
        State::Text
    }

    fn begin(&mut self, state: State) -> State {
        self.swallowed = 0;
        state
    }
}

/// What follows an ESC.
fn escape(c: char) -> State {
    match c {
        '[' => State::Csi,
        ']' | 'P' | 'X' | '^' | '_' => State::String,
        ESC => State::Escape,
        '\u{20}'..='\u{2f}' => State::Intermediate,
        _ => State::Text,
    }
}

/// Characters that reorder or hide what stands beside them.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{206a}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A whole text, cleaned.
pub fn sanitize(text: &str) -> String {
    Sanitizer::default().push(text)
}

/// A text cleaned and put on one line of at most `limit` characters, for titles, reasons and errors.
pub fn one_line(text: &str, limit: usize) -> String {
    // No more than can matter is looked at: the text may be a page of HTML, or a pasted book that titles a chat.
    let head: String = text.chars().take(limit.saturating_mul(16)).collect();
    let words = sanitize(&head).split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= limit {
        return words;
    }
    let mut cut: String = words.chars().take(limit.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escape_sequences_go_with_their_content() {
        for (dirty, clean) in [
            ("a\u{1b}[31mred\u{1b}[0mb", "aredb"),
            ("a\u{1b}]8;;https://evil.example\u{1b}\\link\u{1b}]8;;\u{7}b", "alinkb"),
            ("a\u{1b}]52;c;c2VjcmV0\u{7}b", "ab"),
            ("a\u{1b}P1$qm\u{1b}\\b", "ab"),
            ("a\u{1b}_apc\u{1b}\\b\u{1b}^pm\u{1b}\\c\u{1b}Xsos\u{1b}\\d", "abcd"),
            ("a\u{9b}31mb\u{9d}0;title\u{9c}c", "abc"),
            ("a\u{1b}(Bb\u{1b}7c\u{1b}=d", "abcd"),
            ("a\u{1b}\u{1b}[2Jb", "ab"),
            ("\u{1b}[31", ""),
        ] {
            assert_eq!(sanitize(dirty), clean, "{dirty:?}");
        }
    }

    #[test]
    fn controls_and_deceptive_characters_go_and_lines_stay_lines() {
        assert_eq!(sanitize("a\0b\u{8}c\u{7f}d\te\r\nf\rg\nh"), "abcd\te\nf\ng\nh");
        assert_eq!(sanitize("user\u{202e}txt.exe\u{2066}\u{feff}\u{e0041}"), "usertxt.exe");
        assert_eq!(sanitize("a\u{2028}b\u{85}c"), "a\nb\nc");
    }

    #[test]
    fn joined_emoji_combining_marks_and_other_scripts_stay() {
        let text = "👩\u{200d}👧 e\u{301} नमस्ते 한국어 עברית ❤\u{fe0f}";
        assert_eq!(sanitize(text), text);
    }

    #[test]
    fn a_sequence_that_never_ends_does_not_swallow_the_answer() {
        let endless = format!("a\u{1b}]0;{}", "x".repeat(LONGEST + 100));
        let clean = sanitize(&endless);
        assert!(clean.starts_with('a') && clean.len() > 90, "{} characters left", clean.len());
    }

    #[test]
    fn one_line_is_short_and_has_no_newline() {
        assert_eq!(one_line(" a\r\n b\tc ", 9), "a b c");
        assert_eq!(one_line("abcdef", 4), "abc…");
    }

    proptest! {
        #[test]
        fn where_a_text_is_cut_makes_no_difference(
            parts in prop::collection::vec("[\u{1b}\u{9b}\u{9d}\u{9c}\u{7}\\[\\]\\\\;0-9a-zPX^_ \r\n\u{202e}é👩]{0,6}", 0..12)
        ) {
            let mut sanitizer = Sanitizer::default();
            let pieces: String = parts.iter().map(|part| sanitizer.push(part)).collect();
            prop_assert_eq!(&pieces, &sanitize(&parts.concat()));
            prop_assert!(!pieces.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || is_deceptive(c)));
        }
    }
}
