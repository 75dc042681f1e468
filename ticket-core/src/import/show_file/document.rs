//! The show file as it is written: every value with its place, nothing checked but names and types.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_spanned::Spanned;

use crate::import::tree::Moment;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Document {
    pub(super) venue: VenueTable,
    pub(super) show: ShowTable,
    pub(super) prices: BTreeMap<Spanned<String>, Spanned<i64>>,
    pub(super) stage: Option<StageTable>,
    pub(super) performances: Spanned<Vec<Spanned<PerformanceTable>>>,
    pub(super) sectors: Option<Spanned<Vec<Spanned<SectorTable>>>>,
    pub(super) plan: Option<Spanned<PlanTable>>,
    #[serde(default)]
    pub(super) seatings: BTreeMap<String, Spanned<SeatingTable>>,
}

/// What some performances have instead of the stage and the seats of the others.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SeatingTable {
    pub(super) stage: Option<StageTable>,
    pub(super) sectors: Option<Spanned<Vec<Spanned<SectorTable>>>>,
    pub(super) plan: Option<Spanned<PlanTable>>,
}

/// Seats that are described by a file of their own.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct PlanTable {
    pub(super) file: Spanned<String>,
    #[serde(default)]
    pub(super) grades: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct VenueTable {
    pub(super) name: Spanned<String>,
    pub(super) contact: Option<Spanned<String>>,
    pub(super) address: Option<Spanned<String>>,
    pub(super) url: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ShowTable {
    pub(super) name: Spanned<String>,
    pub(super) category: Spanned<String>,
    pub(super) running_minutes: Spanned<i64>,
    pub(super) intermission_minutes: Option<Spanned<i64>>,
    pub(super) age_limit: Option<Spanned<String>>,
    pub(super) currency: Option<Spanned<String>>,
    pub(super) max_seats_per_user: Option<Spanned<i64>>,
    pub(super) cancel_until_hours: Option<Spanned<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct StageTable {
    pub(super) label: Option<Spanned<String>>,
    pub(super) x: Spanned<f64>,
    pub(super) y: Spanned<f64>,
    pub(super) width: Spanned<f64>,
    pub(super) height: Spanned<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct PerformanceTable {
    pub(super) date: Spanned<Moment>,
    pub(super) start: Spanned<Moment>,
    pub(super) round: Option<Spanned<i64>>,
    pub(super) sale_opens_at: Option<Spanned<Moment>>,
    pub(super) sale_closes_at: Option<Spanned<Moment>>,
    pub(super) seating: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) prices: BTreeMap<Spanned<String>, Spanned<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct SectorTable {
    pub(super) name: Spanned<String>,
    pub(super) at: Option<[Spanned<f64>; 2]>,
    pub(super) around: Option<[Spanned<f64>; 2]>,
    pub(super) angle: Option<Spanned<f64>>,
    pub(super) curve: Option<Spanned<f64>>,
    pub(super) grade: Option<Spanned<String>>,
    pub(super) rows: Vec<Spanned<RowTable>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct RowTable {
    pub(super) row: Option<Spanned<String>>,
    pub(super) rows: Option<Spanned<String>>,
    pub(super) seats: Spanned<String>,
    pub(super) grade: Option<Spanned<String>>,
    pub(super) indent: Option<Spanned<f64>>,
    pub(super) aisle: Option<Spanned<f64>>,
    pub(super) widen: Option<Spanned<f64>>,
    pub(super) price: Option<Spanned<i64>>,
    pub(super) x: Option<Spanned<String>>,
    pub(super) y: Option<Spanned<String>>,
    pub(super) labels: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) guids: Option<Spanned<Vec<Spanned<String>>>>,
}
