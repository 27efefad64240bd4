//! Sure when this very prompt was corrected by the user or decided by the judge before.

use crate::config::CategoryId;
use crate::router::context::{Context, Finding};
use crate::router::learned::judgement_key;

pub(super) fn decide(context: &Context<'_>) -> Option<Finding> {
    let known = |id: &CategoryId| context.config.registry.category(id).is_some();
    let alone = || context.continuation().is_none();
    let lesson = context.learned.lessons.same(&context.query, alone).filter(|lesson| known(&lesson.category));
    if let Some(lesson) = lesson {
        let finding = Finding::new(lesson.category.clone(), "you corrected this prompt before");
        return Some(Finding { evidence: vec![lesson.quoted()], ..finding });
    }
    let cached = context.learned.memory.judgement(&judgement_key(&context.query, context.config));
    let judgement = cached.filter(|judgement| known(&judgement.category))?;
    let reason = format!("asked before: {}", judgement.reason);
    let probabilities = judgement.confidence.map(|p| (judgement.category.clone(), p)).into_iter().collect();
    Some(Finding { probabilities, ..Finding::new(judgement.category.clone(), reason) })
}
