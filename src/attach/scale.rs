//! Scaling of pixels in memory, by Lanczos3, with colours weighted by their alpha.
//!
//! Compiled for two kinds of pixels only: each kind costs a minute of compiling, since the library has code for every
//! processor.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8x3, U8x4};
use fast_image_resize::{PixelTrait, Resizer};

/// `pixels` of 3 (colour) or 4 `channels` (and alpha) of 8 bits, `from` as wide and high as they are `to` as they shall be.
/// `None` where the sizes do not fit the pixels, and for other numbers of channels.
pub fn scale(pixels: &[u8], channels: usize, from: (u32, u32), to: (u32, u32)) -> Option<Vec<u8>> {
    match channels {
        3 => typed::<U8x3>(pixels, from, to),
        4 => typed::<U8x4>(pixels, from, to),
        _ => None,
    }
}

fn typed<P: PixelTrait>(pixels: &[u8], from: (u32, u32), to: (u32, u32)) -> Option<Vec<u8>> {
    let mut scaled = vec![0; to.0 as usize * to.1 as usize * size_of::<P>()];
    let source = TypedImageRef::<P>::from_buffer(from.0, from.1, pixels).ok()?;
    let mut target = TypedImage::<P>::from_buffer(to.0, to.1, &mut scaled).ok()?;
    Resizer::new().resize_typed(&source, &mut target, None).ok()?;
    drop(target);
    Some(scaled)
}
