//! Seating plans: the seats of a hall as other programs write them.
//!
//! # CSV
//!
//! A line per seat, in drawing order, under a line that names the columns, in any order: `sector`, `row`, `number`, `grade`,
//! `price`, and, if wanted, `x`, `y` and `guid`. Columns are divided by commas, semicolons or tabs.
//!
//! `number` is one, with up to three letters behind it when the chair says so: `12A`. `price` is in minor units. `x` and
//! `y` are the middle of the seat, in seat widths and row distances from the top left corner, as in
//! [show files](super::show_file#lengths). Without them a sector's rows lie below each other, a seat is where its number
//! says, sectors lie below each other, and the stage above all. Without `guid` a seat is known by `<sector>/<row>/<number>`.
//! Lines without any value are skipped.
//!
//! # pretix
//!
//! The JSON of a seating plan: zones become sectors, `seat_guid` the stable name of a seat. Places are those of zone, row
//! and seat together, in pixels; they are scaled so that the seats of a row are 1 apart, and rows are. The largest area
//! with a text is drawn as the stage, upright, in the space that it takes as it is turned. What else is in the file is
//! not looked at. Categories get their
//! grades and prices from who imports the plan.

mod csv;
mod pretix;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::error::{Fault, ReadError};
use crate::domain::{Grade, Seating};

/// What a seating plan is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanFormat {
    /// A line per seat.
    Csv,
    /// The JSON of pretix.
    Pretix,
}

impl PlanFormat {
    /// What a text looks like: JSON begins with a brace.
    #[must_use]
    pub fn sniff(text: &str) -> Self {
        let begin = text.trim_start_matches('\u{feff}').trim_start();
        if begin.starts_with('{') { Self::Pretix } else { Self::Csv }
    }
}

impl fmt::Display for PlanFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "csv",
            Self::Pretix => "pretix",
        })
    }
}

impl FromStr for PlanFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "pretix" | "json" => Ok(Self::Pretix),
            _ => Err("allowed is csv, pretix".to_owned()),
        }
    }
}

/// What the categories of a plan are here: grade, and price in minor units. A CSV has none.
pub type Categories = BTreeMap<String, (Grade, i64)>;

/// Reads a seating plan.
///
/// ```
/// use std::collections::BTreeMap;
/// use ticket_core::import::seating_plan::{self, PlanFormat};
///
/// let text = "sector,row,number,grade,price\n1F,A,1,VIP,50000\n1F,A,2,VIP,50000\n1F,B,1,R,30000\n";
/// let seating = seating_plan::read(text, PlanFormat::Csv, &BTreeMap::new())?;
/// assert_eq!(seating.seats[2].guid, "1F/B/1");
/// assert_eq!((seating.seats[2].x, seating.seats[2].y), (0.5, 3.5));
/// # Ok::<(), ticket_core::import::ReadError>(())
/// ```
///
/// # Errors
///
/// The first thing that is wrong, with its line, column, key and what is allowed.
pub fn read(text: &str, format: PlanFormat, categories: &Categories) -> Result<Seating, ReadError> {
    let text = text.trim_start_matches('\u{feff}');
    match format {
        PlanFormat::Csv if !categories.is_empty() => {
            Err(Fault::new(0..0, "a CSV names the grades itself").at_key(text, String::new()))
        }
        PlanFormat::Csv => csv::read(text),
        PlanFormat::Pretix => pretix::read(text, categories),
    }
}

#[cfg(test)]
mod tests;
