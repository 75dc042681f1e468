//! Event streams that end as they should not, as the typed client sees them.

use ticket_core::client::{Client, ClientError, SeatEvents};
use ticket_core::domain::PerformanceId;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const HEARTBEAT: &str = "3\r\n:\n\n\r\n";

/// Asks a server that answers this, and then keeps the connection, or breaks it.
async fn ask(answer: String, breaks: bool) -> Result<SeatEvents, ClientError> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        assert!(connection.read(&mut request).await.unwrap() > 0);
        connection.write_all(answer.as_bytes()).await.unwrap();
        if !breaks {
            std::future::pending::<()>().await;
        }
    });
    Client::new(&url).unwrap().events(PerformanceId(1), None).await
}

fn is_timeout(error: &ClientError) -> bool {
    matches!(error, ClientError::Transport(error) if error.is_timeout()) && error.is_offline() && error.is_retryable()
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let mut events = ask(format!("{HEAD}{HEARTBEAT}"), false).await.unwrap();
    // Time passes at once where nothing comes any more.
    tokio::time::pause();
    let error = events.next().await.unwrap().unwrap_err();
    assert!(is_timeout(&error), "on the stream: {error:?}");
    assert!(events.next().await.is_none());
    let error = ask(String::new(), false).await.unwrap_err();
    assert!(is_timeout(&error), "before there is a stream: {error:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_answer() {
    let mut events = ask(format!("{HEAD}{HEARTBEAT}"), true).await.unwrap();
    let error = events.next().await.unwrap().unwrap_err();
    assert!(matches!(&error, ClientError::Transport(broken) if !broken.is_timeout()), "{error:?}");
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn a_stream_that_the_server_ends_has_ended() {
    let mut events = ask(format!("{HEAD}{HEARTBEAT}0\r\n\r\n"), true).await.unwrap();
    assert!(events.next().await.is_none());
}
