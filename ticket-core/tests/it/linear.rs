//! A recorded history of concurrent calls is checked for linearizability, seat by seat: is there an order of the calls, each
//! placed somewhere between its beginning and its end, in which a seat that is nothing but a register would have answered
//! the same?
//!
//! The search is that of J. M. Wing and C. Gong, "Testing and Verifying Concurrent Objects" (Journal of Parallel and
//! Distributed Computing 17, 1993), with the memory of states already seen that G. Lowe added ("Testing for
//! linearizability", Concurrency and Computation 29, 2017). Linearizability is local (Herlihy and Wing 1990), so seats may be
//! checked one by one.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use rand_like::Dice;
use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::domain::{BookingId, HoldId, SeatId, UserId};
use ticket_core::testing::{Fault, PlanBuilder, RedisProxy, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{BoxOffice, Error};

const BUYERS: usize = 6;
const SEATS: u32 = 4;
const CALLS_PER_BUYER: u64 = 60;

/// What somebody does with a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Hold,
    Release,
    /// Confirms his hold.
    Confirm,
    Book,
    Cancel,
    ReturnCanceled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Done,
    Refused,
    /// `D_001`: nothing was sold, cancelled or returned; a claim may have been taken or dropped, at any time since.
    NotNow,
    /// `D_002`: it may have happened at any time since, or never.
    Unknown,
}

/// One call that concerns one seat.
#[derive(Debug, Clone)]
struct Event {
    buyer: usize,
    call: Call,
    answer: Answer,
    begin: u64,
    end: u64,
}

/// A seat, as simple as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Seat {
    Free,
    Held(usize),
    Sold(usize),
    Canceled(usize),
}

/// What a call does to a seat that is in this state; `None` when it must be refused.
fn step(seat: Seat, buyer: usize, call: Call) -> Option<Seat> {
    match (call, seat) {
        (Call::Hold, Seat::Free) => Some(Seat::Held(buyer)),
        (Call::Hold, Seat::Held(owner)) if owner == buyer => Some(seat),
        (Call::Release, Seat::Held(owner)) if owner == buyer => Some(Seat::Free),
        (Call::Confirm, Seat::Held(owner)) if owner == buyer => Some(Seat::Sold(buyer)),
        (Call::Book, Seat::Free) => Some(Seat::Sold(buyer)),
        (Call::Book, Seat::Held(owner)) if owner == buyer => Some(Seat::Sold(buyer)),
        (Call::Cancel, Seat::Sold(owner)) if owner == buyer => Some(Seat::Canceled(buyer)),
        (Call::ReturnCanceled, Seat::Canceled(_)) => Some(Seat::Free),
        (Call::ReturnCanceled, _) => Some(seat),
        _ => None,
    }
}

/// Whether answers of the lock store get lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    Good,
    Bad,
}

/// In which states a seat may be after this call; none when the call cannot have been answered so.
fn after(seat: Seat, event: &Event, is_contended: bool, network: Network) -> Vec<Seat> {
    let step = step(seat, event.buyer, event.call);
    match (event.answer, step) {
        // The claim of a sale is dropped after it, which may have failed. It then keeps the seat for the buyer for the rest
        // of the hold's time, should he give the seat back within it.
        (Answer::Done, Some(after)) if network == Network::Bad && event.call == Call::ReturnCanceled => match seat {
            Seat::Canceled(buyer) => vec![after, Seat::Held(buyer)],
            _ => vec![after],
        },
        // Done twice, and it is the second answer that has come.
        (Answer::Refused, Some(after)) if network == Network::Bad && event.call == Call::Release => vec![after],
        (Answer::Done | Answer::Unknown, Some(after)) => vec![after],
        (Answer::Refused, None) => vec![seat],
        // Another call may have had a claim on the seat meanwhile that it then gave up.
        (Answer::Refused, Some(_)) if is_contended && matches!(event.call, Call::Hold | Call::Book) => vec![seat],
        (Answer::NotNow, Some(_)) => match event.call {
            // The claim of an earlier hold moves to this one, and may be dropped with it.
            Call::Hold | Call::Book => vec![Seat::Held(event.buyer), Seat::Free],
            Call::Release => vec![Seat::Free],
            Call::Confirm | Call::Cancel | Call::ReturnCanceled => vec![],
        },
        _ => vec![],
    }
}

/// Whether somebody else tried to claim the seat at the same time.
fn is_contended(history: &[Event], event: &Event) -> bool {
    history.iter().any(|other| {
        let claims = matches!(other.call, Call::Hold | Call::Book);
        claims && other.buyer != event.buyer && other.begin <= event.end && event.begin <= other.end
    })
}

/// Whether such a history of one seat has a sequential explanation.
fn is_linearizable(history: &[Event], network: Network) -> bool {
    let mut seen = HashSet::new();
    search((history, network), &vec![false; history.len()], Seat::Free, &mut seen)
}

