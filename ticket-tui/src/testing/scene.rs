use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseEvent, MouseEventKind};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ticket_core::api::{HoldDetails, Layout, Me, SeatUpdateChanges};
use ticket_core::domain::{PerformanceId, Role, SeatStatus, ShowId, UserId};

use super::answers;
use super::{hold_id, hold_of, states, theatre};
use crate::effect::Effect;
use crate::event::{Answer, Event, Failure, Live, OwnSeats};
use crate::lang::{Language, Say};
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
        Self::with(Settings::plain(Colours::True), (80, 24))
    }

    /// The same, as somebody else likes it.
    pub(crate) fn with(settings: Settings, size: (u16, u16)) -> Self {
        let zone = TimeZone::fixed(jiff::tz::offset(9));
        let mut model = Model::new(at(0), zone, size, settings, "http://127.0.0.1:8080/".into(), true);
        model.me =
            Some(Me {
                user_id: UserId(1), email: "mina@example.com".into(), name: "김민아".into(), role: Role::Buyer
            });
        Self { model, effects: Vec::new() }
    }

    /// The list of shows.
    pub(crate) fn shows() -> Self {
        Self::started().after(Self::load_shows)
    }

    /// A show.
    pub(crate) fn show() -> Self {
        Self::started().after(Self::open_show)
    }

    /// The seat map of the theatre, live.
    pub(crate) fn hall() -> Self {
        Self::started().after(Self::open_hall)
    }

    /// The seat map of any house, live.
    pub(crate) fn hall_of(layout: &Layout) -> Self {
        Self::started().after(|scene| scene.open_hall_of(layout))
    }

    /// Two seats held, 7 minutes to go.
    pub(crate) fn checkout() -> Self {
        Self::started().after(Self::hold_two)
    }

    /// Bought.
    pub(crate) fn ticket() -> Self {
        Self::started().after(Self::buy_two)
    }

    /// The list of bookings.
    pub(crate) fn bookings() -> Self {
        Self::started().after(Self::open_bookings)
    }

    /// One booking.
    pub(crate) fn booking() -> Self {
        Self::started().after(Self::open_booking)
    }

    /// What the user waits for: an offer of the theatre, a place in the queue, and two that are over.
    pub(crate) fn waitlist() -> Self {
        Self::started().after(Self::open_waitlist)
    }

    pub(crate) fn after(mut self, what: impl FnOnce(&mut Self)) -> Self {
        what(&mut self);
        self
    }

    pub(crate) fn load_shows(&mut self) {
        self.answer(Answer::Shows(answers::shows()));
    }

    pub(crate) fn open_show(&mut self) {
        self.load_shows();
        self.press("<Enter>");
        self.answer_show();
    }

    pub(crate) fn answer_show(&mut self) {
        let (details, dates) = answers::show();
        self.answer(Answer::Show(ShowId(3), details, dates));
    }

    pub(crate) fn open_hall(&mut self) {
        self.open_hall_of(&theatre());
    }

    pub(crate) fn open_hall_of(&mut self, layout: &Layout) {
        self.open_show();
        self.press("j<Enter>");
        self.answer(Answer::House(layout.clone(), states(layout), OwnSeats::default()));
        self.live(Live::Connected);
    }

    pub(crate) fn hold_two(&mut self) {
        self.open_hall();
        self.press("<Space>l<Space><Enter>");
        let hold = self.hold_of_picked(420);
        self.answer(Answer::Held(hold));
    }

    pub(crate) fn buy_two(&mut self) {
        self.hold_two();
        self.press("<Enter>");
        self.answer(Answer::Booked(hold_id(), answers::receipt_in(self.lang())));
    }

    pub(crate) fn open_bookings(&mut self) {
        self.load_shows();
        self.press("m");
        self.answer(Answer::Bookings(answers::history()));
    }

    pub(crate) fn open_booking(&mut self) {
        self.open_bookings();
        self.press("<Enter>");
        self.answer(Answer::Booking(answers::booking_in(self.lang())));
    }

    pub(crate) fn open_waitlist(&mut self) {
        self.load_shows();
        self.press("W");
        self.answer(Answer::Waitlist(answers::entries_in(self.lang())));
    }

    fn lang(&self) -> Language {
        self.model.lang()
    }

    /// What the server says in the user's language.
    pub(crate) fn say(&self, english: &'static str, korean: &'static str) -> &'static str {
        self.lang().say(english, korean)
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
            let (key, after) =
                match rest.strip_prefix('<').and_then(|r| r.split_once('>')).filter(|(name, _)| !name.contains('<')) {
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

    pub(crate) fn hold_of_own(&self, seconds: i64) -> HoldDetails {
        hold_of(self.hall_now(), &self.hall_now().own().collect::<Vec<_>>(), seconds)
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
