//! Holding and buying: one request for the hold, one for the order.

use std::time::Duration;

use ticket_core::api::{AvailableDate, BookRequest, BookingReceipt, ErrorCode, HoldDetails};
use ticket_core::client::ClientError;
use ticket_core::clock::{Clock as _, SystemClock};
use ticket_core::domain::{PerformanceId, SeatId, SeatWish, ShowId};

use super::exit::Exit;
use super::refusal::with_names;
use super::session::Session;
use super::{BookArgs, list, output};
use crate::backoff::pause;
use crate::lang::Say as _;
use crate::perform::{all_shows, clock_offset, order_key};
use crate::seat_map::{Filter, House};
use crate::text::countdown;
use crate::view::when;

/// The pause before a hold that came a moment too early is tried again, and how often that is done.
const SOON: Duration = Duration::from_millis(50);
const SOON_MAX: u32 = 60;
/// How often an order is sent before it is given up: with the pauses between, for about a minute.
const ORDERS_MAX: u32 = 10;

/// What is to be held.
enum Want {
    Seats(Vec<SeatId>),
    /// The first of these that can be had.
    Best(Vec<SeatWish>),
}

pub(super) async fn book(session: &Session, args: BookArgs) -> anyhow::Result<()> {
    session.need_login()?;
    let performance = match args.performance {
        Some(performance) => performance,
        None => performance(session, &args).await?,
    };
    let house = list::house(session, performance).await?;
    let want = want(session, &house, &args)?;
    if args.at_open {
        wait_for_opening(session, &house).await?;
    }
    let named = |error: anyhow::Error| match error.downcast::<ClientError>() {
        Ok(error) => with_names(error, &house, session.lang).into(),
        Err(error) => error,
    };
    let hold = hold(session, performance, &want, args.at_open).await.map_err(named)?;
    let receipt = order(session, &hold).await.map_err(named)?;
    if args.json { output::json(&receipt) } else { list::print_receipt(session, &receipt) }
}

/// The performance of a show that is meant.
async fn performance(session: &Session, args: &BookArgs) -> anyhow::Result<PerformanceId> {
    let show = show(session, args.show.as_deref().unwrap_or_default()).await?;
    let all = session.client.available(show).await?.available_dates;
    let is_meant = |performance: &&AvailableDate| {
        args.date.is_none_or(|date| performance.show_date == date)
            && args.round.is_none_or(|round| performance.round == round)
    };
    let meant: Vec<&AvailableDate> = all.iter().filter(is_meant).collect();
    match meant.as_slice() {
        [performance] => Ok(performance.performance_id),
        [] => Err(session.reason(Exit::NotFound, "there is no such performance", "그런 회차가 없습니다")),
        several => {
            let list = |performance: &&AvailableDate| {
                let date = performance.show_date;
                format!("--date {date} --round {}", performance.round)
            };
            let list = several.iter().map(list).collect::<Vec<_>>().join(", ");
            Err(session.reason(
                Exit::Usage,
                format!("several performances are meant; say which: {list}"),
                format!("회차가 여럿입니다. 하나를 고르세요: {list}"),
            ))
        }
    }
}

/// A show by its number, or by a part of its name.
pub(super) async fn show(session: &Session, text: &str) -> anyhow::Result<ShowId> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let shows = all_shows(&session.client, None, Some(text)).await?;
    match shows.as_slice() {
        [show] => Ok(show.show_id),
        [] => Err(session.reason(
            Exit::NotFound,
            format!("no show has {text:?} in its name"),
            format!("이름에 {text:?}이(가) 있는 공연이 없습니다"),
        )),
        several => {
            let names = several.iter().map(|show| format!("{} {}", show.show_id, show.show_name));
            let names = names.collect::<Vec<_>>().join(", ");
            Err(session.reason(
                Exit::Usage,
                format!("several shows have {text:?} in their names: {names}"),
                format!("이름에 {text:?}이(가) 있는 공연이 여럿입니다: {names}"),
            ))
        }
    }
}

fn want(session: &Session, house: &House, args: &BookArgs) -> anyhow::Result<Want> {
    let filter = list::filter(session, house, &args.wish)?;
    check_grades(session, house, &filter)?;
    let Some(count) = args.best else { return Ok(Want::Seats(named(session, house, &args.seats)?)) };
    let wish = |grade| SeatWish {
        count,
        grade,
        sector: args.wish.sector.clone(),
        max_price: filter.price_max,
        together: !args.apart,
    };
    let grades = filter.grades.iter().copied().map(Some);
    let grades: Vec<_> = if filter.grades.is_empty() { vec![None] } else { grades.collect() };
    Ok(Want::Best(grades.into_iter().map(wish).collect()))
}

/// A grade that there is not, or not in that sector, is a mistake rather than sold out.
fn check_grades(session: &Session, house: &House, filter: &Filter) -> anyhow::Result<()> {
    let there = list::grades(house, &filter.sectors);
    let Some(missing) = filter.grades.iter().find(|grade| !there.contains(grade)) else { return Ok(()) };
    let there = there.iter().map(|grade| grade.as_str()).collect::<Vec<_>>().join(", ");
    let sector = filter.sectors.first().and_then(|sector| house.sectors().nth(*sector));
    let (english, korean) =
        sector.map_or_else(Default::default, |name| (format!(" in {name}"), format!("{name} 구역에 ")));
    Err(session.reason(
        Exit::Usage,
        format!("there are no {missing} seats{english}; there are {there}"),
        format!("{korean}{missing} 좌석이 없습니다. 있는 등급: {there}"),
    ))
}

