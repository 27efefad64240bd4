//! Routing as its callers see it: who decides when, and what a decision says.

use crate::support::config;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pointsman::config::CategoryId;
use pointsman::router::{Asked, Decider, Decision, Judge, JudgeError, Override, Previous, Query, Question, Router};
use std::sync::Mutex;
use std::time::Duration;

/// A judge that always says the same, and counts.
struct Says {
    reply: Result<String, JudgeError>,
    asked: Mutex<usize>,
}

impl Says {
    fn reply(reply: &str) -> Self {
        Self { reply: Ok(reply.to_owned()), asked: Mutex::new(0) }
    }

    fn error(error: JudgeError) -> Self {
        Self { reply: Err(error), asked: Mutex::new(0) }
    }
}

impl Judge for Says {
    fn ask<'a>(&'a self, question: Question<'a>) -> BoxFuture<'a, Asked> {
        *self.asked.lock().unwrap() += 1;
        let ruling = self.reply.clone().and_then(|reply| question.read(&reply));
        std::future::ready(Asked { ruling, requests: 1 }).boxed()
    }
}

fn decide(prompt: &str, wish: &Override, judge: Option<&dyn Judge>) -> Decision {
    let router = Router::new(config(""), "oxlo");
    router.decide(Query { prompt, wish, previous: None }, judge).now_or_never().expect("nothing here waits")
}

fn wish(category: Option<&str>, model: Option<&str>) -> Override {
    Override { category: category.map(Into::into), model: model.map(Into::into) }
}

#[test]
fn an_override_beats_everything_and_asks_nobody() {
    for (category, model, expected) in [
        (Some("vision"), None, ("vision", "kimi-k2.6")),
        (None, Some("qwen-3-32b"), ("coding", "qwen-3-32b")),
        (None, Some("unheard-of"), ("general", "unheard-of")),
        (Some("reasoning"), Some("unheard-of"), ("reasoning", "unheard-of")),
    ] {
        let judge = Says::reply("coding");
        let decision = decide("x", &wish(category, model), Some(&judge));
        assert_eq!((decision.category.as_str(), decision.model().as_str()), expected);
        assert_eq!((decision.decider, decision.requests, *judge.asked.lock().unwrap()), (Decider::Override, 0, 0));
        assert_eq!(decision.candidates.len(), if model.is_some() { 1 } else { decision.candidates.len() });
    }
}

#[test]
fn the_judges_label_decides_with_the_registrys_candidates() {
    let decision = decide("x", &Override::default(), Some(&Says::reply(" Coding.\n")));
    assert_eq!((decision.category.as_str(), decision.decider, decision.requests), ("coding", Decider::Judge, 1));
    let candidates: Vec<&str> = decision.candidates.iter().map(|candidate| candidate.model.as_str()).collect();
    assert_eq!(candidates, ["qwen-3-32b", "llama-3.3-70b"]);
    assert_eq!(decision.reason, "deepseek-v3.2 says coding");
    assert_eq!(decision.confidence(), None, "a bare label says nothing of how sure it is");
}

#[test]
fn what_a_judge_says_in_json_is_its_confidence_and_its_reason() {
    let reply = r#"{"category":"coding","confidence":0.9,"follow_up":true,"reason":"asks for a function"}"#;
    let alone = decide("x", &Override::default(), Some(&Says::reply(reply)));
    assert_eq!(alone.reason, "deepseek-v3.2 says coding: asks for a function", "there is nothing it could follow");
    assert_eq!(alone.probabilities, [(CategoryId::from("coding"), 0.9)]);
    assert_eq!(alone.confidence(), Some(0.9));

    let (category, wish, judge) = (CategoryId::from("coding"), Override::default(), Says::reply(reply));
    let previous = Some(Previous { prompt: "a", reply: "b", category: &category });
    let query = Query { prompt: "and in Rust?", wish: &wish, previous };
    let router = Router::new(config(""), "oxlo");
    let followed = router.decide(query, Some(&judge)).now_or_never().expect("nothing here waits");
    assert_eq!(followed.reason, "deepseek-v3.2 says coding, as a follow-up: asks for a function");
}

#[test]
fn whatever_is_no_label_is_general_and_the_decision_says_why() {
    for (judge, reason) in [
        (Says::reply("I think this is coding"), "replied 'I think this is coding', which is no category"),
        (Says::reply(""), "replied nothing"),
        (
            Says::error(JudgeError::Resting { failures: 3, again: Duration::from_millis(11_200) }),
            "the judge deepseek-v3.2 failed 3 times; asked again in 12 s",
        ),
        (Says::error(JudgeError::TimedOut(Duration::from_secs(5))), "did not answer within 5 s"),
        (Says::error(JudgeError::Failed("oxlo answered 500".into())), "could not be asked: oxlo answered 500"),
    ] {
        let decision = decide("Write a Python function", &Override::default(), Some(&judge));
        assert_eq!((decision.category.as_str(), decision.decider), ("general", Decider::Default));
        assert_eq!(decision.model().as_str(), "deepseek-v3.2");
        assert!(decision.reason.contains(reason), "{}", decision.reason);
    }
}

#[test]
fn without_a_judge_the_rules_decide_and_say_by_what() {
    let decision = decide("Write a Python function to merge two sorted lists", &Override::default(), None);
    assert_eq!((decision.category.as_str(), decision.decider, decision.requests), ("coding", Decider::Rules, 0));
    assert_eq!(decision.reason, "it has 'python', 'function'");
    let decision = decide("Explain the halting problem", &Override::default(), None);
    assert_eq!((decision.category.as_str(), decision.decider), ("general", Decider::Default));
}
