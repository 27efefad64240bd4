//! How much of a model's window the conversation in sight takes, and how long the draft is.
//!
//! Brought up to date after an event that can change it, so that a frame only reads figures. An exchange that is over is
//! counted once. Must not know how the figures are shown.

use super::State;
use crate::chat::context_window::{Said, kept, room, system_tokens};
use crate::chat::{ConversationId, Note, Turn, TurnId};
use crate::config::{Config, ModelId, ModelInfo};
use crate::text::tokens::estimate_tokens;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Drafts longer than this, in bytes, are counted anew only when their length has changed by [`SHARE`] since.
const LONG_DRAFT: usize = 64 * 1024;
/// The part of a long draft's length that may change before it is counted anew.
const SHARE: usize = 64;

/// How much of a model's window the conversation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ContextMeter {
    /// The tokens of the conversation without the draft.
    pub(crate) tokens: usize,
    /// Whether `tokens` is an estimate. Otherwise the endpoint counted them.
    pub(crate) estimated: bool,
    /// The window of the model that would answer next, in tokens; `None`: unknown.
    pub(crate) window: Option<usize>,
    /// How many of the oldest turns would not be sent with the draft.
    pub(crate) left_out: usize,
}

/// What the figures were made from: they stand while this is the same.
#[derive(Debug, Clone, PartialEq)]
struct Source {
    chat: ConversationId,
    leaf: Option<TurnId>,
    open: BTreeSet<TurnId>,
    model: Option<ModelId>,
}

/// The figures, and what they were made from.
#[derive(Debug, Default)]
pub(crate) struct ContextCache {
    source: Option<Source>,
    /// The settings, which are replaced as a whole.
    config: Option<Arc<Config>>,
    /// What the turns that are over say; only what was in sight once.
    said: HashMap<TurnId, Option<Said>>,
    tokens: usize,
    estimated: bool,
    window: Option<usize>,
    /// The tokens of each exchange that a next request could hold, the latest first.
    exchanges: Vec<usize>,
    /// The tokens of a request beside exchanges and prompt.
    system: usize,
    /// The tokens that prompt and exchanges may take.
    room: usize,
    draft: DraftTokens,
}

/// The length of the text in the input.
#[derive(Debug, Default)]
struct DraftTokens {
    revision: Option<u64>,
    tokens: usize,
    /// The bytes and tokens of the text that was counted last.
    counted: (usize, usize),
}

impl DraftTokens {
    /// Follows a text of so many bytes, which is only put together to be counted.
    fn follow<'a>(&mut self, length: usize, revision: u64, text: impl FnOnce() -> &'a str) {
        if self.revision.replace(revision) == Some(revision) {
            return;
        }
        let (bytes, tokens) = self.counted;
        if bytes > LONG_DRAFT && length.abs_diff(bytes) <= bytes / SHARE {
            // It is an estimate either way; counting a megabyte for every letter is felt.
            self.tokens = (tokens as u128 * length as u128 / bytes as u128) as usize;
            return;
        }
        self.tokens = estimate_tokens(text());
        self.counted = (length, self.tokens);
    }
}

impl State {
    /// How much of the window of the model that would answer next the conversation takes; `None`: nothing was asked yet.
    pub(crate) fn context_meter(&self) -> Option<ContextMeter> {
        let ContextCache { tokens, estimated, window, exchanges, system, room, .. } = &self.context_cache;
        if self.conversation.turns().is_empty() {
            return None;
        }
        let taken = system + self.draft_tokens();
        let left_out = exchanges.len() - kept(exchanges.iter().copied(), taken, *room).0;
        Some(ContextMeter { tokens: *tokens, estimated: *estimated, window: *window, left_out })
    }

    /// About how many tokens the text in the input and its files are.
    pub(crate) fn draft_tokens(&self) -> usize {
        self.context_cache.draft.tokens + self.draft.attached.tokens()
    }

