//! Scrolling, folding, and what stays where it is.

use super::*;
use crate::chat::{Attachment, Delta, Ending, Extent, Finish, ToolCall, TurnEvent};
use crate::examples;
use crate::tui::pictures::{TextCell, Way};
use std::time::Duration;

fn text(text: &str) -> TurnEvent {
    examples::text(text, 0)
}

fn reasoning(text: &str) -> TurnEvent {
    examples::reasoning(text, 0)
}

fn turn(id: u64, answer_lines: usize) -> Turn {
    let lines: Vec<String> = (0..answer_lines).map(|line| format!("turn {id} line {line} and a few words")).collect();
    let mut turn = examples::turn(id, &format!("prompt {id}"));
    turn.apply(examples::asked("m"));
    turn.apply(text(&lines.join("\n")));
    turn
}

fn transcript(turns: &[Turn], width: u16, height: u16) -> Transcript {
    let mut transcript = Transcript::default();
    transcript.set_viewport(width, height);
    transcript.update(0, turns);
    transcript.settle(turns);
    transcript
}

fn row_text(row: &VisibleRow) -> String {
    match row.content {
        Content::Head => String::new(),
        Content::Plain(text, _) => text.to_owned(),
        Content::Styled(row) => row.text.clone(),
        Content::File(file) => format!("file {file}"),
        Content::Picture { file, row, .. } => format!("row {row} of picture {file}"),
    }
}

fn rows(transcript: &mut Transcript, turns: &[Turn]) -> Vec<String> {
    transcript.settle(turns);
    transcript.visible(turns).map(|row| format!("{:?} {}", row.part, row_text(&row))).collect()
}

#[test]
fn it_follows_the_end_until_one_reads_back_and_then_stays() {
    let mut turns = vec![turn(1, 20)];
    let mut transcript = transcript(&turns, 40, 5);
    assert_eq!(transcript.rows_below(), (0, false));
    transcript.scroll_by(-3, &turns);
    let reading = rows(&mut transcript, &turns);
    turns[0].apply(text("\nmore\nand more"));
    transcript.update(0, &turns);
    assert_eq!(rows(&mut transcript, &turns), reading, "the view does not move while one reads");
    assert_eq!(transcript.rows_below(), (5, false));
    transcript.follow();
    assert!(rows(&mut transcript, &turns).iter().any(|row| row.contains("and more")));
}

#[test]
fn the_first_row_in_sight_stays_in_sight_at_another_width() {
    let turns: Vec<Turn> = (1..=5).map(|id| turn(id, 10)).collect();
    let mut transcript = transcript(&turns, 60, 8);
    transcript.show_turn(TurnId(3), &turns);
    transcript.scroll_by(5, &turns);
    let first = rows(&mut transcript, &turns)[0].clone();
    assert!(first.contains("turn 3 line 2"), "{first}");
    for width in [20, 11, 47, 60] {
        transcript.set_viewport(width, 8);
        assert!(rows(&mut transcript, &turns)[0].contains("turn 3 line"), "at {width}");
    }
    assert_eq!(rows(&mut transcript, &turns)[0], first);
}

/// The same turn with pictures of that size.
fn with_pictures(mut turn: Turn, width: u32, height: u32) -> Turn {
    let blob = crate::chat::Blob { media_type: "image/png".into(), bytes: b"png".as_slice().into() };
    let extent = Extent::Pixels { width, height };
    let picture = Attachment { name: "a.png".to_owned(), blob: blob.reference(), extent };
    turn.ask.prompt.attachments = [picture.clone(), picture].into();
    turn
}

fn drawing(turns: &[Turn], width: u16, height: u16) -> Transcript {
    let mut transcript = transcript(turns, width, height);
    transcript.set_space(Space { way: Way::Blocks, cell: TextCell::default() });
    transcript.settle(turns);
    transcript
}

