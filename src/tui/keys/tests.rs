//! Loading the keymap, and what keys do where.

use super::*;
use crate::tui::panels::PanelKind;
use std::collections::HashSet;

fn chord(text: &str) -> Chord {
    text.parse().unwrap()
}

#[test]
fn every_action_has_a_key_or_is_a_command_and_names_are_unique() {
    let keymap = Keymap::load(None, "").unwrap();
    let names: HashSet<_> = Action::all().iter().map(|action| action.name()).collect();
    assert_eq!(names.len(), Action::all().len());
    for &action in Action::all() {
        assert!(keymap.key(action).is_some() || action.is_command(), "{} cannot be reached", action.name());
        assert!(!action.help().is_empty() && Action::named(&action.name()) == Some(action));
    }
}

#[test]
fn a_context_wins_over_global_and_the_user_over_the_table() {
    let keymap = Keymap::load(None, "").unwrap();
    assert_eq!(keymap.action(Context::Composer, &chord("esc")), Some(Action::Stop));
    assert_eq!(keymap.action(Context::List, &chord("esc")), Some(Action::Close));
    let user = "[[bind]]\ncontext = \"global\"\nkey = \"esc\"\naction = \"open-help\"\n\
                [[bind]]\ncontext = \"global\"\nkey = \"f3\"\naction = \"none\"";
    let keymap = Keymap::load(Some(user), "keymap.toml").unwrap();
    assert_eq!(keymap.action(Context::Composer, &chord("esc")), Some(Action::Open(PanelKind::Help)));
    assert_eq!(keymap.action(Context::Composer, &chord("f3")), None);
    assert_eq!(keymap.action(Context::List, &chord("esc")), Some(Action::Close));
}

#[test]
fn a_mistake_in_the_users_table_says_line_and_remedy() {
    for (user, message) in [
        (
            "\n[[bind]]\ncontext = \"global\"\nkey = \"ctrl-\"\naction = \"stop\"",
            "k.toml:2: 'ctrl-' is no key: there is nothing behind the last '-'",
        ),
        (
            "bind = [{ context = \"global\", key = \"f9\", action = \"fly\" }]",
            "k.toml:1: there is no action 'fly'; F1 in the program lists their names",
        ),
        (
            "bind = [{ context = \"global\", key = \"f9\", action = \"model_picker\" }]",
            "k.toml:1: there is no action 'model_picker'; did you mean open-model-picker?",
        ),
        (
            "bind = [\n{ context = \"help\", key = \"f9\", action = \"stop\" },\n\
             { context = \"help\", key = \"f9\", action = \"close\" }]",
            "k.toml:3: 'f9' is bound twice in the same context; remove one of the two",
        ),
    ] {
        assert_eq!(Keymap::load(Some(user), "k.toml").unwrap_err(), message);
    }
    let wrong = Keymap::load(Some("bind = [{ context = \"moon\", key = \"f9\", action = \"stop\" }]"), "k.toml");
    assert!(wrong.unwrap_err().starts_with("k.toml:1: unknown variant 'moon', expected one of 'global'"));
}

#[test]
fn the_actions_about_categories_take_their_number_from_one_to_nine() {
    assert_eq!(Action::named("choose-category-3"), Some(Action::ChooseCategory(3)));
    assert_eq!(Action::named("correct-to-category-9"), Some(Action::CorrectTo(9)));
    for unknown in ["choose-category", "choose-category-0", "choose-category-10", "choose-category-03"] {
        assert_eq!(Action::named(unknown), None, "{unknown}");
    }
    assert_eq!((Action::ChooseCategory(1).category(), Action::ChooseCategory(1).correction()), (Some(0), None));
    assert_eq!((Action::correcting_to(8), Action::correcting_to(9)), (Some(Action::CorrectTo(9)), None));
}

#[test]
fn what_opens_a_panel_stands_in_the_commands_where_the_panel_says() {
    let names: Vec<_> = Action::all().iter().map(|action| action.name()).collect();
    let at = |name: &str| names.iter().position(|known| known == name).unwrap();
    for (before, opens) in
        [("see-why", "open-lessons"), ("open-lessons", "open-report"), ("run-over-code", "ask-elsewhere")]
    {
        assert_eq!(at(opens), at(before) + 1, "{opens}");
    }
}

