//! The rows below an answer: the pictures and recordings that came with it, and what it cites, by its numbers.
//!
//! ```text
//! ▣ picture · image/png · 312 KB · Alt+O open or save
//!
//!  1  Merge sort · en.wikipedia.org
//!  2  a.example/sorting
//! … 7 more sources · Alt+O
//! ```
//!
//! A title may claim anything, so the host that a link leads to stands behind it and is never cut away.

use crate::chat::{Block, Source, Turn};
use crate::format::size::size;
use crate::text::address::{host_end, without_scheme};
use crate::tui::text::cells::{ellipsis, text_width};
use crate::tui::text::row::{Row, Span};
use crate::tui::theme::Role;
use std::sync::Arc;

/// So many sources are rows; where there are more, the last row counts them.
const SOURCE_ROWS_MAX: usize = 6;
/// Stands between a title and its host.
const BETWEEN: &str = " · ";
/// The least cells of a title beside its host.
const TITLE_WIDTH_MIN: usize = 8;

/// The rows below the answer of `turn`, of at most `width` cells. `key` opens the list of all.
pub(super) fn rows(turn: &Turn, width: usize, key: Option<&str>) -> Vec<Row> {
    let media = turn.media().map(|block| medium(block, width, key));
    let mut rows: Vec<Row> = media.collect();
    // While the answer grows, its end is what is read.
    let sources = if turn.is_over() { turn.sources() } else { &[] };
    if !sources.is_empty() && !rows.is_empty() {
        rows.push(Row::default());
    }
    let shown = if sources.len() > SOURCE_ROWS_MAX { SOURCE_ROWS_MAX - 1 } else { sources.len() };
    let digits = shown.to_string().len();
    rows.extend(sources.iter().take(shown).enumerate().map(|(at, source)| cited(at + 1, source, digits, width)));
    if sources.len() > shown {
        let more = format!("… {} more sources{}", sources.len() - shown, key.map(behind).unwrap_or_default());
        rows.push(row([(ellipsis(&more, width), Role::Secondary, None)]));
    }
    if !rows.is_empty() && !turn.answer().trim().is_empty() {
        rows.insert(0, Row::default());
    }
    rows
}

/// About how many rows those are.
pub(super) fn count(turn: &Turn) -> usize {
    turn.media().count() + turn.sources().len().min(SOURCE_ROWS_MAX)
}

/// A picture or a recording, as attached files are.
fn medium(block: &Block, width: usize, key: Option<&str>) -> Row {
    let (Some(blob), Some(name)) = (block.blob(), block.media_name()) else { return Row::default() };
    let mark = if blob.is_image() { '▣' } else { '♪' };
    let name = format!("{mark} {name}");
    let key = key.map(|key| format!("{} open or save", behind(key))).unwrap_or_default();
    let facts = format!(" · {} · {}{key}", blob.media_type, size(blob.size));
    let facts = ellipsis(&facts, width.saturating_sub(text_width(&name)));
    row([(ellipsis(&name, width), Role::Text, None), (facts, Role::Secondary, None)])
}

fn cited(number: usize, source: &Source, digits: usize, width: usize) -> Row {
    let number = format!("{number:>digits$}  ");
    let width = width.saturating_sub(number.len());
    let link = source.link().map(Arc::from);
    let (name, host) = match source.host() {
        None => (ellipsis(&source.words(), width), String::new()),
        Some(_) if source.title.is_empty() => (without_scheme(&source.url, width).into_owned(), String::new()),
        Some(host) => {
            let host =
                format!("{BETWEEN}{}", host_end(host, width.saturating_sub(TITLE_WIDTH_MIN + text_width(BETWEEN))));
            (ellipsis(&source.title, width.saturating_sub(text_width(&host))), ellipsis(&host, width))
        }
    };
    row([(number, Role::Secondary, None), (name, Role::Secondary, link.clone()), (host, Role::Secondary, link)])
}

fn behind(key: &str) -> String {
    format!(" · {key}")
}

