//! What a conversation is made of: turns of steps and blocks in branches, messages, ids, how many messages fit a model,
//! and the code in an answer.
//!
//! ```text
//! Conversation ─ a tree of turns
//!   Turn ─ Ask (prompt, place, route) · Decision · steps · Stage · Correction
//!     Step ─ one attempt: candidate, what was sent, blocks, usage, timings, outcome
//!       Block ─ reasoning, text, picture, recording, sources, tool call
//! ```
//!
//! Pure. Must not know who answers or how: routing is `router`'s, what happens to a turn and when is `engine`'s.

mod ask;
mod attachment_text;
mod blob;
mod block;
mod budget;
pub mod code;
pub mod context_window;
mod conversation;
mod delta;
pub mod id;
mod message;
mod origin;
mod place;
mod prompt;
mod prompt_size;
mod request;
mod source;
mod stage;
mod step;
mod title;
mod turn;

pub use ask::Ask;
pub use attachment_text::{context_text, picture_in_words};
pub use blob::{Blob, BlobHash, BlobRef, Blobs, media_ending, media_type_named};
pub use block::{Block, ToolCall};
pub use budget::answer_budget;
pub use conversation::Conversation;
pub use delta::{Delta, Finish, Usage};
pub use id::{ConversationId, TurnId};
pub use message::{Content, Exchange, Files, Message, Part, Role};
pub use origin::Origin;
pub use place::{Editing, Place, Reading, Spot};
pub use prompt::{Attachment, Extent, Prompt};
pub use prompt_size::PromptSize;
pub use request::SentRequest;
pub use source::Source;
pub use stage::{Ending, Retry, Stage};
pub(crate) use step::UNREACHABLE;
pub use step::{AfterFailure, Failure, Note, Step, StepOutcome, Timings};
pub use title::title;
pub use turn::GUIDE;
pub use turn::{BlockPlace, Correction, Turn, TurnEvent};