#[test]
fn a_chord_that_is_bound_nowhere_does_what_it_stands_for() {
    use {Action as A, Context as C};
    let keymap = Keymap::load(None, "").unwrap();
    for (context, keys, action) in [
        // The same place on another layout.
        (C::Composer, "ctrl-с", Some(A::Leave)),
        (C::Composer, "ctrl-ф", Some(A::LineStart)),
        (C::Composer, "ctrl-я", Some(A::Suspend)),
        (C::Composer, "ctrl-ς", Some(A::DeleteWordLeft)),
        (C::Composer, "ctrl-ש", Some(A::LineStart)),
        (C::Composer, "ctrl-ش", Some(A::LineStart)),
        (C::Composer, "alt-и", Some(A::WordLeft)),
        (C::Composer, "alt-۱", Some(A::ChooseCategory(1))),
        (C::Composer, "ctrl-о", Some(A::Newline)),
        (C::List, "ctrl-ц", Some(A::DeleteWordLeft)),
        // The byte that older terminals send.
        (C::Composer, "ctrl-m", Some(A::Send)),
        (C::Composer, "ctrl-i", Some(A::FocusNext)),
        (C::Composer, "ctrl-[", Some(A::Stop)),
        (C::List, "ctrl-[", Some(A::Close)),
        (C::Composer, "ctrl-h", Some(A::DeleteLeft)),
        (C::Composer, "ctrl-j", Some(A::Newline)),
        // Fewer modifiers.
        (C::Composer, "shift-backspace", Some(A::DeleteLeft)),
        (C::Composer, "ctrl-backspace", Some(A::DeleteWordLeft)),
        (C::Composer, "ctrl-shift-backspace", Some(A::DeleteWordLeft)),
        (C::Composer, "alt-shift-backspace", Some(A::DeleteWordLeft)),
        (C::Composer, "shift-delete", Some(A::DeleteRight)),
        (C::Composer, "ctrl-delete", Some(A::DeleteWordRight)),
        (C::Composer, "alt-delete", Some(A::DeleteWordRight)),
        (C::Composer, "ctrl-enter", Some(A::Send)),
        (C::Composer, "ctrl-shift-enter", Some(A::Newline)),
        (C::Composer, "alt-shift-enter", Some(A::Newline)),
        (C::Composer, "ctrl-up", Some(A::Up)),
        (C::Composer, "alt-esc", Some(A::Stop)),
        (C::Composer, "ctrl-shift-tab", Some(A::FocusPrevious)),
        (C::Composer, "shift-pgup", Some(A::PageUp)),
        (C::Composer, "shift-f1", Some(A::Open(PanelKind::Help))),
        (C::List, "ctrl-enter", Some(A::Accept)),
        (C::List, "alt-delete", Some(A::DeleteWordRight)),
        (C::List, "shift-left", Some(A::Left)),
        (C::Transcript, "shift-up", Some(A::Up)),
        // Selecting is for the input alone.
        (C::Composer, "shift-left", Some(A::SelectLeft)),
        (C::Completion, "shift-up", Some(A::SelectUp)),
        (C::Composer, "ctrl-shift-right", Some(A::SelectWordRight)),
        (C::Composer, "alt-shift-left", Some(A::SelectWordLeft)),
        (C::Composer, "shift-end", Some(A::SelectLineEnd)),
        // A character keeps its modifiers, and typed text its letters.
        (C::Composer, "ctrl-space", None),
        (C::Composer, "ctrl-alt-w", None),
        (C::Composer, "ctrl-é", None),
        (C::Panel, "й", None),
        (C::Transcript, "о", None),
    ] {
        assert_eq!(keymap.action(context, &chord(keys)), action, "{keys} in {context:?}");
    }
}

#[test]
fn a_row_of_the_users_table_comes_before_what_a_chord_stands_for() {
    let rows = "bind = [{ context = \"global\", key = \"alt-й\", action = \"undo\" },\
                { context = \"composer\", key = \"ctrl-i\", action = \"redo\" },\
                { context = \"global\", key = \"ctrl-enter\", action = \"newline\" }]";
    let keymap = Keymap::load(Some(rows), "k.toml").unwrap();
    for (keys, action) in [
        ("alt-й", Some(Action::Undo)),
        ("alt-q", Some(Action::Open(PanelKind::Queue))),
        ("ctrl-i", Some(Action::Redo)),
        ("tab", Some(Action::FocusNext)),
        ("ctrl-enter", Some(Action::Newline)),
        ("enter", Some(Action::Send)),
    ] {
        assert_eq!(keymap.action(Context::Composer, &chord(keys)), action, "{keys}");
    }
}

