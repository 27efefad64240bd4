//! Pictures in the conversation: in which way the terminal draws them, how many cells each takes, and what is to be drawn.
//!
//! ```text
//! rows in sight ─► blob ─► job, on another thread ─► picture ─► cells, and what the backend makes of them
//! ```
//!
//! `way`: what the terminal can do. `space`: the cells of a picture, known before it is decoded. `job`: a blob becomes a
//! picture of that size. `marks`: the cells that stand for a picture. `shelf`: what the backend needs of it. Must not know
//! whose pictures they are.

mod job;
pub(crate) mod marks;
mod shelf;
mod sixel;
mod space;
mod way;

pub use job::{PictureJob, PictureResult};
pub use shelf::Shelf;
pub use space::{Space, TextCell};
pub use way::Way;

pub(crate) use job::{Key, Picture};
pub(crate) use space::Size;
