use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use ticket_core::api::{
    BookingReceipt, ErrorCode, JoinWaitlistRequest, JoinedWaitlist, Language, Page, WaitlistEntryDetails,
};
use ticket_core::domain::{Booking, EntryId, WaitlistEntry, WaitlistWish};
use ticket_core::{Error, KeptAnswer};

use utoipa::IntoParams;

use super::Answer;
use crate::extract::{Authenticated, JsonBody, MessageLanguage, PathId, Query, TicketLanguage};
use crate::once::{Kept, Turn};
use crate::router::App;

/// Query of `GET /api/waiting_bookings`.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WaitlistQuery {
    /// Which page, from 0.
    #[serde(default)]
    #[param(example = 0)]
    page: u64,
    /// Items per page.
    #[param(minimum = 1, maximum = 100, example = 20)]
    #[serde(default = "page_size")]
    size: u64,
}

fn page_size() -> u64 {
    20
}

/// Joins the waitlist for seats that are taken.
#[utoipa::path(
    post,
    path = "/api/waiting_bookings",
    operation_id = "join_waitlist",
    tag = "Waitlist",
    request_body = JoinWaitlistRequest,
    responses((status = OK, description = "The entry.", body = JoinedWaitlist)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::BadSeatCount, ErrorCode::NoSeatWanted, ErrorCode::BadSeatChoice, ErrorCode::SeatNotValid, ErrorCode::SeatFree, ErrorCode::OverLimit, ErrorCode::TooManyEntries, ErrorCode::SaleNotOpen, ErrorCode::SaleClosed]))),
)]
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

/// Lists the user's entries of the waitlist.
#[utoipa::path(
    get,
    path = "/api/waiting_bookings",
    operation_id = "list_waitlist",
    tag = "Waitlist",
    params(WaitlistQuery),
    responses((status = OK, description = "A page of entries.", body = Page<WaitlistEntryDetails>)),
    security(("bearer" = [])),
)]
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

/// Tells where an entry stands, and why.
#[utoipa::path(
    get,
    path = "/api/waiting_bookings/{id}",
    operation_id = "entry_waitlist",
    tag = "Waitlist",
    params(("id" = EntryId, Path, description = "The entry.")),
    responses((status = OK, description = "The entry.", body = WaitlistEntryDetails)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::EntryNotFound]))),
)]
pub(crate) async fn entry(
    State(app): State<App>,
    Authenticated(user): Authenticated,
    MessageLanguage(language): MessageLanguage,
    PathId(id): PathId<EntryId>,
) -> Answer<Json<WaitlistEntryDetails>> {
    let entry = app.box_office.waitlist_entry(user, id).await?;
    Ok(Json(details(&app, &entry, language)))
}

/// Withdraws an entry, or declines what is offered to it; answers the entry as it is then.
#[utoipa::path(
    delete,
    path = "/api/waiting_bookings/{id}",
    operation_id = "leave_waitlist",
    tag = "Waitlist",
    params(("id" = EntryId, Path, description = "The entry.")),
    responses((status = OK, description = "The entry as it is now.", body = WaitlistEntryDetails)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::EntryNotFound, ErrorCode::NothingOffered, ErrorCode::OfferExpired]))),
)]
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

/// Books the seats that are offered to an entry.
#[utoipa::path(
    post,
    path = "/api/waiting_bookings/{id}/book",
    operation_id = "book_waitlist",
    tag = "Waitlist",
    params(("id" = EntryId, Path, description = "The entry.")),
    responses((status = OK, description = "The booking.", body = BookingReceipt)),
    security(("bearer" = [])),
    extensions(("x-error-codes" = json!([ErrorCode::EntryNotFound, ErrorCode::NothingOffered, ErrorCode::OfferExpired, ErrorCode::OverLimit, ErrorCode::SaleClosed, ErrorCode::SeatTaken, ErrorCode::NotTheOffer]))),
)]
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
