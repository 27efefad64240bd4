//! One answer as it streams: events become [`Delta`]s, silence and broken ends become errors.
//!
//! Of what is at hand, neighbours of one kind become one piece: a server may be far faster than a terminal, and every piece
//! costs each listener the same, however short it is. Nothing ever waits for the next event.

use super::events::{Data, Event, Events};
use super::exchange::Blocks;
use super::extras::Extras;
use super::{Endpoint, wire};
use crate::provider::{ChatRequest, Delta, Deltas, ErrorKind, Finish, Phase, ProviderError};
use crate::text::sanitize::Sanitizer;
use crate::text::think::{Split, Splitter};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long usage may take behind the finish reason.
const AFTER_FINISH: Duration = Duration::from_secs(2);
/// A piece that is as long as this, in bytes, does not grow any more.
const PIECE_BYTES_MAX: usize = 16 * 1024;
/// No more pieces than this lie ready.
const READY_PIECES_MAX: usize = 64;
/// So many events in a row that cannot be read are no accident.
const UNREADABLE: u32 = 16;
/// Signs of life without a word are told no more often.
const ALIVE: Duration = Duration::from_secs(1);

/// Sends `request`; the stream holds the connection.
pub(super) async fn open(endpoint: Arc<Endpoint>, request: ChatRequest) -> Result<Deltas, ProviderError> {
    let response = endpoint.ask(&request, true).await?;
    let answer = endpoint.answer(response).await?;
    let mut reader = Reader::new(endpoint, Events::new(answer.framing), answer.blocks);
    reader.foreign = answer.foreign;
    reader.ready.push_back(Ok(Piece::Whole(Delta::Opened)));
    let deltas = stream::unfold(reader, |mut reader| async move { reader.next().await.map(|delta| (delta, reader)) });
    Ok(deltas.boxed())
}

/// What lies ready: text may still grow, and is shared only when it leaves.
enum Piece {
    Text(String),
    Reasoning(String),
    Whole(Delta),
}

impl Piece {
    fn into_delta(self) -> Delta {
        match self {
            Self::Text(text) => Delta::Text(text.into()),
            Self::Reasoning(text) => Delta::Reasoning(text.into()),
            Self::Whole(delta) => delta,
        }
    }
}

struct Reader {
    endpoint: Arc<Endpoint>,
    blocks: Blocks,
    events: Events,
    /// What the endpoint calls its answer, where that is not what was asked for.
    foreign: Option<String>,
    ready: VecDeque<Result<Piece, ProviderError>>,
    text: Sanitizer,
    reasoning: Sanitizer,
    /// Some servers leave the reasoning in the text.
    splitter: Splitter,
    /// Tool calls and whatever else is neither text nor reasoning.
    extras: Extras,
    /// Known from the last event with text on; usage may still follow it.
    finish: Option<Finish>,
    ended: bool,
    /// Whether a token has come.
    spoke: bool,
    /// When anything came last: a comment is as good as a word.
    heard: Instant,
    /// When a sign of life was told last.
    told: Option<Instant>,
    /// How many events could be read, and how many of the last ones could not.
    read: u32,
    unreadable: u32,
    /// How many could not in all.
    skipped: u32,
    /// The last line that belongs to no event: a gateway may say there what happened.
    stray: Option<String>,
}

impl Reader {
    fn new(endpoint: Arc<Endpoint>, events: Events, blocks: Blocks) -> Self {
        Self {
            endpoint,
            blocks,
            events,
            foreign: None,
            ready: VecDeque::new(),
            text: Sanitizer::default(),
            reasoning: Sanitizer::default(),
            splitter: Splitter::default(),
            extras: Extras::default(),
            finish: None,
            ended: false,
            spoke: false,
            heard: Instant::now(),
            told: None,
            read: 0,
            unreadable: 0,
            skipped: 0,
            stray: None,
        }
    }

    async fn next(&mut self) -> Option<Result<Delta, ProviderError>> {
        while !self.ended && self.has_room() {
            if let Some(event) = self.events.next() {
                self.take(event);
            } else if let Some(block) = self.blocks.next().now_or_never() {
                self.arrived(block);
            } else if self.ready.is_empty() {
                // Only where nothing is at hand is anything waited for.
                let phase = if self.spoke { Phase::Idle } else { Phase::FirstToken };
                let then = self.heard + self.patience(phase);
                match self.endpoint.by(then, phase, self.blocks.next()).await {
                    Ok(block) => self.arrived(block),
                    Err(silent) => self.end(self.complete().ok_or(silent)),
                }
            } else {
                break;
            }
        }
        Some(self.ready.pop_front()?.map(Piece::into_delta))
    }

    /// How long the next sign of life may take. Behind the finish reason only the usage can come, and some servers keep
    /// the connection open after it.
    fn patience(&self, phase: Phase) -> Duration {
        let wait = self.endpoint.wait(phase);
        if self.finish.is_some() { wait.min(AFTER_FINISH) } else { wait }
    }

