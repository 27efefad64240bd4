//! Endpoints: where each is, what goes along with a request, where its key comes from.
//!
//! Owns what these settings mean and what of them may be shown. Nothing is read here: a key is named, never held.

use super::keys::{API_KEY_COMMAND, API_KEY_ENV, API_KEY_FILE, BASE_URL};
use super::validate::{Check, is_printable, is_variable_name};
use super::{Timeouts, file};
use crate::text::sanitize::sanitize;
use http::{HeaderName, HeaderValue, Uri, uri::PathAndQuery};
use indexmap::IndexMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the chat is, below a provider's address, unless it says otherwise.
pub(super) const CHAT: &str = "/chat/completions";
/// The same for the list of models.
pub(super) const MODELS: &str = "/models";

/// Headers that are not for the user to set, since requests depend on them.
const OURS: [&str; 5] = ["connection", "content-length", "content-type", "host", "transfer-encoding"];

/// The headers that say for whom a request is made.
const ORGANIZATION: &str = "openai-organization";
const PROJECT: &str = "openai-project";

/// One OpenAI-compatible endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// Where its API begins, without a slash at the end.
    pub base_url: String,
    /// Where the chat is below that.
    pub path: String,
    /// Where the list of models is below that.
    pub models_path: String,
    /// What stands behind the `?` of every request.
    pub query: IndexMap<String, Text>,
    /// What is sent along with every request, the organisation and the project among it.
    pub headers: IndexMap<String, Text>,
    /// Where its key comes from. Several may be named: the first that is there counts.
    pub key: KeyConfig,
    /// More certificates to trust, as PEM.
    pub ca_file: Option<PathBuf>,
    /// How long to wait for it, where that differs from `network`.
    pub timeouts: Timeouts<Option<Duration>>,
    /// Whether the address was named for this run (`POINTSMAN_BASE_URL`). A person who names an address means it, so
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

/// A value that may be secret: written down, or in an environment variable (`"$NAME"`).
#[derive(Clone, PartialEq, Eq)]
pub enum Text {
    /// As written in the file.
    Written(String),
    /// In the variable of this name.
    Variable(String),
}

