//! Shows, performances, seats, bookings: what there is, and what is taken back.

use std::io::IsTerminal as _;

use serde::Serialize;
use ticket_core::api::{AvailableDate, BookingHistoryItem, BookingReceipt, CancelResult, ShowSummary};
use ticket_core::domain::{BookingState, Currency, Grade, SeatId, SeatStatus, TicketState};

use super::exit::Exit;
use super::session::{Session, ask};
use super::{BookingsArgs, CancelArgs, SeatsArgs, ShowsArgs, Wish, book, output};
use crate::lang::{Language, Say as _};
use crate::perform::{all_bookings, all_shows};
use crate::seat_map::{Filter, House, minor_units};
use crate::view::{category, seat_place, when, word};

pub(super) async fn shows(session: &Session, args: ShowsArgs) -> anyhow::Result<()> {
    if let Some(show) = args.show {
        let show = book::show(session, &show).await?;
        let performances = session.client.available(show).await?.available_dates;
        return if args.json { output::json(&performances) } else { print_performances(session, &performances).await };
    }
    let shows = all_shows(&session.client, args.category, args.search.as_deref()).await?;
    if args.json { output::json(&shows) } else { print_shows(session, &shows) }
}

pub(super) fn print_shows(session: &Session, shows: &[ShowSummary]) -> anyhow::Result<()> {
    let lang = session.lang;
    let rows: Vec<_> = shows
        .iter()
        .map(|show| {
            [
                show.show_id.to_string(),
                category(show.category, lang).to_owned(),
                show.show_name.clone(),
                show.place_name.clone(),
                when::span(show.show_start_date, show.show_end_date, lang),
            ]
        })
        .collect();
    output::table(
        lang.say([" SHOW", "KIND", "NAME", "VENUE", "DATES"], [" 번호", "장르", "이름", "장소", "기간"]),
        &rows,
    )
}

async fn print_performances(session: &Session, performances: &[AvailableDate]) -> anyhow::Result<()> {
    let (lang, zones) = (session.lang, session.zones().await?);
    let rows: Vec<_> = performances
        .iter()
        .map(|performance| {
            [
                performance.performance_id.to_string(),
                when::date(performance.show_date, lang),
                performance.round.to_string(),
                when::time(performance.start_time),
                performance.left_seats.to_string(),
                performance.sale_opens_at.map(|at| when::instant(at, zones, lang)).unwrap_or_default(),
            ]
        })
        .collect();
    let titles = lang.say(
        [" PERFORMANCE", "DATE", " ROUND", "STARTS", " LEFT", "SALE OPENS"],
        [" 회차 번호", "날짜", " 회차", "시작", " 남은 좌석", "판매 시작"],
    );
    output::table(titles, &rows)
}

/// A seat with its state, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SeatLine<'a> {
    seat_id: SeatId,
    sector: &'a str,
    row: &'a str,
    label: &'a str,
    grade: Grade,
    price: i64,
    currency: Currency,
    /// The letter of the seat states: A, B, C, W, H, X.
    state: SeatStatus,
}

pub(super) async fn seats(session: &Session, args: SeatsArgs) -> anyhow::Result<()> {
    let lang = session.lang;
    let house = house(session, args.performance).await?;
    let filter = filter(session, &house, &args.wish)?;
    let house = filtered(house, &filter);
    let is_listed = |seat: &usize| {
        house.status(*seat) != SeatStatus::Gap && house.is_wanted(*seat) && (!args.free || house.is_free(*seat))
    };
    let line = |seat: usize| {
        let (place, category) = (house.place(seat)?, house.category(seat)?);
        let (sector, row, label) = house.position(seat)?;
        let (grade, price, currency) = (category.grade, category.price, house.header.currency);
        Some(SeatLine { seat_id: place.id, sector, row, label, grade, price, currency, state: house.status(seat) })
    };
    let lines: Vec<SeatLine<'_>> = (0..house.seat_count()).filter(is_listed).filter_map(line).collect();
    if args.json {
        return output::json(&lines);
    }
    let row = |line: &SeatLine<'_>| {
        [
            format!("{} {}-{}", line.sector, line.row, line.label),
            line.grade.to_string(),
            line.currency.format(line.price),
            word(line.state, lang).to_owned(),
        ]
    };
    let rows: Vec<_> = lines.iter().map(row).collect();
    output::table(lang.say(["SEAT", "GRADE", " PRICE", "STATE"], ["좌석", "등급", " 가격", "상태"]), &rows)
}

pub(super) async fn house(session: &Session, id: ticket_core::domain::PerformanceId) -> anyhow::Result<House> {
    let (layout, states) = tokio::try_join!(session.client.layout(id), session.client.seat_states(id))?;
    Ok(House::new(&layout, &states))
}

/// Only the seats of a wish count.
pub(super) fn filter(session: &Session, house: &House, wish: &Wish) -> anyhow::Result<Filter> {
    let sector = match &wish.sector {
        Some(name) => Some(house.sectors().position(|sector| sector == name).ok_or_else(|| {
            let known = house.sectors().collect::<Vec<_>>().join(", ");
            session.reason(
                Exit::NotFound,
                format!("there is no sector {name:?}; there are {known}"),
                format!("{name:?} 구역이 없습니다. 있는 구역: {known}"),
            )
        })?),
        None => None,
    };
    let price_max = match &wish.max_price {
        Some(text) => Some(minor_units(text, house.header.currency).ok_or_else(|| {
            let currency = house.header.currency;
            session.reason(
                Exit::Usage,
                format!("{text:?} is no price in {currency}; it looks like 120000"),
                format!("{text:?}: {currency} 가격이 아닙니다. 예: 120000"),
            )
        })?),
        None => None,
    };
    Ok(Filter { grades: wish.grade.clone(), sectors: sector.into_iter().collect(), price_max })
}

