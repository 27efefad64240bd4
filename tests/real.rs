//! The main job against a real server, on demand:
//!
//! ```text
//! POINTSMAN_TEST_BASE_URL=http://127.0.0.1:8080/v1 cargo test real -- --ignored
//! ```
//!
//! `POINTSMAN_TEST_API_KEY` is sent when it is set. The server has to know the default models. What a real model says
//! is not known, so only what must hold of every answer is asserted.

use crate::support::program::Home;
use crate::support::pty::Pty;

fn home() -> Home {
    let url = std::env::var("POINTSMAN_TEST_BASE_URL").expect("POINTSMAN_TEST_BASE_URL names the server");
    let home = Home::new().set("POINTSMAN_BASE_URL", &url);
    match std::env::var("POINTSMAN_TEST_API_KEY") {
        Ok(key) => home.set("OXLO_API_KEY", &key),
        Err(_) => home,
    }
}

/// How many decisions the history lists: rows of the sidebar that begin with a time.
fn decisions(screen: &str) -> usize {
    let rows = screen.lines().filter_map(|line| line.split_once("│ ").map(|(_, row)| row.as_bytes()));
    rows.filter(|row| row.get(2) == Some(&b':') && row[0].is_ascii_digit()).count()
}

#[test]
#[ignore = "needs a real server: POINTSMAN_TEST_BASE_URL"]
fn the_main_job_works_against_a_real_server() {
    let mut pty = Pty::start(&home(), &[]);
    pty.until("Message");
    let prompts = ["Write a Python function to merge two sorted lists", "Explain the halting problem"];
    for (number, prompt) in prompts.iter().enumerate() {
        pty.send(prompt).until(prompt);
        pty.send("\r");
        pty.until_like("the decision in the history", |pty| decisions(&pty.shown()) == number + 1);
        // Small models may never stop: an answer that has begun is stopped, as a person would.
        pty.until_like("an answer", |pty| pty.shown().contains("first token"));
        if pty.shown().contains("Esc stop") {
            pty.send("\x1b");
        }
        pty.until_like("the end of the answer", |pty| !pty.shown().contains("Esc stop"));
    }
    pty.leave();
    assert_eq!(pty.ended(), 0);
    assert_eq!(pty.modes_left_on(), [""; 0]);
}

#[test]
#[ignore = "needs a real server: POINTSMAN_TEST_BASE_URL"]
fn a_decision_and_a_model_list_come_from_a_real_server() {
    let home = home();
    // Else the prompt would be decided on this machine, without a request.
    let settings = home.write("judged.toml", "[routing]\nthreshold = 1.0\nescalate = \"wait\"\n");
    let home = home.set("POINTSMAN_CONFIG", &settings.display().to_string());
    let route = home.run(&["route", "--json", "Write a Python function to merge two sorted lists"]);
    let decision: serde_json::Value = serde_json::from_str(&route.out).expect("JSON");
    assert!(decision["decider"] == "judge" || decision["decider"] == "default", "{decision}");
    let requests = decision["requests"].as_u64();
    assert!(requests.is_some_and(|requests| (1..=3).contains(&requests)), "one for each format: {decision}");
    let models = home.run(&["models"]);
    assert_eq!((models.status, models.err.as_str()), (0, ""));
}
