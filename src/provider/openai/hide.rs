//! Keeps what is secret out of what comes back: some servers repeat a key in their errors, and a broken or hostile one may
//! put it into its answers, which are kept and shown.

use crate::chat::{Source, ToolCall};
use crate::config::{Text, password};
use crate::provider::{Delta, Deltas};
use crate::text::sanitize::map_strings;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::{StreamExt, stream};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What stands in the place of a secret.
const HIDDEN: &str = "…";
/// A key of a few letters is none, only a placeholder for a server that wants anything at all, and would be found in
/// every word.
const IN_ERRORS: usize = 6;
/// The same in answers, where a person would miss a word: "ollama" and "lm-studio" are such keys, too. Real ones are
/// longer than this.
const IN_ANSWERS: usize = 16;
/// How many texts of JSON may stand within one another around a secret.
const JSON_DEPTH: usize = 2;

/// Parts of the names of headers and of fields of the query whose values are secrets.
const SECRET_NAMES: [&str; 10] =
    ["key", "token", "auth", "secret", "password", "passwd", "pwd", "credential", "cookie", "session"];
/// Names whose values say what is asked for. They stand in errors that people have to understand.
const PLAIN_NAMES: [&str; 5] = ["version", "beta", "accept", "user-agent", "title"];

/// What must not be shown.
#[derive(Default)]
pub(super) struct Secrets {
    in_errors: Vec<SecretString>,
    in_answers: Vec<SecretString>,
}

impl Secrets {
    pub(super) fn add(&mut self, secret: &str) {
        if secret.len() >= IN_ANSWERS {
            for form in escaped(secret) {
                insert(&mut self.in_answers, &form);
            }
        }
        self.add_to_errors(secret);
    }

    /// The value of the header `name`. One that is written in the settings and neither called nor looks secret is hidden
    /// in errors only: it may be the address of a project, which an answer may well name.
    pub(super) fn add_value(&mut self, name: &str, text: &Text, value: &SecretString) {
        self.add_forms(name, text, value.expose_secret(), [value.expose_secret().to_owned()]);
    }

    /// The value of the field `name` of the query, also in the forms in which it travels and is repeated.
    pub(super) fn add_query_value(&mut self, name: &str, text: &Text, value: &SecretString) {
        let forms = encoded(value.expose_secret()).into_iter().chain([value.expose_secret().to_owned()]);
        self.add_forms(name, text, value.expose_secret(), forms);
    }

    fn add_forms(&mut self, name: &str, text: &Text, value: &str, forms: impl IntoIterator<Item = String>) {
        let name = name.to_lowercase();
        let called = |names: &[&str]| names.iter().any(|part| name.contains(part));
        let secret = matches!(text, Text::Variable(_)) || called(&SECRET_NAMES);
        if !secret && called(&PLAIN_NAMES) {
            return;
        }
        self.add_password(password(value));
        for form in forms {
            match secret || looks_secret(value) {
                true => self.add(&form),
                false => self.add_to_errors(&form),
            }
        }
    }

    /// A user name and password as they stand in an address, as they are meant, and as they are sent.
    pub(super) fn add_password(&mut self, secret: Option<&str>) {
        let Some(secret) = secret else { return };
        let (user, password) = secret.split_once(':').unwrap_or((secret, ""));
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        // A token often stands in the place of the name, with no password or a word that says so.
        let name = (user.len() >= IN_ANSWERS || password.is_empty()).then_some(user);
        for part in [password].into_iter().chain(name) {
            let meant = decoded(part);
            let forms = encoded(&meant).into_iter().chain([part.to_owned(), meant]);
            for form in forms.collect::<BTreeSet<_>>() {
                self.add(&form);
            }
        }
        let pairs =
            [secret.to_owned(), format!("{user}:{password}"), format!("{}:{}", decoded(user), decoded(password))];
        for pair in BTreeSet::from(pairs) {
            self.add(&BASE64_STANDARD.encode(pair));
        }
    }

    fn add_to_errors(&mut self, secret: &str) {
        if secret.len() >= IN_ERRORS {
            for form in escaped(secret) {
                insert(&mut self.in_errors, &form);
            }
        }
    }

    /// `text` from outside, for an error.
    pub(super) fn out_of_error(&self, text: &str) -> String {
        replaced(&self.in_errors, text)
    }

    /// `text` that a model said.
    pub(super) fn out_of_answer(&self, text: &str) -> String {
        replaced(&self.in_answers, text)
    }
}

/// Whether `value` could be a key: long, in one piece, and no address.
fn looks_secret(value: &str) -> bool {
    value.len() >= IN_ANSWERS && !value.contains(char::is_whitespace) && !value.contains("://")
}

