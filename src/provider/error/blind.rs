//! Whether a refusal says that the model cannot see: servers have as many words for it as there are servers.
//!
//! Owns these words. A picture that a model could see and does not want (too large, of a kind that it does not read) must
//! not be taken for it: what is concluded from it is remembered of the model.

/// Statuses under which servers say it; 0 stands for an error inside of an answer.
const STATUSES: [u16; 8] = [0, 400, 404, 405, 415, 422, 500, 501];

/// Each of these words says it.
const SAID: &[&[&str]] = &[
    &["not support", "image"],
    &["n't support", "image"],
    &["n’t support", "image"],
    &["unsupported", "image_url"],
    &["unsupported", "image input"],
    &["no endpoints found", "support image"],
    &["image_url", "only supported by"],
    &["image input", "not enabled"],
    &["image input", "not available"],
    &["image input", "missing"],
    &["not accept", "image"],
    &["cannot process image"],
    &["can't process image"],
    &["at most 0 image"],
    &["not support", "vision"],
    &["n't support", "vision"],
    &["vision", "not supported"],
    &["not a vision model"],
    &["not support", "multimodal"],
    &["n't support", "multimodal"],
    &["not a multimodal model"],
    &["mmproj"],
    &["only supports text"],
    &["only text content"],
    &["text-only model"],
    &["不支持图"],
];

/// Each of these says that a message can be text only. Some repeat the message, its pictures included.
const TEXT_ONLY: &[&[&str]] = &[
    &["unknown variant", "image_url"],
    &["content", "must be a string"],
    &["content", "must be string"],
    &["content", "should be a valid string"],
    &["content", "str type expected"],
];

/// Words of a refusal of this picture, not of every one.
const ONE_PICTURE: &[&str] = &[
    "image format",
    "format of the image",
    "image type",
    "image size",
    "image/",
    "mime",
    "media type",
    "media_type",
    "file format",
    "base64",
    "too large",
    "resolution",
    "decode",
    "corrupt",
    "download",
    "image url",
    "too many images",
    "multiple images",
    "image generation",
];

/// Whether `said`, in small letters and under `status`, means that the model cannot see.
pub(super) fn cannot_see(status: u16, said: &str) -> bool {
    let has = |words: &[&str]| words.iter().all(|word| said.contains(word));
    let any = |table: &[&[&str]]| table.iter().any(|words| has(words));
    let one_picture = || ONE_PICTURE.iter().any(|word| said.contains(word));
    STATUSES.contains(&status) && (any(TEXT_ONLY) || any(SAID) && !one_picture())
}

#[cfg(test)]
mod tests {
    use crate::provider::{ErrorKind, FallbackScope, ProviderError};

    #[test]
    fn a_model_that_cannot_see_is_known_by_every_wording() {
        for (status, body) in [
            (400, r#"{"error":{"message":"This model does not support images"}}"#),
            (400, r#"{"error":{"message":"Model does not support images. Please use a model that does."}}"#),
            (500, r#"{"error":{"code":500,"message":"image input is not supported - hint: you may need the mmproj"}}"#),
            (404, r#"{"error":{"message":"No endpoints found that support image input","code":404}}"#),
            (
                400,
                r#"{"error":{"message":"Invalid content type. image_url is only supported by certain models.","type":"invalid_request_error","param":"messages.[0].content.[1].type","code":null}}"#,
            ),
            (415, "this model does not support image"),
            (422, r#"{"detail":"llama does not support vision"}"#),
            (400, r#"{"message":"Multimodal data provided, but model does not support multimodal requests."}"#),
            (400, r#"{"object":"error","message":"m is not a multimodal model","type":"BadRequestError","code":400}"#),
            (400, r#"{"message":"At most 0 image(s) may be provided in one prompt.","code":400}"#),
            (
                422,
                "Failed to deserialize the JSON body into the target type: messages[1]: unknown variant `image_url`, expected `text` at line 1 column 90",
            ),
            (400, r#"{"error":{"message":"messages[1].content must be a string","type":"invalid_request_error"}}"#),
            (
                400,
                r#"{"error":{"message":"'messages.0' : for 'role:user' the following must be satisfied[('messages.0.content' : value must be a string)]"}}"#,
            ),
            (
                422,
                r#"{"detail":[{"type":"string_type","loc":["body","messages",1,"content"],"msg":"Input should be a valid string","input":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]}]}"#,
            ),
            (422, "messages.1.content: Input should be a valid string"),
            (400, r#"{"message":"The model doesn't support the image content block that you provided."}"#),
            (400, r#"{"error":{"message":"Image input is not enabled for this model"}}"#),
            (500, r#"{"error":"this model is missing data required for image input"}"#),
            (400, r#"{"error":{"message":"This is a text-only model"}}"#),
            (400, r#"{"error":{"code":"1210","message":"当前模型不支持图片输入"}}"#),
        ] {
            let error = ProviderError::from_status("p", status, None, body);
            assert_eq!(error.kind, ErrorKind::NoVision, "{error}");
            assert_eq!((error.fallback_scope(), error.is_transient()), (FallbackScope::OtherModels, false));
        }
    }

    #[test]
    fn a_picture_that_is_not_wanted_makes_no_model_blind() {
        for (status, body) in [
            (400, "image format not supported: use png or jpeg"),
            (400, "You uploaded an unsupported image. Please make sure your image has of one the following formats"),
            (400, "media type image/heic is not supported"),
            (413, "this server does not support images that large"),
            (400, "At most 1 image(s) may be provided in one prompt."),
            (400, "image URLs are not supported, send base64"),
            (400, "Failed to decode the image"),
            (403, "your plan does not support images"),
            (429, "images are not supported right now, rate limit exceeded"),
            (422, r#"{"detail":[{"loc":["body","model"],"msg":"Input should be a valid string"}]}"#),
            (400, "response_format is not supported"),
            (500, "Internal Server Error"),
        ] {
            let error = ProviderError::from_status("p", status, None, body);
            assert_ne!(error.kind, ErrorKind::NoVision, "{error}");
        }
    }
}
