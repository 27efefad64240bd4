//! From the format's shapes to the store's types: the way back of `encode`.

mod step;

use super::clean::{Line, Text, Time};
use super::contents::Contents;
use super::record::{self, v1};
use crate::chat::{
    Ask, Attachment, Blob, BlobHash, ConversationId, Correction, Editing, Ending, Finish, Origin, Place, Prompt,
    Reading, Spot, Stage, Step, Turn, TurnId,
};
use crate::router::{CachedJudgement, Candidate, RouteOverride, Scope};
use crate::store::{Bundle, DecisionRecord, ExportedChat, ExportedLesson, ExportedTurn, Head, NewLesson};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Larger blobs are refused.
const BLOB_BYTES_MAX: usize = 64 << 20;

/// Everything that was read, for the store.
pub(super) fn bundle(contents: Contents) -> Bundle {
    let Contents { chats, blobs, decisions, lessons, verdicts, .. } = contents;
    Bundle {
        from: None,
        chats: chats.into_iter().map(|(conversation, turns)| chat(conversation, turns)).collect(),
        blobs,
        decisions: decisions.into_iter().map(|record| decision(record, "")).collect(),
        lessons: lessons.into_iter().map(lesson).collect(),
        verdicts: verdicts.into_iter().map(verdict).collect(),
    }
}

fn chat(conversation: record::Conversation, turns: Vec<ExportedTurn>) -> ExportedChat {
    let record::Conversation { id, title, started_at, updated_at, archived, pinned, place } = conversation;
    ExportedChat {
        head: Head { id, title: title.0, started_at: started_at.0, archived, pinned },
        updated_at: updated_at.0,
        place: self::place(place),
        turns,
    }
}

/// A blob; why it is none.
pub(super) fn blob(record: &record::Blob) -> Result<Blob, String> {
    let hash = &record.hash.0;
    if record.bytes.len() / 4 * 3 > BLOB_BYTES_MAX {
        return Err(format!("the blob {hash} is larger than {} MiB", BLOB_BYTES_MAX >> 20));
    }
    let bytes =
        BASE64_STANDARD.decode(&record.bytes).map_err(|error| format!("the blob {hash} is no base 64: {error}"))?;
    if BlobHash::of(&bytes) != *hash {
        return Err(format!("the blob {hash} is damaged: its content has another hash"));
    }
    Ok(Blob { media_type: record.media_type.0.as_str().into(), bytes: bytes.into() })
}

/// What every version says of a turn.
struct Beginning {
    id: TurnId,
    parent: Option<TurnId>,
    asked_at: Time,
    prompt: Text,
    attachments: Vec<Attachment>,
    wish: record::Wish,
    origin: Option<Line>,
}

impl Beginning {
    fn ask(self, chat: ConversationId) -> Ask {
        Ask {
            chat,
            parent: self.parent,
            turn: self.id,
            prompt: Prompt { text: self.prompt.0.into(), attachments: self.attachments.into() },
            route: wish(self.wish),
            origin: self.origin.map_or(Origin::Typed, |name| Origin::named(&name.0)),
            asked_at: self.asked_at.0,
        }
    }
}

/// A turn of a conversation.
pub(super) fn turn(record: record::Turn, chat: ConversationId) -> ExportedTurn {
    let record::Turn { id, parent, asked_at, prompt, wish, origin, withdrawn, .. } = record;
    let attachments = record.attachments.into_iter().map(step::attachment).collect();
    let decided = record.decision.map(|record| decision(record, &prompt.0));
    let ask = Beginning { id, parent, asked_at, prompt, attachments, wish, origin }.ask(chat);
    let steps = record.steps.into_iter().map(step::step).collect();
    let stage = Stage::Ended(ending(record.ending, record.finish, record.error));
    kept(Kept { ask, decided, steps, stage, corrected_to: record.corrected_to, withdrawn })
}

