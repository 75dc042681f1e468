use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Categories;
use crate::domain::limits::{self, PLAN_MAX, PRICE, SEAT_NUMBER};
use crate::domain::{SeatPlan, SeatPosition, Seating, Stage};
use crate::import::error::{Fault, ReadError};
use crate::import::geometry::single;
use crate::import::house::House;
use crate::import::label::SeatLabel;
use crate::import::tree::{span_of, syntax_fault};

#[derive(Deserialize)]
struct Plan<'a> {
    #[serde(default)]
    categories: Vec<Category>,
    #[serde(borrow)]
    zones: Vec<Zone<'a>>,
}

#[derive(Deserialize)]
struct Category {
    name: String,
}

#[derive(Deserialize)]
struct Zone<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(default)]
    position: Position,
    #[serde(borrow)]
    rows: Vec<Row<'a>>,
    #[serde(default)]
    areas: Vec<Area>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow, default)]
    row_number: Cow<'a, str>,
    #[serde(default)]
    position: Position,
    #[serde(borrow)]
    seats: Vec<Seat<'a>>,
}

#[derive(Deserialize)]
struct Seat<'a> {
    /// As it is written, so that what is wrong with the seat has a place.
    #[serde(borrow)]
    seat_guid: &'a RawValue,
    #[serde(borrow)]
    seat_number: Cow<'a, str>,
    position: Position,
    #[serde(borrow)]
    category: Cow<'a, str>,
}

/// Pixels.
#[derive(Deserialize, Default, Clone, Copy)]
struct Position {
    x: f64,
    y: f64,
}

#[derive(Deserialize)]
struct Area {
    #[serde(default)]
    position: Position,
    /// Degrees, clockwise around the position.
    #[serde(default)]
    rotation: f64,
    text: Option<AreaText>,
    rectangle: Option<Size>,
    circle: Option<Circle>,
    ellipse: Option<Ellipse>,
    polygon: Option<Polygon>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AreaText {
    Plain(String),
    Styled { text: Option<String> },
}

#[derive(Deserialize)]
struct Size {
    width: f64,
    height: f64,
}

#[derive(Deserialize)]
struct Circle {
    radius: f64,
}

#[derive(Deserialize)]
struct Ellipse {
    radius: Position,
}

#[derive(Deserialize)]
struct Polygon {
    points: Vec<Position>,
}

pub(super) fn read(text: &str, categories: &Categories) -> Result<Seating, ReadError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let plan: Plan<'_> = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        // It ends with a mark where it was cut off.
        let path = error.path().to_string();
        let path = path.trim_end_matches(['.', '?']).to_owned();
        syntax_fault(text, error.inner()).at_key(text, path)
    })?;
    json.end().map_err(|error| syntax_fault(text, &error).at_key(text, String::new()))?;
    seating(text, &plan, categories)
}

fn seating(text: &str, plan: &Plan<'_>, categories: &Categories) -> Result<Seating, ReadError> {
    let seats = || plan.zones.iter().flat_map(|zone| &zone.rows).flat_map(|row| &row.seats);
    if seats().next().is_none() {
        return Err(Fault::new(0..0, "the plan has no seats").at_key(text, "zones".to_owned()));
    }
    check_categories(text, plan, categories)?;
    let scale = Scale::of(plan);
    let mut house = House::default();
    for (zone_index, zone) in plan.zones.iter().enumerate() {
        let sector = named(&zone.name, || format!("Zone {}", zone_index + 1));
        for (row_index, row) in zone.rows.iter().enumerate() {
            let row_name = named(&row.row_number, || (row_index + 1).to_string());
            for (seat_index, seat) in row.seats.iter().enumerate() {
                let of_zone = format_args!("zones[{zone_index}]");
                let of_row = format_args!("{of_zone}.rows[{row_index}]");
                let of_seat = format_args!("{of_row}.seats[{seat_index}]");
                let fault = |message: String| {
                    Fault::new(span_of(text, seat.seat_guid.get()), message)
                        .at_key(text, format!("{of_seat}.seat_guid"))
                };
                let checked = |name: &str, written: &str, key: fmt::Arguments<'_>| {
                    let fault =
                        |message| Fault::new(span_in(text, written, seat), message).at_key(text, key.to_string());
                    limits::name(name).map(str::to_owned).map_err(fault)
                };
                if seat.seat_number.trim().is_empty() {
                    return Err(fault("its seat_number must not be empty".to_owned()));
                }
                let label = label(&seat.seat_number, seat_index);
                let position = SeatPosition {
                    sector: checked(&sector, &zone.name, format_args!("{of_zone}.name"))?,
                    row: checked(&row_name, &row.row_number, format_args!("{of_row}.row_number"))?,
                    number: label.number.into(),
                    label: checked(&label.label, &seat.seat_number, format_args!("{of_seat}.seat_number"))?,
                };
                let place = scale.place(at(zone, row, seat));
                if !(place.x <= PLAN_MAX && place.y <= PLAN_MAX) {
                    return Err(fault(format!("is too far from other seats; allowed are {PLAN_MAX} seat widths")));
                }
                let (x, y) = (rounded(place.x), rounded(place.y));
                let (grade, price) = categories[&*seat.category];
                let guid: Cow<'_, str> = serde_json::from_str(seat.seat_guid.get())
                    .map_err(|_| fault(format!("{} is no text", seat.seat_guid.get())))?;
                let guid = limits::name(&guid).map_err(fault)?.to_owned();
                house.add(SeatPlan { guid, grade, price, position, is_seat: true, x, y }).map_err(fault)?;
            }
        }
    }
    Ok(Seating { stage: scale.stage(plan), seats: house.seats })
}

