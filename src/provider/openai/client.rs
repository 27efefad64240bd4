//! The HTTP client of an endpoint: which certificates are trusted, which proxy is asked, how long connecting may take.
//!
//! Proxies come from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, also in lower case) unless the
//! settings name one.

use super::access::value;
use super::faults::root_cause;
use super::trust;
use crate::config::ProviderConfig;
use crate::config::keys::{CA_FILE, NETWORK_PROXY};
use crate::disk::{self, SETTINGS_BYTES_MAX};
use crate::provider::Credentials;
use crate::text::sanitize::one_line;
use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, NoProxy};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// The most headers that a response may have. Gateways add dozens of their own; the size of them all is limited anyway.
const HEADERS_MAX: usize = 1_000;

/// The client for `config`; connecting may take so long.
///
/// # Errors
/// Why there is none, and what to do.
pub(super) fn http(config: &ProviderConfig, credentials: &Credentials, connect: Duration) -> Result<Client, String> {
    let files = credentials.ca_file().into_iter().chain(config.ca_file.as_deref());
    let named = files.map(certificates).collect::<Result<Vec<_>, _>>()?.concat();
    let tls = trust::config(named).map_err(|error| unusable(&error.to_string()))?;
    // What is packed is unpacked, but never asked for: packing holds back the words of an answer until a block is full.
    let unpacked = HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]);
    // Redirects are not followed: the prompt, and whatever is secret in headers and addresses, stays with the host that
    // the user named.
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .default_headers(unpacked)
        .http1_max_headers(HEADERS_MAX)
        .redirect(Policy::none())
        .connect_timeout(connect)
        .user_agent(concat!("pointsman/", env!("CARGO_PKG_VERSION")));
    let builder = match named_proxy(credentials)? {
        // A proxy cannot know what this machine's own address means.
        _ if config.is_local() => builder.no_proxy(),
        Some(address) => {
            // What is wrong with it is not repeated: the address may hold a password.
            let proxy = reqwest::Proxy::all(address.expose_secret()).ok().ok_or_else(|| {
                format!("{NETWORK_PROXY} is no address of a proxy; write it in full, like http://proxy.example:3128")
            })?;
            builder.proxy(proxy.no_proxy(NoProxy::from_env()))
        }
        None => builder,
    };
    builder.build().map_err(|error| unusable(&root_cause(&error)))
}

fn unusable(why: &str) -> String {
    format!("no HTTP client could be made ({}); check the certificates in {CA_FILE}", one_line(why, 200))
}

/// The certificates in a file that the settings name.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let shown = path.display();
    let pem = disk::read(path, SETTINGS_BYTES_MAX)
        .map_err(|error| format!("{CA_FILE}: {shown} cannot be read ({error}); mend the path, or take the line out"))?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&pem).collect::<Result<_, _>>().map_err(|error| {
        let why = one_line(&error.to_string(), 200);
        format!("{CA_FILE}: {shown} is damaged ({why}); get it once more")
    })?;
    match found.is_empty() {
        true => Err(format!(
            "{CA_FILE}: {shown} holds no certificate as text; convert it: openssl x509 -inform der -in {shown} -out ca.pem"
        )),
        false => Ok(found),
    }
}

/// The address of the proxy that the settings name.
fn named_proxy(credentials: &Credentials) -> Result<Option<SecretString>, String> {
    credentials.proxy().map(|proxy| value(credentials, proxy, NETWORK_PROXY)).transpose()
}

/// A proxy that requests go through, as people know it: nothing secret of its address is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    /// Its host and port.
    address: String,
    /// Where it is set.
    pub(super) setting: String,
}

impl Proxy {
    /// The one that requests to `config` go through, by the same rules as the client's.
    pub(super) fn of(config: &ProviderConfig, credentials: &Credentials) -> Option<Self> {
        if config.is_local() {
            return None;
        }
        let endpoint: Uri = config.base_url.parse().ok()?;
        let named = named_proxy(credentials).ok().flatten();
        let (matcher, setting) = if let Some(address) = &named {
            let not_for = ["NO_PROXY", "no_proxy"].iter().find_map(|name| std::env::var(name).ok());
            let matcher = Matcher::builder().all(address.expose_secret()).no(not_for.unwrap_or_default()).build();
            (matcher, NETWORK_PROXY)
        } else {
            let variable = credentials.proxy_variable(endpoint.scheme_str().unwrap_or_default());
            (Matcher::from_env(), variable.unwrap_or("the environment"))
        };
        let proxy = matcher.intercept(&endpoint)?;
        let (host, port) = (proxy.uri().host().unwrap_or_default(), proxy.uri().port_u16());
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Some(Self { address: one_line(&format!("{host}{port}"), 100), setting: setting.to_owned() })
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {} ({})", self.address, self.setting)
    }
}
