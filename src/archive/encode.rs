//! From the store's types to the format's shapes. With `decode`, the way back, the one place that knows both.

mod step;

pub(super) use step::attachment;

use super::beside::Beside;
use super::clean::{Hash, Line, MediaType, Text, Time, Title};
use super::json::{Chat, Rest};
use super::markdown::Page;
use super::record;
use crate::chat::{Blob, Conversation, Editing, Ending, Finish, Origin, Place, Reading, Spot, Stage, Turn, TurnId};
use crate::router::{CachedJudgement, RouteOverride, Scope};
use crate::store::{DecisionRecord, ExportedChat, ExportedLesson, ExportedTurn, Head, Loose};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// A conversation for reading, with links to the files beside it.
pub(super) fn page(kept: &ExportedChat, reasoning: bool, timezone: TimeZone, beside: Option<&Beside>) -> String {
    let turns: Vec<Turn> = kept.turns.iter().map(|kept| kept.turn.clone()).collect();
    let withdrawn: BTreeSet<TurnId> =
        kept.turns.iter().filter(|kept| kept.withdrawn).map(|kept| kept.turn.id()).collect();
    let youngest = kept.turns.iter().filter(|kept| !kept.withdrawn).map(|kept| kept.turn.id()).max();
    let leaf = kept.place.leaf.filter(|leaf| !withdrawn.contains(leaf)).or(youngest);
    let conversation = Conversation::restore(kept.head.id, turns, leaf);
    let (title, started_at) = (kept.head.title.as_str(), kept.head.started_at);
    Page { title, started_at, conversation: &conversation, withdrawn: &withdrawn, reasoning, timezone, beside }.text()
}

/// A conversation with its turns in the format's shapes.
pub(super) fn chat(kept: &ExportedChat) -> (record::Conversation, Vec<record::Turn>) {
    let Head { id, title, started_at, archived, pinned } = &kept.head;
    let conversation = record::Conversation {
        id: *id,
        title: Title::from(title),
        started_at: Time(*started_at),
        updated_at: Time(kept.updated_at),
        archived: *archived,
        pinned: *pinned,
        place: place(&kept.place),
    };
    (conversation, kept.turns.iter().map(turn).collect())
}

fn turn(kept: &ExportedTurn) -> record::Turn {
    let turn = &kept.turn;
    let (ending, finish, error) = match &turn.stage {
        Stage::Ended(Ending::Answered(finish)) => (record::Ending::Answered, Some(*finish), None),
        Stage::Ended(Ending::Stopped) => (record::Ending::Stopped, None, None),
        Stage::Ended(Ending::Failed(why)) => (record::Ending::Failed, None, Some(Line::from(why))),
        // What is not over now will have been interrupted wherever the file is read.
        _ => (record::Ending::Interrupted, None, None),
    };
    record::Turn {
        id: turn.id(),
        parent: turn.parent(),
        asked_at: Time(turn.asked_at()),
        prompt: Text::from(turn.prompt()),
        attachments: turn.ask.prompt.attachments.iter().map(attachment).collect(),
        wish: wish(turn.route()),
        origin: Some(turn.ask.origin).filter(|origin| *origin != Origin::Typed).map(|origin| Line::from(origin.name())),
        withdrawn: kept.withdrawn,
        decision: kept.decision.as_ref().map(|kept| of_turn(kept, turn.prompt())),
        corrected_to: turn.corrected().map(|id| Line::from(id.as_str())),
        shown: None,
        steps: turn.steps.iter().map(step::step).collect(),
        ending,
        finish: finish.map(|finish| match finish {
            Finish::Stop => record::Finish::Stop,
            Finish::Length => record::Finish::Length,
            Finish::ContentFilter => record::Finish::ContentFilter,
            Finish::Other => record::Finish::Other,
        }),
        error,
    }
}

/// A conversation as one object, for programs: each turn repeats what people read of it. Without the models' reasoning
/// where it is not wanted.
pub(super) fn object(kept: &ExportedChat, reasoning: bool) -> Chat<record::Turn> {
    let (conversation, mut turns) = chat(kept);
    for (turn, ExportedTurn { turn: of, .. }) in turns.iter_mut().zip(&kept.turns) {
        for step in turn.steps.iter_mut().filter(|_| !reasoning) {
            step.blocks.retain(|block| !matches!(block, record::Block::Reasoning { .. }));
            step.first_reasoning_us = None;
        }
        turn.shown = Some(step::shown(of, reasoning));
    }
    Chat { conversation, turns }
}

fn wish(wish: &RouteOverride) -> record::Wish {
    let RouteOverride { category, model } = wish;
    record::Wish {
        category: category.as_ref().map(|id| Line::from(id.as_str())),
        model: model.as_ref().map(|id| Line::from(id.as_str())),
    }
}

