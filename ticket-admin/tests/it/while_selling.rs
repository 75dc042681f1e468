//! A server sells at full speed while a script changes what it sells. Nobody stops anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rstest::rstest;
use ticket_core::HoldBackend::{self, Embedded, Redis};
use ticket_core::api::{BookRequest, ErrorCode, TokenPair};
use ticket_core::client::{Client, ClientError};
use ticket_core::domain::{Language, NewUser, PerformanceId, Role, SeatId};
use ticket_core::testing::PrivateRedis;
use ticket_core::{BookingFilter, BoxOffice, Config};
use ticket_server::ServerConfig;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::support::{Folder, SHOW};

const BUYERS: usize = 16;
/// Seats of a performance.
const SEATS: usize = 20_000;
/// Bookings between two commands of the script.
const SOLD_BETWEEN: u64 = 20;
/// Longer than any sale takes, however slow the machine.
const STANDSTILL: Duration = Duration::from_secs(60);

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_script_edits_blocks_moves_cancels_and_backs_up(#[values(Embedded, Redis)] holds: HoldBackend) {
    let redis = (holds == Redis).then(PrivateRedis::start);
    let shop = Shop::new(redis.as_ref());
    let config = Config { redis: redis.as_ref().map(PrivateRedis::url), ..Config::new(shop.folder.path("tickets.db")) };
    let office = BoxOffice::open(config).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let unlimited = ServerConfig { requests: None, ..ServerConfig::default() };
    let stopped = async { drop(stopped.await) };
    let server = tokio::spawn(ticket_server::serve_with(unlimited, listener, office.clone(), stopped));

    let sale = Arc::new(Sale::default());
    let (first, second) = (seats(&office, 1).await, seats(&office, 2).await);
    let mut crowd = Vec::new();
    for buyer in 0..BUYERS {
        let client = Client::new(&url).unwrap();
        client.set_tokens(Some(account(&office, buyer).await));
        // Each begins at another place, and takes a seat of the other performance now and then.
        let at = buyer * SEATS / BUYERS;
        let wanted = (0..SEATS).map(|n| if n % 4 == 3 { second[(at + n) % SEATS] } else { first[(at + n) % SEATS] });
        crowd.push(tokio::spawn(buy(client, wanted.collect(), Arc::clone(&sale))));
    }
    let watched = Arc::clone(&sale);
    let shop = tokio::task::spawn_blocking(move || {
        shop.run_script(&watched);
        watched.is_over.store(true, Ordering::SeqCst);
        shop
    });
    let shop = shop.await.unwrap();
    for buyer in crowd {
        buyer.await.unwrap();
    }
    let report = office.audit().await.unwrap();
    assert!(report.is_clean(), "{report}");
    let of =
        |performance| BookingFilter { performance: Some(performance), limit: u32::MAX, ..BookingFilter::default() };
    let canceled = office.list_bookings(of(PerformanceId(2))).await.unwrap();
    assert!(!canceled.is_empty() && canceled.iter().all(|booking| booking.tickets == 0));
    let kept = office.list_bookings(of(PerformanceId(1))).await.unwrap();
    assert_eq!((kept.len() + canceled.len()) as u64, sale.bought.load(Ordering::SeqCst), "no booking is lost");
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    office.shutdown().await;
    assert!(shop.done(&["audit"]).is_ok(), "and so says another process");
}

/// What the crowd has bought.
#[derive(Default)]
struct Sale {
    bought: AtomicU64,
    is_over: AtomicBool,
}

/// Holds and books one seat after the other, over the network, until the script is done.
async fn buy(client: Client, wanted: Vec<SeatId>, sale: Arc<Sale>) {
    for seat in wanted {
        if sale.is_over.load(Ordering::SeqCst) {
            return;
        }
        let held = match client.hold(vec![seat]).await {
            Ok(held) => held,
            // Sold, just being changed, or of the performance that is cancelled.
            Err(error) => {
                expect(&error, &[ErrorCode::SeatTaken, ErrorCode::SaleClosed]);
                continue;
            }
        };
        match client.book(&BookRequest::Hold { hold_id: held.hold_id }).await {
            Ok(booking) => {
                assert_eq!(booking.total_price, held.total_price, "what was said is what is paid");
                sale.bought.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) => expect(&error, &[ErrorCode::SaleClosed, ErrorCode::HoldNotFound]),
        }
    }
    assert!(sale.is_over.load(Ordering::SeqCst), "everything was sold before the script was done");
}

fn expect(error: &ClientError, codes: &[ErrorCode]) {
    assert!(error.code().is_some_and(|code| codes.contains(&code)), "{error}");
}

async fn seats(office: &BoxOffice, performance: i64) -> Vec<SeatId> {
    let layout = office.layout(PerformanceId(performance)).await.unwrap();
    let seats: Vec<SeatId> = layout.seats().map(|seat| seat.id).collect();
    assert_eq!(seats.len(), SEATS);
    seats
}

