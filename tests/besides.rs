//! What an answer has besides text, in the way of a user: what it cites, its pictures and recordings. They are told, kept
//! and exported.

use crate::support::program::{Home, Ran};
use crate::support::server::{Reply, Request, Server};
use pointsman::chat::Source;
use serde_json::{Value, json};

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
