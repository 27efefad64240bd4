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
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, NoProxy};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::{ExposeSecret, SecretString};
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
    // No endpoint sends anybody on: the prompt, and whatever is secret in headers and addresses, stays with the host that
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
