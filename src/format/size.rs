//! Sizes of files, as people write and read them.

/// The units, the greatest first: `MB` is a million bytes, `MiB` 1024 times 1024.
const UNITS: [(&str, u64); 7] = [
    ("gib", 1 << 30),
    ("gb", 1_000_000_000),
    ("mib", 1 << 20),
    ("mb", 1_000_000),
    ("kib", 1 << 10),
    ("kb", 1_000),
    ("b", 1),
];

/// A size: `640 bytes`, `12 KB`, `4.2 MB`, `1.5 GB`.
pub fn size(bytes: u64) -> String {
    let unit = |name: &str, of: f64| {
        let number = bytes as f64 / of;
        if number < 10.0 { format!("{number:.1} {name}") } else { format!("{number:.0} {name}") }
    };
    match bytes {
        0..=999 => super::count(bytes, "byte"),
        1_000..=999_499 => unit("KB", 1e3),
        999_500..=999_499_999 => unit("MB", 1e6),
        _ => unit("GB", 1e9),
    }
}

/// The bytes of a size as people write it: `500MB`, `1.5 GiB`, `2g`, `4096`.
///
/// # Errors
/// In words, when it is no size.
pub fn parse_size(text: &str) -> Result<u64, String> {
    let wrong = || format!("'{text}' is no size; write it like 500MB, 1.5GiB or 4096");
    let lower = text.trim().to_ascii_lowercase();
    let number = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = lower.strip_prefix(number).unwrap_or_default();
    // A letter alone means the round unit.
    let is_it = |name: &str| name == unit || (unit.len() == 1 && name.len() == 2 && name.starts_with(unit));
    let of = match unit {
        "" => 1,
        _ => UNITS.iter().find(|(name, _)| is_it(name)).map(|(_, of)| *of).ok_or_else(wrong)?,
    };
    let number = number.trim();
    let plain = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let number: f64 = number.parse().ok().filter(|_| plain).ok_or_else(wrong)?;
    Ok((number * of as f64).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, bytes) in [
            ("500MB", 500_000_000),
            ("1.5 GiB", 1_610_612_736),
            ("2g", 2_000_000_000),
            ("64k", 64_000),
            (" 10 KiB ", 10_240),
            ("4096", 4096),
            ("7b", 7),
            ("0.5kb", 500),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in ["", "MB", "-5MB", "5 parsecs", "1e9", "NaN", "inf", "1.2.3MB", "5 M B"] {
            assert!(parse_size(text).is_err_and(|why| why.contains("is no size")), "{text}");
        }
    }

    #[test]
    fn sizes_have_the_digits_a_person_reads() {
        for (bytes, text) in
            [(1, "1 byte"), (640, "640 bytes"), (12_345, "12 KB"), (999_600, "1.0 MB"), (4_200_000_000, "4.2 GB")]
        {
            assert_eq!(size(bytes), text);
        }
    }
}
