//! Text to a vector of 512 numbers: texts that mean the same, in whatever language, lie close together.
//!
//! Owns the pretrained sentence encoder (see NOTICE) and its file, `assets/encoder.bin`, which is part of the program:
//! nothing is downloaded and nothing can be missing. The file is mapped with the program and read where a prompt needs
//! it, so the start and the memory at rest do not feel it. Must not know about categories.

mod file;
mod kernel;
mod layers;

pub(in crate::router) use kernel::{Dense, Quantised, apply};
pub(in crate::router) use layers::{HIDDEN, Layers, Top, WIDTH};

use super::question::question;
use super::tokenizer::{self, Tokenizer, Tokens};
use crate::router::linear::product;
use file::Table;
use std::ops::Range;
use std::sync::LazyLock;

/// A text of more pieces is read by its first [`HEAD`] and its last [`TAIL`]: the request stands at one of the two ends,
/// and time is bounded. Start and end marks are among them.
const HEAD: usize = 44;
const TAIL: usize = 20;
/// Beside both ends the sentence that asks is read, at most so many pieces of it; where it stands at an end it counts
/// twice.
const QUESTION: usize = 28;

/// Of a longer text only so many bytes of both ends are cut into pieces at all, which is far more than
/// [`HEAD`] and [`TAIL`] pieces of prose or code.
const TEXT_BYTES_MAX: usize = 1_600;

static SHIPPED: &[u8] = include_bytes!("../../../assets/encoder.bin");

static ENCODER: LazyLock<Option<Encoder>> = LazyLock::new(|| Encoder::open(SHIPPED).ok());

/// The checksum in the shipped file: names this encoder in whatever was trained on it.
pub(in crate::router) fn checksum() -> u64 {
    file::checksum(SHIPPED)
}

/// How much two vectors point the same way, from -1 to 1. Their lengths do not matter.
pub(in crate::router) fn likeness(a: &[f32], b: &[f32]) -> f32 {
    let length = (product(a, a) * product(b, b)).sqrt();
    if length > 0.0 { product(a, b) / length } else { 0.0 }
}

/// A vector in 127ths of its greatest number.
pub(in crate::router) fn packed(vector: &[f32]) -> Vec<i8> {
    let greatest = vector.iter().fold(f32::MIN_POSITIVE, |greatest, value| greatest.max(value.abs()));
    vector.iter().map(|value| (value / greatest * 127.0).round_ties_even() as i8).collect()
}

/// A packed vector, at length 1 again.
pub(in crate::router) fn unpacked(packed: &[i8]) -> Vec<f32> {
    let mut vector: Vec<f32> = packed.iter().map(|number| f32::from(*number)).collect();
    let length = product(&vector, &vector).sqrt().max(f32::MIN_POSITIVE);
    for value in &mut vector {
        *value /= length;
    }
    vector
}

/// The net and the tokenizer that belongs to it.
#[derive(Debug, Clone)]
pub(in crate::router) struct Encoder {
    tokenizer: Tokenizer,
    table: Table,
    layers: Layers,
}

/// A text as the encoder reads it.
#[derive(Debug, Clone)]
pub(in crate::router) struct Reading {
    /// Where it lies; length 1.
    pub(in crate::router) vector: Vec<f32>,
    /// What the vector was made of: the sum over all pieces before the last layers. Knows less of the meaning and more of
    /// the words.
    pub(in crate::router) pooled: Vec<f32>,
    /// The sum that both were made of, and of how many pieces.
    pub(in crate::router) sum: Vec<f32>,
    pub(in crate::router) count: usize,
    /// Whether only parts of the text were read.
    pub(in crate::router) is_cut: bool,
    tokens: Tokens,
    /// What each piece that was read adds to the whole, start and end included, then the question of a long text.
    features: Vec<f32>,
    /// For each of these the index of its piece; `None` for start and end.
    read: Vec<Option<usize>>,
}

