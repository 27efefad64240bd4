//! Pictures and files go along with a prompt: attached by each way, shown as chips, sent to models that see, named for
//! those that do not, kept with a draft. Through the real loop against a scripted server, and by the commands.

use crate::support::app::App;
use crate::support::program::Home;
use crate::support::server::{Reply, Request, Server};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use image::{DynamicImage, ImageFormat, RgbImage};
use pointsman::router::{Learned, Pictures, Query, RouteOverride, Router};
use pointsman::tui::Event;
use serde_json::{Value, json};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A picture of `width` by `height` in a few colours.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixel = |x, y| image::Rgb([(x / 8 % 3 * 100) as u8, (y / 8 % 2 * 200) as u8, 40]);
    let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, pixel));
    picture.write_to(&mut bytes, ImageFormat::Png).expect("it is encoded");
    bytes.into_inner()
}

/// The pictures of a request's last message: media type and bytes.
fn pictures_of(request: &Request) -> Vec<(String, Vec<u8>)> {
    let last = request.body["messages"].as_array().and_then(|messages| messages.last());
    let parts = last.and_then(|message| message["content"].as_array()).into_iter().flatten();
    let urls = parts.filter_map(|part| part["image_url"]["url"].as_str());
    urls.map(|url| {
        let (media_type, data) = url.strip_prefix("data:").and_then(|url| url.split_once(";base64,")).expect("data");
        (media_type.to_owned(), BASE64_STANDARD.decode(data).expect("base 64"))
    })
    .collect()
}

fn is_blind(model: &str) -> bool {
    !["kimi-k2.6", "gemma-3-4b"].contains(&model)
}

/// Says who answers, and what it was sent; a model that cannot see refuses pictures.
fn seen(request: &Request) -> Reply {
    let pictures = pictures_of(request);
    if is_blind(request.model()) && !pictures.is_empty() {
        return Reply::json(400, &json!({"error": {"message": "this model does not support image input"}}));
    }
    Reply::stream(&[&format!("{} got {} pictures: {}", request.model(), pictures.len(), request.prompt())])
}

/// A folder with files, and a server.
struct Desk {
    folder: TempDir,
    server: Server,
}

impl Desk {
    async fn new() -> Self {
        Self::with(Server::judging("general", seen).await)
    }

    fn with(server: Server) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("crab.png"), png(60, 40)).expect("it is written");
        std::fs::write(folder.path().join("main.rs"), "fn main() {}\n").expect("it is written");
        std::fs::write(folder.path().join(".env"), "TOKEN=abc\n").expect("it is written");
        Self { folder, server }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn app(&self) -> App {
        App::routed(&self.server, "")
    }

    /// Asks about the crab, with its picture.
    async fn ask_about_crab(&self, app: &mut App) {
        drop_on(app, &self.path("crab.png"));
        app.until("▣ crab.png 60 × 40").await;
        app.type_text("What is this?").key("enter");
        app.until("kimi-k2.6 got 1 pictures").await;
    }

    fn saved(&self) -> App {
        App::run(App::parts(&self.server, "").with_store(self.folder.path().join("data/pointsman.db")))
    }
}

