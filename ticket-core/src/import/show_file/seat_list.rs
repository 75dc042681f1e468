//! `"1-12 __ VIP:13-24 #"`: what lies along a row.

use std::ops::Range;

use super::tokens::{in_order, tokens};
use crate::domain::Grade;
use crate::domain::limits::SEAT_NUMBER;
use crate::import::label::{SeatLabel, number};

/// Most cells of one row.
const CELLS_MAX: usize = 1_000;

/// One seat width of a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub(super) kind: CellKind,
    /// The grade that the list itself gives it.
    pub(super) grade: Option<Grade>,
    /// The bytes of the list that made it.
    pub(super) part: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum CellKind {
    /// Somebody can sit here.
    Seat(SeatLabel),
    /// Drawn, never sold. It may have the number of the seat that is not there.
    Gap(Option<SeatLabel>),
    /// Nothing there.
    Aisle,
}

/// The cells of a row, in the order of the list, or the part that is wrong and why.
pub(super) fn parse(list: &str) -> Result<Vec<Cell>, (Range<usize>, String)> {
    let mut cells = Vec::new();
    for (part, token) in tokens(list) {
        let fault = |reason: String| (part.clone(), reason);
        let (grade, kinds) = graded(token).map_err(fault)?;
        if cells.len() + kinds.len() > CELLS_MAX {
            return Err(fault(format!("the row is more than {CELLS_MAX} cells long")));
        }
        cells.extend(kinds.into_iter().map(|kind| Cell { kind, grade, part: part.clone() }));
    }
    Ok(cells)
}

/// Continues the numbers of the row's last seat, in its grade; `false` when the row does not end with a seat.
pub(super) fn widen(cells: &mut Vec<Cell>, seats: usize) -> bool {
    let Some(Cell { kind: CellKind::Seat(last), grade, part }) = cells.last().cloned() else { return false };
    let kinds = in_order(last.number, *SEAT_NUMBER.end()).skip(1).take(seats).map(numbered);
    cells.extend(kinds.map(|kind| Cell { kind, grade, part: part.clone() }));
    true
}

fn graded(token: &str) -> Result<(Option<Grade>, Vec<CellKind>), String> {
    match token.split_once(':') {
        None => Ok((None, kinds(token)?)),
        Some((grade, rest)) => Ok((Some(grade.parse().map_err(|error| format!("{error}"))?), kinds(rest)?)),
    }
}

fn kinds(token: &str) -> Result<Vec<CellKind>, String> {
    if !token.is_empty() && token.bytes().all(|b| b == b'_') {
        return Ok(vec![CellKind::Aisle; token.len()]);
    }
    if !token.is_empty() && token.bytes().all(|b| b == b'#') {
        return Ok(vec![CellKind::Gap(None); token.len()]);
    }
    if let Some(seats) = token.strip_prefix('#').and_then(seats) {
        return Ok(seats?.into_iter().map(|seat| CellKind::Gap(Some(seat))).collect());
    }
    seats(token).map(|seats| seats.map(|seats| seats.into_iter().map(CellKind::Seat).collect())).unwrap_or_else(|| {
        Err(format!("{token:?} is no seat; allowed is 7, 7A, 1-12, 12-1, _ for an aisle and # for a gap"))
    })
}

/// `None` when the token has not the form of seats.
fn seats(token: &str) -> Option<Result<Vec<SeatLabel>, String>> {
    let Some((first, last)) = token.split_once('-') else {
        return SeatLabel::parse(token).map(|seat| Ok(vec![seat]));
    };
    let (first, last) = (number(first)?, number(last)?);
    if usize::try_from(first.abs_diff(last)).is_ok_and(|steps| steps >= CELLS_MAX) {
        return Some(Err(format!("{token} are more than {CELLS_MAX} seats")));
    }
    Some(Ok(in_order(first, last).map(SeatLabel::number).collect()))
}

fn numbered(number: u32) -> CellKind {
    CellKind::Seat(SeatLabel::number(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(list: &str) -> String {
        let cell = |cell: Cell| match cell.kind {
            CellKind::Seat(seat) => seat.label,
            CellKind::Gap(None) => "#".to_owned(),
            CellKind::Gap(Some(seat)) => format!("#{}", seat.label),
            CellKind::Aisle => "_".to_owned(),
        };
        parse(list).unwrap().into_iter().map(cell).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn takes_numbers_labels_ranges_aisles_and_gaps() {
        assert_eq!(drawn("1-3 __ 6-4 # 7 7A 7B"), "1 2 3 _ _ 6 5 4 # 7 7A 7B");
        assert_eq!(drawn(""), "");
        assert_eq!(drawn("007"), "7");
        assert_eq!(drawn("#2-3 #12A ##"), "#2 #3 #12A # #");
    }

    #[test]
    fn a_grade_holds_for_its_word_only() {
        let grades: Vec<_> = parse("VIP:1-2 3 R:4").unwrap().into_iter().map(|cell| cell.grade).collect();
        assert_eq!(grades, [Some(Grade::Vip), Some(Grade::Vip), None, Some(Grade::R)]);
    }

    #[test]
    fn widening_continues_the_last_seat() {
        let mut cells = parse("1 _ R:7").unwrap();
        assert!(widen(&mut cells, 2));
        assert_eq!(
            cells[2..],
            parse("1 _ R:7-9").unwrap().iter().map(|c| Cell { part: 4..7, ..c.clone() }).collect::<Vec<_>>()[2..]
        );
        assert!(!widen(&mut parse("1 #").unwrap(), 1));
        assert!(!widen(&mut Vec::new(), 1));
    }

    #[test]
    fn refuses_what_is_no_seat() {
        for bad in ["1-", "-3", "1--3", "A", "-", "1-2-3", "12ABCD", "1_", "100000", "+1", "1.5"] {
            let reason = format!("{bad:?} is no seat; allowed is 7, 7A, 1-12, 12-1, _ for an aisle and # for a gap");
            assert_eq!(parse(bad), Err((0..bad.len(), reason)));
        }
    }

    #[test]
    fn refuses_long_rows_and_unknown_grades() {
        assert_eq!(parse("1-99999"), Err((0..7, "1-99999 are more than 1000 seats".to_owned())));
        assert_eq!(parse("1-600 601-1200"), Err((6..14, "the row is more than 1000 cells long".to_owned())));
        assert_eq!(parse("1 W:2"), Err((2..5, "\"W\" is not a grade; allowed is VIP, R, S, A, B".to_owned())));
    }
}
