//! How many tokens a model can read, as a refusal says it in words: every server has its own sentence.
//!
//! Pure. Owns where in the sentence the number stands: beside it stand the length of the prompt, the excess, lengths in
//! characters, and what the answer would have taken.

/// The windows that a model may have, in tokens. What is beyond is a mistake, or means something else.
const WINDOWS: std::ops::RangeInclusive<u64> = 256..=20_000_000;

/// How far behind its words a number may stand, in characters.
const NEAR: usize = 24;

/// The number stands behind these words, in small letters. The first that fit count.
const BEHIND: &[&str] = &[
    "context length is only ",
    "context length of only ",
    "maximum context length is ",
    "maximum context length of ",
    "context length of ",
    "context length (",
    "context length is ",
    "context length: ",
    "maximum context length (",
    "maximum context size of ",
    "context size (",
    "context size of ",
    "context window (",
    "context window of ",
    "context window is ",
    "context window limit (",
    "context limit is ",
    "context limit of ",
    "maximum model length of ",
    "maximum prompt length is ",
    "maximum prompt length of ",
    "maximum allowed length ",
    "maximum input length is ",
    "maximum input length of ",
    "maximum input length (",
    "maximum sequence length ",
    "maximum length of ",
    "maximum number of tokens allowed",
    "maximum number of input tokens allowed",
    "model only supports up to ",
    "only supports up to ",
    "max_new_tokens` must be <= ",
    "max_new_tokens must be <= ",
    "`inputs` must have less than ",
    "model token limit: ",
    "prompt token limit ",
    "prompt token limit of ",
    "token limit of ",
    "input length should be [1, ",
    "max_seq_len (",
    "max_seq_len of ",
    "max_seq_len ",
    "max_model_len (",
    "max_model_len of ",
    "max size: ",
    "exceeds the limit of ",
    "exceed the configured limit of ",
    "exceeds the configured limit of ",
    "prompt cannot exceed ",
    "while limit is ",
    "expected at most ",
    "): limit ",
    "最大长度",
    "最大上下文长度",
];

/// The number stands before these words, and behind the last bound of the sentence.
const BEFORE: &[&str] = &[" maximum context length", " maximum", " token context window", " tokens maximum"];

/// The window that `said`, in small letters, speaks of. Its kind must be known: these words have other meanings elsewhere.
pub(super) fn window(said: &str) -> Option<u64> {
    let behind = BEHIND.iter().find_map(|words| near(said.split_once(words)?.1));
    let before = || BEFORE.iter().find_map(|words| last(said.split_once(words)?.0));
    // "199500 + 8192 > 200000"
    let sum = || near(said.split_once("context limit: ")?.1.split_once(" > ")?.1);
    behind.or_else(sum).or_else(before).filter(|tokens| WINDOWS.contains(tokens))
}

/// The number that `text` begins with, but for a few words.
fn near(text: &str) -> Option<u64> {
    let before = text.chars().take(NEAR).take_while(|c| !c.is_ascii_digit()).count();
    let number: String = text.chars().skip(before).take_while(|c| c.is_ascii_digit() || *c == ',').collect();
    read(&number)
}

/// The number that `text` ends with.
fn last(text: &str) -> Option<u64> {
    let text = text.trim_end_matches(" tokens").trim_end_matches(" token");
    read(text.rsplit(|c: char| !c.is_ascii_digit() && c != ',').next().unwrap_or_default())
}

