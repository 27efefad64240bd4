//! What a model was sent for a turn, without the texts of the turns before it, which are in the conversation.

use super::conversation::Conversation;
use super::id::TurnId;
use super::message::{Exchange, Files, Message, Role};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A request without the texts that stand elsewhere. Holds no key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SentRequest {
    /// Where it went, without anything secret.
    pub url: String,
    /// Its body, with null for the messages.
    pub body: Map<String, Value>,
    /// What the model was told first; empty: nothing.
    pub system: String,
    /// The first of the turns before this one that were sent along; `None`: none were.
    pub since: Option<TurnId>,
    /// Whether pictures went along as pictures; where not, they were named in words.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sees: bool,
}

impl SentRequest {
    /// The most tokens that the answer could have; `None`: it named no limit.
    pub fn answer_limit(&self) -> Option<u64> {
        ["max_tokens", "max_completion_tokens"].into_iter().find_map(|name| self.body.get(name)?.as_u64())
    }
}

impl Conversation {
    /// The request for a turn as it went over the wire: its address and its body, in which attached files are only named;
    /// `None` when none is known.
    pub fn request(&self, id: TurnId) -> Option<(&str, Value)> {
        let turn = self.turn(id)?;
        let request = turn.request()?;
        let mut messages = Vec::new();
        if !request.system.is_empty() {
            messages.push(Message::new(Role::System, request.system.as_str()));
        }
        let since = request.since.unwrap_or(id);
        let before = self.speaking_to(turn.parent()).into_iter().skip_while(|before| *before < since);
        for Exchange { prompt, answer } in before.filter_map(|before| self.turn(before)?.exchange()) {
            messages.push(Message::new(Role::User, prompt.content(Files::Named, request.sees)));
            messages.push(Message::new(Role::Assistant, answer));
        }
        messages.push(Message::new(Role::User, turn.ask.prompt.content(Files::Named, request.sees)));
        let mut body = request.body.clone();
        body.insert("messages".to_owned(), json!(messages));
        Some((&request.url, Value::Object(body)))
    }
}
