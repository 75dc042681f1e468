//! HTTP as bytes on a socket, for what no well-behaved client sends.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::shop::soon;

pub(crate) struct RawConnection(TcpStream);

impl RawConnection {
    pub(crate) async fn to(address: &str) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Reads until this text has come; returns everything up to it and it.
    pub(crate) async fn read_until(&mut self, text: &str) -> String {
        let mut read = String::new();
        while !read.contains(text) {
            let mut buffer = [0; 4096];
            let count = soon(self.0.read(&mut buffer)).await.unwrap();
            assert_ne!(count, 0, "the connection ended before {text:?} came: {read}");
            read.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
        }
        read
    }

    /// Reads until the server closes the connection.
    pub(crate) async fn read_to_end(&mut self) -> String {
        let mut read = String::new();
        soon(self.0.read_to_string(&mut read)).await.unwrap();
        read
    }

    /// Sends bytes one by one, with a pause before each, until the server has closed the connection. Returns how many went
    /// through, and what it has answered.
    pub(crate) async fn drip(mut self, bytes: impl Iterator<Item = u8>, pause: Duration) -> (usize, String) {
        let (mut reader, mut writer) = self.0.split();
        let mut answer = Vec::new();
        let mut sent = 0;
        let dripping = async {
            for byte in bytes {
                tokio::time::sleep(pause).await;
                if writer.write_all(&[byte]).await.is_err() {
                    // Then reading ends as well.
                    std::future::pending::<()>().await;
                }
                sent += 1;
            }
        };
        let ended = async {
            // A connection that is reset has ended, too.
            let _ = reader.read_to_end(&mut answer).await;
        };
        soon(async {
            tokio::select! {
                () = ended => {}
                () = dripping => panic!("the server takes everything"),
            }
        })
        .await;
        (sent, String::from_utf8_lossy(&answer).into_owned())
    }

    /// Sends this, as far as it is taken, and returns everything that is answered until the connection ends.
    pub(crate) async fn answer_to(mut self, bytes: impl AsRef<[u8]>) -> String {
        let (mut reader, mut writer) = self.0.split();
        let mut answer = Vec::new();
        let sending = async {
            // The server may hang up in the middle of it.
            let _ = writer.write_all(bytes.as_ref()).await;
            let _ = writer.shutdown().await;
        };
        let reading = async {
            let _ = reader.read_to_end(&mut answer).await;
        };
        soon(async { tokio::join!(sending, reading) }).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks for this path; nothing is answered when the server hangs up.
    pub(crate) async fn try_get(&mut self, path: &str) -> String {
        let _ =
            self.0.write_all(format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").as_bytes()).await;
        let mut answer = Vec::new();
        let _ = soon(self.0.read_to_end(&mut answer)).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Whether the server keeps the connection for this long.
    pub(crate) async fn stays_open(&mut self, duration: Duration) -> bool {
        let mut buffer = [0; 1];
        tokio::time::timeout(duration, self.0.peek(&mut buffer)).await.is_err()
    }

    /// Begins a request that is in the middle of its handler when this returns: the server asks for the body, which is
    /// what `Expect` is for.
    pub(crate) async fn begin_login(address: &str) -> Self {
        let mut connection = Self::to(address).await;
        let length = LOGIN.len();
        let head = format!(
            "POST /api/auth/login HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nexpect: 100-continue\r\n\r\n"
        );
        connection.send(head).await;
        connection.read_until("100 Continue").await;
        connection
    }

    /// Sends the body of the request that was begun, and returns its answer.
    pub(crate) async fn finish_login(mut self) -> String {
        self.send(LOGIN).await;
        self.read_to_end().await
    }
}

const LOGIN: &str = r#"{"email":"mina@example.com","password":"password of mina"}"#;
