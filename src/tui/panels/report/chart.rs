//! A bar a day: its categories behind each other, each with its letter in its hue.
//!
//! ```text
//! Fri 04  c━━━━━━━━━g━━━━r   23
//! ```

use crate::config::{Category, CategoryId};
use crate::format::columns::{left, right, widest};
use crate::store::{Count, DayCount};
use crate::tui::text::cells::text_width;
use crate::tui::text::lines::{Line, Span};
use crate::tui::theme::{Role, hue, letter};

/// The cells of a day's name, and of the space beside a bar.
const DAY: usize = 6;
const GAP: usize = 2;
/// The cells of the longest bar.
const BAR_MAX: usize = 60;
const BAR_MIN: usize = 8;

/// A line for each day from the first with prompts on; none where none had any, and where there is no room.
pub(super) fn lines(days: &[DayCount], categories: &[Category], width: usize) -> Vec<Line> {
    let days: Vec<&DayCount> = days.iter().skip_while(|day| day.prompts() == 0).collect();
    let most = days.iter().map(|day| day.prompts()).max().unwrap_or(0);
    let counts: Vec<String> = days.iter().map(|day| day.prompts().to_string()).collect();
    let count = widest(counts.iter().map(String::as_str));
    let bar = width.saturating_sub(DAY + 2 * GAP + count).min(BAR_MAX);
    if most == 0 || bar < BAR_MIN {
        return Vec::new();
    }
    let line = |day: &&DayCount| {
        let mut pieces = vec![(left(&day.day.strftime("%a %d").to_string(), DAY + GAP), Role::Secondary)];
        let cells = (day.prompts() as f64 / most as f64 * bar as f64).round() as usize;
        let segments = segments(&ordered(day, categories), cells, categories);
        let taken: usize = segments.iter().map(|(text, _)| text_width(text)).sum();
        pieces.extend(segments);
        let room = bar.saturating_sub(taken) + GAP + count;
        pieces.push((right(&day.prompts().to_string(), room), Role::Secondary));
        Line::Pieces(pieces)
    };
    days.iter().map(line).collect()
}

/// The counts of a day in the order of the configuration, so that each hue has its place in every bar.
fn ordered<'a>(day: &'a DayCount, categories: &[Category]) -> Vec<&'a Count> {
    let mut counts: Vec<&Count> = day.categories.iter().collect();
    let place = |count: &Count| categories.iter().position(|category| category.id.as_str() == count.name);
    counts.sort_by_key(|count| place(count).unwrap_or(usize::MAX));
    counts
}

/// The parts of a bar of about so many cells. What is not nothing has at least one cell, its letter.
fn segments(counts: &[&Count], cells: usize, categories: &[Category]) -> Vec<Span> {
    let all: u64 = counts.iter().map(|count| count.prompts).sum();
    // Rounded where each part ends, so that the whole is as long as it should be.
    let (mut sum, mut end) = (0, 0);
    let mut segments = Vec::new();
    for count in counts.iter().filter(|count| count.prompts > 0) {
        sum += count.prompts;
        let next = (sum as f64 / all.max(1) as f64 * cells as f64).round() as usize;
        let id = CategoryId::from(count.name.as_str());
        let letter = letter(&id).to_string();
        let rest = next.saturating_sub(end + text_width(&letter));
        end += text_width(&letter) + rest;
        segments.push((letter + &"━".repeat(rest), hue(&id, categories)));
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn day(number: i8, counts: &[(&str, u64)]) -> DayCount {
        let count = |(name, prompts): &(&str, u64)| Count { name: (*name).to_owned(), prompts: *prompts };
        DayCount { day: date(2026, 12, number), categories: counts.iter().map(count).collect() }
    }

    fn drawn(days: &[DayCount], width: usize) -> Vec<String> {
        let text = |line: Line| match line {
            Line::Pieces(pieces) => pieces.into_iter().map(|(text, _)| text).collect::<String>(),
            _ => String::new(),
        };
        lines(days, &[], width).into_iter().map(text).collect()
    }

    #[test]
    fn each_day_is_a_bar_of_its_categories() {
        let days = [
            day(1, &[]),
            day(2, &[("coding", 10), ("general", 8), ("reasoning", 2)]),
            day(3, &[]),
            day(4, &[("vision", 1)]),
        ];
        assert_eq!(
            drawn(&days, 32),
            [
                "Wed 02  c━━━━━━━━━g━━━━━━━r━  20",
                "Thu 03                         0",
                "Fri 04  v                      1"
            ]
        );
        let wide = drawn(&[day(4, &[("検索", 3)]), day(5, &[("coding", 1), ("検索", 1)])], 32);
        assert_eq!(wide, ["Fri 04  検━━━━━━━━━━━━━━━━━━━  3", "Sat 05  c━━━━━━検━━━━━         2"]);
        assert_eq!((drawn(&days, 16).len(), drawn(&days[..1], 32).len()), (0, 0));
    }
}
