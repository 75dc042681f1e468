//! `"A-H J-N"`, `"1-20"`: the names of rows.

use std::ops::Range;

use super::tokens::{in_order, tokens};

/// Most rows that one list can name.
const ROWS_MAX: usize = 1_000;

/// The names in a list, in its order, or the part that is wrong and why.
pub(super) fn parse(list: &str) -> Result<Vec<String>, (Range<usize>, String)> {
    let mut names = Vec::new();
    for (part, token) in tokens(list) {
        match token.split_once('-') {
            None => names.push(token.to_owned()),
            Some((first, last)) => names.extend(range(first, last).map_err(|reason| (part.clone(), reason))?),
        }
        if names.len() > ROWS_MAX {
            return Err((part, format!("{list:?} are more than {ROWS_MAX} rows")));
        }
    }
    if names.is_empty() { Err((0..list.len(), "must name a row".to_owned())) } else { Ok(names) }
}

fn range(first: &str, last: &str) -> Result<Vec<String>, String> {
    let (bounds, name): (_, fn(u32) -> String) = match (number(first), number(last), letters(first), letters(last)) {
        (Some(first), Some(last), ..) => ((first, last), |number| number.to_string()),
        (.., Some(first), Some(last)) => ((first, last), letters_of),
        _ => {
            let range = format!("{first}-{last}");
            return Err(format!("{range:?} is not a range of rows; allowed is A-F, AA-AF, 1-20"));
        }
    };
    if usize::try_from(bounds.0.abs_diff(bounds.1)).is_ok_and(|steps| steps < ROWS_MAX) {
        Ok(in_order(bounds.0, bounds.1).map(name).collect())
    } else {
        Err(format!("{first}-{last} are more than {ROWS_MAX} rows"))
    }
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
}

/// A = 1, Z = 26, AA = 27, as spreadsheets count columns.
fn letters(text: &str) -> Option<u32> {
    let is_name = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_uppercase());
    is_name.then(|| text.bytes().fold(0, |number, letter| number * 26 + u32::from(letter - b'A') + 1))
}

fn letters_of(mut number: u32) -> String {
    let mut letters = Vec::new();
    while number > 0 {
        number -= 1;
        letters.push(char::from_u32(u32::from(b'A') + number % 26).unwrap_or('?'));
        number /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_and_ranges() {
        assert_eq!(parse("A-C").unwrap(), ["A", "B", "C"]);
        assert_eq!(parse("H J-K 가 101").unwrap(), ["H", "J", "K", "가", "101"]);
        assert_eq!(parse("Y-AB").unwrap(), ["Y", "Z", "AA", "AB"]);
        assert_eq!(parse("3-1").unwrap(), ["3", "2", "1"]);
        assert_eq!(parse("1-1000").unwrap().len(), 1_000);
        assert_eq!(letters_of(letters("ZZZ").unwrap()), "ZZZ");
    }

    #[test]
    fn refuses_what_is_no_range() {
        let not_a_range = |text: &str| format!("{text:?} is not a range of rows; allowed is A-F, AA-AF, 1-20");
        for bad in ["A-6", "A-", "-A", "a-f", "1--3", "+1-3", "A-ZZZZ", "1-99999999999"] {
            assert_eq!(parse(bad), Err((0..bad.len(), not_a_range(bad))));
        }
        assert_eq!(parse(" "), Err((0..1, "must name a row".to_owned())));
        assert_eq!(parse("B 1-1001"), Err((2..8, "1-1001 are more than 1000 rows".to_owned())));
    }
}
