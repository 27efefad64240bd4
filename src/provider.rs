//! Who answers: one trait, [`Provider`], with an OpenAI-compatible endpoint and the offline guide behind it.
//!
//! Owns the wire: requests, streams, errors. Must not know about turns, routing or the screen. Whoever holds a stream
//! holds its connection; dropping the stream closes it. Text is sanitized here, where it enters.

mod error;
mod everyone;
mod key;
mod local;
pub mod offline;
pub mod openai;

pub use crate::chat::{Delta, Finish, Usage};
pub use error::{ErrorKind, FallbackScope, Phase, ProviderError};
pub use everyone::{Known, Providers, Reached};
pub use key::Credentials;
pub use local::{Found, find};

use crate::chat::Message;
use crate::config::{Accepts, Listed, ModelId};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use serde_json::{Map, Value};

/// An answer as it comes. Ends after [`Delta::Finished`] or an error.
pub type Deltas = BoxStream<'static, Result<Delta, ProviderError>>;

/// Someone who answers.
pub trait Provider: Send + Sync {
    /// Its name, as in the configuration.
    fn name(&self) -> &str;

    /// The one name under which it answers, whatever model is asked for; `None`: under the name of every model. The
    /// offline guide is no model and must not pass for one.
    fn answers_as(&self) -> Option<&str> {
        None
    }

    /// Whether it has models that can judge. The offline guide has none.
    fn can_judge(&self) -> bool {
        true
    }

    /// Whether it can be asked without reading a key first, which may make a password manager ask its user.
    fn is_ready(&self) -> bool {
        true
    }

    /// Where `request` goes and what is sent, without anything secret: for people to look at.
    fn outgoing(&self, request: &ChatRequest) -> Outgoing;

    /// Streams the answer to `request`.
    fn stream(&self, request: ChatRequest) -> Deltas;

    /// The answer to `request` as a whole, for short ones. Where a model put everything into its reasoning and nothing
    /// into its answer, the reasoning is what it said.
    ///
    /// # Errors
    /// Whatever kept the answer from coming.
    fn complete(&self, request: ChatRequest) -> BoxFuture<'_, Result<String, ProviderError>>;

    /// The models it has.
    ///
    /// # Errors
    /// Whatever kept it from telling.
    fn models(&self) -> BoxFuture<'_, Result<Vec<Listed>, ProviderError>>;
}

/// What to tell the user of a provider that lists no models.
pub(crate) fn no_models(provider: &str) -> String {
    format!("{provider} has no models yet; load or allow one there (Ollama: `ollama pull NAME`)")
}

/// What is asked of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatRequest {
    /// Who is asked.
    pub model: ModelId,
    /// What is said, oldest first.
    pub messages: Vec<Message>,
    /// The longest answer, in tokens; `None`: as the endpoint likes.
    pub max_tokens: Option<u32>,
    /// Whether the same question should get the same answer (temperature 0).
    pub deterministic: bool,
    /// What the answer has to look like.
    pub format: ReplyFormat,
    /// What the model accepts of all this, as far as the user says so.
    pub accepts: Accepts,
}

/// What goes over the wire for a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Where.
    pub url: String,
    /// The JSON body.
    pub body: Map<String, Value>,
}

/// What an answer has to look like. Endpoints may refuse a format, and some accept one and pay no heed to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ReplyFormat {
    /// Any text.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// One JSON value that fits a schema.
    Schema {
        /// The schema's name: letters, digits and underscores.
        name: &'static str,
        /// The JSON schema.
        schema: Value,
    },
}
