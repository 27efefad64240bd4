//! When two prompts count as the same, and when a prompt means the same after any turn: pure functions on text.

/// A prompt of fewer words, or of fewer characters where words have no spaces, leans on the turn before it.
const SELF_CONTAINED_WORDS_MIN: usize = 4;
const SELF_CONTAINED_IDEOGRAPHS_MIN: usize = 7;

/// The same text for prompts that differ in case, spaces or the marks at their end.
pub(super) fn normalized(prompt: &str) -> String {
    let words: Vec<&str> = prompt.split_whitespace().collect();
    words.join(" ").to_lowercase().trim_end_matches(|c: char| ".!?…。！？".contains(c)).to_owned()
}

/// Whether `prompt` is long enough to mean the same after any turn.
pub(super) fn is_self_contained(prompt: &str) -> bool {
    let ideographs = prompt.chars().filter(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}')).count();
    prompt.split_whitespace().count() >= SELF_CONTAINED_WORDS_MIN || ideographs >= SELF_CONTAINED_IDEOGRAPHS_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_spaces_and_final_marks_do_not_make_another_prompt() {
        assert_eq!(normalized("  Is it\n so?! "), normalized("is it so"));
        assert_ne!(normalized("Is it so?"), normalized("Is it not so?"));
    }

    #[test]
    fn a_short_prompt_leans_on_the_turn_before_it() {
        assert!(!is_self_contained("and in Rust?"));
        assert!(is_self_contained("and now in Rust?"));
        assert!(!is_self_contained("用中文说") && is_self_contained("请用中文解释相对论"));
    }
}
