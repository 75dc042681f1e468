use jiff::civil::Date;
use reqwest::Method;

use super::request::{Auth, NO_BODY};
use super::{Client, ClientError, SeatEvents, events};
use crate::api::{BookedSeats, Layout, SeatStates, SeatUpdate, SeatsInfo};
use crate::domain::{PerformanceId, ShowId};

/// # The seats of a performance
///
/// ```no_run
/// use ticket_core::client::SeatEvent;
/// use ticket_core::domain::SeatStatus;
/// # use ticket_core::client::{Client, ClientError};
///
/// # async fn run(client: Client, performance: ticket_core::domain::PerformanceId) -> Result<(), ClientError> {
/// let layout = client.layout(performance).await?;
/// let map = client.seat_states(performance).await?;
/// // The n-th seat of the layout is the n-th letter of the states.
/// let free = layout.seats().zip(map.states.chars()).filter(|(_, state)| *state == SeatStatus::Available.letter());
/// for (seat, _) in free {
///     println!("{} {}-{}: {}", seat.sector, seat.row, seat.number, layout.header.currency.format(seat.category.price));
/// }
///
/// // What happens to it from then on.
/// let mut events = client.events(performance, Some(&map.revision)).await?;
/// while let Some(event) = events.next().await.transpose()? {
///     match event {
///         SeatEvent::Changes(update) => println!("{} seats look different", update.changes.len()),
///         SeatEvent::Reset => println!("to be read again"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
impl Client {
    /// Everything about the seats of a performance but their state.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn layout(&self, id: PerformanceId) -> Result<Layout, ClientError> {
        self.send(Method::GET, &["api", "performances", &id.to_string(), "layout"], Auth::None, NO_BODY, &[]).await
    }

    /// What every seat looks like now.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn seat_states(&self, id: PerformanceId) -> Result<SeatStates, ClientError> {
        self.send(Method::GET, &["api", "performances", &id.to_string(), "seats"], Auth::None, NO_BODY, &[]).await
    }

    /// What has changed since a revision.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance.
    pub async fn seat_changes(&self, id: PerformanceId, since: &str) -> Result<SeatUpdate, ClientError> {
        let path = ["api", "performances", &id.to_string(), "seats"];
        self.send(Method::GET, &path, Auth::None, NO_BODY, &[("since", since)]).await
    }

    /// The changes of a performance as they happen, from `since` on (a revision) when it is given.
    ///
    /// The stream ends when the connection does; open another with the last revision that was seen.
    ///
    /// # Errors
    ///
    /// `S_005` when there is no such performance; [`ClientError::Transport`] when the server is not reached, or silent.
    pub async fn events(&self, id: PerformanceId, since: Option<&str>) -> Result<SeatEvents, ClientError> {
        events::open(self, id, since).await
    }

    /// The seats of a performance by grade and price, as the classic routes tell them; empty when there is no such date or
    /// round. [`Client::layout`] and [`Client::seat_states`] are made for many seats.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn seats(&self, show: ShowId, date: Date, round: u32) -> Result<SeatsInfo, ClientError> {
        let (show, date, round) = (show.to_string(), date.to_string(), round.to_string());
        let query = [("date", date.as_str()), ("round", round.as_str())];
        self.send(Method::GET, &["api", "shows", &show, "seats"], Auth::None, NO_BODY, &query).await
    }

    /// The sold seats of a performance, as the classic routes tell them.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn booked_seats(&self, show: ShowId, date: Date, round: u32) -> Result<BookedSeats, ClientError> {
        let (show, date, round) = (show.to_string(), date.to_string(), round.to_string());
        let query = [("showId", show.as_str()), ("date", date.as_str()), ("round", round.as_str())];
        self.send(Method::GET, &["api", "shows", "seats", "booked"], Auth::None, NO_BODY, &query).await
    }
}
