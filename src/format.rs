//! Figures as people read them. Used by every face of the program, so that they all say the same.
//!
//! Pure: figures and a width in, text out. Where it is shown, and in which colours, is the face's business.

pub mod columns;
pub mod size;

use std::time::Duration;

/// A duration: `0.1 ms`, `312 ms`, `1.9 s`, `75 s`.
pub fn duration(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1000.0 => format!("{ms:.0} ms"),
        ms if ms < 60_000.0 => format!("{:.1} s", ms / 1000.0),
        ms => format!("{:.0} s", ms / 1000.0),
    }
}

/// How old something is, as exactly as people say it: `5 minutes`, `1 hour`, `3 days`.
pub fn age(age: Duration) -> String {
    match age.as_secs() / 60 {
        0 => "less than a minute".to_owned(),
        minutes @ 1..60 => count(minutes, "minute"),
        minutes @ 60..1440 => count(minutes / 60, "hour"),
        minutes => count(minutes / 1440, "day"),
    }
}

/// How long something took that is not measured exactly: in whole seconds.
pub fn roughly(duration: Duration) -> String {
    match duration.as_secs() {
        0 => "a moment".to_owned(),
        seconds @ 1..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// A share from 0 to 1: `0 %`, `97 %`. Only nothing is 0 and only everything is 100.
pub fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 1.0 => "< 1 %".to_owned(),
        percent if percent > 99.0 && percent < 100.0 => "> 99 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

/// A number of things: `1 prompt`, `2 prompts`. For words that take an s.
pub fn count(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// A number with commas between its thousands: `1,024`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart_by_commas() {
        for (number, text) in [(0, "0"), (999, "999"), (1024, "1,024"), (50_000, "50,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn durations_have_the_digits_a_person_reads() {
        for (us, text) in
            [(80, "0.1 ms"), (5_000, "5.0 ms"), (312_400, "312 ms"), (1_940_000, "1.9 s"), (75_000_000, "75 s")]
        {
            assert_eq!(duration(Duration::from_micros(us)), text);
        }
    }

    #[test]
    fn an_age_is_as_exact_as_people_say_it() {
        for (seconds, text) in [
            (59, "less than a minute"),
            (60, "1 minute"),
            (3599, "59 minutes"),
            (7200, "2 hours"),
            (86_400, "1 day"),
            (900_000, "10 days"),
        ] {
            assert_eq!(age(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn a_share_is_rounded_but_never_to_nothing_or_everything() {
        for (share, text) in [(0.0, "0 %"), (0.001, "< 1 %"), (0.555, "56 %"), (0.999, "> 99 %"), (1.0, "100 %")] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn one_thing_is_no_things() {
        assert_eq!((count(1, "prompt"), count(0, "prompt")), ("1 prompt".to_owned(), "0 prompts".to_owned()));
    }
}
