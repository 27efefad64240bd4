//! What became of models' answers: kept once, undone for good, and gone only with everything.

use super::*;
use crate::router::{KnownOutcome, LessonId, OutcomeId, OutcomeKind, Outcomes, PromptVector};

async fn counting(store: &Store) -> Vec<KnownOutcome> {
    store.recall().await.unwrap().outcomes
}

fn vector() -> PromptVector {
    PromptVector { encoder: u64::MAX - 1, numbers: [-128, 0, 127].into() }
}

#[tokio::test]
async fn an_outcome_comes_back_as_it_was_kept() {
    let place = Place::new();
    let store = place.open();
    let all = [
        KnownOutcome {
            id: OutcomeId(1),
            outcome: outcome(1, OutcomeKind::Continued, "検索 \"q\""),
            vector: Some(vector()),
        },
        KnownOutcome { id: OutcomeId(2), outcome: outcome(2, OutcomeKind::Regenerated, "two"), vector: None },
    ];
    for known in &all {
        let id = store.observe(known.outcome.clone(), known.vector.clone()).await.unwrap();
        assert_eq!(id, Some(known.id));
    }
    drop(store);
    let store = place.open();
    assert_eq!(counting(&store).await, all);
    store.place_outcome(OutcomeId(2), vector()).await.unwrap();
    assert_eq!(counting(&store).await[1].vector, Some(vector()));
}

#[tokio::test]
async fn a_turn_says_the_same_once_and_the_stronger_word_stays() {
    use OutcomeKind::{Compared, Continued, Corrected, Left, Regenerated};
    for (kinds, stay) in [
        (vec![Left, Left], vec![Left]),
        (vec![Left, Continued], vec![Continued]),
        (vec![Continued, Left, Compared], vec![Continued]),
        (vec![Regenerated, Corrected, Regenerated], vec![Regenerated, Corrected]),
        (vec![Regenerated, Continued], vec![Regenerated, Continued]),
    ] {
        let place = Place::new();
        let store = place.open();
        for kind in &kinds {
            store.observe(outcome(1, *kind, "p"), None).await.unwrap();
        }
        store.observe(outcome(2, Left, "p"), None).await.unwrap();
        let found: Vec<_> = counting(&store).await.iter().map(|known| known.outcome.kind).collect();
        assert_eq!(found, [stay, vec![Left]].concat(), "{kinds:?}");
    }
}

#[tokio::test]
async fn what_was_undone_is_not_counted_again() {
    let place = Place::new();
    let store = place.open();
    let left = outcome(1, OutcomeKind::Left, "p");
    let id = store.observe(left.clone(), None).await.unwrap().unwrap();
    assert_eq!(store.undo_outcome(id, at(5)).await.unwrap().unwrap().outcome, left);
    assert_eq!(store.undo_outcome(id, at(6)).await.unwrap(), None);
    assert_eq!(store.observe(left, None).await.unwrap(), None);
    let stronger = outcome(1, OutcomeKind::Continued, "p");
    assert_eq!(store.observe(stronger, None).await.unwrap(), None, "nor is the same said more strongly");
    assert_eq!(counting(&store).await, []);
}

#[tokio::test]
async fn a_correction_that_is_taken_back_says_nothing_of_its_model_any_more() {
    let place = Place::new();
    let store = place.open();
    let corrected = outcome(7, OutcomeKind::Corrected, "p");
    store.observe(corrected.clone(), None);
    store.observe(outcome(8, OutcomeKind::Corrected, "q"), None);
    store.teach(NewLesson { turn: Some(TurnId(7)), ..lesson(0, "p", "general") }).await.unwrap();
    store.undo_lesson(LessonId(1), at(1)).await.unwrap();
    let turns: Vec<u64> = counting(&store).await.iter().map(|known| known.outcome.turn).collect();
    assert_eq!(turns, [8]);
    assert_ne!(store.observe(corrected, None).await.unwrap(), None, "corrected again, it counts again");
}

#[tokio::test]
async fn outcomes_stay_without_their_prompts_when_their_chats_go() {
    let place = Place::new();
    let store = place.open();
    for chat in 1..=3 {
        store.settle(head(chat), answered(chat, "p", "a"));
        store.observe(outcome(chat, OutcomeKind::Continued, "p"), Some(vector()));
    }
    store.mark_deleted(1);
    store.purge();
    store.prune(Prune { older_than: Some(at(3)), ..Prune::default() }).await.unwrap();
    let left = counting(&store).await;
    assert_eq!(left.iter().map(|known| &*known.outcome.prompt).collect::<Vec<_>>(), ["", "", "p"]);
    assert!(left.iter().all(|known| known.vector == Some(vector())));
}

#[tokio::test]
async fn no_more_are_recalled_than_can_matter_and_those_are_the_newest() {
    let place = Place::new();
    let store = place.open();
    for turn in 1..=Outcomes::MAX as u64 + 5 {
        drop(store.observe(outcome(turn, OutcomeKind::Left, "p"), None));
    }
    let turns: Vec<u64> = counting(&store).await.iter().map(|known| known.outcome.turn).collect();
    assert_eq!((turns.len(), turns[0], turns[1]), (Outcomes::MAX, 6, 7));
}

#[tokio::test]
async fn a_kind_of_a_later_version_is_left_alone() {
    let place = Place::new();
    let store = place.open();
    store.observe(outcome(1, OutcomeKind::Left, "p"), None).await.unwrap();
    store.run("", |connection| connection.execute("UPDATE outcomes SET kind = 'raced'", [])).await.unwrap();
    assert_eq!(counting(&store).await, []);
    assert_eq!(store.undo_outcome(OutcomeId(1), at(1)).await.unwrap(), None);
}
