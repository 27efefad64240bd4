//! The conversations of `ChatGPT` as they come in: every branch, every text, the same names each time, and no file that
//! breaks the reader. The samples are written for these tests, in the shape of real exports.

use crate::attachments::{LIMITS, files};
use pointsman::archive::{self, Found, Source};
use pointsman::attach::{self, Attached};
use pointsman::chat::{Block, Conversation, Ending, Extent, Finish, Stage, Turn};
use pointsman::config::ModelId;
use pointsman::store::ExportedChat;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::time::{Duration, Instant};

const BEGUN: f64 = 1_700_000_000.123;

fn message(role: &str, seconds: f64, content: &Value) -> Value {
    json!({
        "id": "m", "author": {"role": role, "name": null, "metadata": {}}, "create_time": BEGUN + seconds, "update_time": null,
        "content": content, "status": "finished_successfully", "end_turn": true, "weight": 1.0,
        "metadata": {"model_slug": if role == "assistant" { json!("gpt-4o") } else { json!(null) }}, "recipient": "all",
    })
}

fn says(role: &str, seconds: f64, text: &str) -> Value {
    message(role, seconds, &json!({"content_type": "text", "parts": [text]}))
}

fn with(mut value: Value, pointer: &str, field: &str, to: Value) -> Value {
    value.pointer_mut(pointer).expect("it is there")[field] = to;
    value
}

/// Nodes as (name, parent, message).
fn chat(nodes: &[(&str, &str, Value)]) -> Value {
    let mapping = nodes.iter().map(|(id, parent, message)| {
        let children: Vec<&str> = nodes.iter().filter(|(_, of, _)| of == id).map(|(child, ..)| *child).collect();
        let parent = if parent.is_empty() { Value::Null } else { json!(parent) };
        ((*id).to_owned(), json!({"id": id, "message": message, "parent": parent, "children": children}))
    });
    json!({
        "title": "Sorting\u{1b}[31m things", "create_time": BEGUN, "update_time": BEGUN + 500.0, "is_archived": true,
        "mapping": mapping.collect::<serde_json::Map<_, _>>(), "current_node": nodes.last().expect("a node").0,
        "conversation_id": "6f1c-0001", "id": "6f1c-0001", "moderation_results": [], "plugin_ids": null,
    })
}

fn read(chats: &[Value]) -> Found {
    let found = archive::read(json!(chats).to_string().as_bytes()).expect("it is read");
    assert_eq!(found.source, Source::ChatGpt);
    found
}

fn tree(kept: &ExportedChat) -> Conversation {
    let turns: Vec<Turn> = kept.turns.iter().map(|kept| kept.turn.clone()).collect();
    Conversation::restore(kept.head.id, turns, kept.place.leaf)
}

fn sample() -> Value {
    let image =
        json!({"content_type": "image_asset_pointer", "asset_pointer": "file-service://x", "width": 1, "height": 1});
    let asked = message("user", 1.0, &json!({"content_type": "multimodal_text", "parts": [image, "Sort this list"]}));
    let files =
        json!([{"name": "list.pdf", "mime_type": "application/pdf"}, {"name": "x.png", "mime_type": "image/png"}]);
    let run = json!({"content_type": "code", "language": "unknown", "text": "print(sorted([2, 1]))"});
    let thoughts = json!({"content_type": "thoughts", "thoughts": [{"summary": "Plan", "content": "Use a sort."}]});
    let cited = "It is stable.\u{e200}cite\u{e202}turn0search1\u{e201}";
    let stopped =
        with(says("assistant", 40.0, "func main"), "/metadata", "finish_details", json!({"type": "interrupted"}));
    chat(&[
        ("root", "", Value::Null),
        (
            "system",
            "root",
            with(says("system", 0.0, ""), "/metadata", "is_visually_hidden_from_conversation", json!(true)),
        ),
        ("u1", "system", with(asked, "/metadata", "attachments", files)),
        ("a1", "u1", says("assistant", 2.0, "[1, 2]")),
        ("a1-again", "u1", says("assistant", 60.0, "[1, 2], sorted")),
        ("u2-edited", "a1", says("user", 35.0, "And in Go?")),
        ("a3", "u2-edited", stopped),
        ("u2", "a1", says("user", 30.0, "And in Rust?")),
        ("t0", "u2", message("assistant", 31.0, &thoughts)),
        ("t1", "t0", with(message("assistant", 31.5, &run), "", "recipient", json!("python"))),
        (
            "t2",
            "t1",
            with(
                message("tool", 32.0, &json!({"content_type": "execution_output", "text": "[1, 2]"})),
                "/author",
                "name",
                json!("python"),
            ),
        ),
        ("t3", "t2", message("assistant", 32.5, &json!({"content_type": "text", "parts": [null, ""]}))),
        ("a2", "t3", says("assistant", 33.0, cited)),
    ])
}

