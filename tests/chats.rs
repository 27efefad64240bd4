//! Chats as a person meets them: kept, found, branched, gone on with after a restart. Through the real loop and store.

use crate::history_files;
use crate::support::app::{App, JUDGED};
use crate::support::server::{Gate, Reply, Request, Server};
use jiff::Timestamp;
use pointsman::archive;
use pointsman::chat::Ending;
use pointsman::store::{Chat, Store};
use pointsman::tui::Event;
use serde_json::json;
use std::path::PathBuf;
use tempfile::TempDir;

/// A server and a data folder, in which one program after the other is started.
struct Life {
    server: Server,
    folder: TempDir,
}

impl Life {
    /// Whatever is asked, the model says who it is and what it heard; in many lines, when something long is asked.
    async fn new() -> Self {
        let script = |request: &Request| {
            let (model, prompt) = (request.model(), request.prompt());
            let count = if prompt.contains("Long") { 60 } else { 2 };
            let lines: Vec<String> = (1..=count).map(|line| format!("line {line} of {prompt}\n")).collect();
            Reply::stream(&[&format!("{model} heard {prompt}\n"), &lines.concat(), &format!("the last of {prompt}")])
        };
        Self::with(Server::judging("general", script).await)
    }

    fn with(server: Server) -> Self {
        Self { server, folder: tempfile::tempdir().expect("a folder") }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("data/pointsman.db")
    }

    fn start(&self) -> App {
        App::run(App::parts(&self.server, JUDGED).with_store(self.database()))
    }

    /// A program that has asked all these.
    async fn asked(&self, prompts: &[&str]) -> App {
        let mut app = self.start();
        for prompt in prompts {
            ask(&mut app, prompt).await;
        }
        app
    }

    /// What is kept, without a program.
    async fn kept(&self) -> Vec<Chat> {
        let (store, _) = Store::open(&self.database(), Timestamp::now()).expect("it opens");
        let mut chats = Vec::new();
        for row in store.chats().await.expect("the list") {
            chats.extend(store.chat(row.head.id).await.expect("the chat"));
        }
        chats
    }
}

async fn ask(app: &mut App, prompt: &str) {
    app.type_text(prompt).key("enter");
    app.until(&format!("the last of {prompt}")).await;
    // The time stands in the history when the turn is over.
    app.until_frame("the end of the answer", |frame| !frame.contains("Esc stop")).await;
}

