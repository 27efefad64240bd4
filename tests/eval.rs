//! `pointsman train` and `pointsman eval`: the same rows give the same weights, and the figures mean what they say.

use crate::support::program::Home;
use serde_json::Value;

/// Two categories that nobody has heard of, and rows for them: 24 of each.
fn rows() -> String {
    let animals = ["otter", "heron", "badger", "salmon", "beetle", "wolf"];
    let questions = [
        ("animals", "What does the {} eat in winter?"),
        ("animals", "How long does a {} live in the wild?"),
        ("animals", "Where does the {} sleep?"),
        ("animals", "Is the {} an endangered species?"),
        ("orders", "I ordered a {} last week and it has not arrived"),
        ("orders", "Cancel my order of the {} please, number 4711"),
        ("orders", "The {} that you sent is broken, I want my money back"),
        ("orders", "Can I change the delivery address for the {} order?"),
    ];
    let row = |(category, question): &(&str, &str), animal: &str| {
        serde_json::json!({ "prompt": question.replace("{}", animal), "category": category }).to_string()
    };
    let all = animals.iter().flat_map(|animal| questions.iter().map(move |question| row(question, animal)));
    all.collect::<Vec<_>>().join("\n")
}

const SETTINGS: &str = r#"
[routing]
default = "orders"
head = "own.bin"
[categories.coding]
enabled = false
[categories.reasoning]
enabled = false
[categories.general]
enabled = false
[categories.vision]
enabled = false
[categories.animals]
model = "a"
[categories.orders]
model = "o"
"#;

#[test]
fn slow_own_categories_are_learned_reproducibly_and_measured() {
    let home = Home::new();
    let (file, own) = (home.write("rows.jsonl", &rows()), home.path().join("config/pointsman/own.bin"));
    home.write("config/pointsman/config.toml", SETTINGS);
    let [file, own, again] = [file, own, home.path().join("again.bin")].map(|path| path.display().to_string());
    let ran = home.run(&["train", &file, "--out", &own]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("bytes written to"), "{}", ran.out);
    assert_eq!(home.run(&["train", &file, "--out", &again]).status, 0);
    assert_eq!(std::fs::read(&own).unwrap(), std::fs::read(&again).unwrap(), "byte for byte");

    let ran = home.run(&["route", "--json", "What does the hedgehog eat in winter?"]);
    let decision: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(decision["category"], "animals", "{decision}");

    let ran = home.run(&["eval", &file, "--decider", "classifier", "--json"]);
    let metrics: Value = serde_json::from_str(&ran.out).expect("JSON");
    for key in
        ["n", "accuracy", "macro_f1", "per_class", "confusion", "ece", "coverage", "covered_accuracy", "latency_us"]
    {
        assert!(!metrics[key].is_null(), "{key} is missing in {metrics}");
    }
    assert_eq!((metrics["n"].as_u64(), metrics["confusion"]["animals"]["animals"].as_u64()), (Some(48), Some(24)));
    assert!(metrics["accuracy"].as_f64() > Some(0.95), "{metrics}");
    assert!(metrics["latency_us"]["p99"].as_u64() >= metrics["latency_us"]["p50"].as_u64());
    let table = home.run(&["eval", &file, "--decider", "local"]).out;
    assert!(table.starts_with("text alone: 48 prompts\nright            "), "{table}");
}

