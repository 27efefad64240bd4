//! The tests, by layer; pure rules are tested beside their code.
//!
//! `config`, `routing`: rules seen from outside. `provider`: the wire; `endpoints`: how it is reached, and with which key. `flows`: the real loop, headless, against a
//! scripted server. `judge` and `race`: the same, for the judge and for those who do not wait for it; `learning`: for
//! what routing shows and is taught; `reasoning`: for what models think; `reading`: for how answers are read, with pictures; `chats`: for what is kept; `copying`: for what leaves the
//! screen, with its pictures and in a pseudo-terminal. `lessons`: what
//! corrections teach the router. `models`: who has which models, and who is found on this machine. `frames` and `frames_chats`: pictures of the screen. `properties`: anything in any
//! order. `cli`: the headless commands; `doctor`: what is told when something does not work; `history` and `history_chats`: those that look into what was kept. `archive` and
//! `archive_chatgpt`: chats as files. `pty`: the built program in a pseudo-terminal; `crash`: killed there at any moment.
//! `secrets`: where a key must not be; `hostile`: what no output may hold, whatever comes in. `hygiene`: the repository's
//! own rules. `faults`: everything that endpoints do wrong, and what comes of it; `soak`: all of that, again and again;
//! `stopping`: a turn that is stopped holds no connection. `real`: against a real server, on demand.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, and says what it expected"
)]

mod support;

mod archive;
mod archive_chatgpt;
mod chats;
mod cli;
mod config;
mod copying;
mod crash;
mod day;
mod doctor;
mod endpoints;
mod eval;
mod faults;
mod flows;
mod frames;
mod frames_chats;
mod history;
mod history_chats;
mod hostile;
mod hygiene;
mod judge;
mod learning;
mod lessons;
mod models;
mod properties;
mod provider;
mod pty;
mod race;
mod reading;
mod real;
mod reasoning;
mod retry;
mod routing;
mod secrets;
mod soak;
mod stopping;
