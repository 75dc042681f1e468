use jiff::{SignedDuration, Timestamp};
use ticket_core::api::{OfferDetails, WaitlistEntryDetails};
use ticket_core::domain::{EntryId, PerformanceId, SeatId, SeatStatus, WaitlistState};

use super::{Hall, Model};

/// How often the server is asked for news of entries that wait.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(30);
/// An offer may be answered elsewhere: what was read longer ago is read again before another screen tells of it.
const OFFER_IS_NEWS: SignedDuration = SignedDuration::from_secs(5);

/// The user's entries on the waitlist.
#[derive(Debug, Clone, Default)]
pub struct Waitlist {
    /// Newest first; `None` until the server has answered.
    pub list: Option<Vec<WaitlistEntryDetails>>,
    /// Index in the list.
    pub cursor: usize,
    /// The question that waits for y or n.
    pub ask: Option<WaitAsk>,
    /// While the server books or gives up.
    pub is_busy: bool,
    /// When the server was last asked, by our clock.
    pub asked_at: Option<Timestamp>,
}

/// What is asked before it is done to the entry under the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitAsk {
    /// Whether to book what is offered.
    Book,
    /// Whether to give up waiting, or what is offered.
    Leave,
}

impl Waitlist {
    /// The entries, newest first.
    #[must_use]
    pub fn entries(&self) -> &[WaitlistEntryDetails] {
        self.list.as_deref().unwrap_or_default()
    }

    /// The entry under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&WaitlistEntryDetails> {
        self.entries().get(self.cursor)
    }

    /// Whether an entry waits, or has an offer to answer.
    #[must_use]
    pub fn has_live(&self) -> bool {
        self.entries().iter().any(|entry| entry.current_state.is_live())
    }

    /// The entries that seats are offered to, as the server last said.
    pub fn offered(&self) -> impl Iterator<Item = (&WaitlistEntryDetails, &OfferDetails)> {
        let offered = self.entries().iter().filter(|entry| entry.current_state == WaitlistState::Activation);
        offered.filter_map(|entry| Some((entry, entry.offer.as_ref()?)))
    }

    /// The seats of a performance that are offered to the user.
    fn offered_of(&self, performance: PerformanceId) -> impl Iterator<Item = SeatId> {
        let offered = self.offered().filter(move |(entry, _)| entry.performance_id == performance);
        offered.flat_map(|(_, offer)| offer.seat_ids.iter().copied())
    }

    /// The seats of a performance that the user waits for.
    fn waited_of(&self, performance: PerformanceId) -> impl Iterator<Item = SeatId> {
        let entries = self.entries().iter().filter(move |entry| entry.performance_id == performance);
        let waiting = entries.filter(|entry| entry.current_state == WaitlistState::Waiting);
        waiting.flat_map(|entry| entry.seats.iter().map(|wanted| wanted.seat.seat_id))
    }

    /// Whether the user waits for a seat of a performance, or it is offered to the user.
    #[must_use]
    pub fn concerns(&self, (performance, seat): (PerformanceId, SeatId)) -> bool {
        self.waited_of(performance).chain(self.offered_of(performance)).any(|id| id == seat)
    }

    /// Takes an entry as it is now in the place of what was known of it.
    pub fn replace(&mut self, entry: WaitlistEntryDetails) {
        let known = self.list.iter_mut().flatten().find(|e| e.waiting_booking_id == entry.waiting_booking_id);
        if let Some(known) = known {
            *known = entry;
        }
    }

    /// When there may be news, by our clock.
    pub(super) fn next_look(&self) -> Option<Timestamp> {
        self.asked_at?.checked_add(LOOK_EVERY).ok()
    }
}

impl Model {
    /// Whether an offer is told of that may have been answered elsewhere meanwhile.
    #[must_use]
    pub fn tells_old_offer(&self) -> bool {
        let is_old = |at: Timestamp| self.now.duration_since(at) >= OFFER_IS_NEWS;
        self.offer_to_tell().is_some() && self.offline.is_none() && self.waitlist.asked_at.is_none_or(is_old)
    }

    /// The seats of a hall that are offered to the user, and still to be had.
    pub fn offered_seats(&self, hall: &Hall) -> impl Iterator<Item = usize> {
        let seats = self.waitlist.offered_of(hall.performance()).filter_map(|id| hall.house.find(id));
        seats.filter(|seat| hall.house.status(*seat) == SeatStatus::Offered)
    }

    /// How many seats of a hall the user may still pick, with those that are picked: the server counts what is held, booked and
    /// offered against the limit.
    #[must_use]
    pub fn room(&self, hall: &Hall) -> usize {
        let limit = hall.house.header.max_seats_per_user as usize;
        limit.saturating_sub(hall.held_and_booked() + self.offered_seats(hall).count())
    }

    /// The entry that the seat under the cursor of the map is offered to.
    #[must_use]
    pub fn offered_at_cursor(&self) -> Option<EntryId> {
        let hall = self.hall.as_ref()?;
        let is_offered = self.offered_seats(hall).any(|seat| seat == hall.cursor);
        let seat = hall.house.place(hall.cursor).filter(|_| is_offered)?.id;
        self.waitlist.offered().find(|(_, offer)| offer.seat_ids.contains(&seat)).map(|(e, _)| e.waiting_booking_id)
    }

    /// The taken seats of a hall that the user waits for.
    pub fn waited_for(&self, hall: &Hall) -> impl Iterator<Item = usize> {
        let seats = self.waitlist.waited_of(hall.performance()).filter_map(|id| hall.house.find(id));
        seats.filter(|seat| hall.can_be_waited_for(*seat))
    }
}
