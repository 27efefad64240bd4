//! The layout of `assets/encoder.bin`, which `tools/encoder.py` writes. All numbers are little-endian.
//!
//! ```text
//! "PMENCODE"  version u32  checksum u64 (XXH3 of all that follows)
//! pieces u32  sorted u32  blob u32  charsmap u32
//! charsmap                                      SentencePiece's character map
//! ids [sorted]  offsets [sorted + 1]  blob      the pieces that text can have, in the order of their bytes
//! scores [sorted]
//! table [pieces x 256]  scales [pieces x 8] f16 512 numbers of 4 bits a piece, 7 too high; a scale for each 64
//! then every matrix: weights [outputs x inputs] i8, scales [outputs] f32, and where it has one a bias [outputs] f32
//! then gain and offset of both layer norms, f32
//! ```
//!
//! Nothing is copied but what is small: the tables stay where the program's file is mapped, and pages that no prompt
//! needs are never read.

use super::kernel::Dense;
use super::layers::{Convolution, Layers, Norm, Top, WIDTH};
use crate::router::model::tokenizer::{Normalizer, Tokenizer, Vocabulary};
use bytes::Bytes;

const MAGIC: &[u8; 8] = b"PMENCODE";
const VERSION: u32 = 1;

/// How many numbers of a table's row share a scale.
const GROUP: usize = 64;

/// What is wrong with an encoder's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::router) enum FileError {
    /// Not such a file at all.
    #[error("this is no encoder file")]
    Foreign,
    /// Written by another version of the tool.
    #[error("the encoder file has version {0}, this program reads version {VERSION}")]
    Version(u32),
    /// Its parts do not add up.
    #[error("the encoder file is cut short or damaged")]
    Damaged,
}

/// One vector a piece, packed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    numbers: &'static [u8],
    scales: &'static [u8],
}

/// Takes the file apart.
pub(super) fn parse(file: &'static [u8]) -> Result<(Tokenizer, Table, Layers), FileError> {
    let mut reader = Reader(file);
    if reader.take(MAGIC.len()) != Ok(MAGIC) {
        return Err(FileError::Foreign);
    }
    match reader.number()? {
        VERSION => {}
        other => return Err(FileError::Version(other)),
    }
    reader.take(size_of::<u64>())?;
    let [pieces, sorted, blob, charsmap] =
        [reader.number()?, reader.number()?, reader.number()?, reader.number()?].map(|number| number as usize);
    let normalizer = Normalizer::new(reader.take(charsmap)?).ok_or(FileError::Damaged)?;
    let (ids, offsets, blob) = (reader.take(sorted * 4)?, reader.take((sorted + 1) * 4)?, reader.take(blob)?);
    let vocabulary = Vocabulary::new(ids, offsets, blob, reader.take(sorted * 4)?);
    let table = Table { numbers: reader.take(pieces * WIDTH / 2)?, scales: reader.take(pieces * WIDTH / GROUP * 2)? };
    let layers = reader.layers()?;
    match reader.0 {
        [] => Ok((Tokenizer { normalizer, vocabulary }, table, layers)),
        _ => Err(FileError::Damaged),
    }
}

