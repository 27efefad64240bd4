//! Widths, figures, and what says too little.

use super::*;
use crate::store::{Count, JudgeCount, ModelCount};
use unicode_width::UnicodeWidthStr;

fn report() -> RouteReport {
    let counted = |name: &str, prompts| Count { name: name.to_owned(), prompts };
    let times = Percentiles { count: 60, median: 312, p90: 1_240 };
    RouteReport {
        since: None,
        prompts: 128,
        categories: vec![counted("coding", 70), counted("検索", 57), counted("vision", 1)],
        models: vec![
            ModelCount { name: "qwen-3-32b".into(), prompts: 70, first_text_ms: Some(times) },
            ModelCount { name: "a-model-with-a-very-long-name-indeed".into(), prompts: 58, first_text_ms: None },
        ],
        deciders: vec![counted("judge", 100), counted("override", 28)],
        overridden: Share { count: 28, rate: Some(0.218_75) },
        corrected: Share { count: 0, rate: Some(0.0) },
        judge: JudgeCount { requests: 100, saved: 28 },
        first_text_ms: Some(times),
        days: Vec::new(),
    }
}

fn lines(width: usize) -> Vec<String> {
    let lines = |section: Section| section.lines.iter().map(Line::text).collect::<Vec<_>>();
    sections(&report(), width).into_iter().flat_map(lines).collect()
}

#[test]
fn every_line_fits_every_width() {
    for width in 0..=200 {
        for line in lines(width) {
            assert!(line.width() <= width, "{width}: '{line}'");
        }
    }
}

#[test]
fn bars_and_figures_stand_below_each_other() {
    let lines = lines(40);
    assert_eq!(lines[0], "coding         ━━━━━─────      70   55 %");
    assert_eq!(lines[1], "検索           ━━━━──────      57   45 %");
    assert_eq!(lines[2], "vision         ━─────────       1  < 1 %");
    assert_eq!(lines[4], "a-model-with…  ━━━━━─────      58   45 %");
    assert_eq!(lines[8], "corrected      ──────────       0    0 %");
    assert_eq!(lines[11], "qwen-3-32b     ━━━━━━━━━━  312 ms  1.2 s");
}

#[test]
fn where_there_is_no_room_for_bars_the_figures_stay() {
    assert_eq!(lines(24)[0], "coding         70   55 %");
}

#[test]
fn without_times_there_is_no_section_of_times() {
    let untimed = ModelCount { name: "m".into(), prompts: 128, first_text_ms: None };
    let sections = sections(&RouteReport { models: vec![untimed], ..report() }, 80);
    let titles: Vec<&str> = sections.iter().map(|section| section.title.as_str()).collect();
    assert_eq!(titles[..4], ["by category", "by model", "by decider", "your overrides"]);
    assert_eq!(titles.len(), 5, "{titles:?}");
}

#[test]
fn a_median_of_fewer_than_five_times_is_too_few() {
    let timed = |count| ModelCount {
        name: "m".into(),
        prompts: 128,
        first_text_ms: Some(Percentiles { count, median: 257, p90: 257 }),
    };
    let last = |count| {
        let report = RouteReport { models: vec![timed(count)], first_text_ms: timed(count).first_text_ms, ..report() };
        let figure = tables(&report).pop().and_then(|mut table| table.figures.pop()).unwrap();
        (figure.share, figure.value, tiles(&report)[3].value.clone())
    };
    assert_eq!(last(4), (None, "too few".to_owned(), "too few".to_owned()));
    assert_eq!(last(5), (Some(1.0), "257 ms 257 ms".to_owned(), "257 ms".to_owned()));
}

#[test]
fn the_tiles_say_what_matters_first() {
    let tiles = tiles(&report()).map(|tile| format!("{} {}", tile.value, tile.label));
    assert_eq!(tiles, ["128 prompts", "78 % kept as routed", "28 judge requests avoided", "312 ms median first token"]);
}
