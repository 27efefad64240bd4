//! Any OpenAI-compatible endpoint, over async-openai.
//!
//! Its typed structs reject what real servers send (content `null` beside new fields, integer error codes, unknown
//! finish reasons), and its own transport retries on its own and hides statuses. So it is used with our tolerant types
//! (`wire`) and our own HTTP service (`guard`); it contributes request building and event-stream parsing.
//!
//! Its stream reads ahead into an unbounded queue. That is bounded in practice by the length of one answer, which is
//! kept in memory as a whole anyway; dropping the stream closes the connection at once.

mod guard;
mod stream;
mod wire;

use super::{ChatRequest, Deltas, ErrorKind, Provider, ProviderError};
use crate::chat::sanitize::{one_line, sanitize};
use crate::config::{ModelId, NetworkConfig, ProviderConfig};
use async_openai::Client;
use async_openai::error::OpenAIError;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream as streams};
use guard::{Expect, Guard, HttpFailure};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// An OpenAI-compatible endpoint. Cheap to make: nothing is opened before the first request.
#[derive(Clone)]
pub struct OpenAi {
    endpoint: Arc<Endpoint>,
}

struct Endpoint {
    name: String,
    shown_url: String,
    local: bool,
    access: Access,
    network: NetworkConfig,
    /// Made at the first request: loading the certificate store would delay the first frame.
    clients: OnceLock<Result<Clients, String>>,
}

struct Clients {
    events: Client<Access>,
    json: Client<Access>,
}

/// Address and key, in the form async-openai asks for. Has no `Debug` on purpose.
#[derive(Clone)]
struct Access {
    base_url: String,
    key: SecretString,
    headers: HeaderMap,
}

impl async_openai::config::Config for Access {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }
    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }
    fn api_base(&self) -> &str {
        &self.base_url
    }
    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

impl OpenAi {
    /// The endpoint `name` with its settings; an empty key sends no `Authorization` header.
    ///
    /// # Errors
    /// When the key holds characters that cannot be sent in a header.
    pub fn new(
        name: &str,
        config: &ProviderConfig,
        key: &SecretString,
        network: &NetworkConfig,
    ) -> Result<Self, ProviderError> {
        let trimmed = key.expose_secret().trim();
        let mut headers = HeaderMap::new();
        if !trimmed.is_empty() {
            let mut value =
                HeaderValue::from_str(&format!("Bearer {trimmed}")).ok().ok_or_else(|| unsendable(config))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let access = Access { base_url: config.base_url.clone(), key: SecretString::from(trimmed), headers };
        Ok(Self {
            endpoint: Arc::new(Endpoint {
                name: name.to_owned(),
                shown_url: config.display_url(),
                local: config.is_local(),
                access,
                network: network.clone(),
                clients: OnceLock::new(),
            }),
        })
    }
}

fn unsendable(config: &ProviderConfig) -> ProviderError {
    let variable = config.api_key_env.as_deref().unwrap_or("the key's variable");
    ProviderError::new(
        ErrorKind::Key,
        format!("the key in {variable} holds characters that cannot be sent; copy it again, without line breaks"),
    )
}

impl Provider for OpenAi {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    fn stream(&self, request: ChatRequest) -> Deltas {
        let endpoint = self.endpoint.clone();
        let opened = async move { stream::open(endpoint, request).await };
        streams::once(opened)
            .flat_map(|opened| match opened {
                Ok(deltas) => deltas,
                Err(error) => streams::once(std::future::ready(Err(error))).boxed(),
            })
            .boxed()
    }

    fn complete(&self, request: ChatRequest) -> BoxFuture<'_, Result<String, ProviderError>> {
        async move {
            let body = wire::Request::new(&request, false);
            let clients = self.endpoint.clients()?;
            let reply: wire::Chunk = self.endpoint.in_time(clients.json.chat().create_byot(body)).await?;
            Ok(sanitize(&reply.whole_text()))
        }
        .boxed()
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelId>, ProviderError>> {
        async move {
            let clients = self.endpoint.clients()?;
            let list: wire::Models = self.endpoint.in_time(clients.json.models().list_byot()).await?;
            Ok(list.data.into_iter().filter_map(|entry| entry.id).map(|id| one_line(&id, 200).into()).collect())
        }
        .boxed()
    }
}

impl Endpoint {
    fn clients(&self) -> Result<&Clients, ProviderError> {
        self.clients
            .get_or_init(|| self.build_clients())
            .as_ref()
            .map_err(|why| self.error(ErrorKind::Unreachable, &format!("no HTTP client could be made: {why}")))
    }

