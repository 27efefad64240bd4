//! What a person does, through the real loop and the real engine, against a scripted server.

use crate::support::app::{App, sidebar};
use crate::support::config;
use crate::support::server::{Gate, Reply, Request, Server};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use pointsman::config::Listed;
use pointsman::engine::Services;
use pointsman::provider::{ChatRequest, Deltas, Outgoing, Provider, ProviderError};
use pointsman::tui::Event;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn two_prompts_of_one_chat_go_to_two_models() {
    let server = Server::oxlo().await;
    let mut app = App::start(&server);
    app.type_text("Write a Python function to merge two sorted lists").key("enter");
    app.until("qwen-3-32b answers: Write a Python function").await;
    let frame = app.until("decided by the judge").await;
    assert!(frame.contains("coding → qwen-3-32b"), "{frame}");
    app.type_text("Explain the halting problem").key("enter");
    app.until("deepseek-v3.2 answers: Explain the halting problem").await;
    app.until("general → deepseek-v3.2").await;

    let second = &server.answers()[1];
    let said: Vec<&str> = second.messages().iter().map(|(role, _)| *role).collect();
    assert_eq!(said, ["system", "user", "assistant", "user"], "the chat so far goes along");
    assert_eq!(second.messages()[0].1, "You are a helpful assistant. Answer concisely and accurately.");
    assert!(second.messages()[2].1.starts_with("qwen-3-32b answers"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_judge_is_asked_once_a_prompt_and_shortly() {
    let server = Server::oxlo().await;
    let mut app = App::start(&server);
    app.type_text("Hello").key("enter");
    app.until("deepseek-v3.2 answers: Hello").await;
    let requests = server.requests();
    let judging: Vec<_> = requests.iter().filter(|request| request.is_judging()).collect();
    assert_eq!((judging.len(), requests.len()), (1, 2));
    assert_eq!(judging[0].body["max_tokens"], 200);
    assert_eq!(judging[0].model(), "deepseek-v3.2");
    assert_eq!(judging[0].messages().len(), 2, "the prompt alone, not the chat");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_by_key_asks_no_judge_and_counts_for_one_prompt() {
    let server = Server::oxlo().await;
    let mut app = App::start(&server);
    app.key("alt-2");
    app.until("reasoning → llama-3.3-70b").await;
    app.type_text("Hello").key("enter");
    app.until("llama-3.3-70b answers: Hello").await;
    app.until("your choice").await;
    assert!(server.requests().iter().all(|request| !request.is_judging()));
    app.type_text("Name a river in Spain").key("enter");
    app.until("deepseek-v3.2 answers: Name a river in Spain").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_picked_for_one_prompt_or_pinned_to_the_chat() {
    let server = Server::oxlo().await;
    let mut app = App::start(&server);
    app.key("ctrl-o");
    app.until("brand-new-model").await;
    app.type_text("brand").key("enter");
    app.until("brand-new-model  your choice").await;
    app.type_text("One").key("enter");
    app.until("brand-new-model answers: One").await;
    app.key("ctrl-o").type_text("kimi").key("alt-enter");
    app.until("kimi-k2.6  pinned").await;
    for prompt in ["Two", "Three"] {
        app.type_text(prompt).key("enter");
        app.until(&format!("kimi-k2.6 answers: {prompt}")).await;
    }
    app.key("alt-0");
    app.until("auto  asks").await;
    app.key("ctrl-o").type_text("never-listed");
    app.until("use this name").await;
    app.key("enter").type_text("Four").key("enter");
    app.until("never-listed answers: Four").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn esc_mid_stream_keeps_the_partial_answer_and_closes_the_connection() {
    let server = Server::judging("general", |_| Reply::events().text("The beginning of").hang()).await;
    let mut app = App::start(&server);
    app.type_text("Tell me a story").key("enter");
    app.until("The beginning of").await;
    app.key("esc");
    server.left(1).await;
    let frame = app.until("stopped").await;
    assert!(frame.contains("The beginning of"), "{frame}");
}

#[tokio::test(flavor = "multi_thread")]
async fn esc_before_the_first_word_gives_the_prompt_back() {
    let server = Server::judging("general", |_| Reply::default().hang()).await;
    let mut app = App::start(&server);
    app.type_text("A long prompt").key("enter");
    app.until("waiting for deepseek-v3.2").await;
    server.received(2).await;
    app.key("esc");
    server.left(1).await;
    app.until_frame("the prompt in the input", |frame| {
        frame.matches("A long prompt").count() == 1 && frame.contains("▌ A long prompt")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_comes_back_with_the_prompt_that_was_stopped() {
    let server = Server::start(|_| Reply::default().hang()).await;
    let mut app = App::start(&server);
    app.key("alt-2").type_text("Is 91 prime?").key("enter");
    app.until("waiting for llama-3.3-70b").await;
    server.received(1).await;
    app.key("esc");
    server.left(1).await;
    app.until_frame("the choice in the chip", |frame| {
        frame.contains("reasoning → llama-3.3-70b") && frame.contains("▌ Is 91 prime?")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_stops_the_whole_queue_without_starting_any_of_it() {
    let server = Server::judging("general", |_| Reply::events().text("on and on").hang()).await;
    let mut app = App::start(&server);
    for prompt in ["first", "second", "third"] {
        app.type_text(prompt).key("enter");
    }
    app.until("queued  third").await;
    app.until("on and on").await;
    app.key("ctrl-c");
    server.left(1).await;
    app.until("› stopped").await;
    app.until_frame("nothing queued", |frame| !frame.contains("queued") && !frame.contains("Esc stop")).await;
    assert_eq!(server.requests().len(), 2, "one question to the judge, one for the answer");
    app.until("▌ third").await;
    app.key("up");
    app.until("▌ second").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn esc_while_the_judge_thinks_closes_its_connection_too() {
    let server = Server::start(|_| Reply::default().hang()).await;
    let mut app = App::start(&server);
    app.type_text("Hello").key("enter");
    app.until("asking deepseek-v3.2").await;
    server.received(1).await;
    app.key("esc");
    server.left(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prompts_typed_while_an_answer_streams_are_answered_in_order() {
    let gate = Gate::default();
    let held = gate.clone();
    let server = Server::judging("general", move |request| {
        Reply::events().text("re: ").wait(&held).text(request.prompt()).done()
    })
    .await;
    let mut app = App::start(&server);
    let prompts: Vec<String> = (1..=20).map(|number| format!("prompt number {number}")).collect();
    for prompt in &prompts {
        app.type_text(prompt).key("enter");
    }
    app.until("queued  and 17 more").await;
    gate.open();
    app.until("re: prompt number 20").await;
    let asked: Vec<String> = server.answers().iter().map(|request| request.prompt().to_owned()).collect();
    assert_eq!(asked, prompts, "no character is lost and the order is kept");
    let messages = server.answers()[19].messages().len();
    assert_eq!(messages, 1 + 19 * 2 + 1, "every answer before it is in the last request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queued_prompt_can_be_typed_and_edited_while_an_answer_streams() {
    let gate = Gate::default();
    let held = gate.clone();
    let server =
        Server::judging("general", move |_| Reply::events().text("half").wait(&held).text(" whole").done()).await;
    let mut app = App::start(&server);
    app.type_text("first").key("enter");
    app.until("half").await;
    app.type_text("secund").key("backspace").key("backspace").key("backspace").type_text("ond");
    app.until("▌ second").await;
    gate.open();
    app.until("half whole").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_no_label_leaves_the_local_guess_and_says_so() {
    let server = Server::judging("Sure! Here is a Python function that", |_| Reply::stream(&["ok"])).await;
    let mut app = App::start(&server);
    app.type_text("Write a Python function").key("enter");
    let frame = app.until("best guess").await;
    assert!(frame.contains("● coding"), "{frame}");
    assert!(
        sidebar(&frame).contains("replied 'Sure! Here is a Python function that', which is no category"),
        "{frame}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judge_that_fails_or_dawdles_leaves_the_local_guess_and_says_so() {
    for (reply, said) in [
        (Reply::json(500, &serde_json::json!({"error": {"message": "overloaded"}})), "could not be asked"),
        (Reply::default().hang(), "did not answer within"),
    ] {
        let server = Server::judging(reply.clone(), move |_| Reply::stream(&["all the same"])).await;
        let mut app = App::with_settings(&server, "[judge]\ntimeout_seconds = 0.2");
        app.type_text("Hello").key("enter");
        app.until("all the same").await;
        let frame = app.until("best guess").await;
        assert!(sidebar(&frame).contains(said), "{frame}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_not_available_is_replaced_by_the_next_and_it_says_so() {
    let server = Server::judging("coding", |request| match request.model() {
        "qwen-3-32b" => Reply::json(503, &serde_json::json!({"error": {"message": "overloaded"}})),
        model => Reply::stream(&["from ", model]),
    })
    .await;
    let mut app = App::start(&server);
    app.type_text("Write code").key("enter");
    app.until("from llama-3.3-70b").await;
    let frame = app.until("qwen-3-32b could not answer").await;
    assert!(frame.contains("llama-3.3-70b  coding"), "{frame}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_is_kept_and_never_continued_by_another_model() {
    let half = || Reply::events().text("half an answer");
    for (reply, said) in [
        (half().cut(), "Connection lost"),
        (half().event(r#"{"error":{"message":"the upstream is gone","code":"503"}}"#), "the upstream is gone"),
    ] {
        let server = Server::judging("coding", move |_| reply.clone()).await;
        let mut app = App::start(&server);
        app.type_text("Write code").key("enter");
        let frame = app.until(said).await;
        assert!(frame.contains("half an answer"), "{frame}");
        app.type_text("next").key("enter");
        app.until_frame("the next turn", |frame| frame.matches("half an answer").count() == 2).await;
        let models: Vec<String> = server.answers().iter().map(|request| request.model().to_owned()).collect();
        assert_eq!(models, ["qwen-3-32b", "qwen-3-32b"], "nobody else was asked to go on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_is_one_line_and_the_chat_goes_on() {
    let server = Server::judging("general", |request| match request.prompt() {
        "first" => Reply::json(401, &serde_json::json!({"error": {"message": "Invalid API Key", "code": 401}})),
        _ => Reply::stream(&["second works"]),
    })
    .await;
    let mut app = App::start(&server);
    app.type_text("first").key("enter");
    app.until("oxlo answered 401: Invalid API Key").await;
    app.type_text("second").key("enter");
    app.until("second works").await;
    let last = server.answers().pop().expect("an answer was asked for");
    assert_eq!(last.messages().len(), 2, "a prompt nobody answered is not sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_chat_is_cut_from_the_oldest_turn_on_and_says_so() {
    let server = Server::oxlo().await;
    let small = |model| format!("[models.\"{model}\"]\ncontext_window = 120\n");
    let models = ["qwen-3-32b", "llama-3.3-70b", "deepseek-v3.2", "kimi-k2.6"];
    let mut app = App::with_settings(&server, &models.map(small).concat());
    for number in 1..=4 {
        app.type_text(&format!("question {number} with quite a few more words in it")).key("enter");
        app.until(&format!("answers: question {number} with quite a few more words in it")).await;
    }
    let frame = app.until("not sent").await;
    assert!(frame.contains("the window is 120 tokens"), "{frame}");
    let last = server.answers().pop().expect("an answer was asked for");
    let first_kept = last.messages()[1].1.to_owned();
    assert!(!first_kept.contains("question 1"), "{first_kept}");
    assert_eq!(last.messages()[0].0, "system", "the system prompt stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_cannot_send_escape_sequences_to_the_terminal() {
    let server =
        Server::judging("general", |_| Reply::stream(&["safe\u{1b}", "]52;c;ZXZpbA==\u{7}", " and \u{1b}[2Jsound"]))
            .await;
    let mut app = App::start(&server);
    app.type_text("x").key("enter");
    app.until("safe and sound").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paste_of_many_lines_is_inserted_and_not_sent() {
    let server = Server::oxlo().await;
    let mut app = App::start(&server);
    app.event(Event::Pasted("one\r\ntwo\rthree".into()));
    app.until("▌ three").await;
    assert!(server.requests().is_empty());
    app.key("enter");
    app.until("deepseek-v3.2 answers: one").await;
    assert_eq!(server.answers()[0].prompt(), "one\ntwo\nthree");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_editor_changes_the_prompt() {
    let server = Server::oxlo().await;
    let mut app = App::start(&server);
    app.type_text("draft").key("ctrl-g");
    app.until("▌ draft (edited)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_goes_on_while_the_user_is_in_the_editor() {
    let gate = Gate::default();
    let held = gate.clone();
    let server =
        Server::judging("general", move |_| Reply::events().text("half").wait(&held).text(" whole").done()).await;
    let mut app = App::start(&server);
    app.type_text("first").key("enter");
    app.until("half").await;
    app.type_text("second").key("enter").type_text("long draft");
    app.until("▌ long draft").await;
    app.key("ctrl-g");
    gate.open();
    server.until(|requests| requests.iter().any(|request| !request.is_judging() && request.prompt() == "second")).await;
    app.editor.open();
    app.until("▌ long draft (edited)").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_opens_the_commands_and_quit_leaves() {
    let server = Server::oxlo().await;
    let mut app = App::start(&server);
    app.type_text("/");
    app.until("Commands").await;
    app.type_text("quit").key("enter");
    app.ended().await.expect("it leaves in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_leaves_only_when_it_is_pressed_twice() {
    let server = Server::oxlo().await;
    let mut app = App::start(&server);
    app.type_text("kept").key("ctrl-c");
    app.until("again to leave").await;
    app.type_text("!");
    app.until("▌ kept!").await;
    app.key("ctrl-c").key("ctrl-c");
    app.ended().await.expect("it leaves in order");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offline_guide_answers_about_pointsman_and_says_what_it_is() {
    let mut app = App::offline();
    app.type_text("How do I connect Ollama?").key("enter");
    app.until("--provider ollama").await;
    app.key("pgup");
    app.until("This is the offline guide, not a model: OXLO_API_KEY is not set. Set it.").await;
}

/// A provider with a mistake in it.
struct Panics;

impl Provider for Panics {
    fn name(&self) -> &'static str {
        "panics"
    }
    fn can_judge(&self) -> bool {
        false
    }
    fn outgoing(&self, _: &ChatRequest) -> Outgoing {
        Outgoing { url: String::new(), body: serde_json::Map::new() }
    }
    fn stream(&self, _: ChatRequest) -> Deltas {
        panic!("a mistake inside");
    }
    fn complete(&self, _: ChatRequest) -> BoxFuture<'_, Result<String, ProviderError>> {
        std::future::pending().boxed()
    }
    fn models(&self) -> BoxFuture<'_, Result<Vec<Listed>, ProviderError>> {
        std::future::pending().boxed()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_task_becomes_a_line_and_the_chat_goes_on() {
    let mut app = App::run(Services::new(config(""), Arc::new(Panics)));
    app.type_text("first").key("enter");
    app.until("pointsman made a mistake inside").await;
    app.type_text("second").key("enter");
    app.until_frame("two lines", |frame| frame.matches("made a mistake inside").count() == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fifth_category_of_two_lines_shows_up_everywhere() {
    let server = Server::judging("translation", |request| Reply::stream(&["from ", request.model()])).await;
    let mut app = App::with_settings(&server, "[categories.translation]\nmodel = \"polyglot\"");
    app.type_text("Bonjour in German?").key("enter");
    app.until("from polyglot").await;
    app.until("translation → polyglot").await;
    let judged = server.requests().into_iter().find(Request::is_judging).expect("a judge was asked");
    assert!(judged.messages()[0].1.contains("coding, reasoning, general, vision, or translation"));
    app.key("alt-5");
    app.until("translation → polyglot").await;
    app.key("ctrl-o");
    app.until("polyglot ").await;
}
