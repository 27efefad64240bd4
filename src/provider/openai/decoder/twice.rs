//! Reasoning that comes apart from the answer and stands in its text as well: it is kept once.
//!
//! Where some came apart, what the text holds waits until all of it is there: it may be the same. Must not know of tags.

use super::repeats::hash;

/// Reasoning in both of its places.
#[derive(Debug, Default)]
pub(super) struct Twice {
    /// What came apart: how many letters, and their hash. White space around tags is no part of either.
    apart: (usize, u64),
    /// What the text holds of it, which waits.
    waiting: String,
}

impl Twice {
    /// `reasoning` came apart from the text.
    pub(super) fn came_apart(&mut self, reasoning: &str) {
        self.apart = letters(self.apart, reasoning);
    }

    /// `reasoning` came in the text; what of it is known to be there once.
    pub(super) fn in_text(&mut self, reasoning: String) -> Option<String> {
        if self.apart.0 == 0 {
            return Some(reasoning);
        }
        self.waiting.push_str(&reasoning);
        None
    }

    /// The reasoning in the text is at its end; what of it did not come apart.
    pub(super) fn end(&mut self) -> String {
        let waiting = std::mem::take(&mut self.waiting);
        if letters((0, 0), &waiting) == self.apart { String::new() } else { waiting }
    }
}

fn letters((count, before): (usize, u64), text: &str) -> (usize, u64) {
    text.split_whitespace().fold((count, before), |(count, before), word| (count + word.len(), hash(before, word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is kept of reasoning that came apart, and of what the text holds in these pieces.
    fn kept(apart: &[&str], in_text: &[&str]) -> String {
        let mut twice = Twice::default();
        for piece in apart {
            twice.came_apart(piece);
        }
        let known: String = in_text.iter().filter_map(|piece| twice.in_text((*piece).to_owned())).collect();
        apart.concat() + &known + &twice.end()
    }

    #[test]
    fn the_same_reasoning_in_two_places_is_kept_once() {
        for (apart, in_text, all) in [
            (&["hm"][..], &["hm"][..], "hm"),
            (&["h", "m, yes"], &["\nhm,", " yes\n"], "hm, yes"),
            (&["hm"], &["hm", "m"], "hmhmm"),
            (&["hm"], &[], "hm"),
            (&[], &["h", "m"], "hm"),
        ] {
            assert_eq!(kept(apart, in_text), all, "{apart:?} {in_text:?}");
        }
    }
}
