//! How long an endpoint asks to be left alone: every way in which endpoints say so.
//!
//! Pure: headers and the time come in as arguments.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::time::Duration;

/// A longer wait than this is taken for a mistake of the server.
const MOST: Duration = Duration::from_hours(24 * 31);
/// The three forms of a date in HTTP (RFC 9110, 5.6.7).
const DATES: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

/// Headers that say what is left of a limit, and when it begins anew.
const LIMITS: &[(&str, &str)] = &[
    ("x-ratelimit-remaining", "x-ratelimit-reset"),
    ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
    ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
    ("x-ratelimit-remaining-requests-minute", "x-ratelimit-reset-requests-minute"),
    ("x-ratelimit-remaining-requests-hour", "x-ratelimit-reset-requests-hour"),
    ("x-ratelimit-remaining-requests-day", "x-ratelimit-reset-requests-day"),
    ("x-ratelimit-remaining-tokens-minute", "x-ratelimit-reset-tokens-minute"),
    ("x-ratelimit-remaining-tokens-hour", "x-ratelimit-reset-tokens-hour"),
    ("x-ratelimit-remaining-tokens-day", "x-ratelimit-reset-tokens-day"),
    ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
    ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
    ("ratelimit-remaining", "ratelimit-reset"),
    ("ratelimitbysize-remaining", "ratelimitbysize-reset"),
];

/// Words in a refusal that a time follows.
const BEFORE_A_TIME: &[&str] = &[
    "again in ",
    "again after ",
    "retry in ",
    "retry after ",
    "retry after: ",
    "retry-after: ",
    "wait for ",
    "wait ",
    "reset in ",
    "resets in ",
    "reset after ",
    "available in ",
    "请在",
    "请等待",
];

/// Words between those and the time.
const FILLERS: &[&str] = &["at least ", "approximately ", "about ", "another ", "~"];

/// Words in a refusal that a date follows.
const BEFORE_A_DATE: &[&str] =
    &["again at ", "again after ", "retry after ", "reset at ", "resets at ", "reset on ", "access on ", "until "];

/// What the headers of a refusal ask for. `header` finds one by its name in lower case; the most exact one counts.
pub(crate) fn from_headers<'a>(header: impl Fn(&str) -> Option<&'a str>, now: Timestamp) -> Option<Duration> {
    let used_up = |name: &str| header(name).is_some_and(|left| left.trim().parse() == Ok(0.0));
    let limit = |(left, again): &(&str, &str)| used_up(left).then(|| reset(header(again)?, now)).flatten();
    None.or_else(|| milliseconds(header("retry-after-ms")?))
        .or_else(|| milliseconds(header("x-ms-retry-after-ms")?))
        .or_else(|| seconds_or_date(header("retry-after")?, now))
        .or_else(|| milliseconds(header("llm_provider-retry-after-ms")?))
        .or_else(|| seconds_or_date(header("llm_provider-retry-after")?, now))
        .or_else(|| LIMITS.iter().filter_map(limit).max())
}

/// What the text of a refusal asks for: "please try again in 7m12s".
pub(crate) fn from_text(text: &str) -> Option<Duration> {
    let lower = text.to_lowercase();
    let behind = |words: &&str| lower.split_once(words).and_then(|(_, rest)| told(rest));
    BEFORE_A_TIME.iter().find_map(behind)
}

/// The moment until which the text of a refusal asks to wait: "resets at 2026-12-09T03:30:06Z". A moment without a time
/// zone is not read: the server's is unknown.
pub(crate) fn moment_in_text(text: &str) -> Option<Timestamp> {
    let lower = text.to_ascii_lowercase();
    let behind = |words: &&str| {
        let at = lower.find(words)? + words.len();
        // "2025-01-01 at 00:00 UTC"
        let text = text.get(at..)?.replace(" at ", "T").replace(" UTC", "Z").replace(" GMT", "Z").replacen(' ', "T", 1);
        let date = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-:+.".contains(c)).next()?;
        date.trim_end_matches('.').parse().ok()
    };
    BEFORE_A_DATE.iter().find_map(behind)
}

/// A moment as a number since 1970, in seconds or milliseconds.
pub(crate) fn moment(number: f64) -> Option<Timestamp> {
    match number {
        _ if number >= 1e11 => Timestamp::from_millisecond(number as i64).ok(),
        _ if number >= 1e9 => Timestamp::from_second(number as i64).ok(),
        _ => None,
    }
}

