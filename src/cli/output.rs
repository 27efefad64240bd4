//! What the headless commands print, and where: results on stdout, everything else on stderr.

use crate::human::duration;
use crate::router::{Decider, Decision};
use serde::Serialize;
use std::io::{self, Write};

/// A line on stderr. That nobody reads stderr is no reason to fail.
pub(super) fn warn(line: &str) {
    let _ = writeln!(io::stderr().lock(), "pointsman: {line}");
}

/// A line on stderr that is no complaint.
pub(super) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// `coding → qwen-3-32b · judge · 312 ms`.
pub(super) fn decision_line(decision: &Decision) -> String {
    let sure = decision.confidence().filter(|_| decision.decider != Decider::Override);
    let sure = sure.map(|p| format!(" {:.0} %", p * 100.0)).unwrap_or_default();
    let Decision { category, decider, elapsed, .. } = decision;
    format!("{category} → {} · {decider}{sure} · {}", decision.model(), duration(*elapsed))
}

/// One JSON object and a newline, flushed: whoever reads lines gets this one now.
pub(super) fn json_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")?;
    out.flush()
}
