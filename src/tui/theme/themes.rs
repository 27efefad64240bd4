//! All themes that can be chosen: those that come with the program, and the user's own over them.

use super::colour::{Rgb, luminance};
use super::file::Theme;
use std::borrow::Cow;

/// The themes that come with the program. The first two are chosen by the terminal's background.
const BUILT_IN: [(&str, &str); 8] = [
    ("signal-dark", include_str!("../../../assets/themes/signal-dark.toml")),
    ("signal-light", include_str!("../../../assets/themes/signal-light.toml")),
    ("terminal", include_str!("../../../assets/themes/terminal.toml")),
    ("mono", include_str!("../../../assets/themes/mono.toml")),
    ("high-contrast", include_str!("../../../assets/themes/high-contrast.toml")),
    ("catppuccin", include_str!("../../../assets/themes/catppuccin.toml")),
    ("gruvbox", include_str!("../../../assets/themes/gruvbox.toml")),
    ("tokyo-night", include_str!("../../../assets/themes/tokyo-night.toml")),
];
const DARK: usize = 0;
const LIGHT: usize = 1;
const TERMINAL: usize = 2;
const MONO: usize = 3;

/// The files of all themes, in the order in which they are offered. Invariant: those that come with the program are the
/// first, and each can be read. Read when one is wanted: a start needs one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Themes(Vec<(String, Cow<'static, str>)>);

impl Themes {
    /// The themes that come with the program, and `files` of the user: names without endings, and contents. A file with
    /// the name of another theme takes its place. Returns what is wrong with files that cannot be read, too.
    pub fn load(files: Vec<(String, String)>) -> (Self, Vec<String>) {
        let mut themes: Vec<(String, Cow<'static, str>)> =
            BUILT_IN.iter().map(|(id, text)| ((*id).to_owned(), Cow::Borrowed(*text))).collect();
        let mut problems = Vec::new();
        for (id, text) in files {
            if let Err(why) = Theme::parse(&id, &text) {
                problems.push(why);
                continue;
            }
            match themes.iter_mut().find(|(other, _)| *other == id) {
                Some((_, other)) => *other = text.into(),
                None => themes.push((id, text.into())),
            }
        }
        (Self(themes), problems)
    }

    /// The theme of that name.
    pub(crate) fn named(&self, id: &str) -> Option<Theme> {
        self.0.iter().position(|(other, _)| other == id).map(|at| self.read(at))
    }

    /// All of them, in the order in which they are offered.
    pub(crate) fn all(&self) -> Vec<Theme> {
        (0..self.0.len()).map(|at| self.read(at)).collect()
    }

    /// The theme for a background; without one, that of the terminal's own colours.
    pub(crate) fn fitting(&self, background: Option<Rgb>) -> Theme {
        // Half of the light that the eye takes for the middle between black and white.
        const MIDDLE: f64 = 0.18;
        match background {
            Some(colour) if luminance(colour) > MIDDLE => self.read(LIGHT),
            Some(_) => self.read(DARK),
            None => self.terminal(),
        }
    }

    /// The theme of the terminal's own sixteen colours.
    pub(crate) fn terminal(&self) -> Theme {
        self.read(TERMINAL)
    }

    /// The theme without colours.
    pub(crate) fn mono(&self) -> Theme {
        self.read(MONO)
    }

    fn read(&self, at: usize) -> Theme {
        let theme = self.0.get(at).and_then(|(id, text)| Theme::parse(id, text).ok());
        theme.unwrap_or_default()
    }
}

impl Default for Themes {
    fn default() -> Self {
        Self::load(Vec::new()).0
    }
}

#[cfg(test)]
mod tests {
    use super::super::colour::{contrast, mix};
    use super::super::role::Role;
    use super::*;
    use ratatui::style::{Color, Modifier};

    fn rgb(colour: Option<Color>) -> Option<Rgb> {
        if let Some(Color::Rgb(red, green, blue)) = colour { Some([red, green, blue]) } else { None }
    }

    #[test]
    fn the_themes_that_come_with_the_program_can_be_read() {
        for (id, text) in BUILT_IN {
            assert!(Theme::parse(id, text).is_ok(), "{id}: {:?}", Theme::parse(id, text).err());
        }
        let themes = Themes::default();
        assert_eq!(themes.all().len(), BUILT_IN.len());
        assert_eq!((themes.terminal().id.as_str(), themes.mono().id.as_str()), ("terminal", "mono"));
    }

    #[test]
    fn a_theme_is_chosen_by_the_background() {
        let themes = Themes::default();
        let chosen = |background| themes.fitting(background).id.clone();
        assert_eq!(chosen(Some([0x1d, 0x1f, 0x21])), "signal-dark");
        assert_eq!(chosen(Some([0xfd, 0xf6, 0xe3])), "signal-light");
        assert_eq!(chosen(None), "terminal");
    }

