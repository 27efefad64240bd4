//! What the guide answers, and how a topic is chosen.

use super::*;
use crate::chat::Message;
use crate::config::Accepts;
use crate::provider::ReplyFormat;
use std::sync::Arc;

fn guide() -> Guide {
    Guide::new(vec!["qwen-3-32b".into()], "KEY is not set. Set KEY.")
}

/// A chat in which the user has said these, the guide has answered all but the last, and `earlier` came before.
fn chat(guide: &Guide, earlier: &[Message], prompts: &[&str]) -> ChatRequest {
    let mut request = ChatRequest {
        model: MODEL.into(),
        messages: earlier.to_vec(),
        max_tokens: None,
        deterministic: false,
        format: ReplyFormat::Text,
        accepts: Accepts::default(),
    };
    for (index, prompt) in prompts.iter().enumerate() {
        if index > 0 {
            let answer = guide.answer(&request);
            request.messages.push(Message::new(Role::Assistant, answer));
        }
        request.messages.push(Message::new(Role::User, *prompt));
    }
    request
}

fn answer(guide: &Guide, prompts: &[&str]) -> String {
    guide.answer(&chat(guide, &[Message::new(Role::System, "You are helpful.")], prompts))
}

/// The questions at the end of an answer.
fn offered(answer: &str) -> Vec<&str> {
    let (_, list) = answer.rsplit_once(":\n\n").unwrap();
    list.lines()
        .filter_map(|line| line.strip_prefix("- ").or_else(|| line.split_once(". ").map(|(_, it)| it)))
        .collect()
}

/// The heading of the section in an answer.
fn section(answer: &str) -> Option<&str> {
    answer.lines().find_map(|line| line.strip_prefix("## "))
}

#[tokio::test]
async fn an_answer_comes_in_one_piece() {
    let guide = guide();
    let request = chat(&guide, &[], &["How do I connect Ollama?"]);
    let whole: Arc<str> = guide.answer(&request).into();
    let came: Vec<Delta> = guide.stream(request).map(|delta| delta.unwrap()).collect().await;
    assert_eq!(came, [Delta::Text(whole), Delta::Finished(Finish::Stop)]);
}

#[test]
fn an_answer_says_what_speaks_then_one_section_then_what_is_related() {
    let answer = answer(&guide().in_a_chat(), &["How do I connect Ollama?"]);
    let first = "This is the offline guide, not a model: KEY is not set. Set KEY.\n\n## Connecting a local server\n\n";
    assert!(answer.starts_with(first), "{answer}");
    assert_eq!(answer.matches("\n## ").count(), 1);
    assert!(answer.ends_with("\n\nType a number to read one."), "{answer}");
    let offered = offered(&answer);
    assert!((2..=5).contains(&offered.len()), "{answer}");
    assert_eq!(offered[0], "How do I connect a provider?");
}

#[test]
fn a_number_after_an_answer_is_the_topic_of_that_number() {
    let guide = guide().in_a_chat();
    for asked in ["How do I connect Ollama?", "Who wrote Faust?"] {
        let list = answer(&guide, &[asked]);
        for (index, question) in offered(&list).into_iter().enumerate() {
            let directly = answer(&guide, &[question]);
            for number in [format!("{}", index + 1), format!(" {}. ", index + 1), format!("{})", index + 1)] {
                assert_eq!(answer(&guide, &[asked, &number]), directly, "{number} after {asked}");
            }
        }
    }
    // The list of the last answer counts, and an answer's own numbered lines are no topics.
    let routing = "How does routing decide?";
    let second = answer(&guide, &["How do I connect Ollama?", routing]);
    let two = answer(&guide, &["How do I connect Ollama?", routing, "2"]);
    assert_eq!(two, answer(&guide, &[offered(&second)[1]]));
    assert_eq!(section(&answer(&guide, &[routing, "7"])), None);
}

#[test]
fn a_number_after_what_a_model_said_is_no_topic() {
    let said = "Related:\n\n1. How do I quit?\n2. What keys are there?";
    let earlier = [Message::new(Role::User, "x"), Message::new(Role::Assistant, said)];
    let guide = guide().in_a_chat();
    assert_eq!(section(&guide.answer(&chat(&guide, &earlier, &["2"]))), None);
    assert_eq!(section(&answer(&guide, &["2"])), None);
}

#[test]
fn what_no_section_fits_is_answered_with_topics_to_start_with() {
    let answer = answer(&guide().in_a_chat(), &["Who wrote Faust?"]);
    assert!(answer.contains("\n\nNo section of the manual fits this"), "{answer}");
    let expected = [
        "What is pointsman?",
        "How do I connect a provider?",
        "Which keys are there?",
        "How does routing decide?",
        "How do I add a category?",
    ];
    assert_eq!(offered(&answer), expected);
}

#[test]
fn where_there_is_no_next_prompt_no_number_is_asked_for() {
    let answer = answer(&guide(), &["How do I connect Ollama?"]);
    assert!(
        answer.contains("\nRelated:\n\n- How do I connect a provider?\n") && !answer.contains("number"),
        "{answer}"
    );
}
