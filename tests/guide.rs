//! The offline guide never signs as a model: not on the screen, not in the history, not in the report.

use crate::support::app::{App, sidebar};
use crate::support::config;
use crate::support::program::{CONFIG, Home, only_here};
use pointsman::config::ModelId;
use serde_json::{Value, json};

const CODE: &str = "Write a Python function to merge two sorted lists";

/// The names of the models that would answer, as far as `text` shows them.
fn models_in(text: &str) -> Vec<ModelId> {
    config("").registry.models().into_iter().filter(|model| text.contains(model.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_says_guide_where_a_model_would_stand() {
    let mut app = App::offline();
    let frame = app.until("not connected: the guide answers").await;
    assert!(frame.contains("offline guide"), "the status line says who answers: {frame}");
    app.type_text(CODE);
    app.until_frame("a preview", |frame| frame.contains("→ guide") && frame.contains(" %")).await;
    app.key("enter");
    let frame = app.until("No section of the manual fits this").await;
    assert!(frame.contains("▌ guide  coding "), "{frame}");
    assert!(frame.contains("This is the offline guide, not a model: OXLO_API_KEY is not set. Set it."), "{frame}");
    let beside = sidebar(&frame);
    assert!(beside.contains("● coding") && beside.contains("coding → guide"), "{beside}");
    assert!(frame.lines().any(|line| line.contains(" coding   guide ")), "{frame}");
    assert_eq!(models_in(&frame), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_or_a_model_that_was_chosen_is_answered_by_the_guide_all_the_same() {
    let mut app = App::offline();
    app.type_text("How do I leave?").key("alt-2");
    app.until("reasoning → guide  your choice").await;
    app.key("enter");
    let frame = app.until("▌ guide  reasoning ").await;
    assert_eq!(models_in(&frame), []);
    app.key("ctrl-o").type_text("kimi").key("alt-enter");
    app.until("guide  pinned").await;
    // What can be asked again is a model, and the guide is none.
    app.key("ctrl-r");
    let frame = app.until("  Ask again ").await;
    assert!(
        !frame
            .lines()
            .skip_while(|line| !line.contains("Ask again"))
            .take_while(|line| !line.starts_with("\"▌"))
            .any(|line| line.contains(" guide ")),
        "{frame}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_after_an_answer_reads_the_topic_of_that_number() {
    let mut app = App::offline();
    app.type_text("How do I connect Ollama?").key("enter");
    app.until("2. How do I check everything?").await;
    app.type_text("2").key("enter");
    app.until("looks at your settings, folders, history").await;
}

#[test]
fn ask_history_and_report_say_guide() {
    let home = Home::new();
    let ran = home.run(&["ask", CODE]);
    assert!(ran.err.starts_with("coding → guide · classifier "), "{ran:?}");
    let ran = home.run(&["ask", "--json", "How do I add a category?"]);
    let lines: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let [decision, delta, done] = &lines[..] else { panic!("an answer comes in one piece: {ran:?}") };
    let decision = &decision["decision"];
    assert_eq!((&decision["model"], &decision["candidates"]), (&json!("guide"), &json!(["guide"])));
    assert!(delta["delta"].as_str().is_some_and(|text| text.contains("[categories.translation]")), "{delta}");
    assert_eq!(done["done"]["model"], "guide");
    let (routes, stats) = (home.run(&["history", "routes"]).out, home.run(&["history", "routes", "--stats"]).out);
    assert_eq!((models_in(&routes), models_in(&stats)), (vec![], vec![]), "{routes}\n{stats}");
    assert!(routes.lines().filter(|line| line.contains(" guide ")).count() == 2, "{routes}");
    let report = home.run(&["history", "routes", "--stats", "--json"]).out;
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!((&report["models"][0]["name"], &report["models"][0]["prompts"]), (&json!("guide"), &json!(2)));
    assert_eq!((&report["overridden"]["count"], &report["judge"]["requests"]), (&json!(0), &json!(0)));
}

#[test]
fn route_prints_the_model_of_the_category_without_a_key_too() {
    let ran = Home::new().run(&["route", CODE]);
    assert!(ran.out.starts_with("coding → qwen-3-32b · classifier "), "{ran:?}");
}

#[test]
fn the_first_line_says_what_was_looked_for_and_what_to_set() {
    let first = |home: &Home, args: &[&str]| home.run(args).out.lines().next().unwrap_or_default().to_owned();
    let home = Home::new();
    let said = "This is the offline guide, not a model: OXLO_API_KEY is not set, and no server was found on this machine \
                (ollama 9, llamacpp 9, lmstudio 9, vllm 9). Set OXLO_API_KEY or run one of these, then start again.";
    assert_eq!(first(&home, &["ask", "What keys are there?"]), said);
    let said = "This is the offline guide, not a model: pointsman was started with --offline. Start it without to ask a \
                model.";
    assert_eq!(first(&home, &["ask", "--offline", "What keys are there?"]), said);
    let with_file = format!("{}[providers.oxlo]\napi_key_file = \"oxlo.key\"\n", only_here(&[]));
    home.write(CONFIG, &with_file);
    let line = first(&home, &["ask", "What keys are there?"]);
    assert!(line.contains("model: the key of oxlo is not in /") && line.contains("Write the key into /"), "{line}");
}