/// The whole list of what is missing, so that it need not be found out one by one.
fn check_categories(text: &str, plan: &Plan<'_>, categories: &Categories) -> Result<(), ReadError> {
    let used: BTreeSet<&str> =
        plan.zones.iter().flat_map(|zone| &zone.rows).flat_map(|row| &row.seats).map(|seat| &*seat.category).collect();
    for (name, (_, price)) in categories {
        limits::number(*price, &PRICE).map_err(|message| {
            Fault::new(0..0, format!("{name:?}: {message}")).at_key(text, "categories".to_owned())
        })?;
    }
    let declared = || plan.categories.iter().map(|category| category.name.as_str());
    let fault = |message| Err(Fault::new(0..0, message).at_key(text, "categories".to_owned()));
    let missing: Vec<String> =
        used.iter().filter(|name| !categories.contains_key(**name)).map(|name| format!("{name:?}")).collect();
    if !missing.is_empty() {
        let message = format!("no grade and price are given for {}", missing.join(", "));
        return Err(first_of(text, plan, |seat| !categories.contains_key(&*seat.category), message));
    }
    match categories.keys().find(|name| !used.contains(name.as_str()) && !declared().any(|known| known == *name)) {
        Some(unknown) => {
            let known: BTreeSet<&str> = used.iter().copied().chain(declared()).collect();
            let known: Vec<String> = known.into_iter().map(|name| format!("{name:?}")).collect();
            fault(format!("{unknown:?} is no category of the plan; these are {}", known.join(", ")))
        }
        None => Ok(()),
    }
}

/// A fault at the category of the first seat of which this is true.
fn first_of(text: &str, plan: &Plan<'_>, is_it: impl Fn(&Seat<'_>) -> bool, message: String) -> ReadError {
    for (zone_index, zone) in plan.zones.iter().enumerate() {
        for (row_index, row) in zone.rows.iter().enumerate() {
            if let Some((index, seat)) = row.seats.iter().enumerate().find(|(_, seat)| is_it(seat)) {
                let key = format!("zones[{zone_index}].rows[{row_index}].seats[{index}].category");
                return Fault::new(span_in(text, &seat.category, seat), message).at_key(text, key);
            }
        }
    }
    Fault::new(0..0, message).at_key(text, "zones".to_owned())
}

/// Where something of a seat stands; with escapes it is not in the text as it is, but its seat is.
fn span_in(text: &str, written: &str, seat: &Seat<'_>) -> Range<usize> {
    let is_in_text = text.as_bytes().as_ptr_range().contains(&written.as_ptr());
    span_of(text, if is_in_text { written } else { seat.seat_guid.get() })
}

fn named(name: &str, otherwise: impl FnOnce() -> String) -> String {
    if name.trim().is_empty() { otherwise() } else { name.to_owned() }
}

/// The first number in it counts; without one, the place in the row.
fn label(text: &str, index: usize) -> SeatLabel {
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty());
    let number = digits.and_then(|digits| digits.parse().ok()).filter(|number| SEAT_NUMBER.contains(number));
    let number = number.unwrap_or_else(|| u32::try_from(index + 1).unwrap_or(*SEAT_NUMBER.end()));
    SeatLabel { number, label: named(text, || number.to_string()) }
}

fn at(zone: &Zone<'_>, row: &Row<'_>, seat: &Seat<'_>) -> Position {
    zone.position + row.position + seat.position
}

impl std::ops::Add for Position {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}

impl Position {
    fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// From pixels to seat widths and row distances.
struct Scale {
    origin: Position,
    seat_pixels: f64,
    row_pixels: f64,
}

impl Scale {
    fn of(plan: &Plan<'_>) -> Self {
        let seat_pixels = small(seat_distances(plan)).unwrap_or(1.0);
        // As in real halls, when there is nothing to measure.
        let row_pixels = small(row_distances(plan)).unwrap_or(2.0 * seat_pixels);
        let mut scale = Self { origin: Position::default(), seat_pixels, row_pixels };
        let corners = plan.zones.iter().flat_map(|zone| {
            zone.rows.iter().flat_map(move |row| row.seats.iter().map(move |seat| at(zone, row, seat)))
        });
        let half = Position { x: -seat_pixels / 2.0, y: -row_pixels / 2.0 };
        let stage = stage_area(plan).map(|(_, corner, _)| corner);
        let corners = corners.map(|place| place + half).chain(stage);
        scale.origin = corners
            .reduce(|least, corner| Position { x: least.x.min(corner.x), y: least.y.min(corner.y) })
            .unwrap_or_default();
        scale
    }