/// The conversation of a frame, without what stands beside and below it.
fn transcript(frame: &str) -> Vec<String> {
    let inside = frame.lines().take_while(|line| !line.starts_with("\"▌"));
    inside.skip(1).map(|line| line.chars().skip(1).take(79).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_one_goes_on_exactly_where_one_was() {
    let life = Life::new().await;
    let mut app = life.asked(&["First question", "Long question"]).await;
    app.key("ctrl-o").type_text("kimi").key("alt-enter");
    app.until("to this chat").await;
    app.type_text("half a thought").key("pgup").key("pgup");
    let before = app.until_frame("the place", |frame| frame.contains("↓ ")).await;
    let before = app.until_frame("the draft", |frame| frame != before || frame.contains("half a thought")).await;
    app.leave().await;

    let mut app = life.start();
    let welcome = app.until("continues “First question”").await;
    assert!(welcome.contains("“First question” · 2 turns · ") && !welcome.contains("half a thought"), "{welcome}");
    app.key("enter");
    let after = app.until("half a thought").await;
    assert_eq!(transcript(&after), transcript(&before));
    app.key("enter");
    app.until("kimi-k2.6 heard half a thought").await;
    let request = life.server.answers().pop().expect("it was asked");
    let prompts: Vec<&str> =
        request.messages().iter().filter(|(role, _)| *role == "user").map(|(_, said)| *said).collect();
    assert_eq!(prompts, ["First question", "Long question", "half a thought"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exact_request_of_every_turn_can_be_shown_later() {
    let life = Life::new().await;
    let mut app = life.asked(&["First question", "Second question"]).await;
    app.key("f8");
    let page = app.until("POST http://127.0.0.1").await;
    assert!(!page.contains("test-key"), "{page}");
    app.leave().await;
    let sent = life.server.answers();
    let chat = life.kept().await.remove(0).conversation;
    assert_eq!(chat.turns().len(), 2);
    for (turn, sent) in chat.turns().iter().zip(sent) {
        let (url, body) = chat.request(turn.id()).expect("it was sent");
        assert_eq!(body, sent.body);
        assert_eq!(body.to_string(), sent.body.to_string(), "in the same order, too");
        assert_eq!(url, format!("{}/chat/completions", life.server.base_url));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_prompt_begins_a_branch_and_the_old_one_stays() {
    let life = Life::new().await;
    let mut app = life.asked(&["First question", "Second question"]).await;
    app.type_text("a draft").key("ctrl-x").key("e");
    app.until("editing: new branch · Esc cancel").await;
    app.until("▌ Second question▏".trim_end_matches('▏')).await;
    app.key("esc");
    app.until("▌ a draft ").await;
    app.key("ctrl-x").key("e").type_text(" anew").key("enter");
    let frame = app.until("the last of Second question anew").await;
    assert!(!frame.contains("the last of Second question  "), "{frame}");
    app.until("▌ a draft ").await;
    let heard = life.server.answers().pop().expect("it was asked");
    assert_eq!(heard.messages().len(), 4, "the other branch was not sent: {:?}", heard.messages());
    // The head of the prompt is out of sight: the branches are flipped all the same.
    app.key("alt-left");
    app.until("‹ 1/2 ›").await;
    app.key("alt-left");
    app.until("Branch 1 of 2").await;
    app.key("alt-right");
    app.until("‹ 2/2 ›").await;
    app.key("alt-left");
    app.until("‹ 1/2 ›").await;
    app.leave().await;
    let mut app = life.start();
    app.until("continues").await;
    app.key("enter");
    let frame = app.until("‹ 1/2 ›").await;
    assert!(!frame.contains("anew"), "the branch in sight is kept: {frame}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_prompt_asked_elsewhere_stands_beside_its_first_answer() {
    let life = Life::new().await;
    let mut app = life.asked(&["First question"]).await;
    app.key("ctrl-r");
    let frame = app.until("  Ask again ").await;
    let at = |model: &str| {
        frame.lines().skip_while(|line| !line.contains("Ask again")).position(|line| line.contains(model))
    };
    assert!(
        at("llama-3.3-70b") < at("qwen-3-32b") && at("qwen-3-32b") < at("deepseek-v3.2"),
        "the runner-up first: {frame}"
    );
    app.key("enter");
    app.until("llama-3.3-70b  general").await;
    app.until("the last of First question").await;
    app.key("alt-left");
    app.until("deepseek-v3.2  general").await;
    let asked: Vec<String> = life.server.answers().iter().map(|request| request.model().to_owned()).collect();
    assert_eq!(asked, ["deepseek-v3.2", "llama-3.3-70b"]);
    assert_eq!(life.server.answers()[1].messages().len(), 2, "the first answer was not sent to the second model");
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_are_found_by_title_and_by_text_and_opened_where_the_text_is() {
    let life = Life::new().await;
    let app = life.asked(&["About whales", "and their Long songs", "and their size"]).await;
    app.key("ctrl-n");
    let mut app = app;
    app.until("New chat").await;
    ask(&mut app, "About trains").await;
    app.key("f2");
    let frame = app.until("  Today ").await;
    let listed =
        |title: &str| frame.lines().position(|line| line.contains(title) && line.contains("deepseek-v3.2 heard"));
    assert!(listed("About trains") < listed("About whales"), "the latest first: {frame}");
    assert!(frame.contains("About trains  here"), "{frame}");
    app.type_text("whal");
    app.until_frame("one title", |frame| !frame.contains("g About trains") && frame.contains("g About whales")).await;
    for _ in 0..4 {
        app.key("backspace");
    }
    app.type_text("\"line 50 of and their Long songs\"");
    app.until_frame("the hit", |frame| frame.contains("1  Esc close")).await;
    app.key("enter");
    let frame = app.until("  About whales ").await;
    assert!(transcript(&frame).iter().any(|row| row.contains("line 50 of")), "the hit is in sight: {frame}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_renamed_archived_and_deleted_and_all_of_it_can_be_undone() {
    let life = Life::new().await;
    let mut app = life.asked(&["About whales"]).await;
    app.key("ctrl-n");
    app.until("New chat").await;
    ask(&mut app, "About trains").await;
    app.key("f2");
    app.until("  Today ").await;
    app.key("down").key("ctrl-t");
    app.until("  Title ").await;
    app.type_text(" and seas").key("enter");
    app.until("About whales and seas").await;
    app.key("down").key("ctrl-r");
    app.until("Archived").await;
    app.until("1 · 1 archived  Esc close").await;
    app.type_text("seas");
    app.until("archived").await;
    app.key("ctrl-r");
    app.until("Back from the archive").await;
    app.key("ctrl-s");
    app.until("Written to /somewhere/about-whales-and-seas.md (").await;
    app.key("delete");
    app.until("brings it back").await;
    app.key("ctrl-z");
    app.until("Restored").await;
    app.key("delete");
    app.until("Nothing like that").await;
    app.key("esc");
    app.leave().await;
    let kept: Vec<String> = life.kept().await.into_iter().map(|chat| chat.head.title).collect();
    assert_eq!(kept, ["About trains"]);
    let bytes = std::fs::read(life.database()).expect("the database");
    assert!(!String::from_utf8_lossy(&bytes).contains("whales"), "what was deleted is gone when the program has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_the_open_chat_opens_a_new_one() {
    let life = Life::new().await;
    let mut app = life.asked(&["About whales"]).await;
    app.key("f2");
    app.until("  Today ").await;
    app.key("delete").key("esc");
    app.until("New chat").await;
    ask(&mut app, "About trains").await;
    app.leave().await;
    let kept: Vec<String> = life.kept().await.into_iter().map(|chat| chat.head.title).collect();
    assert_eq!(kept, ["About trains"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_goes_on_while_one_is_in_another_chat() {
    let gate = Gate::default();
    let held = gate.clone();
    let life = Life::with(
        Server::judging("general", move |request| match request.prompt() {
            "Slow one" => Reply::events().text("begun, ").wait(&held).text("finished").done(),
            _ => Reply::stream(&["quick"]),
        })
        .await,
    );
    let mut app = life.start();
    app.type_text("Slow one").key("enter");
    app.until("begun").await;
    app.key("ctrl-n");
    app.until("New chat").await;
    app.type_text("Quick one").key("enter");
    app.until("quick").await;
    gate.open();
    app.until("Answered: Slow one").await;
    app.key("f2");
    app.until_frame("both chats", |frame| frame.contains("Slow one ") && frame.contains("2  Esc close")).await;
    app.type_text("Slow one");
    app.until("In the texts").await;
    app.key("enter");
    app.until("begun, finished").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_routing_history_goes_over_all_chats_and_leads_to_each_turn() {
    let life = Life::new().await;
    let mut app = life.asked(&["About whales", "and their songs"]).await;
    app.key("ctrl-n");
    app.until("New chat").await;
    ask(&mut app, "About trains").await;
    app.key("f7");
    let frame = app.until("  Past routes ").await;
    let frame = if frame.contains("and their songs") { frame } else { app.until("and their songs").await };
    assert!(frame.contains("About whales") && frame.contains("3  Esc close"), "{frame}");
    app.type_text("by:j category:gen model:deep songs");
    app.until("1  Esc close").await;
    app.key("enter");
    let frame = app.until("HOW IT WAS DECIDED").await;
    assert!(frame.contains("  About whales "), "{frame}");
    app.key("2");
    app.until("→ reasoning").await;
    app.key("esc");
    app.until_frame("the correction", |frame| frame.contains("reasoning ✎") && frame.contains("1  Esc close")).await;
    app.key("esc");
    app.leave().await;
    let corrected: Vec<_> = life.kept().await.iter().flat_map(|chat| chat.conversation.turns().to_vec()).collect();
    let corrected: Vec<_> = corrected.iter().filter_map(|turn| turn.corrected()).collect();
    assert_eq!(corrected, [&"reasoning".into()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_answered_is_said_so_and_asked_in_its_place() {
    let life = Life::with(
        Server::judging("general", |request| match request.prompt() {
            "Slow one" => Reply::events().text("begun").hang(),
            _ => Reply::stream(&["quick"]),
        })
        .await,
    );
    let mut app = life.start();
    app.type_text("Slow one").key("enter");
    app.until("begun").await;
    app.type_text("Waiting one").key("enter").type_text("Another one").key("enter");
    app.until("queued  Another one").await;
    // Not by Ctrl+C, which stops what runs: the terminal goes away.
    app.event(Event::Terminated);
    app.ended().await.expect("it ends well");

    let mut app = life.start();
    app.until("interrupted").await;
    app.key("enter");
    let frame = app.until("not answered: pointsman ended first").await;
    assert!(frame.contains("the answer stops here: pointsman ended first"), "{frame}");
    assert!(frame.contains("2 prompts left from last time · Alt+A sends what waits"), "{frame}");
    app.key("alt-a");
    app.until_frame("both answers", |frame| frame.matches("▌ quick").count() == 2).await;
    app.leave().await;
    let chat = life.kept().await.remove(0).conversation;
    let answers: Vec<&str> = chat.all().iter().map(|turn| turn.answer()).collect();
    assert_eq!(answers, ["begun", "quick", "quick"], "no second turn was made of a prompt that waited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_of_no_chat_comes_back_and_only_to_a_program_that_is_alone() {
    let life = Life::new().await;
    let app = life.start();
    let mut app = app;
    app.type_text("a letter to");
    app.until("a letter to").await;
    app.leave().await;
    let mut app = life.start();
    let frame = app.until("Draft restored").await;
    assert!(frame.contains("▌ a letter to"), "{frame}");
    let mut second = life.start();
    second.type_text("mine").key("enter");
    let frame = second.until("the last of mine").await;
    assert!(!frame.contains("a letter to"), "{frame}");
    second.leave().await;
    app.key("enter");
    app.until("heard a letter to").await;
    app.leave().await;
    assert_eq!(life.kept().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_was_taken_back_is_no_turn_but_can_be_recalled() {
    let life = Life::with(Server::start(|_| Reply::default().hang()).await);
    let mut app = life.start();
    app.type_text("never mind").key("enter");
    app.until("Esc stop").await;
    app.key("esc");
    app.until_frame("the prompt in the input", |frame| frame.contains("▌ never mind") && frame.contains("New chat"))
        .await;
    app.type_text("!");
    app.leave().await;
    assert!(life.kept().await.is_empty());
    let mut app = life.start();
    app.until("Draft restored").await;
    app.key("ctrl-u").key("up");
    app.until("▌ never mind ").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn incognito_leaves_nothing_behind_and_says_so() {
    let life = Life::new().await;
    let parts = App::parts(&life.server, JUDGED).with_store(life.database()).incognito();
    let mut app = App::run(parts);
    app.until("incognito").await;
    ask(&mut app, "A secret question").await;
    app.key("f2");
    app.until("nothing is being kept").await;
    app.leave().await;
    assert!(!life.folder.path().join("data").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn incognito_knows_what_was_taught_and_adds_nothing_to_it() {
    let life = Life::new().await;
    let mut app = life.asked(&["Odd words"]).await;
    app.key("alt-c").key("2").key("enter");
    app.until("→ reasoning").await;
    app.leave().await;
    let before = life.kept().await;
    let parts = App::parts(&life.server, JUDGED).with_store(life.database()).incognito();
    let mut app = App::run(parts);
    app.until("incognito").await;
    app.type_text("Odd words").key("enter");
    app.until("llama-3.3-70b heard Odd words").await;
    app.leave().await;
    assert_eq!(life.kept().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_can_be_kept_the_chat_goes_on_and_says_why() {
    let life = Life::new().await;
    std::fs::write(life.folder.path().join("data"), "a file where the folder should be").expect("it is written");
    let mut app = life.start();
    app.until("not saved: ").await;
    ask(&mut app, "First question").await;
    app.until("not saved · oxlo").await;
    app.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_kept_with_everything_that_is_known_about_it() {
    let life = Life::new().await;
    let app = life.asked(&["First question"]).await;
    app.leave().await;
    let turn = life.kept().await.remove(0).conversation.turns()[0].clone();
    let decision = turn.decision.clone().expect("it was decided");
    assert_eq!((decision.category.as_str(), decision.decider.name(), decision.requests), ("general", "judge", 1));
    assert_eq!(turn.model(), Some(&"deepseek-v3.2".into()));
    assert_eq!(turn.usage().map(|usage| json!(usage)), Some(json!({"prompt_tokens": 42, "completion_tokens": 8})));
    assert!(turn.timings().first_text.is_some() && turn.timings().total.is_some());
    assert!(matches!(turn.stage, pointsman::chat::Stage::Ended(Ending::Answered(_))), "{:?}", turn.stage);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_written_with_the_files_that_it_shows() {
    let life = Life::new().await;
    std::fs::create_dir_all(life.folder.path().join("data")).expect("a folder");
    let bundle = archive::read(history_files::history().as_bytes()).expect("it is read").bundle;
    let (store, _) = Store::open(&life.database(), Timestamp::now()).expect("it opens");
    store.import(bundle).await.expect("it is kept");
    drop(store);
    let mut app = life.start();
    app.key("f2");
    app.until("Crabs  A crab.").await;
    app.key("ctrl-s");
    app.until("Written to /somewhere/crabs.md (").await;
    let asked: Vec<String> = app.asked().into_iter().filter(|asked| asked.starts_with("save ")).collect();
    let [picture, drawn, ..] = history_files::blobs().map(|blob| blob.bytes.len());
    assert_eq!(
        asked[..2],
        [format!("save 1-crab.png of {picture} bytes"), format!("save 3-picture.jpg of {drawn} bytes")]
    );
    for link in
        ["![crab.png](chat-files/1-crab.png)", "*attached: ≡ lost.rs 12 lines*", "![picture](chat-files/3-picture.jpg)"]
    {
        assert!(asked[2].contains(link), "{link} is missing in {}", asked[2]);
    }
    app.leave().await;
}
