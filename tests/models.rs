//! Which models there are: lists of several providers, kept and laid under the settings; and a server on this machine that
//! answers where nobody else can.

use crate::support::app::App;
use crate::support::program::{CONFIG, Home, only_here};
use crate::support::server::{Gate, Reply, Server, models};
use crate::support::{PATIENCE, config};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use pointsman::chat::{Ask, ConversationId, Delta, Finish, Origin, TurnEvent, TurnId};
use pointsman::config::Listed;
use pointsman::engine::{Command, Engine, Event, Preview, Services};
use pointsman::provider::offline::Guide;
use pointsman::provider::openai::OpenAi;
use pointsman::provider::{ChatRequest, Credentials, Deltas, Known, Outgoing, Provider, ProviderError, Providers};
use pointsman::router::RouteOverride;
use pointsman::store::{FILE, ModelList, Store, StoreOp};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::watch;

/// A server that answers with the name of the model that it was asked for.
async fn echoing(list: Value) -> Server {
    let echo = |request: &crate::support::server::Request| Reply::stream(&[&format!("I am {}.", request.model())]);
    Server::listing(move || Reply::json(200, &list), echo).await
}

fn named(ids: &[&str]) -> Value {
    json!({"data": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()})
}

/// The line of a model in the open list, its columns parted by one space; empty where it is not listed.
fn listed(frame: &str, model: &str) -> String {
    let panel = frame.split_once("  Models  ").map_or("", |(_, panel)| panel).lines().skip(1);
    let words = |line: &str| line.trim_matches('"').split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut lines = panel.map(words).filter(|words| words.iter().take(2).any(|word| word == model));
    lines.next().unwrap_or_default().join(" ")
}

