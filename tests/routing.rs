//! Routing as its callers see it: who decides when, and what a decision says.

use crate::support::config;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pointsman::config::CategoryId;
use pointsman::router::{
    Decider, Decision, Judge, JudgeError, JudgeOutcome, JudgeRequest, Learned, Memory, Pictures, Previous, Query,
    RouteOverride, Router,
};
use std::sync::Mutex;
use std::time::Duration;

/// No local decider that weighs probabilities is sure with this.
const UNSURE: &str = "[routing]\nthreshold = 1.0";

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
    fn ask<'a>(&'a self, request: JudgeRequest<'a>) -> BoxFuture<'a, JudgeOutcome> {
        *self.asked.lock().unwrap() += 1;
        let reply = self.reply.clone().and_then(|reply| request.read(&reply));
        std::future::ready(JudgeOutcome { reply, requests: 1 }).boxed()
    }
}

const NO_WISH: RouteOverride = RouteOverride { category: None, model: None };

fn query(prompt: &str) -> Query<'_> {
    Query { prompt, route: &NO_WISH, previous: None, pictures: Pictures::None, attached_tokens: 0 }
}

fn router(settings: &str) -> Router {
    Router::new(config(settings), None, None)
}

fn decide(settings: &str, query: Query<'_>, judge: Option<&dyn Judge>) -> Decision {
    router(settings).decide(query, &Learned::default(), judge).now_or_never().expect("nothing here waits")
}

fn locally(prompt: &str) -> Decision {
    decide("", query(prompt), None)
}

fn models(decision: &Decision) -> Vec<&str> {
    decision.candidates.iter().map(|candidate| candidate.model.as_str()).collect()
}

#[test]
fn an_override_beats_everything_and_asks_no_judge() {
    for (category, model, expected) in [
        (Some("vision"), None, ("vision", "kimi-k2.6")),
        (None, Some("qwen-3-32b"), ("coding", "qwen-3-32b")),
        (None, Some("unheard-of"), ("general", "unheard-of")),
        (Some("reasoning"), Some("unheard-of"), ("reasoning", "unheard-of")),
    ] {
        let judge = Says::reply("coding");
        let route = RouteOverride { category: category.map(Into::into), model: model.map(Into::into) };
        let decision = decide("", Query { route: &route, pictures: Pictures::Attached(1), ..query("x") }, Some(&judge));
        assert_eq!((decision.category.as_str(), decision.model().as_str()), expected);
        assert_eq!((decision.decider, decision.requests, *judge.asked.lock().unwrap()), (Decider::Override, 0, 0));
        assert!(model.is_none() || decision.candidates.len() == 1, "a named model is not replaced");
    }
}

#[test]
fn the_classifier_decides_what_it_is_sure_of_and_no_judge_is_asked() {
    for (prompt, category) in [
        ("Write a Python function to merge two sorted lists", "coding"),
        ("my pod keeps crashing after the deploy, logs say OOMKilled", "coding"),
        ("how many litres fit in a 30x40x50 cm tank", "reasoning"),
        ("求解方程 2x+3=7", "reasoning"),
        ("Schreibe ein Gedicht über den Herbst", "general"),
        ("What is in this picture?", "vision"),
    ] {
        let judge = Says::reply("general");
        let decision = decide("", query(prompt), Some(&judge));
        assert_eq!((decision.category.as_str(), decision.decider), (category, Decider::Classifier), "{prompt}");
        assert_eq!((decision.requests, *judge.asked.lock().unwrap()), (0, 0));
        let sum: f64 = decision.probabilities.iter().map(|(_, probability)| probability).sum();
        assert!((sum - 1.0).abs() < 1e-6 && decision.probabilities.len() == 4);
        assert!(decision.confidence().unwrap() >= 0.9 && !decision.evidence.is_empty(), "{decision:?}");
    }
    assert_eq!(locally("Explain the halting problem").category.as_str(), "general");
}

#[test]
fn evidence_is_what_a_person_would_name() {
    let decision = locally("Write a Python function to merge two sorted lists");
    assert!(decision.evidence.iter().any(|evidence| evidence == "“Python”"), "{:?}", decision.evidence);
    assert!(
        decision.evidence.iter().any(|evidence| evidence == "a request to build something"),
        "{:?}",
        decision.evidence
    );
    assert!(decision.reason.contains("“Python”"), "{}", decision.reason);
}

