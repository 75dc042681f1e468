use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use ticket_core::api::{Credentials, JoinRequest};
use ticket_core::clock::{Clock, Sleep, SystemClock};
use ticket_core::domain::{Booking, SeatId};
use ticket_core::import::show_file::{ShowFileOptions, parse};
use ticket_core::{BookingFilter, BoxOffice, Config, PasswordCost};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{oneshot, watch};

/// Of every account.
pub(crate) const PASSWORD: &str = "correct horse";

/// A shop with one show, and a server of it that can go away and come back.
pub(crate) struct Shop {
    pub(crate) address: SocketAddr,
    box_office: BoxOffice,
    config: Config,
    clock: Arc<AheadClock>,
    runtime: Runtime,
    server: Option<(oneshot::Sender<()>, tokio::task::JoinHandle<()>)>,
    _folder: tempfile::TempDir,
}

/// The system's clock, put forward by what was let pass.
#[derive(Debug)]
struct AheadClock(watch::Sender<SignedDuration>);

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        SystemClock.now() + *self.0.borrow()
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        Box::pin(async move {
            let mut ahead = self.0.subscribe();
            while self.now() < deadline {
                let by_the_system = deadline - *ahead.borrow_and_update();
                tokio::select! {
                    () = SystemClock.sleep_until(by_the_system) => {}
                    _ = ahead.changed() => {}
                }
            }
        })
    }
}

impl Shop {
    pub(crate) fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("tickets.db");
        let time_zone = TimeZone::get("Asia/Seoul").unwrap();
        let password_cost = PasswordCost { memory_kib: 64, passes: 1 };
        let clock = Arc::new(AheadClock(watch::Sender::new(SignedDuration::ZERO)));
        let config = Config { password_cost, clock: clock.clone(), ..Config::new(database) };
        BoxOffice::create(&config, &time_zone).unwrap();
        let (box_office, listener) = runtime.block_on(async {
            let box_office = BoxOffice::open(config.clone()).unwrap();
            let tomorrow = box_office.clock().now().to_zoned(time_zone.clone()).date() + 1.day();
            let show = include_str!("../../../examples/shows/modu-art-theater.toml");
            let plan = parse(show, &ShowFileOptions { time_zone, starting: Some(tomorrow + 1.day()) }).unwrap();
            assert!(box_office.apply(plan, false).await.unwrap().applied);
            (box_office, TcpListener::bind("127.0.0.1:0").await.unwrap())
        });
        let address = listener.local_addr().unwrap();
        let mut shop = Self { address, box_office, config, clock, runtime, server: None, _folder: folder };
        shop.serve(listener);
        shop
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// As if the machine had lost its power: every connection breaks.
    pub(crate) fn cut_the_server_off(&mut self) {
        let (_, task) = self.server.take().unwrap();
        task.abort();
        let _ = self.runtime.block_on(task);
    }

    /// As if the process had been killed: nothing of it goes on, and the next one knows but what is in the database.
    pub(crate) fn kill_the_server(&mut self) {
        self.cut_the_server_off();
        let config = self.config.clone();
        self.box_office = self.runtime.block_on(async { BoxOffice::open(config).unwrap() });
    }

    pub(crate) fn bring_the_server_back(&mut self) {
        let listener = self.runtime.block_on(TcpListener::bind(self.address)).unwrap();
        self.serve(listener);
    }

    /// Makes an account; answers an access token of it.
    pub(crate) fn join(&self, email: &str) -> String {
        let (email, password) = (email.to_owned(), PASSWORD.to_owned());
        self.runtime.block_on(async {
            let request = JoinRequest { email: email.clone(), password: password.clone(), name: "Mina".into() };
            self.box_office.join(request).await.unwrap();
            self.box_office.log_in(Credentials { email, password }).await.unwrap().access_token
        })
    }

    /// Logs an account out of every session; its access tokens count for up to half an hour from their making.
    pub(crate) fn log_out_everywhere(&self, email: &str) {
        let credentials = Credentials { email: email.to_owned(), password: PASSWORD.to_owned() };
        self.runtime.block_on(async {
            let token = self.box_office.log_in(credentials).await.unwrap().access_token;
            self.box_office.log_out(self.box_office.caller(&token).unwrap().user).await.unwrap();
        });
    }

