use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use crate::domain::{Currency, Grade, Performance, PerformanceId, Seat, SeatId, Show, ShowId, Stage, Venue};

/// Answer of `GET /api/performances/{id}/layout`: everything about the seats but their state, in drawing order.
///
/// The n-th seat that [`Layout::seats`] yields is the n-th letter of the seat states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Layout {
    /// What the performance is.
    #[serde(flatten)]
    pub header: LayoutHeader,
    /// Every grade at every price, in the order in which they first appear.
    pub categories: Vec<PriceCategory>,
    /// The parts of the house.
    pub sectors: Vec<LayoutSector>,
}

/// What the performance is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LayoutHeader {
    /// Grows with any change of seat, position or price.
    pub layout_version: u64,
    /// The performance.
    pub performance_id: PerformanceId,
    /// The show.
    pub show_id: ShowId,
    /// The show.
    pub show_name: String,
    /// The venue.
    pub place_name: String,
    /// Local date.
    pub date: Date,
    /// Number of the performance on that date.
    pub round: u32,
    /// Local time of day.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::schemas::TimeOfDay))]
    pub start_time: Time,
    /// The start as an instant.
    pub starts_at: Timestamp,
    /// When selling begins; absent when it has always been open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale_opens_at: Option<Timestamp>,
    /// When selling ends.
    pub sale_closes_at: Timestamp,
    /// Currency of the prices.
    pub currency: Currency,
    /// Seats that one user may have.
    pub max_seats_per_user: u32,
    /// Where the stage is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
}

/// A grade at a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PriceCategory {
    /// Grade.
    pub grade: Grade,
    /// Price in minor units.
    pub price: i64,
}

/// A part of the house.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LayoutSector {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: Vec<LayoutRow>,
}

/// A row, as columns: the n-th entries of the lists belong to its n-th seat.
///
/// In `categories` and `y`, one entry stands for the whole row when all its seats share it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LayoutRow {
    /// Its name.
    pub row: String,
    /// Seat ids.
    pub ids: Vec<SeatId>,
    /// Numbers within the row.
    pub numbers: Vec<i64>,
    /// What is printed on the chairs; absent when it is just the numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Indices into the layout's categories.
    pub categories: Vec<u16>,
    /// Distance from the left of the plan, in seat widths.
    pub x: Vec<f32>,
    /// Distance from the top of the plan, in row distances.
    pub y: Vec<f32>,
}

/// One seat of a layout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LayoutSeat<'a> {
    /// Its id.
    pub id: SeatId,
    /// Index into [`Layout::sectors`].
    pub sector_index: usize,
    /// Name of its sector.
    pub sector: &'a str,
    /// Name of its row.
    pub row: &'a str,
    /// Number within the row.
    pub number: i64,
    /// What is printed on the chair, when that is not the number.
    pub label: Option<&'a str>,
    /// Grade and price.
    pub category: PriceCategory,
    /// Index into [`Layout::categories`].
    pub category_index: usize,
    /// Centre from the left of the plan, in seat widths.
    pub x: f32,
    /// Centre from the top of the plan, in row distances.
    pub y: f32,
}

impl LayoutHeader {
    /// A performance of a show at its venue.
    #[must_use]
    pub fn new(performance: Performance, show: Show, venue: Venue) -> Self {
        Self {
            layout_version: performance.layout_version,
            performance_id: performance.id,
            show_id: show.id,
            show_name: show.name,
            place_name: venue.name,
            date: performance.date,
            round: performance.round,
            start_time: performance.start_time,
            starts_at: performance.starts_at,
            sale_opens_at: performance.sale_opens_at,
            sale_closes_at: performance.sale_closes_at,
            currency: show.currency,
            max_seats_per_user: show.max_seats_per_user,
            stage: performance.stage,
        }
    }
}

impl Layout {
    /// Packs seats that are in drawing order.
    pub fn new<'a>(header: LayoutHeader, seats: impl IntoIterator<Item = &'a Seat>) -> Self {
        let mut layout = Self { header, categories: Vec::new(), sectors: Vec::new() };
        for seat in seats {
            layout.push(seat);
        }
        for row in layout.sectors.iter_mut().flat_map(|s| &mut s.rows) {
            row.pack();
        }
        layout
    }

    /// Every seat, in drawing order.
    pub fn seats(&self) -> impl Iterator<Item = LayoutSeat<'_>> {
        self.sectors.iter().enumerate().flat_map(move |(sector_index, sector)| {
            sector.rows.iter().flat_map(move |row| {
                row.ids.iter().zip(&row.numbers).zip(&row.x).enumerate().filter_map(move |(i, ((id, number), x))| {
                    let category_index = usize::from(*shared(&row.categories, i)?);
                    Some(LayoutSeat {
                        id: *id,
                        sector_index,
                        sector: &sector.name,
                        row: &row.row,
                        number: *number,
                        label: row.labels.get(i).map(String::as_str),
                        category: *self.categories.get(category_index)?,
                        category_index,
                        x: *x,
                        y: *shared(&row.y, i)?,
                    })
                })
            })
        })
    }

    fn push(&mut self, seat: &Seat) {
        let category = self.category_index(PriceCategory { grade: seat.grade, price: seat.price });
        let position = &seat.position;
        if self.sectors.last().is_none_or(|s| s.name != position.sector) {
            self.sectors.push(LayoutSector { name: position.sector.clone(), rows: Vec::new() });
        }
        let Some(sector) = self.sectors.last_mut() else { return };
        if sector.rows.last().is_none_or(|r| r.row != position.row) {
            sector.rows.push(LayoutRow::empty(position.row.clone()));
        }
        let Some(row) = sector.rows.last_mut() else { return };
        row.ids.push(seat.id);
        row.numbers.push(position.number);
        row.labels.push(position.label.clone());
        row.categories.push(category);
        row.x.push(round_to_hundredths(seat.x));
        row.y.push(round_to_hundredths(seat.y));
    }

    fn category_index(&mut self, category: PriceCategory) -> u16 {
        let index = self.categories.iter().position(|c| *c == category).unwrap_or_else(|| {
            self.categories.push(category);
            self.categories.len() - 1
        });
        u16::try_from(index).unwrap_or(u16::MAX)
    }
}

impl LayoutRow {
    fn empty(row: String) -> Self {
        Self {
            row,
            ids: Vec::new(),
            numbers: Vec::new(),
            labels: Vec::new(),
            categories: Vec::new(),
            x: Vec::new(),
            y: Vec::new(),
        }
    }

    fn pack(&mut self) {
        if self.labels.iter().zip(&self.numbers).all(|(label, number)| *label == number.to_string()) {
            self.labels.clear();
        }
        keep_one_if_equal(&mut self.categories);
        keep_one_if_equal(&mut self.y);
    }
}

fn shared<T>(column: &[T], index: usize) -> Option<&T> {
    if let [only] = column { Some(only) } else { column.get(index) }
}

fn keep_one_if_equal<T: PartialEq>(column: &mut Vec<T>) {
    if column.windows(2).all(|pair| pair[0] == pair[1]) {
        column.truncate(1);
    }
}

fn round_to_hundredths(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}
