//! Holding, booking and cancelling: every outcome, every seat, every hold must agree.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{Booking, BookingId, HeldSeats, HoldId, TicketState, UserId};
use ticket_core::testing::{TestShop, offer_canceled_seats};
use ticket_core::{Error, SeatProblem};

use super::{Set, Stage, USERS, names_some_of, nth, play_sequences};

const SEATS: usize = 7;
const LIMIT: usize = 4;
const TTL: Duration = Duration::from_mins(7);
const CAP: Duration = Duration::from_mins(20);

#[derive(Debug, Clone)]
enum Op {
    Hold {
        user: usize,
        seats: Set,
    },
    /// `hold` and `booking` count what there has been so far, wrapping around.
    Extend {
        user: usize,
        hold: usize,
    },
    Release {
        user: usize,
        hold: usize,
    },
    Change {
        user: usize,
        hold: usize,
        add: Set,
        remove: Set,
    },
    Confirm {
        user: usize,
        hold: usize,
    },
    Book {
        user: usize,
        seats: Set,
    },
    Cancel {
        user: usize,
        booking: usize,
        tickets: Set,
        /// Each ticket is named twice.
        twice: bool,
    },
    ReturnCanceled,
    Advance {
        seconds: u64,
    },
    Sweep,
    /// Everything is left as it is, and another process goes on.
    Reopen,
}

fn op() -> impl Strategy<Value = Op> {
    let user = 0..USERS;
    let nth = 0..16usize;
    let seats = |max| prop::collection::btree_set(0..SEATS, 1..=max);
    let some = || prop::collection::btree_set(0..SEATS, 0..=2);
    prop_oneof![
        6 => (user.clone(), seats(3)).prop_map(|(user, seats)| Op::Hold { user, seats }),
        2 => (user.clone(), nth.clone()).prop_map(|(user, hold)| Op::Extend { user, hold }),
        2 => (user.clone(), nth.clone()).prop_map(|(user, hold)| Op::Release { user, hold }),
        4 => (user.clone(), nth.clone(), some(), some())
            .prop_map(|(user, hold, add, remove)| Op::Change { user, hold, add, remove }),
        4 => (user.clone(), nth.clone()).prop_map(|(user, hold)| Op::Confirm { user, hold }),
        3 => (user.clone(), seats(3)).prop_map(|(user, seats)| Op::Book { user, seats }),
        3 => (user, nth, some(), prop::bool::weighted(0.2))
            .prop_map(|(user, booking, tickets, twice)| Op::Cancel { user, booking, tickets, twice }),
        2 => Just(Op::ReturnCanceled),
        3 => prop_oneof![1..30u64, 100..440u64].prop_map(|seconds| Op::Advance { seconds }),
        1 => Just(Op::Sweep),
        1 => Just(Op::Reopen),
    ]
}

/// How an operation ended, as far as the model foretells it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Done,
    Held {
        seats: Set,
        expires_at: Timestamp,
        extendable_until: Timestamp,
    },
    Booked {
        seats: Set,
    },
    /// Confirmed before: the booking with this number.
    BookedBefore(usize),
    Canceled {
        seats: Set,
    },
    Returned(u64),
    /// Some of these, at least one.
    Taken(Set),
    OverLimit,
    /// There is no such hold, or none any more.
    Gone,
    NoSuchBooking,
    CanceledBefore,
    NothingLeft,
    /// Something is named twice.
    Repeated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sold {
    No,
    To(usize),
    Canceled,
}

#[derive(Debug, Clone)]
struct ModelHold {
    user: usize,
    seats: Set,
    expires_at: Timestamp,
    extendable_until: Timestamp,
    booking: Option<usize>,
}

#[derive(Debug, Clone)]
struct ModelBooking {
    user: usize,
    /// Seats of the tickets, and whether these are valid.
    tickets: Vec<(usize, bool)>,
}

/// The rules, without a database, without concurrency, without faults.
struct Model {
    now: Timestamp,
    sold: [Sold; SEATS],
    holds: Vec<ModelHold>,
    bookings: Vec<ModelBooking>,
}

impl Model {
    fn new(now: Timestamp) -> Self {
        Self { now, sold: [Sold::No; SEATS], holds: Vec::new(), bookings: Vec::new() }
    }

