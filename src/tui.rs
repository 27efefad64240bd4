//! The full-screen program: a pure core in a thin shell.
//!
//! ```text
//! keyboard, signals ─┐
//!                    ├─► event ─► update(&mut state) ─► effects ─► engine, editor, terminal
//! engine events ─────┘                  │
//!                                 state ─► view::draw ─► frame, at most 60 a second
//! ```
//!
//! `canvas`, `click`: what is painted on, and what a click there does. `action`, `keys`: what a user can ask for, and with which key. `state`: everything the screen shows. `update`: what
//! follows from an event. `panels`: what lies in front, one file each. `layout`, `text`, `links`, `pictures`, `clock`,
//! `theme`, `widgets`, `view`: how it looks. `event_loop`: the loop. `terminal`, `host`: the
//! real world; nothing else in here touches it.

mod action;
mod canvas;
mod click;
mod clock;
mod effect;
mod event;
mod event_loop;
mod host;
mod keys;
mod layout;
mod links;
mod panels;
mod pictures;
mod state;
mod terminal;
mod text;
mod theme;
mod update;
mod view;
mod widgets;

#[doc(hidden)]
pub use canvas::Clicks;
pub use click::{Click, ClickAction};
pub use effect::{AttachRequest, AttachSource, Effect};
pub use event::{Copied, Event, Mouse, NotAttached, Now, Ran, ReadFile, Saved};
pub use event_loop::Screen;
pub use host::Host;
#[cfg(unix)]
#[doc(hidden)]
pub use host::decode_input;
pub(crate) use host::{Ways as ClipboardWays, ways as clipboard_ways};
pub use keys::{Chord, Keymap};
pub use links::Links;
pub use pictures::{PictureJob, PictureResult, Shelf, Space, TextCell, Way};
pub use state::{Appearance, Start, State};
pub use text::highlight::{Checkpoint, HighlightJob, HighlightResult, Highlighted};
#[doc(hidden)]
pub use text::markdown::grows_as_at_once;
pub use theme::{Depth, Styles, Themes};
pub use update::update;
pub use view::draw;
#[doc(hidden)]
pub use view::draw_clickable;

use crate::engine::{Engine, Services};
use crate::shell::ChildEnv;
use std::io;
use std::path::Path;
use std::sync::Arc;
use terminal::Takeover;

/// Runs the program on the terminal until the user leaves.
///
/// The first frame comes before everything that takes time: the engine, the network, the keyboard's reader.
///
/// # Errors
/// When the terminal cannot be used.
pub async fn run(mut start: Start, services: Services) -> io::Result<()> {
    if terminal::mouse_delays_esc(|name| std::env::var(name).ok()) {
        Arc::make_mut(&mut start.config).ui.mouse = false;
    }
    let signals = host::Signals::listen()?;
    let styles = start.appearance.styles();
    let (links, shelf) = (Links::default(), Shelf::default());
    let takeover = Takeover::begin(start.config.ui.mouse, shelf.clone())?;
    let way = Way::of(start.config.ui.images, styles.in_colour(), |name| std::env::var(name).ok());
    let terminal = terminal::open(links.clone(), shelf.clone())?;
    let mut screen = Screen::new(terminal, State::new(start), styles, links).with_pictures(way, shelf);
    screen.draw()?;
    let folder = services.folder().map(Path::to_owned);
    let env = ChildEnv::without(services.config.secret_variables());
    let (engine, mut events) = Engine::start(services);
    let mut host = host::TerminalHost::new(takeover, signals, env, folder);
    let ended = screen.run(&mut host, &engine, &mut events).await;
    let failure = host.take_failure();
    // The terminal is the user's again before anything is waited for.
    drop(host);
    engine.close().await;
    match failure {
        Some(why) => ended.and(Err(io::Error::other(format!("the keyboard cannot be read: {why}")))),
        None => ended,
    }
}
