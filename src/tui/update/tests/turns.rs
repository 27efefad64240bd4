//! Stopping, leaving, going on, asking again, branches: what each does, and what it does not.

use super::*;
use crate::chat::{Origin, Turn};

/// What was submitted by the last keys.
fn submitted(bench: &Bench) -> Option<Ask> {
    bench.effects.iter().find_map(|effect| match effect {
        Effect::Engine(Command::Submit(ask)) => Some(ask.clone()),
        _ => None,
    })
}

fn ends(bench: &mut Bench, id: u64, ending: Ending) {
    bench.engine(engine::Event::Turn(TurnId(id), TurnEvent::Ended { ending, after: None }));
}

/// A prompt that is being answered.
fn streaming() -> Bench {
    let mut bench = Bench::new();
    bench.keys("a enter");
    let decision = examples::decision("coding", "qwen-3-32b", Decider::Classifier);
    for event in [TurnEvent::Started, TurnEvent::Decided(Box::new(decision)), examples::asked("qwen-3-32b")] {
        bench.engine(engine::Event::Turn(TurnId(1), event));
    }
    bench
}

#[test]
fn stopping_a_model_that_thinks_keeps_its_thoughts_and_retypes_nothing() {
    let mut bench = streaming();
    bench.engine(engine::Event::Turn(TurnId(1), examples::reasoning("hm", 0))).keys("esc");
    ends(&mut bench, 1, Ending::Stopped);
    assert_eq!(bench.state.conversation.turn(TurnId(1)).map(Turn::reasoning), Some("hm"));
    assert_eq!(bench.state.composer.text(), "");
}

#[test]
fn stopping_before_anything_came_returns_the_prompt() {
    let mut bench = streaming();
    bench.keys("esc");
    ends(&mut bench, 1, Ending::Stopped);
    assert_eq!((bench.state.composer.text(), bench.state.conversation.is_empty()), ("a", true));
}

#[test]
fn two_quick_presses_while_an_answer_comes_stop_it_and_do_not_leave() {
    let mut bench = streaming();
    bench.engine(engine::Event::Turn(TurnId(1), examples::text("yes", 0)));
    let stop = Effect::Engine(Command::Stop(TurnId(1)));
    assert_eq!(bench.keys("ctrl-c").effects, std::slice::from_ref(&stop));
    assert_eq!(bench.keys("ctrl-c").effects, [stop], "the engine has not said yet that it is over");
    ends(&mut bench, 1, Ending::Stopped);
    assert!(!bench.keys("ctrl-c").effects.contains(&Effect::Quit), "this press is the first one that leaves");
    assert!(bench.keys("ctrl-c").effects.contains(&Effect::Quit));
}

#[test]
fn a_press_that_returned_the_queue_is_not_the_first_of_two_that_leave() {
    let mut bench = streaming();
    bench.keys("b enter ctrl-c");
    let stopped = bench.effects.iter().filter(|effect| matches!(effect, Effect::Engine(Command::Stop(_)))).count();
    assert_eq!(stopped, 2);
    ends(&mut bench, 2, Ending::Stopped);
    ends(&mut bench, 1, Ending::Stopped);
    assert!(!bench.keys("ctrl-c").effects.contains(&Effect::Quit));
}

#[test]
fn a_complete_answer_is_not_continued_and_that_is_said() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("alt-g");
    assert_eq!((submitted(&bench), bench.notice()), (None, "This answer is complete"));
}

#[test]
fn going_on_with_a_cut_answer_is_neither_a_prompt_nor_an_override() {
    let mut bench = streaming();
    bench.engine(engine::Event::Turn(TurnId(1), examples::text("half", 0)));
    ends(&mut bench, 1, Ending::Answered(Finish::Length));
    let ask = submitted(bench.keys("alt-g")).unwrap();
    assert_eq!((ask.origin, ask.is_overridden()), (Origin::Continued, false));
    assert_eq!(ask.route.model, Some("qwen-3-32b".into()));
    ends(&mut bench, 2, Ending::Stopped);
    assert_eq!(bench.state.composer.text(), "", "the words are not the user's, so they do not come back");
    bench.keys("up");
    assert_eq!(bench.state.composer.text(), "a");
}

