//! Files of version 1, which this version does not write any more.

use super::through_a_store;
use pointsman::archive;
use pointsman::chat::{AfterFailure, Block, Failure, Note, StepOutcome};
use std::time::Duration;

const HEAD: &str = r#"{"pointsman":"history","version":1}"#;
const CHAT: &str = r#"{"type":"conversation","id":"0000000000001","title":"T","started_at":"2026-11-23T08:00:00.000Z","updated_at":"2026-11-23T08:00:00.000Z"}"#;
/// A turn of which nothing is missing.
const TURN: &str = r#"{"type":"turn","conversation":"0000000000001","id":"0000000000002","asked_at":"2026-11-23T08:00:00.000Z","prompt":"P","wish":{"model":"n"},"decision":{"decided_at":"2026-11-23T08:00:00.000Z","category":"coding","model":"m","provider":"oxlo","decider":"judge","corrected_to":"vision"},"model":"n","request":{"url":"u","body":{"model":"n"},"system":"S"},"reasoning":"hm","answer":"A \u001b[1mbold","ending":"failed","error":"E","notes":[{"kind":"left_out","turns":2,"window":9},{"kind":"fell_back","from":"m","why":"429","detail":"d"},{"kind":"passed_over","model":"o"},{"kind":"again","from":"n","what":"busy","why":"503","detail":"","model":"n","pause_ms":5},{"kind":"skipped","events":3},{"kind":"new"},{"kind":"gave_up","from":"n","detail":"e"}],"prompt_tokens":1,"completion_tokens":2,"first_reasoning_us":3,"first_text_us":4,"total_us":5}"#;

#[test]
fn a_turn_of_version_1_has_the_steps_that_its_notes_tell_of() {
    let text = format!("{HEAD}\n{CHAT}\n{TURN}\n");
    let bundle = archive::read(text.as_bytes()).expect("it is read").bundle;
    let kept = &bundle.chats[0].turns[0];
    let turn = &kept.turn;
    let failed = |what: &str, why: &str, detail: &str, next| {
        StepOutcome::Failed(Failure { what: what.to_owned(), why: why.to_owned(), detail: detail.to_owned(), next })
    };
    let told: Vec<_> = turn
        .steps
        .iter()
        .map(|step| {
            let candidate = step.candidate.as_ref().expect("it is known");
            (candidate.model.as_str(), &*candidate.provider, step.outcome.clone(), step.notes.clone())
        })
        .collect();
    let retry = AfterFailure::Retry { model: "n".into(), pause_ms: 5 };
    let left_out = vec![Note::LeftOut { turns: 2, window: 9 }];
    assert_eq!(
        told,
        [
            ("m", "oxlo", failed("", "429", "d", AfterFailure::Fallback { model: None }), left_out),
            ("o", "", StepOutcome::PassedOver, vec![]),
            ("n", "", failed("busy", "503", "", retry), vec![]),
            ("n", "", failed("", "", "e", AfterFailure::GiveUp), vec![Note::Skipped { events: 3 }]),
        ]
    );
    let last = turn.step().expect("it is shown");
    assert_eq!(last.blocks, [Block::Reasoning("hm".to_owned()), Block::Text("A bold".to_owned())]);
    assert_eq!(last.sent.as_ref().expect("it was sent").system, "S");
    assert_eq!(last.usage.map(|usage| (usage.prompt_tokens, usage.completion_tokens)), Some((1, 2)));
    let timings = [last.timings.first_reasoning, last.timings.first_text, last.timings.total];
    assert_eq!(timings, [3, 4, 5].map(|us| Some(Duration::from_micros(us))));
    assert_eq!(
        turn.corrected().map(ToString::to_string).as_deref(),
        Some("vision"),
        "also where only the decision says it"
    );
    assert_eq!(kept.decision.as_ref().and_then(|kept| kept.corrected_to.clone()), None);
}

#[test]
fn a_document_of_version_1_is_read_too() {
    let turn = TURN.replace(r#""type":"turn","conversation":"0000000000001","#, "");
    let chat = CHAT.replace(r#""type":"conversation","#, "").replace('}', &format!(r#","turns":[{turn}]}}"#));
    let text = format!(r#"{{"pointsman":"history","version":1,"conversations":[{chat}]}}"#);
    let document = archive::read(text.as_bytes()).expect("it is read").bundle;
    let lines = format!("{HEAD}\n{CHAT}\n{TURN}\n");
    assert_eq!(document, archive::read(lines.as_bytes()).expect("it is read").bundle);
}

#[tokio::test]
async fn a_backup_of_version_1_becomes_one_of_version_2_that_stays_the_same() {
    let empty = r#"{"type":"turn","conversation":"0000000000001","id":"0000000000003","asked_at":"2026-11-23T08:00:00.000Z","prompt":"P","answer":"","ending":"interrupted"}"#;
    let first = through_a_store(&format!("{HEAD}\n{CHAT}\n{TURN}\n{empty}\n")).await.0;
    assert!(first.starts_with(r#"{"pointsman":"history","version":2}"#), "{first}");
    assert!(
        first.contains(r#""blocks":[{"kind":"reasoning","text":"hm"},{"kind":"text","text":"A bold"}]"#),
        "{first}"
    );
    let second = through_a_store(&first).await.0;
    assert_eq!(first, second);
}
