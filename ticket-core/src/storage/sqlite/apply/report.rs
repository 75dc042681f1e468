use std::fmt;

use serde::Serialize;

use crate::domain::{PerformanceId, Seat, SeatId, ShowId};

/// What applying a plan has done, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApplyReport {
    /// The show; none when it is not there, because it would only have been made.
    #[serde(rename = "showId", skip_serializing_if = "Option::is_none")]
    pub show: Option<ShowId>,
    /// The differences, in the order of the plan. Empty when everything was as it should be.
    pub changes: Vec<ApplyChange>,
    /// Sold or held seats that the plan would change, in the order of their ids. With any of them, nothing was written.
    pub in_the_way: Vec<SeatInTheWay>,
    /// Performances of the show of which the plan says nothing, and those of the plan that are cancelled: nothing is
    /// done with them. By date and round.
    pub left_alone: Vec<PerformanceLeftAlone>,
    /// Whether the changes were written.
    pub applied: bool,
}

/// One difference between the plan and what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ApplyChange {
    /// What is different, for example `performance 2031-05-02 round 1`.
    pub subject: String,
    /// What was done, for example `created` or `12 seats changed`.
    pub action: String,
    /// Which of its fields are different; empty for what is new or gone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

/// A field that was one thing and is another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FieldChange {
    /// Its name in a show file, for example `running-minutes` or `price`.
    pub field: String,
    /// What it was; empty where seats differ in many ways, such as their places.
    pub from: String,
    /// What it is to be.
    pub to: String,
    /// In how many seats, when it is a field of seats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
}

impl fmt::Display for FieldChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, from, to, seats } = self;
        f.write_str(field)?;
        if from != to {
            write!(f, " {} -> {}", said(from), said(to))?;
        }
        seats.map_or(Ok(()), |seats| write!(f, " ({seats})"))
    }
}

fn said(value: &str) -> &str {
    if value.is_empty() { "none" } else { value }
}

/// A seat that cannot be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SeatInTheWay {
    /// Its id.
    pub seat_id: SeatId,
    /// Its performance, as in [`ApplyChange::subject`].
    pub performance: String,
    /// Its stable name.
    pub guid: String,
    /// Why it stays as it is.
    pub reason: String,
}

/// A performance that stays as it is, whatever the plan says of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PerformanceLeftAlone {
    /// Which it is, as in [`ApplyChange::subject`].
    pub performance: String,
    /// Why: it is not in the plan, or it is cancelled.
    pub reason: String,
}

/// A seat of before that the plan changes or removes.
#[derive(Debug, Clone)]
pub(crate) struct TouchedSeat {
    pub(crate) id: SeatId,
    pub(crate) performance: PerformanceId,
    subject: String,
    guid: String,
}

impl TouchedSeat {
    pub(super) fn new(seat: &Seat, subject: &str) -> Self {
        Self { id: seat.id, performance: seat.performance, subject: subject.to_owned(), guid: seat.guid.clone() }
    }

    /// Says that it stays as it is.
    pub(crate) fn in_the_way(&self, reason: &str) -> SeatInTheWay {
        SeatInTheWay {
            seat_id: self.id,
            performance: self.subject.clone(),
            guid: self.guid.clone(),
            reason: reason.to_owned(),
        }
    }
}

impl ApplyReport {
    pub(super) fn note(&mut self, subject: impl Into<String>, action: impl Into<String>) {
        self.note_fields(subject, action, Vec::new());
    }

    pub(super) fn note_fields(
        &mut self,
        subject: impl Into<String>,
        action: impl Into<String>,
        fields: Vec<FieldChange>,
    ) {
        self.changes.push(ApplyChange { subject: subject.into(), action: action.into(), fields });
    }
}

/// Those of these fields whose values differ: name, what it was, what it is to be.
pub(super) fn differences<const N: usize>(fields: [(&str, String, String); N]) -> Vec<FieldChange> {
    let different = fields.into_iter().filter(|(_, from, to)| from != to);
    different.map(|(field, from, to)| FieldChange { field: field.to_owned(), from, to, seats: None }).collect()
}
