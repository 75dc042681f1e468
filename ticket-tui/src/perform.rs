//! Effects that ask the server: one call each, its outcome an event.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use ticket_core::api::{BookRequest, BookingHistoryItem, ChangeHoldRequest, RankingShow, ServerTime, ShowSummary};
use ticket_core::client::{Client, ClientError};
use ticket_core::clock::{Clock, SystemClock};
use ticket_core::domain::{BookingId, Category, HoldId, IdempotencyKey, PerformanceId, RankingPeriod, ShowId};

use crate::backoff::pause;
use crate::effect::Effect;
use crate::event::{Answer, Event, OwnSeats};

/// How far back bookings are listed.
const HISTORY_DAYS: u32 = 3_650;
const BOOKINGS_PER_PAGE: u64 = 50;
/// Where all are read, the server answers as many in one go.
const BOOKINGS_AT_ONCE: u64 = 100;
/// As many entries of the waitlist are read, the newest first.
const ENTRIES_MAX: u64 = 100;
/// How often the server is asked for its time at once.
const TIME_SAMPLES: u32 = 3;
/// The pause before a hold that came a moment too early is tried again.
const SOON: Duration = Duration::from_millis(50);
/// Of more shows than this many pages of a hundred, the newest are listed.
const SHOW_PAGES_MAX: u64 = 20;

/// Asks the server; what it answers, or why it did not, comes back as an event.
pub(crate) async fn perform(client: &Client, effect: Effect) -> Option<Event> {
    let effect = match effect {
        Effect::Later(seconds, effect) => {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            *effect
        }
        effect => effect,
    };
    match ask(client, &effect).await {
        Ok(answer) => Some(Event::Answer(Box::new(answer?))),
        Err(error) => Some(Event::Failed(Box::new(effect), error.into())),
    }
}

async fn ask(client: &Client, effect: &Effect) -> Result<Option<Answer>, ClientError> {
    Ok(Some(match effect.clone() {
        // These are the runner's own, or done by now.
        Effect::Quit | Effect::Suspend | Effect::DrawAnew => return Ok(None),
        Effect::Follow(..) | Effect::Unfollow | Effect::Later(..) => return Ok(None),
        Effect::Probe { attempt } => probe(client, attempt).await?,
        Effect::Login(credentials) => {
            client.login(&credentials).await?;
            Answer::Me(client.me().await?)
        }
        Effect::Join(request) => {
            client.join(&request).await?;
            client.login(&ticket_core::api::Credentials { email: request.email, password: request.password }).await?;
            Answer::Me(client.me().await?)
        }
        Effect::LoadMe => Answer::Me(client.me().await?),
        Effect::Logout => {
            // The tokens are forgotten whatever the server says.
            let _ = client.logout().await;
            Answer::LoggedOut
        }
        Effect::LoadShows => Answer::Shows(all_shows(client, None, None).await?),
        Effect::LoadShow(id) => show(client, id).await?,
        Effect::LoadHouse { performance, with_holds } => house(client, performance, with_holds).await?,
        Effect::LoadStates(id) => Answer::States(id, client.seat_states(id).await?),
        Effect::LoadHolds(id) => Answer::Holds(id, client.holds(id).await?.holds),
        Effect::Hold(_, seats) => Answer::Held(client.hold(seats).await?),
        Effect::HoldSoon(_, seats) => {
            tokio::time::sleep(SOON).await;
            Answer::Held(client.hold(seats).await?)
        }
        Effect::ChangeHold { hold, add, remove } => {
            Answer::Held(client.change_hold(hold, &ChangeHoldRequest { add, remove }).await?)
        }
        Effect::Extend(id) => Answer::Held(client.extend_hold(id).await?),
        Effect::Release(id) => {
            client.release_hold(id).await?;
            Answer::Released(id)
        }
        Effect::Confirm(hold_id) => {
            // The same order has the same key, so asking again finds the answer that was lost, whoever lost it.
            let order = client.clone().with_key(order_key(hold_id)?);
            Answer::Booked(hold_id, order.book(&BookRequest::Hold { hold_id }).await?)
        }
        Effect::LoadBookings { page } => {
            Answer::Bookings(client.bookings(HISTORY_DAYS, page, BOOKINGS_PER_PAGE).await?)
        }
        Effect::LoadBooking(id) => Answer::Booking(client.booking(id).await?),
        Effect::Cancel(id, tickets) => Answer::Cancelled(id, client.cancel(id, tickets).await?),
        Effect::LoadRanking(category, period) => {
            Answer::Ranking(category, period, ranking(client, category, period).await?)
        }
        Effect::LoadLikes => Answer::Likes(likes(client).await?.into_iter().map(|show| show.show_id).collect()),
        Effect::SetLike(show, is_liked) => Answer::Liked(show, client.set_like(show, is_liked).await?),
        Effect::ChangePassword(change) => {
            client.change_password(&change).await?;
            Answer::PasswordChanged
        }
        Effect::LoadWaitlist => Answer::Waitlist(client.waitlist(0, ENTRIES_MAX).await?.content),
        Effect::JoinWaitlist { performance, count, seats, asked_at } => {
            let key = key(&format!("wait-{performance}-{}", asked_at.as_nanosecond()))?;
            client.clone().with_key(key).join_waitlist(count, seats).await?;
            Answer::JoinedWaitlist(performance)
        }
        Effect::LeaveWaitlist(id) => Answer::LeftWaitlist(client.leave_waitlist(id).await?),
        Effect::BookOffer(id) => Answer::OfferBooked(id, client.book_offer(id).await?),
    }))
}

