//! Commands beside servers that sell: two processes that serve, one that runs the jobs, and buyers at both servers.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ticket_core::api::{BookRequest, TokenPair};
use ticket_core::client::Client;
use ticket_core::domain::{Language, NewUser, Role, SeatId};
use ticket_core::{BoxOffice, Config};
use tokio::sync::watch;

use crate::support::{Folder, SHOW};

/// Tells the test below which database it is to serve.
const DATABASE: &str = "TICKET_TEST_SERVES";
const BUYERS: usize = 4;
const SEATS_PER_BUYER: usize = 200;
/// One hold of so many is booked, the others are released.
const BOOKED_ONE_IN: usize = 4;

/// What is read and changed.
const COMMANDS: [&str; 28] = [
    "show list",
    "performance list 1",
    "seat list 1 --status sold",
    "seat map 1",
    "seat map 1 --svg -",
    "seat history 1",
    "booking list",
    "booking get 1",
    "booking export",
    "report sales --by grade",
    "report occupancy",
    "ranking --period month",
    "holds list",
    "mail list",
    "jobs list",
    "jobs status",
    "waitlist list",
    "audit",
    "doctor --dry-run",
    "migrate --check",
    "apply -f show.toml --dry-run",
    "apply -f show.toml",
    "seat block 1801 1802",
    "seat unblock 1801 1802",
    "booking cancel 1 --yes",
    "waitlist offer --force",
    "jobs run ranking-refresh --force",
    "backup copy.db",
];

/// Not a test: what a process does that [`Server`] starts.
#[test]
#[ignore = "serves for the test below"]
fn serve() {
    let Some(database) = std::env::var_os(DATABASE) else { return };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let shop = BoxOffice::open(Config::new(database)).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        writeln!(std::io::stdout(), "\nserving http://{}", listener.local_addr().unwrap()).unwrap();
        // Until whoever has started it is gone.
        let stopped = tokio::task::spawn_blocking(|| std::io::stdin().lock().read_to_end(&mut Vec::new()));
        ticket_server::serve(listener, shop.clone(), async { drop(stopped.await) }).await.unwrap();
        shop.shutdown().await;
    });
}

/// A process that serves a database until it is dropped.
struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    /// What says how its test has ended is not read, but there is somebody who could.
    _stdout: Lines<BufReader<ChildStdout>>,
    url: String,
}

impl Server {
    fn start(database: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "beside_a_sale::serve", "--ignored", "--nocapture"])
            .env(DATABASE, database)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| line.strip_prefix("serving ").map(str::to_owned))
            .unwrap();
        Self { stdin: child.stdin.take(), _stdout: lines, child, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// A process that is killed when it is dropped.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Buyers who hold and book for as long as they are let.
struct Sale {
    stop: Arc<AtomicBool>,
    /// Calls that have been answered.
    answered: watch::Receiver<u64>,
    buyers: Vec<tokio::task::JoinHandle<usize>>,
}

impl Sale {
    fn begin(servers: &[Server], tokens: &[Vec<String>]) -> Self {
        let (answers, answered) = watch::channel(0);
        let stop = Arc::new(AtomicBool::new(false));
        let answers = Arc::new(answers);
        let buyers = tokens.iter().enumerate().map(|(n, tokens)| {
            let client = Client::new(&servers[n % servers.len()].url).unwrap();
            tokio::spawn(buy(client, n * SEATS_PER_BUYER, tokens.clone(), Arc::clone(&answers), Arc::clone(&stop)))
        });
        Self { buyers: buyers.collect(), stop, answered }
    }

    /// Waits until somebody has been served since.
    async fn go_on(&mut self) {
        let before = *self.answered.borrow_and_update();
        self.answered.wait_for(|answered| *answered > before).await.unwrap();
    }

    /// Ends it; tells how many seats were booked.
    async fn end(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        let mut booked = 0;
        for buyer in self.buyers {
            booked += buyer.await.unwrap();
        }
        booked
    }
}

/// Books seats one after the other, each as another user. Every call must succeed: nobody else wants these.
async fn buy(
    client: Client,
    first: usize,
    tokens: Vec<String>,
    answers: Arc<watch::Sender<u64>>,
    stop: Arc<AtomicBool>,
) -> usize {
    let mut booked = 0;
    while !stop.load(Ordering::Relaxed) && booked < SEATS_PER_BUYER {
        let seat = SeatId(i64::try_from(first + booked + 1).unwrap());
        let (access_token, refresh_token) = (tokens[booked].clone(), String::new());
        client.set_tokens(Some(TokenPair { access_token, refresh_token }));
        for _ in 1..BOOKED_ONE_IN {
            let hold = client.hold(vec![seat]).await.unwrap();
            client.release_hold(hold.hold_id).await.unwrap();
            answers.send_modify(|answered| *answered += 1);
        }
        let hold = client.hold(vec![seat]).await.unwrap();
        client.book(&BookRequest::Hold { hold_id: hold.hold_id }).await.unwrap();
        booked += 1;
        answers.send_modify(|answered| *answered += 1);
    }
    booked
}

/// A token for each booking of each buyer.
async fn tokens(database: &Path) -> Vec<Vec<String>> {
    let shop = BoxOffice::open(Config::new(database)).unwrap();
    let users = (0..BUYERS * SEATS_PER_BUYER).map(|n| NewUser {
        email: format!("buyer-{n}@example.com").parse().unwrap(),
        name: format!("Buyer {n}"),
        role: Role::Buyer,
        language: Language::English,
    });
    let users = shop.add_users(users.collect()).await.unwrap();
    let mut tokens = Vec::new();
    for user in users {
        tokens.push(shop.access_token_for(user).await.unwrap());
    }
    // The bookings that commands look at.
    shop.book(ticket_core::domain::UserId(1), vec![SeatId(1805), SeatId(1806)]).await.unwrap();
    shop.shutdown().await;
    tokens.chunks(SEATS_PER_BUYER).map(<[String]>::to_vec).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_works_while_servers_sell() {
    let folder = Arc::new(Folder::with_database());
    let show = SHOW.replace("1-2 _ 3-4 #", "1-1000").replace("1-2 _ 3-4", "1-1000");
    folder.write("show.toml", show);
    let applied = folder.run(&["apply", "-f", "show.toml"]);
    assert!(applied.starts_with("exit code 0"), "{applied}");
    let database = folder.path("tickets.db");
    let tokens = tokens(&database).await;
    let servers = [Server::start(&database), Server::start(&database)];
    let daemon = folder.command(&["jobs", "daemon"]).stderr(Stdio::null()).spawn().unwrap();
    let daemon = Daemon(daemon);
    let mut sale = Sale::begin(&servers, &tokens);
    for command in COMMANDS {
        sale.go_on().await;
        let folder = Arc::clone(&folder);
        let output = tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = command.split(' ').collect();
            folder.output(&arguments)
        });
        let output = output.await.unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{command}\n{stdout}\n{stderr}");
    }
    sale.go_on().await;
    let booked = sale.end().await;
    drop((servers, daemon));
    assert!(booked > COMMANDS.len(), "{booked} seats were sold");
    for database in ["tickets.db", "copy.db"] {
        let audit = folder.run(&["audit", "--database", database]);
        assert!(audit.starts_with("exit code 0"), "{audit}");
    }
    let export = folder.output(&["booking", "export", "--state", "BOOKED"]).stdout;
    let exported = String::from_utf8(export).unwrap().lines().count() - 1;
    // The two of before were cancelled.
    assert_eq!(exported, booked);
}
