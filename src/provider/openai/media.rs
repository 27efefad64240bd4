//! Pictures and recordings in an answer, in the shapes that servers send them. Owns what they are taken for; fetches
//! nothing: what lies elsewhere is none.

use crate::chat::{Blob, media_type_named};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

/// Servers leave the padding out, or cut the text anywhere.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// The fields of a part of a content by which it is a picture or a recording.
pub(super) const MARKS: [&str; 4] = ["image_url", "inline_data", "inlineData", "b64_json"];
/// The fields that hold a picture or a recording, or an object with its content.
const HOLDERS: [&str; 8] =
    ["image_url", "image", "inline_data", "inlineData", "audio", "input_audio", "output_audio", "source"];
/// The fields with the content itself.
const CONTENTS: [&str; 4] = ["url", "data", "b64_json", "result"];
/// The fields that say what it is.
const TYPES: [&str; 5] = ["mime_type", "mimeType", "media_type", "format", "output_format"];
/// The most characters of a media type, without what it begins with.
const SUBTYPE_CHARS_MAX: usize = 40;
/// A recording of unknown format is what streams have: samples, and nothing that says so.
const SAMPLES: &str = "audio/pcm";

/// The picture or recording whose content is in `value`.
pub(super) fn read(value: &Value) -> Option<Blob> {
    let holder = HOLDERS.iter().find_map(|field| value.get(field).filter(|held| !held.is_null())).unwrap_or(value);
    let field = |fields: &[&str]| text(holder, fields).or_else(|| text(value, fields));
    let content = holder.as_str().or_else(|| field(&CONTENTS))?;
    match content.strip_prefix("data:") {
        Some(rest) => {
            let (head, content) = rest.split_once(',')?;
            let declared = head.strip_suffix(";base64")?.split(';').next();
            blob(decoded(content)?, declared)
        }
        None => blob(decoded(content)?, field(&TYPES)),
    }
}

/// The first of these fields that is a text.
fn text<'a>(value: &'a Value, fields: &[&str]) -> Option<&'a str> {
    fields.iter().find_map(|field| value.get(field)?.as_str())
}

/// A recording with this content: `format` is what the server calls it, as `wav`.
pub(super) fn recording(bytes: Vec<u8>, format: Option<&str>) -> Blob {
    let declared = format.and_then(declared).filter(|known| known.starts_with("audio/"));
    let media_type = declared.or_else(|| heard(&bytes).map(str::to_owned)).unwrap_or_else(|| SAMPLES.to_owned());
    Blob { media_type: media_type.into(), bytes: bytes.into() }
}

/// Bytes from base 64, with white space in it or not.
pub(super) fn decoded(base64: &str) -> Option<Vec<u8>> {
    let bytes = match base64.contains(|c: char| c.is_ascii_whitespace()) {
        true => BASE64.decode(base64.split_ascii_whitespace().collect::<String>()),
        false => BASE64.decode(base64),
    };
    bytes.ok().filter(|bytes| !bytes.is_empty())
}

/// What its beginning says counts more than what the server says: programs that open it go by the beginning, too.
fn blob(bytes: Vec<u8>, said: Option<&str>) -> Option<Blob> {
    let seen = image::guess_format(&bytes).ok().map(|format| format.to_mime_type().to_owned());
    let media_type =
        seen.or_else(|| said.and_then(declared)).or_else(|| heard(&bytes).map(str::to_owned)).filter(|media_type| {
            let kind = media_type.split('/').next();
            matches!(kind, Some("image" | "audio"))
        })?;
    Some(Blob { media_type: media_type.into(), bytes: bytes.into() })
}

/// The media type that a server names, in full or by the name of a format.
fn declared(said: &str) -> Option<String> {
    let said = said.trim().to_ascii_lowercase();
    if let Some(known) = media_type_named(&said) {
        return Some(known.to_owned());
    }
    let (kind, of) = said.split_once('/')?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_known = matches!(kind, "image" | "audio") && !of.is_empty() && of.len() <= SUBTYPE_CHARS_MAX;
    (is_known && of.chars().all(is_plain)).then_some(said)
}