/// The grades that these sectors have, or the whole house when there are none; best first.
pub(super) fn grades(house: &House, sectors: &[usize]) -> Vec<Grade> {
    let names: Vec<&str> = house.sectors().collect();
    let is_there = |seat: &usize| {
        let here = house.position(*seat).map(|(sector, ..)| sector);
        house.status(*seat) != SeatStatus::Gap
            && (sectors.is_empty() || sectors.iter().any(|sector| names.get(*sector).copied() == here))
    };
    let there = (0..house.seat_count()).filter(is_there).filter_map(|seat| house.category(seat));
    let mut there: Vec<Grade> = there.map(|category| category.grade).collect();
    there.sort_unstable();
    there.dedup();
    there
}

pub(super) fn filtered(mut house: House, filter: &Filter) -> House {
    house.set_filter(filter);
    house
}

pub(super) async fn bookings(session: &Session, args: BookingsArgs) -> anyhow::Result<()> {
    session.need_login()?;
    if let Some(id) = args.booking {
        let details = session.client.booking(id).await?;
        return if args.json { output::json(&details) } else { print_receipt(session, &details.receipt) };
    }
    let lang = session.lang;
    let list = all_bookings(&session.client, args.days).await?;
    if args.json {
        return output::json(&list);
    }
    let rows: Vec<_> = list
        .iter()
        .map(|booking| {
            let show = &booking.show_info;
            let state = booking_state(booking, lang);
            let at = when::round(show.show_date, show.show_round_start_time, show.show_round, lang);
            [booking.booking_id.to_string(), show.show_name.clone(), at, state]
        })
        .collect();
    output::table(lang.say([" BOOKING", "SHOW", "PERFORMANCE", "STATE"], [" 번호", "공연", "일시", "상태"]), &rows)
}

/// How many tickets it has, or that it is cancelled.
pub(super) fn booking_state(booking: &BookingHistoryItem, lang: Language) -> String {
    match booking.current_state {
        BookingState::Booked => lang.tickets(booking.ticket_number as usize),
        BookingState::Canceled => lang.say("cancelled", "취소됨").to_owned(),
    }
}

/// A booking's tickets and their sum.
pub(super) fn print_receipt(session: &Session, receipt: &BookingReceipt) -> anyhow::Result<()> {
    let lang = session.lang;
    if let Some(first) = receipt.booking_tickets.first() {
        let at = when::round(first.show_date, first.show_time, first.show_round, lang);
        output::note(format_args!("{} · {at}", first.show_name));
    }
    let row = |ticket: &ticket_core::api::BookingTicket| {
        let state = match ticket.seat_status {
            TicketState::Booked => lang.say("valid", "유효"),
            TicketState::Canceled => lang.say("cancelled", "취소됨"),
        };
        [
            ticket.ticket_id.to_string(),
            seat_place(ticket, lang),
            ticket.seat_grade.to_string(),
            receipt.currency.format(ticket.price),
            state.to_owned(),
        ]
    };
    let rows: Vec<_> = receipt.booking_tickets.iter().map(row).collect();
    let titles = lang.say([" TICKET", "SEAT", "GRADE", " PRICE", "STATE"], [" 티켓", "좌석", "등급", " 가격", "상태"]);
    output::table(titles, &rows)?;
    let (id, total) = (receipt.booking_id, receipt.currency.format(receipt.total_price));
    output::note(lang.say(format!("Booking {id}, {total} in all."), format!("예매 번호 {id}, 합계 {total}")));
    Ok(())
}

pub(super) async fn cancel(session: &Session, args: CancelArgs) -> anyhow::Result<()> {
    session.need_login()?;
    let lang = session.lang;
    if !args.yes {
        if !std::io::stdin().is_terminal() {
            return Err(session.reason(
                Exit::Usage,
                "cancelling cannot be undone: --yes is needed when there is no terminal to ask on",
                "취소는 되돌릴 수 없습니다. 터미널이 아니면 --yes 옵션이 필요합니다",
            ));
        }
        print_receipt(session, &session.client.booking(args.booking).await?.receipt)?;
        let question = lang.say("Cancel? This cannot be undone. (y/n)", "취소할까요? 되돌릴 수 없습니다. (y/n)");
        if ask(question)?.as_deref() != Some("y") {
            return Err(session.reason(Exit::Failed, "nothing was cancelled", "취소하지 않았습니다"));
        }
    }
    let tickets = (!args.tickets.is_empty()).then_some(args.tickets);
    let result = session.client.cancel(args.booking, tickets).await?;
    if args.json {
        return output::json(&result);
    }
    say_cancelled(session, &result);
    Ok(())
}

/// Says how many tickets were cancelled.
pub(super) fn say_cancelled(session: &Session, result: &CancelResult) {
    let tickets = session.lang.tickets(result.canceled_tickets.len());
    output::note(session.lang.say(format!("{tickets} cancelled."), format!("{tickets}을 취소했습니다.")));
}
