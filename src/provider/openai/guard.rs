//! The HTTP service under async-openai: one attempt a request, statuses and headers kept, bodies made fit to parse.
//!
//! What it guards against, each seen with a real server:
//! - a status other than success whose body async-openai would try to parse and lose the status;
//! - a page of HTML, or JSON, with status 200 where an event stream was asked for: an empty stream without an error;
//! - a last event without the blank line after it: lost without a word.

use super::ahead::Ahead;
use super::retry_after;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// The most that is read of an error's body, in bytes. The readable part of an error is short.
const ERROR_BODY: usize = 64 * 1024;
/// How long an error's body may take: the status alone is worth more than a hang.
const ERROR_BODY_TIME: Duration = Duration::from_secs(5);
/// About how much of an event stream is parsed at once, in bytes: a few events.
const PORTION: usize = 1024;
/// Closes an event that the server left open, then says that the body ended by itself.
const END_OF_BODY: &str = "\n\ndata: {\"eof\":true}\n\n";

/// What kind of answer was asked for.
#[derive(Debug, Clone)]
pub(super) enum Expect {
    /// A stream, which may run so far ahead.
    Events(Arc<Ahead>),
    Json,
}

/// An HTTP answer that is none of what was asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpFailure {
    #[error("status {status}")]
    Status { status: u16, retry_after: Option<Duration>, body: String },
    #[error("unexpected content type {content_type}")]
    NotAnAnswer { content_type: String },
}

/// Sends a request once.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    client: reqwest::Client,
    expect: Expect,
}

impl Guard {
    pub(super) fn new(client: reqwest::Client, expect: Expect) -> Self {
        Self { client, expect }
    }
}

impl tower::Service<HttpRequestFactory> for Guard {
    type Response = Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, factory: HttpRequestFactory) -> Self::Future {
        let Self { client, expect } = self.clone();
        Box::pin(async move {
            let request = factory.build().await?;
            let response = client.execute(request).await.map_err(OpenAIError::Reqwest)?;
            let response = refuse_failures(response).await?;
            match expect {
                Expect::Json => Ok(response),
                Expect::Events(ahead) => as_events(response, ahead).await,
            }
        })
    }
}

async fn refuse_failures(response: Response) -> Result<Response, OpenAIError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let retry_after = retry_after(response.headers());
    let body = tokio::time::timeout(ERROR_BODY_TIME, read_some(response)).await.unwrap_or_default();
    Err(boxed(HttpFailure::Status { status: status.as_u16(), retry_after, body }))
}

async fn read_some(response: Response) -> String {
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        body.extend_from_slice(&chunk);
        if body.len() > ERROR_BODY {
            break;
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}

/// An event stream that says when it ends. A whole answer as JSON, from a server that does not stream, becomes a stream
/// of one event.
async fn as_events(response: Response, ahead: Arc<Ahead>) -> Result<Response, OpenAIError> {
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match content_type.as_str() {
        // Some servers name no type at all; their events are parsed all the same.
        "text/event-stream" | "" => {
            let end = stream::once(std::future::ready(Ok(Bytes::from_static(END_OF_BODY.as_bytes()))));
            let portions = response.bytes_stream().flat_map(|block| stream::iter(in_portions(block)));
            let blocks = portions.then(move |portion| {
                let ahead = ahead.clone();
                async move {
                    if let Ok(portion) = &portion {
                        ahead.give(portion).await;
                    }
                    portion
                }
            });
            Ok(with_body(reqwest::Body::wrap_stream(blocks.chain(end))))
        }
        "application/json" => {
            let whole = response.bytes().await.map_err(OpenAIError::Reqwest)?;
            let line: Vec<u8> = whole.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
            let event = [b"data: ".as_slice(), &line, b"\n\ndata: [DONE]\n\n"].concat();
            Ok(with_body(reqwest::Body::from(event)))
        }
        _ => Err(boxed(HttpFailure::NotAnAnswer { content_type })),
    }
}

/// A block of the body in small portions that end with a line. async-openai's parser moves all that is left of what it
/// was given for every line that it reads, so it is given little at once.
fn in_portions<E>(block: Result<Bytes, E>) -> impl Iterator<Item = Result<Bytes, E>> {
    let (mut rest, error) = match block {
        Ok(block) => (block, None),
        Err(error) => (Bytes::new(), Some(error)),
    };
    std::iter::from_fn(move || (!rest.is_empty()).then(|| Ok(portion(&mut rest)))).chain(error.map(Err))
}

fn portion(rest: &mut Bytes) -> Bytes {
    let ends = |byte: &u8| *byte == b'\n';
    let last = rest.iter().take(PORTION).rposition(ends);
    let next = || rest.iter().skip(PORTION).position(ends).map(|at| PORTION + at);
    match last.or_else(next) {
        Some(at) => rest.split_to(at + 1),
        None => std::mem::take(rest),
    }
}

fn with_body(body: reqwest::Body) -> Response {
    Response::from(http::Response::new(body))
}

fn boxed(failure: HttpFailure) -> OpenAIError {
    OpenAIError::Boxed(Box::new(failure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_handed_on_in_small_portions_of_whole_lines() {
        let [short, long] = [10, 3 * PORTION].map(|length| format!("data: {}\n\n", "x".repeat(length)));
        let block = [short.repeat(500), long, short.repeat(3), "data: half".to_owned()].concat();
        let portions: Vec<Bytes> =
            in_portions(Ok::<_, ()>(Bytes::from(block.clone()))).collect::<Result<_, _>>().unwrap();
        assert_eq!(portions.concat(), block.as_bytes());
        let (last, whole) = portions.split_last().unwrap();
        assert!(whole.iter().all(|portion| portion.ends_with(b"\n")));
        assert_eq!(last.as_ref(), b"data: half");
        assert_eq!(portions.iter().filter(|portion| portion.len() > PORTION).count(), 1, "only the long line is long");
        assert!(portions.len() < 20, "{} portions", portions.len());
    }

    #[test]
    fn the_failure_of_a_block_is_handed_on() {
        assert_eq!(in_portions(Err("reset")).collect::<Vec<_>>(), [Err("reset")]);
    }
}
