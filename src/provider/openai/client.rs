//! The HTTP client of an endpoint: which certificates are trusted, which proxy is asked, how long connecting may take.
//!
//! Proxies come from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, also in lower case) unless the
//! settings name one.

use super::access::value;
use super::faults::root_cause;
use crate::config::ProviderConfig;
use crate::config::keys::{CA_FILE, NETWORK_PROXY};
use crate::provider::Credentials;
use crate::text::sanitize::one_line;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, ClientBuilder, NoProxy, Proxy};
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use std::time::Duration;

/// The client for `config`; connecting may take so long.
///
/// # Errors
/// Why there is none, and what to do.
pub(super) fn http(config: &ProviderConfig, credentials: &Credentials, connect: Duration) -> Result<Client, String> {
    // Another part of the process may have installed one already; either is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let files = credentials.ca_file().into_iter().chain(config.ca_file.as_deref());
    let own: Vec<Certificate> = files.map(certificates).collect::<Result<Vec<_>, _>>()?.concat();
    let proxy = credentials.proxy().map(|proxy| value(credentials, proxy, NETWORK_PROXY)).transpose()?;
    let builder = || builder(config, proxy.as_ref(), connect);
    // A machine without a certificate store cannot build the usual client, not even for http://127.0.0.1.
    let usual = builder()?.build();
    if let (Ok(client), true) = (&usual, own.is_empty()) {
        return Ok(client.clone());
    }
    let built = match usual {
        Ok(_) => builder()?.tls_certs_merge(own).build(),
        Err(error) => {
            tracing::info!(%error, "no certificate store on this machine, using the built-in one");
            let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
            let roots = roots.filter_map(|der| Certificate::from_der(der).ok());
            builder()?.tls_certs_only(roots.chain(own)).build()
        }
    };
    built.map_err(|error| {
        let why = cause(&error);
        format!("no HTTP client could be made ({why}); check the certificates in {CA_FILE}")
    })
}

fn builder(config: &ProviderConfig, proxy: Option<&SecretString>, connect: Duration) -> Result<ClientBuilder, String> {
    // No endpoint sends anybody on: the prompt, and whatever is secret in headers and addresses, stays with the host that
    // the user named.
    let builder = Client::builder()
        .redirect(Policy::none())
        .connect_timeout(connect)
        .user_agent(concat!("pointsman/", env!("CARGO_PKG_VERSION")));
    match proxy {
        // A proxy cannot know what this machine's own address means.
        _ if config.is_local() => Ok(builder.no_proxy()),
        Some(address) => {
            // What is wrong with it is not repeated: the address may hold a password.
            let proxy = Proxy::all(address.expose_secret()).ok().ok_or_else(|| {
                format!("{NETWORK_PROXY} is no address of a proxy; write it in full, like http://proxy.example:3128")
            })?;
            Ok(builder.proxy(proxy.no_proxy(NoProxy::from_env())))
        }
        None => Ok(builder),
    }
}

/// The certificates in a file that the settings name.
fn certificates(path: &Path) -> Result<Vec<Certificate>, String> {
    let shown = path.display();
    let pem = std::fs::read(path)
        .map_err(|error| format!("{CA_FILE}: {shown} cannot be read ({error}); mend the path, or take the line out"))?;
    let found = Certificate::from_pem_bundle(&pem)
        .map_err(|error| format!("{CA_FILE}: {shown} is damaged ({}); get it once more", cause(&error)))?;
    match found.is_empty() {
        true => Err(format!(
            "{CA_FILE}: {shown} holds no certificate as text; convert it: openssl x509 -inform der -in {shown} -out ca.pem"
        )),
        false => Ok(found),
    }
}

fn cause(error: &reqwest::Error) -> String {
    one_line(&root_cause(error), 200)
}
