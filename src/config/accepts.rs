//! What an endpoint or a model accepts in a request, as far as the user says so. What is not said is tried, and left out
//! once it was refused.

use serde::{Deserialize, Serialize};

/// Whether each of these may be sent; `None`: nothing is said of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Accepts {
    /// The request for token counts at the end of a stream.
    pub stream_options: Option<bool>,
    /// The temperature, which is sent to the judge only.
    pub temperature: Option<bool>,
    /// The limit of an answer under its old name.
    pub max_tokens: Option<bool>,
    /// The limit of an answer under its new name, which is used where this is true.
    pub max_completion_tokens: Option<bool>,
    /// A message of the role `system`; where not, its text begins the first message of the user.
    pub system_role: Option<bool>,
    /// A format of the answer, which is sent to the judge only.
    pub response_format: Option<bool>,
}

impl Accepts {
    /// These, and where they say nothing, `wider` ones.
    #[must_use]
    pub fn over(self, wider: Self) -> Self {
        Self {
            stream_options: self.stream_options.or(wider.stream_options),
            temperature: self.temperature.or(wider.temperature),
            max_tokens: self.max_tokens.or(wider.max_tokens),
            max_completion_tokens: self.max_completion_tokens.or(wider.max_completion_tokens),
            system_role: self.system_role.or(wider.system_role),
            response_format: self.response_format.or(wider.response_format),
        }
    }

    /// Whether it says nothing at all.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