/// The idempotency key of the order of a hold.
pub(crate) fn order_key(hold: HoldId) -> Result<IdempotencyKey, ClientError> {
    key(&format!("confirm-{hold}"))
}

fn key(text: &str) -> Result<IdempotencyKey, ClientError> {
    text.parse().map_err(|error: ticket_core::domain::ParseError| ClientError::Answer(error.to_string()))
}

/// Asks for the time, after the pause that belongs to this attempt.
async fn probe(client: &Client, attempt: u32) -> Result<Answer, ClientError> {
    tokio::time::sleep(pause(attempt)).await;
    let (offset, zone) = clock_offset(client).await?;
    Ok(Answer::ClockOffset(offset, zone))
}

/// How far the server's clock is ahead of ours. It is asked a few times: of the answers, the one that came back soonest is
/// the most exact. It is taken to be as old as half of the way there and back. The server tells its time zone as well.
pub(crate) async fn clock_offset(client: &Client) -> Result<(SignedDuration, Option<TimeZone>), ClientError> {
    let (mut best, mut zone) = (None, None);
    for _ in 0..TIME_SAMPLES {
        let sent = SystemClock.now().as_millisecond();
        let ServerTime { server_time: server, time_zone } = client.time().await?;
        let received = SystemClock.now().as_millisecond();
        let sample = (received - sent, server - sent.midpoint(received));
        best = best.min(Some(sample)).or(Some(sample));
        zone = time_zone;
    }
    let offset = best.map_or(0, |(_, offset)| offset);
    Ok((SignedDuration::from_millis(offset), zone.as_deref().and_then(zone_named)))
}

/// The time zone of a shop; none when this program knows none of that name.
pub(crate) fn zone_named(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// Every show of a category, or of all, whose name has the text in it.
pub(crate) async fn all_shows(
    client: &Client,
    category: Option<Category>,
    name: Option<&str>,
) -> Result<Vec<ShowSummary>, ClientError> {
    let mut shows = Vec::new();
    for number in 0..SHOW_PAGES_MAX {
        let page = client.shows(category, name, number).await?;
        shows.extend(page.content);
        if number + 1 >= page.total_pages {
            break;
        }
    }
    Ok(shows)
}

/// The shows of a category, or of all, that sell best.
pub(crate) async fn ranking(
    client: &Client,
    category: Option<Category>,
    period: RankingPeriod,
) -> Result<Vec<RankingShow>, ClientError> {
    let mut shows = Vec::new();
    for kind in Category::ALL.iter().filter(|kind| category.is_none_or(|category| category == **kind)) {
        shows.extend(client.ranking(*kind, period).await?.show_infos);
    }
    // Stable: among equals the order is the server's.
    shows.sort_by_key(|show| std::cmp::Reverse(show.total_ticket_count));
    Ok(shows)
}

/// The shows that the user likes.
pub(crate) async fn likes(client: &Client) -> Result<Vec<ShowSummary>, ClientError> {
    let mut likes = Vec::new();
    for number in 0..SHOW_PAGES_MAX {
        let page = client.likes(number).await?;
        likes.extend(page.content);
        if number + 1 >= page.total_pages {
            break;
        }
    }
    Ok(likes)
}

async fn show(client: &Client, id: ShowId) -> Result<Answer, ClientError> {
    let (details, dates) = tokio::try_join!(client.show(id), client.available(id))?;
    Ok(Answer::Show(id, details, dates.available_dates))
}

/// The user's bookings of the last so many days, the newest first.
pub(crate) async fn all_bookings(client: &Client, days: u32) -> Result<Vec<BookingHistoryItem>, ClientError> {
    let mut bookings = Vec::new();
    for number in 0.. {
        let page = client.bookings(days, number, BOOKINGS_AT_ONCE).await?;
        bookings.extend(page.booking_list);
        if number + 1 >= page.total_pages {
            break;
        }
    }
    Ok(bookings)
}

/// The valid tickets of a performance, by booking.
fn booked_in(performance: PerformanceId, bookings: &[BookingHistoryItem]) -> Vec<(BookingId, usize)> {
    let of_it = bookings.iter().filter(|booking| booking.performance_id == performance);
    of_it.map(|booking| (booking.booking_id, booking.ticket_number as usize)).collect()
}

async fn house(client: &Client, id: PerformanceId, with_holds: bool) -> Result<Answer, ClientError> {
    let own = async {
        if !with_holds {
            return Ok(None);
        }
        tokio::try_join!(client.holds(id), all_bookings(client, HISTORY_DAYS)).map(Some)
    };
    let (layout, states, own) = tokio::try_join!(client.layout(id), client.seat_states(id), own)?;
    let own = own.map(|(holds, bookings)| OwnSeats { booked: booked_in(id, &bookings), holds: holds.holds });
    Ok(Answer::House(layout, states, own.unwrap_or_default()))
}
