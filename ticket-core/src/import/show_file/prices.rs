use std::collections::BTreeMap;

use toml::Spanned;

use super::error::Fault;
use super::values::{out_of_range, parsed};
use crate::domain::Grade;

/// Highest price, in minor units.
const PRICE_MAX: i64 = 1_000_000_000_000;

/// What a seat of each grade costs, in minor units.
#[derive(Debug)]
pub(super) struct Prices(BTreeMap<Grade, i64>);

impl Prices {
    pub(super) fn new(table: &BTreeMap<Spanned<String>, Spanned<i64>>) -> Result<Self, Fault> {
        let mut prices = BTreeMap::new();
        for (grade, price) in table {
            if !(0..=PRICE_MAX).contains(price.get_ref()) {
                return Err(out_of_range(price, 0, PRICE_MAX));
            }
            let parsed_grade = parsed(grade)?;
            if prices.insert(parsed_grade, *price.get_ref()).is_some() {
                return Err(Fault::new(grade.span(), format!("{parsed_grade} has a price already")));
            }
        }
        Ok(Self(prices))
    }

    /// The price of a grade.
    ///
    /// # Errors
    ///
    /// What to say where the grade is used, when it has no price.
    pub(super) fn of(&self, grade: Grade) -> Result<i64, String> {
        self.0.get(&grade).copied().ok_or_else(|| format!("grade {grade} has no price; add it to [prices]"))
    }
}
