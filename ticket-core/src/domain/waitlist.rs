use jiff::Timestamp;

use super::{BookingId, EntryId, Performance, PerformanceId, Seat, SeatId, Show, UserId, named_enum};

named_enum! {
    /// Where a waitlist entry stands.
    "waitlist state" WaitlistState {
        /// It waits for seats.
        Waiting = "WAITING",
        /// Seats are offered to it, until a deadline.
        Activation = "ACTIVATION",
        /// The offered seats were booked.
        Fin = "FIN",
        /// The offer was not taken in time.
        Expired = "EXPIRED",
        /// The user has given up waiting.
        Withdrawn = "WITHDRAWN",
        /// The user does not want the offered seats.
        Declined = "DECLINED",
        /// The performance was cancelled.
        Canceled = "CANCELED",
    }
}

named_enum! {
    /// Why an entry has not been served yet.
    #[non_exhaustive]
    "waiting reason" WaitingReason {
        /// The sale is over; nothing is offered any more.
        SaleClosed = "SALE_CLOSED",
        /// Enough of its seats were given back; they are offered soon, to whoever has joined first.
        NextOffer = "NEXT_OFFER",
        /// When its turn came, the offer would have put the user over his limit.
        OverLimit = "OVER_LIMIT",
        /// Enough of its seats are on sale again, or will be if nobody else takes them; they can be booked like any other.
        OnSale = "ON_SALE",
        /// Seats of it are held by somebody who is buying them, and are on sale again if he does not.
        HeldByOthers = "HELD_BY_OTHERS",
        /// Seats of it are offered to those who joined before, and come back if they do not book.
        OfferedToOthers = "OFFERED_TO_OTHERS",
        /// Too few of its seats were given back.
        SeatsTaken = "SEATS_TAKEN",
    }
}

/// A wish for some seats out of a list of seats that are taken.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WaitlistEntry {
    /// Its id. Who has the lower one is served first.
    pub id: EntryId,
    /// Who waits.
    pub user: UserId,
    /// The show.
    pub show: Show,
    /// The performance.
    pub performance: Performance,
    /// How many seats are wanted.
    pub seat_count: u32,
    /// The seats that would do, the most wanted first.
    pub seats: Vec<WantedSeat>,
    /// Where it stands.
    pub state: WaitlistState,
    /// When it joined.
    pub created_at: Timestamp,
    /// What was offered, if anything was yet.
    pub offer: Option<Offer>,
    /// When it was booked, withdrawn, declined, cancelled or expired.
    pub ended_at: Option<Timestamp>,
    /// What has come of it.
    pub booking: Option<BookingId>,
    /// When it was last passed over, because the offer would have put the user over his limit.
    pub passed_over_at: Option<Timestamp>,
    /// Where it stands in the queue, while it waits.
    pub waiting: Option<Waiting>,
}

/// A seat that an entry names.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WantedSeat {
    /// The seat.
    pub seat: Seat,
    /// Whether it is one of those that are, or were, offered.
    pub is_offered: bool,
}

/// Seats that only one waiter can book, until the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Offer {
    /// Since when.
    pub offered_at: Timestamp,
    /// Until when; at this instant it is too late.
    pub deadline: Timestamp,
}

/// The place of an entry in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// 1 for who is next: one more than the entries that have joined before, still wait, and want a seat of the same.
    pub position: u64,
    /// Why it has not been served yet.
    pub reason: WaitingReason,
}

/// A wish to join the waitlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitlistWish {
    /// How many seats are wanted: 1 to [`SEATS_MAX`](Self::SEATS_MAX).
    pub seat_count: u32,
    /// Seats that would do, the most wanted first: at least as many, and at most
    /// [`CHOICES_PER_SEAT_MAX`](Self::CHOICES_PER_SEAT_MAX) times as many.
    pub seats: Vec<SeatId>,
}

/// What one pass over the cancelled seats has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct OfferReport {
    /// Entries that seats were offered to.
    pub offered: u64,
    /// Entries that were passed over because of their user's limit.
    pub passed_over: u64,
    /// Seats that nobody waits for, and that are on sale again.
    pub returned: u64,
}

/// Who is before an entry in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaiterBefore {
    /// The entry.
    pub id: EntryId,
    /// The email of its user.
    pub email: String,
    /// How many seats it wants.
    pub seat_count: u32,
    /// Which seats both want.
    pub shared: Vec<SeatId>,
}

/// Which entries an admin wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitlistFilter {
    /// Only of this performance.
    pub performance: Option<PerformanceId>,
    /// Only in this state.
    pub state: Option<WaitlistState>,
    /// At most this many, those first who joined first.
    pub limit: u32,
}

impl Default for WaitlistFilter {
    /// The first 100 of all.
    fn default() -> Self {
        Self { performance: None, state: None, limit: 100 }
    }
}

impl WaitlistState {
    /// Whether it waits, or has an offer to answer.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Waiting | Self::Activation)
    }
}

impl WaitlistEntry {
    /// The seats that are, or were, offered; the most wanted first.
    pub fn offered_seats(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|wanted| wanted.is_offered).map(|wanted| &wanted.seat)
    }

    /// With what others hold at the moment: that is not on sale.
    #[cfg(feature = "engine")]
    pub(crate) fn mind_held(&mut self, by_others: impl Fn(SeatId) -> bool) {
        use super::SeatState;

        let Some(waiting) = self.waiting.as_mut().filter(|waiting| waiting.reason == WaitingReason::OnSale) else {
            return;
        };
        let can_be_had = |seat: &Seat| match seat.state {
            SeatState::Canceled => true,
            SeatState::Available => !by_others(seat.id),
            _ => false,
        };
        let count = self.seats.iter().filter(|wanted| can_be_had(&wanted.seat)).count();
        if count < self.seat_count as usize {
            waiting.reason = WaitingReason::HeldByOthers;
        }
    }

    /// The state as it is at `now`: an offer past its deadline has expired, recorded or not.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> WaitlistState {
        match self.offer {
            Some(offer) if self.state == WaitlistState::Activation && offer.deadline <= now => WaitlistState::Expired,
            _ => self.state,
        }
    }
}

impl WaitlistWish {
    /// Seats that one entry can want.
    pub const SEATS_MAX: u32 = 3;
    /// Seats that may be named for each that is wanted.
    pub const CHOICES_PER_SEAT_MAX: u32 = 10;
    /// Live entries that one user may have per performance.
    pub const LIVE_ENTRIES_MAX: u32 = 5;
}
