//! The commands that look into what was kept, and the store as another program meets it.

use crate::support::program::Home;
use jiff::Timestamp;
use pointsman::chat::{Ask, ConversationId, Ending, Finish, Origin, TurnId};
use pointsman::router::{Candidate, Decider, Decision, LessonId, ModelOutcome, OutcomeKind, RouteOverride, Scope};
use pointsman::store::{End, FILE, Head, NewDecision, NewLesson, Outcome, Store, StoreOp};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

fn home() -> Home {
    Home::new().set("TZ", "UTC")
}

fn database(home: &Home) -> PathBuf {
    home.path().join("data/pointsman").join(FILE)
}

fn open(home: &Home) -> Store {
    Store::open(&database(home), at(0)).expect("it opens").0
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).expect("a time")
}

fn decision(seconds: i64, prompt: &str, category: &str, decider: Decider) -> NewDecision {
    let decision = Decision {
        category: category.into(),
        candidates: vec![Candidate { model: "qwen-3-32b".into(), provider: "oxlo".into() }],
        decider,
        probabilities: vec![(category.into(), 0.97)],
        reason: "because".to_owned(),
        hint: None,
        evidence: Vec::new(),
        elapsed: Duration::from_millis(5),
        requests: u32::from(decider == Decider::Judge),
    };
    let overridden = decider == Decider::Override;
    NewDecision { decided_at: at(seconds), prompt: prompt.into(), decision, overridden, turn: None, previous: None }
}

fn answered(model: &str, first_text: u64) -> Outcome {
    Outcome {
        end: End::Answered,
        answered_by: Some(model.into()),
        first_text: Some(Duration::from_millis(first_text)),
        total: None,
        prompt_tokens: None,
        completion_tokens: None,
    }
}

/// A home with three decisions: one by a judge, one by the user, one that was corrected and fell back.
async fn lived_in() -> Home {
    let home = home();
    let store = open(&home);
    let fix = "\n\nFix \u{1b}[31mthis\u{1b}[0m\nfn main";
    store.write(vec![decide(decision(0, fix, "coding", Decider::Judge))]);
    store.write(vec![decide(decision(60, "Draw a cat", "vision", Decider::Override))]);
    let prompt = "Prove that there are infinitely many primes, and do it in a way that nobody has seen";
    let turn = TurnId(1);
    let ask = Ask {
        chat: ConversationId(1),
        parent: None,
        turn,
        prompt: prompt.into(),
        route: RouteOverride::default(),
        origin: Origin::Typed,
        asked_at: at(120),
    };
    let head = Head { id: ask.chat, title: "Primes".to_owned(), started_at: at(120), archived: false, pinned: false };
    let of_turn = NewDecision { turn: Some(turn), ..decision(120, prompt, "general", Decider::Classifier) };
    let (ending, outcome) = (Ending::Answered(Finish::Stop), Some(answered("llama-3.3-70b", 312)));
    let ops = vec![
        StoreOp::Begin { head, ask },
        decide(of_turn),
        StoreOp::End { turn, ending, outcome, at: at(121) },
        StoreOp::Correct(turn, Some("reasoning".into())),
    ];
    store.write(ops).await.expect("it is written");
    home
}

fn decide(decision: NewDecision) -> StoreOp {
    StoreOp::Decide(Box::new(decision))
}

#[tokio::test]
async fn routes_are_listed_newest_first_and_fit_eighty_columns() {
    let ran = lived_in().await.run(&["history", "routes"]);
    assert_eq!((ran.err.as_str(), ran.status), ("", 0));
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], "01-15 08:02 reasoning ✎ llama-3.3-70b classifier   97 % Prove that there are in…");
    assert_eq!(lines[1], "01-15 08:01 vision    ✎ qwen-3-32b    override     97 % Draw a cat");
    assert_eq!(lines[2], "01-15 08:00 coding      qwen-3-32b    judge        97 % Fix this");
    assert!(lines.iter().all(|line| line.width() <= 80));
}

#[tokio::test]
async fn routes_are_chosen_by_number_category_model_and_decider() {
    let home = lived_in().await;
    for (args, found) in [
        (&["--limit", "1"][..], "Prove"),
        (&["--category", "reasoning"], "Prove"),
        (&["--category", "general"], "Prove"),
        (&["--category", "coding"], "Fix"),
        (&["--model", "llama-3.3-70b"], "Prove"),
        (&["--decider", "override"], "Draw"),
    ] {
        let ran = home.run(&[&["history", "routes"], args].concat());
        assert!(ran.out.lines().count() == 1 && ran.out.contains(found), "{args:?}: {}", ran.out);
    }
    let ran = home.run(&["history", "routes", "--category", "cooking"]);
    assert_eq!((ran.out.as_str(), ran.status), ("", 0));
    assert!(ran.err.contains("no decision fits"), "{}", ran.err);
}

