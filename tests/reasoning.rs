//! What a model thinks on the way to an answer: told apart wherever it comes from, timed, kept, and shown to nobody who
//! did not ask.

use crate::support::app::{App, JUDGED};
use crate::support::program::{Home, Ran};
use crate::support::server::{Gate, Reply, Request, Server};
use jiff::Timestamp;
use pointsman::chat::Turn;
use pointsman::store::Store;
use serde_json::{Value, json};
use std::path::Path;

/// Where reasoning can come from.
const SOURCES: [&str; 3] = ["reasoning_content", "reasoning", "tags"];

/// The beginning of an answer from a model that thinks for a while, up to where the answer itself begins.
fn thinking(source: &str) -> Reply {
    match source {
        "tags" => Reply::events().text("\n<thi").text("nk>secret ").text("thought</th").text("ink>\n"),
        field => ["secret ", "thought"].into_iter().fold(Reply::events(), |reply, piece| {
            reply.event(&json!({"choices": [{"delta": {field: piece, "content": null}}]}).to_string())
        }),
    }
}

/// A server whose models think in the way that the prompt names.
async fn server() -> Server {
    let answer = |request: &Request| {
        let source = SOURCES.into_iter().find(|source| request.prompt().contains(source)).unwrap_or("tags");
        thinking(source).text("\nthe ").text("answer").done()
    };
    Server::judging("general", answer).await
}

