//! Sure when the lessons nearest to the prompt agree, and no known example of another category lies nearer.

use crate::router::context::{Context, Finding};

/// One lesson alone speaks for prompts at least this close to it.
const ALONE_LIKENESS_MIN: f32 = 0.80;

pub(super) fn decide(context: &Context<'_>) -> Option<Finding> {
    let lessons = &context.learned.lessons;
    if lessons.is_empty() {
        return None;
    }
    let vector = context.classification()?.vector();
    let near = lessons.like(vector);
    let (nearest, lesson) = near.first()?;
    let agree = near.iter().all(|(_, other)| other.category == lesson.category);
    let enough = *nearest >= ALONE_LIKENESS_MIN || near.len() >= 2;
    let contradicted = context
        .classifier
        .nearest(vector, |_| true)
        .is_some_and(|(likeness, _, category)| likeness > *nearest && category != lesson.category);
    if !agree || !enough || contradicted || context.config.registry.category(&lesson.category).is_none() {
        return None;
    }
    let what = if near.len() == 1 { "a prompt like it".to_owned() } else { format!("{} prompts like it", near.len()) };
    let evidence = near.iter().map(|(_, lesson)| lesson.quoted()).collect();
    Some(Finding { evidence, ..Finding::new(lesson.category.clone(), format!("you corrected {what}")) })
}
