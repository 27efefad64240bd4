//! What the screen shows of routing, and how a person teaches it: through the real loop, router and store.

use crate::support::app::{App, sidebar};
use crate::support::server::{Gate, Reply, Request, Server};
use jiff::Timestamp;
use pointsman::router::{ModelOutcome, OutcomeKind};
use pointsman::store::Store;
use tempfile::TempDir;

const CODE: &str = "Write a Python function to merge two sorted lists";

fn judged(server: &Server) -> usize {
    server.requests().iter().filter(|request| request.is_judging()).count()
}

/// The program with a store in a folder of its own.
fn with_store(server: &Server) -> (App, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let parts = App::parts(server, "").with_store(folder.path().join("pointsman.db"));
    (App::run(parts), folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lamp_previews_the_decision_while_typing_without_the_judge() {
    let server = Server::oxlo().await;
    let mut app = App::routed(&server, "");
    app.type_text(CODE);
    app.until_frame("the lamp", |frame| {
        frame.contains("● coding → qwen-3-32b  ") && frame.contains(" %   Alt+1…4 change")
    })
    .await;
    app.key("enter");
    app.until("qwen-3-32b answers: Write a Python function").await;
    let frame = app.until("decided by the classifier").await;
    assert!(frame.contains("coding → qwen-3-32b") && sidebar(&frame).contains("because “Python”"), "{frame}");
    assert!(frame.contains("○ auto "), "nothing is said of an empty input: {frame}");
    assert_eq!(judged(&server), 0);
    app.type_text("make it shorter");
    app.until("follow-up").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lamp_of_a_guess_says_that_the_judge_is_asked_and_so_does_the_wait() {
    let gate = Gate::default();
    let judge = Reply::label_after(&gate, "coding");
    let server = Server::judging(judge, |request| Reply::stream(&["from ", request.model()])).await;
    let mut app = App::routed(&server, "[routing]\nthreshold = 1.0\n");
    app.type_text(CODE);
    let frame = app.until("● probably coding → qwen-3-32b").await;
    assert!(frame.contains("will be checked"), "{frame}");
    app.key("enter");
    app.until("choosing a category: asking deepseek-v3.2").await;
    server.received(2).await;
    gate.open();
    app.until("from qwen-3-32b").await;
    let frame = app.until("decided by the judge").await;
    assert!(frame.contains("coding → qwen-3-32b"), "{frame}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digit_in_the_history_corrects_teaches_asks_again_and_undoes() {
    let server = Server::oxlo().await;
    let mut app = App::routed(&server, "");
    app.type_text(CODE).key("enter");
    app.until("qwen-3-32b answers").await;
    app.key("shift-tab").key("3");
    let frame = app.until("general · r ask again · u undo").await;
    assert!(frame.contains("general ✎ qwen-3-32b"), "{frame}");
    app.key("3");
    app.until("Already general").await;
    app.key("r");
    app.until("deepseek-v3.2 answers: Write a Python function").await;
    app.until("your choice").await;
    app.key("tab").type_text(CODE);
    app.until("● general → deepseek-v3.2  remembered").await;
    app.key("alt-u");
    let frame = app.until("Undone").await;
    assert!(!frame.contains("✎ qwen-3-32b"), "{frame}");
    app.until("● coding → qwen-3-32b  ").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn correcting_back_to_what_was_decided_leaves_no_lesson() {
    let server = Server::oxlo().await;
    let mut app = App::routed(&server, "");
    app.type_text(CODE).key("enter");
    app.until("qwen-3-32b answers").await;
    app.key("shift-tab").key("3");
    app.until("corrected by you").await;
    app.key("1");
    let frame = app.until("Undone").await;
    assert!(!frame.contains("✎"), "{frame}");
    app.key("f5");
    app.until("No lessons yet").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_decision_is_corrected_from_the_input_beside_the_draft() {
    let server = Server::oxlo().await;
    let mut app = App::routed(&server, "");
    app.type_text(CODE).key("enter");
    app.until("qwen-3-32b answers").await;
    app.type_text("a draft").key("alt-c");
    app.until("Correct “Write a Python function").await;
    app.type_text("reas").key("enter");
    let frame = app.until("reasoning · Alt+A ask again · Alt+U undo").await;
    assert!(frame.contains("▌ a draft"), "{frame}");
    app.key("alt-a");
    app.until("llama-3.3-70b answers: Write a Python function").await;
    app.until("▌ a draft").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lessons_are_listed_undone_and_kept_for_the_next_run() {
    let server = Server::oxlo().await;
    let (mut app, folder) = with_store(&server);
    app.key("f5");
    app.until("No lessons yet").await;
    app.key("esc").type_text(CODE).key("enter");
    app.until("qwen-3-32b answers").await;
    app.key("shift-tab").key("3");
    app.until("corrected by you").await;
    app.key("ctrl-c").key("ctrl-c");
    app.ended().await.expect("it leaves in order");

    let parts = App::parts(&server, "").with_store(folder.path().join("pointsman.db"));
    let mut app = App::run(parts);
    app.type_text(CODE);
    app.until("● general → deepseek-v3.2  remembered").await;
    app.key("f5");
    app.until("coding → general · and its like").await;
    app.key("u");
    app.until("No lessons yet").await;
    app.key("f5");
    app.until("● coding → qwen-3-32b  ").await;
}

/// Asks qwen-3-32b, then llama-3.3-70b the same; its answer is in sight.
async fn ask_two_models(app: &mut App) {
    app.type_text(CODE).key("enter");
    app.until("qwen-3-32b answers").await;
    app.key("ctrl-r");
    app.until("Ask again").await;
    app.key("enter");
    app.until("llama-3.3-70b answers: Write a Python function").await;
    app.until("your choice").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_whose_answer_is_gone_on_with_is_listed_and_undone_for_good() {
    let server = Server::oxlo().await;
    let (mut app, folder) = with_store(&server);
    ask_two_models(&mut app).await;
    app.key("f5");
    app.until("No lessons yet").await;
    app.key("esc").type_text("now shorter").key("enter");
    app.until("answers: now shorter").await;
    app.key("f5");
    app.until("llama-3.3-70b over qwen-3-32b · coding").await;
    app.key("u");
    app.until("undone: llama-3.3-70b over qwen-3-32b does not count any more").await;
    app.until("No lessons yet").await;
    app.leave().await;

    let mut app = App::run(App::parts(&server, "").with_store(folder.path().join("pointsman.db")));
    app.until("Enter continues “").await;
    app.key("f5");
    app.until("No lessons yet").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_that_a_chat_is_left_with_is_counted_unless_the_settings_say_otherwise() {
    let counted = &["llama-3.3-70b over qwen-3-32b"][..];
    for (settings, counted) in [("", counted), ("routing.learn_models = false\n", &[])] {
        let server = Server::oxlo().await;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pointsman.db");
        let mut app = App::run(App::parts(&server, settings).with_store(path.clone()));
        ask_two_models(&mut app).await;
        app.leave().await;
        let (store, _) = Store::open(&path, Timestamp::UNIX_EPOCH).expect("it opens");
        let outcomes = store.recall().await.expect("it is read").outcomes;
        let said: Vec<String> = outcomes.iter().map(|known| known.outcome.to_string()).collect();
        assert_eq!(said, counted, "{settings}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_choices_of_a_model_have_it_answer_first_unless_a_category_is_named() {
    let server = Server::oxlo().await;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pointsman.db");
    let (store, _) = Store::open(&path, Timestamp::UNIX_EPOCH).expect("it opens");
    for turn in 1..=30 {
        let outcome = ModelOutcome {
            kind: OutcomeKind::Continued,
            prompt: format!("Write a Python function that merges {turn} sorted lists").as_str().into(),
            category: "coding".into(),
            winner: Some("llama-3.3-70b".into()),
            loser: "qwen-3-32b".into(),
            at: Timestamp::UNIX_EPOCH,
            turn,
        };
        // Where the prompt lies is unknown, as after a change of the encoder.
        store.observe(outcome, None).await.expect("it is kept");
    }
    drop(store);
    let mut app = App::run(App::parts(&server, "").with_store(path));
    app.type_text(CODE);
    app.until("llama-3.3-70b first: chosen over qwen-3-32b for 30 of 30 prompts").await;
    app.key("enter");
    app.until("llama-3.3-70b answers: Write a Python function").await;
    app.key("alt-1").type_text(CODE).key("enter");
    app.until("qwen-3-32b answers: Write a Python function").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_report_counts_what_is_kept_and_says_when_nothing_is() {
    let server = Server::oxlo().await;
    let mut app = App::routed(&server, "");
    app.key("f6");
    app.until("there is no report: nothing is being kept").await;

    let (mut app, _folder) = with_store(&server);
    app.key("f6");
    app.until("Nothing counted yet").await;
    app.key("esc").type_text(CODE).key("enter");
    app.until("decided by the classifier").await;
    // The decision is written down beside the turn, so the first look may come too early.
    let frame = loop {
        app.key("f6");
        let told = |frame: &str| frame.contains("kept as routed") || frame.contains("Nothing counted yet");
        let frame = app.until_frame("a report", told).await;
        if frame.contains("kept as routed") {
            break frame;
        }
        app.key("f6");
        app.until_frame("it closed", |frame| !frame.contains("  Report ")).await;
    };
    assert!(frame.contains("by category"), "{frame}");
    app.key("end");
    app.until_frame("the deciders", |frame| frame.contains("by decider") && frame.contains("classifier ")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn enter_on_a_decision_says_why_it_was_made() {
    let server = Server::oxlo().await;
    let mut app = App::routed(&server, "");
    app.type_text(CODE).key("enter");
    app.until("qwen-3-32b answers").await;
    app.until("total ").await;
    app.key("shift-tab").key("enter");
    let frame = app.until("  Why ").await;
    for told in ["coding → qwen-3-32b", "WHAT SPOKE FOR IT", "● classifier", "TOKENS", "fallback llama-3.3-70b"] {
        assert!(frame.contains(told), "{told}: {frame}");
    }
    app.key("esc");
    app.until_frame("it closed", |frame| !frame.contains("  Why ")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_judge_is_wanted_the_lamp_promises_none_and_none_is_asked() {
    let server = Server::oxlo().await;
    let mut app = App::routed(&server, "[routing]\nthreshold = 1.0\nescalate = \"never\"");
    app.type_text(CODE);
    let frame = app.until("● probably coding → qwen-3-32b").await;
    assert!(frame.contains("best guess") && !frame.contains("will be checked"), "{frame}");
    app.key("enter");
    app.until("qwen-3-32b answers").await;
    assert!(!server.requests().iter().any(Request::is_judging));
}
