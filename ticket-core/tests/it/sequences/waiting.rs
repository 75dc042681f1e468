//! Joining the waitlist, offering, booking and giving back: every outcome, every seat and every entry must agree.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use rstest::rstest;
use ticket_core::Error;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{Booking, EntryId, OfferReport, UserId, WaitlistState, WaitlistWish};
use ticket_core::testing::{TestShop, expire_offers, offer_canceled_seats};

use super::{Set, Stage, USERS, names_some_of, nth, play_sequences};

const SEATS: usize = 6;
const LIMIT: usize = 3;
const LIVE_MAX: usize = 5;
const HOLD_TTL: Duration = Duration::from_mins(7);
const OFFER_LASTS: Duration = Duration::from_hours(6);

#[derive(Debug, Clone)]
enum Op {
    Hold {
        user: usize,
        seats: Set,
    },
    Book {
        user: usize,
        seats: Set,
    },
    Cancel {
        booking: usize,
    },
    Join {
        user: usize,
        seat_count: usize,
        seats: Vec<usize>,
    },
    Offer,
    Expire,
    /// `entry` counts what there has been so far, wrapping around.
    Leave {
        user: usize,
        entry: usize,
    },
    BookOffer {
        user: usize,
        entry: usize,
    },
    /// An ordinary booking of just the offered seats.
    BookOffered {
        user: usize,
        entry: usize,
    },
    Advance {
        minutes: u64,
    },
    /// Everything is left as it is, and another process goes on.
    Reopen,
}

