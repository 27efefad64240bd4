//! Pictures: decoded within limits, upright, small enough, and encoded anew, so that nothing but pixels is left of the
//! file: no place where a photo was taken, no text, no profile, no bytes behind its end.
//!
//! Must be careful with memory: one buffer of the decoded size, scaled before it is turned, and the file's bytes are gone
//! by then. A photo of 12 megapixels takes about 60 MB.

mod encode;
mod raster;

use super::{AttachError, PictureLimits, jpeg};
use crate::chat::Blob;
use crate::text::sanitize::one_line;
use image::metadata::Orientation;
use image::{ColorType, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use raster::Raster;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The longest side that is decoded, in pixels.
const SIDE_MAX: u32 = 30_000;
/// The most bytes that a decoder may take: 108 megapixels of a phone's camera fit.
const DECODED_BYTES_MAX: u64 = 340_000_000;
/// How long a decoder's own words may be.
const REASON_CHARS_MAX: usize = 120;

/// A picture that is ready.
pub(super) struct Picture {
    pub(super) blob: Blob,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) remark: Option<String>,
}

/// What a decoder gave.
struct Decoded {
    raster: Raster,
    orientation: Orientation,
}

/// The picture of the file `name`, within `limits`.
pub(super) fn prepare(
    name: &str,
    bytes: Vec<u8>,
    format: ImageFormat,
    limits: PictureLimits,
) -> Result<Picture, AttachError> {
    let moves = format == ImageFormat::Gif && is_animated(&bytes);
    let cut = format == ImageFormat::Jpeg && jpeg::is_cut(&bytes);
    let Decoded { raster, orientation } = guarded(name, move || decode(name, bytes, format))?;
    let raster = raster.without_needless_alpha();
    // Photos are judged by their format: JPEG's noise makes neighbours differ in every screenshot.
    let lossless = raster.has_alpha() || (format != ImageFormat::Jpeg && raster.is_flat());
    let raster = guarded(name, move || {
        let small = raster.within(limits.side.max(1)).ok_or_else(|| broken(name, "it could not be scaled"))?;
        Ok(small.upright(orientation))
    })?;
    let encoded = guarded(name, move || Ok(encode::within(raster, lossless, limits.bytes)))?;
    let encode::Encoded { media_type, bytes, width, height, whitened } =
        encoded.ok_or_else(|| AttachError::CannotShrink { name: name.to_owned(), limit: limits.bytes })?;
    let remarks = [
        moves.then_some("the first picture of the animation is sent"),
        cut.then_some("the file is cut off, so a part of the picture is missing"),
        whitened.then_some("what was transparent is white, so that it is small enough"),
    ];
    let remarks: Vec<&str> = remarks.into_iter().flatten().collect();
    Ok(Picture {
        blob: Blob { media_type: media_type.into(), bytes: bytes.into() },
        width,
        height,
        remark: (!remarks.is_empty()).then(|| remarks.join("; ")),
    })
}

/// The width and height of a picture as it is stored, from its headers.
pub(super) fn dimensions(name: &str, bytes: &[u8], format: ImageFormat) -> Result<(u32, u32), AttachError> {
    guarded(name, || {
        let reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.into_dimensions().map_err(|error| undecodable(name, &error))
    })
}

/// Decoders see hostile files: one that panics is a file that cannot be decoded.
fn guarded<T>(name: &str, work: impl FnOnce() -> Result<T, AttachError>) -> Result<T, AttachError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(broken(name, "the decoder failed")))
}

fn decode(name: &str, bytes: Vec<u8>, format: ImageFormat) -> Result<Decoded, AttachError> {
    let wrong = |error: ImageError| undecodable(name, &error);
    let coefficients = if format == ImageFormat::Jpeg { jpeg::coefficient_bytes(&bytes) } else { 0 };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(wrong)?;
    // Compared here: the decoder of JPEG does not look at the limit.
    let (width, height) = decoder.dimensions();
    let bytes = decoder.total_bytes().saturating_add(coefficients);
    let too_many = || AttachError::TooManyPixels { name: name.to_owned(), pixels: Some((width, height)) };
    if width.max(height) > SIDE_MAX || bytes > DECODED_BYTES_MAX {
        return Err(too_many());
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colour = decoder.color_type();
    let mut pixels = Vec::new();
    let length = usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX);
    if pixels.try_reserve_exact(length).is_err() {
        return Err(too_many());
    }
    pixels.resize(length, 0);
    decoder.read_image(&mut pixels).map_err(wrong)?;
    let channels = usize::from(colour.channel_count());
    match colour {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => {}
        ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => to_8_bits(&mut pixels),
        _ => return Err(broken(name, "its colours are of an unknown kind")),
    }
    Ok(Decoded { raster: Raster { width, height, channels, pixels }, orientation })
}

/// Keeps the upper byte of each number of two.
fn to_8_bits(pixels: &mut Vec<u8>) {
    let half = pixels.len() / 2;
    for at in 0..half {
        let number = u16::from_ne_bytes([pixels[2 * at], pixels[2 * at + 1]]);
        pixels[at] = (number >> 8) as u8;
    }
    pixels.truncate(half);
    pixels.shrink_to_fit();
}

fn undecodable(name: &str, error: &ImageError) -> AttachError {
    match error {
        ImageError::Limits(_) => AttachError::TooManyPixels { name: name.to_owned(), pixels: None },
        other => broken(name, &other.to_string()),
    }
}

fn broken(name: &str, why: &str) -> AttachError {
    AttachError::BrokenPicture { name: name.to_owned(), why: one_line(why, REASON_CHARS_MAX) }
}

/// Whether a GIF has a second picture. Looks at the lengths of its blocks only.
fn is_animated(bytes: &[u8]) -> bool {
    // The size of a table of colours, by the flags that announce it.
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let mut at = 13 + bytes.get(10).map_or(0, |flags| table(*flags));
    let mut pictures = 0;
    while let Some(block) = bytes.get(at) {
        at += match block {
            // An extension, and its label.
            0x21 => 2,
            // A picture: its place, flags and table, and the size of its first code.
            0x2c => {
                pictures += 1;
                11 + bytes.get(at + 9).map_or(0, |flags| table(*flags))
            }
            _ => return false,
        };
        if pictures == 2 {
            return true;
        }
        while let Some(length) = bytes.get(at).filter(|length| **length > 0) {
            at += 1 + usize::from(*length);
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_two_bytes_keep_their_upper_one() {
        let mut pixels: Vec<u8> = [0x1234u16, 0xffff, 0x00ff].iter().flat_map(|number| number.to_ne_bytes()).collect();
        to_8_bits(&mut pixels);
        assert_eq!(pixels, [0x12, 0xff, 0x00]);
    }

    #[test]
    fn a_decoder_that_panics_is_a_picture_that_cannot_be_decoded() {
        let failed: Result<(), _> = guarded("a.png", || unreachable!("a decoder's mistake"));
        let told = failed.map_err(|error| error.to_string());
        assert_eq!(
            told.err().as_deref(),
            Some("a.png cannot be decoded: the decoder failed; open it in a viewer and save it anew")
        );
    }
}
