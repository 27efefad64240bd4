//! A theme as its file describes it: the look of each role that the file names. Must not know the terminal.

use super::colour::{self, Rgb};
use super::role::Role;
use ratatui::style::{Color, Modifier};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The names of marks in a file.
const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

/// How a role looks. What is `None` or empty is not touched when it is painted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Of the text; of the surface where the role is one.
    pub(super) colour: Option<Color>,
    /// Behind the text, where the role has a background of its own.
    pub(super) behind: Option<Color>,
    pub(super) modifiers: Modifier,
}

/// A theme: a look for every role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Theme {
    /// The name of its file, without the ending.
    pub(crate) id: String,
    /// The name that people read.
    pub(crate) name: String,
    /// A background on which its colours can be read; `None`: any.
    pub(crate) ground: Option<Rgb>,
    looks: [Look; Role::COUNT],
}

impl Default for Theme {
    /// Everything as the terminal has it.
    fn default() -> Self {
        Self { id: String::new(), name: String::new(), ground: None, looks: [Look::default(); Role::COUNT] }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    /// The background that the colours were chosen for.
    ground: Option<String>,
    #[serde(default)]
    roles: BTreeMap<String, Written>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Colour(String),
    Look(WrittenLook),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WrittenLook {
    colour: Option<String>,
    behind: Option<String>,
    #[serde(flatten)]
    marks: BTreeMap<String, bool>,
}

impl Theme {
    /// Reads a file; `id` is its name without the ending.
    ///
    /// # Errors
    /// One line: which line or role is wrong, and what to write.
    pub(crate) fn parse(id: &str, text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            format!("{id}.toml:{line}: {}", error.message().replace('`', "'"))
        })?;
        let mut written: [Option<Look>; Role::COUNT] = [None; Role::COUNT];
        for (name, look) in &file.roles {
            let role = Role::named(name).ok_or_else(|| unknown_role(id, name))?;
            written[role as usize] = Some(look.read().map_err(|why| format!("{id}.toml: {name}: {why}"))?);
        }
        let mut looks = [Look::default(); Role::COUNT];
        for role in Role::ALL {
            let inherited = role.parent().map_or_else(Look::default, |parent| looks[parent as usize]);
            // A surface has a background and no text, so it takes nothing over from text.
            let inherited = match role {
                // Text that is selected must be told from other text in every theme.
                Role::Selection => Look { modifiers: Modifier::REVERSED, ..Look::default() },
                role if role.is_surface() => Look::default(),
                _ => inherited,
            };
            looks[*role as usize] = written[*role as usize].unwrap_or(inherited);
        }
        let ground =
            file.ground.as_deref().map(colour::parse).transpose().map_err(|why| format!("{id}.toml: {why}"))?;
        let ground = ground.and_then(|colour| if let Color::Rgb(r, g, b) = colour { Some([r, g, b]) } else { None });
        Ok(Self { id: id.to_owned(), name: file.name, ground, looks })
    }

    /// How a role looks.
    pub(super) fn look(&self, role: Role) -> Look {
        self.looks[role as usize]
    }
}

impl Written {
    fn read(&self) -> Result<Look, String> {
        let look = match self {
            Self::Colour(colour) => return Ok(Look { colour: Some(colour::parse(colour)?), ..Look::default() }),
            Self::Look(look) => look,
        };
        let parse = |colour: &Option<String>| colour.as_deref().map(colour::parse).transpose();
        let mut modifiers = Modifier::empty();
        for (name, is) in &look.marks {
            let known = MODIFIERS.iter().find(|(known, _)| known == name);
            let (_, modifier) = known.ok_or_else(|| {
                format!("there is no '{name}'; there are colour, behind, bold, dim, italic, underline, reverse")
            })?;
            modifiers.set(*modifier, *is);
        }
        Ok(Look { colour: parse(&look.colour)?, behind: parse(&look.behind)?, modifiers })
    }
}

fn unknown_role(id: &str, name: &str) -> String {
    let head = name.split('.').next().unwrap_or_default();
    let near: Vec<&str> =
        Role::ALL.iter().map(|role| role.name()).filter(|known| known.split('.').next() == Some(head)).collect();
    let near = if near.is_empty() { "text, background, accent, category, code".to_owned() } else { near.join(", ") };
    format!("{id}.toml: there is no role '{name}'; there are {near}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_that_a_theme_leaves_out_looks_like_its_parent() {
        let theme = Theme::parse(
            "mine",
            "name = 'Mine'\nground = '#000000'\n[roles]\ntext = '#ffffff'\n'code' = { colour = 'green', bold = true }",
        )
        .unwrap();
        assert_eq!(theme.look(Role::Faint).colour, Some(Color::Rgb(255, 255, 255)));
        assert_eq!(theme.look(Role::Keyword), theme.look(Role::Code));
        assert_eq!(theme.look(Role::Code).modifiers, Modifier::BOLD);
        assert_eq!(theme.look(Role::Selection).modifiers, Modifier::REVERSED);
        assert_eq!((theme.look(Role::Panel), theme.ground), (Look::default(), Some([0, 0, 0])));
    }

    #[test]
    fn a_mistake_in_a_theme_is_named_with_its_place_and_what_to_write() {
        for (text, message) in [
            ("name = 'x'\nroles = 3", "mine.toml:2: invalid type: integer '3', expected a map"),
            ("name = 'x'\n[roles]\n'text.loud' = 'red'", "mine.toml: there is no role 'text.loud'; there are text, "),
            ("name = 'x'\n[roles]\n'text' = 'navy'", "mine.toml: text: 'navy' is no colour; write"),
            (
                "name = 'x'\n[roles]\n'text' = { blink = true }",
                "mine.toml: text: there is no 'blink'; there are colour",
            ),
            ("roles = {}", "mine.toml:1: missing field 'name'"),
        ] {
            let error = Theme::parse("mine", text).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
