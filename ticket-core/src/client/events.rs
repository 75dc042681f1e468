use std::pin::Pin;

use futures_util::{Stream, StreamExt};
use reqwest::Method;
use reqwest::header::{ACCEPT, HeaderName};
use sse_stream::SseByteStream;

use super::request::accepted;
use super::{Client, ClientError};
use crate::api::{SeatUpdate, SeatUpdateChanges};
use crate::domain::PerformanceId;

/// What happens on the seat map of a performance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeatEvent {
    /// These seats look different now.
    Changes(SeatUpdateChanges),
    /// What happened cannot be told: read layout and states again.
    Reset,
}

type EventStream = Pin<Box<dyn Stream<Item = Result<SeatEvent, ClientError>> + Send>>;

/// The changes of one performance, as they happen, over one connection.
pub struct SeatEvents(EventStream);

impl SeatEvents {
    /// The next event; `None` when the server has ended the stream. Safe to drop while waiting.
    ///
    /// # Errors
    ///
    /// [`ClientError::Transport`] when the connection broke, or when nothing has come for 45 seconds, not even a heartbeat;
    /// [`ClientError::Answer`] when something else came than events. The stream ends then.
    pub async fn next(&mut self) -> Option<Result<SeatEvent, ClientError>> {
        self.0.next().await
    }
}

impl std::fmt::Debug for SeatEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SeatEvents")
    }
}

pub(super) async fn open(client: &Client, id: PerformanceId, since: Option<&str>) -> Result<SeatEvents, ClientError> {
    let mut request = client
        .request(Method::GET, &["api", "performances", &id.to_string(), "events"], None)
        .header(ACCEPT, "text/event-stream");
    if let Some(revision) = since {
        request = request.header(HeaderName::from_static("last-event-id"), revision);
    }
    let bytes = accepted(request.send().await?).await?.bytes_stream();
    let events = SseByteStream::new(bytes).filter_map(|event| async {
        match event {
            Ok(event) => read(event.event.as_deref(), event.data.as_deref()),
            Err(error) => Some(Err(broken(error))),
        }
    });
    Ok(SeatEvents(Box::pin(events)))
}

/// The connection broke or fell silent, or the server sent no event stream: either way, another must be opened.
fn broken(error: sse_stream::Error) -> ClientError {
    match error {
        sse_stream::Error::Body(error) => match error.downcast::<reqwest::Error>() {
            Ok(error) => ClientError::from(*error),
            Err(error) => ClientError::Answer(error.to_string()),
        },
        error => ClientError::Answer(error.to_string()),
    }
}

fn read(event: Option<&str>, data: Option<&str>) -> Option<Result<SeatEvent, ClientError>> {
    match event {
        Some("seats") => Some(match serde_json::from_str(data.unwrap_or_default()) {
            Ok(SeatUpdate::Changes(changes)) => Ok(SeatEvent::Changes(changes)),
            Ok(SeatUpdate::Reset { .. }) => Ok(SeatEvent::Reset),
            Err(error) => Err(ClientError::Answer(error.to_string())),
        }),
        Some("reset") => Some(Ok(SeatEvent::Reset)),
        _ => None,
    }
}
