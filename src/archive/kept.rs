//! From the store's types to the format's shapes. With `taken`, the way back, the one place that knows both.

use super::clean::{Line, Text, Time, Title};
use super::json::Rest;
use super::markdown::Page;
use super::record;
use crate::chat::{Conversation, Ending, Finish, Note, Place, Reading, Request, Spot, Stage, Turn, TurnId};
use crate::config::ModelId;
use crate::router::{CachedJudgement, RouteOverride, Scope};
use crate::store::{Head, KeptChat, KeptDecision, KeptLesson, KeptTurn, Loose};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::time::Duration;

/// A conversation for reading.
pub(super) fn page(kept: &KeptChat, reasoning: bool, timezone: TimeZone) -> String {
    let turns: Vec<Turn> = kept.turns.iter().map(|kept| kept.turn.clone()).collect();
    let withdrawn: BTreeSet<TurnId> =
        kept.turns.iter().filter(|kept| kept.withdrawn).map(|kept| kept.turn.id).collect();
    let youngest = kept.turns.iter().filter(|kept| !kept.withdrawn).map(|kept| kept.turn.id).max();
    let leaf = kept.place.leaf.filter(|leaf| !withdrawn.contains(leaf)).or(youngest);
    let conversation = Conversation::restore(kept.head.id, turns, leaf);
    let (title, started_at) = (kept.head.title.as_str(), kept.head.started_at);
    Page { title, started_at, conversation: &conversation, withdrawn: &withdrawn, reasoning, timezone }.text()
}

/// A conversation with its turns in the format's shapes.
pub(super) fn chat(kept: &KeptChat) -> (record::Conversation, Vec<record::Turn>) {
    let Head { id, title, started_at, archived } = &kept.head;
    let conversation = record::Conversation {
        id: *id,
        title: Title::from(title),
        started_at: Time(*started_at),
        updated_at: Time(kept.updated_at),
        archived: *archived,
        place: place(&kept.place),
    };
    (conversation, kept.turns.iter().map(turn).collect())
}

fn turn(kept: &KeptTurn) -> record::Turn {
    let turn = &kept.turn;
    let (ending, finish, error) = match &turn.stage {
        Stage::Ended(Ending::Answered(finish)) => (record::Ending::Answered, Some(*finish), None),
        Stage::Ended(Ending::Stopped) => (record::Ending::Stopped, None, None),
        Stage::Ended(Ending::Failed(why)) => (record::Ending::Failed, None, Some(Line::from(why))),
        // What is not over now will have been interrupted wherever the file is read.
        _ => (record::Ending::Interrupted, None, None),
    };
    record::Turn {
        id: turn.id,
        parent: turn.parent,
        asked_at: Time(turn.asked_at),
        prompt: Text::from(&turn.prompt),
        wish: wish(&turn.route),
        withdrawn: kept.withdrawn,
        decision: kept.decision.as_ref().map(|kept| decision(kept, Some(&turn.prompt))),
        corrected_to: turn.corrected.as_ref().map(|id| Line::from(id.as_str())),
        model: turn.model.as_ref().map(|id| Line::from(id.as_str())),
        request: turn.request.as_deref().map(request),
        reasoning: Text::from(&turn.reasoning),
        answer: Text::from(&turn.answer),
        ending,
        finish: finish.map(|finish| match finish {
            Finish::Stop => record::Finish::Stop,
            Finish::Length => record::Finish::Length,
            Finish::ContentFilter => record::Finish::ContentFilter,
            Finish::Other => record::Finish::Other,
        }),
        error,
        notes: turn.notes.iter().map(note).collect(),
        prompt_tokens: turn.usage.map(|usage| usage.prompt_tokens),
        completion_tokens: turn.usage.map(|usage| usage.completion_tokens),
        first_reasoning_us: turn.timings.first_reasoning.map(us),
        first_text_us: turn.timings.first_text.map(us),
        total_us: turn.timings.total.map(us),
    }
}

fn note(note: &Note) -> record::Note {
    let name = |model: &ModelId| Line::from(model.as_str());
    match note {
        Note::LeftOut { turns, window } => record::Note::LeftOut { turns: *turns, window: *window },
        Note::TooLong { tokens, window } => record::Note::TooLong { tokens: *tokens, window: *window },
        Note::FellBack { from, why, detail } => {
            record::Note::FellBack { from: name(from), why: Line::from(why), detail: Text::from(detail) }
        }
        Note::Again { from, what, why, detail, model, pause_ms } => record::Note::Again {
            from: name(from),
            what: Line::from(what),
            why: Line::from(why),
            detail: Text::from(detail),
            model: name(model),
            pause_ms: *pause_ms,
        },
        Note::Skipped { events } => record::Note::Skipped { events: *events },
        Note::PassedOver { model } => record::Note::PassedOver { model: name(model) },
        Note::GaveUp { from, detail } => record::Note::GaveUp { from: name(from), detail: Text::from(detail) },
    }
}

fn request(request: &Request) -> record::Request {
    let Request { url, body, system, since } = request;
    record::Request { url: Line::from(url), body: body.clone(), system: Text::from(system), since: *since }
}

fn wish(wish: &RouteOverride) -> record::Wish {
    let RouteOverride { category, model } = wish;
    record::Wish {
        category: category.as_ref().map(|id| Line::from(id.as_str())),
        model: model.as_ref().map(|id| Line::from(id.as_str())),
    }
}

fn place(place: &Place) -> record::Place {
    let Place { draft, editing, next, pinned, leaf, reading } = place;
    record::Place {
        draft: Text::from(draft),
        editing: editing
            .as_ref()
            .map(|editing| record::Editing { turn: editing.turn, behind: Text::from(&editing.behind) }),
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

/// A decision; its prompt is written only where it is not that of its turn.
fn decision(kept: &KeptDecision, prompt: Option<&str>) -> record::Decision {
    let ms = |ms: Option<u64>| ms.map(|ms| ms.saturating_mul(1_000));
    record::Decision {
        decided_at: Time(kept.decided_at),
        prompt: (prompt != Some(kept.prompt.as_str())).then(|| Text::from(&kept.prompt)),
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

/// What belongs to no conversation.
pub(super) fn rest(loose: &Loose) -> Rest {
    Rest {
        decisions: loose.decisions.iter().map(|kept| decision(kept, None)).collect(),
        lessons: loose.lessons.iter().map(lesson).collect(),
        verdicts: loose.verdicts.iter().map(verdict).collect(),
    }
}

fn lesson(kept: &KeptLesson) -> record::Lesson {
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

fn us(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
