//! The local model: what a prompt is, worked out on this machine in some milliseconds. Inference and nothing else.
//!
//! | file           | owns                                                                                  |
//! |----------------|---------------------------------------------------------------------------------------|
//! | `tokenizer`    | text → pieces                                                                         |
//! | `encoder`      | text → a vector of its meaning                                                        |
//! | `features`     | text → its shape: fences, formulas, numbers                                           |
//! | `courtesy`     | a prompt without greeting and thanks                                                  |
//! | `input`        | all of these → the features that the head weighs                                      |
//! | `head`         | the trained weights, and their file                                                   |
//! | `classifier`   | a prompt → the probability of every category                                          |
//! | `evidence`     | why the classifier says so                                                            |
//! | `follow_up`    | the weights for a prompt beside the turn before it                                    |
//! | `continuation` | what the classifier says becomes after that turn                                      |
//!
//! Must not know lessons, deciders or training: what lessons change comes in as numbers.

pub(super) mod classifier;
mod continuation;
mod courtesy;
pub(super) mod encoder;
pub(super) mod evidence;
mod features;
pub(super) mod follow_up;
pub(super) mod head;
pub(super) mod input;
mod tokenizer;

pub(super) use classifier::{Classification, Classifier};
pub(super) use continuation::{Continuation, continuation};
pub use head::{Head, HeadError};