#[test]
fn pictures_have_rows_below_the_prompt_only_where_they_are_drawn() {
    let turns = [with_pictures(turn(1, 1), 40, 4)];
    let files = ["Files file 0", "Files row 0 of picture 0", "Files row 1 of picture 0", "Files file 1"];
    let drawn = rows(&mut drawing(&turns, 80, 20), &turns);
    assert_eq!(drawn[1..5], files);
    assert_eq!(drawn.len(), 11);
    let lines = rows(&mut transcript(&turns, 80, 20), &turns);
    assert_eq!(lines[1..3], ["Files file 0", "Files file 1"]);
    assert_eq!(lines.len(), 7);
}

#[test]
fn a_picture_that_is_read_stays_in_sight_at_another_width_and_while_answers_grow() {
    let mut turns: Vec<Turn> = (1..=3).map(|id| with_pictures(turn(id, 10), 1_200, 200)).collect();
    let mut transcript = drawing(&turns, 80, 6);
    transcript.show_turn(TurnId(2), &turns);
    // The prompt, a line, a picture of five rows, a line.
    transcript.scroll_by(8, &turns);
    let first = rows(&mut transcript, &turns)[0].clone();
    assert_eq!(first, "Files row 0 of picture 1");
    for width in [20, 11, 61] {
        transcript.set_viewport(width, 6);
        assert_eq!(rows(&mut transcript, &turns)[0], first, "at {width}");
    }
    turns[2].apply(text("\nmore"));
    transcript.update(2, &turns);
    assert_eq!(rows(&mut transcript, &turns)[0], first);
    transcript.set_space(Space::default());
    assert_eq!(rows(&mut transcript, &turns)[0], "Files file 1");
}

#[test]
fn scrolling_stops_at_both_ends_and_the_end_follows_again() {
    let mut turns = vec![turn(1, 30)];
    let mut transcript = transcript(&turns, 40, 10);
    transcript.scroll_by(-1000, &turns);
    assert!(rows(&mut transcript, &turns)[0].starts_with("Prompt "));
    transcript.scroll_by(1000, &turns);
    turns[0].apply(text("\nlast"));
    transcript.update(0, &turns);
    assert!(rows(&mut transcript, &turns).iter().any(|row| row.contains("last")));
}

#[test]
fn prompts_are_stepped_through_in_both_directions() {
    let turns: Vec<Turn> = (1..=4).map(|id| turn(id, 10)).collect();
    let mut transcript = transcript(&turns, 60, 6);
    let at = |transcript: &Transcript| transcript.visible(&turns).next().map(|row| (row.turn, row.part)).unwrap();
    transcript.go_by_prompts(-1, &turns);
    assert_eq!(at(&transcript), (3, Part::Prompt));
    transcript.go_by_prompts(-1, &turns);
    assert_eq!(at(&transcript), (2, Part::Prompt));
    transcript.go_by_prompts(1, &turns);
    assert_eq!(at(&transcript), (3, Part::Prompt));
    transcript.go_by_prompts(1, &turns);
    transcript.settle(&turns);
    assert_eq!(transcript.rows_below(), (0, false));
}

#[test]
fn updating_piece_by_piece_equals_laying_out_at_once() {
    let mut turns = vec![turn(1, 3), turn(2, 0)];
    let mut grown = transcript(&turns, 12, 50);
    for piece in ["one ", "two\n", "\nthree", " four five", " six"] {
        turns[1].apply(text(piece));
        grown.update(1, &turns);
        assert_eq!(rows(&mut grown, &turns), rows(&mut transcript(&turns, 12, 50), &turns));
    }
    let ended = TurnEvent::Ended { ending: Ending::Answered(Finish::Length), after: None };
    turns[1].apply(ended);
    grown.update(1, &turns);
    assert_eq!(rows(&mut grown, &turns), rows(&mut transcript(&turns, 12, 50), &turns));
}

