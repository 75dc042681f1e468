use std::net::TcpStream;

use ticket_core::api::JoinRequest;
use ticket_core::client::Client;

use super::process::{Running, command, new_database};
use crate::raw::RawConnection;

async fn server_with_mina(command: &mut std::process::Command) -> Running {
    let server = Running::start(command);
    let mina =
        JoinRequest { email: "mina@example.com".into(), password: "password of mina".into(), name: "Mina".into() };
    Client::new(&server.url).unwrap().join(&mina).await.unwrap();
    server
}

#[tokio::test]
async fn finish_what_is_in_flight() {
    for signal in ["TERM", "INT"] {
        let (_folder, database) = new_database();
        let mut server = server_with_mina(&mut command(&database)).await;
        let in_flight = RawConnection::begin_login(server.address()).await;
        server.signal(signal);
        server.read_until(&format!("SIG{signal}: finishing what is in flight"));
        let answer = in_flight.finish_login().await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        let (status, rest) = server.wait();
        assert!(status.success(), "{status}: {rest}");
        assert!(TcpStream::connect(server.address()).is_err());
    }
}

#[tokio::test]
async fn a_second_one_ends_at_once() {
    let (_folder, database) = new_database();
    let mut server = server_with_mina(command(&database).arg("--no-jobs")).await;
    let _in_flight = RawConnection::begin_login(server.address()).await;
    server.signal("TERM");
    server.read_until("SIGTERM: finishing what is in flight");
    server.signal("TERM");
    let (status, rest) = server.wait();
    assert_eq!(status.code(), Some(1));
    assert!(rest.contains("SIGTERM again: ended at once"), "{rest}");
}