    /// Puts the shop's clock forward.
    pub(crate) fn let_pass(&self, time: SignedDuration) {
        self.clock.0.send_modify(|ahead| *ahead += time);
    }

    /// How many holds there are.
    pub(crate) fn holds(&self) -> usize {
        self.runtime.block_on(async { self.box_office.list_holds().await.unwrap().len() })
    }

    /// Cancels the performance of the only hold.
    pub(crate) fn cancel_what_is_held(&self) {
        self.runtime.block_on(async {
            let held = self.box_office.list_holds().await.unwrap();
            self.box_office.cancel_performance(held[0].id.performance, &|_| {}).await.unwrap();
        });
    }

    /// Another show, whose sale opens so soon; answers its performance.
    pub(crate) fn open_sale_in(&self, time: Duration) -> String {
        self.runtime.block_on(async {
            let opens_at = self.box_office.clock().now() + time;
            let show = include_str!("../../../examples/shows/modu-art-theater.toml").replace("Hamlet", "Macbeth");
            let zone = self.box_office.time_zone().clone();
            let tomorrow = opens_at.to_zoned(zone.clone()).date() + 2.days();
            let options = ShowFileOptions { time_zone: zone, starting: Some(tomorrow) };
            let mut plan = parse(&show, &options).unwrap();
            plan.performances.truncate(1);
            plan.performances[0].sale_opens_at = Some(opens_at);
            self.box_office.apply(plan, false).await.unwrap();
            let shows = self.box_office.shows(None, Some("Macbeth".into()), 0, 1).await.unwrap();
            let performances = self.box_office.performances(shows.content[0].show_id).await.unwrap();
            performances[0].0.id.to_string()
        })
    }

    /// What the database says was bought.
    pub(crate) fn bookings(&self) -> Vec<Booking> {
        self.runtime.block_on(async {
            let mut bookings = Vec::new();
            for row in
                self.box_office.list_bookings(BookingFilter { limit: 10, ..BookingFilter::default() }).await.unwrap()
            {
                bookings.push(self.box_office.booking(row.user, row.id).await.unwrap());
            }
            bookings
        })
    }

    /// Books a seat of the first performance for a user, and then so many of the next, giving back each at once.
    pub(crate) fn book_one_and_give_back(&self, email: &str, count: usize) {
        let credentials = Credentials { email: email.to_owned(), password: PASSWORD.to_owned() };
        self.runtime.block_on(async {
            let token = self.box_office.log_in(credentials).await.unwrap().access_token;
            let user = self.box_office.caller(&token).unwrap().user;
            let shows = self.box_office.shows(None, Some("Hamlet".into()), 0, 1).await.unwrap();
            let performances = self.box_office.performances(shows.content[0].show_id).await.unwrap();
            let seats = async |at: usize| -> Vec<SeatId> {
                let layout = self.box_office.layout(performances[at].0.id).await.unwrap();
                // In the row for wheelchairs there are gaps.
                layout.seats().filter(|seat| seat.row != "W").map(|seat| seat.id).collect()
            };
            self.box_office.book(user, vec![seats(0).await[0]]).await.unwrap();
            for seat in seats(1).await.into_iter().take(count) {
                let booking = self.box_office.book(user, vec![seat]).await.unwrap();
                self.box_office.cancel(user, booking.id, None).await.unwrap();
            }
        });
    }

    /// Gives a booking back, and offers its seats to whoever waits for them.
    pub(crate) fn give_back_and_offer(&self, booking: &Booking) {
        self.runtime.block_on(async { self.box_office.cancel(booking.user, booking.id, None).await.unwrap() });
        self.offer();
    }

    /// Offers what was given back to whoever waits for it, or puts it on sale again.
    pub(crate) fn offer(&self) {
        self.runtime.block_on(async { self.box_office.run_job("waitlist-offer", true).await.unwrap() });
    }

    fn serve(&mut self, listener: TcpListener) {
        let (stop, stopped) = oneshot::channel();
        let box_office = self.box_office.clone();
        let task = self.runtime.spawn(async move {
            let stopped = async { drop(stopped.await) };
            ticket_server::serve(listener, box_office, stopped).await.unwrap();
        });
        self.server = Some((stop, task));
    }
}
