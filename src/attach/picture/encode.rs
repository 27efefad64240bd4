//! Pixels as a file of at most so many bytes. What is written has no metadata.

use super::raster::Raster;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

/// The qualities of JPEG that are tried before the picture is made smaller.
const QUALITIES: [u8; 4] = [85, 70, 55, 40];
/// A picture whose longest side is shorter than that is not made smaller any more.
const SIDE_MIN: u32 = 64;

/// A picture as a file.
pub(super) struct Encoded {
    pub(super) media_type: &'static str,
    pub(super) bytes: Vec<u8>,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Whether what was transparent is white now.
    pub(super) whitened: bool,
}

/// `raster` in at most `limit` bytes: as a PNG, if it should be `lossless` and is small enough, else as a JPEG of lower and
/// lower quality, at last of fewer pixels. `None` where it is still too large when it is tiny.
pub(super) fn within(raster: Raster, lossless: bool, limit: u64) -> Option<Encoded> {
    let fits = |bytes: &Vec<u8>| bytes.len() as u64 <= limit;
    if lossless && let Some(bytes) = png(&raster).filter(fits) {
        let Raster { width, height, .. } = raster;
        return Some(Encoded { media_type: "image/png", bytes, width, height, whitened: false });
    }
    let whitened = raster.has_alpha();
    let mut raster = raster.on_white();
    loop {
        if let Some(bytes) = QUALITIES.iter().filter_map(|quality| jpeg(&raster, *quality)).find(fits) {
            let Raster { width, height, .. } = raster;
            return Some(Encoded { media_type: "image/jpeg", bytes, width, height, whitened });
        }
        let side = raster.width.max(raster.height);
        if side < SIDE_MIN {
            return None;
        }
        raster = raster.within(side / 4 * 3)?;
    }
}

fn png(raster: &Raster) -> Option<Vec<u8>> {
    let colour = match raster.channels {
        1 => ExtendedColorType::L8,
        2 => ExtendedColorType::La8,
        3 => ExtendedColorType::Rgb8,
        _ => ExtendedColorType::Rgba8,
    };
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(&raster.pixels, raster.width, raster.height, colour).ok()?;
    Some(bytes)
}

fn jpeg(raster: &Raster, quality: u8) -> Option<Vec<u8>> {
    let colour = if raster.channels == 1 { ExtendedColorType::L8 } else { ExtendedColorType::Rgb8 };
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    encoder.write_image(&raster.pixels, raster.width, raster.height, colour).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise, which no format makes small.
    fn noise(side: u32, channels: usize) -> Raster {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let pixels = (0..(side * side) as usize * channels).map(|_| next()).collect();
        Raster { width: side, height: side, channels, pixels }
    }

    #[test]
    fn what_is_too_large_loses_first_quality_then_pixels() {
        let sizes: Vec<(u64, u32, bool)> = [1_000_000, 60_000, 20_000, 4_000]
            .into_iter()
            .map(|limit| {
                let Encoded { bytes, width, media_type, whitened, .. } = within(noise(256, 4), true, limit).unwrap();
                assert!(bytes.len() as u64 <= limit && whitened == (media_type == "image/jpeg"));
                (limit, width, media_type == "image/png")
            })
            .collect();
        let expected = [(1_000_000, 256, true), (60_000, 256, false)];
        assert_eq!(sizes[..2], expected);
        assert!(sizes[2].1 < 256 && sizes[3].1 < sizes[2].1, "{sizes:?}");
        assert!(within(noise(256, 3), false, 100).is_none());
    }
}
