//! What seats are called.

use super::{House, Place, Row};

impl House {
    /// Short name of a seat: `1F C-8`.
    #[must_use]
    pub fn name(&self, seat: usize) -> String {
        let Some((place, row, sector)) = self.whereabouts(seat) else { return String::new() };
        format!("{sector} {}-{}", row.name, place.label)
    }

    /// Short names of seats; a sector is named once for the seats that follow each other in it: `1F C-8, C-9, 2F A-1`.
    #[must_use]
    pub fn names(&self, seats: &[usize]) -> String {
        let mut names = Vec::new();
        let mut last = None;
        for (sector, row, label) in seats.iter().filter_map(|seat| self.position(*seat)) {
            let is_same = last.replace(sector) == Some(sector);
            names.push(if is_same { format!("{row}-{label}") } else { format!("{sector} {row}-{label}") });
        }
        names.join(", ")
    }

    /// The seats that a name with row and chair means, in any case and however it is divided: `1F C-8`, `c/8`. More than one
    /// when it leaves out the sector and several have such a seat.
    #[must_use]
    pub fn called(&self, text: &str) -> Vec<usize> {
        let text = divided(text);
        let all = || (0..self.seat_count()).filter(|seat| self.is_seat(*seat));
        let is_called = |seat: &usize, with_sector: bool| {
            let Some((sector, row, label)) = self.position(*seat) else { return false };
            let before = if with_sector { divided(sector) + "-" } else { String::new() };
            let (row, label) = (divided(row), divided(label));
            // `b12` can be divided, `112` cannot.
            let is_glued = !row.ends_with(|c: char| c.is_ascii_digit()) && text == format!("{before}{row}{label}");
            is_glued || text == format!("{before}{row}-{label}")
        };
        let whole: Vec<usize> = all().filter(|seat| is_called(seat, true)).collect();
        if whole.is_empty() { all().filter(|seat| is_called(seat, false)).collect() } else { whole }
    }

    /// Seats to show with how seats are written here: neighbours, free ones if there are any.
    #[must_use]
    pub fn examples(&self, count: u32) -> Vec<usize> {
        let some = || (0..self.seat_count()).filter(|seat| self.is_seat(*seat)).take(count as usize).collect();
        self.best(count, &[]).map_or_else(some, |(seats, _)| seats)
    }

    /// Sector, row and chair of a seat.
    #[must_use]
    pub fn position(&self, seat: usize) -> Option<(&str, &str, &str)> {
        self.whereabouts(seat).map(|(place, row, sector)| (sector, row.name.as_str(), place.label.as_str()))
    }

    fn whereabouts(&self, seat: usize) -> Option<(&Place, &Row, &str)> {
        let place = self.places.get(seat)?;
        let row = self.rows.get(place.row)?;
        Some((place, row, self.sectors.get(row.sector)?))
    }
}

/// In lower case, with one sign between the parts of a name.
fn divided(name: &str) -> String {
    let parts = name.split([' ', '-', '/', ',']).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[test]
    fn a_seat_must_be_named_with_its_row_to_be_meant() {
        let house = testing::house();
        let called = |text: &str| house.names(&house.called(text));
        for text in ["2F B-12", "2f b-12", "2F/B/12", "2f b12", "2F, B 12"] {
            assert_eq!(called(text), "2F B-12", "{text}");
        }
        assert_eq!(called("b-12"), "1F B-12, 2F B-12, 3F B-12");
        for nothing in ["12", "B", "2F", "2F B", "", "-", "2F Z-1"] {
            assert_eq!(called(nothing), "", "{nothing:?}");
        }
    }

    #[test]
    fn every_seat_is_called_by_its_name_and_no_other() {
        for layout in testing::every_house().into_iter().filter(|layout| layout.seats().count() < 1_000) {
            let house = crate::seat_map::House::new(&layout, &testing::states(&layout));
            for seat in (0..house.seat_count()).filter(|seat| house.is_seat(*seat)) {
                let name = house.name(seat);
                assert!(house.called(&name).iter().all(|same| house.name(*same) == name), "{name}");
                assert!(house.called(&name).contains(&seat), "{name}");
            }
        }
    }
}
