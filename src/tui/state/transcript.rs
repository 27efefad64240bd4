//! The conversation as rows, and which of them are in sight.
//!
//! Every turn is laid out once per width; while an answer streams, only the end of its text is laid out again. Drawing
//! asks for the rows in sight, so the cost of a frame does not depend on how long the conversation is.
//!
//! ```text
//! You                                    12:01    PromptHead
//! Write a Python function                         Prompt
//!                                                 Gap
//! qwen-3-32b · coding         312 ms · 84 t/s     AnswerHead
//! def merge(a, b):                                Answer
//! the 2 oldest turns were not sent: …             Remarks
//!                                                 Gap
//! ```

use crate::chat::{Ending, Reading, Spot, Stage, Turn, TurnId};
use crate::tui::text::wrap::Wrapped;

/// What a row of a turn belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Who asked, and when.
    PromptHead,
    /// A row of the prompt.
    Prompt(usize),
    /// Air.
    Gap,
    /// Who answers, and how fast.
    AnswerHead,
    /// A row of the answer.
    Answer(usize),
    /// A row of the remarks.
    Remarks(usize),
}

/// The rows of one turn.
#[derive(Debug, Clone, Default)]
struct Layout {
    prompt: Wrapped,
    answer: Wrapped,
    /// Notes and ending, one a line.
    remarks_text: String,
    remarks: Wrapped,
    has_answer_head: bool,
}

/// Where the view stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Scroll {
    /// At the end, wherever that is.
    #[default]
    Following,
    /// The first row in sight is the one with this place. A place, not a number: it stays the same row when rows
    /// above it change with the width.
    At(Reading),
}

/// The conversation as rows. Invariant: `layouts` and `starts` belong to the turns of the last update, in their order.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    width: usize,
    height: usize,
    layouts: Vec<(TurnId, Layout)>,
    /// The first row of every turn, and behind the last turn the number of all rows.
    starts: Vec<usize>,
    scroll: Scroll,
    /// The turn that was stepped to.
    cursor: Option<TurnId>,
}

/// A row in sight.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VisibleRow<'a> {
    /// The turn's place in the conversation.
    pub(crate) turn: usize,
    /// What the row belongs to.
    pub(crate) part: Part,
    /// The text of the row; empty for heads and gaps.
    pub(crate) text: &'a str,
}

impl Transcript {
    /// Sets the size in cells and lays out what has another width now.
    pub(crate) fn set_viewport(&mut self, width: u16, height: u16, turns: &[Turn]) {
        let width = usize::from(width.max(1));
        self.height = usize::from(height);
        if self.width != width {
            self.width = width;
            self.layouts.clear();
            self.update(0, turns);
        }
    }

    /// Forgets all turns: those of another conversation come.
    pub(crate) fn clear(&mut self) {
        self.layouts.clear();
        self.starts.clear();
        self.follow();
    }

    /// Lays out the turns from `first` on, which are new or changed; those before are as they were.
    pub(crate) fn update(&mut self, first: usize, turns: &[Turn]) {
        let first = first.min(self.layouts.len());
        self.layouts.truncate(turns.len());
        self.starts.truncate(first);
        let mut start = first.checked_sub(1).map_or(0, |before| self.starts[before] + self.layouts[before].1.rows());
        for (index, turn) in turns.iter().enumerate().skip(first) {
            match self.layouts.get_mut(index) {
                Some((id, layout)) if *id == turn.id => layout.update(turn, self.width),
                Some(slot) => *slot = (turn.id, Layout::of(turn, self.width)),
                None => self.layouts.push((turn.id, Layout::of(turn, self.width))),
            }
            self.starts.push(start);
            start += self.layouts[index].1.rows();
        }
        self.starts.push(start);
        self.starts.truncate(turns.len() + 1);
    }

    /// The rows in sight, from the top.
    pub(crate) fn visible<'a>(&'a self, turns: &'a [Turn]) -> impl Iterator<Item = VisibleRow<'a>> {
        let top = self.top();
        let end = (top + self.height).min(self.total());
        (top..end).filter_map(move |row| {
            let index = self.turn_of(row)?;
            let (turn, layout) = (turns.get(index)?, &self.layouts[index].1);
            let part = layout.part(row - self.starts[index]);
            let text = match part {
                Part::Prompt(row) => layout.prompt.row(&turn.prompt, row),
                Part::Answer(row) => layout.answer.row(&turn.answer, row),
                Part::Remarks(row) => layout.remarks.row(&layout.remarks_text, row),
                Part::PromptHead | Part::Gap | Part::AnswerHead => "",
            };
            Some(VisibleRow { turn: index, part, text })
        })
    }

