//! The rows of one turn at one width. Must not know of other turns, or of what is in sight.
//!
//! ```text
//! Write a Python function                 12:01    Prompt
//! ▣ crab.png · 1,024 × 768 · 312 KB               Files
//!                                                 Gap
//! qwen-3-32b  coding          312 ms · 84 t/s     AnswerHead
//! ▾ thought for 4 s                               Thought
//! The user wants …                                Reasoning
//!                                                 Pause
//! def merge(a, b):                                Answer
//! 1  Merge sort · en.wikipedia.org                Besides
//! the 2 oldest turns were not sent: …             Remarks
//!                                                 Gap
//! ```

use super::advice::Advice;
use super::besides;
use super::files::Files;
use crate::chat::{Ending, Spot, Stage, Turn};
use crate::tui::pictures::{Size, Space};
use crate::tui::text::markdown::Document;
use crate::tui::text::row::Row;
use crate::tui::text::wrap::Wrapped;
use std::ops::Range;

/// What a row of a turn belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Who asked, and when.
    PromptHead,
    /// The prompt.
    Prompt,
    /// The files that go with it.
    Files,
    /// Air between two parts.
    Gap,
    /// Air within an answer.
    Pause,
    /// Who answers, and how fast.
    AnswerHead,
    /// That the model thought, and how long.
    Thought,
    /// What it thought.
    Reasoning,
    /// The answer.
    Answer,
    /// What came with it that is no text, and what it cites.
    Besides,
    /// What there is to say about it.
    Remarks,
}

/// What a row says.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'a> {
    /// What is no text: heads and gaps.
    Head,
    /// Text as it is, from this byte of its source on.
    Plain(&'a str, usize),
    /// Text with styles.
    Styled(&'a Row),
    /// The name of an attached file, by its place among them.
    File(usize),
    /// A row of the picture in such a file.
    Picture { file: usize, size: Size, row: u16 },
}

/// The parts of a turn, in their order; the air between them belongs to none.
const PARTS: [Part; 12] = [
    Part::PromptHead,
    Part::Prompt,
    Part::Files,
    Part::Gap,
    Part::AnswerHead,
    Part::Thought,
    Part::Reasoning,
    Part::Pause,
    Part::Answer,
    Part::Besides,
    Part::Remarks,
    Part::Gap,
];
/// Where in them the air before the answer's head is, and that before its text.
const BEFORE_ANSWER: usize = 3;
const BEFORE_TEXT: usize = 7;
/// Where in them the others are that hold a place.
const PROMPT: usize = 1;
const FILES: usize = 2;
const ANSWER_HEAD: usize = 4;
const THOUGHT: usize = 5;
const REASONING: usize = 6;
const ANSWER: usize = 8;
const BESIDES: usize = 9;

/// The rows of one turn.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    prompt: Wrapped,
    files: Files,
    reasoning: Wrapped,
    answer: Document,
    besides: Vec<Row>,
    /// Notes and ending, one a line.
    remarks_text: String,
    remarks: Wrapped,
    /// How many rows each of the parts has.
    rows: [usize; PARTS.len()],
}

impl Layout {
    pub(super) fn of(turn: &Turn, width: usize, opened: bool, advice: &Advice, space: Space) -> Self {
        // What has an answer continued is no prompt of the user's: the head says that it goes on.
        let prompt = match turn.is_continuation() {
            true => Wrapped::default(),
            false => Wrapped::new(turn.prompt(), prompt_width(width)),
        };
        let mut layout = Self { prompt, files: Files::of(turn, width, space), ..Self::default() };
        layout.update(turn, width, opened, advice);
        layout
    }

    /// Brings the layout up to date with a turn whose prompt is the same and whose answer only grew. `opened`: its
    /// reasoning is shown; `advice`: the keys that help below it.
    pub(super) fn update(&mut self, turn: &Turn, width: usize, opened: bool, advice: &Advice) {
        let thought = !turn.reasoning().trim().is_empty();
        if thought && opened {
            self.reasoning.update(turn.reasoning().trim_end(), width);
        } else {
            self.reasoning = Wrapped::default();
        }
        self.answer.update(turn.answer(), width, !turn.is_over());
        self.besides = besides::rows(turn, width, advice.files());
        let remarks = remarks(turn, advice);
        if remarks != self.remarks_text {
            self.remarks = Wrapped::new(&remarks, width);
            self.remarks_text = remarks;
        }
        let begun = usize::from(turn.stage != Stage::Queued);
        let (reasoning, answer) = (self.reasoning.len(), self.answer.len());
        let air = usize::from(reasoning > 0 && answer > 0);
        self.rows = [
            0,
            self.prompt.len().max(1),
            self.files.rows(),
            1,
            begun,
            usize::from(thought),
            reasoning,
            air,
            answer,
            self.besides.len(),
            self.remarks.len(),
            begun,
        ];
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows.iter().sum()
    }

    /// Lets rows go that are not in sight, where there are many of them.
    pub(super) fn let_go(&mut self, in_sight: Range<usize>) {
        let before: usize = self.rows.iter().take(ANSWER).sum();
        self.answer.let_go(in_sight.start.saturating_sub(before)..in_sight.end.saturating_sub(before));
    }

