//! What becomes of a turn to which things happen.

use super::*;
use crate::chat::{Blob, Finish, Source, ToolCall};
use crate::examples::TurnExample;
use serde_json::json;

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// What becomes of a turn to which these things happen.
fn turn(events: Vec<TurnEvent>) -> Turn {
    let mut turn = crate::examples::turn(1, "p");
    for event in events {
        turn.apply(event);
    }
    turn
}

fn candidate(model: &str) -> Candidate {
    Candidate { model: model.into(), provider: "test".into() }
}

fn asked_of(model: &str) -> TurnEvent {
    TurnEvent::Asked { candidate: candidate(model), sent: Arc::default(), notes: Vec::new() }
}

fn asked() -> TurnEvent {
    asked_of("m")
}

fn came(delta: Delta, after: u64) -> TurnEvent {
    TurnEvent::Came { delta, after: ms(after) }
}

fn reasoning(text: &str, after: u64) -> TurnEvent {
    came(Delta::Reasoning(text.into()), after)
}

fn text(text: &str, after: u64) -> TurnEvent {
    came(Delta::Text(text.into()), after)
}

fn failed(model: &str, next: AfterFailure) -> TurnEvent {
    let failure = Failure { what: "busy".to_owned(), why: "it is busy".to_owned(), detail: "503".to_owned(), next };
    TurnEvent::Failed { candidate: candidate(model), failure }
}

fn fallback(model: &str) -> AfterFailure {
    AfterFailure::Fallback { model: Some(model.into()) }
}

fn retry(model: &str) -> AfterFailure {
    AfterFailure::Retry { model: model.into(), pause_ms: 2_000 }
}

fn ended(ending: Ending, after: Option<u64>) -> TurnEvent {
    TurnEvent::Ended { ending, after: after.map(ms) }
}

fn done() -> TurnEvent {
    ended(Ending::Answered(Finish::Stop), Some(9_000))
}

#[test]
fn a_model_thought_from_its_first_reasoning_to_its_first_text_or_the_end() {
    for (events, thought) in [
        (vec![reasoning("a", 200), reasoning("b", 900), text("c", 1_500), done()], Some(1_300)),
        (vec![reasoning("a", 200), done()], Some(8_800)),
        (vec![reasoning("a", 200), ended(Ending::Stopped, Some(700))], Some(500)),
        (vec![reasoning("a", 200)], None),
        (vec![reasoning("a", 200), ended(Ending::Failed("why".to_owned()), None)], None),
        (vec![text("c", 1_500), done()], None),
        (vec![reasoning("\n ", 200), text("c", 1_500), done()], None),
        (vec![reasoning("\n ", 200), reasoning(" a", 300), text("c", 1_500), done()], Some(1_200)),
        (
            vec![
                reasoning("of another model", 100),
                failed("m", fallback("n")),
                asked(),
                reasoning("a", 400),
                text("c", 600),
            ],
            Some(200),
        ),
        (vec![reasoning("a", 900), ended(Ending::Stopped, Some(100))], Some(0)),
    ] {
        let events: Vec<TurnEvent> = [asked()].into_iter().chain(events).collect();
        assert_eq!(turn(events.clone()).thought(), thought.map(ms), "{events:?}");
    }
}

#[test]
fn what_a_model_thought_is_no_part_of_what_is_sent_of_a_turn() {
    let spoken = turn(vec![asked(), reasoning("hm", 1), text("yes", 2)]);
    assert_eq!(spoken.exchange(), Some(Exchange { prompt: "p".into(), answer: "yes".into() }));
    let silent = turn(vec![asked(), reasoning("hm", 1), done()]);
    assert_eq!((silent.exchange(), silent.can_be_asked_anew()), (None, true));
}

#[test]
fn a_turn_that_is_stopped_while_its_model_thinks_keeps_the_thoughts() {
    let stopped = || ended(Ending::Stopped, Some(9));
    let thinking = turn(vec![asked(), reasoning("hm", 1), stopped()]);
    assert_eq!((thinking.is_withdrawn(), thinking.can_be_asked_anew(), thinking.reasoning()), (false, false, "hm"));
    for nothing in [vec![stopped()], vec![asked(), stopped()], vec![asked(), reasoning(" \n", 1), stopped()]] {
        let turn = turn(nothing.clone());
        assert!(turn.is_withdrawn() && turn.can_be_asked_anew(), "{nothing:?}");
    }
}

