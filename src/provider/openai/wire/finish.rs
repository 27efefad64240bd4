//! Why an answer ended, in the words of servers: one list for all of them, upper and lower case alike. Must not know what
//! came before.

use crate::provider::Finish;

/// What a finish reason means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Reason {
    /// The answer is over.
    Over(Finish),
    /// The answer may be over. A tool is to be called, which some servers do themselves before they go on; or the word is
    /// not known here.
    Perhaps,
    /// The model's host could not go on.
    GaveUp,
    /// No reason at all: some servers write something into every event.
    None,
}

impl Reason {
    /// The one of these that says most: what a gateway calls `finish`, or what the model's host said, where that says more.
    pub(in super::super) fn choose<'a>(finish: &'a str, stop: &'a str, native: &'a str) -> &'a str {
        match Self::read(finish) {
            // It may be the text at which the model stopped: what is not known here means nothing.
            Self::None if matches!(Self::read(stop), Self::Over(_)) => stop,
            Self::None | Self::Over(Finish::Stop) if Self::read(native).is_cut() => native,
            _ => finish,
        }
    }

    fn is_cut(self) -> bool {
        matches!(self, Self::Over(Finish::Length | Finish::ContentFilter))
    }

    /// What `reason` means.
    pub(in super::super) fn read(reason: &str) -> Self {
        let reason = reason.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        match reason.strip_prefix("finish_reason_").unwrap_or(&reason) {
            "" | "null" | "none" | "nil" | "undefined" | "unspecified" | "in_progress" | "pending" | "generating"
            | "continue" => Self::None,
            "stop" | "stopped" | "stop_sequence" | "stop_token" | "eos" | "eos_token" | "end" | "end_turn"
            | "end_of_turn" | "complete" | "completed" | "finished" | "done" | "normal" | "success" => {
                Self::Over(Finish::Stop)
            }
            "length"
            | "length_limit"
            | "max_tokens"
            | "max_tokens_reached"
            | "max_new_tokens"
            | "max_length"
            | "max_output_tokens"
            | "max_completion_tokens"
            | "max_context_length"
            | "max_model_len"
            | "model_length"
            | "model_context_window_exceeded"
            | "context_window_exceeded"
            | "context_length_exceeded"
            | "context_length"
            | "context_window"
            | "token_limit"
            | "token_limit_reached"
            | "incomplete"
            | "truncated" => Self::Over(Finish::Length),
            "content_filter"
            | "content_filtered"
            | "content_filter_error"
            | "sensitive"
            | "safety"
            | "refusal"
            | "refused"
            | "recitation"
            | "blocklist"
            | "prohibited_content"
            | "spii"
            | "image_safety"
            | "language"
            | "blocked"
            | "content_blocked"
            | "moderation"
            | "guardrail"
            | "guardrail_intervened"
            | "unsafe" => Self::Over(Finish::ContentFilter),
            "error"
            | "network_error"
            | "server_error"
            | "internal_error"
            | "model_error"
            | "insufficient_system_resource"
            | "malformed_function_call"
            | "abort"
            | "aborted"
            | "cancelled"
            | "canceled"
            | "timeout"
            | "timed_out" => Self::GaveUp,
            _ => Self::Perhaps,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_that_says_most_is_chosen_of_several() {
        for (finish, stop, native, chosen) in [
            ("stop", "", "", "stop"),
            ("", "max_tokens", "", "max_tokens"),
            ("", "</answer>", "", ""),
            ("stop", "max_tokens", "", "stop"),
            ("stop", "", "MAX_TOKENS", "MAX_TOKENS"),
            ("stop", "", "SAFETY", "SAFETY"),
            ("stop", "", "completed", "stop"),
            ("length", "", "stop", "length"),
            ("tool_calls", "", "max_tokens", "tool_calls"),
        ] {
            assert_eq!(Reason::choose(finish, stop, native), chosen, "{finish} {stop} {native}");
        }
    }

    #[test]
    fn every_known_reason_says_whether_the_answer_is_whole_cut_or_withheld() {
        for (reasons, is) in [
            (
                &["stop", "STOP", "end_turn", "eos", "stop_sequence", "FINISH_REASON_STOP"][..],
                Reason::Over(Finish::Stop),
            ),
            (
                &["length", "MAX_TOKENS", "model_length", "model_context_window_exceeded", "max-tokens", "incomplete"],
                Reason::Over(Finish::Length),
            ),
            (
                &["content_filter", "sensitive", "SAFETY", "refusal", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST"],
                Reason::Over(Finish::ContentFilter),
            ),
            (&["error", "network_error", "insufficient_system_resource", "abort"], Reason::GaveUp),
            (&["", " ", "null", "None", "FINISH_REASON_UNSPECIFIED"], Reason::None),
            (&["tool_calls", "function_call", "tool_use", "because"], Reason::Perhaps),
        ] {
            for reason in reasons {
                assert_eq!(Reason::read(reason), is, "{reason}");
            }
        }
    }
}
