//! Conversations as files: nothing is lost on the way out and in again, and what is damaged is named. `ChatGPT`'s files are
//! in `archive_chatgpt`.

use crate::support::examples::{self, TurnExample};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use pointsman::archive::{self, Format, Mistake, Source, Writer};
use pointsman::chat::{
    ConversationId, Editing, Ending, Finish, Note, Place, Reading, Request, Spot, Timings, Turn, TurnId, Usage,
};
use pointsman::router::{CachedJudgement, RouteOverride, Scope};
use pointsman::store::{
    Bundle, FILE, Head, Imported, KeptChat, KeptDecision, KeptLesson, KeptTurn, Loose, NewLesson, Store,
};
use proptest::prelude::*;
use proptest::{collection::vec, option};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Clean texts: what cleaning changes is for other tests.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 äé漢字👩\n\t\"\\\\{}#`>~:,-]{0,24}"
}

fn line() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 äé漢字👩\"\\\\{}#`>~:,-]{0,16}"
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000_000).prop_map(|ms| Timestamp::from_millisecond(ms).expect("a time"))
}

fn route() -> impl Strategy<Value = RouteOverride> {
    (option::of(line()), option::of(line())).prop_map(|(category, model)| RouteOverride {
        category: category.map(Into::into),
        model: model.map(Into::into),
    })
}

fn ending() -> impl Strategy<Value = Ending> {
    let finish =
        prop_oneof![Just(Finish::Stop), Just(Finish::Length), Just(Finish::ContentFilter), Just(Finish::Other)];
    prop_oneof![
        finish.prop_map(Ending::Answered),
        Just(Ending::Stopped),
        line().prop_map(Ending::Failed),
        Just(Ending::Interrupted)
    ]
}

fn note() -> impl Strategy<Value = Note> {
    prop_oneof![
        (0..9_usize, 0..9_usize).prop_map(|(turns, window)| Note::LeftOut { turns, window }),
        (0..9_usize, 0..9_usize).prop_map(|(tokens, window)| Note::TooLong { tokens, window }),
        (line(), line(), text()).prop_map(|(from, why, detail)| Note::FellBack { from: from.into(), why, detail }),
        (line(), line(), text(), line(), 0..9_u64).prop_map(|(from, why, detail, model, pause_ms)| {
            Note::Again {
                from: from.into(),
                what: "server error".to_owned(),
                why,
                detail,
                model: model.into(),
                pause_ms,
            }
        }),
        (0..9_u32).prop_map(|events| Note::Skipped { events }),
        line().prop_map(|model| Note::PassedOver { model: model.into() }),
        (line(), text()).prop_map(|(from, detail)| Note::GaveUp { from: from.into(), detail }),
    ]
}

fn request() -> impl Strategy<Value = Request> {
    let body = prop_oneof![
        Just(json!({"model": "m", "temperature": 0.1, "stop": [null, true, {"deep": "text"}]})),
        Just(json!({})),
    ];
    (line(), body, text(), option::of(0..99_u64)).prop_map(|(url, body, system, since)| Request {
        url,
        body: body.as_object().expect("an object").clone(),
        system,
        since: since.map(TurnId),
    })
}

