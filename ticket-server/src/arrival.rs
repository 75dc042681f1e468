//! Whether somebody waits for more of a request's body.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use hyper::body::{Frame, SizeHint};

/// How the body of one request arrives.
pub(crate) struct Arrival {
    is_awaited: Arc<AtomicBool>,
}

impl Arrival {
    /// Whether a handler wants to read on, and what it wants to read has not come. One that does not read the body does not
    /// wait for it.
    pub(crate) fn is_awaited(&self) -> bool {
        self.is_awaited.load(Ordering::Relaxed)
    }
}

/// Watches the body from now on.
pub(crate) fn watch_body(request: Request) -> (Request, Arrival) {
    let is_awaited = Arc::<AtomicBool>::default();
    let arrival = Arrival { is_awaited: Arc::clone(&is_awaited) };
    if request.body().is_end_stream() {
        return (request, arrival);
    }
    (request.map(|body| Body::new(WatchedBody { body, is_awaited })), arrival)
}

struct WatchedBody {
    body: Body,
    is_awaited: Arc<AtomicBool>,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        self.is_awaited.store(frame.is_pending(), Ordering::Relaxed);
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
