//! What things look like. A theme gives each [`Role`] a look; [`Styles`] are the looks of one theme for one terminal. Colours
//! are named in `assets/themes/` and in the user's own files, and nowhere else. The colours of pictures come with them.

mod colour;
mod depth;
mod file;
mod hue;
mod role;
mod themes;

pub(crate) use colour::Rgb;
pub use depth::Depth;
pub(crate) use depth::background_of;
pub(crate) use hue::{hue, letter};
pub(crate) use role::Role;
pub use themes::Themes;

use super::text::style::TextStyle;
use colour::{contrast, mix, nearest_of_256};
use file::{Look, Theme};
use ratatui::style::{Color, Modifier, Style};
use std::borrow::Cow;

/// The colour of a pixel.
pub(crate) fn pixel([red, green, blue]: Rgb) -> Color {
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

/// How much of the text's colour the surfaces take over the terminal's own background.
const LIFTS: [(Role, f64); 3] = [(Role::Panel, 0.05), (Role::Raised, 0.10), (Role::Selected, 0.17)];

/// The look of every role, for one terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Styles {
    looks: [Style; Role::COUNT],
    depth: Depth,
    /// Whether surfaces can be told apart.
    surfaces: bool,
}

impl Styles {
    /// The looks of `theme` at this depth. `background` is the terminal's own, where it is known: a theme that keeps it
    /// has its surfaces lifted from it.
    pub(crate) fn new(themes: &Themes, theme: &Theme, depth: Depth, background: Option<Rgb>) -> Self {
        let theme = &match depth {
            Depth::True | Depth::Indexed => Cow::Borrowed(theme),
            Depth::Ansi if theme.ground.is_none() => Cow::Borrowed(theme),
            // Each role in the colour that the user's terminal has for it.
            Depth::Ansi => Cow::Owned(themes.terminal()),
            Depth::None => Cow::Owned(themes.mono()),
        };
        let lifts = background.filter(|_| depth == Depth::True).and_then(|ground| lifts(theme, ground));
        let style = |role: Role| {
            let mut look = theme.look(role);
            if let Some((_, lifted)) = lifts.iter().flatten().find(|(lifted, _)| *lifted == role) {
                look.colour = Some(pixel(*lifted));
            }
            // Code within a sentence stands on the same surface as what is raised.
            if let Some((_, raised)) =
                lifts.iter().flatten().find(|(lifted, _)| role == Role::Snippet && *lifted == Role::Raised)
            {
                look.behind = Some(pixel(*raised));
            }
            styled(look, role, depth)
        };
        let mut styles = [Style::new(); Role::COUNT];
        for role in Role::ALL {
            styles[*role as usize] = style(*role);
        }
        let surfaces = styles[Role::Panel as usize].bg.is_some_and(|colour| colour != Color::Reset);
        Self { looks: styles, depth, surfaces }
    }

    /// The terminal's own sixteen colours.
    pub fn coloured() -> Self {
        let themes = Themes::default();
        Self::new(&themes, &themes.terminal(), Depth::Ansi, None)
    }

    /// Without colour.
    pub fn plain() -> Self {
        let themes = Themes::default();
        Self::new(&themes, &themes.mono(), Depth::None, None)
    }

    /// Whether there is colour.
    pub(crate) fn in_colour(&self) -> bool {
        self.depth != Depth::None
    }

    /// Whether surfaces are told apart by their colour: else lines have to do it.
    pub(crate) fn has_surfaces(&self) -> bool {
        self.surfaces
    }

    /// Whether the terminal's own background stays.
    pub(crate) fn keeps_background(&self) -> bool {
        self.of(Role::Background) == Style::new().bg(Color::Reset)
    }

    /// The look of a role. That of text leaves the surface behind it as it is.
    pub(crate) fn of(&self, role: Role) -> Style {
        self.looks[role as usize]
    }

    /// The look of styled text.
    pub(crate) fn of_text(&self, text: TextStyle) -> Style {
        let stresses =
            [(text.strong, Modifier::BOLD), (text.emphasis, Modifier::ITALIC), (text.struck, Modifier::CROSSED_OUT)];
        let style = self.of(text.role);
        stresses.into_iter().filter(|(is, _)| *is).fold(style, |style, (_, modifier)| style.add_modifier(modifier))
    }
}

