use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ticket_core::domain::ShowPlan;
use ticket_core::import::Syntax;
use ticket_core::import::show_file::{self, ShowFileOptions};

use crate::file;

/// A show file on the command line.
#[derive(Debug, clap::Args)]
pub(super) struct ShowFile {
    /// The show file: TOML, YAML or JSON; `-` reads standard input
    #[arg(short, long, value_name = "FILE")]
    pub(super) file: PathBuf,
    /// What it is written in. By default its extension tells, or else its first words
    #[arg(long, value_name = "SYNTAX", value_parser = syntaxes())]
    input_format: Option<Syntax>,
    /// Move its dates so that the first performance is on this day
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    starting: Option<Date>,
}

impl ShowFile {
    /// Its text, to be read before anything else is done.
    pub(super) fn text(&self) -> Result<String> {
        file::read(&self.file)
    }

    /// What it says should be.
    pub(super) fn plan(&self, text: &str, time_zone: TimeZone) -> Result<ShowPlan> {
        let options = ShowFileOptions { time_zone, starting: self.starting };
        let open = &mut |named: &str| file::read(&file::beside(&self.file, named)).map_err(|error| reason(&error));
        let plan = show_file::parse_with(text, self.syntax(text), &options, open);
        plan.with_context(|| self.name())
    }

    /// What it is called in messages.
    pub(super) fn name(&self) -> String {
        file::name(&self.file)
    }

    fn syntax(&self, text: &str) -> Syntax {
        self.input_format.or_else(|| syntax_of(&self.file)).unwrap_or_else(|| Syntax::sniff(text))
    }
}

/// The syntaxes by their names.
pub(super) fn syntaxes() -> impl TypedValueParser<Value = Syntax> {
    PossibleValuesParser::new(["toml", "yaml", "json"]).try_map(|name| name.parse::<Syntax>())
}

/// What a file is written in, by its extension.
pub(super) fn syntax_of(file: &Path) -> Option<Syntax> {
    file::extension(file).as_deref().and_then(Syntax::of_extension)
}

/// Why a file that is named in another cannot be read; who asks names it already.
fn reason(error: &anyhow::Error) -> String {
    error.root_cause().to_string()
}

pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "allowed is a date such as 2027-01-02".to_owned())
}
