//! Mails are sent to a real SMTP server, once as long as nothing breaks, and at least once when it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use mail_parser::{Message, MessageParser};
use ticket_core::HoldBackend::Embedded;
use ticket_core::api::Language;
use ticket_core::clock::{Clock as _, ManualClock};
use ticket_core::domain::{Booking, EntryId, Fence, MailId, MailKind, MailState, UserId, WaitlistWish};
use ticket_core::locks::LockRequest;
use ticket_core::notify::{Mail, MailError, MailReport, Mailer, SmtpMailer};
use ticket_core::testing::{PlanBuilder, ReceivedMail, SinkTls, SmtpSink, SmtpStep, TestShop, assert_clean};
use ticket_core::{BoxOffice, Config, Error, MailFilter, MailRow};

use crate::support::stranger;

const FROM: &str = "Small Hall <tickets@hall.example>";
const DAY: Duration = Duration::from_hours(24);

/// A shop with a mail server, and somebody who buys.
struct Scene {
    shop: TestShop,
    sink: SmtpSink,
    office: BoxOffice,
    mina: UserId,
}

impl Scene {
    async fn new() -> Self {
        let shop =
            TestShop::with(Embedded, PlanBuilder::hall(10, 20).with(|p| p.max_seats_per_user = 500).build()).await;
        let sink = SmtpSink::start(SinkTls::None).await;
        let office = open_with(&shop, Arc::new(smtp(sink.port())));
        let mina = shop.join("mina").await;
        Self { shop, sink, office, mina }
    }

    async fn book(&self, n: usize) -> Booking {
        self.office.book(self.mina, vec![self.shop.seats(0).await[n]]).await.unwrap()
    }

    async fn mails(&self) -> Vec<MailRow> {
        mails(&self.office).await
    }

    /// Moves the clock to the next attempt of the only mail. Returns how far that was.
    async fn to_next_attempt(&self) -> Duration {
        let now = self.shop.clock.now();
        let pause = self.mails().await[0].next_attempt_at.unwrap().duration_since(now).unsigned_abs();
        self.shop.clock.advance(pause);
        pause
    }
}

fn smtp(port: u16) -> SmtpMailer {
    SmtpMailer::new(format!("smtp://127.0.0.1:{port}?tls=none").parse().unwrap())
}

fn open_with(shop: &TestShop, mailer: Arc<dyn Mailer>) -> BoxOffice {
    shop.open_as(|config| Config { mailer, mail_from: FROM.parse().unwrap(), ..config })
}

async fn mails(office: &BoxOffice) -> Vec<MailRow> {
    office.list_mail(MailFilter { state: None, limit: 1000 }).await.unwrap()
}

/// Sends what is due, as this job.
async fn try_send_as(job: &str, office: &BoxOffice) -> Result<MailReport, Error> {
    let lock = LockRequest::new(job, Duration::ZERO, Duration::from_mins(1)).unwrap();
    let sender = office.clone();
    office.run_locked(lock, move |fence, _| async move { sender.send_mail(&fence).await }).await
}

/// Sent, to be tried again, given up.
async fn send(office: &BoxOffice) -> (u64, u64, u64) {
    let report = try_send_as("mail-send", office).await.unwrap();
    (report.sent, report.failed, report.given_up)
}

fn parsed(mail: &ReceivedMail) -> Message<'_> {
    MessageParser::default().parse(mail.content.as_bytes()).unwrap()
}

