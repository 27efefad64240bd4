//! One answer as it streams: events become [`Delta`]s, silence and broken ends become errors.

use super::{Endpoint, wire};
use crate::chat::sanitize::Sanitizer;
use crate::provider::error::detail;
use crate::provider::{ChatRequest, Delta, Deltas, ErrorKind, Finish, ProviderError};
use async_openai::error::OpenAIError;
use futures_util::{Stream, StreamExt, stream};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

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
            match tokio::time::timeout(self.endpoint.network.idle_timeout, self.events.next()).await {
                Ok(Some(Ok(chunk))) => self.read(chunk),
                Ok(Some(Err(OpenAIError::JSONDeserialize(error, _)))) => {
                    // One event that is no JSON says nothing about the next ones.
                    tracing::debug!(%error, "skipped an event");
                }
                Ok(Some(Err(error))) => self.end(Err(self.endpoint.translate(error))),
                // The stream ends without our mark only after [DONE]: the server says that this was all.
                Ok(None) => self.end(Ok(Delta::Finished(self.finish.unwrap_or(Finish::Other)))),
                Err(_) => self.end(Err(self.endpoint.silent())),
            }
        }
    }

    fn read(&mut self, mut chunk: wire::Chunk) {
        if let Some(error) = chunk.error.take().filter(|error| !error.is_null()) {
            let said = detail(&serde_json::json!({ "error": error }).to_string());
            let what = format!("stopped with an error: {said}; try again, or choose another model");
            return self.end(Err(self.endpoint.error(ErrorKind::Unavailable, &what)));
        }
        if let Some(reasoning) = chunk.take_reasoning() {
            let clean = self.reasoning.push(&reasoning);
            self.ready.push_back(Ok(Delta::Reasoning(clean)));
        }
        if let Some(text) = chunk.take_text() {
            let clean = self.text.push(&text);
            self.ready.push_back(Ok(Delta::Text(clean)));
        }
        if let Some(usage) = chunk.usage() {
            self.ready.push_back(Ok(Delta::Usage(usage)));
        }
        self.finish = chunk.finish().or(self.finish);
        if chunk.eof {
            let end = self.finish.map(Delta::Finished).ok_or_else(|| {
                let what = "broke off the answer; what came is kept, send the prompt again for the rest";
                self.endpoint.error(ErrorKind::Cut, what)
            });
            self.end(end);
        }
    }

    fn end(&mut self, last: Result<Delta, ProviderError>) {
        self.ready.push_back(last);
        self.ended = true;
    }
}
