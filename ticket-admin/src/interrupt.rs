//! Ctrl-C and SIGTERM, where ending at once would leave something half done.
//!
//! Most commands need nothing of this: what they change is one transaction, which is there or is not.

use std::fmt;
use std::pin::Pin;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};

/// The signals that end a program.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndSignal {
    Interrupt,
    Terminate,
}

/// Work was not let end.
#[derive(Debug)]
pub(crate) struct Interrupted(EndSignal);

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} again: ended at once", self.0)
    }
}

impl std::error::Error for Interrupted {}

impl fmt::Display for EndSignal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

impl Signals {
    /// From now on, they end nothing by themselves.
    pub(crate) fn new() -> Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen to signals");
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    pub(crate) async fn next(&mut self) -> EndSignal {
        tokio::select! {
            _ = self.interrupt.recv() => EndSignal::Interrupt,
            _ = self.terminate.recv() => EndSignal::Terminate,
        }
    }
}

/// Does work that others would have to wait for if it were broken off: the first signal lets it end, the second does not.
pub(crate) async fn let_end<T>(work: impl Future<Output = T>) -> Result<T> {
    let work = std::pin::pin!(work);
    let_end_but(&mut Signals::new()?, work).await
}

async fn let_end_but<T>(signals: &mut Signals, mut work: Pin<&mut impl Future<Output = T>>) -> Result<T> {
    tokio::select! {
        done = &mut work => return Ok(done),
        signal = signals.next() => {
            crate::output::note(format_args!("{signal}: letting it end; once more ends at once"));
        }
    }
    tokio::select! {
        done = &mut work => Ok(done),
        signal = signals.next() => Err(Interrupted(signal).into()),
    }
}

/// Does work that a signal may end at once until it sends on the channel that it is given; from then on as [`let_end`].
///
/// What is sent comes from [`Signals::new`], so that there is no moment between the two.
pub(crate) async fn let_end_late<T>(
    mut late: mpsc::UnboundedReceiver<Signals>,
    work: impl Future<Output = T>,
) -> Result<T> {
    let mut work = std::pin::pin!(work);
    let mut signals = tokio::select! {
        done = &mut work => return Ok(done),
        Some(signals) = late.recv() => signals,
    };
    let_end_but(&mut signals, work).await
}

/// Does work that clears up after itself when it is told to stop, and tells it so on the first signal.
pub(crate) fn stoppable<T: Send + 'static>(
    work: impl FnOnce(watch::Receiver<bool>) -> T + Send + 'static,
) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("cannot start the async runtime")?.block_on(async {
        let mut signals = Signals::new()?;
        let stop = watch::Sender::new(false);
        let stopped = stop.subscribe();
        let mut working = tokio::task::spawn_blocking(move || work(stopped));
        let signal = tokio::select! {
            done = &mut working => return Ok(done?),
            signal = signals.next() => signal,
        };
        stop.send_replace(true);
        // It may have been done by then.
        let done = working.await?;
        tracing::debug!(%signal, "stopped");
        Ok(done)
    })
}
