//! Replies of the terminal: what it says when it is asked comes as keys, and must type nothing.
//!
//! crossterm reads `ESC ]` as Alt+], `ESC P` as Alt+P, `ESC \` as Alt+\, BEL as Ctrl+G, and what stands between as
//! characters. [`Filter`] collects them. A person may press those keys, too: what turns out to be no reply goes on as the
//! keys it was, in their order. Pure: time comes in as an argument. Must not ask anything.

use crossterm::event::{Event as Input, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::time::{Duration, Instant};

/// The keys of what may be a reply go on when nothing comes for so long. A reply is written at once; a slow line may cut
/// it in two.
const UNSURE: Duration = Duration::from_millis(100);
/// The same for what no person types: its rest may be late, but it is never typed.
const SURE: Duration = Duration::from_secs(1);
/// The longest reply, in characters. Those to our questions have about thirty.
const LONGEST: usize = 256;
/// Terminals that tell Shift+Enter from Enter wherever they are asked to, by the names that they give themselves: all have
/// kitty's keyboard protocol without a setting (<https://sw.kovidgoyal.net/kitty/keyboard-protocol/>) and answer
/// XTVERSION. `WezTerm` and iTerm2 have a setting that turns it off, Alacritty gives no name.
const TELL_SHIFT_ENTER: [&str; 3] = ["kitty", "ghostty", "foot"];

/// What the terminal said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// The colour of its background.
    Background([u8; 3]),
    /// It tells Shift+Enter from Enter.
    ShiftEnter,
}

/// What comes out of the filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Passed {
    Input(Input),
    Reply(Reply),
}

/// Keys that may be a reply, as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// The keys. The first says what kind of reply it is.
    held: Vec<KeyEvent>,
    /// What the others type.
    text: String,
    /// When the last one came.
    last: Option<Instant>,
}

impl Filter {
    /// Takes an input and gives back what can go on now.
    pub(super) fn take(&mut self, input: Input, at: Instant) -> Vec<Passed> {
        let mut passed = self.expire(at);
        match input {
            Input::Key(key) if key.kind != KeyEventKind::Release => self.key(key, at, &mut passed),
            Input::Paste(text) => {
                passed.extend(self.give_up());
                passed.push(Passed::Input(Input::Paste(text)));
            }
            // What the mouse and the window do comes between any two keys.
            other => passed.push(Passed::Input(other)),
        }
        passed
    }

    /// How long to wait for what comes next; `None`: nothing is held.
    pub(super) fn patience(&self) -> Option<Duration> {
        (!self.held.is_empty()).then(|| if self.is_sure() { SURE } else { UNSURE })
    }

    /// Gives up what has waited too long.
    pub(super) fn expire(&mut self, at: Instant) -> Vec<Passed> {
        let waited = self.last.map_or(Duration::ZERO, |last| at.duration_since(last));
        if self.patience().is_some_and(|patience| waited >= patience) { self.give_up() } else { Vec::new() }
    }

    fn key(&mut self, key: KeyEvent, at: Instant, passed: &mut Vec<Passed>) {
        if self.held.is_empty() {
            if introducer(&key).is_some() {
                self.hold(key, at);
            } else {
                passed.extend(pass(key));
            }
            return;
        }
        if self.is_ended_by(&key) {
            passed.extend(reply(self.introducer(), &self.text).map(Passed::Reply));
            self.clear();
        } else if let Some(c) = self.continued_by(&key) {
            self.text.push(c);
            self.hold(key, at);
        } else {
            passed.extend(self.give_up());
            self.key(key, at, passed);
        }
    }

    fn hold(&mut self, key: KeyEvent, at: Instant) {
        self.held.push(key);
        self.last = Some(at);
    }

    fn introducer(&self) -> char {
        self.held.first().and_then(introducer).unwrap_or_default()
    }

