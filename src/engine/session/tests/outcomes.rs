//! Which acts of the user become outcomes of models.

use super::*;
use crate::chat::Place;

/// A chat in which the same was asked of `m` as turn 1 and of `n` as turn 2, beside it.
fn asked_of_two() -> Story {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered_by(1, "m", "yes");
    ask_again(&mut story, 2);
    story.answered_by(2, "n", "no");
    story
}

/// Asks the prompt of turn 1 again, beside it.
fn ask_again(story: &mut Story, id: u64) -> String {
    let prompt = story.turn(1).ask.prompt.clone();
    story.command(Command::Submit(Ask { prompt, ..ask(A, None, id) }))
}

fn follow_up(story: &mut Story, parent: u64, id: u64) -> String {
    story.command(Command::Submit(ask(A, Some(TurnId(parent)), id)))
}

fn look_at(story: &mut Story, leaf: u64) {
    let place = Place { leaf: Some(TurnId(leaf)), ..Place::default() };
    story.command(Command::Change(A, ChatChange::SaveView(Box::new(place), Timestamp::UNIX_EPOCH)));
}

#[test]
fn going_on_below_one_of_two_answers_chooses_it() {
    assert_eq!(follow_up(&mut asked_of_two(), 2, 3), "continued 2: n over m in coding, save 3, start 3");
    assert_eq!(follow_up(&mut asked_of_two(), 1, 3), "continued 1: m over n in coding, save 3, start 3");
}

#[test]
fn of_three_answers_the_chosen_one_wins_over_both_others() {
    let mut story = asked_of_two();
    ask_again(&mut story, 3);
    story.answered_by(3, "o", "maybe");
    let said = follow_up(&mut story, 3, 4);
    assert!(said.starts_with("continued 3: o over m in coding, continued 3: o over n in coding, save"), "{said}");
}

#[test]
fn nothing_is_chosen_where_nothing_can_be_compared() {
    let mut edited = Story::new();
    edited.submit(A, 1);
    edited.answered_by(1, "m", "yes");
    edited.command(Command::Submit(ask(A, None, 2)));
    edited.answered_by(2, "n", "no");
    assert_eq!(follow_up(&mut edited, 2, 3), "save 3, start 3", "another prompt");

    let mut failed = Story::new();
    failed.submit(A, 1);
    failed.asked_of(1, "m");
    failed.happens(1, ended(Ending::Failed("no key".to_owned())));
    ask_again(&mut failed, 2);
    failed.answered_by(2, "n", "no");
    assert_eq!(follow_up(&mut failed, 2, 3), "save 3, start 3", "the first model did not answer");

    let mut early = asked_of_two();
    ask_again(&mut early, 3);
    early.asked_of(3, "o");
    assert_eq!(follow_up(&mut early, 3, 4), "save 4", "the answer has not been read");
}

#[test]
fn leaving_the_chat_chooses_the_answer_in_sight() {
    let mut story = asked_of_two();
    look_at(&mut story, 2);
    assert_eq!(story.command(Command::LookAt(B)), "left 2: n over m in coding");
    story.command(Command::LookAt(A));
    look_at(&mut story, 1);
    assert_eq!(story.command(Command::LookAt(A)), "", "it is in sight already");
    assert_eq!(story.command(Command::LookAt(B)), "left 1: m over n in coding");
}

#[test]
fn a_chat_that_was_deleted_says_nothing_more() {
    let mut story = asked_of_two();
    story.command(Command::Change(A, ChatChange::Delete(Timestamp::UNIX_EPOCH)));
    assert_eq!(story.command(Command::LookAt(B)), "");
    let mut story = asked_of_two();
    story.command(Command::Change(A, ChatChange::Delete(Timestamp::UNIX_EPOCH)));
    story.command(Command::Change(A, ChatChange::Restore));
    assert_eq!(story.command(Command::LookAt(B)), "left 2: n over m in coding");
}

#[test]
fn leaving_the_program_chooses_it_too() {
    let story = asked_of_two();
    let mut session = story.session;
    let effects = session.close(Now { instant: story.begun, wall: Timestamp::UNIX_EPOCH });
    assert_eq!(effects.iter().map(said).collect::<Vec<_>>(), ["left 2: n over m in coding"]);
}

#[test]
fn asking_the_same_model_again_speaks_against_it() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered_by(1, "m", "yes");
    ask_again(&mut story, 2);
    let end = story.answered_by(2, "m", "yes, yes");
    assert!(end.ends_with("2 answered, regenerated 2: not m (regenerated) in coding"), "{end}");
    ask_again(&mut story, 3);
    let end = story.answered_by(3, "n", "no");
    assert!(end.ends_with("3 answered"), "{end}");
}

#[test]
fn a_correction_speaks_against_the_model_in_the_category_that_was_decided() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered_by(1, "m", "yes");
    let said = story.command(correct(1, "general"));
    assert!(said.contains("corrected 1: not m (corrected) in coding"), "{said}");
}

#[test]
fn of_two_answers_side_by_side_one_is_chosen() {
    let mut story = asked_of_two();
    let prefer = |chosen, over| {
        let at = Timestamp::UNIX_EPOCH;
        Command::Prefer { chosen: TurnId(chosen), over: TurnId(over), at }
    };
    assert_eq!(story.command(prefer(1, 2)), "compared 1: m over n in coding");
    assert_eq!(story.command(prefer(1, 1)), "", "a model is not compared with itself");
    assert_eq!(story.command(prefer(1, 9)), "");
}

#[test]
fn what_the_guide_answers_is_compared_with_no_model() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.asked(1);
    let guide = Candidate { model: "guide".into(), provider: crate::provider::offline::NAME.into() };
    story.happens(1, asked(guide));
    story.happens(1, came("From the manual."));
    story.happens(1, ended(Ending::Answered(Finish::Stop)));
    ask_again(&mut story, 2);
    story.answered_by(2, "n", "no");
    assert_eq!(follow_up(&mut story, 2, 3), "save 3, start 3");
}
