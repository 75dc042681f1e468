//! Clients that mean no good, and whether others notice.

use std::time::{Duration, Instant};

use ticket_server::ServerConfig;
use tokio::task::JoinSet;

use crate::raw::RawConnection;
use crate::shop::{Shop, soon};

const PROMPTLY: Duration = Duration::from_secs(2);

fn impatient() -> ServerConfig {
    ServerConfig {
        header_max: Duration::from_millis(300),
        request_max: Duration::from_millis(600),
        requests: None,
        ..ServerConfig::default()
    }
}

/// Somebody who means well is served at once.
async fn is_well(shop: &Shop) {
    let begin = Instant::now();
    assert_eq!(shop.get("/api/shows").await.status, 200);
    assert!(begin.elapsed() < PROMPTLY, "{:?}", begin.elapsed());
}

#[tokio::test]
async fn heads_that_come_byte_by_byte() {
    let shop = Shop::guarded(impatient()).await;
    let mut slow = JoinSet::new();
    for _ in 0..200 {
        let connection = RawConnection::to(shop.address()).await;
        let head = b"GET /api/shows HTTP/1.1\r\nhost: a\r\nx: ".iter().copied().chain(std::iter::repeat(b'x'));
        slow.spawn(connection.drip(head, Duration::from_millis(20)));
    }
    is_well(&shop).await;
    while let Some(ended) = soon(slow.join_next()).await {
        let (sent, answer) = ended.unwrap();
        assert!(sent < 1000 && (answer.is_empty() || answer.starts_with("HTTP/1.1 408 ")), "{sent}: {answer}");
    }
    is_well(&shop).await;
}

#[tokio::test]
async fn bodies_that_come_byte_by_byte() {
    let shop = Shop::guarded(impatient()).await;
    let mut slow = JoinSet::new();
    for _ in 0..200 {
        let mut connection = RawConnection::to(shop.address()).await;
        let head = "POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 60000";
        connection.send(format!("{head}\r\n\r\n")).await;
        slow.spawn(connection.drip(std::iter::repeat(b' '), Duration::from_millis(20)));
    }
    is_well(&shop).await;
    while let Some(ended) = soon(slow.join_next()).await {
        let (_, answer) = ended.unwrap();
        // Nothing was done: it can be said for certain.
        assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"G_006\""), "{answer}");
        assert!(answer.contains("connection: close\r\n"), "{answer}");
    }
}

#[tokio::test]
async fn connections_on_which_nothing_comes() {
    let shop = Shop::guarded(impatient()).await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(RawConnection::to(shop.address()).await);
    }
    is_well(&shop).await;
    for mut connection in silent {
        let answer = connection.read_to_end().await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
}

#[tokio::test]
async fn an_idle_connection_is_kept_longer_than_a_head_may_take() {
    let shop = Shop::guarded(ServerConfig { idle_max: Duration::from_secs(60), ..impatient() }).await;
    let mut connection = RawConnection::to(shop.address()).await;
    for _ in 0..2 {
        connection.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
        connection.read_until("\r\n\r\nok").await;
        assert!(connection.stays_open(Duration::from_millis(600)).await);
    }
    // The next head has as long as the first, counted from its first byte.
    connection.send("GET").await;
    let begin = Instant::now();
    let answer = connection.read_to_end().await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(begin.elapsed() < PROMPTLY, "{:?}", begin.elapsed());
}

#[tokio::test]
async fn an_idle_connection_is_not_kept_for_ever() {
    let shop = Shop::guarded(ServerConfig { idle_max: Duration::from_millis(300), ..ServerConfig::default() }).await;
    let mut connection = RawConnection::to(shop.address()).await;
    connection.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
    connection.read_until("\r\n\r\nok").await;
    connection.read_to_end().await;
}