    fn arrived(&mut self, block: Option<reqwest::Result<Bytes>>) {
        match block {
            Some(Ok(block)) => {
                self.heard = Instant::now();
                self.events.push(block);
            }
            Some(Err(error)) => {
                let last = self.complete().ok_or_else(|| self.endpoint.unread(&error.without_url()));
                self.end(last);
            }
            None => {
                self.events.end();
                while !self.ended
                    && let Some(event) = self.events.next()
                {
                    self.take(event);
                }
                if !self.ended {
                    self.end(self.complete().ok_or_else(|| self.endless()));
                }
            }
        }
    }

    /// The body ended, and the answer did not.
    fn endless(&self) -> ProviderError {
        match (&self.foreign, &self.stray) {
            (Some(foreign), said) if self.read == 0 => self.endpoint.not_an_answer_at_all(foreign, said.as_deref()),
            (_, None) if self.read == 0 && self.unreadable > 0 => self.endpoint.unreadable("its events are no JSON"),
            (_, None) if self.read == 0 => self.endpoint.nothing_came(),
            (_, said) => self.endpoint.broken_off(said.as_deref()),
        }
    }

    /// Whether more can go along with what is ready.
    fn has_room(&self) -> bool {
        match self.ready.back() {
            Some(Ok(Piece::Text(text) | Piece::Reasoning(text))) => {
                text.len() < PIECE_BYTES_MAX && self.ready.len() < READY_PIECES_MAX
            }
            _ => self.ready.len() < READY_PIECES_MAX,
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Data(data) => self.data(&data),
            Event::Comment => {}
            Event::Stray(line) => self.stray = Some(line),
            Event::TooLong => self.end(Err(self.endpoint.unreadable("an event has no end"))),
        }
        // A word says it better, and an end.
        let silent = self.ready.is_empty() && self.finish.is_none();
        if silent && self.told.is_none_or(|told| told.elapsed() >= ALIVE) {
            self.told = Some(Instant::now());
            self.ready.push_back(Ok(Piece::Whole(Delta::Alive)));
        }
    }

    fn data(&mut self, data: &Data) {
        let text = String::from_utf8_lossy(&data.bytes);
        if text.trim() == "[DONE]" {
            // The server says that this was all, whatever it was.
            let nothing = self.read == 0 && self.unreadable > 0;
            let last =
                if nothing { Err(self.endless()) } else { Ok(Delta::Finished(self.finish.unwrap_or(Finish::Other))) };
            return self.end(last);
        }
        match serde_json::from_str::<wire::Chunk>(&text) {
            _ if data.name == "error" => self.end(Err(self.endpoint.error_inside(&text))),
            Ok(chunk) if Endpoint::is_error(&chunk, &text) => self.end(Err(self.endpoint.error_inside(&text))),
            Ok(chunk) => {
                (self.read, self.unreadable) = (self.read.saturating_add(1), 0);
                self.read(chunk);
            }
            Err(error) => {
                // One event that is no JSON says nothing about the next ones.
                // Its text is not logged: a server may repeat the key in it.
                tracing::debug!(column = error.column(), category = ?error.classify(), "skipped an event");
                self.unreadable += 1;
                self.skipped = self.skipped.saturating_add(1);
                if self.unreadable == UNREADABLE {
                    self.end(Err(self.endpoint.unreadable(&format!("{UNREADABLE} events in a row are no JSON"))));
                }
            }
        }
    }

    /// The end of an answer that is known to be complete, whatever happens to its connection now.
    fn complete(&self) -> Option<Delta> {
        self.finish.map(Delta::Finished)
    }

    fn read(&mut self, mut chunk: wire::Chunk) {
        if let Some(text) = chunk.take_reasoning() {
            self.spoke = true;
            let reasoning = self.reasoning.push(&text);
            self.ready(Piece::Reasoning(reasoning));
        }
        if let Some(text) = chunk.take_text() {
            self.spoke = true;
            let split = self.splitter.push(self.text.push(&text));
            self.both(split);
        }
        self.extras.take(&mut chunk);
        while let Some(image) = self.extras.next_image() {
            self.ready(Piece::Whole(image));
        }
        if let Some(usage) = chunk.usage() {
            self.ready(Piece::Whole(Delta::Usage(usage)));
        }
        if chunk.gave_up() {
            return self.end(Err(self.endpoint.broken_off(Some("the model's host gave up"))));
        }
        self.finish = chunk.finish().or(self.finish);
    }

    fn both(&mut self, Split { reasoning, answer }: Split) {
        self.ready(Piece::Reasoning(reasoning));
        self.ready(Piece::Text(answer));
    }

    fn ready(&mut self, piece: Piece) {
        match (self.ready.back_mut(), &piece) {
            // Cleaning and splitting may leave nothing of a piece; then nothing came.
            (_, Piece::Text(new) | Piece::Reasoning(new)) if new.is_empty() => {}
            (Some(Ok(Piece::Text(text))), Piece::Text(new))
            | (Some(Ok(Piece::Reasoning(text))), Piece::Reasoning(new)) => text.push_str(new),
            _ => self.ready.push_back(Ok(piece)),
        }
    }

