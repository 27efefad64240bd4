//! The time on the wall, and how the screen writes it.

use super::state::State;
use jiff::Timestamp;
use std::time::Duration;

/// Wall-clock time now; the clock that `draw` gets counts from the start.
pub(crate) fn wall(state: &State, now: Duration) -> Timestamp {
    jiff::SignedDuration::try_from(now)
        .ok()
        .and_then(|now| state.start.begun_at.checked_add(now).ok())
        .unwrap_or(state.start.begun_at)
}

/// `12:01` today, `11-20` this year, `2025-11-20` before.
pub(crate) fn when(time: Timestamp, state: &State, today: Timestamp) -> String {
    let zone = &state.start.timezone;
    let (time, today) = (time.to_zoned(zone.clone()), today.to_zoned(zone.clone()));
    let form = match () {
        () if time.date() == today.date() => "%H:%M",
        () if time.year() == today.year() => "%m-%d",
        () => "%Y-%m-%d",
    };
    time.strftime(form).to_string()
}