#[test]
fn rows_that_say_what_is_attached_are_measured_both_ways() {
    let home = Home::new();
    let rows = [
        r#"{"prompt": "What is he holding?", "category": "vision", "images": 1}"#,
        r#"{"prompt": "What is in the picture below, on the left?", "category": "general", "images": 0}"#,
        r#"{"prompt": "Write a Python function to merge two sorted lists", "category": "coding"}"#,
    ];
    let file = home.write("rows.jsonl", &rows.join("\n")).display().to_string();
    let ran = home.run(&["eval", &file, "--decider", "classifier", "--json"]);
    let metrics: Value = serde_json::from_str(&ran.out).expect("JSON");
    let counts = ["/n", "/text_alone/n", "/attachment_known/n"].map(|at| metrics.pointer(at).and_then(Value::as_u64));
    assert_eq!(counts, [Some(3), Some(3), Some(2)], "{metrics}");
    let known = &metrics["attachment_known"];
    assert_eq!(known["confusion"]["vision"]["vision"], 1, "an attached picture decides: {metrics}");
    assert_eq!(known["confusion"]["general"]["vision"], 0, "what sees answers no words alone: {metrics}");
    assert_eq!(metrics["text_alone"]["confusion"]["general"]["vision"], 1, "by the words it is one: {metrics}");
    let table = home.run(&["eval", &file]).out;
    assert!(table.starts_with("text alone: 3 prompts\n"), "without a judge it costs nothing to measure both: {table}");
    assert!(table.contains("\nattachment known: 2 prompts\n"), "{table}");
}

#[test]
fn rows_that_cannot_be_used_are_named_with_their_line() {
    let home = Home::new();
    let file = home.write("rows.jsonl", "{\"prompt\": \"x\", \"category\": \"coding\"}\n{\"prompt\": 7}\n");
    let unknown = home.write("unknown.jsonl", "{\"prompt\": \"x\", \"category\": \"poetry\"}\n");
    let empty = home.write("empty.jsonl", "\n");
    let turn = r#"{"prompt": "x", "category": "a", "previous": {"prompt": "p", "reply": "r", "category": "codign"}}"#;
    let singles = "{\"prompt\": \"y\", \"category\": \"a\"}\n{\"prompt\": \"z\", \"category\": \"b\"}";
    let misspelt = home.write("misspelt.jsonl", &format!("{singles}\n{turn}\n"));
    let turns = home.write("turns.jsonl", turn);
    let same = r#"{"prompt": "the same", "category": "CATEGORY"}"#;
    let alike = ["a", "b"].map(|category| same.replace("CATEGORY", category)).join("\n");
    let alike = home.write("alike.jsonl", &alike.repeat(9).replace("}{", "}\n{"));
    let blank = home.write("blank.jsonl", "{\"prompt\": \" \", \"category\": \"coding\"}\n");
    let [file, unknown, empty, misspelt, turns, alike, blank] =
        [file, unknown, empty, misspelt, turns, alike, blank].map(|path| path.display().to_string());
    for (args, said) in [
        (&["eval", file.as_str()][..], "rows.jsonl, line 2: "),
        (&["eval", &unknown], "unknown.jsonl, line 1: there is no category 'poetry' in the configuration"),
        (&["eval", &empty], "there are no rows"),
        (&["eval", "nowhere.jsonl"], "nowhere.jsonl cannot be read"),
        (
            &["train", &unknown, "--out", "x"],
            "rows without a previous turn have 1 categories, and at least 2 are needed",
        ),
        (&["train", &misspelt, "--out", "x"], "a previous turn is of the category 'codign', which no row has"),
        (&["train", &turns, "--out", "x"], "which no row has"),
        (&["train", &alike, "--out", "x"], "all rows have the same prompt"),
        (&["eval", &blank], "blank.jsonl, line 1: the prompt is empty"),
        (&["eval", "/dev/null"], "it is no regular file"),
        (&["eval", &unknown, "--decider", "judge", "--offline"], "there is no category"),
    ] {
        let ran = home.run(args);
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
        assert_eq!(ran.status, 2);
    }
}

#[test]
fn weights_that_are_none_are_refused_with_the_way_out() {
    let home = Home::new();
    home.write("config/pointsman/config.toml", "[routing]\nhead = \"own.bin\"");
    assert_eq!(home.run(&["config", "check"]).status, 2, "the check looks at it too");
    let ran = home.run(&["route", "x"]);
    assert!(ran.err.contains("routing.head: ") && ran.err.contains("own.bin cannot be used"), "{}", ran.err);
    home.write("config/pointsman/own.bin", "something else");
    let ran = home.run(&["route", "x"]);
    assert!(ran.err.contains("this is no file of `pointsman train`"), "{}", ran.err);
    assert_eq!(ran.status, 2);
}