/// The time that `text` begins with: "7m12s", "30 seconds", "1 hour, 5 minutes and 2 s", "30秒".
fn told(text: &str) -> Option<Duration> {
    let text = text.trim_start();
    let mut rest = FILLERS.iter().fold(text, |text, filler| text.trim_start_matches(filler));
    let mut seconds = None;
    while let Some(end) = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end > 0) {
        let (number, after) = rest.split_at(end);
        let after = after.trim_start();
        let (unit, after) = after.split_at(after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len()));
        let (Ok(number), Some(unit)) = (number.parse::<f64>(), in_seconds(unit)) else { break };
        seconds = Some(seconds.unwrap_or(0.0) + number * unit);
        rest = after.trim_start_matches([' ', ',']).trim_start_matches("and ");
    }
    time(seconds?)
}

/// How many seconds a unit has.
fn in_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "d" | "day" | "days" => 86_400.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "ms" | "millisecond" | "milliseconds" => 0.001,
        "us" | "µs" => 0.000_001,
        // Other words follow without a gap.
        _ if unit.starts_with('秒') => 1.0,
        _ if unit.starts_with("分钟") => 60.0,
        _ if unit.starts_with("小时") => 3_600.0,
        _ => return None,
    })
}

/// Seconds, fractions among them, as a wait; nothing of what cannot be one.
pub(crate) fn time(seconds: f64) -> Option<Duration> {
    // What is too long for any clock is as long as can be, and not no wait at all.
    (seconds >= 0.0).then(|| Duration::try_from_secs_f64(seconds).map_or(MOST, |wait| wait.min(MOST)))
}

fn milliseconds(text: &str) -> Option<Duration> {
    time(text.trim().parse::<f64>().ok()? / 1_000.0)
}

fn seconds_or_date(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    text.parse().map_or_else(|_| until(date(text)?, now), time)
}

