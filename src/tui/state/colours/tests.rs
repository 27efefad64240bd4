//! What is asked when, and what becomes of what comes back.

use super::*;
use crate::tui::text::highlight::Checkpoint;
use crate::tui::theme::Role;
use std::collections::HashSet;

fn id(at: usize) -> BlockId {
    BlockId { turn: TurnId(1), at }
}

/// Offers a block and gives back the job that follows.
fn want(colours: &mut Colours, at: usize, info: &str, code: &str, last: usize) -> Option<HighlightJob> {
    colours.want(&id(at), info, code, last)
}

fn carry_out(colours: &mut Colours, job: HighlightJob) {
    let found = job.highlight();
    colours.coloured(job.done(found));
}

/// Asks until nothing is wanted any more, and gives back how many jobs that took.
fn colour(colours: &mut Colours, at: usize, info: &str, code: &str, last: usize) -> usize {
    let mut jobs = 0;
    while let Some(job) = want(colours, at, info, code, last) {
        carry_out(colours, job);
        jobs += 1;
        assert!(jobs < 1_000, "it never ends");
    }
    jobs
}

fn lines(count: usize) -> String {
    let lines: Vec<String> = (0..count).map(|line| format!("let x{line} = \"{line}\";\n")).collect();
    lines.concat()
}

fn colours_of(colours: &Colours, at: usize, lines: usize) -> Vec<Vec<Run>> {
    (0..lines).map(|line| colours.line(&id(at), line).unwrap_or_default().to_vec()).collect()
}

/// The same, all at once.
fn expected(info: &str, code: &str) -> Vec<Vec<Run>> {
    Checkpoint::begin(info).unwrap().advance(code).lines
}

#[test]
fn one_job_is_out_at_a_time_over_all_blocks() {
    let mut colours = Colours::default();
    let job = want(&mut colours, 0, "rust", "let a;\n", 0).unwrap();
    assert_eq!(want(&mut colours, 0, "rust", "let a;\nlet b;\n", 1), None);
    assert_eq!(want(&mut colours, 9, "rust", "let c;\n", 0), None);
    carry_out(&mut colours, job);
    assert!(want(&mut colours, 9, "rust", "let c;\n", 0).is_some());
}

#[test]
fn a_job_carries_only_what_is_not_coloured_yet_and_not_more_than_is_soon_done() {
    let mut colours = Colours::default();
    let code = lines(100);
    let first = want(&mut colours, 0, "rust", &code, 99).unwrap();
    assert_eq!(first.code, lines(JOB_LINES));
    carry_out(&mut colours, first);
    let second = want(&mut colours, 0, "rust", &code, 99).unwrap();
    assert_eq!(format!("{}{}", lines(JOB_LINES), second.code), code);
    carry_out(&mut colours, second);
    assert_eq!(want(&mut colours, 0, "rust", &code, 99), None, "all is coloured");
    assert_eq!(colours_of(&colours, 0, 100), expected("rust", &code));

    let wide = format!("// {}\n", "x".repeat(1_900)).repeat(JOB_LINES);
    assert!(want(&mut colours, 1, "rust", &wide, 50).unwrap().code.len() <= JOB_BYTES);
}

#[test]
fn lines_below_the_screen_are_left_until_they_come_into_sight() {
    let mut colours = Colours::default();
    let code = lines(1_000);
    assert_eq!(colour(&mut colours, 0, "rust", &code, 70), 2);
    assert_eq!(colours.line(&id(0), 2 * JOB_LINES), None);
    assert_eq!(colour(&mut colours, 0, "rust", &code, 2 * JOB_LINES), 1);
}

#[test]
fn however_a_block_grows_its_colours_are_those_of_the_whole() {
    let code = "/* one\ntwo */\nlet a = \"é日本\";\n\nfn f() { // x";
    let mut colours = Colours::default();
    for end in (0..=code.len()).filter(|end| code.is_char_boundary(*end)) {
        let part = code.get(..end).unwrap();
        colour(&mut colours, 0, "rust", part, 99);
        let count = part.split_inclusive('\n').count();
        assert_eq!(colours_of(&colours, 0, count), expected("rust", part), "{part:?}");
    }
}

#[test]
fn a_line_that_grows_keeps_its_colours_until_the_new_ones_are_there() {
    let mut colours = Colours::default();
    colour(&mut colours, 0, "rust", "let a;\nlet", 99);
    let job = want(&mut colours, 0, "rust", "let a;\nlet b = 1;\nl", 99).unwrap();
    assert_eq!(job.code, "let b = 1;\nl");
    assert_eq!(colours.line(&id(0), 1), Some(&[Run { bytes: 3, role: Role::Keyword }][..]));
    assert_eq!(colours.line(&id(0), 2), None);
    carry_out(&mut colours, job);
    assert_eq!(colours.line(&id(0), 1), expected("rust", "let b = 1;\n").first().map(Vec::as_slice));
    assert!(colours.line(&id(0), 2).is_some());
}