/// A row of texts that come from no source text: they are neither found nor selected.
fn row<const N: usize>(pieces: [(String, Role, Option<Arc<str>>); N]) -> Row {
    let mut row = Row::default();
    for (text, role, link) in pieces {
        row.spans.push(Span { len: text.len() as u32, style: role.into(), source: 0, verbatim: false, link });
        row.text.push_str(&text);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Blob, Delta, Ending, Finish};
    use crate::examples::{self, TurnExample};

    fn turn(deltas: Vec<Delta>) -> Turn {
        let mut turn = examples::turn(1, "p").by("m");
        for delta in deltas {
            turn.apply(crate::chat::TurnEvent::Came { delta, after: std::time::Duration::ZERO });
        }
        turn.ended(Ending::Answered(Finish::Stop))
    }

    fn texts(turn: &Turn, width: usize) -> Vec<String> {
        rows(turn, width, Some("Alt+O")).into_iter().map(|row| row.text).collect()
    }

    #[test]
    fn sources_are_numbered_and_the_host_of_a_link_is_never_hidden() {
        let long = format!("https://bank.example.{}.evil.example/login", "a".repeat(60));
        let sources = vec![
            Source::new("https://en.example/wiki?x", "Merge sort"),
            Source::new("https://a.example/b/", ""),
            Source::new("https://bank.example@evil.example/x", ""),
            Source::new(&long, "Your bank, where you log in, bank.example"),
            Source::new("javascript:alert(1)", "Click me"),
        ];
        let turn = turn(vec![Delta::Text("a [1]".into()), Delta::Sources(sources.clone())]);
        assert_eq!(
            texts(&turn, 40),
            [
                "",
                "1  Merge sort · en.example",
                "2  a.example/b",
                "3  https://bank.example@evil.example/x",
                "4  Your ba… · …aaaaaaaaaaaa.evil.example",
                "5  Click me · javascript:alert(1)"
            ]
        );
        let untitled = |host: &str| vec![Source::new(&format!("https://{host}/{}", "login/".repeat(9)), "")];
        for (host, shown) in [
            ("bank.example.evil.example", "1  bank.example.evil.example/…/login/login"),
            (&*format!("bank.example.{}.evil.example", "a".repeat(60)), "1  …aaaaaaaaaaaaaaaaaaaaaaaaa.evil.example"),
        ] {
            let turn = self::turn(vec![Delta::Text("a [1]".into()), Delta::Sources(untitled(host))]);
            assert_eq!(texts(&turn, 42), ["", shown]);
        }
        let rows = rows(&turn, 40, None);
        let links: Vec<_> = rows.iter().map(|row| row.spans.iter().find_map(|span| span.link.as_deref())).collect();
        let url = |at: usize| Some(sources[at].url.as_str());
        assert_eq!(links, [None, url(0), url(1), None, url(3), None]);
        for width in [1, 4, 9, 17] {
            for row in texts(&turn, width) {
                assert!(text_width(&row) <= width.max(4), "{row:?} at {width}");
            }
        }
    }

    #[test]
    fn many_sources_are_counted_and_few_are_all_there() {
        let sources = |count: usize| (1..=count).map(|at| Source::new(&format!("https://{at}.example"), "")).collect();
        let last = |count| texts(&turn(vec![Delta::Sources(sources(count))]), 60).pop();
        assert_eq!(last(SOURCE_ROWS_MAX).as_deref(), Some("6  6.example"));
        assert_eq!(last(SOURCE_ROWS_MAX + 1).as_deref(), Some("… 2 more sources · Alt+O"));
    }

    #[test]
    fn what_came_with_an_answer_is_told_with_its_size_and_sources_wait_for_the_end() {
        let blob = |media_type: &str| Blob { media_type: media_type.into(), bytes: vec![0; 2_000].into() };
        let deltas = vec![
            Delta::Image(blob("image/png")),
            Delta::Audio(blob("audio/wav")),
            Delta::Sources(vec![Source::new("https://a.example", "A")]),
        ];
        let media = [
            "▣ picture · image/png · 2.0 KB · Alt+O open or save",
            "♪ recording · audio/wav · 2.0 KB · Alt+O open or save",
        ];
        let mut streaming = examples::turn(1, "p").by("m");
        for delta in deltas.clone() {
            streaming.apply(crate::chat::TurnEvent::Came { delta, after: std::time::Duration::ZERO });
        }
        assert_eq!(texts(&streaming, 80), media);
        assert_eq!(texts(&turn(deltas), 80), [&media[..], &["", "1  A · a.example"]].concat());
    }
}
