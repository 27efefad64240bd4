//! Reasoning in answers: which text is told apart, and that how it comes makes no difference.

use super::*;
use proptest::prelude::*;

/// Reasoning and answer of a text that comes in these pieces.
fn split<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (String, String) {
    let (mut splitter, mut parts) = (Splitter::default(), Vec::new());
    for piece in pieces {
        splitter.push(piece.to_owned(), &mut parts);
    }
    splitter.finish(false, &mut parts);
    told(parts)
}

/// The reasoning in these parts, and the answer.
fn told(parts: Vec<Part>) -> (String, String) {
    let (mut reasoning, mut answer) = (String::new(), String::new());
    for part in parts {
        match part {
            Part::Reasoning(text) => reasoning.push_str(&text),
            Part::Answer(text) => answer.push_str(&text),
            Part::AnswerWasReasoning => reasoning.push_str(&std::mem::take(&mut answer)),
        }
    }
    (reasoning, answer)
}

#[test]
fn what_stands_between_the_tags_is_reasoning_and_the_rest_the_answer() {
    for (text, reasoning, answer) in [
        ("<think>hm</think>yes", "hm", "yes"),
        (" \n<think>hm\n</think>\n\n yes ", "hm\n", "yes "),
        ("<thinking>hm</think>?</thinking>yes", "hm</think>?", "yes"),
        ("<thought>a <think> b</thought>yes", "a <think> b", "yes"),
        ("<think></think>yes", "", "yes"),
        ("<think>a</think><think>b</think>", "a", "<think>b</think>"),
        ("<think>a</think>b\n</think>", "a", "b\n</think>"),
        ("<Think>hm</THINK>yes", "hm", "yes"),
        ("[THINK]hm[/THINK]yes", "hm", "yes"),
        ("[think]hm[/think]yes", "hm", "yes"),
        ("<seed:think>hm</seed:think>yes", "hm", "yes"),
        ("◁think▷hm◁/think▷yes", "hm", "yes"),
    ] {
        assert_eq!(split([text]), (reasoning.to_owned(), answer.to_owned()), "{text}");
    }
}

#[test]
fn an_answer_that_begins_with_a_tag_that_nothing_closes_is_whole_where_the_model_ended_it() {
    for (text, complete, reasoning, answer) in [
        ("<think> is the tag.", true, " is the tag.", "<think> is the tag."),
        (" [THINK] is the label.\n</th", true, " is the label.\n</th", " [THINK] is the label.\n</th"),
        ("<think> is the tag.", false, " is the tag.", ""),
        ("<think>\n", true, "\n", ""),
        ("<think>hm</think>", true, "hm", ""),
        ("<think>hm</think>yes", true, "hm", "yes"),
    ] {
        for size in [1, 3, 100] {
            let (mut splitter, mut parts) = (Splitter::default(), Vec::new());
            for piece in text.as_bytes().chunks(size) {
                splitter.push(String::from_utf8_lossy(piece).into_owned(), &mut parts);
            }
            splitter.finish(complete, &mut parts);
            assert_eq!(told(parts), (reasoning.to_owned(), answer.to_owned()), "{text}");
        }
    }
}

#[test]
fn a_closing_tag_in_a_quote_is_a_part_of_the_answer() {
    for text in ["> He wrote\n> </think>\n\nend", "Look:\n > </think>\nend"] {
        assert_eq!(split([text]), (String::new(), text.to_owned()), "{text}");
    }
    assert_eq!(split(["> quoted\nhm\n</think>\nyes"]), ("> quoted\nhm\n".to_owned(), "yes".to_owned()));
}

#[test]
fn what_stands_before_a_closing_tag_that_nothing_opened_is_reasoning() {
    for (text, reasoning, answer) in [
        ("The user greets.\n</think>\n\nHello!", "The user greets.\n", "Hello!"),
        ("The user greets.</think>\n\nHello!", "The user greets.", "Hello!"),
        ("The user greets.\n</think>Hello!", "The user greets.\n", "Hello!"),
        ("\n</Think>\nHello!", "\n", "Hello!"),
        ("hm\n[/THINK]\nHello!", "hm\n", "Hello!"),
        ("hm\n◁/think▷\nHello!", "hm\n", "Hello!"),
        ("hm</think>", "hm", ""),
        ("`a` and ```b```\n```\ncode\n```\n</think>\nHello!", "`a` and ```b```\n```\ncode\n```\n", "Hello!"),
        ("hm\n</think>\na\n</think>\nb", "hm\n", "a\n</think>\nb"),
        ("~~~\ncode\n~~~\n</think>\nHello!", "~~~\ncode\n~~~\n", "Hello!"),
        ("````\n```\n`````\n</think>\nHello!", "````\n```\n`````\n", "Hello!"),
        ("```\ncode\n```</think>\nHello!", "```\ncode\n```", "Hello!"),
        ("```a``` is code\n</think>\nHello!", "```a``` is code\n", "Hello!"),
        ("about ~5 or ~~no~~\n</think>\nHello!", "about ~5 or ~~no~~\n", "Hello!"),
        ("- a\n    - b</think>\nHello!", "- a\n    - b", "Hello!"),
    ] {
        assert_eq!(split([text]), (reasoning.to_owned(), answer.to_owned()), "{text}");
    }
}

