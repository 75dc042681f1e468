use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent, MouseEventKind};
use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ticket_core::api::{
    AvailableDate, BookingDetails, BookingHistory, BookingHistoryItem, BookingReceipt, BookingShow, BookingTicket,
    ErrorCode, HeldSeat, HoldDetails, Layout, Me, OfferDetails, PlaceDetails, RankingShow, SeatUpdateChanges,
    ShowDetails, ShowSummary, WaitlistEntryDetails, WaitlistSeat,
};
use ticket_core::domain::{
    BookingId, BookingState, Category, Currency, EntryId, Grade, HoldId, PerformanceId, Role, SeatId, SeatState,
    SeatStatus, ShowId, TicketId, TicketState, UserId, WaitingReason, WaitlistState,
};

use super::{states, theatre};
use crate::effect::Effect;
use crate::event::{Answer, Event, Failure, FailureKind, Live};
use crate::model::{Hall, Model};
use crate::seat_map::{Viewport, areas};
use crate::settings::Settings;
use crate::theme::Colours;
use crate::update::update;
use crate::view::view;

/// An instant of the story: so many seconds after noon of 1 January 2027, in Seoul.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_798_772_400 + seconds).unwrap()
}

/// A model with the hands of a user, and the effects of what was last done.
pub(crate) struct Scene {
    pub(crate) model: Model,
    pub(crate) effects: Vec<Effect>,
}

impl Scene {
    /// Just started, logged in, the shows not yet answered.
    pub(crate) fn started() -> Self {
        let zone = TimeZone::fixed(jiff::tz::offset(9));
        let mut model =
            Model::new(at(0), zone, (80, 24), Settings::plain(Colours::True), "http://127.0.0.1:8080/".into(), true);
        model.me =
            Some(Me {
                user_id: UserId(1), email: "mina@example.com".into(), name: "김민아".into(), role: Role::Buyer
            });
        Self { model, effects: Vec::new() }
    }

    /// The list of shows.
    pub(crate) fn shows() -> Self {
        let mut scene = Self::started();
        scene.answer(Answer::Shows(shows()));
        scene
    }

    /// A show.
    pub(crate) fn show() -> Self {
        let mut scene = Self::shows();
        scene.press("<Enter>");
        let (details, dates) = show();
        scene.answer(Answer::Show(ShowId(3), details, dates));
        scene
    }

    /// The seat map of the theatre, live.
    pub(crate) fn hall() -> Self {
        Self::hall_of(&theatre())
    }

    /// The seat map of any house, live.
    pub(crate) fn hall_of(layout: &Layout) -> Self {
        let mut scene = Self::show();
        scene.press("j<Enter>");
        scene.answer(Answer::House(layout.clone(), states(layout), Vec::new()));
        scene.live(Live::Connected);
        scene
    }

    /// Two seats held, 7 minutes to go.
    pub(crate) fn checkout() -> Self {
        let mut scene = Self::hall();
        scene.press("<Space>l<Space><Enter>");
        let hold = scene.hold_of_picked(420);
        scene.answer(Answer::Held(hold));
        scene
    }

    /// Bought.
    pub(crate) fn ticket() -> Self {
        let mut scene = Self::checkout();
        scene.press("<Enter>");
        scene.answer(Answer::Booked(hold_id(), receipt()));
        scene
    }

    /// The list of bookings.
    pub(crate) fn bookings() -> Self {
        let mut scene = Self::shows();
        scene.press("m");
        scene.answer(Answer::Bookings(history()));
        scene
    }

    /// One booking.
    pub(crate) fn booking() -> Self {
        let mut scene = Self::bookings();
        scene.press("<Enter>");
        scene.answer(Answer::Booking(booking()));
        scene
    }

    /// What the user waits for: an offer of the theatre, a place in the queue, and two that are over.
    pub(crate) fn waitlist() -> Self {
        let mut scene = Self::shows();
        scene.press("W");
        scene.answer(Answer::Waitlist(entries()));
        scene
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.effects = update(&mut self.model, event);
    }

