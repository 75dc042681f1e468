//! The picker as a conversation: questions and answers line by line, nothing drawn, nothing that moves. Questions go to
//! standard error, the tickets to standard output.

use ticket_core::api::{AvailableDate, HoldDetails, ShowSummary};
use ticket_core::domain::SeatId;

use super::session::{Session, ask, ask_secret};
use super::{book, list, login, output};
use crate::lang::{Language, Say as _};
use crate::perform::all_shows;
use crate::seat_map::{Filter, House};
use crate::view::when;

/// What was answered, or that nothing more is.
type Answer<T> = anyhow::Result<Option<T>>;

pub(super) async fn pick(session: &Session) -> anyhow::Result<()> {
    log_in(session).await?;
    let Some(show) = choose_show(session).await? else { return Ok(()) };
    let Some(performance) = choose_performance(session, &show).await? else { return Ok(()) };
    let mut house = list::house(session, performance.performance_id).await?;
    tell_what_is_left(session, &house);
    loop {
        let Some(seats) = choose_seats(session, &mut house)? else { return Ok(()) };
        match session.client.hold(seats).await {
            Ok(hold) => return buy(session, &house, &hold).await,
            Err(error) if error.problem().is_some() => {
                // Somebody was faster, or it is too early: in any case one may try others.
                output::note(error);
                house = list::house(session, performance.performance_id).await?;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

async fn log_in(session: &Session) -> anyhow::Result<()> {
    if session.client.tokens().is_some() && session.client.me().await.is_ok() {
        return Ok(());
    }
    let lang = session.lang;
    let email = ask(lang.say("Email:", "이메일:"))?.unwrap_or_default();
    let password = ask_secret(lang.say("Password:", "비밀번호:"))?.unwrap_or_default();
    login::log_in(session, email, password).await
}

async fn choose_show(session: &Session) -> Answer<ShowSummary> {
    let lang = session.lang;
    let shows = all_shows(&session.client, None, None).await?;
    for (i, show) in shows.iter().enumerate() {
        let dates = when::span(show.show_start_date, show.show_end_date, lang);
        output::note(format_args!("{}. {}, {}, {dates}", i + 1, show.show_name, show.place_name));
    }
    let question = lang.say("Which show? Its number, or q to quit:", "어느 공연? 번호, 끝내려면 q:");
    Ok(choose(lang, question, shows.len())?.and_then(|i| shows.into_iter().nth(i)))
}

async fn choose_performance(session: &Session, show: &ShowSummary) -> Answer<AvailableDate> {
    let lang = session.lang;
    let dates = session.client.available(show.show_id).await?.available_dates;
    for (i, date) in dates.iter().enumerate() {
        let at = when::round(date.show_date, date.start_time, date.round, lang);
        let left = lang.say(format!("{} seats left", date.left_seats), format!("{}석 남음", date.left_seats));
        output::note(format_args!("{}. {at}, {left}", i + 1));
    }
    let question = lang.say("Which performance? Its number, or q to quit:", "어느 회차? 번호, 끝내려면 q:");
    Ok(choose(lang, question, dates.len())?.and_then(|i| dates.into_iter().nth(i)))
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

/// Seats by their names, or the best.
fn choose_seats(session: &Session, house: &mut House) -> Answer<Vec<SeatId>> {
    let lang = session.lang;
    let question = lang.say(
        "Which seats? Names as in 2F B-12, 2F B-13; or best 2, best 2 R S 2F <120000; or q to quit:",
        "어느 좌석? 예: 2F B-12, 2F B-13 또는 best 2, best 2 R S 2F <120000, 끝내려면 q:",
    );
    while let Some(text) = asked(question)? {
        match read_wish(session, house, &text) {
            Ok(seats) => return Ok(Some(seats)),
            Err(error) => output::note(format_args!("{error:#}")),
        }
    }
    Ok(None)
}

fn read_wish(session: &Session, house: &mut House, text: &str) -> anyhow::Result<Vec<SeatId>> {
    let Some(wish) = text.strip_prefix("best").filter(|rest| rest.is_empty() || rest.starts_with(' ')) else {
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        return book::named(session, house, &names);
    };
    let lang = session.lang;
    let wish = wish.trim();
    let (count, filter) = match wish.split_once(' ').unwrap_or((wish, "")) {
        ("", _) => (1, ""),
        (first, rest) => first.parse().map_or((1, wish), |count| (count, rest)),
    };
    house.set_filter(&Filter::parse(filter, house, lang).map_err(anyhow::Error::msg)?);
    let found = house.best(count, &[]);
    house.set_filter(&Filter::default());
    let (seats, are_beside) = found.ok_or_else(|| {
        anyhow::Error::msg(
            lang.say("there are no such seats left".to_owned(), "그런 좌석이 남아 있지 않습니다".to_owned()),
        )
    })?;
    if !are_beside {
        output::note(lang.say("These are not all side by side.", "나란히 붙은 좌석이 아닙니다."));
    }
    Ok(seats.iter().filter_map(|seat| house.place(*seat)).map(|place| place.id).collect())
}

async fn buy(session: &Session, house: &House, hold: &HoldDetails) -> anyhow::Result<()> {
    let lang = session.lang;
    let seats: Vec<usize> = hold.seats.iter().filter_map(|seat| house.find(seat.seat_id)).collect();
    let (names, total) = (house.names(&seats), hold.currency.format(hold.total_price));
    let until = when::instant(hold.expires_at, &session.zone, lang);
    output::note(lang.say(
        format!("Held for you until {until}: {names}, {total} in all."),
        format!("{until}까지 잡았습니다: {names}, 합계 {total}"),
    ));
    let question = lang.say("Buy them? (y/n)", "결제할까요? (y/n)");
    if asked(question)?.as_deref() == Some("y") {
        return list::print_receipt(session, &book::order(session, hold).await?);
    }
    session.client.release_hold(hold.hold_id).await?;
    output::note(lang.say("Nothing was bought; the seats are free again.", "결제하지 않고 좌석을 놓았습니다."));
    Ok(())
}

/// One of so many; asks again until it is.
fn choose(lang: Language, question: &str, count: usize) -> Answer<usize> {
    while let Some(text) = asked(question)? {
        match text.parse::<usize>() {
            Ok(number) if (1..=count).contains(&number) => return Ok(Some(number - 1)),
            _ => {
                let english = format!("{text:?} is none of 1 to {count}.");
                output::note(lang.say(english, format!("{text:?}: 1부터 {count}까지 입력하세요.")));
            }
        }
    }
    Ok(None)
}

/// The answer, unless it is that one wants to quit.
fn asked(question: &str) -> Answer<String> {
    Ok(ask(question)?.filter(|answer| answer != "q"))
}
