//! A row of seats as the words that describe it.

use std::collections::BTreeMap;

use crate::domain::{Grade, SeatPlan};
use crate::import::geometry::single;
use crate::import::house::name_of;
use crate::import::label::SeatLabel;
use crate::import::tree::{Out, Table};

/// Most seats that are written in one row; a longer one is written in parts.
pub(super) const SEATS_MAX: usize = 500;

/// The entries of a row of at least one seat; `price` is what its seats cost, when it is not what their grade does.
pub(super) fn row(seats: &[SeatPlan], price: Option<i64>) -> Table {
    let grade = usual_grade(seats);
    let mut gaps = 0;
    let words: Vec<Word> = seats.iter().map(|seat| Word::of(seat, grade, &mut gaps)).collect();
    let mut entries = vec![
        ("row".to_owned(), Out::Text(seats[0].position.row.clone())),
        ("seats".to_owned(), Out::Text(joined(&words))),
        ("grade".to_owned(), Out::Text(grade.as_str().to_owned())),
    ];
    let mut push = |name: &str, value| entries.push((name.to_owned(), value));
    if let Some(price) = price {
        push("price", Out::Integer(price));
    }
    push("x", Out::Text(places(&seats.iter().map(|seat| seat.x).collect::<Vec<_>>())));
    push("y", Out::Text(places(&seats.iter().map(|seat| seat.y).collect::<Vec<_>>())));
    if words.iter().any(|word| !word.says_label) {
        push("labels", Out::Texts(seats.iter().map(|seat| seat.position.label.clone()).collect()));
    }
    if seats.iter().any(|seat| seat.guid != name_of(&seat.position)) {
        push("guids", Out::Texts(seats.iter().map(|seat| seat.guid.clone()).collect()));
    }
    entries
}

fn usual_grade(seats: &[SeatPlan]) -> Grade {
    let mut counts: BTreeMap<Grade, usize> = BTreeMap::new();
    for seat in seats {
        *counts.entry(seat.grade).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map_or(Grade::B, |(grade, _)| grade)
}

/// A seat or a gap as a word of a list.
struct Word {
    /// What stands before its number.
    prefix: String,
    label: String,
    /// Its number, when nothing else is printed on it.
    plain: Option<i64>,
    /// Whether the list tells its label.
    says_label: bool,
}

impl Word {
    /// `gaps` counts those without a number, whose labels follow from it.
    fn of(seat: &SeatPlan, usual: Grade, gaps: &mut u32) -> Self {
        let grade = if seat.grade == usual { String::new() } else { format!("{}:", seat.grade) };
        let gap = if seat.is_seat { "" } else { "#" };
        let position = &seat.position;
        let parsed = SeatLabel::parse(&position.label).filter(|label| i64::from(label.number) == position.number);
        let says_label = parsed.is_some_and(|label| label.label == position.label);
        let is_nameless = !seat.is_seat && position.number == 0 && !says_label;
        *gaps += u32::from(is_nameless);
        let says_label = says_label || is_nameless && position.label == format!("#{gaps}");
        let label = match (is_nameless, says_label) {
            (true, _) => String::new(),
            (false, true) => position.label.clone(),
            (false, false) => position.number.to_string(),
        };
        let plain = (!is_nameless && label == position.number.to_string()).then_some(position.number);
        Self { prefix: format!("{grade}{gap}"), label, plain, says_label }
    }

    fn continues(&self, before: &Self, step: i64) -> bool {
        self.prefix == before.prefix
            && self.plain.zip(before.plain).is_some_and(|(number, before)| number == before + step)
    }
}

/// Words with ranges for numbers that follow each other, upwards or downwards.
fn joined(words: &[Word]) -> String {
    let mut list = Vec::new();
    let mut rest = words;
    while let [first, others @ ..] = rest {
        let run = |step| 1 + others.iter().zip(rest).take_while(|(next, before)| next.continues(before, step)).count();
        let length = run(1).max(run(-1));
        let Word { prefix, label, .. } = first;
        match (length, &rest[length - 1].label) {
            (1, _) => list.push(format!("{prefix}{label}")),
            (_, last) => list.push(format!("{prefix}{label}-{last}")),
        }
        rest = &rest[length..];
    }
    list.join(" ")
}

/// Places with ranges for those that are one apart; a place that all have is said once.
fn places(places: &[f32]) -> String {
    if places.iter().all(|place| place.to_bits() == places[0].to_bits()) {
        return decimal(places[0]);
    }
    let mut list = Vec::new();
    let mut rest = places;
    while let [first, ..] = rest {
        let start: f64 = decimal(*first).parse().unwrap_or_default();
        let length =
            rest.iter().zip(0_u16..).take_while(|(place, index)| single(start + f64::from(*index)) == **place).count();
        // The end of a range is told by its steps, and what is not shortest must not be rounded otherwise.
        let last = start + f64::from(u16::try_from(length.saturating_sub(1)).unwrap_or_default());
        match length {
            0 | 1 => list.push(decimal(*first)),
            _ => list.push(format!("{}..{}", decimal(*first), decimal(single(last)))),
        }
        rest = &rest[length.max(1)..];
    }
    list.join(" ")
}

/// The shortest text that reads as this place.
pub(super) fn decimal(place: f32) -> String {
    let shortest = place.to_string();
    let is_exact = shortest.parse().is_ok_and(|read: f64| single(read).to_bits() == place.to_bits());
    if is_exact { shortest } else { f64::from(place).to_string() }
}
