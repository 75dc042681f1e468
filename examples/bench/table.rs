use std::io::Write as _;
use std::path::Path;

use comfy_table::{CellAlignment, presets};
use serde::Serialize;

/// What is wanted of a figure.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    /// Of the ratio, or of the figure itself where there is no floor.
    AtLeast(f64),
    /// The same.
    AtMost(f64),
    /// The same, when it must neither be less nor more.
    Between { least: f64, most: f64 },
    /// At most so many times the floor and so much more.
    Within { times: f64, plus: f64 },
    /// A floor: it is only to be compared with.
    None,
}

/// One figure.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) floor: Option<f64>,
    pub(crate) ours: f64,
    pub(crate) ratio: Option<f64>,
    goal: String,
    met: Option<bool>,
}

/// All figures of a run.
pub(crate) struct Table {
    only: Vec<String>,
    rows: Vec<Row>,
}

impl Table {
    pub(crate) fn new(only: Vec<String>) -> Self {
        Self { only, rows: Vec::new() }
    }

    /// Whether any of these is to be measured.
    pub(crate) fn wants(&self, names: &[&str]) -> bool {
        self.only.is_empty() || names.iter().any(|name| self.only.iter().any(|text| name.contains(text.as_str())))
    }

    /// Adds a figure, and tells it to whoever waits.
    pub(crate) fn add(&mut self, name: &'static str, unit: &'static str, floor: Option<f64>, ours: f64, goal: Goal) {
        let ratio = floor.map(|floor| ours / floor);
        let compared = ratio.unwrap_or(ours);
        let (goal, met) = match goal {
            Goal::AtLeast(least) => (format!("≥ {least}"), Some(compared >= least)),
            Goal::AtMost(most) => (format!("≤ {most}"), Some(compared <= most)),
            Goal::Between { least, most } => (format!("{least} to {most}"), Some((least..=most).contains(&compared))),
            Goal::Within { times, plus } => {
                (format!("≤ {times} × + {plus}"), Some(ours <= floor.unwrap_or_default() * times + plus))
            }
            Goal::None => (String::new(), None),
        };
        // Progress, which may be lost.
        let _ = writeln!(std::io::stderr().lock(), "{name}: {}", figure(ours));
        self.rows.push(Row { name, unit, floor, ours, ratio, goal, met });
    }

    pub(crate) fn print(&self) -> anyhow::Result<()> {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).set_header(["what", "unit", "floor", "ours", "ratio", "goal", "met"]);
        for row in &self.rows {
            table.add_row([
                row.name.to_owned(),
                row.unit.to_owned(),
                row.floor.map(figure).unwrap_or_default(),
                figure(row.ours),
                row.ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
                row.goal.clone(),
                row.met.map(|met| if met { "yes" } else { "NO" }).unwrap_or_default().to_owned(),
            ]);
        }
        for column in table.column_iter_mut().skip(2).take(3) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        writeln!(std::io::stdout().lock(), "{}", table.trim_fmt())?;
        Ok(())
    }

    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        Ok(std::fs::write(file, serde_json::to_string_pretty(&self.rows)? + "\n")?)
    }
}

/// Three digits or more.
fn figure(value: f64) -> String {
    match value.abs() {
        0.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
