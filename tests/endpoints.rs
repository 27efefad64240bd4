//! Endpoints as they are set up: what goes along with a request, where keys come from.

mod certificates;
mod proxies;
mod responses;

use crate::support::program::{Home, Ran};
use crate::support::server::{Reply, Request, Server, models};
use futures_util::{FutureExt, StreamExt};
use pointsman::chat::{Delta, Message, Role};
use pointsman::config::{Accepts, Config, Listed, Overrides, Problems, Source};
use pointsman::provider::openai::OpenAi;
use pointsman::provider::{ChatRequest, Credentials, ErrorKind, Provider, ProviderError, ReplyFormat};
use std::path::Path;

fn load(settings: &str) -> Result<Config, Problems> {
    let source = Source { path: "c.toml".into(), text: settings.to_owned() };
    Config::load(Some(&source), &Overrides { provider: Some("mine".to_owned()), base_url: None })
}

/// A provider `mine` with these settings, as the program makes it, in a folder and an environment.
fn endpoint(settings: &str, folder: &Path, env: &[(&str, &str)]) -> OpenAi {
    let config = load(&format!("[providers.mine]\n{settings}")).expect("valid settings").placed(folder, None);
    let variable = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let credentials = Credentials::gather(config.active_provider(), &config.network, variable);
    OpenAi::new("mine", config.active_provider(), credentials, config.timeouts("mine")).expect("a usable key")
}

fn request() -> ChatRequest {
    ChatRequest {
        model: "m".into(),
        messages: vec![Message::new(Role::User, "hi")],
        max_tokens: None,
        deterministic: false,
        format: ReplyFormat::Text,
        accepts: Accepts::default(),
    }
}

async fn ask(endpoint: &OpenAi) -> Result<String, ProviderError> {
    let mut text = String::new();
    let mut deltas = endpoint.stream(request());
    while let Some(delta) = deltas.next().await {
        if let Delta::Text(piece) = delta? {
            text.push_str(&piece);
        }
    }
    Ok(text)
}

async fn server() -> Server {
    Server::start(|request| match request.method.as_str() {
        "GET" => models(&["a"]),
        _ => Reply::stream(&["ok"]),
    })
    .await
}

/// Runs the program where it may block.
async fn run(home: Home, args: &'static [&'static str]) -> (Home, Ran) {
    tokio::task::spawn_blocking(move || {
        let ran = home.run(args);
        (home, ran)
    })
    .await
    .expect("the run does not panic")
}

#[test]
fn provider_mistakes_say_where_and_what_to_write_and_repeat_no_value() {
    for (line, said) in [
        (
            "headers.Authorization = \"Bearer secret\"",
            "c.toml:3:9: 'providers.mine.headers.Authorization': this header carries the key, which does not belong in \
             this file\n    leave it out and name where the key is: api_key_env, api_key_command",
        ),
        (
            "headers.Content-Length = \"secret\"",
            "c.toml:3:9: 'providers.mine.headers.Content-Length': this header is set",
        ),
        ("headers.\"sec ret\" = \"secret\"", "c.toml:3:1: 'providers.mine.headers': one of these is not the name"),
        (
            "headers.x = \"one\\r\\nsecret: 1\"",
            "'providers.mine.headers.x': the value holds characters that cannot be sent",
        ),
        (
            "headers.x = \"$secret\"",
            "'providers.mine.headers.x': this is not the name of an environment variable\n    behind",
        ),
        ("headers.x = 1", "'providers.mine.headers.x': the value has the wrong type\n    write a text in quotes"),
        ("headers = \"secret\"", "'providers.mine.headers': the value has the wrong type"),
        ("query.key = \"$secret\"", "c.toml:3:7: 'providers.mine.query.key': this is not the name"),
        ("query.\"\" = \"secret\"", "'providers.mine.query': one of these has no name that can be sent"),
        ("organization = \"secret\\n\"", "c.toml:3:1: 'providers.mine.organization': the value holds characters"),
        ("path = \"chat\"", "c.toml:3:1: 'providers.mine.path': this is no path of an address\n    write what follows"),
        ("path = \"/chat?secret=1\"", "'providers.mine.path': this is no path of an address"),
        ("models_path = \"/a b\"", "'providers.mine.models_path': this is no path"),
        (
            "api_key_keyring = 1",
            "'providers.mine.api_key_keyring': the value has the wrong type\n    write true, or the name",
        ),
        (
            "api_key = \"secret\"",
            "there is no key 'api_key'\n    write one of 'base_url', 'api_key_env', 'api_key_command'",
        ),
    ] {
        let text = format!("[providers.mine]\nbase_url = \"https://host.example/v1\"\n{line}");
        let problem = load(&text).expect_err(line).to_string();
        assert!(problem.contains(said), "{line} gives\n{problem}\nnot\n{said}");
        assert!(!problem.replace("$secret", "").contains("secret"), "{problem}");
    }
    let query = load("[providers.mine]\nbase_url = \"https://host.example/v1?key=secret\"").expect_err("a query");
    assert!(query.to_string().contains("it belongs into the provider's query"), "{query}");
    assert!(!query.to_string().contains("secret"), "{query}");
    for (url, path) in
        [("https://host.example/v1/chat/completions", ""), ("https://host.example/ask/", "path = \"/ask\"")]
    {
        let text = format!("[providers.mine]\nbase_url = \"{url}\"\n{path}");
        let problem = load(&text).expect_err("the path of a request").to_string();
        assert!(
            problem.contains("c.toml:2:1: 'providers.mine.base_url': the address of an API ends before"),
            "{problem}"
        );
        assert!(problem.contains("leave out the \"/"), "{problem}");
    }
    for proxy in ["secret", "ftp://secret", "$secret"] {
        let problem = load(&format!("[network]\nproxy = \"{proxy}\"")).expect_err(proxy).to_string();
        assert!(problem.contains("'network.proxy': this is no") && !problem.contains("secret"), "{problem}");
    }
}