    /// How many rows there are below the last in sight.
    pub(crate) fn rows_below(&self) -> usize {
        self.total().saturating_sub(self.top() + self.height)
    }

    /// Moves the view by so many rows; at the end it follows again.
    pub(crate) fn scroll_by(&mut self, rows: isize) {
        self.go_to_row(self.top().saturating_add_signed(rows));
    }

    /// Moves the view by so many pages, each a row less than what is in sight.
    pub(crate) fn scroll_pages(&mut self, pages: isize) {
        self.scroll_by(pages * self.height.saturating_sub(1).max(1).cast_signed());
    }

    /// Goes to the first row.
    pub(crate) fn go_to_top(&mut self) {
        self.go_to_row(0);
    }

    /// Goes to the end and follows it.
    pub(crate) fn follow(&mut self) {
        self.cursor = None;
        self.scroll = Scroll::Following;
    }

    /// Puts the prompt of a turn at the top of the view, as far as the rows below it allow.
    pub(crate) fn show_turn(&mut self, id: TurnId) {
        if let Ok(index) = self.layouts.binary_search_by_key(&id, |(known, _)| *known) {
            self.cursor = Some(id);
            self.go_to_row(self.starts[index]);
        }
    }

    /// Goes so many prompts up (negative) or down.
    pub(crate) fn go_by_prompts(&mut self, prompts: isize) {
        let Some(here) = self.at_hand() else { return };
        // Up from inside a turn is its own prompt first.
        let inside = prompts < 0 && self.starts[here] < self.top();
        let target = if inside { here.checked_add_signed(prompts + 1) } else { here.checked_add_signed(prompts) };
        match target.filter(|target| *target < self.layouts.len()) {
            Some(index) => {
                self.cursor = Some(self.layouts[index].0);
                if !self.shows(self.starts[index]) || index < here {
                    self.go_to_row(self.starts[index]);
                }
            }
            None if prompts > 0 => self.follow(),
            None => self.go_to_top(),
        }
    }

    /// The turn that keys are about: the one that was stepped to while it is in sight, else the last whose prompt is.
    pub(crate) fn turn_at_hand(&self) -> Option<TurnId> {
        self.at_hand().map(|index| self.layouts[index].0)
    }

    fn at_hand(&self) -> Option<usize> {
        let first = self.turn_of(self.top())?;
        let last = self.turn_of((self.top() + self.height).min(self.total()).saturating_sub(1)).unwrap_or(first);
        let stepped_to = self.cursor.and_then(|id| self.layouts.binary_search_by_key(&id, |(known, _)| *known).ok());
        Some(stepped_to.filter(|index| (first..=last).contains(index)).unwrap_or(last))
    }

    /// Where one reads; `None`: at the end.
    pub(crate) fn reading(&self) -> Option<Reading> {
        match self.scroll {
            Scroll::Following => None,
            Scroll::At(reading) => Some(reading),
        }
    }

    /// Goes back to where one read.
    pub(crate) fn read_at(&mut self, reading: Option<Reading>) {
        self.cursor = None;
        self.scroll = reading.map_or(Scroll::Following, Scroll::At);
    }

    /// Goes on to a row of the turn in sight, unless it can be seen already.
    pub(crate) fn bring_in_sight(&mut self, reading: Reading) {
        let Ok(index) = self.layouts.binary_search_by_key(&reading.turn, |(id, _)| *id) else { return };
        let row = self.starts[index] + self.layouts[index].1.row(reading.at);
        if !self.shows(row) {
            // A little of what stands before it says what it is about.
            self.go_to_row(row.saturating_sub(self.height / 3));
        }
    }

    fn shows(&self, row: usize) -> bool {
        (self.top()..self.top() + self.height).contains(&row)
    }

    fn go_to_row(&mut self, row: usize) {
        let last_top = self.total().saturating_sub(self.height);
        self.scroll = match self.turn_of(row) {
            Some(index) if row < last_top => {
                let (turn, layout) = &self.layouts[index];
                Scroll::At(Reading { turn: *turn, at: layout.place(row - self.starts[index]) })
            }
            _ => Scroll::Following,
        };
    }

