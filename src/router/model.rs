//! The local model: what a prompt is, worked out on this machine in some milliseconds. Inference and nothing else.
//!
//! | file           | owns                                                                                  |
//! |----------------|---------------------------------------------------------------------------------------|
//! | `tokenizer`    | text → pieces                                                                         |
//! | `encoder`      | text → a vector of its meaning                                                        |
//! | `features`     | text → its shape: fences, formulas, numbers                                           |
//! | `courtesy`     | a prompt without greeting and thanks                                                  |
//! | `spelling`     | a prompt as it was meant: slips repaired, shouting lowered                            |
//! | `input`        | all of these → the features that the head weighs                                      |
//! | `question`     | the sentence of a long prompt that asks                                               |
//! | `language`     | which group of languages a text is in                                                 |
//! | `head`         | all that is trained, and its file                                                     |
//! | `tuned`        | the second branch: the encoder's last layers, trained with weights of their own       |
//! | `neighbours`   | known prompts as points, and how the nearest vote                                     |
//! | `opinion`      | both branches and the vote → the probability of every class                           |
//! | `certainty`    | how often such a guess is right                                                       |
//! | `classifier`   | a prompt → the probability of every category                                          |
//! | `evidence`     | why the classifier says so                                                            |
//! | `follow_up`    | the weights for a prompt beside the turn before it                                    |
//! | `continuation` | what the classifier says becomes after that turn                                      |
//!
//! Must not know lessons, deciders or training: what lessons change comes in as numbers.

pub(super) mod certainty;
pub(super) mod classifier;
mod continuation;
mod courtesy;
pub(super) mod encoder;
pub(super) mod evidence;
mod features;
pub(super) mod follow_up;
pub(super) mod head;
pub(super) mod input;
pub(super) mod language;
pub(super) mod neighbours;
pub(super) mod opinion;
mod question;
mod spelling;
mod tokenizer;
pub(super) mod tuned;

pub(super) use classifier::{Classification, Classifier};
pub(super) use continuation::{Continuation, continuation};
pub use head::{Head, HeadError};