#[cfg(not(feature = "keyring"))]
#[test]
fn a_build_without_the_keyring_says_how_to_get_one_with_it() {
    let text = "[providers.mine]\nbase_url = \"https://host.example/v1\"\napi_key_keyring = true";
    let problem = load(text).expect_err("no keyring").to_string();
    assert!(
        problem.contains("c.toml:3:1: 'providers.mine.api_key_keyring': this pointsman was built without"),
        "{problem}"
    );
    assert!(problem.contains("cargo install --path . --features keyring"), "{problem}");
}

#[test]
fn the_presets_are_those_of_the_manual() {
    let config = Config::load(None, &Overrides::default()).expect("the defaults are valid");
    let presets: Vec<(&str, &str, Option<&str>)> = config
        .providers
        .iter()
        .map(|(name, provider)| (name.as_str(), provider.base_url.as_str(), provider.key.env.as_deref()))
        .collect();
    assert_eq!(
        presets,
        [
            ("oxlo", "https://api.oxlo.ai/v1", Some("OXLO_API_KEY")),
            ("openai", "https://api.openai.com/v1", Some("OPENAI_API_KEY")),
            ("openrouter", "https://openrouter.ai/api/v1", Some("OPENROUTER_API_KEY")),
            ("groq", "https://api.groq.com/openai/v1", Some("GROQ_API_KEY")),
            ("ollama", "http://127.0.0.1:11434/v1", None),
            ("llamacpp", "http://127.0.0.1:8080/v1", None),
            ("lmstudio", "http://127.0.0.1:1234/v1", None),
            ("vllm", "http://127.0.0.1:8000/v1", None),
            ("litellm", "http://127.0.0.1:4000/v1", Some("LITELLM_API_KEY")),
        ]
    );
}