/// A turn of a conversation, of a file of version 1.
pub(super) fn old_turn(record: v1::Turn, chat: ConversationId) -> ExportedTurn {
    let v1::Turn { id, parent, asked_at, prompt, wish, withdrawn, .. } = record;
    let decided = record.decision.map(|record| decision(record, &prompt.0));
    let ask = Beginning { id, parent, asked_at, prompt, attachments: Vec::new(), wish, origin: None }.ask(chat);
    let reasoning = Some(record.reasoning).filter(|text| !text.is_empty());
    let answer = Some(record.answer).filter(|text| !text.is_empty());
    let reasoning = reasoning.map(|text| record::Block::Reasoning { text });
    let candidate =
        |kept: &DecisionRecord| Candidate { model: kept.model.clone(), provider: kept.provider.as_str().into() };
    let steps = step::old(step::OldContent {
        model: record.model,
        decided: decided.as_ref().map(candidate),
        notes: record.notes,
        content: record::Step {
            request: record.request,
            blocks: reasoning.into_iter().chain(answer.map(|text| record::Block::Text { text })).collect(),
            prompt_tokens: record.prompt_tokens,
            completion_tokens: record.completion_tokens,
            first_reasoning_us: record.first_reasoning_us,
            first_text_us: record.first_text_us,
            total_us: record.total_us,
            ..record::Step::default()
        },
    });
    let stage = Stage::Ended(ending(record.ending, record.finish, record.error));
    kept(Kept { ask, decided, steps, stage, corrected_to: record.corrected_to, withdrawn })
}

struct Kept {
    ask: Ask,
    decided: Option<DecisionRecord>,
    steps: Vec<Step>,
    stage: Stage,
    corrected_to: Option<Line>,
    withdrawn: bool,
}

fn kept(Kept { ask, mut decided, steps, stage, corrected_to, withdrawn }: Kept) -> ExportedTurn {
    // In version 1 the decision could say it, too.
    let of_decision = decided.as_mut().and_then(|kept| kept.corrected_to.take());
    let category = corrected_to.map(|id| id.0.into()).or(of_decision);
    let turn = Turn {
        ask,
        decision: decided.as_ref().and_then(DecisionRecord::decision),
        steps,
        stage,
        correction: category.map(|category| Correction { category, lesson: None }),
    };
    ExportedTurn { turn, withdrawn, decision: decided }
}

fn ending(ending: record::Ending, finish: Option<record::Finish>, error: Option<Line>) -> Ending {
    match ending {
        record::Ending::Answered => Ending::Answered(match finish {
            None | Some(record::Finish::Stop) => Finish::Stop,
            Some(record::Finish::Length) => Finish::Length,
            Some(record::Finish::ContentFilter) => Finish::ContentFilter,
            Some(record::Finish::Other) => Finish::Other,
        }),
        record::Ending::Stopped => Ending::Stopped,
        record::Ending::Failed => Ending::Failed(error.map(|why| why.0).unwrap_or_default()),
        record::Ending::Interrupted => Ending::Interrupted,
    }
}

fn wish(record: record::Wish) -> RouteOverride {
    let record::Wish { category, model } = record;
    RouteOverride { category: category.map(|id| id.0.into()), model: model.map(|id| id.0.into()) }
}

fn place(record: record::Place) -> Place {
    let record::Place { draft, attachments, editing, next, pinned, leaf, reading } = record;
    Place {
        draft: draft.0.into(),
        attachments: attachments.into_iter().map(step::attachment).collect(),
        editing: editing.map(|record::Editing { turn, behind, attachments }| Editing {
            turn,
            behind: behind.0,
            attachments: attachments.into_iter().map(step::attachment).collect(),
        }),
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
fn decision(record: record::Decision, prompt: &str) -> DecisionRecord {
    let ms = |us: Option<u64>| us.map(|us| us / 1_000);
    DecisionRecord {
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

fn lesson(record: record::Lesson) -> ExportedLesson {
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
        turn: record.turn,
    };
    ExportedLesson { lesson, undone_at: record.undone_at.map(|at| at.0) }
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
