use ticket_core::api::{BookingHistoryItem, BookingReceipt};
use ticket_core::domain::{BookingId, BookingState, TicketState};

use super::ask;
use super::login::with_login;
use crate::commands::session::Session;
use crate::commands::{list, output};
use crate::lang::{Language, Say as _};
use crate::perform::all_bookings;
use crate::view::{seat_place, when};

/// How far back bookings are told.
const DAYS: u32 = 3_650;

/// Tells the bookings, and what one of them consists of; cancels it or one of its tickets.
pub(super) async fn pick(session: &Session) -> anyhow::Result<()> {
    let lang = session.lang;
    let bookings = with_login(session, async || Ok(all_bookings(&session.client, DAYS).await?)).await?;
    if bookings.is_empty() {
        output::note(lang.say("You have not booked anything yet.", "아직 예매한 것이 없습니다."));
        return Ok(());
    }
    ask::list(bookings.iter().map(|booking| about(booking, lang)));
    let question = lang.say("Which booking? q goes back:", "어느 예매? q: 뒤로");
    let Some(chosen) = ask::number(lang, question, bookings.len())? else { return Ok(()) };
    open(session, bookings[chosen].booking_id).await
}

fn about(booking: &BookingHistoryItem, lang: Language) -> String {
    let show = &booking.show_info;
    let at = when::round(show.show_date, show.show_round_start_time, show.show_round, lang);
    format!("{}, {at}, {}", show.show_name, list::booking_state(booking, lang))
}

async fn open(session: &Session, id: BookingId) -> anyhow::Result<()> {
    let lang = session.lang;
    let booking = with_login(session, async || Ok(session.client.booking(id).await?)).await?;
    list::print_receipt(session, &booking.receipt)?;
    if booking.current_state == BookingState::Canceled {
        return Ok(());
    }
    let choices = lang.say(["cancel a ticket", "cancel all tickets"], ["티켓 취소", "전체 취소"]);
    let question = lang.say("What to do? q goes back:", "무엇을 할까요? q: 뒤로");
    match ask::menu(lang, question, &choices)? {
        None => Ok(()),
        Some(0) => cancel_one(session, &booking.receipt).await,
        Some(_) => {
            let tickets = booking.receipt.booking_tickets.iter();
            let tickets = lang.tickets(tickets.filter(|ticket| ticket.seat_status == TicketState::Booked).count());
            let question = lang.say(
                format!("Cancel the whole booking, {tickets}? This cannot be undone."),
                format!("예매 전체({tickets})를 취소할까요? 되돌릴 수 없습니다."),
            );
            cancel(session, id, None, &question).await
        }
    }
}

async fn cancel_one(session: &Session, receipt: &BookingReceipt) -> anyhow::Result<()> {
    let lang = session.lang;
    let valid: Vec<_> =
        receipt.booking_tickets.iter().filter(|ticket| ticket.seat_status == TicketState::Booked).collect();
    ask::list(valid.iter().map(|ticket| seat_place(ticket, lang)));
    let question = lang.say("Which ticket? q goes back:", "어느 티켓? q: 뒤로");
    let Some(chosen) = ask::number(lang, question, valid.len())? else { return Ok(()) };
    let seat = seat_place(valid[chosen], lang);
    let question = lang.say(
        format!("Cancel the ticket for {seat}? This cannot be undone."),
        format!("{seat} 티켓을 취소할까요? 되돌릴 수 없습니다."),
    );
    cancel(session, receipt.booking_id, Some(vec![valid[chosen].ticket_id]), &question).await
}

async fn cancel(
    session: &Session,
    id: BookingId,
    tickets: Option<Vec<ticket_core::domain::TicketId>>,
    question: &str,
) -> anyhow::Result<()> {
    if !ask::is_sure(session.lang, question)? {
        return Ok(());
    }
    let result = with_login(session, async || Ok(session.client.cancel(id, tickets.clone()).await?)).await?;
    list::say_cancelled(session, &result);
    Ok(())
}