    pub(crate) fn answer(&mut self, answer: Answer) {
        self.event(Event::Answer(Box::new(answer)));
    }

    pub(crate) fn fail(&mut self, effect: Effect, failure: Failure) {
        self.event(Event::Failed(Box::new(effect), failure));
    }

    pub(crate) fn live(&mut self, news: Live) {
        self.event(Event::Live(PerformanceId(7), news));
    }

    pub(crate) fn change(&mut self, changes: &[(usize, SeatStatus)]) {
        let changes = changes.iter().map(|(seat, status)| (*seat as u32, *status)).collect();
        self.live(Live::Changes(SeatUpdateChanges { layout_version: 1, revision: "1.8".into(), changes }));
    }

    /// So many seconds after the start.
    pub(crate) fn tick(&mut self, seconds: i64) {
        self.event(Event::Tick(at(seconds)));
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.event(Event::Resize(columns, rows));
    }

    /// Presses keys: characters stand for themselves, others are named as in `<Enter>`.
    pub(crate) fn press(&mut self, keys: &str) {
        let mut rest = keys;
        while let Some(first) = rest.chars().next() {
            let (key, after) = match rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                Some((name, after)) => (named(name), after),
                None => (KeyEvent::new(KeyCode::Char(first), KeyModifiers::NONE), &rest[first.len_utf8()..]),
            };
            self.event(Event::Key(key));
            rest = after;
        }
    }

    /// Presses the left button, or turns the wheel, at a cell of the screen.
    pub(crate) fn mouse(&mut self, kind: MouseEventKind, (column, row): (u16, u16)) {
        self.event(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    }

    /// Where the map draws a seat.
    pub(crate) fn place_of(&self, seat: usize) -> (u16, u16) {
        let hall = self.hall_now();
        let map = areas(self.model.size, self.model.has_banner()).map;
        let level = hall.house.grid.level(hall.level);
        let (columns, rows) = hall.cells_in(map);
        let viewport = Viewport::new(level, hall.origin, columns, rows);
        let (x, y) = viewport.on_screen(level.cell(hall.house.grid.cell(seat))).unwrap();
        (hall.plan_in(map).x + x * hall.columns_per_cell(), map.y + y)
    }

    /// The names of what is picked.
    pub(crate) fn picked(&self) -> String {
        self.hall_now().house.names(&self.hall_now().picked)
    }

    pub(crate) fn hall_now(&self) -> &Hall {
        self.model.hall.as_ref().unwrap()
    }

    pub(crate) fn notice(&self) -> &str {
        self.model.notice.as_ref().map_or("", |notice| &notice.text)
    }

    pub(crate) fn hold_of_picked(&self, seconds: i64) -> HoldDetails {
        hold_of(self.hall_now(), &self.hall_now().picked, seconds)
    }

    pub(crate) fn terminal(&self) -> Terminal<TestBackend> {
        let mut terminal = Terminal::new(TestBackend::new(self.model.size.0, self.model.size.1)).unwrap();
        terminal.draw(|frame| view(&self.model, frame)).unwrap();
        terminal
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        self.terminal().backend().to_string()
    }
}

fn named(name: &str) -> KeyEvent {
    let (code, modifiers) = match name {
        "Enter" => (KeyCode::Enter, KeyModifiers::NONE),
        "Esc" => (KeyCode::Esc, KeyModifiers::NONE),
        "Space" => (KeyCode::Char(' '), KeyModifiers::NONE),
        "Tab" => (KeyCode::Tab, KeyModifiers::NONE),
        "S-Tab" => (KeyCode::BackTab, KeyModifiers::SHIFT),
        "Home" => (KeyCode::Home, KeyModifiers::NONE),
        "End" => (KeyCode::End, KeyModifiers::NONE),
        "F1" => (KeyCode::F(1), KeyModifiers::NONE),
        "Backspace" => (KeyCode::Backspace, KeyModifiers::NONE),
        ctrl => (KeyCode::Char(ctrl.strip_prefix("C-").unwrap().chars().next().unwrap()), KeyModifiers::CONTROL),
    };
    KeyEvent::new(code, modifiers)
}

