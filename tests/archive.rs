//! Conversations as files: nothing is lost on the way out and in again, and what is damaged is named. `ChatGPT`'s files are
//! in `archive_chatgpt`, files of version 1 in `archive/v1`.

mod any;
mod v1;

use any::{blobs, chats, loose};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pointsman::archive::{self, Format, Mistake, Source, Writer};
use pointsman::chat::{BlobHash, Block};
use pointsman::store::{ExportedChat, FILE, Imported, Loose, Store};
use proptest::prelude::*;
use serde_json::Value;

fn written(format: Format, reasoning: bool, chats: &[ExportedChat], loose: &Loose) -> String {
    let mut writer = Writer::new(format, reasoning, TimeZone::UTC);
    let mut text = writer.head();
    text.extend(chats.iter().map(|chat| writer.chat(chat)));
    let referred: Vec<_> = chats.iter().flat_map(archive::blobs).collect();
    for blob in blobs().iter().filter(|blob| referred.contains(&&blob.reference().hash)) {
        text += &writer.blob(blob);
    }
    text + &writer.tail(loose)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_again_without_loss(chats in chats(), loose in loose()) {
        for (format, source) in [(Format::Jsonl, Source::Jsonl), (Format::Json, Source::Json)] {
            let text = written(format, true, &chats, &loose);
            let found = archive::read(text.as_bytes()).expect("it is read");
            prop_assert_eq!(found.source, source);
            prop_assert_eq!(&found.bundle.chats, &chats);
            prop_assert!(found.bundle.blobs.iter().all(|blob| blobs().contains(blob)));
            let came_along: Vec<_> = found.bundle.blobs.iter().map(|blob| blob.reference().hash).collect();
            let named = text.split("\"hash\":\"").skip(1).filter_map(|behind| behind.get(..64));
            for hash in named {
                prop_assert!(came_along.iter().any(|came| came.as_str() == hash), "{} has no content", hash);
            }
            prop_assert_eq!(&found.bundle.decisions, &loose.decisions);
            prop_assert_eq!(&found.bundle.lessons, &loose.lessons);
            prop_assert_eq!(&found.bundle.verdicts, &loose.verdicts);
            prop_assert!(found.left_out.is_empty());
        }
    }

    #[test]
    fn slow_a_backup_imported_by_another_store_is_the_same_backup_there(chats in chats(), loose in loose()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (first, second) = runtime.block_on(async {
            // Whatever a store makes of it, it makes it once.
            let text = written(Format::Jsonl, true, &chats, &loose);
            let first = through_a_store(&text).await.0;
            let (second, imported) = through_a_store(&first).await;
            assert_eq!(imported.known, 0);
            (first, second)
        });
        prop_assert_eq!(first, second);
    }

    #[test]
    fn no_damage_to_a_file_is_more_than_a_mistake(chats in chats(), at in any::<prop::sample::Index>(), byte: u8) {
        let mut bytes = written(Format::Jsonl, true, &chats, &Loose::default()).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = archive::read(&bytes);
        bytes.truncate(at);
        let _ = archive::read(&bytes);
    }
}

/// The backup of a new store that took in this one.
async fn through_a_store(text: &str) -> (String, Imported) {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _) = Store::open(&folder.path().join(FILE), Timestamp::UNIX_EPOCH).expect("it opens");
    let bundle = archive::read(text.as_bytes()).expect("it is read").bundle;
    let came_along = bundle.blobs.clone();
    let imported = store.import(bundle).await.expect("it is kept");
    let mut chats = Vec::new();
    for id in store.export_ids().await.expect("the names") {
        chats.push(store.kept_chat(id).await.expect("it is read").expect("it is there"));
    }
    for blob in came_along {
        assert_eq!(store.blob(blob.reference().hash).await.expect("it is read"), Some(blob));
    }
    for hash in chats.iter().flat_map(archive::blobs) {
        let there = store.blob(hash.clone()).await.expect("it is read");
        assert!(there.is_some_and(|blob| blobs().contains(&blob)), "{hash} is lost");
    }
    (written(Format::Jsonl, true, &chats, &store.loose().await.expect("the rest")), imported)
}

fn mistake(text: &str) -> Mistake {
    archive::read(text.as_bytes()).expect_err("it is refused")
}

