//! Where a turn stands, with what belongs to each stage. Plain data.

use super::delta::Finish;
use crate::config::ModelId;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Where a turn stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Other turns come first.
    Queued,
    /// The router is at work.
    Deciding {
        /// The judge that is being asked, while one is.
        judge: Option<ModelId>,
    },
    /// A model was asked and has answered nothing yet.
    Waiting {
        /// Whether the endpoint has begun to respond.
        responding: bool,
        /// The pause before a model is asked again, while it lasts.
        retry: Option<Retry>,
    },
    /// The answer comes.
    Streaming,
    /// It is over.
    Ended(Ending),
}

/// A pause before a model is asked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// What happened, in a word or two.
    pub what: String,
    /// The model that is asked again.
    pub model: ModelId,
    /// How long the pause is.
    pub pause: Duration,
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// The answer is complete, as far as the endpoint says.
    Answered(Finish),
    /// The user stopped it.
    Stopped,
    /// It failed; the text is for the user.
    Failed(String),
    /// The program ended first.
    Interrupted,
}

impl Stage {
    /// The judge that is being asked, while one is.
    pub fn judge(&self) -> Option<&ModelId> {
        if let Self::Deciding { judge } = self { judge.as_ref() } else { None }
    }

    /// The pause before a model is asked again, while it lasts.
    pub fn retry(&self) -> Option<&Retry> {
        if let Self::Waiting { retry, .. } = self { retry.as_ref() } else { None }
    }
}

impl Ending {
    /// What the user should know about this end besides the answer, in one line; `None` when all is well. `nothing`: there
    /// is no answer.
    pub fn remark(&self, nothing: bool) -> Option<String> {
        match self {
            Self::Answered(Finish::Length) => {
                Some("the answer stops here: the model may not say more at once".to_owned())
            }
            Self::Answered(Finish::ContentFilter) => Some("the provider withheld the rest of this answer".to_owned()),
            Self::Answered(_) if nothing => Some("the model answered nothing; ask again, or another model".to_owned()),
            Self::Answered(_) => None,
            Self::Stopped => Some("stopped".to_owned()),
            Self::Failed(why) => Some(why.clone()),
            Self::Interrupted if nothing => Some("not answered: pointsman ended first".to_owned()),
            Self::Interrupted => Some("the answer stops here: pointsman ended first".to_owned()),
        }
    }
}
