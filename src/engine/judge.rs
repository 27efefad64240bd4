//! The judge that is asked over a provider.

use crate::chat::{Message, Role};
use crate::provider::{ChatRequest, Provider, ReplyFormat};
use crate::router::{Judge, JudgeError, Question};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Asks a provider's model.
pub(super) struct ProviderJudge {
    provider: Arc<dyn Provider>,
}

impl ProviderJudge {
    /// A judge that asks `provider`.
    pub(super) fn new(provider: Arc<dyn Provider>) -> Self {
        Self { provider }
    }
}

impl Judge for ProviderJudge {
    fn ask(&self, question: Question) -> BoxFuture<'_, Result<String, JudgeError>> {
        async move {
            let request = ChatRequest {
                model: question.model,
                messages: vec![Message::new(Role::System, question.system), Message::new(Role::User, question.prompt)],
                max_tokens: Some(question.max_tokens),
                deterministic: true,
                format: ReplyFormat::Text,
            };
            match tokio::time::timeout(question.timeout, self.provider.complete(request)).await {
                Ok(reply) => reply.map_err(|error| JudgeError::Failed(error.message)),
                Err(_) => Err(JudgeError::TimedOut(question.timeout)),
            }
        }
        .boxed()
    }
}
