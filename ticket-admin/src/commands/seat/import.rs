use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use ticket_core::BoxOffice;
use ticket_core::domain::{Grade, Seating, ShowId, ShowPlan};
use ticket_core::import::ReadError;
use ticket_core::import::seating_plan::{self, Categories, PlanFormat};

use crate::cli::Global;
use crate::commands::apply_report::{self, apply};
use crate::commands::in_shop;
use crate::exit::Exit;
use crate::file;

/// Give a show the seats of a plan: CSV, or the JSON of a pretix seating plan
///
/// All its performances get these seats. A seat keeps its sales as long as it keeps its guid (pretix: `seat_guid`; CSV: the
/// column `guid`, or sector, row and number), so that a changed plan can be imported again: new seats appear, free ones
/// move or go. With sold or held ones in the way nothing is changed, they are listed, and the exit code is 5.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin seat import 3 --plan seats.csv --dry-run
  ticket-admin seat import 3 --plan hall.json \\
      --grade Parkett=R:140000 --grade 'Loge links=VIP:170000'

A CSV begins with a line that names its columns: sector,row,number,grade,price and, if wanted, x,y,guid.")]
pub(crate) struct Import {
    /// Id of the show
    show: ShowId,
    /// The seating plan; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// What a category of a pretix plan is here: grade (VIP, R, S, A, B) and price in minor units; once for each category
    #[arg(long = "grade", value_name = "CATEGORY=GRADE:PRICE", value_parser = parse_category)]
    grades: Vec<(String, (Grade, i64))>,
    /// What the plan is written in. By default its extension tells, or else its first words
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    input_format: Option<PlanFormat>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(super) fn run(&self, global: &Global) -> Result<Exit> {
        let name = file::name(&self.plan);
        let text = file::read(&self.plan)?;
        let seating = self.seating(&text).with_context(|| name.clone())?;
        let report = in_shop(global, async |shop: &BoxOffice| {
            let plan = with_seats(shop.show_plan(self.show).await?, seating);
            apply(shop, plan, self.dry_run).await
        })?;
        apply_report::print(global.format, &report, &name, self.dry_run)
    }

    fn seating(&self, text: &str) -> Result<Seating> {
        let by_extension = || file::extension(&self.plan).and_then(|extension| extension.parse().ok());
        let format = self.input_format.or_else(by_extension).unwrap_or_else(|| PlanFormat::sniff(text));
        seating_plan::read(text, format, &self.categories()?).map_err(hinted)
    }

    fn categories(&self) -> Result<Categories> {
        let mut categories = Categories::new();
        for (category, price) in &self.grades {
            if categories.insert(category.clone(), *price).is_some() {
                let problem = format!("names category {category:?} twice");
                return Err(ticket_core::Error::Invalid { field: "--grade", problem: problem.into() }.into());
            }
        }
        Ok(categories)
    }
}

/// The same show with other seats. A plan without a stage leaves that as it is.
fn with_seats(mut show: ShowPlan, seating: Seating) -> ShowPlan {
    show.stage = seating.stage.or(show.stage);
    show.seats = seating.seats;
    for performance in &mut show.performances {
        performance.seating = None;
    }
    show
}

/// Says how to give what is missing.
fn hinted(mut error: ReadError) -> anyhow::Error {
    if error.message.starts_with("no grade") {
        error.message += "; give each with --grade CATEGORY=GRADE:PRICE";
    }
    error.into()
}

fn formats() -> impl TypedValueParser<Value = PlanFormat> {
    PossibleValuesParser::new(["csv", "pretix"]).try_map(|name| name.parse::<PlanFormat>())
}

fn parse_category(text: &str) -> Result<(String, (Grade, i64)), String> {
    let parts = text.rsplit_once('=').and_then(|(category, rest)| Some((category, rest.split_once(':')?)));
    let Some((category, (grade, price))) = parts else {
        return Err("allowed is CATEGORY=GRADE:PRICE, such as Parkett=R:140000".to_owned());
    };
    let grade = grade.parse().map_err(|error| format!("{error}"))?;
    let price = price.parse().ok().filter(|price| *price >= 0);
    let price = price.ok_or_else(|| "the price is a whole number of minor units".to_owned())?;
    Ok((category.to_owned(), (grade, price)))
}
