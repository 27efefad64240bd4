//! Text from models, files, the network and the clipboard is hostile: it passes here where it enters, so that every
//! later sink (screen, stdout, titles, clipboard, files) is safe. Knows no bytes that are no text: the reader of
//! bytes decodes them first, with U+FFFD for what is no UTF-8, or refuses them.
//!
//! # The contract
//! What goes, with all of its content:
//! - ESC and what follows it: `ESC [`, parameters (U+0020 to U+003F) and a final character (U+0040 to U+007E): CSI;
//!   `ESC ]`, `ESC P`, `ESC X`, `ESC ^`, `ESC _` up to BEL, U+009C or `ESC \`: OSC, DCS, SOS, PM, APC; any other ESC
//!   with its intermediate characters (U+0020 to U+002F) and its final one (U+0030 to U+007E). CAN and SUB end each of
//!   them. A character that cannot be part of a sequence ends it and stays.
//! - The same sequences begun by U+009B, U+009D, U+0090, U+0098, U+009E, U+009F.
//!
//! What goes alone: every other control character (C0, DEL, C1), what reorders or hides text (`is_hidden`: controls
//! of direction, tags, invisible fillers and operators, U+00AD, U+200B, U+FEFF and their like), and noncharacters. A
//! flag that is written with tags becomes a plain black flag.
//!
//! Characters that are replaced, since they part words and lines, which must not grow together: CR LF, a lone CR, U+0085,
//! U+2028 and U+2029 each become one newline; so do vertical tab and form feed, which Unicode counts among the functions
//! of a new line, and the separators of files, groups and records (U+001C to U+001E), which end a paragraph in its
//! bidirectional algorithm. The separator of units (U+001F), which parts fields there, becomes a space. NUL and the other
//! controls part nothing: terminals pass over them.
//!
//! What stays: newline, tab, and all other characters. Joiners (U+200C, U+200D) are invisible, but emoji and several
//! scripts need them; characters for private use are the icons of some fonts. An invisible character that belongs to the
//! one before it (`belongs`: variation selectors and their like) stays there, once, and goes elsewhere. No more than
//! [`MARKS`] characters without a width stand on one with a width, so that no cell of a screen grows without bound. The
//! characters that a joiner joins count as one.
//!
//! And so:
//! - Text comes in chunks that may end anywhere: [`Sanitizer`] keeps its state, and where a text is cut makes no
//!   difference. What is open at the end of a text is gone with it.
//! - A sequence that never ends swallows at most [`LONGEST`] characters behind its first: a model that writes a lone ESC
//!   must not silence its own answer.
//! - What comes out is never longer than what came in, in bytes, and is not changed by cleaning it again.
//! - The time is linear, and little more than copying for printable ASCII.

use serde_json::Value;
use unicode_width::UnicodeWidthChar;

/// The most characters a single unterminated sequence can swallow.
pub const LONGEST: usize = 4096;
/// The most characters without a width on one that has one. No script comes near it: Tibetan stacks about ten.
pub const MARKS: u8 = 16;

const ESC: char = '\u{1b}';
const ST: char = '\u{9c}';
const CANCEL: char = '\u{18}';
const SUBSTITUTE: char = '\u{1a}';
const JOINER: char = '\u{200d}';

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
    /// How many characters without a width stand on the last one with a width.
    marks: u8,
    /// The last character that came out, and the last with a width.
    last: char,
    base: char,
}

impl Sanitizer {
    /// The clean part of `chunk`, given all chunks before it.
    pub fn push(&mut self, chunk: &str) -> String {
        let mut clean = String::with_capacity(chunk.len());
        let mut rest = chunk;
        loop {
            // Nearly all text is like that, and is copied as a whole.
            if self.state == State::Text {
                let (plain, behind) = rest.split_at(plain_length(rest.as_bytes()));
                if !plain.is_empty() {
                    clean.push_str(plain);
                    // All of it is ASCII.
                    let last = plain.bytes().last().map_or('\0', char::from);
                    (self.marks, self.last, self.base) = (0, last, last);
                }
                rest = behind;
            }
            let mut characters = rest.chars();
            let Some(c) = characters.next() else {
                return clean;
            };
            self.step(c, &mut clean);
            rest = characters.as_str();
        }
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
            State::Escape => self.escape(c, clean),
            State::Intermediate => match c {
                '\u{20}'..='\u{2f}' => State::Intermediate,
                '\u{30}'..='\u{7e}' => State::Text,
                ESC => State::Escape,
                _ => self.text(c, clean),
            },
            State::Csi => match c {
                '\u{40}'..='\u{7e}' => State::Text,
                '\u{20}'..='\u{3f}' => State::Csi,
                ESC => State::Escape,
                // Not part of a control sequence: the terminal would have dropped out of it, too.
                _ => self.text(c, clean),
            },
            State::String | State::StringEscape => match (c, self.state) {
                ('\u{7}' | ST | CANCEL | SUBSTITUTE, _) | ('\\', State::StringEscape) => State::Text,
                (ESC, _) => State::StringEscape,
                (_, State::StringEscape) => self.escape(c, clean),
                _ => State::String,
            },
        };
    }

    /// What follows an ESC.
    fn escape(&mut self, c: char, clean: &mut String) -> State {
        match c {
            '[' => State::Csi,
            ']' | 'P' | 'X' | '^' | '_' => State::String,
            ESC => State::Escape,
            '\u{20}'..='\u{2f}' => State::Intermediate,
            '\u{30}'..='\u{7e}' => State::Text,
            _ => self.text(c, clean),
        }
    }

    fn text(&mut self, c: char, clean: &mut String) -> State {
        match c {
            '\n' | '\t' => self.keep(c, clean),
            '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.keep('\n', clean),
            '\u{1f}' => self.keep(' ', clean),
            '\r' => {
                self.keep('\n', clean);
                return State::Return;
            }
            ESC => return self.begin(State::Escape),
            '\u{9b}' => return self.begin(State::Csi),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => return self.begin(State::String),
            c if c.is_control() || is_hidden(c) => {}
            c => self.keep(c, clean),
        }
        State::Text
    }

    fn begin(&mut self, state: State) -> State {
        self.swallowed = 0;
        state
    }

    fn keep(&mut self, c: char, clean: &mut String) {
        if !belongs(c, self.last, self.base) {
            return;
        }
        let is_mark = is_mark(c);
        match is_mark {
            true if self.marks == MARKS => return,
            true => self.marks += 1,
            false if self.last == JOINER && !c.is_ascii() => {}
            false => self.marks = 0,
        }
        self.last = c;
        if !is_mark {
            self.base = c;
        }
        clean.push(c);
    }
}

