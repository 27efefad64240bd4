//! Binary content: there once, as long as something refers to it.

use super::*;
use crate::chat::{Attachment, Blob, Extent};

fn blob(bytes: &[u8]) -> Blob {
    Blob { media_type: "image/png".into(), bytes: bytes.into() }
}

/// A turn with `blobs` attached, and a picture in its answer.
fn with(id: u64, chat: u64, attached: &[&Blob], answer: &Blob) -> Vec<StoreOp> {
    let mut turn = asked(id, "p");
    let attachments: Vec<Attachment> = attached
        .iter()
        .map(|blob| Attachment { name: "a".to_owned(), blob: blob.reference(), extent: Extent::Unknown })
        .collect();
    turn.ask.prompt.attachments = attachments.into();
    let put = attached.iter().copied().chain([answer]).map(|blob| StoreOp::PutBlob(blob.clone()));
    let image = Block::Image(answer.reference());
    let step = Step { blocks: vec![image], ..Step::of(None, StepOutcome::Current) };
    put.chain([begin(head(chat), &turn), begin_step(id, 0, step), end(&answered(id, "p", ""))]).collect()
}

#[tokio::test]
async fn a_blob_stays_as_long_as_something_refers_to_it() {
    let place = Place::new();
    let store = place.open();
    let [one, two, three] = [b"one", b"two", b"six"].map(|bytes| blob(bytes));
    store.write(with(1, 1, &[&one, &two], &three));
    store.write(with(2, 2, &[&two], &two));
    store.write(with(3, 3, &[], &three)).await.unwrap();
    let left = async || {
        let mut left = Vec::new();
        for blob in [&one, &two, &three] {
            let found = store.blob(blob.reference().hash).await.unwrap();
            assert!(found.is_none() || found.as_ref() == Some(blob));
            left.push(found.is_some());
        }
        left
    };
    assert_eq!(left().await, [true, true, true]);
    store.mark_deleted(1);
    assert_eq!(left().await, [true, true, true], "it can be had back");
    store.purge();
    assert_eq!(left().await, [false, true, true]);
    store.prune(Prune { max_bytes: Some(0), at_most: Some(1), ..Prune::default() }).await.unwrap();
    assert_eq!(left().await, [false, false, true]);
    store.delete_all().await.unwrap();
    assert_eq!(left().await, [false, false, false]);
}

#[tokio::test]
async fn pruning_by_size_counts_attached_files() {
    let place = Place::new();
    let store = place.open();
    let large = blob(&vec![7; 3_000_000]);
    store.write(with(1, 1, &[&large], &large));
    store.settle(head(2), answered(2, "p", &"long ".repeat(20_000))).await.unwrap();
    let tried = store.prune(Prune { max_bytes: Some(1_000_000), dry_run: true, ..Prune::default() }).await.unwrap();
    assert_eq!(tried.chats, 1, "{tried:?}");
    let done = store.prune(Prune { max_bytes: Some(1_000_000), ..Prune::default() }).await.unwrap();
    assert!(done.chats == 1 && done.bytes_after < 1_000_000, "{done:?}");
}
