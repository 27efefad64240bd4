//! The loop: what happens becomes events, `update` changes the state, effects go out, frames are drawn.
//!
//! Typing comes first: a flood of tokens slows its own stream down, never a key. Frames come at most every [`FRAME`], and
//! where all that is new flowed in by itself, every [`FLOW`]; when nothing happens nothing wakes up.

use super::canvas::Clicks;
use super::click::Click;
use super::effect::Effect;
use super::event::{Event, Mouse, Now};
use super::host::{Highlighter, Host, Painter};
use super::links::Links;
use super::pictures::{Shelf, TextCell, Way};
use super::state::State;
use super::theme::Styles;
use super::update::update;
use super::view;
use crate::engine::{self, Command, Engine, StoreQuery};
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::layout::{Position, Rect};
use std::future::Future;
use std::io;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// The shortest time between two frames: at most 60 a second.
const FRAME: Duration = Duration::from_micros(16_667);

/// The same while nothing but text comes: no reader is faster, and each frame costs.
const FLOW: Duration = Duration::from_micros(33_333);
/// More text than this between two frames, in bytes, is more than anyone reads: a fast model brings a tenth of it.
const FLOOD: usize = 2048;

/// The most events that are taken at once before the screen gets its turn.
const BATCH: usize = 256;

/// A screen that is drawn on.
pub struct Screen<B: Backend> {
    terminal: Terminal<B>,
    state: State,
    styles: Styles,
    /// Of which appearance those are.
    styled: u64,
    /// What a click does, in the frame that is shown.
    clicks: Clicks,
    /// What was pressed on; it is done when the button comes up in the same place.
    pressed: Option<Click>,
    links: Links,
    highlighter: Highlighter,
    painter: Painter,
    way: Way,
    shelf: Shelf,
    started: Instant,
    last_frame: Option<Instant>,
    /// How long after that the next frame comes; `None`: nothing is new.
    pace: Option<Duration>,
    /// So many bytes of text came since the last frame.
    flowed: usize,
    /// Effects that wait until the loop goes on.
    postponed: Vec<Effect>,
}

