//! From a wish for seats to a ticket, and back: hold, book, cancel.

mod apply;
mod audit;
mod best;
mod block;
mod book;
mod cancel;
mod cancel_performance;
mod desk;
mod hold;
mod hold_once;
mod hold_token;
mod move_ticket;
mod nobody;
mod on_sale;
mod prices;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::complaint::Complaint;
use crate::domain::{SeatId, repeated};
use crate::error::{Error, SeatProblem};
use crate::holds::HoldStore;
use crate::storage::Store;
pub(crate) use best::BestSeats;
pub(crate) use hold_token::HoldTokens;
pub(crate) use on_sale::OnSale;

/// How long seats outside of the database stay claimed while the database sells them: as long as a request may take, and a
/// margin. The database refuses what comes later.
pub(crate) const SALE_MAX: Duration = Duration::from_secs(40);

/// Seats that one request may name.
pub const SEATS_PER_REQUEST_MAX: usize = 50;

/// Sells: it joins the store, which decides who owns a seat, with the holds, which keep the crowd apart.
#[derive(Clone)]
pub(crate) struct Reservations {
    pub(crate) store: Store,
    pub(crate) holds: Arc<dyn HoldStore>,
    pub(crate) hold_ttl: Duration,
    pub(crate) hold_cap: Duration,
    pub(crate) hold_tokens: HoldTokens,
    pub(crate) on_sale: Arc<OnSale>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What can be told of a list of seats without looking any of them up.
fn check_list(seats: &[SeatId]) -> Result<(), Error> {
    check_length("seatIds", ("seats", "좌석"), seats.len())
}

/// Nobody names more seats, or tickets, in one request.
fn check_length(field: &'static str, (what, korean): (&str, &str), named: usize) -> Result<(), Error> {
    if named > SEATS_PER_REQUEST_MAX {
        let problem = Complaint::new(
            format!("names {named} {what}; at most {SEATS_PER_REQUEST_MAX} are allowed"),
            format!("{korean} {named}개를 지정했습니다. 최대 {SEATS_PER_REQUEST_MAX}개까지 허용됩니다"),
        );
        return Err(Error::Invalid { field, problem });
    }
    Ok(())
}

/// Refuses, and names, seats that are named more than once.
fn check_distinct(seats: &[SeatId]) -> Result<(), Error> {
    let repeated = repeated(seats);
    if repeated.is_empty() {
        return Ok(());
    }
    Err(Error::SeatsNotValid { seats: repeated, problem: SeatProblem::Repeated })
}

fn without(seats: &[SeatId], dropped: &[SeatId]) -> Vec<SeatId> {
    let dropped: HashSet<&SeatId> = dropped.iter().collect();
    seats.iter().copied().filter(|seat| !dropped.contains(seat)).collect()
}