/// The ids of seats that are written as on the map. What could be another seat as well is not guessed.
pub(super) fn named(session: &Session, house: &House, names: &[String]) -> anyhow::Result<Vec<SeatId>> {
    let example = house.examples(1).first().map(|seat| house.name(*seat)).unwrap_or_default();
    let find = |name: &String| match house.called(name).as_slice() {
        [seat] => Ok(house.place(*seat).map(|place| place.id)),
        [] => Err(session.reason(
            Exit::NotFound,
            format!("there is no seat {name:?}; a seat is written as {example}"),
            format!("{name:?} 좌석이 없습니다. 예: {example}"),
        )),
        several => {
            let names = several.iter().map(|seat| house.name(*seat)).collect::<Vec<_>>().join(", ");
            Err(session.reason(
                Exit::Usage,
                format!("several seats are called {name:?}: {names}; name the sector too"),
                format!("{name:?} 좌석이 여럿입니다: {names}. 구역도 쓰세요"),
            ))
        }
    };
    let ids = names.iter().map(find).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(ids.into_iter().flatten().collect())
}

/// From here on it is only waited for, and nothing is asked any more that would cost time after the opening.
const LAST_STRETCH: Duration = Duration::from_secs(90);

/// Sleeps until the sale opens by the server's clock, with everything ready.
async fn wait_for_opening(session: &Session, house: &House) -> anyhow::Result<()> {
    let Some(opens_at) = house.header.sale_opens_at else { return Ok(()) };
    let mut is_told = false;
    loop {
        // An access token that has run out is renewed now rather than then.
        session.client.me().await?;
        session.keep()?;
        let (offset, _) = clock_offset(&session.client).await?;
        let now = SystemClock.now().checked_add(offset)?;
        let left = Duration::try_from(opens_at.duration_since(now)).unwrap_or_default();
        if left.is_zero() {
            return Ok(());
        }
        if !is_told {
            let at = when::instant(opens_at, session.zones().await?, session.lang);
            let time = countdown(i64::try_from(left.as_secs())?);
            output::note(
                session.lang.say(format!("The sale opens in {time} ({at})."), format!("{time} 후 판매 시작 ({at})")),
            );
            is_told = true;
        }
        if left <= LAST_STRETCH {
            tokio::time::sleep(left).await;
            return Ok(());
        }
        // A clock may be set meanwhile, so the last stretch is measured anew; a login lasts less than a day's wait.
        tokio::time::sleep(left.min(Duration::from_mins(10)) / 2).await;
    }
}

async fn hold(session: &Session, id: PerformanceId, want: &Want, at_open: bool) -> anyhow::Result<HoldDetails> {
    for _ in 0..SOON_MAX {
        match hold_once(session, id, want).await {
            Err(error) if at_open && error.code() == Some(ErrorCode::SaleNotOpen) => tokio::time::sleep(SOON).await,
            answer => return Ok(answer?),
        }
    }
    Ok(hold_once(session, id, want).await?)
}

async fn hold_once(session: &Session, id: PerformanceId, want: &Want) -> Result<HoldDetails, ClientError> {
    match want {
        Want::Seats(seats) => session.client.hold(seats.clone()).await,
        Want::Best(wishes) => {
            let (last, others) = wishes.split_last().map_or((None, &[][..]), |(last, others)| (Some(last), others));
            for wish in others {
                match session.client.hold_best(id, wish.clone()).await {
                    Err(error) if error.code() == Some(ErrorCode::SeatTaken) => {}
                    answer => return answer,
                }
            }
            session.client.hold_best(id, last.cloned().unwrap_or_else(|| SeatWish::together(1))).await
        }
    }
}

/// Buys what is held. When the answer is lost the same order is sent again, which finds what was bought.
pub(super) async fn order(session: &Session, hold: &HoldDetails) -> anyhow::Result<BookingReceipt> {
    let client = session.client.clone().with_key(order_key(hold.hold_id)?);
    let request = BookRequest::Hold { hold_id: hold.hold_id };
    let mut attempt = 1;
    loop {
        match client.book(&request).await {
            Err(error) if attempt < ORDERS_MAX && error.code() == Some(ErrorCode::TooManyRequests) => {
                tokio::time::sleep(error.retry_after().unwrap_or_else(|| pause(attempt))).await;
                attempt += 1;
            }
            Err(error)
                if attempt < ORDERS_MAX && (error.is_offline() || error.code() == Some(ErrorCode::OutcomeUnknown)) =>
            {
                if attempt == 1 {
                    output::note(session.lang.say(
                        "The server cannot be reached. The order is sent again until it is answered.",
                        "서버에 연결할 수 없습니다. 답을 받을 때까지 주문을 다시 보냅니다.",
                    ));
                }
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            answer => return Ok(answer?),
        }
    }
}