fn op() -> impl Strategy<Value = Op> {
    let user = 0..USERS;
    let nth = 0..12usize;
    let set = || prop::collection::btree_set(0..SEATS, 1..=2);
    let list = Just((0..SEATS).collect::<Vec<_>>()).prop_shuffle();
    let join = (user.clone(), 1..=2usize, list, 0..3usize).prop_map(|(user, seat_count, mut seats, more)| {
        seats.truncate(seat_count + more);
        Op::Join { user, seat_count, seats }
    });
    prop_oneof![
        2 => (user.clone(), set()).prop_map(|(user, seats)| Op::Hold { user, seats }),
        6 => (user.clone(), set()).prop_map(|(user, seats)| Op::Book { user, seats }),
        5 => nth.clone().prop_map(|booking| Op::Cancel { booking }),
        8 => join,
        5 => Just(Op::Offer),
        2 => Just(Op::Expire),
        2 => (user.clone(), nth.clone()).prop_map(|(user, entry)| Op::Leave { user, entry }),
        4 => (user.clone(), nth.clone()).prop_map(|(user, entry)| Op::BookOffer { user, entry }),
        2 => (user, nth).prop_map(|(user, entry)| Op::BookOffered { user, entry }),
        3 => prop_oneof![1..10u64, 100..400u64].prop_map(|minutes| Op::Advance { minutes }),
        1 => Just(Op::Reopen),
    ]
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Done,
    Booked(Set),
    /// Booked before, by this entry.
    BookedBefore(Set),
    /// Some of these, at least one.
    Taken(Set),
    Free(Vec<usize>),
    OverLimit,
    TooMany,
    NotTheOffer(Vec<usize>),
    OfferExpired,
    NothingOffered,
    NoSuchEntry,
    Passed(OfferReport),
    Expired(u64),
    Left(WaitlistState),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seat {
    Free,
    Booked(usize),
    Canceled,
    /// By the entry with this index.
    Offered(usize),
}

#[derive(Debug, Clone)]
struct Entry {
    user: usize,
    seat_count: usize,
    seats: Vec<usize>,
    state: WaitlistState,
    offered: Vec<usize>,
    deadline: Option<Timestamp>,
}

/// The rules, without a database, without concurrency, without faults.
struct Model {
    now: Timestamp,
    seats: [Seat; SEATS],
    held: [Option<(usize, Timestamp)>; SEATS],
    bookings: Vec<(usize, Set)>,
    canceled: BTreeSet<usize>,
    entries: Vec<Entry>,
}

impl Model {
    fn new(now: Timestamp) -> Self {
        Self {
            now,
            seats: [Seat::Free; SEATS],
            held: [None; SEATS],
            bookings: Vec::new(),
            canceled: BTreeSet::new(),
            entries: Vec::new(),
        }
    }

    fn apply(&mut self, op: &Op) -> Outcome {
        match op {
            Op::Hold { user, seats } => self.hold(*user, seats),
            Op::Book { user, seats } => self.book(*user, seats),
            Op::Cancel { booking } => {
                if let Some(n) = booking.checked_rem(self.bookings.len()).filter(|n| self.canceled.insert(*n)) {
                    for seat in &self.bookings[n].1 {
                        self.seats[*seat] = Seat::Canceled;
                    }
                }
                Outcome::Done
            }
            Op::Join { user, seat_count, seats } => self.join(*user, *seat_count, seats),
            Op::Offer => self.offer(),
            Op::Expire => {
                let overdue: Vec<usize> = self.live_offers().filter(|n| !self.is_in_time(*n)).collect();
                for n in &overdue {
                    self.end(*n, WaitlistState::Expired);
                }
                Outcome::Expired(overdue.len() as u64)
            }
            Op::Leave { user, entry } => self.leave(*user, *entry),
            Op::BookOffer { user, entry } => self.book_offer(*user, *entry),
            Op::BookOffered { user, entry } => match self.own(*user, *entry) {
                Some(n) if self.entries[n].state == WaitlistState::Activation => self.book_offer(*user, *entry),
                _ => Outcome::Done,
            },
            Op::Advance { minutes } => {
                self.now += Duration::from_mins(*minutes);
                Outcome::Done
            }
            Op::Reopen => Outcome::Done,
        }
    }

    fn hold(&mut self, user: usize, seats: &Set) -> Outcome {
        if let Err(refused) = self.check(user, seats) {
            return refused;
        }
        // Seats of an earlier hold bring its end along.
        let ends = seats.iter().filter_map(|seat| self.held_now(*seat)).map(|(_, until)| until);
        let until = ends.fold(self.now + HOLD_TTL, Timestamp::min);
        for seat in seats {
            self.held[*seat] = Some((user, until));
        }
        Outcome::Done
    }

    fn book(&mut self, user: usize, seats: &Set) -> Outcome {
        for seat in seats {
            let Seat::Offered(n) = self.seats[*seat] else { continue };
            if self.entries[n].user != user {
                continue;
            }
            if self.entries[n].offered.iter().copied().collect::<Set>() == *seats {
                return self.book_offer(user, n);
            }
            if self.is_in_time(n) {
                return Outcome::NotTheOffer(self.entries[n].offered.clone());
            }
        }
        if let Err(refused) = self.check(user, seats) {
            return refused;
        }
        self.sell(user, seats.clone())
    }

    fn sell(&mut self, user: usize, seats: Set) -> Outcome {
        for seat in &seats {
            self.seats[*seat] = Seat::Booked(user);
            self.held[*seat] = None;
        }
        self.bookings.push((user, seats.clone()));
        Outcome::Booked(seats)
    }

    fn join(&mut self, user: usize, seat_count: usize, seats: &[usize]) -> Outcome {
        let is_free = |seat: usize| {
            self.seats[seat] == Seat::Free && self.held_now(seat).is_none_or(|(holder, _)| holder == user)
        };
        let mut free: Vec<usize> = seats.iter().copied().filter(|seat| is_free(*seat)).collect();
        free.sort_unstable();
        if !free.is_empty() {
            return Outcome::Free(free);
        }
        if self.entries.iter().filter(|entry| entry.user == user && entry.state.is_live()).count() >= LIVE_MAX {
            return Outcome::TooMany;
        }
        if self.owned(user).len() + seat_count > LIMIT {
            return Outcome::OverLimit;
        }
        let state = WaitlistState::Waiting;
        self.entries.push(Entry {
            user,
            seat_count,
            seats: seats.to_vec(),
            state,
            offered: Vec::new(),
            deadline: None,
        });
        Outcome::Done
    }

    fn offer(&mut self) -> Outcome {
        let mut left: Set = (0..SEATS).filter(|seat| self.seats[*seat] == Seat::Canceled).collect();
        let mut report = OfferReport::default();
        for n in 0..self.entries.len() {
            let entry = self.entries[n].clone();
            let chosen: Vec<usize> =
                entry.seats.iter().copied().filter(|seat| left.contains(seat)).take(entry.seat_count).collect();
            if entry.state != WaitlistState::Waiting || chosen.len() < entry.seat_count {
                continue;
            }
            if self.owned(entry.user).len() + chosen.len() > LIMIT {
                report.passed_over += 1;
                continue;
            }
            for seat in &chosen {
                left.remove(seat);
                self.seats[*seat] = Seat::Offered(n);
            }
            report.offered += 1;
            let deadline = Some(self.now + OFFER_LASTS);
            self.entries[n] = Entry { state: WaitlistState::Activation, offered: chosen, deadline, ..entry };
        }
        for seat in &left {
            self.seats[*seat] = Seat::Free;
        }
        report.returned = left.len() as u64;
        Outcome::Passed(report)
    }

    fn leave(&mut self, user: usize, entry: usize) -> Outcome {
        let Some(n) = self.own(user, entry) else { return Outcome::NoSuchEntry };
        match self.entries[n].state {
            WaitlistState::Waiting => self.end(n, WaitlistState::Withdrawn),
            WaitlistState::Activation if self.is_in_time(n) => self.end(n, WaitlistState::Declined),
            WaitlistState::Activation | WaitlistState::Expired => return Outcome::OfferExpired,
            WaitlistState::Fin => return Outcome::NothingOffered,
            WaitlistState::Withdrawn | WaitlistState::Declined | WaitlistState::Canceled => {}
        }
        Outcome::Left(self.entries[n].state)
    }

    fn book_offer(&mut self, user: usize, entry: usize) -> Outcome {
        let Some(n) = self.own(user, entry) else { return Outcome::NoSuchEntry };
        let offered: Set = self.entries[n].offered.iter().copied().collect();
        match self.entries[n].state {
            WaitlistState::Activation if self.is_in_time(n) => {
                self.entries[n].state = WaitlistState::Fin;
                self.sell(user, offered)
            }
            WaitlistState::Activation | WaitlistState::Expired => Outcome::OfferExpired,
            WaitlistState::Fin => Outcome::BookedBefore(offered),
            _ => Outcome::NothingOffered,
        }
    }

    fn end(&mut self, n: usize, state: WaitlistState) {
        if self.entries[n].state == WaitlistState::Activation {
            for seat in self.entries[n].offered.clone() {
                self.seats[seat] = Seat::Canceled;
            }
        }
        self.entries[n].state = state;
    }

    /// What a claim of these seats must pass.
    fn check(&self, user: usize, seats: &Set) -> Result<(), Outcome> {
        let is_taken = |seat: &usize| {
            self.seats[*seat] != Seat::Free || self.held_now(*seat).is_some_and(|(holder, _)| holder != user)
        };
        let taken: Set = seats.iter().copied().filter(is_taken).collect();
        if !taken.is_empty() {
            return Err(Outcome::Taken(taken));
        }
        if (&self.owned(user) | seats).len() > LIMIT { Err(Outcome::OverLimit) } else { Ok(()) }
    }

    /// Booked, offered and held.
    fn owned(&self, user: usize) -> Set {
        let is_own = |seat: &usize| match self.seats[*seat] {
            Seat::Booked(owner) => owner == user,
            Seat::Offered(n) => self.entries[n].user == user,
            Seat::Free => self.held_now(*seat).is_some_and(|(holder, _)| holder == user),
            Seat::Canceled => false,
        };
        (0..SEATS).filter(is_own).collect()
    }

    fn held_now(&self, seat: usize) -> Option<(usize, Timestamp)> {
        self.held[seat].filter(|(_, until)| *until > self.now)
    }

    fn live_offers(&self) -> impl Iterator<Item = usize> {
        (0..self.entries.len()).filter(|n| self.entries[*n].state == WaitlistState::Activation)
    }

    fn is_in_time(&self, n: usize) -> bool {
        self.entries[n].deadline.is_some_and(|deadline| self.now < deadline)
    }

    fn own(&self, user: usize, entry: usize) -> Option<usize> {
        nth(entry, self.entries.len()).filter(|n| self.entries[*n].user == user)
    }

    fn letters(&self) -> String {
        let letter = |seat: usize| match self.seats[seat] {
            Seat::Free if self.held_now(seat).is_some() => 'H',
            Seat::Free => 'A',
            Seat::Booked(_) => 'B',
            Seat::Canceled => 'C',
            Seat::Offered(_) => 'W',
        };
        (0..SEATS).map(letter).collect()
    }

    fn position(&self, n: usize) -> u64 {
        let shares = |entry: &&Entry| entry.seats.iter().any(|seat| self.entries[n].seats.contains(seat));
        let before = self.entries[..n].iter().filter(|entry| entry.state == WaitlistState::Waiting).filter(shares);
        1 + before.count() as u64
    }
}

/// The real thing.
struct Real<'a> {
    stage: Stage<'a>,
    bookings: Vec<Booking>,
    entries: Vec<EntryId>,
}

