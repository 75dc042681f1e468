use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt, stream};
use reqwest::Method;
use reqwest::header::{ACCEPT, HeaderName};
use sse_stream::SseByteStream;

use super::request::accepted;
use super::{Client, ClientError};
use crate::api::{SeatUpdate, SeatUpdateChanges};
use crate::domain::PerformanceId;

/// Three heartbeats of the server, which sends one every 15 seconds.
const SILENCE_MAX: Duration = Duration::from_secs(45);

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
    /// The next event; `None` when the connection has ended. Safe to drop while waiting.
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
    let events = SseByteStream::new(until_silent(bytes)).filter_map(|event| async {
        match event {
            Ok(event) => read(event.event.as_deref(), event.data.as_deref()),
            // The connection broke, or the server sent no event stream: either way, another must be opened.
            Err(error) => Some(Err(ClientError::Answer(error.to_string()))),
        }
    });
    Ok(SeatEvents(Box::pin(events)))
}

/// Ends a stream that has been silent for too long: a server that is there sends heartbeats, and a connection that the
/// network has forgotten would otherwise be waited on for ever.
fn until_silent<T>(bytes: impl Stream<Item = T> + Send + 'static) -> impl Stream<Item = T> + Send + 'static {
    stream::unfold(Box::pin(bytes), |mut bytes| async {
        let next = tokio::time::timeout(SILENCE_MAX, bytes.next()).await.ok().flatten()?;
        Some((next, bytes))
    })
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
