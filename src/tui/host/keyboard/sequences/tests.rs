//! Cuts bytes into tokens, in any pieces, and gives up unfinished ones.

use super::*;
use proptest::prelude::*;

/// Tokens in a short form: `<` and `>` enclose what is no plain character.
fn show(tokens: &[Token]) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).escape_debug().to_string();
    let show = |token: &Token| match token {
        Token::Char { c, alt: false } if !c.is_control() => c.to_string(),
        Token::Char { c, alt } => format!("<{}{}>", if *alt { "alt " } else { "" }, c.escape_debug()),
        Token::Esc => "<esc>".to_owned(),
        Token::Csi { body, last, alt } => {
            format!("<{}csi {}{}>", if *alt { "alt " } else { "" }, text(body), text(&[*last]))
        }
        Token::Ss3 { body, last, alt } => {
            format!("<{}ss3 {}{}>", if *alt { "alt " } else { "" }, text(body), text(&[*last]))
        }
        Token::Linux(last) => format!("<linux {}>", char::from(*last)),
        Token::Mouse(bytes) => format!("<mouse {bytes:?}>"),
        Token::String { introducer, text: string } => format!("<string {}{}>", char::from(*introducer), text(string)),
        Token::Paste(string) => format!("<paste {string:?}>"),
    };
    tokens.iter().map(show).collect()
}

/// The tokens of pieces, each so many milliseconds after the one before it. Nothing is read after the last one.
fn timed<Bytes: AsRef<[u8]> + ?Sized>(pieces: &[(u64, &Bytes)]) -> Vec<Token> {
    let (mut sequences, mut at, mut tokens) = (Sequences::default(), Instant::now(), Vec::new());
    let wait = |sequences: &mut Sequences, until: Option<Instant>, tokens: &mut Vec<Token>| {
        while let Some(deadline) = sequences.deadline().filter(|deadline| until.is_none_or(|until| *deadline < until)) {
            tokens.extend(sequences.expire(deadline));
        }
    };
    for (pause, bytes) in pieces {
        at += Duration::from_millis(*pause);
        if *pause > 0 {
            wait(&mut sequences, Some(at), &mut tokens);
        }
        tokens.extend(sequences.take(bytes.as_ref(), at));
    }
    wait(&mut sequences, None, &mut tokens);
    tokens
}

fn whole(bytes: &[u8]) -> String {
    show(&timed(&[(0, bytes)]))
}

