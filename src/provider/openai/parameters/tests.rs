//! What is left out, renamed or lowered after the refusals of real servers, and what is remembered.

use super::*;
use crate::chat::{Content, Part};
use crate::provider::ReplyFormat;

const SENT: Wanted = Wanted { max_tokens: Some(20_000), temperature: true, stream_options: true, system_role: true };

fn request(accepts: Accepts) -> ChatRequest {
    let messages = vec![
        Message::new(Role::System, "Be brief."),
        Message::new(Role::User, "one"),
        Message::new(Role::Assistant, "1"),
        Message::new(Role::User, "two"),
    ];
    let (model, format) = ("m".into(), ReplyFormat::Text);
    ChatRequest { model, messages, max_tokens: Some(9), deterministic: true, format, accepts }
}

fn after(body: &str) -> Option<Adapted> {
    Adapted::default().after(SENT, 400, body)
}

#[test]
fn a_parameter_that_is_refused_by_name_is_left_out_or_renamed() {
    let bare = Adapted { limit: LimitName::Nothing, ..Adapted::default() };
    let renamed = Adapted { limit: LimitName::MaxCompletionTokens, ..Adapted::default() };
    let temperature = Adapted { no_temperature: true, ..Adapted::default() };
    let usage = Adapted { no_stream_options: true, ..Adapted::default() };
    let system = Adapted { no_system_role: true, ..Adapted::default() };
    for (body, instead) in [
        (
            r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.","param":"max_tokens","code":"unsupported_parameter"}}"#,
            Some(renamed),
        ),
        (
            r#"{"error":{"message":"Unsupported parameter: 'max_tokens' is not supported with this model.","param":"max_tokens"}}"#,
            Some(bare),
        ),
        (
            r#"{"error":{"message":"Unsupported value: 'temperature' does not support 0 with this model.","param":"temperature"}}"#,
            Some(temperature),
        ),
        (r#"{"error":{"message":"invalid temperature: only 1 is allowed for this model"}}"#, Some(temperature)),
        (
            r#"{"error":{"message":"litellm.UnsupportedParamsError: openai does not support parameters: ['temperature'], for model=m"}}"#,
            Some(temperature),
        ),
        (r#"{"error":{"message":"Unknown parameter: 'stream_options'.","param":"stream_options"}}"#, Some(usage)),
        (
            r#"{"error":{"message":"litellm.BadRequestError: Unknown parameter: 'stream_options'","type":"None","param":"None","code":"400"}}"#,
            Some(usage),
        ),
        (
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted"}]}"#,
            Some(usage),
        ),
        (
            r#"{"object":"error","message":"System role not supported","type":"BadRequestError","code":400}"#,
            Some(system),
        ),
        (
            r#"{"error":{"message":"Unsupported value: 'messages[0].role' does not support 'system' with this model.","param":"messages[0].role"}}"#,
            Some(system),
        ),
        (r#"{"error":"Error rendering prompt: Only user and assistant roles are supported!"}"#, Some(system)),
        (
            r#"{"error":{"message":"Conversation roles must alternate user/assistant/user/assistant/..."}}"#,
            Some(system),
        ),
        (
            r#"[{"error":{"code":400,"message":"Developer instruction is not enabled for models/gemma-3","status":"INVALID_ARGUMENT"}}]"#,
            Some(system),
        ),
        (
            r#"{"detail":[{"loc":["body","messages",0,"role"],"msg":"Input should be 'user' or 'assistant'"}]}"#,
            Some(system),
        ),
        // For another reason
        (r#"{"error":{"message":"The system is busy"}}"#, None),
        (r#"{"error":{"message":"This file system is not supported"}}"#, None),
        (r#"{"error":{"message":"The image was refused by the safety system"}}"#, None),
        (r#"{"error":{"message":"'response_format' of type 'json_schema' is not supported"}}"#, None),
        (r#"{"error":{"message":"max_tokens and all: no","param":"messages"}}"#, None),
        (r#"{"error":{"message":"model 'max_tokens-7b' not found"}}"#, None),
        (r#"{"error":{"message":"prompt is too long: 9000 tokens > 4096 maximum"}}"#, None),
        ("", None),
    ] {
        assert_eq!(after(body), instead, "{body}");
    }
}

#[test]
fn a_limit_that_is_too_large_becomes_the_one_that_the_refusal_names() {
    for (said, at_most) in [
        ("max_tokens is too large: 20000. This model supports at most 4096 completion tokens", Some(4_096)),
        (
            "`max_tokens` must be less than or equal to `8192`, the maximum value for `max_tokens` is less than the `context_window` for this model",
            Some(8_192),
        ),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", Some(8_192)),
        ("max_tokens: 20000 > 16,384, which is the maximum for gpt-4o-2024-08-06", Some(16_384)),
        (
            "The maximum tokens you requested exceeds the model limit of 4096. Try again with lower maximum tokens",
            Some(4_096),
        ),
        ("max_tokens is too large", None),
        ("max_tokens must not exceed 10", None),
    ] {
        let adapted = after(said).unwrap();
        assert_eq!(adapted.limits(Some(20_000)), (at_most, None), "{said}");
    }
}

#[test]
fn an_answer_that_does_not_fit_the_window_gets_the_rest_of_it_this_once() {
    for (said, room) in [
        (
            "'max_tokens' or 'max_completion_tokens' is too large: 20000. This model's maximum context length is 4096 tokens and your request has 1000 input tokens (20000 > 4096 - 1000).",
            Some(3_096),
        ),
        (
            "This model's maximum context length is 4097 tokens. However, you requested 21000 tokens (1000 in the messages, 20000 in the completion).",
            Some(3_097),
        ),
        (
            "This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens (120000 of text input, 20000 in the output).",
            Some(11_072),
        ),
        ("input length and `max_tokens` exceed context limit: 195000 + 20000 > 200000", Some(5_000)),
        ("input length and `max_tokens` exceed context limit: 199990 + 20000 > 200000", None),
        (
            "'max_tokens' or 'max_completion_tokens' is too large: 20000. This model's maximum context length is 4096 tokens and your request has 9031 input tokens (20000 > 4096 - 9031).",
            None,
        ),
        ("This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens.", None),
        ("This model's maximum context length is 4096 tokens, you requested 24090 (4090 in the messages)", None),
    ] {
        let adapted = after(said);
        assert_eq!(adapted.and_then(|adapted| adapted.limits(Some(20_000)).0), room, "{said}");
        let Some(adapted) = adapted else { continue };
        let parameters = Parameters::default();
        parameters.remember(&"m".into(), adapted);
        assert_eq!(
            parameters.of(&request(Accepts::default())),
            Adapted::default(),
            "the next prompt is as long as it is"
        );
    }
}

#[test]
fn what_the_user_says_is_not_accepted_is_never_sent() {
    let no = Some(false);
    for (accepts, limits) in [
        (Accepts { max_tokens: no, ..Accepts::default() }, (None, None)),
        (Accepts { max_completion_tokens: Some(true), ..Accepts::default() }, (None, Some(9))),
        (Accepts { max_tokens: no, max_completion_tokens: Some(true), ..Accepts::default() }, (None, Some(9))),
        (Accepts { max_tokens: Some(true), ..Accepts::default() }, (Some(9), None)),
    ] {
        assert_eq!(Parameters::default().of(&request(accepts)).limits(Some(9)), limits, "{accepts:?}");
    }
    let none =
        Accepts { temperature: no, stream_options: no, system_role: no, response_format: no, ..Accepts::default() };
    let takes = Parameters::default().of(&request(none));
    assert!(!takes.takes_temperature() && !takes.takes_stream_options());
    let sent = takes.messages(&request(none).messages).into_owned();
    assert!(sent.iter().all(|message| message.role != Role::System), "{sent:?}");
    // What was refused stays refused, whatever the user says.
    let parameters = Parameters::default();
    parameters.remember(&"m".into(), after("temperature is not supported").unwrap());
    let yes = Accepts { temperature: Some(true), ..Accepts::default() };
    assert!(!parameters.of(&request(yes)).takes_temperature());
}

#[test]
fn without_the_role_the_system_prompt_begins_the_first_message_of_the_user() {
    let said = |messages: &[Message]| -> Vec<(Role, String)> {
        let messages = without_system_role(messages);
        messages.iter().map(|message| (message.role, message.content.text().to_string())).collect()
    };
    let (system, user) = (Message::new(Role::System, "Be brief."), Message::new(Role::User, "one"));
    for (messages, first) in [
        (request(Accepts::default()).messages, "Be brief.\n\none"),
        (vec![user.clone()], "one"),
        (vec![system.clone()], "Be brief."),
        (vec![system.clone(), system.clone(), user], "Be brief.\n\nBe brief.\n\none"),
    ] {
        assert_eq!(said(&messages)[0], (Role::User, first.to_owned()), "{messages:?}");
    }
    let seeing = Content::Parts(vec![Part::Text("what is it?".into())]);
    let sent = without_system_role(&[system, Message::new(Role::User, seeing)]);
    let parts = vec![Part::Text("Be brief.".into()), Part::Text("what is it?".into())];
    assert_eq!(sent, [Message::new(Role::User, Content::Parts(parts))]);
}

#[test]
fn what_was_not_sent_is_not_left_out() {
    let nothing = Wanted { max_tokens: None, temperature: false, stream_options: false, system_role: false };
    for said in [
        "temperature is too high",
        "unknown parameter max_tokens",
        "unknown parameter stream_options",
        "system role not supported",
    ] {
        assert_eq!(Adapted::default().after(nothing, 400, said), None, "{said}");
        let once = after(said).unwrap();
        assert_eq!(once.after(SENT, 400, said), None, "{said}, twice");
        assert_eq!(Adapted::default().after(SENT, 429, said), None, "{said}, busy");
    }
}
