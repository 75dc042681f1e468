use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use ticket_core::domain::PerformanceId;

use super::{Checkout, OwnHold};
use crate::seat_map::{Cell, House};

/// How long a changed seat is marked.
const FLASH: SignedDuration = SignedDuration::from_millis(700);
/// More changes at once than this are not marked one by one.
const FLASHES_MAX: usize = 400;

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
    /// First visible cell of the level.
    pub origin: Cell,
    /// Seats that the user has picked, in this order.
    pub picked: Vec<usize>,
    /// Seats that are held for the user.
    pub hold: Option<OwnHold>,
    /// What the server was asked.
    pub checkout: Checkout,
    /// Digits typed before a command.
    pub count: Option<u16>,
    /// Whether `g` was pressed once.
    pub after_g: bool,
    flashes: VecDeque<(Timestamp, usize)>,
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
            origin: Cell { x: 0, y: 0 },
            picked: Vec::new(),
            hold: None,
            checkout: Checkout::Idle,
            count: None,
            after_g: false,
            flashes: VecDeque::new(),
        }
    }

    /// Which performance this is.
    #[must_use]
    pub fn performance(&self) -> PerformanceId {
        self.house.header.performance_id
    }

    /// Whether a seat is held for the user.
    #[must_use]
    pub fn is_mine(&self, seat: usize) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.seats.contains(&seat))
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
