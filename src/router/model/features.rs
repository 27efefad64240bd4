//! The shape of a prompt: what can be seen without understanding it. A fence, a formula, a question about what is
//! in a picture.
//!
//! Owns what the features are and their order: a 1 for each of `shapes` that is there, then the `measures`. Each speaks for
//! nothing by itself: the trained head weighs it. Changing, adding or reordering anything here needs a newly trained
//! `assets/head.bin`.
//!
//! | file       | owns                                                                    |
//! |------------|-------------------------------------------------------------------------|
//! | `shapes`   | what is looked for: names and words, by theme                           |
//! | `rules`    | when a shape is there: a word, words in a row, a look                   |
//! | `phrases`  | the notation of lists, and the one pass that finds all of them          |
//! | `looks`    | scanners for what words do not say: formulas, options, paths            |
//! | `measures` | length, kinds of characters, numbers                                    |
//! | `text`     | the characters that are looked at                                       |

mod looks;
mod measures;
mod phrases;
mod rules;
mod shapes;
mod text;

use measures::{MEASURES, flag, measures};
use phrases::Index;
use rules::Shape;
use shapes::SHAPES;
use std::sync::LazyLock;
use text::Text;

/// How many features there are.
pub(super) const COUNT: usize = SHAPES.len() + MEASURES;

static INDEX: LazyLock<Index> = LazyLock::new(|| Index::new(SHAPES.iter().flat_map(Shape::lists)));

/// The features of `text`, from 0 to about 1: first a 1 for each shape found, then the measures.
pub(super) fn features(text: &str) -> Vec<f32> {
    let length = text.chars().count();
    let text = Text::new(text);
    let found = INDEX.find(&text);
    let mut found = found.iter();
    let mut features = Vec::with_capacity(COUNT);
    features.extend(SHAPES.iter().map(|shape| flag(shape.is_in(&text, &mut found))));
    features.extend(measures(&text, length));
    features
}

/// The names of the shapes among `features` that are there, with their index.
pub(super) fn fired(features: &[f32]) -> impl Iterator<Item = (usize, &'static str)> {
    let shapes = SHAPES.iter().zip(features).enumerate();
    shapes.filter(|(_, (_, value))| **value > 0.0).map(|(index, (shape, _))| (index, shape.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(text: &str) -> Vec<&'static str> {
        fired(&features(text)).map(|(_, name)| name).collect()
    }

    #[test]
    fn shapes_are_seen_and_named() {
        assert!(names("```rust\nfn main() {}\n```").contains(&"a code block"));
        assert!(names("Solve $x^2 = 4$").contains(&"LaTeX"));
        assert!(names("what is 12 + 30").contains(&"arithmetic"));
        assert!(names("What is in this picture?").contains(&"a given picture"));
        assert_eq!(names("and so on"), [""; 0]);
        assert_eq!(features("").len(), COUNT);
    }

    #[test]
    fn every_shape_has_a_name_and_a_rule() {
        assert!(SHAPES.iter().all(|shape| !shape.name.is_empty() && !shape.rules.is_empty()));
    }

    #[test]
    fn of_a_long_text_both_ends_are_looked_at() {
        let long = |end: &str| format!("{}{end}", "é".repeat(5_000));
        assert!(names(&long("")).is_empty());
        assert!(names(&long("```")).contains(&"a code block"));
    }

    proptest! {
        #[test]
        fn any_text_has_all_features(
            text in "[a-z0-9 .,:/?$()<>`'\"\n一A-E①-⑤\u{300}-\u{36F}]{0,80}|.{0,80}",
        ) {
            let features = features(&text);
            prop_assert_eq!(features.len(), COUNT);
            prop_assert!(features.iter().all(|value| *value >= 0.0), "{features:?}");
        }
    }
}