fn date(text: &str) -> Option<Timestamp> {
    let read = DATES.iter().find_map(|form| DateTime::strptime(form, text).ok())?;
    read.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// A moment that is over asks for no wait.
pub(crate) fn until(then: Timestamp, now: Timestamp) -> Option<Duration> {
    let left = then.duration_since(now);
    if left.is_negative() { Some(Duration::ZERO) } else { time(left.as_secs_f64()) }
}

/// When a limit begins anew: a moment, or how long until then.
fn reset(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    match text.parse::<f64>() {
        Ok(number) => moment(number).map_or_else(|| time(number), |then| until(then, now)),
        Err(_) => text.parse().map_or_else(|_| spelled(text), |then| until(then, now)),
    }
}

/// A time as `6m0s`, `7.66s`, `120ms` or plain seconds.
pub(crate) fn spelled(text: &str) -> Option<Duration> {
    let text = text.trim();
    text.parse().map_or_else(|_| told(text), time)
}

/// A wait as people read it, never shorter than it is.
pub(crate) fn in_words(wait: Duration) -> String {
    let seconds = wait.as_millis().div_ceil(1_000);
    match seconds {
        0..=120 => format!("{seconds} s"),
        121..=7_200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sunday, 6 November 1994, 08:49:37, as in the RFC.
    const NOW: Timestamp = Timestamp::constant(784_111_777, 0);

    #[test]
    fn every_way_to_ask_for_a_wait_is_understood() {
        for (headers, wait) in [
            (&[("retry-after", "7")] as &[_], Some(7.0)),
            (&[("retry-after", " 1.5 ")], Some(1.5)),
            (&[("retry-after", "0")], Some(0.0)),
            (&[("retry-after", "-1")], None),
            (&[("retry-after", "soon")], None),
            (&[("retry-after", "nan")], None),
            (&[("retry-after", "1e300")], Some(2_678_400.0)),
            (&[("retry-after", "172800")], Some(172_800.0)),
            (&[("retry-after", "99999999")], Some(2_678_400.0)),
            (&[("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT")], Some(60.0)),
            (&[("retry-after", "Sunday, 06-Nov-94 08:50:37 GMT")], Some(60.0)),
            (&[("retry-after", "Sun Nov  6 08:50:37 1994")], Some(60.0)),
            (&[("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT")], Some(0.0)),
            (&[("retry-after", "Sat, 06 Nov 2094 08:49:00 GMT")], Some(2_678_400.0)),
            (&[("retry-after", "2"), ("retry-after-ms", "1700")], Some(1.7)),
            (&[("retry-after", "2"), ("retry-after-ms", "x")], Some(2.0)),
            (&[("llm_provider-retry-after", "60")], Some(60.0)),
            (&[("llm_provider-retry-after", "60"), ("llm_provider-retry-after-ms", "500")], Some(0.5)),
            (&[("retry-after", "3"), ("llm_provider-retry-after", "60")], Some(3.0)),
            (&[("x-ratelimit-reset-requests", "6m0s"), ("x-ratelimit-remaining-requests", "0")], Some(360.0)),
            (&[("x-ratelimit-reset-tokens", "7.66s"), ("x-ratelimit-remaining-tokens", "0")], Some(7.66)),
            (&[("x-ratelimit-reset-tokens", "120ms"), ("x-ratelimit-remaining-tokens", "0")], Some(0.12)),
            (&[("x-ratelimit-reset-tokens", "1s"), ("x-ratelimit-remaining-tokens", "12")], None),
            (&[("x-ratelimit-reset-tokens", "1s")], None),
            (
                &[("x-ratelimit-reset-requests-day", "33011.4"), ("x-ratelimit-remaining-requests-day", "0")],
                Some(33_011.4),
            ),
            (
                &[
                    ("anthropic-ratelimit-tokens-reset", "1994-11-06T08:50:07Z"),
                    ("anthropic-ratelimit-tokens-remaining", "0"),
                ],
                Some(30.0),
            ),
            (&[("ratelimit-reset", "12"), ("ratelimit-remaining", "0")], Some(12.0)),
            (&[("x-ms-retry-after-ms", "2500")], Some(2.5)),
            (&[("x-ratelimit-reset", "784111787000"), ("x-ratelimit-remaining", "0")], Some(10.0)),
            (&[("x-ratelimit-reset", "30"), ("x-ratelimit-remaining", "0")], Some(30.0)),
            (&[("x-ratelimit-reset", "30"), ("x-ratelimit-remaining", "1")], None),
            (&[], None),
        ] {
            let header = |name: &str| headers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            assert_eq!(from_headers(header, NOW).map(|wait| wait.as_secs_f64()), wait, "{headers:?}");
        }
        let now = Timestamp::constant(1_800_000_000, 0);
        for (text, wait) in [("1800000020", 20.0), ("1800000020500", 20.5), ("1799999999", 0.0)] {
            assert_eq!(reset(text, now).map(|wait| wait.as_secs_f64()), Some(wait), "{text}");
        }
    }

    #[test]
    fn a_wait_in_the_middle_of_a_sentence_is_found() {
        for (text, wait) in [
            ("Rate limit reached. Please try again in 7m12s. Visit https://x.example", Some(432.0)),
            ("Please try again in 20s.", Some(20.0)),
            ("Please try again in 6ms.", Some(0.006)),
            ("Try again in 5 seconds", Some(5.0)),
            ("retry after 2 minutes.", Some(120.0)),
            ("Please retry in 17.5s.", Some(17.5)),
            ("Please retry in 34.074824224s", Some(34.074_824_224)),
            ("Please try again after 30 seconds", Some(30.0)),
            ("Please retry after 26 seconds.", Some(26.0)),
            ("Limit resets in 1 hour, 5 minutes and 2 seconds.", Some(3_902.0)),
            ("Please wait 10 s and ask again", Some(10.0)),
            ("available in about 2 hours", Some(7_200.0)),
            ("Please wait at least 5 seconds before the next request", Some(5.0)),
            ("wait another 90s", Some(90.0)),
            ("Try again in approximately 3 min.", Some(180.0)),
            ("slow down (retry after: 12s)", Some(12.0)),
            ("try again in 3 days", Some(259_200.0)),
            ("请求过于频繁，请在30秒后重试", Some(30.0)),
            ("please wait before trying again", None),
            ("retry after 5", None),
            ("again in 9.9.9 s", None),
            ("try again in a while", None),
            ("try again in 3 weeks", None),
            ("try again later", None),
        ] {
            assert_eq!(from_text(text).map(|wait| wait.as_secs_f64()), wait, "{text}");
        }
    }

    #[test]
    fn a_date_in_the_middle_of_a_sentence_is_a_moment_where_it_has_a_time_zone() {
        for (text, moment) in [
            ("You will regain access on 2025-01-01 at 00:00 UTC.", Some("2025-01-01T00:00:00Z")),
            ("Limit exceeded, resets at 2026-12-09T03:30:06Z", Some("2026-12-09T03:30:06Z")),
            ("try again at 2026-12-09 03:30:06+08:00, please", Some("2026-12-08T19:30:06Z")),
            ("Your limit will reset at 2026-12-09 03:30:06", None),
            ("until 2026", None),
            ("reset at noon é", None),
        ] {
            assert_eq!(moment_in_text(text).map(|moment| moment.to_string()).as_deref(), moment, "{text}");
        }
    }

    #[test]
    fn a_wait_is_told_in_the_unit_that_fits() {
        for (milliseconds, words) in [(0, "0 s"), (1, "1 s"), (7_000, "7 s"), (120_001, "3 min"), (7_300_000, "3 h")] {
            assert_eq!(in_words(Duration::from_millis(milliseconds)), words);
        }
    }
}