fn decision() -> impl Strategy<Value = KeptDecision> {
    let decider = prop_oneof![Just("judge"), Just("classifier"), Just("an oracle of a later version")];
    let outcome = option::of(prop_oneof![Just("answered"), Just("stopped"), Just("failed")]);
    let names = (line(), line(), option::of(line()), option::of(line()), option::of(line()));
    let texts = (text(), line(), vec(line(), 0..3), vec(line(), 0..3), option::of(line()));
    let numbers = (option::of(any::<u32>()), option::of(any::<u32>()), any::<u32>(), any::<bool>(), 0.0..1.0_f64);
    (time(), names, texts, numbers, decider, outcome).prop_map(
        |(decided_at, names, texts, numbers, decider, outcome)| {
            let (category, model, answered_by, corrected_to, previous) = names;
            let (prompt, reason, evidence, candidates, hint) = texts;
            let (some, other, number, overridden, share) = numbers;
            KeptDecision {
                decided_at,
                prompt,
                category: category.as_str().into(),
                model: model.into(),
                provider: reason.clone(),
                decider: decider.to_owned(),
                confidence: some.map(|_| share),
                probabilities: [(category, share), ("other".to_owned(), 1.0 - share)].into_iter().collect(),
                reason,
                evidence,
                candidates,
                elapsed_us: number.into(),
                requests: number.into(),
                overridden,
                outcome: outcome.map(str::to_owned),
                answered_by: answered_by.map(Into::into),
                first_text_ms: some.map(Into::into),
                total_ms: other.map(Into::into),
                prompt_tokens: some.map(Into::into),
                completion_tokens: other.map(Into::into),
                corrected_to: corrected_to.map(Into::into),
                previous: previous.map(Into::into),
                hint,
            }
        },
    )
}

/// A turn without its place in the tree.
fn turn() -> impl Strategy<Value = KeptTurn> {
    let texts = (text(), text(), text(), option::of(line()), option::of(line()));
    let rest = (vec(note(), 0..3), option::of(request()), option::of(any::<u32>()), option::of(any::<u32>()));
    (time(), texts, route(), ending(), rest, option::of(decision()), any::<bool>()).prop_map(
        |(asked_at, texts, route, ending, rest, decision, withdrawn)| {
            let (prompt, answer, reasoning, model, corrected) = texts;
            let (notes, request, some, other) = rest;
            let us = |us: Option<u32>| us.map(|us| Duration::from_micros(us.into()));
            let turn = Turn {
                decision: decision.as_ref().and_then(KeptDecision::decision),
                corrected: corrected.map(Into::into),
                model: model.map(Into::into),
                request: request.map(Arc::new),
                notes,
                usage: some.map(|some| Usage { prompt_tokens: some.into(), completion_tokens: 7 }),
                timings: Timings { first_reasoning: us(other), first_text: us(some), total: us(other) },
                route,
                asked_at,
                ..examples::turn(0, &prompt).thinking(&reasoning).saying(&answer).ended(ending)
            };
            KeptTurn { turn, withdrawn, decision }
        },
    )
}

fn place() -> impl Strategy<Value = Place> {
    let spot = prop_oneof![
        Just(Spot::PromptHead),
        (0..99_usize).prop_map(Spot::Prompt),
        Just(Spot::BeforeAnswer),
        Just(Spot::AnswerHead),
        (0..99_usize).prop_map(Spot::Answer),
        (0..99_usize).prop_map(Spot::Behind)
    ];
    let reading = option::of((0..99_u64, spot).prop_map(|(turn, at)| Reading { turn: TurnId(turn), at }));
    let editing = option::of((0..99_u64, text()).prop_map(|(turn, behind)| Editing { turn: TurnId(turn), behind }));
    (text(), editing, route(), option::of(line()), option::of(0..99_u64), reading).prop_map(
        |(draft, editing, next, pinned, leaf, reading)| Place {
            draft,
            editing,
            next,
            pinned: pinned.map(Into::into),
            leaf: leaf.map(TurnId),
            reading,
        },
    )
}

/// Conversations, each any tree of turns.
fn chats() -> impl Strategy<Value = Vec<KeptChat>> {
    let chat = ("[a-zA-Zä漢]{0,9}", time(), time(), any::<bool>(), place(), vec((turn(), any::<usize>()), 0..6));
    vec(chat, 0..4).prop_map(|chats| {
        let with_names = chats.into_iter().enumerate().map(|(number, chat)| {
            let (title, started_at, updated_at, archived, place, turns) = chat;
            let first = number as u64 * 100;
            let mut placed: Vec<KeptTurn> = Vec::new();
            for (index, (mut kept, parent)) in turns.into_iter().enumerate() {
                kept.turn.id = TurnId(first + index as u64);
                // Any turn before it, or none.
                kept.turn.parent = parent.checked_rem(index + 1).and_then(|at| placed.get(at)).map(|kept| kept.turn.id);
                placed.push(kept);
            }
            let head = Head { id: ConversationId(first + 1), title, started_at, archived };
            KeptChat { head, updated_at, place, turns: placed }
        });
        with_names.collect()
    })
}

