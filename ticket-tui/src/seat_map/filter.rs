//! Which free seats are of interest: `R S 2F <120000`.

use ticket_core::domain::{Currency, Grade};

use super::House;
use crate::keys::latin_text;
use crate::lang::{Language, Say};

/// Grades, sectors and a price. What is not named is not limited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Any of these.
    pub grades: Vec<Grade>,
    /// Any of these, by their index in the house.
    pub sectors: Vec<usize>,
    /// What a seat may cost at most, in minor units.
    pub price_max: Option<i64>,
}

/// What stands before a price.
const AT_MOST: [&str; 3] = ["<=", "<", "≤"];

impl Filter {
    /// Whether it lets every seat through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Reads grades and sectors in any case and order, and a price in major units behind `<`; commas and blanks between.
    ///
    /// # Errors
    ///
    /// Names the word that is none of these, and what the house has.
    pub fn parse(text: &str, house: &House, lang: Language) -> Result<Self, String> {
        // Whoever types while a Korean input method is on means the keys.
        Self::read(text, house, lang).or_else(|error| Self::read(&latin_text(text), house, lang).map_err(|_| error))
    }

    fn read(text: &str, house: &House, lang: Language) -> Result<Self, String> {
        let mut filter = Self::default();
        // Sectors may have blanks in their names, so the longest word that is known counts.
        let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
        let mut rest = words.as_slice();
        while let Some(word) = rest.first() {
            if let Some(price) = AT_MOST.iter().find_map(|sign| word.strip_prefix(sign)) {
                let price = minor_units(price, house.header.currency);
                filter.price_max = Some(price.ok_or_else(|| unknown(word, house, lang))?);
                rest = &rest[1..];
            } else if let Some((sector, used)) = sector(rest, house) {
                filter.sectors.push(sector);
                rest = &rest[used..];
            } else {
                filter.grades.push(word.parse().map_err(|_| unknown(word, house, lang))?);
                rest = &rest[1..];
            }
        }
        Ok(filter)
    }

    /// Whether a seat of this grade, price and sector is let through.
    #[must_use]
    pub fn allows(&self, grade: Grade, price: i64, sector: usize) -> bool {
        (self.grades.is_empty() || self.grades.contains(&grade))
            && (self.sectors.is_empty() || self.sectors.contains(&sector))
            && self.price_max.is_none_or(|max| price <= max)
    }
}

/// The sector that the most of the next words name, and how many they are.
fn sector(words: &[&str], house: &House) -> Option<(usize, usize)> {
    (1..=words.len()).rev().find_map(|used| {
        let name = words[..used].join(" ").to_lowercase();
        house.sectors().position(|sector| sector.to_lowercase() == name).map(|sector| (sector, used))
    })
}

/// `120000`, `120k` and `1700.50` as minor units.
#[must_use]
pub fn minor_units(text: &str, currency: Currency) -> Option<i64> {
    let (number, times) = match text.strip_suffix(['k', 'K']) {
        Some(number) => (number, 1_000),
        None => (text, 1),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let digits = currency.minor_digits();
    if part.len() > digits || !part.bytes().chain(whole.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    format!("{whole}{part:0<digits$}").parse::<i64>().ok()?.checked_mul(times)
}

fn unknown(word: &str, house: &House, lang: Language) -> String {
    let mut grades: Vec<Grade> = house.left().iter().map(|left| left.category.grade).collect();
    grades.sort_unstable();
    grades.dedup();
    let grades: Vec<&str> = grades.iter().map(|grade| grade.as_str()).collect();
    let sectors: Vec<&str> = house.sectors().take(4).collect();
    let more = if house.sectors().count() > 4 { " …" } else { "" };
    let (grades, sectors) = (grades.join(" "), sectors.join(", "));
    lang.say(
        format!("{word:?} is not known; grades {grades}, sectors {sectors}{more}, a price <120000"),
        format!("{word:?}: 없는 조건입니다. 등급 {grades}, 구역 {sectors}{more}, 가격 <120000"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn parse(text: &str) -> Result<Filter, String> {
        Filter::parse(text, &testing::house(), Language::English)
    }

    #[test]
    fn grades_sectors_and_a_price_in_any_order() {
        let expected = Filter { grades: vec![Grade::R, Grade::Vip], sectors: vec![1], price_max: Some(120_000) };
        assert_eq!(parse("r 2f,vip <120000").unwrap(), expected);
        assert_eq!(parse("<=120k 2F R VIP").unwrap(), expected);
        assert!(parse("  ").unwrap().is_empty());
    }

    #[test]
    fn what_is_typed_with_a_korean_input_method_is_what_the_keys_say() {
        assert_eq!(parse("ㄱ 퍄ㅔ 2ㄹ").unwrap(), parse("r vip 2f").unwrap());
        assert_eq!(parse("ㅋ").unwrap_err().split(' ').next(), Some("\"ㅋ\""));
    }

    #[test]
    fn what_is_not_known_is_named_with_what_is() {
        assert_eq!(
            parse("r xx").unwrap_err(),
            "\"xx\" is not known; grades VIP R S A, sectors 1F, 2F, 3F, a price <120000"
        );
        assert!(parse("<a").unwrap_err().starts_with("\"<a\""));
        assert!(parse("<1.5").is_err(), "the won has no hundredths");
        assert_eq!(minor_units("12.5", "USD".parse().unwrap()), Some(1_250));
    }
}
