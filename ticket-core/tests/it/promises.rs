//! What whoever embeds the library builds on, whatever else changes: what may go to another thread, what is an error, and
//! what is never shown.

use std::error::Error as StdError;
use std::fmt::Debug;
use std::sync::Arc;

use ticket_core::api::{Credentials, JoinRequest, PasswordChange, RefreshRequest, TokenPair};
use ticket_core::client::{Client, ClientError, SeatEvents, TransportError};
use ticket_core::clock::{Clock, ManualClock};
use ticket_core::domain::{HoldId, ParseError, SeatId, UserId};
use ticket_core::import::show_file::ShowFileError;
use ticket_core::jobs::{Job, JobError, Jobs, Run};
use ticket_core::locks::{JobLock, LockHandle, LockRequest, Progress};
use ticket_core::notify::{MailError, Mailer, SmtpMailer, SmtpSetting};
use ticket_core::{BoxOffice, Config, Error, Once, OpenError, SeatFeed, Turn};

fn is_shared<T: Send + Sync + 'static + ?Sized>() {}
fn is_sent<T: Send + 'static>() {}
fn is_error<T: StdError + Send + Sync + 'static>() {}
fn is_sent_future(_: impl Future + Send) {}

#[test]
fn a_shop_and_its_parts_go_to_any_thread() {
    is_shared::<BoxOffice>();
    is_shared::<Config>();
    is_shared::<Client>();
    is_shared::<Jobs>();
    is_shared::<Job>();
    is_shared::<Run>();
    is_shared::<Progress>();
    is_shared::<LockRequest>();
    is_shared::<LockHandle>();
    is_shared::<SeatFeed>();
    is_shared::<dyn Clock>();
    is_shared::<dyn Mailer>();
    is_shared::<dyn JobLock>();
    is_shared::<Once>();
    is_sent::<Turn>();
    is_sent::<SeatEvents>();
}

#[test]
fn errors_go_up_any_chain() {
    is_error::<Error>();
    is_error::<OpenError>();
    is_error::<ParseError>();
    is_error::<JobError>();
    is_error::<MailError>();
    is_error::<ShowFileError>();
    is_error::<ClientError>();
    is_error::<TransportError>();
}

/// Compiles only while what the calls answer can be awaited on a runtime with many threads.
#[allow(dead_code, reason = "it needs only to compile")]
fn calls_are_awaited_on_any_thread(box_office: &BoxOffice, client: &Client, user: UserId, hold: HoldId) {
    is_sent_future(box_office.hold(user, vec![SeatId(1)]));
    is_sent_future(box_office.confirm(user, hold));
    is_sent_future(box_office.audit());
    is_sent_future(box_office.run_job("mail-send", false));
    is_sent_future(box_office.shutdown());
    is_sent_future(client.hold(vec![SeatId(1)]));
}

#[test]
fn secrets_are_not_shown() {
    let secret = || String::from("s3cret");
    let mut config = Config::new("tickets.db");
    config.redis = Some("redis://mina:s3cret@127.0.0.1/".into());
    config.token_secret = Some(b"s3cret-s3cret-s3cret-s3cret-s3cret".to_vec());
    config.mailer = Arc::new(SmtpMailer::new("smtps://mina:s3cret@mail.example.com".parse().unwrap()));
    config.clock = Arc::new(ManualClock::new("2027-01-02T00:00:00Z".parse().unwrap()));
    let client = Client::new("http://127.0.0.1:1").unwrap();
    client.set_tokens(Some(TokenPair { access_token: secret(), refresh_token: secret() }));
    let setting: SmtpSetting = "smtps://mina:s3cret@mail.example.com".parse().unwrap();
    let shown: [&dyn Debug; 8] = [
        &config,
        &client,
        &setting,
        &Credentials { email: "mina@example.com".into(), password: secret() },
        &JoinRequest { email: "mina@example.com".into(), password: secret(), name: "Mina".into() },
        &PasswordChange { current_password: secret(), new_password: secret() },
        &RefreshRequest { refresh_token: secret() },
        &TokenPair { access_token: secret(), refresh_token: secret() },
    ];
    for shown in shown.map(|value| format!("{value:?}")) {
        assert!(!shown.contains("s3cret") && !shown.contains("115, 51"), "{shown}");
    }
}

/// The text is that of the innermost cause, and nothing was sent.
#[tokio::test]
async fn a_server_that_is_not_there_is_told_in_words() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = Client::new(&format!("http://127.0.0.1:{port}")).unwrap().time().await.unwrap_err();
    assert!(error.is_offline(), "{error:?}");
    let ClientError::Transport(cause) = &error else { panic!("{error:?}") };
    assert!(cause.is_connect() && !cause.is_timeout(), "{cause:?}");
    assert!(error.to_string().starts_with("the server cannot be reached: Connection refused"), "{error}");
    assert!(cause.source().is_some(), "where it happened");
}
