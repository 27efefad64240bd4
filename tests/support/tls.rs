//! TLS in front of a scripted server, with certificates of an authority that only tests know.
//!
//! `tests/data/tls` holds them, with the server's private key: worthless anywhere else. `make.sh` there made them.

use super::server::Server;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::version::TLS12;
use tokio_rustls::rustls::{ALL_VERSIONS, RootCertStore, ServerConfig, SupportedProtocolVersion};

/// What the front shows to those who come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A certificate for 127.0.0.1.
    Good,
    /// One whose time is over.
    Expired,
    /// One that is not made for servers.
    ForClients,
    /// One that it signed itself.
    SelfSigned,
    /// A good one, and it wants one in turn.
    AsksBack,
    /// None: it does not speak TLS.
    Nothing,
}

/// The folder with the certificates; `ca.pem` is the authority's.
pub(crate) fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/tls")
}

/// Opens a port that leads to `server`, behind what is shown.
pub(crate) async fn front(server: &Server, shown: Shown) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let to = server.base_url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
    let acceptor = match shown {
        Shown::Good => Some(acceptor("server.pem")),
        Shown::Expired => Some(acceptor("expired.pem")),
        Shown::ForClients => Some(acceptor("for-clients.pem")),
        Shown::SelfSigned => Some(acceptor("self-signed.pem")),
        Shown::AsksBack => Some(asking("server.pem")),
        Shown::Nothing => None,
    };
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let (to, acceptor) = (to.clone(), acceptor.clone());
            tokio::spawn(async move {
                let Some(acceptor) = acceptor else {
                    let mut socket = socket;
                    let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
                    return;
                };
                // Whoever does not trust the certificate leaves here.
                if let Ok(socket) = acceptor.accept(socket).await {
                    join(socket, &to).await;
                }
            });
        }
    });
    port
}

async fn join(mut client: impl AsyncRead + AsyncWrite + Unpin, to: &str) {
    let mut server = TcpStream::connect(to).await.expect("the server listens");
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

fn acceptor(certificate: &str) -> TlsAcceptor {
    made(certificate, WebPkiClientVerifier::no_client_auth(), ALL_VERSIONS)
}

/// An acceptor that refuses clients without a certificate of the authority.
fn asking(certificate: &str) -> TlsAcceptor {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(data().join("ca.pem")).expect("a certificate")).expect("an authority");
    let clients = WebPkiClientVerifier::builder_with_provider(roots.into(), Arc::new(ring::default_provider()));
    // In TLS 1.3 a client is through before its certificate is missed, and may or may not hear of that in time.
    made(certificate, clients.build().expect("an authority is there"), &[&TLS12])
}

fn made(
    certificate: &str,
    clients: Arc<dyn ClientCertVerifier>,
    versions: &[&'static SupportedProtocolVersion],
) -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_file(data().join(certificate)).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(data().join("test-only-private.key")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .expect("the provider knows them")
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)
        .expect("the key fits");
    TlsAcceptor::from(Arc::new(config))
}
