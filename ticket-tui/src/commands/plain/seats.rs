//! Seats of a performance: what is free, picking, holding, buying, and waiting for what is taken.

mod wish;

use ticket_core::api::HoldDetails;
use ticket_core::client::ClientError;
use ticket_core::domain::{PerformanceId, SeatId, WaitlistWish};

use self::wish::{Wish, best, read, tell_rows};
use super::ask::{self, End};
use super::login::with_login;
use crate::commands::refusal::with_names;
use crate::commands::session::Session;
use crate::commands::{book, list, output};
use crate::lang::{Language, Say as _};
use crate::seat_map::House;
use crate::view::when;

pub(super) async fn pick(session: &Session, performance: PerformanceId) -> anyhow::Result<()> {
    let lang = session.lang;
    let mut house = list::house(session, performance).await?;
    tell_what_is_left(session, &house);
    tell_how_to_wish(&house, lang);
    let question = lang.say("Which seats? ? for how to say it, q goes back:", "어느 좌석? ?: 입력 방법, q: 뒤로");
    while let Some(text) = ask::line(question)? {
        if text == "?" {
            tell_how_to_wish(&house, lang);
            continue;
        }
        let states = session.client.seat_states(performance).await?;
        house.replace_states(&states);
        let wish = match read(session, &house, &text) {
            Ok(wish) => wish,
            Err(error) => {
                output::note(format_args!("{error:#}"));
                continue;
            }
        };
        let is_done = match wish {
            Wish::Rows { filter, is_free } => {
                tell_rows(session, &mut house, &filter, is_free);
                false
            }
            Wish::Best { count, filter } => match best(session, &mut house, count, &filter) {
                Some(seats) => hold(session, &mut house, seats).await?,
                None => {
                    output::note(lang.say("There are no such seats left.", "그런 좌석이 남아 있지 않습니다."));
                    false
                }
            },
            Wish::Seats(seats) => hold(session, &mut house, seats).await?,
            Wish::Wait(seats) => wait(session, &house, &seats).await?,
        };
        if is_done {
            return Ok(());
        }
    }
    Ok(())
}

fn tell_what_is_left(session: &Session, house: &House) {
    let lang = session.lang;
    for left in house.left() {
        let (grade, price) = (left.category.grade, house.header.currency.format(left.category.price));
        output::note(lang.say(
            format!("{grade}, {price}: {} of {} left", left.free, left.total),
            format!("{grade}, {price}: {}석 중 {}석 남음", left.total, left.free),
        ));
    }
    let sectors = house.sectors().collect::<Vec<_>>().join(", ");
    output::note(lang.say(format!("Sectors: {sectors}"), format!("구역: {sectors}")));
}

/// How to say it, with a seat, a sector and a price that this house has.
fn tell_how_to_wish(house: &House, lang: Language) {
    let seats = house.examples(2);
    let names = seats.iter().map(|seat| house.name(*seat)).collect::<Vec<_>>().join(", ");
    let Some((sector, ..)) = seats.first().and_then(|seat| house.position(*seat)) else { return };
    let category = seats.first().and_then(|seat| house.category(*seat));
    let (grade, price) = category.map_or(("", 0), |category| (category.grade.as_str(), category.price));
    let price: String =
        house.header.currency.format(price).chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let filter = format!("{grade} {sector} <{price}");
    let lines = lang.say(
        [
            format!("{names}: these seats"),
            format!("best 2: the best two; best 2 {filter}: of this grade, sector and price"),
            format!("free {sector}: what is free there, row by row"),
            format!("taken {sector}: what is taken there, row by row"),
            format!("wait {names}: the waitlist, for taken seats"),
        ],
        [
            format!("{names}: 그 좌석"),
            format!("best 2: 추천 2석, best 2 {filter}: 등급, 구역, 가격을 정해서"),
            format!("free {sector}: 그곳의 빈 좌석, 열별로"),
            format!("taken {sector}: 그곳의 나간 좌석, 열별로"),
            format!("wait {names}: 나간 좌석 대기 신청"),
        ],
    );
    lines.into_iter().for_each(output::note);
}

