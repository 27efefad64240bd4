//! What an answer has besides text, in the way of a user: what it cites, its pictures and recordings. They are shown, kept,
//! opened, saved and exported, and no model gets them back.

use crate::frames::pictures;
use crate::support::app::{App, JUDGED};
use crate::support::examples::{came, text};
use crate::support::program::{Home, Ran};
use crate::support::server::{Reply, Request, Server};
use jiff::Timestamp;
use pointsman::chat::{Blob, Delta, Ending, Finish, Source, Turn, TurnEvent};
use pointsman::store::{FILE, Store};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// The first eight bytes of every PNG, and of every WAV the first twelve.
const PNG: (&str, &[u8]) = ("iVBORw0KGgo=", b"\x89PNG\r\n\x1a\n");
const WAV: (&str, &[u8]) = ("UklGRgQAAABXQVZF", b"RIFF\x04\0\0\0WAVE");

/// A server whose answers have what the prompt asks for.
async fn server() -> Server {
    Server::judging("general", |request: &Request| match request.prompt() {
        "Cite" => cited(),
        "Draw" => drawn(),
        "Speak" => spoken(),
        _ => Reply::stream(&["Gone on."]),
    })
    .await
}

/// An answer whose server repeats with every event what it found, and has titles of some of it.
fn cited() -> Reply {
    let event = |text: &str| {
        json!({
            "citations": ["https://b.example/2", "https://a.example/1"],
            "search_results": [{"title": "Sorted \u{1b}[31mlists", "url": "https://a.example/1", "date": "2026-01-01"}],
            "choices": [{"delta": {"content": text}}]
        })
    };
    ["So it ", "is.[1]", "[2]"].iter().fold(Reply::events(), |reply, text| reply.event(&event(text).to_string())).done()
}

/// A picture, and no word.
fn drawn() -> Reply {
    let image = json!({"type": "image_url", "image_url": {"url": format!("data:image/png;base64,{}", PNG.0)}});
    Reply::events().event(&json!({"choices": [{"delta": {"content": "", "images": [image]}}]}).to_string()).done()
}

/// A recording in pieces, with what is said in it.
fn spoken() -> Reply {
    let (first, second) = WAV.0.split_at(7);
    let event = |audio: Value| json!({"choices": [{"delta": {"content": null, "audio": audio}}]}).to_string();
    Reply::events()
        .event(&event(json!({"id": "a", "transcript": "Good "})))
        .event(&event(json!({"data": first, "transcript": "morning"})))
        .event(&event(json!({"data": second, "expires_at": 1})))
        .done()
}

fn sources() -> [Source; 2] {
    [Source::new("https://b.example/2", ""), Source::new("https://a.example/1", "Sorted lists")]
}

