//! Which theme the screen has: the one that was chosen, else the one for the terminal's background.

use crate::tui::theme::{Depth, Rgb, Styles, Themes, background_of};
use std::sync::Arc;

/// The name of the setting that lets the terminal's background choose.
const AUTO: &str = "auto";

/// The theme of the screen.
#[derive(Debug, Clone, Default)]
pub struct Appearance {
    themes: Arc<Themes>,
    depth: Depth,
    /// The name of the theme, or `auto`.
    chosen: String,
    /// The theme that is looked at while another can still be chosen.
    tried: Option<String>,
    /// The terminal's own background, where the terminal named it.
    background: Option<Rgb>,
    /// About that, from the environment: good enough to tell dark from light.
    about: Option<Rgb>,
    /// Counts changes.
    revision: u64,
}

impl Appearance {
    /// The theme of the settings, on a terminal of this depth. `colorfgbg` is the variable of that name.
    pub fn new(themes: Themes, chosen: &str, depth: Depth, colorfgbg: Option<&str>) -> Self {
        let about = colorfgbg.and_then(background_of);
        Self { themes: Arc::new(themes), depth, chosen: chosen.to_owned(), about, ..Self::default() }
    }

    /// The looks of all roles now.
    pub fn styles(&self) -> Styles {
        let id = self.tried.as_ref().unwrap_or(&self.chosen);
        let theme = self.themes.named(id).unwrap_or_else(|| self.themes.fitting(self.background.or(self.about)));
        Styles::new(&self.themes, &theme, self.depth, self.background)
    }

    /// Changes whenever the looks may have changed.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// The names of all themes with the words for people, `auto` first.
    pub(crate) fn names(&self) -> Vec<(String, String)> {
        let auto = (AUTO.to_owned(), "by the terminal's background".to_owned());
        let themes = self.themes.all().into_iter().map(|theme| (theme.id, theme.name));
        std::iter::once(auto).chain(themes).collect()
    }

    /// The name of the chosen theme.
    pub(crate) fn chosen(&self) -> &str {
        if self.chosen.is_empty() { AUTO } else { &self.chosen }
    }

    /// Shows a theme without choosing it; `None`: the chosen one again.
    pub(crate) fn look_at(&mut self, id: Option<&str>) {
        let tried = id.map(str::to_owned);
        if self.tried != tried {
            self.tried = tried;
            self.revision += 1;
        }
    }

    /// Chooses a theme.
    pub(crate) fn choose(&mut self, id: &str) {
        self.tried = None;
        id.clone_into(&mut self.chosen);
        self.revision += 1;
    }

    /// The terminal says what its background is.
    pub(crate) fn found_background(&mut self, colour: Rgb) {
        self.background = Some(colour);
        self.revision += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Role;

    #[test]
    fn the_terminals_background_chooses_until_the_user_does() {
        let mut appearance = Appearance::new(Themes::default(), "auto", Depth::True, None);
        let looks =
            |theme: &str| Appearance::new(Themes::default(), theme, Depth::True, None).styles().of(Role::Coding);
        let coding = |appearance: &Appearance| appearance.styles().of(Role::Coding);
        assert_eq!(coding(&appearance), looks("terminal"), "nothing is said of the background");
        let before = appearance.revision();
        appearance.found_background([0x1d, 0x1f, 0x21]);
        assert_eq!(coding(&appearance), looks("signal-dark"));
        assert!(appearance.revision() > before);
        appearance.choose("gruvbox");
        appearance.found_background([255; 3]);
        assert_eq!(coding(&appearance), looks("gruvbox"));
    }

    #[test]
    fn a_theme_that_is_looked_at_goes_again_unless_it_is_chosen() {
        let mut appearance = Appearance::new(Themes::default(), "gruvbox", Depth::True, None);
        let before = appearance.styles();
        appearance.look_at(Some("mono"));
        assert_ne!(appearance.styles(), before);
        appearance.look_at(None);
        assert_eq!((appearance.styles(), appearance.chosen()), (before, "gruvbox"));
    }

    #[test]
    fn a_name_that_no_theme_has_is_taken_as_auto() {
        let coding = |theme, colorfgbg| {
            Appearance::new(Themes::default(), theme, Depth::True, colorfgbg).styles().of(Role::Coding)
        };
        assert_eq!(coding("gone", Some("0;15")), coding("signal-light", None));
    }
}
