//! The numbers of a list: `1. 1. 1.` counts. A number that goes up or down stands as it is written, since the text may
//! speak of it: a countdown goes down. Must not know what the items say.

/// The number of an item: as it is written, and as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    written: u32,
    pub(super) shown: u32,
}

impl Number {
    /// Of the first item of a list.
    pub(super) fn first(written: u32) -> Self {
        Self { written, shown: written }
    }

    /// Of the item behind it.
    pub(super) fn next(self, written: u32) -> Self {
        let counts = written >= self.written;
        Self { written, shown: if counts { written.max(self.shown.saturating_add(1)) } else { written } }
    }
}

/// The numbers of the items of one list, in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    last: Option<Number>,
    /// The number of the first item, where it follows from items before this list was cut.
    first: Option<Number>,
}

impl Numbers {
    /// A list whose first item has that number.
    pub(super) fn from(first: Option<Number>) -> Self {
        Self { last: None, first }
    }

    /// The number of the last item that was read.
    pub(super) fn last(self) -> Option<Number> {
        self.last
    }

    /// The number of the next item, which is written with this one.
    fn next(&mut self, written: u32) -> u32 {
        let next = self.last.map_or(Number::first(written), |last| last.next(written));
        let number = self.first.take().unwrap_or(next);
        self.last = Some(number);
        number.shown
    }

    /// What is shown before the next item, whose source is `item`: its number and the mark behind it. None for a bullet.
    pub(super) fn marker(&mut self, item: &str) -> Option<String> {
        let (digits, mark) = written(item)?;
        let number = digits.parse().map(|written| (written, self.next(written)));
        Some(match number {
            Ok((written, number)) if written != number => format!("{number}{mark}"),
            _ => format!("{digits}{mark}"),
        })
    }

    /// Whether an item of it had a number.
    pub(super) fn is_numbered(self) -> bool {
        self.last.is_some()
    }
}

/// The number that an item begins with.
pub(super) fn number_of(item: &str) -> Option<u32> {
    written(item)?.0.parse().ok()
}

fn written(item: &str) -> Option<(&str, char)> {
    let item = item.trim_start();
    let digits = item.len() - item.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = item.get(digits..)?.chars().next().filter(|_| digits > 0)?;
    Some((item.get(..digits)?, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_repeat_count_and_others_stay_as_they_are_written() {
        for (items, shown) in [
            (vec!["1. a", "1. b", "1. c"], vec!["1.", "2.", "3."]),
            (vec!["0) a", "0) b"], vec!["0)", "1)"]),
            (vec!["3. a", "3. b", "9. c", "1. d"], vec!["3.", "4.", "9.", "1."]),
            (vec!["2. a", "2. b", "3. c"], vec!["2.", "3.", "4."]),
            (vec!["5. a", "4. b", "3. c"], vec!["5.", "4.", "3."]),
            (vec!["1. a", "3. b", "2. c", "2. d"], vec!["1.", "3.", "2.", "3."]),
            (vec!["1. a", "1. b", "1. c", "0. d"], vec!["1.", "2.", "3.", "0."]),
            (vec![" 007. a", "7. b"], vec!["007.", "8."]),
            (vec!["999999999. a", "999999999. b"], vec!["999999999.", "1000000000."]),
        ] {
            let mut numbers = Numbers::default();
            let markers: Vec<String> = items.iter().filter_map(|item| numbers.marker(item)).collect();
            assert_eq!(markers, shown);
        }
        let mut numbers = Numbers::from(Some(Number { written: 1, shown: 4 }));
        let markers: Vec<String> = ["1. a", "1. b"].iter().filter_map(|item| numbers.marker(item)).collect();
        assert_eq!(markers, ["4.", "5."]);
        assert_eq!(Numbers::default().marker("- a"), None);
    }
}
