//! `pointsman doctor`, as people meet it when something does not work.

use crate::support::program::{Home, Ran};
use crate::support::server::{Reply, Request, Server, models};
use serde_json::{Value, json};

/// Everything that the default settings ask for.
const ALL: [&str; 5] = ["qwen-3-32b", "llama-3.3-70b", "deepseek-v3.2", "kimi-k2.6", "gemma-3-4b"];

/// Runs the program off the test's own threads, which serve the server.
async fn doctor(home: Home, args: &'static [&'static str]) -> (Ran, Home) {
    let run = move || (home.run(&[&["doctor"], args].concat()), home);
    tokio::task::spawn_blocking(run).await.expect("the run does not panic")
}

/// What it says about a server that answers so, as JSON, and the exit status.
async fn told(
    list: impl Fn() -> Reply + Send + Sync + 'static,
    script: impl Fn(&Request) -> Reply + Send + Sync + 'static,
) -> (Checks, i32, Vec<Request>) {
    let server = Server::listing(list, script).await;
    let (ran, _) = doctor(Home::connected(&server.base_url), &["--json", "-v"]).await;
    (Checks::read(&ran), ran.status, server.requests())
}

struct Checks(Value);

impl Checks {
    fn read(ran: &Ran) -> Self {
        Self(serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}")))
    }

    fn find(&self, area: &str, name: &str) -> Option<&Value> {
        let checks = self.0["checks"].as_array().expect("a list");
        checks.iter().find(|check| check["area"] == area && check["name"] == name)
    }

    fn get(&self, area: &str, name: &str) -> &Value {
        self.find(area, name).unwrap_or_else(|| panic!("no {area}/{name} in {:#}", self.0))
    }

    /// Status, what was found and what to do, in a line.
    fn line(&self, area: &str, name: &str) -> String {
        let check = self.get(area, name);
        let text = |key: &str| check[key].as_str().unwrap_or_default();
        format!("{} {} → {}", text("status"), text("found"), text("fix"))
    }

    fn oxlo(&self, name: &str) -> String {
        self.line("provider oxlo", name)
    }
}

fn all() -> Reply {
    models(&ALL)
}

