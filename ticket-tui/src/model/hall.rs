use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use ratatui::layout::Rect;
use ticket_core::domain::{BookingId, HoldId, PerformanceId, SeatStatus, WaitlistWish};

use super::{Checkout, OwnHold, Prompt};
use crate::seat_map::{Cell, Filter, House};

/// How long a changed seat is marked.
const FLASH: SignedDuration = SignedDuration::from_millis(700);
/// More changes at once than this are not marked one by one.
const FLASHES_MAX: usize = 400;

/// Columns to the left of numbered seats, where the names of the rows stay while one looks around: three and a blank.
const ROW_NAME_COLUMNS: u16 = 4;
/// As many changes of the selection can be undone.
const UNDO_MAX: usize = 50;
/// So many seats are picked as the best when none are counted: most come in pairs.
const PARTY: u16 = 2;

/// The seat map of one performance and what the user does in it.
#[derive(Debug, Clone)]
pub struct Hall {
    /// The seats.
    pub house: House,
    /// The state that the seats are in.
    pub revision: String,
    /// Whether news arrive.
    pub connection: Connection,
    /// The seat under the cursor.
    pub cursor: usize,
    /// Zoom level; 0 shows single seats.
    pub level: usize,
    /// Whether single seats are drawn wide enough for their numbers.
    pub is_close: bool,
    /// First visible cell of the level.
    pub origin: Cell,
    /// Seats that the user has picked, in this order.
    pub picked: Vec<usize>,
    /// Taken seats that the user would wait for, the most wanted first.
    pub marked: Vec<usize>,
    /// Why nothing of it is sold any more.
    pub ended: Option<Ended>,
    /// Tickets of the performance that the user has, by booking.
    pub booked: Vec<(BookingId, usize)>,
    /// While the server is asked to let the user wait for them.
    pub is_joining: bool,
    /// Seats that are held for the user.
    pub hold: Option<OwnHold>,
    /// What was held for him, as far as was known, when the server was last asked for it.
    pub hold_when_asked: Option<HoldId>,
    /// What the server was asked.
    pub checkout: Checkout,
    /// Digits typed before a command.
    pub count: Option<u16>,
    /// Which free seats are of interest.
    pub filter: Filter,
    /// How the filter was written.
    pub filter_text: String,
    /// The line that is being typed.
    pub prompt: Option<Prompt>,
    /// What could take the place of seats that were lost.
    pub offers: Vec<Offer>,
    /// The seat that is to be swapped for another.
    pub swap: Option<usize>,
    /// Seats picked at once when none are counted.
    pub party: u16,
    /// Seats that were proposed as the best already, to pick or to wait for.
    pub proposed: Vec<usize>,
    /// Where the plan is held with the mouse, in columns and rows of the screen.
    pub grip: Option<(u16, u16)>,
    /// What was picked and marked earlier, the latest last.
    undo: Vec<(Vec<usize>, Vec<usize>)>,
    flashes: VecDeque<(Timestamp, usize)>,
}

/// Why nothing of a performance is sold any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The time of its sale is over.
    Closed,
    /// It will not take place.
    Cancelled,
}

/// A free seat instead of a lost one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// What was lost.
    pub lost: usize,
    /// What is free, of the same grade and price, and nearest to it.
    pub instead: usize,
}

/// Whether news of the seat map arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Not yet.
    Connecting,
    /// They do.
    Live,
    /// The connection broke and another is being tried.
    Lost,
}

impl Hall {
    /// A seat map that was just loaded.
    #[must_use]
    pub fn new(house: House, revision: String) -> Self {
        Self {
            cursor: house.best_start(),
            house,
            revision,
            connection: Connection::Connecting,
            level: 0,
            is_close: false,
            origin: Cell { x: 0, y: 0 },
            picked: Vec::new(),
            marked: Vec::new(),
            ended: None,
            booked: Vec::new(),
            is_joining: false,
            hold: None,
            hold_when_asked: None,
            checkout: Checkout::Idle,
            count: None,
            filter: Filter::default(),
            filter_text: String::new(),
            prompt: None,
            offers: Vec::new(),
            swap: None,
            party: PARTY,
            proposed: Vec::new(),
            grip: None,
            undo: Vec::new(),
            flashes: VecDeque::new(),
        }
    }

    /// Which performance this is.
    #[must_use]
    pub fn performance(&self) -> PerformanceId {
        self.house.header.performance_id
    }

