//! Text as the encoder was taught to read it: NFKC with the reference's own exceptions, single spaces, a mark before
//! each word. The exceptions are data: a double-array trie in the encoder's file, as `SentencePiece` packs it
//! ([Darts-clone](https://github.com/s-yata/darts-clone): units of 32 bits with label, offset and a leaf's mark).

/// `SentencePiece`'s mark for a space; a piece with it begins a word.
pub(in crate::router) const SPACE: &str = "\u{2581}";

/// Replaces, squeezes and marks.
#[derive(Debug, Clone, Copy)]
pub(in crate::router) struct Normalizer {
    units: &'static [[u8; 4]],
    /// What the trie's values point at: texts that end with a zero byte.
    texts: &'static [u8],
}

impl Normalizer {
    /// A normaliser over `SentencePiece`'s character map; `None` when its length field is wrong.
    pub(in crate::router) fn new(charsmap: &'static [u8]) -> Option<Self> {
        let (length, rest) = charsmap.split_first_chunk()?;
        let (trie, texts) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        Some(Self { units: trie.as_chunks().0, texts })
    }

    /// The normalised text; empty when nothing but spaces is in it.
    pub(in crate::router) fn normalize(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len() + SPACE.len());
        let mut rest = text;
        let mut after_space = true;
        while !rest.is_empty() {
            let (replacement, length) = self.longest_match(rest);
            for character in replacement.chars() {
                let space = character == ' ';
                if out.is_empty() && !space || space && !after_space {
                    out.push_str(SPACE);
                }
                if !space {
                    out.push(character);
                }
                after_space = space;
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        out.truncate(out.trim_end_matches(SPACE).len());
        out
    }

    /// What the longest known beginning of `text` becomes, and how long it is; a character that is not known stays.
    fn longest_match<'a>(&self, text: &'a str) -> (&'a str, usize) {
        let mut found = None;
        let mut node = offset(self.unit(0));
        for (index, byte) in text.bytes().enumerate() {
            node ^= usize::from(byte);
            let unit = self.unit(node);
            if unit & 0x8000_00FF != u32::from(byte) {
                break;
            }
            node ^= offset(unit);
            if unit & 0x100 != 0 {
                found = Some((self.unit(node) & 0x7FFF_FFFF, index + 1));
            }
        }
        if let Some(known) = found.and_then(|(value, length)| Some((self.replacement(value)?, length))) {
            return known;
        }
        let length = text.chars().next().map_or(1, char::len_utf8);
        (text.get(..length).unwrap_or_default(), length)
    }

    fn unit(&self, index: usize) -> u32 {
        // A unit that is not there has no label, so it ends the walk.
        self.units.get(index).map_or(u32::MAX, |unit| u32::from_le_bytes(*unit))
    }

    fn replacement(&self, value: u32) -> Option<&'static str> {
        let text = self.texts.get(value as usize..)?;
        let end = text.iter().position(|byte| *byte == 0)?;
        std::str::from_utf8(&text[..end]).ok()
    }
}

/// Where the children of a unit's node are.
fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 0x200) >> 6)) as usize
}