    fn place(&self, at: Position) -> Position {
        Position { x: (at.x - self.origin.x) / self.seat_pixels, y: (at.y - self.origin.y) / self.row_pixels }
    }

    fn stage(&self, plan: &Plan<'_>) -> Option<Stage> {
        let (label, corner, size) = stage_area(plan)?;
        let place = self.place(corner);
        let (x, y) = (rounded(place.x), rounded(place.y));
        let (width, height) = (rounded(size.width / self.seat_pixels), rounded(size.height / self.row_pixels));
        Some(Stage { label: limits::name(label).ok()?.to_owned(), x, y, width, height })
    }
}

/// Distances between the neighbours of each row.
fn seat_distances(plan: &Plan<'_>) -> Vec<f64> {
    let rows = plan.zones.iter().flat_map(|zone| &zone.rows);
    rows.flat_map(|row| row.seats.windows(2).map(|pair| pair[0].position.distance(pair[1].position))).collect()
}

/// How far the rows of each zone are behind each other, across the row.
fn row_distances(plan: &Plan<'_>) -> Vec<f64> {
    let pairs = plan.zones.iter().flat_map(|zone| zone.rows.windows(2).map(move |pair| (zone, &pair[0], &pair[1])));
    let distance = |(zone, row, next): (&Zone<'_>, &Row<'_>, &Row<'_>)| {
        let middle = at(zone, row, row.seats.get(row.seats.len() / 2)?);
        let nearest = next.seats.iter().map(|seat| at(zone, next, seat));
        let nearest = nearest.min_by(|a, b| a.distance(middle).total_cmp(&b.distance(middle)))?;
        let (first, last) = (row.seats.first()?.position, row.seats.last()?.position);
        let length = first.distance(last);
        if length > 0.0 {
            // The part of the way that is across the row.
            let along = (last.x - first.x, last.y - first.y);
            Some(((nearest.x - middle.x) * along.1 - (nearest.y - middle.y) * along.0).abs() / length)
        } else {
            Some(nearest.distance(middle))
        }
    };
    pairs.filter_map(distance).collect()
}

/// A distance that nine of ten are not below: the densest are then 1 apart, and a few that are written wrong do not count.
fn small(mut distances: Vec<f64>) -> Option<f64> {
    distances.retain(|distance| distance.is_finite() && *distance > 0.0);
    distances.sort_by(f64::total_cmp);
    distances.get(distances.len() / 10).copied()
}

/// The largest area with a text: its label, its top left corner and its size.
fn stage_area<'a>(plan: &'a Plan<'_>) -> Option<(&'a str, Position, Size)> {
    let areas = plan.zones.iter().flat_map(|zone| zone.areas.iter().map(move |area| (zone, area)));
    let boxes = areas.filter_map(|(zone, area)| {
        let label = match area.text.as_ref()? {
            AreaText::Plain(text) | AreaText::Styled { text: Some(text) } => text.trim(),
            AreaText::Styled { text: None } => return None,
        };
        let (corner, size) = area.outline()?;
        (!label.is_empty()).then_some((label, zone.position + area.position + corner, size))
    });
    boxes.max_by(|(.., a), (.., b)| (a.width * a.height).total_cmp(&(b.width * b.height)))
}

impl Area {
    /// The box around it, turned as it is: its corner, from its position, and its size.
    fn outline(&self) -> Option<(Position, Size)> {
        let (sin, cos) = self.rotation.to_radians().sin_cos();
        let around = |radius: Position| {
            let (x, y) = ((radius.x * cos).hypot(radius.y * sin), (radius.x * sin).hypot(radius.y * cos));
            (Position { x: -x, y: -y }, Size { width: 2.0 * x, height: 2.0 * y })
        };
        if let Some(Circle { radius }) = self.circle {
            return Some(around(Position { x: radius, y: radius }));
        }
        if let Some(Ellipse { radius }) = self.ellipse {
            return Some(around(radius));
        }
        let corners = self.rectangle.iter().flat_map(|Size { width, height }| {
            [(0.0, 0.0), (*width, 0.0), (0.0, *height), (*width, *height)].map(|(x, y)| Position { x, y })
        });
        let points = corners.chain(self.polygon.iter().flat_map(|polygon| polygon.points.iter().copied()));
        let turned = points.map(|p| Position { x: p.x * cos - p.y * sin, y: p.x * sin + p.y * cos });
        let boxes = turned.map(|point| (point, point));
        let (least, most) = boxes.reduce(|(least, most), (point, _)| {
            let least = Position { x: least.x.min(point.x), y: least.y.min(point.y) };
            (least, Position { x: most.x.max(point.x), y: most.y.max(point.y) })
        })?;
        Some((least, Size { width: most.x - least.x, height: most.y - least.y }))
    }
}

/// To a thousandth, so that it can be written down.
fn rounded(length: f64) -> f32 {
    const STEPS: f64 = 1_000.0;
    single(((length * STEPS).round() / STEPS).clamp(-PLAN_MAX, PLAN_MAX))
}
