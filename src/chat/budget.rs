//! How long an answer may be: what the settings allow, and never more than the model's window has left. Pure figures.

/// The shortest answer that is asked for in a window of any size, in tokens: the prompt's length is an estimate, and an
/// endpoint that counts more says so.
const ANSWER_MIN: usize = 256;
/// Tokens that templates put around a prompt.
const TEMPLATE: usize = 16;

/// How many tokens to ask for at most where the settings allow `limit`, the prompt is about `prompt` tokens long, and
/// `window` holds prompt and answer. `None`: no limit is sent, and the endpoint decides.
pub fn answer_budget(limit: Option<u32>, prompt: usize, window: usize) -> Option<u32> {
    // Estimates are a few percent off, mostly for the worse in languages other than English.
    let margin = prompt / 16 + TEMPLATE;
    let room = window.saturating_sub(prompt).saturating_sub(margin);
    let least = ANSWER_MIN.min(window / 8).max(1);
    let room = u32::try_from(room.max(least)).unwrap_or(u32::MAX);
    limit.map(|limit| limit.min(room))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_answer_is_as_long_as_allowed_and_as_the_window_has_room_for() {
        for (name, limit, prompt, window, budget) in [
            ("no limit is set", None, 100, 4_096, None),
            ("all fits", Some(8_192), 1_000, 131_072, Some(8_192)),
            ("a small window", Some(8_192), 1_600, 4_096, Some(4_096 - 1_600 - 100 - 16)),
            ("a prompt that fills it", Some(8_192), 4_000, 4_096, Some(256)),
            ("a prompt that is longer", Some(8_192), 9_000, 4_096, Some(256)),
            ("a short limit stays short", Some(10), 9_000, 4_096, Some(10)),
            ("a tiny window", Some(8_192), 300, 400, Some(66)),
            ("a tiny window that is full", Some(8_192), 390, 400, Some(50)),
            ("a window of one token", Some(8_192), 300, 1, Some(1)),
        ] {
            assert_eq!(answer_budget(limit, prompt, window), budget, "{name}");
        }
    }

    proptest! {
        #[test]
        fn prompt_and_answer_fit_the_window_where_the_prompt_leaves_a_quarter(
            limit in 1u32..1_000_000, window in 256usize..300_000, share in 0usize..=75
        ) {
            let prompt = window * share / 100;
            let budget = answer_budget(Some(limit), prompt, window).unwrap();
            prop_assert!(budget > 0 && budget <= limit);
            prop_assert!(prompt + budget as usize <= window);
        }
    }
}
