//! Steps, what belongs to them, and attachments in the format's shapes.

use crate::archive::clean::{FileName, Hash, Line, MediaType, Text};
use crate::archive::record;
use crate::chat::{
    AfterFailure, Attachment, BlobRef, Block, Extent, Failure, Note, SentRequest, Source, Step, StepOutcome, Turn,
};
use crate::text::sanitize::sanitize_json;
use std::time::Duration;

pub(in crate::archive) fn attachment(attachment: &Attachment) -> record::Attachment {
    let Attachment { name, blob: BlobRef { hash, media_type, size }, extent } = attachment;
    let (pixels, text) = match *extent {
        Extent::Pixels { width, height } => (Some((width, height)), None),
        Extent::Text { lines, tokens } => (None, Some((lines, tokens))),
        Extent::Unknown => (None, None),
    };
    record::Attachment {
        width: pixels.map(|(width, _)| width),
        height: pixels.map(|(_, height)| height),
        lines: text.map(|(lines, _)| lines),
        tokens: text.map(|(_, tokens)| tokens),
        name: FileName::from(name),
        hash: Hash(hash.clone()),
        media_type: MediaType::from(media_type),
        size: *size,
    }
}

pub(super) fn step(step: &Step) -> record::Step {
    record::Step {
        model: step.model().map(|model| Line::from(model.as_str())),
        provider: step.candidate.as_ref().map(|candidate| Line::from(&candidate.provider)).unwrap_or_default(),
        request: step.sent.as_deref().map(request),
        blocks: step.blocks.iter().map(block).collect(),
        notes: step.notes.iter().map(note).collect(),
        prompt_tokens: step.usage.map(|usage| usage.prompt_tokens),
        completion_tokens: step.usage.map(|usage| usage.completion_tokens),
        first_reasoning_us: step.timings.first_reasoning.map(us),
        first_text_us: step.timings.first_text.map(us),
        total_us: step.timings.total.map(us),
        outcome: outcome(&step.outcome),
    }
}

/// What people read of a turn, with the model's reasoning or without.
pub(super) fn shown(turn: &Turn, reasoning: bool) -> record::Shown {
    let (usage, timings) = (turn.usage(), turn.timings());
    record::Shown {
        model: turn.model().map(|model| Line::from(model.as_str())),
        reasoning: Text::from(if reasoning { turn.reasoning() } else { "" }),
        answer: Text::from(turn.answer()),
        prompt_tokens: usage.map(|usage| usage.prompt_tokens),
        completion_tokens: usage.map(|usage| usage.completion_tokens),
        first_reasoning_us: timings.first_reasoning.filter(|_| reasoning).map(us),
        first_text_us: timings.first_text.map(us),
        total_us: timings.total.map(us),
    }
}

fn request(request: &SentRequest) -> record::Request {
    let SentRequest { url, body, system, since, sees } = request;
    record::Request { url: Line::from(url), body: body.clone(), system: Text::from(system), since: *since, sees: *sees }
}

fn block(block: &Block) -> record::Block {
    match block {
        Block::Reasoning(text) => record::Block::Reasoning { text: Text::from(text) },
        Block::Text(text) => record::Block::Text { text: Text::from(text) },
        Block::Image(BlobRef { hash, media_type, size }) => {
            record::Block::Image { hash: Hash(hash.clone()), media_type: MediaType::from(media_type), size: *size }
        }
        Block::Audio(BlobRef { hash, media_type, size }) => {
            record::Block::Audio { hash: Hash(hash.clone()), media_type: MediaType::from(media_type), size: *size }
        }
        Block::Sources(sources) => record::Block::Sources {
            sources: sources
                .iter()
                .map(|Source { url, title }| record::Source { url: Line::from(url), title: Line::from(title) })
                .collect(),
        },
        Block::ToolCall(call) => record::Block::ToolCall {
            id: Line::from(&call.id),
            name: Line::from(&call.name),
            arguments: Text::from(&call.arguments),
        },
        Block::Unknown { kind, json } => {
            record::Block::Unknown { field: Line::from(kind), value: sanitize_json(json.clone()) }
        }
    }
}

fn note(note: &Note) -> record::Note {
    match note {
        Note::LeftOut { turns, window } => record::Note::LeftOut { turns: *turns, window: *window },
        Note::TooLong { tokens, window } => record::Note::TooLong { tokens: *tokens, window: *window },
        Note::PromptCut { read, sent } => record::Note::PromptCut { read: *read, sent: *sent },
        Note::Skipped { events } => record::Note::Skipped { events: *events },
    }
}

fn outcome(outcome: &StepOutcome) -> Option<record::Outcome> {
    match outcome {
        StepOutcome::Current => None,
        StepOutcome::PassedOver => Some(record::Outcome::PassedOver),
        StepOutcome::Lost => Some(record::Outcome::Lost),
        StepOutcome::Failed(Failure { what, why, detail, next }) => Some(record::Outcome::Failed {
            what: Line::from(what),
            why: Line::from(why),
            detail: Text::from(detail),
            next: match next {
                AfterFailure::Fallback { model } => {
                    record::Next::Fallback { model: model.as_ref().map(|model| Line::from(model.as_str())) }
                }
                AfterFailure::Retry { model, pause_ms } => {
                    record::Next::Retry { model: Line::from(model.as_str()), pause_ms: *pause_ms }
                }
                AfterFailure::GiveUp => record::Next::GiveUp,
            },
        }),
    }
}

fn us(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
