//! Figures as people read them. Used by every face of the program, so that they all say the same.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_digits_a_person_reads() {
        for (us, text) in
            [(80, "0.1 ms"), (5_000, "5.0 ms"), (312_400, "312 ms"), (1_940_000, "1.9 s"), (75_000_000, "75 s")]
        {
            assert_eq!(duration(Duration::from_micros(us)), text);
        }
    }
}
