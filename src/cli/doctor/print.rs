//! How the checks look: a line each in plain words, or one JSON object. Decides nothing.

use super::check::{Check, Status};
use crate::cli::output::json_line;
use crate::format::columns::{left, wrapped};
use crate::format::count;
use serde::Serialize;
use std::io::{self, Write};

/// The columns before the words of a check: mark, status, name.
const NAME: usize = 9;
const BEFORE: usize = 2 + 2 + 5 + NAME + 1;
/// However narrow the terminal is, the words get this much.
const NARROWEST: usize = 24;

/// Prints checks as they are made, under a heading for each area.
pub(super) struct Printer<W> {
    pub(super) out: W,
    pub(super) width: usize,
    area: String,
}

impl<W: Write> Printer<W> {
    pub(super) fn new(out: W, width: usize) -> Self {
        Self { out, width, area: String::new() }
    }

    pub(super) fn check(&mut self, check: &Check) -> io::Result<()> {
        if self.area != check.area {
            let gap = if self.area.is_empty() { "" } else { "\n" };
            self.area.clone_from(&check.area);
            writeln!(self.out, "{gap}{}", self.area)?;
        }
        let (mark, word) = match check.status {
            Status::Ok => ("✓", "ok"),
            Status::Warn => ("!", "warn"),
            Status::Fail => ("✗", "fail"),
        };
        let head = format!("  {mark} {} {} ", left(word, 4), left(check.name, NAME));
        self.lines(&head, &check.found)?;
        if let Some(fix) = &check.fix {
            self.lines(&format!("{:BEFORE$}→ ", ""), fix)?;
        }
        check.detail.iter().try_for_each(|line| self.lines(&format!("{:BEFORE$}│ ", ""), line))?;
        self.out.flush()
    }

    /// `text` behind `head`, and below it where it does not fit.
    fn lines(&mut self, head: &str, text: &str) -> io::Result<()> {
        let indent = head.chars().count();
        let room = self.width.saturating_sub(indent).max(NARROWEST);
        let follow = if head.ends_with("│ ") { head.to_owned() } else { " ".repeat(indent) };
        for (index, line) in wrapped(text, room).iter().enumerate() {
            let begin = if index == 0 { head } else { &follow };
            writeln!(self.out, "{}", format!("{begin}{line}").trim_end())?;
        }
        Ok(())
    }

    pub(super) fn end(&mut self, checks: &[Check]) -> io::Result<()> {
        writeln!(self.out, "\n{}", summary(checks))?;
        self.out.flush()
    }
}

/// How it went, in a line.
fn summary(checks: &[Check]) -> String {
    let number = |status| checks.iter().filter(|check| check.status == status).count() as u64;
    let (failed, warned, fine) = (number(Status::Fail), number(Status::Warn), number(Status::Ok));
    match (failed, warned) {
        (0, 0) => format!("All is well: {}.", count(fine, "check")),
        (0, _) => format!("It works: {}, {fine} ok.", count(warned, "warning")),
        _ => format!("{failed} failed, {}, {fine} ok; see what stands behind the arrows.", count(warned, "warning")),
    }
}

#[derive(Serialize)]
struct Report<'a> {
    version: &'static str,
    checks: &'a [Check],
    /// Whether nothing failed.
    ok: bool,
}

pub(super) fn json(out: &mut impl Write, checks: &[Check]) -> io::Result<()> {
    let ok = checks.iter().all(|check| check.status != Status::Fail);
    json_line(out, &Report { version: env!("CARGO_PKG_VERSION"), checks, ok })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_a_line_with_its_advice_below_and_fits_the_width() {
        let mut printer = Printer::new(Vec::new(), 50);
        let warn = Check::warn("database", "others can read this very long and winding file", "close it");
        let detail = Check { detail: vec!["at here".to_owned()], ..warn };
        for check in [Check::ok("file", "there").within("a"), detail.within("b")] {
            printer.check(&check).unwrap();
        }
        let expected = "a\n  ✓ ok   file      there\n\nb\n  ! warn database  others can read this very long\n\
            \x20                  and winding file\n                   → close it\n                   │ at here\n";
        assert_eq!(String::from_utf8(printer.out).unwrap(), expected);
    }

    #[test]
    fn the_summary_says_the_worst_first() {
        let (ok, warn, fail) = (Check::ok("a", ""), Check::warn("b", "", ""), Check::fail("c", "", ""));
        assert_eq!(summary(std::slice::from_ref(&ok)), "All is well: 1 check.");
        assert_eq!(summary(&[ok.clone(), warn.clone()]), "It works: 1 warning, 1 ok.");
        assert!(summary(&[ok, warn, fail]).starts_with("1 failed, 1 warning, 1 ok"));
    }
}
