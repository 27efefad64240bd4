//! Rows of pictures. Owns what becomes of them.

use super::Row;
use super::files::{self, PLACE, TRAILER, hold};

pub(crate) fn whole() -> (&'static str, Vec<Row>) {
    let photo = files::jpeg(&files::photo(60, 40));
    let located = files::with_exif(&photo, 1);
    // Without that the row would show nothing.
    assert!(hold(&located, PLACE.as_bytes()) && hold(&located, b"Exif"));
    let rows = vec![
        Row::file("a photo", "a.jpg", files::jpeg(&files::photo(1600, 1200))).sends("`image/jpeg`, 800 × 600"),
        Row::file("a photo that lies on its side (EXIF)", "a.jpg", files::with_exif(&photo, 6))
            .sends("`image/jpeg`, 40 × 60")
            // Red grows to the right of the file, and so downwards in the picture.
            .checked(|sent| {
                files::pixel(&sent.blob.bytes, 20, 55)[0] > 200 && files::pixel(&sent.blob.bytes, 20, 5)[0] < 60
            }),
        Row::file(
            "a photo that tells where it was taken, with a zip archive behind it",
            "a.jpg",
            [&located, TRAILER].concat(),
        )
        .sends("`image/jpeg`, 60 × 40")
        .checked(|sent| [PLACE.as_bytes(), b"Exif", TRAILER, b"PK"].iter().all(|part| !hold(&sent.blob.bytes, part))),
        Row::file("a screenshot", "a.png", files::png(&files::screenshot(640, 400))).sends("`image/png`, 640 × 400"),
        Row::file("a PNG with a text in it", "a.png", files::png_with_text())
            .sends("`image/jpeg`, 30 × 20")
            .checked(|sent| !hold(&sent.blob.bytes, PLACE.as_bytes())),
        Row::file("a photo as PNG", "a.png", files::png(&files::noise(640, 400)))
            .sends("`image/jpeg`, 640 × 400")
            .checked(|sent| sent.blob.bytes.len() <= 200_000),
        Row::file("a PNG that is partly transparent", "a.png", files::glass(120, 80)).sends("`image/png`, 120 × 80"),
        Row::file("a large one that is partly transparent", "a.png", files::glass(600, 400))
            .sends("`image/jpeg`, 600 × 400")
            .tells("what was transparent is white, so that it is small enough"),
        Row::file("a PNG of 16 bits a channel", "a.png", files::deep())
            .sends("`image/png`, 30 × 20")
            .checked(|sent| files::pixel(&sent.blob.bytes, 9, 9)[0].abs_diff(0x80) < 4),
        Row::file("an animated GIF", "a.gif", files::gif(3))
            .sends("`image/png`, 30 × 20")
            .tells("the first picture of the animation is sent")
            .checked(|sent| files::pixel(&sent.blob.bytes, 9, 9) == [255, 0, 0]),
        Row::file("a GIF", "a.gif", files::gif(1)).sends("`image/png`, 30 × 20"),
        Row::file("a WebP", "a.webp", files::webp()).sends("`image/png`, 90 × 60"),
        Row::file("a PNG that is called a text", "notes.txt", files::png(&files::screenshot(90, 60)))
            .sends("`image/png`, 90 × 60"),
        Row::file("a long strip", "a.png", files::png(&files::noise(20_000, 2))).sends("`image/jpeg`, 800 × 1"),
        Row::file("a JPEG that is cut off", "a.jpg", half(files::jpeg(&files::noise(60, 40))))
            .sends("`image/jpeg`, 60 × 40")
            .tells("the file is cut off, so a part of the picture is missing"),
    ];
    ("Pictures", rows)
}

pub(crate) fn refused() -> (&'static str, Vec<Row>) {
    let rows = vec![
        Row::file("a PNG that claims 50,000 × 50,000 pixels", "bomb.png", files::png_that_claims(50_000, 50_000))
            .tells("bomb.png has 50,000 × 50,000 pixels, more than can be decoded safely; make it smaller first"),
        Row::file("a PNG that claims 20,000 × 20,000 pixels", "bomb.png", files::png_that_claims(20_000, 20_000))
            .tells("bomb.png has 20,000 × 20,000 pixels, more than can be decoded safely; make it smaller first"),
        Row::file("a PNG that claims 2 billion × 1 pixels", "bomb.png", files::png_that_claims(2_000_000_000, 1))
            .tells("bomb.png has too many pixels, more than can be decoded safely; make it smaller first"),
        Row::file("a JPEG that claims 65,500 × 65,500 pixels", "bomb.jpg", files::jpeg_that_claims(65_500, 65_500))
            .tells("bomb.jpg has 65,500 × 65,500 pixels, more than can be decoded safely; make it smaller first"),
        Row::file("a PNG that is cut off", "a.png", half(files::png(&files::noise(60, 40))))
            .tells("a.png cannot be decoded: unexpected end of file; open it in a viewer and save it anew"),
        Row::file("the first bytes of a PNG, and no more", "a.png", *b"\x89PNG\r\n\x1a\n")
            .tells("a.png cannot be decoded: unexpected end of file; open it in a viewer and save it anew"),
        Row::file("an SVG drawing", "a.svg", *b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>\n")
            .tells("a.svg is an SVG drawing; convert it to PNG or JPEG"),
        Row::file("a HEIC picture", "a.heic", *b"\0\0\0\x1cftypheic\0\0\0\0mif1heic")
            .tells("a.heic is a HEIC picture; convert it to PNG or JPEG"),
        Row::file("a HEIC picture that is called a JPEG", "a.jpg", *b"\0\0\0\x1cftypheic\0\0\0\0mif1heic")
            .tells("a.jpg is a HEIC picture; convert it to PNG or JPEG"),
        Row::file("an AVIF picture", "a.avif", *b"\0\0\0\x1cftypavif\0\0\0\0mif1avif")
            .tells("a.avif is an AVIF picture; convert it to PNG or JPEG"),
        Row::file("a TIFF picture", "a.tif", *b"II*\0\x08\0\0\0")
            .tells("a.tif is a TIFF picture; convert it to PNG or JPEG"),
        Row::file("a BMP picture", "a.bmp", *b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0")
            .tells("a.bmp is a BMP picture; convert it to PNG or JPEG"),
    ];
    ("Pictures that cannot be sent", rows)
}

fn half(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}