#[test]
fn the_same_prompt_typed_in_a_hurry_goes_the_same_way() {
    for prompts in [
        &[
            "Write a Python function to merge two sorted lists.",
            "pls write a pyhton function to merge two sorted lists thx",
        ],
        &["How many litres fit in a tank of 30 x 40 x 50 cm?", "how many litres fit in a tnak of 30 x 40 x 50 cm thx"],
        &["Write a birthday poem for my grandmother, please.", "hi, write a birthday peom for my grandmother"],
    ] {
        let categories = prompts.map(|prompt| locally(prompt).category);
        assert_eq!(categories[0], categories[1], "{prompts:?}");
    }
}

#[test]
fn a_question_in_the_midst_of_a_long_text_is_not_overheard_with_certainty() {
    let story = "The office moved to the second floor in spring, and the plants went with it. ".repeat(12);
    for question in ["How do I reverse a list in Python?", "How do I undo my last git commit?"] {
        let prompt = format!("{story}{question} {story}");
        let local = router("").consider(query(&prompt), &Learned::default());
        let right = local.decision.category.as_str() == "coding";
        assert!(right || !local.sure, "{question}: {:?}", local.decision);
    }
}

#[test]
fn nothing_but_marks_is_a_guess() {
    for marks in ["?".repeat(200), "((((".to_owned(), "… — !".to_owned()] {
        assert!(!router("").consider(query(&marks), &Learned::default()).sure, "{marks}");
    }
}

#[test]
fn an_image_goes_to_a_model_that_sees() {
    let decision = decide("", Query { pictures: Pictures::Attached(1), ..query("What is he holding?") }, None);
    assert_eq!((decision.category.as_str(), decision.decider), ("vision", Decider::Capability));
    assert_eq!((models(&decision), decision.hint.as_deref()), (vec!["kimi-k2.6", "gemma-3-4b"], None));
    let seeing = "[models.\"qwen-3-32b\"]\nvision = true";
    let decision = decide(
        seeing,
        Query { pictures: Pictures::Attached(2), ..query("Turn this mock-up into HTML and CSS code") },
        None,
    );
    assert_eq!(decision.category.as_str(), "coding", "of two that see, the one that the words speak for");
}

#[test]
fn words_about_a_picture_that_is_not_there_keep_their_label_and_are_answered_by_the_best_text_category() {
    let decision = locally("read the total off this receipt");
    assert_eq!((decision.category.as_str(), models(&decision)), ("vision", vec!["qwen-3-32b", "llama-3.3-70b"]));
    let hint = "it speaks of a picture and none is attached, so coding answers";
    assert_eq!(decision.hint.as_deref(), Some(hint));
    let judge = Says::reply("vision");
    let judged =
        decide("routing.threshold = 1.0", query("why does the loop in this screenshot of code hang"), Some(&judge));
    assert_eq!((judged.category.as_str(), judged.decider), ("vision", Decider::Judge));
    assert_eq!(judged.hint.as_deref(), Some("it speaks of a picture and none is attached, so coding answers"));
    let chosen = RouteOverride { category: Some("vision".into()), model: None };
    let chosen = decide("", Query { route: &chosen, ..query("what is in it?") }, None);
    assert_eq!((models(&chosen)[0], chosen.hint.as_deref()), ("kimi-k2.6", None), "the user's choice stands");
}

#[test]
fn where_every_model_sees_no_prompt_is_taken_away_from_its_category() {
    let seeing = "models.\"deepseek-v3.2\" = { vision = true }";
    let decision = decide(seeing, query("What is in this picture?"), None);
    assert_eq!((decision.category.as_str(), decision.model().as_str()), ("vision", "kimi-k2.6"));
}

#[test]
fn a_prompt_too_long_for_its_model_goes_to_one_that_holds_it() {
    let long = format!("Fix this Python code:\n{}", "def f(x):\n    return x\n".repeat(8_000));
    let decision = locally(&long);
    assert_eq!(decision.category.as_str(), "coding");
    assert_eq!(models(&decision), ["llama-3.3-70b"], "of its candidates those that hold it");
    assert_eq!(decision.hint.as_deref(), Some("qwen-3-32b is too small"));
}

fn after(category: &str, last: &str, reply: &str, prompt: &str) -> Decision {
    let id = CategoryId::from(category);
    let previous = Some(Previous { prompt: last, reply, category: &id });
    decide("", Query { previous, ..query(prompt) }, None)
}

