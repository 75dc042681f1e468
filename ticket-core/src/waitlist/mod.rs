//! Waiting for seats that are taken: join, leave, and the two jobs that offer what was cancelled and end what was offered.
//!
//! Seats that are offered are WAITING, which is all the lock they need: they are never held. Booking them is a sale like any
//! other, and is done in `reservation`.

mod expire;
mod join;
mod look;
mod offer;

use std::sync::Arc;

use crate::clock::Clock;
use crate::error::Error;
use crate::holds::HoldStore;
use crate::storage::Store;

/// Keeps the queue.
pub(crate) struct Waitlist {
    pub(crate) store: Store,
    pub(crate) holds: Arc<dyn HoldStore>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// To be called when a step of a job is done; an error tells that there is no use in going on.
type MadeProgress<'a> = &'a (dyn Fn() -> Result<(), Error> + Sync);
