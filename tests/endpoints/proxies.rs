//! Proxies: which requests go through which, and what is said where one does not let them through.

use super::{run, server};
use crate::support::program::{Home, Ran};
use crate::support::server::{Reply, Server};

#[tokio::test(flavor = "multi_thread")]
async fn the_environments_proxy_is_used_for_other_machines_only() {
    for (variable, no_proxy, args, asked) in [
        ("HTTP_PROXY", "", "http://host.example/v1", true),
        ("http_proxy", "", "http://host.example/v1", true),
        ("ALL_PROXY", "", "http://host.example/v1", true),
        ("all_proxy", "", "http://host.example/v1", true),
        ("HTTPS_PROXY", "", "https://host.example/v1", true),
        ("https_proxy", "", "https://host.example/v1", true),
        ("HTTP_PROXY", "host.example", "http://host.example/v1", false),
        ("HTTP_PROXY", "", "http://127.0.0.1:9/v1", false),
        ("HTTP_PROXY", "", "http://localhost:9/v1", false),
    ] {
        let proxy = server().await;
        let address = proxy.base_url.trim_end_matches("/v1").replace("http://", "http://me:open-sesame@");
        let mut program = Home::connected(args).command(["models"]);
        // No server listens at the home's own proxy.
        program.env_remove("HTTP_PROXY").env(variable, &address).env("NO_PROXY", no_proxy);
        let ran = tokio::task::spawn_blocking(move || Ran::from(program.output().expect("the program starts")));
        let ran = ran.await.expect("the run does not panic");
        let requests = [proxy.requests(), proxy.listings()].concat();
        let name = format!("{variable} {args} {no_proxy}: {ran:?}");
        assert_eq!(!requests.is_empty(), asked, "{name}");
        assert!(!ran.err.contains("open-sesame"), "{name}");
        for request in requests {
            assert_eq!(request.header("proxy-authorization"), Some("Basic bWU6b3Blbi1zZXNhbWU="), "{name}");
            let (method, path) = match args.starts_with("https") {
                true => ("CONNECT", "host.example:443"),
                false => ("GET", "http://host.example/v1/models"),
            };
            assert_eq!((request.method.as_str(), request.path.as_str()), (method, path), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_of_the_settings_comes_before_that_of_the_environment() {
    let proxy = server().await;
    let address = proxy.base_url.trim_end_matches("/v1").to_owned();
    for (written, no_proxy, asked) in [(address.as_str(), "", 1), ("$MY_PROXY", "", 2), ("$MY_PROXY", ".example", 2)] {
        let home = Home::connected("http://host.example/v1").set("MY_PROXY", &address).set("NO_PROXY", no_proxy);
        home.write("config/pointsman/config.toml", &format!("[network]\nproxy = \"{written}\""));
        let (_, ran) = run(home, &["models"]).await;
        assert_eq!(proxy.listings().len(), asked, "{written}: {ran:?}");
    }
}

/// What a program says that asks `base_url` through the proxy that `variable` names.
async fn said(variable: &str, proxy: &str, base_url: &str) -> String {
    let mut program = Home::connected(base_url).command(["ask", "-c", "coding", "hi"]);
    program.env_remove("HTTP_PROXY").env(variable, proxy).env("POINTSMAN_CONFIG", "");
    let ran = tokio::task::spawn_blocking(move || Ran::from(program.output().expect("the program starts")));
    ran.await.expect("the run does not panic").err
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_a_proxy_that_does_not_let_a_request_through_is_named_without_its_password() {
    let (secure, clear) = ("https://host.example/v1", "http://host.example/v1");
    let unused = "127.0.0.1:9";
    for (status, variable, base_url, told) in [
        (None, "HTTPS_PROXY", secure, "(HTTPS_PROXY) cannot be reached itself: Connection refused"),
        (None, "all_proxy", clear, "(all_proxy) cannot be reached itself: Connection refused"),
        (
            Some(407),
            "HTTPS_PROXY",
            secure,
            "(HTTPS_PROXY) wants a user and a password (407)); write them in HTTPS_PROXY",
        ),
        (
            Some(403),
            "https_proxy",
            secure,
            "(https_proxy) refuses to connect to host.example); ask who runs it, or add",
        ),
        (Some(502), "ALL_PROXY", secure, "(ALL_PROXY) refuses to connect to host.example); ask who runs it, or add"),
        (Some(407), "HTTP_PROXY", clear, "oxlo answered 407: no (asked through the proxy 127.0.0.1:"),
        (Some(502), "HTTP_PROXY", clear, "oxlo answered 502: no (asked through the proxy 127.0.0.1:"),
    ] {
        let refusing = Server::start(move |_| Reply::whole(status.unwrap_or(200), "text/plain", "no")).await;
        let address = refusing.base_url.trim_start_matches("http://").trim_end_matches("/v1").to_owned();
        let address = status.map_or(unused, |_| address.as_str());
        let err = said(variable, &format!("http://me:open-sesame@{address}"), base_url).await;
        assert!(err.contains(told) && err.contains(&format!("the proxy {address} (")), "{err}\nis not\n{told}");
        assert!(!err.contains("sesame"), "{err}");
    }
}