#[test]
fn tokens_are_found_and_everything_behind_them_is_typed() {
    let table: &[(&[u8], &str)] = &[
        (b"aZ9 \r\t\x7f\x03", r"aZ9 <\r><\t><\u{7f}><\u{3}>"),
        ("é漢👩".as_bytes(), "é漢👩"),
        (b"\xff\xe6\xbcx\xc3", "\u{fffd}\u{fffd}x\u{fffd}"),
        (b"\xc3\x03", r"�<\u{3}>"),
        // ESC with a character is the character with Alt.
        (b"\x1bx\x1b\r\x1b\x7f", r"<alt x><alt \r><alt \u{7f}>"),
        ("\u{1b}é".as_bytes(), "<alt é>"),
        (b"\x1b", "<esc>"),
        (b"\x1b\x1b", "<esc><esc>"),
        (b"\x1b\x1b\x1b", "<esc><esc><esc>"),
        (b"\x1b\x1bx", "<esc><alt x>"),
        (b"\x1b\x03", r"<esc><\u{3}>"),
        (b"\x1b^\x1bX", "<alt ^><alt X>"),
        // Control sequences.
        (b"\x1b[A\x1b[1;5Dx", "<csi A><csi 1;5D>x"),
        (b"\x1b\x1b[D\x1b\x1bOD", "<alt csi D><alt ss3 D>"),
        (b"\x1b[97:65;2u\x1b[27;5;119~", "<csi 97:65;2u><csi 27;5;119~>"),
        (b"\x1b[?997;1nhello", "<csi ?997;1n>hello"),
        (b"\x1b[?2026;2$yhello", "<csi ?2026;2$y>hello"),
        (b"\x1b[4;2$yh", "<csi 4;2$y>h"),
        (b"\x1b[>0;10;1ch", "<csi >0;10;1c>h"),
        (b"\x1b[<35;10;10Mh", "<csi <35;10;10M>h"),
        (b"\x1b[M !!h", "<mouse [32, 33, 33]>h"),
        (b"\x1b[M\xff\xff\xffh", "<mouse [255, 255, 255]>h"),
        (b"\x1b[[Ah", "<linux A>h"),
        (b"\x1b[ah\x1b[3^\x1b[3@", "<csi a>h<csi 3^><csi 3@>"),
        (b"\x1b[3$h\x1b[3$\x1b[3$", "<csi 3$>h<csi 3$><csi 3$>"),
        (b"\x1bOP\x1bO5Ph\x1bOdx", "<ss3 P><ss3 5P>h<ss3 d>x"),
        (b"\x9bA\xc2\x9bA\x8fP", "<csi A><csi A><ss3 P>"),
        (b"\xc2\x85x\x85x", "xx"),
        // Control strings.
        (b"\x1b]11;rgb:1/2/3\x1b\\h", "<string ]11;rgb:1/2/3>h"),
        (b"\x1b]11;rgb:1/2/3\x07h", "<string ]11;rgb:1/2/3>h"),
        (b"\x1b]11;rgb:1/2/3\x9ch", "<string ]11;rgb:1/2/3>h"),
        (b"\x1b]11;rgb:1/2/3\xc2\x9ch", "<string ]11;rgb:1/2/3>h"),
        (b"\x9d52;c;YQ==\x9ch", "<string ]52;c;YQ==>h"),
        ("\u{1b}]2;Ü✜漢\u{1b}\\h".as_bytes(), "<string ]2;Ü✜漢>h"),
        (b"\x1bP1$r0m\x1b\\h", "<string P1$r0m>h"),
        (b"\x1bP>|a\x07b\x1b\\h", r"<string P>|a\u{7}b>h"),
        (b"\x1b_Gi=31;OK\x1b\\h", "<string _Gi=31;OK>h"),
        (b"\x1b\x1b]11;1\x07\x1b\x1b[200~p\x1b[201~", r#"<esc><string ]11;1><esc><paste "p">"#),
        // No reply begins like this: they are keys with Alt.
        (b"\x1b]x\x1bPhello\x1b_a\x1b]\x1b\\", r"<alt ]>x<alt P>hello<alt _>a<alt ]><alt \\>"),
        (b"\x1b]\r", r"<alt ]><\r>"),
        // Pastes.
        (b"\x1b[200~a\rb\x03\x1b[D\x1b[201~c", r#"<paste "a\rb\u{3}\u{1b}[D">c"#),
        (b"\x1b[200~\x1b[20\x1b[201~c", r#"<paste "\u{1b}[20">c"#),
        ("\u{1b}[200~é\u{1b}[201~".as_bytes(), r#"<paste "é">"#),
        (b"\x1b[201~x", "<csi 201~>x"),
        (b"\x1b[200~\x1b[201~x", r#"<paste "">x"#),
    ];
    for (bytes, expected) in table {
        assert_eq!(whole(bytes), *expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn unfinished_sequences_are_given_up_and_type_nothing() {
    for (bytes, expected) in [
        ("\x1b[", "<alt [>"),
        ("\x1b]", "<alt ]>"),
        ("\x1bP", "<alt P>"),
        ("\x1bO", "<alt O>"),
        ("\x1b[[", "<alt [>["),
        ("\x1b\x1b[", "<esc><alt [>"),
        ("\x1b[<", ""),
        ("\x1b[1;5", ""),
        ("\x1b[<35;1", ""),
        ("\x1b[M!", ""),
        ("\x1b[3$", "<csi 3$>"),
        ("\x1b]11;rgb:15", ""),
        ("\x1b]11;rgb:15\x1b", ""),
        ("\x1bP>|kit", ""),
        ("\x1b[200~abc", r#"<paste "abc">"#),
        ("\x1b[200~abc\r\x1b[20", r#"<paste "abc\r">"#),
        ("\x1b[200~", ""),
    ] {
        assert_eq!(whole(bytes.as_bytes()), expected, "{bytes:?}");
        let typed = show(&timed(&[(0, bytes), (6000, "hello\r")]));
        assert_eq!(typed, format!("{expected}hello<\\r>"), "{bytes:?}: the keyboard is not deaf");
    }
}

#[test]
fn sequences_in_two_reads_are_whole() {
    for (pieces, expected) in [
        (&[(0, "\x1b"), (30, "[D")][..], "<csi D>"),
        (&[(0, "\x1b"), (30, "\r")], r"<alt \r>"),
        (&[(0, "\x1b["), (30, "<35;10;10M")], "<csi <35;10;10M>"),
        (&[(0, "\x1b[<35;10"), (900, ";10M")], "<csi <35;10;10M>"),
        (&[(0, "\x1b]11;rgb:15"), (900, "15/1/1\x1b"), (900, "\\")], "<string ]11;rgb:1515/1/1>"),
        (&[(0, "\x1b[20"), (500, "0~one\rt"), (1900, "wo\r\x1b[2"), (1900, "01~")], r#"<paste "one\rtwo\r">"#),
    ] {
        assert_eq!(show(&timed(pieces)), expected, "{pieces:?}");
    }
}

#[test]
fn a_rest_that_comes_after_giving_up_is_never_typed() {
    for (pieces, expected) in [
        (&[(0, "\x1b"), (200, "[D")][..], "<esc><csi D>"),
        (&[(0, "\x1b"), (200, "[D\x1b[C")], "<esc><csi D><csi C>"),
        (&[(0, "\x1b"), (200, "OP")], "<esc><ss3 P>"),
        (&[(0, "\x1b"), (200, "[<35;10;10M")], "<esc><csi <35;10;10M>"),
        (&[(0, "\x1b"), (200, "[1;5D")], "<esc><csi 1;5D>"),
        (&[(0, "\x1b"), (200, "[200~one\rtwo\r\x1b[201~")], r#"<esc><paste "one\rtwo\r">"#),
        (&[(0, "\x1b"), (200, "]11;rgb:1/1/1\x1b\\h")], "<esc><string ]11;rgb:1/1/1>h"),
        (&[(0, "\x1b["), (200, "<35;10;10M")], "<alt [><csi <35;10;10M>"),
        (&[(0, "\x1b["), (200, "?997;1nh")], "<alt [><csi ?997;1n>h"),
        (&[(0, "\x1b]"), (200, "11;rgb:1/1/1\x07h")], "<alt ]><string ]11;rgb:1/1/1>h"),
        (&[(0, "\x1b[<35;1"), (1500, "0;10Mh")], "<csi <35;10;10M>h"),
        (&[(0, "\x1b[<35;10;10"), (1500, "Mh")], "<csi <35;10;10M>h"),
        (&[(0, "\x1b[200"), (1500, "~one\rtwo\r\x1b[201~")], r#"<paste "one\rtwo\r">"#),
        (&[(0, "\x1b]11;rgb:15"), (1500, "15/1/1\x1b\\h")], "<string ]11;rgb:1515/1/1>h"),
        (&[(0, "\x1b]11;rgb:1/1/1"), (1500, "\x1b\\h")], "<string ]11;rgb:1/1/1>h"),
        (&[(0, "\x1b]11;rgb:1/1/1\x1b"), (1500, "\\h")], "<string ]11;rgb:1/1/1>h"),
        (
            &[(0, "\x1b[200~one\r"), (3000, "two\r"), (10, "three\r\x1b[201~h")],
            r#"<paste "one\r"><paste "two\rthree\r">h"#,
        ),
        (&[(0, "\x1b[200~one\x1b[20"), (3000, "1~h")], r#"<paste "one"><paste "">h"#),
        // A report may be cut once more.
        (&[(0, "\x1b"), (200, "[<35;1"), (300, "0;10Mh")], "<esc><csi <35;10;10M>h"),
        (&[(0, "\x1b"), (200, "]11;rgb:1"), (300, "/1/1\x1b"), (300, "\\h")], "<esc><string ]11;rgb:1/1/1>h"),
        (&[(0, "\x1b"), (200, "P>|foot(1)\x1b\\h")], "<esc><string P>|foot(1)>h"),
        (&[(0, "\x1b"), (200, "_Gi=31;OK\x1b\\h")], "<esc><string _Gi=31;OK>h"),
    ] {
        assert_eq!(show(&timed(pieces)), expected, "{pieces:?}");
    }
}

#[test]
fn what_a_person_types_after_giving_up_is_typed() {
    for (pieces, expected) in [
        (&[(0, "\x1b"), (200, "["), (100, "D")][..], "<esc>[D"),
        (&[(0, "\x1b"), (200, "[draft]")], "<esc>[draft]"),
        (&[(0, "\x1b"), (200, "[1] one")], "<esc>[1] one"),
        (&[(0, "\x1b"), (200, "[Done]")], "<esc>[Done]"),
        (&[(0, "\x1b"), (200, "Once")], "<esc>Once"),
        (&[(0, "\x1b"), (200, "Hello"), (100, "[D")], "<esc>Hello[D"),
        (&[(0, "\x1b"), (200, "\x1b[D")], "<esc><csi D>"),
        (&[(0, "\x1b[<"), (1500, "hello")], "hello"),
        (&[(0, "\x1b[<"), (1500, "5"), (100, "M")], "5M"),
        (&[(0, "\x1b]11;rgb"), (1500, "hello\r")], r"hello<\r>"),
        (&[(0, "\x1b]11;rgb"), (1500, "h"), (100, "\x1b"), (100, "\x1b[D")], "h<esc><csi D>"),
        (&[(0, "\x1b[200~one"), (3000, "a"), (100, "\r"), (100, "\x03")], r#"<paste "one">a<\r><\u{3}>"#),
        (&[(0, "\x1b[200~one"), (3000, "\x1b[D")], r#"<paste "one"><csi D>"#),
    ] {
        assert_eq!(show(&timed(pieces)), expected, "{pieces:?}");
    }
}

#[test]
fn text_that_begins_like_a_report_is_typed() {
    for begun in ["\x1b", "\x1b[", "\x1b]", "\x1bP", "\x1b_"] {
        for text in [
            "P1 is broken again",
            "P1",
            "P1$5 off",
            "P>|",
            "P0+1",
            "]1st item",
            "]11;12;13 are odd",
            "]l",
            "_Great_",
            "_Gi=x",
            "1 of 2",
            "11;12",
            "Great",
            ">|",
            "[<5M",
            "[<5 minutes",
            "[2D arrays]",
            "[5m run]",
            "[10c]",
            "[?1 x",
            "[1;2;3]",
        ] {
            for pause in [150, 300, 400, 700, 4800] {
                let lone = show(&timed(&[(0, begun)]));
                let shown = show(&timed(&[(0, begun), (pause, text), (300, " a"), (300, " b"), (300, "\r")]));
                assert_eq!(shown, format!("{lone}{text} a b<\\r>"), "{begun:?} {text:?} {pause} ms");
                let at_once = show(&timed(&[(0, begun), (pause, format!("{text} c\r").as_str())]));
                assert_eq!(at_once, format!("{lone}{text} c<\\r>"), "{begun:?} {text:?} {pause} ms");
            }
        }
    }
}

#[test]
fn behind_a_whole_paste_an_unfinished_one_is_forgotten() {
    let pieces = [(0, "\x1b[200~abc"), (2500, "\x1b[200~whole\x1b[201~"), (10, "ok"), (10, "\r")];
    assert_eq!(show(&timed(&pieces)), r#"<paste "abc"><paste "whole">ok<\r>"#);
}

#[test]
fn ctrl_c_works_in_the_middle_of_anything() {
    for begun in ["\x1b[", "\x1b[<", "\x1b[1;", "\x1b[M", "\x1b[[", "\x1bO", "\x1b]11;", "\x1bP>|", "\x1b_G", "\x1b"] {
        for pause in [0, 30] {
            let mut sequences = Sequences::default();
            let at = Instant::now();
            sequences.take(begun.as_bytes(), at);
            let tokens = sequences.take(b"\x03", at + Duration::from_millis(pause));
            assert!(show(&tokens).ends_with(r"<\u{3}>"), "{begun:?}: {tokens:?}");
            assert_eq!(sequences.deadline(), None, "{begun:?}");
        }
    }
    for key in ["\x03", "\x1b[99;5u", "\x1b[1089::99;5u", "\x1b[99;5:1u", "\x1b[27;5;99~"] {
        let tokens = show(&timed(&[(0, "\x1b[200~abc\r"), (200, key)]));
        let (paste, pressed) = tokens.split_once("\">").unwrap();
        assert_eq!(paste, r#"<paste "abc\r"#, "{key:?}");
        assert!(pressed.contains("99") || pressed == r"<\u{3}>", "{key:?}: {pressed}");
    }
    assert_eq!(show(&timed(&[(0, "\x1b[200~a"), (200, "\x1b[99;5x\x1b[201~")])), r#"<paste "a\u{1b}[99;5x">"#);
    assert_eq!(show(&timed(&[(0, "\x1b[200~a"), (200, "\x1b[201~")])), r#"<paste "a">"#);
}

#[test]
fn what_is_typed_into_an_unfinished_string_is_lost_only_for_a_moment() {
    let typed: Vec<(u64, &str)> = [(0, "\x1b]11;rgb")].into_iter().chain([(400, "x"); 12]).collect();
    assert_eq!(show(&timed(&typed)), "x".repeat(5));
}

#[test]
fn long_ones_are_bounded_and_lose_nothing_of_a_paste() {
    let long = "1;".repeat(CSI_MAX);
    assert_eq!(whole(format!("\x1b[{long}Ah").as_bytes()), "h");
    let long = "x".repeat(3 * STRING_MAX);
    assert_eq!(whole(format!("\x1b]11;{long}\x07h").as_bytes()), "h");
    let mut sequences = Sequences::default();
    sequences.take(format!("\x1b]11;{long}").as_bytes(), Instant::now());
    assert!(sequences.body.len() <= STRING_MAX);

    let text = "é\r\n".repeat(5 << 20);
    let parts = timed(&[(0, format!("\x1b[200~{text}\x1b[201~h").as_str())]);
    let whole: String = parts.iter().map(|part| if let Token::Paste(text) = part { text } else { "" }).collect();
    assert!(whole == text, "its parts are the whole");
    let is_cut_well =
        |part: &Token| !matches!(part, Token::Paste(text) if text.ends_with('\r') || text.len() > 9 << 20);
    assert!(parts.len() > 2 && parts.iter().all(is_cut_well), "{} parts", parts.len());
}

/// Bytes of which sequences are made, and others.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "\x1b",
        "\x1b[",
        "\x1b[200~",
        "\x1b[201~",
        "\x1b]11;",
        "\x1bP>|",
        "\x1b_G",
        "\x1bO",
        "\x1b\\",
        "\x07",
        "\x03",
        "[",
        "M",
        "<35;1",
        "~",
        "$",
        "y",
        "D",
        ";5u",
        "99",
        "é",
        "👩",
        "\r",
        "a",
        "hello",
    ];
    let piece = prop_oneof![
        6 => prop::sample::select(known.to_vec()).prop_map(|known| known.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn where_it_is_cut_makes_no_difference(
        reads in prop::collection::vec((prop::sample::select(vec![0, 1, 15, 30, 60, 150, 1500, 2500]), bytes()), 1..5),
        cuts in prop::collection::vec(0usize..40, 0..6),
    ) {
        let whole: Vec<(u64, &[u8])> = reads.iter().map(|(pause, bytes)| (*pause, bytes.as_slice())).collect();
        let mut pieces = Vec::new();
        for (pause, bytes) in &whole {
            let mut ends: Vec<usize> = cuts.iter().copied().filter(|cut| *cut < bytes.len()).chain([bytes.len()]).collect();
            ends.sort_unstable();
            let mut start = 0;
            for end in ends {
                pieces.push((if start == 0 && end > 0 || bytes.is_empty() { *pause } else { 0 }, &bytes[start..end]));
                start = end;
            }
        }
        pieces.retain(|(pause, bytes)| *pause > 0 || !bytes.is_empty());
        prop_assert_eq!(show(&timed(&pieces)), show(&timed(&whole)));
    }

    #[test]
    fn after_a_moment_every_key_comes_through(bytes in bytes()) {
        let tokens = show(&timed(&[(0, bytes.as_slice()), (6000, b"hello\r")]));
        prop_assert!(tokens.ends_with(r"hello<\r>"), "{}", tokens);
    }
}