/// The turns of the only chat that is kept there, and the contents that they refer to.
async fn kept(database: &Path) -> (Vec<Turn>, Vec<Vec<u8>>) {
    let (store, _) = Store::open(database, Timestamp::now()).expect("it opens");
    let row = store.chats().await.expect("the list").remove(0);
    let chat = store.chat(row.head.id).await.expect("the chat").expect("it is there");
    let turns: Vec<Turn> = chat.conversation.turns().to_vec();
    let mut contents = Vec::new();
    for blob in turns.iter().flat_map(Turn::media).filter_map(|block| block.blob()) {
        let content = store.blob(blob.hash.clone()).await.expect("it is read").expect("it is kept");
        contents.push(content.bytes.to_vec());
    }
    (turns, contents)
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_shown_by_their_numbers_opened_kept_and_sent_to_no_model() {
    let (server, folder) = (server().await, tempfile::tempdir().expect("a folder"));
    let database = folder.path().join(FILE);
    let mut app = App::run(App::parts(&server, JUDGED).with_store(database.clone()));
    app.type_text("Cite").key("enter");
    let frame = app.until("2  Sorted lists · a.example").await;
    assert!(frame.contains("So it is.[1][2]") && frame.contains("1  b.example/2"), "{frame}");
    app.key("alt-o");
    app.until("2 a.example · Sorted lists").await;
    app.key("down").key("ctrl-s");
    app.until("A source is opened, not saved").await;
    app.key("enter").type_text("Go on").key("enter");
    app.until("Gone on.").await;
    assert_eq!(app.asked(), ["open https://a.example/1"]);
    let answers = server.answers();
    let said: Vec<&str> = answers[1].messages().into_iter().skip(1).map(|(_, content)| content).collect();
    assert_eq!(said, ["Cite", "So it is.[1][2]", "Go on"]);
    app.leave().await;
    assert_eq!(kept(&database).await.0[0].sources(), sources());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_alone_is_an_answer_that_is_opened_and_saved_also_where_nothing_is_kept() {
    let (server, folder) = (server().await, tempfile::tempdir().expect("a folder"));
    let database = folder.path().join(FILE);
    for store in [true, false] {
        let parts = App::parts(&server, JUDGED);
        let mut app = App::run(if store { parts.with_store(database.clone()) } else { parts });
        app.type_text("Draw").key("enter");
        let frame = app.until("▣ picture · image/png · 8 bytes · Alt+O open or save").await;
        assert!(!frame.contains("Empty answer"), "{frame}");
        app.key("alt-o");
        app.until("picture.png").await;
        app.key("enter").key("alt-o");
        app.until("picture.png").await;
        app.key("ctrl-s");
        app.until("/somewhere/picture.png").await;
        assert_eq!(app.asked(), ["open picture.png of 8 bytes", "save picture.png of 8 bytes"]);
        app.type_text("Go on").key("enter");
        app.until("Gone on.").await;
        let sent: String = server.requests().iter().map(|request| request.body.to_string()).collect();
        assert!(!sent.contains(PNG.0), "no model gets a picture back: {sent}");
        app.leave().await;
    }
    assert_eq!(kept(&database).await.1, [PNG.1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_a_recording_is_the_answer_and_the_recording_is_kept_with_it() {
    let (server, folder) = (server().await, tempfile::tempdir().expect("a folder"));
    let database = folder.path().join(FILE);
    let mut app = App::run(App::parts(&server, JUDGED).with_store(database.clone()));
    app.type_text("Speak").key("enter");
    let frame = app.until("♪ recording · audio/wav · 12 bytes").await;
    assert!(frame.contains("Good morning"), "{frame}");
    app.key("alt-o");
    app.until("recording.wav").await;
    app.key("ctrl-s");
    app.until("/somewhere/recording.wav").await;
    app.leave().await;
    let (turns, contents) = kept(&database).await;
    assert_eq!((turns[0].answer(), contents), ("Good morning", vec![WAV.1.to_vec()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn ask_tells_what_came_and_how_it_is_saved() {
    let server = server().await;
    let home = Home::connected(&server.base_url);
    let runs = tokio::task::spawn_blocking(move || {
        let ask = |args: &[&str]| home.run(&[&["ask", "-c", "general"], args].concat());
        let (cite, draw) = (ask(&["Cite"]), ask(&["Draw"]));
        let said = draw.err.lines().last().unwrap_or_default().to_owned();
        let command = said.rsplit_once("save it with: pointsman ").expect("a command").1.replace("FILE.md", "drawn.md");
        let mut export = home.command(command.split(' '));
        let exported = Ran::from(export.current_dir(home.path()).output().expect("it runs"));
        let page = std::fs::read_to_string(home.path().join("drawn.md")).expect("it is there");
        let file = std::fs::read(home.path().join("drawn-files/1-picture.png")).expect("it is there");
        let json = ["Cite", "Draw"].map(|prompt| ask(&["--json", prompt]));
        let hidden = home.run(&["--incognito", "ask", "-c", "general", "Draw"]);
        (cite, draw, exported, page, file, json, hidden)
    });
    let (cite, draw, exported, page, file, json, hidden) = runs.await.expect("the runs do not panic");
    assert_eq!((cite.out.as_str(), cite.status), ("So it is.[1][2]\n", 0));
    let told: Vec<&str> = cite.err.lines().skip(1).collect();
    assert_eq!(told, ["[1] https://b.example/2", "[2] Sorted lists · https://a.example/1"]);
    assert_eq!((draw.out.as_str(), draw.status), ("", 0));
    assert!(
        draw.err.contains("pointsman: a picture came with the answer (image/png, 8 bytes); save it with: "),
        "{draw:?}"
    );
    assert!(!draw.err.contains("answered nothing"), "{draw:?}");
    assert_eq!((exported.status, file.as_slice()), (0, PNG.1), "{exported:?}");
    assert!(page.contains("\n![picture](drawn-files/1-picture.png)\n"), "{page}");
    let done = json.map(|ran| {
        let last = ran.out.lines().last().expect("a line").to_owned();
        serde_json::from_str::<Value>(&last).expect("JSON")["done"].clone()
    });
    assert_eq!(done[0]["sources"], json!(sources()));
    assert_eq!((&done[1]["media"][0]["kind"], &done[1]["media"][0]["size"]), (&json!("picture"), &json!(8)));
    assert_eq!((&done[0]["media"], &done[1]["sources"]), (&Value::Null, &Value::Null));
    assert!(hidden.err.contains("(image/png, 8 bytes); not kept, because of --incognito"), "{hidden:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_has_all_of_it_and_a_page_shows_it() {
    let server = server().await;
    let (home, other) = (Home::connected(&server.base_url), Home::new());
    let runs = tokio::task::spawn_blocking(move || {
        for prompt in ["Cite", "Draw", "Speak"] {
            let ran = home.run(&["ask", "-c", "general", prompt]);
            assert_eq!(ran.status, 0, "{ran:?}");
        }
        let backup = home.run(&["history", "export"]).out;
        let imported = other.run_with(&["history", "import", "-"], backup.as_bytes());
        let again = other.run(&["history", "export"]).out;
        let page = other.run(&["history", "export", "--format", "markdown"]).out;
        (backup, imported, again, page)
    });
    let (backup, imported, again, page) = runs.await.expect("the runs do not panic");
    assert_eq!((imported.status, &again), (0, &backup), "{imported:?}");
    for (kind, count) in [("sources", 1), ("image", 1), ("audio", 1)] {
        assert_eq!(backup.matches(&format!("{{\"kind\":\"{kind}\",")).count(), count, "{kind}: {backup}");
    }
    let cited =
        "\n1. [https://b.example/2](<https://b.example/2>)\n2. [Sorted lists](<https://a.example/1>) (a.example)\n";
    for part in [
        cited,
        "\n*a picture came with the answer (image/png, 8 bytes)*\n",
        "\n*a recording came with the answer (audio/wav, 12 bytes)*\n",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn what_came_with_an_answer_and_what_it_cites_stand_below_it() {
    pictures("besides", |stage| {
        stage.type_text("Which sort is stable? Draw it").key("enter").decided(1, "general", "deepseek-v3.2");
        stage.turn(1, text("Merge sort is stable.[1] Quicksort mostly is not.[2]", 312));
        let picture = Blob { media_type: "image/png".into(), bytes: vec![0; 48_000].into() };
        stage.turn(1, came(Delta::Image(picture), 900));
        let sources = (1..=8).map(|number| match number {
            1 => Source::new("https://algorithms.example/merge-sort", "Merge sort, and why it is stable"),
            2 => Source::new("https://bank.example@evil.example/login", "Your bank: bank.example"),
            3 => Source::new("javascript:alert(1)", "Click here"),
            number => Source::new(&format!("https://{number}.example/"), ""),
        });
        stage.turn(1, came(Delta::Sources(sources.collect()), 950));
        let ending = Ending::Answered(Finish::Stop);
        stage.turn(1, TurnEvent::Ended { ending, after: Some(Duration::from_secs(1)) });
    });
    pictures("besides_list", |stage| {
        stage.type_text("Draw it").key("enter").decided(1, "general", "deepseek-v3.2");
        let recording = Blob { media_type: "audio/wav".into(), bytes: vec![0; 48_000].into() };
        stage.turn(1, came(Delta::Audio(recording), 900));
        stage.turn(1, came(Delta::Sources(vec![Source::new("https://algorithms.example/", "Merge sort")]), 950));
        let ending = Ending::Answered(Finish::Stop);
        stage.turn(1, TurnEvent::Ended { ending, after: Some(Duration::from_secs(1)) });
        stage.key("alt-o").key("down");
    });
}
