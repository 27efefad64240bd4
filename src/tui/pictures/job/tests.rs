//! What becomes of blobs: good ones, broken ones, bombs.

use super::*;
use crate::tui::pictures::TextCell;
use image::ImageFormat;

const RED: [u8; 4] = [255, 0, 0, 255];
const BLUE: [u8; 4] = [0, 0, 255, 255];

/// The left half red, the right half blue.
fn halves(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, _| image::Rgba(if x < width / 2 { RED } else { BLUE }))
}

fn encoded(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    match format {
        ImageFormat::Jpeg => DynamicImage::from(picture.clone()).into_rgb8().write_to(&mut bytes, format).unwrap(),
        _ => picture.write_to(&mut bytes, format).unwrap(),
    }
    bytes.into_inner()
}

fn job(bytes: &[u8], way: Way, columns: u16, rows: u16) -> PictureJob {
    let key = Key { hash: BlobHash::of(bytes), size: Size { columns, rows } };
    PictureJob { key, space: Space { way, cell: TextCell::default() }, bytes: bytes.into() }
}

#[test]
fn every_format_becomes_two_pixels_a_cell() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let picture = job(&encoded(&halves(64, 64), format), Way::Blocks, 4, 2).draw().unwrap();
        assert_eq!((picture.pixels.len(), &*picture.data), (16, ""), "{format:?}");
        let near = |pixel: Option<[u8; 3]>, [red, _, blue, _]: [u8; 4]| {
            pixel.is_some_and(|pixel| pixel[0].abs_diff(red) < 20 && pixel[2].abs_diff(blue) < 20)
        };
        assert!(picture.cell(0, 0).into_iter().all(|pixel| near(pixel, RED)), "{format:?}");
        assert!(picture.cell(3, 1).into_iter().all(|pixel| near(pixel, BLUE)), "{format:?}");
    }
}

#[test]
fn what_is_transparent_has_no_colour() {
    let glass = RgbaImage::from_fn(8, 8, |_, y| image::Rgba(if y < 4 { RED } else { [0; 4] }));
    let picture = job(&encoded(&glass, ImageFormat::Png), Way::Blocks, 8, 4).draw().unwrap();
    assert_eq!([picture.cell(0, 0), picture.cell(7, 3)], [[Some([255, 0, 0]); 2], [None; 2]]);
}

#[test]
fn the_terminal_gets_a_png_that_fits_its_cells() {
    for way in [Way::Kitty, Way::Iterm2] {
        let picture = job(&encoded(&halves(900, 300), ImageFormat::Png), way, 12, 2).draw().unwrap();
        let png = STANDARD.decode(&*picture.data).unwrap();
        let sent = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap();
        assert_eq!((sent.width(), sent.height()), (120, 40), "{way:?}");
        assert_eq!(picture.pixels.is_empty(), way == Way::Kitty, "half blocks stand in for what lies over cells");
    }
}

#[test]
fn sixels_do_not_reach_below_their_rows() {
    let picture = job(&encoded(&halves(40, 400), ImageFormat::Png), Way::Sixel, 4, 2).draw().unwrap();
    assert!(picture.data.starts_with("\x1bP0;1;0q\"1;1;3;36#"), "{}", picture.data);
    assert_eq!(picture.pixels.len(), 16);
}

#[test]
fn a_picture_that_lies_on_its_side_is_turned() {
    let mut bytes = encoded(&halves(64, 32), ImageFormat::Jpeg);
    // EXIF with one entry: orientation 6, a quarter to the right.
    let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    bytes.splice(2..2, exif.iter().copied());
    let picture = job(&bytes, Way::Blocks, 2, 2).draw().unwrap();
    let red_above = picture.cell(0, 0)[0].is_some_and(|[red, ..]| red > 200);
    let blue_below = picture.cell(0, 1)[1].is_some_and(|[.., blue]| blue > 200);
    assert!(red_above && blue_below);
}

#[test]
fn what_is_no_picture_is_refused_and_so_is_half_of_one() {
    let png = encoded(&halves(64, 64), ImageFormat::Png);
    for bytes in [&b""[..], b"no picture", b"<svg/>", &png[..png.len() / 2], &png[..20]] {
        assert_eq!(job(bytes, Way::Blocks, 4, 2).draw(), None);
    }
    for at in (8..png.len()).step_by(7) {
        let mut broken = png.clone();
        broken[at] ^= 0x55;
        let _ = job(&broken, Way::Kitty, 4, 2).draw();
    }
}

#[test]
fn a_whole_picture_beyond_the_limits_is_refused() {
    let png = encoded(&halves(64, 32), ImageFormat::Png);
    let size = 64 * 32 * 4;
    assert!(decode(&png, 64, 1 << 20).is_some());
    assert!(decode(&png, 63, 1 << 20).is_none(), "too wide");
    assert!(decode(&png, 64, size - 1).is_none(), "too much memory");
}

/// A PNG whose header promises so many pixels.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(&halves(2, 2), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn a_bomb_is_refused_before_its_pixels_are_made() {
    assert_eq!(bomb(2, 2), encoded(&halves(2, 2), ImageFormat::Png), "the header is built as the encoder builds it");
    // The second and the third would fit as to their sides.
    for (width, height) in [(65_535, 65_535), (30_000, 30_000), (30_000, 2_300), (2_000_000_000, 1)] {
        assert_eq!(job(&bomb(width, height), Way::Blocks, 4, 2).draw(), None, "{width} × {height}");
    }
}
