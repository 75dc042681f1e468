//! What the program does without the screen: commands for scripts, and the picker that asks line by line.
//!
//! Data goes to standard output, everything else to standard error. The exit codes are those of `ticket-admin`.

mod book;
mod exit;
mod list;
mod login;
mod output;
mod plain;
mod refusal;
mod session;
mod waitlist;

use clap::{ArgGroup, Args, Subcommand};
use jiff::civil::Date;
use ticket_core::domain::{BookingId, Category, EntryId, Grade, PerformanceId, TicketId};

pub(crate) use exit::usage;
pub use exit::{Exit, report};
pub use session::Session;

/// What to do without the screen.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Log in, and keep the login for later runs.
    Login(LoginArgs),
    /// List shows; with a show, its performances.
    Shows(ShowsArgs),
    /// List the seats of a performance with their states.
    Seats(SeatsArgs),
    /// Hold and buy seats.
    Book(BookArgs),
    /// List one's bookings; with a booking, its tickets.
    Bookings(BookingsArgs),
    /// Cancel a booking, or some of its tickets.
    Cancel(CancelArgs),
    /// Wait for seats that are taken, and book what is offered.
    #[command(subcommand)]
    Waitlist(WaitlistCommand),
}

/// Options of `login`.
#[derive(Debug, Clone, Args)]
pub struct LoginArgs {
    /// The account; asked for when it is not given.
    #[arg(long, env = "TICKET_EMAIL")]
    email: Option<String>,
    /// Read the password from standard input, to the end of its first line.
    #[arg(long)]
    password_stdin: bool,
    /// Print JSON: who is logged in and until when, no tokens.
    #[arg(long)]
    json: bool,
}

/// Options of `shows`.
#[derive(Debug, Clone, Args)]
pub struct ShowsArgs {
    /// List the performances of this show: its number, or a part of its name that no other has.
    show: Option<String>,
    /// Only shows whose name has this in it.
    #[arg(long, value_name = "TEXT", conflicts_with = "show")]
    search: Option<String>,
    /// Only shows of this kind: MUSICAL, CONCERT or PLAY.
    #[arg(long, conflicts_with = "show")]
    category: Option<Category>,
    /// Print JSON, with the field names of the HTTP interface.
    #[arg(long)]
    json: bool,
}

/// Which seats.
#[derive(Debug, Clone, Args)]
pub struct Wish {
    /// Only these grades, the first that can serve comes first: VIP,R
    #[arg(long, value_name = "GRADES", value_delimiter = ',')]
    grade: Vec<Grade>,
    /// Only this sector.
    #[arg(long, value_name = "NAME")]
    sector: Option<String>,
    /// Only seats that cost at most this much, in the show's currency: 120000
    #[arg(long, value_name = "PRICE")]
    max_price: Option<String>,
}

/// Options of `seats`.
#[derive(Debug, Clone, Args)]
pub struct SeatsArgs {
    /// The performance; `shows SHOW` tells its number.
    performance: PerformanceId,
    #[command(flatten)]
    wish: Wish,
    /// Only free seats.
    #[arg(long)]
    free: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Options of `book`.
#[derive(Debug, Clone, Args)]
#[command(
    override_usage = "ticket-tui book [OPTIONS] <--performance <NUMBER>|--show <SHOW>> <--best <COUNT>|--seat <SEAT>>"
)]
#[command(group(ArgGroup::new("of").required(true).args(["performance", "show"])))]
#[command(group(ArgGroup::new("what").required(true).args(["best", "seats"]).multiple(true)))]
pub struct BookArgs {
    /// The performance.
    #[arg(long, value_name = "NUMBER")]
    performance: Option<PerformanceId>,
    /// The show, by its number or a part of its name that no other has; the performance is the only one, or the one of --date.
    #[arg(long, value_name = "SHOW", conflicts_with = "performance")]
    show: Option<String>,
    /// The date of the performance: 2027-01-02
    #[arg(long, requires = "show")]
    date: Option<Date>,
    /// The number of the performance on its date.
    #[arg(long, requires = "date")]
    round: Option<u32>,
    /// The best free seats, so many.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    best: Option<u32>,
    /// Take the best seats also when they are not side by side.
    #[arg(long, requires = "best")]
    apart: bool,
    /// This seat, as `seats` names it, such as "2F B-12"; can be given more than once.
    #[arg(long = "seat", value_name = "SEAT", conflicts_with = "best")]
    seats: Vec<String>,
    #[command(flatten)]
    wish: Wish,
    /// Wait until the sale opens.
    #[arg(long)]
    at_open: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Options of `bookings`.
#[derive(Debug, Clone, Args)]
pub struct BookingsArgs {
    /// Show the tickets of this booking.
    booking: Option<BookingId>,
    /// Bookings of the last so many days.
    #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3650))]
    days: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Options of `cancel`.
#[derive(Debug, Clone, Args)]
pub struct CancelArgs {
    /// The booking.
    booking: BookingId,
    /// Only this ticket; can be given more than once.
    #[arg(long = "ticket", value_name = "NUMBER")]
    tickets: Vec<TicketId>,
    /// Do not ask. Without it, and without a terminal to ask on, nothing is cancelled.
    #[arg(long)]
    yes: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What to do about the waitlist.
#[derive(Debug, Clone, Subcommand)]
pub enum WaitlistCommand {
    /// List what one waits for, with place, reason and offer.
    List {
        /// Only what still waits or is offered.
        #[arg(long)]
        live: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Wait for seats that are taken.
    #[command(override_usage = "ticket-tui waitlist join [OPTIONS] --performance <NUMBER> --seat <SEAT>")]
    Join {
        /// The performance.
        #[arg(long, value_name = "NUMBER")]
        performance: PerformanceId,
        /// A seat that would do, as `seats` names it, such as "2F B-12"; can be given more than once, the most wanted first.
        #[arg(long = "seat", value_name = "SEAT", required = true)]
        seats: Vec<String>,
        /// How many of them are wanted, 1 to 3.
        #[arg(long, value_name = "COUNT", default_value_t = 1)]
        count: u32,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Give up waiting, or decline what is offered.
    Leave {
        /// The entry.
        entry: EntryId,
        /// Do not ask. Without it, and without a terminal to ask on, nothing is given up.
        #[arg(long)]
        yes: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Book the seats that are offered.
    Book {
        /// The entry.
        entry: EntryId,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does what a command says.
///
/// # Errors
///
/// Whatever stands in the way; [`report`] says it and chooses the exit code.
pub async fn run(command: Command, session: &Session) -> anyhow::Result<()> {
    match command {
        Command::Login(args) => login::login(session, args).await,
        Command::Shows(args) => list::shows(session, args).await,
        Command::Seats(args) => list::seats(session, args).await,
        Command::Book(args) => book::book(session, args).await,
        Command::Bookings(args) => list::bookings(session, args).await,
        Command::Cancel(args) => list::cancel(session, args).await,
        Command::Waitlist(command) => waitlist::run(session, command).await,
    }
}

/// Picks and books line by line.
///
/// # Errors
///
/// As for [`run`].
pub async fn plain(session: &Session) -> anyhow::Result<()> {
    plain::pick(session).await
}