#[test]
fn plain_text_is_never_asked_for_and_an_unknown_language_once() {
    let mut colours = Colours::default();
    for info in ["", "text", "output of this"] {
        assert_eq!(want(&mut colours, 0, info, "a\n", 0), None, "{info}");
        assert!(colours.blocks.is_empty(), "{info}");
    }
    assert_eq!(colour(&mut colours, 0, "klingon", "a\nb\n", 1), 1);
    assert_eq!(want(&mut colours, 0, "klingon", "a\nb\nc\n", 2), None);
    assert_eq!(colours.line(&id(0), 0), None);
}

#[test]
fn a_block_that_failed_stays_as_it_is_and_is_not_asked_for_again() {
    let mut colours = Colours::default();
    colour(&mut colours, 0, "rust", "let a;\n", 0);
    let job = want(&mut colours, 0, "rust", "let a;\nlet b;\n", 1).unwrap();
    colours.coloured(job.done(None));
    assert_eq!(want(&mut colours, 0, "rust", "let a;\nlet b;\nlet c;\n", 2), None);
    assert_eq!(colours_of(&colours, 0, 2), [expected("rust", "let a;\n").concat(), Vec::new()]);
}

#[test]
fn other_text_or_another_language_in_its_place_begins_anew() {
    for (info, code) in [("rust", "let b;\n"), ("rust", "let"), ("python", "let a;\nx\n")] {
        let mut colours = Colours::default();
        colour(&mut colours, 0, "rust", "let a;\n", 0);
        colour(&mut colours, 0, info, code, 1);
        let count = code.lines().count();
        assert_eq!(colours_of(&colours, 0, count), expected(info, code), "{info} {code:?}");
        assert_eq!(colours.line(&id(0), count), None, "{info} {code:?}");
    }
}

#[test]
fn colours_of_a_vanished_block_are_dropped_and_the_next_job_starts() {
    let mut colours = Colours::default();
    let late = want(&mut colours, 0, "rust", "let a;\n", 0).unwrap();
    assert_eq!(want(&mut colours, 0, "python", "if x:\n", 0), None, "one is out still");
    carry_out(&mut colours, late);
    assert_eq!(colours.line(&id(0), 0), None, "that was Rust");
    colour(&mut colours, 0, "python", "if x:\n", 0);
    assert_eq!(colours_of(&colours, 0, 1), expected("python", "if x:\n"));
}

#[test]
fn a_line_too_long_to_be_coloured_is_not_asked_for_while_it_grows() {
    let mut colours = Colours::default();
    let long = "x".repeat(LONGEST + 1);
    assert_eq!(colour(&mut colours, 0, "rust", &format!("let a;\n{long}"), 9), 1);
    assert_eq!(want(&mut colours, 0, "rust", &format!("let a;\n{long}x"), 9), None);
    let code = format!("let a;\n{long}x\nlet b;\n");
    colour(&mut colours, 0, "rust", &code, 9);
    assert_eq!(colours_of(&colours, 0, 3), expected("rust", &code));
}

#[test]
fn a_very_long_block_is_coloured_up_to_a_limit() {
    let mut colours = Colours::default();
    let code = "x\n".repeat(BLOCK_LINES + 1_000);
    let jobs = colour(&mut colours, 0, "json", &code, usize::MAX);
    assert_eq!(jobs, BLOCK_LINES.div_ceil(JOB_LINES));
    assert_eq!(colours.line(&id(0), BLOCK_LINES + JOB_LINES), None);

    let wide = format!("{}\n", "x".repeat(BLOCK_BYTES / 4)).repeat(6);
    colour(&mut colours, 1, "json", &wide, usize::MAX);
    assert_eq!((0..6).filter(|line| colours.line(&id(1), *line).is_some()).count(), 4);
}

#[test]
fn the_blocks_that_were_not_seen_for_the_longest_time_are_forgotten() {
    let mut colours = Colours::default();
    for at in 0..BLOCKS {
        colour(&mut colours, at, "json", "1\n", 0);
    }
    assert_eq!(want(&mut colours, 0, "json", "1\n", 0), None, "it is seen again");
    colour(&mut colours, BLOCKS, "json", "1\n", 0);
    let known: HashSet<usize> = (0..=BLOCKS).filter(|at| colours.line(&id(*at), 0).is_some()).collect();
    assert_eq!(known.len(), BLOCKS);
    assert!(known.contains(&0) && known.contains(&BLOCKS) && !known.contains(&1));
}

#[test]
fn what_is_kept_is_bounded_and_what_is_in_sight_does_not_drive_itself_out() {
    let mut colours = Colours::default();
    // As many runs as fit into a block, made up: no grammar finds so many.
    let code = "1\n".repeat(JOB_LINES);
    let mut jobs = 0;
    let mut fill = |colours: &mut Colours, at| {
        while let Some(job) = want(colours, at, "json", &code, 0) {
            let mut found = job.highlight().unwrap();
            found.lines[0] = vec![Run { bytes: 1, role: Role::Number }; BLOCK_BYTES];
            colours.coloured(job.done(Some(found)));
            jobs += 1;
        }
        jobs
    };
    fill(&mut colours, 0);
    fill(&mut colours, 1);
    assert_eq!(fill(&mut colours, 2), 3);
    assert!(colours.line(&id(0), 0).is_none(), "the oldest went");
    assert!(colours.line(&id(2), 0).is_some());
    assert_eq!(fill(&mut colours, 2), 3, "and nothing is asked for what stays in sight");
}
