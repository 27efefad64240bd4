//! What corrections teach, how far that reaches, and that it harms nothing else.

use crate::support::config;
use pointsman::config::CategoryId;
use pointsman::router::{
    Decider, Decision, EncodedLesson, Learned, Lesson, LessonId, Lessons, Pictures, Previous, Query, RouteOverride,
    Router, Scope,
};
use serde::Deserialize;
use std::collections::HashMap;

const NO_WISH: RouteOverride = RouteOverride { category: None, model: None };

fn router() -> Router {
    Router::new(config(""), None, None)
}

fn lesson(id: i64, prompt: &str, category: &str) -> Lesson {
    Lesson {
        id: LessonId(id),
        turn: None,
        prompt: prompt.into(),
        previous: None,
        decided: "general".into(),
        category: category.into(),
        scope: Scope::Always,
        taught_at: "2027-01-15T08:00:00Z".parse().expect("a time"),
    }
}

fn learned(lessons: Lessons) -> Learned {
    Learned { lessons, ..Learned::default() }
}

fn decide(router: &Router, learned: &Learned, prompt: &str, previous: Option<Previous<'_>>) -> Decision {
    router
        .consider(Query { prompt, route: &NO_WISH, previous, pictures: Pictures::None, attached_tokens: 0 }, learned)
        .decision
}

#[test]
fn a_correction_holds_at_once_for_the_same_prompt_and_for_those_like_it() {
    let router = router();
    let prompt = "Suggest a name for our internal deployment dashboard";
    let before = decide(&router, &Learned::default(), prompt, None);
    assert_eq!(before.category.as_str(), "general");

    let taught = learned(router.teach(&Lessons::default(), lesson(1, prompt, "reasoning")));
    for same in [prompt, "suggest a name for our internal  deployment dashboard!"] {
        let decision = decide(&router, &taught, same, None);
        assert_eq!((decision.category.as_str(), decision.decider), ("reasoning", Decider::Memory), "{same}");
        assert_eq!(decision.evidence, [format!("your correction of “{prompt}”")]);
    }
    let like = decide(&router, &taught, "Suggest a good name for our deployment dashboard", None);
    assert_eq!((like.category.as_str(), like.decider), ("reasoning", Decider::Memory), "{like:?}");
    assert_eq!(like.reason, "you corrected a prompt like it");
    for other in ["Write a poem about the sea", "Suggest a restaurant for our anniversary", "hi"] {
        assert_eq!(decide(&router, &taught, other, None).category.as_str(), "general", "{other}");
    }
}

#[test]
fn a_lesson_for_one_prompt_reaches_no_other() {
    let router = router();
    let one = Lesson { scope: Scope::Prompt, ..lesson(1, "Suggest a name for our dashboard", "reasoning") };
    let taught = learned(router.teach(&Lessons::default(), one));
    assert_eq!(decide(&router, &taught, "suggest a name for our dashboard", None).category.as_str(), "reasoning");
    assert_eq!(decide(&router, &taught, "Suggest a good name for our dashboard", None).category.as_str(), "general");
}

#[test]
fn the_latest_lesson_for_a_prompt_holds_and_an_undone_one_is_gone() {
    let router = router();
    let prompt = "Suggest a name for our internal deployment dashboard";
    let first = router.teach(&Lessons::default(), lesson(1, prompt, "reasoning"));
    let second = router.teach(&first, lesson(2, prompt, "coding"));
    assert_eq!(second.iter().map(|lesson| lesson.id).collect::<Vec<_>>(), [LessonId(2)]);
    assert_eq!(decide(&router, &learned(second.clone()), prompt, None).category.as_str(), "coding");
    let undone = router.unlearn(&second, LessonId(2));
    assert_eq!(undone, Lessons::default());
    let again = router.learn(vec![lesson(2, prompt, "coding")], HashMap::new());
    assert_eq!(again, second, "learning again after a start is the same");
}

/// What is stored beside lessons.
fn encoded(lessons: &Lessons) -> HashMap<LessonId, EncodedLesson> {
    lessons.encoded().map(|(id, encoded)| (id, encoded.clone())).collect()
}