#[test]
fn the_locale_says_which_layout_a_letter_is_of() {
    let keymap = |locale| Keymap::load(None, "").unwrap().typed_in(locale);
    for (locale, keys, action) in [
        ("", "ctrl-с", Some(Action::Leave)),
        ("ru_RU.UTF-8", "ctrl-с", Some(Action::Leave)),
        ("sr_RS@latin", "ctrl-с", None),
        ("sr", "ctrl-ц", Some(Action::Leave)),
        ("bg_BG.UTF-8", "ctrl-ъ", Some(Action::Leave)),
    ] {
        assert_eq!(keymap(locale).action(Context::Composer, &chord(keys)), action, "{locale} {keys}");
    }
}

#[test]
fn letters_behind_the_leader_key_count_by_place_and_shift() {
    let keymap = Keymap::load(None, "").unwrap();
    for (typed, letter) in [("ц", "w"), ("Д", "L"), ("д", "l"), ("я", "z"), ("Я", "Z"), ("ש", "a"), ("б", ",")] {
        let action = keymap.action_behind_leader(&chord(letter));
        assert!(action.is_some() && keymap.action_behind_leader(&chord(typed)) == action, "{typed} is {letter}");
    }
}

/// The keys of an action that every keyboard has: no Alt, which Macs use for letters, and no F-key.
fn has_plain_key(keymap: &Keymap, action: Action) -> bool {
    let plain = |binding: &&Binding| !binding.chord.alt && !matches!(binding.chord.key, chord::Key::F(_));
    keymap.bindings.iter().filter(plain).any(|binding| binding.action == action)
}

#[test]
fn every_action_has_a_way_without_alt_and_without_f_keys() {
    let keymap = Keymap::load(None, "").unwrap();
    for &action in Action::all() {
        // The numbers of categories have the leader key and the history's digits.
        assert!(has_plain_key(&keymap, action) || action.is_command(), "{} needs Alt or an F-key", action.name());
    }
    assert!(has_plain_key(&keymap, Action::Leader) && has_plain_key(&keymap, Action::Open(PanelKind::Commands)));
}

#[test]
fn every_f_key_and_alt_key_outside_of_text_has_a_letter_behind_the_leader_key() {
    let keymap = Keymap::load(None, "").unwrap();
    for binding in keymap.bindings.iter().filter(|binding| binding.context == Context::Global) {
        let needs = binding.chord.alt || matches!(binding.chord.key, chord::Key::F(_));
        assert!(!needs || keymap.key_behind_leader(binding.action).is_some(), "{}", binding.action.name());
    }
}

#[test]
fn every_action_has_a_title_that_is_no_name() {
    for &action in Action::all() {
        let title = action.title();
        assert!(title.starts_with(|c: char| c.is_uppercase()) && !title.contains('_'), "{}: {title}", action.name());
    }
}

#[test]
fn digits_correct_only_in_the_history_and_in_why() {
    let keymap = Keymap::load(None, "").unwrap();
    for (context, heading) in Context::ALL {
        let corrects = (1..=9).any(|digit| {
            let action = keymap.action(context, &chord(&digit.to_string()));
            action.is_some_and(|action| action.correction().is_some())
        });
        assert_eq!(corrects, matches!(context, Context::History | Context::Why), "{heading}");
    }
}

#[test]
fn a_line_that_is_written_has_its_keys_in_every_list() {
    let keymap = Keymap::load(None, "").unwrap();
    for context in [Context::Search, Context::List, Context::Chats, Context::Decisions, Context::Help] {
        for (key, action) in [
            ("left", Action::Left),
            ("home", Action::LineStart),
            ("end", Action::LineEnd),
            ("ctrl-a", Action::LineStart),
            ("ctrl-e", Action::LineEnd),
            ("ctrl-u", Action::DeleteToLineStart),
            ("ctrl-w", Action::DeleteWordLeft),
            ("ctrl-k", Action::DeleteToLineEnd),
            ("ctrl-y", Action::PutBackDeleted),
        ] {
            assert_eq!(keymap.action(context, &chord(key)), Some(action), "{key} {context:?}");
        }
    }
}