    /// Brings the figures up to date. Costs a comparison where nothing has changed.
    pub(crate) fn refresh_context(&mut self) {
        let composer = &self.composer;
        self.context_cache.draft.follow(composer.len(), composer.revision(), || composer.text());
        let source = Source {
            chat: self.conversation.id(),
            leaf: self.conversation.leaf(),
            open: self.conversation.open().clone(),
            model: self.next_model(),
        };
        let (cache, config) = (&mut self.context_cache, &self.start.config);
        let configured = cache.config.as_ref().is_some_and(|known| Arc::ptr_eq(known, config));
        if cache.source.as_ref() != Some(&source) || !configured {
            cache.count(&source, self.conversation.turns(), config);
            cache.source = Some(source);
            cache.config = Some(config.clone());
        }
    }

    /// The model that would answer the draft: the chosen one, the one that the router would take, else the last.
    fn next_model(&self) -> Option<ModelId> {
        if let Some(stand_in) = &self.start.stand_in {
            return Some(stand_in.clone());
        }
        let route = self.draft.route();
        let registry = &self.start.config.registry;
        let chosen = route.category.and_then(|id| registry.category(&id).map(|category| category.model.clone()));
        let preview = || self.draft.preview.answer().map(|answer| answer.local.decision.model().clone());
        let last = || self.conversation.turns().iter().rev().find_map(Turn::model).cloned();
        route.model.or(chosen).or_else(preview).or_else(last)
    }
}

impl ContextCache {
    fn count(&mut self, source: &Source, turns: &[Turn], config: &Config) {
        if self.source.as_ref().is_none_or(|before| before.chat != source.chat) {
            self.said.clear();
        }
        for turn in turns {
            if turn.is_over() {
                self.said.entry(turn.id()).or_insert_with(|| Said::of(turn));
            } else {
                // It may be asked anew, and answered otherwise.
                self.said.remove(&turn.id());
            }
        }
        let info = source.model.as_ref().and_then(|model| config.registry.model(model));
        let sees = info.is_some_and(ModelInfo::sees);
        let window = source.model.as_ref().map_or(*config.chat.context_window, |model| config.context_window(model));
        let category = turns.last().and_then(Turn::category);
        let system = category.map_or(&*config.chat.system_prompt, |category| config.system_prompt(category));
        self.window = info.and_then(|info| info.context_window).map(|window| *window);
        self.system = system_tokens(system);
        self.room = room(window, config.chat.answer_reserve);
        let said = |turn: &Turn| match self.said.get(&turn.id()) {
            Some(said) => *said,
            None => Some(Said::of_prompt(turn)),
        };
        self.exchanges = turns.iter().rev().filter_map(|turn| Some(said(turn)?.tokens(sees))).collect();
        let counted = turns.iter().rposition(|turn| turn.is_over() && said(turn).is_some());
        let exact = counted.and_then(|at| counted_by_endpoint(&turns[at]));
        let (from, base) = exact.map_or((0, self.system), |tokens| (counted.map_or(0, |at| at + 1), tokens));
        let later: usize = turns[from..].iter().filter_map(said).map(|said| said.tokens(sees)).sum();
        self.tokens = base + later;
        self.estimated = exact.is_none() || later > 0;
    }
}

/// The tokens of the conversation up to the end of this answer, as its endpoint counted them. Reasoning is counted with an
/// answer and is not sent again, and what was left out is not counted: then the figure says something else.
fn counted_by_endpoint(turn: &Turn) -> Option<usize> {
    let left_out = |note: &Note| matches!(note, Note::LeftOut { .. });
    let whole = turn.reasoning().is_empty() && !turn.step()?.notes.iter().any(left_out);
    let usage = turn.usage().filter(|usage| whole && usage.prompt_tokens > 0)?;
    usize::try_from(usage.prompt_tokens + usage.completion_tokens).ok()
}

#[cfg(test)]
mod tests;