fn search(
    (history, network): (&[Event], Network),
    placed: &[bool],
    seat: Seat,
    seen: &mut HashSet<(Vec<bool>, Seat)>,
) -> bool {
    let open = || (0..history.len()).filter(|n| !placed[*n]);
    // Whatever is still unknown need not have happened.
    if open().all(|n| matches!(history[n].answer, Answer::NotNow | Answer::Unknown)) {
        return true;
    }
    if !seen.insert((placed.to_owned(), seat)) {
        return false;
    }
    // Only who began before the first end of all can be next.
    let first_end = open().map(|n| history[n].end).min().unwrap_or(u64::MAX);
    let candidates: Vec<usize> = open().filter(|n| history[*n].begin <= first_end).collect();
    candidates.into_iter().any(|n| {
        let mut placed = placed.to_owned();
        placed[n] = true;
        let states = after(seat, &history[n], is_contended(history, &history[n]), network);
        states.into_iter().any(|seat| search((history, network), &placed, seat, seen))
    })
}

fn event(buyer: usize, call: Call, answer: Answer, begin: u64, end: u64) -> Event {
    let end = if matches!(answer, Answer::NotNow | Answer::Unknown) { u64::MAX } else { end };
    Event { buyer, call, answer, begin, end }
}

/// The control: the checker rejects what must never happen, and accepts what only looks like it.
#[test]
fn the_checker_tells_good_histories_from_bad_ones() {
    use Answer::{Done, NotNow, Refused, Unknown};
    use Call::{Book, Cancel, Confirm, Hold, ReturnCanceled};
    let bad = [
        ("sold twice", vec![event(0, Book, Done, 0, 3), event(1, Book, Done, 1, 2)]),
        ("refused although it was free", vec![event(0, Book, Refused, 0, 1), event(1, Book, Done, 2, 3)]),
        ("D_001, and sold all the same", vec![event(0, Book, NotNow, 0, 1), event(0, Cancel, Done, 2, 3)]),
        ("held by two", vec![event(0, Hold, Done, 0, 3), event(1, Hold, Done, 1, 4)]),
        ("a sale forgotten", vec![event(0, Book, Done, 0, 1), event(1, Hold, Done, 2, 3)]),
        (
            "sold to another while held",
            vec![event(0, Hold, Done, 0, 1), event(1, Book, Done, 2, 3), event(0, Confirm, Done, 4, 5)],
        ),
        (
            "an unknown sale that came before it was asked for",
            vec![event(0, Book, Refused, 0, 1), event(1, Book, Unknown, 2, 3)],
        ),
    ];
    for (what, history) in bad {
        assert!(!is_linearizable(&history, Network::Good), "{what}");
        assert!(!is_linearizable(&history, Network::Bad), "{what}, whatever the network");
    }
    let good = [
        ("one of two", vec![event(0, Book, Done, 0, 3), event(1, Book, Refused, 1, 2)]),
        ("the unknown one got it", vec![event(0, Book, Unknown, 0, 1), event(1, Book, Refused, 5, 6)]),
        ("the unknown one did not", vec![event(0, Book, Unknown, 0, 1), event(1, Book, Done, 5, 6)]),
        (
            "sold again after a return",
            vec![
                event(0, Book, Done, 0, 1),
                event(0, Cancel, Done, 2, 3),
                event(2, ReturnCanceled, Done, 4, 9),
                event(1, Book, Refused, 4, 5),
                event(1, Book, Done, 6, 8),
            ],
        ),
    ];
    for (what, history) in good {
        assert!(is_linearizable(&history, Network::Good), "{what}");
    }
}

/// Ticks with every beginning and end of a call.
struct Recorder {
    time: AtomicU64,
    events: Mutex<BTreeMap<SeatId, Vec<Event>>>,
}

impl Recorder {
    fn tick(&self) -> u64 {
        self.time.fetch_add(1, Ordering::SeqCst)
    }

    async fn record<T>(
        &self,
        (buyer, seat, call): (usize, SeatId, Call),
        work: impl Future<Output = Result<T, Error>>,
    ) -> Option<T> {
        let begin = self.tick();
        let result = work.await;
        let end = self.tick();
        let answer = match &result {
            Ok(_) => Answer::Done,
            Err(Error::Unavailable { .. }) => Answer::NotNow,
            Err(Error::OutcomeUnknown) => Answer::Unknown,
            Err(_) => Answer::Refused,
        };
        self.events.lock().unwrap().entry(seat).or_default().push(event(buyer, call, answer, begin, end));
        result.ok()
    }
}

/// What a buyer believes to have of a seat.
#[derive(Default, Clone, Copy)]
struct Belief {
    hold: Option<HoldId>,
    booking: Option<BookingId>,
}

