//! The examples that show how the library is built into a program.

use std::net::Ipv4Addr;

use ticket_core::audit::INVARIANTS;
use ticket_core::import::show_file::{self, ShowFileOptions};
use ticket_core::testing::{PrivateRedis, TestShop};
use ticket_core::{BoxOffice, HoldBackend};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::process::{complaint, example, printed};

/// Its last lines are an audit without findings.
fn assert_audited(output: &str) {
    let audit: Vec<&str> = output.lines().rev().take(INVARIANTS.len()).collect();
    assert!(audit.iter().all(|line| line.ends_with("  ok")), "{output}");
}

#[test]
fn embedded_with_nothing_else() {
    let output = printed(&mut example("embed"));
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], "Hamlet 햄릿, 2031-05-09: 218 seats left");
    assert!(lines[1].starts_with("held until 20"), "{output}");
    assert_eq!(lines[2..4], ["ticket 1: 1F W-1, 40,000 KRW", "ticket 2: 1F W-2, 40,000 KRW"]);
    assert_audited(&output);
}

#[test]
fn embedded_with_redis() {
    let redis = PrivateRedis::start();
    let output = printed(example("embed_redis").arg(redis.url()));
    let lines: Vec<&str> = output.lines().collect();
    assert!(lines[0].starts_with("without Redis: ") && lines[0].contains("keeps its holds in Redis"), "{output}");
    assert_eq!(lines[1], "1 holds the seat, 99 came too late");
    assert_eq!(lines[2], "booking 1 is confirmed by the other server");
    assert_audited(&output);
}

#[test]
fn without_a_redis_it_says_what_it_needs() {
    assert!(complaint(&mut example("embed_redis")).contains("say where Redis is, such as redis://127.0.0.1/"));
}

#[test]
fn a_clock_and_a_mailer_of_ones_own() {
    let output = printed(&mut example("rehearsal"));
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], "seven minutes later: The hold has expired; the seats are free for others again.");
    let mut mails = lines[1..3].to_vec();
    mails.sort_unstable();
    let from_to = "mail from Rehearsal <tickets@example.com> to mina@example.com: ";
    assert!(mails.iter().all(|mail| mail.starts_with(from_to)), "{output}");
    assert!(mails[0] != mails[1] && mails.iter().all(|mail| mail.contains("Hamlet 햄릿")), "{output}");
    assert_eq!(lines[3..], ["mail-send: 2 mails sent"]);
}

#[test]
fn jobs_in_a_runtime_of_their_own() {
    let output = printed(&mut example("own_runtime"));
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], "reported on ticket-jobs, bookings so far: 1");
    let job = |name: &str| *lines.iter().find(|line| line.starts_with(name)).unwrap();
    assert!(job("report ").ends_with("* * * * * *     bookings so far: 1"), "{output}");
    assert!(job("housekeeping").contains("0 30 5 * * *"), "{output}");
}

#[tokio::test]
async fn the_typed_client() {
    let shop = TestShop::open(HoldBackend::Embedded);
    let options = ShowFileOptions { time_zone: shop.box_office.time_zone().clone(), starting: None };
    shop.apply(show_file::parse(include_str!("../../shows/modu-art-theater.toml"), &options).unwrap()).await;
    let (url, stop) = serve(shop.box_office.clone()).await;

    let output = tokio::task::spawn_blocking(move || printed(example("client").arg(url))).await.unwrap();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines[0], "Hamlet 햄릿, 2031-05-09 19:30:00: 218 seats left");
    assert!(lines[1].starts_with("held until 2027-01-02T00:07:00"), "{output}");
    assert!(
        lines[2..4].iter().all(|line| line.starts_with("on the map: 1F ") && line.ends_with(" is Held")),
        "{output}"
    );
    assert!(lines[4].starts_with("ticket 1: 1F row ") && lines[5].starts_with("ticket 2: 1F row "), "{output}");
    assert_eq!(lines[6..], ["booked for 80,000 KRW", "2 tickets given back"]);
    assert!(shop.box_office.audit().await.unwrap().is_clean());
    drop(stop);
}

#[test]
fn without_a_server_it_says_so() {
    let nobody = format!("http://127.0.0.1:{}", PrivateRedis::free_port());
    assert!(complaint(example("client").arg(nobody)).contains("the server cannot be reached: Connection refused"));
}

/// The server, over this shop, until the other end of the channel is dropped.
async fn serve(box_office: BoxOffice) -> (String, oneshot::Sender<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(async move {
        let until = async { drop(stopped.await) };
        ticket_server::serve(listener, box_office, until).await.unwrap();
    });
    (url, stop)
}
