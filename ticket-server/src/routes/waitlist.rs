use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use ticket_core::api::{BookingReceipt, JoinWaitlistRequest, JoinedWaitlist, Language, Page, WaitlistEntryDetails};
use ticket_core::domain::{Booking, EntryId, WaitlistEntry, WaitlistWish};
use ticket_core::{Error, KeptAnswer};

use super::Answer;
use crate::extract::{Authenticated, JsonBody, MessageLanguage, PathId, Query, TicketLanguage};
use crate::once::{Kept, Turn};
use crate::router::App;

/// Query of `GET /api/waiting_bookings`.
#[derive(Deserialize)]
pub(crate) struct WaitlistQuery {
    #[serde(default)]
    page: u64,
    #[serde(default = "page_size")]
    size: u64,
}

fn page_size() -> u64 {
    20
}

/// `POST /api/waiting_bookings`
pub(crate) async fn join(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    Turn(turn): Turn,
    JsonBody(request): JsonBody<JoinWaitlistRequest>,
) -> Answer<Kept> {
    let seat_count =
        u32::try_from(request.seat_count).map_err(|_| Error::BadSeatCount { given: request.seat_count })?;
    let wish = WaitlistWish { seat_count, seats: request.seat_ids };
    let answer = |entry: &EntryId| KeptAnswer::json(&JoinedWaitlist { waiting_booking_id: *entry });
    let answer = match turn {
        Some(turn) => turn.join_waitlist(wish, answer).await?,
        None => answer(&app.box_office.join_waitlist(user, wish).await?)?,
    };
    Ok(Kept(answer))
}

/// `GET /api/waiting_bookings?page&size`
pub(crate) async fn list(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    MessageLanguage(language): MessageLanguage,
    Query(query): Query<WaitlistQuery>,
) -> Answer<Json<Page<WaitlistEntryDetails>>> {
    let Page { content, total_pages, total_items, current_page, page_size } =
        app.box_office.waitlist(user, query.page, query.size).await?;
    let content = content.iter().map(|entry| details(&app, entry, language)).collect();
    Ok(Json(Page { content, total_pages, total_items, current_page, page_size }))
}

/// `GET /api/waiting_bookings/{id}`
pub(crate) async fn entry(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    MessageLanguage(language): MessageLanguage,
    PathId(id): PathId<EntryId>,
) -> Answer<Json<WaitlistEntryDetails>> {
    let entry = app.box_office.waitlist_entry(user, id).await?;
    Ok(Json(details(&app, &entry, language)))
}

/// `DELETE /api/waiting_bookings/{id}`: withdraws, or declines what is offered; answers the entry as it is then.
pub(crate) async fn leave(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    MessageLanguage(language): MessageLanguage,
    PathId(id): PathId<EntryId>,
    Turn(turn): Turn,
) -> Answer<Kept> {
    let answer = {
        let app = app.clone();
        move |entry: &WaitlistEntry| KeptAnswer::json(&details(&app, entry, language))
    };
    let answer = match turn {
        Some(turn) => turn.leave_waitlist(id, answer).await?,
        None => answer(&app.box_office.leave_waitlist(user, id).await?)?,
    };
    Ok(Kept(answer))
}

/// `POST /api/waiting_bookings/{id}/book`
pub(crate) async fn book(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    TicketLanguage(language): TicketLanguage,
    PathId(id): PathId<EntryId>,
    Turn(turn): Turn,
) -> Answer<Kept> {
    let answer = move |booking: &Booking| KeptAnswer::json(&BookingReceipt::new(booking, language));
    let answer = match turn {
        Some(turn) => turn.book_offer(id, answer).await?,
        None => answer(&app.box_office.book_offer(user, id).await?)?,
    };
    Ok(Kept(answer))
}

fn details(app: &App, entry: &WaitlistEntry, language: Language) -> WaitlistEntryDetails {
    WaitlistEntryDetails::new(entry, language, app.box_office.clock().now())
}