/// RFC 9112, 3.2.
#[tokio::test]
async fn a_request_names_one_host() {
    let shop = Shop::open().await;
    for hosts in ["", "host: a\r\nhost: a\r\n", "host:\r\n", "host: a b\r\n", "host: a/b\r\n", "host: u@a\r\n"] {
        let request = format!("GET /api/time HTTP/1.1\r\n{hosts}connection: close\r\n\r\n");
        let answer = RawConnection::to(shop.address()).await.answer_to(request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{hosts:?}: {answer}");
        assert!(answer.contains("\"G_001\"") && answer.contains("\"field\":\"Host\""), "{hosts:?}: {answer}");
    }
    for request in [
        "GET /api/time HTTP/1.0\r\n\r\n",
        "GET /api/time HTTP/1.1\r\nhost: a.b:8080\r\nconnection: close\r\n\r\n",
        "GET /api/time HTTP/1.1\r\nhost: [::1]:8080\r\nconnection: close\r\n\r\n",
    ] {
        let answer = RawConnection::to(shop.address()).await.answer_to(request).await;
        assert!(answer.contains(" 200 OK\r\n"), "{request:?}: {answer}");
    }
}

#[tokio::test]
async fn heads_that_are_too_long() {
    let shop = Shop::open().await;
    // hyper reads twice its buffer before it looks.
    let long = "x".repeat(300 * 1024);
    for head in [
        format!("GET /api/shows HTTP/1.1\r\nhost: a\r\nx: {long}\r\n\r\n"),
        format!("GET /api/shows?q={long} HTTP/1.1\r\nhost: a\r\n\r\n"),
        format!("GET /api/shows HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(1000)),
    ] {
        let connection = RawConnection::to(shop.address()).await;
        // The server hangs up in the middle of it.
        let answer = connection.answer_to(head).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    is_well(&shop).await;
}

#[tokio::test]
async fn what_is_no_http() {
    let shop = Shop::open().await;
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /api/shows HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
        b"GET /api/shows HTTP/1.1\r\nhost: a\r\nbroken\0header: x\r\n\r\n",
        b"GET /api/shows HTTP/1.1\r\nhost : a\r\n\r\n",
        b"POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        b"POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"POST /api/users HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n",
    ] {
        let answer = RawConnection::to(shop.address()).await.answer_to(bytes).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{bytes:?}: {answer}");
        is_well(&shop).await;
    }
}

#[tokio::test]
async fn chunks_that_are_none() {
    let shop = Shop::open().await;
    let head = "POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked";
    for body in ["zzz\r\n", "ffffffffffffffffff\r\n", "5\r\nabc\r\n\r\n"] {
        let answer = RawConnection::to(shop.address()).await.answer_to(format!("{head}\r\n\r\n{body}")).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{body:?}: {answer}");
    }
    is_well(&shop).await;
}

/// Whether a body ends by its length or by its chunks must not be for two programs to disagree about.
#[tokio::test]
async fn a_second_request_cannot_be_smuggled_into_the_first() {
    let shop = Shop::open().await;
    let smuggling = "POST /api/auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n\
                     0\r\n\r\nGET /smuggled HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    let answer = RawConnection::to(shop.address()).await.answer_to(smuggling).await;
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
}

#[tokio::test]
async fn requests_that_do_not_wait_for_answers() {
    let shop = Shop::open().await;
    let mut connection = RawConnection::to(shop.address()).await;
    let many = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n".repeat(100);
    connection.send(format!("{many}GET /api/time HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")).await;
    let answers = connection.read_to_end().await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 101);
    assert!(answers.trim_end().ends_with('}'), "the answers are in another order: {answers}");
}

#[tokio::test]
async fn more_connections_than_there_may_be() {
    let shop = Shop::guarded(ServerConfig { connections_per_address_max: 3, ..ServerConfig::default() }).await;
    let mut connections = Vec::new();
    for _ in 0..3 {
        let mut connection = RawConnection::to(shop.address()).await;
        connection.send("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await;
        connection.read_until("\r\n\r\nok").await;
        connections.push(connection);
    }
    let answer = RawConnection::to(shop.address()).await.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("\"D_001\""), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let problem: serde_json::Value = serde_json::from_str(body).unwrap();
    let id = problem["requestId"].as_str().unwrap();
    for line in [&format!("x-request-id: {id}"), "x-content-type-options: nosniff", "cache-control: no-store"] {
        assert!(head.lines().any(|found| found == line), "{line}: {head}");
    }
    assert!(answer.contains("retry-after: 1\r\n"), "{answer}");
    // As soon as one is gone there is a place again.
    connections.pop();
    let served = async {
        loop {
            let mut connection = RawConnection::to(shop.address()).await;
            if connection.try_get("/healthz").await.starts_with("HTTP/1.1 200 ") {
                return;
            }
        }
    };
    soon(served).await;
}
