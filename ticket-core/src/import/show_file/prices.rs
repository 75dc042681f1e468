use std::collections::BTreeMap;

use serde_spanned::Spanned;

use super::values::parsed;
use crate::domain::{Grade, limits};
use crate::import::error::Fault;

/// What a seat of each grade costs, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Prices(BTreeMap<Grade, i64>);

impl Prices {
    pub(super) fn new(table: &BTreeMap<Spanned<String>, Spanned<i64>>) -> Result<Self, Fault> {
        let mut prices = BTreeMap::new();
        for (grade, price) in table {
            let price = checked(price)?;
            let parsed_grade = parsed(grade)?;
            if prices.insert(parsed_grade, price).is_some() {
                return Err(Fault::new(grade.span(), format!("{parsed_grade} has a price already")));
            }
        }
        Ok(Self(prices))
    }

    /// These prices, but for grades that have another one here.
    pub(super) fn with(&self, table: &BTreeMap<Spanned<String>, Spanned<i64>>) -> Result<Self, Fault> {
        let mut prices = self.clone();
        prices.0.extend(Self::new(table)?.0);
        Ok(prices)
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

/// A price within limits.
pub(super) fn checked(price: &Spanned<i64>) -> Result<i64, Fault> {
    limits::number(*price.get_ref(), &limits::PRICE).map_err(|message| Fault::new(price.span(), message))
}
