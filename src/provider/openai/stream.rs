//! One answer as it streams: events become [`Delta`]s, silence and broken ends become errors.
//!
//! Of what is at hand, neighbours of one kind become one piece: a server may be far faster than a terminal, and every piece
//! costs each listener the same, however short it is. Nothing ever waits for the next event.

use super::ahead::Ahead;
use super::{Endpoint, wire};
use crate::chat::sanitize::Sanitizer;
use crate::chat::think::{Split, Splitter};
use crate::provider::{ChatRequest, Delta, Deltas, Finish, ProviderError};
use async_openai::error::OpenAIError;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// How long usage may take behind the finish reason.
const AFTER_FINISH: Duration = Duration::from_secs(2);
/// A piece that is so long, in bytes, does not grow any more.
const PIECE: usize = 16 * 1024;

type Event = Result<wire::Chunk, OpenAIError>;
type Events = Pin<Box<dyn Stream<Item = Event> + Send>>;

/// Sends `request`; the stream holds the connection.
pub(super) async fn open(endpoint: Arc<Endpoint>, request: ChatRequest) -> Result<Deltas, ProviderError> {
    let body = wire::Request::new(&request, true);
    let ahead = Arc::new(Ahead::default());
    let client = endpoint.streaming(&ahead)?;
    let events: Events = endpoint.in_time(client.chat().create_stream_byot(body)).await?;
    let events = events.inspect(move |_| ahead.take()).boxed();
    let reader = Reader {
        endpoint,
        events,
        ready: VecDeque::new(),
        text: Sanitizer::default(),
        reasoning: Sanitizer::default(),
        splitter: Splitter::default(),
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
    /// Some servers leave the reasoning in the text.
    splitter: Splitter,
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
                Ok(event) => self.take(event),
                Err(_) => self.end(self.complete().ok_or_else(|| self.endpoint.silent())),
            }
            while !self.ended
                && self.has_room()
                && let Some(event) = self.events.next().now_or_never()
            {
                self.take(event);
            }
        }
    }

    /// Whether more can go along with what is ready.
    fn has_room(&self) -> bool {
        match self.ready.back() {
            Some(Ok(Delta::Text(piece) | Delta::Reasoning(piece))) => piece.len() < PIECE,
            _ => true,
        }
    }

    fn take(&mut self, event: Option<Event>) {
        match event {
            Some(Ok(chunk)) => self.read(chunk),
            Some(Err(OpenAIError::JSONDeserialize(error, _))) => {
                // One event that is no JSON says nothing about the next ones.
                // Its text is not logged: a server may repeat the key in it.
                tracing::debug!(column = error.column(), category = ?error.classify(), "skipped an event");
            }
            Some(Err(error)) => self.end(self.complete().ok_or_else(|| self.endpoint.translate(error))),
            // The stream ends without our mark only after [DONE]: the server says that this was all.
            None => self.end(Ok(Delta::Finished(self.finish.unwrap_or(Finish::Other)))),
        }
    }

    /// How long the next event may take. Behind the finish reason only the usage can come, and some servers keep the
    /// connection open after it.
    fn patience(&self) -> Duration {
        let idle = self.endpoint.timeouts.idle;
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
        if let Some(text) = chunk.take_reasoning() {
            let reasoning = self.reasoning.push(&text);
            self.ready(Delta::Reasoning(reasoning));
        }
        if let Some(text) = chunk.take_text() {
            let split = self.splitter.push(self.text.push(&text));
            self.both(split);
        }
        if let Some(usage) = chunk.usage() {
            self.ready(Delta::Usage(usage));
        }
        self.finish = chunk.finish().or(self.finish);
        if chunk.eof {
            self.end(self.complete().ok_or_else(|| self.endpoint.broken_off()));
        }
    }

    fn both(&mut self, Split { reasoning, answer }: Split) {
        self.ready(Delta::Reasoning(reasoning));
        self.ready(Delta::Text(answer));
    }

    fn ready(&mut self, delta: Delta) {
        match (self.ready.back_mut(), &delta) {
            // Cleaning and splitting may leave nothing of a piece; then nothing came.
            (_, Delta::Text(new) | Delta::Reasoning(new)) if new.is_empty() => {}
            (Some(Ok(Delta::Text(piece))), Delta::Text(new))
            | (Some(Ok(Delta::Reasoning(piece))), Delta::Reasoning(new)) => piece.push_str(new),
            _ => self.ready.push_back(Ok(delta)),
        }
    }

    fn end(&mut self, last: Result<Delta, ProviderError>) {
        let rest = self.splitter.finish();
        self.both(rest);
        self.ready.push_back(last);
        self.ended = true;
    }
}

