//! How many prompts each day had, by category. A day is the user's, from midnight to midnight of the time zone.

use super::report::{Count, counts};
use super::value;
use indexmap::IndexMap;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rusqlite::Connection;
use serde::Serialize;

/// Days that follow each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    /// The last of them.
    pub last: Date,
    /// How many they are.
    pub count: u16,
    /// Where midnight is.
    pub timezone: TimeZone,
}

/// The prompts of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayCount {
    /// Which day.
    pub day: Date,
    /// Prompts by what they were taken for, the most frequent first.
    pub categories: Vec<Count>,
}

impl DayCount {
    /// How many prompts there were.
    pub fn prompts(&self) -> u64 {
        self.categories.iter().map(|count| count.prompts).sum()
    }
}

impl Days {
    /// Each of them, the earliest first. None before the calendar begins.
    fn all(&self) -> Vec<Date> {
        let back = |days: u16| self.last.checked_sub(Span::new().days(i64::from(days))).ok();
        (0..self.count).rev().filter_map(back).collect()
    }

    fn begin(&self, day: Date) -> Option<Timestamp> {
        Some(day.to_zoned(self.timezone.clone()).ok()?.timestamp())
    }
}

pub(super) fn count(connection: &Connection, days: &Days) -> rusqlite::Result<Vec<DayCount>> {
    let mut counted: IndexMap<Date, IndexMap<String, u64>> =
        days.all().into_iter().map(|day| (day, IndexMap::new())).collect();
    let first = counted.first().and_then(|(day, _)| days.begin(*day)).unwrap_or(Timestamp::MIN);
    let mut statement = connection.prepare("SELECT decided_at, category FROM decisions WHERE decided_at >= ?")?;
    let mut rows = statement.query([first.as_millisecond()])?;
    while let Some(row) = rows.next()? {
        let day = value::time(row, "decided_at")?.to_zoned(days.timezone.clone()).date();
        if let Some(categories) = counted.get_mut(&day) {
            *categories.entry(value::text(row, "category")?).or_default() += 1;
        }
    }
    Ok(counted.into_iter().map(|(day, categories)| DayCount { day, categories: counts(categories) }).collect())
}
