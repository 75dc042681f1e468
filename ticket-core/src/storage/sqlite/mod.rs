//! The store over SQLite: one thread writes, a few connections read.

mod accounts;
mod apply;
mod backup;
mod blocks;
mod bookings;
mod catalog;
mod changes;
mod connection;
mod convert;
mod doctor;
mod error;
mod fences;
mod findings;
mod holds;
mod idempotency;
mod jobs;
mod letters;
mod likes;
mod locks;
mod outbox;
mod readers;
mod sales;
mod schema;
mod seats;
mod show_plan;
mod store;
mod waitlist;
mod writer;

pub(crate) use accounts::{AccountRow, NewAccount, NewRefreshToken, RefreshUse};
pub(crate) use apply::{Applied, ApplyOrder, TouchedSeat};
pub use apply::{ApplyChange, ApplyReport, FieldChange, SeatInTheWay};
pub use backup::DatabaseCopy;
pub(crate) use blocks::BlockOrder;
pub(crate) use bookings::{BookOrder, BookSeats, CancelBy};
pub use bookings::{BookingFilter, BookingRow};
pub(crate) use catalog::ShowQuery;
pub(crate) use changes::{ChangeCursor, Changes, SeatMapSnapshot};
pub(crate) use doctor::RowDamage;
pub(crate) use fences::RunBy;
pub use idempotency::KeptAnswer;
pub(crate) use idempotency::{Ending, KeyScope, KeyUse, Keyed, Unkeyed};
pub(crate) use jobs::NewRun;
pub(crate) use letters::{Letter, LetterNews};
pub(crate) use locks::LockEnd;
pub(crate) use outbox::{LeasedMail, MailLease, MailOutcome};
pub use outbox::{MailFilter, MailRow};
pub use schema::HoldBackend;
pub(crate) use store::Store;
pub(crate) use waitlist::{Candidate, HeldElsewhere, JoinOrder, OfferOrder, OfferOutcome, ReturnOrder};

/// Rows that one transaction prunes at most, so that no sale waits for long behind it.
const PRUNED_MAX: u32 = 1000;
