use std::sync::Arc;

use serde_json::Value;
use ticket_core::api::{BookRequest, Credentials, JoinRequest};
use ticket_core::client::Client;
use ticket_core::domain::{PerformanceId, SeatId};
use ticket_core::testing::PlanBuilder;
use ticket_core::{BoxOffice, Config, CopyOptions};
use tokio::sync::watch;

use super::process::{Running, command, new_database};

const SEATS: u32 = 60;

/// A backup of a server that is selling, restored beside it: a server of it takes the same passwords, has what was sold until
/// then, and sells the rest.
#[tokio::test]
async fn a_backup_of_a_server_that_sells_restores_into_a_working_one() {
    let (folder, database) = new_database();
    let plan = PlanBuilder::hall(2, SEATS / 2).with(|plan| {
        plan.max_seats_per_user = SEATS;
        // The server goes by the system's clock.
        plan.performances[0].starts_at = "2999-01-01T00:00:00Z".parse().unwrap();
        plan.performances[0].sale_closes_at = plan.performances[0].starts_at;
    });
    let shop = BoxOffice::open(Config::new(&database)).unwrap();
    assert!(shop.apply(plan.build(), false).await.unwrap().applied);
    shop.shutdown().await;

    let server = Running::start(&mut command(&database));
    let client = Client::new(&server.url).unwrap();
    let (email, password) = ("mina@example.com".to_owned(), "correct horse".to_owned());
    let request = JoinRequest { email: email.clone(), password: password.clone(), name: "Mina".into() };
    client.join(&request).await.unwrap();
    client.login(&Credentials { email: email.clone(), password: password.clone() }).await.unwrap();
    let layout = client.layout(PerformanceId(1)).await.unwrap();
    let seats: Arc<Vec<SeatId>> = Arc::new(layout.seats().map(|seat| seat.id).collect());

    let (sold, mut selling) = watch::channel(0);
    let selling_seats = Arc::clone(&seats);
    let sale = tokio::spawn(async move {
        for (n, seat) in selling_seats.iter().enumerate() {
            client.book(&BookRequest::Seats { seat_ids: vec![*seat] }).await.unwrap();
            sold.send_replace(n + 1);
        }
    });
    let before = *selling.wait_for(|sold| *sold >= 5).await.unwrap();
    let backup = folder.path().join("backup.db");
    let (from, to) = (database.clone(), backup.clone());
    let copied = tokio::task::spawn_blocking(move || BoxOffice::back_up(&from, &to, &CopyOptions::default()));
    copied.await.unwrap().unwrap();
    sale.await.unwrap();
    drop(server);

    let restored = folder.path().join("restored.db");
    BoxOffice::restore(&backup, &restored, &CopyOptions::default()).unwrap();
    let server = Running::start(&mut command(&restored));
    let client = Client::new(&server.url).unwrap();
    client.login(&Credentials { email, password }).await.unwrap();
    let booked = client.bookings(1, 0, 100).await.unwrap().booking_list.len();
    assert!((before..seats.len()).contains(&booked), "{booked} of {} at {before}", seats.len());
    // One after the other, so those that are left are the last.
    for (n, seat) in seats.iter().enumerate() {
        let outcome = client.book(&BookRequest::Seats { seat_ids: vec![*seat] }).await;
        assert_eq!(outcome.is_ok(), n >= booked, "seat {n} of {booked}: {outcome:?}");
    }
    drop(server);
    let shop = BoxOffice::open(Config::new(&restored)).unwrap();
    assert!(shop.audit().await.unwrap().is_clean());
    shop.shutdown().await;
}

/// Also with a secret that is configured: an account gets the id of one that came after the backup, whose token is still good.
#[tokio::test]
async fn a_token_from_before_a_restore_speaks_for_nobody() {
    let (folder, database) = new_database();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "0123456789abcdef0123456789abcdef").unwrap();
    let serve = || Running::start(command(&database).arg("--token-secret-file").arg(&secret));
    let join = async |server: &Running, name: &str| {
        let client = Client::new(&server.url).unwrap();
        let (email, password) = (format!("{name}@example.com"), "correct horse".to_owned());
        let request = JoinRequest { email: email.clone(), password: password.clone(), name: name.to_owned() };
        client.join(&request).await.unwrap();
        client.login(&Credentials { email, password }).await.unwrap();
        client
    };
    let server = serve();
    join(&server, "mina").await;
    let backup = folder.path().join("backup.db");
    BoxOffice::back_up(&database, &backup, &CopyOptions::default()).unwrap();
    let joon = join(&server, "joon").await;
    let id = joon.me().await.unwrap().user_id;
    let token = joon.tokens().unwrap().access_token;
    drop(server);

    let options = CopyOptions { overwrite: true, ..CopyOptions::default() };
    BoxOffice::restore(&backup, &database, &options).unwrap();
    let server = serve();
    let hana = join(&server, "hana").await;
    assert_eq!(hana.me().await.unwrap().user_id, id);
    let me = |token: String| {
        let request =
            reqwest::Client::builder().tls_certs_only([]).build().unwrap().get(format!("{}/api/users/me", server.url));
        request.bearer_auth(token).send()
    };
    let refused = me(token).await.unwrap();
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "A_008");
    assert_eq!(me(hana.tokens().unwrap().access_token).await.unwrap().status(), 200);
}
