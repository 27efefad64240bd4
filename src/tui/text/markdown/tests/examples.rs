//! The examples of `CommonMark` and of GitHub's Markdown, as the parser's own package has them among its tests: of what
//! they show no word is lost, however they come. They stay where they are, since they are not ours: cargo says where.

use super::Document;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The width of the screen. No table falls apart on it: then the names of its columns would stand among their cells.
const WIDTH: usize = 400;

/// The folder with the source of the parser; `None` without cargo, as where a built test is run alone.
fn package() -> Option<PathBuf> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    if let Err(why) = Command::new(&cargo).arg("--version").output() {
        eprintln!("Skipped: {cargo} says where the examples are, and cannot be run: {why}");
        return None;
    }
    let run = |arguments: &[&str]| {
        let output = Command::new(&cargo).current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let version = run(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Packages for other systems need not be there.
    let metadata = run(&["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", host]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let parser = packages.iter().find(|package| package["name"] == "pulldown-cmark").unwrap();
    Some(PathBuf::from(parser["manifest_path"].as_str().unwrap()).parent().unwrap().to_owned())
}

/// The examples in a file of tests: the Markdown, and the page that it stands for.
fn examples(package: &Path, file: &str) -> Vec<(String, String)> {
    let path = package.join("tests/suite").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let raw = |text: &str| text.split_once("r##\"").and_then(|(_, raw)| Some(raw.split_once("\"##;")?.0.to_owned()));
    let tests = text.split("let original = ").skip(1);
    tests.filter_map(|test| Some((raw(test)?, raw(test.split_once("let expected = ")?.1)?))).collect()
}

/// The words of a text.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// The text that a browser shows of `page`, with a blank for each tag.
fn visible(page: &str) -> String {
    // The numbers of notes are of the browser's making; here a note keeps its name.
    let mark = regex::Regex::new("(?s)<sup class=\"footnote[^>]*>.*?</sup>").unwrap();
    let tag = regex::Regex::new("(?s)<!--.*?-->|<[A-Za-z/!?][^>]*>").unwrap();
    let mut text = tag.replace_all(&mark.replace_all(page, " "), " ").into_owned();
    for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        text = text.replace(entity, c);
    }
    text
}

/// `source` as it came, in pieces as long as `cuts` say in turn.
fn grown(source: &str, cuts: &[usize]) -> Document {
    let mut document = Document::default();
    let mut end = 0usize;
    for cut in cuts.iter().cycle() {
        end = source.ceil_char_boundary(end.saturating_add(*cut).min(source.len()));
        document.update(source.get(..end).unwrap(), WIDTH, end < source.len());
        if end == source.len() {
            return document;
        }
    }
    document
}

/// The rows that are drawn of `source`.
fn drawn(document: &Document, source: &str) -> String {
    let rows = (0..document.len()).map(|row| document.row(row, source).unwrap().text.clone());
    rows.collect::<Vec<_>>().join("\n")
}

/// The first of `words` that does not come in its place among those of `text`.
fn missing(words: &[String], text: &str) -> Option<String> {
    // A word may have tags within it, and an address behind a part of it.
    let mut rest: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    for word in words {
        match rest.find(word.as_str()) {
            Some(at) => rest = rest.split_off(at + word.len()),
            None => return Some(word.clone()),
        }
    }
    None
}

#[test]
fn no_word_of_the_examples_is_lost_however_they_come() {
    let files = [
        "spec.rs",
        "blockquotes_tags.rs",
        "footnotes.rs",
        "gfm_strikethrough.rs",
        "gfm_table.rs",
        "gfm_tasklist.rs",
        "math.rs",
        "regression.rs",
        "strikethrough.rs",
        "table.rs",
    ];
    let Some(package) = package() else { return };
    let (mut count, mut lost) = (0, Vec::new());
    for file in files {
        for (index, (source, page)) in examples(&package, file).into_iter().enumerate() {
            count += 1;
            let source = crate::text::sanitize::sanitize(&source);
            let expected = words(&visible(&crate::text::sanitize::sanitize(&page)));
            let number = index + 1;
            // Cuts that differ from example to example, and are the same in every run.
            for cuts in [[usize::MAX; 3], [1 + number % 7, 1 + number * 31 % 23, 1 + number % 5]] {
                let shown = drawn(&grown(&source, &cuts), &source);
                if let Some(word) = missing(&expected, &shown) {
                    lost.push(format!("{file} {number}: {word:?} of {source:?}, drawn as {shown:?}"));
                }
            }
        }
    }
    assert!(count >= 652 + 350, "{count} examples");
    assert!(lost.is_empty(), "{} lost:\n{}", lost.len(), lost.join("\n"));
}
