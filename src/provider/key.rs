//! Keys: where each comes from, and reading it when it is needed.
//!
//! Nothing is run or read at start: a password manager may ask its user for something. Whatever is secret stays in
//! types that do not print it. Must not know about requests,
//! nor who shares a reading.

mod command;
mod file;
mod flaw;

use crate::config::keys::API_KEY_COMMAND;
use crate::config::{KeyConfig, NetworkConfig, ProviderConfig, Text};
use crate::shell::ChildEnv;
use flaw::flaw;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// What a provider's requests need besides its own settings: its key, what the variables hold that are named there, and
/// the proxy and the authorities for all.
#[derive(Default)]
pub struct Credentials {
    key: Source,
    ca_file: Option<PathBuf>,
    proxy: Option<Text>,
    variables: HashMap<String, SecretString>,
    /// Proxies in the environment, which may hold a password, by their variables.
    proxies: Vec<(&'static str, SecretString)>,
}

/// Where the environment names proxies.
const PROXIES: [&str; 6] = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

impl Credentials {
    /// Those of `provider`; `variable` looks into the environment. Runs nothing.
    pub fn gather(
        provider: &ProviderConfig,
        network: &NetworkConfig,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let named = provider.headers.values().chain(provider.query.values()).chain(network.proxy.as_deref());
        let named = named.filter_map(|text| match text {
            Text::Variable(name) => Some((name.clone(), SecretString::from(variable(name)?))),
            Text::Written(_) => None,
        });
        Self {
            ca_file: network.ca_file.clone(),
            proxy: network.proxy.as_deref().cloned(),
            variables: named.collect(),
            proxies: PROXIES.into_iter().filter_map(|name| Some((name, variable(name)?.into()))).collect(),
            key: Source::of(&provider.key, variable),
        }
    }

    /// These, with variables that a command for the key must not see.
    #[must_use]
    pub fn withholding(mut self, variables: impl IntoIterator<Item = String>) -> Self {
        if let Source::Command { env, .. } = &mut self.key {
            *env = ChildEnv::without(variables);
        }
        self
    }

    /// Whether there is a key, as far as that is known without running its command or reading its file.
    pub fn has_key(&self) -> bool {
        match &self.key {
            Source::Nowhere => false,
            Source::Known(key) => !key.expose_secret().trim().is_empty(),
            Source::Command { .. } | Source::File(_) | Source::Keyring(_) => true,
        }
    }

    /// Whether the key has to be read before it is known.
    pub(super) fn must_be_read(&self) -> bool {
        matches!(self.key, Source::Command { .. } | Source::File(_) | Source::Keyring(_))
    }

    /// The key, read now; an empty one where there is none.
    ///
    /// # Errors
    /// Why it could not be read, and what to do.
    pub(super) async fn key(&self, provider: &str) -> Result<SecretString, String> {
        self.key.read(provider).await
    }

    /// What is wrong with the key, as far as that is known without running its command or reading its file. `places`:
    /// where it may come from.
    ///
    /// # Errors
    /// That it cannot be one, and what to do. Nothing of the key.
    pub fn check_known_key(&self, places: &KeyConfig) -> Result<(), String> {
        match &self.key {
            Source::Known(key) => self.check(key, places),
            _ => Ok(()),
        }
    }

    /// The same of a key that was read.
    ///
    /// # Errors
    /// As above.
    pub(super) fn check(&self, key: &SecretString, places: &KeyConfig) -> Result<(), String> {
        let Some((what, advice)) = flaw(key.expose_secret().trim()) else { return Ok(()) };
        let place = self.place(places).unwrap_or_else(|| "the key's variable".to_owned());
        Err(format!("the key in {place} {what}; {advice}"))
    }

    /// Where the key comes from, as people call it; the first place that is named where there is none.
    pub fn place(&self, places: &KeyConfig) -> Option<String> {
        let file = || places.file.as_ref().map(|path| path.display().to_string());
        match &self.key {
            Source::Known(_) => places.env.clone(),
            Source::Command { .. } => Some(format!("what {API_KEY_COMMAND} prints")),
            Source::File(path) => Some(path.display().to_string()),
            Source::Keyring(service) => Some(format!("the keyring, under {service}")),
            Source::Nowhere => places.env.clone().or_else(file),
        }
    }

    /// The certificates to trust besides the system's and the provider's own.
    pub(super) fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// The proxy that the settings name.
    pub(super) fn proxy(&self) -> Option<&Text> {
        self.proxy.as_ref()
    }

    /// Addresses of proxies that may hold a password.
    pub(super) fn proxies(&self) -> impl Iterator<Item = &SecretString> {
        self.proxies.iter().map(|(_, address)| address)
    }

    /// The variable that names the proxy for addresses of `scheme`.
    pub(super) fn proxy_variable(&self, scheme: &str) -> Option<&'static str> {
        let wanted = format!("{scheme}_proxy");
        let set = |wanted: &str| self.proxies.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        set(&wanted).or_else(|| set("all_proxy")).map(|(name, _)| *name)
    }

