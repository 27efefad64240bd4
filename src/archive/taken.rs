//! From the format's shapes to the store's types: the way back of `kept`.

use super::clean::Line;
use super::contents::Contents;
use super::record;
use crate::chat::{Editing, Ending, Finish, Note, Place, Reading, Request, Spot, Stage, Timings, Turn, Usage};
use crate::router::{CachedJudgement, RouteOverride, Scope};
use crate::store::{Bundle, Head, KeptChat, KeptDecision, KeptLesson, KeptTurn, NewLesson};
use crate::text::sanitize::sanitize_json;
use std::sync::Arc;
use std::time::Duration;

/// Everything that was read, for the store.
pub(super) fn bundle(contents: Contents) -> Bundle {
    let Contents { chats, decisions, lessons, verdicts, .. } = contents;
    Bundle {
        chats: chats.into_iter().map(|(conversation, turns)| chat(conversation, turns)).collect(),
        decisions: decisions.into_iter().map(|record| decision(record, "")).collect(),
        lessons: lessons.into_iter().map(lesson).collect(),
        verdicts: verdicts.into_iter().map(verdict).collect(),
    }
}

fn chat(conversation: record::Conversation, turns: Vec<record::Turn>) -> KeptChat {
    let record::Conversation { id, title, started_at, updated_at, archived, place } = conversation;
    KeptChat {
        head: Head { id, title: title.0, started_at: started_at.0, archived },
        updated_at: updated_at.0,
        place: self::place(place),
        turns: turns.into_iter().map(turn).collect(),
    }
}

fn turn(record: record::Turn) -> KeptTurn {
    let why = record.error.map(|why| why.0).unwrap_or_default();
    let ending = match record.ending {
        record::Ending::Answered => Ending::Answered(match record.finish {
            None | Some(record::Finish::Stop) => Finish::Stop,
            Some(record::Finish::Length) => Finish::Length,
            Some(record::Finish::ContentFilter) => Finish::ContentFilter,
            Some(record::Finish::Other) => Finish::Other,
        }),
        record::Ending::Stopped => Ending::Stopped,
        record::Ending::Failed => Ending::Failed(why),
        record::Ending::Interrupted => Ending::Interrupted,
    };
    let usage = record.prompt_tokens.zip(record.completion_tokens);
    let kept = record.decision.map(|record_of| decision(record_of, &record.prompt.0));
    let turn = Turn {
        stage: Stage::Ended(ending),
        decision: kept.as_ref().and_then(KeptDecision::decision),
        corrected: record.corrected_to.map(|id| id.0.into()),
        model: record.model.map(|id| id.0.into()),
        request: record.request.map(|record| Arc::new(request(record))),
        answer: record.answer.0,
        reasoning: record.reasoning.0,
        notes: record.notes.into_iter().filter_map(note).collect(),
        usage: usage.map(|(prompt_tokens, completion_tokens)| Usage { prompt_tokens, completion_tokens }),
        timings: Timings {
            first_reasoning: record.first_reasoning_us.map(Duration::from_micros),
            first_text: record.first_text_us.map(Duration::from_micros),
            total: record.total_us.map(Duration::from_micros),
        },
        ..Turn::new(record.id, record.prompt.0.into(), wish(record.wish), record.asked_at.0).after(record.parent)
    };
    KeptTurn { turn, withdrawn: record.withdrawn, decision: kept }
}

fn note(note: record::Note) -> Option<Note> {
    match note {
        record::Note::LeftOut { turns, window } => Some(Note::LeftOut { turns, window }),
        record::Note::TooLong { tokens, window } => Some(Note::TooLong { tokens, window }),
        record::Note::FellBack { from, why, detail } => {
            Some(Note::FellBack { from: from.0.into(), why: why.0, detail: detail.0 })
        }
        record::Note::Again { from, what, why, detail, model, pause_ms } => {
            let (from, model) = (from.0.into(), model.0.into());
            Some(Note::Again { from, what: what.0, why: why.0, detail: detail.0, model, pause_ms })
        }
        record::Note::Skipped { events } => Some(Note::Skipped { events }),
        record::Note::PassedOver { model } => Some(Note::PassedOver { model: model.0.into() }),
        record::Note::GaveUp { from, detail } => Some(Note::GaveUp { from: from.0.into(), detail: detail.0 }),
        record::Note::Unknown => None,
    }
}