/// Drops a file on the terminal.
fn drop_on(app: &App, path: &Path) {
    app.event(Event::Pasted(path.display().to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_picture_becomes_a_chip_turns_the_route_to_vision_and_is_sent_as_data() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    app.type_text("What is he holding?");
    drop_on(&app, &desk.path("crab.png"));
    let frame = app.until("● vision → kimi-k2.6  by the attachment").await;
    assert!(frame.contains("▣ crab.png 60 × 40 ·"), "{frame}");
    app.key("enter");
    app.until("kimi-k2.6 got 1 pictures: What is he holding?").await;
    let sent = &desk.server.answers()[0];
    let (media_type, bytes) = &pictures_of(sent)[0];
    let picture = image::load_from_memory(bytes).expect("a picture");
    assert_eq!((media_type.as_str(), picture.width(), picture.height()), ("image/png", 60, 40));
    assert_eq!(sent.body["messages"][1]["content"][1], json!({"type": "text", "text": "What is he holding?"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_is_attached_by_its_command_and_a_file_becomes_named_context() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    app.type_text("/attach ").type_text(&desk.path("ma").display().to_string());
    app.until("main.rs").await;
    app.key("enter");
    let frame = app.until("≡ main.rs 1 line").await;
    assert!(frame.contains("tokens"), "{frame}");
    app.type_text("Write a Python function like this one").key("enter");
    app.until("qwen-3-32b got 0 pictures: File main.rs:").await;
    let asked = desk.server.answers()[0].prompt().to_owned();
    assert_eq!(asked, "File `main.rs`:\n```rust\nfn main() {}\n```\n\nWrite a Python function like this one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_behind_an_at_is_completed_and_leaves_its_name_in_the_text() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    app.type_text("what does @").type_text(&desk.path("mai").display().to_string());
    app.until("▸ ").await;
    app.key("tab");
    app.until("≡ main.rs 1 line").await;
    app.type_text(" do?");
    app.until("what does main.rs do?").await;
    // One that is typed to its end is attached when the next word begins.
    app.type_text(" and @").type_text(&desk.path("crab.png").display().to_string());
    app.until_frame("the whole path in the list", |frame| frame.matches("crab.png").count() == 2).await;
    app.type_text(" here");
    app.until("▣ crab.png 60 × 40").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_is_completed_by_tab_and_attached_by_enter_quotes_and_all() {
    let desk = Desk::new().await;
    std::fs::write(desk.path("two words.rs"), "fn two() {}\n").expect("it is written");
    let mut app = desk.app();
    app.type_text("/attach ").type_text(&desk.path("mai").display().to_string());
    app.until("main.rs").await;
    app.key("tab").key("enter");
    app.until("≡ main.rs 1 line").await;
    app.key("ctrl-p").type_text("attach ");
    app.type_text(&format!("\"{}\"", desk.path("two words.rs").display())).key("enter");
    app.until("≡ two words.rs 1 line").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_text_that_names_no_file_is_a_text() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    app.event(Event::Pasted("/nowhere/at all".to_owned()));
    app.until("/nowhere/at all").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_taken_away_by_a_key_and_from_their_list() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    drop_on(&app, &desk.path("crab.png"));
    app.until("▣ crab.png").await;
    drop_on(&app, &desk.path("main.rs"));
    app.until("≡ main.rs").await;
    app.key("backspace");
    app.until("Removed main.rs").await;
    app.key("alt-o");
    app.until("Files").await;
    app.key("delete");
    app.until_frame("no chip", |frame| !frame.contains("▣ crab.png")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_attached_is_said_and_the_prompt_stays() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    app.type_text("look").key("ctrl-v");
    let frame = app.until("there is no clipboard here").await;
    assert!(frame.contains("look"), "{frame}");
    app.key("ctrl-p").type_text("attach ").type_text(&desk.path("missing.png").display().to_string()).key("enter");
    let frame = app.until("missing.png is not there").await;
    assert!(frame.contains("look"), "{frame}");
    assert!(desk.server.requests().is_empty(), "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_looks_like_a_secret_is_asked_about_first() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    drop_on(&app, &desk.path(".env"));
    app.until(".env looks like a secret: send it?").await;
    app.key("esc");
    app.until(".env is not attached").await;
    drop_on(&app, &desk.path(".env"));
    app.until("send it?").await;
    app.key("enter");
    app.until("≡ .env 1 line").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn earlier_pictures_go_along_to_models_that_see_and_are_named_for_others() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    desk.ask_about_crab(&mut app).await;
    app.key("alt-1").type_text("Write it in Rust").key("enter");
    app.until("qwen-3-32b got 0 pictures: Write it in Rust").await;
    app.key("alt-4").type_text("And behind it?").key("enter");
    app.until("kimi-k2.6 got 0 pictures: And behind it?").await;
    let answers = desk.server.answers();
    let first = |at: usize| answers[at].body["messages"][1]["content"].clone();
    assert_eq!(first(1), "[picture: crab.png, 60 × 40]\n\nWhat is this?");
    assert_eq!(first(2)[0]["type"], "image_url");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_up_on_a_picture_goes_to_a_model_that_sees_it() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    drop_on(&app, &desk.path("crab.png"));
    app.until("▣ crab.png").await;
    app.type_text("What is in this picture?").key("enter");
    app.until("kimi-k2.6 got 1 pictures").await;
    app.type_text("and what is behind it?");
    app.until_frame("that it stays", |frame| frame.contains("● vision → kimi-k2.6") && frame.contains("follow-up"))
        .await;
    app.key("enter");
    app.until("kimi-k2.6 got 0 pictures: and what is behind it?").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_turns_out_blind_is_not_asked_with_a_picture_again() {
    let desk = Desk::with(
        Server::judging("general", |request| {
            if request.model() == "kimi-k2.6" {
                return Reply::json(400, &json!({"error": {"message": "image input is not supported"}}));
            }
            seen(request)
        })
        .await,
    );
    let mut app = desk.app();
    drop_on(&app, &desk.path("crab.png"));
    app.until("▣ crab.png").await;
    app.type_text("What is this?").key("enter");
    let frame = app.until("gemma-3-4b got 1 pictures").await;
    assert!(frame.contains("kimi-k2.6 could not answer"), "{frame}");
    drop_on(&app, &desk.path("crab.png"));
    app.until("▣ crab.png 60 × 40").await;
    app.type_text("And this here?").key("enter");
    app.until("gemma-3-4b got 1 pictures: And this here?").await;
    let asked: Vec<String> = desk.server.answers().iter().map(|request| request.model().to_owned()).collect();
    assert_eq!(asked, ["kimi-k2.6", "gemma-3-4b", "gemma-3-4b"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_keeps_its_files_over_a_restart_and_an_edited_prompt_its_own() {
    let desk = Desk::new().await;
    let mut app = desk.saved();
    drop_on(&app, &desk.path("crab.png"));
    app.until("▣ crab.png").await;
    app.type_text("What is this?").key("ctrl-c").key("ctrl-c");
    app.ended().await.expect("it ends well");
    let mut app = desk.saved();
    app.until("▣ crab.png 60 × 40").await;
    app.until("What is this?").await;
    app.key("enter");
    app.until("kimi-k2.6 got 1 pictures").await;
    app.key("tab").key("e");
    app.until("▣ crab.png 60 × 40 ·").await;
    app.type_text(" Really?").key("enter");
    app.until("kimi-k2.6 got 1 pictures: What is this? Really?").await;
    app.key("ctrl-r").type_text("gemma").key("enter");
    app.until("gemma-3-4b got 1 pictures: What is this? Really?").await;
    app.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_turn_is_opened_by_the_desktop() {
    let desk = Desk::new().await;
    let mut app = desk.app();
    desk.ask_about_crab(&mut app).await;
    app.key("alt-o");
    app.until("Files").await;
    app.key("enter");
    app.until_frame("the list is gone", |frame| !frame.contains("  Files ")).await;
    while !app.asked().iter().any(|asked| asked.starts_with("open crab.png of")) {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_longer_than_the_window_is_told_before_it_is_sent() {
    let desk = Desk::new().await;
    std::fs::write(desk.path("long.txt"), "many words of a long story\n".repeat(10_000)).expect("it is written");
    let mut app = App::routed(&desk.server, "models.\"qwen-3-32b\".context_window = 8192");
    app.key("alt-1");
    drop_on(&app, &desk.path("long.txt"));
    app.until("tokens for a window of 8,192: too long").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_attach_files_and_pictures_from_stdin() {
    let desk = Desk::new().await;
    let home = Home::connected(&desk.server.base_url);
    let [crab, code, env] = ["crab.png", "main.rs", ".env"].map(|name| desk.path(name).display().to_string());
    let commands = move || {
        let ran = home.run(&["ask", "-a", &crab, "-a", &code, "What is this?"]);
        assert_eq!(ran.out, "kimi-k2.6 got 1 pictures: File `main.rs`:\n```rust\nfn main() {}\n```\n\nWhat is this?\n");
        let ran = home.run_with(&["ask"], &png(9, 9));
        assert_eq!(ran.out, "kimi-k2.6 got 1 pictures: \n", "{}", ran.err);
        let ran = home.run_with(&["ask", "-a", "-", "What is this?"], &png(9, 9));
        assert_eq!(ran.out, "kimi-k2.6 got 1 pictures: What is this?\n", "{}", ran.err);
        let ran = home.run(&["ask", "-a", &env, "Why?"]);
        assert_eq!((ran.status, ran.out.as_str()), (1, ""));
        assert!(ran.err.contains(".env looks like a secret; add --allow-secrets to send it"), "{}", ran.err);
        let routed = home.run(&["route", "--json", "-a", &crab, "What is this?"]);
        let decision: Value = serde_json::from_str(&routed.out).expect("JSON");
        assert_eq!((&decision["category"], &decision["decider"]), (&json!("vision"), &json!("capability")));
        assert_eq!(decision["candidates"], json!(["kimi-k2.6", "gemma-3-4b"]));
    };
    tokio::task::spawn_blocking(commands).await.expect("it does not panic");
}

#[test]
fn rows_of_eval_say_how_many_pictures_are_attached() {
    let home = Home::new();
    let rows = "{\"prompt\": \"Who is he?\", \"category\": \"vision\", \"images\": 1}\n\
                {\"prompt\": \"Write a Python function to merge two sorted lists\", \"category\": \"coding\"}\n";
    let file = home.write("rows.jsonl", rows);
    let ran = home.run(&["eval", "--decider", "local", "--json", &file.display().to_string()]);
    let figures: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((&figures["n"], &figures["accuracy"]), (&json!(2), &json!(1.0)), "{}", ran.out);
}

#[test]
fn slow_no_prompt_about_this_and_here_goes_to_a_model_for_pictures_without_one() {
    let config = crate::support::config_at("", None);
    let router = Router::new(config, None, None);
    let asks = [
        "what is this",
        "what's this here",
        "explain this",
        "describe this",
        "is this right?",
        "what does it say here",
        "look at this",
        "what do you see here",
        "translate this",
        "что это",
        "это что здесь",
        "이게 뭐야",
        "qu'est-ce que c'est ici",
        "was ist das hier",
        "¿qué es esto?",
        "この写真は何",
        "read this",
        "who is this",
        "where is this",
        "?",
    ];
    let things = [
        "",
        " thing",
        " diagram",
        " screenshot",
        " receipt",
        " chart",
        " logo",
        " error here",
        " photo",
        " sign",
        " page",
        " colour",
        " handwriting",
        " map",
        " plant",
    ];
    let mut prompts = 0;
    for prompt in asks.iter().flat_map(|ask| things.iter().map(move |thing| format!("{ask}{thing}"))) {
        let route = RouteOverride::default();
        let query =
            Query { prompt: &prompt, route: &route, previous: None, pictures: Pictures::None, attached_tokens: 0 };
        let decision = router.consider(query, &Learned::default()).decision;
        let blind = decision.candidates.iter().all(|candidate| is_blind(candidate.model.as_str()));
        assert!(blind, "{prompt} goes to {:?}", decision.candidates);
        prompts += 1;
    }
    assert_eq!(prompts, 300);
}
