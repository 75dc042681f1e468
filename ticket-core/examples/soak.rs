//! Many buyers, few seats, and everything that goes wrong at once, for as long as it takes; then the accounts are checked.
//!
//! Two box offices sell over one database and one Redis, each behind a network that cuts, stalls and doubles commands, while
//! Redis forgets its scripts, forgets everything, hangs, and is killed, and one office is closed and opened again. Prints
//! figures, and ends with 1 when a booking was lost, a seat is stuck, or the audit finds anything.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::unwrap_used, reason = "a tool of the tests")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use ticket_core::api::ErrorCode;
use ticket_core::domain::{BookingId, Language, NewUser, PerformanceId, Role, SeatId, UserId};
use ticket_core::testing::{Fault, PlanBuilder, PrivateRedis, RedisProxy, TestShop, offer_canceled_seats};
use ticket_core::{BoxOffice, HoldBackend};

const USAGE: &str = "soak [--buyers N] [--seats N] [--at-once N] [--cancel PERCENT] [--fault-every MS] [--seed N]";
/// Times that a buyer tries again after D_001, or with other seats.
const ATTEMPTS: u32 = 40;

struct Options {
    buyers: u64,
    seats: u64,
    at_once: u64,
    cancel_percent: u64,
    fault_every: Duration,
    seed: u64,
}

/// What has happened, for the figures at the end.
#[derive(Default)]
struct Tally {
    booked: AtomicU64,
    canceled: AtomicU64,
    taken: AtomicU64,
    not_now: AtomicU64,
    unknown: AtomicU64,
    gone: AtomicU64,
    other: AtomicU64,
    faults: AtomicU64,
    micros: Mutex<Vec<u64>>,
    /// What was acknowledged and not cancelled since.
    bookings: Mutex<Vec<(UserId, BookingId, Vec<SeatId>)>>,
}

