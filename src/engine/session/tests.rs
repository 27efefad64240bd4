//! What the session does about commands and news: each test is a story of inputs, and of the effects after each.

mod outcomes;
mod queue;
mod story;

use super::*;
use crate::chat::{Ask, Correction, Delta, Finish, Origin, SentRequest, Stage};
use crate::engine::command::{ChatChange, Preview};
use crate::engine::learning::{LearnJob, LessonRef};
use crate::router::{Candidate, Decider, Decision, Lesson, LessonId, RouteOverride, Scope};
use std::sync::Arc;
use story::*;

#[test]
fn a_prompt_is_saved_then_started_and_the_next_one_waits_for_its_end() {
    let mut story = Story::new();
    assert_eq!(story.submit(A, 1), "save 1, start 1");
    assert_eq!(story.submit(A, 2), "save 2");
    story.asked(1);
    assert_eq!(story.happens(1, came("yes")), "write 'yes', 1 goes on");
    let end = story.happens(1, ended(Ending::Answered(Finish::Stop)));
    assert_eq!(end, "write update 0, write end, 1 answered, start 2");
}

#[test]
fn what_follows_up_is_asked_with_what_was_answered_before_it() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered(1, "yes");
    story.session.update(
        Input::Command(Command::Submit(ask(A, Some(TurnId(1)), 2))),
        Now { instant: story.begun, wall: Timestamp::UNIX_EPOCH },
    );
    let input = story.session.input(story.turn(2)).unwrap();
    let said: Vec<_> = input.history.iter().map(|said| (&*said.prompt.text, &*said.answer)).collect();
    assert_eq!(said, [("prompt 1", "yes")]);
    assert_eq!((input.turns, input.category_before), (vec![TurnId(1)], Some("coding".into())));
}

#[test]
fn turns_of_two_chats_run_at_the_same_time() {
    let mut story = Story::new();
    assert_eq!(story.submit(A, 1), "save 1, start 1");
    assert_eq!(story.submit(B, 2), "save 2, start 2");
    assert_eq!(story.submit(B, 3), "save 3");
    story.answered(1, "a");
    assert!(story.answered(2, "b").ends_with("2 answered, start 3"));
}

#[test]
fn a_turn_is_stopped_in_every_phase() {
    type Phase = fn(&mut Story);
    let phases: [(&str, Phase, &str); 6] = [
        ("queued", |_| {}, "drop 2, write end, write withdraw, 2 stopped"),
        ("deciding", |story| drop(story.answered(1, "a")), "drop 2, write end, write withdraw, 2 stopped"),
        (
            "asked",
            |story| {
                story.answered(1, "a");
                story.asked(2);
            },
            "drop 2, write update 0, write end, write withdraw, 2 stopped",
        ),
        (
            "thinking",
            |story| {
                story.answered(1, "a");
                story.asked(2);
                let delta = Delta::Reasoning("hm".into());
                story.happens(2, TurnEvent::Came { delta, after: Duration::ZERO });
            },
            "drop 2, write update 0, write end, 2 stopped",
        ),
        (
            "streaming",
            |story| {
                story.answered(1, "a");
                story.asked(2);
                story.happens(2, came("b"));
            },
            "drop 2, write update 0, write end, 2 stopped",
        ),
        (
            "over",
            |story| {
                story.answered(1, "a");
                story.answered(2, "b");
            },
            "",
        ),
    ];
    for (name, phase, wanted) in phases {
        let mut story = Story::new();
        story.submit(A, 1);
        story.submit(A, 2);
        phase(&mut story);
        assert_eq!(story.command(Command::Stop(TurnId(2))), wanted, "{name}");
        assert!(story.session.running.iter().all(|running| running.turn != TurnId(2)), "{name}");
    }
}

#[test]
fn a_turn_that_is_stopped_lets_the_next_one_start() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.submit(A, 2);
    assert!(story.command(Command::Stop(TurnId(1))).ends_with("1 stopped, start 2"));
}

#[test]
fn late_events_of_a_stopped_turn_change_nothing() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.asked(1);
    story.happens(1, came("b"));
    story.command(Command::Stop(TurnId(1)));
    let before = story.turn(1).clone();
    story.happens(1, came("c"));
    assert_eq!(*story.turn(1), before);
}