fn message_ids(sink: &SmtpSink) -> Vec<String> {
    sink.received().iter().map(|mail| parsed(mail).message_id().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_booking_and_its_cancellation_arrive_in_the_language_of_the_user() {
    let scene = Scene::new().await;
    let booking = scene.book(0).await;
    assert_eq!(send(&scene.office).await, (1, 0, 0));
    scene.office.set_language(scene.mina, Language::Korean).await.unwrap();
    scene.office.cancel(scene.mina, booking.id, None).await.unwrap();
    assert_eq!(send(&scene.office).await, (1, 0, 0));
    assert_eq!(send(&scene.office).await, (0, 0, 0), "nothing is left");

    let received = scene.sink.received();
    let [booked, canceled] = &received[..] else { panic!("{received:?}") };
    assert_eq!((booked.from.as_str(), &booked.to[..]), ("tickets@hall.example", &["mina@example.com".to_owned()][..]));
    let mail = parsed(booked);
    assert_eq!(mail.subject(), Some("Booked: The Tempest, Monday 1 March 2027"));
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("Small Hall"), Some("tickets@hall.example")));
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2027-01-02T00:00:00Z");
    assert_eq!(mail.header("Auto-Submitted").and_then(|value| value.as_text()), Some("auto-generated"));
    let (text, html) = (mail.body_text(0).unwrap(), mail.body_html(0).unwrap());
    for part in [&text, &html] {
        for fact in ["The Tempest", "Small Hall", "1 March 2027, 19:30", "1F, row A, seat 1", "150,000 KRW"] {
            assert!(part.contains(fact), "{fact}: {part}");
        }
    }
    assert!(booked.content.contains("multipart/alternative"));
    assert!(booked.content.is_ascii(), "whatever is on the way can carry it");

    let mail = parsed(canceled);
    assert_eq!(mail.subject(), Some("[예매 취소] The Tempest · 2027년 3월 1일(월)"));
    assert!(mail.body_text(0).unwrap().contains("1F A열 1번 · VIP · 150,000원"));
    assert!(mail.body_html(0).unwrap().contains("예매가 취소되었습니다"));
    let ids = message_ids(&scene.sink);
    assert!(ids[0].starts_with("outbox-1.") && ids[0].ends_with("@hall.example"), "{ids:?}");
    assert_ne!(ids[0], ids[1]);
    let kinds: Vec<_> = scene.mails().await.iter().map(|mail| (mail.kind, mail.state)).collect();
    assert_eq!(kinds, [(MailKind::Canceled, MailState::Sent), (MailKind::Booked, MailState::Sent)]);
}

#[tokio::test]
async fn one_connection_carries_many_mails() {
    let scene = Scene::new().await;
    for n in 0..50 {
        scene.book(n).await;
    }
    assert_eq!(send(&scene.office).await, (50, 0, 0));
    let mut ids = message_ids(&scene.sink);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 50);
    assert!(scene.sink.connections() <= 4, "{} connections", scene.sink.connections());
}