/// The longest first: of one that begins another, the other's end would be left.
fn insert(secrets: &mut Vec<SecretString>, secret: &str) {
    let at = secrets.partition_point(|other| other.expose_secret().len() >= secret.len());
    secrets.insert(at, secret.into());
}

fn replaced(secrets: &[SecretString], text: &str) -> String {
    secrets.iter().fold(text.to_owned(), |text, secret| match text.contains(secret.expose_secret()) {
        true => text.replace(secret.expose_secret(), HIDDEN),
        false => text,
    })
}

/// The forms of `value` in an address that differ from it: which characters stay, and how a space is written, is not the
/// same everywhere.
fn encoded(value: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    for kept in ["*-._", "-._~", "-._~!*'()"] {
        for space in ["+", "%20"] {
            let form = |hex: fn(u8) -> String| {
                let one = |byte: u8| match char::from(byte) {
                    ' ' => space.to_owned(),
                    c if c.is_ascii_alphanumeric() || kept.contains(c) => c.to_string(),
                    _ => hex(byte),
                };
                value.bytes().map(one).collect::<String>()
            };
            forms.extend([form(|byte| format!("%{byte:02X}")), form(|byte| format!("%{byte:02x}"))]);
        }
    }
    forms.remove(value);
    forms
}

/// `secret`, and the forms that it has within a text of JSON: a server repeats it in a message, and a gateway puts that
/// body into a message of its own.
fn escaped(secret: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([secret.to_owned()]);
    for _ in 0..JSON_DEPTH {
        let deeper: Vec<_> = forms
            .iter()
            .flat_map(|form| [(false, false), (true, false), (true, true)].map(|how| in_json(form, how)))
            .collect();
        forms.extend(deeper);
    }
    forms
}

/// `text` as JSON writes it. Some servers write everything in ASCII, and some of those escape a slash, too.
fn in_json(text: &str, (ascii, slash): (bool, bool)) -> String {
    let quoted = Value::from(text).to_string();
    let mut written = String::new();
    for c in quoted.get(1..quoted.len() - 1).unwrap_or_default().chars() {
        match c {
            '/' if slash => written.push_str("\\/"),
            c if ascii && !c.is_ascii() => {
                written.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
            }
            c => written.push(c),
        }
    }
    written
}

/// An answer without what is secret. What may begin a secret waits for what comes next.
pub(super) fn hidden(deltas: Deltas, secrets: Arc<Secrets>) -> Deltas {
    if secrets.in_answers.is_empty() {
        return deltas;
    }
    let (mut text, mut reasoning) = (Held::default(), Held::default());
    let pieces = deltas.flat_map(move |delta| {
        let delta = match delta {
            Ok(Delta::Text(piece)) => {
                [rest(&mut reasoning, Delta::Reasoning), some(text.push(&piece, &secrets), Delta::Text), None]
            }
            Ok(Delta::Reasoning(piece)) => {
                [rest(&mut text, Delta::Text), some(reasoning.push(&piece, &secrets), Delta::Reasoning), None]
            }
            other => {
                let other = other.map(|delta| whole(delta, &secrets));
                [rest(&mut reasoning, Delta::Reasoning), rest(&mut text, Delta::Text), Some(other)]
            }
        };
        stream::iter(delta.into_iter().flatten())
    });
    pieces.boxed()
}

/// What came whole, without what is secret.
fn whole(delta: Delta, secrets: &Secrets) -> Delta {
    let hidden = |text: &str| secrets.out_of_answer(text);
    match delta {
        Delta::ToolCall(ToolCall { id, name, arguments }) => {
            Delta::ToolCall(ToolCall { id: hidden(&id), name: hidden(&name), arguments: hidden(&arguments) })
        }
        Delta::Sources(sources) => {
            let source = |Source { url, title }| Source { url: hidden(&url), title: hidden(&title) };
            Delta::Sources(sources.into_iter().map(source).collect())
        }
        Delta::Unknown { kind, json } => Delta::Unknown { kind, json: map_strings(json, &hidden) },
        delta => delta,
    }
}

type Piece = Option<Result<Delta, crate::provider::ProviderError>>;

fn some(text: String, of: fn(Arc<str>) -> Delta) -> Piece {
    (!text.is_empty()).then(|| Ok(of(text.into())))
}

fn rest(held: &mut Held, of: fn(Arc<str>) -> Delta) -> Piece {
    some(std::mem::take(&mut held.0), of)
}

/// The end of a text that may be the beginning of a secret.
#[derive(Default)]
struct Held(String);

