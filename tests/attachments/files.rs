//! Pictures to attach, made here: encoded by the crate that decodes them, and then changed byte by byte.

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{Delay, DynamicImage, ExtendedColorType, Frame, ImageBuffer, ImageFormat, Rgb, RgbImage, RgbaImage};
use std::io::Cursor;

/// What a photo tells of the place where it was taken.
pub(crate) const PLACE: &str = "52.5163N 13.3777E";
/// What a file has behind its picture.
pub(crate) const TRAILER: &[u8] = b"PK\x03\x04\x14\0\0\0hidden.txt";

/// A picture without two equal neighbours, as a photo is.
pub(crate) fn noise(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let mixed = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761);
        Rgb([(mixed >> 24) as u8, (mixed >> 16) as u8, (x ^ y) as u8])
    })
}

/// A soft picture, as most of a photo is.
pub(crate) fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, (x * 31 + y * 17) as u8 & 31])
    })
}

/// A picture of few colours, as a screenshot is.
pub(crate) fn screenshot(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(
        width,
        height,
        |x, y| if x / 40 % 2 == y / 20 % 2 { Rgb([20, 20, 30]) } else { Rgb([230, 230, 220]) },
    )
}

pub(crate) fn png(picture: &RgbImage) -> Vec<u8> {
    written(&DynamicImage::ImageRgb8(picture.clone()), ImageFormat::Png)
}

/// A picture that is partly transparent.
pub(crate) fn glass(width: u32, height: u32) -> Vec<u8> {
    let noise = noise(width, height);
    let picture = RgbaImage::from_fn(width, height, |x, y| {
        let Rgb([r, g, b]) = *noise.get_pixel(x, y);
        image::Rgba([r, g, b, (x % 256) as u8])
    });
    written(&DynamicImage::ImageRgba8(picture), ImageFormat::Png)
}

/// A PNG of 16 bits a channel.
pub(crate) fn deep() -> Vec<u8> {
    let picture: ImageBuffer<Rgb<u16>, Vec<u16>> =
        ImageBuffer::from_fn(30, 20, |x, y| Rgb([0x80ff, x as u16, y as u16]));
    written(&DynamicImage::ImageRgb16(picture), ImageFormat::Png)
}

pub(crate) fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(picture).expect("it can be encoded");
    bytes
}

/// A GIF of so many pictures, the first red and the others blue.
pub(crate) fn gif(count: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for number in 0..count {
        let colour = if number == 0 { [255, 0, 0, 255] } else { [0, 0, 255, 255] };
        let picture = RgbaImage::from_pixel(30, 20, image::Rgba(colour));
        let frame = Frame::from_parts(picture, 0, 0, Delay::from_numer_denom_ms(100, 1));
        encoder.encode_frame(frame).expect("it can be encoded");
    }
    drop(encoder);
    bytes
}

pub(crate) fn webp() -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = screenshot(90, 60);
    WebPEncoder::new_lossless(&mut bytes).encode(&picture, 90, 60, ExtendedColorType::Rgb8).expect("it can be encoded");
    bytes
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).expect("it can be encoded");
    bytes
}

/// The width and height of an encoded picture.
pub(crate) fn size(bytes: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory(bytes).expect("it can be decoded");
    (picture.width(), picture.height())
}

/// A pixel of an encoded picture.
pub(crate) fn pixel(bytes: &[u8], x: u32, y: u32) -> [u8; 3] {
    image::load_from_memory(bytes).expect("it can be decoded").to_rgb8().get_pixel(x, y).0
}

/// A chunk of a PNG, with its checksum.
fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let named = [&kind[..], body].concat();
    let length = u32::try_from(body.len()).expect("it is short");
    [&length.to_be_bytes(), named.as_slice(), &crc_32(&named).to_be_bytes()].concat()
}

fn crc_32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// A PNG that says it is so large, and has the pixels of a small one.
pub(crate) fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(&noise(1, 1));
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    bytes.splice(8..33, chunk(*b"IHDR", &header));
    bytes
}

/// A PNG with a text in it.
pub(crate) fn png_with_text() -> Vec<u8> {
    let mut bytes = png(&noise(30, 20));
    let text = [b"Comment\0", PLACE.as_bytes()].concat();
    bytes.splice(33..33, chunk(*b"tEXt", &text));
    bytes
}

/// A JPEG that says it is so large.
pub(crate) fn jpeg_that_claims(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg(&noise(16, 16));
    let start = bytes.windows(4).position(|window| window == [0xff, 0xc0, 0, 17]).expect("the start of a frame");
    bytes[start + 5..start + 7].copy_from_slice(&height.to_be_bytes());
    bytes[start + 7..start + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// `jpeg` with an EXIF that tells its orientation, and the place where it was taken.
pub(crate) fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        [&tag.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value.to_be_bytes()].concat()
    };
    // Two entries from 8 on, the GPS directory with one entry at 38, its text at 56.
    let length = u32::try_from(PLACE.len()).expect("it is short");
    let tiff = [
        b"MM\0*\0\0\0\x08\0\x02".to_vec(),
        entry(0x0112, 3, 1, u32::from(orientation) << 16),
        entry(0x8825, 4, 1, 38),
        vec![0; 4],
        vec![0, 1],
        entry(0x001b, 7, length, 56),
        vec![0; 4],
        PLACE.as_bytes().to_vec(),
    ]
    .concat();
    let body = [b"Exif\0\0", tiff.as_slice()].concat();
    let length = u16::try_from(body.len() + 2).expect("it is short");
    let segment = [&[0xff, 0xe1][..], &length.to_be_bytes(), &body].concat();
    [&jpeg[..2], &segment, &jpeg[2..]].concat()
}

/// Whether `bytes` have `part` in them.
pub(crate) fn hold(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