#[test]
fn every_branch_is_a_sibling_turn_and_the_visible_one_stays_visible() {
    let found = read(&[sample()]);
    let kept = &found.bundle.chats[0];
    assert_eq!((kept.head.title.as_str(), kept.head.archived), ("Sorting things", true));
    assert_eq!(kept.head.started_at.as_millisecond(), 1_700_000_000_123);
    assert_eq!(kept.updated_at.as_millisecond(), 1_700_000_500_123);
    let tree = tree(kept);
    let shown: Vec<(&str, &str)> = tree.turns().iter().map(|turn| (&**turn.prompt(), turn.answer())).collect();
    let first = "[image]\n\nSort this list\n\n[file: list.pdf]";
    assert_eq!(shown, [(first, "[1, 2]"), ("And in Rust?", "It is stable.")]);
    let answers: Vec<&str> = tree.all().iter().map(|turn| turn.answer()).collect();
    assert_eq!(answers, ["[1, 2]", "It is stable.", "func main", "[1, 2], sorted"]);
    let [one, two] = [&tree.turns()[0], &tree.turns()[1]];
    assert_eq!((tree.siblings(one.id()).len(), tree.siblings(two.id()).len()), (2, 2));
    assert!(tree.all().iter().all(|turn| turn.parent().is_none_or(|parent| parent < turn.id())));
    assert_eq!(one.asked_at().as_millisecond(), 1_700_000_001_123);
    assert_eq!(
        (one.model().map(ModelId::as_str), &one.stage),
        (Some("gpt-4o"), &Stage::Ended(Ending::Answered(Finish::Stop)))
    );
    assert_eq!(tree.all()[2].stage, Stage::Ended(Ending::Stopped));
    assert_eq!(found.left_out, ["images, for each of which a mark stays: 1"]);
}

#[test]
fn what_the_model_did_on_the_way_is_reasoning() {
    let found = read(&[sample()]);
    let tree = tree(&found.bundle.chats[0]);
    let said =
        "Plan\n\nUse a sort.\n\nTo python:\n\n```\nprint(sorted([2, 1]))\n```\n\nFrom python:\n\n```\n[1, 2]\n```";
    assert_eq!(tree.turns()[1].reasoning(), said);
}

#[test]
fn the_same_file_gives_the_same_names_and_names_of_two_chats_differ() {
    let other = with(sample(), "", "conversation_id", json!("6f1c-0002"));
    let [first, second] = [&[sample(), other.clone()][..], &[other, sample()]].map(|chats| read(chats).bundle.chats);
    assert_eq!((&first[0], &first[1]), (&second[1], &second[0]), "whatever else is in it");
    let mut names: Vec<u64> = first.iter().flat_map(|chat| &chat.turns).map(|kept| kept.turn.id().0).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), first[0].head.id == first[1].head.id), (8, false));
}

