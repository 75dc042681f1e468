use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_spanned::Spanned;

use super::document::{Document, PerformanceTable, PlanTable, SectorTable, StageTable};
use super::prices::Prices;
use super::seating;
use super::values::parsed;
use crate::domain::{Grade, Seating};
use crate::import::error::Fault;
use crate::import::seating_plan::{self, Categories, PlanFormat};

/// The seats of the performances: what several of them share is made once.
pub(super) struct Houses<'a> {
    document: &'a Document,
    prices: Prices,
    open: &'a mut dyn FnMut(&str) -> Result<String, String>,
    known: HashMap<(Option<&'a str>, Prices), Arc<Seating>>,
}

/// What a show file says of one seating.
struct Tables<'a> {
    stage: Option<&'a StageTable>,
    sectors: Option<&'a Spanned<Vec<Spanned<SectorTable>>>>,
    plan: Option<&'a Spanned<PlanTable>>,
    /// Where to say that something is missing.
    span: std::ops::Range<usize>,
}

impl<'a> Houses<'a> {
    pub(super) fn new(
        document: &'a Document,
        open: &'a mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Self, Fault> {
        Ok(Self { document, prices: Prices::new(&document.prices)?, open, known: HashMap::new() })
    }

    /// What performances have that say nothing else.
    pub(super) fn of_show(&mut self) -> Result<Seating, Fault> {
        self.read(&self.tables(None), &self.prices.clone())
    }

    /// What this performance has instead.
    pub(super) fn of(&mut self, performance: &'a PerformanceTable) -> Result<Option<Arc<Seating>>, Fault> {
        if performance.seating.is_none() && performance.prices.is_empty() {
            return Ok(None);
        }
        let name = match &performance.seating {
            Some(name) if !self.document.seatings.contains_key(name.get_ref()) => {
                let known: Vec<String> = self.document.seatings.keys().map(|name| format!("{name:?}")).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                let message = format!("there is no seating {:?}; known: {known}", name.get_ref());
                return Err(Fault::new(name.span(), message));
            }
            name => name.as_ref().map(|name| name.get_ref().as_str()),
        };
        self.get(name, self.prices.with(&performance.prices)?).map(Some)
    }

    fn get(&mut self, name: Option<&'a str>, prices: Prices) -> Result<Arc<Seating>, Fault> {
        let key = (name, prices);
        if let Some(known) = self.known.get(&key) {
            return Ok(Arc::clone(known));
        }
        let made = Arc::new(self.read(&self.tables(name), &key.1)?);
        self.known.insert(key, Arc::clone(&made));
        Ok(made)
    }

    fn tables(&self, name: Option<&str>) -> Tables<'a> {
        match name.and_then(|name| self.document.seatings.get(name)) {
            None => Tables {
                stage: self.document.stage.as_ref(),
                sectors: self.document.sectors.as_ref(),
                plan: self.document.plan.as_ref(),
                span: 0..0,
            },
            Some(spanned) => {
                let table = spanned.get_ref();
                Tables {
                    stage: table.stage.as_ref(),
                    sectors: table.sectors.as_ref(),
                    plan: table.plan.as_ref(),
                    span: spanned.span(),
                }
            }
        }
    }

    fn read(&mut self, tables: &Tables<'_>, prices: &Prices) -> Result<Seating, Fault> {
        match (tables.sectors, tables.plan) {
            (Some(sectors), None) => seating::seating(tables.stage, sectors, prices),
            (None, Some(plan)) => {
                let mut read = self.read_plan(plan.get_ref(), prices)?;
                if let Some(stage) = tables.stage {
                    read.stage = Some(seating::stage_of(stage)?);
                }
                Ok(read)
            }
            (None, None) => Err(Fault::new(tables.span.clone(), "needs `sectors` or `plan`")),
            (Some(_), Some(plan)) => Err(Fault::new(plan.span(), "needs either `sectors` or `plan`")),
        }
    }

    fn read_plan(&mut self, table: &PlanTable, prices: &Prices) -> Result<Seating, Fault> {
        let file = table.file.get_ref();
        let fault = |message: String| Fault::new(table.file.span(), message);
        let text = (self.open)(file).map_err(|reason| fault(format!("{file}: {reason}")))?;
        let categories = categories(&table.grades, prices)?;
        let read = seating_plan::read(&text, PlanFormat::sniff(&text), &categories);
        read.map_err(|error| fault(format!("{file}: {error}")))
    }
}

fn categories(grades: &BTreeMap<Spanned<String>, Spanned<String>>, prices: &Prices) -> Result<Categories, Fault> {
    let category = |(name, grade): (&Spanned<String>, &Spanned<String>)| {
        let known: Grade = parsed(grade)?;
        let price = prices.of(known).map_err(|message| Fault::new(grade.span(), message))?;
        Ok((name.get_ref().clone(), (known, price)))
    };
    grades.iter().map(category).collect()
}
