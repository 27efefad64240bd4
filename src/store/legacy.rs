//! What a turn was before it had steps: one request, one answer, and notes of what happened on the way. Makes steps of
//! it, for the database's migration and for archives of version 1.

use crate::chat::{AfterFailure, Failure, Note, Step, StepOutcome};
use crate::config::ModelId;
use crate::router::Candidate;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// What there was to know about a turn, as the database had it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OldNote {
    LeftOut {
        turns: usize,
        window: usize,
    },
    TooLong {
        tokens: usize,
        window: usize,
    },
    /// A model could not answer, and the next candidate was asked.
    FellBack {
        from: ModelId,
        why: String,
        #[serde(default)]
        detail: String,
    },
    /// A model could not answer, and one was asked again after a pause.
    Again {
        from: ModelId,
        what: String,
        why: String,
        detail: String,
        model: ModelId,
        pause_ms: u64,
    },
    Skipped {
        events: u32,
    },
    PassedOver {
        model: ModelId,
    },
    /// A model could not answer, and that was the end.
    GaveUp {
        from: ModelId,
        detail: String,
    },
}

impl OldNote {
    /// All that can be read of a list of notes.
    pub(super) fn all(json: Option<Value>) -> Vec<Self> {
        let Some(Value::Array(notes)) = json else { return Vec::new() };
        notes.into_iter().filter_map(|note| serde_json::from_value(note).ok()).collect()
    }
}

/// What is known of a turn besides what was said.
#[derive(Debug)]
pub(crate) struct OldTurn {
    /// What happened, in order.
    pub(crate) notes: Vec<OldNote>,
    /// The model that answered, or was asked last.
    pub(crate) model: Option<ModelId>,
    /// The model that was decided for, with its provider. Those of other models were not saved.
    pub(crate) decided: Option<Candidate>,
    /// Whether there is a request, an answer, or anything else that belongs to one step.
    pub(crate) has_content: bool,
}

impl OldTurn {
    /// Its steps, as yet without content, and the one that has the content: the request to the last model, its answer,
    /// usage and timings.
    pub(crate) fn steps(self) -> (Vec<Step>, Option<usize>) {
        let Self { notes, model, decided, has_content } = self;
        let mut made = Made { steps: Vec::new(), notes: Vec::new(), decided };
        let mut gave_up = None;
        for note in notes {
            match note {
                OldNote::LeftOut { turns, window } => made.notes.push(Note::LeftOut { turns, window }),
                OldNote::TooLong { tokens, window } => made.notes.push(Note::TooLong { tokens, window }),
                OldNote::Skipped { events } => made.notes.push(Note::Skipped { events }),
                OldNote::PassedOver { model } => made.passed_over(model),
                OldNote::FellBack { from, why, detail } => {
                    let next = AfterFailure::Fallback { model: None };
                    made.failed(from, Failure { why, detail, next, ..Failure::default() });
                }
                OldNote::Again { from, what, why, detail, model, pause_ms } => {
                    let next = AfterFailure::Retry { model, pause_ms };
                    made.failed(from, Failure { what, why, detail, next });
                }
                OldNote::GaveUp { from, detail } => gave_up = Some((from, Failure { detail, ..Failure::default() })),
            }
        }
        match gave_up {
            Some((from, failure)) => made.give_up(from, failure, model),
            None if model.is_some() || has_content || !made.notes.is_empty() => {
                made.push(model, StepOutcome::Current);
                let last = made.steps.len() - 1;
                (made.steps, Some(last))
            }
            None => (made.steps, None),
        }
    }
}

/// The steps so far.
struct Made {
    steps: Vec<Step>,
    /// Those that belong to the step that comes next.
    notes: Vec<Note>,
    decided: Option<Candidate>,
}

impl Made {
    fn candidate(&self, model: ModelId) -> Candidate {
        let provider = self.decided.as_ref().filter(|decided| decided.model == model);
        Candidate { provider: provider.map_or_else(Arc::default, |decided| decided.provider.clone()), model }
    }

    fn push(&mut self, model: Option<ModelId>, outcome: StepOutcome) {
        let candidate = model.map(|model| self.candidate(model));
        self.steps.push(Step { notes: std::mem::take(&mut self.notes), ..Step::of(candidate, outcome) });
    }

    fn failed(&mut self, from: ModelId, failure: Failure) {
        self.push(Some(from), StepOutcome::Failed(failure));
    }

    /// Notes are about a request, and a model that is passed over gets none.
    fn passed_over(&mut self, model: ModelId) {
        self.steps.push(Step::of(Some(self.candidate(model)), StepOutcome::PassedOver));
    }