    #[test]
    fn a_file_of_the_user_takes_the_place_of_a_theme_with_its_name() {
        let file = ("mono".to_owned(), "name = 'My mono'".to_owned());
        let wrong = ("broken".to_owned(), "name = 3".to_owned());
        let (themes, problems) = Themes::load(vec![file, wrong]);
        assert_eq!((themes.mono().name.as_str(), themes.all().len()), ("My mono", BUILT_IN.len()));
        assert!(problems[0].starts_with("broken.toml:1: "), "{problems:?}");
    }

    /// Text must be read at 4.5 on each surface that it stands on, an ornament seen at 3 (WCAG 2.2, 1.4.3 and 1.4.11).
    #[test]
    fn every_text_role_of_every_theme_has_enough_contrast_on_every_surface() {
        for theme in Themes::default().all() {
            let Some(ground) = theme.ground else { continue };
            let surface = |role| rgb(theme.look(role).colour).unwrap_or(ground);
            for role in Role::ALL.iter().filter(|role| !role.is_surface() && **role != Role::Rule) {
                let look = theme.look(*role);
                assert!(rgb(look.colour).is_some(), "{}: {} has no colour", theme.id, role.name());
                let text = rgb(look.colour).unwrap_or_default();
                let least = if *role == Role::Faint { 3.0 } else { 4.5 };
                let own = rgb(look.behind);
                let surfaces = [Role::Background, Role::Panel, Role::Raised, Role::Selected].map(surface);
                for behind in own.map_or(surfaces.to_vec(), |own| vec![own]) {
                    let found = contrast(text, behind);
                    assert!(found >= least, "{}: {} on {behind:02x?}: {found:.2}", theme.id, role.name());
                }
            }
        }
    }

    /// A selection is a surface behind text of any role, on any other surface: it has to be told from these at a glance.
    #[test]
    fn a_selection_is_told_from_every_surface_and_its_text_is_read() {
        for theme in Themes::default().all() {
            let Some(ground) = theme.ground else { continue };
            let selection = rgb(theme.look(Role::Selection).colour).unwrap();
            for surface in [Role::Background, Role::Panel, Role::Raised] {
                let found = contrast(selection, rgb(theme.look(surface).colour).unwrap_or(ground));
                assert!(found >= 1.5, "{}: selection on {}: {found:.2}", theme.id, surface.name());
            }
            let read = |role: &&Role| !role.is_surface() && !matches!(role, Role::Rule | Role::Faint);
            for role in Role::ALL.iter().filter(read).filter(|role| theme.look(**role).behind.is_none()) {
                let least = if *role == Role::Text { 4.5 } else { 3.0 };
                let found = contrast(rgb(theme.look(*role).colour).unwrap(), selection);
                assert!(found >= least, "{}: {} in a selection: {found:.2}", theme.id, role.name());
            }
        }
    }

    /// Bright black is the background in Solarized; black and white are backgrounds anywhere.
    #[test]
    fn the_themes_without_24_bit_colours_paint_nothing_in_what_may_be_the_background() {
        let themes = Themes::default();
        for theme in [themes.terminal(), themes.mono()] {
            for role in Role::ALL {
                let look = theme.look(*role);
                let unsafe_colours = [Color::Black, Color::Gray, Color::DarkGray, Color::White, Color::LightYellow];
                assert!(!unsafe_colours.iter().any(|colour| look.colour == Some(*colour)), "{}", role.name());
                let read = !matches!(role, Role::Faint | Role::Rule);
                assert!(!(read && look.modifiers.contains(Modifier::DIM) && *role == Role::Text), "{}", role.name());
            }
        }
    }

    #[test]
    fn the_two_signal_themes_are_read_on_any_usual_dark_or_light_background() {
        let themes = Themes::default();
        for ground in [[0, 0, 0], [0x1d, 0x1f, 0x21], [0, 0x2b, 0x36], [0x30, 0x30, 0x30], [255; 3], [0xfd, 0xf6, 0xe3]]
        {
            let theme = themes.fitting(Some(ground));
            let text = rgb(theme.look(Role::Text).colour).unwrap();
            let raised = mix(ground, text, 0.10);
            for role in [Role::Text, Role::Secondary, Role::Coding, Role::Reasoning, Role::General, Role::Vision] {
                let found = contrast(rgb(theme.look(role).colour).unwrap(), raised);
                assert!(found >= 4.0, "{} {} on {ground:02x?}: {found:.2}", theme.id, role.name());
            }
        }
    }
}
