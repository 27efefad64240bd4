//! Validation of providers: from the shape in the file to endpoints that can be asked.
//!
//! Owns what is wrong with one. Values are never repeated in messages: they may be secret.

use super::check::Check;
use crate::config::checked::is_printable;
use crate::config::file;
use crate::config::keys::{API_KEY_COMMAND, API_KEY_ENV, API_KEY_FILE, BASE_URL};
use crate::config::provider::{CHAT_PATH, KeyConfig, MODELS_PATH, ORGANIZATION, PROJECT, ProviderConfig};
use crate::config::source::BASE_URL_VARIABLE;
use crate::config::text::{Text, is_variable_name};
use crate::config::url;
use crate::text::sanitize::sanitize;
use http::{HeaderName, uri::PathAndQuery};
use indexmap::IndexMap;

/// Headers that are not for the user to set, since requests depend on them.
const OURS: [&str; 5] = ["connection", "content-length", "content-type", "host", "transfer-encoding"];

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
        self.address(name, &base_url, given.path.as_deref().unwrap_or(CHAT_PATH), named.is_some());
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
            file: given.api_key_file,
            keyring: self.keyring(name, given.api_key_keyring),
        };
        Some(ProviderConfig {
            base_url: sanitize(base_url.trim_end_matches('/')),
            path: self.path(name, "path", given.path, CHAT_PATH),
            models_path: self.path(name, "models_path", given.models_path, MODELS_PATH),
            query: self.query(name, given.query),
            headers,
            key,
            max_tokens: given.max_tokens,
            accepts: given.accepts,
            ca_file: given.ca_file,
            timeouts: given.network,
            named_for_this_run: named.is_some(),
        })
    }

    fn address(&mut self, name: &str, base_url: &str, path: &str, named_for_this_run: bool) {
        match url::check_api(base_url, path) {
            Ok(()) => {}
            Err(wrong) if named_for_this_run => {
                self.report_variable(BASE_URL_VARIABLE, wrong.what, wrong.fix.replace('"', ""));
            }
            Err(wrong) => self.refuse(&["providers", name, BASE_URL], wrong),
        }
    }

    fn key_variable(&mut self, name: &str, variable: Option<String>) -> Option<String> {
        let variable = variable.filter(|variable| !variable.is_empty())?;
        if !is_variable_name(&variable) {
            // The text is not repeated: a user who writes something else here has most likely pasted the key itself.
            self.report(
                &["providers", name, API_KEY_ENV],
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

    /// A value that is sent.
    fn text(&mut self, key: &[&str], value: String) -> Text {
        let text = Text::read(value);
        if let Err(wrong) = text.check() {
            self.refuse(key, wrong);
        }
        text
    }
}