    fn give_up(mut self, from: ModelId, failure: Failure, model: Option<ModelId>) -> (Vec<Step>, Option<usize>) {
        let own = model.as_ref().is_none_or(|model| *model == from);
        // The last model failed before it was sent anything: the content is that of one that was asked before it.
        let earlier = self.steps.iter().rposition(|step| step.model() == model.as_ref()).filter(|_| !own);
        if !own && earlier.is_none() {
            let next = AfterFailure::Fallback { model: None };
            self.push(model, StepOutcome::Failed(Failure { next, ..Failure::default() }));
        }
        self.failed(from, failure);
        let last = self.steps.len() - 1;
        let content = if own { last } else { earlier.unwrap_or(last - 1) };
        (self.steps, Some(content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(notes: Vec<OldNote>, model: Option<&str>, has_content: bool) -> (Vec<String>, Option<usize>) {
        let decided = Some(Candidate { model: "a".into(), provider: "p".into() });
        let (steps, content) = OldTurn { notes, model: model.map(Into::into), decided, has_content }.steps();
        let told = steps.iter().map(|step| {
            let Some(Candidate { model, provider }) = &step.candidate else { return "?".to_owned() };
            let outcome = match &step.outcome {
                StepOutcome::Current => "current".to_owned(),
                StepOutcome::PassedOver => "passed over".to_owned(),
                StepOutcome::Lost => "lost".to_owned(),
                StepOutcome::Failed(Failure { why, detail, next, .. }) => {
                    let next = if *next == AfterFailure::GiveUp { "GiveUp" } else { "Fallback" };
                    format!("{next} {why}{detail}")
                }
            };
            format!("{provider}/{model} {outcome} {}", step.notes.len())
        });
        (told.collect(), content)
    }

    fn fell_back(from: &str) -> OldNote {
        OldNote::FellBack { from: from.into(), why: "w".to_owned(), detail: "d".to_owned() }
    }

    fn gave_up(from: &str) -> OldNote {
        OldNote::GaveUp { from: from.into(), detail: "e".to_owned() }
    }

    #[test]
    fn notes_become_steps_and_the_last_one_has_the_content() {
        let left_out = || OldNote::LeftOut { turns: 1, window: 2 };
        let skipped = || OldNote::Skipped { events: 3 };
        let passed_over = || OldNote::PassedOver { model: "b".into() };
        for (notes, model, has_content, told, content) in [
            (vec![], None, false, vec![], None),
            (vec![], Some("a"), false, vec!["p/a current 0"], Some(0)),
            (vec![], None, true, vec!["?"], Some(0)),
            (vec![left_out()], None, false, vec!["?"], Some(0)),
            (vec![passed_over()], None, false, vec!["/b passed over 0"], None),
            (
                vec![left_out(), fell_back("a"), passed_over(), left_out(), skipped()],
                Some("c"),
                true,
                vec!["p/a Fallback wd 1", "/b passed over 0", "/c current 2"],
                Some(2),
            ),
            (vec![fell_back("a"), gave_up("b")], Some("b"), true, vec!["p/a Fallback wd 0", "/b GiveUp e 0"], Some(1)),
            (vec![fell_back("a"), gave_up("b")], Some("a"), true, vec!["p/a Fallback wd 0", "/b GiveUp e 0"], Some(0)),
            (vec![gave_up("b")], Some("c"), true, vec!["/c Fallback  0", "/b GiveUp e 0"], Some(0)),
            (vec![left_out(), gave_up("a")], None, false, vec!["p/a GiveUp e 1"], Some(0)),
        ] {
            assert_eq!(
                steps(notes.clone(), model, has_content),
                (told.into_iter().map(str::to_owned).collect(), content),
                "{notes:?}"
            );
        }
    }

    #[test]
    fn every_note_of_an_old_database_is_read_and_one_that_is_none_hides_no_other() {
        let json = r#"[{"left_out":{"turns":1,"window":2}}, {"too_long":{"tokens":3,"window":4}}, {"new":1}, 7,
            {"fell_back":{"from":"a","why":"w"}}, {"skipped":{"events":5}}, {"passed_over":{"model":"b"}},
            {"again":{"from":"a","what":"x","why":"w","detail":"d","model":"b","pause_ms":9}},
            {"gave_up":{"from":"b","detail":"e"}}]"#;
        let notes = OldNote::all(serde_json::from_str(json).unwrap());
        assert_eq!(notes.len(), 7, "{notes:?}");
        assert_eq!(OldNote::all(Some(Value::Null)), []);
    }
}