    fn build_clients(&self) -> Result<Clients, String> {
        // Another part of the process may have installed one already; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            let builder = reqwest::Client::builder()
                .connect_timeout(self.network.connect_timeout)
                .user_agent(concat!("pointsman/", env!("CARGO_PKG_VERSION")));
            // A proxy cannot know what this machine's own address means.
            if self.local { builder.no_proxy() } else { builder }
        };
        // A machine without a certificate store cannot build the usual client, not even for http://127.0.0.1.
        let http = builder().build().or_else(|error| {
            tracing::info!(%error, "no certificate store on this machine, using the built-in one");
            let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
                .iter()
                .filter_map(|der| reqwest::Certificate::from_der(der).ok());
            builder().tls_certs_only(roots).build()
        });
        let http = http.map_err(|error| error.to_string())?;
        let client = |expect| {
            Client::build(http.clone(), self.access.clone()).with_http_service(Guard::new(http.clone(), expect))
        };
        Ok(Clients { events: client(Expect::Events), json: client(Expect::Json) })
    }

    /// `work`, unless the endpoint stays silent for too long.
    async fn in_time<T>(&self, work: impl Future<Output = Result<T, OpenAIError>>) -> Result<T, ProviderError> {
        match tokio::time::timeout(self.network.idle_timeout, work).await {
            Ok(result) => result.map_err(|error| self.translate(error)),
            Err(_) => Err(self.silent()),
        }
    }

    fn silent(&self) -> ProviderError {
        let seconds = self.network.idle_timeout.as_secs_f64();
        self.error(
            ErrorKind::Silent,
            &format!("sent nothing for {seconds} s; try again, or raise network.idle_timeout_seconds"),
        )
    }

    /// An error about this endpoint; `what` reads on after its name.
    fn error(&self, kind: ErrorKind, what: &str) -> ProviderError {
        ProviderError::new(kind, self.redact(&format!("{} {what}", self.name)))
    }

    fn translate(&self, error: OpenAIError) -> ProviderError {
        match error {
            OpenAIError::Boxed(error) => match error.downcast::<HttpFailure>() {
                Ok(failure) => self.translate_failure(*failure),
                Err(error) => {
                    self.error(ErrorKind::Protocol, &format!("failed: {}", one_line(&error.to_string(), 200)))
                }
            },
            OpenAIError::Reqwest(error) => self.unreachable(&error.without_url()),
            OpenAIError::StreamError(error) => {
                tracing::debug!(%error, "the stream broke");
                self.error(
                    ErrorKind::Cut,
                    "broke off the answer; what came is kept, send the prompt again for the rest",
                )
            }
            other => {
                let why = one_line(&other.to_string(), 200);
                self.error(ErrorKind::Protocol, &format!("sent what is no answer ({why}); check its base_url"))
            }
        }
    }

    fn translate_failure(&self, failure: HttpFailure) -> ProviderError {
        match failure {
            HttpFailure::Status { status, retry_after, body } => {
                let error = ProviderError::from_status(&self.name, status, retry_after, &body);
                ProviderError { message: self.redact(&error.message), ..error }
            }
            HttpFailure::NotAnAnswer { content_type } => {
                let what = format!("sent '{content_type}' instead of an answer; check base_url ({})", self.shown_url);
                self.error(ErrorKind::Protocol, &what)
            }
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> ProviderError {
        let why = root_cause(error);
        if error.is_connect() || error.is_timeout() {
            let what = format!("cannot be reached at {} ({why}); is it running, is the address right?", self.shown_url);
            self.error(ErrorKind::Unreachable, &what)
        } else {
            self.error(ErrorKind::Cut, &format!("broke off the connection ({why}); try again"))
        }
    }

    /// Some endpoints repeat the key in their errors. A key of a few letters is none, only a placeholder for a server
    /// that wants anything at all, and would be found in every word.
    fn redact(&self, text: &str) -> String {
        let key = self.access.key.expose_secret();
        if key.len() < 6 { text.to_owned() } else { text.replace(key, "…") }
    }
}

/// The innermost reason, which is the one a person can act on: "connection refused", not "error sending request".
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    one_line(&cause.to_string(), 120)
}

/// Reads `Retry-After` in seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(reqwest::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