#[cfg(test)]
mod tests {
    use super::super::OpenAi;
    use super::*;
    use crate::config::{Config, Overrides};
    use crate::provider::Usage;
    use secrecy::SecretString;

    fn reader(events: impl Stream<Item = wire::Chunk> + Send + 'static) -> Reader {
        let config = Config::load(None, &Overrides::default()).unwrap();
        let key = SecretString::from("k");
        let provider = OpenAi::new("oxlo", config.active_provider(), &key, config.timeouts("oxlo")).unwrap();
        Reader {
            endpoint: provider.endpoint,
            events: events.map(Ok).boxed(),
            ready: VecDeque::new(),
            text: Sanitizer::default(),
            reasoning: Sanitizer::default(),
            splitter: Splitter::default(),
            finish: None,
            ended: false,
        }
    }

    fn event(json: &str) -> wire::Chunk {
        serde_json::from_str(json).unwrap()
    }

    fn said(field: &str, text: &str) -> wire::Chunk {
        event(&format!(r#"{{"choices":[{{"delta":{{"{field}":"{text}"}}}}]}}"#))
    }

    async fn all(mut reader: Reader) -> Vec<Delta> {
        let mut deltas = Vec::new();
        while let Some(delta) = reader.next().await {
            deltas.push(delta.unwrap());
        }
        deltas
    }

    fn text(text: &str) -> Delta {
        Delta::Text(text.to_owned())
    }

    #[tokio::test]
    async fn neighbours_that_are_at_hand_are_one_piece_and_nothing_changes_places() {
        let events = vec![
            said("reasoning", "a"),
            said("reasoning_content", "b"),
            said("content", "c"),
            event("{}"),
            said("content", "d"),
            event(r#"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#),
            said("content", "e"),
            said("reasoning", "f"),
            event(r#"{"choices":[{"delta":{"content":"g"},"finish_reason":"length"}]}"#),
        ];
        let pieces = [
            Delta::Reasoning("ab".to_owned()),
            text("cd"),
            Delta::Usage(Usage { prompt_tokens: 1, completion_tokens: 2 }),
            text("e"),
            Delta::Reasoning("f".to_owned()),
            text("g"),
            Delta::Finished(Finish::Length),
        ];
        assert_eq!(all(reader(stream::iter(events))).await, pieces);
    }

    #[tokio::test]
    async fn a_piece_grows_no_longer_than_it_may() {
        let (long, count) = ("x".repeat(PIECE / 4), 18);
        let events = (0..count).map(move |_| said("content", &long));
        let pieces = all(reader(stream::iter(events))).await;
        let lengths: Vec<usize> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Delta::Text(text) => Some(text.len() * 4 / PIECE),
                _ => None,
            })
            .collect();
        assert_eq!(lengths, [4, 4, 4, 4, 2]);
    }

    #[tokio::test]
    async fn a_piece_never_waits_for_the_next_one() {
        let mut reader = reader(stream::iter([said("content", "a")]).chain(stream::pending()));
        assert_eq!(reader.next().now_or_never(), Some(Some(Ok(text("a")))));
    }

    #[tokio::test]
    async fn what_may_have_begun_a_tag_is_text_when_nothing_more_comes() {
        assert_eq!(
            all(reader(stream::iter([said("content", "<thi")]))).await,
            [text("<thi"), Delta::Finished(Finish::Other)]
        );
    }
}
