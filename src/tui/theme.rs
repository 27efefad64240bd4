//! What things look like: about a dozen roles, and the only place where a colour is named.
//!
//! Only the terminal's own sixteen colours and its default foreground are used, so that light and dark terminals, and
//! the user's own palette, are respected. Without colour (`NO_COLOR`) the roles differ by weight alone. The colours of
//! pictures are not chosen here but come with them.

use super::text::lines::Role;
use super::text::style::{TextRole, TextStyle};
use ratatui::style::{Color, Modifier, Style};

/// The colour of a pixel.
pub(crate) fn pixel([red, green, blue]: [u8; 3]) -> Color {
    Color::Rgb(red, green, blue)
}

/// The colour that tells the terminal the number of a picture, of 24 bits.
pub(crate) fn numbered(picture: u32) -> Color {
    let [_, red, green, blue] = picture.to_be_bytes();
    pixel([red, green, blue])
}

/// The number in such a colour.
pub(crate) fn number(colour: Color) -> Option<u32> {
    let Color::Rgb(red, green, blue) = colour else { return None };
    Some(u32::from_be_bytes([0, red, green, blue]))
}

/// The look of every role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Styles {
    /// Text to be read.
    pub(crate) text: Style,
    /// What matters less: times, hints.
    pub(crate) dim: Style,
    /// What matters more: headings, the model's name.
    pub(crate) strong: Style,
    /// The user's name and the keys.
    pub(crate) accent: Style,
    /// The chosen category.
    pub(crate) chosen: Style,
    /// Frames.
    pub(crate) frame: Style,
    /// The frame of the pane that has the focus.
    pub(crate) frame_focused: Style,
    /// The selected line of a list.
    pub(crate) selected: Style,
    /// What is searched, and the place with it that one is at.
    pub(crate) found: Style,
    pub(crate) found_here: Style,
    /// Something the user should notice.
    pub(crate) notice: Style,
    /// A failure.
    pub(crate) error: Style,
    /// Whether roles are told apart by colour.
    colour: bool,
}

impl Styles {
    /// In colour.
    pub fn coloured() -> Self {
        // Reset, not empty: what is painted over a frame must not keep the frame's look.
        let plain = Style::reset();
        Self {
            text: plain,
            dim: plain.add_modifier(Modifier::DIM),
            strong: plain.add_modifier(Modifier::BOLD),
            accent: plain.fg(Color::Cyan),
            chosen: plain.fg(Color::Green).add_modifier(Modifier::BOLD),
            frame: plain.fg(Color::DarkGray),
            frame_focused: plain.fg(Color::Cyan),
            selected: plain.add_modifier(Modifier::REVERSED),
            found: Style::new().fg(Color::Yellow).add_modifier(Modifier::UNDERLINED),
            found_here: Style::new().fg(Color::Yellow).add_modifier(Modifier::REVERSED),
            notice: plain.fg(Color::Yellow),
            error: plain.fg(Color::Red),
            colour: true,
        }
    }

    /// Whether there is colour.
    pub(crate) fn in_colour(&self) -> bool {
        self.colour
    }

    /// The look of a role.
    pub(crate) fn of(&self, role: Role) -> Style {
        match role {
            Role::Text => self.text,
            Role::Dim => self.dim,
            Role::Strong => self.strong,
            Role::Accent => self.accent,
            Role::Chosen => self.chosen,
            Role::Notice => self.notice,
            Role::Error => self.error,
        }
    }

    /// The look of styled text.
    pub(crate) fn of_text(&self, text: TextStyle) -> Style {
        let style = if self.colour { self.coloured_role(text.role) } else { self.plain_role(text.role) };
        let stresses =
            [(text.strong, Modifier::BOLD), (text.emphasis, Modifier::ITALIC), (text.struck, Modifier::CROSSED_OUT)];
        stresses.into_iter().filter(|(is, _)| *is).fold(style, |style, (_, modifier)| style.add_modifier(modifier))
    }