async fn buy(
    office: BoxOffice,
    recorder: Arc<Recorder>,
    (buyer, user): (usize, UserId),
    seats: Vec<SeatId>,
    proxy: Option<Arc<RedisProxy>>,
) {
    let mut dice = Dice::new(buyer as u64 + 1);
    let mut beliefs = vec![Belief::default(); seats.len()];
    for _ in 0..CALLS_PER_BUYER {
        let n = dice.below(seats.len() as u64);
        let (seat, belief) = (seats[n], &mut beliefs[n]);
        if let Some(proxy) = &proxy
            && dice.below(6) == 0
        {
            let faults = [Fault::CutBefore, Fault::CutAfter, Fault::CutInReply, Fault::Twice];
            proxy.fail(dice.below(3), faults[dice.below(4)]);
        }
        match (belief.booking, belief.hold, dice.below(4)) {
            (Some(booking), ..) => {
                let cancel = office.cancel(user, booking, None);
                if recorder.record((buyer, seat, Call::Cancel), cancel).await.is_some() {
                    belief.booking = None;
                }
            }
            (None, Some(hold), 0) => {
                recorder.record((buyer, seat, Call::Release), office.release_hold(user, hold)).await;
                belief.hold = None;
            }
            (None, Some(hold), _) => {
                let confirm = office.confirm(user, hold);
                belief.booking = recorder.record((buyer, seat, Call::Confirm), confirm).await.map(|b| b.id);
                belief.hold = None;
            }
            (None, None, 0..=1) => {
                let book = office.book(user, vec![seat]);
                belief.booking = recorder.record((buyer, seat, Call::Book), book).await.map(|b| b.id);
            }
            (None, None, _) => {
                let hold = office.hold(user, vec![seat]);
                belief.hold = recorder.record((buyer, seat, Call::Hold), hold).await.map(|held| held.hold.id);
            }
        }
    }
}

/// Returns the histories of the seats.
async fn rush(holds: HoldBackend, with_faults: bool) -> BTreeMap<SeatId, Vec<Event>> {
    let shop = TestShop::with(holds, PlanBuilder::hall(1, SEATS).build()).await;
    let seats = shop.seats(0).await;
    let recorder = Arc::new(Recorder { time: AtomicU64::new(0), events: Mutex::default() });
    let proxy = match &shop.redis {
        Some(redis) if with_faults => Some(Arc::new(RedisProxy::start(redis).await)),
        _ => None,
    };
    let offices = match &proxy {
        Some(proxy) => [shop.open_through(proxy), shop.open_again()],
        None => [shop.box_office.clone(), shop.open_again()],
    };
    let mut buyers = tokio::task::JoinSet::new();
    for n in 0..BUYERS {
        let (office, user) = (offices[n % 2].clone(), shop.join(&format!("buyer{n}")).await);
        // Only those behind the proxy make it fail.
        let proxy = proxy.clone().filter(|_| n % 2 == 0);
        buyers.spawn(buy(office, Arc::clone(&recorder), (n, user), seats.clone(), proxy));
    }
    // Somebody puts cancelled seats on sale again all the time; that concerns every seat.
    let selling = Arc::new(std::sync::atomic::AtomicBool::new(true));
    let returner = tokio::spawn({
        let (office, recorder, selling, seats) =
            (offices[1].clone(), Arc::clone(&recorder), Arc::clone(&selling), seats.clone());
        async move {
            while selling.load(Ordering::SeqCst) {
                let begin = recorder.tick();
                let returned = offer_canceled_seats(&office).await.returned;
                let end = recorder.tick();
                if returned > 0 {
                    let mut events = recorder.events.lock().unwrap();
                    for seat in &seats {
                        let event = event(BUYERS, Call::ReturnCanceled, Answer::Done, begin, end);
                        events.entry(*seat).or_default().push(event);
                    }
                }
            }
        }
    });
    while let Some(buyer) = buyers.join_next().await {
        buyer.unwrap();
    }
    selling.store(false, Ordering::SeqCst);
    returner.await.unwrap();
    assert_clean(&shop.box_office).await;
    std::mem::take(&mut *recorder.events.lock().unwrap())
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_histories_are_linearizable(
    #[values(Embedded, Redis)] holds: HoldBackend,
    #[values(false, true)] with_faults: bool,
) {
    if holds == Embedded && with_faults {
        // There is no network in between.
        return;
    }
    let histories = rush(holds, with_faults).await;
    let done = histories.values().flatten().filter(|event| event.answer == Answer::Done).count();
    assert!(done > 10, "hardly anything has happened");
    for (seat, history) in histories {
        if !is_linearizable(&history, if with_faults { Network::Bad } else { Network::Good }) {
            let mut history = history;
            history.sort_by_key(|event| event.begin);
            let lines: Vec<String> = history.iter().map(|event| format!("{event:?}")).collect();
            panic!("seat {seat} has a history that no seat can have:\n{}", lines.join("\n"));
        }
    }
}

/// Numbers that look random and are the same in every run.
mod rand_like {
    pub(super) struct Dice(u64);

    impl Dice {
        pub(super) fn new(seed: u64) -> Self {
            Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
        }

        /// SplitMix64, G. Steele and others, 2014.
        pub(super) fn below(&mut self, limit: u64) -> usize {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            usize::try_from((z ^ (z >> 31)) % limit).unwrap()
        }
    }
}