    /// Whether seats are drawn with their numbers.
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        self.is_close && self.level == 0
    }

    /// Columns of the screen that a cell of the plan takes: with numbers, the glyph, the longest number and a blank.
    #[must_use]
    pub fn columns_per_cell(&self) -> u16 {
        if self.is_numbered() { self.house.number_columns + 2 } else { 1 }
    }

    /// The part of the map where seats are drawn; beside it the names of the rows have room of their own.
    #[must_use]
    pub fn plan_in(&self, map: Rect) -> Rect {
        let aside = if self.is_numbered() { ROW_NAME_COLUMNS.min(map.width) } else { 0 };
        Rect { x: map.x + aside, width: map.width - aside, ..map }
    }

    /// How many cells of the plan the map shows, side by side and one above the other.
    #[must_use]
    pub fn cells_in(&self, map: Rect) -> (u16, u16) {
        (self.plan_in(map).width / self.columns_per_cell(), map.height)
    }

    /// Whether a seat is held for the user.
    #[must_use]
    pub fn is_mine(&self, seat: usize) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.seats.contains(&seat))
    }

    /// Whether a seat is taken in a way that may end.
    #[must_use]
    pub fn can_be_waited_for(&self, seat: usize) -> bool {
        use SeatStatus::{Booked, Canceled, Held, Offered};
        !self.is_mine(seat) && matches!(self.house.status(seat), Booked | Canceled | Held | Offered)
    }

    /// Picks other seats than before, as the user wants it; can be undone.
    pub fn pick(&mut self, picked: Vec<usize>) {
        self.select(picked, self.marked.clone());
    }

    /// Marks other seats to wait for than before, as the user wants it; can be undone.
    pub fn mark(&mut self, marked: Vec<usize>) {
        self.select(self.picked.clone(), marked);
    }

    /// Picks and marks nothing any more; can be undone.
    pub fn clear(&mut self) {
        self.select(Vec::new(), Vec::new());
        self.proposed.clear();
    }

    fn select(&mut self, picked: Vec<usize>, marked: Vec<usize>) {
        if picked == self.picked && marked == self.marked {
            return;
        }
        if self.undo.len() >= UNDO_MAX {
            self.undo.remove(0);
        }
        let before = (std::mem::replace(&mut self.picked, picked), std::mem::replace(&mut self.marked, marked));
        self.undo.push(before);
        self.offers.clear();
    }

    /// Goes back to the selection before; seats that cannot be had, or waited for, any more stay away. `false` when there is
    /// none.
    pub fn undo(&mut self) -> bool {
        let Some((mut picked, mut marked)) = self.undo.pop() else { return false };
        picked.retain(|seat| self.house.is_free(*seat) && !self.is_mine(*seat));
        marked.retain(|seat| self.can_be_waited_for(*seat));
        (self.picked, self.marked) = (picked, marked);
        self.offers.clear();
        true
    }

    /// Whether there is a selection to go back to.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Nothing of it is sold any more: what was held, picked or marked is let go. Of a cancelled performance no seat is left.
    pub fn end(&mut self, ended: Ended) {
        self.ended = Some(ended);
        (self.hold, self.swap, self.checkout, self.is_joining) = (None, None, Checkout::Idle, false);
        for seats in [&mut self.picked, &mut self.marked, &mut self.proposed] {
            seats.clear();
        }
        self.offers.clear();
        self.undo.clear();
        if ended == Ended::Cancelled {
            self.house.block_all();
        }
    }

    /// Notes how many tickets of the performance the user has by a booking.
    pub fn note_booked(&mut self, booking: BookingId, tickets: usize) {
        self.booked.retain(|(known, _)| *known != booking);
        self.booked.push((booking, tickets));
    }

    /// How many of the marked seats are wanted when none are counted: as many as were proposed together, else one.
    #[must_use]
    pub fn wait_count(&self) -> u32 {
        let is_proposed = self.marked.iter().any(|seat| self.proposed.contains(seat));
        let count = if is_proposed { u32::from(self.party).min(WaitlistWish::SEATS_MAX) } else { 1 };
        count.min(u32::try_from(self.marked.len()).unwrap_or(u32::MAX)).max(1)
    }

    /// Whether there is no free seat in the house.
    #[must_use]
    pub fn is_sold_out(&self) -> bool {
        self.house.left().iter().all(|left| left.free == 0)
    }

    /// Seats of the limit per user that are held or booked.
    #[must_use]
    pub fn held_and_booked(&self) -> usize {
        let held = self.hold.as_ref().map_or(0, |hold| hold.seats.len());
        held + self.booked.iter().map(|(_, tickets)| tickets).sum::<usize>()
    }

    /// Seats that the user has, picked or held.
    pub fn own(&self) -> impl Iterator<Item = usize> {
        self.picked.iter().chain(self.hold.iter().flat_map(|hold| &hold.seats)).copied()
    }

    /// Marks a seat as just changed.
    pub fn flash(&mut self, seat: usize, now: Timestamp) {
        if self.flashes.len() >= FLASHES_MAX {
            self.flashes.pop_front();
        }
        self.flashes.push_back((now.checked_add(FLASH).unwrap_or(now), seat));
    }

    /// The seats that are marked as just changed.
    pub fn flashing(&self) -> impl Iterator<Item = usize> {
        self.flashes.iter().map(|(_, seat)| *seat)
    }

    /// Drops the marks that are over.
    pub fn end_flashes(&mut self, now: Timestamp) {
        while self.flashes.front().is_some_and(|(until, _)| *until <= now) {
            self.flashes.pop_front();
        }
    }

    pub(super) fn first_flash_end(&self) -> Option<Timestamp> {
        self.flashes.front().map(|(until, _)| *until)
    }
}
