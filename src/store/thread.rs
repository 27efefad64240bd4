//! The thread that owns the connection: work comes in a queue and is done in its order, replies go back through
//! [`Pending`]. Only this thread waits for the disk.

use super::StoreError;
use rusqlite::Connection;
use std::fs::File;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::task::{Context, Poll};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::sync::oneshot;

/// A piece of work with its reply.
pub(super) type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Work that can wait until nothing else is to be done, step by step; gives back whether there is more of it.
pub(super) type Chore = Box<dyn FnMut(&mut Connection) -> bool + Send>;

/// How long nothing must have been asked for before a step of the chore is done.
const CHORE_IDLE: Duration = Duration::from_millis(500);

/// The thread and the way to it. Dropping it waits until everything that was sent is done.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread; it keeps `presence` until it has closed the connection.
    pub(super) fn start(connection: Connection, presence: Option<File>, chore: Option<Chore>) -> io::Result<Self> {
        // Work comes at the pace of a person's prompts, so the queue needs no bound and sending never waits.
        let (jobs, queue) = mpsc::channel::<Job>();
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || {
            work(connection, &queue, chore);
            drop(presence);
        })?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    pub(super) fn send(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // When the thread is no more, the job is dropped, and its reply with it: the caller that waits learns of it.
            let _ = jobs.send(job);
        }
    }
}

fn work(mut connection: Connection, queue: &mpsc::Receiver<Job>, mut chore: Option<Chore>) {
    // Ends when the last handle is gone and everything that was sent is done.
    loop {
        let next = match &chore {
            Some(_) => queue.recv_timeout(CHORE_IDLE),
            None => queue.recv().map_err(RecvTimeoutError::from),
        };
        match next {
            Ok(job) => job(&mut connection),
            Err(RecvTimeoutError::Timeout) => {
                chore.take_if(|chore| !chore(&mut connection));
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    if let Err((_, error)) = connection.close() {
        tracing::warn!(%error, "the history could not be closed");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs.take();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the history's thread panicked");
        }
    }
}

/// Work that was handed to the store. It is done whether or not anyone waits; awaiting this gives its result.
#[derive(Debug)]
pub struct Pending<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Pending<T> {
    /// One that is pending, and the way to its result.
    pub(super) fn new() -> (oneshot::Sender<Result<T, StoreError>>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self(receiver))
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|reply| reply.unwrap_or(Err(StoreError::Stopped)))
    }
}
