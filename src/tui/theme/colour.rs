//! Colours as themes write them: reading, mixing, contrast, and the nearest of 256. Pure.

use ratatui::style::Color;

/// The shares of red, green and blue, from 0 to 255.
pub(crate) type Rgb = [u8; 3];

/// The names of the terminal's own sixteen colours.
const NAMES: [(&str, Color); 16] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

/// Reads `#d9dde3`, the name of one of the terminal's colours, or `default`.
pub(super) fn parse(text: &str) -> Result<Color, String> {
    if text == "default" {
        return Ok(Color::Reset);
    }
    if let Some((_, colour)) = NAMES.iter().find(|(name, _)| *name == text) {
        return Ok(*colour);
    }
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii());
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, red, green, blue] = number
        .ok_or_else(|| {
            format!("'{text}' is no colour; write \"#d9dde3\", \"default\", or a name such as \"bright-blue\"")
        })?
        .to_be_bytes();
    Ok(Color::Rgb(red, green, blue))
}

/// `share` of `colour` laid over `ground`, from 0 to 1.
pub(super) fn mix(ground: Rgb, colour: Rgb, share: f64) -> Rgb {
    let channel = |at: usize| {
        let (from, to) = (f64::from(ground[at]), f64::from(colour[at]));
        (from + (to - from) * share).round().clamp(0.0, 255.0) as u8
    };
    [channel(0), channel(1), channel(2)]
}

/// How light a colour is, from 0 to 1 (relative luminance of WCAG 2).
pub(crate) fn luminance(colour: Rgb) -> f64 {
    let linear = |channel: u8| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
}

/// The contrast of two colours, from 1 to 21 (WCAG 2).
pub(crate) fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// The nearest of the 240 colours that every terminal of 256 draws alike: the cube and the greys.
pub(super) fn nearest_of_256(colour: Rgb) -> Color {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step =
        |channel: u8| (0..6_u8).min_by_key(|step| channel.abs_diff(STEPS[usize::from(*step)])).unwrap_or_default();
    let [red, green, blue] = colour.map(step);
    let cube = [red, green, blue].map(|step| STEPS[usize::from(step)]);
    let mean = colour.iter().map(|channel| u16::from(*channel)).sum::<u16>() / 3;
    let grey = (mean.saturating_sub(3) / 10).min(23) as u8;
    let shade = 8 + 10 * grey;
    let distance = |other: Rgb| -> u32 { (0..3).map(|at| u32::from(colour[at].abs_diff(other[at])).pow(2)).sum() };
    if distance([shade; 3]) < distance(cube) {
        return Color::Indexed(232 + grey);
    }
    Color::Indexed(16 + 36 * red + 6 * green + blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_by_digits_and_by_name() {
        assert_eq!(parse("#0a7580"), Ok(Color::Rgb(10, 117, 128)));
        assert_eq!((parse("bright-blue"), parse("default")), (Ok(Color::LightBlue), Ok(Color::Reset)));
        for wrong in ["#12345", "#12345g", "navy", "", "#ｆｆ"] {
            assert!(parse(wrong).unwrap_err().contains("is no colour"), "{wrong}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        let grey = [0x77; 3];
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.001);
        assert!((contrast(grey, [255; 3]) - 4.48).abs() < 0.01);
        assert!((contrast([255; 3], grey) - 4.48).abs() < 0.01);
    }

    #[test]
    fn the_nearest_of_256_colours_is_a_grey_for_a_grey_and_a_hue_for_a_hue() {
        assert_eq!(nearest_of_256([0x1c, 0x1c, 0x1e]), Color::Indexed(234));
        assert_eq!(nearest_of_256([0xff, 0, 0]), Color::Indexed(196));
        assert_eq!(nearest_of_256([0, 0, 0]), Color::Indexed(16));
    }

    #[test]
    fn a_share_of_a_colour_lies_between_both() {
        assert_eq!(mix([0, 0, 0], [200, 100, 0], 0.5), [100, 50, 0]);
        assert_eq!(mix([7, 8, 9], [200, 100, 0], 0.0), [7, 8, 9]);
    }
}
