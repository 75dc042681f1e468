use crate::domain::limits::SEAT_NUMBER;

/// The number of a seat, and what is printed on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SeatLabel {
    pub(super) number: u32,
    pub(super) label: String,
}

impl SeatLabel {
    /// A seat on which just its number is printed.
    pub(super) fn number(number: u32) -> Self {
        Self { number, label: number.to_string() }
    }

    /// A number, with letters behind it when the chair says so: `12A`.
    pub(super) fn parse(word: &str) -> Option<Self> {
        let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let (digits, letters) = word.split_at(digits);
        let is_label = letters.chars().count() <= 3 && letters.chars().all(char::is_alphabetic);
        let number = number(digits).filter(|_| is_label)?;
        Some(Self { number, label: format!("{number}{letters}") })
    }
}

/// The number of a seat.
pub(super) fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| SEAT_NUMBER.contains(number) && text.bytes().all(|b| b.is_ascii_digit()))
}
