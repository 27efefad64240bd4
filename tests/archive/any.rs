//! Any history, for properties: conversations with every kind of turn, step and block, and what belongs to none.

use jiff::Timestamp;
use pointsman::chat::{
    AfterFailure, Ask, Attachment, Blob, Block, ConversationId, Correction, Editing, Ending, Extent, Failure, Finish,
    Note, Origin, Place, Prompt, Reading, SentRequest, Source, Spot, Stage, Step, StepOutcome, Timings, ToolCall, Turn,
    TurnId, Usage,
};
use pointsman::router::{CachedJudgement, Candidate, RouteOverride, Scope};
use pointsman::store::{DecisionRecord, ExportedChat, ExportedLesson, ExportedTurn, Head, Loose, NewLesson};
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
        (0..9_u64, 0..9_usize).prop_map(|(read, sent)| Note::PromptCut { read, sent }),
        (0..9_u32).prop_map(|events| Note::Skipped { events }),
    ]
}

fn json() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::String),
        Just(json!({"b": [null, true, {"deep": "text"}], "a": 1.5, "": -3})),
        Just(Value::Null),
    ]
}

/// The pictures and files that a history can refer to.
pub(super) fn blobs() -> [Blob; 3] {
    let blob = |media_type: &str, bytes: &[u8]| Blob { media_type: media_type.into(), bytes: bytes.into() };
    [blob("image/png", b"\x89PNG\0"), blob("text/plain", b""), blob("application/octet-stream", &[255; 100])]
}

fn blob() -> impl Strategy<Value = Blob> {
    (0..3_usize).prop_map(|which| blobs()[which].clone())
}

fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        text().prop_map(Block::Text),
        text().prop_map(Block::Reasoning),
        blob().prop_map(|blob| Block::Image(blob.reference())),
        blob().prop_map(|blob| Block::Audio(blob.reference())),
        vec((line(), line()).prop_map(|(url, title)| Source::new(&url, &title)), 0..3).prop_map(Block::Sources),
        (line(), line(), text()).prop_map(|(id, name, arguments)| Block::ToolCall(ToolCall { id, name, arguments })),
        (line(), json()).prop_map(|(kind, json)| Block::Unknown { kind, json }),
    ]
}

