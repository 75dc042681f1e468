//! Where everything is kept. One method of [`Store`] is one transaction, in domain terms; all SQL is below this module.
//!
//! `Store` is the seam to another kind of database. As there is one kind today, it is a struct and not a trait.

mod open_error;
mod sqlite;

pub use open_error::OpenError;
pub use sqlite::{ApplyChange, ApplyReport, BookingFilter, BookingRow, HoldBackend, KeptAnswer, SeatInTheWay};
pub(crate) use sqlite::{
    BookOrder, BookSeats, ChangeCursor, Changes, Ending, KeyScope, KeyUse, Keyed, NewAccount, NewRefreshToken,
    RefreshUse, RowDamage, SeatMapSnapshot, ShowQuery, Store, Unkeyed,
};
