use anyhow::Result;
use ticket_core::BoxOffice;

use super::in_shop;
use crate::cli::{Format, Global};
use crate::exit::Exit;
use crate::output;

/// Check what must always be true of the database; exits with 1 when something is found
#[derive(Debug, clap::Args)]
pub(crate) struct Audit {}

impl Audit {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        let report = in_shop(&global.database, async |box_office: &BoxOffice| Ok(box_office.audit().await?))?;
        match global.format {
            Format::Json => output::json(&report)?,
            Format::Table => output::lines(report.to_string().lines().map(str::to_owned))?,
        }
        Ok(if report.is_clean() { Exit::Ok } else { Exit::Failed })
    }
}
