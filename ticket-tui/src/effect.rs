//! Everything that the program can do to the world, as plain values. The runner does it.

use jiff::Timestamp;
use ticket_core::api::{Credentials, JoinRequest, PasswordChange};
use ticket_core::domain::{
    BookingId, Category, EntryId, HoldId, PerformanceId, RankingPeriod, SeatId, ShowId, TicketId,
};

/// Something to be done outside the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// End the program.
    Quit,
    /// Give the terminal back to the shell until it wakes us.
    Suspend,
    /// Draw the whole screen anew: something else has written over it.
    DrawAnew,
    /// Do this after so many seconds: the server has asked for that pause.
    Later(u64, Box<Effect>),
    /// Ask the server for its time, after the pause that belongs to this attempt (0: at once).
    Probe { attempt: u32 },
    /// Log in.
    Login(Credentials),
    /// Create an account, then log in with it.
    Join(JoinRequest),
    /// Ask who is logged in.
    LoadMe,
    /// Log out.
    Logout,
    /// Read every show.
    LoadShows,
    /// Read a show and its performances.
    LoadShow(ShowId),
    /// Read layout, states and own holds of a performance.
    LoadHouse { performance: PerformanceId, with_holds: bool },
    /// Read the states of all seats.
    LoadStates(PerformanceId),
    /// Read the user's own holds.
    LoadHolds(PerformanceId),
    /// Follow a performance from this revision on, instead of any other.
    Follow(PerformanceId, String),
    /// Follow no performance.
    Unfollow,
    /// Claim seats.
    Hold(PerformanceId, Vec<SeatId>),
    /// Claim other seats with the same hold, all or nothing.
    ChangeHold { hold: HoldId, add: Vec<SeatId>, remove: Vec<SeatId> },
    /// Claim seats after a moment, for the server's clock is a little behind.
    HoldSoon(PerformanceId, Vec<SeatId>),
    /// Start the clock of a hold anew.
    Extend(HoldId),
    /// Let a hold go.
    Release(HoldId),
    /// Buy what is held. Doing it again answers the same booking.
    Confirm(HoldId),
    /// Read a page of the user's bookings.
    LoadBookings { page: u64 },
    /// Read one booking.
    LoadBooking(BookingId),
    /// Cancel tickets of a booking, or all.
    Cancel(BookingId, Option<Vec<TicketId>>),
    /// Read which shows sell best in a period, of a category or of all.
    LoadRanking(Option<Category>, RankingPeriod),
    /// Read which shows the user likes.
    LoadLikes,
    /// Like a show, or no longer. Doing it again changes nothing.
    SetLike(ShowId, bool),
    /// Change the password of whoever is logged in.
    ChangePassword(PasswordChange),
    /// Read the user's entries on the waitlist.
    LoadWaitlist,
    /// Wait for so many of these seats. Doing what was asked for at one instant again joins once.
    JoinWaitlist { performance: PerformanceId, count: u32, seats: Vec<SeatId>, asked_at: Timestamp },
    /// Give up waiting, or what is offered. Doing it again changes nothing.
    LeaveWaitlist(EntryId),
    /// Book what is offered. Doing it again answers the same booking.
    BookOffer(EntryId),
}

impl Effect {
    /// Whether the user waits for the answer.
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        let is_the_runners =
            matches!(self, Self::Quit | Self::Suspend | Self::DrawAnew | Self::Follow(..) | Self::Unfollow);
        let is_in_passing = matches!(self, Self::LoadRanking(..) | Self::LoadLikes | Self::LoadWaitlist);
        match self {
            Self::Later(_, effect) => effect.is_awaited(),
            _ => !is_the_runners && !is_in_passing && !matches!(self, Self::Probe { .. }),
        }
    }

    /// Whether something is read from the server.
    #[must_use]
    pub fn is_read(&self) -> bool {
        matches!(
            self,
            Self::LoadMe
                | Self::LoadShows
                | Self::LoadShow(_)
                | Self::LoadHouse { .. }
                | Self::LoadStates(_)
                | Self::LoadHolds(_)
                | Self::LoadBookings { .. }
                | Self::LoadBooking(_)
                | Self::LoadRanking(..)
                | Self::LoadLikes
                | Self::LoadWaitlist
        )
    }

    /// Whether it is sent again without asking anybody: what is only read, and what has a key that stays the same.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.is_read() || matches!(self, Self::Confirm(_) | Self::JoinWaitlist { .. })
    }
}