const HEAD: &str = r#"{"pointsman":"history","version":2}"#;
const CHAT: &str = r#"{"type":"conversation","id":"0000000000001","title":"T","started_at":"2026-11-23T08:00:00.000Z","updated_at":"2026-11-23T08:00:00.000Z"}"#;
const TURN: &str = r#"{"type":"turn","conversation":"0000000000001","id":"0000000000002","asked_at":"2026-11-23T08:00:00.000Z","prompt":"P","steps":[{"blocks":[{"kind":"text","text":"A"}]}],"ending":"answered"}"#;

/// Three bytes: 0, 1, 2.
const BLOB: &str = r#"{"type":"blob","hash":"e1be4d7a8ab5560aa4199eea339849ba8e293d55ca0a81006726d184519e647f","media_type":"image/png","bytes":"AAEC"}"#;

#[test]
fn the_mistake_in_a_file_is_named_with_its_line() {
    let file = |lines: &[&str]| format!("{HEAD}\n{CHAT}\n{}\n", lines.join("\n"));
    for (text, line, why) in [
        (file(&[TURN, "{\"type\":"]), 4, "EOF while parsing"),
        (file(&["", &TURN.replace("\"prompt\":\"P\",", "")]), 4, "missing field `prompt`"),
        (file(&[&TURN.replace("0000000000002", "too short")]), 3, "'too short' is no name"),
        (file(&[&TURN.replace("2026-11-23T08:00:00.000Z", "noon")]), 3, "'noon' is no time"),
        (file(&[&TURN.replace("answered", "vanished")]), 3, "unknown variant `vanished`"),
        (file(&[TURN, TURN]), 4, "the turn 0000000000002 comes twice"),
        (
            file(&[&TURN.replace("0000000000002", "7zzzzzzzzzzzz")]),
            3,
            "no later name could follow that of the turn 7zzzzzzzzzzzz",
        ),
        (
            file(&[&CHAT.replace("0000000000001", "7zzzzzzzzzzzz")]),
            3,
            "no later name could follow that of the conversation 7zzzzzzzzzzzz",
        ),
        (file(&[CHAT]), 3, "the conversation 0000000000001 comes twice"),
        (file(&[&TURN.replace("0000000000001", "0000000000009")]), 3, "0000000000009 of this turn stands nowhere"),
        (file(&[&TURN.replace("\"prompt\"", "\"parent\":\"0000000000002\",\"prompt\"")]), 3, "not before it"),
        (file(&[&TURN.replace("\"text\":\"A\"", "\"words\":\"A\"")]), 3, "missing field `text`"),
        (file(&[&BLOB.replace("AAEC", "AAED")]), 3, "is damaged: its content has another hash"),
        (file(&[&BLOB.replace("AAEC", "A!")]), 3, "is no base 64"),
        (file(&[&BLOB.replace("e1be", "E1BE")]), 3, "is no hash; it would be 64 lowercase hexadecimal digits"),
        (HEAD.replace('2', "3"), 1, "of version 3, and this pointsman reads up to 2; use a newer pointsman"),
        ("{}\n".to_owned(), 1, "does not begin like a history of pointsman"),
        ("[\n{\"title\": \"of another program\"}]".to_owned(), 2, "has no 'mapping'"),
        ("[\n\n{\"mapping\": {}".to_owned(), 3, "the file breaks off in the midst of a conversation"),
        ("[\n".to_owned(), 2, "the file breaks off"),
    ] {
        let found = mistake(&text);
        assert!(found.line == Some(line) && found.why.contains(why), "{found} in {text}");
    }
    for (bytes, why) in [
        (&b"PK\x03\x04..."[..], "it is a ZIP file, which can only be read by its name"),
        (b" \n", "it is empty"),
        (b"Dear diary", "neither a history of pointsman"),
        (b"{\n\xff", "line 2: it is not UTF-8 text"),
    ] {
        let found = archive::read(bytes).expect_err("it is refused").to_string();
        assert!(found.contains(why), "{found}");
    }
}

#[test]
fn what_a_later_minor_version_adds_is_ignored_and_said() {
    let turn = TURN.replace("\"prompt\"", "\"mood\":[1,{\"a\":2}],\"prompt\"").replace(
        "\"blocks\":[",
        "\"notes\":[{\"kind\":\"new\",\"x\":1}],\"outcome\":{\"kind\":\"thawed\",\"at\":1},\"blocks\":[{\"kind\":\"video\",\"of\":1},",
    );
    let text = format!("\u{feff}{HEAD}\n{CHAT}\n{turn}\n{{\"type\":\"picture\",\"data\":[]}}\n");
    let found = archive::read(text.as_bytes()).expect("it is read");
    let step = &found.bundle.chats[0].turns[0].turn.steps[0];
    assert_eq!((step.notes.len(), &step.blocks), (0, &vec![Block::Text("A".to_owned())]));
    assert_eq!(found.left_out, ["lines of a kind that only a newer pointsman knows: 1"]);
}

