//! One answer as it streams: waits for its body, has it decoded, and says in the user's terms what went wrong.
//!
//! Owns the waits. Nothing ever waits for the next block while a piece lies ready. Must not know what a body says.

use super::Endpoint;
use super::decoder::{BodyEnd, Decoder, Fault};
use super::exchange::{Answer, Blocks, Foreign};
use super::parameters::ADAPTATIONS_MAX;
use crate::provider::{ChatRequest, Delta, Deltas, Phase, ProviderError};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long usage may take behind the finish reason.
const AFTER_FINISH: Duration = Duration::from_secs(2);
/// `Delta::Alive` is sent no more often than this.
const ALIVE: Duration = Duration::from_secs(1);

/// Sends `request`; the stream holds the connection.
pub(super) async fn open(endpoint: Arc<Endpoint>, request: ChatRequest) -> Result<Deltas, ProviderError> {
    let reader = Reader::open(&endpoint, &request).await?;
    let deltas = stream::unfold((reader, 0), move |(mut reader, mut adaptations)| {
        let (endpoint, request) = (Arc::clone(&endpoint), request.clone());
        async move {
            let mut delta = reader.next().await?;
            while let Some(body) = reader.refusal.take()
                && adaptations < ADAPTATIONS_MAX
                && endpoint.adapts(&request, true, &body)
            {
                adaptations += 1;
                match Reader::open(&endpoint, &request).await {
                    Ok(other) => reader = other,
                    Err(error) => return Some((Err(error), (reader, adaptations))),
                }
                delta = reader.next().await?;
            }
            Some((delta, (reader, adaptations)))
        }
    });
    Ok(stream::once(std::future::ready(Ok(Delta::Opened))).chain(deltas).boxed())
}

struct Reader {
    endpoint: Arc<Endpoint>,
    blocks: Blocks,
    decoder: Decoder,
    /// What the endpoint calls its answer, where that is not what was asked for.
    foreign: Option<Foreign>,
    /// Why nothing more comes.
    lost: Option<ProviderError>,
    /// The error that stood in the place of an answer, where no word came before it.
    refusal: Option<String>,
    /// When anything came last: a comment is as good as a word.
    heard: Instant,
    /// When a sign of life was told last.
    told: Option<Instant>,
}

impl Reader {
    /// Sends `request`, and waits for the beginning of a response.
    async fn open(endpoint: &Arc<Endpoint>, request: &ChatRequest) -> Result<Self, ProviderError> {
        let answer = endpoint.answer(endpoint.ask(request, true).await?).await?;
        Ok(Self::new(Arc::clone(endpoint), answer))
    }

    fn new(endpoint: Arc<Endpoint>, Answer { foreign, blocks }: Answer) -> Self {
        let (decoder, heard) = (Decoder::default(), Instant::now());
        Self { endpoint, blocks, decoder, foreign, lost: None, refusal: None, heard, told: None }
    }

    async fn next(&mut self) -> Option<Result<Delta, ProviderError>> {
        while self.decoder.has_room() {
            let block = match self.blocks.next().now_or_never() {
                Some(block) => Ok(block),
                None if !self.decoder.is_empty() => break,
                // Only where nothing is at hand is anything waited for.
                None => {
                    let phase = if self.decoder.spoke() { Phase::Idle } else { Phase::FirstToken };
                    let then = self.heard + self.patience(phase);
                    self.endpoint.by(then, phase, self.blocks.next()).await
                }
            };
            match block {
                Ok(Some(Ok(block))) => {
                    if let Some(alive) = self.arrived(&block) {
                        return Some(Ok(alive));
                    }
                }
                Ok(Some(Err(error))) => self.lost(self.endpoint.unread(&error.without_url())),
                Ok(None) => self.decoder.end(BodyEnd::Closed),
                Err(silent) => self.lost(silent),
            }
        }
        match self.decoder.next() {
            Some(delta) => Some(Ok(delta)),
            None => Some(self.decoder.take_outcome()?.map(Delta::Finished).map_err(|fault| self.error(fault))),
        }
    }

    /// How long the next sign of life may take. Behind the end only the usage can come, and some servers keep the
    /// connection open after it.
    fn patience(&self, phase: Phase) -> Duration {
        let wait = self.endpoint.wait(phase);
        if self.decoder.is_over() { wait.min(AFTER_FINISH) } else { wait }
    }