fn outcome() -> impl Strategy<Value = StepOutcome> {
    let next = prop_oneof![
        prop::option::of(line()).prop_map(|model| AfterFailure::Fallback { model: model.map(Into::into) }),
        (line(), 0..9_u64).prop_map(|(model, pause_ms)| AfterFailure::Retry { model: model.into(), pause_ms }),
        Just(AfterFailure::GiveUp),
    ];
    prop_oneof![
        3 => Just(StepOutcome::Current),
        1 => Just(StepOutcome::PassedOver),
        1 => Just(StepOutcome::Lost),
        3 => (line(), line(), text(), next)
            .prop_map(|(what, why, detail, next)| StepOutcome::Failed(Failure { what, why, detail, next })),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let figures = (option::of(any::<u32>()), option::of(any::<u32>()));
    let parts = (option::of(request()), vec(block(), 0..4), vec(note(), 0..3));
    (option::of((line(), line())), parts, figures, outcome()).prop_map(|(candidate, parts, (some, other), outcome)| {
        let (sent, blocks, notes) = parts;
        let us = |us: Option<u32>| us.map(|us| Duration::from_micros(us.into()));
        Step {
            sent: sent.map(Arc::new),
            blocks,
            notes,
            usage: some.map(|some| Usage { prompt_tokens: some.into(), completion_tokens: 7 }),
            timings: Timings { first_reasoning: us(other), first_text: us(some), total: us(other) },
            ..Step::of(
                candidate.map(|(model, provider)| Candidate { model: model.into(), provider: provider.into() }),
                outcome,
            )
        }
    })
}

fn attachments() -> impl Strategy<Value = Vec<Attachment>> {
    let extent = prop_oneof![
        Just(Extent::Unknown),
        any::<(u32, u32)>().prop_map(|(width, height)| Extent::Pixels { width, height }),
        any::<(u32, u32)>().prop_map(|(lines, tokens)| Extent::Text { lines, tokens }),
    ];
    let attachment = ("[a-zä漢]{1,9}", blob(), extent).prop_map(|(name, blob, extent)| Attachment {
        name,
        blob: blob.reference(),
        extent,
    });
    vec(attachment, 0..3)
}

fn prompt() -> impl Strategy<Value = Prompt> {
    (text(), attachments())
        .prop_map(|(text, attachments)| Prompt { attachments: attachments.into(), ..Prompt::from(text) })
}

fn request() -> impl Strategy<Value = SentRequest> {
    let body = prop_oneof![
        Just(json!({"model": "m", "temperature": 0.1, "stop": [null, true, {"deep": "text"}]})),
        Just(json!({})),
    ];
    (line(), body, text(), option::of(0..99_u64), any::<bool>()).prop_map(|(url, body, system, since, sees)| {
        SentRequest { url, body: body.as_object().expect("an object").clone(), system, since: since.map(TurnId), sees }
    })
}

fn decision() -> impl Strategy<Value = DecisionRecord> {
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
            DecisionRecord {
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
fn turn() -> impl Strategy<Value = ExportedTurn> {
    let origin = prop::sample::select(vec![Origin::Typed, Origin::AskedAgain, Origin::Continued]);
    let asked = (time(), prompt(), route(), origin);
    (asked, option::of(line()), ending(), vec(step(), 0..4), option::of(decision()), any::<bool>()).prop_map(
        |((asked_at, prompt, route, origin), corrected, ending, steps, decision, withdrawn)| {
            let (chat, turn, parent) = (ConversationId(0), TurnId(0), None);
            // What it should have been taken for is said by the turn.
            let decision = decision.map(|decision| DecisionRecord { corrected_to: None, ..decision });
            let turn = Turn {
                ask: Ask { chat, parent, turn, prompt, route, origin, asked_at },
                decision: decision.as_ref().and_then(DecisionRecord::decision),
                steps,
                stage: Stage::Ended(ending),
                correction: corrected.map(|category| Correction { category: category.into(), lesson: None }),
            };
            ExportedTurn { turn, withdrawn, decision }
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
    let editing = (0..99_u64, text(), attachments());
    let editing = editing.prop_map(|(turn, behind, attachments)| Editing { turn: TurnId(turn), behind, attachments });
    let written = (text(), attachments(), option::of(editing));
    (written, route(), option::of(line()), option::of(0..99_u64), reading).prop_map(
        |((draft, attachments, editing), next, pinned, leaf, reading)| Place {
            draft: draft.into(),
            attachments,
            editing,
            next,
            pinned: pinned.map(Into::into),
            leaf: leaf.map(TurnId),
            reading,
        },
    )
}

/// Conversations, each any tree of turns.
pub(super) fn chats() -> impl Strategy<Value = Vec<ExportedChat>> {
    let chat = ("[a-zA-Zä漢]{0,9}", time(), time(), any::<[bool; 2]>(), place(), vec((turn(), any::<usize>()), 0..6));
    vec(chat, 0..4).prop_map(|chats| {
        let with_names = chats.into_iter().enumerate().map(|(number, chat)| {
            let (title, started_at, updated_at, [archived, pinned], place, turns) = chat;
            let first = number as u64 * 100;
            let mut placed: Vec<ExportedTurn> = Vec::new();
            for (index, (mut kept, parent)) in turns.into_iter().enumerate() {
                kept.turn.ask.chat = ConversationId(first + 1);
                kept.turn.ask.turn = TurnId(first + index as u64);
                // Any turn before it, or none.
                let before = parent.checked_rem(index + 1).and_then(|at| placed.get(at));
                kept.turn.ask.parent = before.map(|kept| kept.turn.id());
                placed.push(kept);
            }
            let head = Head { id: ConversationId(first + 1), title, started_at, archived, pinned };
            ExportedChat { head, updated_at, place, turns: placed }
        });
        with_names.collect()
    })
}

pub(super) fn loose() -> impl Strategy<Value = Loose> {
    let lesson = (text(), option::of(line()), line(), any::<bool>(), time(), option::of(time())).prop_map(
        |(prompt, previous, category, always, taught_at, undone_at)| ExportedLesson {
            lesson: NewLesson {
                prompt: prompt.into(),
                previous: previous.map(Into::into),
                decided: "general".into(),
                category: category.into(),
                scope: if always { Scope::Always } else { Scope::Prompt },
                taught_at,
                turn: undone_at.map(|_| TurnId(7)),
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
