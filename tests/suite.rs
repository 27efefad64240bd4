//! The tests by file and layer; pure rules are tested beside their code.
//!
//! Tests that take longer than about three seconds begin with `slow_`: `cargo test --locked -- --skip slow` leaves them
//! out.
//!
//! | file              | layer                           | what it tests                                                         |
//! |-------------------|---------------------------------|-----------------------------------------------------------------------|
//! | `config`          | library: config                 | every mistake in the settings names file, line, key and remedy        |
//! | `settings_files`  | program                         | the files and variables that settings and keys come from              |
//! | `routing`         | library: router                 | which decider decides when, and what a decision says                  |
//! | `lessons`         | library: router                 | what corrections teach the router, and how far that reaches           |
//! | `outcomes`        | library: router                 | which model comes first after what became of earlier answers          |
//! | `day`             | library: router                 | what a scripted day of 200 prompts costs, and how much of it is right |
//! | `eval`            | program                         | `pointsman train` and `pointsman eval`                                |
//! | `provider`        | library: provider               | the wire: what real servers send, and what becomes of it              |
//! | `streams`         | library: provider               | bodies of answers in any blocks; what fuzzing begins with             |
//! | `endpoints`       | library: provider, program      | headers, keys, proxies and certificates of a request                  |
//! | `archive`         | library: archive, store         | export and import lose nothing, and name what is damaged              |
//! | `archive_chatgpt` | library: archive                | the import of conversations from `ChatGPT`                            |
//! | `attachments`     | library: attach                 | what becomes of odd files; writes `docs/attachments.md`               |
//! | `properties`      | screen without terminal         | any events in any order: no panic, no turn lost                       |
//! | `typing`          | screen without terminal         | what is typed is what is there, compared with a model of the input     |
//! | `frames`          | screen without terminal         | pictures of the screen at four sizes                                 |
//! | `frames_chats`    | screen without terminal         | the same for chats: lists, branches, requests                         |
//! | `flows`           | loop, engine, scripted server   | what a person does, key by key                                        |
//! | `seeing`          | loop, program, scripted server  | pictures and files go along with a prompt, to models that see         |
//! | `judge`           | loop, engine, scripted server   | what the judge is asked for, and what is remembered of it             |
//! | `race`            | loop, engine, scripted server   | a guess races the judge, waits for it, or goes alone                  |
//! | `learning`        | loop, engine, scripted server   | what the screen shows of routing, and how a person teaches it         |
//! | `limits`          | loop, engine, program           | how long an answer may be, and parameters that a server refuses       |
//! | `reasoning`       | loop, engine, scripted server   | what models think: told apart, timed, kept                            |
//! | `besides`         | loop, program, pictures         | what an answer has besides text: sources, pictures, recordings        |
//! | `retry`           | loop, engine, scripted server   | retries and fallbacks when a model cannot answer                      |
//! | `guide`           | loop, program                   | the offline guide signs as no model, and offers topics by number      |
//! | `stopping`        | loop, engine, scripted server   | Esc closes the connections of a turn                                  |
//! | `models`          | loop, engine, scripted server   | lists of models, and servers found on this machine                    |
//! | `reading`         | loop, pictures, pseudo-terminal | how answers are drawn, searched, selected and linked                  |
//! | `copying`         | loop, pictures, pseudo-terminal | what leaves the screen: clipboard, files, commands                    |
//! | `chats`           | loop, engine, store             | chats are kept, found, branched and resumed                           |
//! | `faults`          | engine, store, faulty server    | every fault of endpoints and networks; writes `docs/faults.md`        |
//! | `soak`            | engine, store, faulty server    | 200 turns with a fault each; 2,000 on demand                          |
//! | `cli`             | program                         | the headless commands                                                 |
//! | `doctor`          | program                         | `pointsman doctor` when something does not work                       |
//! | `history`         | program, store                  | the commands that look into decisions and lessons                     |
//! | `history_chats`   | program, store                  | the commands that look into, export, import and delete chats          |
//! | `history_files`   | program, store                  | attached files in what those commands write and take in               |
//! | `importing`       | program, store                  | files of every origin come in, and are asked about                    |
//! | `secrets`         | program                         | no output, file or log holds a key                                    |
//! | `hostile`         | program                         | no escape sequence or hidden character passes from input to output    |
//! | `pty`             | program in a pseudo-terminal    | start, send, cancel, quit, and the terminal as it was                 |
//! | `hands`           | program in a pseudo-terminal    | a day at the keyboard, in a terminal and in tmux                      |
//! | `keyboard`        | program in a pseudo-terminal    | sequences in pieces, late replies, pastes without an end              |
//! | `crash`           | program in a pseudo-terminal    | killed at any moment, it loses no prompt                              |
//! | `real`            | loop, real server               | the main job, on demand                                               |
//! | `hygiene`         | repository                      | the rules of the source files                                         |

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, and says what it expected"
)]

mod support;

mod archive;
mod archive_chatgpt;
mod attachments;
mod besides;
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
mod guide;
mod hands;
mod history;
mod history_chats;
mod history_files;
mod hostile;
mod hygiene;
mod importing;
mod judge;
mod keyboard;
mod learning;
mod lessons;
mod limits;
mod models;
mod outcomes;
mod pictures;
mod properties;
mod provider;
mod pty;
mod race;
mod reading;
mod real;
mod reasoning;
mod recovery;
mod retry;
mod routing;
mod secrets;
mod seeing;
mod settings_files;
mod soak;
mod stopping;
mod streams;
mod typing;
