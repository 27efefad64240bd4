//! What the user's going on says of the models that answered: which acts are counted, as outcomes to learn.
//!
//! Answers to the same prompt in the same place are compared, where models gave them to the end; what was edited is another
//! prompt. How much an outcome weighs is the router's business.

use super::{Effects, Now, Session, SessionEffect};
use crate::chat::{Conversation, ConversationId, Ending, Stage, Turn, TurnId};
use crate::config::ModelId;
use crate::engine::learning::LearnJob;
use crate::provider::offline;
use crate::router::{ModelOutcome, OutcomeKind};
use jiff::Timestamp;

impl Session {
    /// The user goes on below a turn: of the answers to its prompt, this one is chosen.
    pub(super) fn went_on_below(&self, id: TurnId, at: Timestamp, out: &mut Effects) {
        self.chosen(id, OutcomeKind::Continued, at, out);
    }

    /// The user leaves the conversation that is in sight: of the answers to its last prompt, the one in sight is chosen.
    pub(super) fn leave(&self, now: Now, out: &mut Effects) {
        // The first conversation was never named, and is the only one then.
        let in_sight = |id: &ConversationId| self.shown.is_none_or(|shown| shown == *id);
        // What was deleted must not be written down again.
        for (_, open) in self.chats.iter().filter(|(id, open)| in_sight(id) && !open.deleted) {
            let conversation = &open.chat.conversation;
            let leaf = open.chat.place.leaf.filter(|leaf| conversation.turn(*leaf).is_some());
            if let Some(leaf) = leaf.or(conversation.leaf()) {
                self.chosen(leaf, OutcomeKind::Left, now.wall, out);
            }
        }
    }

    /// The user saw two answers side by side, and chose one.
    pub(super) fn prefer(&self, chosen: TurnId, over: TurnId, at: Timestamp, out: &mut Effects) {
        let (Some(chosen), Some(over)) = (self.turn(chosen), self.turn(over)) else { return };
        if let (Some(winner), Some(loser)) = (model(chosen), model(over))
            && winner != loser
        {
            observe(OutcomeKind::Compared, chosen, Some(winner), loser, at, out);
        }
    }

    /// A turn is over. When the same model had answered the same before, that answer did not satisfy.
    pub(super) fn asked_again(&self, id: TurnId, now: Now, out: &mut Effects) {
        let Some((conversation, turn)) = self.place(id) else { return };
        let earlier = others(conversation, turn).filter(|other| other.id() < id).max_by_key(|other| other.id());
        if let (Some(model), Some(before)) = (model(turn), earlier.and_then(model))
            && model == before
        {
            observe(OutcomeKind::Regenerated, turn, None, model, now.wall, out);
        }
    }

    /// The user said that the prompt of a turn belongs to another category than the one whose model answered.
    pub(super) fn did_not_fit(&self, id: TurnId, at: Timestamp, out: &mut Effects) {
        let Some(turn) = self.turn(id) else { return };
        if let Some(model) = model(turn) {
            observe(OutcomeKind::Corrected, turn, None, model, at, out);
        }
    }

    fn chosen(&self, id: TurnId, kind: OutcomeKind, at: Timestamp, out: &mut Effects) {
        let Some((conversation, turn)) = self.place(id) else { return };
        let Some(winner) = model(turn) else { return };
        let mut losers: Vec<&ModelId> = others(conversation, turn).filter_map(model).collect();
        losers.sort_unstable();
        losers.dedup();
        for loser in losers.into_iter().filter(|loser| *loser != winner) {
            observe(kind, turn, Some(winner), loser, at, out);
        }
    }

    /// A turn, and the conversation that it stands in.
    fn place(&self, id: TurnId) -> Option<(&Conversation, &Turn)> {
        let conversation = &self.chats.get(&self.chat_of(id)?)?.chat.conversation;
        Some((conversation, conversation.turn(id)?))
    }
}

/// The other turns in the place of `turn` with the same prompt.
fn others<'a>(conversation: &'a Conversation, turn: &'a Turn) -> impl Iterator<Item = &'a Turn> {
    let siblings = conversation.siblings(turn.id()).into_iter().filter_map(|id| conversation.turn(id));
    siblings.filter(|other| other.id() != turn.id() && other.ask.prompt == turn.ask.prompt)
}

/// The model whose answer people read, where it came to its end. The guide is no model.
fn model(turn: &Turn) -> Option<&ModelId> {
    let is_answered = matches!(turn.stage, Stage::Ended(Ending::Answered(_))) && !turn.is_unanswered();
    let candidate = turn.step()?.candidate.as_ref()?;
    (is_answered && *candidate.provider != *offline::NAME).then_some(&candidate.model)
}

fn observe(
    kind: OutcomeKind,
    turn: &Turn,
    winner: Option<&ModelId>,
    loser: &ModelId,
    at: Timestamp,
    out: &mut Effects,
) {
    // A correction is about the category that the model answered for.
    let decided = turn.decision.as_ref().map(|decision| &decision.category);
    let category = if kind == OutcomeKind::Corrected { decided } else { turn.category() };
    let Some(category) = category.cloned() else { return };
    let (prompt, turn) = (turn.prompt().clone(), turn.id().0);
    let outcome = ModelOutcome { kind, prompt, category, winner: winner.cloned(), loser: loser.clone(), at, turn };
    out.push(SessionEffect::Learn(LearnJob::Observe(outcome)));
}