async fn account(office: &BoxOffice, n: usize) -> TokenPair {
    let email = format!("buyer{n}@example.com").parse().unwrap();
    let buyer = NewUser { email, name: "Buyer".into(), role: Role::Buyer, language: Language::English };
    let user = office.add_users(vec![buyer]).await.unwrap()[0];
    TokenPair { access_token: office.access_token_for(user).await.unwrap(), refresh_token: String::new() }
}

/// A database that commands of `ticket-admin` are run on, each as a process.
struct Shop {
    folder: Folder,
    redis: Option<String>,
}

impl Shop {
    fn new(redis: Option<&PrivateRedis>) -> Self {
        let shop = Self { folder: Folder::empty(), redis: redis.map(PrivateRedis::url) };
        shop.done(&["init"]).unwrap();
        let rows = |grade: &str, letter: &str| -> String {
            let row = |n| format!("{{ row = \"{letter}{n}\", seats = \"1-100\", grade = \"{grade}\" }},\n");
            (1..=SEATS / 200).map(row).collect()
        };
        let (head, _) = SHOW.split_once("rows = [").unwrap();
        let show = format!("{head}rows = [\n{}{}]\n", rows("VIP", "A"), rows("R", "B"))
            .replace("running-minutes", "max-seats-per-user = 1000\nrunning-minutes")
            .replace("sale-opens-at = 2099-03-02T14:00:00\n", "");
        shop.folder.write("show.toml", show);
        shop.done(&["apply", "-f", "show.toml"]).unwrap();
        shop
    }

    /// Each of its commands is done while the crowd buys, and the crowd goes on buying after each.
    fn run_script(&self, sale: &Sale) {
        self.let_them_buy(sale);
        let blocked: Vec<String> = (SEATS - 40..SEATS - 20).map(|seat| seat.to_string()).collect();
        let blocked: Vec<&str> = blocked.iter().map(String::as_str).collect();
        let script: Vec<Vec<&str>> = vec![
            // Of every price some seat is held just then: those are named, and the rest is changed.
            words("performance price 1 VIP=60000 R=40000"),
            [words("seat block"), blocked.clone()].concat(),
            words("backup first.db"),
            words("performance create 1 --date 2099-05-03 --start 15:00"),
            words("venue edit 1 --contact 02-1234"),
            words("show edit 1 --cancel-until-hours 2"),
            words("performance edit 1 --start 14:30"),
            [words("seat price 12345"), blocked.clone()].concat(),
            words("performance price 1 VIP=70000 R=45000"),
            [words("seat unblock"), blocked].concat(),
            words("performance cancel 2 --yes"),
            words("backup second.db"),
        ];
        let mut prices_changed = 0;
        for command in script {
            let before = sale.bought.load(Ordering::SeqCst);
            let done = self.done(&command);
            if command[..2] == ["performance", "price"] {
                prices_changed += u32::from(done.as_ref().unwrap_or_else(|shown| shown).contains(" KRW"));
            } else {
                done.unwrap();
            }
            self.let_them_buy_since(sale, before);
        }
        assert_eq!(prices_changed, 2);
        for _ in 0..3 {
            self.move_a_ticket();
            self.let_them_buy(sale);
        }
        self.done(&["audit"]).unwrap();
    }

    /// From a seat that is sold to one that is free, if it still is by then; else to the next.
    fn move_a_ticket(&self) {
        let seats = |status: &str| -> Vec<String> {
            let listed = self.done(&["seat", "list", "1", "--status", status, "--format", "ndjson"]).unwrap();
            let seats = listed.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
            seats.map(|seat| seat["seatId"].to_string()).collect()
        };
        let from = &seats("sold")[0];
        assert!(
            seats("available").iter().rev().any(|to| self.done(&["seat", "move", from, to]).is_ok()),
            "none of the free seats was free"
        );
    }

    fn let_them_buy(&self, sale: &Sale) {
        self.let_them_buy_since(sale, sale.bought.load(Ordering::SeqCst));
    }

    fn let_them_buy_since(&self, sale: &Sale, before: u64) {
        let begun = Instant::now();
        while sale.bought.load(Ordering::SeqCst) < before + SOLD_BETWEEN {
            assert!(begun.elapsed() < STANDSTILL, "nobody buys any more");
            std::thread::yield_now();
        }
    }

    /// What a command has printed; that is an error when its exit code is not 0.
    fn done(&self, arguments: &[&str]) -> Result<String, String> {
        let mut command = self.folder.command(arguments);
        if let Some(redis) = &self.redis {
            command.args(["--redis", redis]);
        }
        let output = command.output().unwrap();
        let shown = crate::support::shown(&output);
        if output.status.success() { Ok(shown) } else { Err(format!("{arguments:?}: {shown}")) }
    }
}

fn words(command: &'static str) -> Vec<&'static str> {
    command.split_whitespace().collect()
}