impl<B> Screen<B>
where
    B: Backend<Error: Send + Sync + 'static>,
{
    /// A screen that shows `state`, and tells `links` which of them are in sight.
    pub fn new(terminal: Terminal<B>, state: State, styles: Styles, links: Links) -> Self {
        Self {
            links,
            terminal,
            styled: state.start.appearance.revision(),
            clicks: Clicks::default(),
            pressed: None,
            state,
            styles,
            highlighter: Highlighter::default(),
            painter: Painter::default(),
            way: Way::default(),
            shelf: Shelf::default(),
            started: Instant::now(),
            last_frame: None,
            pace: Some(FRAME),
            flowed: 0,
            postponed: Vec::new(),
        }
    }

    /// Draws pictures in that way, and tells `pictures` which of them are in sight.
    #[must_use]
    pub fn with_pictures(mut self, way: Way, pictures: Shelf) -> Self {
        (self.way, self.shelf) = (way, pictures);
        self.measure_cells();
        self
    }

    /// Asks how large a cell is, which another size of the screen may come from.
    fn measure_cells(&mut self) {
        if self.way != Way::Text {
            let cell = self.terminal.backend_mut().window_size().ok().map(TextCell::of);
            self.state.draw_pictures(self.way, cell);
        }
    }

    /// Draws a frame.
    ///
    /// # Errors
    /// When the terminal cannot be written to.
    pub fn draw(&mut self) -> io::Result<()> {
        self.notice_size()?;
        let now = self.started.elapsed();
        if self.styled != self.state.start.appearance.revision() {
            self.styled = self.state.start.appearance.revision();
            self.styles = self.state.start.appearance.styles();
        }
        let Self { terminal, state, styles, links, highlighter, painter, shelf, clicks, .. } = self;
        state.prepare();
        // What flies past is coloured when it rests.
        let flood = self.flowed > FLOOD;
        if !flood && let Some(job) = state.wanted_colours() {
            highlighter.start(job);
        }
        if let Some(job) = state.wanted_picture() {
            painter.start(job);
        }
        links.show(state.links_in_sight());
        if self.way != Way::Text {
            shelf.show(self.way, state.hung_pictures().into_iter());
        }
        let drawn = terminal.draw(|frame| {
            let (caret, clickable) = view::draw_clickable(state, styles, now, frame.buffer_mut());
            *clicks = clickable;
            if let Some(caret) = caret {
                frame.set_cursor_position(caret);
            }
        });
        drawn.map_err(io::Error::other)?;
        self.last_frame = Some(Instant::now());
        self.pace = flood.then_some(FLOW);
        self.flowed = 0;
        Ok(())
    }

    /// Runs until the user leaves.
    ///
    /// # Errors
    /// When the terminal cannot be written to or taken back.
    pub async fn run<H: Host>(
        &mut self,
        host: &mut H,
        engine: &Engine,
        events: &mut mpsc::Receiver<engine::Event>,
    ) -> io::Result<()> {
        engine.send(Command::Query(StoreQuery::Resume));
        engine.send(Command::ListModels);
        loop {
            if self.is_frame_due() {
                self.draw()?;
                if let Some(hash) = self.state.wanted_blob() {
                    engine.send(Command::Query(StoreQuery::Blob(hash)));
                }
            }
            let wake = self.wake_up();
            // Input first, so that no stream can keep a key waiting; the engine before the clock, so that a frame
            // shows what has come until now.
            let mut effects = std::mem::take(&mut self.postponed);
            if effects.is_empty() {
                effects = tokio::select! {
                    biased;
                    input = host.input() => self.happen(input),
                    Some(event) = events.recv() => self.happen(Event::Engine(event)),
                    done = self.highlighter.done() => self.happen(done),
                    done = self.painter.done() => self.happen(done),
                    () = sleep_until(wake) => self.tick(),
                };
            }
            for _ in 0..BATCH {
                // An editor or a shell must get what was there when it was asked for, not what was typed behind it.
                if effects.iter().any(|effect| !matches!(effect, Effect::Engine(_))) {
                    break;
                }
                let next = host.input_at_hand().or_else(|| events.try_recv().ok().map(Event::Engine));
                let Some(event) = next else { break };
                effects.extend(self.happen(event));
            }
            for effect in effects {
                if self.carry_out(effect, host, engine, events).await?.is_break() {
                    return Ok(());
                }
            }
        }
    }

    /// Takes over a size that no event has brought yet: a frame may be due before the event of a resize, and the first one
    /// comes before anything is listened to. A state of another size paints nothing.
    fn notice_size(&mut self) -> io::Result<()> {
        let size = self.terminal.size().map_err(io::Error::other)?;
        if self.state.window.size != (size.width, size.height) {
            self.postpone(Event::Resized { width: size.width, height: size.height });
        }
        Ok(())
    }

    /// Takes in an event in the middle of something else. Its effects are carried out when the loop goes on.
    fn postpone(&mut self, event: Event) {
        let effects = self.happen(event);
        self.postponed.extend(effects);
    }

    /// Sends postponed commands to the engine, which needs no terminal.
    fn send_postponed(&mut self, engine: &Engine) {
        for effect in std::mem::take(&mut self.postponed) {
            match effect {
                Effect::Engine(command) => engine.send(command),
                other => self.postponed.push(other),
            }
        }
    }

    fn happen(&mut self, event: Event) -> Vec<Effect> {
        // While code comes, its colours come after every piece of it.
        let colours = matches!(event, Event::Highlighted(_)) && self.state.current().is_some();
        self.flowed += event.text().map_or(0, str::len);
        let pace = if event.flows() || colours { FLOW } else { FRAME };
        self.pace = Some(self.pace.map_or(pace, |other| other.min(pace)));
        if matches!(event, Event::Resized { .. }) {
            self.measure_cells();
        }
        let now = self.now();
        let click = self.clicked(&event);
        let mut effects = update(&mut self.state, event, now);
        if let Some(click) = click {
            effects.extend(update(&mut self.state, Event::Clicked(click), now));
        }
        effects
    }

    /// What was clicked on, when the button comes up: a press that becomes a selection is none.
    fn clicked(&mut self, event: &Event) -> Option<Click> {
        match event {
            Event::Mouse(Mouse::Pressed(x, y)) => self.pressed = self.clicks.at(*x, *y).cloned(),
            Event::Mouse(Mouse::Dragged(..)) => self.pressed = None,
            Event::Mouse(Mouse::Released) => return self.pressed.take(),
            _ => {}
        }
        None
    }

    /// The clock woke us: for a frame that was put off, or because the state changes by itself.
    fn tick(&mut self) -> Vec<Effect> {
        let due = self.state.next_tick(self.started.elapsed()).is_some_and(|at| at <= self.started.elapsed());
        if due || self.pace.is_none() { self.happen(Event::Ticked) } else { Vec::new() }
    }

    /// When the next frame is due; `None`: nothing is new. It may be past, and must then still wake the loop: the time goes
    /// on between the question whether to draw and the sleep.
    fn next_frame(&self) -> Option<Instant> {
        let pace = self.pace?;
        Some(self.last_frame.map_or(self.started, |last| last + pace))
    }

    fn is_frame_due(&self) -> bool {
        self.next_frame().is_some_and(|due| due <= Instant::now())
    }

    fn wake_up(&self) -> Option<Instant> {
        let tick = self.state.next_tick(self.started.elapsed()).map(|at| self.started + at);
        [self.next_frame(), tick].into_iter().flatten().min()
    }

    fn now(&self) -> Now {
        Now { since_start: self.started.elapsed(), wall: crate::clock::now() }
    }

    async fn carry_out<H: Host>(
        &mut self,
        effect: Effect,
        host: &mut H,
        engine: &Engine,
        events: &mut mpsc::Receiver<engine::Event>,
    ) -> io::Result<ControlFlow<()>> {
        match effect {
            Effect::Engine(command) => engine.send(command),
            Effect::Edit(text) => {
                let edited = self.listening(host.edit(text), engine, events).await?;
                self.postpone(Event::Edited(edited));
                return self.come_back(host, engine);
            }
            Effect::Save { name, text, files } => host.save(name, text, files),
            Effect::SaveFile { name, blob } => host.save_file(name, blob),
            Effect::Copy { text, what } => host.copy(text, what),
            Effect::Run { run, command, input } => host.run(run, command, input),
            Effect::Attach(request) => host.attach(request),
            Effect::Complete(typed) => host.complete(typed),
            Effect::OpenFile { name, blob } => host.open_file(name, blob),
            Effect::OpenLink(address) => host.open_link(address),
            Effect::Kill => host.kill(),
            Effect::Suspend => {
                self.listening(host.suspend(), engine, events).await?;
                return self.come_back(host, engine);
            }
            Effect::Retake => {
                self.listening(host.retake(), engine, events).await?;
                self.shelf.send_again();
                return self.come_back(host, engine);
            }
            Effect::Mouse(ours) => host.mouse(ours)?,
            Effect::Title(title) => host.title(title)?,
            Effect::Ring(text) => host.ring(text.as_deref())?,
            Effect::Redraw => {
                self.shelf.send_again();
                self.forget_screen()?;
            }
            // The engine is dropped with the loop, and with it every connection.
            Effect::Quit => return Ok(ControlFlow::Break(())),
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Draws anew after another program had the terminal. If the program has to end before it has the terminal again, what
    /// is to be saved is saved, and nothing is drawn.
    fn come_back(&mut self, host: &impl Host, engine: &Engine) -> io::Result<ControlFlow<()>> {
        if host.has_terminal() {
            self.forget_screen()?;
            return Ok(ControlFlow::Continue(()));
        }
        self.postpone(Event::Terminated);
        self.send_postponed(engine);
        Ok(ControlFlow::Break(()))
    }

    /// Waits for `work` and records meanwhile what the engine reports: an answer goes on while its reader is in the
    /// editor, and so does the queue behind it.
    async fn listening<T>(
        &mut self,
        work: impl Future<Output = T>,
        engine: &Engine,
        events: &mut mpsc::Receiver<engine::Event>,
    ) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                Some(event) = events.recv() => {
                    self.postpone(Event::Engine(event));
                    self.send_postponed(engine);
                }
            }
        }
    }

    /// Whatever the terminal shows now, the next frame draws everything. The size may have changed meanwhile, too.
    fn forget_screen(&mut self) -> io::Result<()> {
        let size = self.terminal.size().map_err(io::Error::other)?;
        // Not `clear`, which asks the backend for the cursor; there is nothing here that could be asked.
        self.terminal.resize(Rect::from((Position::ORIGIN, size))).map_err(io::Error::other)?;
        self.postpone(Event::Resized { width: size.width, height: size.height });
        Ok(())
    }
}

async fn sleep_until(wake: Option<Instant>) {
    match wake {
        Some(wake) => tokio::time::sleep_until(wake.into()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples;
    use ratatui::backend::TestBackend;

    #[test]
    fn a_frame_that_is_due_wakes_the_loop_also_when_its_time_has_just_passed() {
        let terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let start = examples::start();
        let styles = start.appearance.styles();
        let mut screen = Screen::new(terminal, State::new(start), styles, Links::default());
        screen.draw().unwrap();
        screen.happen(Event::Focused(true));
        screen.last_frame = Instant::now().checked_sub(FRAME);
        assert!(screen.is_frame_due());
        assert!(screen.wake_up().is_some_and(|wake| wake <= Instant::now()));
    }
}
