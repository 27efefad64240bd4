//! What a file is, by its first bytes, and how large it may be. Must not decode anything.

use super::AttachError;
use image::ImageFormat;

/// How many bytes show what a file is.
pub(super) const HEAD_BYTES: u64 = 4096;
/// The most bytes that are read of a picture or a PDF.
pub const FILE_BYTES_MAX: u64 = 64_000_000;
/// The most bytes that are read of a text: about a million tokens.
const TEXT_BYTES_MAX: u64 = 4_000_000;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A picture that can be decoded.
    Picture(ImageFormat),
    /// A picture in this format, which is not decoded.
    OtherPicture(&'static str),
    Pdf,
    /// A text, or what nothing can be made of.
    Other,
}

const PICTURES: [(&[u8], ImageFormat); 4] = [
    (b"\x89PNG\r\n\x1a\n", ImageFormat::Png),
    (b"\xff\xd8\xff", ImageFormat::Jpeg),
    (b"GIF87a", ImageFormat::Gif),
    (b"GIF89a", ImageFormat::Gif),
];

/// Formats of pictures that are told apart by bytes which no text has.
const OTHER_PICTURES: [(&[u8], &str); 7] = [
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"8BPS\0", "a Photoshop picture"),
    (b"\0\0\x01\0", "an ICO picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
];

/// Brands of the container that films and newer pictures share, with the format they stand for.
const PICTURE_BRANDS: [(&[u8], &str); 7] = [
    (b"heic", "a HEIC picture"),
    (b"heix", "a HEIC picture"),
    (b"hevc", "a HEIC picture"),
    (b"mif1", "a HEIF picture"),
    (b"msf1", "a HEIF picture"),
    (b"avif", "an AVIF picture"),
    (b"avis", "an AVIF picture"),
];

impl Kind {
    pub(super) fn of(bytes: &[u8]) -> Self {
        if let Some((_, format)) = PICTURES.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return Self::Picture(*format);
        }
        match () {
            () if bytes.starts_with(b"RIFF") && at(bytes, 8, b"WEBP") => Self::Picture(ImageFormat::WebP),
            () if bytes.starts_with(b"%PDF-") => Self::Pdf,
            () => other_picture(bytes).map_or(Self::Other, Self::OtherPicture),
        }
    }

    /// The most bytes that are read of it.
    pub(super) fn limit(self) -> u64 {
        match self {
            Self::Picture(_) | Self::OtherPicture(_) | Self::Pdf => FILE_BYTES_MAX,
            Self::Other => TEXT_BYTES_MAX,
        }
    }

    pub(super) fn hold_limit(self, name: &str, size: u64) -> Result<(), AttachError> {
        if size > self.limit() { Err(self.too_large(name, Some(size))) } else { Ok(()) }
    }

    pub(super) fn too_large(self, name: &str, size: Option<u64>) -> AttachError {
        let (kind, advice) = match self {
            Self::Picture(_) | Self::OtherPicture(_) => ("pictures", "make it smaller first"),
            Self::Pdf => ("PDF files", "take the pages that matter"),
            Self::Other => ("texts", "take the part that matters"),
        };
        AttachError::TooLarge { name: name.to_owned(), kind, size, limit: self.limit(), advice }
    }
}

fn at(bytes: &[u8], offset: usize, magic: &[u8]) -> bool {
    bytes.get(offset..).is_some_and(|rest| rest.starts_with(magic))
}

fn other_picture(bytes: &[u8]) -> Option<&'static str> {
    if let Some((_, is)) = OTHER_PICTURES.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(is);
    }
    if at(bytes, 4, b"ftyp") {
        return PICTURE_BRANDS.iter().find(|(brand, _)| at(bytes, 8, brand)).map(|(_, is)| *is);
    }
    // A text may begin with BM; the size of the second header has three zero bytes.
    let is_bitmap = bytes.starts_with(b"BM") && at(bytes, 15, b"\0\0\0");
    match () {
        () if is_bitmap => Some("a BMP picture"),
        () if is_svg(bytes) => Some("an SVG drawing"),
        () => None,
    }
}

/// Whether the first element of an XML text is `svg`.
fn is_svg(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = String::from_utf8_lossy(bytes.get(..HEAD_BYTES as usize).unwrap_or(bytes));
    let mut rest = head.trim_start();
    loop {
        let end = match () {
            () if rest.starts_with("<!--") => "-->",
            () if rest.starts_with("<?") => "?>",
            () if rest.starts_with("<!DOCTYPE svg") => return true,
            () if rest.starts_with("<!") => ">",
            () => {
                let behind = rest.strip_prefix("<svg").and_then(|rest| rest.chars().next());
                return behind.is_some_and(|c| c.is_whitespace() || matches!(c, '>' | '/'));
            }
        };
        let Some((_, behind)) = rest.split_once(end) else { return false };
        rest = behind.trim_start();
    }
}

