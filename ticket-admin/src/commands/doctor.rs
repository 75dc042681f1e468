use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::audit::Finding;
use ticket_core::doctor::{Diagnosis, Outcome, Repair};

use super::in_shop;
use crate::cli::{Format, Global};
use crate::consent::{Consent, ask};
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, text};

/// Repair what the audit finds, where it can be told what is right
///
/// Shows the plan first, and asks before anything is changed. Each repair happens only while what it is for is still as it
/// was found, so servers can go on selling. Exits with 1 when something is left that a person must look at.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin doctor --dry-run
  ticket-admin doctor --yes")]
pub(crate) struct Doctor {
    /// Say what would be repaired, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short, conflicts_with = "dry_run")]
    yes: bool,
}

/// What was done, for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    repairs: Vec<Row<'a>>,
    for_a_person: &'a [Finding],
}

impl Record for Report<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "repairs.invariant",
        "repairs.problem",
        "repairs.action",
        "repairs.outcome",
        "forAPerson.invariant",
        "forAPerson.text",
    ];
    const EACH: &'static [&'static str] = &["repairs", "forAPerson"];
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    repair: &'a Repair,
    /// `null` when it was not tried.
    outcome: Option<Outcome>,
}

impl Doctor {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        in_shop(global, async |box_office: &BoxOffice| {
            let diagnosis = box_office.diagnose().await?;
            if global.format == Format::Table {
                output::lines(plan(&diagnosis))?;
            }
            let consent = if self.dry_run || diagnosis.repairs.is_empty() {
                Consent::Refused
            } else if self.yes {
                Consent::Given
            } else {
                ask(&question(global.format, &diagnosis))
            };
            let outcomes = match consent {
                Consent::Given => box_office.repair(diagnosis.repairs.clone()).await?,
                Consent::Refused | Consent::Missing => Vec::new(),
            };
            if global.format != Format::Table {
                output::record(global.format, &report(&diagnosis, &outcomes), |_| Ok(()))?;
            }
            Ok(self.close(&diagnosis, &outcomes, &consent))
        })
    }

    /// Says what has been done, and how that is as an exit code.
    fn close(&self, diagnosis: &Diagnosis, outcomes: &[(Repair, Outcome)], consent: &Consent) -> Exit {
        let planned = diagnosis.repairs.len();
        let repaired = outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Repaired).count();
        let left = diagnosis.for_a_person.len();
        match consent {
            Consent::Missing => {
                output::note("error: nothing was repaired: nobody can be asked; say --yes or --dry-run");
                return Exit::Usage;
            }
            Consent::Given => output::note(format_args!("repaired {repaired} of {planned}")),
            Consent::Refused if planned == 0 && left == 0 => output::note("nothing is wrong"),
            Consent::Refused if planned == 0 => output::note("nothing can be repaired"),
            Consent::Refused if self.dry_run => output::note("dry run, nothing was repaired"),
            Consent::Refused => output::note("nothing was repaired"),
        }
        if repaired < outcomes.len() {
            output::note("the others were not as they had been found any more; run it again");
        }
        let is_done = self.dry_run || repaired == planned;
        if is_done && left == 0 { Exit::Ok } else { Exit::Failed }
    }
}

fn plan(diagnosis: &Diagnosis) -> Vec<String> {
    let mut lines = Vec::new();
    if !diagnosis.repairs.is_empty() {
        let rows = diagnosis
            .repairs
            .iter()
            .map(|repair| [repair.invariant.to_string(), repair.problem.clone(), repair.action.clone()]);
        lines.extend(output::table([number("NO"), text("WHAT IS WRONG"), text("REPAIR")], rows));
    }
    if !diagnosis.for_a_person.is_empty() {
        let rows = diagnosis.for_a_person.iter().map(|finding| [finding.invariant.to_string(), finding.text.clone()]);
        lines.extend(output::table([number("NO"), text("WHAT A PERSON MUST LOOK AT")], rows));
    }
    lines
}

fn report<'a>(diagnosis: &'a Diagnosis, outcomes: &[(Repair, Outcome)]) -> Report<'a> {
    let outcomes = outcomes.iter().map(|(_, outcome)| Some(*outcome)).chain(std::iter::repeat(None));
    let repairs = diagnosis.repairs.iter().zip(outcomes).map(|(repair, outcome)| Row { repair, outcome }).collect();
    Report { repairs, for_a_person: &diagnosis.for_a_person }
}

/// Whoever reads the plan as data has not seen it yet.
fn question(format: Format, diagnosis: &Diagnosis) -> String {
    let mut lines = if format != Format::Table { plan(diagnosis) } else { Vec::new() };
    lines.push("Repair this?".to_owned());
    lines.join("\n")
}