impl<'a> Real<'a> {
    async fn new(shop: &'a TestShop, users: &[UserId], case: u32) -> Self {
        // Whatever an earlier sequence has left behind ends here.
        shop.clock.advance(Duration::from_hours(7));
        expire_offers(&shop.box_office).await;
        while offer_canceled_seats(&shop.box_office).await.offered > 0 {
            shop.clock.advance(Duration::from_hours(7));
            expire_offers(&shop.box_office).await;
        }
        Self { stage: Stage::new(shop, users, case, SEATS, LIMIT).await, bookings: Vec::new(), entries: Vec::new() }
    }

    async fn apply(&mut self, op: &Op) -> Outcome {
        let office = self.stage.office.clone();
        match op {
            Op::Hold { user, seats } => {
                let held = office.hold(self.stage.users[*user], self.stage.ids(seats)).await;
                held.map_or_else(|error| self.refused(error), |_| Outcome::Done)
            }
            Op::Book { user, seats } => {
                let booked = office.book(self.stage.users[*user], self.stage.ids(seats)).await;
                self.booked(booked)
            }
            Op::Cancel { booking } => {
                if let Some(n) = nth(*booking, self.bookings.len()) {
                    match office.cancel(self.bookings[n].user, self.bookings[n].id, None).await {
                        Ok(_) | Err(Error::BookingAlreadyCanceled) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
                Outcome::Done
            }
            Op::Join { user, seat_count, seats } => {
                let seat_count = u32::try_from(*seat_count).unwrap();
                match office
                    .join_waitlist(self.stage.users[*user], WaitlistWish { seat_count, seats: self.stage.ids(seats) })
                    .await
                {
                    Ok(entry) => {
                        self.entries.push(entry);
                        Outcome::Done
                    }
                    Err(error) => self.refused(error),
                }
            }
            Op::Offer => Outcome::Passed(offer_canceled_seats(&office).await),
            Op::Expire => Outcome::Expired(expire_offers(&office).await),
            Op::Leave { user, entry } => match self.nth(*entry) {
                Some(entry) => match office.leave_waitlist(self.stage.users[*user], entry).await {
                    Ok(entry) => Outcome::Left(entry.state),
                    Err(error) => self.refused(error),
                },
                None => Outcome::NoSuchEntry,
            },
            Op::BookOffer { user, entry } => match self.nth(*entry) {
                Some(entry) => {
                    let booked = office.book_offer(self.stage.users[*user], entry).await;
                    self.booked(booked)
                }
                None => Outcome::NoSuchEntry,
            },
            Op::BookOffered { user, entry } => self.book_offered(*user, *entry).await,
            Op::Advance { minutes } => {
                self.stage.advance(Duration::from_mins(*minutes));
                Outcome::Done
            }
            Op::Reopen => {
                self.stage.reopen().await;
                Outcome::Done
            }
        }
    }

    async fn book_offered(&mut self, user: usize, entry: usize) -> Outcome {
        let Some(entry) = self.nth(entry) else { return Outcome::Done };
        let user = self.stage.users[user];
        match self.stage.office.waitlist_entry(user, entry).await {
            Ok(entry) if entry.state == WaitlistState::Activation => {
                let seats = entry.offered_seats().map(|seat| seat.id).collect();
                let booked = self.stage.office.book(user, seats).await;
                self.booked(booked)
            }
            _ => Outcome::Done,
        }
    }

    fn booked(&mut self, booking: Result<Booking, Error>) -> Outcome {
        match booking {
            Ok(booking) => {
                let seats = booking.tickets.iter().map(|ticket| self.stage.index(ticket.seat.id)).collect();
                if self.bookings.iter().any(|known| known.id == booking.id) {
                    return Outcome::BookedBefore(seats);
                }
                self.bookings.push(booking);
                Outcome::Booked(seats)
            }
            Err(error) => self.refused(error),
        }
    }

    fn refused(&self, error: Error) -> Outcome {
        match error {
            Error::SeatsTaken { seats } => Outcome::Taken(self.stage.indices(seats)),
            Error::SeatsFree { seats } => Outcome::Free(self.stage.indices(seats)),
            Error::NotTheOffer { seats } => Outcome::NotTheOffer(self.stage.indices(seats)),
            Error::OverLimit { limit } if limit as usize == LIMIT => Outcome::OverLimit,
            Error::TooManyEntries => Outcome::TooMany,
            Error::OfferExpired { .. } => Outcome::OfferExpired,
            Error::NothingOffered { .. } => Outcome::NothingOffered,
            Error::EntryNotFound => Outcome::NoSuchEntry,
            error => panic!("{error:?}"),
        }
    }

    async fn check(&self, model: &Model) {
        self.stage.check_map(&model.letters()).await;
        for (n, (id, expected)) in self.entries.iter().zip(&model.entries).enumerate() {
            let entry = self.stage.office.waitlist_entry(self.stage.users[expected.user], *id).await.unwrap();
            let offered: Vec<usize> = entry.offered_seats().map(|seat| self.stage.index(seat.id)).collect();
            let found = (entry.state, &offered, entry.offer.map(|offer| offer.deadline));
            assert_eq!(found, (expected.state, &expected.offered, expected.deadline), "entry {n}");
            if let Some(waiting) = entry.waiting {
                assert_eq!(waiting.position, model.position(n), "position of entry {n}");
            }
        }
    }

    fn nth(&self, entry: usize) -> Option<EntryId> {
        nth(entry, self.entries.len()).map(|n| self.entries[n])
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
    real.stage.check_audit().await;
    real.stage.office.shutdown().await;
}

#[rstest]
fn random_sequences_of_waiting_agree_with_the_model(#[values(Embedded, Redis)] holds: HoldBackend) {
    play_sequences(holds, op(), 59, &run);
}
