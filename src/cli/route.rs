//! `pointsman route`: the decision alone, without an answer.

use super::output::{decision_line, json_line, stdout};
use super::prompt::PromptArgs;
use super::{Failure, Wish};
use crate::chat::Prompt;
use crate::cli::setup::Setup;
use crate::engine::decide_only;
use crate::router::{Decider, Decision, Pictures, Query, RouteOverride};
use std::io::Write;

async fn decide(setup: &Setup, route: &RouteOverride, prompt: &Prompt) -> Decision {
    let learned = setup.services.learned().await;
    let (pictures, attached_tokens) = (Pictures::of(prompt.images(), false), prompt.attached_tokens());
    let query = Query { prompt: &prompt.text, route, previous: None, pictures, attached_tokens };
    decide_only(&setup.services, query, &learned).await
}

pub(super) async fn run(setup: &Setup, route: &Wish, json: bool, prompt: PromptArgs) -> Result<(), Failure> {
    let route = route.resolve(setup)?;
    let prompt = prompt.read(&setup.services.config)?.prompt;
    let decision = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => return Err(Failure::Interrupted),
        decision = decide(setup, &route, &prompt) => decision,
    };
    let mut out = stdout();
    if json {
        json_line(&mut out, &decision)?;
    } else {
        writeln!(out, "{}", decision_line(&decision))?;
        // An unsure decision says why in its line.
        if decision.decider != Decider::Default {
            writeln!(out, "because {}", decision.reason)?;
        }
        if !decision.evidence.is_empty() {
            writeln!(out, "for {}", decision.evidence.join(", "))?;
        }
        if let Some(hint) = &decision.hint {
            writeln!(out, "note that {hint}")?;
        }
    }
    Ok(())
}
