//! Editing, dropping and moving prompts that wait, and what a chat is called.

use super::*;

/// A chat in which 1 is being answered, and 2, 3 and 4 wait.
fn queue() -> Story {
    let mut story = Story::new();
    for id in 1..=4 {
        story.submit(A, id);
    }
    story.asked(1);
    story
}

fn prompts(story: &Story) -> Vec<String> {
    (1..=4).filter_map(|id| Some(story.session.turn(TurnId(id))?.prompt().to_string())).collect()
}

fn requeue(story: &mut Story, turn: u64, later: bool) -> String {
    story.command(Command::Requeue { turn: TurnId(turn), later })
}

#[test]
fn a_prompt_that_waits_changes_places_with_its_neighbour_and_both_are_written_at_once() {
    let mut story = queue();
    let moved = requeue(&mut story, 2, true);
    assert_eq!(moved, "2 goes on, 3 goes on, write queue 2 'prompt 3' 3 'prompt 2'");
    assert_eq!(prompts(&story), ["prompt 1", "prompt 3", "prompt 2", "prompt 4"]);
    requeue(&mut story, 4, false);
    assert_eq!(prompts(&story), ["prompt 1", "prompt 3", "prompt 4", "prompt 2"]);
    story.happens(1, ended(Ending::Answered(Finish::Stop)));
    let input = story.session.input(story.turn(2)).unwrap();
    assert_eq!(&*input.ask.prompt.text, "prompt 3", "the new order is asked");
}

#[test]
fn a_route_and_files_move_with_their_prompt() {
    let mut story = queue();
    let route = RouteOverride { category: Some("coding".into()), model: None };
    let chosen = Ask { route: route.clone(), ..ask(A, Some(TurnId(4)), 5) };
    story.command(Command::Submit(chosen));
    requeue(&mut story, 5, false);
    assert_eq!((story.turn(4).route(), story.turn(5).route()), (&route, &RouteOverride::default()));
    assert_eq!(story.turn(4).parent(), Some(TurnId(3)), "the place in the tree stays");
}

#[test]
fn at_the_ends_of_the_queue_and_across_branches_a_prompt_stays() {
    let mut story = queue();
    assert_eq!(requeue(&mut story, 2, false), "", "the one before it is being answered");
    assert_eq!(requeue(&mut story, 4, true), "");
    story.command(Command::Submit(ask(A, None, 5)));
    assert_eq!(requeue(&mut story, 5, false), "", "it begins a branch of its own");
}

#[test]
fn a_prompt_is_taken_out_of_the_queue_and_one_that_is_being_answered_is_not() {
    let mut story = queue();
    assert_eq!(story.command(Command::Unqueue(TurnId(3))), "drop 3, write end, write withdraw, 3 stopped");
    assert_eq!(story.turn(4).parent(), Some(TurnId(2)));
    assert_eq!(story.command(Command::Unqueue(TurnId(1))), "notice 'This prompt is being answered already'");
    assert!(!story.turn(1).is_over());
}

#[test]
fn a_prompt_that_was_just_started_is_not_moved_any_more() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.submit(A, 2);
    assert_eq!(requeue(&mut story, 1, true), "notice 'This prompt is being answered already'");
    assert_eq!(requeue(&mut story, 2, false), "");
}

#[test]
fn an_edited_first_prompt_renames_the_chat_unless_the_user_did() {
    let mut story = Story::new();
    story.submit(A, 1);
    story.answered(1, "yes");
    let edited = story.command(Command::Submit(ask(A, None, 2)));
    assert!(edited.ends_with("write title 'Prompt 2'"), "{edited}");
    story.command(Command::Change(A, ChatChange::Rename("My holidays".to_owned())));
    assert!(!story.command(Command::Submit(ask(A, None, 3))).contains("title"));
}
