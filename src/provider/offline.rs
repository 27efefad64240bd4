//! The offline guide: a provider inside the program that answers questions about pointsman from its manual.
//!
//! It makes the whole job work on a machine without a key or a network: the same trait, the same turns. It never
//! pretends: it answers under its own name, and the first line of every answer says what speaks, why no model does, and
//! what to set.

mod manual;
mod topics;

use super::{ChatRequest, Delta, Deltas, Finish, Outgoing, Provider, ProviderError};
use crate::chat::Role;
use crate::config::{Listed, ModelId};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use manual::Found;
use serde_json::{Value, json};
use topics::Asking;

/// The provider's name, on the screen and in JSON.
pub use crate::chat::GUIDE as NAME;

/// What stands where a model's name would.
pub const MODEL: &str = "guide";

/// How every answer begins. The reasons follow.
const OPENING: &str = "This is the offline guide, not a model: ";

/// Answers from the manual.
#[derive(Debug, Clone)]
pub struct Guide {
    models: Vec<ModelId>,
    /// Why no model answers, and what to do about it.
    unconnected: String,
    asking: Asking,
}

impl Guide {
    /// A guide in the place of `models` that answers one question, and says in its first line why no model does and what
    /// to do about it: `unconnected`, whole sentences.
    pub fn new(models: Vec<ModelId>, unconnected: impl Into<String>) -> Self {
        Self { models, unconnected: unconnected.into(), asking: Asking::Once }
    }

    /// This guide in a chat: the user may answer with the number of a topic.
    #[must_use]
    pub fn in_a_chat(self) -> Self {
        Self { asking: Asking::InAChat, ..self }
    }

    fn answer(&self, request: &ChatRequest) -> String {
        let asked = request.messages.iter().rev().find(|message| message.role == Role::User);
        let said = || asked.map(|message| message.content.text().to_string()).unwrap_or_default();
        let question = topics::chosen(&request.messages).unwrap_or_else(said);
        let body = if let Some(Found { text, related }) = manual::look_up(&question) {
            format!("{text}{}", topics::related(&related, self.asking))
        } else {
            let first = topics::to_start_with(&manual::first_questions(), self.asking);
            format!("No section of the manual fits this, and the guide knows nothing but pointsman.{first}")
        };
        format!("{OPENING}{}\n\n{body}", self.unconnected)
    }
}

impl Provider for Guide {
    fn name(&self) -> &str {
        NAME
    }

    fn answers_as(&self) -> Option<&str> {
        Some(MODEL)
    }

    fn can_judge(&self) -> bool {
        false
    }

    fn outgoing(&self, request: &ChatRequest) -> Outgoing {
        let model = ("model".to_owned(), Value::from(request.model.as_str()));
        let messages = ("messages".to_owned(), json!(request.messages));
        Outgoing {
            url: "nowhere: the offline guide is part of pointsman".to_owned(),
            body: [model, messages].into_iter().collect(),
        }
    }

    fn stream(&self, request: ChatRequest) -> Deltas {
        let whole = Delta::Text(self.answer(&request).into());
        stream::iter([Ok(whole), Ok(Delta::Finished(Finish::Stop))]).boxed()
    }

    fn complete(&self, request: ChatRequest) -> BoxFuture<'_, Result<String, ProviderError>> {
        std::future::ready(Ok(self.answer(&request))).boxed()
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<Listed>, ProviderError>> {
        std::future::ready(Ok(self.models.iter().map(|model| Listed::named(model.as_str())).collect())).boxed()
    }
}

#[cfg(test)]
mod tests;