#[tokio::test]
async fn routes_as_json_have_the_keys_of_a_decision_and_what_came_of_it() {
    let ran = lived_in().await.run(&["history", "routes", "--json"]);
    let rows: Value = serde_json::from_str(&ran.out).expect("JSON");
    let row = &rows[0];
    assert_eq!(row["decided_at"], "2027-01-15T08:02:00Z");
    assert_eq!((&row["model"], &row["answered_by"]), (&"qwen-3-32b".into(), &"llama-3.3-70b".into()));
    assert_eq!((&row["category"], &row["corrected_to"]), (&"general".into(), &"reasoning".into()));
    assert_eq!((&row["outcome"], &row["first_text_ms"]), (&"answered".into(), &312.into()));
    assert_eq!((&row["candidates"], &row["probabilities"]["general"]), (&vec!["qwen-3-32b"].into(), &0.97.into()));
    assert_eq!((&rows[2]["outcome"], &rows[1]["overridden"]), (&Value::Null, &true.into()));
}

#[tokio::test]
async fn the_report_has_bars_that_fit_and_its_json_the_same_figures() {
    let home = lived_in().await;
    let ran = home.run(&["history", "routes", "--stats"]);
    assert!(ran.out.starts_with("3 prompts\n\nby category\n"), "{}", ran.out);
    for part in ["by model\nqwen-3-32b     ━━", "by decider\n", "overridden     ━━", "judge requests\n", "too few"]
    {
        assert!(ran.out.contains(part), "{part} is missing in\n{}", ran.out);
    }
    assert!(ran.out.lines().all(|line| line.width() <= 80), "{}", ran.out);
    let json: Value = serde_json::from_str(&home.run(&["history", "routes", "--stats", "--json"]).out).expect("JSON");
    assert_eq!((&json["prompts"], &json["judge"]["saved"]), (&3.into(), &2.into()));
    assert_eq!((&json["overridden"]["count"], &json["corrected"]["rate"]), (&1.into(), &0.5.into()));
}

#[test]
fn what_is_empty_says_what_to_do() {
    let home = home();
    for (args, said) in [
        (&["history", "routes"][..], "there are no decisions yet; ask something"),
        (&["history", "routes", "--stats"], "there are no decisions yet; ask something"),
        (&["lessons"], "there are no lessons yet; correct a decision"),
    ] {
        let ran = home.run(args);
        assert!(ran.status == 0 && ran.out.is_empty() && ran.err.contains(said), "{args:?}: {ran:?}");
    }
    assert_eq!(home.run(&["history", "routes", "--json"]).out, "[]\n");
    assert_eq!(home.run(&["lessons", "--json"]).out, "[]\n");
}

#[tokio::test]
async fn a_lesson_is_listed_and_undone_while_another_program_has_the_store_open() {
    let home = home();
    let store = open(&home);
    let lesson = |prompt: &str, scope| NewLesson {
        prompt: prompt.into(),
        decided: "general".into(),
        category: "coding".into(),
        scope,
        previous: None,
        taught_at: at(0),
        turn: None,
    };
    store.teach(lesson("Fix \u{1b}]0;title\u{7}this", Scope::Prompt)).await.expect("it is kept");
    store.teach(lesson("Mend it", Scope::Always)).await.expect("it is kept");
    let table = "1 2027-01-15 prompt general → coding Fix this\n2 2027-01-15 always general → coding Mend it\n";
    assert_eq!(home.run(&["lessons"]).out, table);
    assert_eq!(home.run(&["lessons", "list"]).out, table);
    let ran = home.run(&["lessons", "undo", "1"]);
    assert_eq!(ran.out, "undone: lesson 1, coding instead of general for 'Fix this'\n");
    assert_eq!(store.recall().await.expect("it is read").lessons[0].id, LessonId(2));
    let again = home.run(&["lessons", "undo", "1"]);
    assert!(again.status == 2 && again.err.contains("there is no lesson 1 in force; 'pointsman lessons'"), "{again:?}");
    let rows: Value = serde_json::from_str(&home.run(&["lessons", "list", "--json"]).out).expect("JSON");
    assert_eq!((&rows[0]["id"], &rows[0]["scope"], &rows[1]), (&2.into(), &"always".into(), &Value::Null));
}

