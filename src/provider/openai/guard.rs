//! The HTTP service under async-openai: one attempt a request, and the response as it came.
//!
//! async-openai builds the request, its address and headers. Left to itself it would also read the answer: it ends a
//! stream at the first oddity or without a word, loses the statuses of errors that are not exactly as expected, hides
//! comments, and reads ahead without a bound. So the response is laid aside here, and async-openai is given an empty one.
//! Must not know what an answer is.

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use reqwest::Response;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// What async-openai reads instead of an answer: JSON of any type, and a stream without an event.
const NOTHING: &str = "null";

/// Sends a request once and keeps the response.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    client: reqwest::Client,
    response: Arc<Mutex<Option<Response>>>,
}

impl Guard {
    pub(super) fn new(client: reqwest::Client) -> Self {
        Self { client, response: Arc::default() }
    }

    /// The response, when one came.
    pub(super) fn take(&self) -> Option<Response> {
        self.response.lock().unwrap_or_else(PoisonError::into_inner).take()
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
        let Self { client, response } = self.clone();
        Box::pin(async move {
            let came = client.execute(factory.build().await?).await.map_err(OpenAIError::Reqwest)?;
            *response.lock().unwrap_or_else(PoisonError::into_inner) = Some(came);
            Ok(Response::from(http::Response::new(NOTHING)))
        })
    }
}
