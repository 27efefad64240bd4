//! Attached files in what the history's commands write and take in, as a user meets them.

use crate::attachments::files;
use crate::support::program::{Home, Ran};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pointsman::chat::Blob;
use serde_json::{Value, json};
use std::path::Path;

fn home() -> Home {
    Home::new().set("TZ", "UTC")
}

fn ok(ran: Ran) -> String {
    assert_eq!(ran.status, 0, "{ran:?}");
    ran.out
}

fn blob(media_type: &str, bytes: &[u8]) -> Blob {
    Blob { media_type: media_type.into(), bytes: bytes.into() }
}

/// An attachment or an image as a history names it.
fn named(blob: &Blob, more: &Value) -> Value {
    let mut named = json!({"hash": blob.reference().hash, "media_type": &*blob.media_type, "size": blob.bytes.len()});
    let fields = named.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    named
}

/// What is attached, what is drawn, what is attached to a draft, and what has no content.
pub(crate) fn blobs() -> [Blob; 4] {
    [
        blob("image/png", &files::png(&files::noise(30, 20))),
        blob("image/jpeg", &files::jpeg(&files::photo(12, 8))),
        blob("text/plain", b"fn main() {}\n"),
        blob("text/plain", b"nowhere"),
    ]
}

/// A chat whose prompt has a picture, and a text without content; whose answer has a picture; and whose draft has a text.
pub(crate) fn history() -> String {
    let [picture, drawn, draft, nowhere] = &blobs();
    let attached = [
        named(picture, &json!({"name": "crab.png", "width": 30, "height": 20})),
        named(nowhere, &json!({"name": "lost.rs", "lines": 12, "tokens": 3})),
    ];
    let lines = [
        json!({"pointsman": "history", "version": 2}),
        json!({"type": "conversation", "id": "2aaaaaaaaaa01", "title": "Crabs", "started_at": "2026-01-02T08:00:00.000Z",
            "updated_at": "2026-01-02T08:01:00.000Z", "place": {"draft": "and this", "attachments":
            [named(draft, &json!({"name": "main.rs", "lines": 1, "tokens": 5}))]}}),
        json!({"type": "turn", "conversation": "2aaaaaaaaaa01", "id": "2aaaaaaaaaa02",
            "asked_at": "2026-01-02T08:00:00.000Z", "prompt": "What is it?", "attachments": attached,
            "steps": [{"blocks": [{"kind": "text", "text": "A crab."}, named(drawn, &json!({"kind": "image"}))]}],
            "ending": "answered"}),
    ];
    let content = [picture, drawn, draft].map(|blob| {
        let bytes = BASE64_STANDARD.encode(&blob.bytes);
        json!({"type": "blob", "hash": blob.reference().hash, "media_type": &*blob.media_type, "bytes": bytes})
    });
    lines.iter().chain(&content).fold(String::new(), |file, line| file + &line.to_string() + "\n")
}