#[test]
fn a_long_conversation_is_laid_out_only_where_it_is_read() {
    let turns: Vec<Turn> = (1..=400).map(|id| turn(id, 60)).collect();
    let mut transcript = transcript(&turns, 60, 20);
    let laid_out = |transcript: &Transcript| transcript.entries.iter().filter(|entry| entry.layout.is_some()).count();
    assert!(laid_out(&transcript) < 50, "{}", laid_out(&transcript));
    transcript.go_to_top(&turns);
    assert!(laid_out(&transcript) < 60 && transcript.rows_below().1);
    let mut seen = rows(&mut transcript, &turns);
    for _ in 0..30 {
        transcript.scroll_by(19, &turns);
        let page = rows(&mut transcript, &turns);
        assert_eq!(seen.last(), page.first(), "no row is missed, and none is seen twice");
        seen.extend(page.into_iter().skip(1));
    }
    for (row, text) in seen.iter().filter(|row| row.starts_with("Answer ")).enumerate() {
        assert!(text.contains(&format!("turn {} line {} ", row / 60 + 1, row % 60)), "{row}: {text}");
    }
    transcript.follow();
    for _ in 0..30 {
        let page = rows(&mut transcript, &turns);
        transcript.scroll_by(-19, &turns);
        assert_eq!(rows(&mut transcript, &turns).last(), page.first());
    }
}

#[test]
fn messages_are_stepped_through_in_both_directions() {
    let turns: Vec<Turn> = (1..=3).map(|id| turn(id, 10)).collect();
    let mut transcript = transcript(&turns, 60, 6);
    let mut step = |messages| {
        transcript.go_by_messages(messages, &turns);
        transcript.visible(&turns).next().map(|row| (row.turn, row.part)).unwrap()
    };
    assert_eq!([step(-1), step(-1), step(-1)], [(2, Part::AnswerHead), (2, Part::Prompt), (1, Part::AnswerHead)]);
    assert_eq!([step(1), step(1)], [(2, Part::Prompt), (2, Part::AnswerHead)]);
}

fn thinking() -> Turn {
    let mut turn = turn(1, 0);
    let lines: Vec<String> = (0..30).map(|line| format!("thought {line}")).collect();
    turn.apply(reasoning(&lines.join("\n")));
    turn
}

#[test]
fn reasoning_is_open_while_it_comes_and_folds_when_the_answer_begins() {
    let mut turns = vec![thinking()];
    let mut transcript = transcript(&turns, 40, 10);
    assert!(rows(&mut transcript, &turns).contains(&"Reasoning thought 29".to_owned()));
    turns[0].apply(text("The answer."));
    transcript.update(0, &turns);
    let folded = rows(&mut transcript, &turns);
    assert!(folded.contains(&"Thought ".to_owned()) && !folded.iter().any(|row| row.starts_with("Reasoning")));
    transcript.toggle_reasoning(&turns[0]);
    assert!(rows(&mut transcript, &turns).iter().any(|row| row.starts_with("Reasoning")));
    transcript.toggle_reasoning(&turns[0]);
    assert_eq!(rows(&mut transcript, &turns), folded);
}

#[test]
fn reasoning_that_is_being_read_stays_open() {
    let mut turns = vec![thinking()];
    let mut transcript = transcript(&turns, 40, 10);
    transcript.scroll_by(-15, &turns);
    let read = rows(&mut transcript, &turns);
    turns[0].apply(text("The answer."));
    transcript.update(0, &turns);
    assert_eq!(rows(&mut transcript, &turns), read);
}

#[test]
fn a_block_that_is_not_drawn_is_one_remark() {
    let call = ToolCall { name: "search".to_owned(), ..ToolCall::default() };
    let mut turns = vec![turn(1, 1)];
    turns[0].apply(TurnEvent::Came { delta: Delta::ToolCall(call), after: Duration::ZERO });
    let shown = rows(&mut transcript(&turns, 60, 20), &turns);
    let remarks: Vec<&String> = shown.iter().filter(|row| row.starts_with("Remarks")).collect();
    assert_eq!(remarks, ["Remarks › a call of the tool search, saved and not made"]);
}
