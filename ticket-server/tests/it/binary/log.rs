//! What is written to the log when something goes wrong: one line each, with the id that the client was told.

use serde_json::Value;
use ticket_core::api::{BookRequest, Credentials, JoinRequest, Problem};
use ticket_core::client::{Client, ClientError};
use ticket_core::domain::{SeatId, ShowId};
use ticket_core::testing::PlanBuilder;
use ticket_core::{BoxOffice, Config};

use super::process::{Running, command, new_database};

/// Makes a handler panic, and then a read fail; returns what the client was told of both, and all that was logged.
async fn let_two_things_go_wrong(log_format: &str) -> ([Problem; 2], String) {
    let (_folder, database) = new_database();
    let office = BoxOffice::open(Config::new(&database)).unwrap();
    assert!(office.apply(PlanBuilder::hall(1, 2).far_in_the_future().build(), false).await.unwrap().applied);
    office.shutdown().await;
    let mut command = command(&database);
    command.args(["--no-jobs", "--log-format", log_format]).env("TICKET_FAILPOINT", "before-reply:1:PANIC");
    let mut server = Running::start(&mut command);
    let client = Client::new(&server.url).unwrap();
    let (email, password) = ("mina@example.com".to_owned(), "correct horse".to_owned());
    client.join(&JoinRequest { email: email.clone(), password: password.clone(), name: "Mina".into() }).await.unwrap();
    client.login(&Credentials { email, password }).await.unwrap();

    let panicked = client.book(&BookRequest::Seats { seat_ids: vec![SeatId(1)] }).await.unwrap_err();
    let database = rusqlite::Connection::open(&database).unwrap();
    database.execute_batch("ALTER TABLE show RENAME COLUMN name TO title").unwrap();
    let failed = client.show(ShowId(1)).await.unwrap_err();
    server.signal("TERM");
    let (_, log) = server.wait();
    ([problem(panicked), problem(failed)], server.greeting.clone() + &log)
}

fn problem(error: ClientError) -> Problem {
    let ClientError::Problem(problem) = error else { panic!("{error:?}") };
    assert_eq!((problem.code.as_str(), problem.message.as_str()), ("G_500", "Something is wrong on our side."));
    *problem
}

#[tokio::test]
async fn as_json() {
    let (problems, log) = let_two_things_go_wrong("json").await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let failures: Vec<_> =
        lines.iter().filter(|line| ["ERROR", "WARN"].contains(&line["level"].as_str().unwrap())).collect();
    assert_eq!(failures.len(), 2, "{log}");
    for (failure, problem) in failures.iter().zip(&problems) {
        assert_eq!(failure["span"]["id"].as_str(), problem.request_id.as_deref(), "{failure}");
    }
    assert_eq!(failures[0]["fields"]["message"], "panicked");
    assert_eq!(failures[0]["fields"]["panic"], "the failpoint before-reply was reached");
    assert!(failures[0]["fields"]["place"].as_str().unwrap().contains(".rs:"), "{}", failures[0]);
    assert_eq!(failures[0]["span"]["route"], "/api/bookings");
    assert_eq!(failures[1]["fields"]["error.code"], "G_500");
    assert!(failures[1]["fields"]["error"].as_str().unwrap().contains("no such column"), "{}", failures[1]);
}

#[tokio::test]
async fn as_text() {
    let (problems, log) = let_two_things_go_wrong("text").await;
    let failures: Vec<_> = log.lines().filter(|line| line.contains("ERROR") || line.contains("WARN")).collect();
    assert_eq!(failures.len(), 2, "{log}");
    for (failure, (problem, what)) in
        failures.iter().zip(problems.iter().zip(["the failpoint before-reply was reached", "no such column"]))
    {
        let id = format!("id=\"{}\"", problem.request_id.as_ref().unwrap());
        assert!(failure.contains(&id) && failure.contains(what), "{failure}");
    }
}
