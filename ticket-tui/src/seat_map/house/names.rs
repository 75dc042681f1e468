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
