//! The input, with the chip that says what would happen on Enter.
//!
//! ```text
//! ╭ 2 queued ──────────────── coding 97 % → qwen-3-32b ─╮
//! │ ▣ crab.png 1,024 × 768 · 312 KB · ≈ 1,036 tokens    │
//! │ and now without the while loop▏                     │
//! ╰─────────────────────────────────────────────────────╯
//! ```

use super::chip::chip;
use crate::format::thousands;
use crate::text::tokens::estimate_tokens;
use crate::tui::layout::Regions;
use crate::tui::state::{Focus, State};
use crate::tui::text::cells::{ellipsis, paint, text_width};
use crate::tui::theme::Styles;
use crate::tui::widgets::{frame, rows_of};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Paints the input and says where the caret stands.
pub(super) fn draw(state: &State, styles: &Styles, regions: &Regions, buf: &mut Buffer) -> Position {
    let focused = state.window.focus == Focus::Composer && state.panel.is_none();
    if regions.composer_framed() {
        let style = if focused { styles.frame_focused } else { styles.frame };
        let mut about: Vec<&str> = Vec::new();
        let queued = format!("{} queued", state.queued());
        about.extend((state.queued() > 0).then_some(&*queued));
        let overflow = overflow(state);
        about.extend(overflow.as_deref());
        about.extend(state.draft.editing.as_ref().map(|_| "a new branch · Esc leaves it"));
        let queued = about.join(" · ");
        // The corners and the air around the texts take their part of the border.
        let beside = if queued.is_empty() { 0 } else { text_width(&queued) + 3 };
        let room = usize::from(regions.composer.width).saturating_sub(6 + beside);
        let (chip, role) = chip(state, room);
        frame(buf, regions.composer, style, (&queued, styles.notice), (&chip, styles.of(role)));
    }
    for (chips, place) in state.chips().iter().zip(rows_of(regions.composer_chips())) {
        paint(buf, place, chips, styles.dim);
    }
    let area = regions.composer_text();
    for (text, place) in state.composer.shown_rows().zip(rows_of(area)) {
        paint(buf, place, text, styles.text);
    }
    if state.composer.is_empty() {
        let hint = ellipsis("Message", usize::from(area.width.saturating_sub(1)));
        paint(buf, area, &hint, styles.dim);
    }
    let (column, row) = state.composer.caret_cell();
    let right = area.right().saturating_sub(1).max(area.x);
    let bottom = area.bottom().saturating_sub(1).max(area.y);
    Position::new((area.x + column).min(right), (area.y + row).min(bottom))
}

/// That the prompt with its files is longer than what the model reads that would answer it.
fn overflow(state: &State) -> Option<String> {
    let attached = state.draft.attached.tokens();
    if attached == 0 {
        return None;
    }
    let config = &state.start.config;
    let route = state.draft.route();
    let chosen = route.category.and_then(|category| Some(config.registry.category(&category)?.model.clone()));
    let previewed = || Some(state.draft.preview.answer()?.local.decision.model().clone());
    let model = route.model.or(chosen).or_else(previewed)?;
    let (tokens, window) = (attached + estimate_tokens(state.composer.text()), config.context_window(&model));
    let figure = |tokens: usize| thousands(tokens as u64);
    (tokens > window).then(|| format!("≈ {} tokens, {model} reads {}", figure(tokens), figure(window)))
}
