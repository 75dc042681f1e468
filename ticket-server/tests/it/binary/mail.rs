//! The server sends mail by itself: over TLS, and through every way to die on the way.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use tempfile::TempDir;
use ticket_core::api::JoinRequest;
use ticket_core::domain::{MailState, SeatId, UserId};
use ticket_core::testing::{PlanBuilder, SinkTls, SmtpSink};
use ticket_core::{BoxOffice, Config, MailFilter, MailRow};

use super::process::{Running, command, fails, new_database};

/// A shop on which a server works, and somebody who has booked.
struct Stage {
    office: BoxOffice,
    mina: UserId,
    database: PathBuf,
    folder: TempDir,
}

impl Stage {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("tickets.db");
        BoxOffice::create(&Config::new(&database), &TimeZone::UTC).unwrap();
        let office = BoxOffice::open(Config::new(&database)).unwrap();
        let plan = PlanBuilder::hall(1, 5).far_in_the_future();
        assert!(office.apply(plan.build(), false).await.unwrap().applied);
        let (email, password) = ("mina@example.com".to_owned(), "correct horse".to_owned());
        let mina = office.join(JoinRequest { email, password, name: "Mina".into() }).await.unwrap();
        Self { office, mina, database, folder }
    }

    async fn book(&self, seat: i64) {
        self.office.book(self.mina, vec![SeatId(seat)]).await.unwrap();
    }

    async fn mails(&self) -> Vec<MailRow> {
        self.office.list_mail(MailFilter { state: None, limit: 100 }).await.unwrap()
    }

    /// Waits until one of the mails is so.
    async fn until_a_mail(&self, is_so: impl Fn(&MailRow) -> bool) {
        let began = Instant::now();
        while !self.mails().await.iter().any(&is_so) {
            assert!(began.elapsed() < Duration::from_secs(60), "{:?}", self.mails().await);
            tokio::task::yield_now().await;
        }
    }

    fn serve(&self, smtp: &str, certificate: Option<&Path>) -> Running {
        let mut command = command(&self.database);
        command.args(["--mail-from", "Hall <tickets@hall.example>", "--job-schedule", "mail-send=* * * * * *"]);
        command.env("TICKET_SMTP_URL", smtp);
        if let Some(certificate) = certificate {
            command.env("SSL_CERT_FILE", certificate);
        }
        Running::start(&mut command)
    }
}

#[rstest::rstest]
#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_over_tls_after_a_login(#[values(SinkTls::StartTls, SinkTls::Wrapped)] tls: SinkTls) {
    let stage = Stage::new().await;
    let sink = SmtpSink::start(tls).await;
    let certificate = stage.folder.path().join("sink.pem");
    std::fs::write(&certificate, sink.certificate_pem()).unwrap();
    stage.book(1).await;
    let scheme = if tls == SinkTls::Wrapped { "smtps" } else { "smtp" };
    let server = stage.serve(&format!("{scheme}://mailer:secret@localhost:{}", sink.port()), Some(&certificate));
    stage.until_a_mail(|mail| mail.state == MailState::Sent).await;
    let received = sink.received();
    assert_eq!((received.len(), received[0].is_encrypted), (1, true));
    assert_eq!(received[0].user.as_deref(), Some("mailer"));
    assert!(received[0].content.contains("Subject: Booked: The Tempest"), "{}", received[0].content);
    drop(server);
}

