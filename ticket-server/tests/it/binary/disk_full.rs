use ticket_core::api::{BookRequest, Credentials, ErrorCode, JoinRequest, PartState};
use ticket_core::client::Client;
use ticket_core::domain::PerformanceId;
use ticket_core::testing::PlanBuilder;
use ticket_core::{BoxOffice, Config};

use super::process::{Running, command, new_database, with_file_size_max};

/// What the log of the database may grow to, beyond the size of the database.
const ROOM: u64 = 256 * 1024;

#[tokio::test]
async fn a_full_disk_refuses_definitely_reading_goes_on_and_nothing_is_lost() {
    let (_folder, database) = new_database();
    let plan = PlanBuilder::hall(10, 20).far_in_the_future().with(|plan| {
        plan.max_seats_per_user = 200;
    });
    let office = BoxOffice::open(Config::new(&database)).unwrap();
    assert!(office.apply(plan.build(), false).await.unwrap().applied);
    let (email, password) = ("mina@example.com".to_owned(), "correct horse".to_owned());
    let request = JoinRequest { email: email.clone(), password: password.clone(), name: "Mina".into() };
    let mina = office.join(request).await.unwrap();
    let tokens = office.log_in(Credentials { email, password }).await.unwrap();
    let seats: Vec<_> = office.layout(PerformanceId(1)).await.unwrap().seats().map(|seat| seat.id).collect();
    office.shutdown().await;

    let size_max = std::fs::metadata(&database).unwrap().len() + ROOM;
    let mut server = Running::start(&mut with_file_size_max(command(&database).arg("--no-jobs"), size_max));
    let client = Client::new(&server.url).unwrap();
    client.set_tokens(Some(tokens.clone()));
    let mut acknowledged = Vec::new();
    let refused = loop {
        match client.book(&BookRequest::Seats { seat_ids: vec![seats[acknowledged.len()]] }).await {
            Ok(receipt) => acknowledged.push(receipt.booking_id),
            Err(error) => break error,
        }
    };
    assert!(!acknowledged.is_empty(), "full from the beginning");
    assert_eq!(refused.code(), Some(ErrorCode::Unavailable), "{refused:?}");
    for booking in &acknowledged {
        assert!(client.booking(*booking).await.is_ok(), "reading goes on");
    }
    let again = client.book(&BookRequest::Seats { seat_ids: vec![seats[150]] }).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::Unavailable), "{again:?}");
    // Less may still fit in than a booking; when not even that does, the server is not ready.
    let mut looks = 0;
    while client.readiness().await.unwrap().parts.database == PartState::Ready {
        client.book(&BookRequest::Seats { seat_ids: vec![seats[150]] }).await.unwrap_err();
        looks += 1;
        assert!(looks < 100, "it is ready, and sells nothing");
    }
    server.kill();

    // The disk has room again.
    let server = Running::start(&mut command(&database));
    let client = Client::new(&server.url).unwrap();
    client.set_tokens(Some(tokens));
    let letters = client.seat_states(PerformanceId(1)).await.unwrap().states;
    assert_eq!(letters.matches('B').count(), acknowledged.len(), "what was refused was not sold");
    client.book(&BookRequest::Seats { seat_ids: vec![seats[acknowledged.len()], seats[150]] }).await.unwrap();
    let office = BoxOffice::open(Config::new(&database)).unwrap();
    for booking in acknowledged {
        assert!(office.booking(mina, booking).await.is_ok());
    }
    let report = office.audit().await.unwrap();
    assert!(report.is_clean(), "{report}");
    office.shutdown().await;
}