    /// The code block of the answer that begins at the byte `at`: its language, and its text.
    pub(super) fn code<'a>(&'a self, at: usize, answer: &'a str) -> Option<(&'a str, std::borrow::Cow<'a, str>)> {
        self.answer.code(at, answer)
    }

    /// What the row of that number is, and what it says.
    pub(super) fn line<'a>(&'a self, row: usize, turn: &'a Turn) -> (Part, Content<'a>) {
        let (part, row) = self.part(row);
        let plain = |wrapped: &Wrapped, text: &'a str| Content::Plain(wrapped.row(text, row), wrapped.range(row).start);
        let line = match PARTS[part] {
            Part::Prompt => plain(&self.prompt, turn.prompt()),
            Part::Reasoning => plain(&self.reasoning, turn.reasoning()),
            Part::Answer => self.answer.row(row, turn.answer()).map_or(Content::Head, Content::Styled),
            Part::Besides => self.besides.get(row).map_or(Content::Head, Content::Styled),
            Part::Remarks => plain(&self.remarks, &self.remarks_text),
            Part::Files => match self.files.row(row) {
                Some((file, Some((size, row)))) => Content::Picture { file, size, row },
                Some((file, None)) => Content::File(file),
                None => Content::Head,
            },
            Part::PromptHead | Part::Gap | Part::Pause | Part::AnswerHead | Part::Thought => Content::Head,
        };
        (PARTS[part], line)
    }

    /// The part to which a row belongs, and which of its rows it is. What is behind the last belongs to it.
    fn part(&self, mut row: usize) -> (usize, usize) {
        for (part, rows) in self.rows.iter().enumerate() {
            if row < *rows {
                return (part, row);
            }
            row -= rows;
        }
        (PARTS.len() - 1, row)
    }

    /// A place that is the same row at another width.
    pub(super) fn place(&self, row: usize, turn: &Turn) -> Spot {
        let (part, row) = self.part(row);
        match PARTS[part] {
            Part::PromptHead => Spot::PromptHead,
            Part::Prompt => Spot::Prompt(self.prompt.range(row).start),
            Part::Files => self.files.place(row),
            Part::AnswerHead => Spot::AnswerHead,
            Part::Thought => Spot::Thought,
            Part::Reasoning => Spot::Reasoning(self.reasoning.range(row).start),
            Part::Answer => match self.answer.place(row, turn.answer()) {
                (at, 0) => Spot::Answer(at),
                (at, plus) => Spot::Within { at, plus },
            },
            Part::Gap if part == BEFORE_ANSWER => Spot::BeforeAnswer,
            Part::Pause => Spot::BeforeText,
            // One place for all that follows the answer.
            Part::Besides | Part::Remarks | Part::Gap => {
                Spot::Behind(row + self.rows.iter().take(part).skip(BESIDES).sum::<usize>())
            }
        }
    }

    /// The row at that place, or what is nearest to it now.
    pub(super) fn row(&self, place: Spot, turn: &Turn) -> usize {
        let answer_row = |at| self.answer.row_of(at, turn.answer());
        let (part, row) = match place {
            Spot::PromptHead => (PROMPT, 0),
            Spot::Prompt(at) => match self.files.row_of(at) {
                Some(row) => (FILES, row),
                None => (PROMPT, self.prompt.row_of(at)),
            },
            Spot::BeforeAnswer => (BEFORE_ANSWER, 0),
            Spot::AnswerHead => (ANSWER_HEAD, 0),
            Spot::Thought => (THOUGHT, 0),
            // Where it was closed meanwhile, its head is what is left of it.
            Spot::Reasoning(_) if self.reasoning.len() == 0 => (THOUGHT, 0),
            Spot::Reasoning(at) => (REASONING, self.reasoning.row_of(at)),
            Spot::BeforeText => (BEFORE_TEXT, 0),
            Spot::Answer(at) => (ANSWER, answer_row(at)),
            Spot::Within { at, plus } => (ANSWER, (answer_row(at) + plus).min(self.answer.len().saturating_sub(1))),
            Spot::Behind(rows) => (BESIDES, rows),
        };
        let before: usize = self.rows.iter().take(part).sum();
        (before + row).min(self.rows().saturating_sub(1))
    }
}

/// The cells beside a prompt that its time takes.
const TIME_WIDTH: usize = 12;

/// The cells of a row of a prompt: its time stands beside it, where there is room.
fn prompt_width(width: usize) -> usize {
    if width > 4 * TIME_WIDTH { width - TIME_WIDTH } else { width }
}

/// About how many rows a turn will have that was not laid out yet.
pub(super) fn estimate(turn: &Turn, width: usize, space: Space) -> usize {
    // Lines are seldom full; a quarter more rows than full ones would be is right for prose and code alike.
    let rows = |text: &str| text.len() * 5 / (width * 4).max(1) + 1;
    3 + rows(turn.prompt()) + Files::of(turn, width, space).rows() + rows(turn.answer()) + besides::count(turn)
}

/// What there is to say about a turn besides its answer, one remark a line.
fn remarks(turn: &Turn, advice: &Advice) -> String {
    let mut lines: Vec<String> = turn.remarks().collect();
    lines.extend(advice.end(turn));
    // A mark that is no colour: what pointsman says must not be taken for the model's words.
    lines.iter().map(|line| format!("› {line}")).collect::<Vec<_>>().join("\n")
}

/// Whether the last remark of a turn is a failure.
pub(crate) fn failed(turn: &Turn) -> bool {
    matches!(turn.stage, Stage::Ended(Ending::Failed(_)))
}
