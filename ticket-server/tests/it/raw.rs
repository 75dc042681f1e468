//! HTTP as bytes on a socket, for what no well-behaved client sends.

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
