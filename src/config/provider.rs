//! Endpoints: where each is, what goes along with a request, where its key comes from.
//!
//! Owns what these settings mean and what of them may be shown. Nothing is read here: a key is named, never held.

use super::accepts::Accepts;
use super::checked::{AnswerLimit, Seconds};
use super::keys::{self, BASE_URL};
use super::network::Timeouts;
use super::source::BASE_URL_VARIABLE;
use super::text::Text;
use super::url::{self, host, password};
use crate::text::sanitize::sanitize;
use indexmap::IndexMap;
use std::fmt;
use std::path::PathBuf;

/// Where the chat is, below a provider's address, unless it says otherwise.
pub(super) const CHAT_PATH: &str = "/chat/completions";
/// The same for the list of models.
pub(super) const MODELS_PATH: &str = "/models";

/// The headers that say for whom a request is made.
pub(super) const ORGANIZATION: &str = "openai-organization";
pub(super) const PROJECT: &str = "openai-project";

/// One OpenAI-compatible endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// Where its API begins, without a slash at the end.
    pub base_url: String,
    /// Where the chat is below that.
    pub path: String,
    /// Where the list of models is below that.
    pub models_path: String,
    /// How long an answer may be, in tokens, unless its model or category says otherwise; `None`: as the endpoint likes.
    pub max_tokens: Option<AnswerLimit>,
    /// What its models accept in a request, unless they say otherwise.
    pub accepts: Accepts,
    /// What stands behind the `?` of every request.
    pub query: IndexMap<String, Text>,
    /// What is sent along with every request, the organisation and the project among it.
    pub headers: IndexMap<String, Text>,
    /// Where its key comes from. Several may be named: the first that is there counts.
    pub key: KeyConfig,
    /// More certificates to trust, as PEM.
    pub ca_file: Option<PathBuf>,
    /// How long to wait for it, where that differs from `network`.
    pub timeouts: Timeouts<Option<Seconds>>,
    /// Whether the address was named for this run (`POINTSMAN_BASE_URL`). The user who names an address means it, so
    /// it is used even without a key.
    pub named_for_this_run: bool,
}

/// Where a key may come from, in the order in which they are looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyConfig {
    /// The environment variable that holds it.
    pub env: Option<String>,
    /// The command that prints it.
    pub command: Option<String>,
    /// The file that holds it.
    pub file: Option<PathBuf>,
    /// The service under which the system's keyring has it.
    pub keyring: Option<String>,
}

impl Default for ProviderConfig {
    fn default() -> Self {
        Self {
            base_url: String::new(),
            path: CHAT_PATH.to_owned(),
            models_path: MODELS_PATH.to_owned(),
            max_tokens: None,
            accepts: Accepts::default(),
            query: IndexMap::new(),
            headers: IndexMap::new(),
            key: KeyConfig::default(),
            ca_file: None,
            timeouts: Timeouts::default(),
            named_for_this_run: false,
        }
    }
}

impl fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderConfig")
            .field("base_url", &self.display_url())
            .field("key", &self.key)
            .field("query", &self.query)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}

impl KeyConfig {
    /// Whether any place is named.
    fn is_named(&self) -> bool {
        self.env.is_some() || self.command.is_some() || self.file.is_some() || self.keyring.is_some()
    }
}

impl ProviderConfig {
    /// Whether this endpoint can be expected to answer without a key: it asks for none, it is this machine, or its
    /// address was named for this run.
    pub fn works_without_key(&self) -> bool {
        !self.key.is_named() || self.named_for_this_run || self.is_local()
    }

    /// The environment variables that hold its key, and what is secret of its headers and query.
    pub(super) fn secret_variables(&self) -> impl Iterator<Item = &str> {
        let values = self.headers.values().chain(self.query.values());
        // An address may have a password in it.
        let address = (self.named_for_this_run && url::password(&self.base_url).is_some()).then_some(BASE_URL_VARIABLE);
        self.key.env.as_deref().into_iter().chain(values.filter_map(Text::variable)).chain(address)
    }

    /// Whether this endpoint can be looked for: it is on this machine, and asks for no key.
    pub fn can_be_found(&self) -> bool {
        self.is_local() && !self.key.is_named()
    }

    /// Whether this endpoint is on this machine.
    pub fn is_local(&self) -> bool {
        url::is_loopback(&self.base_url)
    }

    /// The port that its address names.
    pub fn port(&self) -> Option<u16> {
        url::port(&self.base_url)
    }

    /// The address without a user name and password, for the screen, errors and `config show`.
    pub fn display_url(&self) -> String {
        url::without_password(&self.base_url)
    }

