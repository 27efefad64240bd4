//! Pixels as sixels, in 216 colours with ordered dithering.
//!
//! Source of the format: <https://vt100.net/docs/vt3xx-gp/chapter14.html>. Median-cut palettes look a little better, and
//! the crates that make them bring three dozen others.

use std::fmt::Write;

/// Levels of each channel: 6 × 6 × 6 colours.
const LEVELS: u32 = 6;
/// Thresholds of 4 × 4 neighbours (Bayer's matrix), in sixteenths.
const BAYER: [[u32; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];
/// So many rows of pixels are written together.
const BAND: usize = 6;
/// From this alpha on a pixel is painted.
const OPAQUE: u8 = 128;

/// The sixels of a picture `width` pixels wide, of red, green, blue and alpha each. Transparent pixels are left out.
pub(super) fn encode(width: usize, pixels: &[[u8; 4]]) -> String {
    let width = width.max(1);
    let rows: Vec<Vec<Option<u8>>> =
        pixels.chunks_exact(width).enumerate().map(|(y, row)| row_of_colours(y, row)).collect();
    // What is not painted keeps what is behind it (1); the pixels are square.
    let mut out = format!("\x1bP0;1;0q\"1;1;{width};{}", rows.len());
    for colour in used(&rows) {
        let level = |of: u32| (u32::from(colour) / of % LEVELS) * 100 / (LEVELS - 1);
        let _ = write!(out, "#{colour};2;{};{};{}", level(LEVELS * LEVELS), level(LEVELS), level(1));
    }
    for band in rows.chunks(BAND) {
        for colour in used(band) {
            let _ = write!(out, "#{colour}");
            write_row(band, width, colour, &mut out);
            out.push('$');
        }
        out.push('-');
    }
    out.push_str("\x1b\\");
    out
}

fn row_of_colours(y: usize, row: &[[u8; 4]]) -> Vec<Option<u8>> {
    let colour = |(x, [red, green, blue, alpha]): (usize, &[u8; 4])| {
        let threshold = BAYER[y % 4][x % 4];
        // The level below or above, whichever the threshold chooses.
        let level = |value: u8| (u32::from(value) * (LEVELS - 1) * 16 + threshold * 255 + 127) / (255 * 16);
        let index = (level(*red) * LEVELS + level(*green)) * LEVELS + level(*blue);
        (*alpha >= OPAQUE).then_some(index as u8)
    };
    row.iter().enumerate().map(colour).collect()
}

/// The colours of some rows, in their order.
fn used(rows: &[Vec<Option<u8>>]) -> impl Iterator<Item = u8> + use<> {
    let mut used = [false; (LEVELS * LEVELS * LEVELS) as usize];
    for colour in rows.iter().flatten().flatten() {
        used[usize::from(*colour)] = true;
    }
    (0..=u8::MAX).zip(used).filter(|(_, used)| *used).map(|(colour, _)| colour)
}

/// Where in a band one colour is: a character for every column, and runs of the same shortened.
fn write_row(band: &[Vec<Option<u8>>], width: usize, colour: u8, out: &mut String) {
    let bits = |x: usize| {
        let rows = band.iter().enumerate().filter(|(_, row)| row.get(x) == Some(&Some(colour)));
        rows.fold(0u8, |bits, (y, _)| bits | (1 << y))
    };
    let columns: Vec<u8> = (0..width).map(bits).collect();
    let runs: Vec<&[u8]> = columns.chunk_by(|left, right| left == right).collect();
    let blank = runs.last().is_some_and(|run| run.first() == Some(&0));
    for run in &runs[..runs.len() - usize::from(blank)] {
        let character = char::from(b'?' + run.first().copied().unwrap_or_default());
        if run.len() > 3 {
            let _ = write!(out, "!{}{character}", run.len());
        } else {
            out.extend(std::iter::repeat_n(character, run.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_written_colour_by_colour_in_bands_of_six_rows() {
        let (red, white, clear) = ([255, 0, 0, 255], [255; 4], [0; 4]);
        let row = [red, red, red, red, white, clear];
        let pixels: Vec<[u8; 4]> = row.into_iter().cycle().take(6 * 7).collect();
        assert_eq!(
            encode(6, &pixels),
            "\x1bP0;1;0q\"1;1;6;7#180;2;100;0;0#215;2;100;100;100#180!4~$#215!4?~$-#180!4@$#215!4?@$-\x1b\\"
        );
    }

    #[test]
    fn a_shade_between_two_levels_becomes_a_mixture_of_both() {
        let grey = [[128, 128, 128, 255]; 16];
        let found = encode(4, &grey);
        assert!(found.contains("#86;2;40;40;40") && found.contains("#129;2;60;60;60"), "{found:?}");
    }

    #[test]
    fn nothing_is_no_picture_and_no_panic() {
        assert_eq!(encode(0, &[]), "\x1bP0;1;0q\"1;1;1;0\x1b\\");
    }
}
