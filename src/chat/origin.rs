//! Why a turn was asked. Plain data. Must not know how a turn is shown or written.

use serde::{Deserialize, Serialize};

/// Why a turn was asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The user wrote the prompt and sent it.
    #[default]
    Typed,
    /// The user had a prompt asked again, of another model or as another category.
    AskedAgain,
    /// The user had a cut answer continued. The prompt is not the user's words.
    Continued,
}

impl Origin {
    const ALL: [Self; 3] = [Self::Typed, Self::AskedAgain, Self::Continued];

    /// The name in the store and in exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::AskedAgain => "asked_again",
            Self::Continued => "continued",
        }
    }

    /// The origin of that name. A name that this version does not know is `Typed`, as are the turns of versions without
    /// origins.
    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|origin| origin.name() == name).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_read_by_its_name_and_an_unknown_name_is_typed() {
        for origin in Origin::ALL {
            assert_eq!(Origin::named(origin.name()), origin);
            assert_eq!(serde_json::to_value(origin).unwrap(), origin.name());
        }
        assert_eq!(Origin::named("by telephone"), Origin::Typed);
    }
}