pub(crate) fn hold_id() -> HoldId {
    "7-000000000000000000000000000000ff".parse().unwrap()
}

pub(crate) fn hold_of(hall: &Hall, seats: &[usize], seconds: i64) -> HoldDetails {
    let held = seats.iter().map(|seat| {
        let place = hall.house.place(*seat).unwrap();
        let (sector, row, label) = hall.house.position(*seat).unwrap();
        let category = hall.house.category(*seat).unwrap();
        HeldSeat {
            seat_id: place.id,
            grade: category.grade,
            sector: sector.into(),
            row: row.into(),
            number: 1,
            label: label.into(),
            price: category.price,
        }
    });
    HoldDetails {
        hold_id: hold_id(),
        performance_id: PerformanceId(7),
        seats: held.collect(),
        total_price: hall.house.total_price(seats),
        currency: Currency::KRW,
        expires_at: at(seconds),
    }
}

pub(crate) fn failure(kind: FailureKind, message: &str) -> Failure {
    Failure { kind, message: message.into(), field: None, seats: Vec::new(), retry_after: None }
}

pub(crate) fn refused(code: ErrorCode, message: &str, seats: &[SeatId]) -> Failure {
    Failure { seats: seats.to_vec(), ..failure(FailureKind::Refused(code), message) }
}

pub(crate) fn shows() -> Vec<ShowSummary> {
    let show = |id, name: &str, place: &str, category, first, last| ShowSummary {
        show_id: ShowId(id),
        show_name: name.into(),
        place_name: place.into(),
        category,
        show_start_date: first,
        show_end_date: last,
    };
    vec![
        show(3, "Les Misérables", "블루스퀘어 Blue Square", Category::Musical, date(2027, 1, 2), date(2027, 2, 28)),
        show(
            2,
            "아이유 콘서트 2027: 골든 아워",
            "서울월드컵경기장",
            Category::Concert,
            date(2027, 3, 6),
            date(2027, 3, 7),
        ),
        show(1, "Waiting for Godot", "Black Box", Category::Play, date(2027, 1, 9), date(2027, 1, 9)),
    ]
}

fn show() -> (ShowDetails, Vec<AvailableDate>) {
    let details = ShowDetails {
        show_id: ShowId(3),
        show_name: "Les Misérables".into(),
        category: Category::Musical,
        show_start_date: date(2027, 1, 2),
        show_end_date: date(2027, 2, 28),
        show_time: 170,
        show_intermission_time: 20,
        show_age_limit: "8+".into(),
        total_seats: 530,
        max_seats_per_user: 4,
        likes: 12,
        place_details_info: PlaceDetails {
            show_place_name: "블루스퀘어 Blue Square".into(),
            show_place_contact_info: "1544-1591".into(),
            show_place_address: "294 Itaewon-ro, Yongsan-gu, Seoul".into(),
            show_place_url: "https://www.bluesquare.kr".into(),
        },
    };
    let performance = |id, day, round, hour, left, opens: Option<i64>| AvailableDate {
        show_date: date(2027, 1, day),
        round,
        start_time: time(hour, 0, 0, 0),
        performance_id: PerformanceId(id),
        left_seats: left,
        sale_opens_at: opens.map(at),
        sale_closes_at: at(86_400 * i64::from(day)),
    };
    let dates = vec![
        performance(6, 2, 1, 14, 0, None),
        performance(7, 2, 2, 19, 431, None),
        performance(8, 3, 1, 14, 530, Some(7_200)),
    ];
    (details, dates)
}

pub(crate) fn receipt() -> BookingReceipt {
    let ticket = |id: i64, number: i64| BookingTicket {
        ticket_id: TicketId(id),
        show_name: "Les Misérables".into(),
        seat_grade: Grade::Vip,
        seat_position_info: format!("1F row A no. {number}"),
        seat_status: TicketState::Booked,
        show_date: date(2027, 1, 2),
        show_time: time(19, 0, 0, 0),
        show_round: 2,
        seat_id: SeatId(1_000 + number),
        price: 170_000,
    };
    BookingReceipt {
        booking_id: BookingId(42),
        booking_tickets: vec![ticket(81, 19), ticket(82, 20)],
        total_price: 340_000,
        currency: Currency::KRW,
    }
}

