//! Holding, confirming, extending, releasing.

use ticket_core::api::{BookingReceipt, ErrorCode, HoldDetails};
use ticket_core::domain::{HoldId, SeatStatus};

use super::{choose, lost, marks, waitlist};
use crate::effect::Effect;
use crate::event::Failure;
use crate::keys::Command;
use crate::lang::{Language, Say};
use crate::model::{Checkout, Hall, Model, OwnHold, Screen};
use crate::text::countdown;

/// A refused hold is sent again when the sale opens within this time by our clock.
const OPENS_SOON_SECONDS: i64 = 3;

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Buy => confirm(model),
        Command::Extend => extend(model),
        Command::Release => release(model),
        Command::Back => {
            model.return_to(Screen::SeatMap);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Enter on the seat map: holds what is picked, or goes on with the hold there is.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    let is_idle = model.hall.as_ref().is_some_and(|hall| hall.own().next().is_none());
    match (&model.hall, model.offered_at_cursor()) {
        (Some(hall), _) if is_idle && !hall.marked.is_empty() => return marks::join(model),
        (_, Some(entry)) if is_idle => return waitlist::open_at(model, entry),
        _ => {}
    }
    if let Some(refusal) = refusal(model) {
        model.warn(refusal);
        return Vec::new();
    }
    let Some(hall) = &mut model.hall else { return Vec::new() };
    if hall.picked.is_empty() {
        if hall.hold.is_some() {
            model.go_to(Screen::Checkout);
        }
        return Vec::new();
    }
    let seats = choose::ids(hall, &hall.picked);
    hall.checkout = Checkout::Holding(hall.picked.clone());
    hall.offers.clear();
    vec![match &hall.hold {
        Some(hold) => Effect::ChangeHold { hold: hold.id, add: seats, remove: Vec::new() },
        None => Effect::Hold(hall.performance(), seats),
    }]
}

pub(super) fn extend(model: &mut Model) -> Vec<Effect> {
    change(model, Effect::Extend)
}

pub(super) fn release(model: &mut Model) -> Vec<Effect> {
    change(model, Effect::Release)
}

/// The server holds these seats for us.
pub(super) fn held(model: &mut Model, details: &HoldDetails) {
    let lang = model.lang();
    let Some(hall) = hall_of(model, details.hold_id) else { return };
    let before = hall.hold.as_ref().map(|hold| hold.expires_at);
    let was = hall.checkout.clone();
    adopt(hall, details);
    let is_longer = before.is_some_and(|before| before < details.expires_at);
    match was {
        Checkout::Swapping(taken) => {
            let name = hall.house.name(taken);
            model.say(lang.say(format!("{name} is held for you instead."), format!("{name} 좌석으로 바꾸었습니다.")));
        }
        Checkout::Changing if is_longer => {
            let left = countdown(model.seconds_until(details.expires_at));
            model.say(lang.say(format!("The hold is extended to {left}."), format!("연장했습니다. 남은 시간 {left}")));
        }
        Checkout::Changing => {
            model.say(lang.say("This hold cannot be made any longer.", "더 연장할 수 없습니다."));
        }
        Checkout::Dropping(seat) => {
            let (name, left) = (hall.house.name(seat), details.seats.len());
            let (left, seats) = (lang.seats_are(left), lang.seats(left));
            model.say(lang.say(
                format!("{name} is let go; {left} still held for you."),
                format!("{name} 좌석을 놓았습니다. {seats}은 그대로 잡고 있습니다."),
            ));
        }
        Checkout::Holding(_) | Checkout::Idle | Checkout::Confirming => {
            model.go_to(Screen::Checkout);
            model.notice = None;
        }
    }
}

