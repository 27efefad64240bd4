//! The numbers of a list: `1. 1. 1.` counts. A number that goes up stands as it is written, since the text may speak
//! of it; one that does not is the last one and one more. Must not know what the items say.

/// The numbers of the items of one list, in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    last: Option<u32>,
}

impl Numbers {
    /// A list whose first item has at least that number.
    pub(super) fn from(first: Option<u32>) -> Self {
        Self { last: first.and_then(|first| first.checked_sub(1)) }
    }

    /// The number of the next item, which is written with this one.
    pub(super) fn next(&mut self, written: u32) -> u32 {
        let number = self.last.map_or(written, |last| written.max(last.saturating_add(1)));
        self.last = Some(number);
        number
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
    fn numbers_go_up_and_stay_as_they_are_written_where_they_do() {
        for (items, shown) in [
            (vec!["1. a", "1. b", "1. c"], vec!["1.", "2.", "3."]),
            (vec!["0) a", "0) b"], vec!["0)", "1)"]),
            (vec!["3. a", "3. b", "9. c", "1. d"], vec!["3.", "4.", "9.", "10."]),
            (vec![" 007. a", "7. b"], vec!["007.", "8."]),
            (vec!["999999999. a", "1. b"], vec!["999999999.", "1000000000."]),
        ] {
            let mut numbers = Numbers::default();
            let markers: Vec<String> = items.iter().filter_map(|item| numbers.marker(item)).collect();
            assert_eq!(markers, shown);
        }
        assert_eq!(Numbers::from(Some(4)).marker("1. a").as_deref(), Some("4."));
        assert_eq!(Numbers::default().marker("- a"), None);
    }
}