    fn apply(&mut self, op: &Op) -> Outcome {
        match op {
            Op::Hold { user, seats } => self.hold(*user, seats),
            Op::Extend { user, hold } => self.extend(*user, *hold),
            Op::Release { user, hold } => match self.live(*user, *hold) {
                Some(hold) => {
                    self.holds[hold].seats.clear();
                    Outcome::Done
                }
                None => Outcome::Gone,
            },
            Op::Change { user, hold, add, remove } => self.change(*user, *hold, add, remove),
            Op::Confirm { user, hold } => self.confirm(*user, *hold),
            Op::Book { user, seats } => self.book(*user, seats),
            Op::Cancel { user, booking, tickets, twice } => self.cancel(*user, *booking, tickets, *twice),
            Op::ReturnCanceled => {
                let canceled = self.sold.iter_mut().filter(|sold| **sold == Sold::Canceled);
                Outcome::Returned(canceled.map(|sold| *sold = Sold::No).count() as u64)
            }
            Op::Advance { seconds } => {
                self.now += Duration::from_secs(*seconds);
                Outcome::Done
            }
            Op::Sweep | Op::Reopen => Outcome::Done,
        }
    }

    fn hold(&mut self, user: usize, seats: &Set) -> Outcome {
        if let Err(refused) = self.check(user, seats, &Set::new()) {
            return refused;
        }
        let (mut expires_at, mut extendable_until) = (self.now + TTL, self.now + CAP);
        for former in self.take_over(user, None, seats) {
            expires_at = expires_at.min(former.0);
            extendable_until = extendable_until.min(former.1);
        }
        self.holds.push(ModelHold { user, seats: seats.clone(), expires_at, extendable_until, booking: None });
        Outcome::Held { seats: seats.clone(), expires_at, extendable_until }
    }

    fn extend(&mut self, user: usize, hold: usize) -> Outcome {
        let Some(hold) = self.live(user, hold) else { return Outcome::Gone };
        let until = (self.now + TTL).min(self.holds[hold].extendable_until);
        self.holds[hold].expires_at = self.holds[hold].expires_at.max(until);
        self.held(hold)
    }

    fn change(&mut self, user: usize, hold: usize, add: &Set, remove: &Set) -> Outcome {
        if self.nth_hold(hold).is_some() && !add.is_disjoint(remove) {
            return Outcome::Repeated;
        }
        let Some(hold) = self.live(user, hold) else { return Outcome::Gone };
        let before = self.holds[hold].seats.clone();
        // What is not in the hold need not be dropped.
        let dropped = &before & remove;
        let mut wanted: Set = &before - &dropped;
        wanted.extend(add - &before);
        if wanted.is_empty() {
            return Outcome::NothingLeft;
        }
        if let Err(refused) = self.check_sold(&wanted) {
            return refused;
        }
        if let Err(refused) = self.check(user, &wanted, &dropped) {
            return refused;
        }
        for (expires_at, extendable_until) in self.take_over(user, Some(hold), &wanted) {
            let hold = &mut self.holds[hold];
            hold.expires_at = hold.expires_at.min(expires_at);
            hold.extendable_until = hold.extendable_until.min(extendable_until);
        }
        self.holds[hold].seats = wanted;
        self.held(hold)
    }

    fn confirm(&mut self, user: usize, hold: usize) -> Outcome {
        let known = self.nth_hold(hold);
        if let Some(hold) = known.filter(|hold| hold.user == user)
            && let Some(booking) = hold.booking
        {
            return Outcome::BookedBefore(booking);
        }
        let Some(hold) = self.live(user, hold) else { return Outcome::Gone };
        let seats = std::mem::take(&mut self.holds[hold].seats);
        self.holds[hold].booking = Some(self.bookings.len());
        self.sell(user, seats)
    }

    fn book(&mut self, user: usize, seats: &Set) -> Outcome {
        if let Err(refused) = self.check(user, seats, &Set::new()) {
            return refused;
        }
        self.take_over(user, None, seats);
        self.sell(user, seats.clone())
    }