impl Encoder {
    /// The encoder that is part of the program, opened when it is first asked for.
    pub(in crate::router) fn shipped() -> Option<&'static Self> {
        ENCODER.as_ref()
    }

    fn open(file: &'static [u8]) -> Result<Self, file::FileError> {
        let (tokenizer, table, layers) = file::parse(file)?;
        Ok(Self { tokenizer, table, layers })
    }

    /// The vector of `text`.
    pub(in crate::router) fn encode(&self, text: &str) -> Vec<f32> {
        self.read(text).vector
    }

    /// Reads `text`, keeping what is needed to tell what each word adds.
    pub(in crate::router) fn read(&self, text: &str) -> Reading {
        let tokens = self.tokenizer.tokenize(&ends(text));
        let mut read: Vec<Option<usize>> = (0..tokens.pieces.len()).map(Some).collect();
        read.insert(0, None);
        read.push(None);
        let is_cut = read.len() > HEAD + TAIL;
        if is_cut {
            read.drain(HEAD..read.len() - TAIL);
        }
        let mut pieces = Vec::with_capacity(read.len() * WIDTH);
        for (position, piece) in read.iter().enumerate() {
            let id = match piece {
                Some(piece) => tokens.pieces[*piece].0,
                None if position == 0 => tokenizer::START,
                None => tokenizer::END,
            };
            self.table.unpack(id, &mut pieces);
        }
        let mut features = self.layers.describe(&pieces);
        if let Some(question) = question(text).filter(|_| is_cut) {
            features.extend(self.describe_alone(question));
        }
        let (sum, count) = (total(&features), features.len() / Layers::FEATURES);
        let pooled = self.layers.top.pool(&sum, &[count]);
        let vector = self.layers.top.conclude(&pooled);
        Reading { vector, pooled, sum, count, is_cut, tokens, features, read }
    }

    /// The last layers as they were pretrained, from which training starts.
    pub(in crate::router) fn top(&self) -> &Top {
        &self.layers.top
    }

    /// The features of the last [`QUESTION`] pieces of `sentence`, without start and end.
    fn describe_alone(&self, sentence: &str) -> Vec<f32> {
        let tokens = self.tokenizer.tokenize(sentence);
        let skipped = tokens.pieces.len().saturating_sub(QUESTION);
        let mut pieces = Vec::with_capacity(QUESTION * WIDTH);
        for (id, _) in tokens.pieces.iter().skip(skipped) {
            self.table.unpack(*id, &mut pieces);
        }
        self.layers.describe(&pieces)
    }

    /// What `reading` would be without each of `words` (indices from [`Reading::words`]): vector and pooled. The other
    /// pieces keep the features that they have beside it, which costs a fraction of reading again.
    pub(in crate::router) fn without(&self, reading: &Reading, words: &[Range<usize>]) -> Vec<[Vec<f32>; 2]> {
        let whole = &reading.sum;
        let mut sums = Vec::with_capacity(words.len() * whole.len());
        let mut counts = Vec::with_capacity(words.len());
        for word in words {
            let mut sum = whole.clone();
            for feature in reading.features.chunks_exact(Layers::FEATURES).take(word.end).skip(word.start) {
                sum.iter_mut().zip(feature).for_each(|(sum, feature)| *sum -= feature);
            }
            sums.extend(sum);
            counts.push(reading.count - word.len());
        }
        let pooled = self.layers.top.pool(&sums, &counts);
        let vectors = self.layers.top.conclude(&pooled);
        vectors.chunks_exact(WIDTH).zip(pooled.chunks_exact(WIDTH)).map(|(a, b)| [a.to_vec(), b.to_vec()]).collect()
    }
}

impl Reading {
    /// The words that were read: their text, and which of the pieces that were read they are.
    pub(in crate::router) fn words(&self) -> Vec<(String, Range<usize>)> {
        let mut words: Vec<(String, Range<usize>)> = Vec::new();
        for (position, piece) in self.read.iter().enumerate() {
            let Some((_, range)) = piece.map(|piece| &self.tokens.pieces[piece]) else {
                continue;
            };
            let text = self.tokens.text.get(range.clone()).unwrap_or_default();
            let bare = text.trim_start_matches(tokenizer::SPACE);
            match words.last_mut() {
                Some((word, span)) if text == bare && span.end == position && continues(word, bare) => {
                    word.push_str(bare);
                    span.end = position + 1;
                }
                _ => words.push((bare.to_owned(), position..position + 1)),
            }
        }
        words.retain(|(word, _)| word.chars().any(char::is_alphanumeric));
        words
    }
}

/// Whether `next` goes on with the word `before`: letters and digits do, except in scripts that put no space between
/// words, where each piece is one.
fn continues(before: &str, next: &str) -> bool {
    let joins = |character: char| character.is_alphanumeric() && !is_unspaced(character);
    before.chars().next_back().is_some_and(joins) && next.chars().next().is_some_and(joins)
}

/// Kana, ideographs and Thai.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{0E00}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')
}

fn total(features: &[f32]) -> Vec<f32> {
    let mut sum = vec![0.0; Layers::FEATURES];
    for feature in features.chunks_exact(Layers::FEATURES) {
        sum.iter_mut().zip(feature).for_each(|(sum, feature)| *sum += feature);
    }
    sum
}