/// A program that nobody answers but the guide, with these servers on its machine.
fn alone(servers: &[(&str, &Server)]) -> Services {
    let servers: Vec<_> = servers.iter().map(|(name, server)| (*name, server.base_url.as_str())).collect();
    let config = config(&only_here(&servers));
    let here = config.providers.iter().filter(|(_, provider)| provider.can_be_found());
    let known = here.map(|(name, provider)| {
        let provider = OpenAi::new(name, provider, &"".into(), config.timeouts(name)).expect("no key");
        (name.clone(), Arc::new(provider) as Arc<dyn Provider>)
    });
    let known: Known = Arc::new(known.collect());
    let guide = Guide::new(config.registry.models(), "OXLO_API_KEY is not set. Set it.").in_a_chat();
    Services::new(config, Arc::new(guide)).seeking(known)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_on_this_machine_answers_when_no_other_provider_can() {
    let server = echoing(named(&["nomic-embed-text", "llama3.2", "qwen2.5-coder:7b"])).await;
    let mut app = App::run(alone(&[("ollama", &server)]));
    let frame =
        app.until_frame("the first screen says so", |frame| frame.matches("found on this machine").count() == 2).await;
    assert!(frame.contains(&format!("ollama answers, at {}", server.base_url)), "{frame}");
    assert!(frame.contains("OXLO_API_KEY for oxlo"), "{frame}");
    app.type_text("Write a Python function to merge two sorted lists").key("enter");
    let frame = app.until("I am qwen2.5-coder:7b.").await;
    assert!(!frame.contains("offline guide"), "{frame}");
    app.key("ctrl-o");
    let frame = app.until("nomic-embed-text").await;
    assert!(listed(&frame, "llama3.2").contains("reasoning"), "{frame}");
    assert!(server.requests().iter().all(|request| !request.is_judging()), "no judge is asked");
    assert_eq!(server.listings().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_provider_in_the_file_with_a_chat_model_answers() {
    let (first, second, third) = tokio::join!(
        echoing(named(&["nomic-embed-text"])),
        echoing(named(&["here"])),
        Server::listing(|| Reply::json(200, &named(&["there"])), |_| Reply::default()),
    );
    let mut app = App::run(alone(&[("ollama", &first), ("llamacpp", &second), ("vllm", &third)]));
    app.until("llamacpp answers, at").await;
    app.type_text("x").key("enter");
    app.until("I am here.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_local_server_the_guide_answers_and_says_nothing_of_it() {
    let other = Server::listing(|| Reply::whole(404, "text/html", "<h1>Not found</h1>"), |_| Reply::default()).await;
    let mut app = App::run(alone(&[("llamacpp", &other)]));
    other.listed(1).await;
    app.type_text("How do I connect Ollama?").key("enter");
    let frame = app.until("--provider ollama").await;
    assert!(frame.contains("general → guide") && frame.contains("offline guide"), "{frame}");
    assert!(!frame.contains("found"), "{frame}");
    app.key("ctrl-o");
    let frame = app.until("qwen-3-32b").await;
    assert!(frame.contains("offline guide") && !frame.contains("not every model"), "{frame}");
    assert!(other.requests().is_empty());
}

/// A guide that answers when it may, and a server that says when it was asked.
struct Scripted {
    name: &'static str,
    gate: Gate,
    asked: watch::Sender<bool>,
}

impl Provider for Scripted {
    fn name(&self) -> &str {
        self.name
    }
    fn can_judge(&self) -> bool {
        self.name != "guide"
    }
    fn outgoing(&self, _: &ChatRequest) -> Outgoing {
        Outgoing { url: String::new(), body: serde_json::Map::new() }
    }
    fn stream(&self, request: ChatRequest) -> Deltas {
        let (gate, text) = (self.gate.clone(), format!("{} as {}", self.name, request.model));
        let text = stream::once(async move {
            gate.passed().await;
            Ok(Delta::Text(text.into()))
        });
        text.chain(stream::once(std::future::ready(Ok(Delta::Finished(Finish::Stop))))).boxed()
    }
    fn complete(&self, _: ChatRequest) -> BoxFuture<'_, Result<String, ProviderError>> {
        std::future::pending().boxed()
    }
    fn models(&self) -> BoxFuture<'_, Result<Vec<Listed>, ProviderError>> {
        self.asked.send_replace(true);
        std::future::ready(Ok(vec![Listed::named("mine")])).boxed()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_while_the_guide_answers_answers_from_the_next_turn_on() {
    let scripted = |name| Arc::new(Scripted { name, gate: Gate::default(), asked: watch::Sender::new(false) });
    let (guide, ollama) = (scripted("guide"), scripted("ollama"));
    ollama.gate.open();
    let known: Known = Arc::new([("ollama".to_owned(), ollama.clone() as Arc<dyn Provider>)].into_iter().collect());
    let (engine, mut events) = Engine::start(Services::new(config(""), guide.clone()).seeking(known));
    let submit = |turn, parent: Option<u64>| {
        Command::Submit(Ask {
            chat: ConversationId(1),
            parent: parent.map(TurnId),
            turn: TurnId(turn),
            prompt: "x".into(),
            route: RouteOverride::default(),
            origin: Origin::Typed,
            asked_at: Timestamp::now(),
        })
    };
    let preview = |serial| {
        Command::Preview(Preview {
            serial,
            chat: ConversationId(1),
            parent: None,
            prompt: "x".into(),
            route: RouteOverride::default(),
        })
    };
    engine.send(submit(1, None));
    // The second waits in the queue when the first ends.
    engine.send(submit(2, Some(1)));
    let mut told: Vec<String> = Vec::new();
    while !told.contains(&"2 ended".to_owned()) {
        let event = tokio::time::timeout(PATIENCE, events.recv()).await.expect("something happens").expect("it runs");
        match event {
            Event::Turn(TurnId(1), TurnEvent::Asked { .. }) => {
                engine.send(Command::ListModels);
                ollama.asked.subscribe().wait_for(|asked| *asked).await.expect("it is asked");
                engine.send(preview(1));
            }
            // Whoever answered so many questions has heard what was found.
            Event::Previewed { serial: 5, .. } => guide.gate.open(),
            Event::Previewed { serial, .. } => engine.send(preview(serial + 1)),
            Event::Turn(_, TurnEvent::Came { delta: Delta::Text(text), .. }) => told.push(text.to_string()),
            Event::Turn(TurnId(turn), TurnEvent::Ended { .. }) => told.push(format!("{turn} ended")),
            Event::Configured(config) => told.push(format!("configured {}", config.provider)),
            Event::Connected { provider, .. } => told.push(format!("connected {provider}")),
            _ => {}
        }
    }
    let order =
        ["guide as deepseek-v3.2", "1 ended", "configured ollama", "connected ollama", "ollama as mine", "2 ended"];
    assert_eq!(told, order);
}

/// A program that two providers answer; the second has the models of coding.
fn two(first: &Server, second: &Server) -> Services {
    let user = format!(
        "[providers.oxlo]\nbase_url = \"{}\"\n[providers.groq]\nbase_url = \"{}\"\n[categories.coding]\nmodel = \
         \"groq/fast\"\n[models.\"llama-3.3-70b\"]\ncontext_window = 8192\n",
        first.base_url, second.base_url
    );
    let config = config(&user);
    let known = ["oxlo", "groq"].map(|name| {
        let provider = OpenAi::new(name, &config.providers[name], &"k".into(), config.timeouts(name)).expect("a key");
        (name.to_owned(), Arc::new(provider) as Arc<dyn Provider>)
    });
    Services::new(config, Providers::Several(Arc::new(known.into_iter().collect())))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_has_the_models_of_all_providers_with_their_facts() {
    let first = echoing(json!({"data": [
        {"id": "deepseek-v3.2", "context_length": 1_048_576},
        {"id": "llama-3.3-70b", "context_length": 65_536},
        {"id": "groq/compound", "context_length": 65_536},
    ]}))
    .await;
    let second = echoing(json!({"data": [
        {"id": "fast", "context_window": 16_384},
        {"id": "sharp", "architecture": {"input_modalities": ["text", "image"]}},
    ]}))
    .await;
    let mut app = App::run(two(&first, &second));
    app.key("ctrl-o");
    let frame =
        app.until_frame("both lists", |frame| frame.contains("groq/sharp") && frame.contains("oxlo/groq")).await;
    for facts in [
        "groq/fast coding 16k groq",
        "groq/sharp images groq",
        "oxlo/groq/compound 64k oxlo",
        // What an endpoint serves counts more than what this program says of a model, and less than the settings.
        "deepseek-v3.2 general 1024k oxlo",
        "llama-3.3-70b reasoning 8k oxlo",
    ] {
        let name = facts.split(' ').next().expect("a name");
        assert!(listed(&frame, name).ends_with(facts), "{facts}: {frame}");
    }
    app.type_text("compound").key("enter");
    app.type_text("x").key("enter");
    app.until("I am groq/compound.").await;
    assert_eq!((first.answers().len(), second.answers().len()), (1, 0));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_key_command_is_not_run_before_the_list_is_opened() {
    let (first, second) = (echoing(named(&["a"])).await, echoing(named(&["fast", "sharp"])).await);
    let folder = TempDir::new().expect("a folder");
    let ran = folder.path().join("ran");
    let mut parts = two(&first, &second);
    let mut settings = parts.config.providers["groq"].clone();
    settings.key.env = None;
    settings.key.command = Some(format!("echo x >> '{}'; echo k", ran.display()));
    let credentials = Credentials::gather(&settings, &parts.config.network, |_| None);
    let groq = OpenAi::new("groq", &settings, credentials, parts.config.timeouts("groq")).expect("an endpoint");
    let oxlo = parts.providers.named("oxlo").expect("it is known").clone();
    let known = [("oxlo".to_owned(), oxlo), ("groq".to_owned(), Arc::new(groq) as Arc<dyn Provider>)];
    parts.providers = Providers::Several(Arc::new(known.into_iter().collect()));
    let mut app = App::run(parts);
    first.listed(1).await;
    app.until("○ auto ").await;
    assert!(!ran.exists());
    app.key("ctrl-o");
    app.until("groq/sharp").await;
    assert!(ran.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_listing_is_shown_in_the_picker_and_hides_no_other_provider() {
    let first =
        Server::listing(|| Reply::json(500, &json!({"error": {"message": "no list"}})), |_| Reply::default()).await;
    let second = echoing(named(&["fast", "sharp"])).await;
    let mut app = App::run(two(&first, &second));
    first.listed(1).await;
    let frame = app.until("○ auto ").await;
    assert!(!frame.contains("no list"), "{frame}");
    app.key("ctrl-o");
    app.until("not every model may be listed: oxlo").await;
    app.until("groq/sharp").await;
    // It is asked again when somebody looks, and the other is not: its list is young.
    app.key("esc").key("ctrl-o");
    first.listed(2).await;
    assert_eq!(second.listings().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_provider_told_is_there_in_the_next_run_without_asking_it() {
    let (server, folder) = (Server::oxlo().await, TempDir::new().expect("a folder"));
    let store = || folder.path().join(FILE);
    let mut app = App::run(App::parts(&server, "").with_store(store()));
    app.key("ctrl-o");
    app.until("brand-new-model").await;
    app.key("esc");
    app.leave().await;
    let mut app = App::run(App::parts(&server, "").with_store(store()));
    app.key("ctrl-o");
    app.until("brand-new-model").await;
    app.key("esc");
    app.leave().await;
    assert_eq!(server.listings().len(), 1);
    // Another server at the same name has other models.
    let other = echoing(named(&["of-the-other"])).await;
    let mut app = App::run(App::parts(&other, "").with_store(store()));
    app.key("ctrl-o");
    let frame = app.until("of-the-other").await;
    assert!(!frame.contains("brand-new-model"), "{frame}");
    app.key("esc");
    app.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn incognito_keeps_no_list() {
    let (server, folder) = (Server::oxlo().await, TempDir::new().expect("a folder"));
    let path = folder.path().join(FILE);
    drop(Store::open(&path, Timestamp::now()).expect("a store"));
    let mut app = App::run(App::parts(&server, "").with_store(path.clone()).incognito());
    app.key("ctrl-o");
    app.until("brand-new-model").await;
    app.key("esc");
    app.leave().await;
    let (store, _) = Store::open(&path, Timestamp::now()).expect("a store");
    assert_eq!(store.model_lists().await.expect("it is read"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_list_is_shown_while_a_new_one_is_asked_for() {
    let gate = Gate::default();
    let held = gate.clone();
    let list = move || Reply::default().wait(&held).and(models(&["new"]));
    let server = Server::listing(list, |_| Reply::default()).await;
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(FILE);
    keep(&path, "oxlo", &server.base_url, &["old"]).await;
    let mut app = App::run(App::parts(&server, "").with_store(path));
    app.key("ctrl-o");
    let frame = app.until_frame("the old list", |frame| listed(frame, "old") == "old").await;
    assert_eq!(listed(&frame, "new"), "", "{frame}");
    gate.open();
    let frame = app.until_frame("the new list", |frame| listed(frame, "new") == "new").await;
    assert_eq!(listed(&frame, "old"), "", "{frame}");
}

/// Keeps what a provider told ten days ago.
async fn keep(path: &std::path::Path, provider: &str, address: &str, ids: &[&str]) {
    let (store, _) = Store::open(path, Timestamp::now()).expect("a store");
    let offer = ModelList {
        provider: provider.to_owned(),
        address: address.to_owned(),
        listed_at: Timestamp::now() - SignedDuration::from_hours(241),
        models: ids.iter().map(|id| Listed::named(*id)).collect(),
    };
    store.write(vec![StoreOp::SaveModels(offer)]).await.expect("it is kept");
}

/// Runs off the threads that serve the server.
async fn off<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(run).await.expect("the run does not panic")
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_without_a_key_find_a_server_on_this_machine_too() {
    let server = echoing(named(&["llama3.2", "some-coder"])).await;
    let home = Home::new();
    home.write(CONFIG, &only_here(&[("vllm", &server.base_url)]));
    let (asked, routed, listed, offline) = off(move || {
        let prompt = "Write a Python function to merge two sorted lists";
        (
            home.run(&["ask", prompt]),
            home.run(&["route", "--json", prompt]),
            home.run(&["models"]),
            home.run(&["ask", "--offline", "What keys are there?"]),
        )
    })
    .await;
    assert_eq!(asked.out, "I am some-coder.\n", "{asked:?}");
    let said = format!("vllm answers, at {}: found on this machine; set OXLO_API_KEY for oxlo.", server.base_url);
    for ran in [&asked, &routed, &listed] {
        assert!(ran.status == 0 && ran.err.contains(&said), "{ran:?}");
    }
    let decision: Value = serde_json::from_str(&routed.out).expect("JSON");
    assert_eq!((&decision["provider"], &decision["model"]), (&json!("vllm"), &json!("some-coder")));
    assert!(listed.out.contains("some-coder") && listed.out.contains("reasoning, general, vision"), "{listed:?}");
    assert!(offline.out.starts_with("This is the offline guide") && !offline.err.contains("found"), "{offline:?}");
    assert_eq!(server.listings().len(), 4, "once a command, and models asks for the list itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn models_shows_the_cached_list_of_a_provider_that_cannot_be_reached() {
    let server = echoing(json!({"data": [{"id": "fast", "context_window": 16_384}, {"id": "sharp"}]})).await;
    let home = Home::new().set("OXLO_API_KEY", "k");
    let groq = format!(
        "[providers.oxlo]\nbase_url = \"http://127.0.0.1:9/v1\"\n[providers.groq]\nbase_url = \"{}\"\n[categories.coding]\nmodel = \"groq/fast\"",
        server.base_url
    );
    home.write(CONFIG, &groq);
    let path = home.path().join("data/pointsman").join(FILE);
    let (none, home) = off(move || (home.run(&["models"]), home)).await;
    assert!(none.err.contains("what oxlo offers is unknown: ") && none.out.contains("groq/sharp"), "{none:?}");
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    keep(&path, "oxlo", "http://127.0.0.1:9/v1", &["deepseek-v3.2", "from-before"]).await;
    let (all, one, json) = off(move || {
        (home.run(&["models"]), home.run(&["models", "--provider", "groq"]), home.run(&["models", "--json"]))
    })
    .await;
    assert!(all.err.contains("the models of oxlo are those of 10 days ago"), "{all:?}");
    let (first, second) = all.out.split_once("oxlo:\n").expect("two groups");
    assert!(first.starts_with("groq:\n  groq/fast") && first.contains("coding · 16384 tokens"), "{all:?}");
    assert!(first.contains("groq/sharp") && second.contains("from-before"), "{all:?}");
    assert!(
        second.contains("general, fallback of reasoning, judge") && second.contains("not offered by oxlo"),
        "{all:?}"
    );
    assert!(one.out.contains("sharp") && !one.out.contains("from-before") && !one.out.contains("groq:"), "{one:?}");
    let rows: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!((&rows[0]["model"], &rows[0]["provider"]), (&json!("groq/fast"), &json!("groq")));
    assert_eq!((&rows[0]["offered"], &rows[0]["vision"]), (&json!(true), &Value::Null));
}