#[test]
fn times_that_are_missing_break_no_order() {
    let no_time = |role: &str, text: &str| with(says(role, 0.0, text), "", "create_time", Value::Null);
    let nodes: Vec<(String, String, Value)> = (0..40)
        .map(|number| {
            let role = if number % 2 == 0 { "user" } else { "assistant" };
            let parent = if number == 0 { String::new() } else { format!("n{}", number - 1) };
            (format!("n{number}"), parent, no_time(role, &format!("text {number}")))
        })
        .collect();
    let nodes: Vec<_> =
        nodes.iter().map(|(id, parent, message)| (id.as_str(), parent.as_str(), message.clone())).collect();
    let chat = with(
        with(with(chat(&nodes), "", "create_time", Value::Null), "", "update_time", Value::Null),
        "",
        "title",
        Value::Null,
    );
    let kept = read(&[chat]).bundle.chats.swap_remove(0);
    let tree = tree(&kept);
    assert_eq!(tree.turns().len(), 20);
    assert_eq!((&**tree.turns()[19].prompt(), tree.turns()[19].answer()), ("text 38", "text 39"));
    assert_eq!(kept.head.title, "Text 0", "a chat without a title is called by its first prompt");
}

#[test]
fn what_is_left_out_is_counted() {
    let context = json!({"content_type": "user_editable_context", "user_instructions": "Be brief"});
    let found = read(&[
        chat(&[("root", "", Value::Null), ("a", "root", says("assistant", 0.0, "Welcome"))]),
        chat(&[
            ("root", "", Value::Null),
            ("c", "root", message("user", 0.0, &context)),
            ("u", "c", says("user", 1.0, "Hi")),
        ]),
        json!({"mapping": {}}),
    ]);
    let left_out = [
        "conversations without a prompt: 2",
        "messages before the first prompt: 1",
        "messages of custom instructions: 1",
    ];
    assert_eq!(found.left_out, left_out);
    let turn = &found.bundle.chats[0].turns[0].turn;
    assert_eq!((found.bundle.chats.len(), &**turn.prompt(), &turn.stage), (1, "Hi", &Stage::Ended(Ending::Stopped)));
}

#[test]
fn files_that_make_no_sense_come_in_as_far_as_they_go() {
    let circle = json!({
        "a": {"id": "a", "parent": "c", "children": ["b"], "message": says("user", 0.0, "one")},
        "b": {"id": "b", "parent": "a", "children": ["c", "gone"], "message": says("assistant", 1.0, "two")},
        "c": {"id": "c", "parent": "b", "children": ["a"], "message": null},
    });
    let odd = json!({"x": null, "y": [], "z": {"message": {"content": {"parts": {}}, "author": "me"}, "parent": 3, "children": "x"}});
    let found = read(&[
        json!({"mapping": circle, "current_node": "gone", "create_time": -1e300}),
        json!({"mapping": odd, "title": 4, "create_time": "yesterday", "current_node": []}),
    ]);
    assert_eq!(found.bundle.chats.len(), 1);
    assert_eq!(found.bundle.chats[0].turns.len(), 1);
}

#[test]
fn names_of_a_time_that_is_long_to_come_leave_room_for_later_ones() {
    // The last moment of the year 9999, and what is no time at all.
    for seconds in [4e9, 253_402_207_200.0, 1e300] {
        let mut far = chat(&[("u", "", says("user", 0.0, "go")), ("a", "u", says("assistant", 0.0, "so"))]);
        far["create_time"] = json!(seconds);
        far["mapping"]["u"]["message"]["create_time"] = json!(seconds);
        let found = read(&[far]);
        let chat = &found.bundle.chats[0];
        for name in [chat.head.id.0, chat.turns[0].turn.id().0] {
            assert!(pointsman::chat::id::has_room_behind(name), "{seconds}: {:?}", chat.head);
        }
    }
}