#[test]
fn what_continues_the_conversation_stays_and_a_new_task_does_not() {
    const ASKED: &str = "write a function that reverses the words in a sentence, python";
    const CODE: &str = "```python\ndef reverse_words(s):\n    return ' '.join(reversed(s.split()))\n```";
    for prompt in [
        "and in Rust?",
        "and in C++?",
        "thanks",
        "fix it",
        "make it shorter",
        "it says NameError: name 's' is not defined",
    ] {
        let decision = after("coding", ASKED, CODE, prompt);
        assert_eq!(
            (decision.category.as_str(), decision.decider),
            ("coding", Decider::FollowUp),
            "{prompt}: {decision:?}"
        );
    }
    let thanks = after("reasoning", "What is 17 % of 340?", "57.8", "thank you so much!");
    assert_eq!((thanks.category.as_str(), thanks.reason.as_str()), ("reasoning", "thanks, and nothing else"));
    for (prompt, category) in [
        ("Write me a birthday poem for my grandmother, she loves roses", "general"),
        ("A train leaves at 9:40 and arrives at 13:05, how long does it take?", "reasoning"),
    ] {
        let decision = after("coding", ASKED, CODE, prompt);
        assert_eq!(decision.category.as_str(), category, "{prompt}: {}", decision.reason);
    }
    let derivation = "The sum of the first n squares is n(n+1)(2n+1)/6, by induction.";
    let coded = after("reasoning", "derive the sum of the first n squares", derivation, "now code it in python");
    assert_eq!(coded.category.as_str(), "coding", "{}", coded.reason);
}

#[test]
fn the_judges_label_decides_with_the_registrys_candidates() {
    let decision = decide(UNSURE, query("x"), Some(&Says::reply(" Coding.\n")));
    assert_eq!((decision.category.as_str(), decision.decider, decision.requests), ("coding", Decider::Judge, 1));
    assert_eq!(models(&decision), ["qwen-3-32b", "llama-3.3-70b"]);
    assert_eq!(decision.reason, "deepseek-v3.2 says coding");
    assert_eq!(decision.confidence(), None, "a bare label says nothing of how sure it is");
}

#[test]
fn what_a_judge_says_in_json_is_its_confidence_and_its_reason() {
    let reply = r#"{"category":"coding","confidence":0.9,"follow_up":true,"reason":"asks for a function"}"#;
    let alone = decide(UNSURE, query("x"), Some(&Says::reply(reply)));
    assert_eq!(alone.reason, "deepseek-v3.2 says coding: asks for a function", "there is nothing it could follow");
    assert_eq!(alone.probabilities, [(CategoryId::from("coding"), 0.9)]);
    assert_eq!(alone.confidence(), Some(0.9));

    let (category, judge) = (CategoryId::from("general"), Says::reply(reply));
    let previous = Some(Previous { prompt: "a", reply: "b", category: &category });
    let unclear = "Unrelated: the thing with the two of them over there, would you say so";
    let followed = decide(UNSURE, Query { previous, ..query(unclear) }, Some(&judge));
    assert_eq!(followed.reason, "deepseek-v3.2 says coding, as a follow-up: asks for a function");
}

#[test]
fn without_the_judge_the_best_guess_decides_and_says_why() {
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
        let decision = decide(UNSURE, query("Write a Python function that merges two lists"), Some(&judge));
        assert_eq!((decision.category.as_str(), decision.decider), ("coding", Decider::Default));
        assert!(decision.reason.contains(reason), "{}", decision.reason);
        assert!(decision.reason.contains("% by the local guess"), "{}", decision.reason);
    }
}

#[test]
fn a_judgement_is_cached_until_something_it_depends_on_changes() {
    let router = router(UNSURE);
    let at = "2027-01-15T08:00:00Z".parse().unwrap();
    let judge = Says::reply("reasoning");
    let first = router.decide(query("Is it so?"), &Learned::default(), Some(&judge)).now_or_never().unwrap();
    let verdict = router.judgement(query("Is it so?"), &first, at);
    let learned = Learned { memory: Memory::new(vec![verdict]), ..Learned::default() };
    let again =
        |router: &Router, query: Query<'_>| router.decide(query, &learned, Some(&judge)).now_or_never().unwrap();

    for prompt in ["Is it so?", "is  it so", "IS IT SO?!"] {
        let decision = again(&router, query(prompt));
        assert_eq!((decision.category.as_str(), decision.decider), ("reasoning", Decider::Memory), "{prompt}");
        assert_eq!((decision.requests, decision.reason.as_str()), (0, "asked before: deepseek-v3.2 says reasoning"));
    }
    let coding = CategoryId::from("coding");
    let previous = Some(Previous { prompt: "a", reply: "b", category: &coding });
    let other = self::router(&format!("{UNSURE}\n[categories.law]\nmodel = \"m\""));
    assert_ne!(again(&router, query("Is it not so?")).decider, Decider::Memory);
    assert_ne!(again(&router, Query { previous, ..query("Is it so?") }).decider, Decider::Memory);
    assert_ne!(again(&other, query("Is it so?")).decider, Decider::Memory, "another category: another question");
}