#[test]
fn an_answer_about_the_tags_stays_whole() {
    for text in [
        "The tag <think>x</think> is",
        "`<think>` opens, and this closes:\n</think>\n",
        "The tag </think> closes it.",
        "Write `</think>`\nand go on.",
        "```\nhm\n</think>\n```\n",
        "``` \n</think>\n",
        "~~~\n</think>\n~~~\n",
        "~~~ html\n</think>\n```\n</think>\n~~~~\n",
        "````\n```\n</think>\n```\n</think>\n````\n",
        "```\n``` more\n</think>\n```\n",
        "```\n~~~\n</think>\n```\n",
        "The template:\n\n    </think>\n\nends so.",
        "The template:\n\n\t</think>\n\nends so.",
        "- item\n  ```\n  </think>\n  ```\n",
        "`` a ` </think>\n",
        "```\n</think>",
        "<b>no</b>",
        "<thinker>a",
        "[Think about it]",
        "◁ and ◁think",
        "\n a",
    ] {
        assert_eq!(split([text]), (String::new(), text.to_owned()), "{text}");
    }
}

#[test]
fn where_reasoning_came_apart_only_a_tag_before_the_answer_is_no_part_of_it() {
    for (text, answer) in [("\n</think>\n\nHello!", "Hello!"), ("It ends so:\n</think>\n", "It ends so:\n</think>\n")] {
        for pieces in [vec![text], text.split_inclusive(|_| true).collect()] {
            let (mut splitter, mut parts) = (Splitter::default(), Vec::new());
            splitter.reasoning_came_apart();
            for piece in pieces {
                splitter.push(piece.to_owned(), &mut parts);
            }
            splitter.finish(false, &mut parts);
            assert_eq!(told(parts).1, answer, "{text}");
        }
    }
}

#[test]
fn messages_that_name_their_channel_are_told_apart() {
    let analysis = "<|channel|>analysis<|message|>hm<|end|>";
    for (text, reasoning, answer) in [
        (format!("{analysis}<|start|>assistant<|channel|>final<|message|>yes<|return|>"), "hm", "yes"),
        (format!("<|start|>assistant{analysis}<|start|>assistant<|channel|>final<|message|>yes"), "hm", "yes"),
        ("<|channel|>final<|message|>a < b <| c".to_owned(), "", "a < b <| c"),
        ("<|channel|>commentary<|message|>I will look.<|end|>".to_owned(), "", "I will look."),
        ("<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>".to_owned(), "{}", ""),
        ("<|start|>assistant<|message|>yes".to_owned(), "", "yes"),
        (analysis.to_owned(), "hm", ""),
        (format!("{analysis}yes"), "hm", "yes"),
        (format!("{analysis}<|start|>assistant"), "hm", ""),
        (format!("{analysis}{}", "yes ".repeat(200)), "hm", &*"yes ".repeat(200)),
        ("<|channel".to_owned(), "", "<|channel"),
    ] {
        assert_eq!(split([&*text]), (reasoning.to_owned(), answer.to_owned()), "{text}");
    }
}

#[test]
fn an_answer_about_the_tokens_of_messages_stays_whole() {
    let long = format!("<|start|> {}", "is a token ".repeat(90));
    for text in [
        "<|start|> marks the beginning of a message.",
        "<|channel|> names a channel, and <|message|> ends the head; <|end|> is last.",
        "<|start|>assistant is how it begins",
        "<|start|>",
        " <|channel|> ",
        &long,
    ] {
        for pieces in [vec![text], text.split_inclusive(|_| true).collect()] {
            assert_eq!(split(pieces), (String::new(), text.to_owned()), "{text}");
        }
    }
}

