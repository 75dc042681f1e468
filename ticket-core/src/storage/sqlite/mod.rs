//! The store over SQLite: one thread writes, a few connections read.

mod accounts;
mod apply;
mod backup;
mod blocks;
mod bookings;
mod cancellation;
mod catalog;
mod changes;
mod connection;
mod convert;
mod doctor;
mod edits;
mod error;
mod fences;
mod files;
mod findings;
mod holds;
mod idempotency;
mod jobs;
mod letters;
mod likes;
mod locks;
mod moves;
mod outbox;
mod prices;
mod readers;
mod reports;
mod sales;
mod schema;
mod seats;
mod show_plan;
mod store;
mod tickets;
mod waitlist;
mod writer;

pub(crate) use accounts::{AccountRow, NewAccount, NewRefreshToken, RefreshUse};
pub(crate) use apply::{Applied, ApplyOrder, TouchedSeat};
pub use apply::{ApplyChange, ApplyReport, FieldChange, PerformanceLeftAlone, SeatInTheWay};
pub use backup::{CopyOptions, DatabaseCopy};
pub(crate) use blocks::BlockOrder;
pub(crate) use bookings::{BookOrder, BookSeats, CancelBy};
pub use bookings::{BookingFilter, BookingRow};
pub(crate) use catalog::ShowQuery;
pub(crate) use changes::{ChangeCursor, Changes, SeatMapSnapshot};
pub(crate) use doctor::RowDamage;
pub(crate) use fences::RunBy;
pub use idempotency::KeptAnswer;
pub(crate) use idempotency::{ANSWERS_KEPT, Ending, KeyScope, KeyUse, Keyed, Unkeyed};
pub(crate) use jobs::NewRun;
pub(crate) use letters::{Letter, LetterNews};
pub(crate) use locks::LockEnd;
pub(crate) use moves::MoveOrder;
pub(crate) use outbox::{CanceledBy, LeasedMail, MailLease, MailOutcome};
pub use outbox::{MailFilter, MailRow};
pub(crate) use prices::{PriceOrder, Priced};
pub(crate) use reports::{ReportedPerformance, ReportedPerformances, SeatCount, SoldTicket};
pub use schema::HoldBackend;
pub(crate) use store::Store;
pub use tickets::{TicketFilter, TicketRow};
pub(crate) use waitlist::{Candidate, HeldElsewhere, JoinOrder, OfferOrder, OfferOutcome, ReturnOrder};

use jiff::Timestamp;

use crate::error::Error;

/// Rows that one transaction prunes at most, so that no sale waits for long behind it.
const PRUNED_MAX: u32 = 1000;

/// Refuses what comes later than its claim ends, which was made outside of the database: somebody else may hold these seats
/// by now. `what` names them.
fn check_claimed(until: Option<Timestamp>, what: &str, now: Timestamp) -> Result<(), Error> {
    if until.is_some_and(|until| until <= now) {
        return Err(Error::Unavailable { reason: format!("the claim on {what} has ended") });
    }
    Ok(())
}
