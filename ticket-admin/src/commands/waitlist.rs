use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use ticket_core::api::{Language, WaitlistEntryDetails, WaitlistSeat};
use ticket_core::domain::{
    EntryId, PerformanceId, SeatId, UserId, WaiterBefore, WaitlistEntry, WaitlistFilter, WaitlistState,
};
use ticket_core::{BoxOffice, Error};

use super::performance::local;
use super::{in_shop, jobs};
use crate::cli::Global;
use crate::csv::Record;
use crate::exit::{Exit, not_found};
use crate::output::{self, number, text, word};
use crate::parse::one_of;

/// Look at the waitlist, and serve it
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Waitlist {
    /// The entries of all users, in the order in which they are served
    List(List),
    /// Offer cancelled seats now, under the lock of the job waitlist-offer; exits with 5 when it is running elsewhere, or was
    /// run just now
    #[command(after_help = "Examples:
  ticket-admin waitlist offer")]
    Offer {
        /// Offer even if the job was run just now
        #[arg(long)]
        force: bool,
        /// Say whether the job could be run just now, and do not run it
        #[arg(long)]
        dry_run: bool,
    },
    /// Why an entry has not been served yet: its position, who is before it, and how its seats stand
    #[command(after_help = "Examples:
  ticket-admin waitlist explain 42")]
    Explain {
        /// Its id, as the list shows it
        entry: EntryId,
    },
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin waitlist list --performance 7 --state waiting")]
pub(crate) struct List {
    /// Only of the performance with this id
    #[arg(long, value_name = "ID")]
    performance: Option<PerformanceId>,
    /// Only in this state: `activation` has seats offered, `fin` has booked them
    #[arg(long, value_name = "STATE", value_parser = one_of(WaitlistState::ALL, WaitlistState::as_str))]
    state: Option<WaitlistState>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

/// An entry as the API tells it, with what an admin wants to know besides.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryItem {
    user_id: UserId,
    email: String,
    #[serde(flatten)]
    entry: WaitlistEntryDetails,
}

impl Record for EntryItem {
    const COLUMNS: &'static [&'static str] = &[
        "waitingBookingId",
        "userId",
        "email",
        "showId",
        "showName",
        "performanceId",
        "showDate",
        "showRound",
        "showTime",
        "seatCount",
        "seats.seatId",
        "seats.seatStatus",
        "currentState",
        "joinedAt",
        "position",
        "reason",
        "reasonText",
        "passedOverAt",
        "offer.seatIds",
        "offer.totalPrice",
        "offer.currency",
        "offer.offeredAt",
        "offer.expiresAt",
        "endedAt",
        "bookingId",
    ];
}

/// An entry with those who are before it.
#[derive(Serialize)]
struct Explanation {
    #[serde(flatten)]
    item: EntryItem,
    before: Vec<Before>,
}

impl Record for Explanation {
    const COLUMNS: &'static [&'static str] = &[
        "waitingBookingId",
        "userId",
        "email",
        "showId",
        "showName",
        "performanceId",
        "showDate",
        "showRound",
        "showTime",
        "seatCount",
        "seats.seatId",
        "seats.grade",
        "seats.sector",
        "seats.row",
        "seats.number",
        "seats.label",
        "seats.price",
        "seats.seatStatus",
        "currentState",
        "joinedAt",
        "position",
        "reason",
        "reasonText",
        "passedOverAt",
        "offer.seatIds",
        "offer.totalPrice",
        "offer.currency",
        "offer.offeredAt",
        "offer.expiresAt",
        "endedAt",
        "bookingId",
        "before.waitingBookingId",
        "before.email",
        "before.seatCount",
        "before.sharedSeatIds",
    ];
    const EACH: &'static [&'static str] = &["seats", "before"];
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Before {
    waiting_booking_id: EntryId,
    email: String,
    seat_count: u32,
    shared_seat_ids: Vec<SeatId>,
}

impl Waitlist {
    /// What is logged without being asked for.
    pub(super) const fn log(&self) -> Option<&'static str> {
        match self {
            Self::Offer { .. } => Some(jobs::MAIL_LOG),
            Self::List(_) | Self::Explain { .. } => None,
        }
    }

    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        match self {
            Self::List(list) => list.run(global),
            Self::Offer { force, dry_run: true } => jobs::could_run(global, "waitlist-offer", force),
            Self::Offer { force, .. } => jobs::run(global.config(), global.format, "waitlist-offer", force),
            Self::Explain { entry } => explain(global, entry),
        }
    }
}

