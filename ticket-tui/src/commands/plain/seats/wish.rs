//! What a line about seats means.

use ticket_core::domain::SeatStatus;

use crate::commands::exit::Exit;
use crate::commands::session::Session;
use crate::commands::{book, output};
use crate::lang::{Language, Say as _};
use crate::seat_map::{Filter, House};

/// What is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// These seats.
    Seats(Vec<usize>),
    /// So many of the best that pass.
    Best { count: u32, filter: Filter },
    /// To hear what is free, or taken.
    Rows { filter: Filter, is_free: bool },
    /// To wait for these.
    Wait(Vec<usize>),
}

/// Reads a line.
pub(super) fn read(session: &Session, house: &House, text: &str) -> anyhow::Result<Wish> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim();
    let filter = |text: &str| Filter::parse(text, house, session.lang).map_err(anyhow::Error::msg);
    match word {
        _ if text.chars().all(|c| c.is_ascii_digit()) => Err(which_row(session, house, text)),
        "best" => {
            let (first, others) = rest.split_once(' ').unwrap_or((rest, ""));
            let (count, rest) = first.parse().map_or((1, rest), |count| (count, others));
            Ok(Wish::Best { count, filter: filter(rest)? })
        }
        "free" => Ok(Wish::Rows { filter: filter(rest)?, is_free: true }),
        "taken" => Ok(Wish::Rows { filter: filter(rest)?, is_free: false }),
        "wait" => Ok(Wish::Wait(named(session, house, rest)?)),
        _ => Ok(Wish::Seats(named(session, house, text)?)),
    }
}

/// A number alone is what other questions are answered with, so it is not taken for a seat.
fn which_row(session: &Session, house: &House, number: &str) -> anyhow::Error {
    let example = house.examples(1).first().map(|seat| house.name(*seat)).unwrap_or_default();
    session.reason(
        Exit::Usage,
        format!("{number} alone is no seat; with its row, a seat is written as {example}"),
        format!("{number}만으로는 좌석을 알 수 없습니다. 예: {example}"),
    )
}

fn named(session: &Session, house: &House, text: &str) -> anyhow::Result<Vec<usize>> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    let ids = book::named(session, house, &names)?;
    Ok(ids.into_iter().filter_map(|id| house.find(id)).collect())
}

/// The best seats that pass, and a word when they are apart.
pub(super) fn best(session: &Session, house: &mut House, count: u32, filter: &Filter) -> Option<Vec<usize>> {
    house.set_filter(filter);
    let found = house.best(count, &[]);
    house.set_filter(&Filter::default());
    let (seats, are_beside) = found?;
    if !are_beside {
        output::note(session.lang.say("These are not all side by side.", "나란히 붙은 좌석이 아닙니다."));
    }
    Some(seats)
}

/// Tells the seats that pass, a line for each row that has any: free ones, or those that one could wait for.
pub(super) fn tell_rows(session: &Session, house: &mut House, filter: &Filter, is_free: bool) {
    let lang = session.lang;
    house.set_filter(filter);
    let is_told = |seat: &usize| match house.status(*seat) {
        SeatStatus::Available => is_free,
        SeatStatus::Booked | SeatStatus::Held | SeatStatus::Canceled | SeatStatus::Offered => !is_free,
        SeatStatus::Blocked | SeatStatus::Gap => false,
    };
    let mut rows: Vec<(String, Vec<&str>)> = Vec::new();
    for seat in (0..house.seat_count()).filter(is_told).filter(|seat| house.is_wanted(*seat)) {
        let (Some((sector, row, label)), Some(category)) = (house.position(seat), house.category(seat)) else {
            continue;
        };
        let price = house.header.currency.format(category.price);
        let row = lang.say(format!("row {row}"), format!("{row}열"));
        let name = format!("{sector} {row}, {} {price}", category.grade);
        match rows.last_mut().filter(|(last, _)| *last == name) {
            Some((_, labels)) => labels.push(label),
            None => rows.push((name, vec![label])),
        }
    }
    for (name, labels) in &rows {
        output::note(format_args!("{name}: {}", stretches(labels, lang)));
    }
    if rows.is_empty() {
        output::note(lang.say("There are no such seats.", "그런 좌석이 없습니다."));
    }
    house.set_filter(&Filter::default());
}

/// `1 to 4, 7, 9`: three numbers and more that follow one another are told as a stretch.
fn stretches(labels: &[&str], lang: Language) -> String {
    let follows = |pair: &[&str]| match (pair[0].parse::<u64>(), pair[1].parse::<u64>()) {
        (Ok(one), Ok(next)) => one.checked_add(1) == Some(next),
        _ => false,
    };
    let mut told = Vec::new();
    let mut rest = labels;
    while let Some(first) = rest.first() {
        let long = 1 + rest.windows(2).take_while(|pair| follows(pair)).count();
        let (stretch, after) = rest.split_at(if long > 2 { long } else { 1 });
        told.push(match stretch {
            [_, .., last] => lang.say(format!("{first} to {last}"), format!("{first}~{last}")),
            _ => (*first).to_owned(),
        });
        rest = after;
    }
    told.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_stretches_are_told_by_their_ends() {
        assert_eq!(stretches(&["1", "2", "3", "5", "6", "8"], Language::English), "1 to 3, 5, 6, 8");
        assert_eq!(stretches(&["7", "8", "9", "9B", "10"], Language::Korean), "7~9, 9B, 10");
        assert_eq!(stretches(&[], Language::English), "");
    }
}