#[test]
fn only_an_incomplete_answer_can_go_on() {
    for (end, can_go_on) in [
        (Ending::Answered(Finish::Stop), false),
        (Ending::Answered(Finish::Other), false),
        (Ending::Answered(Finish::ContentFilter), false),
        (Ending::Answered(Finish::Length), true),
        (Ending::Stopped, true),
        (Ending::Failed("why".to_owned()), true),
        (Ending::Interrupted, true),
    ] {
        let answered = turn(vec![asked(), text("a", 1), ended(end.clone(), None)]);
        let silent = turn(vec![asked(), ended(end.clone(), None)]);
        assert_eq!((answered.can_go_on(), silent.can_go_on()), (can_go_on, false), "{end:?}");
    }
    assert!(!turn(vec![asked(), text("a", 1)]).can_go_on(), "it still comes");
}

#[test]
fn however_often_a_model_is_asked_again_that_is_one_remark() {
    let again = || [failed("b", retry("b")), asked_of("b")];
    let mut events = vec![asked_of("a"), failed("a", fallback("b")), asked_of("b")];
    events.extend((0..3).flat_map(|_| again()));
    let remarks: Vec<String> = turn(events).remarks().collect();
    assert_eq!(remarks, ["a could not answer: it is busy; b is asked instead", "it is busy · retry 3"]);
}

#[test]
fn a_retry_says_who_failed_and_where_nothing_is_reached_why_without_the_address() {
    let failure = |what: &str, why: &str| Failure {
        what: what.to_owned(),
        why: why.to_owned(),
        detail: String::new(),
        next: retry("a"),
    };
    let unreachable = "oxlo cannot be reached at http://127.0.0.1:1/v1 (Connection refused (os error 111))";
    for (model, failure, line) in [
        ("a", failure("unreachable", unreachable), "test unreachable (connection refused) · retry 1"),
        ("a", failure("server error", "test answered 503"), "test answered 503 · retry 1"),
        ("b", failure("server error", "test answered 503"), "b: test answered 503 · a again, retry 1"),
    ] {
        let candidate = candidate(model);
        let turn = turn(vec![asked_of(model), TurnEvent::Failed { candidate, failure }, asked_of("a")]);
        assert_eq!(turn.remarks().collect::<Vec<_>>(), [line]);
    }
}

#[test]
fn a_redirected_or_continued_turn_is_no_override_and_a_chosen_model_is_one() {
    let route = || RouteOverride { category: None, model: Some("m".into()) };
    let mut chosen = turn(Vec::new());
    chosen.ask.route = route();
    assert!(chosen.ask.is_overridden());
    assert!(!turn(vec![asked(), TurnEvent::Redirected(route())]).ask.is_overridden());
    chosen.ask.origin = Origin::Continued;
    assert!(!chosen.ask.is_overridden());
}

#[test]
fn a_reordered_queue_changes_what_is_asked_and_no_place() {
    let other = crate::examples::turn(7, "q").after(Some(TurnId(6)));
    let requeued = || TurnEvent::Requeued(Box::new(other.ask.clone()));
    let waiting = turn(vec![requeued()]);
    assert_eq!((waiting.id(), waiting.parent(), &**waiting.prompt()), (TurnId(1), None, "q"));
    assert_eq!(&**turn(vec![TurnEvent::Started, requeued()]).prompt(), "p", "it is being answered");
}

#[test]
fn the_stage_holds_what_belongs_to_it_and_nothing_stays_from_the_one_before() {
    let judge = || TurnEvent::Judging { judge: "j".into() };
    let waiting = |responding, retry: Option<&str>| Stage::Waiting {
        responding,
        retry: retry.map(|model| Retry { what: "busy".to_owned(), model: model.into(), pause: ms(2_000) }),
    };
    for (events, stage) in [
        (vec![], Stage::Queued),
        (vec![TurnEvent::Started], Stage::Deciding { judge: None }),
        (vec![TurnEvent::Started, judge()], Stage::Deciding { judge: Some("j".into()) }),
        (vec![judge(), asked()], waiting(false, None)),
        (vec![asked(), came(Delta::Opened, 1)], waiting(true, None)),
        (vec![asked(), came(Delta::Opened, 1), reasoning("hm", 2)], waiting(true, None)),
        (vec![asked(), came(Delta::Opened, 1), failed("m", retry("m"))], waiting(false, Some("m"))),
        (vec![asked(), failed("m", retry("m")), asked()], waiting(false, None)),
        (vec![asked(), text("a", 1)], Stage::Streaming),
        (vec![judge(), ended(Ending::Stopped, None)], Stage::Ended(Ending::Stopped)),
        (vec![asked(), done(), text("late", 1)], Stage::Ended(Ending::Answered(Finish::Stop))),
    ] {
        assert_eq!(turn(events.clone()).stage, stage, "{events:?}");
    }
}