    /// Takes in a block; a sign of life where there is nothing else in it, and none was told of late.
    fn arrived(&mut self, block: &Bytes) -> Option<Delta> {
        self.heard = Instant::now();
        self.decoder.push(block);
        let is_due = self.told.is_none_or(|told| told.elapsed() >= ALIVE);
        // A word says it better.
        let alive = self.decoder.take_sign_of_life() && self.decoder.is_empty() && is_due;
        alive.then(|| {
            self.told = Some(self.heard);
            Delta::Alive
        })
    }

    /// Nothing more comes: `why`, unless the answer is complete.
    fn lost(&mut self, why: ProviderError) {
        self.lost = Some(why);
        self.decoder.end(BodyEnd::Lost);
    }

    fn error(&mut self, fault: Fault) -> ProviderError {
        if let (Fault::NoAnswer { .. }, Some(foreign)) = (&fault, &self.foreign) {
            return self.endpoint.not_an_answer(&foreign.content_type, &foreign.headers, &self.decoder.head());
        }
        if let (Fault::Refused(body), false) = (&fault, self.decoder.spoke()) {
            self.refusal = Some(body.clone());
        }
        match (fault, self.lost.take()) {
            (Fault::Lost, Some(lost)) => lost,
            (fault, _) => self.endpoint.fault(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::OpenAi;
    use super::*;
    use crate::config::{Config, Overrides, Timeouts};
    use crate::provider::{ErrorKind, Finish};
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
        let blocks = blocks.map(|block| Ok(Bytes::from(block))).boxed();
        Reader::new(provider.endpoint, Answer { foreign: None, blocks })
    }

    fn event(json: &str) -> String {
        format!("data: {json}\n\n")
    }

    fn said(text: &str) -> String {
        event(&format!(r#"{{"choices":[{{"delta":{{"content":"{text}"}}}}]}}"#))
    }

    fn text(text: &str) -> Delta {
        Delta::Text(text.into())
    }

    #[tokio::test]
    async fn what_is_at_hand_is_one_piece_and_the_outcome_comes_last_and_once() {
        let mut reader = reader(stream::iter([said("a"), said("b"), event("[DONE]"), said("c")]));
        for delta in [text("ab"), Delta::Finished(Finish::Other)] {
            assert_eq!(reader.next().await, Some(Ok(delta)));
        }
        assert_eq!([reader.next().await, reader.next().await], [None, None]);
    }

    #[tokio::test]
    async fn a_piece_never_waits_for_the_next_one() {
        let mut reader = reader(stream::iter([said("a")]).chain(stream::pending()));
        assert_eq!(reader.next().now_or_never(), Some(Some(Ok(text("a")))));
    }

    #[tokio::test]
    async fn whatever_comes_is_a_sign_of_life() {
        for (block, delta) in [
            (": ping\n\n".to_owned(), Some(Delta::Alive)),
            ("event: ping\n\n".to_owned(), Some(Delta::Alive)),
            (event(""), Some(Delta::Alive)),
            (event("ping"), Some(Delta::Alive)),
            (event("{}"), Some(Delta::Alive)),
            (said("a"), Some(text("a"))),
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
        for (block, phase) in [(": ping\n\n".to_owned(), Phase::FirstToken), (said("a"), Phase::Idle)] {
            let mut reader = reader_within(Timeouts::default(), stream::iter([block]).chain(stream::pending()));
            reader.next().await.unwrap().unwrap();
            let silent = reader.next().await.unwrap().unwrap_err();
            assert_eq!(silent.kind, ErrorKind::Timeout(phase));
            assert_eq!(reader.next().await, None);
        }
    }

    #[tokio::test]
    async fn only_behind_a_sure_end_is_the_wait_short() {
        let stop = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
        let all = r#"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}"#;
        for (blocks, is_short) in [
            (vec![said("a"), event(stop)], true),
            (vec![said("a"), event(all)], true),
            (vec![event(all)], false),
            (vec![said("a"), event(&stop.replace("stop", ""))], false),
            (vec![said("a"), event(&stop.replace("stop", "tool_calls"))], false),
            (vec![event(stop), said("a")], false),
        ] {
            let told = format!("{blocks:?}");
            let mut reader = reader(stream::iter(blocks).chain(stream::pending()));
            while reader.next().now_or_never().is_some() {}
            assert_eq!(reader.patience(Phase::Idle) == AFTER_FINISH, is_short, "{told}");
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
}
