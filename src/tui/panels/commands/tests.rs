//! What is found by which word, and where typed text goes.

use super::*;
use crate::examples;
use crate::tui::event::Event;
use crate::tui::update::update;
use jiff::Timestamp;
use std::time::Duration;

const NOW: Now = Now { since_start: Duration::ZERO, wall: Timestamp::UNIX_EPOCH };

fn keys(state: &mut State, names: &str) -> Vec<Effect> {
    names.split(' ').flat_map(|name| update(state, Event::Key(name.parse().unwrap()), NOW)).collect()
}

fn found(filter: &str) -> Vec<String> {
    let commands = rows::all(&State::new(examples::start()));
    rows::matching(&commands, filter).into_iter().map(|index| commands[index].title.clone()).collect()
}

#[test]
fn everyday_words_find_the_command_that_is_meant() {
    for (word, title) in [
        ("delete", "Delete chat"),
        ("remove", "Delete chat"),
        ("rename", "Rename chat"),
        ("copy", "Copy the last answer"),
        ("retry", "Retry"),
        ("regenerate", "Retry"),
        ("compare", "Retry with another model"),
        ("cost", "Report"),
        ("key", "Keys and help"),
        ("clear", "Clear the draft"),
        ("file", "Attached files"),
        ("image", "Paste a picture"),
        ("open-model-picker", "Choose a model"),
        ("coding", "Send to coding"),
        ("wrong", "Correct the route"),
    ] {
        let found = found(word);
        assert!(found.iter().take(3).any(|known| known == title), "{word}: {found:?}");
    }
}

#[test]
fn the_most_useful_commands_come_first_and_leaving_comes_last() {
    let all = found("");
    assert_eq!(all[..3], ["Choose a model", "Send to coding", "Send to reasoning"]);
    assert_eq!(all[all.len() - 2..], ["Stop the answer", "Quit"]);
}

#[test]
fn giving_up_a_palette_that_a_key_opened_leaves_nothing_in_the_input() {
    let mut state = State::new(examples::start());
    keys(&mut state, "ctrl-p n e w esc");
    assert!(state.panel.is_none() && state.composer.is_empty());
}

#[test]
fn what_can_be_no_command_goes_to_the_input_with_its_slash() {
    for (typed, text) in [("/ u s r / b", "/usr/b"), ("/ x y z z", "/xyzz"), ("/ n e w esc", "/new")] {
        let mut state = State::new(examples::start());
        keys(&mut state, typed);
        assert_eq!((state.composer.text(), state.panel.is_none()), (text, true), "{typed}");
    }
}

#[test]
fn a_slash_and_an_unknown_word_are_never_sent() {
    let mut state = State::new(examples::start());
    keys(&mut state, "/ x y z z enter");
    assert_eq!(state.notice.as_ref().map(|notice| notice.text.as_str()), Some("No command /xyzz"));
    keys(&mut state, "enter");
    assert_eq!(state.composer.text(), "/xyzz");
    assert!(state.conversation.is_empty());
    keys(&mut state, "space ! enter");
    assert_eq!(state.conversation.turns().len(), 1, "with a space it is a prompt");
}

#[test]
fn the_filter_has_the_editing_keys_of_the_input() {
    let mut state = State::new(examples::start());
    keys(&mut state, "ctrl-p x n e w home delete end ctrl-u r e p o r t enter");
    assert_eq!(
        state.panel.as_ref().map(crate::tui::panels::OpenPanel::kind),
        Some(crate::tui::panels::PanelKind::Report)
    );
}