/// The media type of a recording whose beginning says what it is.
fn heard(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some("audio/wav"),
        [b'I', b'D', b'3', ..] | [0xff, 0xfb | 0xf3 | 0xf2, ..] => Some("audio/mpeg"),
        [0xff, 0xf1 | 0xf9, ..] => Some("audio/aac"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some("audio/webm"),
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F', ..] => Some("audio/aiff"),
        [b'O', b'g', b'g', b'S', ..] => Some("audio/ogg"),
        [b'f', b'L', b'a', b'C', ..] => Some("audio/flac"),
        [_, _, _, _, b'f', b't', b'y', b'p', b'M', b'4', b'A', ..] => Some("audio/mp4"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PNG: &str = "iVBORw0KGgo=";

    fn media_type(value: &Value) -> Option<String> {
        read(value).map(|blob| blob.media_type.to_string())
    }

    #[test]
    fn pictures_and_recordings_are_read_in_the_shapes_that_servers_send() {
        let url = format!("data:image/png;base64,{PNG}");
        for (value, wanted) in [
            (json!({"type": "image_url", "image_url": {"url": url}}), Some("image/png")),
            (json!({"type": "image_url", "image_url": url}), Some("image/png")),
            (json!({"url": url}), Some("image/png")),
            (json!(url), Some("image/png")),
            (json!({"b64_json": PNG, "revised_prompt": "p"}), Some("image/png")),
            (json!({"b64_json": "iVBORw0K\nGgo"}), Some("image/png")),
            (
                json!({"type": "image", "source": {"type": "base64", "media_type": "image/jpeg", "data": "AAEC"}}),
                Some("image/jpeg"),
            ),
            (json!({"inline_data": {"mime_type": "image/webp", "data": "AAEC"}}), Some("image/webp")),
            (json!({"inlineData": {"mimeType": "audio/L16", "data": "AAEC"}}), Some("audio/l16")),
            (json!({"type": "output_image", "result": PNG}), Some("image/png")),
            (json!({"type": "audio", "audio": {"data": "AAEC", "format": "wav"}}), Some("audio/wav")),
            (json!({"type": "image", "image": {"data": PNG, "format": "jpeg"}}), Some("image/png")),
            (json!({"data": "Qk0AAAAA", "format": "png"}), Some("image/bmp")),
            (json!({"data": "PHN2Zz4=", "format": "svg"}), Some("image/svg+xml")),
            (json!({"data": "AAEC", "format": "avif"}), Some("image/avif")),
            (json!({"data": "AAEC", "format": "txt"}), None),
            (json!({"data": "AAEC", "mime_type": "text/html"}), None),
            (json!({"data": "AAEC"}), None),
            (json!({"url": "https://a.example/b.png"}), None),
            (json!({"url": "data:text/html;base64,AAEC"}), None),
            (json!({"url": "data:image/png;base64,!"}), None),
            (json!({"url": "data:image/png;base64,"}), None),
            (json!({"url": "data:image/png,AAEC"}), None),
            (json!({"url": "data:image/<b>;base64,AA=="}), None),
            (json!({"image_url": null}), None),
            (json!(7), None),
        ] {
            assert_eq!(media_type(&value).as_deref(), wanted, "{value}");
        }
    }

    #[test]
    fn a_recording_is_what_is_said_of_it_or_what_its_beginning_says_or_samples() {
        for (bytes, format, media_type) in [
            (b"RIFF\0\0\0\0WAVE".as_slice(), None, "audio/wav"),
            (b"OggS", None, "audio/ogg"),
            (b"\xff\xfb\0", Some("pcm16"), "audio/pcm"),
            (b"\0\0", Some("mp3"), "audio/mpeg"),
            (b"\0\0", Some("image/png"), "audio/pcm"),
            (b"\0\0", None, "audio/pcm"),
        ] {
            assert_eq!(&*recording(bytes.to_vec(), format).media_type, media_type, "{bytes:?} {format:?}");
        }
    }
}