#[test]
fn what_is_shown_of_a_provider_means_the_same_and_holds_no_value() {
    let settings = |password: &str| {
        format!(
            "[network]\nca_file = \"ca.pem\"\nproxy = \"http://{password}proxy.example:3128\"\n[providers.mine]\n\
             base_url = \"https://{password}host.example/v1/\"\norganization = \"secret\"\nproject = \"$PROJECT\"\n\
             path = \"/deep/chat\"\napi_key_command = \"pass show mine\"\napi_key_file = \"mine.key\"\n\
             headers.X-Title = \"secret\"\nheaders.x-token = \"$TOKEN\"\nquery.api-version = \"secret\""
        )
    };
    let shown = load(&settings("me:secret@")).expect("valid").to_toml();
    assert!(!shown.contains("secret"), "{shown}");
    for line in [
        "proxy = \"http://…@proxy.example:3128\"",
        "base_url = \"https://…@host.example/v1\"",
        "ca_file = \"ca.pem\"",
        "path = \"/deep/chat\"",
        "api_key_command = \"pass show mine\"",
        "api_key_file = \"mine.key\"",
        "x-title = \"…\"",
        "x-token = \"$TOKEN\"",
        "openai-organization = \"…\"",
        "openai-project = \"$PROJECT\"",
        "api-version = \"…\"",
    ] {
        assert!(shown.contains(line), "{line} is not in\n{shown}");
    }
    let shown = load(&settings("")).expect("valid").to_toml();
    assert_eq!(load(&shown).expect("what is shown can be read").to_toml(), shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_go_along_with_every_request() {
    let server = server().await;
    let settings = format!(
        "base_url = \"{}\"\norganization = \"org-1\"\nproject = \"$PROJECT\"\nheaders.X-Title = \"my title\"\n\
         headers.x-token = \"$TOKEN\"\npath = \"/deployments/m/chat\"\nmodels_path = \"/list\"\n\
         query.api-version = \"2024-10-21\"\nquery.key = \"a+b/c d&é\"",
        server.base_url
    );
    let endpoint = endpoint(&settings, Path::new(""), &[("PROJECT", "p-1"), ("TOKEN", "t-1")]);
    assert_eq!(ask(&endpoint).await, Ok("ok".to_owned()));
    assert_eq!(endpoint.models().await, Ok(vec![Listed::named("a")]));
    let requests = server.requests();
    let query = "?api-version=2024-10-21&key=a%2Bb%2Fc+d%26%C3%A9";
    let paths: Vec<&str> = requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, [format!("/v1/deployments/m/chat{query}"), format!("/v1/list{query}")]);
    for request in &requests {
        for (name, value) in
            [("openai-organization", "org-1"), ("openai-project", "p-1"), ("x-title", "my title"), ("x-token", "t-1")]
        {
            assert_eq!(request.header(name), Some(value), "{name}");
        }
        assert_eq!(request.header("authorization"), None);
    }
    assert_eq!(endpoint.outgoing(&request()).url, format!("{}/deployments/m/chat", server.base_url));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_is_not_set_is_told_before_anything_is_sent() {
    let server = server().await;
    let settings = format!("base_url = \"{}\"\nheaders.x-token = \"$TOKEN\"", server.base_url);
    let error = ask(&endpoint(&settings, Path::new(""), &[])).await.expect_err("no token");
    assert_eq!(error.kind, ErrorKind::Auth);
    assert_eq!(
        error.message,
        "mine cannot be asked: the header x-token is read from TOKEN, which is not set; set it, or change the configuration"
    );
    assert!(server.requests().is_empty());
    let unsendable = endpoint(&settings, Path::new(""), &[("TOKEN", "one\ntwo")]);
    let error = ask(&unsendable).await.expect_err("a line break");
    assert!(error.message.contains("x-token holds characters") && !error.message.contains("two"), "{error}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_comes_from_a_command_or_a_private_file_when_it_is_needed() {
    use std::os::unix::fs::PermissionsExt;
    let server = server().await;
    let folder = tempfile::tempdir().expect("a folder");
    let base = format!("base_url = \"{}\"\n", server.base_url);
    let sent = || server.requests().last().and_then(|last: &Request| last.header("authorization").map(str::to_owned));

    let runs = folder.path().join("runs");
    let command = format!("{base}api_key_command = \"echo x >> '{}'; echo key-of-command\"", runs.display());
    let endpoint_of = |settings: &str| endpoint(settings, folder.path(), &[]);
    let by_command = endpoint_of(&command);
    assert!(!runs.exists(), "nothing runs at start");
    ask(&by_command).await.expect("an answer");
    by_command.models().await.expect("a list");
    assert_eq!(sent().as_deref(), Some("Bearer key-of-command"));
    assert_eq!(std::fs::read_to_string(&runs).expect("it ran").lines().count(), 1, "once a process");

    let path = folder.path().join("my.key");
    std::fs::write(&path, "key-of-file\n").expect("it is written");
    let by_file = endpoint_of(&format!("{base}api_key_file = \"my.key\""));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("its mode");
    let before = server.requests().len();
    let error = ask(&by_file).await.expect_err("others can read it");
    assert_eq!(error.kind, ErrorKind::Auth);
    assert_eq!(
        error.message,
        format!(
            "mine cannot be asked: there is no key: {0} can be read by others on this machine; run: chmod 600 {0}",
            path.display()
        )
    );
    assert_eq!(server.requests().len(), before);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("its mode");
    ask(&by_file).await.expect("a failure is not kept");
    assert_eq!(sent().as_deref(), Some("Bearer key-of-file"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_request_ends_the_command_for_its_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let (running, fifo) = (folder.path().join("running"), folder.path().join("fifo"));
    let settings = format!(
        "base_url = \"http://127.0.0.1:9/v1\"\napi_key_command = \"mkfifo '{0}'; echo $$ > '{1}.new'; mv '{1}.new' '{1}'; cat '{0}'\"",
        fifo.display(),
        running.display()
    );
    let endpoint = endpoint(&settings, folder.path(), &[]);
    let asking = tokio::spawn(async move { ask(&endpoint).await });
    let until = async |what: &dyn Fn() -> bool| {
        while !what() {
            tokio::task::yield_now().await;
        }
    };
    until(&|| running.exists()).await;
    let id = std::fs::read_to_string(&running).expect("its number");
    let process = format!("/proc/{}/stat", id.trim());
    assert!(Path::new(&process).exists());
    asking.abort();
    // A process that has ended and was not waited for is still there, as a zombie.
    let gone = || std::fs::read_to_string(&process).map_or(true, |stat| stat.contains(") Z "));
    tokio::time::timeout(crate::support::PATIENCE, until(&gone)).await.expect("the command ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_a_key_that_would_travel_in_clear_is_warned_of_once() {
    let home = Home::connected("http://me:open-sesame@host.example/v1").set("HTTP_PROXY", "http://127.0.0.1:9");
    let (home, ran) = run(home, &["ask", "hi"]).await;
    let warning = "the key of oxlo goes to host.example unencrypted: use https in its base_url";
    assert_eq!(ran.err.matches(warning).count(), 1, "{}", ran.err);
    tokio::task::spawn_blocking(move || {
        let mut pty = crate::support::pty::Pty::start(&home, &[]);
        pty.until("unencrypted: use https in its base_url");
        pty.leave();
        pty.ended();
    })
    .await
    .expect("the run does not panic");
    let (_, ran) = run(Home::connected("http://127.0.0.1:9/v1"), &["ask", "hi"]).await;
    assert!(!ran.err.contains("unencrypted"), "{}", ran.err);
}

/// An endpoint whose key command notes that it runs, and goes on with `rest`.
#[cfg(unix)]
fn slow_key(server: &Server, folder: &Path, rest: &str) -> OpenAi {
    let command = format!("echo x >> runs; {rest}");
    let settings =
        format!("base_url = \"{}\"\napi_key_command = \"cd {} && {command}\"", server.base_url, folder.display());
    endpoint(&settings, folder, &[])
}

#[cfg(unix)]
fn runs(folder: &Path) -> usize {
    std::fs::read_to_string(folder.join("runs")).expect("it ran").lines().count()
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_command_runs_once_even_when_a_request_is_cancelled() {
    let (server, folder) = (server().await, tempfile::tempdir().expect("a folder"));
    let endpoint = slow_key(&server, folder.path(), "until test -e go; do sleep 0.01; done; echo k");
    {
        let (mut hasty, mut patient) = (endpoint.models(), endpoint.models());
        assert!((&mut hasty).now_or_never().is_none() && (&mut patient).now_or_never().is_none());
        drop(hasty);
        assert!((&mut patient).now_or_never().is_none());
        // Now nobody waits for it.
    }
    let mut last = endpoint.models();
    assert!((&mut last).now_or_never().is_none());
    std::fs::write(folder.path().join("go"), "").expect("it is written");
    assert!(last.await.is_ok());
    assert!(endpoint.models().await.is_ok());
    assert_eq!(runs(folder.path()), 1);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_key_command_fails_once_for_all_requests_and_is_run_again() {
    let (server, folder) = (server().await, tempfile::tempdir().expect("a folder"));
    let endpoint = slow_key(&server, folder.path(), "until test -e end; do sleep 0.01; done; test -e go && echo k");
    let (mut one, mut other) = (endpoint.models(), endpoint.models());
    // Both wait for the same run before it can end.
    assert!((&mut one).now_or_never().is_none() && (&mut other).now_or_never().is_none());
    std::fs::write(folder.path().join("end"), "").expect("it is written");
    let (one, other) = tokio::join!(one, other);
    assert_eq!([one, other].map(|failed| failed.expect_err("no key").kind), [ErrorKind::Auth; 2]);
    assert_eq!(runs(folder.path()), 1);
    std::fs::write(folder.path().join("go"), "").expect("it is written");
    assert!(endpoint.models().await.is_ok());
    assert_eq!(runs(folder.path()), 2);
}
