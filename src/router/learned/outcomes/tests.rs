//! What outcomes say, as a table of cases and as properties of any outcomes.

use super::*;
use crate::router::learned::outcome::OutcomeKind::{self, Compared, Continued, Corrected, Left, Regenerated};
use crate::router::model::encoder;
use jiff::Timestamp;
use proptest::prelude::*;

/// Along the axis `at`: two of the same axis are alike, two of different axes have nothing in common.
fn vector(at: usize) -> PromptVector {
    let mut numbers = vec![0; encoder::WIDTH];
    numbers[at] = 127;
    PromptVector { encoder: encoder::checksum(), numbers: numbers.into() }
}

/// `b` over `a` and the like; without a winner what is said against a model.
fn outcome(kind: OutcomeKind, winner: &str, loser: &str) -> ModelOutcome {
    ModelOutcome {
        kind,
        prompt: "a prompt".into(),
        category: "general".into(),
        winner: (!winner.is_empty()).then(|| winner.into()),
        loser: loser.into(),
        at: Timestamp::UNIX_EPOCH,
        turn: 1,
    }
}

fn outcomes(groups: &[(u32, ModelOutcome)]) -> Outcomes {
    let all = groups.iter().flat_map(|(count, outcome)| (0..*count).map(move |_| outcome.clone()));
    let known = |(id, outcome)| KnownOutcome { id: OutcomeId(id), outcome, vector: Some(vector(0)) };
    Outcomes::new((1..).zip(all).map(known).collect())
}

/// What stands first of a, b and c for a prompt that lies at the axis `at`.
fn first_at(outcomes: &Outcomes, at: usize) -> String {
    let candidates = ["a", "b", "c"].map(ModelId::from);
    let preferred = outcomes.preferred(&"general".into(), &candidates, || Some(vector(at)));
    preferred.map_or("a".to_owned(), |preference| preference.model.to_string())
}

#[test]
fn a_model_moves_to_the_front_when_it_was_clearly_preferred_and_else_stays() {
    let elsewhere = |outcome| ModelOutcome { category: "coding".into(), ..outcome };
    let (b_over_a, a_over_b) = (outcome(Continued, "b", "a"), outcome(Continued, "a", "b"));
    for (groups, first, why) in [
        (vec![], "a", "nothing is known"),
        (vec![(29, b_over_a.clone())], "a", "29 are too few"),
        (vec![(30, b_over_a.clone())], "b", "30 are enough"),
        (vec![(30, elsewhere(b_over_a.clone()))], "a", "those of another category do not count"),
        (vec![(24, b_over_a.clone()), (7, a_over_b.clone())], "b", "24 of 31 are no chance"),
        (vec![(18, b_over_a.clone()), (13, a_over_b.clone())], "a", "18 of 31 may be chance"),
        (vec![(180, b_over_a.clone()), (130, a_over_b.clone())], "b", "the same share of 310 is none"),
        (vec![(7, b_over_a.clone()), (24, a_over_b.clone())], "a", "the first one was preferred"),
        (vec![(31, outcome(Compared, "b", "a"))], "b", "compared answers count as much"),
        (vec![(9, b_over_a.clone()), (40, outcome(Regenerated, "", "a"))], "a", "9 wins are too few"),
        (vec![(40, outcome(Regenerated, "", "a"))], "a", "no other model was compared with it"),
        (vec![(40, outcome(Corrected, "", "a"))], "a", "nor when the category was wrong"),
        (vec![(14, b_over_a.clone()), (16, outcome(Regenerated, "", "a"))], "b", "what speaks against a helps b"),
        (vec![(14, b_over_a.clone()), (30, outcome(Regenerated, "", "b"))], "a", "what speaks against b does not"),
        (vec![(12, outcome(Left, "b", "a")), (18, outcome(Left, "c", "d"))], "b", "6 of 6, by weight, are no chance"),
        (vec![(30, outcome(Continued, "z", "a"))], "a", "z is no candidate"),
        (vec![(30, outcome(Continued, "b", "c"))], "a", "that b is better than c says nothing of a"),
        (vec![(20, outcome(Continued, "c", "a")), (20, b_over_a.clone())], "b", "of equals the earlier candidate"),
        (vec![(30, outcome(Continued, "c", "a")), (20, b_over_a.clone())], "c", "else the better one"),
    ] {
        assert_eq!(first_at(&outcomes(&groups), 0), first, "{why}");
    }
}

#[test]
fn only_outcomes_near_the_prompt_count() {
    let far = outcomes(&[(60, outcome(Continued, "b", "a"))]);
    assert_eq!((first_at(&far, 0).as_str(), first_at(&far, 1).as_str()), ("b", "a"));
}