    fn cancel(&mut self, user: usize, booking: usize, tickets: &Set, twice: bool) -> Outcome {
        let Some(booking) = nth(booking, self.bookings.len()) else { return Outcome::NoSuchBooking };
        let booking = &mut self.bookings[booking];
        if booking.user != user {
            return Outcome::NoSuchBooking;
        }
        let named = named_tickets(tickets, booking.tickets.len());
        if booking.tickets.iter().all(|(_, valid)| !valid) {
            return Outcome::CanceledBefore;
        }
        if twice && !named.is_empty() {
            return Outcome::Repeated;
        }
        if named.iter().any(|ticket| !booking.tickets[*ticket].1) {
            return Outcome::CanceledBefore;
        }
        let mut seats = Set::new();
        for (n, (seat, valid)) in booking.tickets.iter_mut().enumerate() {
            if *valid && (named.is_empty() || named.contains(&n)) {
                *valid = false;
                self.sold[*seat] = Sold::Canceled;
                seats.insert(*seat);
            }
        }
        Outcome::Canceled { seats }
    }

    fn sell(&mut self, user: usize, seats: Set) -> Outcome {
        for seat in &seats {
            self.sold[*seat] = Sold::To(user);
        }
        self.bookings.push(ModelBooking { user, tickets: seats.iter().map(|seat| (*seat, true)).collect() });
        Outcome::Booked { seats }
    }

    /// What a claim of these seats must pass; `dropped` are given up at the same time.
    fn check(&self, user: usize, seats: &Set, dropped: &Set) -> Result<(), Outcome> {
        let mut taken = self.unsold_not(seats);
        taken.extend(seats.iter().filter(|seat| self.holder(**seat).is_some_and(|holder| holder != user)));
        if !taken.is_empty() {
            return Err(Outcome::Taken(taken));
        }
        let mut all: Set = (0..SEATS).filter(|seat| self.holder(*seat) == Some(user)).collect();
        all = &all - dropped;
        all.extend((0..SEATS).filter(|seat| self.sold[*seat] == Sold::To(user)));
        all.extend(seats);
        if all.len() > LIMIT { Err(Outcome::OverLimit) } else { Ok(()) }
    }

    fn check_sold(&self, seats: &Set) -> Result<(), Outcome> {
        let taken = self.unsold_not(seats);
        if taken.is_empty() { Ok(()) } else { Err(Outcome::Taken(taken)) }
    }

    fn unsold_not(&self, seats: &Set) -> Set {
        seats.iter().copied().filter(|seat| self.sold[*seat] != Sold::No).collect()
    }

    /// Takes these seats out of the user's other live holds, and tells the clocks of these.
    fn take_over(&mut self, user: usize, but: Option<usize>, seats: &Set) -> Vec<(Timestamp, Timestamp)> {
        let mut clocks = Vec::new();
        for (n, hold) in self.holds.iter_mut().enumerate() {
            if Some(n) != but && hold.user == user && hold.expires_at > self.now && !hold.seats.is_disjoint(seats) {
                hold.seats = &hold.seats - seats;
                clocks.push((hold.expires_at, hold.extendable_until));
            }
        }
        clocks
    }

    fn holder(&self, seat: usize) -> Option<usize> {
        self.holds.iter().find(|hold| hold.expires_at > self.now && hold.seats.contains(&seat)).map(|hold| hold.user)
    }

    fn nth_hold(&self, n: usize) -> Option<&ModelHold> {
        nth(n, self.holds.len()).map(|n| &self.holds[n])
    }

    fn live(&self, user: usize, n: usize) -> Option<usize> {
        let n = nth(n, self.holds.len())?;
        let hold = &self.holds[n];
        (hold.user == user && hold.expires_at > self.now && !hold.seats.is_empty()).then_some(n)
    }

    fn held(&self, n: usize) -> Outcome {
        let ModelHold { seats, expires_at, extendable_until, .. } = self.holds[n].clone();
        Outcome::Held { seats, expires_at, extendable_until }
    }

    /// The letters of the seat map.
    fn states(&self) -> String {
        (0..SEATS)
            .map(|seat| match (self.sold[seat], self.holder(seat)) {
                (Sold::To(_), _) => 'B',
                (Sold::Canceled, _) => 'C',
                (Sold::No, Some(_)) => 'H',
                (Sold::No, None) => 'A',
            })
            .collect()
    }