/// What the server holds for us in this performance, asked because we could not be sure. When something was held, bought or let
/// go since, the answer may be older than that, and it is asked again.
pub(super) fn holds(model: &mut Model, holds: &[HoldDetails]) -> Vec<Effect> {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return Vec::new() };
    let known = hall.hold.as_ref().map(|hold| hold.id);
    if known != hall.hold_when_asked {
        return vec![Effect::LoadHolds(hall.performance())];
    }
    let found = holds.iter().find(|h| Some(h.hold_id) == known).or(holds.first());
    let was_holding = matches!(hall.checkout, Checkout::Holding(_));
    match found {
        Some(details) => {
            adopt_found(hall, details);
            if was_holding {
                model.go_to(Screen::Checkout);
                model.say(lang.say("Your hold went through.", "좌석을 잡았습니다."));
            }
        }
        None if known.is_some() && hall.checkout != Checkout::Confirming => {
            gone(model, ("Your hold is over.", "잡은 좌석이 풀렸습니다."));
        }
        None if was_holding => {
            hall.checkout = Checkout::Idle;
            let seats = hall.picked.clone();
            lost::drop_lost(model, &seats);
            model.warn(lang.say(
                "The hold did not go through; nothing is held. It can be tried again.",
                "좌석을 잡지 못했습니다. 다시 시도할 수 있습니다.",
            ));
        }
        None => {}
    }
    Vec::new()
}

pub(super) fn released(model: &mut Model, id: HoldId) {
    let lang = model.lang();
    let Some(hall) = hall_of(model, id) else { return };
    let Some(hold) = hall.hold.take() else { return };
    hall.checkout = Checkout::Idle;
    let seats = lang.seats(hold.seats.len());
    model.say(lang.say(format!("{seats} released."), format!("{seats}을 놓았습니다.")));
}

pub(super) fn booked(model: &mut Model, id: HoldId, receipt: BookingReceipt) {
    if let Some(hall) = hall_of(model, id) {
        // The feed will say so too; by then it is no news that somebody has them.
        let seats = hall.hold.take().map(|hold| hold.seats).unwrap_or_default();
        // Answered again, it is the same booking.
        hall.note_booked(receipt.booking_id, receipt.booking_tickets.len());
        for seat in seats {
            hall.house.set_status(seat, SeatStatus::Booked);
        }
        hall.checkout = Checkout::Idle;
    }
    model.show_bought(receipt);
    model.notice = None;
}

/// The server refused to hold: what is lost leaves the selection, the rest stays.
pub(super) fn hold_refused(model: &mut Model, effect: &Effect, failure: &Failure) -> Vec<Effect> {
    if let Some(again) = soon_again(model, effect, failure) {
        // The clock is looked at once; after that it is only a matter of a moment.
        let look = matches!(effect, Effect::Hold(..)).then_some(Effect::Probe { attempt: 0 });
        return look.into_iter().chain([again]).collect();
    }
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return Vec::new() };
    hall.checkout = Checkout::Idle;
    let seats: Vec<usize> = failure.seats.iter().filter_map(|id| hall.house.find(*id)).collect();
    if failure.is_hold_gone() {
        gone(model, ("Your hold is over.", "잡은 좌석이 풀렸습니다."));
    } else if seats.is_empty() {
        model.warn(failure.message.clone());
    } else {
        let names = lost::drop_refused(hall, &seats);
        let Some(hall) = &model.hall else { return Vec::new() };
        let now = lost::what_now(model, hall);
        model.warn_until_key(lang.say(format!("Too late for {names}. {now}"), format!("늦었습니다: {names}. {now}")));
    }
    Vec::new()
}

/// By our clock the sale is open or about to be, but not by the server's: asks again in a moment.
fn soon_again(model: &Model, effect: &Effect, failure: &Failure) -> Option<Effect> {
    let opens_at = model.hall.as_ref()?.house.header.sale_opens_at?;
    let is_soon = model.server_now().duration_since(opens_at).as_secs().abs() <= OPENS_SOON_SECONDS;
    match effect {
        Effect::Hold(performance, seats) | Effect::HoldSoon(performance, seats)
            if is_soon && failure.code() == Some(ErrorCode::SaleNotOpen) =>
        {
            Some(Effect::HoldSoon(*performance, seats.clone()))
        }
        _ => None,
    }
}

/// A hold that is over by our clock is over, unless its confirmation is on the way.
pub(super) fn expire(model: &mut Model) {
    let is_over = |hall: &Hall| {
        hall.checkout != Checkout::Confirming
            && hall.hold.as_ref().is_some_and(|hold| model.seconds_until(hold.expires_at) == 0)
    };
    if model.hall.as_ref().is_some_and(is_over) {
        gone(model, ("Your hold has run out.", "시간이 지나 잡은 좌석이 풀렸습니다."));
    }
}

