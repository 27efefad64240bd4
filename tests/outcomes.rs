//! Which model is asked first after what became of earlier answers, through the router as its callers meet it.

use crate::support::config;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use pointsman::router::{
    Decider, Decision, Judge, JudgeOutcome, JudgeRequest, KnownOutcome, Learned, ModelOutcome, OutcomeId, OutcomeKind,
    Outcomes, Pictures, Query, RouteOverride, Router,
};

const PROMPT: &str = "Write a Python function to merge two sorted lists";

fn router(settings: &str) -> Router {
    Router::new(config(settings), None, None)
}

/// So many times llama-3.3-70b was chosen over qwen-3-32b for prompts like [`PROMPT`].
fn llama_chosen(router: &Router, count: i64) -> Learned {
    let known = |id: i64| {
        let prompt = format!("Write a Python function that merges {id} sorted lists");
        let vector = router.vector(&prompt);
        let outcome = ModelOutcome {
            kind: OutcomeKind::Continued,
            prompt: prompt.as_str().into(),
            category: "coding".into(),
            winner: Some("llama-3.3-70b".into()),
            loser: "qwen-3-32b".into(),
            at: Timestamp::UNIX_EPOCH,
            turn: id.unsigned_abs(),
        };
        KnownOutcome { id: OutcomeId(id), outcome, vector }
    };
    Learned { outcomes: Outcomes::new((1..=count).map(known).collect()), ..Learned::default() }
}

fn query<'a>(prompt: &'a str, route: &'a RouteOverride) -> Query<'a> {
    Query { prompt, route, previous: None, pictures: Pictures::None, attached_tokens: 0 }
}

fn decide(router: &Router, learned: &Learned, prompt: &str, route: &RouteOverride) -> Decision {
    router.consider(query(prompt, route), learned).decision
}

fn models(decision: &Decision) -> Vec<&str> {
    decision.candidates.iter().map(|candidate| candidate.model.as_str()).collect()
}

#[test]
fn the_model_that_was_chosen_thirty_times_comes_first_and_the_decision_says_so() {
    let (router, automatic) = (router(""), RouteOverride::default());
    let few = decide(&router, &llama_chosen(&router, 29), PROMPT, &automatic);
    assert_eq!((models(&few), &few.hint), (vec!["qwen-3-32b", "llama-3.3-70b"], &None));
    let learned = llama_chosen(&router, 30);
    let decision = decide(&router, &learned, PROMPT, &automatic);
    assert_eq!(models(&decision), ["llama-3.3-70b", "qwen-3-32b"]);
    assert_eq!((decision.category.as_str(), decision.decider), ("coding", Decider::Classifier));
    let why = "llama-3.3-70b first: chosen over qwen-3-32b for 30 of 30 prompts like this";
    assert_eq!(decision.hint.as_deref(), Some(why));
    for other in ["Why does my CSS grid overflow on mobile?", "Write a haiku about the sea"] {
        let with = decide(&router, &learned, other, &automatic);
        assert_eq!(with, decide(&router, &Learned::default(), other, &automatic), "{other}");
    }
}

#[test]
fn what_the_user_names_is_left_alone() {
    let router = router("");
    let learned = llama_chosen(&router, 60);
    for (category, model) in
        [(Some("coding"), None), (None, Some("qwen-3-32b")), (Some("coding"), Some("qwen-3-32b")), (None, Some("mine"))]
    {
        let route = RouteOverride { category: category.map(Into::into), model: model.map(Into::into) };
        let with = decide(&router, &learned, PROMPT, &route);
        assert_eq!(with, decide(&router, &Learned::default(), PROMPT, &route), "{route:?}");
    }
}

#[test]
fn a_setting_turns_it_off() {
    let router = router("routing.learn_models = false\n");
    let decision = decide(&router, &llama_chosen(&router, 60), PROMPT, &RouteOverride::default());
    assert_eq!((models(&decision)[0], &decision.hint), ("qwen-3-32b", &None));
}

#[test]
fn a_model_that_is_no_candidate_any_more_stays_out() {
    let router = router("[categories.coding]\nmodel = \"qwen-3-32b\"\nfallbacks = [\"deepseek-v3.2\"]\n");
    let decision = decide(&router, &llama_chosen(&router, 60), PROMPT, &RouteOverride::default());
    assert_eq!(models(&decision), ["qwen-3-32b", "deepseek-v3.2"]);
}

#[test]
fn a_model_that_cannot_take_the_prompt_stays_out() {
    let router = router("[models.\"llama-3.3-70b\"]\ncontext_window = 1024\n");
    let long = format!("{PROMPT}\n{}", "# a list\n".repeat(2_000));
    let learned = llama_chosen(&router, 60);
    let decision = decide(&router, &learned, &long, &RouteOverride::default());
    assert_eq!(models(&decision), ["qwen-3-32b"]);
}

/// A judge that says coding.
struct Coding;

impl Judge for Coding {
    fn ask<'a>(&'a self, request: JudgeRequest<'a>) -> BoxFuture<'a, JudgeOutcome> {
        std::future::ready(JudgeOutcome { reply: request.read("coding"), requests: 1 }).boxed()
    }
}

#[tokio::test]
async fn a_category_that_a_judge_names_has_its_models_in_the_same_order_and_its_reason_is_cached_without_it() {
    let (router, automatic) = (router("routing.threshold = 1.0\n"), RouteOverride::default());
    let learned = llama_chosen(&router, 30);
    let decision = router.decide(query(PROMPT, &automatic), &learned, Some(&Coding)).await;
    assert_eq!((decision.decider, models(&decision)[0]), (Decider::Judge, "llama-3.3-70b"));
    let cached = router.judgement(query(PROMPT, &automatic), &decision, Timestamp::UNIX_EPOCH);
    assert!(!cached.reason.contains("llama"), "{}", cached.reason);
}