#[test]
fn a_stopped_turn_says_how_long_ago_its_model_was_asked() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.asked(1);
    story.happens(1, came("b"));
    story.command(Command::Stop(TurnId(1)));
    // Every input takes a second here.
    assert_eq!(story.turn(1).timings().total, Some(Duration::from_secs(2)));
}

#[test]
fn a_turn_of_which_nothing_was_answered_is_redirected_and_another_is_left_alone() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.asked(1);
    let route = RouteOverride { category: None, model: Some("other".into()) };
    let redirect = Command::Redirect { turn: TurnId(1), route: route.clone() };
    assert_eq!(story.command(redirect.clone()), "drop 1, 1 goes on, save 1, start 1");
    assert_eq!((story.turn(1).route(), &story.turn(1).stage), (&route, &Stage::Queued));
    story.asked(1);
    story.happens(1, came("a"));
    assert_eq!(story.command(redirect), "notice 'the answer had begun meanwhile'");
}

#[test]
fn a_turn_that_was_never_answered_is_asked_again_in_its_place() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.asked(1);
    story.happens(1, ended(Ending::Failed("why".to_owned())));
    assert_eq!(story.command(Command::AskAnew(TurnId(1))), "save 1, start 1");
    assert_eq!(story.turn(1).steps, []);
}

#[test]
fn a_correction_is_a_fact_of_its_turn_and_gets_its_lesson() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered(1, "a");
    let taught = story.command(correct(1, "general"));
    assert_eq!(
        taught,
        "write correct general, 1 corrected to general, corrected 1: not m (corrected) in coding, teach general"
    );
    let learned = story.news(News::Learned(lesson(7, 1, "general")));
    assert_eq!(learned, "write correct general, 1 corrected to general (learned), taught");
    let known = Correction { category: "general".into(), lesson: Some(LessonId(7)) };
    assert_eq!(story.turn(1).correction, Some(known));
    let undone = story.news(News::Unlearned(lesson(7, 1, "general")));
    assert_eq!(undone, "untaught, write correct back, 1 corrected to nothing");
    assert_eq!(story.turn(1).correction, None);
}

#[test]
fn a_correction_that_is_taken_back_before_it_is_learned_is_unlearned_without_a_word() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered(1, "a");
    story.command(correct(1, "general"));
    let back = story.command(correct(1, "coding"));
    assert_eq!(back, "write correct back, 1 corrected to nothing, unteach of 1");
    assert_eq!(story.news(News::Learned(lesson(7, 1, "general"))), "");
    assert_eq!(story.news(News::Unlearned(lesson(7, 1, "general"))), "untaught");
}

#[test]
fn a_correction_that_is_taken_back_and_made_again_keeps_the_later_lesson() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered(1, "a");
    story.command(correct(1, "general"));
    story.command(correct(1, "coding"));
    story.command(correct(1, "general"));
    assert_eq!(story.news(News::Learned(lesson(7, 1, "general"))), "");
    assert_eq!(story.news(News::Unlearned(lesson(7, 1, "general"))), "untaught");
    let learned = story.news(News::Learned(lesson(8, 1, "general")));
    assert_eq!(learned, "write correct general, 1 corrected to general (learned), taught");
    assert_eq!(story.turn(1).correction.as_ref().and_then(|known| known.lesson), Some(LessonId(8)));
}

#[test]
fn of_two_corrections_of_a_turn_the_later_one_stays_when_the_lesson_of_the_earlier_one_goes() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered(1, "a");
    story.command(correct(1, "general"));
    story.news(News::Learned(lesson(7, 1, "general")));
    story.command(correct(1, "reasoning"));
    story.news(News::Learned(lesson(8, 1, "reasoning")));
    assert_eq!(story.news(News::Unlearned(lesson(7, 1, "general"))), "untaught");
    assert_eq!(story.turn(1).corrected(), Some(&"reasoning".into()));
}

#[test]
fn a_turn_without_a_decision_cannot_be_corrected() {
    let mut story = Story::new();
    story.submit(A, 1);
    assert_eq!(story.command(correct(1, "general")), "");
}

#[test]
fn deleted_chats_are_purged_when_the_program_ends() {
    let now = Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH };
    let mut story = Story::new();
    assert_eq!(story.session.close(now), []);
    let deleted = story.command(Command::Change(A, ChatChange::Delete(Timestamp::UNIX_EPOCH)));
    assert_eq!(deleted, "write delete");
    assert_eq!(story.command(Command::Change(A, ChatChange::Restore)), "write restore");
    assert_eq!(story.session.close(now), [SessionEffect::Write(StoreOp::Purge)]);
}