fn history() -> BookingHistory {
    let item = |id, name: &str, state, tickets| BookingHistoryItem {
        booking_id: BookingId(id),
        booking_date: at(-86_400),
        show_info: BookingShow {
            show_name: name.into(),
            show_date: date(2027, 1, 2),
            show_round: 2,
            show_round_start_time: time(19, 0, 0, 0),
        },
        ticket_number: tickets,
        current_state: state,
    };
    BookingHistory {
        booking_list: vec![
            item(42, "Les Misérables", BookingState::Booked, 2),
            item(17, "아이유 콘서트 2027: 골든 아워", BookingState::Canceled, 0),
        ],
        total_pages: 1,
        total_items: 2,
        current_page: 0,
        page_size: 50,
    }
}

pub(crate) fn booking() -> BookingDetails {
    BookingDetails {
        booking_date: at(0),
        current_state: BookingState::Booked,
        show_id: ShowId(3),
        performance_id: PerformanceId(7),
        place_name: "블루스퀘어 Blue Square".into(),
        receipt: receipt(),
    }
}

pub(crate) fn ranking() -> Vec<RankingShow> {
    let show = |id, name: &str, total_ticket_count| RankingShow {
        show_id: ShowId(id),
        show_name: name.into(),
        place_name: "블루스퀘어 Blue Square".into(),
        show_start_date: date(2027, 1, 2),
        show_end_date: date(2027, 2, 28),
        total_ticket_count,
    };
    vec![
        show(2, "아이유 콘서트 2027: 골든 아워", 41_230),
        show(3, "Les Misérables", 9_871),
        show(1, "Waiting for Godot", 3),
    ]
}

pub(crate) fn entries() -> Vec<WaitlistEntryDetails> {
    let seat = |number: i64, seat_status| WaitlistSeat {
        seat: HeldSeat {
            seat_id: SeatId(1_000 + number),
            grade: Grade::Vip,
            sector: "1F".into(),
            row: "A".into(),
            number,
            label: number.to_string(),
            price: 170_000,
        },
        seat_status,
    };
    let entry = |id, name: &str, current_state| WaitlistEntryDetails {
        waiting_booking_id: EntryId(id),
        show_id: ShowId(3),
        show_name: name.into(),
        performance_id: PerformanceId(7),
        show_date: date(2027, 1, 2),
        show_round: 2,
        show_time: time(19, 0, 0, 0),
        seat_count: 2,
        seats: (19..27).map(|number| seat(number, SeatState::Booked)).collect(),
        current_state,
        joined_at: at(-86_400),
        position: None,
        reason: None,
        reason_text: None,
        passed_over_at: None,
        offer: None,
        ended_at: None,
        booking_id: None,
    };
    let offer = OfferDetails {
        seat_ids: vec![SeatId(1_019), SeatId(1_020)],
        total_price: 340_000,
        currency: Currency::KRW,
        offered_at: at(-60),
        expires_at: at(272),
    };
    vec![
        WaitlistEntryDetails { offer: Some(offer), ..entry(9, "Les Misérables", WaitlistState::Activation) },
        WaitlistEntryDetails {
            position: Some(3),
            reason: Some(WaitingReason::SeatsTaken),
            reason_text: Some("Too few of these seats were given back so far.".into()),
            ..entry(8, "아이유 콘서트 2027: 골든 아워", WaitlistState::Waiting)
        },
        WaitlistEntryDetails {
            ended_at: Some(at(-3_600)),
            booking_id: Some(BookingId(42)),
            ..entry(5, "Les Misérables", WaitlistState::Fin)
        },
        WaitlistEntryDetails { ended_at: Some(at(-7_200)), ..entry(4, "Les Misérables", WaitlistState::Declined) },
    ]
}

/// Seconds as a duration.
pub(crate) fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}