    /// The first row in sight.
    fn top(&self) -> usize {
        let last_top = self.total().saturating_sub(self.height);
        match self.scroll {
            Scroll::Following => last_top,
            Scroll::At(Reading { turn, at }) => match self.layouts.binary_search_by_key(&turn, |(id, _)| *id) {
                Ok(index) => (self.starts[index] + self.layouts[index].1.row(at)).min(last_top),
                // The turn was taken back; what is nearest to it is the end.
                Err(_) => last_top,
            },
        }
    }

    fn total(&self) -> usize {
        self.starts.last().copied().unwrap_or(0)
    }

    fn turn_of(&self, row: usize) -> Option<usize> {
        let index = self.starts.partition_point(|&start| start <= row).checked_sub(1)?;
        (index < self.layouts.len()).then_some(index)
    }
}

impl Layout {
    fn of(turn: &Turn, width: usize) -> Self {
        let mut layout = Self { prompt: Wrapped::new(&turn.prompt, width), ..Self::default() };
        layout.update(turn, width);
        layout
    }

    /// Brings the layout up to date with a turn whose prompt is the same and whose answer only grew.
    fn update(&mut self, turn: &Turn, width: usize) {
        // White space around an answer is the model's habit, not its meaning.
        self.answer.update(turn.answer.trim_end(), width);
        self.has_answer_head = turn.stage != Stage::Queued;
        let remarks = remarks(turn);
        if remarks != self.remarks_text {
            self.remarks = Wrapped::new(&remarks, width);
            self.remarks_text = remarks;
        }
    }

    /// Head, prompt, gap; head, answer, remarks, gap.
    fn rows(&self) -> usize {
        let answer = if self.has_answer_head { 2 + self.answer.len() + self.remarks.len() } else { 0 };
        2 + self.prompt.len() + answer
    }

    fn part(&self, row: usize) -> Part {
        let prompt = 1..=self.prompt.len();
        let answer_head = self.prompt.len() + 2;
        let answer = answer_head + 1;
        let remarks = answer + self.answer.len();
        match row {
            0 => Part::PromptHead,
            row if prompt.contains(&row) => Part::Prompt(row - 1),
            row if row == answer_head && self.has_answer_head => Part::AnswerHead,
            row if row >= answer && row < remarks => Part::Answer(row - answer),
            row if row >= remarks && row < remarks + self.remarks.len() => Part::Remarks(row - remarks),
            _ => Part::Gap,
        }
    }

    fn place(&self, row: usize) -> Spot {
        let behind = self.prompt.len() + 3 + self.answer.len();
        match self.part(row) {
            Part::PromptHead => Spot::PromptHead,
            Part::Prompt(row) => Spot::Prompt(self.prompt.range(row).start),
            Part::AnswerHead => Spot::AnswerHead,
            Part::Answer(row) => Spot::Answer(self.answer.range(row).start),
            Part::Gap if row < behind => Spot::BeforeAnswer,
            Part::Gap | Part::Remarks(_) => Spot::Behind(row - behind),
        }
    }

    fn row(&self, place: Spot) -> usize {
        let answer = self.prompt.len() + 3;
        match place {
            Spot::PromptHead => 0,
            Spot::Prompt(byte) => 1 + self.prompt.row_of(byte),
            Spot::BeforeAnswer => self.prompt.len() + 1,
            Spot::AnswerHead => self.prompt.len() + 2,
            Spot::Answer(byte) => answer + self.answer.row_of(byte),
            Spot::Behind(rows) => answer + self.answer.len() + rows,
        }
    }
}

/// What there is to say about a turn besides its answer, one remark a line.
fn remarks(turn: &Turn) -> String {
    let mut lines: Vec<String> = turn.notes.iter().map(ToString::to_string).collect();
    if let Stage::Ended(ending) = &turn.stage {
        lines.extend(ending.remark(&turn.answer));
    }
    // A mark that is no colour: what pointsman says must not be taken for the model's words.
    lines.iter().map(|line| format!("› {line}")).collect::<Vec<_>>().join("\n")
}