#[test]
fn the_reason_says_how_often_which_answer_was_chosen() {
    let some = outcomes(&[(24, outcome(Continued, "b", "a")), (7, outcome(Left, "a", "b"))]);
    let candidates = ["a", "b"].map(ModelId::from);
    let preferred = some.preferred(&"general".into(), &candidates, || Some(vector(0))).unwrap();
    assert_eq!(preferred.reason, "b first: chosen over a for 24 of 31 prompts like this");
}

#[test]
fn where_too_little_is_known_the_prompt_is_not_even_encoded() {
    let few = outcomes(&[(29, outcome(Continued, "b", "a"))]);
    let candidates = ["a", "b"].map(ModelId::from);
    assert_eq!(few.preferred(&"general".into(), &candidates, || unreachable!()), None);
    let enough = outcomes(&[(30, outcome(Continued, "b", "a"))]);
    assert_eq!(enough.preferred(&"general".into(), &candidates[..1], || unreachable!()), None);
    assert_eq!(enough.preferred(&"general".into(), &candidates, || None), None);
}

#[test]
fn vectors_of_another_encoder_are_near_to_nothing_until_they_are_made_anew() {
    let mut known: Vec<KnownOutcome> = outcomes(&[(30, outcome(Continued, "b", "a"))]).iter().cloned().collect();
    for known in &mut known {
        known.vector.as_mut().unwrap().encoder ^= 1;
    }
    let some = Outcomes::new(known);
    assert_eq!(first_at(&some, 0), "a");
    let vectors = (1..=30).map(|id| (OutcomeId(id), vector(0))).collect();
    assert_eq!(first_at(&some.placed(vectors), 0), "b");
}

#[test]
fn what_is_undone_or_replaced_does_not_count() {
    let some = outcomes(&[(30, outcome(Continued, "b", "a"))]);
    assert_eq!(first_at(&some.without(OutcomeId(7)), 0), "a");
    let left = outcomes(&[(1, outcome(Left, "b", "a"))]);
    let new = KnownOutcome { id: OutcomeId(2), outcome: outcome(Continued, "b", "a"), vector: None };
    assert_eq!(left.and(new.clone()), Outcomes::new(vec![new]));
    let corrected = outcomes(&[(1, outcome(Corrected, "", "a")), (1, outcome(Regenerated, "", "a"))]);
    let ids: Vec<OutcomeId> = corrected.without_correction_of(1).iter().map(|known| known.id).collect();
    assert_eq!((ids, corrected.without_correction_of(2)), (vec![OutcomeId(2)], corrected));
}

#[test]
fn the_newest_two_thousand_are_kept() {
    let many = outcomes(&[(2_100, outcome(Continued, "b", "a"))]);
    let of_another_turn = ModelOutcome { turn: 2, ..outcome(Continued, "b", "a") };
    let new = KnownOutcome { id: OutcomeId(9_000), outcome: of_another_turn, vector: None };
    let ids: Vec<i64> = many.and(new).iter().map(|known| known.id.0).collect();
    assert_eq!((ids.len(), ids[0], ids[1_999]), (2_000, 102, 9_000));
}

fn any_outcomes() -> impl Strategy<Value = Vec<KnownOutcome>> {
    let model = prop::sample::select(vec!["a", "b", "c", "z"]);
    let kind = prop::sample::select(OutcomeKind::ALL.to_vec());
    let one = (kind, model.clone(), model, prop::bool::weighted(0.9), 0_usize..2).prop_map(
        |(kind, winner, loser, near, category)| {
            let alone = matches!(kind, Regenerated | Corrected);
            let category = ["general", "coding"][category].into();
            let outcome = ModelOutcome { category, ..outcome(kind, if alone { "" } else { winner }, loser) };
            KnownOutcome { id: OutcomeId(0), outcome, vector: Some(vector(usize::from(!near))) }
        },
    );
    prop::collection::vec(one, 0..120).prop_map(|mut all| {
        (1..).zip(&mut all).for_each(|(id, known)| known.id = OutcomeId(id));
        all
    })
}

proptest! {
    #[test]
    fn the_order_of_outcomes_does_not_matter(known in any_outcomes(), turn in 0_usize..120) {
        let first = first_at(&Outcomes::new(known.clone()), 0);
        let mut other = known;
        let count = other.len().max(1);
        other.rotate_left(turn % count);
        other.reverse();
        (1..).zip(&mut other).for_each(|(id, known)| known.id = OutcomeId(id));
        prop_assert_eq!(first_at(&Outcomes::new(other), 0), first);
    }

    #[test]
    fn only_candidates_come_first_and_only_with_enough_outcomes_near(known in any_outcomes()) {
        let first = first_at(&Outcomes::new(known.clone()), 0);
        prop_assert!(["a", "b", "c"].contains(&first.as_str()));
        let is_near = |known: &&KnownOutcome| {
            known.outcome.category.as_str() == "general" && known.vector == Some(vector(0))
        };
        let near = known.iter().filter(is_near).count();
        prop_assert!(first == "a" || near >= 30, "{} of {}", first, near);
    }
}