/// What files are that begin so.
const BINARIES: [(&[u8], &str); 28] = [
    (b"\x7fELF", "a program (ELF)"),
    (b"MZ", "a program for Windows"),
    (b"\xcf\xfa\xed\xfe", "a program for macOS"),
    (b"\xca\xfe\xba\xbe", "a program for macOS, or a Java class"),
    (b"\0asm", "a WebAssembly module"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"!<arch>\n", "a library or a Debian package"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"PAR1", "a Parquet table"),
    (b"OggS", "an Ogg recording"),
    (b"fLaC", "a FLAC recording"),
    (b"ID3", "an MP3 recording"),
    (b"\xff\xfb", "an MP3 recording"),
    (b"\xff\xf3", "an MP3 recording"),
    (b"RIFF", "a WAV recording or an AVI film"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM film"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"OTTO\0", "a font"),
    (b"\0\x01\0\0\0", "a font"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"GGUF", "a model (GGUF)"),
];

/// What archives of the zip family are by a name that stands in them, and what to do with those.
const ZIPS: [(&[u8], &str, &str); 8] = [
    (b"word/", "a Word document", "save it as text or PDF"),
    (b"xl/", "an Excel table", "save it as CSV"),
    (b"ppt/", "a PowerPoint presentation", "save it as PDF"),
    (b"opendocument.text", "an OpenDocument text", "save it as text or PDF"),
    (b"opendocument.spreadsheet", "an OpenDocument table", "save it as CSV"),
    (b"epub+zip", "an EPUB book", "save it as text or PDF"),
    (b"META-INF/", "a Java archive", ONLY),
    (b"", "a zip archive", "unpack it, and attach the files that matter"),
];
/// What to do where nothing better is known.
const ONLY: &str = "only pictures, texts and PDF files can be sent";

/// That `name`, which is no text, cannot be sent, with what it seems to be.
pub(super) fn binary(name: String, bytes: &[u8]) -> AttachError {
    let head = bytes.get(..HEAD_BYTES as usize).unwrap_or(bytes);
    let holds = |part: &[u8]| part.is_empty() || head.windows(part.len()).any(|window| window == part);
    let known = || BINARIES.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, is)| (*is, ONLY));
    let zip = || ZIPS.iter().find(|(part, ..)| holds(part)).map(|(_, is, advice)| (*is, *advice));
    let found = match () {
        () if bytes.starts_with(b"PK\x03\x04") => zip(),
        () if at(bytes, 4, b"ftyp") => Some(("an MP4 film or recording", ONLY)),
        () if at(bytes, 257, b"ustar") => Some(("a tar archive", "unpack it, and attach the files that matter")),
        () => known(),
    };
    let (is, advice) = found.unwrap_or(("a binary file", ONLY));
    AttachError::Binary { name, is, advice }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_follows_from_its_first_bytes() {
        let cases: [(&[u8], Kind); 14] = [
            (b"\x89PNG\r\n\x1a\n", Kind::Picture(ImageFormat::Png)),
            (b"\xff\xd8\xff\xe0", Kind::Picture(ImageFormat::Jpeg)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Kind::Picture(ImageFormat::WebP)),
            (b"RIFF\x10\0\0\0WAVE", Kind::Other),
            (b"%PDF-1.7", Kind::Pdf),
            (b"\0\0\0\x1cftypheic", Kind::OtherPicture("a HEIC picture")),
            (b"\0\0\0\x1cftypisom", Kind::Other),
            (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Kind::OtherPicture("a BMP picture")),
            (b"BMW makes cars, and so do others", Kind::Other),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Kind::OtherPicture("an SVG drawing")),
            (b"\xef\xbb\xbf <?xml version='1.0'?>\n<!-- a -->\n<svg>", Kind::OtherPicture("an SVG drawing")),
            (b"<html><svg></svg></html>", Kind::Other),
            (b"<svgx>", Kind::Other),
            (b"<!-- never ends", Kind::Other),
        ];
        for (bytes, kind) in cases {
            assert_eq!(Kind::of(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn what_is_no_text_is_called_by_its_name() {
        for (bytes, is) in [
            (&b"\x7fELF\x02"[..], "a program (ELF)"),
            (b"PK\x03\x04\x14\0\0\0word/document.xml", "a Word document"),
            (b"PK\x03\x04\x14\0\0\0a.txt", "a zip archive"),
            (b"\0\0\0\x1cftypisom", "an MP4 film or recording"),
            (b"\x01\x02\x03", "a binary file"),
            (b"", "a binary file"),
        ] {
            let told = binary("a".to_owned(), bytes).to_string();
            assert!(told.starts_with(&format!("a is {is}; ")), "{told}");
        }
    }
}
