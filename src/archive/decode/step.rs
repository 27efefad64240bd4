//! Steps, what belongs to them, and attachments from the format's shapes.

use crate::archive::clean::Line;
use crate::archive::record::{self, v1};
use crate::chat::{
    AfterFailure, Attachment, BlobRef, Block, Extent, Failure, Note, SentRequest, Source, Step, StepOutcome, Timings,
    ToolCall, Usage,
};
use crate::router::Candidate;
use crate::store::legacy::{OldNote, OldTurn};
use crate::text::sanitize::sanitize_json;
use std::sync::Arc;
use std::time::Duration;

pub(super) fn attachment(record: record::Attachment) -> Attachment {
    let record::Attachment { name, hash, media_type, size, width, height, lines, tokens } = record;
    let extent = match (width, height, lines, tokens) {
        (Some(width), Some(height), ..) => Extent::Pixels { width, height },
        (_, _, Some(lines), Some(tokens)) => Extent::Text { lines, tokens },
        _ => Extent::Unknown,
    };
    Attachment { name: name.0, blob: BlobRef { hash: hash.0, media_type: media_type.0.into(), size }, extent }
}

pub(super) fn step(record: record::Step) -> Step {
    let provider: Arc<str> = record.provider.0.into();
    Step {
        candidate: record.model.map(|model| Candidate { model: model.0.into(), provider }),
        sent: record.request.map(|record| Arc::new(request(record))),
        blocks: record.blocks.into_iter().filter_map(block).collect(),
        notes: record.notes.into_iter().filter_map(note).collect(),
        usage: usage(record.prompt_tokens, record.completion_tokens),
        timings: Timings {
            first_reasoning: record.first_reasoning_us.map(Duration::from_micros),
            first_text: record.first_text_us.map(Duration::from_micros),
            total: record.total_us.map(Duration::from_micros),
        },
        outcome: outcome(record.outcome),
    }
}

fn usage(prompt: Option<u64>, completion: Option<u64>) -> Option<Usage> {
    let usage = prompt.zip(completion);
    usage.map(|(prompt_tokens, completion_tokens)| Usage { prompt_tokens, completion_tokens })
}

fn request(record: record::Request) -> SentRequest {
    let record::Request { url, body, system, since, sees } = record;
    let body = body.into_iter().map(|(key, value)| (Line::from(key).0, sanitize_json(value))).collect();
    SentRequest { url: url.0, body, system: system.0, since, sees }
}

fn block(record: record::Block) -> Option<Block> {
    match record {
        record::Block::Reasoning { text } => Some(Block::Reasoning(text.0)),
        record::Block::Text { text } => Some(Block::Text(text.0)),
        record::Block::Image { hash, media_type, size } => {
            Some(Block::Image(BlobRef { hash: hash.0, media_type: media_type.0.into(), size }))
        }
        record::Block::Audio { hash, media_type, size } => {
            Some(Block::Audio(BlobRef { hash: hash.0, media_type: media_type.0.into(), size }))
        }
        record::Block::Sources { sources } => {
            Some(Block::Sources(sources.iter().map(|of| Source::new(&of.url.0, &of.title.0)).collect()))
        }
        record::Block::ToolCall { id, name, arguments } => {
            Some(Block::ToolCall(ToolCall { id: id.0, name: name.0, arguments: arguments.0 }))
        }
        record::Block::Unknown { field, value } => Some(Block::of_field(field.0, sanitize_json(value))),
        record::Block::Later => None,
    }
}

fn note(record: record::Note) -> Option<Note> {
    match record {
        record::Note::LeftOut { turns, window } => Some(Note::LeftOut { turns, window }),
        record::Note::TooLong { tokens, window } => Some(Note::TooLong { tokens, window }),
        record::Note::PromptCut { read, sent } => Some(Note::PromptCut { read, sent }),
        record::Note::Skipped { events } => Some(Note::Skipped { events }),
        record::Note::Later => None,
    }
}

fn outcome(record: Option<record::Outcome>) -> StepOutcome {
    match record {
        None | Some(record::Outcome::Later) => StepOutcome::Current,
        Some(record::Outcome::PassedOver) => StepOutcome::PassedOver,
        Some(record::Outcome::Lost) => StepOutcome::Lost,
        Some(record::Outcome::Failed { what, why, detail, next }) => StepOutcome::Failed(Failure {
            what: what.0,
            why: why.0,
            detail: detail.0,
            next: match next {
                record::Next::Fallback { model } => AfterFailure::Fallback { model: model.map(|model| model.0.into()) },
                record::Next::Retry { model, pause_ms } => AfterFailure::Retry { model: model.0.into(), pause_ms },
                record::Next::GiveUp => AfterFailure::GiveUp,
            },
        }),
    }
}

/// What a turn of version 1 says of its steps.
pub(super) struct OldContent {
    pub(super) model: Option<Line>,
    pub(super) decided: Option<Candidate>,
    pub(super) notes: Vec<v1::Note>,
    /// The step with the content, but for its model and notes.
    pub(super) content: record::Step,
}

pub(super) fn old(old: OldContent) -> Vec<Step> {
    let content = step(old.content);
    let has_content = content != Step::of(None, StepOutcome::Current);
    let notes = old.notes.into_iter().filter_map(old_note).collect();
    let model = old.model.map(|model| model.0.into());
    let (mut steps, at) = OldTurn { notes, model, decided: old.decided, has_content }.steps();
    if let Some(step) = at.and_then(|at| steps.get_mut(at)) {
        let Step { sent, blocks, usage, timings, .. } = content;
        (step.sent, step.blocks, step.usage, step.timings) = (sent, blocks, usage, timings);
    }
    steps
}

fn old_note(record: v1::Note) -> Option<OldNote> {
    match record {
        v1::Note::LeftOut { turns, window } => Some(OldNote::LeftOut { turns, window }),
        v1::Note::TooLong { tokens, window } => Some(OldNote::TooLong { tokens, window }),
        v1::Note::FellBack { from, why, detail } => {
            Some(OldNote::FellBack { from: from.0.into(), why: why.0, detail: detail.0 })
        }
        v1::Note::Again { from, what, why, detail, model, pause_ms } => {
            let (from, model) = (from.0.into(), model.0.into());
            Some(OldNote::Again { from, what: what.0, why: why.0, detail: detail.0, model, pause_ms })
        }
        v1::Note::Skipped { events } => Some(OldNote::Skipped { events }),
        v1::Note::PassedOver { model } => Some(OldNote::PassedOver { model: model.0.into() }),
        v1::Note::GaveUp { from, detail } => Some(OldNote::GaveUp { from: from.0.into(), detail: detail.0 }),
        v1::Note::Unknown => None,
    }
}
