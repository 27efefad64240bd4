//! One answer as it streams, and what is held back of it while the judge decides.

use super::{TurnInput, pictures};
use crate::chat::context_window::Dialogue;
use crate::chat::{Delta, Files, Note, PromptSize, SentRequest, answer_budget};
use crate::config::CategoryId;
use crate::engine::Services;
use crate::provider::{ChatRequest, Deltas, Outgoing, ProviderError, Reached, ReplyFormat};
use crate::router::Candidate;
use futures_util::StreamExt;
use serde_json::Value;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many pieces of an answer are held back while the judge decides; then its stream has to wait.
const HELD_PIECES_MAX: usize = 1024;

/// An answer as it comes. Dropping it closes its connection.
pub(super) struct ResponseStream {
    pub(super) candidate: Candidate,
    pub(super) sent: Arc<SentRequest>,
    pub(super) asked: Instant,
    pub(super) notes: Vec<Note>,
    /// How much it was sent.
    pub(super) size: PromptSize,
    deltas: Deltas,
    /// What came while it was not to be shown, and how long after asking.
    held: VecDeque<(Result<Delta, ProviderError>, Duration)>,
    /// How much later than it came the reasoning that was held counts, once it is shown.
    late: Option<Duration>,
}

impl ResponseStream {
    /// Asks `candidate`, which answers for `category`. The request leaves when the answer is first awaited.
    ///
    /// # Errors
    /// There is no key for the candidate's provider.
    pub(super) async fn begin(
        services: &Services,
        input: &TurnInput,
        category: &CategoryId,
        candidate: &Candidate,
    ) -> Result<Self, ProviderError> {
        let (model, config) = (&candidate.model, &services.config);
        let Reached { provider, model: called } = services.providers.reach(model, config)?;
        let window = config.context_window(model);
        let system = config.system_prompt(category);
        let sees = pictures::sees(services, input, candidate);
        let files = if sees { &pictures::sized(services, input, candidate).await } else { &input.files };
        let (prompt, files) = (&input.ask.prompt, Files::Loaded(files));
        let fitted =
            Dialogue { system, history: &input.history, prompt, files, sees }.fit(window, config.chat.answer_reserve);
        let mut notes = Vec::new();
        if fitted.left_out > 0 {
            notes.push(Note::LeftOut { turns: fitted.left_out, window });
        }
        if fitted.overflows {
            notes.push(Note::TooLong { tokens: fitted.tokens, window });
        }
        let bare = ChatRequest {
            model: called,
            messages: Vec::new(),
            max_tokens: answer_budget(config.answer_limit(category, model), fitted.tokens, window),
            deterministic: false,
            format: ReplyFormat::Text,
            accepts: config.accepts(model),
        };
        let Outgoing { url, mut body } = provider.outgoing(&bare);
        // A placeholder keeps the order of the fields, so that the request can be shown as it was sent.
        body.insert("messages".to_owned(), Value::Null);
        let since = input.turns.get(fitted.left_out).copied();
        let sent = Arc::new(SentRequest { url, body, system: system.to_owned(), since, sees });
        let size = PromptSize::of(&fitted.messages);
        let deltas = provider.stream(ChatRequest { messages: fitted.messages, ..bare });
        let (candidate, held) = (candidate.clone(), VecDeque::new());
        Ok(Self { candidate, sent, asked: Instant::now(), notes, size, deltas, held, late: None })
    }

    /// Takes in what comes without showing it. Never ends; giving up on it loses nothing.
    pub(super) async fn hold(&mut self) -> Infallible {
        while self.held.len() < HELD_PIECES_MAX {
            let Some(delta) = self.deltas.next().await else { break };
            self.held.push_back((delta, self.asked.elapsed()));
        }
        std::future::pending().await
    }

    /// The next piece, and how long after asking it could be seen: what was held back counts from when it is shown, since
    /// that is what the user waited. Reasoning keeps its distance from what followed it: so long the model thought.
    pub(super) async fn next(&mut self) -> Option<(Result<Delta, ProviderError>, Duration)> {
        let late = *self.late.get_or_insert_with(|| lateness(&self.held, self.asked.elapsed()));
        match self.held.pop_front() {
            Some((reasoning @ Ok(Delta::Reasoning(_)), came)) => Some((reasoning, came + late)),
            Some((held, _)) => Some((held, self.asked.elapsed())),
            None => Some((self.deltas.next().await?, self.asked.elapsed())),
        }
    }
}

/// How much later than it came the end of the reasoning is `shown`: not at all when it still goes on.
fn lateness(held: &VecDeque<(Result<Delta, ProviderError>, Duration)>, shown: Duration) -> Duration {
    let thinks = |delta: &Result<Delta, ProviderError>| {
        matches!(delta, Ok(Delta::Opened | Delta::Alive | Delta::Reasoning(_) | Delta::Usage(_) | Delta::Skipped(_)))
    };
    let end = held.iter().find(|(delta, _)| !thinks(delta));
    end.map_or(Duration::ZERO, |(_, came)| shown.saturating_sub(*came))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// An answer that was asked for ten seconds ago, of which nothing was shown so far.
    fn held(held: impl IntoIterator<Item = (Delta, u64)>, coming: Vec<Delta>) -> ResponseStream {
        ResponseStream {
            candidate: Candidate { model: "m".into(), provider: "p".into() },
            sent: Arc::default(),
            asked: Instant::now().checked_sub(seconds(10)).unwrap(),
            notes: Vec::new(),
            size: PromptSize::default(),
            deltas: stream::iter(coming).map(Ok).boxed(),
            held: held.into_iter().map(|(delta, came)| (Ok(delta), seconds(came))).collect(),
            late: None,
        }
    }

    fn reasoning() -> Delta {
        Delta::Reasoning("hm".into())
    }

    fn text() -> Delta {
        Delta::Text("yes".into())
    }

    #[tokio::test]
    async fn an_answer_that_was_held_back_counts_from_when_it_is_shown_and_keeps_how_long_the_model_thought() {
        let mut response = held([(reasoning(), 1), (reasoning(), 2), (text(), 4)], vec![text()]);
        let (_, first) = response.next().await.unwrap();
        let (_, second) = response.next().await.unwrap();
        let (delta, shown) = response.next().await.unwrap();
        assert_eq!(delta, Ok(text()));
        assert!(shown >= seconds(10) && first >= seconds(7) && shown >= first + seconds(3), "{first:?}, {shown:?}");
        assert_eq!(second, first + seconds(1));
    }

    #[tokio::test]
    async fn reasoning_that_still_goes_on_when_it_is_shown_began_when_it_came() {
        let mut response = held([(reasoning(), 2)], vec![reasoning(), text()]);
        assert_eq!(response.next().await.unwrap().1, seconds(2));
        assert!(response.next().await.unwrap().1 >= seconds(10));
    }
}
