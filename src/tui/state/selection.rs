//! What is selected with the mouse: from one place in the source to another. Never what is drawn: what is copied has no
//! frames, no bullets and no line breaks that only the width made.

use super::transcript::Part;
use crate::chat::{Turn, TurnId};
use crate::tui::text::markdown::with_marks;
use crate::tui::text::words::word_at;
use std::ops::Range;
use std::time::Duration;

/// A second press within this time selects a word.
const DOUBLE: Duration = Duration::from_millis(400);

/// A place in the conversation: a part of a turn, and the bytes of what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) turn: TurnId,
    pub(crate) part: Part,
    pub(crate) bytes: Range<usize>,
}

impl Point {
    fn order(&self) -> (TurnId, usize, usize) {
        (self.turn, self.part as usize, self.bytes.start)
    }
}

/// What is selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    from: Point,
    to: Point,
    /// When and where the button went down.
    pressed: (Duration, (u16, u16)),
    /// Whether the end was followed before: what is pressed on must not move away.
    pub(crate) followed: bool,
    /// It is the word of a double click.
    word: bool,
    /// Whether there is more than a press.
    pub(crate) drawn: bool,
}

impl Selection {
    /// The button went down.
    pub(crate) fn begin(at: Point, cell: (u16, u16), now: Duration) -> Self {
        Self { from: at.clone(), to: at, pressed: (now, cell), followed: false, word: false, drawn: false }
    }

    /// Whether a press now and there is the second of two.
    pub(crate) fn is_pressed_again(&self, cell: (u16, u16), now: Duration) -> bool {
        !self.drawn && self.pressed.1 == cell && now.saturating_sub(self.pressed.0) <= DOUBLE
    }

    /// The mouse moved, with the button held.
    pub(crate) fn extend(&mut self, to: Point) {
        self.drawn |= to != self.from;
        self.word &= to == self.from;
        self.to = to;
    }

    /// Selects the word that was pressed on.
    pub(crate) fn select_word(&mut self, text: &str) {
        let at = self.from.bytes.start;
        if let Some(word) = word_at(text, at) {
            (self.from.bytes, self.word, self.drawn) = (word, true, true);
            self.to = self.from.clone();
        }
    }

    /// The bytes of a part of a turn that are selected.
    pub(crate) fn bytes(&self, turn: TurnId, part: Part) -> Option<Range<usize>> {
        if !self.drawn {
            return None;
        }
        let (first, last) =
            if self.from.order() <= self.to.order() { (&self.from, &self.to) } else { (&self.to, &self.from) };
        let here = (turn, part as usize);
        let (begins, ends) = ((first.turn, first.part as usize), (last.turn, last.part as usize));
        if here < begins || here > ends {
            return None;
        }
        let start = if here == begins { first.bytes.start } else { 0 };
        let end = if here == ends { last.bytes.end } else { usize::MAX };
        Some(start..end.max(start))
    }

    /// The source of what is selected; parts of their own stand apart. `open` says of which turns the reasoning is shown.
    pub(crate) fn text(&self, turns: &[Turn], open: impl Fn(&Turn) -> bool) -> String {
        let mut parts: Vec<&str> = Vec::new();
        for turn in turns {
            for part in [Part::Prompt, Part::Reasoning, Part::Answer] {
                let text = source(turn, part);
                if part == Part::Reasoning && !open(turn) {
                    continue;
                }
                let Some(mut bytes) = self.bytes(turn.id(), part) else { continue };
                // Only an answer is drawn without its marks; of a word that was chosen nothing but the word is wanted.
                if part == Part::Answer && !self.word {
                    bytes = with_marks(text, bytes);
                }
                let (start, end) = (text.floor_char_boundary(bytes.start), text.ceil_char_boundary(bytes.end));
                parts.extend(text.get(start..end).filter(|text| !text.trim().is_empty()));
            }
        }
        parts.join("\n\n")
    }
}

/// The text that a part of a turn shows.
pub(crate) fn source(turn: &Turn, part: Part) -> &str {
    match part {
        Part::Prompt => turn.prompt(),
        Part::Reasoning => turn.reasoning(),
        Part::Answer => turn.answer(),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{self, TurnExample};

    fn turns() -> Vec<Turn> {
        let turn = |id, prompt, answer| examples::turn(id, prompt).thinking("hm").saying(answer);
        vec![turn(1, "first prompt", "one **two** three"), turn(2, "next", "four")]
    }

    fn point(turn: u64, part: Part, at: usize) -> Point {
        Point { turn: TurnId(turn), part, bytes: at..at + 1 }
    }

    fn selected(from: Point, to: Point) -> String {
        let mut selection = Selection::begin(from, (0, 0), Duration::ZERO);
        selection.extend(to);
        selection.text(&turns(), |_| false)
    }

    #[test]
    fn the_source_between_two_places_is_selected_in_either_direction() {
        let (from, to) = (point(1, Part::Answer, 6), point(1, Part::Answer, 13));
        assert_eq!(selected(from.clone(), to.clone()), "**two** th");
        assert_eq!(selected(to, from), "**two** th");
        let over = selected(point(1, Part::Prompt, 6), point(2, Part::Answer, 1));
        assert_eq!(over, "prompt\n\none **two** three\n\nnext\n\nfo");
    }

    #[test]
    fn a_press_alone_selects_nothing_and_a_second_one_selects_the_word() {
        let at = point(1, Part::Answer, 7);
        let mut selection = Selection::begin(at, (3, 4), Duration::ZERO);
        assert_eq!(selection.text(&turns(), |_| true), "");
        assert!(selection.is_pressed_again((3, 4), Duration::from_millis(300)));
        assert!(!selection.is_pressed_again((4, 4), Duration::from_millis(300)));
        assert!(!selection.is_pressed_again((3, 4), Duration::from_millis(500)));
        selection.select_word(turns()[0].answer());
        assert_eq!(selection.text(&turns(), |_| true), "two");
    }
}
