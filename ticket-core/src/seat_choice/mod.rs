//! Which seats are the best that are free.
//!
//! [`choose`] decides by these rules, each of them only among what the ones before it leave equal:
//!
//! 1. One row, side by side, before two rows, one right behind the other; that before seats farther apart.
//! 2. The best grade, where the wish names none. All seats are of one grade.
//! 3. The fewest pieces, a piece being seats side by side; and all of them in one sector.
//! 4. No free seat loses its last free neighbour. Each piece is judged by itself.
//! 5. No odd number of seats is left on both sides of a piece. Two in the exact middle of twenty seats would leave nine on
//!    either side, and a rush of pairs would leave a tenth of the hall unsold; one seat aside, all of it is sold.
//! 6. Nobody sits alone.
//! 7. Nearest the middle of the front of that grade: the least sum of the squared distances.
//!
//! So a buyer who names no grade gets the best one that can seat his party in a row, and a party is not torn apart for
//! the sake of a better grade. Price does not count as a quality: who has a budget names it.
//!
//! Squared distances make it cheap to be exact. Their sums are differences of running totals, so a block costs the same
//! to look at however long it is, and as integers they depend on no order of additions. Blocks are looked at in the
//! order of a lower bound of their cost that depends on the layout only, and the search ends when no block to come can be
//! better (branch and bound).

mod front;
mod hall;
mod one_row;
mod pieces;
mod search;
#[cfg(test)]
mod tests;
mod two_rows;

use crate::domain::SeatWish;
pub use hall::Hall;
use search::Search;

/// The best free seats for a wish, in layout order; the same for the same input. `None` when the wish is for no seat, or
/// cannot be fulfilled.
///
/// `is_free` is asked about indices in layout order. Gaps are not free.
///
/// ```
/// use ticket_core::domain::SeatWish;
/// use ticket_core::seat_choice::{Hall, choose};
/// # use ticket_core::api::Layout;
/// # let layout: Layout = serde_json::from_str(r#"{
/// #     "layoutVersion": 1, "performanceId": 1, "showId": 1, "showName": "The Tempest", "placeName": "Small Hall",
/// #     "date": "2027-03-01", "round": 1, "startTime": "19:30:00", "startsAt": "2027-03-01T10:30:00Z",
/// #     "saleClosesAt": "2027-03-01T10:30:00Z", "currency": "KRW", "maxSeatsPerUser": 4,
/// #     "categories": [{"grade": "R", "price": 90000}],
/// #     "sectors": [{"name": "1F", "rows": [{"row": "A", "ids": [11, 12, 13, 14, 15, 16, 17],
/// #         "numbers": [1, 2, 3, 4, 5, 6, 7], "categories": [0], "x": [1, 2, 3, 4, 5, 6, 7], "y": [1]}]}]
/// # }"#)?;
///
/// // One row of seven seats.
/// let hall = Hall::new(&layout);
/// assert_eq!(choose(&hall, |_| true, &SeatWish::together(3)), Some(vec![2, 3, 4]));
/// // With the first seat sold, the same three would leave the second alone.
/// assert_eq!(choose(&hall, |seat| seat != 0, &SeatWish::together(3)), Some(vec![1, 2, 3]));
/// assert_eq!(choose(&hall, |seat| seat != 3, &SeatWish::together(4)), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn choose(hall: &Hall, is_free: impl Fn(usize) -> bool, wish: &SeatWish) -> Option<Vec<usize>> {
    let search = Search::new(hall, is_free, wish)?;
    let grades = || hall.grades().iter().filter(|grade| wish.grade.is_none_or(|wanted| wanted == grade.grade));
    let mut blocks = grades().find_map(|grade| one_row::best(&search, grade));
    if !wish.together {
        blocks = blocks
            .or_else(|| grades().find_map(|grade| two_rows::best(&search, grade)))
            .or_else(|| grades().find_map(|grade| pieces::best(&search, grade)));
    }
    let mut seats: Vec<usize> = blocks?.into_iter().flatten().collect();
    seats.sort_unstable();
    Some(seats)
}
