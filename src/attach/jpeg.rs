//! How much memory the decoder of JPEG takes besides the picture, from the headers. Must not decode anything.

/// The start of a scan: behind it come coefficients instead of segments.
const SCAN: u8 = 0xda;
/// The end of the picture. Coefficients never look like it.
const END: &[u8] = b"\xff\xd9";

/// The bytes of coefficients that are kept until the last of several scans was read: a progressive picture has many, and
/// one whose colours come one after the other has as many as colours. 0 for all others, and for what is no JPEG.
pub(super) fn coefficient_bytes(bytes: &[u8]) -> u64 {
    let mut frame = None;
    for (marker, at) in segments(bytes) {
        let body = bytes.get(at + 4..).unwrap_or_default();
        match marker {
            // Starts of frames; C4, C8 and CC are others.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => frame = Frame::of(marker, body),
            SCAN => {
                let colours = body.first().copied().unwrap_or_default();
                let kept = frame.filter(|frame| frame.progressive || frame.colours != colours);
                return kept.map_or(0, |frame| frame.coefficients());
            }
            _ => {}
        }
    }
    0
}

/// Whether the picture has no end, as when only a part of the file was copied. Its preview, if it has one, has its own.
pub(super) fn is_cut(bytes: &[u8]) -> bool {
    let scan = segments(bytes).find(|(marker, _)| *marker == SCAN).and_then(|(_, at)| bytes.get(at..));
    !scan.unwrap_or_default().windows(END.len()).any(|window| window == END)
}

/// The markers up to that of the first scan, and where they are.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> {
    let mut at = Some(2);
    std::iter::from_fn(move || {
        let here = at?;
        let &[0xff, marker, high, low] = bytes.get(here..here + 4)? else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        at = (marker != SCAN && length >= 2).then_some(here + 2 + length);
        Some((marker, here))
    })
}

/// What a start of frame says.
struct Frame {
    progressive: bool,
    width: u16,
    height: u16,
    colours: u8,
    /// How many blocks of all colours there are in a unit.
    blocks: u32,
    /// How many blocks of the finest colour there are in a unit.
    finest: u32,
}

impl Frame {
    fn of(marker: u8, body: &[u8]) -> Option<Self> {
        let &[_, y1, y2, x1, x2, colours, ref parts @ ..] = body else { return None };
        let parts = parts.get(..usize::from(colours) * 3)?;
        let factors: Vec<(u32, u32)> =
            parts.chunks_exact(3).map(|part| (u32::from(part[1] >> 4), u32::from(part[1] & 15))).collect();
        let across = factors.iter().map(|(across, _)| *across).max()?;
        let down = factors.iter().map(|(_, down)| *down).max()?;
        Some(Self {
            progressive: !matches!(marker, 0xc0 | 0xc1),
            width: u16::from_be_bytes([x1, x2]),
            height: u16::from_be_bytes([y1, y2]),
            colours,
            blocks: factors.iter().map(|(across, down)| across * down).sum(),
            finest: (across * down).max(1),
        })
    }

    /// Two bytes for each.
    fn coefficients(&self) -> u64 {
        let pixels = u64::from(self.width) * u64::from(self.height);
        pixels * 2 * u64::from(self.blocks) / u64::from(self.finest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG of 100 × 50 pixels, whose first colour is twice as fine each way, up to its first scan.
    fn headers(start: u8, colours_in_scan: u8) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2];
        bytes.extend([0xff, start, 0, 17, 8, 0, 50, 0, 100, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]);
        bytes.extend([0xff, 0xda, 0, 3, colours_in_scan]);
        bytes
    }

    #[test]
    fn a_picture_without_its_end_is_cut_even_if_its_preview_is_whole() {
        let preview = [0xff, 0xe1, 0, 6, 0xff, 0xd8, 0xff, 0xd9];
        let mut bytes = headers(0xc0, 3);
        bytes.splice(2..2, preview);
        assert!(is_cut(&bytes) && is_cut(b""));
        bytes.extend([1, 2, 0xff, 0xd9, 3]);
        assert!(!is_cut(&bytes));
    }

    #[test]
    fn only_pictures_of_several_scans_keep_coefficients() {
        assert_eq!(coefficient_bytes(&headers(0xc0, 3)), 0);
        assert_eq!(coefficient_bytes(&headers(0xc2, 3)), 100 * 50 * 3, "progressive: one and a half of two bytes");
        assert_eq!(coefficient_bytes(&headers(0xc0, 1)), 100 * 50 * 3, "colour by colour");
        for end in 0..headers(0xc2, 3).len() {
            assert_eq!(coefficient_bytes(&headers(0xc2, 3)[..end]) % 15_000, 0, "cut at {end}");
        }
    }
}
