//! What the meter says of a conversation, and when it is counted anew.

use super::*;
use crate::chat::{Delta, Ending, Finish, TurnEvent, Usage};
use crate::examples;

fn state() -> State {
    State::new(examples::start())
}

/// Asks a prompt behind the last one.
fn ask(state: &mut State, id: u64, prompt: &str) {
    let mut turn = examples::turn(id, prompt);
    turn.ask.parent = state.conversation.leaf();
    state.conversation.push(turn);
    state.refresh_context();
}

/// Answers a prompt with `words`; the endpoint counts so many tokens, where it does.
fn answer(state: &mut State, id: u64, words: usize, counted: Option<(u64, u64)>) {
    let usage =
        counted.map(|(prompt_tokens, completion_tokens)| Delta::Usage(Usage { prompt_tokens, completion_tokens }));
    let end = TurnEvent::Ended { ending: Ending::Answered(Finish::Stop), after: None };
    let mut events = vec![examples::asked("qwen-3-32b"), examples::text(&"aaaa ".repeat(words), 0)];
    events.extend(usage.map(|usage| examples::came(usage, 0)));
    for event in events.into_iter().chain([end]) {
        state.conversation.apply(TurnId(id), event);
    }
    state.refresh_context();
}

#[test]
fn an_empty_chat_has_no_meter_and_a_draft_has_a_length() {
    let mut state = state();
    state.composer.set_text("four five nine");
    state.refresh_context();
    assert_eq!((state.context_meter(), state.draft_tokens()), (None, 3));
}

#[test]
fn what_the_endpoint_counted_is_no_estimate_and_what_it_did_not_count_is_one() {
    let mut state = state();
    ask(&mut state, 1, "hi");
    answer(&mut state, 1, 100, Some((20, 100)));
    let window = Some(*state.start.config.registry.model(&"qwen-3-32b".into()).unwrap().context_window.unwrap());
    let meter = state.context_meter().unwrap();
    assert_eq!(meter, ContextMeter { tokens: 120, estimated: false, window, left_out: 0 });
    ask(&mut state, 2, "and now?");
    let meter = state.context_meter().unwrap();
    assert!(meter.estimated && (121..140).contains(&meter.tokens), "{meter:?}");
    answer(&mut state, 2, 10, None);
    assert!(state.context_meter().unwrap().estimated);
}

#[test]
fn reasoning_is_counted_with_an_answer_and_not_sent_again_so_the_figure_is_an_estimate() {
    let mut state = state();
    ask(&mut state, 1, "hi");
    let usage = Delta::Usage(Usage { prompt_tokens: 20, completion_tokens: 9_000 });
    for event in [
        examples::asked("qwen-3-32b"),
        examples::reasoning("hm", 0),
        examples::text("yes", 0),
        examples::came(usage, 0),
        TurnEvent::Ended { ending: Ending::Answered(Finish::Stop), after: None },
    ] {
        state.conversation.apply(TurnId(1), event);
    }
    state.refresh_context();
    let meter = state.context_meter().unwrap();
    assert!(meter.estimated && meter.tokens < 1_000, "{meter:?}");
}

#[test]
fn the_oldest_turns_that_do_not_fit_with_the_draft_are_counted() {
    let mut state = state();
    for id in 1..=4 {
        ask(&mut state, id, "hi");
        answer(&mut state, id, 4_000, None);
    }
    state.draft.choice.model = Some("a-model-that-nobody-described".into());
    state.refresh_context();
    let meter = state.context_meter().unwrap();
    assert_eq!(meter.window, None, "it is not known");
    let before = meter.left_out;
    state.composer.set_text(&"aaaa ".repeat(20_000));
    state.refresh_context();
    assert!(state.context_meter().unwrap().left_out > before, "the draft takes their place");
}

#[test]
fn a_branch_change_counts_the_branch_in_sight() {
    let mut state = state();
    ask(&mut state, 1, "hi");
    answer(&mut state, 1, 10, Some((20, 10)));
    state.conversation.push(examples::turn(2, "hello"));
    answer(&mut state, 2, 10, Some((500, 10)));
    assert_eq!(state.context_meter().unwrap().tokens, 510);
    state.conversation.show(TurnId(1));
    state.refresh_context();
    assert_eq!(state.context_meter().unwrap().tokens, 30);
}

fn follow(draft: &mut DraftTokens, text: &str, revision: u64) {
    draft.follow(text.len(), revision, || text);
}

#[test]
fn a_letter_more_in_a_long_draft_is_not_counted_anew_and_a_half_less_is() {
    let mut draft = DraftTokens::default();
    let long = "aaaa ".repeat(200_000);
    follow(&mut draft, &long, 1);
    let (whole, counted) = (draft.tokens, draft.counted);
    follow(&mut draft, &format!("{long}a"), 2);
    assert_eq!((draft.tokens, draft.counted), (whole, counted));
    follow(&mut draft, &"aaaa ".repeat(100_000), 3);
    assert_eq!(draft.tokens, whole / 2);
}