fn request(record: record::Request) -> Request {
    let record::Request { url, body, system, since } = record;
    let body = body.into_iter().map(|(key, value)| (Line::from(key).0, sanitize_json(value))).collect();
    Request { url: url.0, body, system: system.0, since }
}

fn wish(record: record::Wish) -> RouteOverride {
    let record::Wish { category, model } = record;
    RouteOverride { category: category.map(|id| id.0.into()), model: model.map(|id| id.0.into()) }
}

fn place(record: record::Place) -> Place {
    let record::Place { draft, editing, next, pinned, leaf, reading } = record;
    Place {
        draft: draft.0,
        editing: editing.map(|editing| Editing { turn: editing.turn, behind: editing.behind.0 }),
        next: wish(next),
        pinned: pinned.map(|id| id.0.into()),
        leaf,
        reading: reading.map(|record::Reading { turn, part, offset }| {
            let at = match part {
                record::Part::PromptHead => Spot::PromptHead,
                record::Part::Prompt => Spot::Prompt(offset),
                record::Part::BeforeAnswer => Spot::BeforeAnswer,
                record::Part::AnswerHead => Spot::AnswerHead,
                record::Part::Thought => Spot::Thought,
                record::Part::Reasoning => Spot::Reasoning(offset),
                record::Part::BeforeText => Spot::BeforeText,
                record::Part::Answer => Spot::Answer(offset),
                record::Part::Behind => Spot::Behind(offset),
            };
            Reading { turn, at }
        }),
    }
}

/// A decision; where its prompt is not written, it is that of its turn.
fn decision(record: record::Decision, prompt: &str) -> KeptDecision {
    let ms = |us: Option<u64>| us.map(|us| us / 1_000);
    KeptDecision {
        decided_at: record.decided_at.0,
        prompt: record.prompt.map_or_else(|| prompt.to_owned(), |prompt| prompt.0),
        category: record.category.0.into(),
        model: record.model.0.into(),
        provider: record.provider.0,
        decider: record.decider.0,
        confidence: record.confidence,
        probabilities: record.probabilities.into_iter().map(|(id, p)| (id.0, p)).collect(),
        reason: record.reason.0,
        evidence: record.evidence.into_iter().map(|line| line.0).collect(),
        candidates: record.candidates.into_iter().map(|line| line.0).collect(),
        elapsed_us: record.elapsed_us,
        requests: record.requests,
        overridden: record.overridden,
        outcome: record.outcome.map(|line| line.0),
        answered_by: record.answered_by.map(|id| id.0.into()),
        first_text_ms: ms(record.first_text_us),
        total_ms: ms(record.total_us),
        prompt_tokens: record.prompt_tokens,
        completion_tokens: record.completion_tokens,
        corrected_to: record.corrected_to.map(|id| id.0.into()),
        previous: record.previous.map(|id| id.0.into()),
        hint: record.hint.map(|line| line.0),
    }
}

fn lesson(record: record::Lesson) -> KeptLesson {
    let lesson = NewLesson {
        prompt: record.prompt.0.into(),
        previous: record.previous.map(|id| id.0.into()),
        decided: record.decided.0.into(),
        category: record.category.0.into(),
        scope: match record.scope {
            record::Scope::Prompt => Scope::Prompt,
            record::Scope::Always => Scope::Always,
        },
        taught_at: record.taught_at.0,
    };
    KeptLesson { lesson, undone_at: record.undone_at.map(|at| at.0) }
}

fn verdict(record: record::Verdict) -> CachedJudgement {
    CachedJudgement {
        key: record.key.0,
        category: record.category.0.into(),
        model: record.model.0.into(),
        confidence: record.confidence,
        reason: record.reason.0,
        decided_at: record.decided_at.0,
    }
}