#[test]
fn asking_again_is_no_override_and_a_chosen_category_is_one() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("ctrl-r enter");
    let again = submitted(&bench).unwrap();
    assert_eq!((again.origin, again.is_overridden(), again.route.is_none()), (Origin::AskedAgain, false, false));
    ends(&mut bench, 2, Ending::Failed("why".to_owned()));
    assert!(submitted(bench.keys("alt-2 b enter")).unwrap().is_overridden());
}

#[test]
fn a_branch_change_says_which_branch_it_is_and_stays_at_the_turn_that_branches() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("ctrl-r enter");
    let long = "a line\n\n".repeat(100);
    bench.engine(engine::Event::Turn(TurnId(2), examples::asked("m")));
    bench.engine(engine::Event::Turn(TurnId(2), examples::text(&long, 0)));
    ends(&mut bench, 2, Ending::Answered(Finish::Stop));
    assert_eq!(bench.keys("alt-left").notice(), "Branch 1 of 2");
    assert_eq!(bench.keys("alt-right").notice(), "Branch 2 of 2");
    assert_eq!(bench.state.transcript.reading().map(|reading| reading.turn), Some(TurnId(2)), "and not at its end");
}

#[test]
fn an_edited_first_prompt_gives_the_chat_its_title() {
    let mut bench = Bench::new();
    bench.answered(1, "a").keys("tab e b enter");
    assert_eq!(bench.state.title.as_deref(), Some("Ab"));
}

#[test]
fn while_an_older_turn_is_read_the_correction_is_for_that_turn() {
    let mut bench = Bench::new();
    bench.answered(1, "a").answered(2, "b").keys("tab [ alt-c");
    let turn = |bench: &Bench| bench.state.decision_at_hand().map(|turn| turn.id().0);
    bench.keys("g e n enter");
    assert_eq!(bench.effects, [correction(1, "general")]);
    bench.keys("esc");
    assert_eq!(turn(&bench), Some(2), "in the input the latest is meant");
}

#[test]
fn scrolled_back_so_that_the_latest_turn_is_out_of_sight_the_one_in_sight_is_meant() {
    let mut bench = Bench::new();
    let long = "a line\n\n".repeat(100);
    bench.answered_with(1, "a", &long).answered_with(2, "b", &long).keys("ctrl-home");
    assert_eq!(bench.state.decision_at_hand().map(|turn| turn.id().0), Some(1));
    bench.keys("ctrl-end");
    assert_eq!(bench.state.decision_at_hand().map(|turn| turn.id().0), Some(2));
}

#[test]
fn a_digit_in_a_panel_that_shows_no_decision_teaches_nothing() {
    for panel in ["f5", "f6", "f8"] {
        let mut bench = Bench::new();
        bench.answered(1, "a").keys(panel).keys("2");
        assert!(!bench.effects.contains(&correction(1, "reasoning")), "{panel}");
        assert_eq!(bench.mark(1), None, "{panel}");
    }
    let mut why = Bench::new();
    why.answered(1, "a").keys("f4 2");
    assert_eq!(why.effects, [correction(1, "reasoning")], "there the decision is shown");
}

#[test]
fn a_paste_between_two_presses_of_ctrl_c_begins_anew() {
    let mut bench = Bench::new();
    bench.keys("ctrl-c").event(Event::Pasted("text".to_owned()));
    assert!(!bench.keys("ctrl-c").effects.contains(&Effect::Quit), "nothing on the screen said so");
    assert!(bench.keys("ctrl-c").effects.contains(&Effect::Quit));
}

#[test]
fn a_draft_is_saved_before_the_program_stops_or_ends() {
    for (event, then) in [(Event::StopRequested, Effect::Suspend), (Event::Terminated, Effect::Quit)] {
        let mut bench = Bench::new();
        bench.keys("k").event(event);
        let saves = matches!(&bench.effects[0], Effect::Engine(Command::Change(..)));
        assert!(saves && bench.effects.get(1) == Some(&then), "{:?}", bench.effects);
    }
}
