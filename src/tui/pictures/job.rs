//! A blob becomes a picture of so many cells: decoded within limits, scaled, encoded for the terminal. Blocks for some
//! milliseconds to some hundred: to be done beside the screen's thread. What is in a blob may come from anywhere.

use super::space::shrunk;
use super::{Size, Space, Way, sixel};
use crate::attach::scale;
use crate::chat::BlobHash;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageReader, Limits, RgbaImage};
use std::fmt;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The longest side that is decoded, in pixels, and the most memory for it: a photo of 60 megapixels.
const SIDE_MAX: u32 = 30_000;
const DECODED_BYTES_MAX: u64 = 256 << 20;
/// From this alpha on a pixel is painted in half blocks.
const OPAQUE: u8 = 128;
/// Sixels come in bands of so many rows.
const BAND: u32 = 6;

/// Which picture, and how large.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) hash: BlobHash,
    pub(crate) size: Size,
}

/// A picture to make of a blob.
#[derive(Clone, PartialEq, Eq)]
pub struct PictureJob {
    pub(crate) key: Key,
    pub(crate) space: Space,
    pub(crate) bytes: Arc<[u8]>,
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureResult {
    pub(crate) key: Key,
    pub(crate) space: Space,
    /// `None`: it cannot be drawn.
    pub(crate) picture: Option<Arc<Picture>>,
}

/// A picture as it is drawn.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) size: Size,
    /// Two pixels for every cell, row by row; `None` is transparent. Empty where half blocks are never drawn.
    pub(crate) pixels: Box<[Option<[u8; 3]>]>,
    /// What the terminal is sent: a PNG in Base64, or sixels. Empty where nothing is.
    pub(crate) data: Box<str>,
}

impl Picture {
    /// The upper and the lower pixel of a cell.
    pub(crate) fn cell(&self, column: u16, row: u16) -> [Option<[u8; 3]>; 2] {
        let columns = usize::from(self.size.columns);
        let pixel = |y: usize| self.pixels.get(y * columns + usize::from(column)).copied().flatten();
        [pixel(usize::from(row) * 2), pixel(usize::from(row) * 2 + 1)]
    }

    /// What it takes of the memory.
    pub(crate) fn bytes(&self) -> usize {
        self.pixels.len() * size_of::<Option<[u8; 3]>>() + self.data.len()
    }
}

impl PictureJob {
    /// Does it, which takes its time.
    pub fn run(self) -> PictureResult {
        // A decoder that panics costs its picture, and not those behind it.
        let picture = catch_unwind(AssertUnwindSafe(|| self.draw())).ok().flatten();
        PictureResult { key: self.key, space: self.space, picture: picture.map(Arc::new) }
    }

    /// The picture; `None` where the blob is none that can be drawn.
    fn draw(&self) -> Option<Picture> {
        let whole = decode(&self.bytes, SIDE_MAX, DECODED_BYTES_MAX)?;
        let (size, way) = (self.key.size, self.space.way);
        let mut pixels = Box::default();
        if way != Way::Kitty {
            let small = scaled(&whole, u32::from(size.columns), u32::from(size.rows) * 2)?;
            let colour = |[red, green, blue, alpha]: [u8; 4]| (alpha >= OPAQUE).then_some([red, green, blue]);
            pixels = small.pixels().map(|pixel| colour(pixel.0)).collect();
        }
        let data = match way {
            Way::Kitty | Way::Iterm2 => self.png(&whole)?,
            Way::Sixel => self.sixels(&whole)?,
            Way::Blocks | Way::Text => String::new(),
        };
        Some(Picture { size, pixels, data: data.into() })
    }

    fn png(&self, whole: &RgbaImage) -> Option<String> {
        let small = within(whole, self.space.pixels_of(self.key.size))?;
        let mut png = Vec::new();
        let encoder = PngEncoder::new(&mut png);
        encoder.write_image(small.as_raw(), small.width(), small.height(), ExtendedColorType::Rgba8).ok()?;
        Some(STANDARD.encode(png))
    }

    fn sixels(&self, whole: &RgbaImage) -> Option<String> {
        let (across, down) = self.space.pixels_of(self.key.size);
        // A band that reaches below the last row would be painted over what follows, or scroll the screen.
        let small = within(whole, (across, (down / BAND * BAND).max(1)))?;
        let pixels: Vec<[u8; 4]> = small.pixels().map(|pixel| pixel.0).collect();
        Some(sixel::encode(small.width() as usize, &pixels))
    }
}

/// The pixels of a file with no side longer than `side_max`, and no more than `bytes_max` bytes of them.
fn decode(bytes: &[u8], side_max: u32, bytes_max: u64) -> Option<RgbaImage> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(side_max);
    limits.max_image_height = Some(side_max);
    limits.max_alloc = Some(bytes_max);
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    // The decoder itself does not hold that limit.
    if decoder.total_bytes() > bytes_max {
        return None;
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut whole = DynamicImage::from_decoder(decoder).ok()?;
    whole.apply_orientation(orientation);
    Some(whole.into_rgba8())
}

/// `whole` no larger than `room`, in its own shape.
fn within(whole: &RgbaImage, room: (u32, u32)) -> Option<RgbaImage> {
    let sides = (u64::from(whole.width()), u64::from(whole.height()));
    let (across, down) = shrunk(sides, (u64::from(room.0), u64::from(room.1)));
    scaled(whole, across.max(1) as u32, down.max(1) as u32)
}

fn scaled(whole: &RgbaImage, width: u32, height: u32) -> Option<RgbaImage> {
    let pixels = scale(whole.as_raw(), 4, (whole.width(), whole.height()), (width, height))?;
    RgbaImage::from_raw(width, height, pixels)
}

/// Shows sizes instead of content.
impl fmt::Debug for PictureJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PictureJob").field("key", &self.key).field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// Shows sizes instead of content.
impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("size", &self.size).field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
