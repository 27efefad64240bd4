//! In which way a terminal draws pictures, found from the environment alone: nothing is asked of the terminal.

use crate::config::Images;

/// How pictures are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Way {
    /// By kitty's graphics protocol, with placeholders in the cells.
    Kitty,
    /// As inline images of iTerm2.
    Iterm2,
    /// As sixels.
    Sixel,
    /// As half blocks in 24-bit colours.
    Blocks,
    /// Not at all: a line of text stands for each.
    #[default]
    Text,
}

impl Way {
    /// The way of the terminal that `variable` describes, unless `setting` names one. Without `colour` nothing is drawn:
    /// every way needs it, kitty's for the numbers of pictures.
    pub fn of(setting: Images, colour: bool, variable: impl Fn(&str) -> Option<String>) -> Self {
        match setting {
            _ if !colour => Self::Text,
            Images::Off => Self::Text,
            Images::Auto => Self::found(variable),
            Images::Kitty => Self::Kitty,
            Images::Iterm2 => Self::Iterm2,
            Images::Sixel => Self::Sixel,
            Images::Blocks => Self::Blocks,
        }
    }

    fn found(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| variable(name).unwrap_or_default();
        let (term, program) = (value("TERM"), value("TERM_PROGRAM"));
        let begins = |names: &[&str]| names.iter().any(|name| term.starts_with(name));
        // A multiplexer passes no protocol on, whatever terminal it runs in.
        let multiplexed =
            begins(&["tmux", "screen"]) || ["TMUX", "STY", "ZELLIJ"].iter().any(|name| !value(name).is_empty());
        // TERM comes before the variables of programs, which a terminal inherits from the one that it was started in.
        match program.as_str() {
            _ if matches!(term.as_str(), "dumb" | "linux") => Self::Text,
            _ if multiplexed => Self::blocks_or_text(&value("COLORTERM")),
            _ if term == "xterm-kitty" || term.contains("ghostty") => Self::Kitty,
            _ if begins(&["foot", "mlterm", "yaft", "contour"]) => Self::Sixel,
            "iTerm.app" | "WezTerm" => Self::Iterm2,
            "ghostty" => Self::Kitty,
            _ if !value("KITTY_WINDOW_ID").is_empty() => Self::Kitty,
            _ if value("LC_TERMINAL") == "iTerm2" => Self::Iterm2,
            _ => Self::blocks_or_text(&value("COLORTERM")),
        }
    }

    fn blocks_or_text(colorterm: &str) -> Self {
        if matches!(colorterm, "truecolor" | "24bit") { Self::Blocks } else { Self::Text }
    }

    /// Whether the picture is drawn over its cells instead of being made of them: then all of it must be free.
    pub(crate) fn lies_over_cells(self) -> bool {
        matches!(self, Self::Iterm2 | Self::Sixel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_tells_what_the_terminal_can_draw() {
        for (variables, way) in [
            ("", Way::Text),
            ("TERM=xterm-256color", Way::Text),
            ("TERM=xterm-256color COLORTERM=truecolor", Way::Blocks),
            ("TERM=xterm-256color COLORTERM=24bit TERM_PROGRAM=vscode", Way::Blocks),
            ("TERM=xterm-kitty COLORTERM=truecolor", Way::Kitty),
            ("TERM=xterm-256color KITTY_WINDOW_ID=1", Way::Kitty),
            ("TERM=xterm-256color TERM_PROGRAM=ghostty", Way::Kitty),
            ("TERM=xterm-ghostty", Way::Kitty),
            ("TERM=xterm-256color TERM_PROGRAM=iTerm.app COLORTERM=truecolor", Way::Iterm2),
            ("TERM=xterm-256color LC_TERMINAL=iTerm2", Way::Iterm2),
            ("TERM=xterm-256color TERM_PROGRAM=WezTerm", Way::Iterm2),
            ("TERM=foot", Way::Sixel),
            ("TERM=foot-extra COLORTERM=truecolor", Way::Sixel),
            ("TERM=mlterm-256color", Way::Sixel),
            ("TERM=yaft-256color", Way::Sixel),
            ("TERM=contour", Way::Sixel),
            // Started in kitty, which its variable survives.
            ("TERM=foot KITTY_WINDOW_ID=1", Way::Sixel),
            ("TERM=xterm-256color TERM_PROGRAM=WezTerm KITTY_WINDOW_ID=1", Way::Iterm2),
            // A multiplexer in a terminal that could.
            ("TERM=tmux-256color TMUX=/tmp/tmux KITTY_WINDOW_ID=1 COLORTERM=truecolor", Way::Blocks),
            ("TERM=screen-256color STY=1.pts TERM_PROGRAM=iTerm.app", Way::Text),
            ("TERM=screen COLORTERM=truecolor", Way::Blocks),
            ("TERM=xterm-kitty TMUX=/tmp/tmux", Way::Text),
            ("TERM=xterm-kitty KITTY_WINDOW_ID=1 ZELLIJ=0 COLORTERM=truecolor", Way::Blocks),
            ("TERM=dumb COLORTERM=truecolor", Way::Text),
            ("TERM=linux COLORTERM=truecolor", Way::Text),
        ] {
            let value = |name: &str| {
                let mut pairs = variables.split(' ').filter_map(|pair| pair.split_once('='));
                pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
            };
            assert_eq!(Way::of(Images::Auto, true, value), way, "{variables}");
            assert_eq!(Way::of(Images::Auto, false, value), Way::Text, "{variables} without colour");
            assert_eq!(Way::of(Images::Off, true, value), Way::Text, "{variables}, off");
            assert_eq!(Way::of(Images::Sixel, true, value), Way::Sixel, "{variables}, as the setting says");
        }
    }
}
