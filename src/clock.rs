//! The time on the wall. The one place that asks the system for it, and total: a clock can say anything.

use jiff::Timestamp;
use std::time::SystemTime;

/// The last time that is taken for one, a day before the year 9999 ends: whatever is reckoned from it can be written, too.
pub(crate) const LATEST: Timestamp = Timestamp::constant(253_402_207_200 - 24 * 60 * 60, 0);

/// The time now. A clock beyond the years that can be written (9999) stands at the end of them, and one before them at their
/// beginning.
pub(crate) fn now() -> Timestamp {
    of(SystemTime::now())
}

fn of(time: SystemTime) -> Timestamp {
    let beyond = if time < SystemTime::UNIX_EPOCH { Timestamp::MIN } else { LATEST };
    Timestamp::try_from(time).unwrap_or(beyond).min(LATEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_beyond_the_years_that_can_be_written_stands_at_their_end() {
        let years = |years: u64| Duration::from_hours(years * 24 * 366);
        assert_eq!(of(SystemTime::UNIX_EPOCH + years(10_000)), LATEST);
        assert_eq!(of(Timestamp::MAX.into()), LATEST);
        assert_eq!(of(SystemTime::UNIX_EPOCH - years(13_000)), Timestamp::MIN);
        assert_eq!(of(SystemTime::UNIX_EPOCH + Duration::from_secs(5)).as_second(), 5);
    }

    #[test]
    fn every_time_can_be_kept_to_the_millisecond() {
        for time in [LATEST, Timestamp::MIN] {
            assert_eq!(Timestamp::from_millisecond(time.as_millisecond()).ok(), Some(time));
        }
    }
}