#[tokio::test]
async fn what_was_learned_of_models_is_listed_and_undone_by_its_number() {
    let home = home();
    let store = open(&home);
    for (turn, kind, winner) in [(1, OutcomeKind::Continued, Some("kimi-k2.6")), (2, OutcomeKind::Regenerated, None)] {
        let outcome = ModelOutcome {
            kind,
            prompt: "Fix \u{1b}]0;title\u{7}this".into(),
            category: "coding".into(),
            winner: winner.map(Into::into),
            loser: "qwen-3-32b".into(),
            at: at(0),
            turn,
        };
        store.observe(outcome, None).await.expect("it is kept");
    }
    let table = "m1 2027-01-15 kimi-k2.6 over qwen-3-32b    coding Fix this\n\
                 m2 2027-01-15 not qwen-3-32b (regenerated) coding Fix this\n";
    assert_eq!(home.run(&["lessons", "models"]).out, table);
    assert_eq!(home.run(&["lessons"]).out, table, "below the lessons, of which there are none");
    assert_eq!(home.run(&["lessons", "--json"]).out, "[]\n");
    let rows: Value = serde_json::from_str(&home.run(&["lessons", "models", "--json"]).out).expect("JSON");
    assert_eq!(
        (&rows[0]["id"], &rows[0]["kind"], &rows[0]["weight"]),
        (&"m1".into(), &"continued".into(), &1.0.into())
    );
    assert_eq!((&rows[0]["winner"], &rows[0]["loser"]), (&"kimi-k2.6".into(), &"qwen-3-32b".into()));
    assert_eq!((&rows[1]["winner"], &rows[1]["weight"]), (&Value::Null, &0.5.into()));
    let ran = home.run(&["lessons", "undo", "m1"]);
    assert_eq!(ran.out, "undone: m1, kimi-k2.6 over qwen-3-32b for 'Fix this'\n");
    let again = home.run(&["lessons", "undo", "m1"]);
    assert!(again.status == 2 && again.err.contains("there is no choice m1 that counts"), "{again:?}");
    assert_eq!(home.run(&["lessons", "models"]).out.lines().count(), 1);
    let wrong = home.run(&["lessons", "undo", "x"]);
    assert!(wrong.status == 2 && wrong.err.contains("write a number of the list, like 3 or m3"), "{wrong:?}");
}

#[tokio::test]
async fn a_reader_that_has_enough_of_the_history_is_no_failure() {
    let home = home();
    let store = open(&home);
    for second in 0..3_000 {
        let prompt = "A prompt of some length, so that the pipe fills";
        store.write(vec![decide(decision(second, prompt, "coding", Decider::Judge))]);
    }
    drop(store);
    let mut child = home
        .command(["history", "routes", "--limit", "3000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut first).expect("a line comes");
    let ended = child.wait_with_output().expect("it ends");
    assert!(first.contains("A prompt"), "{first}");
    assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn a_damaged_history_is_set_aside_and_the_command_does_its_work() {
    let home = home();
    home.write("data/pointsman/pointsman.db", &"no database ".repeat(50));
    let ran = home.run(&["history", "routes", "--json"]);
    assert_eq!((ran.out.as_str(), ran.status), ("[]\n", 0));
    assert!(ran.err.contains("the history was damaged; it is kept as "), "{}", ran.err);
    assert!(ran.err.contains("pointsman.db.corrupt-"), "{}", ran.err);
}

#[test]
fn a_history_that_cannot_be_opened_is_status_1_and_says_what_to_do() {
    let home = home();
    let file = home.write("file", "").display().to_string();
    let ran = home.run(&["--data-dir", &file, "history", "routes"]);
    assert_eq!((ran.out.as_str(), ran.status), ("", 1));
    assert!(ran.err.contains("the history could not be opened in "), "{}", ran.err);
    assert!(ran.err.contains("name another with --data-dir"), "{}", ran.err);
}

#[test]
fn the_data_folder_comes_from_the_flag_then_the_environment() {
    let home = home();
    let folder = |name: &str| home.path().join(name).display().to_string();
    let (flag, variable) = (folder("flag"), folder("variable"));
    let run = |args: &[&str]| home.command(args).env("POINTSMAN_DATA_DIR", &variable).output().expect("it starts");
    run(&["lessons", "--data-dir", &flag]);
    assert!(home.path().join("flag").join(FILE).exists() && !home.path().join("variable").exists());
    run(&["lessons"]);
    assert!(home.path().join("variable").join(FILE).exists() && !database(&home).exists());
}
