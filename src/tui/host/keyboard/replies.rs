//! Reads the terminal's replies to questions. Must not ask any.

/// Terminals that tell Shift+Enter from Enter wherever they are asked to, by the names that they give themselves: all have
/// kitty's keyboard protocol without a setting (<https://sw.kovidgoyal.net/kitty/keyboard-protocol/>) and answer
/// XTVERSION. `WezTerm` and iTerm2 have a setting that turns it off, Alacritty gives no name.
const TELL_SHIFT_ENTER: [&str; 3] = ["kitty", "ghostty", "foot"];

/// A reply that is of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui::host) enum Reply {
    /// The colour of its background.
    Background([u8; 3]),
    /// It tells Shift+Enter from Enter.
    ShiftEnter,
}

/// Reads a reply out of a control string, if it is of use.
pub(super) fn reply(introducer: u8, text: &[u8]) -> Option<Reply> {
    let text = std::str::from_utf8(text).ok()?;
    match introducer {
        b']' => background(text.strip_prefix("11;")?).map(Reply::Background),
        b'P' => {
            let name = text.strip_prefix(">|")?.to_ascii_lowercase();
            let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
            TELL_SHIFT_ENTER.contains(&name).then_some(Reply::ShiftEnter)
        }
        _ => None,
    }
}

/// A colour as X11 writes it: `rgb:1/22/333`, or `rgba:`, each channel with one to four hexadecimal digits.
fn background(text: &str) -> Option<[u8; 3]> {
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
mod tests {
    use super::*;

    #[test]
    fn a_terminal_that_is_known_for_it_tells_shift_enter_from_enter() {
        for (name, known) in [
            ("kitty(0.35.2)", true),
            ("ghostty 1.1.3", true),
            ("foot(1.17.2)", true),
            ("XTerm(370)", false),
            ("tmux 3.4", false),
            ("WezTerm 20240203", false),
            ("kittycat 1", false),
        ] {
            let said = reply(b'P', format!(">|{name}").as_bytes());
            assert_eq!(said, known.then_some(Reply::ShiftEnter), "{name}");
        }
    }

    #[test]
    fn colours_have_one_to_four_digits_a_channel() {
        for (text, colour) in [
            ("11;rgb:f/0/8", Some([255, 0, 136])),
            ("11;rgb:ff/00/80", Some([255, 0, 128])),
            ("11;rgb:fff/000/800", Some([255, 0, 128])),
            ("11;rgba:ffff/0000/8080/ffff", Some([255, 0, 128])),
            ("11;rgb:ff/00", None),
            ("11;rgb:fffff/0/0", None),
            ("11;rgb:+f/0/0", None),
            ("11;#ff0080", None),
            ("10;rgb:ff/00/80", None),
        ] {
            assert_eq!(reply(b']', text.as_bytes()), colour.map(Reply::Background), "{text}");
        }
        assert_eq!(reply(b'_', b"Gi=31;OK"), None);
    }
}