fn place(place: &Place) -> record::Place {
    let Place { draft, attachments, editing, next, pinned, leaf, reading } = place;
    record::Place {
        draft: Text::from(draft),
        attachments: attachments.iter().map(attachment).collect(),
        editing: editing.as_ref().map(|Editing { turn, behind, attachments }| record::Editing {
            turn: *turn,
            behind: Text::from(behind),
            attachments: attachments.iter().map(attachment).collect(),
        }),
        next: wish(next),
        pinned: pinned.as_ref().map(|id| Line::from(id.as_str())),
        leaf: *leaf,
        reading: reading.map(|Reading { turn, at }| {
            let (part, offset) = match at {
                Spot::PromptHead => (record::Part::PromptHead, 0),
                Spot::Prompt(byte) => (record::Part::Prompt, byte),
                Spot::BeforeAnswer => (record::Part::BeforeAnswer, 0),
                Spot::AnswerHead => (record::Part::AnswerHead, 0),
                Spot::Thought => (record::Part::Thought, 0),
                Spot::Reasoning(byte) => (record::Part::Reasoning, byte),
                Spot::BeforeText => (record::Part::BeforeText, 0),
                // Which row of a frame that is depends on the program; the text beside it does not.
                Spot::Answer(byte) | Spot::Within { at: byte, .. } => (record::Part::Answer, byte),
                Spot::Behind(rows) => (record::Part::Behind, rows),
            };
            record::Reading { turn, part, offset }
        }),
    }
}

/// The decision of a turn, without what the turn says: what it should have been, and the prompt, where it is the same.
fn of_turn(kept: &DecisionRecord, prompt: &str) -> record::Decision {
    let decision = decision(kept);
    record::Decision { prompt: decision.prompt.filter(|_| prompt != kept.prompt), corrected_to: None, ..decision }
}

fn decision(kept: &DecisionRecord) -> record::Decision {
    let ms = |ms: Option<u64>| ms.map(|ms| ms.saturating_mul(1_000));
    record::Decision {
        decided_at: Time(kept.decided_at),
        prompt: Some(Text::from(&kept.prompt)),
        previous: kept.previous.as_ref().map(|id| Line::from(id.as_str())),
        category: Line::from(kept.category.as_str()),
        model: Line::from(kept.model.as_str()),
        provider: Line::from(&kept.provider),
        decider: Line::from(&kept.decider),
        confidence: finite(kept.confidence),
        probabilities: kept
            .probabilities
            .iter()
            .filter(|(_, p)| p.is_finite())
            .map(|(id, p)| (id.into(), *p))
            .collect(),
        reason: Line::from(&kept.reason),
        hint: kept.hint.as_ref().map(Line::from),
        evidence: kept.evidence.iter().map(Line::from).collect(),
        candidates: kept.candidates.iter().map(Line::from).collect(),
        elapsed_us: kept.elapsed_us,
        requests: kept.requests,
        overridden: kept.overridden,
        outcome: kept.outcome.as_ref().map(Line::from),
        answered_by: kept.answered_by.as_ref().map(|id| Line::from(id.as_str())),
        first_text_us: ms(kept.first_text_ms),
        total_us: ms(kept.total_ms),
        prompt_tokens: kept.prompt_tokens,
        completion_tokens: kept.completion_tokens,
        corrected_to: kept.corrected_to.as_ref().map(|id| Line::from(id.as_str())),
    }
}

pub(super) fn blob(blob: &Blob) -> record::Blob {
    let bytes = BASE64_STANDARD.encode(&blob.bytes);
    record::Blob { hash: Hash(blob.reference().hash), media_type: MediaType::from(&blob.media_type), bytes }
}

/// What belongs to no conversation.
pub(super) fn rest(loose: &Loose) -> Rest {
    Rest {
        decisions: loose.decisions.iter().map(decision).collect(),
        lessons: loose.lessons.iter().map(lesson).collect(),
        verdicts: loose.verdicts.iter().map(verdict).collect(),
    }
}

fn lesson(kept: &ExportedLesson) -> record::Lesson {
    let lesson = &kept.lesson;
    record::Lesson {
        prompt: Text::from(&lesson.prompt),
        previous: lesson.previous.as_ref().map(|id| Line::from(id.as_str())),
        decided: Line::from(lesson.decided.as_str()),
        category: Line::from(lesson.category.as_str()),
        scope: match lesson.scope {
            Scope::Prompt => record::Scope::Prompt,
            Scope::Always => record::Scope::Always,
        },
        taught_at: Time(lesson.taught_at),
        undone_at: kept.undone_at.map(Time),
        turn: lesson.turn,
    }
}

fn verdict(verdict: &CachedJudgement) -> record::Verdict {
    record::Verdict {
        key: Line::from(&verdict.key),
        category: Line::from(verdict.category.as_str()),
        model: Line::from(verdict.model.as_str()),
        confidence: finite(verdict.confidence),
        reason: Line::from(&verdict.reason),
        decided_at: Time(verdict.decided_at),
    }
}

/// Numbers that JSON knows.
fn finite(number: Option<f64>) -> Option<f64> {
    number.filter(|number| number.is_finite())
}