#[test]
fn hostile_text_in_a_file_does_not_come_in() {
    let hostile = "a\\u001b]52;c;c2VjcmV0\\u0007\\u202eb";
    let decision = format!(
        "{{\"decided_at\":\"2026-11-23T08:00:00Z\",\"category\":\"{hostile}\",\"model\":\"{hostile}\",\"decider\":\"{hostile}\",\
         \"reason\":\"{hostile}\\n\",\"evidence\":[\"{hostile}\"],\"probabilities\":{{\"{hostile}\":0.5}}}}"
    );
    let blocks = format!(
        "{{\"kind\":\"text\",\"text\":\"{hostile}\"}},{{\"kind\":\"reasoning\",\"text\":\"{hostile}\"}},\
         {{\"kind\":\"tool_call\",\"id\":\"{hostile}\",\"name\":\"{hostile}\",\"arguments\":\"{hostile}\"}},\
         {{\"kind\":\"unknown\",\"field\":\"{hostile}\",\"value\":{{\"{hostile}\":[\"{hostile}\"]}}}}"
    );
    let failed = format!(
        "{{\"model\":\"{hostile}\",\"provider\":\"{hostile}\",\"outcome\":{{\"kind\":\"failed\",\"what\":\"{hostile}\",\
         \"why\":\"{hostile}\",\"detail\":\"{hostile}\",\"next\":{{\"kind\":\"retry\",\"model\":\"{hostile}\",\"pause_ms\":1}}}}}}"
    );
    let attachment = format!(
        "{{\"name\":\"../{hostile}\",\"hash\":\"{}\",\"media_type\":\"{hostile}\",\"size\":1}}",
        "0".repeat(64)
    );
    let turn = TURN
        .replace("\"P\"", &format!("\"{hostile}\",\"attachments\":[{attachment}]"))
        .replace("{\"kind\":\"text\",\"text\":\"A\"}", &blocks)
        .replace(
            "\"steps\":[{",
            &format!("\"steps\":[{failed},{{\"request\":{{\"url\":\"u\",\"body\":{{\"{hostile}\":[\"{hostile}\"]}}}},"),
        )
        .replace("\"ending\"", &format!("\"decision\":{decision},\"ending\""));
    let text = format!("{HEAD}\n{}\n{turn}\n", CHAT.replace("\"T\"", &format!("\"{hostile}\\n{hostile}\"")));
    let found = archive::read(text.as_bytes()).expect("it is read");
    assert_eq!(found.bundle.chats[0].head.title, "ab ab");
    let turn = &found.bundle.chats[0].turns[0].turn;
    assert_eq!((turn.steps.len(), turn.steps[1].blocks.len()), (2, 4));
    let attached = &turn.ask.prompt.attachments[0];
    assert_eq!((attached.name.as_str(), &*attached.blob.media_type), ("ab", "application/octet-stream"));
    let all = format!("{:?}", found.bundle);
    assert!(!all.contains("\\u{1b}") && !all.contains("\\u{202e}") && !all.contains("c2Vj"), "{all}");
}

#[test]
fn reasoning_is_exported_on_request_and_always_in_a_backup() {
    let text = format!(
        "{HEAD}\n{CHAT}\n{}\n",
        TURN.replace("\"blocks\":[", "\"blocks\":[{\"kind\":\"reasoning\",\"text\":\"hmm\"},")
    );
    let chats = archive::read(text.as_bytes()).expect("it is read").bundle.chats;
    for (format, reasoning, there) in [
        (Format::Jsonl, false, true),
        (Format::Json, false, false),
        (Format::Json, true, true),
        (Format::Markdown, false, false),
        (Format::Markdown, true, true),
    ] {
        let text = written(format, reasoning, &chats, &Loose::default());
        assert_eq!(text.contains("hmm"), there, "{format:?}, {reasoning}: {text}");
    }
    let document: Value = serde_json::from_str(&written(Format::Json, false, &chats, &Loose::default())).expect("JSON");
    let turn = &document["conversations"][0]["turns"][0];
    assert_eq!((&turn["answer"], &turn["steps"][0]["blocks"][0]["text"]), (&"A".into(), &"A".into()));
    let line = written(Format::Jsonl, false, &chats, &Loose::default());
    assert!(!line.contains("\"answer\":"), "a backup says everything once: {line}");
}