fn loose() -> impl Strategy<Value = Loose> {
    let lesson = (text(), option::of(line()), line(), any::<bool>(), time(), option::of(time())).prop_map(
        |(prompt, previous, category, always, taught_at, undone_at)| KeptLesson {
            lesson: NewLesson {
                prompt: prompt.into(),
                previous: previous.map(Into::into),
                decided: "general".into(),
                category: category.into(),
                scope: if always { Scope::Always } else { Scope::Prompt },
                taught_at,
            },
            undone_at,
        },
    );
    let verdict =
        (line(), option::of(0.0..1.0_f64), time()).prop_map(|(key, confidence, decided_at)| CachedJudgement {
            key,
            category: "coding".into(),
            model: "a model".into(),
            confidence,
            reason: "because".to_owned(),
            decided_at,
        });
    (vec(decision(), 0..3), vec(lesson, 0..3), vec(verdict, 0..3)).prop_map(|(decisions, lessons, verdicts)| Loose {
        decisions,
        lessons,
        verdicts,
    })
}

fn written(format: Format, reasoning: bool, chats: &[KeptChat], loose: &Loose) -> String {
    let mut writer = Writer::new(format, reasoning, TimeZone::UTC);
    let mut text = writer.head();
    text.extend(chats.iter().map(|chat| writer.chat(chat)));
    text + &writer.tail(loose)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_again_without_loss(chats in chats(), loose in loose()) {
        for (format, source) in [(Format::Jsonl, Source::Jsonl), (Format::Json, Source::Json)] {
            let text = written(format, true, &chats, &loose);
            let found = archive::read(text.as_bytes(), now()).expect("it is read");
            prop_assert_eq!(found.source, source);
            prop_assert_eq!(&found.bundle.chats, &chats);
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
        let _ = archive::read(&bytes, now());
        bytes.truncate(at);
        let _ = archive::read(&bytes, now());
    }
}

/// The backup of a new store that took in this one.
async fn through_a_store(text: &str) -> (String, Imported) {
    let folder = tempfile::tempdir().expect("a folder");
    let (store, _) = Store::open(&folder.path().join(FILE), Timestamp::UNIX_EPOCH).expect("it opens");
    let Bundle { chats, decisions, lessons, verdicts } =
        archive::read(text.as_bytes(), now()).expect("it is read").bundle;
    let imported = store.import(Bundle { chats, decisions, lessons, verdicts }).await.expect("it is kept");
    let mut chats = Vec::new();
    for id in store.export_ids().await.expect("the names") {
        chats.push(store.kept_chat(id).await.expect("it is read").expect("it is there"));
    }
    (written(Format::Jsonl, true, &chats, &store.loose().await.expect("the rest")), imported)
}

/// When these tests are.
fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

fn mistake(text: &str) -> Mistake {
    archive::read(text.as_bytes(), now()).expect_err("it is refused")
}

const HEAD: &str = r#"{"pointsman":"history","version":1}"#;
const CHAT: &str = r#"{"type":"conversation","id":"0000000000001","title":"T","started_at":"2026-11-23T08:00:00.000Z","updated_at":"2026-11-23T08:00:00.000Z"}"#;
const TURN: &str = r#"{"type":"turn","conversation":"0000000000001","id":"0000000000002","asked_at":"2026-11-23T08:00:00.000Z","prompt":"P","answer":"A","ending":"answered"}"#;

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
        (file(&[&TURN.replace("0000000000002", "7zzzzzzzzzzzz")]), 3, "the turn 7zzzzzzzzzzzz lies in the future"),
        (file(&[&CHAT.replace("0000000000001", "7zzzzzzzzzzzz")]), 3, "7zzzzzzzzzzzz lies in the future"),
        (file(&[CHAT]), 3, "the conversation 0000000000001 comes twice"),
        (file(&[&TURN.replace("0000000000001", "0000000000009")]), 3, "0000000000009 of this turn stands nowhere"),
        (file(&[&TURN.replace("\"prompt\"", "\"parent\":\"0000000000002\",\"prompt\"")]), 3, "not before it"),
        (HEAD.replace('1', "2"), 1, "of version 2, and this pointsman reads up to 1; use a newer pointsman"),
        ("{}\n".to_owned(), 1, "does not begin like a history of pointsman"),
        ("[\n{\"title\": \"of another program\"}]".to_owned(), 2, "has no 'mapping'"),
        ("[\n\n{\"mapping\": {}},".to_owned(), 3, "EOF while parsing"),
    ] {
        let found = mistake(&text);
        assert!(found.line == Some(line) && found.why.contains(why), "{found} in {text}");
    }
    for (bytes, why) in [
        (&b"PK\x03\x04..."[..], "unpack it and import its conversations.json"),
        (b" \n", "it is empty"),
        (b"Dear diary", "neither a history of pointsman"),
        (b"{\n\xff", "line 2: it is not UTF-8 text"),
    ] {
        let found = archive::read(bytes, now()).expect_err("it is refused").to_string();
        assert!(found.contains(why), "{found}");
    }
}

