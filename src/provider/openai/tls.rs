//! Why a secure connection was not made, in words that say whose move it is.

use crate::config::keys::{BASE_URL, NETWORK_CA_FILE};
use rustls::{CertificateError, Error};

/// What is wrong with the TLS of `host`; it reads on after the provider's name.
pub(super) fn trouble(error: &Error, host: &str) -> String {
    match error {
        Error::InvalidCertificate(why) => {
            let (what, advice) = match why {
                CertificateError::UnknownIssuer => (
                    format!("the certificate of {host} is signed by an unknown authority"),
                    format!("add your company's CA with {NETWORK_CA_FILE}"),
                ),
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
                    format!("the certificate of {host} has expired"),
                    "check this machine's clock, and tell those who run the server".to_owned(),
                ),
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    (format!("the certificate of {host} is not valid yet"), "check this machine's clock".to_owned())
                }
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
                    format!("the certificate that {host} shows is for another name"),
                    format!("write the name in {BASE_URL} for which it was made"),
                ),
                other => (
                    format!("the certificate of {host} is not in order ({other})"),
                    "tell those who run the server".to_owned(),
                ),
            };
            format!("cannot be trusted: {what}; {advice}")
        }
        Error::InvalidMessage(_) => {
            format!("does not speak TLS at {host}; if that is as it should be, write http:// in {BASE_URL}")
        }
        other => format!("could not agree with {host} on a secure connection ({other}); is there a proxy between?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::InvalidMessage;

    #[test]
    fn each_reason_not_to_trust_a_server_is_told_with_what_to_do() {
        let certificate = Error::InvalidCertificate;
        for (error, why, advice) in [
            (certificate(CertificateError::UnknownIssuer), "signed by an unknown authority", "network.ca_file"),
            (certificate(CertificateError::Expired), "has expired", "clock"),
            (certificate(CertificateError::NotValidYet), "not valid yet", "clock"),
            (certificate(CertificateError::NotValidForName), "for another name", "base_url"),
            (certificate(CertificateError::Revoked), "not in order", "those who run the server"),
            (
                Error::InvalidMessage(InvalidMessage::InvalidContentType),
                "does not speak TLS at host.example",
                "http://",
            ),
            (Error::DecryptError, "cannot decrypt", "proxy"),
        ] {
            let told = trouble(&error, "host.example");
            let (what, todo) = told.rsplit_once("; ").unwrap();
            assert!(what.contains(why) && todo.contains(advice), "{told}");
        }
    }
}
