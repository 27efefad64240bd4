//! The topics at the end of an answer: how they are listed, and which one the user chose by its number.
//!
//! A topic is a question. Nothing is remembered from one answer to the next: the list is read from the conversation.

use super::OPENING;
use crate::chat::{Message, Role};

const RELATED: &str = "\n\nRelated:\n";
const TO_START_WITH: &str = "\n\nTopics to start with:\n";

/// How the user can ask for a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asking {
    /// By its question: there is no next prompt.
    Once,
    /// By its number, too.
    InAChat,
}

/// The end of an answer: what else the manual says about it; nothing where that is nothing.
pub(super) fn related(questions: &[&str], asking: Asking) -> String {
    if questions.is_empty() { String::new() } else { list(RELATED, questions, asking) }
}

/// The end of an answer to what the manual does not know.
pub(super) fn to_start_with(questions: &[&str], asking: Asking) -> String {
    list(TO_START_WITH, questions, asking)
}

fn list(heading: &str, questions: &[&str], asking: Asking) -> String {
    let line = |(index, question): (usize, &&str)| match asking {
        Asking::Once => format!("\n- {question}"),
        Asking::InAChat => format!("\n{}. {question}", index + 1),
    };
    let lines: String = questions.iter().enumerate().map(line).collect();
    let how = if asking == Asking::InAChat { "\n\nType a number to read one." } else { "" };
    format!("{heading}{lines}{how}")
}

/// The question that the last of `messages` chooses by its number from the list in the guide's answer before it.
pub(super) fn chosen(messages: &[Message]) -> Option<String> {
    let (asked, before) = messages.split_last()?;
    let number: usize = asked.content.text().trim().trim_end_matches(['.', ')']).parse().ok()?;
    let answer = before.iter().rev().find(|message| message.role == Role::Assistant)?;
    let answer = answer.content.text();
    let answer = answer.strip_prefix(OPENING)?;
    let (_, list) = [RELATED, TO_START_WITH].into_iter().find_map(|heading| answer.rsplit_once(heading))?;
    let mut topics = list.lines().filter_map(|line| line.split_once(". "));
    topics.find(|(at, _)| at.parse() == Ok(number)).map(|(_, question)| question.to_owned())
}
