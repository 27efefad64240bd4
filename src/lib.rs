//! pointsman: a terminal chat client that routes each prompt to the model that should answer it.
//!
//! Each room knows only the rooms below it:
//!
//! ```text
//! faces      cli        the command line; one file a headless command
//!            tui        the full-screen program: a pure state machine in a thin shell
//! services   engine     the life of a turn in background tasks: commands in, events out
//!            archive    conversations as files                                 no network, no clock
//!            report     what routing did, as text and figures
//!            store      SQLite on one thread: conversations, decisions, lessons, verdicts
//!            provider   who answers: OpenAI-compatible endpoints, the offline guide
//!            attach     files made fit to go along with a prompt                no network, no clock
//! core       chat       turns, messages, context window                        no network, no clock
//!            router     prompt → decision
//!            config     settings in layers → one validated snapshot
//! ground     text       cleaning, think tags, token estimates: pure functions on strings
//!            format     durations, percentages, sizes, columns, as people read them
//!            shell      command lines that the user wrote
//!            disk       new files for this user alone
//!            clock      the time on the wall, whatever the system says
//! ```
//!
//! A prompt's trip: `tui` or `cli` submits it to `engine`; the engine asks `router` (and through it perhaps a judge),
//! streams the answer from `provider`, and reports every step as an event, which the face shows.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test fails by panicking"))]

// The unit tests share a file with the suite, which knows this crate by its name.
#[cfg(test)]
extern crate self as pointsman;
#[cfg(test)]
#[path = "../tests/support/examples.rs"]
#[expect(dead_code, reason = "the suite needs more of it")]
mod examples;

pub mod archive;
pub mod attach;
pub mod chat;
pub mod cli;
mod clock;
pub mod config;
mod disk;
pub mod engine;
pub mod format;
pub mod provider;
pub mod report;
pub mod router;
mod shell;
pub mod store;
pub mod text;
pub mod tui;
