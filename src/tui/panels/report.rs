//! The report: routing in figures and bars.

mod chart;
mod lines;

use super::{Flow, Head, Hint, Input, OpenPanel, Opening, Panel, show};
use crate::engine::{Command, StoreQuery};
use crate::store::{Days, RouteReport};
use crate::text::sanitize::one_line;
use crate::tui::action::Action;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::event::Now;
use crate::tui::state::State;
use crate::tui::text::lines::{Line, rows};
use crate::tui::widgets::page::Page;
use ratatui::layout::{Position, Rect};

/// The most characters of a notice: the status row is not longer on any screen.
const NOTICE_CHARS_MAX: usize = 400;

/// How many days the report draws: two weeks.
const DAYS: u16 = 14;

#[derive(Debug, Default)]
pub(crate) struct Report {
    /// The figures, once they have come.
    figures: Option<Box<RouteReport>>,
    page: Page,
}

impl Panel for Report {
    const OPENING: Option<Opening> = Some(Opening {
        action: "open-report",
        title: "Report",
        words: "cost price usage statistics tokens spending numbers",
        help: "how routing did: the report",
        after: "open-lessons",
        toggles: true,
        open,
    });

    fn update(&mut self, input: Input, _: &mut State, _: Now) -> Flow {
        let Input::Scroll { rows, .. } = input else { return Flow::Pass };
        self.page.scroll_by(rows);
        Flow::Stay(Vec::new())
    }

    fn fit(&mut self, state: &State) {
        let (width, height) = state.panel_room();
        self.page.fit(self.rows(state, width), height);
    }

    fn head(&self, _: &State) -> Head {
        Head::new("Report")
    }

    fn rows(&self, state: &State, width: u16) -> usize {
        rows(&self.lines(state, width), usize::from(width))
    }

    fn draw(&self, state: &State, area: Rect, canvas: &mut Canvas) -> Option<Position> {
        self.page.draw(&self.lines(state, area.width), area, canvas);
        None
    }

    fn hints(&self, _: &State) -> &'static [Hint] {
        &[(Action::Close, "close"), (Action::Down, "more")]
    }
}

impl Report {
    fn lines(&self, state: &State, width: u16) -> Vec<Line> {
        lines::lines(self.figures.as_deref(), state.start.config.registry.categories(), usize::from(width))
    }
}

/// Asks for the report and opens its page.
fn open(state: &mut State, now: Now) -> Vec<Effect> {
    show(state, Report::default());
    let timezone = state.start.timezone.clone();
    let last = now.wall.to_zoned(timezone.clone()).date();
    vec![Effect::Engine(Command::Query(StoreQuery::Report(Days { last, count: DAYS, timezone })))]
}

/// Takes the report, unless its page was closed meanwhile.
pub(crate) fn reported(state: &mut State, figures: Box<RouteReport>) {
    if let Some(OpenPanel::Report(report)) = &mut state.panel {
        report.figures = Some(figures);
    }
}

/// The engine says something. Where the report is waited for, that is why it does not come: an empty page would hide it.
pub(crate) fn noticed(state: &mut State, text: &str, now: Now) {
    if matches!(&state.panel, Some(OpenPanel::Report(report)) if report.figures.is_none()) {
        state.panel = None;
    }
    state.tell(one_line(text, NOTICE_CHARS_MAX), now);
}
