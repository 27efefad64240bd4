//! The facts about a model, as far as they are known: what the settings and its provider's list say, and how it did in the
//! last 30 days. What is unknown is left out, and so is what too few answers say.

use crate::config::{CategoryId, ModelId, Price};
use crate::format::percent;
use crate::store::ModelUse;
use crate::tui::state::State;

/// The fewest requests of which a share says something.
const REQUESTS_MIN: u64 = 5;

/// What is known of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The categories that it answers.
    pub(crate) categories: Vec<CategoryId>,
    /// What it is to the chat in sight: `next`, `pinned`, `last used`.
    pub(crate) marks: Vec<&'static str>,
    /// Tokens of prompt and answer together: `128k`.
    pub(crate) window: Option<String>,
    /// Whether it is known to see images.
    pub(crate) sees: bool,
    /// Dollars for a million tokens of prompts and of answers: `$0.5/1.5`.
    pub(crate) price: Option<String>,
    /// Tokens a second.
    pub(crate) speed: Option<String>,
    /// The share of requests that failed.
    pub(crate) errors: Option<String>,
    /// Its provider.
    pub(crate) provider: String,
}

impl Facts {
    pub(crate) fn of(state: &State, model: &ModelId) -> Self {
        let config = &state.start.config;
        let categories = config.registry.categories().iter().filter(|category| category.model == *model);
        let info = config.registry.model(model);
        let used = state.models.of(model);
        // The offline guide answers under every name.
        let provider = if state.start.can_judge { config.address(model).provider } else { &state.start.provider };
        let often = used.filter(|used| used.answers + used.failures >= REQUESTS_MIN);
        Self {
            categories: categories.map(|category| category.id.clone()).collect(),
            marks: marks(state, model),
            window: info.and_then(|info| info.context_window).map(|window| tokens(*window)),
            sees: info.is_some_and(crate::config::ModelInfo::sees),
            price: info.and_then(|info| info.price).map(price),
            speed: often.and_then(|used| used.tokens_per_second).map(|speed| format!("{speed:.0} t/s")),
            errors: often.and_then(ModelUse::error_rate).map(percent),
            provider: provider.to_owned(),
        }
    }
}

fn marks(state: &State, model: &ModelId) -> Vec<&'static str> {
    let mut marks = Vec::new();
    if state.draft.choice.model.as_ref() == Some(model) {
        marks.push("next");
    }
    if state.draft.pinned.as_ref() == Some(model) {
        marks.push("pinned");
    }
    let last = state.conversation.turns().iter().rev().find_map(|turn| turn.model());
    if last == Some(model) {
        marks.push("last used");
    }
    marks
}

/// `128k`: thousands, or 1,024s where a window is made of those.
fn tokens(window: usize) -> String {
    match window {
        0..1_000 => window.to_string(),
        _ if window.is_multiple_of(1_024) => format!("{}k", window / 1_024),
        _ => format!("{}k", window / 1_000),
    }
}

fn price(price: Price) -> String {
    if (price.input(), price.output()) == (0.0, 0.0) {
        return "free".to_owned();
    }
    let figure = |dollars: f64| {
        let text = format!("{dollars:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    format!("${}/{}", figure(price.input()), figure(price.output()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_and_prices_are_short() {
        assert_eq!([4_096, 131_072, 200_000, 512].map(tokens), ["4k", "128k", "200k", "512"]);
        let written = |input, output| Price::of_a_million(input, output).map(price).unwrap_or_default();
        assert_eq!(written(0.5, 1.5), "$0.5/1.5");
        assert_eq!(written(0.05, 10.0), "$0.05/10");
        assert_eq!(written(0.0, 0.0), "free");
    }
}