#[test]
fn a_conversation_that_is_damaged_is_named_and_keeps_no_other_out() {
    let whole = json!(sample()).to_string();
    let plain = chat(&[("u", "", says("user", 1.0, "cut PLACE")), ("a", "u", says("assistant", 2.0, "ok"))]);
    let plain = with(plain, "", "title", json!("Odd one")).to_string();
    for (damaged, prompt, left_out) in [
        (
            plain.replace("PLACE", "\\ud83d"),
            Some("cut \u{fffd}"),
            "damaged characters or numbers, in conversations: 1 (“Odd one”)",
        ),
        (
            plain.replace("\"weight\":1.0", "\"weight\":NaN"),
            Some("cut PLACE"),
            "damaged characters or numbers, in conversations: 1 (“Odd one”)",
        ),
        ("{\"title\": \"No tree\"}".to_owned(), None, "conversations without a 'mapping': 1 (“No tree”)"),
        ("7".to_owned(), None, "conversations without a 'mapping': 1 (number 2 in the file)"),
        ("{\"title\": \"Empty\", \"mapping\": null}".to_owned(), None, "conversations without messages: 1 (“Empty”)"),
        ("{\"mapping\": }".to_owned(), None, "conversations that are no JSON: 1 (number 2 in the file, expected value"),
    ] {
        let file = format!("[{whole},{damaged},{whole}]");
        let found = archive::read(file.as_bytes()).expect("the others are read");
        let prompts: Vec<&str> = found.bundle.chats.iter().map(|chat| &**chat.turns[0].turn.prompt()).collect();
        assert_eq!(
            (prompts.len(), prompts.get(1).copied().filter(|_| prompt.is_some())),
            (2 + usize::from(prompt.is_some()), prompt)
        );
        assert!(found.left_out.iter().any(|line| line.starts_with(left_out)), "{damaged}: {:?}", found.left_out);
    }
    for (cut, left_out) in [
        (format!("[{whole},"), "conversations that break off with the file: 1 (all behind number 1 in the file)"),
        (
            format!("[{whole},{}", plain.chars().take(40).collect::<String>()),
            "conversations that break off with the file: 1 (number 2 in the file)",
        ),
    ] {
        let found = archive::read(cut.as_bytes()).expect("what is whole is read");
        assert_eq!(found.bundle.chats.len(), 1);
        assert!(found.left_out.contains(&left_out.to_owned()), "{:?}", found.left_out);
    }
    let many = format!("[{whole}{}]", ",{\"title\":\"x\"}".repeat(7));
    let found = archive::read(many.as_bytes()).expect("it is read");
    let named = "conversations without a 'mapping': 7 (“x”; “x”; “x”; “x”; “x”; and 2 more)";
    assert!(found.left_out.contains(&named.to_owned()), "{:?}", found.left_out);
}

#[test]
fn a_document_on_the_canvas_is_the_answer() {
    let sent = json!({"name": "answer.py", "type": "code/python", "content": "print(42)"}).to_string();
    let code = json!({"content_type": "code", "language": "json", "text": sent});
    let to_canvas = with(message("assistant", 2.0, &code), "", "recipient", json!("canmore.create_textdoc"));
    let reply = with(
        says("tool", 3.0, "Successfully created text document"),
        "/author",
        "name",
        json!("canmore.create_textdoc"),
    );
    let found = read(&[chat(&[("u", "", says("user", 1.0, "Write it")), ("a", "u", to_canvas), ("t", "a", reply)])]);
    let turn = &found.bundle.chats[0].turns[0].turn;
    assert_eq!(turn.answer(), "```python\nprint(42)\n```");
    assert_eq!(turn.stage, Stage::Ended(Ending::Answered(Finish::Stop)));
}

#[test]
fn messages_in_a_plainer_shape_come_in_too() {
    let plain = |role: &str, text: &str| json!({"role": role, "content": text});
    let found = read(&[chat(&[("u", "", plain("user", "Hi")), ("a", "u", plain("assistant", "Hello"))])]);
    let turn = &found.bundle.chats[0].turns[0].turn;
    assert_eq!((&**turn.prompt(), turn.answer()), ("Hi", "Hello"));
}