/// The only turn that is kept there.
async fn kept(database: &Path) -> Turn {
    let (store, _) = Store::open(database, Timestamp::now()).expect("it opens");
    let row = store.chats().await.expect("the list").remove(0);
    let chat = store.chat(row.head.id).await.expect("the chat").expect("it is there");
    chat.conversation.turns()[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_never_sent_back_wherever_it_came_from() {
    for source in SOURCES {
        let server = server().await;
        let mut app = App::start(&server);
        for (count, prompt) in [format!("Think with {source}"), "Go on".to_owned()].into_iter().enumerate() {
            app.type_text(&prompt).key("enter");
            app.until_frame("the answer", |frame| frame.matches("the answer").count() > count).await;
        }
        let answers = server.answers();
        let said: Vec<&str> = answers[1].messages().into_iter().skip(1).map(|(_, content)| content).collect();
        assert_eq!(said, [&format!("Think with {source}"), "the answer", "Go on"]);
        let sent: String = server.requests().iter().map(|request| request.body.to_string()).collect();
        assert!(!sent.contains("secret"), "not even to the judge, {source}: {sent}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ask_prints_none_of_it_and_exports_have_it_only_on_demand() {
    for source in SOURCES {
        let server = server().await;
        let home = Home::connected(&server.base_url);
        let all = tokio::task::spawn_blocking(move || {
            let prompt = format!("Think with {source}");
            let run = |args: &[&str]| home.run(args);
            let plain = run(&["ask", "-c", "coding", &prompt]);
            assert_eq!((plain.out.as_str(), plain.status), ("the answer\n", 0), "{source}");
            let json = run(&["ask", "-c", "coding", "--json", &prompt]);
            let lines = json.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
            let deltas: String = lines.filter_map(|line| line["delta"].as_str().map(str::to_owned)).collect();
            assert_eq!(deltas, "the answer", "{source}");
            let exports = ["markdown", "json"].map(|format| run(&["history", "export", "--format", format]));
            let none: Vec<Ran> = [plain, json, run(&["history", "show"])].into_iter().chain(exports).collect();
            let on_demand =
                ["markdown", "json"].map(|format| run(&["history", "export", "--format", format, "--reasoning"]));
            // The object of one chat, and the backup, are whole by design.
            let whole =
                [&["history", "show", "--reasoning"][..], &["history", "show", "--json"], &["history", "export"]];
            let some: Vec<Ran> = on_demand.into_iter().chain(whole.map(run)).collect();
            (none, some)
        });
        let (none, some) = all.await.expect("the runs do not panic");
        for ran in none {
            assert!(ran.status == 0 && !ran.out.contains("secret") && !ran.err.contains("secret"), "{source}: {ran:?}");
            assert!(!ran.out.contains("first_reasoning_us"), "{source}: {ran:?}");
        }
        for ran in some {
            assert!(ran.out.contains("secret thought"), "{source}: {ran:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_kept_with_how_long_it_took() {
    for source in SOURCES {
        let (server, folder) = (server().await, tempfile::tempdir().expect("a folder"));
        let database = folder.path().join("pointsman.db");
        let mut app = App::run(App::parts(&server, JUDGED).with_store(database.clone()));
        app.type_text(&format!("Think with {source}")).key("enter");
        app.until("the answer").await;
        app.leave().await;
        let turn = kept(&database).await;
        assert_eq!((turn.reasoning(), turn.answer()), ("secret thought", "the answer"), "{source}");
        assert!(
            turn.thought().is_some() && turn.thought() <= turn.timings().first_text,
            "{source}: {:?}",
            turn.timings()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_reasoning_alone_says_that_nothing_was_answered() {
    let server = Server::judging("general", |_| thinking("reasoning_content").done()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("pointsman.db");
    let mut app = App::run(App::parts(&server, JUDGED).with_store(database.clone()));
    app.type_text("Think").key("enter");
    let frame = app.until("Empty answer").await;
    // What it thought is all there is, so it stays open.
    assert!(frame.contains("secret thought"), "{frame}");
    app.leave().await;
    let turn = kept(&database).await;
    assert_eq!((turn.reasoning(), turn.answer()), ("secret thought", ""));
    assert!(turn.thought().is_some() && turn.thought() <= turn.timings().total, "{:?}", turn.timings());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_thinks_while_it_races_the_judge_is_timed_as_well() {
    let gate = Gate::default();
    let judge = Reply::label_after(&gate, "coding");
    let server = Server::judging(judge, |_| thinking("reasoning").text("the answer").done()).await;
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("pointsman.db");
    let race = "[routing]\nthreshold = 1.0\nescalate = \"race\"";
    let mut app = App::run(App::parts(&server, race).with_store(database.clone()));
    app.type_text("Write a Python function to merge two sorted lists").key("enter");
    server.received(2).await;
    gate.open();
    app.until("the answer").await;
    app.leave().await;
    let turn = kept(&database).await;
    assert_eq!(turn.reasoning(), "secret thought");
    assert!(turn.thought().is_some() && turn.thought() <= turn.timings().first_text, "{:?}", turn.timings());
}

/// The answer of a model whose template wrote the tag that opens its reasoning: only the closing one comes.
fn unopened() -> Reply {
    Reply::events().text("secret ").text("thought\n</thi").text("nk>\n\nthe ").text("answer").done()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shown_as_the_answer_moves_to_the_reasoning_when_its_end_says_so() {
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::judging("general", move |request| match request.prompt() {
        "Think" => Reply::events().text("secret ").text("thought").wait(&held).text("\n</think>\n\nthe answer").done(),
        _ => unopened(),
    });
    let (server, folder) = (server.await, tempfile::tempdir().expect("a folder"));
    let database = folder.path().join("pointsman.db");
    let mut app = App::run(App::parts(&server, JUDGED).with_store(database.clone()));
    app.type_text("Think").key("enter");
    app.until("secret thought").await;
    gate.open();
    let frame = app.until("the answer").await;
    assert!(!frame.contains("secret"), "{frame}");
    app.type_text("Go on").key("enter");
    app.until_frame("a second answer", |frame| frame.matches("the answer").count() > 1).await;
    assert_eq!(server.answers()[1].messages()[2], ("assistant", "the answer"));
    app.leave().await;
    let turn = kept(&database).await;
    assert_eq!((turn.reasoning(), turn.answer()), ("secret thought\n", "the answer"));
    assert!(turn.thought().is_some() && turn.thought() <= turn.timings().first_text, "{:?}", turn.timings());
}

#[tokio::test(flavor = "multi_thread")]
async fn ask_tells_that_what_it_printed_was_reasoning() {
    let server = Server::judging("general", |_| unopened()).await;
    let home = Home::connected(&server.base_url);
    let runs = tokio::task::spawn_blocking(move || {
        [&["ask", "-c", "coding", "Think"][..], &["ask", "-c", "coding", "--json", "Think"], &["history", "show"]]
            .map(|args| home.run(args))
    });
    let [plain, json, shown] = runs.await.expect("the runs do not panic");
    assert!(plain.out.ends_with("\n\nthe answer\n") && plain.status == 0, "{plain:?}");
    assert!(!plain.out.contains("secret") || plain.err.contains("is the model's reasoning"), "{plain:?}");
    // What reads the lines one after the other ends with the answer alone.
    let mut said = String::new();
    for line in json.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")) {
        said.push_str(line["delta"].as_str().unwrap_or_default());
        if let Some(reasoning) = line["reasoning"].as_str() {
            assert_eq!(reasoning, "secret thought\n");
            said.clear();
        }
    }
    assert_eq!((said.as_str(), json.status), ("the answer", 0), "{json:?}");
    assert!(!shown.out.contains("secret"), "{shown:?}");
}
