//! Looking for text in the conversation in sight: what is looked for, where it occurs, and which of these places one is at.
//!
//! The source is searched, not what is drawn: a hit in an answer that is not laid out yet is one, too. Stresses between
//! words do not hide them, nor do line breaks.

use super::transcript::Part;
use crate::chat::{Reading, Spot, Turn, TurnId};
use crate::tui::widgets::line_edit::LineEdit;
use regex::{Regex, RegexBuilder};
use std::cmp::Ordering;
use std::ops::Range;

/// So many places in one text are enough to step through.
const MOST: usize = 10_000;

/// A place where it occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) turn: TurnId,
    /// The prompt, the reasoning or the answer.
    pub(crate) part: Part,
    /// The bytes of it.
    pub(crate) bytes: Range<usize>,
}

/// A search. Invariant: `hits` are those of `pattern` in `searched`, in the order of the conversation.
#[derive(Debug, Default)]
pub(crate) struct Search {
    query: LineEdit,
    pattern: Option<Regex>,
    /// Whether the query is still being written.
    pub(crate) typing: bool,
    hits: Vec<Hit>,
    /// The turns that were searched, with the bytes that they had.
    searched: Vec<(TurnId, usize)>,
    at: Option<usize>,
    /// Where one was before.
    pub(crate) from: Option<Reading>,
}

impl Hit {
    /// Where it is.
    pub(crate) fn reading(&self) -> Reading {
        let at = match self.part {
            Part::Prompt => Spot::Prompt(self.bytes.start),
            Part::Reasoning => Spot::Reasoning(self.bytes.start),
            _ => Spot::Answer(self.bytes.start),
        };
        Reading { turn: self.turn, at }
    }
}

impl Search {
    /// A search that begins where one reads.
    pub(crate) fn begin(from: Option<Reading>) -> Self {
        Self { typing: true, from, ..Self::default() }
    }

    pub(crate) fn query(&self) -> &LineEdit {
        &self.query
    }

    /// Takes the same query with its caret elsewhere.
    pub(crate) fn move_caret(&mut self, query: LineEdit) {
        self.query = query;
    }

    /// Looks for something else.
    pub(crate) fn look_for(&mut self, query: LineEdit) {
        self.pattern = pattern(query.text());
        self.query = query;
        self.searched.clear();
        self.hits.clear();
        self.at = None;
    }

    /// Searches what is new or changed. `open` says of which turns the reasoning is shown.
    pub(crate) fn refresh(&mut self, turns: &[Turn], open: impl Fn(&Turn) -> bool) {
        let size = |turn: &Turn| {
            turn.prompt().len() + turn.answer().len() + if open(turn) { turn.reasoning().len() } else { 0 }
        };
        let known =
            self.searched.iter().zip(turns).take_while(|(known, turn)| **known == (turn.id(), size(turn))).count();
        let Some(pattern) = self.pattern.as_ref().filter(|_| known < turns.len().max(self.searched.len())) else {
            return;
        };
        let at = self.at.and_then(|at| self.hits.get(at)).cloned();
        let first = turns.get(known).map(Turn::id);
        self.hits.truncate(first.map_or(self.hits.len(), |first| self.hits.partition_point(|hit| hit.turn < first)));
        self.hits.retain(|hit| turns.binary_search_by_key(&hit.turn, Turn::id).is_ok());
        self.searched.truncate(known);
        for turn in turns.iter().skip(known) {
            let mut find = |part, text: &str| {
                let found = pattern.find_iter(text).filter(|found| !found.is_empty()).take(MOST);
                self.hits.extend(found.map(|found| Hit { turn: turn.id(), part, bytes: found.range() }));
            };
            // What has an answer continued is not shown, since it is not the user's words.
            if !turn.is_continuation() {
                find(Part::Prompt, turn.prompt());
            }
            if open(turn) {
                find(Part::Reasoning, turn.reasoning());
            }
            find(Part::Answer, turn.answer());
            self.searched.push((turn.id(), size(turn)));
        }
        self.at = at.and_then(|hit| self.hits.iter().position(|known| *known == hit));
    }

    /// Goes to a hit near what is in sight: `place` says where one is. Whoever follows the end looks for the last, whoever
    /// reads back for the next one from here on.
    pub(crate) fn settle_near(&mut self, following: bool, place: impl Fn(&Hit) -> Ordering) {
        // They stand in the order of the conversation.
        let below = self.hits.partition_point(|hit| place(hit) != Ordering::Greater);
        let above = self.hits.partition_point(|hit| place(hit) == Ordering::Less);
        let at = if following { below.saturating_sub(1) } else { above };
        self.at = Some(at.min(self.hits.len().saturating_sub(1))).filter(|_| !self.hits.is_empty());
    }

    /// Goes to the next hit, or to the one before, around the ends; from where one reads, if the last one is not in sight.
    pub(crate) fn step(&mut self, forward: bool, place: impl Fn(&Hit) -> Ordering) {
        let count = self.hits.len();
        let in_sight = self.hit().is_some_and(|hit| place(hit) == Ordering::Equal);
        let next = match (self.at.filter(|_| in_sight), forward) {
            (Some(at), true) => at + 1,
            (Some(at), false) => at + count - 1,
            (None, true) => self.hits.partition_point(|hit| place(hit) == Ordering::Less),
            (None, false) => self.hits.partition_point(|hit| place(hit) != Ordering::Greater) + count - 1,
        };
        self.at = next.checked_rem(count);
    }