#[test]
fn what_was_encoded_before_is_not_encoded_again_unless_encoder_or_head_are_others() {
    let router = router();
    let prompts = ["Suggest a name for our internal deployment dashboard", "Is 91 prime?"];
    let lessons: Vec<Lesson> = (1..).zip(prompts).map(|(id, prompt)| lesson(id, prompt, "reasoning")).collect();
    let first = router.learn(lessons.clone(), HashMap::new());
    let known = encoded(&first);
    assert_eq!((known.len(), router.learn(lessons.clone(), known.clone())), (2, first.clone()));
    // The vector of one beside the other shows that it is taken as it stands.
    let exchanged: HashMap<_, _> = known.iter().map(|(id, it)| (LessonId(3 - id.0), it.clone())).collect();
    assert_eq!(encoded(&router.learn(lessons.clone(), exchanged.clone())), exchanged);
    let spoilers: [fn(&mut EncodedLesson); 5] = [
        |it| it.head ^= 1,
        |it| it.vector.encoder ^= 1,
        |it| it.vector.numbers = [1].into(),
        |it| it.logits.truncate(1),
        |it| it.logits[0] = f32::NAN,
    ];
    for spoil in spoilers {
        let mut stale = exchanged.clone();
        stale.values_mut().for_each(spoil);
        assert_eq!(encoded(&router.learn(lessons.clone(), stale)), known);
    }
}

#[test]
fn a_correction_of_fix_it_holds_after_a_turn_of_that_category_only() {
    let router = router();
    let coding = CategoryId::from("coding");
    let after = |category| Some(Previous { prompt: "write a haiku function", reply: "```x```", category });
    let one = Lesson { previous: Some(coding.clone()), ..lesson(1, "fix it", "general") };
    let taught = learned(router.teach(&Lessons::default(), one));
    let decision = decide(&router, &taught, "fix it", after(&coding));
    assert_eq!((decision.category.as_str(), decision.decider), ("general", Decider::Memory));
    let reasoning = CategoryId::from("reasoning");
    assert_ne!(decide(&router, &taught, "fix it", after(&reasoning)).decider, Decider::Memory);
    assert_ne!(
        decide(&router, &taught, "fix them all", after(&coding)).decider,
        Decider::Memory,
        "no lesson captures every fix"
    );
}

#[derive(Deserialize)]
struct Row {
    prompt: String,
    category: String,
    continues: bool,
}

/// Prompts of the scripted day that stand alone: a source that the weights have never seen.
fn unseen() -> Vec<Row> {
    let rows = include_str!("data/day.jsonl").lines().map(|line| serde_json::from_str(line).expect("a row"));
    rows.filter(|row: &Row| !row.continues).collect()
}

#[test]
fn slow_fifty_corrections_do_not_wreck_what_the_weights_know() {
    let router = router();
    let names = [
        "deployment",
        "billing",
        "onboarding",
        "search",
        "weather",
        "inventory",
        "holiday",
        "alarm",
        "parking",
        "canteen",
    ];
    let forms = [
        "Suggest a name for our {} dashboard",
        "What should we call the {} tool?",
        "Find a title for the {} report",
        "Pick a logo idea for the {} team",
        "Give the {} project a motto",
    ];
    let prompts = forms.iter().flat_map(|form| names.map(|name| form.replace("{}", name)));
    let lessons: Vec<Lesson> = (1..).zip(prompts).map(|(id, prompt)| lesson(id, &prompt, "reasoning")).collect();
    assert_eq!(lessons.len(), 50);
    let taught = learned(router.learn(lessons, HashMap::new()));
    let rows = unseen();
    let right = |learned: &Learned| {
        let right = |row: &&Row| decide(&router, learned, &row.prompt, None).category.as_str() == row.category;
        rows.iter().filter(right).count()
    };
    let (before, after, all) = (right(&Learned::default()), right(&taught), rows.len());
    assert!(all >= 100 && before * 10 >= all * 9, "{before} of {all} right before any correction");
    assert!((before as f64 - after as f64) / all as f64 <= 0.005, "{before} of {all} right before, {after} after");
    // Not near enough to any lesson for a vote: the weights themselves have moved.
    let further = "Come up with something catchy for the intranet";
    let probability = |learned: &Learned| {
        let decision = decide(&router, learned, further, None);
        decision.probabilities.iter().find(|(id, _)| id.as_str() == "reasoning").map_or(0.0, |(_, p)| *p)
    };
    let (then, now) = (probability(&Learned::default()), probability(&taught));
    assert!(now > 2.0 * then && now < 0.9, "{then} before, {now} after");
    for like in [
        "Suggest a name for our payroll dashboard",
        "What should we call the backup tool?",
        "Give the garden project a motto",
    ] {
        assert_eq!(decide(&router, &taught, like, None).category.as_str(), "reasoning", "{like}");
    }
}