#[test]
fn a_category_that_the_weights_do_not_know_is_recognised_by_its_examples() {
    let settings = r#"
        [categories.recipes]
        model = "chef"
        description = "Cooking and baking."
        examples = [
            "how do I make a roux that does not clump",
            "recipe for a lentil soup with what is in the fridge",
            "how long do I roast a chicken of 1.5 kg, and how hot",
            "can I replace buttermilk in pancakes",
            "what goes well with roasted pumpkin",
        ]
    "#;
    for (prompt, category) in [
        ("recipe for a bean soup with what I have in the fridge", "recipes"),
        ("can I replace eggs in pancakes?", "recipes"),
        ("Write a Python function to merge two sorted lists", "coding"),
        ("Prove that the square root of 2 is irrational", "reasoning"),
        ("Write a birthday poem for my grandmother", "general"),
    ] {
        let decision = decide(settings, query(prompt), None);
        assert_eq!(decision.category.as_str(), category, "{prompt}: {:?}", decision.probabilities);
    }
}

#[test]
fn a_category_that_is_switched_off_is_never_found() {
    let decision = decide("[categories.vision]\nenabled = false", query("What is in this picture?"), None);
    assert_ne!(decision.category.as_str(), "vision");
    assert_eq!(decision.probabilities.len(), 3);
}

#[test]
fn a_small_window_keeps_its_model_and_other_providers_models_stay_out() {
    let settings = "[models.\"qwen-3-32b\"]\ncontext_window = 4096\n[models.\"llama-3.3-70b\"]\ncontext_window = 4096";
    let decision = decide(settings, query("Write a Python function to merge two sorted lists"), None);
    assert_eq!((models(&decision), decision.hint.as_deref()), (vec!["qwen-3-32b", "llama-3.3-70b"], None));
}

#[test]
fn where_every_model_sees_nothing_is_said_of_missing_pictures() {
    let settings = "[models.\"deepseek-v3.2\"]\nvision = true\n[models.\"qwen-3-32b\"]\nvision = true";
    for prompt in ["Write a poem about autumn", "read the total off this receipt"] {
        assert_eq!(decide(settings, query(prompt), None).hint, None, "{prompt}");
    }
}

#[test]
fn prompts_of_a_disabled_category_go_to_one_with_such_examples() {
    let settings = r#"
        [categories.reasoning]
        enabled = false
        [categories.maths]
        model = "m"
        examples = ["Prove that there are infinitely many primes", "Solve 3x + 4 = 19", "What is the probability of two sixes?"]
    "#;
    let decision = decide(settings, query("Prove that the square root of 2 is irrational"), None);
    assert_eq!(decision.category.as_str(), "maths", "{:?}", decision.probabilities);
    let without = decide("[categories.reasoning]\nenabled = false", query("Prove that sqrt(2) is irrational"), None);
    assert_eq!(without.decider, Decider::Default, "nobody is sure of what belongs to nobody: {without:?}");
}

#[test]
fn a_cached_judgement_of_a_follow_up_holds_after_its_turn_only() {
    let router = router(UNSURE);
    let general = CategoryId::from("general");
    let after = |prompt| Some(Previous { prompt, reply: "two of them", category: &general });
    let judge = Says::reply("coding");
    let leaning = Query { previous: after("compare these regexes"), ..query("the second one?") };
    let first = router.decide(leaning, &Learned::default(), Some(&judge)).now_or_never().unwrap();
    let verdict = router.judgement(leaning, &first, "2027-01-15T08:00:00Z".parse().unwrap());
    let learned = Learned { memory: Memory::new(vec![verdict]), ..Learned::default() };
    assert_eq!(router.consider(leaning, &learned).decision.decider, Decider::Memory);
    let elsewhere = Query { previous: after("compare these cheeses"), ..query("the second one?") };
    assert_ne!(router.consider(elsewhere, &learned).decision.decider, Decider::Memory);
}
