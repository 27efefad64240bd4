//! The headless commands, as scripts meet them.

use crate::support::program::Home;
use crate::support::server::{Reply, Server};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// Runs the program off the test's own threads, which serve the server.
async fn off<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(run).await.expect("the run does not panic")
}

#[tokio::test(flavor = "multi_thread")]
async fn ask_prints_the_answer_on_stdout_and_the_decision_on_stderr() {
    let server = Server::oxlo().await;
    let home = Home::connected(&server.base_url);
    let ran = off(move || home.run(&["ask", "Write a Python function"])).await;
    assert_eq!(ran.out, "qwen-3-32b answers: Write a Python function\n");
    assert!(ran.err.starts_with("coding → qwen-3-32b · classifier "), "{}", ran.err);
    assert_eq!((ran.err.lines().count(), ran.status), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn ask_reads_the_prompt_from_stdin() {
    let server = Server::oxlo().await;
    let home = Home::connected(&server.base_url);
    let ran = off(move || home.run_with(&["ask", "-c", "coding", "-"], b"from a\n\x1b[31mpi\x00pe\n")).await;
    assert_eq!((ran.out.as_str(), ran.status), ("qwen-3-32b answers: from a\npipe\n", 0));
    assert!(ran.err.starts_with("coding → qwen-3-32b · override · "), "{}", ran.err);
    assert!(server.requests().iter().all(|request| !request.is_judging()), "an override asks no judge");
}

#[tokio::test(flavor = "multi_thread")]
async fn ask_json_is_one_object_a_line() {
    let server = Server::oxlo().await;
    let home = Home::connected(&server.base_url);
    let ran = off(move || home.run(&["ask", "--json", "-m", "brand-new-model", "Hello"])).await;
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[0]["type"], "decision");
    assert_eq!(lines[0]["decision"]["model"], "brand-new-model");
    let text: String = lines.iter().filter_map(|line| line["delta"].as_str()).collect();
    assert_eq!(text, "brand-new-model answers: Hello");
    let done = &lines.last().expect("an end")["done"];
    assert_eq!((done["finish"].as_str(), done["usage"]["completion_tokens"].as_u64()), (Some("stop"), Some(8)));
    assert_eq!(ran.status, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_of_the_provider_is_status_1_and_a_line_on_stderr() {
    let server = Server::start(|_| Reply::json(401, &serde_json::json!({"error": "no such key"}))).await;
    let home = Home::connected(&server.base_url);
    let (plain, json) = off(move || (home.run(&["ask", "x"]), home.run(&["ask", "--json", "-c", "coding", "x"]))).await;
    assert_eq!((plain.out.as_str(), plain.status), ("", 1));
    assert!(plain.err.contains("oxlo answered 401: no such key; check the key in OXLO_API_KEY"), "{}", plain.err);
    let last: Value = serde_json::from_str(json.out.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["type"], "error");
    assert!(last["error"].as_str().is_some_and(|error| error.contains("401")), "{last}");
    assert_eq!(json.status, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_ask_is_status_130() {
    let server = Server::start(|_| Reply::events().text("word ").hang()).await;
    let home = Home::connected(&server.base_url);
    let status = off(move || {
        let mut child = home.command(["ask", "-c", "coding", "x"]).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut byte = [0];
        let out = child.stdout.as_mut().expect("it is piped");
        std::io::Read::read_exact(out, &mut byte).expect("the answer begins");
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it runs");
        child.wait().expect("it ends").code()
    })
    .await;
    assert_eq!(status, Some(130));
    server.left(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_has_enough_is_no_failure() {
    let server = Server::start(|_| {
        let reply = (0..20_000).fold(Reply::events(), |reply, _| reply.text("a line\n"));
        reply.done()
    })
    .await;
    let home = Home::connected(&server.base_url);
    let (first, status) = off(move || {
        let mut child = home.command(["ask", "-c", "coding", "x"]).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut first = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut first).expect("a line comes");
        (first, child.wait().expect("it ends").code())
    })
    .await;
    assert_eq!((first.as_str(), status), ("a line\n", Some(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn route_prints_the_decision_alone() {
    let server = Server::oxlo().await;
    let home = Home::connected(&server.base_url);
    home.write("config/pointsman/config.toml", "[routing]\nthreshold = 1.0\n");
    let (plain, json) = off(move || (home.run(&["route", "Python?"]), home.run(&["route", "--json", "Python?"]))).await;
    assert!(plain.out.starts_with("coding → qwen-3-32b · judge · "), "{}", plain.out);
    let decision: Value = serde_json::from_str(&json.out).expect("JSON");
    for key in [
        "category",
        "model",
        "decider",
        "confidence",
        "probabilities",
        "reason",
        "candidates",
        "elapsed_us",
        "requests",
    ] {
        assert!(decision.get(key).is_some(), "{key} is missing in {decision}");
    }
    assert_eq!(decision["candidates"], serde_json::json!(["qwen-3-32b", "llama-3.3-70b"]));
    assert_eq!((decision["decider"].as_str(), decision["requests"].as_u64()), (Some("judge"), Some(1)));
    assert!(server.answers().is_empty(), "no answer was asked for");
}

#[test]
fn without_a_key_the_classifier_decides_and_the_guide_answers() {
    let home = Home::new();
    let ran = home.run(&["ask", "How do I add a category?"]);
    assert!(ran.out.starts_with("This is the offline guide, not a model: OXLO_API_KEY is not set, and no server"));
    assert!(ran.out.contains("[categories.translation]"), "{}", ran.out);
    let ran = home.run(&["route", "--json", "Write a Python function to merge two sorted lists"]);
    let decision: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((decision["category"].as_str(), decision["decider"].as_str()), (Some("coding"), Some("classifier")));
    assert_eq!(decision["provider"], "offline guide");
    let plain = home.run(&["route", "What is in this picture?"]).out;
    let said = plain.lines().last().expect("a line");
    assert_eq!(said, "note that it speaks of a picture and none is attached, so general answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_uses_no_network_even_with_a_key() {
    let server = Server::oxlo().await;
    let home = Home::connected(&server.base_url);
    let ran = off(move || home.run(&["ask", "--offline", "What keys are there?"])).await;
    assert!(ran.out.starts_with("This is the offline guide"), "{}", ran.out);
    assert!(server.requests().is_empty());
}

#[test]
fn wrong_usage_is_status_2_and_says_what_to_do() {
    let home = Home::new();
    for (args, said) in [
        (&["ask", "-c", "cooking", "x"][..], "there is no category 'cooking'; there are coding, reasoning"),
        (&["ask", ""], "the prompt is empty"),
        (&["ask", "--provider", "nobody", "x"], "there is no provider 'nobody'"),
        (&["--config", "missing.toml", "ask", "x"], "missing.toml cannot be read"),
        (&["fly"], "unrecognized subcommand"),
        (&[], "the screen needs a terminal"),
    ] {
        let ran = home.run(args);
        assert_eq!(ran.status, 2, "{args:?}: {ran:?}");
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn models_lists_who_answers_what_and_what_the_provider_lacks() {
    let server = Server::oxlo().await;
    let home = Home::connected(&server.base_url);
    let (plain, json) = off(move || (home.run(&["models"]), home.run(&["models", "--json"]))).await;
    assert!(
        plain.out.contains("deepseek-v3.2    general, fallback of reasoning, judge · 131072 tokens"),
        "{}",
        plain.out
    );
    assert!(plain.out.contains("kimi-k2.6        vision · sees images · not offered by oxlo"), "{}", plain.out);
    assert!(plain.out.contains("brand-new-model"), "{}", plain.out);
    let rows: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(rows[0]["model"], "qwen-3-32b");
    assert_eq!((plain.status, json.status), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn models_of_a_server_that_has_none_yet_says_so_and_what_to_do() {
    let server =
        Server::listing(|| Reply::json(200, &json!({"object": "list", "data": null})), |_| Reply::default()).await;
    let home = Home::connected(&server.base_url);
    let ran = off(move || home.run(&["models"])).await;
    assert!(
        ran.err.contains("oxlo has no models yet; load or allow one there (Ollama: `ollama pull NAME`)"),
        "{ran:?}"
    );
    assert_eq!(ran.status, 0);
}

#[test]
fn models_without_a_server_lists_the_configuration() {
    let home = Home::connected("http://127.0.0.1:9/v1");
    let ran = home.run(&["models"]);
    assert!(ran.out.contains("qwen-3-32b") && ran.err.contains("what oxlo offers is unknown"), "{ran:?}");
    assert_eq!(ran.status, 0);
}

#[test]
fn a_configuration_is_started_once_and_checked() {
    let home = Home::bare();
    let path = home.run(&["config", "path"]).out;
    assert_eq!(home.run(&["config", "init"]).status, 0);
    let text = std::fs::read_to_string(path.trim()).expect("the file is there");
    assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "nothing is switched on");
    let again = home.run(&["config", "init"]);
    assert!(again.status == 2 && again.err.contains("exists already and is left as it is"), "{again:?}");
    assert!(home.run(&["config", "check"]).out.contains("is in order"));
    std::fs::write(path.trim(), "provider = \"olama\"\n").expect("it can be written");
    let wrong = home.run(&["config", "check"]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.err.contains("config.toml:1:1: 'provider': there is no provider 'olama'"), "{}", wrong.err);
    assert!(wrong.err.contains("write one of 'oxlo', 'openai', 'openrouter', 'groq', 'ollama'"), "{}", wrong.err);
}

#[test]
fn flags_beat_the_environment_and_the_environment_beats_the_file() {
    let home = Home::new().set("POINTSMAN_BASE_URL", "http://environment.example/v1");
    home.write("config/pointsman/config.toml", "provider = \"ollama\"");
    let shown = |args: &[&str]| home.run(args).out;
    assert!(shown(&["config", "check"]).contains("ollama at http://environment.example/v1"));
    assert!(shown(&["--provider", "vllm", "config", "check"]).contains("vllm at http://environment.example/v1"));
    let other = home.write("other.toml", "provider = \"litellm\"");
    let other = other.display().to_string();
    assert!(shown(&["--config", &other, "config", "check"]).contains("litellm at"));
}

#[test]
fn the_starter_is_valid_with_every_line_switched_on() {
    let starter = include_str!("../assets/starter.toml");
    let on: Vec<&str> =
        starter.lines().filter(|line| !line.starts_with("# ")).map(|line| line.trim_start_matches('#')).collect();
    let home = Home::new();
    home.write("config/pointsman/config.toml", &on.join("\n"));
    let ran = home.run(&["config", "check"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("translation → llama3.1"), "{}", ran.out);
}
