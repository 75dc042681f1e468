//! Show files: a venue, a show, its performances and its seats in one TOML text.
//!
//! ```toml
//! [venue]
//! name = "Blue Square"
//! contact = "+82-2-1544-1555"     # contact, address and url may be left out
//! address = "294 Itaewon-ro, Yongsan-gu, Seoul"
//! url = "https://www.bluesquare.kr"
//!
//! [show]
//! name = "Les Misérables"
//! category = "MUSICAL"            # MUSICAL, CONCERT, PLAY
//! running-minutes = 170           # without the intermission
//! intermission-minutes = 20       # default 0
//! age-limit = "8+"                # default none
//! currency = "KRW"                # default KRW
//! max-seats-per-user = 4          # per performance, default 10
//! cancel-until-hours = 24         # before the start, default 0: until the start
//!
//! [prices]                        # in minor units, for every grade that is used: VIP, R, S, A, B
//! VIP = 170000
//! R = 140000
//!
//! [stage]                         # may be left out
//! label = "STAGE"                 # default STAGE
//! x = 8
//! y = 0
//! width = 20
//! height = 2
//!
//! [[performances]]
//! date = 2031-05-02
//! start = 19:30:00                # in the business time zone
//! round = 1                       # default: the next on that date
//! sale-opens-at = 2031-03-02T14:00:00        # default: at once; an offset may be given
//! sale-closes-at = 2031-05-02T18:00:00+09:00 # default: the start
//!
//! [[sectors]]
//! name = "1F"
//! at = [0, 4]                     # the left end of the front of the first row
//! angle = 0                       # clockwise turn around that point, in degrees, default 0
//! curve = 30                      # radius of the arcs into which its rows bend; default 0: straight
//! grade = "R"                     # default of its rows
//! rows = [
//!     { row = "A", seats = "1-12 __ VIP:13-24 __ 25-36" },
//!     { rows = "B-F", seats = "1-36 #", grade = "VIP", indent = 2, aisle = 1 },
//! ]
//! ```
//!
//! # Lengths
//!
//! x and what runs along a row is measured in seat widths, y and what runs across rows in row distances. One row
//! distance is as long as two seat widths, as in real halls and as a terminal cell is twice as tall as wide: so at one
//! column and one line per unit everything, turned sectors included, has its true shape. Negative coordinates are
//! fine; the finished plan is moved so that it begins at its top left corner.
//!
//! # Sectors
//!
//! With `at`, rows begin at the sector's left edge, moved by `indent`. `curve` bends them alike, deepest at the middle of
//! the first row, so that columns stay columns. This is the way to write a hall.
//!
//! With `around = [x, y]` instead, rows are arcs around that point, `curve` being how far from it the sector begins. Each
//! row is centred on the line that runs from there in the direction of `angle`: 0 down, 90 to the left, 180 up, 270 to
//! the right. Sectors with the same centre, the same `curve` and different angles make a ring: an arena, the corner of a
//! stadium.
//!
//! `aisle` leaves row distances free in front of a row (the
//! first, when `rows` names several). `widen` makes each further row of `rows` longer by so many seats, rounded down,
//! that continue the last number: the shape of a wedge.
//!
//! # Seats
//!
//! Words, from left to right: `7` a seat, `7A` one whose label is not just its number, `1-12` and `12-1` ranges, `_` an
//! aisle of one seat width with nothing in it, `#` a gap that is drawn but never sold (`__` and `###` are several).
//! `VIP:1-12` gives a grade to this word alone. The stable name of a seat is `<sector>/<row>/<label>`.
//!
//! # Limits
//!
//! 200,000 seats, 1,000 performances, 1,000 cells in a row, texts of 200 characters.

mod document;
mod error;
mod prices;
mod row_names;
mod schedule;
mod seat_list;
mod seating;
mod tokens;
mod values;

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::document::{Document, ShowTable, VenueTable};
use self::error::Fault;
pub use self::error::ShowFileError;
use self::prices::Prices;
use self::values::{count, count_or, name, optional_text, parsed};
use crate::domain::{Currency, ShowPlan, VenuePlan};

/// What a show file leaves open.
#[derive(Debug, Clone)]
pub struct ShowFileOptions {
    /// The business time zone, in which its times are meant.
    pub time_zone: TimeZone,
    /// Moves every date and every sale by the same number of days, so that the first performance is on this day.
    pub starting: Option<Date>,
}

/// Reads a show file.
///
/// ```
/// use jiff::tz::TimeZone;
/// use ticket_core::import::show_file::{self, ShowFileOptions};
///
/// let text = r#"
///     venue.name = "Studio"
///     show = { name = "Hamlet", category = "PLAY", running-minutes = 120 }
///     prices.R = 30000
///     performances = [{ date = 2031-05-02, start = 19:30:00 }]
///     sectors = [{ name = "1F", at = [0, 0], grade = "R", rows = [{ rows = "A-C", seats = "1-4 _ 5-8" }] }]
/// "#;
/// let options = ShowFileOptions { time_zone: TimeZone::get("Asia/Seoul")?, starting: None };
/// let plan = show_file::parse(text, &options)?;
/// assert_eq!(plan.seats.len(), 24);
/// assert_eq!(plan.seats[4].guid, "1F/A/5");
/// assert_eq!(plan.performances[0].starts_at.to_string(), "2031-05-02T10:30:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The first thing that is wrong, with its line, column, key and what is allowed.
pub fn parse(text: &str, options: &ShowFileOptions) -> Result<ShowPlan, ShowFileError> {
    toml::from_str(text)
        .map_err(Fault::from)
        .and_then(|document: Document| plan(&document, options))
        .map_err(|fault| fault.locate(text))
}

fn plan(document: &Document, options: &ShowFileOptions) -> Result<ShowPlan, Fault> {
    let show = &document.show;
    let mut plan = ShowPlan {
        venue: venue(&document.venue)?,
        name: name(&show.name)?,
        category: parsed(&show.category)?,
        running_minutes: count(&show.running_minutes, 1..=1_440)?,
        intermission_minutes: count_or(0, show.intermission_minutes.as_ref(), 0..=600)?,
        age_limit: optional_text(show.age_limit.as_ref())?,
        currency: currency(show)?,
        max_seats_per_user: count_or(10, show.max_seats_per_user.as_ref(), 1..=1_000)?,
        cancel_until_hours: count_or(0, show.cancel_until_hours.as_ref(), 0..=8_760)?,
        performances: schedule::performances(&document.performances, options)?,
        stage: document.stage.as_ref().map(seating::stage).transpose()?,
        seats: seating::seats(&document.sectors, &Prices::new(&document.prices)?)?,
    };
    seating::move_to_corner(&mut plan.seats, plan.stage.as_mut());
    Ok(plan)
}

fn venue(table: &VenueTable) -> Result<VenuePlan, Fault> {
    Ok(VenuePlan {
        name: name(&table.name)?,
        contact: optional_text(table.contact.as_ref())?,
        address: optional_text(table.address.as_ref())?,
        url: optional_text(table.url.as_ref())?,
    })
}

fn currency(show: &ShowTable) -> Result<Currency, Fault> {
    show.currency.as_ref().map_or(Ok(Currency::default()), parsed)
}
