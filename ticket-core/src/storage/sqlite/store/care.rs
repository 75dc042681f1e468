//! What is wrong, what can be repaired, and what is not there.

use jiff::Timestamp;

use super::super::doctor::{self, RowDamage};
use super::super::fences::RunBy;
use super::super::{catalog, findings, seats};
use super::Store;
use crate::audit::Finding;
use crate::doctor::Repair;
use crate::domain::{PerformanceId, SeatId, SeatState};
use crate::error::Error;

impl Store {
    pub(crate) async fn findings(&self) -> Result<Vec<Finding>, Error> {
        let time_zone = self.time_zone.clone();
        self.readers.run(move |c| findings::all(c, &time_zone)).await
    }

    /// What can be repaired.
    pub(crate) async fn diagnose(&self, now: Timestamp) -> Result<Vec<Repair>, Error> {
        let time_zone = self.time_zone.clone();
        self.readers.run(move |c| doctor::diagnose(c, &time_zone, now)).await
    }

    /// Repairs what is still as it was found. `false` when it is not.
    pub(crate) async fn repair(&self, damage: RowDamage, now: Timestamp) -> Result<bool, Error> {
        let time_zone = self.time_zone.clone();
        self.writer.run(move |c| doctor::repair(c, &damage, &time_zone, now)).await
    }

    /// Those of these performances that are not there.
    pub(crate) async fn unknown_performances(&self, ids: Vec<PerformanceId>) -> Result<Vec<PerformanceId>, Error> {
        self.readers.run(move |c| catalog::unknown_performances(c, &ids)).await
    }

    /// Those of these seats that nobody could hold, with their states.
    pub(crate) async fn not_available(&self, ids: Vec<SeatId>) -> Result<Vec<(SeatId, SeatState)>, Error> {
        self.readers.run(move |c| seats::not_available(c, &ids)).await
    }

    /// Lets SQLite look at tables that have changed much, so that it goes on choosing good plans.
    pub(crate) async fn optimize(&self, by: RunBy) -> Result<(), Error> {
        self.run_job(by, |c| Ok(c.execute_batch("PRAGMA optimize")?)).await
    }
}
