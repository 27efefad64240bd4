//! Which certificates are trusted: those of the system, or built-in ones on a machine without any, and those that the
//! settings name.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// The TLS of a client that trusts `named`, too.
///
/// # Errors
/// When one of them is no certificate.
pub(super) fn config(named: Vec<CertificateDer<'static>>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let usual = usual(&named, &provider)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trust { usual, named }))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Checks chains: to the system's authorities, or to the built-in ones, and to those that are `named`.
fn usual(
    named: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    match Verifier::new(provider.clone()) {
        Ok(verifier) if named.is_empty() => Ok(Arc::new(verifier)),
        Ok(_) => Ok(Arc::new(Verifier::new_with_extra_roots(named.iter().cloned(), provider.clone())?)),
        // Without this the client could not be built, not even for http://127.0.0.1.
        Err(error) => {
            tracing::info!(%error, "no certificate store on this machine, using the built-in one");
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
            for certificate in named {
                roots.add(certificate.clone())?;
            }
            let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
            Ok(verifier.build().map_err(|error| Error::Other(OtherError(Arc::new(error))))?)
        }
    }
}

/// The usual checks. A server whose very certificate the settings name needs no authority: what `openssl req -x509` makes
/// for a server calls itself one, and is refused for that by the usual checks.
#[derive(Debug)]
struct Trust {
    usual: Arc<dyn ServerCertVerifier>,
    named: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let refused = match self.usual.verify_server_cert(certificate, chain, name, ocsp_response, now) {
            Ok(verified) => return Ok(verified),
            Err(refused) => refused,
        };
        // Both are said only of a certificate whose time has begun and is not over. That the server has its key is proved
        // by the signatures below, as for any other.
        let lacks_authority =
            is_own_authority(&refused) || matches!(refused, Error::InvalidCertificate(CertificateError::UnknownIssuer));
        if lacks_authority && self.named.iter().any(|named| named == certificate) {
            verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        Err(refused)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

/// Whether a certificate was refused because it is an authority's own: as a rule, since it is self-signed.
pub(super) fn is_own_authority(error: &Error) -> bool {
    webpki_error(error).is_some_and(|error| matches!(error, webpki::Error::CaUsedAsEndEntity))
}

/// What the checks of chains said, where rustls has no word for it.
pub(super) fn webpki_error(error: &Error) -> Option<&webpki::Error> {
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => inner.downcast_ref(),
        _ => None,
    }
}
