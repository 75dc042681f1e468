//! How long a connection waits for its client.
//!
//! hyper has one time limit for the head of a request, which runs while the connection is idle as well. Here an idle
//! connection is kept long, and a head that was begun must come soon: the limit is shortened with its first byte. A client
//! that does not read its answer is let go too.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Sleep, Timer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// How long a client may leave what is sent to it unread.
const UNREAD_MAX: Duration = Duration::from_secs(30);

/// The stream of a connection, and the timer by which hyper reads heads from it. The first head has begun when the
/// connection is made.
pub(crate) fn patient(stream: TcpStream, header_max: Duration) -> (WatchedStream, HeadTimer) {
    let begun = Arc::new(AtomicBool::new(true));
    let stream = WatchedStream { stream, begun: Arc::clone(&begun), unread: None };
    (stream, HeadTimer { begun, is_first: AtomicBool::new(true), header_max })
}

/// Notes when bytes come, and fails when none can be sent for too long.
#[derive(Debug)]
pub(crate) struct WatchedStream {
    stream: TcpStream,
    begun: Arc<AtomicBool>,
    unread: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl WatchedStream {
    fn check_unread<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.unread = None;
            return written;
        }
        let unread = self.unread.get_or_insert_with(|| Box::pin(tokio::time::sleep(UNREAD_MAX)));
        ready!(unread.as_mut().poll(cx));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.begun.store(true, Ordering::Relaxed);
        }
        read
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.check_unread(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.check_unread(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Makes the deadlines for the heads of one connection.
#[derive(Debug)]
pub(crate) struct HeadTimer {
    begun: Arc<AtomicBool>,
    is_first: AtomicBool,
    header_max: Duration,
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    /// hyper asks for this when it begins to wait for a head, and for nothing else.
    fn sleep_until(&self, deadline: std::time::Instant) -> Pin<Box<dyn Sleep>> {
        if !self.is_first.swap(false, Ordering::Relaxed) {
            self.begun.store(false, Ordering::Relaxed);
        }
        Box::pin(HeadDeadline {
            begun: Some(Arc::clone(&self.begun)),
            header_max: self.header_max,
            sleep: Box::pin(tokio::time::sleep_until(deadline.into())),
        })
    }

    fn now(&self) -> std::time::Instant {
        Instant::now().into()
    }
}

/// Passes when the connection was idle for too long, or soon after a head was begun.
struct HeadDeadline {
    /// `None` when it was seen that a head was begun.
    begun: Option<Arc<AtomicBool>>,
    header_max: Duration,
    sleep: Pin<Box<tokio::time::Sleep>>,
}

impl Future for HeadDeadline {
    type Output = ();

    /// hyper polls whenever it has read something and the head is not complete.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.begun.as_ref().is_some_and(|begun| begun.load(Ordering::Relaxed)) {
            self.begun = None;
            let soon = Instant::now() + self.header_max;
            if soon < self.sleep.deadline() {
                self.sleep.as_mut().reset(soon);
            }
        }
        self.sleep.as_mut().poll(cx)
    }
}

impl Sleep for HeadDeadline {}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_let_go() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let _silent = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let (mut stream, _) = patient(stream, Duration::from_secs(10));
        let begin = Instant::now();
        let error = loop {
            if let Err(error) = stream.write_all(&[0; 65_536]).await {
                break error;
            }
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(begin.elapsed() >= UNREAD_MAX);
    }
}
