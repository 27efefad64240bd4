//! Prompts by day, and how the models did.

use super::fixtures::*;
use super::*;
use crate::chat::{Timings, Usage, id};
use jiff::civil::date;
use jiff::tz::{TimeZone, offset};

/// A turn with the id that this second gives it.
fn asked_at(seconds: u64, mut turn: Turn) -> Turn {
    turn.ask.turn = TurnId(id::at(at(seconds.cast_signed()), 0));
    turn
}

fn step(model: &str, outcome: StepOutcome, [first, total, tokens]: [u64; 3]) -> Step {
    let candidate = crate::router::Candidate { model: model.into(), provider: "oxlo".into() };
    Step {
        usage: Some(Usage { prompt_tokens: 1, completion_tokens: tokens }),
        timings: Timings {
            first_reasoning: None,
            first_text: Some(Duration::from_millis(first)),
            total: Some(Duration::from_millis(total)),
        },
        ..Step::of(Some(candidate), outcome)
    }
}

#[tokio::test]
async fn prompts_are_counted_by_the_days_of_the_users_clock() {
    let place = Place::new();
    let store = place.open();
    // 2027-01-15 08:00 UTC and 8, 16, 40 hours later.
    for (hours, category) in [(0, "coding"), (8, "coding"), (16, "general"), (17, "coding"), (40, "vision")] {
        store.record(new(hours * 3600, "p", category, Decider::Judge));
    }
    let counted = async |hours: i8| -> Vec<String> {
        let timezone = TimeZone::fixed(offset(hours));
        let days = Days { last: date(2027, 1, 16), count: 3, timezone };
        let named = |day: &DayCount| {
            let counts = day.categories.iter().map(|count| format!(" {} {}", count.name, count.prompts));
            format!("{}:{}", day.day, counts.collect::<String>())
        };
        store.days(days).await.unwrap().iter().map(named).collect()
    };
    let utc = ["2027-01-14:", "2027-01-15: coding 2", "2027-01-16: coding 1 general 1"];
    assert_eq!(counted(0).await, utc, "a day without prompts is a day; what is later is left out");
    let west = ["2027-01-14: coding 1", "2027-01-15: coding 2 general 1", "2027-01-16: vision 1"];
    assert_eq!(counted(-9).await, west);
}

#[tokio::test]
async fn a_models_use_is_counted_by_its_attempts() {
    let place = Place::new();
    let store = place.open();
    let failed = StepOutcome::Failed(crate::chat::Failure::default());
    let steps = [
        (0, vec![step("a", StepOutcome::Current, [10, 1_010, 100])]),
        (50, vec![step("a", failed, [0, 0, 0]), step("b", StepOutcome::Current, [20, 40, 9])]),
        (60, vec![step("a", StepOutcome::Current, [30, 2_030, 100])]),
    ];
    for (seconds, steps) in steps {
        store.settle(head(1), asked_at(seconds, Turn { steps, ..answered(seconds, "p", "") }));
    }
    let broken = Stage::Ended(Ending::Failed("why".into()));
    let steps = vec![step("b", StepOutcome::Current, [1, 1, 1])];
    store.settle(head(1), asked_at(70, Turn { steps, stage: broken, ..asked(70, "p") }));
    let uses = store.model_use(at(40)).await.unwrap();
    assert_eq!(uses.len(), 2, "{uses:?}");
    let (a, b) = (&uses[0], &uses[1]);
    assert_eq!((a.model.as_str(), a.answers, a.failures, a.error_rate()), ("a", 1, 1, Some(0.5)));
    assert_eq!(a.first_text_ms.map(|times| times.median), Some(30));
    assert_eq!(a.tokens_per_second, Some(50.0));
    assert_eq!((b.model.as_str(), b.answers, b.failures), ("b", 1, 1));
    assert_eq!(b.tokens_per_second, None, "what comes at once has no pace");
    let all = store.model_use(at(0)).await.unwrap();
    assert_eq!((all[0].answers, all[0].tokens_per_second), (2, Some(100.0)));
}