#[test]
fn blocks_that_are_not_drawn_are_a_line_each_for_reading() {
    let call =
        r#"{"kind":"tool_call","name":"search","arguments":"{}"},{"kind":"unknown","field":"citations","value":[1]}"#;
    let text = format!("{HEAD}\n{CHAT}\n{}\n", TURN.replace("\"blocks\":[", &format!("\"blocks\":[{call},")));
    let chats = archive::read(text.as_bytes()).expect("it is read").bundle.chats;
    let page = written(Format::Markdown, false, &chats, &Loose::default());
    assert!(page.contains("\n*a call of the tool search, saved and not made*\n"), "{page}");
    assert!(page.contains("\n*citations, saved and not shown*\n"), "{page}");
}

#[test]
fn a_blob_that_two_lines_carry_comes_in_once_and_one_that_nothing_refers_to_is_not_saved() {
    let text = format!("{HEAD}\n{CHAT}\n{TURN}\n{BLOB}\n{BLOB}\n");
    let bundle = archive::read(text.as_bytes()).expect("it is read").bundle;
    assert_eq!(bundle.blobs.len(), 1);
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _) = Store::open(&folder.path().join(FILE), Timestamp::UNIX_EPOCH).expect("it opens");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let hash = bundle.blobs[0].reference().hash;
    let found = runtime.block_on(async {
        store.import(bundle).await.expect("it is kept");
        store.blob(hash).await.expect("it is read")
    });
    assert_eq!(found, None);
}

/// A chat with a picture, two texts with the same content, and a picture in the answer; each is what its name says.
fn with_files() -> ExportedChat {
    let [picture, text, answer] = [&b"picture"[..], b"text", b"answer"].map(BlobHash::of);
    let attached = [
        format!(
            r#"{{"name":"my [crab].png","hash":"{picture}","media_type":"image/png","size":7,"width":1024,"height":768}}"#
        ),
        format!(r#"{{"name":"main.rs","hash":"{text}","media_type":"text/plain","size":4,"lines":1,"tokens":2}}"#),
        format!(r#"{{"name":"copy.rs","hash":"{text}","media_type":"text/plain","size":4}}"#),
    ];
    let image = format!(r#"{{"kind":"image","hash":"{answer}","media_type":"image/jpeg","size":6}},"#);
    let turn = TURN.replace("\"P\"", &format!("\"P\",\"attachments\":[{}]", attached.join(",")));
    let turn = turn.replace("\"blocks\":[", &format!("\"blocks\":[{image}"));
    let text = format!("{HEAD}\n{CHAT}\n{turn}\n");
    archive::read(text.as_bytes()).expect("it is read").bundle.chats.remove(0)
}

#[test]
fn a_page_shows_the_files_beside_it_at_the_prompt_or_answer_that_they_belong_to() {
    let chat = with_files();
    let mut writer = Writer::new(Format::Markdown, false, TimeZone::UTC).beside(Some("a chat-files".as_ref()));
    let files: Vec<String> = writer.files(&chat).into_iter().map(|(name, _)| name).collect();
    assert_eq!(files, ["1-my--crab.png", "2-main.rs", "3-picture.jpg"]);
    assert_eq!(writer.files(&chat), [], "each content has one file, whichever page shows it");
    let page = writer.chat(&chat);
    assert!(page.contains("> P\n\n![my \\[crab\\].png](a%20chat-files/1-my--crab.png)\n\n[main.rs](a%20chat-files/2-main.rs)\n\n[copy.rs](a%20chat-files/2-main.rs)\n\n## "), "{page}");
    assert!(page.ends_with("\nA\n\n![picture](a%20chat-files/3-picture.jpg)\n"), "{page}");
}

#[test]
fn without_its_content_a_file_is_only_named() {
    let chat = with_files();
    let named =
        "*attached: ▣ my \\[crab\\].png 1,024 × 768*\n\n*attached: ≡ main.rs 1 line*\n\n*attached: ≡ copy.rs*\n";
    let image = "*a picture came with the answer (image/jpeg, 6 bytes)*\n";
    let alone = Writer::new(Format::Markdown, false, TimeZone::UTC).chat(&chat);
    let mut writer = Writer::new(Format::Markdown, false, TimeZone::UTC).beside(None);
    for (_, hash) in writer.files(&chat) {
        writer.lacks(&hash);
    }
    assert_eq!(writer.chat(&chat), alone);
    assert!(alone.contains(named) && alone.contains(image), "{alone}");
}