/// How many bytes `bytes` begins with that every text may hold.
fn plain_length(bytes: &[u8]) -> usize {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if !bytes.first().is_some_and(is_plain) {
        return 0;
    }
    // Without a way out in the middle, a block is looked at as a whole.
    let is_block = |block: &&[u8]| block.iter().fold(true, |plain, byte| plain & is_plain(byte));
    let blocks = bytes.chunks_exact(32).take_while(is_block).count() * 32;
    blocks + bytes[blocks..].iter().take_while(|byte| is_plain(byte)).count()
}

/// Whether `c` takes no cell.
fn is_mark(c: char) -> bool {
    // Most letters of the west and of the east are told without a look into the tables.
    let is_letter = matches!(c, ..'\u{300}' | '\u{30a0}'..'\u{a66f}' | '\u{ac00}'..='\u{d7a3}');
    !is_letter && c.width() == Some(0)
}

/// Whether `c` stands where it means something, behind the character `last`, which stands on `base`: what is
/// invisible could carry a text of its own anywhere else.
fn belongs(c: char, last: char, base: char) -> bool {
    match c {
        ..'\u{34f}' | '\u{fe10}'..'\u{13430}' => true,
        // Between the marks on one letter it keeps their order.
        '\u{34f}' => last != c && is_mark(last),
        // One form of a Mongolian letter.
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(last, '\u{1820}'..='\u{18aa}'),
        // One form of a character: of ASCII only those have any that become keycaps.
        '\u{fe00}'..='\u{fe0f}' => {
            let varies = !last.is_ascii() || matches!(last, '0'..='9' | '#' | '*');
            last == base && varies && !last.is_whitespace()
        }
        // Where hieroglyphs stand in a group, and what fills a group of Khitan characters.
        '\u{13430}'..='\u{1343f}' => matches!(base, '\u{13000}'..='\u{13460}'),
        '\u{16fe4}' => matches!(last, '\u{18b00}'..='\u{18cff}'),
        _ => true,
    }
}

/// Characters that reorder or hide what stands beside them, that can hide a text themselves, or that are none.
fn is_hidden(c: char) -> bool {
    match c {
        // Most text has none of them: not asked one by one.
        ..'\u{ad}' | '\u{3165}'..'\u{e000}' => false,
        // The direction of text: marks, embeddings, overrides, isolates, and how digits are shaped.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' => true,
        // Invisible: soft hyphen, vowels and separators without a glyph, zero-width space, operators, byte order mark.
        '\u{ad}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{feff}' => true,
        // Fillers for half a Hangul syllable. Whole ones that are decomposed use none: their vowels begin at U+1161.
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => true,
        // Interlinear annotations and what is reserved beside them, controls of shorthand and of musical notation.
        '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => true,
        // Tags, more variation selectors, and what is reserved for their like.
        '\u{e0000}'..='\u{e0fff}' => true,
        // Noncharacters.
        '\u{fdd0}'..='\u{fdef}' => true,
        c => u32::from(c) & 0xfffe == 0xfffe,
    }
}

/// A text for a message, with what cleaning takes away written out, `\u{1b}`: a message about a character that it
/// does not show helps nowhere.
pub fn escape_hidden(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if (c.is_control() && !matches!(c, '\n' | '\t')) || is_hidden(c) {
            escaped.extend(c.escape_unicode());
        } else {
            escaped.push(c);
        }
    }
    escaped
}

/// A whole text, cleaned.
pub fn sanitize(text: &str) -> String {
    Sanitizer::default().push(text)
}

/// Every text in `value`, however deep, cleaned.
pub fn sanitize_json(value: Value) -> Value {
    map_strings(value, &sanitize)
}

/// Every text and every key in `value`, however deep, replaced by what `change` makes of it.
pub fn map_strings(value: Value, change: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(&text)),
        Value::Array(values) => values.into_iter().map(|value| map_strings(value, change)).collect(),
        Value::Object(map) => map.into_iter().map(|(key, inner)| (change(&key), map_strings(inner, change))).collect(),
        other => other,
    }
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
mod tests;
