//! The judge as the wire sees it: what it is asked for, what a refusal leads to, and what is remembered of it.

use crate::support::app::{App, sidebar};
use crate::support::server::{Reply, Request, Server};
use crate::support::{PATIENCE, config_at};
use pointsman::config::CategoryId;
use pointsman::engine::{Services, decide_only};
use pointsman::provider::openai::OpenAi;
use pointsman::router::{Decider, Decision, Learned, Pictures, Previous, Query, RouteOverride};
use pointsman::text::sanitize::one_line;
use secrecy::SecretString;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn parts(server: &Server, settings: &str) -> Services {
    // No local decider is to be sure here, and nobody is to race the judge.
    let settings = format!("[routing]\nthreshold = 1.0\nescalate = \"wait\"\n{settings}");
    let config = config_at(&settings, Some(&server.base_url));
    let key = SecretString::from("k");
    let provider = OpenAi::new("oxlo", config.active_provider(), &key, config.timeouts("oxlo")).expect("a usable key");
    Services::new(config, Arc::new(provider))
}

async fn decide(parts: &Services, prompt: &str) -> Decision {
    let query = Query {
        prompt,
        route: &RouteOverride::default(),
        previous: None,
        pictures: Pictures::None,
        attached_tokens: 0,
    };
    decide_only(parts, query, &Learned::default()).await
}

