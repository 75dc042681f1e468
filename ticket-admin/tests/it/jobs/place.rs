use std::process::Command;
use std::sync::Arc;

use ticket_core::HoldBackend::{self, Redis};
use ticket_core::clock::ManualClock;
use ticket_core::domain::{BookingId, PerformanceId, SeatId, TicketId, UserId};
use ticket_core::testing::PrivateRedis;
use ticket_core::{BoxOffice, Config};

use crate::support::{Folder, join};

/// A folder with a shop in it, and its Redis, if that keeps the holds.
pub(super) struct Place {
    pub(super) folder: Folder,
    pub(super) redis: Option<PrivateRedis>,
}

impl Place {
    pub(super) fn new(holds: HoldBackend) -> Self {
        let place = Self { folder: Folder::empty(), redis: (holds == Redis).then(PrivateRedis::start) };
        assert!(place.command(&["init"]).output().unwrap().status.success());
        place.folder.write("show.toml", crate::support::SHOW);
        assert!(place.command(&["apply", "-f", "show.toml"]).output().unwrap().status.success());
        place
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.folder.command(arguments);
        for name in ["TICKET_REDIS_URL", "TICKET_JOB_SCHEDULES", "TICKET_RUNNER", "RUST_LOG"] {
            command.env_remove(name);
        }
        if let Some(redis) = &self.redis {
            command.env("TICKET_REDIS_URL", redis.url());
        }
        command
    }

    /// The shop in this process, on the first day of 2099.
    pub(super) fn open(&self) -> BoxOffice {
        let clock = Arc::new(ManualClock::new("2099-01-01T03:00:00Z".parse().unwrap()));
        let redis = self.redis.as_ref().map(PrivateRedis::url);
        BoxOffice::open(Config { clock, redis, ..Config::new(self.folder.path("tickets.db")) }).unwrap()
    }

    pub(super) fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path("tickets.db")).unwrap()
    }
}

/// A booking that is given back seat by seat.
pub(super) struct Returned {
    user: UserId,
    booking: BookingId,
    tickets: Vec<TicketId>,
}

impl Returned {
    pub(super) async fn new(office: &BoxOffice, seats: &[i64]) -> Self {
        let user = join(office).await;
        let booking = office.book(user, seats.iter().copied().map(SeatId).collect()).await.unwrap();
        Self { user, booking: booking.id, tickets: booking.tickets.iter().map(|ticket| ticket.id).collect() }
    }

    /// Gives the n-th seat back.
    pub(super) async fn cancel(&self, office: &BoxOffice, n: usize) {
        office.cancel(self.user, self.booking, Some(vec![self.tickets[n]])).await.unwrap();
    }
}

/// What all seats of the first performance look like.
pub(super) async fn letters(office: &BoxOffice) -> String {
    office.seat_states(PerformanceId(1)).await.unwrap().states
}
