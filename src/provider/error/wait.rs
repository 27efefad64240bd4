//! How long an endpoint asks to be left alone: every way in which endpoints say so.
//!
//! Pure: headers and the time come in as arguments.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::time::Duration;

/// Whoever names a longer wait than this has no wait in mind.
const MOST: Duration = Duration::from_hours(24 * 31);
/// The three forms of a date in HTTP (RFC 9110, 5.6.7).
const DATES: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

/// What the headers of a refusal ask for. `header` finds one by its name in lower case; the most exact one counts.
pub(crate) fn from_headers<'a>(header: impl Fn(&str) -> Option<&'a str>, now: Timestamp) -> Option<Duration> {
    let used_up = |name: &str| header(name).is_some_and(|left| left.trim().parse() == Ok(0.0));
    let limit = |kind: &str| {
        let reset = header(&format!("x-ratelimit-reset-{kind}"))?;
        used_up(&format!("x-ratelimit-remaining-{kind}")).then(|| spelled(reset)).flatten()
    };
    None.or_else(|| milliseconds(header("retry-after-ms")?))
        .or_else(|| seconds_or_date(header("retry-after")?, now))
        .or_else(|| milliseconds(header("llm_provider-retry-after-ms")?))
        .or_else(|| seconds_or_date(header("llm_provider-retry-after")?, now))
        .or_else(|| limit("requests").max(limit("tokens")))
        .or_else(|| used_up("x-ratelimit-remaining").then(|| reset(header("x-ratelimit-reset")?, now)).flatten())
}

/// What the text of a refusal asks for: "please try again in 7m12s".
pub(crate) fn from_text(text: &str) -> Option<Duration> {
    let lower = text.to_lowercase();
    let (_, rest) = lower.split_once("try again in ").or_else(|| lower.split_once("retry after "))?;
    let mut words = rest.split_whitespace();
    let first = words.next()?.trim_end_matches(['.', ',']);
    let unit = words.next().unwrap_or_default();
    match first.parse() {
        Ok(number) if unit.starts_with("sec") => time(number),
        Ok(number) if unit.starts_with("min") => time(number * 60.0),
        _ => spelled(first).filter(|_| first.ends_with(char::is_alphabetic)),
    }
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
fn until(then: Timestamp, now: Timestamp) -> Option<Duration> {
    let left = then.duration_since(now);
    if left.is_negative() { Some(Duration::ZERO) } else { time(left.as_secs_f64()) }
}

/// When a limit begins anew: the moment in milliseconds or seconds since 1970, or how long until then.
fn reset(text: &str, now: Timestamp) -> Option<Duration> {
    let Ok(number) = text.trim().parse::<f64>() else {
        return spelled(text);
    };
    match number {
        _ if number >= 1e11 => until(Timestamp::from_millisecond(number as i64).ok()?, now),
        _ if number >= 1e9 => until(Timestamp::from_second(number as i64).ok()?, now),
        _ => time(number),
    }
}

/// A time as `6m0s`, `7.66s`, `120ms` or plain seconds.
pub(crate) fn spelled(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if let Ok(seconds) = rest.parse() {
        return time(seconds);
    }
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != '.')?);
        let (unit, after) = after.split_at(after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len()));
        let unit = match unit {
            "d" => 86_400.0,
            "h" => 3_600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 0.001,
            "us" => 0.000_001,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * unit;
        rest = after;
    }
    time(seconds)
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
            ("try again in a while", None),
            ("try again in 3 weeks", None),
            ("try again later", None),
        ] {
            assert_eq!(from_text(text).map(|wait| wait.as_secs_f64()), wait, "{text}");
        }
    }

    #[test]
    fn a_wait_is_told_in_the_unit_that_fits() {
        for (milliseconds, words) in [(0, "0 s"), (1, "1 s"), (7_000, "7 s"), (120_001, "3 min"), (7_300_000, "3 h")] {
            assert_eq!(in_words(Duration::from_millis(milliseconds)), words);
        }
    }
}
