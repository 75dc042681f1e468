use std::convert::Infallible;
use std::ops::ControlFlow;

use anyhow::Result;
use ticket_core::domain::{Email, TicketState};
use ticket_core::{BoxOffice, TicketFilter, TicketRow};

use crate::cli::{Format, Global};
use crate::commands::in_shop;
use crate::commands::performance::local;
use crate::commands::report::Filter;
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, Stream, number, text, word};
use crate::parse::one_of;

/// Every ticket with its buyer, seat and price, cancelled ones too, oldest first; as CSV, if no other format is named
///
/// It is of one moment, also while servers sell, and needs no more memory for a million tickets than for one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin booking export > tickets.csv
  ticket-admin booking export --performance 7 --format ndjson | jq .email")]
pub(crate) struct Export {
    #[command(flatten)]
    filter: Filter,
    /// Only of the user with this email
    #[arg(long, value_name = "EMAIL")]
    user: Option<Email>,
    /// Only in this state
    #[arg(long, value_name = "STATE", value_parser = one_of(TicketState::ALL, TicketState::as_str))]
    state: Option<TicketState>,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Csv)]
    format: Format,
}

impl Record for TicketRow {
    const COLUMNS: &'static [&'static str] = &Self::FIELDS;
}

impl Export {
    pub(super) fn run(self, global: &Global) -> Result<Exit> {
        let filter = TicketFilter { report: self.filter.filter(), email: self.user, state: self.state };
        in_shop(global, async |shop: &BoxOffice| match self.format {
            Format::Table => print_table(shop, filter).await,
            format => print(shop, filter, format).await,
        })?;
        Ok(Exit::Ok)
    }
}

async fn print(shop: &BoxOffice, filter: TicketFilter, format: Format) -> Result<()> {
    let stream = Stream::new(format, TicketRow::COLUMNS);
    let printed = shop.fold_tickets(filter, stream, |mut stream, ticket| match stream.print(&ticket) {
        Ok(()) => ControlFlow::Continue(stream),
        Err(error) => ControlFlow::Break(error),
    });
    match printed.await? {
        ControlFlow::Continue(stream) => stream.end(),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Columns are as wide as what is in them, so nothing is printed before everything is known.
async fn print_table(shop: &BoxOffice, filter: TicketFilter) -> Result<()> {
    let collect = |mut tickets: Vec<TicketRow>, ticket| {
        tickets.push(ticket);
        ControlFlow::<Infallible, _>::Continue(tickets)
    };
    let ControlFlow::Continue(tickets) = shop.fold_tickets(filter, Vec::new(), collect).await?;
    let columns = [
        number("TICKET"),
        number("BOOKING").spare(6),
        word("BOOKED").spare(5),
        text("USER"),
        text("SHOW"),
        word("DATE"),
        number("ROUND").spare(2),
        text("SECTOR"),
        text("ROW"),
        text("SEAT"),
        word("GRADE").spare(4),
        number("PRICE").spare(3),
        word("STATE").spare(1),
    ];
    output::list(Format::Table, "tickets", &tickets, columns, |ticket| {
        [
            ticket.ticket_id.to_string(),
            ticket.booking_id.to_string(),
            local(ticket.booking_date, shop.time_zone()),
            ticket.email.clone(),
            ticket.show_name.clone(),
            ticket.show_date.to_string(),
            ticket.show_round.to_string(),
            ticket.sector.clone(),
            ticket.row.clone(),
            ticket.label.clone(),
            ticket.grade.to_string(),
            ticket.currency.format(ticket.price),
            ticket.ticket_state.to_string(),
        ]
    })
}
