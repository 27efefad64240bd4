//! The section of the screen: what is shown, and how the user is called.
//!
//! Must not know what the screen makes of it.

use super::checked::sanitized;
use serde::de::{Error, IntoDeserializer, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// The screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UiConfig {
    /// Whether the mouse scrolls and selects.
    pub mouse: bool,
    /// When a model's reasoning is shown.
    pub reasoning: ShowReasoning,
    /// The name of the theme; `auto` goes by the terminal's background.
    #[serde(deserialize_with = "sanitized")]
    pub theme: String,
    /// How attached pictures are drawn.
    #[serde(deserialize_with = "images")]
    pub images: Images,
    /// How a user who looks elsewhere hears that a long answer ended.
    pub bell: Bell,
    /// Whether anything moves on the screen by itself.
    pub motion: bool,
}

/// How a user who looks elsewhere hears that a long answer ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bell {
    /// Not at all.
    #[default]
    Off,
    /// By the terminal's bell.
    Bell,
    /// By a notification of the desktop, which the terminal shows.
    Notify,
}

/// When a model's reasoning is shown; a key shows or hides it at any time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShowReasoning {
    /// While it comes, until the answer begins.
    #[default]
    Meanwhile,
    /// Always.
    Always,
    /// Never by itself.
    Never,
}

/// How attached pictures are drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Images {
    /// As the terminal can, as far as its variables tell.
    #[default]
    Auto,
    /// By kitty's graphics protocol.
    Kitty,
    /// As inline images of iTerm2.
    Iterm2,
    /// As sixels.
    Sixel,
    /// As half blocks in 24-bit colours.
    Blocks,
    /// Not at all.
    Off,
}

/// Reads how pictures are drawn: a name, or whether they are.
fn images<'de, D: Deserializer<'de>>(from: D) -> Result<Images, D::Error> {
    struct NameOrBool;

    impl Visitor<'_> for NameOrBool {
        type Value = Images;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("\"auto\" or the name of a way, or true or false")
        }

        fn visit_bool<E: Error>(self, drawn: bool) -> Result<Images, E> {
            Ok(if drawn { Images::Auto } else { Images::Off })
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<Images, E> {
            Images::deserialize(name.into_deserializer())
        }
    }

    from.deserialize_any(NameOrBool)
}