    /// The live holds of a user.
    fn holds_of(&self, user: usize) -> BTreeSet<(Timestamp, Timestamp, Vec<usize>)> {
        let live = self.holds.iter().filter(|h| h.user == user && h.expires_at > self.now && !h.seats.is_empty());
        live.map(|hold| (hold.expires_at, hold.extendable_until, hold.seats.iter().copied().collect())).collect()
    }
}

fn named_tickets(tickets: &Set, of: usize) -> Set {
    tickets.iter().filter_map(|ticket| nth(*ticket, of)).collect()
}

/// The real thing.
struct Real<'a> {
    stage: Stage<'a>,
    holds: Vec<HoldId>,
    bookings: Vec<Booking>,
}

impl<'a> Real<'a> {
    async fn new(shop: &'a TestShop, users: &[UserId], case: u32) -> Self {
        // Whatever an earlier sequence has left behind ends here.
        shop.clock.advance(Duration::from_mins(30));
        offer_canceled_seats(&shop.box_office).await;
        Self { stage: Stage::new(shop, users, case, SEATS, LIMIT).await, holds: Vec::new(), bookings: Vec::new() }
    }

    async fn apply(&mut self, op: &Op) -> Outcome {
        let office = self.stage.office.clone();
        match op {
            Op::Hold { user, seats } => {
                let held = office.hold(self.stage.users[*user], self.stage.ids(seats)).await;
                if let Ok(held) = &held {
                    self.holds.push(held.hold.id);
                }
                self.held(held)
            }
            Op::Extend { user, hold } => match self.nth_hold(*hold) {
                Some(hold) => self.held(office.extend_hold(self.stage.users[*user], hold).await),
                None => Outcome::Gone,
            },
            Op::Release { user, hold } => match self.nth_hold(*hold) {
                Some(hold) => match office.release_hold(self.stage.users[*user], hold).await {
                    Ok(()) => Outcome::Done,
                    Err(error) => self.refused(error),
                },
                None => Outcome::Gone,
            },
            Op::Change { user, hold, add, remove } => match self.nth_hold(*hold) {
                Some(hold) => {
                    let (add, remove) = (self.stage.ids(add), self.stage.ids(remove));
                    self.held(office.change_hold(self.stage.users[*user], hold, add, remove).await)
                }
                None => Outcome::Gone,
            },
            Op::Confirm { user, hold } => match self.nth_hold(*hold) {
                Some(hold) => self.booked(office.confirm(self.stage.users[*user], hold).await),
                None => Outcome::Gone,
            },
            Op::Book { user, seats } => {
                let booking = office.book(self.stage.users[*user], self.stage.ids(seats)).await;
                self.booked(booking)
            }
            Op::Cancel { user, booking, tickets, twice } => self.cancel(*user, *booking, tickets, *twice).await,
            Op::ReturnCanceled => Outcome::Returned(offer_canceled_seats(&office).await.returned),
            Op::Advance { seconds } => {
                self.stage.advance(Duration::from_secs(*seconds));
                Outcome::Done
            }
            Op::Sweep => {
                office.sweep_holds().await.unwrap();
                Outcome::Done
            }
            Op::Reopen => {
                self.stage.reopen().await;
                Outcome::Done
            }
        }
    }

    async fn cancel(&mut self, user: usize, booking: usize, tickets: &Set, twice: bool) -> Outcome {
        let Some(booking) = nth(booking, self.bookings.len()) else { return Outcome::NoSuchBooking };
        let booking = &self.bookings[booking];
        let named = named_tickets(tickets, booking.tickets.len());
        let times = if twice { 2 } else { 1 };
        let named = (!named.is_empty())
            .then(|| named.iter().flat_map(|n| std::iter::repeat_n(booking.tickets[*n].id, times)).collect());
        match self.stage.office.cancel(self.stage.users[user], booking.id, named).await {
            Ok((after, canceled)) => {
                let canceled = after.tickets.iter().filter(|ticket| canceled.contains(&ticket.id));
                Outcome::Canceled { seats: canceled.map(|ticket| self.stage.index(ticket.seat.id)).collect() }
            }
            Err(error) => self.refused(error),
        }
    }