/// A number, perhaps with commas between its thousands.
fn read(digits: &str) -> Option<u64> {
    digits.replace(',', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::provider::{ErrorKind, ProviderError};

    /// Refusals of prompts that are too long, by server, with the window that each names.
    const REFUSALS: &[(&str, u16, &str, Option<u64>)] = &[
        (
            "OpenAI, DeepSeek, vLLM",
            400,
            "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens (66000 in the messages, 4000 in the completion).",
            Some(65_536),
        ),
        (
            "OpenAI",
            400,
            "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens.",
            Some(272_000),
        ),
        ("OpenAI", 400, "Your input exceeds the context window of this model. Please adjust your input.", None),
        (
            "OpenAI",
            400,
            r#"{"error":{"message":"Invalid 'messages[0].content': string too long. Expected a string with maximum length 10485760, but got a string with length 10485761 instead.","code":"string_above_max_length"}}"#,
            None,
        ),
        ("Anthropic", 400, "prompt is too long: 205000 tokens > 200000 maximum", Some(200_000)),
        ("Anthropic", 400, "input length and `max_tokens` exceed context limit: 199500 + 8192 > 200000", Some(200_000)),
        (
            "Gemini",
            400,
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            Some(1_048_576),
        ),
        ("Gemini", 400, "The input token count exceeds the maximum number of tokens allowed 1048576.", Some(1_048_576)),
        (
            "Vertex",
            400,
            "Unable to submit request because the input token count is 40000 but the model only supports up to 32768.",
            Some(32_768),
        ),
        (
            "Mistral",
            400,
            "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
            Some(32_768),
        ),
        (
            "Groq",
            400,
            r#"{"error":{"message":"Please reduce the length of the messages or completion.","code":"context_length_exceeded"}}"#,
            None,
        ),
        (
            "Groq",
            413,
            "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 9000",
            Some(6_000),
        ),
        (
            "Cerebras",
            400,
            "Please reduce the length of the messages or completion. Current length is 9031 while limit is 8192",
            Some(8_192),
        ),
        (
            "Together, TGI",
            422,
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9031 `inputs` tokens and 100 `max_new_tokens`",
            Some(4_096),
        ),
        ("TGI", 422, "Input validation error: `inputs` must have less than 4095 tokens. Given: 9031", Some(4_095)),
        (
            "SGLang",
            400,
            "The input (9031 tokens) is longer than the model's context length (4096 tokens).",
            Some(4_096),
        ),
        (
            "SGLang",
            400,
            "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of 9131 tokens",
            Some(4_096),
        ),
        ("Fireworks", 400, "The prompt is too long: 40000, model maximum context length: 32767", Some(32_767)),
        (
            "xAI",
            400,
            "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
            Some(131_072),
        ),
        ("a gateway", 400, "Input length 9000 exceeds the maximum allowed length 8192", Some(8_192)),
        ("a gateway", 400, "Input length (9000) exceeds the maximum allowed length of 8192 tokens", Some(8_192)),
        ("Moonshot", 400, "Invalid request: Your request exceeded model token limit: 8192", Some(8_192)),
        ("Zhipu", 400, r#"{"error":{"message":"Prompt exceeds max length","code":"1261"}}"#, None),
        ("Zhipu", 400, r#"{"error":{"message":"Prompt 超长","code":"1261"}}"#, None),
        ("DashScope", 400, "Range of input length should be [1, 30720]", Some(30_720)),
        ("SiliconFlow", 400, "length of prompt_tokens (40000) must be less than max_seq_len (32768).", Some(32_768)),
        (
            "Perplexity",
            400,
            r#"{"error":{"message":"The total length of all messages is too long.","type":"too_many_prompt_tokens","code":400}}"#,
            None,
        ),
        (
            "Cohere",
            400,
            "too many tokens: total number of tokens in the prompt cannot exceed 128000 - received 130000.",
            Some(128_000),
        ),
        ("Cohere", 400, "too many tokens: size limit exceeded by 900 tokens", None),
        (
            "Cloudflare",
            413,
            "The estimated number of input and maximum output tokens (9000) exceeded this model context window limit (7968).",
            Some(7_968),
        ),
        ("Bedrock", 400, "Input is too long for requested model.", None),
        ("Bedrock", 400, "Input Tokens Exceeded: Number of input tokens exceeds maximum length of 8192", Some(8_192)),
        (
            "OpenRouter",
            400,
            "This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens",
            Some(131_072),
        ),
        (
            "Copilot",
            400,
            r#"{"error":{"message":"prompt token count of 9031 exceeds the limit of 8192","code":"model_max_prompt_tokens_exceeded"}}"#,
            Some(8_192),
        ),
        (
            "GitHub",
            413,
            r#"{"error":{"code":"tokens_limit_reached","message":"Request body too large for gpt-4o model. Max size: 8000 tokens."}}"#,
            Some(8_000),
        ),
        ("AI21", 400, "Prompt contains 9031 tokens, expected at most 4096 tokens.", Some(4_096)),
        ("MiniMax", 400, "invalid params, context window exceeds limit", None),
        (
            "vLLM",
            400,
            "The decoder prompt (length 9031) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no smaller",
            Some(4_096),
        ),
        ("vLLM", 400, "Input length (9031) exceeds model's maximum context length (4096).", Some(4_096)),
        (
            "vLLM",
            400,
            "You passed 9031 input tokens and requested 100 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 3996 tokens.",
            Some(4_096),
        ),
        (
            "llama.cpp",
            400,
            "request (9031 tokens) exceeds the available context size (4096 tokens), try increasing it",
            Some(4_096),
        ),
        ("llama-cpp-python", 500, "Requested tokens (9031) exceed context window of 4096", Some(4_096)),
        (
            "LM Studio",
            400,
            "Trying to keep the first 9031 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.",
            Some(4_096),
        ),
        (
            "LM Studio",
            400,
            "The number of tokens to keep from the initial prompt is greater than the context length.",
            None,
        ),
        ("Ollama", 400, "prompt too long; exceeded max context length by 500 tokens", None),
        ("TensorRT-LLM", 400, "Prompt length (9031) exceeds maximum input length (4096).", Some(4_096)),
        ("TabbyAPI", 400, "Prompt length 9031 is greater than max_seq_len 4,096", Some(4_096)),
        ("Volcengine", 400, "Total tokens of image and text exceed max message tokens.", None),
        ("llama.cpp", 400, "exceeds the available context size (7 tokens)", None),
    ];

    #[test]
    fn a_prompt_that_is_too_long_is_known_in_every_servers_words_and_so_is_the_window() {
        for &(server, status, body, window) in REFUSALS {
            let error = ProviderError::from_status("p", status, None, body);
            assert_eq!(error.kind, ErrorKind::ContextOverflow, "{server}: {error}");
            let figure = window.map_or("in the configuration".to_owned(), |window| format!("to {window},"));
            let advice = format!("set the model's context_window {figure}");
            assert!(error.message.contains(&advice), "{server}: {error}");
        }
    }

    #[test]
    fn what_is_not_too_long_a_prompt_is_not_taken_for_one() {
        for (status, body) in [
            (400, "max_tokens is too large: 20000. This model supports at most 4096 completion tokens"),
            (400, "Invalid max_tokens value, the valid range of max_tokens is [1, 8192]"),
            (400, "Range of max_tokens should be [1, 8192]"),
            (400, "The maximum tokens you requested exceeds the model limit of 4096"),
            (400, "image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes"),
            (400, "The image is too large: the maximum is 8000 pixels"),
            (400, "file name is too long"),
            (400, "'n' exceeds the maximum of 128"),
            (429, "Rate limit exceeded: tokens per minute, limit 6000"),
            (429, "Too many tokens per day, please wait before trying again."),
            (401, "your token exceeds its life"),
        ] {
            let error = ProviderError::from_status("p", status, None, body);
            assert_ne!(error.kind, ErrorKind::ContextOverflow, "{error}");
        }
    }
}