    /// Whether a secret would be sent to another machine over plain HTTP.
    pub fn sends_key_in_clear(&self, has_key: bool) -> bool {
        let secret = |values: &IndexMap<String, Text>| values.values().any(|value| matches!(value, Text::Variable(_)));
        // A header that is written down is often a key; organisation and project are not.
        let header = self.headers.keys().any(|name| name != ORGANIZATION && name != PROJECT);
        let header = header || secret(&self.headers);
        let has_secret = has_key || password(&self.base_url).is_some() || header || secret(&self.query);
        has_secret
            && self.base_url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"))
            && !self.is_local()
    }

    /// The table of the configuration that a longer wait for this endpoint is written in: every one on this machine is
    /// as slow as another.
    pub fn network_table(&self) -> &'static str {
        if self.is_local() { keys::NETWORK_LOCAL } else { keys::NETWORK }
    }

    /// The warning that belongs to [`Self::sends_key_in_clear`], for the provider `name`.
    pub fn clear_key_warning(&self, name: &str, has_key: bool) -> Option<String> {
        let host = || sanitize(host(&self.base_url));
        self.sends_key_in_clear(has_key)
            .then(|| format!("the key of {name} goes to {} unencrypted: use https in its {BASE_URL}", host()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(base_url: &str) -> ProviderConfig {
        let key = KeyConfig { env: Some("KEY".to_owned()), ..KeyConfig::default() };
        ProviderConfig { base_url: base_url.to_owned(), key, ..ProviderConfig::default() }
    }

    #[test]
    fn this_machine_needs_no_key_and_another_does() {
        for url in [
            "http://localhost:8080/v1",
            "http://127.0.0.1/v1",
            "http://127.9.9.9:1",
            "http://[::1]:8080/v1",
            "http://user:pass@localhost/v1",
        ] {
            assert!(provider(url).works_without_key(), "{url}");
        }
        for url in [
            "https://api.oxlo.ai/v1",
            "http://localhost.evil.example/v1",
            "http://localhost@evil.example/v1",
            "http://10.0.0.1/v1",
        ] {
            assert!(!provider(url).works_without_key(), "{url}");
        }
        let kept = |key| ProviderConfig { key, ..provider("https://host.example/v1") };
        assert!(kept(KeyConfig::default()).works_without_key());
        for key in [
            KeyConfig { command: Some("pass show key".to_owned()), ..KeyConfig::default() },
            KeyConfig { file: Some("key".into()), ..KeyConfig::default() },
            KeyConfig { keyring: Some("pointsman".to_owned()), ..KeyConfig::default() },
        ] {
            assert!(!kept(key.clone()).works_without_key(), "{key:?}");
        }
    }

    #[test]
    fn nothing_secret_is_in_what_debugging_prints() {
        let secret = |name: &str| IndexMap::from([(name.to_owned(), Text::Written("secret".to_owned()))]);
        let provider =
            ProviderConfig { headers: secret("a"), query: secret("b"), ..provider("http://me:secret@host.example/v1") };
        let printed = format!("{provider:?}");
        assert!(!printed.contains("secret") && printed.contains("host.example"), "{printed}");
    }

    #[test]
    fn a_secret_in_clear_is_noticed_on_its_way_to_another_machine_only() {
        let variable = || IndexMap::from([("x".to_owned(), Text::Variable("TOKEN".to_owned()))]);
        let written = |name: &str| IndexMap::from([(name.to_owned(), Text::Written("x".to_owned()))]);
        let bare = |url: &str| ProviderConfig { key: KeyConfig::default(), ..provider(url) };
        for (provider, has_key, warns) in [
            (provider("http://host.example/v1"), true, true),
            (provider("HTTP://10.0.0.1/v1"), true, true),
            (provider("http://host.example/v1"), false, false),
            (provider("https://host.example/v1"), true, false),
            (provider("http://127.0.0.1:8080/v1"), true, false),
            (provider("http://[::1]/v1"), true, false),
            (bare("http://me:secret@host.example/v1"), false, true),
            (ProviderConfig { headers: variable(), ..bare("http://host.example") }, false, true),
            (ProviderConfig { headers: written("x-key"), ..bare("http://host.example") }, false, true),
            (ProviderConfig { headers: written(PROJECT), ..bare("http://host.example") }, false, false),
            (ProviderConfig { query: variable(), ..bare("http://host.example") }, false, true),
        ] {
            assert_eq!(provider.sends_key_in_clear(has_key), warns, "{provider:?}");
        }
        assert_eq!(
            bare("http://me:secret@host.example:81/v1").clear_key_warning("mine", false).unwrap(),
            "the key of mine goes to host.example unencrypted: use https in its base_url"
        );
    }
}
