//! What the headless commands print, and where: results on stdout, everything else on stderr.

use crate::format::{duration, percent};
use crate::router::{Decider, Decision};
use crate::text::sanitize::{one_line, sanitize};
use serde::Serialize;
use std::fmt::Arguments;
use std::io::{self, IsTerminal, StdoutLock, Write};

/// Tables are no wider than this, and narrower where the terminal is.
const WIDTH: usize = 80;
/// A prompt is cut here before it is put into a table.
const LONGEST: usize = 200;

/// Stdout, for everything that is made of names, paths and texts: whatever is written is cleaned once more, each line
/// by itself, so that nothing reaches into the next.
pub(super) fn stdout() -> Clean<StdoutLock<'static>> {
    Clean(io::stdout().lock())
}

/// See [`stdout`].
pub(super) struct Clean<W>(W);

impl<W: Write> Write for Clean<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(line_by_line(&String::from_utf8_lossy(bytes)).as_bytes()).map(|()| bytes.len())
    }

    fn write_fmt(&mut self, text: Arguments<'_>) -> io::Result<()> {
        self.0.write_all(line_by_line(&text.to_string()).as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn line_by_line(text: &str) -> String {
    text.split('\n').map(sanitize).collect::<Vec<_>>().join("\n")
}

/// A line on stderr. That nobody reads stderr is no reason to fail. It may quote a file, so it is cleaned.
pub(super) fn warn(line: &str) {
    let _ = writeln!(io::stderr().lock(), "pointsman: {}", sanitize(line));
}

/// A line on stderr that is no complaint.
pub(super) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", sanitize(line));
}

/// `coding → qwen-3-32b · judge · 312 ms`; with the reason behind it where nothing was sure.
pub(super) fn decision_line(decision: &Decision) -> String {
    let sure = decision.confidence().map(|p| format!(" {}", percent(p))).unwrap_or_default();
    let Decision { category, decider, elapsed, reason, .. } = decision;
    // That nothing was sure needs a word more.
    let why = if *decider == Decider::Default { format!(" · {reason}") } else { String::new() };
    format!("{category} → {} · {decider}{sure} · {}{why}", decision.model(), duration(*elapsed))
}

/// One JSON object and a newline, flushed: a program that reads lines gets this one now.
pub(super) fn json_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// How wide a table may be.
pub(super) fn width() -> usize {
    let terminal = io::stdout().is_terminal().then(crossterm::terminal::size);
    match terminal {
        Some(Ok((columns, _))) if columns > 0 => WIDTH.min(usize::from(columns)),
        _ => WIDTH,
    }
}

/// What a list shows of a prompt: its first line that says something, clean.
pub(super) fn first_line(prompt: &str) -> String {
    one_line(prompt.trim_start().lines().next().unwrap_or_default(), LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_is_clean_and_does_not_reach_into_the_next_line() {
        let mut out = Clean(Vec::new());
        writeln!(out, "a hostile\u{1b}]0;name").unwrap();
        writeln!(out, "b\u{9b}31m\u{202e}").unwrap();
        json_line(&mut out, &["c\u{9d}d", "e\u{1b}"]).unwrap();
        out.write_all(b"f\x9bg\n").unwrap();
        assert_eq!(String::from_utf8(out.0).unwrap(), "a hostile\nb\n[\"c\",\"e\\u001b\"]\nf\u{fffd}g\n");
    }
}
