//! A scripted day of two hundred mixed prompts with follow-ups, none of which the weights were trained on: what it costs
//! in requests, and how much of it goes where it should.

use crate::support::config;
use pointsman::config::CategoryId;
use pointsman::router::{Learned, LocalDecision, Pictures, Previous, Query, RouteOverride, Router};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    prompt: String,
    category: String,
    /// Whether it belongs to the conversation before it.
    continues: bool,
}

/// What stands in for an answer: the follow-up decider looks at the reply, but most of what it knows is in the prompt.
fn reply(category: &str) -> &'static str {
    match category {
        "coding" => "```\nlet answer = work(input);\n```\nThis does it; adjust the names to yours.",
        "reasoning" => "Step 1: write down what is known. Step 2: solve. The result follows.",
        "vision" => "The picture shows what you describe; the details are hard to make out.",
        _ => "Here is a short answer with the main points.",
    }
}

#[test]
fn slow_a_day_of_200_prompts_costs_little_more_than_their_answers() {
    let rows: Vec<Row> =
        include_str!("data/day.jsonl").lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    assert_eq!(rows.len(), 200);
    let router = Router::new(config(""), None, None);
    let (route, learned) = (RouteOverride::default(), Learned::default());
    let (mut requests, mut right, mut sure, mut sure_and_right) = (0, 0, 0, 0);
    let mut wrong = Vec::new();
    let mut last: Option<(&Row, CategoryId)> = None;
    for row in &rows {
        // A prompt of another conversation still has the last turn before it: people do not always begin a new chat.
        let previous = last.as_ref().map(|(last, category)| Previous {
            prompt: &last.prompt,
            reply: reply(category.as_str()),
            category,
        });
        let query = Query {
            prompt: &row.prompt,
            route: &route,
            previous,
            pictures: Pictures::of(usize::from(row.category == "vision"), false),
            attached_tokens: 0,
        };
        let LocalDecision { decision, sure: is_sure } = router.consider(query, &learned);
        let is_right = decision.category.as_str() == row.category;
        // The judge of this day is always right. It costs a request, and when it does not share the guess, so does that.
        requests += 1 + if is_sure { 0 } else { 1 + u32::from(!is_right && decision.is_worth_racing()) };
        right += u32::from(is_right);
        sure += u32::from(is_sure);
        sure_and_right += u32::from(is_sure && is_right);
        if !is_right {
            wrong.push(format!(
                "{}{} ({}, {}): {}",
                if row.continues { "> " } else { "" },
                row.prompt,
                row.category,
                decision.category,
                decision.reason
            ));
        }
        let found = if is_sure { decision.category } else { row.category.as_str().into() };
        last = Some((row, found));
    }
    let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole);
    println!(
        "{requests} requests; {right} right; sure of {sure}, {sure_and_right} of them right\n{}",
        wrong.join("\n")
    );
    assert!(share(requests, 200) <= 1.13, "{requests} requests for 200 prompts");
    assert!(share(right, 200) >= 0.92, "{right} of 200 right");
    assert!(share(sure_and_right, sure) >= 0.955, "{sure_and_right} of {sure} right");
}

/// `prompt` with every second longer word misspelt: two letters swapped, one left out, one doubled, one wrong, in turn.
fn misspelt(prompt: &str) -> String {
    let mut long = 0;
    let mut word = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        if letters.len() < 4 || !letters.iter().all(|letter| letter.is_alphabetic()) {
            return word.to_owned();
        }
        long += 1;
        let at = 1 + long % (letters.len() - 2);
        match long % 8 {
            1 => letters.swap(at, at + 1),
            3 => drop(letters.remove(at)),
            5 => letters.insert(at, letters[at]),
            7 => letters[at] = if letters[at] == 'e' { 'r' } else { 'e' },
            _ => {}
        }
        letters.into_iter().collect()
    };
    prompt.split(' ').map(&mut word).collect::<Vec<_>>().join(" ")
}

#[test]
fn slow_prompts_with_every_second_word_misspelt_keep_their_route() {
    assert_eq!(misspelt("please merge these two sorted lists"), "plaese merge tese two sorted listts");
    let router = Router::new(config(""), None, None);
    let (route, learned) = (RouteOverride::default(), Learned::default());
    let category = |prompt: &str| {
        let query = Query { prompt, route: &route, previous: None, pictures: Pictures::None, attached_tokens: 0 };
        router.consider(query, &learned).decision.category
    };
    let rows = include_str!("data/day.jsonl").lines().map(|line| serde_json::from_str::<Row>(line).expect("a row"));
    let alone: Vec<Row> = rows.filter(|row| !row.continues && misspelt(&row.prompt) != row.prompt).collect();
    let moved: Vec<String> = alone
        .iter()
        .filter(|row| category(&row.prompt) != category(&misspelt(&row.prompt)))
        .map(|row| misspelt(&row.prompt))
        .collect();
    println!("{} of {} go elsewhere:\n{}", moved.len(), alone.len(), moved.join("\n"));
    assert!(alone.len() > 100);
    assert!(moved.len() * 100 <= 7 * alone.len(), "{} of {}: {moved:#?}", moved.len(), alone.len());
}