#[test]
fn slow_many_answers_to_a_long_prompt_do_not_explode_either() {
    // All of them earlier than the prompt, so that the names of all would be the same.
    let mut nodes = vec![("u".to_owned(), Value::Null, says("user", 0.0, &"long ".repeat(20_000)))];
    nodes.extend((0..10_000).map(|number| (format!("a{number}"), json!("u"), says("assistant", -9.0, "so"))));
    let mapping = nodes.into_iter().map(|(id, parent, message)| (id, json!({"message": message, "parent": parent})));
    let mut chat = json!({"mapping": mapping.collect::<serde_json::Map<_, _>>(), "conversation_id": "c"});
    let texts = |found: &Found| found.bundle.chats[0].turns.iter().map(|kept| kept.turn.prompt().len()).sum::<usize>();
    let found = read(std::slice::from_ref(&chat));
    assert!(texts(&found) < 3_000_000, "{}", texts(&found));
    assert!(found.bundle.chats[0].turns.len() >= 16 && !found.left_out.is_empty());
    chat["mapping"]["u"] = json!({"message": says("user", 0.0, "short"), "parent": null});
    let begun = Instant::now();
    assert_eq!(read(&[chat]).bundle.chats[0].turns.len(), 10_000);
    assert!(begun.elapsed() < Duration::from_secs(4), "it took {:?}", begun.elapsed());
}

#[test]
fn a_conversation_without_messages_does_not_keep_the_others_out() {
    let found = read(&[json!({"title": "x", "mapping": null}), sample()]);
    assert_eq!((found.bundle.chats.len(), found.left_out.len()), (1, read(&[sample()]).left_out.len() + 1));
}

#[test]
fn slow_a_file_that_is_made_to_explode_does_not() {
    // A long chain of messages, each with another branch beside it: all branches in full would be millions of messages.
    let mut nodes = vec![("u".to_owned(), String::new(), says("user", 0.0, "go"))];
    for number in 0..5_000 {
        let parent = if number == 0 { "u".to_owned() } else { format!("a{}", number - 1) };
        nodes.push((format!("a{number}"), parent.clone(), says("assistant", 1.0, "so on")));
        nodes.push((format!("b{number}"), parent, says("assistant", 2.0, "or so")));
    }
    let mapping = nodes.into_iter().map(|(id, parent, message)| (id, json!({"message": message, "parent": parent})));
    let chat = json!({"mapping": mapping.collect::<serde_json::Map<_, _>>(), "conversation_id": "c"});
    let begun = Instant::now();
    let found = read(&[chat]);
    assert!(begun.elapsed() < Duration::from_secs(20), "it took {:?}", begun.elapsed());
    assert!(found.left_out.iter().any(|line| line.starts_with("branches of conversations that have too many")));
}

fn picture(id: &str) -> Value {
    json!({"content_type": "image_asset_pointer", "asset_pointer": id, "width": 30, "height": 20})
}

/// What lies beside the conversations: a picture and a text.
fn beside(id: &str) -> Option<Attached> {
    let file = |name: &str, bytes: Vec<u8>| attach::take_in(name, bytes, LIMITS).ok();
    match id {
        "file-Crab" => file("file-Crab-IMG_1.png", files::png(&files::noise(30, 20))),
        "file_000042" => file("file_000042.webp", files::webp()),
        "file-Notes" => file("file-Notes-notes.txt", b"Buy milk.\n".to_vec()),
        _ => None,
    }
}

