//! Where everything is kept. One method of [`Store`] is one transaction, in domain terms; all SQL is below this module.
//!
//! `Store` is the seam to another kind of database. As there is one kind today, it is a struct and not a trait.

mod open_error;
mod sqlite;

pub use open_error::OpenError;
pub(crate) use sqlite::{
    ANSWERS_KEPT, AccountRow, Applied, ApplyOrder, BlockOrder, BookOrder, BookSeats, CancelBy, CanceledBy, Candidate,
    ChangeCursor, Changes, Ending, HeldElsewhere, JoinOrder, KeyScope, KeyUse, Keyed, LeasedMail, Letter, LetterNews,
    LockEnd, MailLease, MailOutcome, MoveOrder, NewAccount, NewRefreshToken, NewRun, OfferOrder, OfferOutcome,
    PriceOrder, Priced, RefreshUse, ReportedPerformance, ReportedPerformances, ReturnOrder, RowDamage, RunBy,
    SeatCount, SeatMapSnapshot, ShowQuery, SoldTicket, Store, TouchedSeat, Unkeyed,
};
pub use sqlite::{
    ApplyChange, ApplyReport, BookingFilter, BookingRow, CopyOptions, DatabaseCopy, FieldChange, HoldBackend,
    KeptAnswer, MailFilter, MailRow, PerformanceLeftAlone, SeatInTheWay, TicketFilter, TicketRow,
};
