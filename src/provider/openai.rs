//! Any OpenAI-compatible endpoint, over async-openai.
//!
//! Its typed structs reject what real servers send (content `null` beside new fields, integer error codes, unknown
//! finish reasons), its own transport retries on its own and hides statuses, and its stream hides comments, ends without a
//! word and reads ahead without a bound. So it builds and sends the requests, over our own HTTP service (`guard`), and the
//! responses are read here: `exchange` tells refusals from answers, `events` cuts a body into events, `wire` reads them
//! with tolerant types, `decoder` makes an answer of them, `stream` waits for it, `faults` says what went wrong,
//! `parameters` remembers what a model does not take.

mod access;
mod client;
mod decoder;
mod events;
mod exchange;
mod extras;
mod faults;
mod guard;
mod hide;
mod listing;
mod media;
mod parameters;
mod sources;
mod stream;
mod tls;
mod trust;
mod wire;

use super::key::Credentials;
use super::{ChatRequest, Deltas, ErrorKind, Outgoing, Provider, ProviderError};
use crate::config::{Listed, ProviderConfig, Timeouts};
use crate::text::tolerant_json;
use access::Access;
pub use decoder::{BodyEnd, BodyRead, Fault, read_body};
use futures_util::future::{BoxFuture, Shared};
use futures_util::{FutureExt, StreamExt, stream as streams};
use hide::Secrets;
use parameters::{ADAPTATIONS_MAX, Parameters};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An OpenAI-compatible endpoint. Cheap to make: nothing is opened, and no key is asked for, before the first request.
#[derive(Clone)]
pub struct OpenAi {
    endpoint: Arc<Endpoint>,
}

struct Endpoint {
    name: String,
    config: ProviderConfig,
    credentials: Arc<Credentials>,
    shown_url: String,
    /// Where the key comes from, for people who have to mend it.
    key_place: Option<String>,
    timeouts: Timeouts,
    /// Where they are set.
    network_table: &'static str,
    line: Mutex<Option<Opening>>,
    parameters: Parameters,
}

/// A line that is opened, or is open. Begun at the first request: loading the certificate store would delay the first
/// frame, and a password manager may have a question. All requests share it, and it is kept while no request waits: one
/// that gives up early, as the judge does, must not end a command that the next one would have to start again.
type Opening = Shared<BoxFuture<'static, Result<Arc<Line>, Closed>>>;

/// Why a line cannot be opened.
type Closed = (ErrorKind, String);

/// The way to an endpoint, once its key is known.
struct Line {
    http: reqwest::Client,
    access: Access,
    secrets: Arc<Secrets>,
    /// What stands between, where something does.
    proxy: Option<client::Proxy>,
}

impl OpenAi {
    /// The endpoint `name` with its settings; an empty key sends no `Authorization` header.
    ///
    /// # Errors
    /// When the key is known and is malformed.
    pub fn new(
        name: &str,
        config: &ProviderConfig,
        credentials: impl Into<Credentials>,
        timeouts: Timeouts,
    ) -> Result<Self, ProviderError> {
        let credentials = credentials.into();
        credentials.check_known_key(&config.key).map_err(|why| ProviderError::new(ErrorKind::Auth, why))?;
        Ok(Self {
            endpoint: Arc::new(Endpoint {
                name: name.to_owned(),
                shown_url: config.display_url(),
                key_place: credentials.place(&config.key),
                config: config.clone(),
                credentials: Arc::new(credentials),
                timeouts,
                network_table: config.network_table(),
                line: Mutex::default(),
                parameters: Parameters::default(),
            }),
        })
    }
}

impl OpenAi {
    /// Reads the key and the certificates, as the first request would, and sends nothing.
    ///
    /// # Errors
    /// What is missing, and what to do.
    pub async fn prepare(&self) -> Result<(), ProviderError> {
        self.endpoint.line().await.map(|_| ())
    }
}

impl Provider for OpenAi {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    fn is_ready(&self) -> bool {
        let open = || self.endpoint.held().as_ref().is_some_and(|opening| matches!(opening.peek(), Some(Ok(_))));
        !self.endpoint.credentials.must_be_read() || open()
    }

    fn outgoing(&self, request: &ChatRequest) -> Outgoing {
        let body = match serde_json::to_value(wire::Request::new(request, true, self.endpoint.parameters.of(request))) {
            Ok(Value::Object(body)) => body,
            _ => Map::new(),
        };
        Outgoing { url: format!("{}{}", self.endpoint.shown_url, self.endpoint.config.path), body }
    }

