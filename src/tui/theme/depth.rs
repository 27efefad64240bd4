//! How many colours the terminal has, and what its variables say of its background. Pure; the environment is an argument.

use super::colour::Rgb;

/// How many colours can be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// 24 bits a colour.
    True,
    /// 256 colours.
    Indexed,
    /// The terminal's own sixteen.
    #[default]
    Ansi,
    /// None: the user or the terminal wants no colours.
    None,
}

/// Terminals that show 24 bits and may not say so in `COLORTERM`, as behind ssh, which carries `TERM` alone. From their
/// own documentation.
const TRUE_COLOUR_TERMS: [&str; 6] = ["xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour"];

impl Depth {
    /// The depth that the variables of the environment tell of.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        // <https://no-color.org>: any value but the empty one.
        if set("NO_COLOR").is_some() || term == "dumb" {
            return Self::None;
        }
        let true_colour = set("COLORTERM").is_some_and(|value| matches!(value.as_str(), "truecolor" | "24bit"));
        if true_colour || term.ends_with("-direct") || TRUE_COLOUR_TERMS.iter().any(|known| term.starts_with(known)) {
            return Self::True;
        }
        if term.contains("256color") { Self::Indexed } else { Self::Ansi }
    }
}

/// The background in `COLORFGBG`, as rxvt and Konsole set it: `15;0` is white on black. The number is that of one of the
/// sixteen colours, of which 7 and from 9 on are light.
pub(crate) fn background_of(colorfgbg: &str) -> Option<Rgb> {
    let number: u8 = colorfgbg.rsplit(';').next()?.parse().ok()?;
    match number {
        0..=6 | 8 => Some([0; 3]),
        7 | 9..=15 => Some([255; 3]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(variables: &[(&str, &str)]) -> Depth {
        Depth::of(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_depth_is_what_the_variables_say() {
        for (variables, expected) in [
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")][..], Depth::True),
            (&[("TERM", "xterm-kitty")], Depth::True),
            (&[("TERM", "tmux-256color")], Depth::Indexed),
            (&[("TERM", "linux")], Depth::Ansi),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "")], Depth::Indexed),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "24bit"), ("NO_COLOR", "1")], Depth::None),
            (&[("TERM", "dumb")], Depth::None),
            (&[], Depth::Ansi),
        ] {
            assert_eq!(depth(variables), expected, "{variables:?}");
        }
    }

    #[test]
    fn the_background_is_the_last_number() {
        assert_eq!(background_of("15;0"), Some([0; 3]));
        assert_eq!(background_of("0;default;15"), Some([255; 3]));
        assert_eq!((background_of("default;default"), background_of("")), (None, None));
    }
}
