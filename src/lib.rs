//! pointsman: a terminal chat client that routes each prompt to the model that should answer it.
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test fails by panicking"))]
pub mod chat;
pub mod cli;
pub mod config;
pub mod engine;
pub mod human;
pub mod provider;
pub mod router;
pub mod tui;
