//! Decodes a table of sequences that terminals send.

use super::*;
use crate::tui::host::keyboard::sequences::Sequences;
use std::time::{Duration, Instant};

/// The meaning of `bytes`: keys as `ctrl-shift-x`, others in angle brackets.
fn means(bytes: &str) -> String {
    let (mut sequences, at) = (Sequences::default(), Instant::now());
    let mut tokens = sequences.take(bytes.as_bytes(), at);
    tokens.extend(sequences.expire(at + Duration::from_secs(9)));
    let mut inputs = Vec::new();
    for token in tokens {
        decode(token, &mut inputs);
    }
    inputs.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn show(input: &Input) -> String {
    match input {
        Input::Shortcut(key, place) => format!("{}@{place}", show(&Input::Event(Event::Key(*key)))),
        Input::Event(Event::Key(key)) => {
            let mut shown = String::new();
            for (modifier, name) in [
                (KeyModifiers::CONTROL, "ctrl-"),
                (KeyModifiers::ALT, "alt-"),
                (KeyModifiers::SHIFT, "shift-"),
                (KeyModifiers::SUPER, "super-"),
                (KeyModifiers::HYPER, "hyper-"),
                (KeyModifiers::META, "meta-"),
            ] {
                shown += if key.modifiers.contains(modifier) { name } else { "" };
            }
            shown
                + &match key.code {
                    KeyCode::Char(' ') => "space".to_owned(),
                    KeyCode::Char(c) => c.to_string(),
                    KeyCode::F(number) => format!("f{number}"),
                    code => format!("{code:?}").to_lowercase(),
                }
        }
        Input::Event(Event::Mouse(mouse)) => {
            format!("<{:?} {},{} {:?}>", mouse.kind, mouse.column, mouse.row, mouse.modifiers)
        }
        other => format!("<{other:?}>"),
    }
}

#[test]
fn keys_are_known_in_every_encoding() {
    for (bytes, key) in [
        ("aÉ\r\t\x7f", "a shift-É enter tab backspace"),
        ("\0\x03\n\x08\x1c\x1f", "ctrl-space ctrl-c ctrl-j ctrl-h ctrl-4 ctrl-7"),
        ("\x1bx\x1bX\x1b\r\x1b\x7f", "alt-x alt-shift-X alt-enter alt-backspace"),
        // Arrows: plain, of the application mode, with modifiers, of rxvt, behind another ESC.
        ("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", "up down right left home end"),
        ("\x1bOA\x1bOD\x1bOH\x1bOF", "up left home end"),
        ("\x1b[1;2A\x1b[1;3D\x1b[1;5C\x1b[1;6H", "shift-up alt-left ctrl-right ctrl-shift-home"),
        ("\x1b[a\x1b[d\x1bOa\x1bOd", "shift-up shift-left ctrl-up ctrl-left"),
        ("\x1b\x1b[D\x1b\x1bOC\x1b\x1b[3~", "alt-left alt-right alt-delete"),
        ("\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[5~\x1b[6~\x1b[7~\x1b[8~", "home insert delete end pageup pagedown home end"),
        ("\x1b[3;5~\x1b[3^\x1b[3$\x1b[3@x", "ctrl-delete ctrl-delete shift-delete ctrl-shift-delete x"),
        // Function keys.
        ("\x1bOP\x1bOQ\x1bOR\x1bOS", "f1 f2 f3 f4"),
        ("\x1b[P\x1b[Q\x1b[R\x1b[S\x1b[[A\x1b[[E", "f1 f2 f3 f4 f1 f5"),
        ("\x1b[11~\x1b[14~\x1b[15~\x1b[17~\x1b[21~\x1b[23~\x1b[24~", "f1 f4 f5 f6 f10 f11 f12"),
        ("\x1b[1;2P\x1b[1;2R\x1b[13;2~\x1bO5P\x1bO1;5P", "shift-f1 shift-f3 shift-f3 ctrl-f1 ctrl-f1"),
        // Tab with Shift.
        ("\x1b[Z\x1b[9;2u\x1b[27;2;9~\x1b[1;2Z", "shift-backtab shift-backtab shift-backtab shift-backtab"),
        // The keypad of the application mode.
        ("\x1bOp\x1bOy\x1bOM\x1bOk\x1bOn", "0 9 enter + ."),
        // modifyOtherKeys.
        ("\x1b[27;2;13~\x1b[27;5;119~\x1b[27;6;87~", "shift-enter ctrl-w ctrl-shift-W"),
        // kitty's protocol.
        ("\x1b[27u\x1b[13;2u\x1b[127;5u\x1b[32;5u", "esc shift-enter ctrl-backspace ctrl-space"),
        ("\x1b[99;5u\x1b[99;5:1u\x1b[99;5:2u\x1b[99;5:3u", "ctrl-c ctrl-c ctrl-c"),
        ("\x1b[1;5:1A\x1b[1;5:3A\x1b[3;1:3~", "ctrl-up"),
        ("\x1b[97:65;2u\x1b[97;2u\x1b[49:33;2u\x1b[45:95;6u", "shift-A shift-A shift-! ctrl-shift-_"),
        ("\x1b[97;69u\x1b[97;133u\x1b[97;197u", "ctrl-a ctrl-a ctrl-a"),
        ("\x1b[99;9u\x1b[99;17u\x1b[99;33u\x1b[13;9u", "super-c hyper-c meta-c super-enter"),
        ("\x1b[97;;229u\x1b[0;;228:246u\x1b[229;3;229u", "å ä ö alt-å"),
        ("\x1b[57399u\x1b[57408u\x1b[57414u\x1b[57417;5u", "0 9 enter ctrl-left"),
        ("\x1b[57376u\x1b[57427u\x1b[57428u\x1b[57441;2u\x1b[57358u", "f13 keypadbegin"),
    ] {
        assert_eq!(means(bytes), key, "{bytes:?}");
    }
}

#[test]
fn a_shortcut_on_another_alphabet_is_the_letter_and_the_place_of_its_key() {
    for (bytes, key) in [
        ("\x1b[1089::99;5u", "ctrl-с@c"),
        ("\x1b[1092::97;5u", "ctrl-ф@a"),
        ("\x1b[962::119;5u", "ctrl-ς@w"),
        ("\x1b[1513::97;3u", "alt-ש@a"),
        ("\x1b[1601::116;9u", "super-ف@t"),
        ("\x1b[1089:1057:99;6u", "ctrl-shift-С@c"),
        // Without a code for the place the letter goes on as it is.
        ("\x1b[1089;5u", "ctrl-с"),
        // What is typed is the letter, and a Latin layout is not overruled.
        ("\x1b[1089:1057:99;2u", "shift-С"),
        ("\x1b[246::59;5u", "ctrl-ö"),
        ("\x1b[122::121;5u", "ctrl-z"),
        ("\x1b[44::119;5u", "ctrl-,"),
    ] {
        assert_eq!(means(bytes), key, "{bytes:?}");
    }
}

#[test]
fn the_mouse_is_known_in_three_encodings() {
    for (bytes, mouse) in [
        ("\x1b[<0;1;1M", "<Down(Left) 0,0 KeyModifiers(0x0)>"),
        ("\x1b[<0;300;200m", "<Up(Left) 299,199 KeyModifiers(0x0)>"),
        ("\x1b[<32;5;6M", "<Drag(Left) 4,5 KeyModifiers(0x0)>"),
        ("\x1b[<35;5;6M", "<Moved 4,5 KeyModifiers(0x0)>"),
        ("\x1b[<64;5;6M\x1b[<65;5;6M", "<ScrollUp 4,5 KeyModifiers(0x0)> <ScrollDown 4,5 KeyModifiers(0x0)>"),
        ("\x1b[<18;5;6M", "<Down(Right) 4,5 KeyModifiers(CONTROL)>"),
        ("\x1b[32;5;6M\x1b[35;5;6M", "<Down(Left) 4,5 KeyModifiers(0x0)> <Up(Left) 4,5 KeyModifiers(0x0)>"),
        ("\x1b[M %&", "<Down(Left) 4,5 KeyModifiers(0x0)>"),
        ("\x1b[M`%&", "<ScrollUp 4,5 KeyModifiers(0x0)>"),
        ("\x1b[<128;5;6M\x1b[<0;5M\x1b[<99999;1;1Mx", "x"),
        ("\x1b\x1b[<0;1;1M", "esc <Down(Left) 0,0 KeyModifiers(0x0)>"),
    ] {
        assert_eq!(means(bytes), mouse, "{bytes:?}");
    }
}

#[test]
fn reports_and_replies_type_nothing() {
    for report in [
        "\x1b[?997;1n",
        "\x1b[?2026;2$y",
        "\x1b[4;2$y",
        "\x1b[?62;22c",
        "\x1b[>0;10;1c",
        "\x1b[=1c",
        "\x1b[?1u",
        "\x1b[12;40R",
        "\x1b[1;1;1R",
        "\x1b[4;600;800t",
        "\x1b[0n",
        "\x1b[201~",
        "\x1b[999~",
        "\x1b[1!p",
        "\x1bP1$r0m\x1b\\",
        "\x1bP>|XTerm(370)\x1b\\",
        "\x1bP!|00000000\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b]10;rgb:1/1/1\x07",
        "\x1b]52;c;YQ==\x1b\\",
        "\x1b]4;1;rgb:00/00/00\x1b\\",
    ] {
        assert_eq!(means(&format!("a{report}hello")), "a h e l l o", "{report:?}");
    }
    assert_eq!(means("\x1b[I\x1b[O"), "<Event(FocusGained)> <Event(FocusLost)>");
    assert_eq!(means("\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\"), "<Reply(Background([30, 30, 46]))>");
    assert_eq!(means("\x1bP>|kitty(0.35.2)\x1b\\"), "<Reply(ShiftEnter)>");
    assert_eq!(means("\x1b\x1b[?997;1n"), "esc", "Esc was pressed before it");
}