/// The surfaces over the terminal's own background; `None`: the theme has its own, or was made for another kind.
fn lifts(theme: &Theme, ground: Rgb) -> Option<[(Role, Rgb); 3]> {
    let Some(Color::Rgb(red, green, blue)) = theme.look(Role::Text).colour else { return None };
    let text = [red, green, blue];
    let keeps = theme.look(Role::Background).colour == Some(Color::Reset);
    // The text has to be read on them.
    (keeps && contrast(text, mix(ground, text, 0.17)) >= 4.5)
        .then(|| LIFTS.map(|(role, lift)| (role, mix(ground, text, lift))))
}

fn styled(look: Look, role: Role, depth: Depth) -> Style {
    let colour = |colour: Color| match (colour, depth) {
        (Color::Rgb(red, green, blue), Depth::Indexed) => nearest_of_256([red, green, blue]),
        _ => colour,
    };
    let (text, behind) = if role.is_surface() { (None, look.colour) } else { (look.colour, look.behind) };
    let mut style = Style::new().add_modifier(look.modifiers);
    style.fg = text.map(colour);
    style.bg = behind.map(colour);
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_leaves_the_surface_behind_it_and_a_surface_has_no_text() {
        let styles = Styles::coloured();
        for role in Role::ALL {
            let style = styles.of(*role);
            assert!(
                if role.is_surface() { style.fg.is_none() } else { style.fg.is_some() && style.bg.is_none() },
                "{role:?}"
            );
        }
    }

    #[test]
    fn without_colour_roles_differ_by_weight_alone() {
        let styles = Styles::plain();
        assert!(!styles.in_colour() && !styles.has_surfaces());
        for role in Role::ALL.iter().filter(|role| !role.is_surface()) {
            assert_eq!(styles.of(*role).fg, Some(Color::Reset), "{role:?}");
        }
        let weight = |role: Role| styles.of_text(role.into()).add_modifier;
        assert_eq!((weight(Role::Keyword), weight(Role::Comment)), (Modifier::BOLD, Modifier::DIM));
        assert_ne!(weight(Role::Added), weight(Role::Removed));
    }

    #[test]
    fn stress_comes_on_top_of_every_role() {
        let stressed = TextStyle { role: Role::Link, strong: true, emphasis: true, struck: true };
        let all = Modifier::BOLD | Modifier::ITALIC | Modifier::CROSSED_OUT;
        assert!(Styles::coloured().of_text(stressed).add_modifier.contains(all));
    }

    #[test]
    fn a_theme_is_shown_with_as_many_colours_as_the_terminal_has() {
        let themes = Themes::default();
        let dark = themes.named("signal-dark").unwrap();
        let coding = |depth| Styles::new(&themes, &dark, depth, None).of(Role::Coding).fg;
        assert_eq!(coding(Depth::True), Some(Color::Rgb(0x4f, 0xc1, 0xc9)));
        assert!(matches!(coding(Depth::Indexed), Some(Color::Indexed(_))));
        assert_eq!((coding(Depth::Ansi), coding(Depth::None)), (Some(Color::Cyan), Some(Color::Reset)));
    }

    #[test]
    fn surfaces_are_lifted_from_the_terminals_own_background() {
        let themes = Themes::default();
        let over = |theme: &str, ground| {
            let theme = themes.named(theme).unwrap();
            Styles::new(&themes, &theme, Depth::True, Some(ground)).of(Role::Panel).bg
        };
        assert_eq!(over("signal-dark", [0, 0x2b, 0x36]), Some(Color::Rgb(0x0b, 0x34, 0x3f)), "Solarized stays blue");
        assert_eq!(over("signal-dark", [255; 3]), Some(Color::Rgb(0x1c, 0x20, 0x27)), "made for the other kind");
        assert_eq!(over("gruvbox", [0, 0x2b, 0x36]), Some(Color::Rgb(0x32, 0x30, 0x2f)), "it has its own background");
    }
}
