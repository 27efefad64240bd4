//! What stands above groups of chats: pinned ones, today, this week, then months.

use crate::store::ChatRow;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The calendar on the user's wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Calendar {
    timezone: TimeZone,
    today: Date,
    /// The Monday before, or today.
    monday: Date,
}

impl Calendar {
    pub(crate) fn new(now: Timestamp, timezone: &TimeZone) -> Self {
        let today = now.to_zoned(timezone.clone()).date();
        let since_monday = i64::from(today.weekday().to_monday_zero_offset());
        let monday = today.checked_sub(Span::new().days(since_monday)).unwrap_or(today);
        Self { timezone: timezone.clone(), today, monday }
    }

    /// The headings of `rows`, each with the place of the row that it stands above.
    pub(super) fn headings<'a>(&self, rows: impl Iterator<Item = &'a ChatRow>) -> Vec<(usize, String)> {
        let mut headings: Vec<(usize, String)> = Vec::new();
        let mut last = None;
        for (index, row) in rows.enumerate() {
            let group = self.group(row);
            if last != Some(group) {
                headings.push((index, group.title()));
                last = Some(group);
            }
        }
        headings
    }

    fn group(&self, row: &ChatRow) -> Group {
        if row.head.pinned {
            return Group::Pinned;
        }
        match row.updated_at.to_zoned(self.timezone.clone()).date() {
            day if day >= self.today => Group::Today,
            day if day >= self.monday => Group::ThisWeek,
            day => Group::Month(day.first_of_month()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Pinned,
    Today,
    ThisWeek,
    Month(Date),
}

impl Group {
    fn title(self) -> String {
        match self {
            Self::Pinned => "Pinned".to_owned(),
            Self::Today => "Today".to_owned(),
            Self::ThisWeek => "This week".to_owned(),
            Self::Month(first) => first.strftime("%B %Y").to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ConversationId;
    use crate::store::Head;

    #[test]
    fn chats_stand_below_today_this_week_and_their_months() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // A Thursday.
        let calendar = Calendar::new(at("2026-12-03T10:00:00Z"), &TimeZone::UTC);
        let row = |time: &str, pinned: bool| {
            let head =
                Head { id: ConversationId(1), title: String::new(), started_at: at(time), archived: false, pinned };
            ChatRow::of(head, at(time), 1)
        };
        let rows = [
            row("2025-01-01T00:00:00Z", true),
            row("2026-12-03T00:00:00Z", false),
            row("2026-12-02T23:59:00Z", false),
            row("2026-11-30T00:00:00Z", false),
            row("2026-11-29T23:59:00Z", false),
            row("2026-11-01T00:00:00Z", false),
            row("2025-11-01T00:00:00Z", false),
        ];
        let headings = calendar.headings(rows.iter());
        let told: Vec<_> = headings.iter().map(|(index, title)| (*index, title.as_str())).collect();
        let expected = [(0, "Pinned"), (1, "Today"), (2, "This week"), (4, "November 2026"), (6, "November 2025")];
        assert_eq!(told, expected);
    }
}
