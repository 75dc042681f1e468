//! Seats by what they are called: `B-12`, `2F A-3`, `B`, `12`, `2F`.

use super::House;
use crate::keys::latin_text;

impl House {
    /// The seat that a text names, in any case; what it leaves out is as at the seat `from`. Without a number it is the first
    /// free seat of the row or sector, else its first.
    ///
    /// What the screen says is understood as well (`1F · row C · no. 8`, `C열 8번`), and what is typed while a Korean input
    /// method is on.
    #[must_use]
    pub fn named(&self, text: &str, from: usize) -> Option<usize> {
        let text = text.trim().to_lowercase();
        let named = |text: &str| self.named_exactly(text, from);
        named(&text).or_else(|| named(&without_words(&text))).or_else(|| named(&latin_text(&text).to_lowercase()))
    }

    fn named_exactly(&self, text: &str, from: usize) -> Option<usize> {
        let here = self.position(from).map(|(sector, row, _)| (sector.to_lowercase(), row.to_lowercase()))?;
        // Sector and row may be written with anything in them, so every way to divide the text is tried.
        let (sector, rest) = self.sector_and_rest(text).unwrap_or((None, text));
        let rest = rest.trim_start_matches([' ', '-', '/', ',']);
        if rest.is_empty() {
            return self.first_free(self.seats_of(sector?, None));
        }
        let (row, number) = divide(rest);
        let in_sector = |sector: &str| {
            let mut seats = self.seats_of(sector, Some(row.unwrap_or(&here.1)));
            seats.find(|seat| {
                self.is_seat(*seat) && self.place(*seat).is_some_and(|place| is_same(&place.label, number))
            })
        };
        let anywhere = |sector: &str| in_sector(sector).or_else(|| self.first_free(self.seats_of(sector, Some(rest))));
        match sector {
            Some(sector) => anywhere(sector),
            None => anywhere(&here.0).or_else(|| self.sectors().find_map(|name| anywhere(&name.to_lowercase()))),
        }
    }

    /// The longest sector name that the text begins with.
    fn sector_and_rest<'a>(&self, text: &'a str) -> Option<(Option<&'a str>, &'a str)> {
        let ends = |name: &str| {
            let rest = text.strip_prefix(name)?;
            (rest.is_empty() || rest.starts_with([' ', '-', '/', ','])).then_some((&text[..name.len()], rest))
        };
        let longest =
            self.sectors().map(str::to_lowercase).filter_map(|name| ends(&name)).max_by_key(|(name, _)| name.len());
        longest.map(|(name, rest)| (Some(name), rest))
    }

    /// The first of these seats that is free, else the first.
    fn first_free(&self, mut seats: impl Iterator<Item = usize> + Clone) -> Option<usize> {
        seats.clone().find(|seat| self.is_free(*seat)).or_else(|| seats.find(|seat| self.is_seat(*seat)))
    }
}

/// Whether a name is the other one, which is in lower case.
pub(super) fn is_same(name: &str, lower: &str) -> bool {
    name.chars().flat_map(char::to_lowercase).eq(lower.chars())
}

/// What is left of a name as the screen says it, when the words for row and number are taken out.
fn without_words(text: &str) -> String {
    let words = text.split([' ', '·', '열', '번']).filter(|word| !matches!(*word, "" | "row" | "no."));
    words.collect::<Vec<_>>().join(" ")
}

/// Row and number: `b-12`, `b 12`, `b12`; a number alone has no row.
fn divide(text: &str) -> (Option<&str>, &str) {
    if let Some((row, number)) = text.rsplit_once(['-', ' ', '/', ',']) {
        return (Some(row.trim_end()), number);
    }
    match text.find(|c: char| c.is_ascii_digit()) {
        Some(at) if at > 0 => (Some(&text[..at]), &text[at..]),
        _ => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[test]
    fn a_seat_is_found_by_what_it_is_called() {
        let house = testing::house();
        let name = |text: &str| house.named(text, 0).map(|seat| house.name(seat));
        for (text, expected) in [
            ("B-12", "1F B-12"),
            ("b12", "1F B-12"),
            ("b 12", "1F B-12"),
            ("2f b-12", "2F B-12"),
            ("2F/B/12", "2F B-12"),
            ("12", "1F A-12"),
            ("c", "1F C-1"),
            ("2f", "2F A-1"),
            ("2f b", "2F B-1"),
            ("2F · row B · no. 12", "2F B-12"),
            ("2F B열 12번", "2F B-12"),
            ("b열12번", "1F B-12"),
            ("row c", "1F C-1"),
            ("ㅠ-12", "1F B-12"),
            ("2ㄹ ㅠ 12", "2F B-12"),
        ] {
            assert_eq!(name(text).as_deref(), Some(expected), "{text}");
        }
        for nothing in ["", "z", "B-99", "9F", "B-", "row", "열", "ㅋ-1"] {
            assert_eq!(name(nothing), None, "{nothing:?}");
        }
        let upstairs = house.named("2f a-1", 0).unwrap();
        assert_eq!(
            house.name(house.named("b-3", upstairs).unwrap()),
            "2F B-3",
            "the sector that one is in comes first"
        );
    }

    #[test]
    fn every_seat_of_every_house_can_be_jumped_to() {
        for layout in testing::every_house().into_iter().filter(|layout| layout.seats().count() < 2_000) {
            let house = crate::seat_map::House::new(&layout, &testing::states(&layout));
            for seat in (0..house.seat_count()).filter(|seat| house.is_seat(*seat)) {
                let (sector, row, label) = house.position(seat).unwrap();
                let found = house.named(&format!("{sector} {row}-{label}"), 0);
                assert_eq!(found.map(|found| house.name(found)), Some(house.name(seat)));
            }
        }
    }
}
