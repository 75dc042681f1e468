use jiff::Timestamp;

use super::{BookingId, Performance, Seat, Show, TicketId, UserId, Venue, named_enum, sum};

named_enum! {
    /// Where a booking stands.
    "booking state" BookingState {
        /// At least one ticket is valid.
        Booked = "BOOKED",
        /// Its last ticket was cancelled.
        Canceled = "CANCELED",
    }
}

named_enum! {
    /// Where a ticket stands.
    "ticket state" TicketState {
        /// Valid.
        Booked = "BOOKED",
        /// Given back.
        Canceled = "CANCELED",
    }
}

/// A sold set of seats of one performance.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// Who bought it.
    pub user: UserId,
    /// The show.
    pub show: Show,
    /// The venue.
    pub venue: Venue,
    /// The performance.
    pub performance: Performance,
    /// Where it stands.
    pub state: BookingState,
    /// When it was bought.
    pub booked_at: Timestamp,
    /// One ticket per seat, in the order of seat ids; cancelled ones stay listed.
    pub tickets: Vec<Ticket>,
}

/// One seat of a booking.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The seat, with the price paid (a later change of the seat's price does not touch it).
    pub seat: Seat,
    /// Where it stands.
    pub state: TicketState,
}

impl Booking {
    /// The tickets that are still valid.
    pub fn valid_tickets(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.iter().filter(|t| t.state == TicketState::Booked)
    }

    /// Sum of the valid tickets, in minor units.
    #[must_use]
    pub fn total_price(&self) -> i64 {
        sum(self.valid_tickets().map(|t| t.seat.price))
    }
}