#[test]
fn every_attempt_is_a_step_and_the_answer_is_that_of_the_last_one_that_was_asked() {
    let turn = turn(vec![
        TurnEvent::Lost { candidate: candidate("guess"), sent: Arc::default() },
        TurnEvent::PassedOver(candidate("sick")),
        asked_of("a"),
        reasoning("hm", 1),
        failed("a", fallback("keyless")),
        failed("keyless", AfterFailure::Fallback { model: None }),
        asked_of("b"),
        failed("b", retry("b")),
        asked_of("b"),
        text("\n\nyes", 5),
    ]);
    let models: Vec<&str> = turn.steps.iter().filter_map(|step| step.model().map(ModelId::as_str)).collect();
    assert_eq!(models, ["guess", "sick", "a", "keyless", "b", "b"]);
    assert_eq!((turn.model(), turn.answer(), turn.reasoning()), (Some(&"b".into()), "yes", ""));
    let remarks: Vec<String> = turn.remarks().collect();
    let wanted = [
        "sick was passed over: it failed too often of late",
        "a could not answer: it is busy; keyless is asked instead",
        "instead of keyless: it is busy",
        "it is busy · retry 1",
    ];
    assert_eq!(remarks, wanted);
    assert_eq!(turn.failures().count(), 3);
}

#[test]
fn a_candidate_that_could_not_be_asked_hides_nothing_of_the_one_before() {
    let turn = turn(vec![asked_of("a"), failed("a", fallback("b")), failed("b", AfterFailure::GiveUp)]);
    assert_eq!(turn.model(), Some(&"a".into()));
}

#[test]
fn what_is_neither_text_nor_reasoning_is_kept_in_its_place_and_never_sent_back() {
    let blob = Blob { media_type: "image/png".into(), bytes: [0, 1].into() };
    let call = ToolCall { name: "search".to_owned(), ..ToolCall::default() };
    let turn = turn(vec![
        asked(),
        came(Delta::Image(blob.clone()), 1),
        came(Delta::ToolCall(call.clone()), 2),
        came(Delta::Unknown { kind: "annotations".to_owned(), json: json!([1]) }, 3),
        done(),
    ]);
    let blocks = [
        Block::Image(blob.reference()),
        Block::ToolCall(call),
        Block::Unknown { kind: "annotations".to_owned(), json: json!([1]) },
    ];
    assert_eq!(turn.steps[0].blocks, blocks);
    assert_eq!((turn.media().count(), turn.remarks().count()), (1, 2), "a picture has a place of its own");
    assert_eq!((turn.exchange(), turn.can_be_asked_anew()), (None, false));
}

#[test]
fn sources_replace_those_that_came_before_and_are_no_answer() {
    let all = ["a", "b"].map(|url| Source::new(url, ""));
    let mut turn = turn(vec![asked(), came(Delta::Sources(all[..1].to_vec()), 1)]);
    let place = turn.apply(came(Delta::Sources(all.to_vec()), 2));
    assert_eq!((place, turn.sources()), (Some(BlockPlace { step: 0, block: 0 }), &all[..]));
    assert!(turn.is_unanswered() && turn.remarks().next().is_none());
    turn.apply(came(Delta::Audio(Blob { media_type: "audio/wav".into(), bytes: [0].into() }), 3));
    assert!(!turn.is_unanswered(), "a recording alone is one");
}

#[test]
fn where_a_block_grew_is_told_to_those_who_write_it_down() {
    let mut turn = turn(vec![asked()]);
    let place = |step, block| Some(BlockPlace { step, block });
    assert_eq!(turn.apply(text("\n", 1)), None, "nothing of it is the answer");
    assert_eq!(turn.apply(reasoning("hm", 1)), place(0, 0));
    assert_eq!(turn.apply(text("a", 1)), place(0, 1));
    assert_eq!(turn.apply(reasoning("hm", 1)), place(0, 0));
    assert_eq!(turn.apply(text("b", 1)), place(0, 1));
    assert_eq!(turn.apply(came(Delta::Alive, 1)), None);
}

#[test]
fn only_a_correction_can_happen_to_a_turn_that_is_over() {
    let mut turn = turn(vec![asked(), text("a", 1), done()]);
    let before = turn.clone();
    turn.apply(text("b", 2));
    turn.apply(asked());
    assert_eq!(turn, before);
    let correction = Correction { category: "general".into(), lesson: None };
    turn.apply(TurnEvent::Corrected(Some(correction.clone())));
    assert_eq!(turn.correction, Some(correction));
}
