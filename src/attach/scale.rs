//! Scaling of pixels in memory: each new pixel is the mean of those that it stands for.
//!
//! Good for making smaller, in little memory: nothing but the result is held besides the source.

use image::imageops::thumbnail;
use image::{ImageBuffer, Luma, LumaA, Pixel, Rgb, Rgba};

/// `pixels` of 1 to 4 `channels` of 8 bits (grey or colour, with alpha or without), `from` as wide and high as they are `to`
/// as they shall be. `None` where the sizes do not fit the pixels, and for other numbers of channels.
pub fn scale(pixels: &[u8], channels: usize, from: (u32, u32), to: (u32, u32)) -> Option<Vec<u8>> {
    match channels {
        1 => scaled::<Luma<u8>>(pixels, from, to),
        2 => scaled::<LumaA<u8>>(pixels, from, to),
        3 => scaled::<Rgb<u8>>(pixels, from, to),
        4 => scaled::<Rgba<u8>>(pixels, from, to),
        _ => None,
    }
}

fn scaled<P: Pixel<Subpixel = u8> + 'static>(pixels: &[u8], from: (u32, u32), to: (u32, u32)) -> Option<Vec<u8>> {
    let source: ImageBuffer<P, &[u8]> = ImageBuffer::from_raw(from.0, from.1, pixels)?;
    Some(thumbnail(&source, to.0, to.1).into_raw())
}
