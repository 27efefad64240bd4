//! Certificates: which are trusted, and what is said of the others.

use super::{ask, endpoint, server};
use crate::support::tls::{self, Shown};
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_trusted_with_its_authority_and_errors_say_the_remedy() {
    let server = server().await;
    let data = tls::data();
    let file = |name: &str| format!("ca_file = \"{}\"", data.join(name).display());
    let (ca, own) = (file("ca.pem"), file("self-signed.pem"));
    for (shown, host, settings, said) in [
        (Shown::Good, "127.0.0.1", ca.as_str(), None),
        (
            Shown::Good,
            "127.0.0.1",
            "",
            Some(
                "mine cannot be trusted: the certificate of 127.0.0.1 is signed by an unknown authority; add your company's CA with network.ca_file",
            ),
        ),
        (
            Shown::Good,
            "localhost",
            &ca,
            Some("the certificate that localhost shows is for another name; write the name"),
        ),
        (
            Shown::Expired,
            "127.0.0.1",
            &ca,
            Some("the certificate of 127.0.0.1 has expired; check this machine's clock"),
        ),
        // It calls itself an authority, which a server's certificate may not.
        (Shown::SelfSigned, "127.0.0.1", &own, None),
        (
            Shown::SelfSigned,
            "127.0.0.1",
            &ca,
            Some(
                "mine cannot be trusted: the certificate of 127.0.0.1 is self-signed; if that server is yours, save its certificate as PEM and name the file in network.ca_file",
            ),
        ),
        (Shown::SelfSigned, "localhost", &own, Some("the certificate that localhost shows is for another name")),
        // Named itself, it needs no authority.
        (Shown::Good, "127.0.0.1", &file("server.pem"), None),
        (Shown::Good, "127.0.0.1", &own, Some("is signed by an unknown authority")),
        (Shown::Expired, "127.0.0.1", &file("expired.pem"), Some("the certificate of 127.0.0.1 has expired")),
        (
            Shown::ForClients,
            "127.0.0.1",
            &ca,
            Some("the certificate of 127.0.0.1 is not made for servers; have it made"),
        ),
        (
            Shown::AsksBack,
            "127.0.0.1",
            &ca,
            Some("mine wants a certificate of yours at 127.0.0.1, which pointsman cannot show; put a proxy between"),
        ),
        (Shown::Nothing, "127.0.0.1", &ca, Some("mine does not speak TLS at 127.0.0.1; if that is as it should be")),
    ] {
        let port = tls::front(&server, shown).await;
        let settings = format!("base_url = \"https://{host}:{port}/v1\"\n{settings}");
        let answer = ask(&endpoint(&settings, Path::new(""), &[])).await;
        match said {
            None => assert_eq!(answer, Ok("ok".to_owned())),
            Some(said) => {
                let error = answer.expect_err(said);
                assert!(error.message.contains(said), "{error}\nis not\n{said}");
                for of_the_library in ["Error", "docs.rs", "::", "{", "peer"] {
                    assert!(!error.message.contains(of_the_library), "{error}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_certificates_for_all_are_those_of_the_network() {
    let server = server().await;
    let port = tls::front(&server, Shown::Good).await;
    let settings = |table: &str| format!("base_url = \"https://127.0.0.1:{port}/v1\"\n{table}");
    let network = settings("[network]\nca_file = \"ca.pem\"");
    assert_eq!(ask(&endpoint(&network, &tls::data(), &[])).await, Ok("ok".to_owned()));
    let folder = tempfile::tempdir().expect("a folder");
    for (text, said) in [
        (None, "/ca.pem cannot be read (No such file or directory"),
        (Some("not one at all"), "/ca.pem holds no certificate as text; convert it: openssl x509"),
        (Some("-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n"), "/ca.pem is damaged ("),
        (Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "check the certificates in ca_file"),
        (Some(&"#".repeat(1_100_000)), "/ca.pem cannot be read (it has more than 1 MB)"),
    ] {
        if let Some(text) = text {
            std::fs::write(folder.path().join("ca.pem"), text).expect("it is written");
        }
        let error = ask(&endpoint(&network, folder.path(), &[])).await.expect_err(said);
        assert!(error.message.contains(said), "{error}");
    }
}
