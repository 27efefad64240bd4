//! What the store has to write when something happens to a turn. Pure: the event and the turn after it in, operations out.

use crate::chat::{Block, BlockPlace, Delta, Ending, Stage, Step, Turn, TurnEvent};
use crate::config::CategoryId;
use crate::store::{End, NewDecision, Outcome, StoreOp, TextKind};
use jiff::Timestamp;
use std::sync::Arc;

/// The operations for `event`, which made `turn` what it is now. `grown`: the block that grew or is new; `before`: what the
/// turn before it was taken for.
pub(super) fn operations(
    turn: &Turn,
    event: TurnEvent,
    grown: Option<BlockPlace>,
    before: Option<&CategoryId>,
    now: Timestamp,
) -> Vec<StoreOp> {
    match event {
        TurnEvent::Decided(decision) => vec![StoreOp::Decide(Box::new(NewDecision {
            decided_at: now,
            prompt: turn.prompt().clone(),
            decision: *decision,
            overridden: turn.ask.is_overridden(),
            turn: Some(turn.id()),
            previous: before.cloned(),
        }))],
        TurnEvent::Lost { .. } | TurnEvent::PassedOver(_) | TurnEvent::Asked { .. } => begun(turn),
        TurnEvent::Failed { .. } => match turn.steps.last() {
            Some(step) if step.sent.is_some() => updated(turn),
            _ => begun(turn),
        },
        // The blocks of the step are others now.
        TurnEvent::Came { delta: Delta::TextWasReasoning, .. } => begun(turn),
        TurnEvent::Came { delta, .. } => grown.map_or_else(Vec::new, |place| came(turn, delta, place)),
        TurnEvent::Corrected(correction) => {
            vec![StoreOp::Correct(turn.id(), correction.map(|correction| correction.category))]
        }
        TurnEvent::Ended { ending, .. } => ended(turn, ending, now),
        // Written with the end, which follows at once.
        TurnEvent::Noted(_) => Vec::new(),
        // The session writes what a reordered queue asks, all of it in one batch.
        TurnEvent::Started | TurnEvent::Judging { .. } | TurnEvent::Redirected(_) | TurnEvent::Requeued(_) => {
            Vec::new()
        }
    }
}

/// The last step is new.
fn begun(turn: &Turn) -> Vec<StoreOp> {
    let new = turn.steps.iter().enumerate().next_back();
    let begin =
        |(at, step): (usize, &Step)| StoreOp::BeginStep { turn: turn.id(), step: at, content: Box::new(step.clone()) };
    new.map(begin).into_iter().collect()
}

/// Something of the last step that was asked is different, but for its blocks.
fn updated(turn: &Turn) -> Vec<StoreOp> {
    let asked = turn.steps.iter().enumerate().rev().find(|(_, step)| step.is_visible());
    let update = |(at, step): (usize, &Step)| StoreOp::UpdateStep {
        turn: turn.id(),
        step: at,
        content: Box::new(step.without_blocks()),
    };
    asked.map(update).into_iter().collect()
}

fn came(turn: &Turn, delta: Delta, BlockPlace { step, block }: BlockPlace) -> Vec<StoreOp> {
    let Some(content) = turn.steps.get(step).and_then(|step| step.blocks.get(block)) else { return Vec::new() };
    let turn = turn.id();
    match (delta, content) {
        (Delta::Text(piece), Block::Text(whole)) => {
            vec![StoreOp::Append { turn, step, block, kind: TextKind::Text, text: taken(piece, whole) }]
        }
        (Delta::Reasoning(piece), Block::Reasoning(whole)) => {
            vec![StoreOp::Append { turn, step, block, kind: TextKind::Reasoning, text: taken(piece, whole) }]
        }
        (Delta::Image(blob) | Delta::Audio(blob), content) => {
            vec![StoreOp::PutBlob(blob), StoreOp::AddBlock { turn, step, block, content: content.clone() }]
        }
        (_, content) => vec![StoreOp::AddBlock { turn, step, block, content: content.clone() }],
    }
}

/// What the block took of `piece`: a block drops white space at its beginning, so the first piece may be longer than it.
fn taken(piece: Arc<str>, whole: &str) -> Arc<str> {
    if whole.len() < piece.len() { whole.into() } else { piece }
}

fn ended(turn: &Turn, ending: Ending, now: Timestamp) -> Vec<StoreOp> {
    let mut ops = updated(turn);
    ops.push(StoreOp::End { turn: turn.id(), ending, outcome: outcome(turn), at: now });
    if turn.is_withdrawn() {
        ops.push(StoreOp::Withdraw(turn.id()));
    }
    ops
}

/// What came of a turn's decision, once it is over.
fn outcome(turn: &Turn) -> Option<Outcome> {
    let Stage::Ended(ending) = &turn.stage else { return None };
    let end = match ending {
        Ending::Answered(_) => End::Answered,
        Ending::Stopped => End::Stopped,
        Ending::Failed(_) => End::Failed,
        Ending::Interrupted => return None,
    };
    let (timings, usage) = (turn.timings(), turn.usage());
    Some(Outcome {
        end,
        answered_by: turn.model().cloned(),
        first_text: timings.first_text,
        total: timings.total,
        prompt_tokens: usage.map(|usage| usage.prompt_tokens),
        completion_tokens: usage.map(|usage| usage.completion_tokens),
    })
}