#[test]
fn what_a_later_minor_version_adds_is_ignored_and_said() {
    let turn = TURN.replace("\"prompt\"", "\"mood\":[1,{\"a\":2}],\"notes\":[{\"kind\":\"new\",\"x\":1}],\"prompt\"");
    let text = format!("\u{feff}{HEAD}\n{CHAT}\n{turn}\n{{\"type\":\"picture\",\"data\":[]}}\n");
    let found = archive::read(text.as_bytes(), now()).expect("it is read");
    assert_eq!(found.bundle.chats[0].turns[0].turn.notes, []);
    assert_eq!(found.left_out, ["lines of a kind that only a newer pointsman knows: 1"]);
}

#[test]
fn hostile_text_in_a_file_does_not_come_in() {
    let hostile = "a\\u001b]52;c;c2VjcmV0\\u0007\\u202eb";
    let decision = format!(
        "{{\"decided_at\":\"2026-11-23T08:00:00Z\",\"category\":\"{hostile}\",\"model\":\"{hostile}\",\"decider\":\"{hostile}\",\
         \"reason\":\"{hostile}\\n\",\"evidence\":[\"{hostile}\"],\"probabilities\":{{\"{hostile}\":0.5}}}}"
    );
    let turn = TURN.replace("\"P\"", &format!("\"{hostile}\"")).replace("\"A\"", &format!("\"{hostile}\"")).replace(
        "\"ending\"",
        &format!("\"decision\":{decision},\"request\":{{\"url\":\"u\",\"body\":{{\"{hostile}\":[\"{hostile}\"]}}}},\"ending\""),
    );
    let text = format!("{HEAD}\n{}\n{turn}\n", CHAT.replace("\"T\"", &format!("\"{hostile}\\n{hostile}\"")));
    let found = archive::read(text.as_bytes(), now()).expect("it is read");
    assert_eq!(found.bundle.chats[0].head.title, "ab ab");
    let all = format!("{:?}", found.bundle);
    assert!(!all.contains("\\u{1b}") && !all.contains("\\u{202e}") && !all.contains("c2Vj"), "{all}");
}

#[test]
fn reasoning_is_exported_on_request_and_always_in_a_backup() {
    let text = format!("{HEAD}\n{CHAT}\n{}\n", TURN.replace("\"answer\"", "\"reasoning\":\"hmm\",\"answer\""));
    let chats = archive::read(text.as_bytes(), now()).expect("it is read").bundle.chats;
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
    assert_eq!(document["conversations"][0]["turns"][0]["answer"], "A");
}
