//! What corrections teach, how far that reaches, and that it harms nothing else.

use crate::support::config;
use pointsman::config::CategoryId;
use pointsman::router::{
    Decider, Decision, EncodedLesson, Learned, Lesson, LessonId, LessonShift, Lessons, Pictures, Previous,
    PromptVector, Query, RouteOverride, Router, Scope,
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
        imported_from: None,
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
fn what_is_recalled_is_computed_in_parts_and_comes_to_the_same() {
    let router = router();
    let prompts = ["Suggest a name for our internal deployment dashboard", "Is 91 prime?", "Sort it"];
    let lessons: Vec<Lesson> = (1..).zip(prompts).map(|(id, prompt)| lesson(id, prompt, "reasoning")).collect();
    let recalled = router.recall(lessons.clone(), HashMap::new(), LessonShift::default());
    assert_eq!((recalled.iter().count(), recalled.encoded().count()), (3, 0), "recalling computes nothing");
    let same = decide(&router, &learned(recalled.clone()), prompts[0], None);
    assert_eq!(
        (same.category.as_str(), same.decider),
        ("reasoning", Decider::Memory),
        "the same prompt needs no encoder"
    );
    let (part, ids) = router.encode(&recalled, 2);
    assert_eq!((part.encoded().count(), ids), (2, vec![LessonId(1), LessonId(2)]));
    let (all, ids) = router.encode(&part, 2);
    assert_eq!((all.encoded().count(), ids), (3, vec![LessonId(3)]));
    assert_eq!(router.encode(&all, 2), (all.clone(), vec![]));
    let fitted = router.fit(&all).expect("the weights are shifted");
    assert_eq!(fitted, router.learn(lessons.clone(), HashMap::new()));
    assert_eq!(router.fit(&fitted), None, "there is nothing left to compute");
    // What is stored is taken as it is, unless it is of other lessons or damaged.
    let again = |lessons: &[Lesson], shift| router.recall(lessons.to_vec(), encoded(&fitted), shift);
    assert_eq!(again(&lessons, fitted.shift().clone()), fitted);
    let damaged = LessonShift { weights: vec![f32::NAN; fitted.shift().weights.len()], ..fitted.shift().clone() };
    for (lessons, shift) in [(&lessons[1..], fitted.shift().clone()), (&lessons, damaged)] {
        let stale = again(lessons, shift);
        assert!(stale.shift().weights.is_empty() && router.fit(&stale).is_some());
    }
}

#[test]
fn the_weights_are_shifted_to_what_the_user_taught_before_what_was_imported() {
    let router = router();
    let template = encoded(&router.learn(vec![lesson(0, "Is 91 prime?", "reasoning")], HashMap::new()));
    let template = template.values().next().expect("one lesson").clone();
    // Vectors of noise: encoding so many prompts takes seconds.
    let vector = |id: i64| {
        let mut noise = id.cast_unsigned();
        let number = |_| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((noise >> 56) as u8).cast_signed()
        };
        let numbers = (0..template.vector.numbers.len()).map(number).collect();
        EncodedLesson { vector: PromptVector { numbers, ..template.vector.clone() }, ..template.clone() }
    };
    let taught = |ids: &[i64], imported_from: Option<&str>| {
        let one = |id: &i64| Lesson {
            imported_from: imported_from.map(Into::into),
            ..lesson(*id, &format!("Sort the list number {id} for me"), "coding")
        };
        ids.iter().map(one).collect::<Vec<_>>()
    };
    let shift = |lessons: Vec<Lesson>| {
        let vectors = lessons.iter().map(|lesson| (lesson.id, vector(lesson.id.0))).collect();
        router.recall(lessons, vectors, LessonShift::default())
    };
    let all: Vec<i64> = (2..602).collect();
    let mine_first = shift([taught(&[1], None), taught(&all, Some("a.jsonl"))].concat());
    let few = shift([taught(&[1], None), taught(&all[101..], Some("a.jsonl"))].concat());
    let fitted = |lessons: &Lessons| router.fit(lessons).expect("the weights are shifted").shift().made_of;
    assert_eq!(fitted(&mine_first), fitted(&few), "the oldest of an import give way, and one's own does not");
    assert_ne!(fitted(&mine_first), fitted(&shift(taught(&all[100..], Some("a.jsonl")))));
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
