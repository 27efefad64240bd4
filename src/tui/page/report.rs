//! The page "report": how routing did, in figures and bars.

use super::{Line, Role};
use crate::report::{headline, sections};
use crate::store::RouteReport;

/// The report for a page of `width` cells; `None`: it has not come yet.
pub(crate) fn report(report: Option<&RouteReport>, width: usize) -> Vec<Line> {
    let Some(report) = report else {
        return vec![Line::text("Counting …", Role::Dim)];
    };
    if report.prompts == 0 {
        let text = "Nothing is kept yet. Send a prompt: every decision from then on is counted here.";
        return vec![Line::text(text, Role::Dim)];
    }
    let mut lines = vec![Line::text(headline(report), Role::Strong)];
    for section in sections(report, width) {
        lines.extend([Line::Air, Line::text(section.title, Role::Accent)]);
        lines.extend(section.lines.into_iter().map(Line::Figure));
    }
    lines
}