    fn end(&mut self, last: Result<Delta, ProviderError>) {
        let rest = self.splitter.finish();
        self.both(rest);
        let told = matches!(&last, Err(error) if error.kind == ErrorKind::Protocol);
        if self.skipped > 0 && self.read > 0 && !told {
            self.ready.push_back(Ok(Piece::Whole(Delta::Skipped(self.skipped))));
        }
        self.ready.extend(self.extras.finish().into_iter().map(|delta| Ok(Piece::Whole(delta))));
        self.ready.push_back(last.map(Piece::Whole));
        self.ended = true;
    }
}

#[cfg(test)]
mod tests {
    use super::super::OpenAi;
    use super::super::events::Framing;
    use super::*;
    use crate::config::{Config, Overrides, Timeouts};
    use crate::provider::Usage;
    use futures_util::Stream;
    use secrecy::SecretString;

    fn reader(blocks: impl Stream<Item = String> + Send + 'static) -> Reader {
        let config = Config::load(None, &Overrides::default()).unwrap();
        reader_within(config.timeouts("oxlo"), blocks)
    }

    fn reader_within(timeouts: Timeouts, blocks: impl Stream<Item = String> + Send + 'static) -> Reader {
        let config = Config::load(None, &Overrides::default()).unwrap();
        let key = SecretString::from("k");
        let provider = OpenAi::new("oxlo", config.active_provider(), &key, timeouts).unwrap();
        let blocks = blocks.chain(stream::iter([event("[DONE]")])).map(|block| Ok(Bytes::from(block)));
        Reader::new(provider.endpoint, Events::new(Framing::Events), blocks.boxed())
    }

    fn event(json: &str) -> String {
        format!("data: {json}\n\n")
    }

    fn said(field: &str, text: &str) -> String {
        event(&format!(r#"{{"choices":[{{"delta":{{"{field}":"{text}"}}}}]}}"#))
    }

    async fn all(mut reader: Reader) -> Vec<Delta> {
        let mut deltas = Vec::new();
        while let Some(delta) = reader.next().await {
            let delta = delta.unwrap();
            if delta != Delta::Alive {
                deltas.push(delta);
            }
        }
        deltas
    }

    fn text(text: &str) -> Delta {
        Delta::Text(text.into())
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
            Delta::Reasoning("ab".into()),
            text("cd"),
            Delta::Usage(Usage { prompt_tokens: 1, completion_tokens: 2 }),
            text("e"),
            Delta::Reasoning("f".into()),
            text("g"),
            Delta::Finished(Finish::Length),
        ];
        assert_eq!(all(reader(stream::iter(events))).await, pieces);
    }

    #[tokio::test]
    async fn a_piece_grows_no_longer_than_it_may() {
        let (long, count) = ("x".repeat(PIECE_BYTES_MAX / 4), 18);
        let events = (0..count).map(move |_| said("content", &long));
        let pieces = all(reader(stream::iter(events))).await;
        let lengths: Vec<usize> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Delta::Text(text) => Some(text.len() * 4 / PIECE_BYTES_MAX),
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
    async fn whatever_comes_is_a_sign_of_life() {
        for (block, delta) in [
            (": ping\n\n".to_owned(), Some(Delta::Alive)),
            ("event: ping\n\n".to_owned(), Some(Delta::Alive)),
            (event("{}"), Some(Delta::Alive)),
            (said("content", "a"), Some(text("a"))),
            // Half an event is one, too, and no more than that.
            ("data: {".to_owned(), None),
        ] {
            let mut reader = reader(stream::iter([block]).chain(stream::pending()));
            let before = Instant::now();
            assert_eq!(reader.next().now_or_never(), delta.map(|delta| Some(Ok(delta))));
            assert!(reader.heard >= before);
        }
    }

    #[tokio::test]
    async fn the_first_word_and_the_next_one_are_waited_for_apart() {
        for (spoke, phase) in [(false, Phase::FirstToken), (true, Phase::Idle)] {
            let mut reader = Reader { spoke, ..reader_within(Timeouts::default(), stream::pending()) };
            let silent = reader.next().await.unwrap().unwrap_err();
            assert_eq!(silent.kind, ErrorKind::Timeout(phase));
            assert_eq!(reader.next().await, None);
        }
    }

    #[tokio::test]
    async fn signs_of_life_are_told_at_once_and_then_seldom() {
        let blocks = [": a\n\n", ": b\n\n", "event: c\n\n"].map(str::to_owned);
        let mut reader = reader(stream::iter(blocks).chain(stream::pending()));
        assert_eq!(reader.next().await, Some(Ok(Delta::Alive)));
        assert_eq!(reader.next().now_or_never(), None);
        reader.told = Instant::now().checked_sub(ALIVE);
        reader.blocks = stream::iter([Ok(Bytes::from_static(b": d\n\n"))]).chain(stream::pending()).boxed();
        assert_eq!(reader.next().await, Some(Ok(Delta::Alive)));
    }

    #[tokio::test]
    async fn what_may_have_begun_a_tag_is_text_when_nothing_more_comes() {
        assert_eq!(
            all(reader(stream::iter([said("content", "<thi")]))).await,
            [text("<thi"), Delta::Finished(Finish::Other)]
        );
    }
}