/// The formats that were asked for, in order.
fn formats(server: &Server) -> Vec<String> {
    server.requests().iter().map(|request| request.format().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judge_that_knows_schemas_is_asked_once_with_one() {
    let said = r#"{"category":"coding","confidence":0.93,"follow_up":false,"reason":"asks for a function"}"#;
    let server = Server::start(|_| Reply::said(said)).await;
    let decision = decide(&parts(&server, ""), "Merge two lists").await;
    assert_eq!((decision.category.as_str(), decision.decider, decision.requests), ("coding", Decider::Judge, 1));
    assert_eq!(decision.reason, "deepseek-v3.2 says coding: asks for a function");
    assert_eq!(decision.confidence(), Some(0.93));

    let body = &server.requests()[0].body;
    let format = &body["response_format"];
    assert_eq!((&format["type"], &format["json_schema"]["strict"]), (&json!("json_schema"), &json!(true)));
    let schema = &format["json_schema"]["schema"];
    assert_eq!(schema["properties"]["category"]["enum"], json!(["coding", "reasoning", "general", "vision"]));
    assert_eq!(schema["additionalProperties"], json!(false));
    assert_eq!((&body["max_tokens"], &body["temperature"], &body["stream"]), (&json!(200), &json!(0.0), &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_the_judge_refuses_is_left_out_once_and_for_all() {
    for parameter in ["temperature", "max_tokens"] {
        let refusal = format!("Unsupported value: '{parameter}' does not support this with this model.");
        let refusal = json!({"error": {"message": refusal, "param": parameter, "code": "unsupported_value"}});
        let server = Server::start(move |request| match request.body.get(parameter) {
            Some(_) => Reply::json(400, &refusal),
            None => Reply::label("coding"),
        })
        .await;
        let parts = parts(&server, "");
        for prompt in ["Merge two lists", "Merge three lists"] {
            let decision = decide(&parts, prompt).await;
            assert_eq!((decision.category.as_str(), decision.decider), ("coding", Decider::Judge), "{parameter}");
        }
        assert_eq!(formats(&server), ["json_schema"; 3], "{parameter}: no format is given up for it");
        let sent: Vec<bool> = server.requests().iter().map(|sent| sent.body.get(parameter).is_some()).collect();
        assert_eq!(sent, [true, false, false], "{parameter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judge_without_system_prompts_is_told_in_its_one_message_and_that_is_remembered() {
    let refusal = json!({"error": {"message": "Error rendering prompt: System role not supported", "code": 400}});
    let server = Server::start(move |request| match request.messages()[0].0 {
        "system" => Reply::json(400, &refusal),
        _ => Reply::label("coding"),
    })
    .await;
    let parts = parts(&server, "");
    for prompt in ["Merge two lists", "Merge three lists"] {
        let decision = decide(&parts, prompt).await;
        assert_eq!((decision.category.as_str(), decision.decider), ("coding", Decider::Judge), "{}", decision.reason);
    }
    assert_eq!(formats(&server), ["json_schema"; 3], "no format is given up for it");
    let requests = server.requests();
    let (role, said) = requests[2].messages()[0];
    assert_eq!((role, requests[2].messages().len()), ("user", 1));
    assert!(said.contains("coding") && said.ends_with("Merge three lists"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_settings_say_the_judge_does_not_accept_is_never_sent() {
    let server = Server::start(|_| Reply::label("coding")).await;
    let accepts = "[models.\"deepseek-v3.2\".accepts]\nresponse_format = false\ntemperature = false\n\
                   max_completion_tokens = true\nsystem_role = false";
    let decision = decide(&parts(&server, accepts), "Merge two lists").await;
    assert_eq!((decision.decider, decision.requests), (Decider::Judge, 1), "{}", decision.reason);
    let sent = &server.requests()[0];
    let fields = ["response_format", "temperature", "max_tokens"].map(|field| sent.body.get(field));
    assert_eq!((fields, &sent.body["max_completion_tokens"]), ([None; 3], &json!(10)));
    assert_eq!(sent.messages()[0].0, "user");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_format_is_asked_for_once_in_the_life_of_the_process() {
    type Script = fn(&Request) -> Reply;
    let no_schemas: Script = |request| match request.format() {
        "json_schema" => Reply::refused_format(),
        _ => Reply::label("coding"),
    };
    let no_formats: Script = |request| match request.format() {
        "" => Reply::label("coding"),
        _ => Reply::whole(422, "text/plain", "extra fields not permitted"),
    };
    for (script, expected) in [
        (no_schemas, &["json_schema", "json_object", "json_object", "json_object"][..]),
        (no_formats, &["json_schema", "json_object", "", "", ""]),
    ] {
        let server = Server::start(script).await;
        let parts = parts(&server, "");
        let mut requests = 0;
        for prompt in ["one", "two", "three"] {
            // Turns run with clones: what is remembered is shared.
            let decision = decide(&parts.clone(), prompt).await;
            assert_eq!((decision.category.as_str(), decision.decider), ("coding", Decider::Judge), "{decision:?}");
            requests += decision.requests as usize;
        }
        assert_eq!(formats(&server), expected);
        assert_eq!(requests, expected.len(), "every request is counted");
        let last = server.requests().pop().expect("a request");
        let tokens = if expected[3].is_empty() { 10 } else { 200 };
        assert_eq!(last.body["max_tokens"], json!(tokens));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_for_another_reason_is_not_taken_for_a_refused_format() {
    for (reply, requests) in [
        (Reply::json(401, &json!({"error": {"message": "bad key"}})), 1),
        (Reply::json(400, &json!({"error": {"message": "model 'deepseek-v3.2' not found"}})), 1),
        (Reply::json(503, &json!({"error": {"message": "overloaded"}})), 1),
        (Reply::whole(400, "text/plain", "no"), 3),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let parts = parts(&server, "");
        for _ in 0..2 {
            let decision = decide(&parts, "x").await;
            assert_eq!((decision.decider, decision.requests), (Decider::Default, requests), "{}", decision.reason);
            assert!(decision.reason.starts_with("the judge deepseek-v3.2 could not be asked: "), "{}", decision.reason);
        }
        let asked = formats(&server);
        assert_eq!(asked[requests as usize], "json_schema", "what is refused in every format says nothing about them");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_format_that_is_accepted_and_not_obeyed_is_given_up_after_two_replies() {
    let server = Server::start(|request| match request.format() {
        "" => Reply::label("coding"),
        _ => Reply::said("Sure! Here is a function that"),
    })
    .await;
    let parts = parts(&server, "");
    for expected in [Decider::Default; 4].into_iter().chain([Decider::Judge; 2]) {
        assert_eq!(decide(&parts, "x").await.decider, expected);
    }
    assert_eq!(formats(&server), ["json_schema", "json_schema", "json_object", "json_object", "", ""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn untidy_replies_are_read_and_empty_ones_are_told() {
    let reasoning =
        json!({"choices": [{"message": {"content": "", "reasoning_content": "So {\"category\":\"coding\"}"}}]});
    for (reply, reason) in [
        (Reply::said("<think>general?</think>\n{\"category\":\"coding\"}"), "deepseek-v3.2 says coding"),
        (Reply::said("```json\n{\"category\": \"coding\"}\n```"), "deepseek-v3.2 says coding"),
        (Reply::said("coding"), "deepseek-v3.2 says coding"),
        (Reply::json(200, &reasoning), "deepseek-v3.2 says coding"),
        (Reply::said(""), "the judge deepseek-v3.2 replied nothing"),
        (Reply::said("{\"category\":\"poetry\"}"), "the judge deepseek-v3.2 replied 'poetry', which is no category"),
    ] {
        let server = Server::start(move |_| reply.clone()).await;
        let decision = decide(&parts(&server, ""), "x").await;
        assert!(decision.reason.starts_with(reason), "{}", decision.reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deadline_is_for_all_formats_together() {
    let server = Server::start(|request| match request.format() {
        "json_schema" => Reply::refused_format(),
        _ => Reply::default().hang(),
    })
    .await;
    let decision = decide(&parts(&server, "[judge]\ntimeout_seconds = 1.5"), "x").await;
    assert!(decision.reason.starts_with("the judge deepseek-v3.2 did not answer within 1.5 s"), "{}", decision.reason);
    assert_eq!(decision.requests, 2);
    server.left(1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_judge_that_keeps_failing_is_skipped_and_prompts_are_answered() {
    let server = Server::judging(Reply::whole(500, "text/plain", "overloaded"), |request| {
        Reply::stream(&["re: ", request.prompt()])
    })
    .await;
    let mut app = App::start(&server);
    for prompt in ["one", "two", "three", "four"] {
        app.type_text(prompt).key("enter");
        app.until(&format!("re: {prompt}")).await;
    }
    let said = "the judge deepseek-v3.2 failed 3 times; asked again in";
    app.until_frame("why nobody was asked", |frame| sidebar(frame).contains(said)).await;
    let judged = server.requests().iter().filter(|request| request.is_judging()).count();
    assert_eq!(judged, 3, "the fourth prompt went to the default category at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_its_rest_one_probe_brings_a_judge_back() {
    let well = Arc::new(AtomicBool::new(false));
    let healed = well.clone();
    let server = Server::start(move |_| match healed.load(Ordering::SeqCst) {
        true => Reply::label("coding"),
        false => Reply::whole(500, "text/plain", "overloaded"),
    })
    .await;
    let parts = parts(&server, "[judge]\nbreaker_seconds = 0.2");
    for _ in 0..3 {
        assert!(decide(&parts, "x").await.reason.contains("could not be asked"));
    }
    well.store(true, Ordering::SeqCst);
    let patience = Instant::now() + PATIENCE;
    while decide(&parts, "x").await.decider != Decider::Judge {
        assert!(Instant::now() < patience, "it is asked again after its rest");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(server.requests().len(), 4, "nobody was asked while it rested, and one probe was enough");
    assert_eq!(decide(&parts, "x").await.decider, Decider::Judge);
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_replies_are_no_failures_of_the_judge() {
    let server = Server::start(|_| Reply::said("hm, hard to say")).await;
    let parts = parts(&server, "");
    for _ in 0..6 {
        assert_eq!(decide(&parts, "x").await.requests, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_judge_sees_the_last_turn_and_no_more_of_the_chat() {
    let server = Server::oxlo().await;
    let mut app = App::start(&server);
    for prompt in ["Sort a list in Python", "And backwards?", "Thanks"] {
        app.type_text(prompt).key("enter");
        app.until(&format!("answers: {prompt}")).await;
    }
    let judged: Vec<Request> = server.requests().into_iter().filter(Request::is_judging).collect();
    let said: Vec<String> = judged.iter().map(|request| one_line(request.messages()[1].1, 500)).collect();
    assert_eq!(said[0], "Sort a list in Python");
    assert_eq!(
        said[1],
        "Previous turn, which was coding. User: Sort a list in Python Assistant: qwen-3-32b answers: Sort a list in \
         Python Message to classify: And backwards?"
    );
    assert!(said[2].starts_with("Previous turn, which was general. User: And backwards?"), "{}", said[2]);
    assert!(judged.iter().all(|request| request.messages().len() == 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_turn_is_no_last_turn() {
    let server = Server::start(|request| match (request.is_judging(), request.prompt()) {
        (true, "fails") => Reply::label("vision"),
        (true, _) => Reply::label("coding"),
        (false, "fails") => Reply::json(401, &json!({"error": {"message": "Invalid API Key"}})),
        (false, prompt) => Reply::stream(&["re: ", prompt]),
    })
    .await;
    let mut app = App::start(&server);
    app.type_text("first").key("enter");
    app.until("re: first").await;
    app.type_text("fails").key("enter");
    app.until("Invalid API Key").await;
    app.type_text("last").key("enter");
    app.until("re: last").await;
    let judged: Vec<Request> = server.requests().into_iter().filter(Request::is_judging).collect();
    let said = judged[2].messages()[1].1;
    assert!(said.starts_with("Previous turn, which was coding.\nUser: first\n"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_says_that_it_is_one() {
    let server = Server::start(|_| Reply::said(r#"{"category":"coding","follow_up":true}"#)).await;
    let (category, route) = (CategoryId::from("coding"), RouteOverride::default());
    let previous = Some(Previous { prompt: "a", reply: "b", category: &category });
    let query = Query { prompt: "and in Rust?", route: &route, previous, pictures: Pictures::None, attached_tokens: 0 };
    let decision = decide_only(&parts(&server, ""), query, &Learned::default()).await;
    assert_eq!(decision.reason, "deepseek-v3.2 says coding, as a follow-up");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_sure_the_judge_is_stands_beside_its_choice_and_nowhere_else() {
    let server = Server::judging(
        Reply::said(r#"{"category":"coding","confidence":0.93,"reason":"asks for a function"}"#),
        |_| Reply::stream(&["ok"]),
    )
    .await;
    let mut app = App::start(&server);
    app.type_text("Merge two lists").key("enter");
    let frame = app.until("decided by the judge").await;
    assert!(sidebar(&frame).contains("deepseek-v3.2 says coding: asks for a function"), "{frame}");
    assert_eq!(sidebar(&frame).matches(" %").count(), 2, "{frame}");
    assert!(frame.contains("93 %"), "{frame}");
}
