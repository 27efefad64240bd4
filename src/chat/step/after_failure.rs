//! How [`AfterFailure`] is written into the history. Owns no meaning: it only keeps what earlier versions wrote readable.

use super::AfterFailure;
use crate::config::ModelId;
use serde::{Deserialize, Serialize};

/// What follows a failure, as it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Written {
    /// The next candidate is asked. Earlier versions wrote no more.
    Fallback,
    /// The same with its model, under another name, since a name without fields cannot get some later.
    FallbackTo {
        model: ModelId,
    },
    Retry {
        model: ModelId,
        pause_ms: u64,
    },
    GiveUp,
}

impl From<Written> for AfterFailure {
    fn from(written: Written) -> Self {
        match written {
            Written::Fallback => Self::Fallback { model: None },
            Written::FallbackTo { model } => Self::Fallback { model: Some(model) },
            Written::Retry { model, pause_ms } => Self::Retry { model, pause_ms },
            Written::GiveUp => Self::GiveUp,
        }
    }
}

impl From<AfterFailure> for Written {
    fn from(after: AfterFailure) -> Self {
        match after {
            AfterFailure::Fallback { model: None } => Self::Fallback,
            AfterFailure::Fallback { model: Some(model) } => Self::FallbackTo { model },
            AfterFailure::Retry { model, pause_ms } => Self::Retry { model, pause_ms },
            AfterFailure::GiveUp => Self::GiveUp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_followed_a_failure_is_read_as_this_and_earlier_versions_wrote_it() {
        let model = || ModelId::from("b");
        for (json, after) in [
            (r#""fallback""#, AfterFailure::Fallback { model: None }),
            (r#"{"fallback_to":{"model":"b"}}"#, AfterFailure::Fallback { model: Some(model()) }),
            (r#"{"retry":{"model":"b","pause_ms":7}}"#, AfterFailure::Retry { model: model(), pause_ms: 7 }),
            (r#""give_up""#, AfterFailure::GiveUp),
        ] {
            assert_eq!(serde_json::from_str::<AfterFailure>(json).unwrap(), after, "{json}");
            assert_eq!(serde_json::to_string(&after).unwrap(), json);
        }
    }
}
