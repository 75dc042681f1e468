//! All that the program knows. `update` changes it, `view` draws it, neither does anything else.

mod bookings;
mod checkout;
mod elsewhere;
mod form;
mod hall;
mod login;
mod password;
mod prompt;
mod ranking;
mod search;
mod show;
mod shows;
mod ticket;
mod time;
mod waiting;
mod waitlist;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ticket_core::api::{Me, OfferDetails, WaitlistEntryDetails};
use ticket_core::domain::PerformanceId;

pub use bookings::{BookingPage, Bookings, CancelAsk};
pub use checkout::{Checkout, OwnHold};
pub use elsewhere::HeldElsewhere;
pub(crate) use form::FieldName;
pub use form::Form;
pub use hall::{Connection, Ended, Hall, Offer};
pub use login::{Login, LoginMode};
pub(crate) use password::PASSWORD_FIELDS;
pub use prompt::{Prompt, PromptKind};
pub use ranking::Ranking;
pub use show::ShowPage;
pub use shows::Shows;
pub use ticket::TicketPage;
pub use waiting::Waiting;
pub use waitlist::{WaitAsk, Waitlist};

use crate::effect::Effect;
use crate::keys::{Place, Stroke};
use crate::lang::Language;
use crate::settings::Settings;
use crate::theme::Theme;
use crate::zones::Zones;

/// How long a notice stays when nothing replaces it.
const NOTICE_STAYS: SignedDuration = SignedDuration::from_secs(8);
/// A key that comes sooner was on its way before the notice could be read.
const NOTICE_READ: SignedDuration = SignedDuration::from_secs(1);

/// All that the program knows.
#[derive(Debug, Clone)]
pub struct Model {
    /// Our clock, as of the last tick.
    pub now: Timestamp,
    /// The server's clock minus ours.
    pub clock_offset: SignedDuration,
    /// When that was last asked for, by our clock.
    pub clock_read_at: Option<Timestamp>,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// What the user has chosen.
    pub settings: Settings,
    /// The address of the server.
    pub server: String,
    /// Whose clock instants are shown by.
    pub zones: Zones,
    /// Who is logged in.
    pub me: Option<Me>,
    /// Whether there is a login, as far as we know: `me` is not known before the server has been asked.
    pub has_login: bool,
    /// What is on the screen.
    pub screen: Screen,
    /// How far help is scrolled, while it lies over the screen.
    pub help: Option<u16>,
    /// The keys of a sequence that is not complete.
    pub typed: Vec<Stroke>,
    /// What the server is asked while the user waits for it.
    pub waiting: Waiting,
    /// What was last worth saying.
    pub notice: Option<Notice>,
    /// Set while the server cannot be reached.
    pub offline: Option<Offline>,
    /// Until when, by our clock, the server has asked for a pause.
    pub busy_until: Option<Timestamp>,
    /// What is asked again after that pause.
    pub after_pause: Vec<Effect>,
    /// What was to be read and could not be, with the reason, until it is read again.
    pub unread: Vec<(Effect, String)>,
    /// Logging in and joining.
    pub login: Login,
    /// The list of shows.
    pub shows: Shows,
    /// Which shows sell best.
    pub ranking: Ranking,
    /// The show that was opened.
    pub show: Option<ShowPage>,
    /// The seat map that is being followed.
    pub hall: Option<Hall>,
    /// What is held for the user in other halls.
    pub held_elsewhere: Vec<HeldElsewhere>,
    /// The seat map that is being loaded, and what of it will be shown.
    pub opening: Option<(PerformanceId, Screen)>,
    /// The tickets that are looked at.
    pub ticket: Option<TicketPage>,
    /// The user's bookings.
    pub bookings: Bookings,
    /// The booking that was opened.
    pub booking: Option<BookingPage>,
    /// The user's entries on the waitlist.
    pub waitlist: Waitlist,
    /// The change of the password, while it is typed.
    pub password: Option<Form>,
    /// The screens that Esc leads back to, the latest last, each of them once.
    pub trail: Vec<Screen>,
}

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Screen {
    Login,
    Shows,
    Show,
    SeatMap,
    Checkout,
    Ticket,
    Bookings,
    Booking,
    Waitlist,
    Ranking,
    Account,
}

/// Something worth saying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub text: String,
    /// Whether something went wrong.
    pub is_warning: bool,
    /// When it was said.
    since: Timestamp,
    stays: Stays,
}

/// How long a notice stays when nothing replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stays {
    /// For a while.
    AWhile,
    /// Until a key is pressed: it is for who looks away as well.
    UntilKey,
}

/// The server cannot be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offline {
    /// How often it was tried since.
    pub attempt: u32,
    /// What to do when it is back.
    pub then: Vec<Effect>,
}

impl Model {
    /// At the start, before anything is known of the server.
    #[must_use]
    pub fn new(
        now: Timestamp,
        zone: TimeZone,
        size: (u16, u16),
        settings: Settings,
        server: String,
        has_login: bool,
    ) -> Self {
        Self {
            now,
            clock_offset: SignedDuration::ZERO,
            clock_read_at: None,
            size,
            settings,
            server,
            zones: Zones::of_user(zone),
            me: None,
            has_login,
            screen: if has_login { Screen::Shows } else { Screen::Login },
            help: None,
            typed: Vec::new(),
            waiting: Waiting::default(),
            notice: None,
            offline: None,
            busy_until: None,
            after_pause: Vec::new(),
            unread: Vec::new(),
            login: Login::default(),
            shows: Shows::default(),
            ranking: Ranking::default(),
            show: None,
            hall: None,
            held_elsewhere: Vec::new(),
            opening: None,
            ticket: None,
            bookings: Bookings::default(),
            booking: None,
            waitlist: Waitlist::default(),
            password: None,
            trail: Vec::new(),
        }
    }