impl List {
    fn run(self, global: &Global) -> Result<Exit> {
        let (entries, time_zone) = in_shop(global, async |box_office: &BoxOffice| {
            Ok((self.find(box_office).await?, box_office.time_zone().clone()))
        })?;
        let columns = [
            number("ID"),
            word("JOINED").spare(3),
            text("USER"),
            text("SHOW"),
            word("DATE"),
            number("ROUND").spare(4),
            number("SEATS").spare(5),
            word("STATE"),
            number("POSITION").spare(1),
            word("OFFERED UNTIL").spare(2),
        ];
        output::list(global.format, "waitlist entries", &entries, columns, |EntryItem { email, entry, .. }| {
            [
                entry.waiting_booking_id.to_string(),
                local(entry.joined_at, &time_zone),
                email.clone(),
                entry.show_name.clone(),
                entry.show_date.to_string(),
                entry.show_round.to_string(),
                entry.seat_count.to_string(),
                entry.current_state.to_string(),
                entry.position.map_or_else(|| "-".to_owned(), |position| position.to_string()),
                entry.offer.as_ref().map_or_else(|| "-".to_owned(), |offer| local(offer.expires_at, &time_zone)),
            ]
        })?;
        Ok(Exit::Ok)
    }

    async fn find(self, box_office: &BoxOffice) -> Result<Vec<EntryItem>> {
        // A mistyped id is an error, not an empty list.
        if let Some(performance) = self.performance {
            box_office.performance(performance).await?;
        }
        let filter = WaitlistFilter { performance: self.performance, state: self.state, limit: self.limit };
        let (found, now) = (box_office.list_waitlist(filter).await?, box_office.clock().now());
        Ok(found.into_iter().map(|(entry, email)| EntryItem::new(&entry, email, now)).collect())
    }
}

impl EntryItem {
    fn new(entry: &WaitlistEntry, email: String, now: Timestamp) -> Self {
        Self { user_id: entry.user, email, entry: WaitlistEntryDetails::new(entry, Language::English, now) }
    }
}

impl From<WaiterBefore> for Before {
    fn from(waiter: WaiterBefore) -> Self {
        Self {
            waiting_booking_id: waiter.id,
            email: waiter.email,
            seat_count: waiter.seat_count,
            shared_seat_ids: waiter.shared,
        }
    }
}

fn explain(global: &Global, entry: EntryId) -> Result<Exit> {
    let (explanation, time_zone) = in_shop(global, async |box_office: &BoxOffice| {
        let (entry, email, before) = match box_office.explain_entry(entry).await {
            Err(Error::EntryNotFound) => return Err(not_found(format!("there is no waitlist entry {entry}"))),
            found => found?,
        };
        let item = EntryItem::new(&entry, email, box_office.clock().now());
        let before = before.into_iter().map(Before::from).collect();
        Ok((Explanation { item, before }, box_office.time_zone().clone()))
    })?;
    output::record(global.format, &explanation, |explanation| output::lines(explanation.lines(&time_zone)))?;
    Ok(Exit::Ok)
}

impl Explanation {
    fn lines(&self, time_zone: &TimeZone) -> Vec<String> {
        let EntryItem { email, entry, .. } = &self.item;
        let mut lines = vec![
            format!("entry {} of {email}, joined {}", entry.waiting_booking_id, local(entry.joined_at, time_zone)),
            format!(
                "wants {} of {} seats of {}, {} round {}",
                entry.seat_count,
                entry.seats.len(),
                entry.show_name,
                entry.show_date,
                entry.show_round
            ),
            self.standing(time_zone),
        ];
        lines.extend(entry.reason_text.clone());
        lines.extend(entry.passed_over_at.map(|at| format!("passed over {}", local(at, time_zone))));
        lines.push(String::new());
        let columns = [number("SEAT"), text("SECTOR"), text("ROW"), number("NUMBER"), word("STATE"), word("OFFERED")];
        lines.extend(output::table(columns, entry.seats.iter().map(|seat| self.seat_row(seat))));
        if !self.before.is_empty() {
            lines.push(String::new());
            let columns = [number("BEFORE IT"), text("USER"), number("SEATS"), text("WANTS OF THE SAME")];
            lines.extend(output::table(columns, self.before.iter().map(Before::row)));
        }
        lines
    }

    fn standing(&self, time_zone: &TimeZone) -> String {
        let entry = &self.item.entry;
        match (entry.current_state, entry.position, &entry.offer) {
            (state @ WaitlistState::Waiting, Some(position), _) => format!("{state}, position {position}"),
            (state, _, Some(offer)) => format!(
                "{state}, offered {} until {}",
                local(offer.offered_at, time_zone),
                local(offer.expires_at, time_zone)
            ),
            (state, ..) => state.to_string(),
        }
    }

    fn seat_row(&self, WaitlistSeat { seat, seat_status }: &WaitlistSeat) -> [String; 6] {
        let is_offered = self.item.entry.offer.as_ref().is_some_and(|offer| offer.seat_ids.contains(&seat.seat_id));
        [
            seat.seat_id.to_string(),
            seat.sector.clone(),
            seat.row.clone(),
            seat.label.clone(),
            seat_status.to_string(),
            if is_offered { "to it" } else { "-" }.to_owned(),
        ]
    }
}

impl Before {
    fn row(&self) -> [String; 4] {
        [
            self.waiting_booking_id.to_string(),
            self.email.clone(),
            self.seat_count.to_string(),
            self.shared_seat_ids.iter().map(SeatId::to_string).collect::<Vec<_>>().join(","),
        ]
    }
}