    /// The value of `text`.
    ///
    /// # Errors
    /// The variable that is not set.
    pub(super) fn value(&self, text: &Text) -> Result<SecretString, String> {
        match text {
            Text::Written(value) => Ok(value.as_str().into()),
            Text::Variable(name) => self.variables.get(name).cloned().ok_or_else(|| name.clone()),
        }
    }
}

/// A key alone, for a provider whose settings name no variables.
impl From<&SecretString> for Credentials {
    fn from(key: &SecretString) -> Self {
        Self { key: Source::Known(key.clone()), ..Self::default() }
    }
}

#[derive(Default)]
enum Source {
    #[default]
    Nowhere,
    Known(SecretString),
    Command {
        line: String,
        env: ChildEnv,
    },
    File(PathBuf),
    /// The service.
    Keyring(String),
}

impl Source {
    /// The first place that has something.
    fn of(places: &KeyConfig, variable: impl Fn(&str) -> Option<String>) -> Self {
        let known = places.env.as_deref().and_then(variable);
        match (known, places) {
            (Some(key), _) => Self::Known(key.into()),
            (None, KeyConfig { command: Some(command), .. }) => {
                Self::Command { line: command.clone(), env: ChildEnv::default() }
            }
            (None, KeyConfig { file: Some(file), .. }) if file.exists() => Self::File(file.clone()),
            (None, KeyConfig { keyring: Some(service), .. }) => Self::Keyring(service.clone()),
            (None, _) => Self::Nowhere,
        }
    }

    fn read(&self, provider: &str) -> BoxFuture<'static, Result<SecretString, String>> {
        match self {
            Self::Nowhere => std::future::ready(Ok(SecretString::default())).boxed(),
            Self::Known(key) => std::future::ready(Ok(key.clone())).boxed(),
            Self::Command { line, env } => command::read(env.clone(), line.clone(), command::LIMIT).boxed(),
            Self::File(path) => aside(file::reader(path.clone())).boxed(),
            Self::Keyring(service) => aside(keyring(service.clone(), provider.to_owned())).boxed(),
        }
    }
}

/// Work that blocks, on a thread for such work.
async fn aside(work: impl FnOnce() -> Result<SecretString, String> + Send + 'static) -> Result<SecretString, String> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err("reading it was given up; try again".to_owned()))
}

#[cfg(feature = "keyring")]
fn keyring(service: String, provider: String) -> impl FnOnce() -> Result<SecretString, String> + Send {
    move || {
        let entry = keyring::Entry::new(&service, &provider);
        let key = entry.and_then(|entry| entry.get_password()).map_err(|error| {
            let why = crate::text::sanitize::one_line(&error.to_string(), 200);
            format!("the keyring has none for the service '{service}' and the user '{provider}' ({why}); put it there")
        })?;
        Ok(key.into())
    }
}

/// The configuration refuses this before it gets so far.
#[cfg(not(feature = "keyring"))]
fn keyring(_: String, _: String) -> impl FnOnce() -> Result<SecretString, String> + Send {
    || Err(format!("this pointsman was built without the keyring; use {API_KEY_COMMAND}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> KeyConfig {
        KeyConfig {
            env: Some("KEY".to_owned()),
            command: Some("exit 1".to_owned()),
            file: Some("Cargo.toml".into()),
            keyring: Some("service".to_owned()),
        }
    }

    #[test]
    fn the_first_place_that_has_something_counts() {
        let set = |name: &str| (name == "KEY").then(|| "k".to_owned());
        let unset = |_: &str| None;
        assert!(matches!(Source::of(&places(), set), Source::Known(_)));
        assert!(matches!(Source::of(&places(), unset), Source::Command { .. }));
        let places = KeyConfig { command: None, ..places() };
        assert!(matches!(Source::of(&places, unset), Source::File(_)));
        let places = KeyConfig { file: Some("no/such/file".into()), ..places };
        assert!(matches!(Source::of(&places, unset), Source::Keyring(_)));
        let places = KeyConfig { keyring: None, ..places };
        assert!(matches!(Source::of(&places, unset), Source::Nowhere), "a file that is not there is no place");
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        let provider = ProviderConfig {
            headers: [("x".to_owned(), Text::Variable("TOKEN".to_owned()))].into_iter().collect(),
            ..ProviderConfig::default()
        };
        let network = crate::config::Config::load(None, &crate::config::Overrides::default()).unwrap().network;
        let value = |variable: fn(&str) -> Option<String>| {
            let credentials = Credentials::gather(&provider, &network, variable);
            credentials.value(&provider.headers["x"]).map(|value| value.expose_secret().to_owned())
        };
        assert_eq!(value(|_| None), Err("TOKEN".to_owned()));
        assert_eq!(value(|name| Some(format!("{name} of the environment"))), Ok("TOKEN of the environment".to_owned()));
    }
}
