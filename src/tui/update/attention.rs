//! What reaches a user who looks elsewhere: the window's title, and a ring when a long answer ends.

use crate::chat::{Ending, TurnEvent, TurnId};
use crate::config::Bell;
use crate::engine;
use crate::text::sanitize::one_line;
use crate::tui::effect::Effect;
use crate::tui::event::{Event, Now};
use crate::tui::state::{NAME, State};
use jiff::SignedDuration;

/// The longest title, in characters.
const TITLE: usize = 80;
/// An answer that takes longer rings: a user waits for a shorter one.
const LONG: SignedDuration = SignedDuration::from_secs(10);

/// Sets the title of the window, where it has changed.
pub(super) fn title(state: &mut State) -> Option<Effect> {
    let chat = state.title.as_deref().unwrap_or_default();
    let title = match (chat, state.current().is_some()) {
        ("", _) => NAME.to_owned(),
        (chat, true) => one_line(&format!("● thinking · {chat}"), TITLE),
        (chat, false) => one_line(chat, TITLE),
    };
    (title != state.attention.title).then(|| {
        state.attention.title.clone_from(&title);
        Effect::Title(title)
    })
}

/// The turn that `event` ends, and whether it ends well. Not one that the user stopped.
pub(super) fn ended(event: &Event) -> Option<(TurnId, bool)> {
    let Event::Engine(engine::Event::Turn(id, TurnEvent::Ended { ending, .. })) = event else { return None };
    match ending {
        Ending::Answered(_) => Some((*id, true)),
        Ending::Failed(_) => Some((*id, false)),
        Ending::Stopped | Ending::Interrupted => None,
    }
}

/// Rings for a turn that ended, where it took long and the window has not the keyboard.
pub(super) fn ring(state: &State, (turn, well): (TurnId, bool), now: Now) -> Option<Effect> {
    let took = now.wall.duration_since(state.conversation.turn(turn)?.asked_at());
    if state.window.focused || took <= LONG {
        return None;
    }
    let chat = state.title.as_deref().unwrap_or(NAME);
    match state.start.config.ui.bell {
        Bell::Off => None,
        Bell::Bell => Some(Effect::Ring(None)),
        Bell::Notify => {
            let how = if well { "answered" } else { "failed" };
            Some(Effect::Ring(Some(one_line(&format!("{how}: {chat}"), TITLE))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;
    use crate::provider::Finish;
    use crate::tui::update::update;
    use jiff::Timestamp;
    use std::sync::Arc;
    use std::time::Duration;

    /// What the terminal is sent while a prompt is answered that takes so many seconds.
    fn sent(bell: Bell, focused: bool, seconds: i64, ending: Ending) -> Vec<String> {
        let mut start = examples::start();
        Arc::make_mut(&mut start.config).ui.bell = bell;
        let mut state = State::new(start);
        let key = |name: &str| Event::Key(name.parse().unwrap());
        let turn = |event| Event::Engine(engine::Event::Turn(TurnId(1), event));
        let events = [
            (0, Event::Focused(focused)),
            (0, key("h")),
            (0, key("enter")),
            (1, turn(TurnEvent::Started)),
            (seconds, turn(TurnEvent::Ended { ending, after: None })),
        ];
        let effects = events.into_iter().flat_map(|(second, event)| {
            let wall = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second);
            update(&mut state, event, Now { since_start: Duration::ZERO, wall })
        });
        let said = |effect| match effect {
            Effect::Title(title) => Some(title),
            Effect::Ring(None) => Some("bell".to_owned()),
            Effect::Ring(Some(text)) => Some(format!("notify {text}")),
            _ => None,
        };
        effects.filter_map(said).collect()
    }

    #[test]
    fn the_title_says_whether_an_answer_comes_and_changes_only_then() {
        let ending = Ending::Answered(Finish::Stop);
        assert_eq!(sent(Bell::Off, false, 60, ending), ["● thinking · h", "h"]);
    }

    #[test]
    fn a_long_answer_rings_in_a_window_without_the_keyboard() {
        let well = || Ending::Answered(Finish::Stop);
        let ring = |bell, focused, seconds, ending| {
            let sent = sent(bell, focused, seconds, ending).into_iter();
            sent.filter(|sent| sent.starts_with("bell") || sent.starts_with("notify")).collect::<Vec<_>>()
        };
        assert_eq!(ring(Bell::Bell, false, 11, well()), ["bell"]);
        assert_eq!(ring(Bell::Notify, false, 11, well()), ["notify answered: h"]);
        assert_eq!(ring(Bell::Notify, false, 11, Ending::Failed("no".to_owned())), ["notify failed: h"]);
        for (bell, focused, seconds, ending) in [
            (Bell::Off, false, 11, well()),
            (Bell::Bell, true, 11, well()),
            (Bell::Bell, false, 10, well()),
            (Bell::Bell, false, 11, Ending::Stopped),
        ] {
            assert_eq!(
                ring(bell, focused, seconds, ending.clone()),
                [""; 0],
                "{bell:?} {focused} {seconds} {ending:?}"
            );
        }
    }

    #[test]
    fn a_title_is_one_short_line_without_escapes() {
        let mut state = State::new(examples::start());
        state.title = Some(format!("a\x1b]0;b\x07\n{}", "c".repeat(100)));
        let effect = title(&mut state);
        let title = state.attention.title.clone();
        assert_eq!(effect, Some(Effect::Title(title.clone())));
        assert!(title.chars().count() == TITLE && !title.contains(char::is_control), "{title:?}");
        assert_eq!(super::title(&mut state), None);
    }
}
