//! Why a secure connection was not made, in words that say whose move it is.

use super::trust;
use crate::config::keys::{BASE_URL, NETWORK_CA_FILE};
use rustls::{AlertDescription, CertificateError, Error};

/// What the platform's verifier says of a certificate with another purpose, in an error whose type is its own.
const WRONG_PURPOSE: &str = "certificate had invalid extensions";

/// What is wrong with the TLS of `host`; it reads on after the provider's name.
pub(super) fn trouble(error: &Error, host: &str) -> String {
    match error {
        Error::InvalidCertificate(_) if trust::is_own_authority(error) => format!(
            "cannot be trusted: the certificate of {host} is self-signed; if that server is yours, save its certificate \
             as PEM and name the file in {NETWORK_CA_FILE}"
        ),
        Error::InvalidCertificate(why) => {
            let (what, advice) = certificate(why, trust::webpki_error(error), host);
            format!("cannot be trusted: {what}; {advice}")
        }
        Error::InvalidMessage(_) => {
            format!("does not speak TLS at {host}; if that is as it should be, write http:// in {BASE_URL}")
        }
        Error::AlertReceived(alert) => refusal(*alert, host),
        Error::PeerIncompatible(_) => format!(
            "could not agree with {host} on a secure connection (it offers only what is no longer safe); have the server \
             use TLS 1.2 or 1.3"
        ),
        Error::DecryptError | Error::EncryptError | Error::PeerSentOversizedRecord => {
            format!("could not agree with {host} on a secure connection ({error}); is there a proxy between?")
        }
        _ => format!(
            "could not agree with {host} on a secure connection (it does not keep to the protocol); is there a proxy \
             between?"
        ),
    }
}

/// What is wrong with the certificate of `host`, and what to do. Words of the libraries are made for their own users.
fn certificate(why: &CertificateError, unnamed: Option<&webpki::Error>, host: &str) -> (String, String) {
    use CertificateError as Why;
    let its = |what: &str| format!("the certificate of {host} {what}");
    match why {
        Why::UnknownIssuer => {
            (its("is signed by an unknown authority"), format!("add your company's CA with {NETWORK_CA_FILE}"))
        }
        Why::Expired | Why::ExpiredContext { .. } => {
            (its("has expired"), "check this machine's clock, and tell those who run the server".to_owned())
        }
        Why::NotValidYet | Why::NotValidYetContext { .. } => {
            (its("is not valid yet"), "check this machine's clock".to_owned())
        }
        Why::NotValidForName | Why::NotValidForNameContext { .. } => (
            format!("the certificate that {host} shows is for another name"),
            format!("write the name in {BASE_URL} for which it was made"),
        ),
        Why::InvalidPurpose | Why::InvalidPurposeContext { .. } => anew(its("is not made for servers")),
        Why::Other(other) if other.0.to_string() == WRONG_PURPOSE => anew(its("is not made for servers")),
        Why::Revoked => anew(its("has been revoked")),
        Why::BadEncoding | Why::UnhandledCriticalExtension => anew(its("cannot be read")),
        Why::BadSignature => anew(its("is not signed by the authority that it names")),
        Why::UnsupportedSignatureAlgorithmContext { .. }
        | Why::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            anew(its("is signed in a way that is not supported, since it is old or rare"))
        }
        _ => match unnamed {
            Some(webpki::Error::UnsupportedCertVersion) => anew(its("is of an old version")),
            Some(webpki::Error::RequiredEkuNotFoundContext(_)) => anew(its("is not made for servers")),
            _ => (its("is not in order"), "tell those who run the server".to_owned()),
        },
    }
}

/// A certificate that only its server's administrator can mend.
fn anew(what: String) -> (String, String) {
    (what, "have it made anew: X.509 version 3, for server authentication, signed with SHA-256".to_owned())
}

/// What `host` said when it ended the connection.
fn refusal(alert: AlertDescription, host: &str) -> String {
    use AlertDescription as Alert;
    match alert {
        Alert::CertificateRequired
        | Alert::BadCertificate
        | Alert::NoCertificate
        | Alert::UnknownCA
        | Alert::CertificateUnknown
        | Alert::UnsupportedCertificate
        | Alert::AccessDenied => format!(
            "wants a certificate of yours at {host}, which pointsman cannot show; put a proxy between that does, or have \
             the server ask for a key instead"
        ),
        Alert::HandshakeFailure | Alert::ProtocolVersion | Alert::InsufficientSecurity => format!(
            "could not agree with {host} on a secure connection (it refuses all that is offered, or wants a certificate \
             of yours); have the server use TLS 1.2 or 1.3 without client certificates"
        ),
        Alert::UnrecognisedName => {
            format!("does not know the name {host}; write the name in {BASE_URL} for which the server was set up")
        }
        _ => format!("ended the secure connection to {host} before it answered; is there a proxy between?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::{InvalidMessage, OtherError, PeerIncompatible, PeerMisbehaved};
    use std::sync::Arc;

    #[test]
    fn each_reason_not_to_trust_a_server_is_told_with_what_to_do() {
        let certificate = Error::InvalidCertificate;
        let other = |error| certificate(CertificateError::Other(OtherError(Arc::new(error))));
        for (error, why, advice) in [
            (certificate(CertificateError::UnknownIssuer), "signed by an unknown authority", "network.ca_file"),
            (certificate(CertificateError::Expired), "has expired", "clock"),
            (certificate(CertificateError::NotValidYet), "not valid yet", "clock"),
            (certificate(CertificateError::NotValidForName), "for another name", "base_url"),
            (certificate(CertificateError::Revoked), "has been revoked", "made anew"),
            (certificate(CertificateError::InvalidPurpose), "not made for servers", "server authentication"),
            (certificate(CertificateError::BadEncoding), "cannot be read", "made anew"),
            (certificate(CertificateError::UnknownRevocationStatus), "not in order", "those who run the server"),
            (other(webpki::Error::CaUsedAsEndEntity), "is self-signed", "network.ca_file"),
            (other(webpki::Error::UnsupportedCertVersion), "old version", "made anew"),
            (other(webpki::Error::PathLenConstraintViolated), "not in order", "those who run the server"),
            (Error::AlertReceived(AlertDescription::CertificateRequired), "wants a certificate of yours", "proxy"),
            (Error::AlertReceived(AlertDescription::HandshakeFailure), "refuses all", "TLS 1.2"),
            (Error::AlertReceived(AlertDescription::InternalError), "ended the secure connection", "proxy"),
            (Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13), "no longer safe", "TLS 1.2"),
            (Error::PeerMisbehaved(PeerMisbehaved::TooMuchEarlyDataReceived), "keep to the protocol", "proxy"),
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
            // Names of types and fields are for those who write programs.
            assert!(!told.contains("Error") && !told.contains("::") && !told.contains('{'), "{told}");
        }
    }
}