#[test]
fn the_leader_key_lists_its_letters_with_the_categories_as_one() {
    let keymap = Keymap::load(None, "").unwrap();
    let hints = keymap.leader_hints(4);
    assert_eq!(hints[0], ("1…4".to_owned(), "Send to a category"));
    assert_eq!(hints[1], ("0".to_owned(), "Route automatically"));
    assert!(hints.contains(&("w".to_owned(), "Why this route")));
    let letters: HashSet<_> = hints.iter().map(|(letter, _)| letter).collect();
    let titles: HashSet<_> = hints.iter().map(|(_, title)| title).collect();
    assert_eq!((letters.len(), titles.len()), (hints.len(), hints.len()), "each letter and each command once");
}

#[test]
fn shift_enter_is_named_only_where_the_terminal_confirmed_it() {
    let keymap = Keymap::load(None, "").unwrap();
    let named = |confirmed| keymap.key_that_works(Context::Composer, Action::Newline, confirmed).unwrap().to_string();
    assert_eq!((named(false).as_str(), named(true).as_str()), ("Ctrl+J", "Shift+Enter"));
    let request = keymap.key_that_works(Context::Why, Action::Open(PanelKind::Request), false);
    assert_eq!(request.map(ToString::to_string).as_deref(), Some("s"), "the nearest context comes first");
    let send = keymap.key_that_works(Context::Composer, Action::Send, false);
    assert_eq!(send.map(ToString::to_string).as_deref(), Some("Enter"));
}

#[test]
fn named_keys_are_shown_as_they_stand_on_keyboards() {
    for (key, shown) in [("delete", "Del"), ("down", "↓"), ("alt-left", "Alt+←")] {
        assert_eq!(chord(key).to_string(), shown);
    }
}

#[test]
fn a_command_names_only_keys_that_reach_it_from_the_input() {
    let keymap = Keymap::load(None, "").unwrap();
    for (action, keys) in [
        (Action::DeleteChat, ""),
        (Action::ClearDraft, "Ctrl+U ×2"),
        (Action::EditPrompt, "Ctrl+X e"),
        (Action::Open(PanelKind::Models), "Ctrl+O"),
    ] {
        assert_eq!(keymap.shown_key(action), keys, "{}", action.name());
    }
}

#[cfg(unix)]
#[test]
fn a_row_for_a_letter_of_another_alphabet_wins_over_the_place_that_the_terminal_names() {
    let user = "bind = [{ context = \"global\", key = \"ctrl-с\", action = \"open-help\" }]";
    let (own, user) = (Keymap::load(None, "").unwrap(), Keymap::load(Some(user), "keymap.toml").unwrap());
    let pressed = |bytes: &str| {
        let events = crate::tui::host::decode_input(&[(std::time::Duration::ZERO, bytes.as_bytes())]);
        let key = |event| if let crate::tui::event::Event::Key(chord) = event { Some(chord) } else { None };
        events.into_iter().find_map(key).unwrap()
    };
    let help = Some(Action::Open(PanelKind::Help));
    for bytes in ["\x1b[1089::99;5u", "\x1b[1089:1057:99;6u", "\x1b[1089;5u"] {
        assert_eq!(own.action(Context::Composer, &pressed(bytes)), Some(Action::Leave), "{bytes:?}");
        assert_eq!(user.action(Context::Composer, &pressed(bytes)), help, "{bytes:?}");
    }
    // The place that the terminal names counts, also where the letter is in no table or has another place there.
    for bytes in ["\x1b[5121::99;5u", "\x1b[1094::99;5u"] {
        assert_eq!(own.action(Context::Composer, &pressed(bytes)), Some(Action::Leave), "{bytes:?}");
    }
    assert_eq!(pressed("\x1b[1089::99;7u").typed(), None, "Ctrl and Alt are held");
    assert_eq!(pressed("\x1b[5121::99;7u").typed(), None);
}
