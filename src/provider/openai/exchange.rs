//! One request and its response: sent once, waited for, refusals told from answers, the body handed on in blocks.
//!
//! Owns the waits: until the response begins, and between two blocks of its body. Must not know what the body says.

use super::access::Access;
use super::events::EVENT_BYTES_MAX;
use super::guard::Guard;
use super::parameters::{ADAPTATIONS_MAX, Wanted};
use super::wire::Request;
use super::{Endpoint, Line};
use crate::config::keys::BASE_URL;
use crate::provider::{ChatRequest, ErrorKind, Phase, ProviderError};
use async_openai::Client;
use async_openai::error::OpenAIError;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use reqwest::Response;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use serde::de::IgnoredAny;
use std::time::Duration;
use tokio::time::Instant;

/// The most that is read of an error's body, in bytes. The readable part of an error is short.
const ERROR_BODY: usize = 64 * 1024;
/// A body in which more than one in so many characters cannot be shown is no text: it is packed, and does not say how.
const UNREADABLE_ONE_IN: usize = 5;
/// How long an error's body may take: the status alone is worth more than a hang.
const ERROR_BODY_TIME: Duration = Duration::from_secs(5);

/// The body of an answer as it comes.
pub(super) type Blocks = BoxStream<'static, reqwest::Result<Bytes>>;

/// An answer that begins.
pub(super) struct Answer {
    /// What the endpoint calls it, where it does not call it what was asked for.
    pub(super) foreign: Option<Foreign>,
    pub(super) blocks: Blocks,
}

/// What an endpoint says of a body that it does not call an answer. Some do so, and send one.
pub(super) struct Foreign {
    pub(super) content_type: String,
    pub(super) headers: HeaderMap,
}

/// Why a request has no answer.
pub(super) struct Unanswered {
    pub(super) error: ProviderError,
    /// Where a response refused it: its status, and its body as it came.
    refusal: Option<(u16, String)>,
}

impl From<ProviderError> for Unanswered {
    fn from(error: ProviderError) -> Self {
        Self { error, refusal: None }
    }
}

impl Endpoint {
    /// Sends `request`; again, without what its model does not take, where the refusal says that it is no more than that.
    ///
    /// # Errors
    /// When no response comes, or one that refuses.
    pub(super) async fn ask(&self, request: &ChatRequest, stream: bool) -> Result<Response, ProviderError> {
        let mut takes = self.parameters.of(request);
        let mut adaptations = 0;
        loop {
            let body = Request::new(request, stream, takes);
            let sent = self.send(|client| async move {
                let chat = client.chat();
                match stream {
                    true => chat.create_stream_byot::<_, IgnoredAny>(body).await.map(drop),
                    false => chat.create_byot::<_, IgnoredAny>(body).await.map(drop),
                }
            });
            let Unanswered { error, refusal } = match sent.await {
                Ok(response) => return Ok(response),
                Err(unanswered) => unanswered,
            };
            let other = refusal
                .filter(|_| adaptations < ADAPTATIONS_MAX)
                .and_then(|(status, body)| takes.after(Wanted::of(request, stream), status, &body));
            let Some(other) = other else { return Err(error) };
            self.parameters.remember(&request.model, other);
            takes = other;
            adaptations += 1;
        }
    }

    /// Whether `request` is worth sending again after `body` refused it in the place of an answer: what its model does not
    /// take is remembered, and left out then.
    pub(super) fn adapts(&self, request: &ChatRequest, stream: bool, body: &str) -> bool {
        let takes = self.parameters.of(request);
        // It came under a status that says nothing: it is taken for a refusal.
        let Some(other) = takes.after(Wanted::of(request, stream), 400, body) else { return false };
        self.parameters.remember(&request.model, other);
        self.parameters.of(request) != takes
    }