#[rstest::rstest]
#[case::nobody_vouches_for_it(SinkTls::Wrapped, "smtps://mailer:secret@localhost", false, "certificate")]
#[case::no_starttls(SinkTls::None, "smtp://localhost", true, "STARTTLS")]
#[case::wrong_password(SinkTls::Wrapped, "smtps://mailer:hunter2@localhost", true, "Invalid credentials")]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_said_to_a_server_that_is_not_trusted(
    #[case] tls: SinkTls,
    #[case] url: &str,
    #[case] knows_certificate: bool,
    #[case] expected: &str,
) {
    let stage = Stage::new().await;
    let sink = SmtpSink::start(tls).await;
    let certificate = stage.folder.path().join("sink.pem");
    std::fs::write(&certificate, sink.certificate_pem()).unwrap();
    stage.book(1).await;
    let certificate = knows_certificate.then_some(certificate.as_path());
    let mut server = stage.serve(&format!("{url}:{}", sink.port()), certificate);
    stage.until_a_mail(|mail| mail.last_error.is_some()).await;
    server.signal("TERM");
    let (status, log) = server.wait();
    assert!(status.success());
    assert!(sink.received().is_empty());
    let mail = &stage.mails().await[0];
    assert!(mail.last_error.as_ref().unwrap().contains(expected), "{mail:?}");
    assert_eq!(mail.state, MailState::Pending);
    assert!(log.contains("a mail was not sent") && !log.contains("hunter2"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_that_of_joining_and_then_of_the_last_login() {
    let stage = Stage::new().await;
    let server = Running::start(&mut command(&stage.database));
    // The typed client provides TLS, without which this one cannot be made.
    drop(ticket_core::client::Client::new(&server.url).unwrap());
    let client = reqwest::Client::new();
    let send = async |path: &str, language: Option<&str>, body: serde_json::Value| {
        let mut request = client.post(format!("{}{path}", server.url)).json(&body);
        if let Some(language) = language {
            request = request.header("accept-language", language);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
    };
    let account =
        |name: &str| serde_json::json!({ "email": format!("{name}@example.com"), "password": "correct horse" });
    let language = async |id: i64| stage.office.user(UserId(id)).await.unwrap().language.as_str();
    let mut joon = account("joon");
    joon["name"] = "Joon".into();
    send("/api/users", Some("ko-KR,ko;q=0.9,en;q=0.8"), joon).await;
    assert_eq!(language(2).await, "ko");
    for (header, expected) in [(None, "ko"), (Some("de"), "ko"), (Some("en"), "en"), (None, "en"), (Some("ko"), "ko")] {
        send("/api/auth/login", header, account("joon")).await;
        assert_eq!(language(2).await, expected, "{header:?}");
    }
}

#[test]
fn a_mail_server_that_is_none_is_refused_without_its_password() {
    let (_folder, database) = new_database();
    let said = fails(command(&database).env("TICKET_SMTP_URL", "imap://me:hunter2@mail.example.com"));
    assert!(said.contains("\"imap://…@mail.example.com\" is not a mail server; allowed is smtp://"), "{said}");
    assert!(said.contains("TICKET_SMTP_URL") && !said.contains("hunter2"), "{said}");
    let said = fails(command(&database).args(["--smtp", "smtps://me:hunter2@mail.example.com"]));
    assert!(said.contains("--mail-from") && said.contains("name@host") && !said.contains("hunter2"), "{said}");
}

/// The server dies at every step of sending a mail. Another sends what it has left, and the same mail has the same name.
#[cfg(feature = "failpoints")]
#[rstest::rstest]
#[case::before_anything("mail-claimed", 0)]
#[case::before_it_is_handed_over("mail-written", 0)]
#[case::before_that_is_known("mail-sent", 1)]
#[case::after_all("mail-settled", 1)]
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_step_no_mail_is_lost(#[case] point: &str, #[case] received: usize) {
    use std::os::unix::process::ExitStatusExt as _;
    use std::sync::Arc;

    use ticket_core::clock::{Clock as _, ManualClock, SystemClock};
    use ticket_core::notify::SmtpMailer;

    let stage = Stage::new().await;
    let sink = SmtpSink::start(SinkTls::None).await;
    let url = format!("smtp://127.0.0.1:{}?tls=none", sink.port());
    stage.book(1).await;
    let mut command = command(&stage.database);
    command.args(["--mail-from", "tickets@hall.example", "--job-schedule", "mail-send=* * * * * *", "--smtp", &url]);
    command.env("TICKET_FAILPOINT", format!("{point}:1:KILL"));
    let mut server = Running::start(&mut command);
    assert_eq!(server.wait().0.signal(), Some(9), "{point}: not ended by the failpoint");
    assert_eq!(sink.received().len(), received, "{point}");

    // When the lease and the lock of the dead are over.
    let later = ManualClock::new(SystemClock.now());
    later.advance(Duration::from_mins(2));
    let mut config = Config { clock: Arc::new(later), ..Config::new(&stage.database) };
    config.mailer = Arc::new(SmtpMailer::new(url.parse().unwrap()));
    config.mail_from = "tickets@hall.example".parse().unwrap();
    let other = BoxOffice::open(config).unwrap();
    other.run_job("mail-send", true).await.unwrap();
    let is_settled = point == "mail-settled";
    let ids: Vec<String> = sink
        .received()
        .iter()
        .map(|mail| mail.content.lines().find(|line| line.starts_with("Message-ID:")).unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), if is_settled { 1 } else { received + 1 }, "{point}");
    assert!(ids.iter().all(|id| *id == ids[0] && id.contains("<outbox-1.")), "{point}: {ids:?}");
    assert_eq!(stage.mails().await[0].state, MailState::Sent, "{point}");
    assert!(other.audit().await.unwrap().is_clean());
    other.shutdown().await;
}
