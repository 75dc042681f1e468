//! Seats that are chosen for the user: the best ones, and one instead of another.

use ticket_core::domain::SeatWish;
use ticket_core::seat_choice;

use super::House;
use super::level::Level;
use super::place::Cell;

impl House {
    /// The best free seats that pass the filter, none of `without`, by the rules of the server
    /// ([`ticket_core::seat_choice`]): side by side, and only if there are none, apart. `false` says that they are apart.
    #[must_use]
    pub fn best(&self, count: u32, without: &[usize]) -> Option<(Vec<usize>, bool)> {
        self.best_of(count, |seat| self.is_free(seat) && self.is_wanted(seat) && !without.contains(&seat))
    }

    /// The best of the seats that are meant, by the same rules.
    #[must_use]
    pub fn best_of(&self, count: u32, is_meant: impl Fn(usize) -> bool) -> Option<(Vec<usize>, bool)> {
        let together = SeatWish::together(count);
        let apart = SeatWish { together: false, ..together.clone() };
        let beside = seat_choice::choose(&self.choice, &is_meant, &together).map(|seats| (seats, true));
        beside.or_else(|| seat_choice::choose(&self.choice, &is_meant, &apart).map(|seats| (seats, false)))
    }

    /// The free seat of the same grade and price that is nearest to a seat, none of `without`. The row counts double, as
    /// one rather sits a seat further than a row behind; of two that are as near, the one nearer to a seat of `company`.
    #[must_use]
    pub fn nearest_equal(&self, seat: usize, without: &[usize], company: &[usize]) -> Option<usize> {
        let category = self.place(seat)?.category;
        let from = self.grid.cell(seat);
        let is_equal = |other: &usize| {
            self.is_free(*other)
                && !without.contains(other)
                && self.place(*other).is_some_and(|place| place.category == category)
        };
        (0..self.seat_count()).filter(is_equal).min_by_key(|other| {
            let at = self.grid.cell(*other);
            let to_company = company.iter().map(|seat| distance(at, self.grid.cell(*seat))).min();
            (distance(at, from), to_company)
        })
    }

    /// The seat that is drawn in a cell of a level, or nearest to it within `reach` cells.
    #[must_use]
    pub fn seat_near(&self, level: &Level, at: Cell, reach: u16) -> Option<usize> {
        let rows = at.y.saturating_sub(reach)..=at.y.saturating_add(reach).min(level.height);
        let cells = rows.flat_map(|y| {
            let columns = at.x.saturating_sub(reach)..=at.x.saturating_add(reach).min(level.width);
            columns.map(move |x| Cell { x, y })
        });
        let seats = cells.filter(|cell| level.block(cell.x, cell.y).total > 0);
        let nearest = seats.min_by_key(|cell| distance(*cell, at))?;
        usize::try_from(level.block(nearest.x, nearest.y).seat).ok()
    }
}

/// Squared, in cells of a level; a row is as far as two seats.
fn distance(one: Cell, other: Cell) -> u32 {
    u32::from(one.x.abs_diff(other.x)).pow(2) + 4 * u32::from(one.y.abs_diff(other.y)).pow(2)
}

#[cfg(test)]
mod tests {
    use ticket_core::domain::{Grade, SeatStatus};

    use super::*;
    use crate::seat_map::Filter;
    use crate::testing;

    #[test]
    fn the_best_pass_the_filter_and_the_next_best_follow() {
        let mut house = testing::house();
        let (first, beside) = house.best(2, &[]).unwrap();
        assert!(beside && house.category(first[0]).unwrap().grade == Grade::Vip);
        let (second, _) = house.best(2, &first).unwrap();
        assert!(first.iter().all(|seat| !second.contains(seat)));
        house.set_filter(&Filter { sectors: vec![1], ..Filter::default() });
        let (upstairs, _) = house.best(2, &[]).unwrap();
        assert!(house.name(upstairs[0]).starts_with("2F"));
        house.set_filter(&Filter { price_max: Some(1), ..Filter::default() });
        assert_eq!((house.best(1, &[]), house.wanted_count()), (None, 0));
    }

    #[test]
    fn a_filter_counts_in_the_blocks_and_is_taken_away_again() {
        let mut house = testing::house();
        let last = usize::MAX;
        let free = |house: &House| -> usize {
            let level = house.grid.level(last);
            let cells = (0..level.width).flat_map(|x| (0..level.height).map(move |y| (x, y)));
            cells.map(|(x, y)| usize::from(level.block(x, y).free)).sum()
        };
        let all = free(&house);
        house.set_filter(&Filter { grades: vec![Grade::Vip], ..Filter::default() });
        assert_eq!(free(&house), house.wanted_count());
        assert!(free(&house) < all);
        house.set_status(0, SeatStatus::Booked);
        house.set_filter(&Filter::default());
        assert_eq!(free(&house), all - 1);
    }

    #[test]
    fn instead_of_a_seat_the_nearest_of_its_price() {
        let house = testing::house();
        let seat = house.named("1F A-18", 0).unwrap();
        assert_eq!(house.nearest_equal(seat, &[seat], &[]).map(|s| house.name(s)).as_deref(), Some("1F A-17"));
        let without = [seat, seat - 1, seat + 1];
        let next = house.nearest_equal(seat, &without, &[]).unwrap();
        assert_eq!(house.category(next), house.category(seat));
        assert!(!without.contains(&next));
        let with = |company: &str| {
            let company = [house.named(company, 0).unwrap()];
            house.nearest_equal(seat, &[seat, company[0]], &company).map(|seat| house.name(seat))
        };
        assert_eq!((with("1F A-16").as_deref(), with("1F A-20").as_deref()), (Some("1F A-17"), Some("1F A-19")));
    }

    #[test]
    fn a_click_beside_a_seat_means_the_seat() {
        let house = testing::house();
        let level = house.grid.level(0);
        let cell = house.grid.cell(5);
        assert_eq!(house.seat_near(level, cell, 0), Some(5));
        assert_eq!(house.seat_near(level, Cell { x: cell.x, y: cell.y - 1 }, 1), Some(5));
        assert_eq!(house.seat_near(level, Cell { x: u16::MAX, y: u16::MAX }, 1), None);
    }
}
