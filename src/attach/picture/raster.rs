//! Pixels in memory: scaled, turned, put on white. Must not know formats of files.

use crate::attach::scale::scale;
use image::metadata::Orientation;

/// In how many rows neighbours are compared.
const ROWS_COMPARED: usize = 64;

/// A picture of 8 bits a channel: grey, grey and alpha, colour, or colour and alpha.
pub(super) struct Raster {
    pub(super) width: u32,
    pub(super) height: u32,
    /// 1 to 4.
    pub(super) channels: usize,
    pub(super) pixels: Vec<u8>,
}

impl Raster {
    pub(super) fn has_alpha(&self) -> bool {
        self.channels.is_multiple_of(2)
    }

    /// Without an alpha channel that says of every pixel that it is opaque: that saves a quarter of the memory, and lets a
    /// photo be a JPEG.
    pub(super) fn without_needless_alpha(self) -> Self {
        let opaque =
            |raster: &Self| raster.pixels.iter().skip(raster.channels - 1).step_by(raster.channels).all(|a| *a == 255);
        if !self.has_alpha() || !opaque(&self) {
            return self;
        }
        let Self { width, height, channels, mut pixels } = self;
        let colours = channels - 1;
        let count = pixels.len() / channels;
        for at in 1..count {
            pixels.copy_within(at * channels..at * channels + colours, at * colours);
        }
        pixels.truncate(count * colours);
        Self { width, height, channels: colours, pixels }
    }

    /// Whether it has areas of one colour, as screenshots and drawings do, and photos do not: a third of the neighbours
    /// in some rows are equal.
    pub(super) fn is_flat(&self) -> bool {
        let row_bytes = self.width as usize * self.channels;
        let step = (self.height as usize / ROWS_COMPARED).max(1);
        let (mut equal, mut all) = (0usize, 0usize);
        for row in self.pixels.chunks_exact(row_bytes.max(1)).step_by(step) {
            let (left, right) = (row.chunks_exact(self.channels), row.chunks_exact(self.channels).skip(1));
            equal += left.zip(right).filter(|(left, right)| left == right).count();
            all += (self.width as usize).saturating_sub(1);
        }
        equal * 3 >= all
    }

    /// Scaled down so that no side is longer than `side`. `None` where that fails.
    pub(super) fn within(self, side: u32) -> Option<Self> {
        let longest = self.width.max(self.height);
        if longest <= side {
            return Some(self);
        }
        let scaled = |length: u32| {
            let scaled = (u64::from(length) * u64::from(side) + u64::from(longest) / 2) / u64::from(longest);
            u32::try_from(scaled).unwrap_or(side).clamp(1, side)
        };
        let (width, height) = (scaled(self.width), scaled(self.height));
        let pixels = scale(&self.pixels, self.channels, (self.width, self.height), (width, height))?;
        Some(Self { width, height, pixels, ..self })
    }

    /// Turned and mirrored, so that it needs no orientation any more.
    pub(super) fn upright(self, orientation: Orientation) -> Self {
        let (right, bottom) = (self.width as usize - 1, self.height as usize - 1);
        let turned =
            !matches!(orientation, Orientation::Rotate180 | Orientation::FlipHorizontal | Orientation::FlipVertical);
        let (width, height) = if turned { (self.height, self.width) } else { (self.width, self.height) };
        // Where the pixel at (x, y) of the result stands now.
        let source = |x: usize, y: usize| match orientation {
            Orientation::NoTransforms => (x, y),
            Orientation::Rotate90 => (y, bottom - x),
            Orientation::Rotate180 => (right - x, bottom - y),
            Orientation::Rotate270 => (right - y, x),
            Orientation::FlipHorizontal => (right - x, y),
            Orientation::FlipVertical => (x, bottom - y),
            Orientation::Rotate90FlipH => (y, x),
            Orientation::Rotate270FlipH => (right - y, bottom - x),
        };
        if orientation == Orientation::NoTransforms {
            return self;
        }
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..height as usize {
            for x in 0..width as usize {
                let (from_x, from_y) = source(x, y);
                let at = (from_y * self.width as usize + from_x) * self.channels;
                pixels.extend_from_slice(&self.pixels[at..at + self.channels]);
            }
        }
        Self { width, height, channels: self.channels, pixels }
    }

    /// On white instead of transparent.
    pub(super) fn on_white(self) -> Self {
        if !self.has_alpha() {
            return self;
        }
        let colours = self.channels - 1;
        let mut pixels = Vec::with_capacity(self.pixels.len() / self.channels * colours);
        for pixel in self.pixels.chunks_exact(self.channels) {
            let alpha = u32::from(pixel[colours]);
            let mixed = pixel[..colours].iter().map(|c| (u32::from(*c) * alpha + 255 * (255 - alpha) + 127) / 255);
            pixels.extend(mixed.map(|c| c as u8));
        }
        Self { channels: colours, pixels, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, RgbImage};

    fn raster(width: u32, height: u32, channels: usize) -> Raster {
        let pixels = (0..width as usize * height as usize * channels).map(|at| at as u8).collect();
        Raster { width, height, channels, pixels }
    }

    #[test]
    fn a_picture_is_turned_as_the_decoders_own_crate_turns_it() {
        for exif in 1..=8 {
            let orientation = Orientation::from_exif(exif).unwrap();
            let ours = raster(3, 2, 3).upright(orientation);
            let mut theirs = DynamicImage::ImageRgb8(RgbImage::from_raw(3, 2, raster(3, 2, 3).pixels).unwrap());
            theirs.apply_orientation(orientation);
            assert_eq!((ours.width, ours.height), (theirs.width(), theirs.height()), "{exif}");
            assert_eq!(ours.pixels, theirs.into_bytes(), "{exif}");
        }
    }

    #[test]
    fn the_longest_side_is_the_limit_and_no_side_vanishes() {
        for (size, side, small) in [
            ((4000, 3000), 1000, (1000, 750)),
            ((3000, 4000), 1000, (750, 1000)),
            ((20_000, 1), 1568, (1568, 1)),
            ((10, 10), 1568, (10, 10)),
            ((7, 5), 1, (1, 1)),
        ] {
            let scaled = raster(size.0, size.1, 1).within(side).unwrap();
            assert_eq!((scaled.width, scaled.height), small, "{size:?}");
            assert_eq!(scaled.pixels.len(), (small.0 * small.1) as usize);
        }
    }

    #[test]
    fn an_alpha_channel_goes_where_it_says_nothing() {
        let opaque = Raster { width: 2, height: 1, channels: 4, pixels: vec![1, 2, 3, 255, 4, 5, 6, 255] };
        let plain = opaque.without_needless_alpha();
        assert_eq!((plain.channels, plain.pixels), (3, vec![1, 2, 3, 4, 5, 6]));
        let glass = Raster { width: 2, height: 1, channels: 2, pixels: vec![0, 255, 0, 0] };
        let glass = glass.without_needless_alpha();
        assert!(glass.has_alpha());
        let white = glass.on_white();
        assert_eq!((white.channels, white.pixels), (1, vec![0, 255]));
    }

    #[test]
    fn areas_of_one_colour_are_told_from_noise() {
        let screen = Raster { width: 90, height: 90, channels: 3, pixels: vec![7; 90 * 90 * 3] };
        assert!(screen.is_flat());
        assert!(!raster(90, 90, 3).is_flat());
    }
}
