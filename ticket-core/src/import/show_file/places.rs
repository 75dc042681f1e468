//! `"0.5..7.5 10.25"`: where the seats of a row are, along one axis.

use std::ops::Range;

use super::tokens::tokens;
use crate::domain::limits::PLAN_MAX;

/// Most places of one row.
const PLACES_MAX: usize = 1_000;

/// How far the two ends of a range may be from whole steps.
const WHOLE: f64 = 0.01;

/// The places in a list, or the part that is wrong and why.
pub(super) fn parse(list: &str) -> Result<Vec<f64>, (Range<usize>, String)> {
    let mut places = Vec::new();
    for (part, token) in tokens(list) {
        let fault = |reason: String| (part.clone(), reason);
        let (first, last) = token.split_once("..").unwrap_or((token, token));
        let (first, last) = (place(first).map_err(fault)?, place(last).map_err(fault)?);
        let steps = (last - first).abs();
        if (steps - steps.round()).abs() > WHOLE {
            return Err(fault(format!("{token} is no range in steps of one")));
        }
        let count = whole(steps.round()) + 1;
        if places.len() + count > PLACES_MAX {
            return Err(fault(format!("the row has more than {PLACES_MAX} places")));
        }
        let step = if first <= last { 1.0 } else { -1.0 };
        places.extend((0..count).map(|index| first + step * size(index)));
    }
    Ok(places)
}

fn place(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|place| (0.0..=PLAN_MAX).contains(place))
        .ok_or_else(|| format!("{text:?} is no place; allowed is 0 to {PLAN_MAX}, and ranges such as 0.5..7.5"))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and not negative")]
fn whole(steps: f64) -> usize {
    steps as usize
}

fn size(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_places_and_ranges() {
        assert_eq!(parse("0.5..2.5 7 3..1").unwrap(), [0.5, 1.5, 2.5, 7.0, 3.0, 2.0, 1.0]);
        assert_eq!(parse("0.1..2.1").unwrap().len(), 3);
        assert!(parse("").unwrap().is_empty());
    }

    #[test]
    fn refuses_what_is_no_place() {
        let allowed = "allowed is 0 to 100000, and ranges such as 0.5..7.5";
        for bad in ["-1", "x", "1e9", "NaN", "inf", ""] {
            let list = format!("1 {bad}..2");
            assert_eq!(parse(&list), Err((2..list.len(), format!("{bad:?} is no place; {allowed}"))));
        }
        assert_eq!(parse("0..1.5"), Err((0..6, "0..1.5 is no range in steps of one".to_owned())));
        assert_eq!(parse("0..1000"), Err((0..7, "the row has more than 1000 places".to_owned())));
    }
}