    fn stream(&self, request: ChatRequest) -> Deltas {
        let endpoint = self.endpoint.clone();
        let opened = async move {
            let deltas = stream::open(endpoint.clone(), request).await?;
            Ok((deltas, endpoint.secrets()))
        };
        streams::once(opened)
            .flat_map(|opened| match opened {
                Ok((deltas, Some(secrets))) => hide::hidden(deltas, secrets),
                Ok((deltas, None)) => deltas,
                Err(error) => streams::once(std::future::ready(Err(error))).boxed(),
            })
            .boxed()
    }

    fn complete(&self, request: ChatRequest) -> BoxFuture<'_, Result<String, ProviderError>> {
        async move {
            let endpoint = &self.endpoint;
            let mut adaptations = 0;
            let read = loop {
                let body = endpoint.whole(endpoint.ask(&request, false).await?).await?;
                let read = read_body([body], BodyEnd::Closed);
                match &read.outcome {
                    Err(Fault::Refused(body))
                        if adaptations < ADAPTATIONS_MAX && endpoint.adapts(&request, false, body) =>
                    {
                        adaptations += 1;
                    }
                    _ => break read,
                }
            };
            let (text, reasoning) = read.words();
            match read.outcome {
                // What was cut may say enough.
                Ok(_) | Err(Fault::BrokenOff(None)) => {
                    let said = if text.trim().is_empty() { reasoning } else { text };
                    Ok(endpoint.out_of_answer(&said))
                }
                Err(fault) => Err(endpoint.fault(fault)),
            }
        }
        .boxed()
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<Listed>, ProviderError>> {
        async move {
            let endpoint = &self.endpoint;
            let sent = endpoint.send(|client| async move { client.models().list_byot::<IgnoredAny>().await });
            let body = endpoint.whole(sent.await.map_err(|unanswered| unanswered.error)?).await?;
            let list = listing::read(&endpoint.json(&body)?);
            let list = list.ok_or_else(|| endpoint.error_inside(&String::from_utf8_lossy(&body)))?;
            let hidden = |listed: Listed| Listed { id: endpoint.out_of_answer(&listed.id), ..listed };
            Ok(list.into_iter().map(hidden).collect())
        }
        .boxed()
    }
}

impl Endpoint {
    /// The line, open. A failure is not kept: the next request tries again.
    async fn line(&self) -> Result<Arc<Line>, ProviderError> {
        let opening = {
            let mut line = self.held();
            let kept = line.take().filter(|opening| !matches!(opening.peek(), Some(Err(_))));
            line.insert(kept.unwrap_or_else(|| self.open())).clone()
        };
        opening.await.map_err(|(kind, why)| self.error(kind, &format!("cannot be asked: {why}")))
    }

    fn held(&self) -> MutexGuard<'_, Option<Opening>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Holds nothing of the endpoint, which holds it.
    fn open(&self) -> Opening {
        let (name, config, credentials) = (self.name.clone(), self.config.clone(), self.credentials.clone());
        let connect = self.timeouts.connect;
        let opened = async move {
            let keyless = |why: String| (ErrorKind::Auth, why);
            let key = credentials.key(&name).await.map_err(|why| keyless(format!("there is no key: {why}")))?;
            let (access, secrets) = Access::new(&config, &credentials, &key).map_err(keyless)?;
            let http = client::http(&config, &credentials, connect).map_err(|why| (ErrorKind::Tls, why))?;
            let proxy = client::Proxy::of(&config, &credentials);
            Ok(Arc::new(Line { http, access, secrets: Arc::new(secrets), proxy }))
        };
        opened.boxed().shared()
    }

    /// What must not be shown; nothing before the first request.
    fn secrets(&self) -> Option<Arc<Secrets>> {
        self.opened().map(|line| line.secrets.clone())
    }

    /// The line, where it is open.
    fn opened(&self) -> Option<Arc<Line>> {
        let opening = self.held().clone()?;
        opening.peek().and_then(|opened| opened.as_ref().ok()).cloned()
    }

    /// What a model said, without what is secret.
    fn out_of_answer(&self, said: &str) -> String {
        self.secrets().map_or_else(|| said.to_owned(), |secrets| secrets.out_of_answer(said))
    }

    /// The JSON that a whole body is, be it a little broken.
    fn json(&self, body: &[u8]) -> Result<Value, ProviderError> {
        let tolerant = || tolerant_json::document(&String::from_utf8_lossy(body));
        serde_json::from_slice(body).or_else(|error| tolerant().ok_or_else(|| self.unreadable(&error.to_string())))
    }
}
