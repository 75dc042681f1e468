//! What is wrong with a shop and can be put right without guessing.
//!
//! [`BoxOffice::diagnose`](crate::BoxOffice::diagnose) makes the plan, and [`BoxOffice::repair`](crate::BoxOffice::repair)
//! carries it out: each repair happens only while that which it is for is still as it was found, so both work while
//! servers sell. What cannot be told from the data is left to a person: [`Diagnosis::for_a_person`].
//!
//! Tickets are believed before the states of seats, and nothing is ever sold or given back by a repair.

use serde::Serialize;

use crate::audit::Finding;
use crate::domain::{HoldId, PerformanceId, SeatId, UserId};
use crate::storage::RowDamage;

/// What was found, and what can be done about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Diagnosis {
    /// What can be repaired.
    pub repairs: Vec<Repair>,
    /// What cannot be told from the data: a person must look, and decide.
    pub for_a_person: Vec<Finding>,
}

/// Something that can be put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Repair {
    /// The invariant that it restores.
    pub invariant: u8,
    /// What is wrong.
    pub problem: String,
    /// What is done about it.
    pub action: String,
    #[serde(skip)]
    pub(crate) damage: Damage,
}

/// What has become of a repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Outcome {
    /// It was done.
    Repaired,
    /// What it was for is not as it was found any more; nothing was done.
    Changed,
}

/// What is broken, in terms of the place where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Damage {
    Row(RowDamage),
    Key(KeyDamage),
}

/// Something wrong with the keys in Redis.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "only Redis has keys"))]
pub(crate) enum KeyDamage {
    /// A key that nobody needs: what it was, as DUMP gives it.
    Stray { key: String, found: Vec<u8> },
    /// As [`KeyDamage::Stray`], because its performance is not there.
    Unknown { performance: PerformanceId, key: String, found: Vec<u8> },
    /// A claim for no hold: what it says.
    Orphan { performance: PerformanceId, seat: SeatId, claim: String },
    /// A claim on a seat that is not on sale.
    Sold { hold: HoldId, user: UserId, seat: SeatId },
    /// A key that does not end when it should.
    Endless { key: String },
}

/// Something found in the place where holds live.
pub(crate) struct Ailment {
    pub(crate) finding: Finding,
    /// What is done about it, and to what; nothing if a person must look.
    pub(crate) cure: Option<(&'static str, KeyDamage)>,
    /// Whether it breaks an invariant, or is only untidy.
    pub(crate) is_broken: bool,
}

impl Ailment {
    pub(crate) fn new(invariant: u8, text: String) -> Self {
        Self { finding: Finding { invariant, text }, cure: None, is_broken: true }
    }

    pub(crate) fn cured_by(self, action: &'static str, damage: KeyDamage) -> Self {
        Self { cure: Some((action, damage)), ..self }
    }
}

impl Diagnosis {
    /// Sorts what was found in the database, and where holds live, by what can be done about it.
    pub(crate) fn new(findings: Vec<Finding>, rows: Vec<Repair>, ailments: Vec<Ailment>) -> Self {
        let mut diagnosis = Self { for_a_person: findings, repairs: rows };
        let rows = &diagnosis.repairs;
        diagnosis.for_a_person.retain(|finding| !rows.iter().any(|repair| repair.does_away_with(finding)));
        for Ailment { finding, cure, .. } in ailments {
            match cure {
                Some((action, damage)) => diagnosis.repairs.push(Repair {
                    invariant: finding.invariant,
                    problem: finding.text,
                    action: action.to_owned(),
                    damage: Damage::Key(damage),
                }),
                None => diagnosis.for_a_person.push(finding),
            }
        }
        diagnosis.repairs.sort_by_key(|repair| repair.invariant);
        diagnosis.for_a_person.sort_by_key(|finding| finding.invariant);
        diagnosis.for_a_person.dedup();
        diagnosis
    }
}

impl Repair {
    fn does_away_with(&self, finding: &Finding) -> bool {
        match &self.damage {
            Damage::Row(damage) => finding.invariant == self.invariant && finding.text.starts_with(&damage.subject()),
            Damage::Key(_) => false,
        }
    }
}