    /// The language of the screen.
    #[must_use]
    pub fn lang(&self) -> Language {
        self.settings.language
    }

    /// How things look.
    #[must_use]
    pub fn theme(&self) -> Theme {
        self.settings.theme
    }

    /// Whose keys count on the screen, the closest first.
    #[must_use]
    pub fn places(&self) -> &'static [Place] {
        use Place as P;
        match self.screen {
            Screen::Login => &[P::Everywhere],
            Screen::Shows | Screen::Ranking => &[P::Shows, P::Show, P::List, P::Everywhere],
            Screen::Show => &[P::Show, P::List, P::Everywhere],
            Screen::Bookings => &[P::List, P::Everywhere],
            Screen::Ticket => &[P::Ticket, P::List, P::Everywhere],
            Screen::SeatMap => &[P::Map, P::Everywhere],
            Screen::Checkout => &[P::Checkout, P::Everywhere],
            Screen::Booking => &[P::Booking, P::List, P::Everywhere],
            Screen::Waitlist => &[P::Waitlist, P::List, P::Everywhere],
            Screen::Account => &[P::Account, P::List, P::Everywhere],
        }
    }

    /// Why something that was to be read could not be.
    #[must_use]
    pub fn why_unread(&self, is_meant: impl Fn(&Effect) -> bool) -> Option<&str> {
        self.unread.iter().find(|(effect, _)| is_meant(effect)).map(|(_, why)| why.as_str())
    }

    /// Says something that the user asked for or will like to hear.
    pub fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(self.make_notice(text.into(), false, Stays::AWhile));
    }

    /// Says that something went wrong.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.notice = Some(self.make_notice(text.into(), true, Stays::AWhile));
    }

    /// Says that something was lost, until a key is pressed.
    pub fn warn_until_key(&mut self, text: impl Into<String>) {
        self.notice = Some(self.make_notice(text.into(), true, Stays::UntilKey));
    }

    /// Whether a line of its own says what is wrong or awaited, above everything else.
    #[must_use]
    pub fn has_banner(&self) -> bool {
        self.offline.is_some()
            || self.offer_to_tell().is_some()
            || self.hall_on_screen().is_some_and(|hall| self.sale_is_shut(hall) || self.has_just_opened(hall))
    }

    /// The seat map, while it or its checkout is on the screen.
    #[must_use]
    pub fn hall_on_screen(&self) -> Option<&Hall> {
        self.hall.as_ref().filter(|_| matches!(self.screen, Screen::SeatMap | Screen::Checkout))
    }

    /// The entry of the waitlist with an offer that is to be answered first.
    #[must_use]
    pub fn offered(&self) -> Option<(&WaitlistEntryDetails, &OfferDetails)> {
        let open = self.waitlist.offered().filter(|(_, offer)| self.seconds_until(offer.expires_at) > 0);
        open.min_by_key(|(_, offer)| offer.expires_at)
    }

    /// The same, while it is not on the screen anyway.
    #[must_use]
    pub fn offer_to_tell(&self) -> Option<(&WaitlistEntryDetails, &OfferDetails)> {
        self.offered().filter(|_| !matches!(self.screen, Screen::Waitlist | Screen::Login))
    }

    /// When the waitlist is to be read again, by our clock; `None` while nobody waits.
    #[must_use]
    pub fn waitlist_due(&self) -> Option<Timestamp> {
        let is_polled = self.me.is_some() && self.offline.is_none() && self.waitlist.has_live();
        self.waitlist.next_look().filter(|_| is_polled)
    }

    /// Goes to a screen; Esc leads back to this one. A screen that one has been on before is not come back to twice.
    pub fn go_to(&mut self, screen: Screen) {
        let from = std::mem::replace(&mut self.screen, screen);
        if from != screen {
            self.trail.retain(|known| *known != screen && *known != from);
            self.trail.push(from);
        }
    }

    /// Goes back to the screen before that still has something to show; at last to the shows.
    pub fn go_back(&mut self) {
        while let Some(screen) = self.trail.pop() {
            let has_content = match screen {
                Screen::Show => self.show.is_some(),
                Screen::SeatMap => self.hall.is_some(),
                Screen::Checkout => self.hall.as_ref().is_some_and(|hall| hall.hold.is_some()),
                Screen::Ticket => self.ticket.is_some(),
                Screen::Booking => self.booking.is_some(),
                Screen::Login => false,
                _ => true,
            };
            if has_content {
                self.screen = screen;
                return;
            }
        }
        self.screen = Screen::Shows;
    }

    /// Goes back to this screen, whatever came between.
    pub fn return_to(&mut self, screen: Screen) {
        let at = self.trail.iter().position(|known| *known == screen).unwrap_or(self.trail.len());
        self.trail.truncate(at);
        if screen == Screen::Shows {
            self.trail.clear();
        }
        self.screen = screen;
    }

    fn sale_is_shut(&self, hall: &Hall) -> bool {
        self.opens_in(hall).is_some() || self.is_sale_over(hall)
    }

    fn make_notice(&self, text: String, is_warning: bool, stays: Stays) -> Notice {
        Notice { text, is_warning, since: self.now, stays }
    }
}

impl Notice {
    /// When it goes away by itself.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        self.since.checked_add(NOTICE_STAYS).ok().filter(|_| self.stays == Stays::AWhile)
    }

    /// Whether a key that is pressed now ends it, whatever the key does.
    #[must_use]
    pub fn ends_with_key(&self, now: Timestamp) -> bool {
        match self.stays {
            Stays::AWhile => !self.is_warning,
            Stays::UntilKey => now.duration_since(self.since) >= NOTICE_READ,
        }
    }
}