#[test]
fn turns_that_run_are_interrupted_when_the_program_ends_and_those_that_wait_are_left() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.submit(A, 2);
    story.asked(1);
    story.happens(1, came("half"));
    let now = Now { instant: story.begun, wall: Timestamp::UNIX_EPOCH };
    let effects: Vec<_> = story.session.close(now).iter().map(said).collect();
    assert_eq!(effects, ["write update 0", "write end"]);
}

#[test]
fn a_chat_out_of_sight_stays_open_until_its_turns_are_over_and_everything_is_saved() {
    let mut story = Story::new();
    story.command(Command::LookAt(A));
    story.submit(A, 1);
    story.command(Command::LookAt(B));
    assert_eq!(story.open(), [1], "it is being answered");
    story.answered(1, "a");
    story.command(Command::LookAt(B));
    assert_eq!(story.open(), [1], "the disk fails: nothing of it is saved");
    assert_eq!(story.command(Command::Open(A)), "opened 1", "so it is not read from the disk");
    story.news(News::Saved(story.session.written - 1));
    assert_eq!(story.open(), [1]);
    story.news(News::Saved(story.session.written));
    assert_eq!(story.open(), [0; 0]);
    assert_eq!(story.command(Command::Open(A)), "read 1");
}

#[test]
fn the_first_chat_stays_open_although_it_was_never_named() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered(1, "a");
    story.news(News::Saved(story.session.written));
    assert_eq!(story.open(), [1]);
}

#[test]
fn a_correction_made_while_the_disk_fails_is_shown_when_the_chat_is_opened_again() {
    let mut story = Story::new();
    story.command(Command::LookAt(A));
    story.submit(A, 1);
    story.answered(1, "a");
    story.news(News::Saved(story.session.written));
    story.command(correct(1, "general"));
    story.command(Command::LookAt(B));
    story.command(Command::Open(A));
    assert_eq!(story.turn(1).corrected(), Some(&"general".into()));
}

#[test]
fn what_is_read_does_not_replace_what_was_asked_meanwhile() {
    let mut story = Story::new();
    assert_eq!(story.command(Command::Open(A)), "read 1");
    let empty = Chat {
        head: crate::store::Head {
            id: A,
            title: String::new(),
            started_at: Timestamp::UNIX_EPOCH,
            archived: false,
            pinned: false,
        },
        conversation: crate::chat::Conversation::new(A),
        place: crate::chat::Place::default(),
    };
    story.submit(A, 1);
    assert_eq!(story.news(News::Read(A, Ok(Some(Box::new(empty))))), "opened 1");
    assert_eq!(story.turn(1).id(), TurnId(1));
    assert_eq!(story.news(News::Read(B, Ok(None))), "notice 'this chat is not there any more'");
}

#[test]
fn the_title_of_a_chat_whose_first_prompt_was_taken_back_is_that_of_the_next_one() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.command(Command::Stop(TurnId(1)));
    assert_eq!(story.submit(A, 2), "save 2, start 2, write title 'Prompt 2'");
}

#[test]
fn of_previews_that_come_meanwhile_only_the_latest_is_worked_out() {
    let mut story = Story::new();
    let preview = |serial, text: &str| {
        let route = RouteOverride::default();
        Command::Preview(Preview { serial, chat: A, parent: None, prompt: text.into(), route })
    };
    assert_eq!(story.command(preview(1, "a")), "preview 1 of 'a'");
    assert_eq!(story.command(preview(2, "ab")), "");
    assert_eq!(story.command(preview(3, "abc")), "");
    assert_eq!(story.news(News::Previewed(None)), "preview 3 of 'abc'");
    assert_eq!(story.news(News::Previewed(None)), "");
    assert_eq!(story.command(preview(4, "abcd")), "preview 4 of 'abcd'");
}

#[test]
fn a_server_that_was_found_answers_when_no_turn_runs() {
    let found = || Found { provider: "llamacpp".to_owned(), listed: Vec::new() };
    let mut story = Story::new();
    assert_eq!(story.news(News::Discovered(Some(found()))), "connect");
    story.submit(A, 1);
    assert_eq!(story.news(News::Discovered(Some(found()))), "");
    assert!(story.answered(1, "a").ends_with("1 answered, connect"));
}