/// Holds seats and asks whether to buy them; says whether that is over. Otherwise one may try others.
async fn hold(session: &Session, house: &mut House, mut seats: Vec<usize>) -> anyhow::Result<bool> {
    loop {
        let held = with_login(session, async || Ok(session.client.hold(ids(house, &seats)).await?)).await;
        let error = match held {
            Ok(hold) => return buy(session, house, &hold).await.map(|()| true),
            Err(error) => error.downcast::<ClientError>()?,
        };
        let refused = error.problem().map(|problem| problem.seat_ids.clone()).unwrap_or_default();
        let lost: Vec<usize> = refused.iter().filter_map(|id| house.find(*id)).collect();
        if lost.is_empty() {
            // It is too early, or too late, or too many: in any case one may try something else.
            output::note(&error);
            return Ok(false);
        }
        house.replace_states(&session.client.seat_states(house.header.performance_id).await?);
        match instead(session, house, &seats, &lost)? {
            Some(others) => seats = others,
            None => return Ok(false),
        }
    }
}

/// Somebody was faster: names what is lost, and asks whether the nearest equal seats would do.
fn instead(session: &Session, house: &House, seats: &[usize], lost: &[usize]) -> ask::Answer<Vec<usize>> {
    let lang = session.lang;
    let names = house.names(lost);
    output::note(lang.say(format!("Too late for {names}."), format!("늦었습니다: {names}")));
    let mut others = seats.to_vec();
    for seat in lost {
        let company: Vec<usize> = others.iter().copied().filter(|other| !lost.contains(other)).collect();
        let Some(equal) = house.nearest_equal(*seat, &others, &company) else { return Ok(None) };
        others.iter_mut().filter(|other| *other == seat).for_each(|other| *other = equal);
    }
    let names = house.names(&others);
    let is_taken =
        ask::is_sure(lang, &lang.say(format!("Take {names} instead?"), format!("대신 {names} 선택할까요?")))?;
    Ok(is_taken.then_some(others))
}

async fn buy(session: &Session, house: &House, hold: &HoldDetails) -> anyhow::Result<()> {
    let lang = session.lang;
    let seats: Vec<usize> = hold.seats.iter().filter_map(|seat| house.find(seat.seat_id)).collect();
    let (names, total) = (house.names(&seats), hold.currency.format(hold.total_price));
    let until = when::instant(hold.expires_at, session.zones().await?, lang);
    output::note(lang.say(
        format!("Held for you until {until}: {names}, {total} in all."),
        format!("{until}까지 잡았습니다: {names}, 합계 {total}"),
    ));
    let answer = ask::is_sure(lang, lang.say("Buy them?", "결제할까요?"));
    if matches!(answer, Ok(true)) {
        let receipt = with_login(session, async || book::order(session, hold).await).await?;
        return list::print_receipt(session, &receipt);
    }
    // Whoever has gone away does not want them either.
    session.client.release_hold(hold.hold_id).await?;
    output::note(lang.say("Nothing was bought; the seats are free again.", "결제하지 않고 좌석을 놓았습니다."));
    answer.map(drop)
}

/// Joins the waitlist; says whether that was done.
async fn wait(session: &Session, house: &House, seats: &[usize]) -> anyhow::Result<bool> {
    let lang = session.lang;
    let most = seats.len().min(WaitlistWish::SEATS_MAX as usize);
    let mut count = 1;
    if most > 1 {
        let question = lang.say(
            format!("How many of these do you want? 1 to {most}; q goes back:"),
            format!("이 가운데 몇 석? 1부터 {most}까지, q: 뒤로"),
        );
        let Some(chosen) = ask::number(lang, &question, most)? else { return Ok(false) };
        count = u32::try_from(chosen + 1)?;
    }
    let joined = with_login(session, async || Ok(session.client.join_waitlist(count, ids(house, seats)).await?)).await;
    match joined {
        Ok(joined) => {
            let id = joined.waiting_booking_id;
            output::note(
                lang.say(
                    format!("You are on the waitlist: entry {id}."),
                    format!("대기를 신청했습니다. 대기 번호 {id}"),
                ),
            );
            Ok(true)
        }
        Err(error) if error.is::<End>() => Err(error),
        Err(error) => {
            match error.downcast::<ClientError>() {
                Ok(error) => output::note(with_names(error, house, lang)),
                Err(error) => output::note(format_args!("{error:#}")),
            }
            Ok(false)
        }
    }
}

fn ids(house: &House, seats: &[usize]) -> Vec<SeatId> {
    seats.iter().filter_map(|seat| house.place(*seat)).map(|place| place.id).collect()
}