    /// The character that `key` adds, when the reply can go on with it.
    fn continued_by(&self, key: &KeyEvent) -> Option<char> {
        // A terminator that came in two parts begins as Esc.
        if key.code == KeyCode::Esc && key.modifiers.is_empty() && !self.text.is_empty() {
            return Some('\x1b');
        }
        let KeyCode::Char(c) = key.code else { return None };
        let plain = (key.modifiers - KeyModifiers::SHIFT).is_empty() && (' '..='~').contains(&c);
        let fits = !self.text.is_empty() || self.begins_with(c);
        (plain && fits && self.text.len() < LONGEST && !self.text.ends_with('\x1b')).then_some(c)
    }

    /// Whether a reply of this kind begins so: the number of a setting, or what a DCS or an APC is about.
    fn begins_with(&self, c: char) -> bool {
        match self.introducer() {
            ']' => c.is_ascii_digit(),
            'P' => c == '>' || c.is_ascii_digit(),
            _ => c == 'G',
        }
    }

    fn is_ended_by(&self, key: &KeyEvent) -> bool {
        let (code, modifiers) = (key.code, key.modifiers);
        let st = code == KeyCode::Char('\\')
            && (modifiers == KeyModifiers::ALT || modifiers.is_empty() && self.text.ends_with('\x1b'));
        let bell = code == KeyCode::Char('g') && modifiers == KeyModifiers::CONTROL;
        !self.text.is_empty() && (st || bell)
    }

    /// Whether no person types what is there: the beginning of an answer to one of our questions, or to kitty's pictures.
    fn is_sure(&self) -> bool {
        let begins = match self.introducer() {
            ']' => "11;",
            'P' => ">|",
            _ => "Gi=",
        };
        self.text.starts_with(begins)
    }

    /// The keys that were held, unless they are part of a reply for sure.
    fn give_up(&mut self) -> Vec<Passed> {
        let keys = if self.is_sure() { Vec::new() } else { std::mem::take(&mut self.held) };
        self.clear();
        keys.into_iter().flat_map(pass).collect()
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// A key goes on. One that only terminals report that tell Shift+Enter from Enter says so.
fn pass(key: KeyEvent) -> impl Iterator<Item = Passed> {
    let apart = key.code == KeyCode::Enter && key.modifiers.contains(KeyModifiers::SHIFT);
    let reply = apart.then_some(Passed::Reply(Reply::ShiftEnter));
    reply.into_iter().chain([Passed::Input(Input::Key(key))])
}

/// The kind of reply that may begin with `key`: an OSC, a DCS or an APC.
fn introducer(key: &KeyEvent) -> Option<char> {
    let KeyCode::Char(c) = key.code else { return None };
    let alt = key.modifiers - KeyModifiers::SHIFT == KeyModifiers::ALT;
    (alt && matches!(c, ']' | 'P' | '_')).then_some(c)
}

/// What a whole reply says, if it is of use.
fn reply(introducer: char, text: &str) -> Option<Reply> {
    match introducer {
        ']' => background(text.strip_prefix("11;")?).map(Reply::Background),
        'P' => {
            let name = text.strip_prefix(">|")?.to_ascii_lowercase();
            let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
            TELL_SHIFT_ENTER.contains(&name).then_some(Reply::ShiftEnter)
        }
        _ => None,
    }
}

/// A colour as X11 writes it: `rgb:1/22/333`, or `rgba:`, each channel with one to four hexadecimal digits.
fn background(text: &str) -> Option<[u8; 3]> {
    let text = text.trim_end_matches('\x1b');
    let channels = text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?;
    let mut colour = channels.split('/').map(channel);
    let rgb = [colour.next()??, colour.next()??, colour.next()??];
    // Of what is behind it only its form counts: a terminal may say how solid the colour is.
    colour.all(|alpha| alpha.is_some()).then_some(rgb)
}

fn channel(digits: &str) -> Option<u8> {
    let written = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = u32::from_str_radix(digits, 16).ok().filter(|_| written)?;
    let most = 16u32.pow(digits.len() as u32) - 1;
    u8::try_from((value * 255 + most / 2) / most).ok()
}

#[cfg(test)]
mod tests;
