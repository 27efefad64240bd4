//! Pictures as the model that is asked takes them: whether it sees them at all, and how large they may be.

use super::TurnInput;
use crate::attach::{self, PictureLimits};
use crate::chat::{Attachment, Blobs, Extent};
use crate::engine::Services;
use crate::engine::learning::spawn_compute;
use crate::router::Candidate;

/// Whether `candidate` is sent pictures. One of which nothing is known is sent those of the prompt, since only the user can
/// have chosen it for them; its refusal is remembered.
pub(super) fn sees(services: &Services, input: &TurnInput, candidate: &Candidate) -> bool {
    let vision = services.config.registry.model(&candidate.model).and_then(|info| info.vision);
    let sees = vision.unwrap_or(input.ask.prompt.images() > 0);
    sees && !services.health.is_blind(candidate)
}

/// The files of `input`, with pictures that are no larger than `candidate` takes. One that cannot be made smaller stays as it
/// is: the endpoint says what is wrong with it.
pub(super) async fn sized(services: &Services, input: &TurnInput, candidate: &Candidate) -> Blobs {
    let config = &services.config;
    let limits = PictureLimits { side: config.image_side(&candidate.model), bytes: config.chat.image_bytes };
    let is_large = |attachment: &&Attachment| match attachment.extent {
        Extent::Pixels { width, height } => width.max(height) > limits.side,
        Extent::Text { .. } => false,
        // What came from elsewhere was never made smaller.
        Extent::Unknown => attachment.blob.is_image(),
    };
    let large: Vec<_> = input.attachments().filter(is_large).map(|attachment| attachment.blob.hash.clone()).collect();
    let mut files = input.files.clone();
    for hash in large {
        let Some(blob) = files.get(&hash).cloned() else { continue };
        if let Some(Ok(Some(smaller))) = spawn_compute(move || attach::fit(&blob, limits)).await {
            files.insert(hash, smaller);
        }
    }
    files
}
