//! What every request to an endpoint carries: address, key, headers and query, in the form async-openai asks for.
//!
//! Made when the key is there. Has no `Debug` on purpose.

use super::hide::Secrets;
use crate::config::{ProviderConfig, Text, password};
use crate::provider::key::Credentials;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

#[derive(Clone)]
pub(super) struct Access {
    base_url: String,
    path: String,
    models_path: String,
    query: Vec<(String, SecretString)>,
    key: SecretString,
    headers: HeaderMap,
}

impl async_openai::config::Config for Access {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }
    fn url(&self, path: &str) -> String {
        let path = match path {
            "/chat/completions" => &self.path,
            "/models" => &self.models_path,
            other => other,
        };
        format!("{}{path}", self.base_url)
    }
    fn query(&self) -> Vec<(&str, &str)> {
        self.query.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect()
    }
    fn api_base(&self) -> &str {
        &self.base_url
    }
    fn api_key(&self) -> &SecretString {
        &self.key
    }
}

impl Access {
    /// What requests to `config` carry with this key, and what of it must not be shown. An empty key is not sent.
    ///
    /// # Errors
    /// What cannot be sent, and what to do.
    pub(super) fn new(
        config: &ProviderConfig,
        credentials: &Credentials,
        key: &SecretString,
    ) -> Result<(Self, Secrets), String> {
        let mut secrets = Secrets::default();
        let mut headers = HeaderMap::new();
        for (name, text) in &config.headers {
            let value = value(credentials, text, &format!("the header {name}"))?;
            secrets.add_value(name, text, &value);
            let header = HeaderName::from_bytes(name.as_bytes()).ok();
            let (Some(header), Some(value)) = (header, header_value(value.expose_secret())) else {
                return Err(format!("the header {name} holds characters that cannot be sent; mend its value"));
            };
            headers.insert(header, value);
        }
        let mut query = Vec::new();
        for (name, text) in &config.query {
            let value = value(credentials, text, &format!("{name} in the query"))?;
            secrets.add_query_value(name, text, &value);
            query.push((name.clone(), value));
        }
        let key = SecretString::from(key.expose_secret().trim());
        if !key.expose_secret().is_empty() {
            credentials.check(&key, &config.key)?;
            let bearer = header_value(&format!("Bearer {}", key.expose_secret()));
            headers.insert(AUTHORIZATION, bearer.ok_or("the key cannot be sent; copy it again")?);
        }
        secrets.add(key.expose_secret());
        secrets.add_password(password(&config.base_url));
        let written = credentials.proxy().and_then(|proxy| credentials.value(proxy).ok());
        for proxy in credentials.proxies().chain(&written) {
            secrets.add_password(password(proxy.expose_secret()));
        }
        let ProviderConfig { base_url, path, models_path, .. } = config.clone();
        Ok((Self { base_url, path, models_path, query, key, headers }, secrets))
    }
}

/// The value of `text`; `what` it is says the message where it is not there.
pub(super) fn value(credentials: &Credentials, text: &Text, what: &str) -> Result<SecretString, String> {
    credentials.value(text).map_err(|variable| {
        format!("{what} is read from {variable}, which is not set; set it, or change the configuration")
    })
}

fn header_value(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
