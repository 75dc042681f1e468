//! Follows a seat map over server-sent events, reconnecting by itself.

use std::time::Duration;

use ticket_core::client::{Client, SeatEvent};
use ticket_core::domain::PerformanceId;
use tokio::sync::mpsc::Sender;

use crate::backoff::pause;
use crate::event::{Event, Live};

/// Reports what happens on a seat map from revision `since` on, until nobody listens or the server has lost count.
///
/// Each new connection resumes after the last revision that was seen, so nothing is missed between two.
pub(crate) async fn follow(client: Client, performance: PerformanceId, mut since: String, events: Sender<Event>) {
    let mut attempt = 0;
    loop {
        let mut asked_pause = Duration::ZERO;
        match client.events(performance, Some(&since)).await {
            Ok(feed) => {
                attempt = 0;
                if report(performance, Live::Connected, &events).await.is_break()
                    || read(performance, feed, &mut since, &events).await.is_break()
                {
                    return;
                }
            }
            Err(error) => {
                asked_pause = error.retry_after().unwrap_or_default();
            }
        }
        if report(performance, Live::Lost, &events).await.is_break() {
            return;
        }
        attempt += 1;
        tokio::time::sleep(pause(attempt).max(asked_pause)).await;
    }
}

/// Reads a connection to its end; breaks when there is no point in another one.
async fn read(
    performance: PerformanceId,
    mut feed: ticket_core::client::SeatEvents,
    since: &mut String,
    events: &Sender<Event>,
) -> std::ops::ControlFlow<()> {
    while let Some(Ok(event)) = feed.next().await {
        let news = match event {
            SeatEvent::Changes(changes) => {
                since.clone_from(&changes.revision);
                Live::Changes(changes)
            }
            SeatEvent::Reset => {
                let _ = report(performance, Live::Reset, events).await;
                return std::ops::ControlFlow::Break(());
            }
        };
        report(performance, news, events).await?;
    }
    std::ops::ControlFlow::Continue(())
}

async fn report(performance: PerformanceId, news: Live, events: &Sender<Event>) -> std::ops::ControlFlow<()> {
    match events.send(Event::Live(performance, news)).await {
        Ok(()) => std::ops::ControlFlow::Continue(()),
        Err(_) => std::ops::ControlFlow::Break(()),
    }
}
