//! Ctrl-C and SIGTERM, where ending at once would leave something half done.
//!
//! Most commands need nothing of this: what they change is one transaction, which is there or is not.

use std::fmt;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

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
    let mut signals = Signals::new()?;
    let mut work = std::pin::pin!(work);
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
