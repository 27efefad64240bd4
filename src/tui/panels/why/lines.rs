//! The panel *why*, as a story: what was decided, how, what spoke for it, what answered, how long each part took.

use super::decision::correction_key;
use crate::chat::{Ending, Stage, StepOutcome, Turn};
use crate::config::ModelId;
use crate::format::columns::thin_bar;
use crate::format::{self, percent, thousands};
use crate::router::{Decider, Decision};
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::keys::Context;
use crate::tui::state::State;
use crate::tui::text::cells::text_width;
use crate::tui::text::lines::Line;
use crate::tui::text::wrap::Wrapped;
use crate::tui::theme::Role;
use std::time::Duration;

/// The most characters of the prompt.
const PROMPT_CHARS_MAX: usize = 300;
/// The cells of the column with the names of the parts; a narrow panel has them above the texts.
const LABEL_WIDTH: usize = 18;
/// Below this width there is no such column.
const COLUMNS_FROM: usize = 64;
/// The cells of the longest bar.
const BAR_WIDTH: usize = 20;

/// The order in which the deciders are asked.
const DECIDERS: [Decider; 6] =
    [Decider::Override, Decider::Capability, Decider::Memory, Decider::FollowUp, Decider::Classifier, Decider::Judge];

/// Everything there is to say about the decision of `turn`, for `width` cells.
pub(crate) fn why(state: &State, turn: &Turn, decision: &Decision, width: usize) -> Vec<Line> {
    let first_line = turn.prompt().trim().lines().next().unwrap_or_default();
    let mut lines =
        vec![Line::short(format!("“{}”", one_line(first_line, PROMPT_CHARS_MAX)), Role::Text, 2), Line::Air];
    lines.extend(result(state, turn, decision, width));
    lines.extend(corrected(turn, decision));
    lines.extend(decision.hint.clone().map(|hint| Line::text(hint, Role::Warning)));
    lines.push(Line::Air);
    let mut story = Story { lines, width };
    story.part("HOW IT WAS DECIDED", how(decision));
    story.part("", decision.reason.clone());
    if !decision.evidence.is_empty() {
        story.part("WHAT SPOKE FOR IT", decision.evidence.join("   "));
    }
    if let Some(against) = against(decision) {
        story.part("AGAINST", against);
    }
    story.part("WHAT ANSWERED", answered(turn, decision));
    for remark in turn.remarks() {
        story.part("", remark);
    }
    if let Stage::Ended(Ending::Failed(why)) = &turn.stage {
        story.lines.push(Line::text(why.clone(), Role::Error));
    }
    story.part("TIMELINE", timeline(turn, decision));
    if let Some(usage) = turn.usage() {
        let figure = |tokens: u64| thousands(tokens);
        let text = format!("{} in · {} out", figure(usage.prompt_tokens), figure(usage.completion_tokens));
        story.part("TOKENS", text);
    }
    let asked = turn.asked_at().to_zoned(state.start.timezone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    story.part("ASKED", asked);
    let mut lines = story.lines;
    lines.extend(turn.failures().flat_map(|(model, detail)| failure(model, detail)));
    lines
}

/// `● coding → qwen-3-32b     wrong? 1 2 3 4`
fn result(state: &State, turn: &Turn, decision: &Decision, width: usize) -> Vec<Line> {
    let category = turn.category().unwrap_or(&decision.category);
    let model = turn.model().unwrap_or_else(|| decision.model());
    let count = state.start.config.registry.categories().len();
    let keys: Vec<String> =
        (0..count).filter_map(|index| correction_key(state, index)).map(ToString::to_string).collect();
    let wrong = if keys.is_empty() { String::new() } else { format!("wrong?  {}", keys.join(" ")) };
    let mut pieces = vec![
        ("● ".to_owned(), state.hue(category)),
        (category.to_string(), state.hue(category)),
        (" → ".to_owned(), Role::Faint),
        (model.to_string(), Role::Strong),
    ];
    if width < COLUMNS_FROM {
        return vec![Line::Pieces(pieces), Line::text(wrong, Role::Secondary)];
    }
    pieces.push((format!("      {wrong}"), Role::Secondary));
    vec![Line::Pieces(pieces)]
}

fn corrected(turn: &Turn, decision: &Decision) -> Option<Line> {
    let category = turn.corrected()?;
    Some(Line::text(format!("✎ corrected by you to {category}, it was {}", decision.category), Role::Accent))
}

/// The deciders in their order, up to the one that was sure.
fn how(decision: &Decision) -> String {
    let at = DECIDERS.iter().position(|decider| *decider == decision.decider);
    let mut steps: Vec<String> = Vec::new();
    for (index, decider) in DECIDERS.iter().enumerate() {
        match at {
            Some(at) if index > at => break,
            Some(at) if index == at => {
                let share = decision.confidence().map(|share| format!(" {}", percent(share))).unwrap_or_default();
                steps.push(format!("● {decider}{share}"));
            }
            _ => steps.push(format!("{decider} –")),
        }
    }
    if at.is_none() {
        steps.push("● best guess".to_owned());
    }
    let judge = match decision.requests {
        0 => "judge not needed".to_owned(),
        requests => format::count(requests.into(), "request"),
    };
    format!("{}   {judge} · {}", steps.join("  "), format::duration(decision.elapsed))
}

/// The other categories that were likely.
fn against(decision: &Decision) -> Option<String> {
    let mut others: Vec<_> =
        decision.probabilities.iter().filter(|(id, share)| *id != decision.category && *share >= 0.01).collect();
    others.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    let words: Vec<String> = others.iter().map(|(id, share)| format!("{id} {}", percent(*share))).collect();
    (!words.is_empty()).then(|| words.join("   "))
}

/// Each model that was asked and what became of it, then those that were not needed.
fn answered(turn: &Turn, decision: &Decision) -> String {
    let mut words = Vec::new();
    for step in &turn.steps {
        let Some(candidate) = &step.candidate else { continue };
        let what = match &step.outcome {
            StepOutcome::Current if matches!(turn.stage, Stage::Ended(Ending::Failed(_))) => "✗".to_owned(),
            StepOutcome::Current => {
                step.timings.total.map_or_else(|| "…".to_owned(), |total| format!("✓ {}", format::duration(total)))
            }
            StepOutcome::Failed(_) => "✗".to_owned(),
            StepOutcome::PassedOver => "passed over".to_owned(),
            StepOutcome::Lost => "guess, not used".to_owned(),
        };
        words.push(format!("{} · {} {what}", candidate.model, candidate.provider));
    }
    let asked =
        |model: &ModelId| turn.steps.iter().any(|step| step.candidate.as_ref().is_some_and(|it| it.model == *model));
    let spare: Vec<&str> =
        decision.candidates.iter().map(|it| &it.model).filter(|model| !asked(model)).map(ModelId::as_str).collect();
    if !spare.is_empty() && !words.is_empty() {
        words.push(format!("fallback {} (not needed)", spare.join(", ")));
    }
    if words.is_empty() { "no answer recorded".to_owned() } else { words.join("   ") }
}

/// How long deciding, waiting and answering took, each with its share as a bar.
fn timeline(turn: &Turn, decision: &Decision) -> String {
    let timings = turn.timings();
    let stream = timings.total.zip(timings.first_text).map(|(total, first)| total.saturating_sub(first));
    let parts = [("decide", Some(decision.elapsed)), ("wait", timings.first_text), ("stream", stream)];
    let whole: Duration = parts.iter().filter_map(|(_, time)| *time).sum();
    let part = |(name, time): (&str, Duration)| {
        let (full, _) = thin_bar(time.as_secs_f64() / whole.as_secs_f64().max(f64::MIN_POSITIVE), BAR_WIDTH);
        format!("{name} {} {full}", format::duration(time)).trim_end().to_owned()
    };
    let known: Vec<String> = parts.iter().filter_map(|(name, time)| Some(part((name, (*time)?)))).collect();
    known.join("   ")
}

/// What else a failure says.
fn failure(model: &ModelId, detail: &str) -> Vec<Line> {
    let head = Line::text(format!("Why {model} could not answer"), Role::Strong);
    let detail = detail.lines().map(|line| Line::text(line.to_owned(), Role::Secondary));
    [Line::Air, head].into_iter().chain(detail).collect()
}

/// Lines with the names of their parts in a column.
struct Story {
    lines: Vec<Line>,
    width: usize,
}

impl Story {
    fn part(&mut self, label: &str, text: impl Into<String>) {
        let text = text.into();
        if text.is_empty() {
            return;
        }
        if self.width < COLUMNS_FROM {
            if !label.is_empty() {
                self.lines.push(Line::text(label, Role::Secondary));
            }
            self.lines.push(Line::text(text, Role::Text));
            return;
        }
        let wrapped = Wrapped::new(&text, self.width - LABEL_WIDTH - 2);
        for row in 0..wrapped.len() {
            let label = if row == 0 { label } else { "" };
            let air = " ".repeat((LABEL_WIDTH + 2).saturating_sub(text_width(label)));
            let row = wrapped.row(&text, row).to_owned();
            self.lines.push(Line::Pieces(vec![
                (label.to_owned(), Role::Secondary),
                (air, Role::Text),
                (row, Role::Text),
            ]));
        }
    }
}

/// The keys of the panel, in a line.
pub(super) fn keys(state: &State) -> String {
    let key = |action| state.start.keymap.key_in(Context::Why, action);
    let wanted = [
        (Action::Open(crate::tui::panels::PanelKind::Request), "what was sent"),
        (Action::Open(crate::tui::panels::PanelKind::Elsewhere), "ask another model"),
    ];
    let words = wanted.iter().filter_map(|(action, what)| key(*action).map(|key| format!("{key} {what}")));
    words.collect::<Vec<_>>().join("   ")
}
