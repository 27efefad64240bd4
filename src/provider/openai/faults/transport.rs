//! Failures below HTTP: no such host, nobody there, a certificate that does not hold, a connection that ends.
//!
//! The transport wraps its errors several times, and only the innermost says what a person can act on.

use super::super::Endpoint;
use crate::provider::{ErrorKind, Phase, ProviderError};
use rustls::CertificateError as Certificate;
use std::error::Error;
use std::io;

impl Endpoint {
    /// Why no response came.
    pub(super) fn unsent(&self, error: &reqwest::Error) -> ProviderError {
        let failed = if error.is_builder() {
            let (why, url) = (self.shown(&root_cause(error)), &self.shown_url);
            self.error(
                ErrorKind::Protocol,
                &format!("has an address that cannot be used ({url}: {why}); mend its base_url"),
            )
        } else if let Some(tls) = causes(error).find_map(|cause| cause.downcast_ref()) {
            self.untrusted(tls)
        } else if error.is_connect() && error.is_timeout() {
            self.silent(Phase::Connect)
        } else if error.is_connect() || error.is_timeout() {
            self.unreachable(error)
        } else if error.is_redirect() {
            self.unreadable("it sends from one address to another")
        } else {
            return self.unread(error);
        };
        self.with_causes(failed, error)
    }

    /// Why the rest of a response did not come.
    pub(in super::super) fn unread(&self, error: &reqwest::Error) -> ProviderError {
        let why = self.shown(&root_cause(error));
        // hyper says in words only that what came is not HTTP.
        let garbled = why.starts_with("invalid ") || why.starts_with("message head is too large");
        let failed = if garbled {
            self.unreadable(&format!("it does not speak HTTP: {why}"))
        } else {
            self.error(ErrorKind::Cut, &format!("broke off the connection ({why}); try again"))
        };
        self.with_causes(failed, error)
    }

    fn unreachable(&self, error: &reqwest::Error) -> ProviderError {
        let (why, url) = (self.shown(&root_cause(error)), &self.shown_url);
        let advice = if causes(error).any(|cause| cause.to_string().contains("dns error")) {
            return self.error(
                ErrorKind::Unreachable,
                &format!("cannot be reached at {url} (no such host: {why}); check base_url and the connection to the internet"),
            );
        } else if self.local {
            "start the server, or mend its base_url"
        } else {
            "is it running, is the address right?"
        };
        self.error(ErrorKind::Unreachable, &format!("cannot be reached at {url} ({why}); {advice}"))
    }

    fn untrusted(&self, error: &rustls::Error) -> ProviderError {
        let (why, advice) = match error {
            rustls::Error::InvalidCertificate(certificate) => match certificate {
                Certificate::UnknownIssuer => (
                    "its certificate is signed by nobody that this machine trusts".to_owned(),
                    "name the issuer's certificates in SSL_CERT_FILE if you trust it",
                ),
                Certificate::Expired | Certificate::ExpiredContext { .. } => (
                    "its certificate has expired".to_owned(),
                    "check this machine's clock, or tell whoever runs the server",
                ),
                Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => {
                    ("its certificate is not valid yet".to_owned(), "check this machine's clock")
                }
                Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                    ("its certificate is for another name".to_owned(), "check the host in base_url")
                }
                other => (format!("its certificate does not hold: {other}"), "tell whoever runs the server"),
            },
            rustls::Error::InvalidMessage(_) => {
                ("it does not speak TLS".to_owned(), "write http:// instead of https:// in base_url, or check the port")
            }
            other => (other.to_string(), "check base_url, and whatever stands between you and the server"),
        };
        let what = format!("cannot be trusted at {} ({}); {advice}", self.shown_url, self.shown(&why));
        self.error(ErrorKind::Tls, &what)
    }

    fn with_causes(&self, failed: ProviderError, error: &reqwest::Error) -> ProviderError {
        let causes: Vec<String> = causes(error).map(|cause| self.shown(&cause.to_string())).collect();
        let detail = format!("{}\ncaused by: {}", failed.detail, causes.join("\ncaused by: "));
        ProviderError { detail, ..failed }
    }
}

/// An error and whatever is inside of it. An error of the system passes over what it wraps when it is asked for its
/// source.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| {
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source())
    })
}

/// The innermost reason, which is the one a person can act on: "connection refused", not "error sending request".
fn root_cause(error: &(dyn Error + 'static)) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::super::OpenAi;
    use super::*;
    use crate::config::{Config, Overrides};
    use secrecy::SecretString;

    #[test]
    fn each_reason_not_to_trust_a_server_is_told_with_what_to_do() {
        let config = Config::load(None, &Overrides::default()).unwrap();
        let key = SecretString::from("k");
        let provider = OpenAi::new("oxlo", config.active_provider(), &key, config.timeouts("oxlo")).unwrap();
        let certificate = rustls::Error::InvalidCertificate;
        for (error, why, advice) in [
            (certificate(Certificate::UnknownIssuer), "signed by nobody that this machine trusts", "SSL_CERT_FILE"),
            (certificate(Certificate::Expired), "has expired", "clock"),
            (certificate(Certificate::NotValidYet), "not valid yet", "clock"),
            (certificate(Certificate::NotValidForName), "for another name", "the host in base_url"),
            (certificate(Certificate::Revoked), "does not hold", "whoever runs the server"),
            (rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType), "not speak TLS", "http://"),
            (rustls::Error::DecryptError, "cannot decrypt", "base_url"),
        ] {
            let wrapped = io::Error::new(io::ErrorKind::InvalidData, error);
            let found = causes(&wrapped).find_map(|cause| cause.downcast_ref()).unwrap();
            let told = provider.endpoint.untrusted(found);
            let (what, todo) = told.message.rsplit_once("; ").unwrap();
            assert_eq!(told.kind, ErrorKind::Tls);
            assert!(what.contains(why) && todo.contains(advice), "{told}");
        }
    }
}