    /// Blue is too dark for many terminals and bright yellow too light for others, so neither is used.
    fn coloured_role(&self, role: TextRole) -> Style {
        match role {
            TextRole::Text | TextRole::Code => self.text,
            TextRole::Math | TextRole::Subheading => self.text.add_modifier(Modifier::ITALIC),
            TextRole::Snippet => self.text.fg(Color::Green),
            TextRole::Dim | TextRole::Comment | TextRole::TableHead | TextRole::CodeHead | TextRole::Rule => self.dim,
            TextRole::Title => self.accent.add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
            TextRole::Heading => self.accent.add_modifier(Modifier::BOLD),
            TextRole::Link => self.accent.add_modifier(Modifier::UNDERLINED),
            TextRole::Keyword => self.text.fg(Color::Magenta),
            TextRole::Quoted | TextRole::Added => self.text.fg(Color::Green),
            TextRole::Number => self.text.fg(Color::Yellow),
            TextRole::Type => self.text.fg(Color::Cyan),
            TextRole::Function => self.text.fg(Color::LightBlue),
            TextRole::Removed => self.text.fg(Color::Red),
        }
    }

    fn plain_role(&self, role: TextRole) -> Style {
        match role {
            TextRole::Dim | TextRole::Comment | TextRole::Removed => self.dim,
            TextRole::TableHead | TextRole::CodeHead | TextRole::Rule => self.dim,
            TextRole::Title => self.strong.add_modifier(Modifier::UNDERLINED),
            TextRole::Heading | TextRole::Keyword | TextRole::Added => self.strong,
            TextRole::Link => self.accent,
            TextRole::Math | TextRole::Snippet => self.text.add_modifier(Modifier::ITALIC),
            _ => self.text,
        }
    }

    /// Without colour.
    pub fn plain() -> Self {
        // Reset, not empty: what is painted over a frame must not keep the frame's look.
        let plain = Style::reset();
        let bold = plain.add_modifier(Modifier::BOLD);
        let dim = plain.add_modifier(Modifier::DIM);
        Self {
            text: plain,
            dim,
            strong: bold,
            accent: plain.add_modifier(Modifier::UNDERLINED),
            chosen: bold,
            frame: dim,
            frame_focused: plain,
            selected: plain.add_modifier(Modifier::REVERSED),
            found: Style::new().add_modifier(Modifier::UNDERLINED.union(Modifier::BOLD)),
            found_here: Style::new().add_modifier(Modifier::REVERSED),
            notice: bold,
            error: bold,
            colour: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [TextRole; 14] = [
        TextRole::Text,
        TextRole::Dim,
        TextRole::Heading,
        TextRole::Code,
        TextRole::Link,
        TextRole::Math,
        TextRole::Keyword,
        TextRole::Quoted,
        TextRole::Number,
        TextRole::Comment,
        TextRole::Type,
        TextRole::Function,
        TextRole::Added,
        TextRole::Removed,
    ];

    #[test]
    fn no_role_is_painted_in_what_may_be_the_background() {
        let backgrounds = [Color::Black, Color::White, Color::Gray, Color::DarkGray, Color::Blue, Color::LightYellow];
        for role in ROLES {
            let style = Styles::coloured().of_text(role.into());
            assert!(!backgrounds.iter().any(|colour| style.fg == Some(*colour)), "{role:?}");
            assert_eq!(style.bg, Some(Color::Reset), "{role:?}");
        }
    }

    #[test]
    fn without_colour_roles_differ_by_weight_alone() {
        let styles = Styles::plain();
        for role in ROLES {
            assert_eq!(styles.of_text(role.into()).fg, Some(Color::Reset), "{role:?}");
        }
        let weight = |role: TextRole| styles.of_text(role.into()).add_modifier;
        assert_eq!((weight(TextRole::Keyword), weight(TextRole::Comment)), (Modifier::BOLD, Modifier::DIM));
        assert_ne!(weight(TextRole::Added), weight(TextRole::Removed));
    }

    #[test]
    fn stress_comes_on_top_of_every_role() {
        for styles in [Styles::coloured(), Styles::plain()] {
            for role in ROLES {
                let stressed = styles.of_text(TextStyle { role, strong: true, emphasis: true, struck: true });
                let all = Modifier::BOLD | Modifier::ITALIC | Modifier::CROSSED_OUT;
                assert!(stressed.add_modifier.contains(all), "{role:?}");
                assert_eq!(stressed.fg, styles.of_text(role.into()).fg, "{role:?}");
            }
        }
    }
}
