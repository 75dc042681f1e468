use std::collections::{HashMap, HashSet};
use std::ops::Range;

use csv::{ReaderBuilder, StringRecord};

use crate::domain::limits::{self, PLAN_MAX, PRICE, SEAT_NUMBER, SEATS_MAX};
use crate::domain::{Grade, SeatPlan, SeatPosition, Seating, Stage};
use crate::import::error::{Fault, ReadError};
use crate::import::geometry::single;
use crate::import::house::{House, name_of};
use crate::import::label::SeatLabel;

const COLUMNS: [&str; 8] = ["sector", "row", "number", "grade", "price", "x", "y", "guid"];
const NEEDED: [&str; 5] = ["sector", "row", "number", "grade", "price"];

/// Widest that a sector is drawn by its numbers.
const WIDTH_MAX: u32 = 1_000;

pub(super) fn read(text: &str) -> Result<Seating, ReadError> {
    let mut lines = Lines { text, delimiter: delimiter(text), columns: HashMap::new() };
    read_lines(&mut lines).map_err(|wrong| lines.locate(wrong))
}

/// What is wrong with a column of a line.
struct Wrong {
    /// The bytes of the line.
    line: Range<usize>,
    column: Option<&'static str>,
    message: String,
}

struct Lines<'a> {
    text: &'a str,
    delimiter: u8,
    /// Where the columns are.
    columns: HashMap<&'static str, usize>,
}

/// A line, and its bytes.
struct Line {
    fields: StringRecord,
    span: Range<usize>,
}

impl Line {
    /// Nothing but delimiters, as spreadsheets write the lines whose cells were emptied.
    fn is_blank(&self) -> bool {
        self.fields.iter().all(str::is_empty)
    }
}

fn read_lines(lines: &mut Lines<'_>) -> Result<Seating, Wrong> {
    let (records, unreadable) = lines.records();
    let mut records = records.into_iter();
    let Some(header) = records.next() else {
        return Err(Wrong { line: 0..0, column: None, message: format!("is empty; expected {}", NEEDED.join(",")) });
    };
    lines.name_columns(&header)?;
    let mut seats = Vec::new();
    for line in records.filter(|line| !line.is_blank()) {
        if seats.len() == SEATS_MAX {
            let message = format!("more than {SEATS_MAX} seats");
            return Err(Wrong { line: line.span, column: None, message });
        }
        seats.push((lines.seat(&line)?, line.span));
    }
    if let Some(wrong) = unreadable {
        return Err(wrong);
    }
    if seats.is_empty() {
        return Err(Wrong { line: header.span, column: None, message: "has no seats".to_owned() });
    }
    let stage = if lines.columns.contains_key("x") { None } else { Some(lay_out(&mut seats)) };
    let mut house = House::default();
    for (seat, line) in seats {
        house.add(seat).map_err(|message| Wrong { line, column: None, message })?;
    }
    Ok(Seating { stage, seats: house.seats })
}

