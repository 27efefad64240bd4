//! Replies of the terminal: what they say, and that they type nothing and lose nothing.

use super::*;

/// The inputs that crossterm makes of `bytes`, as far as this needs it.
fn inputs(bytes: &str) -> Vec<Input> {
    let (mut inputs, mut alt) = (Vec::new(), KeyModifiers::NONE);
    for c in bytes.chars() {
        let (code, mut modifiers) = match c {
            '\x1b' => {
                alt = KeyModifiers::ALT;
                continue;
            }
            '\x07' => (KeyCode::Char('g'), KeyModifiers::CONTROL),
            '\r' => (KeyCode::Enter, KeyModifiers::NONE),
            c if c.is_uppercase() => (KeyCode::Char(c), KeyModifiers::SHIFT),
            c => (KeyCode::Char(c), KeyModifiers::NONE),
        };
        modifiers |= std::mem::replace(&mut alt, KeyModifiers::NONE);
        inputs.push(Input::Key(KeyEvent::new(code, modifiers)));
    }
    inputs
}

fn keys(bytes: &str) -> Vec<Passed> {
    inputs(bytes).into_iter().map(Passed::Input).collect()
}

/// What comes out when `bytes` come `apart` milliseconds from each other, and then nothing for a while.
fn passed(bytes: &str, apart: u64) -> Vec<Passed> {
    let (mut filter, mut at) = (Filter::default(), Instant::now());
    let mut passed = Vec::new();
    for input in inputs(bytes) {
        passed.extend(filter.take(input, at));
        at += Duration::from_millis(apart);
    }
    passed.extend(filter.expire(at + SURE));
    passed
}

#[test]
fn a_reply_between_two_keys_types_nothing() {
    let background = Passed::Reply(Reply::Background([0x15, 0x17, 0x1c]));
    for end in ["\x1b\\", "\x07"] {
        let passed = passed(&format!("a\x1b]11;rgb:1515/1717/1c1c{end}b"), 1);
        assert_eq!(passed, [keys("a"), vec![background.clone()], keys("b")].concat());
    }
    assert_eq!(passed("\x1b]4;1;rgb:00/00/00\x1b\\", 1), [], "an answer to another question");
    assert_eq!(passed("\x1b_Gi=31;OK\x1b\\", 1), []);
}

#[test]
fn a_terminal_that_is_known_for_it_tells_shift_enter_from_enter() {
    let known = [Passed::Reply(Reply::ShiftEnter)];
    for name in ["kitty(0.35.2)", "ghostty 1.1.3", "foot(1.17.2)"] {
        assert_eq!(passed(&format!("\x1bP>|{name}\x1b\\"), 1), known, "{name}");
    }
    for name in ["XTerm(370)", "tmux 3.4", "WezTerm 20240203", "kittycat 1"] {
        assert_eq!(passed(&format!("\x1bP>|{name}\x1b\\"), 1), [], "{name}");
    }
    let pressed = Input::Key(KeyEvent::new(KeyCode::Enter, KeyModifiers::SHIFT));
    let passed = Filter::default().take(pressed.clone(), Instant::now());
    assert_eq!(passed, [Passed::Reply(Reply::ShiftEnter), Passed::Input(pressed)]);
}

#[test]
fn colours_have_one_to_four_digits_a_channel() {
    for (text, colour) in [
        ("rgb:f/0/8", Some([255, 0, 136])),
        ("rgb:ff/00/80", Some([255, 0, 128])),
        ("rgb:fff/000/800", Some([255, 0, 128])),
        ("rgba:ffff/0000/8080/ffff", Some([255, 0, 128])),
        ("rgb:ff/00", None),
        ("rgb:fffff/0/0", None),
        ("rgb:+f/0/0", None),
        ("#ff0080", None),
    ] {
        assert_eq!(background(text), colour, "{text}");
    }
}

#[test]
fn keys_that_are_no_reply_go_on_in_their_order() {
    for typed in
        ["\x1b]", "\x1b]x", "\x1b]1\r", "\x1bP", "\x1bPhello", "\x1b]\x1b\\", "\x1b]1\x1b]2", "\x1b_a", "x\x1b\\"]
    {
        for apart in [0, 1, 200] {
            assert_eq!(passed(typed, apart), keys(typed), "{typed:?}");
        }
    }
    assert_eq!(passed("\x1b]1;2", 200), keys("\x1b]1;2"), "too slow for a reply");
}

#[test]
fn keys_that_cannot_be_a_reply_wait_for_nothing() {
    let (mut filter, at) = (Filter::default(), Instant::now());
    let at_once: Vec<_> = inputs("\x1b]x").into_iter().flat_map(|input| filter.take(input, at)).collect();
    assert_eq!((at_once, filter.patience()), (keys("\x1b]x"), None));
    filter.take(inputs("\x1bP").remove(0), at);
    assert_eq!(filter.patience(), Some(UNSURE));
    assert_eq!(filter.expire(at + UNSURE), keys("\x1bP"));
}

#[test]
fn half_a_reply_is_waited_for_and_never_typed() {
    let (mut filter, at) = (Filter::default(), Instant::now());
    for input in inputs("\x1b]11;rgb:15") {
        assert_eq!(filter.take(input, at), []);
    }
    let later = at + SURE / 2;
    assert_eq!(filter.expire(later), []);
    let rest: Vec<_> = inputs("15/1717/1c1c\x07").into_iter().flat_map(|input| filter.take(input, later)).collect();
    assert_eq!(rest, [Passed::Reply(Reply::Background([0x15, 0x17, 0x1c]))]);
    assert_eq!(passed("\x1b]11;rgb:15", 1), [], "its end never comes");
}

#[test]
fn a_terminator_in_two_parts_ends_a_reply() {
    let (mut filter, at) = (Filter::default(), Instant::now());
    let mut all = inputs("\x1b]11;rgb:00/00/00");
    all.push(Input::Key(KeyCode::Esc.into()));
    all.extend(inputs("\\"));
    let passed: Vec<_> = all.into_iter().flat_map(|input| filter.take(input, at)).collect();
    assert_eq!(passed, [Passed::Reply(Reply::Background([0, 0, 0]))]);
}

#[test]
fn the_window_and_a_paste_come_through() {
    let (mut filter, at) = (Filter::default(), Instant::now());
    let (first, resized) = (inputs("\x1b]").remove(0), Input::Resize(80, 24));
    assert_eq!(filter.take(first, at), []);
    assert_eq!(filter.take(resized.clone(), at), [Passed::Input(resized)]);
    let paste = Input::Paste("text".to_owned());
    assert_eq!(filter.take(paste.clone(), at), [keys("\x1b]"), vec![Passed::Input(paste)]].concat());
}