/// The hold is over without being bought: its seats are picked again, as far as they are not sold meanwhile.
pub(super) fn gone(model: &mut Model, (english, korean): (&str, &str)) {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return };
    hall.checkout = Checkout::Idle;
    let Some(hold) = hall.hold.take() else { return };
    // What the map shows as held is held by us, as far as it knows yet.
    let is_left = |seat: &usize| matches!(hall.house.status(*seat), SeatStatus::Available | SeatStatus::Held);
    let again: Vec<usize> = hold.seats.into_iter().filter(is_left).collect();
    hall.picked.extend(again);
    let text = format!("{} {}", lang.say(english, korean), lost::what_remains(lang, hall));
    model.warn_until_key(text);
}

fn confirm(model: &mut Model) -> Vec<Effect> {
    let Some(hall) = &mut model.hall else { return Vec::new() };
    match (&hall.hold, &hall.checkout) {
        (Some(hold), Checkout::Idle) => {
            hall.checkout = Checkout::Confirming;
            vec![Effect::Confirm(hold.id)]
        }
        _ => Vec::new(),
    }
}

fn change(model: &mut Model, effect: impl Fn(HoldId) -> Effect) -> Vec<Effect> {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return Vec::new() };
    match (&hall.hold, &hall.checkout) {
        (Some(hold), Checkout::Idle) => {
            hall.checkout = Checkout::Changing;
            vec![effect(hold.id)]
        }
        (None, _) => {
            model.say(lang.say("Nothing is held.", "잡은 좌석이 없습니다."));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Lets one seat of the hold go; its clock goes on. With the last one, the hold ends.
pub(super) fn drop_one(model: &mut Model, seat: usize) -> Vec<Effect> {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return Vec::new() };
    let Some((hold, is_last)) = hall.hold.as_ref().map(|hold| (hold.id, hold.seats == [seat])) else {
        return Vec::new();
    };
    if hall.checkout != Checkout::Idle {
        model.warn(not_answered(lang));
        return Vec::new();
    }
    if is_last {
        return release(model);
    }
    hall.checkout = Checkout::Dropping(seat);
    vec![Effect::ChangeHold { hold, add: Vec::new(), remove: choose::ids(hall, &[seat]) }]
}

fn refusal(model: &Model) -> Option<String> {
    let lang = model.lang();
    let hall = model.hall.as_ref()?;
    if model.opens_in(hall).is_some() {
        return Some(lang.say(
            "The sale is not open yet. What is picked stays picked.".into(),
            "아직 판매 전입니다. 선택한 좌석은 그대로 있습니다.".into(),
        ));
    }
    if model.is_sale_over(hall) {
        return Some(lang.say("The sale is closed.".into(), "판매가 끝났습니다.".into()));
    }
    match hall.checkout {
        Checkout::Idle if hall.picked.is_empty() && hall.hold.is_none() => {
            let key = model.settings.keys.label(Command::Pick);
            Some(lang.say(format!("Pick a seat first: {key}."), format!("먼저 좌석을 선택하세요: {key}")))
        }
        Checkout::Idle => None,
        _ => Some(not_answered(lang).into()),
    }
}

pub(super) fn not_answered(lang: Language) -> &'static str {
    lang.say("One moment, the server has not answered yet.", "서버의 답을 기다리는 중입니다.")
}

fn hall_of(model: &mut Model, id: HoldId) -> Option<&mut Hall> {
    model.hall.as_mut().filter(|hall| hall.performance() == id.performance)
}

fn adopt(hall: &mut Hall, details: &HoldDetails) {
    hall.checkout = Checkout::Idle;
    adopt_found(hall, details);
}

/// Takes over a hold without ending what else is asked, unless that was to hold.
pub(super) fn adopt_found(hall: &mut Hall, details: &HoldDetails) {
    let seats: Vec<usize> = details.seats.iter().filter_map(|s| hall.house.find(s.seat_id)).collect();
    hall.picked.retain(|seat| !seats.contains(seat));
    hall.offers.clear();
    if matches!(hall.checkout, Checkout::Holding(_) | Checkout::Swapping(_) | Checkout::Dropping(_)) {
        hall.checkout = Checkout::Idle;
    }
    hall.hold = Some(OwnHold { id: details.hold_id, seats, expires_at: details.expires_at });
}
