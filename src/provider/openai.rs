//! Any OpenAI-compatible endpoint, over async-openai.
//!
//! Its typed structs reject what real servers send (content `null` beside new fields, integer error codes, unknown
//! finish reasons), its own transport retries on its own and hides statuses, and its stream hides comments, ends without a
//! word and reads ahead without a bound. So it builds and sends the requests, over our own HTTP service (`guard`), and the
//! responses are read here: `exchange` tells refusals from answers, `events` cuts a body into events, `wire` reads them
//! with tolerant types, `stream` makes an answer of them, `faults` says what went wrong.

mod events;
mod exchange;
mod faults;
mod guard;
mod stream;
mod wire;

use super::{ChatRequest, Deltas, ErrorKind, Outgoing, Provider, ProviderError};
use crate::chat::sanitize::{one_line, sanitize};
use crate::config::{ModelId, ProviderConfig, Timeouts};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream as streams};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};
use std::sync::{Arc, OnceLock};

/// An OpenAI-compatible endpoint. Cheap to make: nothing is opened before the first request.
#[derive(Clone)]
pub struct OpenAi {
    endpoint: Arc<Endpoint>,
}

struct Endpoint {
    name: String,
    shown_url: String,
    /// The variable that the key comes from.
    key_env: Option<String>,
    local: bool,
    access: Access,
    timeouts: Timeouts,
    /// Where they are set.
    network_table: &'static str,
    /// Made at the first request: loading the certificate store would delay the first frame.
    http: OnceLock<Result<reqwest::Client, String>>,
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
        timeouts: Timeouts,
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
                key_env: config.api_key_env.clone(),
                local: config.is_local(),
                access,
                timeouts,
                network_table: config.network_table(),
                http: OnceLock::new(),
            }),
        })
    }
}

fn unsendable(config: &ProviderConfig) -> ProviderError {
    let variable = config.api_key_env.as_deref().unwrap_or("the key's variable");
    ProviderError::new(
        ErrorKind::Auth,
        format!("the key in {variable} holds characters that cannot be sent; copy it again, without line breaks"),
    )
}

impl Provider for OpenAi {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    fn outgoing(&self, request: &ChatRequest) -> Outgoing {
        let body = match serde_json::to_value(wire::Request::new(request, true)) {
            Ok(Value::Object(body)) => body,
            _ => Map::new(),
        };
        Outgoing { url: format!("{}/chat/completions", self.endpoint.shown_url), body }
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
            let endpoint = &self.endpoint;
            let sent = endpoint.send(|client| async move { client.chat().create_byot::<_, IgnoredAny>(body).await });
            let body = endpoint.whole(sent.await?).await?;
            let mut reply: wire::Chunk = endpoint.read(&body)?;
            if reply.is_error() {
                return Err(endpoint.error_inside(&String::from_utf8_lossy(&body)));
            }
            let text = reply.take_text().filter(|text| !text.trim().is_empty());
            Ok(sanitize(&text.or_else(|| reply.take_reasoning()).unwrap_or_default()))
        }
        .boxed()
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelId>, ProviderError>> {
        async move {
            let endpoint = &self.endpoint;
            let sent = endpoint.send(|client| async move { client.models().list_byot::<IgnoredAny>().await });
            let list: wire::Models = endpoint.read(&endpoint.whole(sent.await?).await?)?;
            Ok(list.data.into_iter().filter_map(|entry| entry.id).map(|id| one_line(&id, 200).into()).collect())
        }
        .boxed()
    }
}

impl Endpoint {
    fn http(&self) -> Result<&reqwest::Client, ProviderError> {
        self.http
            .get_or_init(|| self.build_http())
            .as_ref()
            .map_err(|why| self.error(ErrorKind::Unreachable, &format!("no HTTP client could be made: {why}")))
    }

    fn build_http(&self) -> Result<reqwest::Client, String> {
        // Another part of the process may have installed one already; either is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            let builder = reqwest::Client::builder()
                .connect_timeout(self.timeouts.connect)
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
        http.map_err(|error| error.to_string())
    }

    /// A whole answer.
    fn read<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, ProviderError> {
        serde_json::from_slice(body).map_err(|error| self.unreadable(&error.to_string()))
    }
}