    fn held(&self, held: Result<HeldSeats, Error>) -> Outcome {
        match held {
            Ok(HeldSeats { hold, seats, .. }) => {
                assert_eq!(seats.iter().map(|seat| seat.id).collect::<Vec<_>>(), hold.seats);
                Outcome::Held {
                    seats: self.stage.indices(hold.seats),
                    expires_at: hold.expires_at,
                    extendable_until: hold.extendable_until,
                }
            }
            Err(error) => self.refused(error),
        }
    }

    fn booked(&mut self, booking: Result<Booking, Error>) -> Outcome {
        match booking {
            Ok(booking) => {
                if let Some(before) = self.bookings.iter().position(|known| known.id == booking.id) {
                    return Outcome::BookedBefore(before);
                }
                let seats = booking.tickets.iter().map(|ticket| self.stage.index(ticket.seat.id)).collect();
                self.bookings.push(booking);
                Outcome::Booked { seats }
            }
            Err(error) => self.refused(error),
        }
    }

    fn refused(&self, error: Error) -> Outcome {
        match error {
            Error::SeatsTaken { seats } => Outcome::Taken(self.stage.indices(seats)),
            Error::OverLimit { limit } if limit as usize == LIMIT => Outcome::OverLimit,
            Error::HoldNotFound | Error::HoldExpired => Outcome::Gone,
            Error::BookingNotFound => Outcome::NoSuchBooking,
            Error::BookingAlreadyCanceled => Outcome::CanceledBefore,
            Error::TicketsRepeated { .. } => Outcome::Repeated,
            Error::SeatsNotValid { problem: SeatProblem::Repeated, .. } => Outcome::Repeated,
            Error::Invalid { field: "remove", .. } => Outcome::NothingLeft,
            error => panic!("{error:?}"),
        }
    }

    async fn check(&self, model: &Model) {
        self.stage.check_map(&model.states()).await;
        for (n, user) in self.stage.users.iter().enumerate() {
            let holds = self.stage.office.holds(*user, self.stage.performance).await.unwrap();
            let holds: BTreeSet<_> = holds
                .into_iter()
                .map(|held| held.hold)
                .map(|h| (h.expires_at, h.extendable_until, h.seats.iter().map(|s| self.stage.index(*s)).collect()))
                .collect();
            assert_eq!(holds, model.holds_of(n), "holds of user {n}");
        }
    }

    async fn check_bookings(&self, model: &Model) {
        for (booking, expected) in self.bookings.iter().zip(&model.bookings) {
            let id: BookingId = booking.id;
            let booking = self.stage.office.booking(self.stage.users[expected.user], id).await.unwrap();
            let tickets: Vec<(usize, bool)> =
                booking.tickets.iter().map(|t| (self.stage.index(t.seat.id), t.state == TicketState::Booked)).collect();
            assert_eq!(tickets, expected.tickets, "booking {id}");
        }
        self.stage.check_audit().await;
    }

    fn nth_hold(&self, n: usize) -> Option<HoldId> {
        nth(n, self.holds.len()).map(|n| self.holds[n])
    }
}

fn agree(real: &Outcome, model: &Outcome) -> bool {
    match (real, model) {
        (Outcome::Taken(named), Outcome::Taken(taken)) => names_some_of(named, taken),
        (real, model) => real == model,
    }
}

async fn run(shop: &TestShop, users: &[UserId], case: u32, ops: &[Op]) {
    let mut real = Real::new(shop, users, case).await;
    let mut model = Model::new(shop.box_office.clock().now());
    for (n, op) in ops.iter().enumerate() {
        let (is, should) = (real.apply(op).await, model.apply(op));
        assert!(agree(&is, &should), "operation {n}, {op:?}: is {is:?}, should be {should:?}");
        real.check(&model).await;
    }
    real.check_bookings(&model).await;
    real.stage.office.shutdown().await;
}

#[rstest]
fn random_sequences_agree_with_the_model(#[values(Embedded, Redis)] holds: HoldBackend) {
    play_sequences(holds, op(), 39, &run);
}