fn lived_in() -> Home {
    let home = home();
    let ran = home.run_with(&["history", "import", "-"], history().as_bytes());
    assert_eq!(
        ran.err, "left out, the content of files that it does not have, of each of which the name stays: 1\n",
        "{ran:?}"
    );
    home
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("it is read").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_page_has_its_pictures_and_files_in_a_private_folder_beside_it() {
    let home = lived_in();
    let page = home.path().join("out/my chat.md");
    std::fs::create_dir(home.path().join("out")).expect("it can be made");
    let path = page.display().to_string();
    let ran = home.run(&["history", "export", "--format", "markdown", "--out", &path]);
    let folder = home.path().join("out/my chat-files");
    let told = format!(
        "1 chat written to {path}, 2 files to {}\nthe history has no content of 1 file; only its name was written\n",
        folder.display()
    );
    assert_eq!((ran.status, ran.err), (0, told));
    assert_eq!(names(&folder), ["1-crab.png", "3-picture.jpg"]);
    let [picture, ..] = blobs();
    assert_eq!(std::fs::read(folder.join("1-crab.png")).expect("it is read"), &*picture.bytes);
    let text = std::fs::read_to_string(&page).expect("it is read");
    for part in [
        "> What is it?\n\n![crab.png](my%20chat-files/1-crab.png)\n\n*attached: ≡ lost.rs 12 lines*\n",
        "A crab.\n\n![picture](my%20chat-files/3-picture.jpg)\n",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    #[cfg(unix)]
    for (path, mode) in [(folder.clone(), 0o700), (folder.join("1-crab.png"), 0o600), (page.clone(), 0o600)] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(path.metadata().expect("it is there").permissions().mode() & 0o777, mode, "{}", path.display());
    }
    ok(home.run(&["history", "export", "--format", "markdown", "--out", &path, "--force"]));
    let text = std::fs::read_to_string(&page).expect("it is read");
    assert!(text.contains("](my%20chat-files-2/1-crab.png)"), "nothing that is there is touched: {text}");
    assert_eq!(names(&home.path().join("out")), ["my chat-files", "my chat-files-2", "my chat.md"]);
}

#[test]
fn a_page_without_files_has_no_folder_and_on_stdout_files_are_named() {
    let home = lived_in();
    let shown = ok(home.run(&["history", "show"]));
    assert!(shown.contains("\n*attached: ▣ crab.png 30 × 20*\n"), "{shown}");
    assert!(ok(home.run(&["history", "export", "--format", "markdown"])).ends_with(&shown));
    std::fs::create_dir(home.path().join("out")).expect("it can be made");
    let backup = home.path().join("out/backup.jsonl").display().to_string();
    ok(home.run(&["history", "export", "--out", &backup]));
    let home = self::home();
    ok(home.run_with(&["history", "import", "-"], crate::history_chats::HISTORY.as_bytes()));
    let page = home.path().join("out/chat.md");
    std::fs::create_dir(home.path().join("out")).expect("it can be made");
    ok(home.run(&["history", "export", "--format", "markdown", "--out", &page.display().to_string()]));
    assert_eq!(names(&home.path().join("out")), ["chat.md"]);
}

#[test]
fn files_of_prompts_answers_and_drafts_come_back_from_a_backup_to_the_byte() {
    let home = lived_in();
    let first = ok(home.run(&["history", "export"]));
    for blob in &blobs()[..3] {
        assert!(first.contains(&BASE64_STANDARD.encode(&blob.bytes)), "{:?} is lost", blob.reference());
    }
    for format in ["jsonl", "json"] {
        let file = ok(home.run(&["history", "export", "--format", format, "--reasoning"]));
        let other = self::home();
        ok(other.run_with(&["history", "import", "-"], file.as_bytes()));
        // What is swept with a second import must not be what a draft refers to.
        ok(other.run_with(&["history", "import", "-"], file.as_bytes()));
        assert_eq!(ok(other.run(&["history", "export"])), first, "by {format}");
    }
}

/// A chat of `ChatGPT` with these pictures in its prompt.
fn chatgpt(ids: &[&str]) -> String {
    let picture =
        |id: &&str| json!({"content_type": "image_asset_pointer", "asset_pointer": format!("file-service://{id}")});
    let message = json!({"author": {"role": "user"}, "create_time": 1_700_000_000.5, "content":
        {"content_type": "multimodal_text", "parts": ids.iter().map(picture).collect::<Vec<_>>()}});
    json!([{"title": "Crabs", "create_time": 1_700_000_000.5, "conversation_id": "c", "mapping":
        {"u": {"parent": null, "children": [], "message": message}}}])
    .to_string()
}

#[test]
fn pictures_of_chatgpt_are_found_beside_the_conversations_and_one_folder_below() {
    let home = home();
    let ids = ["file-AbC123", "file_00004200", "file-AbC1234", "file-Linked1", "file-Deeper1", "file-Broken1"];
    let file = home.write("export/conversations.json", &chatgpt(&ids));
    for name in ["dalle-generations/a", "user-1/deeper/b", "secret"] {
        home.write(&format!("export/{name}"), "");
    }
    let folder = home.path().join("export");
    for name in ["file-AbC123-crab.png", "dalle-generations/file_00004200.png", "user-1/deeper/file-Deeper1.png"] {
        std::fs::write(folder.join(name), files::png(&files::noise(30, 20))).expect("it can be written");
    }
    std::fs::write(folder.join("file-Broken1.png"), b"\x89PNG\r\n\x1a\nno").expect("it can be written");
    std::fs::write(home.path().join("mine.png"), files::png(&files::noise(9, 9))).expect("it can be written");
    #[cfg(unix)]
    std::os::unix::fs::symlink(home.path().join("mine.png"), folder.join("file-Linked1.png")).expect("a link");
    let ran = home.run(&["history", "import", &file.display().to_string()]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(ran.err, "1 file beside it came along\nleft out, images, for each of which a mark stays: 4\n");
    let shown = ok(home.run(&["history", "show"]));
    for part in ["*attached: ▣ crab.png 30 × 20*", "*attached: ▣ file\\_00004200.png 30 × 20*"] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    assert_eq!(shown.matches("[image]").count(), 4, "{shown}");
    let again = home.run(&["history", "import", &file.display().to_string()]);
    assert!(again.out.contains("1 turn was there already"), "{again:?}");
}