/// The whole text, or both ends of a long one, cut at spaces so that no word is torn.
fn ends(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= TEXT_BYTES_MAX {
        return text.into();
    }
    let head = text.get(..text.floor_char_boundary(TEXT_BYTES_MAX / 2)).unwrap_or_default();
    let tail = text.get(text.ceil_char_boundary(text.len() - TEXT_BYTES_MAX / 2)..).unwrap_or_default();
    let head = head.rsplit_once(char::is_whitespace).map_or(head, |(head, _)| head);
    let tail = tail.split_once(char::is_whitespace).map_or(tail, |(_, tail)| tail);
    format!("{head} {tail}").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Golden {
        prompt: String,
        ids: Vec<u32>,
    }

    fn golden() -> Vec<Golden> {
        let text = include_str!("../../../tests/golden/tokens.jsonl");
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn encoder() -> &'static Encoder {
        Encoder::shipped().unwrap()
    }

    #[test]
    fn a_thousand_prompts_have_the_ids_of_the_reference() {
        let prompts = golden();
        assert!(prompts.len() >= 1_000);
        for Golden { prompt, ids } in prompts {
            let tokens = encoder().tokenizer.tokenize(&prompt);
            let ours: Vec<u32> = tokens.pieces.iter().map(|(id, _)| *id).collect();
            assert_eq!(ours, ids[1..ids.len() - 1], "{prompt:?}");
        }
    }

    #[test]
    fn slow_two_hundred_prompts_have_the_vectors_of_the_reference() {
        let vectors: &[u8] = include_bytes!("../../../tests/golden/vectors.bin");
        assert_eq!(vectors.len(), 200 * WIDTH);
        for (Golden { prompt, .. }, vector) in golden().iter().zip(vectors.chunks_exact(WIDTH)) {
            let reference: Vec<f32> = vector.iter().map(|byte| f32::from(byte.cast_signed())).collect();
            // The reference knows no question beside both ends.
            let reading = encoder().read(prompt);
            let ends = &reading.features[..reading.read.len() * Layers::FEATURES];
            let pooled = encoder().top().pool(&total(ends), &[reading.read.len()]);
            let likeness = likeness(&encoder().top().conclude(&pooled), &reference);
            assert!(likeness >= 0.999, "{likeness} for {prompt:?}");
        }
    }

    #[test]
    fn the_same_meaning_lies_close_in_any_language() {
        let english = encoder().encode("How do I sort a list in Python?");
        let german = encoder().encode("Wie sortiere ich eine Liste in Python?");
        let other = encoder().encode("Tell me a story about a lonely lighthouse");
        assert!(likeness(&english, &german) > 0.8);
        assert!(likeness(&english, &other) < 0.4);
    }

    #[test]
    fn of_a_long_text_both_ends_are_read_and_time_is_bounded() {
        let long = format!("Explain this log. {} What failed?", "2024-01-01 12:00:00 INFO ok\n".repeat(100_000));
        let reading = encoder().read(&long);
        assert_eq!(reading.read.len(), HEAD + TAIL);
        let words: Vec<String> = reading.words().into_iter().map(|(word, _)| word).collect();
        assert_eq!(words[..3], ["Explain", "this", "log"]);
        assert_eq!(words[words.len() - 2..], ["What", "failed"]);
    }

    #[test]
    fn the_question_of_a_long_text_is_read_wherever_it_stands() {
        let story = "The bridge was closed, the ferry was late and the road was wet. ".repeat(30);
        let [cooking, coding] = ["How do I bake sourdough bread?", "How do I sort a list in Python?"].map(|question| {
            let reading = encoder().read(&format!("{story}{question} {story}"));
            assert!(reading.is_cut && reading.count > HEAD + TAIL);
            likeness(&reading.vector, &encoder().encode("How do I sort a list in Python?"))
        });
        assert!(coding > cooking + 0.1, "{coding} {cooking}");
    }

    #[test]
    fn a_word_is_taken_out_whole() {
        let reading = encoder().read("Please debug my JavaScript tokenization");
        let words = reading.words();
        assert_eq!(words.len(), 5, "{words:?}");
        let spans: Vec<_> = words.iter().map(|(_, span)| span.clone()).collect();
        let without = encoder().without(&reading, &spans);
        let straight = encoder().encode("Please debug my tokenization");
        assert!(likeness(&without[3][0], &straight) > likeness(&reading.vector, &straight));
    }

    #[test]
    fn nothing_and_nonsense_have_vectors_too() {
        for text in ["", " ", "\u{0}", "\u{200b}", "🦀🦀🦀", "\u{10FFFF}", "▁▁"] {
            let vector = encoder().encode(text);
            assert!(vector.iter().all(|value| value.is_finite()), "{text:?}");
        }
    }
}