/// The checksum that the file says it has.
pub(super) fn checksum(file: &[u8]) -> u64 {
    let bytes = file.get(MAGIC.len() + 4..).and_then(|rest| rest.first_chunk());
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// What is left to read.
struct Reader(&'static [u8]);

impl Reader {
    fn take(&mut self, length: usize) -> Result<&'static [u8], FileError> {
        let (part, rest) = self.0.split_at_checked(length).ok_or(FileError::Damaged)?;
        self.0 = rest;
        Ok(part)
    }

    fn number(&mut self) -> Result<u32, FileError> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(FileError::Damaged)?;
        self.0 = rest;
        Ok(u32::from_le_bytes(*bytes))
    }

    fn floats(&mut self, count: usize) -> Result<Vec<f32>, FileError> {
        let bytes = self.take(count * size_of::<f32>())?;
        Ok(bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    fn dense(&mut self, inputs: usize, outputs: usize, has_bias: bool) -> Result<Dense, FileError> {
        let weights = Bytes::from_static(self.take(inputs * outputs)?);
        let scales = self.floats(outputs)?;
        let bias = if has_bias { self.floats(outputs)? } else { Vec::new() };
        Ok(Dense { inputs, outputs, weights, scales, bias })
    }

    fn convolution(&mut self, width: usize, left: usize) -> Result<Convolution, FileError> {
        let mut layer = || self.dense(width * Convolution::CHANNELS, Convolution::CHANNELS, true);
        Ok(Convolution { width, left, layers: [layer()?, layer()?] })
    }

    fn norm(&mut self, width: usize) -> Result<Norm, FileError> {
        Ok(Norm { gain: self.floats(width)?, offset: self.floats(width)? })
    }

    fn top(&mut self) -> Result<Top, FileError> {
        let [pool, first, second, around_first, third, around_third, last] = Top::SIZES;
        let mut layer = |(inputs, outputs), has_bias| self.dense(inputs, outputs, has_bias);
        Ok(Top {
            pool: layer(pool, true)?,
            first: layer(first, false)?,
            second: layer(second, false)?,
            around_first: layer(around_first, false)?,
            third: layer(third, false)?,
            around_third: layer(around_third, false)?,
            last: layer(last, false)?,
        })
    }

    fn layers(&mut self) -> Result<Layers, FileError> {
        let channels = 3 * Convolution::CHANNELS;
        Ok(Layers {
            projection: self.dense(WIDTH, channels, true)?,
            convolutions: [self.convolution(2, 0)?, self.convolution(3, 1)?, self.convolution(5, 2)?],
            top: self.top()?,
            inner_norm: self.norm(channels)?,
            outer_norm: self.norm(WIDTH + channels)?,
        })
    }
}

impl Table {
    /// Appends the vector of piece `id` to `out`.
    pub(super) fn unpack(&self, id: u32, out: &mut Vec<f32>) {
        let row = id as usize * WIDTH / 2;
        let scales = id as usize * WIDTH / GROUP * 2;
        let groups = self.numbers[row..row + WIDTH / 2].chunks_exact(GROUP / 2);
        for (group, scale) in groups.zip(self.scales[scales..].as_chunks().0) {
            let scale = half(u16::from_le_bytes(*scale));
            let number = |bits: u8| (f32::from(bits) - 7.0) * scale;
            out.extend(group.iter().flat_map(|pair| [number(pair & 15), number(pair >> 4)]));
        }
    }
}

/// A float of 16 bits. Scales are positive and finite, so infinities have no place here.
fn half(bits: u16) -> f32 {
    let exponent = i32::from(bits >> 10 & 31);
    let fraction = f32::from(bits & 0x3FF) / 1024.0;
    match exponent {
        0 => fraction * 2_f32.powi(-14),
        exponent => (1.0 + fraction) * 2_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::model::encoder::SHIPPED;

    #[test]
    fn the_shipped_file_is_whole() {
        // Not asked at run time: the file is part of the program, and asking reads all of it.
        assert_eq!(checksum(SHIPPED), twox_hash::XxHash3_64::oneshot(&SHIPPED[MAGIC.len() + 12..]));
    }

    #[test]
    fn a_file_that_is_not_ours_or_cut_short_is_refused() {
        let refused = |file: &[u8]| parse(file.to_vec().leak()).err();
        assert_eq!(refused(b""), Some(FileError::Foreign));
        assert_eq!(refused(b"\x7fELF\x02\x01\x01\x00 and more"), Some(FileError::Foreign));
        assert_eq!(refused(&SHIPPED[..100_000]), Some(FileError::Damaged));
        assert_eq!(refused(b"PMENCODE\x09\x00\x00\x00"), Some(FileError::Version(9)));
    }

    #[test]
    fn halves_are_read_as_the_standard_says() {
        for (bits, value) in [(0x3C00, 1.0), (0x3555, 0.333_251_95), (0x0001, 5.960_464_5e-8), (0x0400, 6.103_515_6e-5)]
        {
            assert!((half(bits) - value).abs() <= f32::EPSILON * value, "{bits:#x}");
        }
    }
}
