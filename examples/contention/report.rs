use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Duration;

use comfy_table::{Table, presets};
use serde::Serialize;
use ticket_core::audit::Finding;
use ticket_core::domain::SeatStatus;
use ticket_examples::latency::Percentiles;

use crate::buyer::Scene;
use crate::rush::Tally;

/// What is printed in the end.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    seconds: f64,
    bookings: usize,
    bookings_per_second: f64,
    /// Bookings that were given back.
    canceled: u64,
    refusals: usize,
    refusals_by_code: BTreeMap<String, u64>,
    /// Without thinking.
    sale: Percentiles,
    refusal: Percentiles,
    /// In the end, by the seat map.
    seats_sold: usize,
    seats: usize,
    /// How often a seat was sold that somebody had.
    oversold: u64,
    /// Seats whose sale was confirmed, and that are not sold.
    lost: usize,
    audit: Vec<Finding>,
}

impl Report {
    #[expect(clippy::cast_precision_loss, reason = "a rate need not be exact")]
    pub(crate) async fn new(scene: &Scene, mut tally: Tally, took: Duration) -> anyhow::Result<Self> {
        let shop = &scene.shop;
        let states = shop.box_office.seat_states(shop.house.performance).await?.states;
        let audit = shop.box_office.audit().await?;
        let (bookings, seconds) = (tally.sales.len(), took.as_secs_f64());
        Ok(Self {
            seconds,
            bookings,
            bookings_per_second: bookings as f64 / seconds,
            canceled: tally.canceled,
            refusals: tally.refusals.len(),
            refusals_by_code: tally.codes,
            sale: Percentiles::of(&mut tally.sales),
            refusal: Percentiles::of(&mut tally.refusals),
            seats_sold: states.bytes().filter(|state| *state == SeatStatus::Booked as u8).count(),
            seats: shop.house.seats.len(),
            oversold: scene.ledger.oversold(),
            lost: scene.ledger.lost(&states),
            audit: audit.findings,
        })
    }

    /// Whether nothing happened that must never happen.
    pub(crate) fn is_sound(&self) -> bool {
        self.oversold == 0 && self.lost == 0 && self.audit.is_empty()
    }

    pub(crate) fn print(&self, as_json: bool) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if as_json {
            serde_json::to_writer_pretty(&mut out, self)?;
            writeln!(out)?;
        } else {
            writeln!(out, "{}", self.table().trim_fmt())?;
            for Finding { invariant, text, .. } in &self.audit {
                writeln!(out, "invariant {invariant}: {text}")?;
            }
        }
        Ok(())
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        let codes: Vec<String> = self.refusals_by_code.iter().map(|(code, count)| format!("{count} {code}")).collect();
        let audit = match self.audit.len() {
            0 => "clean".to_owned(),
            count => format!("{count} findings"),
        };
        table.add_rows([
            ["bookings", &format!("{} in {:.2} s, {:.0}/s", self.bookings, self.seconds, self.bookings_per_second)],
            ["given back", &self.canceled.to_string()],
            ["a sale took", &milliseconds(&self.sale)],
            ["refusals", &format!("{} ({})", self.refusals, codes.join(", "))],
            ["a refusal took", &milliseconds(&self.refusal)],
            ["seats sold", &format!("{} of {}", self.seats_sold, self.seats)],
            ["oversold", &self.oversold.to_string()],
            ["lost", &self.lost.to_string()],
            ["audit", &audit],
        ]);
        table
    }
}

fn milliseconds(percentiles: &Percentiles) -> String {
    let Percentiles { p50_ms, p95_ms, p99_ms } = percentiles;
    format!("p50 {p50_ms:.1} ms, p95 {p95_ms:.1} ms, p99 {p99_ms:.1} ms")
}
