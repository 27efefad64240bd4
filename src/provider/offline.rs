//! The offline guide: a provider inside the program that answers questions about pointsman from its manual.
//!
//! It makes the whole job work on a machine without a key or a network: the same trait, the same model names, a real
//! stream. It never pretends: the first line of every answer says what is speaking and how to connect a real provider.

mod manual;

use super::{ChatRequest, Delta, Deltas, Finish, Outgoing, Provider, ProviderError};
use crate::chat::Role;
use crate::config::{Listed, ModelId};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The pace for a reader: about 60 words a second, which is faster than reading and slow enough to be seen as a stream.
pub const READABLE: Duration = Duration::from_millis(16);

/// The provider's name, on the screen and in JSON.
pub const NAME: &str = "offline guide";

/// Answers from the manual.
#[derive(Debug, Clone)]
pub struct Guide {
    models: Vec<ModelId>,
    how_to_connect: String,
    pace: Duration,
}

impl Guide {
    /// A guide that answers under the names of `models`, says `how_to_connect` a real provider in its first line, and
    /// lets `pace` pass before each word.
    pub fn new(models: Vec<ModelId>, how_to_connect: impl Into<String>, pace: Duration) -> Self {
        Self { models, how_to_connect: how_to_connect.into(), pace }
    }

    fn answer(&self, request: &ChatRequest) -> String {
        let asked = request.messages.iter().rev().find(|message| message.role == Role::User);
        let question = asked.map(|message| message.content.text()).unwrap_or_default();
        let body = manual::look_up(&question).unwrap_or_else(|| {
            let topics: Vec<&str> = manual::topics().collect();
            format!(
                "I can answer questions about pointsman itself, and this does not seem to be one. The manual has these \
                 topics:\n\n- {}",
                topics.join("\n- ")
            )
        });
        format!("This is the offline guide, not a model. {}\n\n{}", self.how_to_connect, body.trim_end())
    }
}

impl Provider for Guide {
    fn name(&self) -> &str {
        NAME
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
        let answer = self.answer(&request);
        let words: Vec<Arc<str>> = answer.split_inclusive(char::is_whitespace).map(Into::into).collect();
        let pace = self.pace;
        stream::iter(words)
            .then(move |word| async move {
                if !pace.is_zero() {
                    tokio::time::sleep(pace).await;
                }
                Ok(Delta::Text(word))
            })
            .chain(stream::once(std::future::ready(Ok(Delta::Finished(Finish::Stop)))))
            .boxed()
    }

    fn complete(&self, request: ChatRequest) -> BoxFuture<'_, Result<String, ProviderError>> {
        std::future::ready(Ok(self.answer(&request))).boxed()
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<Listed>, ProviderError>> {
        std::future::ready(Ok(self.models.iter().map(|model| Listed::named(model.as_str())).collect())).boxed()
    }
}