#[test]
fn pictures_and_texts_beside_the_conversations_come_in_with_their_names_and_the_others_keep_their_marks() {
    let parts = [picture("file-service://file-Crab"), picture("file-service://file-Gone"), json!("Look")];
    let asked = message("user", 1.0, &json!({"content_type": "multimodal_text", "parts": parts}));
    let listed = json!([
        {"id": "file-Crab", "name": "../my crab.png", "mime_type": "image/png"},
        {"id": "file-Notes", "name": "notes.txt", "mime_type": "text/plain"},
        {"id": "file-Lost", "name": "lost.pdf", "mime_type": "application/pdf"},
    ]);
    let drawn = json!({"content_type": "multimodal_text", "parts": [picture("sediment://0123#file_000042#p_0.webp")]});
    let chat = chat(&[
        ("u1", "", with(asked, "/metadata", "attachments", listed)),
        ("t1", "u1", message("tool", 2.0, &drawn)),
        ("a1", "t1", says("assistant", 3.0, "Here it is.")),
    ]);
    let json = json!([chat]).to_string();
    let found = archive::read_with(json.as_bytes(), &beside).expect("it is read");
    let turn = &found.bundle.chats[0].turns[0].turn;
    assert_eq!(&**turn.prompt(), "[image]\n\nLook\n\n[file: lost.pdf]");
    let attached = &turn.ask.prompt.attachments;
    let names: Vec<(&str, Extent)> = attached.iter().map(|file| (file.name.as_str(), file.extent)).collect();
    let pixels = Extent::Pixels { width: 30, height: 20 };
    assert_eq!(names[0], ("my crab.png", pixels));
    assert!(names[1].0 == "notes.txt" && matches!(names[1].1, Extent::Text { lines: 1, .. }) && names.len() == 2);
    assert!(matches!(&turn.steps[0].blocks[..], [Block::Text(text), Block::Image(blob)]
        if text == "Here it is." && blob.is_image()));
    for hash in archive::blobs(&found.bundle.chats[0]) {
        assert!(found.bundle.blobs.iter().any(|blob| blob.reference().hash == *hash), "{hash} did not come along");
    }
    assert_eq!(found.left_out, ["images, for each of which a mark stays: 1"]);
    assert_eq!(archive::read(json.as_bytes()).expect("it is read").left_out.len(), 1);
}

#[test]
fn a_prompt_and_an_answer_can_be_nothing_but_a_picture() {
    let only = |id| json!({"content_type": "multimodal_text", "parts": [picture(id)]});
    let chat = chat(&[
        ("u1", "", message("user", 1.0, &only("file-service://file-Crab"))),
        ("t1", "u1", message("tool", 2.0, &only("sediment://file_000042"))),
    ]);
    let chat = with(chat, "", "title", json!(""));
    let found = archive::read_with(json!([chat]).to_string().as_bytes(), &beside).expect("it is read");
    let (head, turn) = (&found.bundle.chats[0].head, &found.bundle.chats[0].turns[0].turn);
    assert_eq!((head.title.as_str(), &**turn.prompt()), ("IMG_1.png", ""), "the id is no part of the name");
    assert_eq!(turn.ask.prompt.attachments[0].name, "IMG_1.png");
    assert_eq!(turn.stage, Stage::Ended(Ending::Answered(Finish::Stop)));
    assert!(found.left_out.is_empty(), "{:?}", found.left_out);
}

#[test]
fn a_file_is_looked_for_once_and_only_by_what_can_be_its_id() {
    let asked: RefCell<Vec<String>> = RefCell::default();
    let find = |id: &str| {
        asked.borrow_mut().push(id.to_owned());
        beside(id)
    };
    let ids = ["file-Crab", "file-Crab", "file", "file-/../x", "file-a b c", "other-1234567", "file-Notes"];
    let mut parts: Vec<Value> = ids.iter().map(|id| picture(&format!("file-service://{id}"))).collect();
    parts.extend((0..200).map(|_| picture("file-service://file-Crab")));
    let asked_for = message("user", 1.0, &json!({"content_type": "multimodal_text", "parts": parts}));
    let chats = json!([chat(&[("u1", "", asked_for)])]).to_string();
    let found = archive::read_with(chats.as_bytes(), &find).expect("it is read");
    assert_eq!(*asked.borrow(), ["file-Crab", "file-Notes"]);
    let attached = &found.bundle.chats[0].turns[0].turn.ask.prompt.attachments;
    assert_eq!(attached.len(), 64, "and no message has more files than that");
    assert!(attached.iter().all(|file| file.name == "IMG_1.png"), "a text is no picture");
}