#[test]
fn words_that_stand_where_a_head_should_are_shown() {
    let first = "<|channel|>analysis<|message|>hm<|end|>";
    let long = "word ".repeat(200);
    for (text, answer) in [
        (format!("{first}<|start|> marks the beginning."), "<|start|> marks the beginning."),
        (format!("{first}Some words <|channel|>final<|message|>yes"), "Some words yes"),
        (format!("{first}<|start|>{long}"), &*format!("<|start|>{long}")),
        (format!("{first}<|start|>assistant<|channel|>commentary to=functions.f <|constr"), ""),
    ] {
        for pieces in [vec![&*text], text.split_inclusive(|_| true).collect()] {
            assert_eq!(split(pieces), ("hm".to_owned(), answer.to_owned()), "{text}");
        }
    }
}

/// How often a text is repeated for about 8 MiB, which a single event may bring.
fn eight_mebibytes(text: &str) -> String {
    text.repeat((8 << 20) / text.len())
}

#[test]
fn a_long_text_full_of_tags_takes_no_longer_than_its_length() {
    for unit in [
        "<|channel|>analysis<|message|>a<|end|>",
        "<|start|>assistant<|channel|>final<|message|>b",
        "<|channel|>analysis<|message|>a<|start|> no head <|end|>",
        "</think>a\n`",
        "<|x|><",
        "~~~\n    [/THINK]\n",
    ] {
        let text = eight_mebibytes(unit);
        let whole = split([text.as_str()]);
        let (mut pieces, mut rest) = (Vec::new(), text.as_str());
        for length in (1..=100).cycle() {
            let Some((piece, behind)) = rest.split_at_checked(length) else { break };
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        assert!(split(pieces) == whole, "{unit}");
    }
}

#[test]
fn what_is_never_finished_is_what_it_was_so_far() {
    for (text, reasoning, answer) in [
        ("<think>hm</thi", "hm</thi", ""),
        (" <thi", "", " <thi"),
        ("\n", "", "\n"),
        ("<think>a</think> ", "a", ""),
        ("a </thin", "", "a </thin"),
    ] {
        assert_eq!(split([text]), (reasoning.to_owned(), answer.to_owned()), "{text}");
    }
}

#[test]
fn no_more_is_held_back_than_may_be_a_tag() {
    let mut splitter = Splitter::default();
    let mut push = |piece: &str| {
        let mut parts = Vec::new();
        splitter.push(piece.to_owned(), &mut parts);
        parts
    };
    let (reasoning, answer) = (|text: &str| Part::Reasoning(text.into()), |text: &str| Part::Answer(text.into()));
    assert_eq!(push(" <think"), []);
    assert_eq!(push(">a<b</t"), [reasoning("a<b")]);
    assert_eq!(push("x</"), [reasoning("</tx")]);
    assert_eq!(push("think> \nb <think"), [answer("b <think")]);
    assert_eq!(push(">"), [answer(">")]);
}

#[test]
fn what_was_shown_as_the_answer_is_told_to_be_reasoning() {
    let (mut splitter, mut parts) = (Splitter::default(), Vec::new());
    for piece in ["hm", " so", "\n</th", "ink>", "\n\nyes"] {
        splitter.push(piece.to_owned(), &mut parts);
    }
    let shown = ["hm", " so", "\n"].map(|text| Part::Answer(text.into()));
    assert_eq!(parts, [&shown[..], &[Part::AnswerWasReasoning, Part::Answer("yes".into())]].concat());
}

#[test]
fn endless_white_space_is_shown_and_not_kept_for_later() {
    let (space, text) = (" ".repeat(MARGIN + 1), " ".repeat(MARGIN + 1) + "<think>a</think>");
    let mut parts = Vec::new();
    Splitter::default().push(space.clone(), &mut parts);
    assert_eq!(parts, [Part::Answer(space)]);
    assert_eq!(split([text.as_str()]), (String::new(), text.clone()));
    assert_eq!(split(text.split_inclusive(' ')), (String::new(), text.clone()));
}

proptest! {
    #[test]
    fn where_a_text_is_cut_makes_no_difference(
        parts in prop::collection::vec(
            "<|/|>|think|`{1,4}|~{1,4}|    |\\[/?THINK\\]|◁/?think▷|</?[Tt]hink>|</?thinking>|</?thought>|[a é\n]{0,2}|\
             <\\|(channel|start|message|end|return)\\|>|analysis|final", 0..14),
        cuts in prop::collection::vec(0usize..80, 0..14),
    ) {
        let text = parts.concat();
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        for cut in cuts {
            let Some((piece, behind)) = rest.split_at_checked(cut % 7) else { continue };
            pieces.push(piece);
            rest = behind;
        }
        pieces.push(rest);
        let whole = split([text.as_str()]);
        prop_assert_eq!(split(pieces), whole.clone());
        prop_assert_eq!(split(text.split_inclusive(|_| true)), whole);
    }
}
