//! pointsman: a terminal chat client that routes each prompt to the model that should answer it.
//!
//! Each room knows only the rooms below it:
//!
//! ```text
//! faces      cli   the command line; one file a headless command
//!            tui   the full-screen program: a pure state machine in a thin shell
//! files      archive    conversations as files, above the store's plain types   no network, no clock
//! services   engine     the life of a turn in background tasks: commands in, events out
//!            provider   who answers: OpenAI-compatible endpoints, the offline guide
//!            store      what is kept: conversations, decisions, lessons, verdicts
//! core       router     prompt → decision                  no network, no clock
//!            chat       messages, context window, cleaning of text
//!            config     settings in layers → one validated snapshot
//! aside      human      figures as people read them
//!            shell      command lines that the user wrote
//! ```
//!
//! A prompt's trip: `tui` or `cli` submits it to `engine`; the engine asks `router` (and through it perhaps a judge),
//! streams the answer from `provider`, and reports every step as an event, which the face shows.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod archive;
pub mod chat;
pub mod cli;
pub mod config;
pub mod engine;
pub mod human;
pub mod provider;
pub mod router;
mod shell;
pub mod store;
pub mod tui;
