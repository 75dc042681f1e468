//! Show files: a venue, a show, its performances and its seats in one text, in TOML, YAML or JSON.
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
//! Instead of being laid out in rows, seats can each have a place: in a sector with neither `at` nor `around`, rows have
//! lists of the middles of their seats, and the plan is drawn where these say.
//!
//! ```toml
//! [[sectors]]
//! name = "Balcony"
//! rows = [
//!     # Three seats in a line, and two a little behind; one `y` for all is said once.
//!     { row = "1", seats = "1-5", x = "0.5..2.5 4.5 5.5", y = "0.5 0.5 0.5 0.8 0.9", grade = "R" },
//!     # A price of its own, what is printed on the chairs, and stable names of another system.
//!     { row = "2", seats = "1-2", x = "0.5..1.5", y = "2", grade = "R", price = 25000,
//!       labels = ["Box 1", "Box 2"], guids = ["c9d2", "c9d3"] },
//! ]
//! ```
//!
//! A hall that is described elsewhere stands in a [seating plan](super::seating_plan), instead of `sectors`:
//!
//! ```toml
//! [plan]
//! file = "hall.json"                             # from where the show file is
//! grades = { Parkett = "R", Balkon = "S" }       # of the categories; a CSV has grades and prices itself
//! ```
//!
//! # Performances that are different
//!
//! `prices = { VIP = 150000 }` in a performance are its own prices. With `seating = "in the round"` it has the
//! stage, and the `sectors` or the `plan`, of the table `[seatings."in the round"]`.
//!
//! # YAML and JSON
//!
//! have the same keys; dates and times are texts there. A word of YAML without quotes is what is looked for:
//! `row: 7` is the row "7".
//!
//! # Writing
//!
//! [`write()`] writes a plan as a show file, with a place for each seat, which reads as the same plan.
//!
//! # Limits
//!
//! 1,000 cells in a row, and what [`limits`] say: 200,000 seats, 1,000 performances, texts of 200
//! characters.

mod document;
mod houses;
mod places;
mod prices;
mod row_names;
mod row_words;
mod schedule;
mod seat_list;
mod seating;
mod tokens;
mod values;
mod write;

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::document::{Document, ShowTable, VenueTable};
use self::houses::Houses;
use self::values::{count, count_or, name, optional_text, optional_url, parsed};
pub use self::write::{WriteError, write};
use crate::domain::{Currency, Seating, ShowPlan, VenuePlan, limits};
use crate::import::error::{Fault, ReadError};
use crate::import::tree::{self, Syntax};

/// Said of a list, a number or a single word.
const NO_TABLE: &str = "is no show file; expected the keys venue, show, prices, performances and sectors";

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
/// use ticket_core::import::show_file::{self, ShowFileOptions};
/// use ticket_core::jiff::tz::TimeZone;
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
pub fn parse(text: &str, options: &ShowFileOptions) -> Result<ShowPlan, ReadError> {
    parse_with(text, Syntax::sniff(text), options, &mut |_| Err("no other file can be read from here".to_owned()))
}

/// Reads a show file of this syntax, and the seating plans that it names: `open` gets the name of a file as it is written
/// there, and returns its text or why there is none.
///
/// # Errors
///
/// As for [`parse`].
pub fn parse_with(
    text: &str,
    syntax: Syntax,
    options: &ShowFileOptions,
    open: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Result<ShowPlan, ReadError> {
    let text = text.trim_start_matches('\u{feff}');
    let tree = tree::parse(text, syntax).map_err(|fault| fault.locate(text, None))?;
    let document = if tree.is_table() { tree::read(&tree) } else { Err(Fault::new(tree.span.clone(), NO_TABLE)) };
    document.and_then(|document| plan(&document, options, open)).map_err(|fault| fault.locate(text, Some(&tree)))
}

fn plan(
    document: &Document,
    options: &ShowFileOptions,
    open: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Result<ShowPlan, Fault> {
    let show = &document.show;
    let mut houses = Houses::new(document, open)?;
    let performances = schedule::performances(&document.performances, options, |table| houses.of(table))?;
    let Seating { stage, seats } = houses.of_show()?;
    Ok(ShowPlan {
        venue: venue(&document.venue)?,
        name: name(&show.name)?,
        category: parsed(&show.category)?,
        running_minutes: count(&show.running_minutes, limits::RUNNING_MINUTES)?,
        intermission_minutes: count_or(0, show.intermission_minutes.as_ref(), limits::INTERMISSION_MINUTES)?,
        age_limit: optional_text(show.age_limit.as_ref())?,
        currency: currency(show)?,
        max_seats_per_user: count_or(10, show.max_seats_per_user.as_ref(), limits::SEATS_PER_USER)?,
        cancel_until_hours: count_or(0, show.cancel_until_hours.as_ref(), limits::CANCEL_UNTIL_HOURS)?,
        performances,
        stage,
        seats,
    })
}

fn venue(table: &VenueTable) -> Result<VenuePlan, Fault> {
    Ok(VenuePlan {
        name: name(&table.name)?,
        contact: optional_text(table.contact.as_ref())?,
        address: optional_text(table.address.as_ref())?,
        url: optional_url(table.url.as_ref())?,
    })
}

fn currency(show: &ShowTable) -> Result<Currency, Fault> {
    show.currency.as_ref().map_or(Ok(Currency::default()), parsed)
}