impl Held {
    /// What can be shown now that `piece` has come.
    fn push(&mut self, piece: &str, secrets: &Secrets) -> String {
        self.0.push_str(piece);
        let mut text = secrets.out_of_answer(&self.0);
        let begun = secrets.in_answers.iter().map(|secret| overlap(&text, secret.expose_secret())).max();
        self.0 = text.split_off(text.len() - begun.unwrap_or(0));
        text
    }
}

/// How many bytes at the end of `text` are the beginning of `secret`.
fn overlap(text: &str, secret: &str) -> usize {
    let beginnings = secret.char_indices().map(|(at, _)| at).rev();
    beginnings.into_iter().find(|&at| secret.get(..at).is_some_and(|begun| text.ends_with(begun))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::{ErrorKind, Finish, ProviderError};
    use futures_util::FutureExt;

    const KEY: &str = "sk-0123456789abcdef";

    fn secrets() -> Arc<Secrets> {
        let mut secrets = Secrets::default();
        secrets.add(KEY);
        Arc::new(secrets)
    }

    fn text(text: &str) -> Delta {
        Delta::Text(text.into())
    }

    async fn shown(pieces: Vec<Result<Delta, ProviderError>>) -> Vec<Result<Delta, ProviderError>> {
        hidden(stream::iter(pieces).boxed(), secrets()).collect().await
    }

    #[test]
    fn of_two_secrets_of_which_one_begins_the_other_nothing_is_left() {
        for order in [["0123456789abcdef", "0123456789abcdef-more"], ["0123456789abcdef-more", "0123456789abcdef"]] {
            let mut secrets = Secrets::default();
            for secret in order {
                secrets.add(secret);
            }
            assert_eq!(secrets.out_of_error("0123456789abcdef-more"), HIDDEN);
            assert_eq!(secrets.out_of_answer("0123456789abcdef-more"), HIDDEN);
        }
    }

    #[tokio::test]
    async fn a_key_in_an_answer_is_hidden_wherever_it_is_cut() {
        let answer = format!("your key is {KEY}, é{KEY}s");
        for size in 1..answer.chars().count() {
            let chars: Vec<char> = answer.chars().collect();
            let pieces = chars.chunks(size).map(|piece| Ok(text(&piece.iter().collect::<String>()))).collect();
            let said: String = shown([pieces, vec![Ok(Delta::Finished(Finish::Stop))]].concat())
                .await
                .into_iter()
                .filter_map(|delta| match delta {
                    Ok(Delta::Text(piece)) => Some(piece.to_string()),
                    _ => None,
                })
                .collect();
            assert_eq!(said, "your key is …, é…s", "in pieces of {size}");
        }
    }

    #[tokio::test]
    async fn what_was_held_back_comes_before_what_is_of_another_kind() {
        let error = || Err(ProviderError::new(ErrorKind::Cut, "cut"));
        let reasoning = |text: &str| Ok(Delta::Reasoning(text.into()));
        assert_eq!(
            shown(vec![reasoning("a s"), Ok(text("b sk")), error()]).await,
            [reasoning("a "), reasoning("s"), Ok(text("b ")), Ok(text("sk")), error()]
        );
    }

    #[tokio::test]
    async fn a_key_in_a_tool_call_or_in_an_unknown_field_is_hidden() {
        let call = |arguments: &str| ToolCall { arguments: arguments.to_owned(), ..ToolCall::default() };
        let unknown = |value: serde_json::Value| Delta::Unknown { kind: "annotations".to_owned(), json: value };
        let pieces = vec![
            Ok(Delta::ToolCall(call(&format!("{{\"key\":\"{KEY}\"}}")))),
            Ok(unknown(serde_json::json!([{"url": KEY, KEY: 1}]))),
        ];
        let wanted =
            [Ok(Delta::ToolCall(call("{\"key\":\"…\"}"))), Ok(unknown(serde_json::json!([{"url": "…", "…": 1}])))];
        assert_eq!(shown(pieces).await, wanted);
    }

    #[test]
    fn nothing_else_waits() {
        let pieces = stream::iter([Ok(text("an answer"))]).chain(stream::pending()).boxed();
        assert_eq!(hidden(pieces, secrets()).next().now_or_never(), Some(Some(Ok(text("an answer")))));
    }

    #[test]
    fn a_secret_is_hidden_within_json_and_within_json_in_json() {
        for secret in ["sk-abcd\"efghijklmnopqrstuv1234", r"sk-abcd\efghijklmnopqrstuv1234", "pass/wörd-of-some-length"]
        {
            let mut key = Secrets::default();
            key.add(secret);
            let mut password = Secrets::default();
            password.add_password(Some(&format!("me:{secret}")));
            let mut header = Secrets::default();
            header.add_value("x-key", &Text::Written(String::new()), &secret.into());
            for secrets in [key, password, header] {
                let once = Value::from(secret).to_string();
                let twice = Value::from(once.as_str()).to_string();
                let ascii = once.replace('/', r"\/").replace('ö', r"\u00f6");
                for (said, hidden) in [(once.as_str(), "\"…\""), (&twice, r#""\"…\"""#), (&ascii, "\"…\"")] {
                    assert_eq!(
                        (secrets.out_of_error(said), secrets.out_of_answer(said)),
                        (hidden.into(), hidden.into())
                    );
                }
            }
        }
    }

    #[test]
    fn a_placeholder_is_no_secret_and_an_address_is_one_in_errors_only() {
        let mut secrets = Secrets::default();
        secrets.add("ollama");
        secrets.add("k");
        secrets.add_value("http-referer", &Text::Written(String::new()), &"https://project.example".into());
        assert_eq!(secrets.out_of_answer("ollama at https://project.example"), "ollama at https://project.example");
        assert_eq!(secrets.out_of_error("ok, ollama at https://project.example"), "ok, … at …");
    }

    #[test]
    fn a_value_of_the_query_is_hidden_however_it_is_encoded() {
        let mut secrets = Secrets::default();
        secrets.add_query_value("x", &Text::Variable("TOKEN".to_owned()), &"a long+secret/token~1=".into());
        for said in [
            "a long+secret/token~1=",
            "a+long%2Bsecret%2Ftoken%7E1%3D",
            "a+long%2bsecret%2ftoken%7e1%3d",
            "a%20long%2Bsecret%2Ftoken~1%3D",
        ] {
            assert_eq!((secrets.out_of_error(said), secrets.out_of_answer(said)), ("…".to_owned(), "…".to_owned()));
        }
    }

    #[test]
    fn a_written_value_is_hidden_in_answers_where_its_name_or_its_look_says_secret() {
        for (name, value, hidden) in [
            ("api-key", "0123456789abcdef", true),
            ("x-team", "0123456789abcdef", true),
            ("X-Auth-Token", "one and two and three", true),
            ("cookie", "https://a.example/b", true),
            ("x-team", "https://a.example/b", false),
            ("x-team", "the research team", false),
            ("x-team", "0123456789abcde", false),
            ("anthropic-beta", "prompt-caching-2024-07-31", false),
            ("x-title", "our-own-terminal-client", false),
            ("session-version", "0123456789abcdef", true),
        ] {
            for query in [false, true] {
                let mut secrets = Secrets::default();
                let text = Text::Written(String::new());
                match query {
                    true => secrets.add_query_value(name, &text, &value.into()),
                    false => secrets.add_value(name, &text, &value.into()),
                }
                assert_eq!(secrets.out_of_answer(value) == "…", hidden, "{name} = {value}");
            }
        }
        let mut secrets = Secrets::default();
        secrets.add_value("x-way", &Text::Written(String::new()), &"https://me:open-sesame-99-cafe@a.example".into());
        assert_eq!(secrets.out_of_answer("open-sesame-99-cafe"), "…", "a password within an address");
    }

    #[test]
    fn a_password_is_hidden_as_it_is_written_as_it_is_meant_and_as_it_is_sent() {
        let hidden = |secret: &str, said: &str| {
            let mut secrets = Secrets::default();
            secrets.add_password(Some(secret));
            (secrets.out_of_error(said), secrets.out_of_answer(said))
        };
        for (secret, said) in [
            ("me:open sesame 12345", "open sesame 12345, Basic bWU6b3BlbiBzZXNhbWUgMTIzNDU="),
            ("me:pr0xy%2FPass%2Bw0rd%7Ex9", "pr0xy/Pass+w0rd~x9, Basic bWU6cHIweHkvUGFzcyt3MHJkfng5"),
            ("me:pr0xy%2FPass%2Bw0rd%7Ex9", "pr0xy%2FPass%2Bw0rd%7Ex9, Basic bWU6cHIweHklMkZQYXNzJTJCdzByZCU3RXg5"),
            ("me:pr0xy%2FPass%2Bw0rd%7Ex9", "pr0xy%2fPass%2bw0rd~x9, Basic bWU6cHIweHkvUGFzcyt3MHJkfng5"),
            ("a-token-of-some-length", "a-token-of-some-length, Basic YS10b2tlbi1vZi1zb21lLWxlbmd0aDo="),
        ] {
            let nothing = "…, Basic …".to_owned();
            assert_eq!(hidden(secret, said), (nothing.clone(), nothing), "{secret}");
        }
        assert_eq!(hidden("pointsman:open-sesame", "pointsman said open-sesame").0, "pointsman said …");
    }
}