impl Lines<'_> {
    /// The lines, up to the first that cannot be read, and what is wrong with that one.
    fn records(&self) -> (Vec<Line>, Option<Wrong>) {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .delimiter(self.delimiter)
            .trim(csv::Trim::All)
            .from_reader(self.text.as_bytes());
        let mut lines: Vec<Line> = Vec::new();
        for record in reader.records() {
            let fields = match record {
                Ok(fields) => fields,
                Err(error) => return (lines, Some(self.unreadable(&error))),
            };
            let start = byte(fields.position());
            if let Some(last) = lines.last_mut() {
                last.span.end = start;
            }
            lines.push(Line { fields, span: start..self.text.len() });
        }
        (lines, None)
    }

    fn unreadable(&self, error: &csv::Error) -> Wrong {
        let start = byte(error.position());
        let message = match error.kind() {
            csv::ErrorKind::UnequalLengths { .. } if self.is_open_from(start) => {
                "has a quote that is opened and not closed".to_owned()
            }
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("has {len} columns; expected {expected_len}, as the first line has")
            }
            _ => error.to_string(),
        };
        Wrong { line: start..self.text.len(), column: None, message }
    }

    /// Whether a quote that is opened in the line that begins there is never closed, so that the rest of the file is in it.
    fn is_open_from(&self, start: usize) -> bool {
        self.text.get(start..).unwrap_or_default().bytes().filter(|byte| *byte == b'"').count() % 2 == 1
    }

    fn name_columns(&mut self, header: &Line) -> Result<(), Wrong> {
        let wrong = |message| Err(Wrong { line: header.span.clone(), column: None, message });
        for (index, name) in header.fields.iter().enumerate() {
            let Some(column) = COLUMNS.into_iter().find(|column| column.eq_ignore_ascii_case(name)) else {
                return wrong(format!("{name:?} is no column; allowed is {}", COLUMNS.join(",")));
            };
            if self.columns.insert(column, index).is_some() {
                return wrong(format!("column {column} is there twice"));
            }
        }
        if let Some(missing) = NEEDED.into_iter().find(|column| !self.columns.contains_key(column)) {
            return wrong(format!("there is no column {missing}; expected {}", NEEDED.join(",")));
        }
        if self.columns.contains_key("x") != self.columns.contains_key("y") {
            return wrong("x and y go together".to_owned());
        }
        Ok(())
    }

    fn seat(&self, line: &Line) -> Result<SeatPlan, Wrong> {
        let field = |column: &'static str| self.columns.get(column).and_then(|index| line.fields.get(*index));
        let wrong = |column| move |message| Wrong { line: line.span.clone(), column: Some(column), message };
        let name = |column| limits::name(field(column).unwrap_or_default()).map(str::to_owned).map_err(wrong(column));
        let number = field("number").unwrap_or_default();
        let label = SeatLabel::parse(number).ok_or_else(|| {
            wrong("number")(format!("{number:?} is no seat; allowed is 7, 7A, up to {}", SEAT_NUMBER.end()))
        })?;
        let position = SeatPosition {
            sector: name("sector")?,
            row: name("row")?,
            number: label.number.into(),
            label: label.label,
        };
        let grade = field("grade").unwrap_or_default();
        let grade: Grade = grade.parse().map_err(|error| wrong("grade")(format!("{error}")))?;
        let price = field("price").unwrap_or_default();
        let price = price.parse().ok().filter(|price| PRICE.contains(price)).ok_or_else(|| {
            wrong("price")(format!("{price:?} is no price; allowed is 0 to {}, in minor units", PRICE.end()))
        })?;
        let place = |column| match field(column) {
            None => Ok(0.0),
            Some(text) => {
                let place = text.parse().ok().filter(|place: &f64| (0.0..=PLAN_MAX).contains(place));
                place
                    .map(single)
                    .ok_or_else(|| wrong(column)(format!("{text:?} is no place; allowed is 0 to {PLAN_MAX}")))
            }
        };
        let guid = match field("guid") {
            None => name_of(&position),
            Some(_) => name("guid")?,
        };
        Ok(SeatPlan { guid, grade, price, position, is_seat: true, x: place("x")?, y: place("y")? })
    }

    fn locate(&self, wrong: Wrong) -> ReadError {
        let column = wrong.column.and_then(|column| self.columns.get(column)).copied();
        let begin = column.map_or(0, |column| self.field_start(&wrong.line, column));
        let at = wrong.line.start + begin;
        Fault::new(at..at, wrong.message).at_key(self.text, wrong.column.unwrap_or_default().to_owned())
    }

    /// Bytes from the beginning of a line to the beginning of a field.
    fn field_start(&self, line: &Range<usize>, column: usize) -> usize {
        let mut is_quoted = false;
        let line = self.text.get(line.clone()).unwrap_or_default();
        let mut delimiters = line.bytes().enumerate().filter(|(_, byte)| {
            is_quoted ^= *byte == b'"';
            !is_quoted && *byte == self.delimiter
        });
        match column.checked_sub(1) {
            None => 0,
            Some(before) => delimiters.nth(before).map_or(0, |(at, _)| at + 1),
        }
    }
}

fn byte(position: Option<&csv::Position>) -> usize {
    position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default()
}

/// What the first line is divided by.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|byte| *byte == delimiter).count();
    // Of equals the last wins.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// The rows of a sector in their order, and its seats with their rows.
#[derive(Default)]
struct Sector {
    rows: HashMap<String, usize>,
    seats: Vec<(usize, usize)>,
}

/// The stage, and behind it rows below each other, seats where their numbers say, sectors below each other.
fn lay_out(seats: &mut [(SeatPlan, Range<usize>)]) -> Stage {
    let mut sectors: Vec<Sector> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for (index, (seat, _)) in seats.iter().enumerate() {
        let count = known.len();
        let sector = *known.entry(seat.position.sector.clone()).or_insert(count);
        if sector == sectors.len() {
            sectors.push(Sector::default());
        }
        let sector = &mut sectors[sector];
        let count = sector.rows.len();
        let row = *sector.rows.entry(seat.position.row.clone()).or_insert(count);
        sector.seats.push((index, row));
    }
    // The stage is as deep as a row, and a row distance is left free.
    let mut top = 2;
    for sector in &sectors {
        lay_out_sector(seats, sector, top);
        // A row distance is left free between sectors.
        top += sector.rows.len() + 1;
    }
    let width = seats.iter().map(|(seat, _)| seat.x + 0.5).fold(1.0, f32::max);
    Stage { label: "STAGE".to_owned(), x: 0.0, y: 0.0, width, height: 1.0 }
}

/// A seat is in the column of its number, unless numbers come twice in a row or would make the sector too wide: then they are
/// side by side in their order.
fn lay_out_sector(seats: &mut [(SeatPlan, Range<usize>)], sector: &Sector, top: usize) {
    let number = |index: usize| seats[index].0.position.number;
    let numbers = || sector.seats.iter().map(|(index, _)| number(*index));
    let (first, last) = (numbers().min().unwrap_or_default(), numbers().max().unwrap_or_default());
    let mut places = HashSet::new();
    let by_number = last - first < i64::from(WIDTH_MAX)
        && sector.seats.iter().all(|(index, row)| places.insert((*row, number(*index))));
    let mut in_row = vec![0_i64; sector.rows.len()];
    for (index, row) in &sector.seats {
        let seat = &mut seats[*index].0;
        let along = if by_number { seat.position.number - first } else { in_row[*row] };
        in_row[*row] += 1;
        seat.x = single(size(along) + 0.5);
        seat.y = single(size(i64::try_from(top + row).unwrap_or_default()) + 0.5);
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer seats than a float has digits")]
fn size(count: i64) -> f64 {
    count as f64
}