/// A server with nothing wrong.
fn healthy(request: &Request) -> Reply {
    match request.is_judging() {
        true => Reply::label("general"),
        false => Reply::stream(&["O", "K"]),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_provider_is_asked_twice_and_its_figures_are_told() {
    let (checks, status, requests) = told(all, healthy).await;
    assert_eq!((status, &checks.0["ok"]), (0, &json!(true)), "{:#}", checks.0);
    assert_eq!(checks.0["version"], env!("CARGO_PKG_VERSION"));
    for check in checks.0["checks"].as_array().expect("a list") {
        let all = ["area", "name", "status", "found"].iter().all(|key| check[key].is_string());
        assert!(all && check["status"] != "fail", "{check}");
    }
    assert_eq!(checks.get("provider oxlo", "models")["models"], 5);
    let answer = checks.get("provider oxlo", "answer");
    assert!(checks.oxlo("answer").starts_with("ok qwen-3-32b said 'OK': first byte "), "{answer}");
    for key in ["first_byte_ms", "first_token_ms", "total_ms"] {
        assert!(answer[key].is_u64(), "{key} in {answer}");
    }
    assert_eq!((&answer["completion_tokens"], &answer["finish"]), (&json!(8), &json!("stop")));
    assert!(checks.oxlo("judge").starts_with("ok deepseek-v3.2 names a category in json_schema: "), "{:#}", checks.0);
    assert_eq!(checks.find("provider oxlo", "names"), None, "it has all that is asked for");
    let asked: Vec<(&str, &str)> = requests.iter().map(|request| (request.model(), request.format())).collect();
    assert_eq!(asked, [("qwen-3-32b", ""), ("deepseek-v3.2", "json_schema")]);
    assert_eq!(requests[0].body["max_tokens"], 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_check_is_a_line_of_80_columns_and_the_cost_is_said_before() {
    let server = Server::listing(all, healthy).await;
    let (ran, home) = doctor(Home::connected(&server.base_url), &[]).await;
    assert_eq!(ran.status, 0);
    assert!(ran.err.starts_with("Asks oxlo: 2 to 4 short requests"), "{}", ran.err);
    assert!(ran.out.contains("\nprovider oxlo\n  ✓ ok   address   http://127.0.0.1:"), "{}", ran.out);
    assert!(ran.out.lines().last().is_some_and(|line| line.starts_with("All is well: ")), "{}", ran.out);
    let home = home.path().display().to_string();
    let long = ran.out.lines().find(|line| line.chars().count() > 80 && !line.contains(&home));
    assert_eq!(long, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_asked_is_up_to_the_flags_and_nothing_is_left_on_the_disk() {
    let server = Server::listing(all, healthy).await;
    let (ran, home) = doctor(Home::connected(&server.base_url), &["--no-requests"]).await;
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_eq!((server.listings().len(), server.requests().len()), (1, 0));
    let (ran, home) = doctor(home, &["--offline"]).await;
    assert!(ran.status == 0 && ran.out.contains("found: OXLO_API_KEY"), "{ran:?}");
    assert_eq!(server.listings().len(), 1);
    assert!(!home.path().join("data").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_fails_and_a_list_without_a_key_proves_none() {
    let wrong = || Reply::json(401, &json!({"error": {"message": "no such key"}}));
    let (checks, status, requests) = told(wrong, move |_| wrong()).await;
    assert_eq!((status, &checks.0["ok"]), (1, &json!(false)));
    assert_eq!(checks.oxlo("key"), "fail oxlo answered 401: no such key → check the key in OXLO_API_KEY");
    assert!(checks.get("provider oxlo", "key")["detail"].as_array().is_some_and(|detail| detail.len() > 2));
    assert_eq!(requests.len(), 0, "nothing more is asked with it");
    let (checks, status, requests) = told(all, move |_| wrong()).await;
    assert_eq!((status, requests.len()), (1, 1));
    assert!(checks.oxlo("answer").starts_with("fail oxlo answered 401"), "{:#}", checks.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn models_that_it_does_not_have_are_named_with_what_they_are_for() {
    let (checks, status, _) = told(
        || models(&["deepseek-v3.2"]),
        |request| match request.model() {
            "deepseek-v3.2" => Reply::label("general"),
            _ => Reply::json(404, &json!({"error": {"message": "model not found", "code": "model_not_found"}})),
        },
    )
    .await;
    assert_eq!(status, 1);
    assert!(checks.oxlo("answer").starts_with("fail oxlo answered 404: model not found → `pointsman models`"));
    let names = checks.oxlo("names");
    assert!(names.starts_with("warn not in its list: qwen-3-32b (coding); llama-3.3-70b (reasoning, "), "{names}");
    assert!(checks.oxlo("judge").starts_with("ok deepseek-v3.2"), "it is another model");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_models_is_told_to_load_one() {
    let (checks, _, _) = told(|| Reply::json(200, &json!({"object": "list", "data": null})), healthy).await;
    let line = checks.oxlo("models");
    assert!(line.starts_with("warn 0 models listed") && line.ends_with("(Ollama: `ollama pull NAME`)"), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_of_one_model_may_answer_to_every_name() {
    let (checks, status, _) = told(|| models(&["the-only-one"]), healthy).await;
    assert_eq!(status, 0);
    assert!(checks.oxlo("names").starts_with("ok answers to names that are not in its list"), "{:#}", checks.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_best_format_that_the_judge_replies_in_is_found() {
    for (known, told_as) in [
        ("json_object", "ok deepseek-v3.2 names a category in json_object, not in json_schema: "),
        ("", "ok deepseek-v3.2 names a category in plain text, not in json_schema or json_object: "),
        ("none", "warn deepseek-v3.2 names no category in any format → choose another judge.model"),
    ] {
        let (checks, status, requests) = told(all, move |request| match request.is_judging() {
            true if request.format() != known => Reply::refused_format(),
            _ => healthy(request),
        })
        .await;
        assert_eq!(status, 0);
        assert!(checks.oxlo("judge").starts_with(told_as), "{}", checks.oxlo("judge"));
        assert_eq!(requests.iter().filter(|request| request.is_judging()).count(), 3 - usize::from(known.len() > 4));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_the_limit_is_asked_for_where_the_limit_is_refused() {
    let (checks, status, _) = told(all, |request| match request.body.get("max_tokens") {
        Some(_) if !request.is_judging() => {
            Reply::json(400, &json!({"error": {"message": "Unsupported parameter: 'max_tokens'"}}))
        }
        _ => healthy(request),
    })
    .await;
    assert_eq!(status, 0);
    assert!(checks.oxlo("answer").starts_with("ok qwen-3-32b said 'OK'"), "{:#}", checks.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn web_pages_silence_and_refused_connections_are_told_apart() {
    let page = || Reply::whole(200, "text/html", "<html>Sign in</html>");
    let (checks, status, _) = told(page, move |_| page()).await;
    assert_eq!(status, 1);
    assert!(checks.oxlo("answer").starts_with("fail oxlo sent 'text/html' instead of an answer → check base_url"));

    let server = Server::listing(|| Reply::default().hang(), |_| Reply::default()).await;
    let home = Home::connected(&server.base_url);
    home.write("config/pointsman/config.toml", "[network.local]\nfirst_byte_timeout_seconds = 0.1");
    let (ran, home) = doctor(home, &["--json"]).await;
    let told = Checks::read(&ran).oxlo("reach");
    let fix = "try again, or raise network.local.first_byte_timeout_seconds";
    assert_eq!((ran.status, told), (1, format!("fail oxlo did not respond for 0.1 s → {fix}")));

    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a free port");
    let (ran, _) = doctor(home.set("POINTSMAN_BASE_URL", &format!("http://{closed}/v1")), &["--json"]).await;
    let told = Checks::read(&ran).oxlo("reach");
    assert!(ran.status == 1 && told.starts_with("fail oxlo cannot be reached at http://127"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn unused_providers_are_checked_on_demand_and_fail_nothing() {
    let server = Server::listing(all, healthy).await;
    let home = Home::connected(&server.base_url);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a free port");
    let table = |name: &str| format!("[providers.{name}]\nbase_url = \"http://{closed}/v1\"\n");
    let settings: String = ["ollama", "llamacpp", "lmstudio", "vllm", "litellm"].map(table).concat();
    home.write("config/pointsman/config.toml", &settings);
    let (ran, _) = doctor(home, &["--all", "--json"]).await;
    let checks = Checks::read(&ran);
    assert_eq!(ran.status, 0);
    assert!(checks.line("provider ollama (not used)", "reach").starts_with("warn ollama cannot be reached"));
    assert!(checks.line("provider groq (not used)", "key").starts_with("ok none in GROQ_API_KEY"));
    assert_eq!(checks.find("other providers", "not used"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_no_provider_is_connected_and_nothing_fails() {
    let (ran, _) = doctor(Home::new(), &["--json"]).await;
    let checks = Checks::read(&ran);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert!(checks.oxlo("key").starts_with("warn none in OXLO_API_KEY → set OXLO_API_KEY to your key"));
    assert!(checks.line("other providers", "connected").starts_with("warn nobody by these settings"));
    assert!(checks.line("other providers", "not used").contains("openai, openrouter, groq"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_prints_no_key_is_told_with_its_reason() {
    let home = Home::new();
    let settings = "[providers.oxlo]\napi_key_env = \"\"\napi_key_command = \"echo locked >&2; exit 3\"";
    home.write("config/pointsman/config.toml", settings);
    let (ran, _) = doctor(home, &["--json", "--offline"]).await;
    let key = Checks::read(&ran).oxlo("key");
    assert!(key.contains("there is no key: api_key_command ended with exit status: 3 and said: locked"), "{key}");
    assert_eq!(ran.status, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_status_2_and_the_rest_is_still_looked_at() {
    let home = Home::new();
    home.write("config/pointsman/config.toml", "provider = \"nobody\"");
    let (ran, home) = doctor(home, &["--json"]).await;
    let checks = Checks::read(&ran);
    let file = checks.line("settings", "file");
    assert!(ran.status == 2 && file.contains("config.toml:1:1: 'provider'"), "{file}");
    for (area, name) in [("settings", "keymap"), ("folders", "data"), ("history", "database"), ("terminal", "name")] {
        assert_eq!(checks.get(area, name)["status"], "ok", "{area}/{name}");
    }
    home.write("config/pointsman/config.toml", "");
    home.write("config/pointsman/keymap.toml", "nonsense");
    let (ran, _) = doctor(home, &["--json"]).await;
    assert_eq!((ran.status, &Checks::read(&ran).get("settings", "keymap")["status"]), (2, &json!("fail")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_history_fails_and_is_left_as_it_is() {
    let home = Home::new();
    let text = "this is no database, and far too long to be an empty one. ".repeat(50);
    let path = home.write("data/pointsman/pointsman.db", &text);
    let (ran, _home) = doctor(home, &["--json"]).await;
    let told = Checks::read(&ran).line("history", "database");
    assert!(ran.status == 1 && told.contains("the file is damaged → run 'pointsman history recover'"), "{told}");
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), text);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn files_open_to_others_are_warned_of_with_the_command_that_closes_them() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    home.run(&["ask", "What is pointsman?"]);
    let (ran, home) = doctor(home, &["--json"]).await;
    let checks = Checks::read(&ran);
    assert!(checks.line("history", "database").starts_with("ok "), "{:#}", checks.0);
    assert_eq!(checks.find("history", "private"), None);
    assert!(checks.line("folders", "data").contains("yours alone"));
    let (data, config) = (home.path().join("data/pointsman"), home.write("config/pointsman/config.toml", ""));
    for (path, mode) in [(data.clone(), 0o755), (data.join("pointsman.db"), 0o644), (config, 0o666)] {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("its mode");
    }
    let (ran, home) = doctor(home, &["--json"]).await;
    let checks = Checks::read(&ran);
    let shown = home.path().display();
    for (area, name, fix) in [
        ("folders", "data", format!("(755) → chmod 700 {shown}/data/pointsman")),
        ("history", "private", format!("(644) → chmod 600 {shown}/data/pointsman/pointsman.db")),
        ("folders", "settings", format!("chmod go-w {shown}/config/pointsman/config.toml")),
    ] {
        let line = checks.line(area, name);
        assert!(line.starts_with("warn ") && line.ends_with(&fix), "{line}");
    }
    assert_eq!(ran.status, 0);
}
