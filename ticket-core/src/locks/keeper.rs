//! Keeps a lock while its work goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::{JobLock, LockHandle};
use crate::clock::Clock;
use crate::domain::later;
use crate::error::Error;

/// How work under a lock says that it gets on. Work that does keeps its lock for as long as it takes; work that is silent
/// for longer than half of `at_most` may lose it.
#[derive(Debug, Clone)]
pub struct Progress {
    job: Arc<str>,
    steps: watch::Sender<u64>,
    is_lost: Arc<AtomicBool>,
}

impl Progress {
    fn new(job: &str) -> Self {
        Self { job: job.into(), steps: watch::Sender::new(0), is_lost: Arc::default() }
    }

    /// A step is done.
    ///
    /// # Errors
    ///
    /// [`Error::LockLost`] when the lock is known to be lost: there is no use in going on.
    pub fn made(&self) -> Result<(), Error> {
        self.steps.send_modify(|count| *count += 1);
        if self.is_lost.load(Ordering::Relaxed) { Err(Error::LockLost { job: self.job.to_string() }) } else { Ok(()) }
    }
}

/// How work under a lock has ended: with its result, or by a panic.
pub(crate) struct Ended<T> {
    pub(crate) result: Result<T, JoinError>,
    /// As it is after all extensions.
    pub(crate) handle: LockHandle,
}

/// Does the work, and extends its lock while it makes progress. When this future is dropped, the work ends too.
pub(crate) async fn keep<T, F>(
    locks: &dyn JobLock,
    mut handle: LockHandle,
    clock: &dyn Clock,
    work: impl FnOnce(Progress) -> F + Send + 'static,
) -> Ended<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send,
{
    let progress = Progress::new(handle.name());
    let mut steps = progress.steps.subscribe();
    let is_lost = Arc::clone(&progress.is_lost);
    let mut task = JoinSet::new();
    task.spawn(async move { work(progress).await });
    // Of an extension that could not be had and is still wanted.
    let mut again_at = None;
    loop {
        tokio::select! {
            Some(result) = task.join_next() => return Ended { result, handle },
            () = extension_due(clock, &handle, &mut steps, again_at), if !is_lost.load(Ordering::Relaxed) => {}
        }
        steps.mark_unchanged();
        again_at = match locks.extend(&mut handle).await {
            Ok(()) => None,
            Err(Error::LockLost { job }) => {
                tracing::warn!(job, "the lock of a job was lost while it ran");
                is_lost.store(true, Ordering::Relaxed);
                None
            }
            Err(error) => {
                tracing::warn!(job = handle.name(), ?error, "the lock of a job could not be extended");
                Some(later(clock.now(), handle.at_most / 16))
            }
        };
    }
}

/// Waits until half of the lock's time is over and progress was made since the last extension.
async fn extension_due(
    clock: &dyn Clock,
    handle: &LockHandle,
    steps: &mut watch::Receiver<u64>,
    again_at: Option<jiff::Timestamp>,
) {
    if let Some(at) = again_at {
        return clock.sleep_until(at).await;
    }
    let half = handle.expires_at.checked_sub(handle.at_most / 2).unwrap_or(handle.expires_at);
    clock.sleep_until(half).await;
    if steps.changed().await.is_err() {
        // The work has dropped its end: there is no more to come, but its own.
        std::future::pending::<()>().await;
    }
}