struct Soak {
    options: Options,
    offices: [RwLock<BoxOffice>; 2],
    users: Vec<UserId>,
    seats: Vec<SeatId>,
    tally: Tally,
    next_buyer: AtomicU64,
    selling: AtomicBool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = options().unwrap_or_else(|problem| {
        println!("{problem}\nusage: {USAGE}");
        std::process::exit(2);
    });
    let rows = 25;
    let plan = PlanBuilder::hall(rows, u32::try_from(options.seats.div_ceil(u64::from(rows))).unwrap())
        .with(|plan| plan.max_seats_per_user = 4)
        .build();
    let mut shop = TestShop::with(HoldBackend::Redis, plan).await;
    let redis = shop.redis.take().unwrap();
    let proxies = [RedisProxy::start(&redis).await, RedisProxy::start(&redis).await];
    let soak = Arc::new(Soak {
        users: add_buyers(&shop, options.buyers).await,
        seats: shop.seats(0).await,
        offices: [RwLock::new(shop.open_through(&proxies[0])), RwLock::new(shop.open_through(&proxies[1]))],
        options,
        tally: Tally::default(),
        next_buyer: AtomicU64::new(0),
        selling: AtomicBool::new(true),
    });
    let started = Instant::now();
    let mut buyers = tokio::task::JoinSet::new();
    for lane in 0..soak.options.at_once {
        buyers.spawn(Arc::clone(&soak).buy(lane));
    }
    let returner = tokio::spawn(Arc::clone(&soak).offer_canceled());
    let sold_out = async {
        while buyers.join_next().await.is_some() {}
        soak.selling.store(false, Ordering::SeqCst);
    };
    let ((), shop) = tokio::join!(sold_out, Arc::clone(&soak).break_things(shop, redis, &proxies));
    returner.await.unwrap();
    let elapsed = started.elapsed();
    let problems = soak.check(&shop).await;
    soak.print(elapsed);
    for problem in &problems {
        println!("PROBLEM  {problem}");
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Soak {
    async fn buy(self: Arc<Self>, lane: u64) {
        let mut dice = Dice(self.options.seed ^ (lane << 32));
        loop {
            let n = self.next_buyer.fetch_add(1, Ordering::Relaxed);
            let Some(user) = usize::try_from(n).ok().and_then(|n| self.users.get(n)) else { return };
            self.serve(*user, n, &mut dice).await;
        }
    }

    /// One buyer: some seats that are next to each other, booked at once or held and confirmed.
    async fn serve(&self, user: UserId, n: u64, dice: &mut Dice) {
        for _ in 0..ATTEMPTS {
            let office = self.offices[usize::from(n % 2 == 1)].read().unwrap().clone();
            let count = 1 + dice.below(3);
            let first = dice.below(self.seats.len() - count + 1);
            let seats = self.seats[first..first + count].to_vec();
            let started = Instant::now();
            let booking = if dice.below(2) == 0 {
                office.book(user, seats.clone()).await
            } else {
                match office.hold(user, seats.clone()).await {
                    Ok(held) => office.confirm(user, held.hold.id).await,
                    Err(error) => Err(error),
                }
            };
            let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.tally.micros.lock().unwrap().push(micros);
            let booking = match booking {
                Ok(booking) => booking,
                Err(error) => {
                    let counter = match error.code() {
                        ErrorCode::SeatTaken => &self.tally.taken,
                        ErrorCode::Unavailable => &self.tally.not_now,
                        ErrorCode::OutcomeUnknown => &self.tally.unknown,
                        ErrorCode::HoldNotFound | ErrorCode::HoldExpired => &self.tally.gone,
                        _ => &self.tally.other,
                    };
                    counter.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
            };
            self.tally.booked.fetch_add(1, Ordering::Relaxed);
            let cancels = dice.below(100) < usize::try_from(self.options.cancel_percent).unwrap();
            if cancels && office.cancel(user, booking.id, None).await.is_ok() {
                self.tally.canceled.fetch_add(1, Ordering::Relaxed);
            } else if !cancels {
                self.tally.bookings.lock().unwrap().push((user, booking.id, seats));
            }
            return;
        }
    }

    async fn offer_canceled(self: Arc<Self>) {
        while self.selling.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let office = self.offices[0].read().unwrap().clone();
            // What fails now is done the next time.
            if let Ok(fence) = office.next_fence("waitlist-offer").await {
                let _ = office.offer_canceled_seats(&fence).await;
            }
        }
    }

    /// Gives the shop back, with a Redis that works.
    async fn break_things(
        self: Arc<Self>,
        mut shop: TestShop,
        mut redis: PrivateRedis,
        proxies: &[RedisProxy],
    ) -> TestShop {
        let mut dice = Dice(self.options.seed);
        while self.selling.load(Ordering::SeqCst) {
            tokio::time::sleep(self.options.fault_every).await;
            // Time goes on, so that what is lost ends by itself.
            shop.clock.advance(Duration::from_secs(20));
            self.tally.faults.fetch_add(1, Ordering::Relaxed);
            let proxy = &proxies[dice.below(proxies.len())];
            match dice.below(20) {
                0..4 => proxy.fail(dice.below(50), Fault::CutBefore),
                4..8 => proxy.fail(dice.below(50), Fault::CutAfter),
                8..11 => proxy.fail(dice.below(50), Fault::CutInReply),
                11..13 => proxy.fail(dice.below(50), Fault::Stall),
                13..15 => proxy.fail(dice.below(50), Fault::Twice),
                15 => drop(redis.command(&["SCRIPT", "FLUSH"]).await),
                16 => drop(redis.command(&["FLUSHALL"]).await),
                17 => {
                    redis.pause();
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    redis.resume();
                }
                18 => {
                    redis.kill();
                    redis.restart();
                }
                _ => {
                    let opened = shop.open_through(&proxies[1]);
                    let former = std::mem::replace(&mut *self.offices[1].write().unwrap(), opened);
                    former.shutdown().await;
                }
            }
        }
        for proxy in proxies {
            let _ = proxy.has_happened();
        }
        shop.redis = Some(redis);
        shop
    }

    /// When the faults are over: everything acknowledged is there, and everything unsold can be sold.
    async fn check(&self, shop: &TestShop) -> Vec<String> {
        let mut problems = Vec::new();
        let office = &shop.box_office;
        let bookings = std::mem::take(&mut *self.tally.bookings.lock().unwrap());
        for (user, id, seats) in bookings {
            let found = office.booking(user, id).await;
            let found = found.map(|booking| booking.valid_tickets().map(|ticket| ticket.seat.id).collect::<Vec<_>>());
            if found.as_ref() != Ok(&seats) {
                problems.push(format!("booking {id} of {user} for {seats:?} is {found:?}"));
            }
        }
        offer_canceled_seats(office).await;
        shop.clock.advance(Duration::from_mins(21));
        let performance: PerformanceId = shop.performance(0).await;
        let letters = office.seat_states(performance).await.unwrap().states;
        let unsold: Vec<SeatId> = self
            .seats
            .iter()
            .zip(letters.chars())
            .filter(|(_, letter)| *letter != 'B')
            .map(|(seat, _)| *seat)
            .collect();
        println!("left over at the end      {:>10}", unsold.len());
        for (n, seats) in unsold.chunks(4).enumerate() {
            let user = shop.join(&format!("last{n}")).await;
            if let Err(error) = office.book(user, seats.to_vec()).await {
                problems.push(format!("seats {seats:?} are stuck: {error:?}"));
            }
        }
        let report = office.audit().await.unwrap();
        problems
            .extend(report.findings.iter().map(|finding| format!("invariant {}: {}", finding.invariant, finding.text)));
        problems
    }

    fn print(&self, elapsed: Duration) {
        let tally = &self.tally;
        let mut micros = tally.micros.lock().unwrap().clone();
        micros.sort_unstable();
        let per_mille = |n: usize| micros.get((micros.len() * n / 1000).min(micros.len() - 1)).copied().unwrap_or(0);
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let rows = [
            ("buyers", self.options.buyers),
            ("seats", self.seats.len() as u64),
            ("seconds", elapsed.as_secs()),
            ("faults", count(&tally.faults)),
            ("attempts", micros.len() as u64),
            ("booked", count(&tally.booked)),
            ("canceled", count(&tally.canceled)),
            ("refused: taken", count(&tally.taken)),
            ("refused: not now (D_001)", count(&tally.not_now)),
            ("unknown (D_002)", count(&tally.unknown)),
            ("hold gone (H_001, H_002)", count(&tally.gone)),
            ("refused: other", count(&tally.other)),
            ("p50, microseconds", per_mille(500)),
            ("p99, microseconds", per_mille(990)),
        ];
        for (name, value) in rows {
            println!("{name:<25} {value:>10}");
        }
    }
}

/// Accounts in bulk: it is selling that is tried here, not joining.
async fn add_buyers(shop: &TestShop, count: u64) -> Vec<UserId> {
    let buyer = |n: u64| NewUser {
        email: format!("buyer{n}@example.com").parse().unwrap(),
        name: format!("buyer{n}"),
        role: Role::Buyer,
        language: Language::English,
    };
    shop.box_office.add_users((0..count).map(buyer).collect()).await.unwrap()
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        buyers: 50_000,
        seats: 5_000,
        at_once: 64,
        cancel_percent: 20,
        fault_every: Duration::from_millis(100),
        seed: 1,
    };
    let mut words = std::env::args().skip(1);
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("{flag} needs a number"))?;
        let value: u64 = value.parse().map_err(|_| format!("{flag} {value}: not a number"))?;
        match flag.as_str() {
            "--buyers" => options.buyers = value,
            "--seats" => options.seats = value,
            "--at-once" => options.at_once = value,
            "--cancel" => options.cancel_percent = value,
            "--fault-every" => options.fault_every = Duration::from_millis(value),
            "--seed" => options.seed = value,
            _ => return Err(format!("{flag} is not known")),
        }
    }
    Ok(options)
}

/// SplitMix64 (G. Steele and others, 2014): a run can be repeated by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }
}