    /// Sends what `call` asks for.
    ///
    /// # Errors
    /// When no response comes, or one that refuses.
    pub(super) async fn send<T, F>(&self, call: impl FnOnce(Client<Access>) -> F) -> Result<Response, Unanswered>
    where
        F: Future<Output = Result<T, OpenAIError>>,
    {
        let line = self.line().await?;
        let Line { http, access, .. } = &*line;
        let guard = Guard::new(http.clone());
        let client = Client::build(http.clone(), access.clone()).with_http_service(guard.clone());
        let sent = tokio::time::timeout(self.timeouts.first_byte, call(client)).await;
        let failed = match sent {
            Err(_) => self.silent(Phase::FirstByte),
            Ok(Err(error)) => self.translate(error),
            Ok(Ok(_)) => self.error(ErrorKind::Protocol, "was not asked; this is a mistake of pointsman"),
        };
        match guard.take() {
            None => Err(failed.into()),
            Some(response) if response.status().is_success() => Ok(response),
            Some(response) => {
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                let body = read_some(response).await;
                Err(Unanswered { error: self.refused(status, &headers, &body), refusal: Some((status, body)) })
            }
        }
    }

    /// The answer that `response` brings.
    ///
    /// # Errors
    /// When it brings something else.
    pub(super) async fn answer(&self, response: Response) -> Result<Answer, ProviderError> {
        let headers = response.headers().clone();
        let content_type = media_type(&headers);
        let packed = header(&headers, CONTENT_ENCODING).filter(|encoding| *encoding != "identity");
        if let Some(packed) = packed {
            let packed = packed.to_owned();
            return Err(self.not_an_answer(&packed, &headers, &read_some(response).await));
        }
        // Some servers name no type at all, or a wrong one: what is there is read all the same.
        let known = matches!(content_type.as_str(), "" | "text/event-stream" | "application/json");
        let foreign = (!known && !content_type.ends_with("json")).then_some(Foreign { content_type, headers });
        Ok(Answer { foreign, blocks: response.bytes_stream().boxed() })
    }

    /// The whole body of `response`.
    ///
    /// # Errors
    /// When it does not end well, or in time.
    pub(super) async fn whole(&self, response: Response) -> Result<Vec<u8>, ProviderError> {
        let mut blocks = response.bytes_stream();
        let mut whole = Vec::new();
        // A model thinks before the first block, if it does not before it responds at all.
        let mut phase = Phase::FirstToken;
        while let Some(block) = self.by(Instant::now() + self.wait(phase), phase, blocks.next()).await? {
            whole.extend_from_slice(&block.map_err(|error| self.unread(&error.without_url()))?);
            phase = Phase::Idle;
            if whole.len() > EVENT_BYTES_MAX {
                let what = format!("sent an answer without an end; check its {BASE_URL}");
                return Err(self.error(ErrorKind::Protocol, &what));
            }
        }
        Ok(whole)
    }

    /// What `work` brings until `then`.
    ///
    /// # Errors
    /// When it does not: `phase` took too long.
    pub(super) async fn by<T>(
        &self,
        then: Instant,
        phase: Phase,
        work: impl Future<Output = T>,
    ) -> Result<T, ProviderError> {
        tokio::time::timeout_at(then, work).await.ok().ok_or_else(|| self.silent(phase))
    }

    /// How long `phase` may take.
    pub(super) fn wait(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Connect => self.timeouts.connect,
            Phase::FirstByte => self.timeouts.first_byte,
            Phase::FirstToken => self.timeouts.first_token,
            Phase::Idle => self.timeouts.idle,
            Phase::Turn => self.timeouts.turn,
        }
    }
}

/// What kind of body `headers` announce, in small letters and without its parameters.
fn media_type(headers: &HeaderMap) -> String {
    let content_type = header(headers, CONTENT_TYPE).unwrap_or_default();
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The readable part of an error. What gzip and deflate packed is unpacked by the client, which then takes the header away;
/// of what is packed otherwise only that is said.
async fn read_some(response: Response) -> String {
    if let Some(encoding) = header(response.headers(), CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        return format!("(its explanation is packed as '{encoding}', which cannot be read here)");
    }
    let mut body = Vec::new();
    let mut blocks = response.bytes_stream();
    let read = async {
        while let Some(Ok(block)) = blocks.next().await {
            body.extend_from_slice(&block);
            if body.len() > ERROR_BODY {
                break;
            }
        }
    };
    // What has come by then is enough.
    let _ = tokio::time::timeout(ERROR_BODY_TIME, read).await;
    readable(&body).unwrap_or_else(|| "(its explanation is no text)".to_owned())
}

/// `body` as text, where it is some; a few bytes of another encoding do no harm.
fn readable(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let odd = |c: &char| *c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_whitespace());
    let unreadable = text.chars().filter(odd).count();
    (unreadable * UNREADABLE_ONE_IN <= text.chars().count()).then(|| text.into_owned())
}