#[tokio::test]
async fn a_show_cannot_write_headers() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    // No plan and no edit can call it so.
    let database = stranger(&shop);
    database.execute("UPDATE show SET name = ?1", ["A\r\nBcc: all@example.com\r\n\r\nB"]).unwrap();
    let sink = SmtpSink::start(SinkTls::None).await;
    let office = open_with(&shop, Arc::new(smtp(sink.port())));
    office.book(shop.join("mina").await, vec![shop.seats(0).await[0]]).await.unwrap();
    assert_eq!(send(&office).await, (1, 0, 0));
    let received = sink.received();
    let mail = parsed(&received[0]);
    assert!(mail.bcc().is_none());
    assert_eq!(received[0].to, ["mina@example.com"]);
    assert_eq!(mail.subject(), Some("Booked: A Bcc: all@example.com B, Monday 1 March 2027"));
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again_after_a_pause() {
    let scene = Scene::new().await;
    scene.book(0).await;
    scene.sink.answer(SmtpStep::Recipient, 451, "4.2.0 later");
    assert_eq!(send(&scene.office).await, (0, 1, 0));
    let mail = &scene.mails().await[0];
    assert_eq!((mail.state, mail.attempts), (MailState::Pending, 1));
    assert!(mail.last_error.as_ref().unwrap().contains("4.2.0 later"), "{mail:?}");
    assert_eq!(send(&scene.office).await, (0, 0, 0), "not before the pause is over");
    scene.shop.clock.advance(Duration::from_secs(1));
    scene.sink.answer(SmtpStep::Content, 452, "4.3.1 disk full");
    assert_eq!(send(&scene.office).await, (0, 1, 0));
    assert_eq!(scene.to_next_attempt().await, Duration::from_secs(2));
    assert_eq!(send(&scene.office).await, (1, 0, 0));
    let mail = &scene.mails().await[0];
    assert_eq!((mail.state, mail.attempts, &mail.last_error), (MailState::Sent, 3, &None));
    assert_eq!(scene.sink.received().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_refused_for_good_is_given_up_until_somebody_asks() {
    let scene = Scene::new().await;
    scene.book(0).await;
    scene.sink.answer(SmtpStep::Recipient, 550, "5.1.1 no such user");
    assert_eq!(send(&scene.office).await, (0, 0, 1));
    let mail = &scene.mails().await[0];
    assert_eq!((mail.state, mail.given_up_at), (MailState::GivenUp, Some(scene.shop.clock.now())));
    assert!(mail.last_error.as_ref().unwrap().contains("5.1.1 no such user"), "{mail:?}");
    scene.shop.clock.advance(2 * DAY);
    assert_eq!(send(&scene.office).await, (0, 0, 0));

    assert!(!scene.office.retry_mail(MailId(99)).await.unwrap());
    assert!(scene.office.retry_mail(mail.id).await.unwrap());
    assert_eq!(send(&scene.office).await, (1, 0, 0));
    assert!(!scene.office.retry_mail(mail.id).await.unwrap(), "it is sent");
}

#[tokio::test]
async fn what_somebody_can_put_right_is_not_given_up_at_once() {
    let scene = Scene::new().await;
    scene.book(0).await;
    for (step, code, text) in [
        (SmtpStep::Recipient, 554, "5.7.1 relay access denied"),
        (SmtpStep::Recipient, 530, "log in first"),
        (SmtpStep::Sender, 550, "5.1.8 not your domain"),
        (SmtpStep::Greeting, 554, "go away"),
        (SmtpStep::Recipient, 421, "going down"),
    ] {
        scene.sink.answer(step, code, text);
        assert_eq!(send(&scene.office).await, (0, 1, 0), "{code} {text}");
        let error = scene.mails().await[0].last_error.clone().unwrap();
        assert!(error.contains(text), "{error}");
        scene.to_next_attempt().await;
    }
    assert_eq!(send(&scene.office).await, (1, 0, 0));
}

#[tokio::test]
async fn without_a_mail_server_pauses_grow_and_after_a_day_it_is_given_up() {
    let scene = Scene::new().await;
    let nobody = open_with(&scene.shop, Arc::new(smtp(free_port())));
    scene.book(0).await;
    let mut pauses = Vec::new();
    while send(&nobody).await == (0, 1, 0) {
        pauses.push(scene.to_next_attempt().await.as_secs());
    }
    assert_eq!(pauses[..13], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600]);
    assert!(pauses[13..pauses.len() - 1].iter().all(|pause| *pause == 3600), "{pauses:?}");
    assert_eq!(pauses.iter().sum::<u64>(), DAY.as_secs());
    let mail = &scene.mails().await[0];
    assert_eq!((mail.state, mail.attempts as usize), (MailState::GivenUp, pauses.len() + 1));
    assert!(mail.last_error.as_ref().unwrap().contains("refused"), "{mail:?}");
    scene.office.retry_mail(mail.id).await.unwrap();
    assert_eq!(send(&scene.office).await, (1, 0, 0));
}

#[tokio::test]
async fn a_mail_that_nobody_has_tried_for_days_is_tried_once_at_least() {
    let scene = Scene::new().await;
    scene.book(0).await;
    scene.book(1).await;
    scene.shop.clock.advance(3 * DAY);
    scene.sink.answer(SmtpStep::Recipient, 451, "later");
    assert_eq!(send(&scene.office).await, (1, 0, 1));
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_not_asked_for_every_mail() {
    let scene = Scene::new().await;
    for n in 0..30 {
        scene.book(n).await;
    }
    let nobody = open_with(&scene.shop, Arc::new(smtp(free_port())));
    let (sent, failed, given_up) = send(&nobody).await;
    assert!((1..=4).contains(&failed) && (sent, given_up) == (0, 0), "{failed} failed");
    let attempts: u32 = scene.mails().await.iter().map(|mail| mail.attempts).sum();
    assert_eq!(u64::from(attempts), failed, "the others count no attempt");
    let (sent, ..) = send(&scene.office).await;
    assert_eq!(sent, 30 - failed, "and need not wait");
}

#[tokio::test]
async fn a_silent_mail_server_holds_up_neither_the_job_nor_a_sale() {
    let scene = Scene::new().await;
    scene.book(0).await;
    scene.sink.fall_silent(SmtpStep::Greeting);
    let sending = tokio::spawn({
        let office = scene.office.clone();
        async move { send(&office).await }
    });
    scene.sink.silent(1).await;
    scene.book(1).await;
    scene.shop.clock.advance(Duration::from_secs(15));
    assert_eq!(sending.await.unwrap(), (0, 1, 0));
    let error = scene.mails().await.last().unwrap().last_error.clone().unwrap();
    assert!(error.contains("15 seconds"), "{error}");
    scene.shop.clock.advance(Duration::from_secs(1));
    assert_eq!(send(&scene.office).await, (2, 0, 0));
}

#[tokio::test]
async fn when_the_answer_is_lost_the_same_mail_is_sent_again() {
    let scene = Scene::new().await;
    scene.book(0).await;
    scene.sink.fall_silent(SmtpStep::Content);
    let sending = tokio::spawn({
        let office = scene.office.clone();
        async move { send(&office).await }
    });
    scene.sink.silent(1).await;
    scene.shop.clock.advance(Duration::from_secs(15));
    assert_eq!(sending.await.unwrap(), (0, 1, 0));
    scene.to_next_attempt().await;
    assert_eq!(send(&scene.office).await, (1, 0, 0));
    let ids = message_ids(&scene.sink);
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(scene.sink.received()[0].to, scene.sink.received()[1].to);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_senders_at_once_each_sends_what_the_other_does_not() {
    let scene = Scene::new().await;
    for n in 0..200 {
        scene.book(n).await;
    }
    let other = open_with(&scene.shop, Arc::new(smtp(scene.sink.port())));
    // Two jobs, so that both fences are good: the leases alone keep them apart.
    let (one, two) = tokio::join!(try_send_as("one", &scene.office), try_send_as("two", &other));
    assert_eq!(one.unwrap().sent + two.unwrap().sent, 200);
    let mut ids = message_ids(&scene.sink);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((scene.sink.received().len(), ids.len()), (200, 200));
}

/// One sender hangs in the middle of a mail, and another comes.
async fn mails_that_arrive_from_two_senders(scene: &Scene, is_leased: bool) -> usize {
    scene.book(0).await;
    scene.sink.fall_silent(SmtpStep::Content);
    let office = scene.office.clone();
    let first = tokio::spawn(async move {
        let sending = async move { office.send_mail(&fence_of(&office, "one").await).await };
        #[cfg(feature = "failpoints")]
        if !is_leased {
            return ticket_core::failpoint::without("mail lease", sending).await;
        }
        assert!(is_leased);
        sending.await
    });
    scene.sink.silent(1).await;
    try_send_as("two", &scene.office).await.unwrap();
    let received = scene.sink.received().len();
    scene.shop.clock.advance(Duration::from_secs(15));
    first.await.unwrap().unwrap();
    received
}

/// The fence of a lock that was let go at once.
async fn fence_of(office: &BoxOffice, job: &str) -> Fence {
    let lock = LockRequest::new(job, Duration::ZERO, Duration::from_mins(1)).unwrap();
    office.run_locked(lock, async |fence, _| Ok(fence)).await.unwrap()
}

#[tokio::test]
async fn a_mail_that_is_being_sent_is_nobody_elses() {
    assert_eq!(mails_that_arrive_from_two_senders(&Scene::new().await, true).await, 1);
}

/// The control: without the lease, the other sends it as well.
#[cfg(feature = "failpoints")]
#[tokio::test]
async fn without_the_lease_it_is_sent_twice() {
    assert_eq!(mails_that_arrive_from_two_senders(&Scene::new().await, false).await, 2);
}

#[tokio::test]
async fn a_mail_that_is_being_sent_cannot_be_asked_for_again() {
    let scene = Scene::new().await;
    scene.book(0).await;
    scene.sink.fall_silent(SmtpStep::Content);
    let sending = tokio::spawn({
        let office = scene.office.clone();
        async move { send(&office).await }
    });
    scene.sink.silent(1).await;
    assert!(!scene.office.retry_mail(MailId(1)).await.unwrap());
    scene.shop.clock.advance(Duration::from_secs(15));
    sending.await.unwrap();
    assert!(scene.office.retry_mail(MailId(1)).await.unwrap());
}

#[tokio::test]
async fn who_has_lost_the_lock_sends_nothing() {
    let scene = Scene::new().await;
    scene.book(0).await;
    let (stale, fresh) = (fence_of(&scene.office, "mail-send").await, fence_of(&scene.office, "mail-send").await);
    let refused = scene.office.send_mail(&stale).await;
    assert_eq!(refused, Err(Error::LockLost { job: "mail-send".into() }));
    assert!(scene.sink.received().is_empty());
    assert_eq!(scene.office.send_mail(&fresh).await.unwrap().sent, 1);
}

#[tokio::test]
async fn without_a_mail_server_mails_go_to_the_log() {
    let scene = Scene::new().await;
    scene.book(0).await;
    assert_eq!(send(&scene.shop.box_office).await, (1, 0, 0));
    assert_eq!(scene.mails().await[0].state, MailState::Sent);
    assert!(scene.sink.received().is_empty());
}

#[tokio::test]
async fn the_job_sends_mails() {
    let scene = Scene::new().await;
    scene.book(0).await;
    let run = scene.office.run_job("mail-send", false).await.unwrap();
    assert_eq!(run.summary.as_deref(), Some("1 mail sent"));
    assert_eq!(scene.sink.received().len(), 1);
}

/// Joon waits for a seat of Mina's, who cancels it, and it is offered to him.
async fn offer_to_joon(scene: &Scene) -> (UserId, EntryId) {
    let joon = scene.shop.join("joon").await;
    let booking = scene.book(0).await;
    let wish = WaitlistWish { seat_count: 1, seats: vec![booking.tickets[0].seat.id] };
    let entry = scene.office.join_waitlist(joon, wish).await.unwrap();
    scene.office.cancel(scene.mina, booking.id, None).await.unwrap();
    assert_eq!(send(&scene.office).await, (2, 0, 0));
    scene.office.run_job("waitlist-offer", true).await.unwrap();
    (joon, entry)
}

#[tokio::test]
async fn an_offer_tells_the_seats_and_the_deadline() {
    let scene = Scene::new().await;
    let (joon, entry) = offer_to_joon(&scene).await;
    scene.office.set_language(joon, Language::Korean).await.unwrap();
    assert_eq!(send(&scene.office).await, (1, 0, 0));
    let received = scene.sink.received();
    let mail = parsed(received.last().unwrap());
    assert_eq!(received.last().unwrap().to, ["joon@example.com"]);
    assert_eq!(mail.subject(), Some("[대기 좌석 안내] The Tempest · 2027년 3월 1일(월)"));
    let text = mail.body_text(0).unwrap();
    let number = format!("대기 번호: {entry}");
    for fact in ["1F A열 1번 · VIP · 150,000원", "예매 기한: 2027년 1월 2일(토) 15:00 KST (UTC+09:00)", &number]
    {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    assert_clean(&scene.office).await;
}

#[tokio::test]
async fn an_offer_that_is_over_is_not_told() {
    let scene = Scene::new().await;
    let (joon, entry) = offer_to_joon(&scene).await;
    scene.office.leave_waitlist(joon, entry).await.unwrap();
    assert_eq!(send(&scene.office).await, (0, 0, 1));
    assert_eq!(scene.mails().await[0].last_error.as_deref(), Some("the offer is over"));
    assert_eq!(scene.sink.received().len(), 2);
}

/// Takes ten seconds for each mail.
#[derive(Debug)]
struct SlowMailer {
    clock: Arc<ManualClock>,
    taken: AtomicUsize,
}

#[async_trait]
impl Mailer for SlowMailer {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        self.taken.fetch_add(1, Ordering::Relaxed);
        self.clock.advance(Duration::from_secs(10));
        Ok(())
    }
}

#[tokio::test]
async fn with_a_slow_mail_server_a_run_ends_in_time_and_leaves_the_rest() {
    let scene = Scene::new().await;
    for n in 0..30 {
        scene.book(n).await;
    }
    let began = scene.shop.clock.now();
    let mailer = Arc::new(SlowMailer { clock: Arc::clone(&scene.shop.clock), taken: AtomicUsize::new(0) });
    let (sent, failed, given_up) = send(&open_with(&scene.shop, Arc::clone(&mailer) as _)).await;
    assert!(scene.shop.clock.now().duration_since(began).as_secs() < 60);
    assert!((1..30).contains(&sent) && (failed, given_up) == (0, 0), "{sent} sent");
    assert_eq!(mailer.taken.load(Ordering::Relaxed) as u64, sent);
    assert_eq!(send(&scene.office).await, (30 - sent, 0, 0), "the rest is not leased any more");
}

#[derive(Debug)]
struct PanickingMailer;

#[async_trait]
impl Mailer for PanickingMailer {
    async fn send(&self, _: &Mail) -> Result<(), MailError> {
        panic!("a mailer of somebody else has a bug");
    }
}

#[tokio::test]
async fn what_a_sender_that_died_has_left_is_sent_when_its_lease_has_ended() {
    let scene = Scene::new().await;
    scene.book(0).await;
    let error = try_send_as("mail-send", &open_with(&scene.shop, Arc::new(PanickingMailer))).await.unwrap_err();
    assert!(matches!(error, Error::Internal { .. }), "{error:?}");
    assert_eq!(send(&scene.office).await, (0, 0, 0), "nobody knows yet that it died");
    scene.to_next_attempt().await;
    assert_eq!(send(&scene.office).await, (1, 0, 0));
}

/// A port on which nobody listens.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn what_the_organiser_does_is_told_in_his_words() {
    let scene = Scene::new().await;
    let seats = scene.shop.seats(0).await;
    let bookings = [scene.book(0).await, scene.book(1).await, scene.book(2).await];
    assert_eq!(send(&scene.office).await, (3, 0, 0));
    scene.office.cancel_as_admin(bookings[0].id, None, false).await.unwrap();
    scene.office.move_ticket(seats[1], seats[25], false).await.unwrap();
    // The second move is told with the seats that it was about, though the mail is written after both.
    scene.office.move_ticket(seats[25], seats[26], false).await.unwrap();
    assert_eq!(send(&scene.office).await, (3, 0, 0));
    scene.office.set_language(scene.mina, Language::Korean).await.unwrap();
    scene.office.cancel_performance(scene.shop.performance(0).await, &|_| {}).await.unwrap();
    assert_eq!(send(&scene.office).await, (2, 0, 0));

    // Several are sent at once, in whatever order.
    let told: Vec<(String, String)> = scene
        .sink
        .received()
        .iter()
        .map(|mail| {
            let mail = parsed(mail);
            (mail.subject().unwrap().to_owned(), mail.body_text(0).unwrap().into_owned())
        })
        .collect();
    let count = |subject: &str, facts: &[&str]| {
        let tells = |text: &str| facts.iter().all(|fact| text.contains(fact));
        told.iter().filter(|(found, text)| found == subject && tells(text)).count()
    };
    let revoked = ["The organiser has cancelled these seats.", "1F, row A, seat 1 ", "Small Hall: 02-123-4567"];
    assert_eq!(count("Cancelled: The Tempest, Monday 1 March 2027", &revoked), 1, "{told:?}");
    for (from, to) in [("row A, seat 2", "row B, seat 6"), ("row B, seat 6", "row B, seat 7")] {
        let (from, to) = (format!("Instead of: 1F, {from}"), format!("- 1F, {to} · R · 150,000 KRW"));
        assert_eq!(count("New seat: The Tempest, Monday 1 March 2027", &[&from, &to]), 1, "{told:?}");
    }
    let canceled = ["주최 측 사정으로 이 공연이 취소되어"];
    assert_eq!(count("[공연 취소] The Tempest · 2027년 3월 1일(월)", &canceled), 2, "{told:?}");
    let mut ids = message_ids(&scene.sink);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 8);
}
