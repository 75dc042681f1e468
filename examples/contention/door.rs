use std::net::SocketAddr;

use hyper::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ticket_core::api::{BookRequest, BookingReceipt, CancelRequest, HoldDetails, HoldRequest, Problem, SeatStates};
use ticket_core::domain::{BookingId, HoldId, PerformanceId, SeatId};
use ticket_core::{BoxOffice, Error};
use ticket_examples::crowd::Buyer;
use ticket_examples::http::Connection;

/// Where a buyer goes in.
pub(crate) enum Door {
    /// The shop is in this process.
    Here(BoxOffice),
    /// It is behind a server.
    There { server: SocketAddr, connection: Connection },
}

/// Why a buyer got nothing: the code of the refusal, or that the connection broke.
pub(crate) type Refusal = String;

/// What somebody has bought.
pub(crate) struct Bought {
    pub(crate) booking: BookingId,
    pub(crate) seats: Vec<SeatId>,
}

impl Door {
    pub(crate) async fn open(server: Option<SocketAddr>, box_office: &BoxOffice) -> anyhow::Result<Self> {
        Ok(match server {
            Some(server) => Self::There { server, connection: Connection::open(server).await? },
            None => Self::Here(box_office.clone()),
        })
    }

    pub(crate) async fn book(&mut self, buyer: &Buyer, seats: Vec<SeatId>) -> Result<Bought, Refusal> {
        if let Self::Here(box_office) = self {
            return box_office.book(buyer.user, seats).await.map(Bought::from).map_err(refusal);
        }
        let receipt: BookingReceipt =
            self.post(buyer, "/api/bookings", &BookRequest::Seats { seat_ids: seats }).await?;
        Ok(receipt.into())
    }

    pub(crate) async fn hold(&mut self, buyer: &Buyer, seats: Vec<SeatId>) -> Result<HoldId, Refusal> {
        if let Self::Here(box_office) = self {
            return box_office.hold(buyer.user, seats).await.map(|held| held.hold.id).map_err(refusal);
        }
        let hold: HoldDetails = self.post(buyer, "/api/holds", &HoldRequest::Seats { seat_ids: seats }).await?;
        Ok(hold.hold_id)
    }

    pub(crate) async fn confirm(&mut self, buyer: &Buyer, hold: HoldId) -> Result<Bought, Refusal> {
        if let Self::Here(box_office) = self {
            return box_office.confirm(buyer.user, hold).await.map(Bought::from).map_err(refusal);
        }
        let receipt: BookingReceipt = self.post(buyer, "/api/bookings", &BookRequest::Hold { hold_id: hold }).await?;
        Ok(receipt.into())
    }

    pub(crate) async fn cancel(&mut self, buyer: &Buyer, booking: BookingId) -> Result<(), Refusal> {
        if let Self::Here(box_office) = self {
            return box_office.cancel(buyer.user, booking, None).await.map(drop).map_err(refusal);
        }
        let path = format!("/api/bookings/cancel/{booking}");
        self.post::<serde_json::Value>(buyer, &path, &CancelRequest::default()).await.map(drop)
    }

    /// One letter per seat.
    pub(crate) async fn states(&mut self, performance: PerformanceId) -> Result<String, Refusal> {
        if let Self::Here(box_office) = self {
            return box_office.seat_states(performance).await.map(|map| map.states).map_err(refusal);
        }
        let map: SeatStates =
            self.ask(Method::GET, &format!("/api/performances/{performance}/seats"), None, Vec::new()).await?;
        Ok(map.states)
    }

    async fn post<T: DeserializeOwned>(
        &mut self,
        buyer: &Buyer,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Refusal> {
        let body = serde_json::to_vec(body).map_err(|error| error.to_string())?;
        self.ask(Method::POST, path, Some(&buyer.access_token), body).await
    }

    async fn ask<T: DeserializeOwned>(
        &mut self,
        method: Method,
        path: &str,
        access_token: Option<&str>,
        body: Vec<u8>,
    ) -> Result<T, Refusal> {
        let Self::There { server, connection } = self else { return Err("no server".to_owned()) };
        let answer = match connection.request(method, path, access_token, body) {
            Ok(request) => connection.send(request).await,
            Err(error) => Err(error),
        };
        let Ok((status, body)) = answer else {
            // Whether it was done is unknown; the next request gets a connection of its own, if there is one.
            if let Ok(fresh) = Connection::open(*server).await {
                *connection = fresh;
            }
            return Err("connection".to_owned());
        };
        if status == StatusCode::OK {
            return serde_json::from_slice(&body).map_err(|error| error.to_string());
        }
        Err(serde_json::from_slice::<Problem>(&body).map_or_else(|_| status.to_string(), |p| p.code.to_string()))
    }
}

impl From<ticket_core::domain::Booking> for Bought {
    fn from(booking: ticket_core::domain::Booking) -> Self {
        Self { booking: booking.id, seats: booking.tickets.iter().map(|ticket| ticket.seat.id).collect() }
    }
}

impl From<BookingReceipt> for Bought {
    fn from(receipt: BookingReceipt) -> Self {
        let seats = receipt.booking_tickets.iter().map(|ticket| ticket.seat_id).collect();
        Self { booking: receipt.booking_id, seats }
    }
}

#[allow(clippy::needless_pass_by_value, reason = "an error is mapped")]
fn refusal(error: Error) -> Refusal {
    error.code().to_string()
}