    /// The hit that one is at.
    pub(crate) fn hit(&self) -> Option<&Hit> {
        self.hits.get(self.at?)
    }

    /// Which one that is, from 1, and how many there are.
    pub(crate) fn count(&self) -> (usize, usize) {
        (self.at.map_or(0, |at| at + 1), self.hits.len())
    }

    /// The hits in a part of a turn that touch these bytes.
    pub(crate) fn hits_in(&self, turn: TurnId, part: Part, bytes: &Range<usize>) -> &[Hit] {
        let place = |hit: &Hit| (hit.turn, hit.part as usize, hit.bytes.end);
        let first = self.hits.partition_point(|hit| place(hit) <= (turn, part as usize, bytes.start));
        let rest = self.hits.get(first..).unwrap_or_default();
        let count = rest.iter().take_while(|hit| (hit.turn, hit.part) == (turn, part) && hit.bytes.start < bytes.end);
        rest.get(..count.count()).unwrap_or_default()
    }
}

/// What a query looks for: its words, with whatever marks or breaks between them. A capital letter makes case count.
fn pattern(query: &str) -> Option<Regex> {
    let words: Vec<String> = query.split_whitespace().map(regex::escape).collect();
    if words.is_empty() {
        return None;
    }
    let sensitive = query.chars().any(char::is_uppercase);
    let pattern = words.join("[\\s*_`~>|]+");
    RegexBuilder::new(&pattern).case_insensitive(!sensitive).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{self, TurnExample};

    fn turn(id: u64, prompt: &str, answer: &str) -> Turn {
        examples::turn(id, prompt).saying(answer)
    }

    fn found(query: &str, turns: &[Turn]) -> Vec<(u64, Part, Range<usize>)> {
        let mut search = Search::begin(None);
        search.look_for(LineEdit::new(query));
        search.refresh(turns, |_| false);
        search.hits.iter().map(|hit| (hit.turn.0, hit.part, hit.bytes.clone())).collect()
    }

    #[test]
    fn words_are_found_through_marks_and_breaks_and_case() {
        let turns = [turn(1, "Merge lists", "**Merge** the\nlists, then merge")];
        assert_eq!(
            found("merge", &turns),
            [(1, Part::Prompt, 0..5), (1, Part::Answer, 2..7), (1, Part::Answer, 26..31)]
        );
        assert_eq!(found("Merge", &turns).len(), 2, "a capital letter counts");
        assert_eq!(found("merge the lists", &turns), [(1, Part::Answer, 2..19)]);
        assert_eq!(found("(", &turns), [], "what looks like a pattern is none");
        assert_eq!(found("  ", &turns), []);
    }

    #[test]
    fn steps_go_around_both_ends_and_begin_at_what_is_in_sight() {
        let turns = [turn(1, "a", "a"), turn(2, "a", "b")];
        let mut search = Search::begin(None);
        search.look_for(LineEdit::new("a"));
        search.refresh(&turns, |_| false);
        let in_sight = |_: &Hit| Ordering::Equal;
        let second = |hit: &Hit| hit.turn.cmp(&TurnId(2));
        search.settle_near(true, |hit| hit.turn.cmp(&TurnId(1)));
        assert_eq!(search.count(), (2, 3));
        search.settle_near(false, second);
        assert_eq!(search.count(), (3, 3), "who reads back looks from there on");
        search.step(true, in_sight);
        assert_eq!(search.count(), (1, 3), "around the end");
        search.step(false, in_sight);
        assert_eq!(search.count(), (3, 3));
        search.step(true, |_| Ordering::Greater);
        assert_eq!(search.count(), (1, 3), "what is in sight is above all of them");
    }

    #[test]
    fn what_comes_meanwhile_is_found_and_one_stays_where_one_is() {
        let mut turns = vec![turn(1, "a", "x"), turn(2, "q", "")];
        let mut search = Search::begin(None);
        search.look_for(LineEdit::new("a"));
        search.refresh(&turns, |_| false);
        search.settle_near(false, |_| Ordering::Equal);
        turns[1].apply(examples::text("a and a", 0));
        search.refresh(&turns, |_| false);
        assert_eq!(search.count(), (1, 4));
        turns.pop();
        search.refresh(&turns, |_| false);
        assert_eq!(search.count(), (1, 1), "what is gone is not found");
    }

    #[test]
    fn the_hits_of_a_row_are_those_that_touch_it() {
        let turns = [turn(1, "p", "aa bb aa bb aa")];
        let mut search = Search::begin(None);
        search.look_for(LineEdit::new("aa"));
        search.refresh(&turns, |_| false);
        let starts = |bytes| {
            search.hits_in(TurnId(1), Part::Answer, &bytes).iter().map(|hit| hit.bytes.start).collect::<Vec<_>>()
        };
        assert_eq!(
            (starts(0..3), starts(1..7), starts(8..12), starts(13..99)),
            (vec![0], vec![0, 6], vec![], vec![12])
        );
        assert!(search.hits_in(TurnId(1), Part::Prompt, &(0..99)).is_empty());
    }
}