/// Whether the last remark of a turn is a failure.
pub(crate) fn failed(turn: &Turn) -> bool {
    matches!(turn.stage, Stage::Ended(Ending::Failed(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::TurnEvent;
    use crate::provider::Finish;
    use crate::router::Override;
    use jiff::Timestamp;
    use std::sync::Arc;
    use std::time::Duration;

    fn turn(id: u64, answer_lines: usize) -> Turn {
        let mut turn = Turn::new(TurnId(id), format!("prompt {id}").into(), Override::default(), Timestamp::UNIX_EPOCH);
        turn.apply(TurnEvent::Asked { model: "m".into(), request: Arc::default() });
        let text: Vec<String> =
            (0..answer_lines).map(|line| format!("turn {id} line {line} and a few words")).collect();
        turn.apply(TurnEvent::Text { text: text.join("\n"), after: Duration::ZERO });
        turn
    }

    fn transcript(turns: &[Turn], width: u16, height: u16) -> Transcript {
        let mut transcript = Transcript::default();
        transcript.set_viewport(width, height, turns);
        transcript
    }

    fn rows(transcript: &Transcript, turns: &[Turn]) -> Vec<String> {
        transcript.visible(turns).map(|row| format!("{:?} {}", row.part, row.text)).collect()
    }

    #[test]
    fn it_follows_the_end_until_one_reads_back_and_then_stays() {
        let mut turns = vec![turn(1, 20)];
        let mut transcript = transcript(&turns, 40, 5);
        assert_eq!(transcript.rows_below(), 0);
        transcript.scroll_by(-3);
        let reading = rows(&transcript, &turns);
        turns[0].apply(TurnEvent::Text { text: "\nmore\nand more".into(), after: Duration::ZERO });
        transcript.update(0, &turns);
        assert_eq!(rows(&transcript, &turns), reading, "the view does not move while one reads");
        assert_eq!(transcript.rows_below(), 5);
        transcript.follow();
        assert!(rows(&transcript, &turns).iter().any(|row| row.contains("and more")));
    }

    #[test]
    fn the_first_row_in_sight_stays_in_sight_at_another_width() {
        let turns: Vec<Turn> = (1..=5).map(|id| turn(id, 10)).collect();
        let mut transcript = transcript(&turns, 60, 8);
        transcript.show_turn(TurnId(3));
        transcript.scroll_by(6);
        let first = rows(&transcript, &turns)[0].clone();
        assert!(first.contains("turn 3 line 2"), "{first}");
        for width in [20, 11, 47, 60] {
            transcript.set_viewport(width, 8, &turns);
            assert!(rows(&transcript, &turns)[0].contains("turn 3 line"), "at {width}");
        }
        assert_eq!(rows(&transcript, &turns)[0], first);
    }

    #[test]
    fn scrolling_stops_at_both_ends_and_the_end_follows_again() {
        let mut turns = vec![turn(1, 30)];
        let mut transcript = transcript(&turns, 40, 10);
        transcript.scroll_by(-1000);
        assert!(rows(&transcript, &turns)[0].starts_with("PromptHead"));
        transcript.scroll_by(1000);
        turns[0].apply(TurnEvent::Text { text: "\nlast".into(), after: Duration::ZERO });
        transcript.update(0, &turns);
        assert!(rows(&transcript, &turns).iter().any(|row| row.contains("last")));
    }

    #[test]
    fn prompts_are_stepped_through_in_both_directions() {
        let turns: Vec<Turn> = (1..=4).map(|id| turn(id, 10)).collect();
        let mut transcript = transcript(&turns, 60, 6);
        let at = |transcript: &Transcript| transcript.visible(&turns).next().map(|row| (row.turn, row.part)).unwrap();
        transcript.go_by_prompts(-1);
        assert_eq!(at(&transcript), (3, Part::PromptHead));
        transcript.go_by_prompts(-1);
        assert_eq!(at(&transcript), (2, Part::PromptHead));
        transcript.go_by_prompts(1);
        assert_eq!(at(&transcript), (3, Part::PromptHead));
        transcript.go_by_prompts(1);
        assert_eq!(transcript.rows_below(), 0);
    }

    #[test]
    fn updating_piece_by_piece_equals_laying_out_at_once() {
        let mut turns = vec![turn(1, 3), turn(2, 0)];
        let mut grown = transcript(&turns, 12, 50);
        for piece in ["one ", "two\n", "\nthree", " four five", " six"] {
            turns[1].apply(TurnEvent::Text { text: piece.into(), after: Duration::ZERO });
            grown.update(1, &turns);
            assert_eq!(rows(&grown, &turns), rows(&transcript(&turns, 12, 50), &turns));
        }
        let ended = TurnEvent::Ended { ending: Ending::Answered(Finish::Length), after: None };
        turns[1].apply(ended);
        grown.update(1, &turns);
        assert_eq!(rows(&grown, &turns), rows(&transcript(&turns, 12, 50), &turns));
    }
}