impl Default for ProviderConfig {
    fn default() -> Self {
        Self {
            base_url: String::new(),
            path: CHAT.to_owned(),
            models_path: MODELS.to_owned(),
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

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Text {
    pub(super) fn read(text: String) -> Self {
        match text.strip_prefix('$') {
            Some(name) => Self::Variable(name.to_owned()),
            None => Self::Written(text),
        }
    }

    /// What may be shown of it: a variable's name, nothing of a value.
    pub fn shown(&self) -> String {
        match self {
            Self::Written(_) => "…".to_owned(),
            Self::Variable(name) => format!("${name}"),
        }
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

    /// Whether this endpoint can be looked for: it is on this machine, and asks for no key.
    pub fn can_be_found(&self) -> bool {
        self.is_local() && !self.key.is_named()
    }

    /// Whether this endpoint is on this machine.
    pub fn is_local(&self) -> bool {
        is_loopback(&self.base_url)
    }

    /// The address without a user name and password, for the screen, errors and `config show`.
    pub fn display_url(&self) -> String {
        without_password(&self.base_url)
    }

    /// Whether something secret would go to another machine for everybody on the way to read.
    pub fn sends_key_in_clear(&self, has_key: bool) -> bool {
        let secret = |values: &IndexMap<String, Text>| values.values().any(|value| matches!(value, Text::Variable(_)));
        // Whoever writes a header down has a key in it as often as not; who one is, is none.
        let header = self.headers.keys().any(|name| name != ORGANIZATION && name != PROJECT);
        let header = header || secret(&self.headers);
        let has_secret = has_key || password(&self.base_url).is_some() || header || secret(&self.query);
        has_secret
            && self.base_url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"))
            && !self.is_local()
    }

    /// The warning that belongs to [`Self::sends_key_in_clear`], for the provider `name`.
    pub fn clear_key_warning(&self, name: &str, has_key: bool) -> Option<String> {
        let host = || sanitize(host(&self.base_url));
        self.sends_key_in_clear(has_key)
            .then(|| format!("the key of {name} goes to {} unencrypted: use https in its {BASE_URL}", host()))
    }
}

/// An address without the user name and password in it.
pub(super) fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match authority(url).rsplit_once('@') {
        Some((secret, _)) => format!("{scheme}://…{}", rest.get(secret.len()..).unwrap_or_default()),
        None => url.to_owned(),
    }
}

/// The user name and password in an address, as `name:password`.
pub(crate) fn password(url: &str) -> Option<&str> {
    authority(url).rsplit_once('@').map(|(secret, _)| secret)
}

/// The host of an address, without its port.
pub(crate) fn host(url: &str) -> &str {
    let authority = authority(url);
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.strip_prefix('[') {
        Some(ip) => ip.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    }
}

fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Whether an address points at this machine.
fn is_loopback(url: &str) -> bool {
    let host = host(url);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

/// Whether `text` is the full address of something that one of `schemes` leads to.
pub(super) fn is_address(text: &str, schemes: &[&str]) -> bool {
    let uri: Option<Uri> = text.parse().ok();
    let known = |uri: &Uri| uri.scheme_str().is_some_and(|scheme| schemes.contains(&scheme));
    uri.is_some_and(|uri| known(&uri) && uri.host().is_some_and(|host| !host.is_empty()))
}

/// Whether a password may have ended an address early, so that a part of it would be shown: an '@' behind the host, or
/// a port that is no number.
pub(super) fn is_cut_by_password(url: &str) -> bool {
    let authority = authority(url);
    let rest = url.split_once(authority).map_or("", |(_, rest)| rest);
    let place = authority.rsplit('@').next().unwrap_or_default();
    let port = place.rsplit(']').next().unwrap_or_default().split_once(':').map_or("", |(_, port)| port);
    rest.contains('@') || !port.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is said of such an address, and what to do.
pub(super) const CUT: (&str, &str) = ("this address cannot be read", "write / ? # in a password as %2F %3F %23");

/// Where a file of the configuration is: beside it, below the home folder, or where its path says.
pub(super) fn placed(path: &Path, folder: &Path, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix("~"), home) {
        (Ok(below), Some(home)) => home.join(below),
        _ => folder.join(path),
    }
}

impl Check<'_> {
    /// A provider's settings; `named` is the address that was named for this run. Without an address: none.
    pub(super) fn endpoint(
        &mut self,
        name: &str,
        given: file::Provider,
        named: Option<&String>,
    ) -> Option<ProviderConfig> {
        let Some(base_url) = named.cloned().or(given.base_url) else {
            let what = format!("the provider '{name}' has no address");
            self.report(&["providers", name], what, format!("write {BASE_URL} = \"https://…/v1\" below it"));
            return None;
        };
        self.address(name, &base_url, named.is_some());
        let mut headers = self.headers(name, given.headers);
        for (key, header, value) in
            [("organization", ORGANIZATION, given.organization), ("project", PROJECT, given.project)]
        {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                let value = self.text(&["providers", name, key], value);
                headers.insert(header.to_owned(), value);
            }
        }
        let key = KeyConfig {
            env: self.key_variable(name, given.api_key_env),
            command: given.api_key_command.filter(|command| !command.trim().is_empty()),
            file: given.api_key_file.filter(|path| !path.is_empty()).map(Into::into),
            keyring: self.keyring(name, given.api_key_keyring),
        };
        Some(ProviderConfig {
            base_url: sanitize(base_url.trim_end_matches('/')),
            path: self.path(name, "path", given.path, CHAT),
            models_path: self.path(name, "models_path", given.models_path, MODELS),
            query: self.query(name, given.query),
            headers,
            key,
            ca_file: given.ca_file.filter(|path| !path.is_empty()).map(Into::into),
            timeouts: self.timeouts(&["providers", name, "network"], given.network.timeouts()),
            named_for_this_run: named.is_some(),
        })
    }

    fn address(&mut self, name: &str, base_url: &str, named_for_this_run: bool) {
        let key = ["providers", name, "base_url"];
        let (what, fix) = if is_cut_by_password(base_url) {
            CUT
        } else if !is_address(base_url, &["http", "https"]) {
            ("this is no address of the web", "write it in full, like \"https://host.example/v1\"")
        } else if base_url.contains(['?', '#']) {
            let fix =
                "leave out what stands behind the '?': it belongs into the provider's query, as query.name = \"value\"";
            ("the address of an API ends before a '?'", fix)
        } else {
            return;
        };
        match named_for_this_run {
            true => self.report_variable("POINTSMAN_BASE_URL", what, fix.replace('"', "")),
            false => self.report(&key, what, fix),
        }
    }

    fn key_variable(&mut self, name: &str, variable: Option<String>) -> Option<String> {
        let variable = variable.filter(|variable| !variable.is_empty())?;
        if !is_variable_name(&variable) {
            // The text is not repeated: whoever writes something else here has most likely pasted the key itself.
            self.report(
                &["providers", name, "api_key_env"],
                "this is not the name of an environment variable",
                "write the variable's name in capitals, like \"OXLO_API_KEY\"; a key never belongs in this file",
            );
        }
        Some(variable)
    }

    fn keyring(&mut self, name: &str, given: file::Keyring) -> Option<String> {
        let service = given.service()?;
        if !cfg!(feature = "keyring") {
            let fix = format!("build it with `cargo install --path . --features keyring`, or use {API_KEY_COMMAND}");
            self.report(&["providers", name, "api_key_keyring"], "this pointsman was built without the keyring", fix);
        }
        Some(service)
    }

    fn path(&mut self, name: &str, key: &str, given: Option<String>, default: &str) -> String {
        let Some(path) = given else {
            return default.to_owned();
        };
        let fits = path.starts_with('/') && !path.contains(['?', '#']) && is_printable(&path);
        if !fits || path.parse::<PathAndQuery>().is_err() {
            let fix = format!("write what follows the {BASE_URL}, like \"{default}\"");
            self.report(&["providers", name, key], "this is no path of an address", fix);
        }
        path
    }

    fn headers(&mut self, provider: &str, given: IndexMap<String, String>) -> IndexMap<String, Text> {
        let mut headers = IndexMap::new();
        for (name, value) in given {
            let key = ["providers", provider, "headers", &name];
            // What is no name may be a secret in the wrong place; `report` names the key, so the table's is given.
            let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
                let what = "one of these is not the name of a header";
                self.report(&key[..3], what, "write name = \"value\"; a name has letters, digits and '-'");
                continue;
            };
            if header == http::header::AUTHORIZATION {
                let fix =
                    format!("leave it out and name where the key is: {API_KEY_ENV}, {API_KEY_COMMAND}, {API_KEY_FILE}");
                self.report(&key, "this header carries the key, which does not belong in this file", fix);
            } else if OURS.contains(&header.as_str()) {
                self.report(&key, "this header is set for every request", "leave it out");
            }
            let value = self.text(&key, value);
            headers.insert(header.as_str().to_owned(), value);
        }
        headers
    }

    fn query(&mut self, provider: &str, given: IndexMap<String, String>) -> IndexMap<String, Text> {
        let mut query = IndexMap::new();
        for (name, value) in given {
            if name.is_empty() || !is_printable(&name) {
                let fix = "write name = \"value\", as in \"?name=value\"";
                self.report(&["providers", provider, "query"], "one of these has no name that can be sent", fix);
            }
            let value = self.text(&["providers", provider, "query", &name], value);
            query.insert(name, value);
        }
        query
    }

    /// A value that is sent. It is never repeated in a message.
    pub(super) fn text(&mut self, key: &[&str], value: String) -> Text {
        let text = Text::read(value);
        match &text {
            Text::Variable(name) if !is_variable_name(name) => {
                let fix = "behind a '$' write the variable's name in capitals, like \"$MY_TOKEN\"";
                self.report(key, "this is not the name of an environment variable", fix);
            }
            Text::Written(value) if HeaderValue::from_str(value).is_err() => {
                let fix = "write it on one line, without control characters";
                self.report(key, "the value holds characters that cannot be sent", fix);
            }
            _ => {}
        }
        text
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
    fn a_password_in_an_address_is_never_shown() {
        assert_eq!(provider("https://me:secret@host.example/v1").display_url(), "https://…@host.example/v1");
        assert_eq!(provider("https://host.example/v1").display_url(), "https://host.example/v1");
        assert_eq!(without_password("http://me:p@ss@proxy:3128"), "http://…@proxy:3128");
    }

    #[test]
    fn an_address_that_its_password_cuts_is_told_from_others() {
        for rest in ["me:pa/ss@host/v1", "me:1?2@host", "me:1#2@host", "me:pa/ss", "host:port", "[::1]:x"] {
            assert!(is_cut_by_password(&format!("http://{rest}")), "{rest}");
        }
        for rest in ["me:p%2Fss@host:80/v1", "host/v1", "[::1]:8080/v1", "[::1]", "host:", "me:p@ss@host:1"] {
            assert!(!is_cut_by_password(&format!("http://{rest}")), "{rest}");
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

    #[test]
    fn files_are_beside_the_configuration_or_below_home() {
        let (folder, home) = (Path::new("/etc/pointsman"), Some(Path::new("/home/me")));
        for (written, is) in [
            ("key", "/etc/pointsman/key"),
            ("~/key", "/home/me/key"),
            ("/run/key", "/run/key"),
            ("~other/key", "/etc/pointsman/~other/key"),
        ] {
            assert_eq!(placed(Path::new(written), folder, home), Path::new(is));
        }
    }
}
