//! One answer as it streams: events become [`Delta`]s, silence and broken ends become errors.

use super::{Endpoint, wire};
use crate::chat::sanitize::Sanitizer;
use crate::provider::{ChatRequest, Delta, Deltas, Finish, ProviderError};
use async_openai::error::OpenAIError;
use futures_util::{Stream, StreamExt, stream};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// How long usage may take behind the finish reason.
const AFTER_FINISH: Duration = Duration::from_secs(2);

type Events = Pin<Box<dyn Stream<Item = Result<wire::Chunk, OpenAIError>> + Send>>;

/// Sends `request`; the stream holds the connection.
pub(super) async fn open(endpoint: Arc<Endpoint>, request: ChatRequest) -> Result<Deltas, ProviderError> {
    let body = wire::Request::new(&request, true);
    let chat = endpoint.clients()?.events.chat();
    let events: Events = endpoint.in_time(chat.create_stream_byot(body)).await?;
    let reader = Reader {
        endpoint,
        events,
        ready: VecDeque::new(),
        text: Sanitizer::default(),
        reasoning: Sanitizer::default(),
        finish: None,
        ended: false,
    };
    let deltas = stream::unfold(reader, |mut reader| async move { reader.next().await.map(|delta| (delta, reader)) });
    Ok(deltas.boxed())
}

struct Reader {
    endpoint: Arc<Endpoint>,
    events: Events,
    ready: VecDeque<Result<Delta, ProviderError>>,
    text: Sanitizer,
    reasoning: Sanitizer,
    /// Known from the last event with text on; usage may still follow it.
    finish: Option<Finish>,
    ended: bool,
}

impl Reader {
    async fn next(&mut self) -> Option<Result<Delta, ProviderError>> {
        loop {
            if let Some(delta) = self.ready.pop_front() {
                return Some(delta);
            }
            if self.ended {
                return None;
            }
            match tokio::time::timeout(self.patience(), self.events.next()).await {
                Ok(Some(Ok(chunk))) => self.read(chunk),
                Ok(Some(Err(OpenAIError::JSONDeserialize(error, _)))) => {
                    // One event that is no JSON says nothing about the next ones.
                    // Its text is not logged: a server may repeat the key in it.
                    tracing::debug!(column = error.column(), category = ?error.classify(), "skipped an event");
                }
                Ok(Some(Err(error))) => self.end(self.complete().ok_or_else(|| self.endpoint.translate(error))),
                // The stream ends without our mark only after [DONE]: the server says that this was all.
                Ok(None) => self.end(Ok(Delta::Finished(self.finish.unwrap_or(Finish::Other)))),
                Err(_) => self.end(self.complete().ok_or_else(|| self.endpoint.silent())),
            }
        }
    }

    /// How long the next event may take. Behind the finish reason only the usage can come, and some servers keep the
    /// connection open after it.
    fn patience(&self) -> Duration {
        let idle = self.endpoint.network.idle_timeout;
        if self.finish.is_some() { idle.min(AFTER_FINISH) } else { idle }
    }

    /// The end of an answer that is known to be complete, whatever happens to its connection now.
    fn complete(&self) -> Option<Delta> {
        self.finish.map(Delta::Finished)
    }

    fn read(&mut self, mut chunk: wire::Chunk) {
        if let Some(error) = chunk.take_error() {
            return self.end(Err(self.endpoint.error_inside(&error)));
        }
        // Cleaning may leave nothing of a piece; then nothing came.
        let reasoning = chunk.take_reasoning().map(|text| self.reasoning.push(&text)).filter(|text| !text.is_empty());
        self.ready.extend(reasoning.map(|text| Ok(Delta::Reasoning(text))));
        let text = chunk.take_text().map(|text| self.text.push(&text)).filter(|text| !text.is_empty());
        self.ready.extend(text.map(|text| Ok(Delta::Text(text))));
        if let Some(usage) = chunk.usage() {
            self.ready.push_back(Ok(Delta::Usage(usage)));
        }
        self.finish = chunk.finish().or(self.finish);
        if chunk.eof {
            self.end(self.complete().ok_or_else(|| self.endpoint.broken_off()));
        }
    }

    fn end(&mut self, last: Result<Delta, ProviderError>) {
        self.ready.push_back(last);
        self.ended = true;
    }
}
