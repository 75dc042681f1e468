//! A folder with a database in it, and the binary.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use tempfile::TempDir;
use ticket_core::api::JoinRequest;
use ticket_core::clock::ManualClock;
use ticket_core::domain::{Language, NewUser, Role, SeatId, UserId};
use ticket_core::{BookingFilter, BoxOffice, Config, PasswordCost};

/// A small show: two performances of eight seats and a gap.
pub(crate) const SHOW: &str = r##"
[venue]
name = "작은 극장 Studio"

[show]
name = "Hamlet 햄릿"
category = "PLAY"
running-minutes = 120

[prices]
VIP = 50000
R = 30000

[stage]
x = 0
y = 0
width = 9
height = 1

[[performances]]
date = 2099-05-02
start = 14:00:00

[[performances]]
date = 2099-05-02
start = 19:30:00
sale-opens-at = 2099-03-02T14:00:00

[[sectors]]
name = "1F"
at = [0, 2]
grade = "R"
rows = [
    { row = "A", seats = "1-2 _ 3-4", grade = "VIP", indent = 2 },
    { row = "B", seats = "1-2 _ 3-4 #", indent = 2 },
]
"##;

/// A folder of its own, in which commands are run.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With `tickets.db`, in which nothing is.
    pub(crate) fn with_database() -> Self {
        let folder = Self::empty();
        assert!(folder.output(&["init"]).status.success());
        folder
    }

    /// With `tickets.db`, in which the small show is.
    pub(crate) fn with_show() -> Self {
        let folder = Self::with_database();
        folder.write("show.toml", SHOW);
        assert!(folder.output(&["apply", "-f", "show.toml"]).status.success());
        folder
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(file), text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ticket-admin"));
        command.args(arguments).current_dir(&self.0).env_remove("TICKET_DATABASE");
        command.env_remove("TICKET_SMTP_URL").env_remove("TICKET_MAIL_FROM");
        command
    }

    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a snapshot shows of a command.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        shown(&self.output(arguments))
    }

    /// The same, with something on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> String {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        shown(&child.wait_with_output().unwrap())
    }

    /// Everything that reading commands tell of the database.
    pub(crate) fn contents(&self) -> String {
        ["show list", "performance list 1", "seat map 1", "seat map 2", "booking list", "audit"]
            .map(|command| self.run(&[command.split(' ').collect(), vec!["--format", "json"]].concat()))
            .concat()
    }

    /// Does something in the shop as if it were the first day of 2099.
    pub(crate) fn in_shop<T>(&self, act: impl AsyncFnOnce(&BoxOffice) -> T) -> T {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let clock = Arc::new(ManualClock::new("2099-01-01T03:00:00Z".parse().unwrap()));
            let password_cost = PasswordCost { memory_kib: 8, passes: 1 };
            let box_office =
                BoxOffice::open(Config { clock, password_cost, ..Config::new(self.path("tickets.db")) }).unwrap();
            let result = act(&box_office).await;
            box_office.shutdown().await;
            result
        })
    }

    /// Mina books these seats.
    pub(crate) fn book(&self, seats: &[i64]) {
        self.in_shop(async |shop: &BoxOffice| {
            shop.book(join(shop).await, seats.iter().copied().map(SeatId).collect()).await.unwrap();
        });
    }

    /// Somebody books these seats, with the holds in this Redis. Tells how many bookings there are.
    pub(crate) fn book_over(&self, redis: &str, seats: &[i64]) -> usize {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let password_cost = PasswordCost { memory_kib: 8, passes: 1 };
            let config = Config { password_cost, redis: Some(redis.into()), ..Config::new(self.path("tickets.db")) };
            let shop = BoxOffice::open(config).unwrap();
            shop.book(join(&shop).await, seats.iter().copied().map(SeatId).collect()).await.unwrap();
            let filter = BookingFilter { limit: 10, ..BookingFilter::default() };
            let bookings = shop.list_bookings(filter).await.unwrap().len();
            shop.shutdown().await;
            bookings
        })
    }

    /// Somebody books these seats now, by the system's clock.
    pub(crate) fn book_today(&self, seats: &[i64]) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let password_cost = PasswordCost { memory_kib: 8, passes: 1 };
            let config = Config { password_cost, ..Config::new(self.path("tickets.db")) };
            let shop = BoxOffice::open(config).unwrap();
            let buyer = NewUser {
                email: format!("buyer-{}@example.com", seats[0]).parse().unwrap(),
                name: "Buyer".into(),
                role: Role::Buyer,
                language: Language::English,
            };
            let user = shop.add_users(vec![buyer]).await.unwrap()[0];
            shop.book(user, seats.iter().copied().map(SeatId).collect()).await.unwrap();
            shop.shutdown().await;
        });
    }

    /// Mina holds these seats.
    pub(crate) fn hold(&self, seats: &[i64]) {
        self.in_shop(async |shop: &BoxOffice| {
            shop.hold(join(shop).await, seats.iter().copied().map(SeatId).collect()).await.unwrap();
        });
    }
}

pub(crate) async fn join(shop: &BoxOffice) -> UserId {
    let (email, password, name) = ("mina@example.com".to_owned(), "correct horse".to_owned(), "민아".to_owned());
    shop.join(JoinRequest { email, password, name }).await.unwrap()
}

/// What a snapshot shows of an answer.
pub(crate) fn shown(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    format!("exit code {}\n--- stdout\n{stdout}--- stderr\n{stderr}", output.status.code().unwrap())
}
