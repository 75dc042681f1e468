//! What an event changes, and what is to be done about it. No I/O, no clock.
//!
//! Start at [`update`]. Keys go to the file of the screen they are pressed on; answers and failures to `answer` and
//! `failure`, which hand them to the part that asked.

mod account;
mod answer;
mod booking;
mod bookings;
mod checkout;
mod choose;
mod elsewhere;
mod ended;
mod failure;
mod form;
mod help;
mod likes;
mod live;
mod login;
mod lost;
mod marks;
mod mouse;
mod moves;
mod opening;
mod password;
mod picks;
mod prompt;
mod question;
mod ranking;
mod seat_map;
mod show;
mod shows;
mod ticket;
mod waitlist;

use crossterm::event::{KeyCode, KeyEvent};
use jiff::Timestamp;

use crate::effect::Effect;
use crate::event::Event;
use crate::keys::{Command, Found, Place, Stroke, is_ctrl, latin};
use crate::lang::Say;
use crate::model::{Bookings, Checkout, Hall, Model, Screen};
use crate::view;
pub(crate) use likes::said as likes_said;

/// What to do first of all.
#[must_use]
pub fn start(model: &mut Model) -> Vec<Effect> {
    let mut effects = vec![Effect::Probe { attempt: 0 }, Effect::LoadShows];
    if model.screen != Screen::Login {
        effects.push(Effect::LoadMe);
    }
    effects.extend(ranking::load_if_seen(model));
    count_questions(model, &effects);
    effects
}

/// Takes an event into the model; answers what is to be done.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    count_answer(model, &event);
    let mut effects = match event {
        Event::Tick(now) => tick(model, now),
        Event::Resize(columns, rows) => {
            model.size = (columns, rows);
            Vec::new()
        }
        Event::Key(key) => press(model, key),
        Event::Mouse(mouse) => mouse::mouse(model, mouse),
        Event::Paste(text) => paste(model, &text),
        Event::Answer(answer) => answer::answer(model, *answer),
        Event::Failed(effect, failure) => failure::failed(model, *effect, &failure),
        Event::Live(performance, news) => live::news(model, performance, news),
    };
    settle(model);
    effects.extend(ranking::load_if_seen(model));
    count_questions(model, &effects);
    effects
}

fn count_questions(model: &mut Model, effects: &[Effect]) {
    for _ in effects.iter().filter(|effect| effect.is_awaited()) {
        model.waiting.begin(model.now);
    }
    model.unread.retain(|(effect, _)| !effects.contains(effect));
    let is_asked = |hall: &&mut Hall| effects.contains(&Effect::LoadHolds(hall.performance()));
    if let Some(hall) = model.hall.as_mut().filter(is_asked) {
        hall.hold_when_asked = hall.hold.as_ref().map(|hold| hold.id);
    }
}

/// Every question that is awaited has one answer or one failure.
fn count_answer(model: &mut Model, event: &Event) {
    let is_answer = match event {
        Event::Answer(answer) => !answer.is_in_passing(),
        Event::Failed(effect, _) => effect.is_awaited(),
        _ => false,
    };
    if is_answer {
        model.waiting.end();
    }
}

/// A screen that one comes back to may have lost what it shows, and the cursor may be out of sight.
fn settle(model: &mut Model) {
    if model.screen == Screen::Checkout && model.hall.as_ref().is_none_or(|hall| hall.hold.is_none()) {
        model.return_to(Screen::SeatMap);
    }
    if model.screen == Screen::SeatMap && model.hall.is_none() {
        model.go_back();
    }
    moves::keep_visible(model);
}

fn tick(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    if model.notice.as_ref().is_some_and(|notice| notice.until().is_some_and(|until| until <= now)) {
        model.notice = None;
    }
    if model.busy_until.is_some_and(|until| until <= now) {
        model.busy_until = None;
        model.after_pause.clear();
    }
    if let Some(hall) = &mut model.hall {
        hall.end_flashes(now);
    }
    checkout::expire(model);
    elsewhere::expire(model);
    ended::end_in_time(model);
    let mut effects = waitlist::look_if_due(model);
    effects.extend(opening::get_ready(model));
    effects
}

fn press(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if is_ctrl(key, 'c') {
        return vec![Effect::Quit];
    }
    if is_ctrl(key, 'z') {
        return vec![Effect::Suspend];
    }
    if is_ctrl(key, 'l') {
        return vec![Effect::DrawAnew];
    }
    if view::is_too_small(model.size) {
        let is_quit = |key: &KeyEvent| {
            let found = model.settings.keys.find(&[Place::Everywhere], &[Stroke::from(*key)]);
            found == Found::Command(Command::Quit)
        };
        let quits = latin(key).iter().any(is_quit);
        return if quits { vec![Effect::Quit] } else { Vec::new() };
    }
    if model.notice.as_ref().is_some_and(|notice| notice.ends_with_key(model.now)) {
        model.notice = None;
    }
    let before = (model.notice.clone(), Standing::of(model));
    let mut effects = press_in_time(model, key);
    // What was warned of is over with the next thing that goes well.
    let goes_on = !effects.is_empty() || before.1 != Standing::of(model);
    if goes_on && model.notice == before.0 && model.notice.as_ref().is_some_and(|notice| notice.until().is_some()) {
        model.notice = None;
    }
    if before.1.screen != model.screen && model.tells_old_offer() {
        effects.push(waitlist::look(model));
    }
    effects
}

/// What a command that goes well changes; to look around is none.
#[derive(PartialEq, Eq)]
struct Standing {
    screen: Screen,
    selection: Option<[Vec<usize>; 2]>,
    swap: Option<usize>,
    filter: String,
}

impl Standing {
    fn of(model: &Model) -> Self {
        let hall = model.hall.as_ref();
        Self {
            screen: model.screen,
            selection: hall.map(|hall| [hall.picked.clone(), hall.marked.clone()]),
            swap: hall.and_then(|hall| hall.swap),
            filter: hall.map(|hall| hall.filter_text.clone()).unwrap_or_default(),
        }
    }
}

fn press_in_time(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if model.help.is_none() && takes_text(model) {
        return text_key(model, key);
    }
    let mut effects = Vec::new();
    for key in latin(key) {
        // What an input method has joined to the key that opened a line is no command any more.
        if model.help.is_none() && takes_text(model) {
            break;
        }
        effects.extend(command_key(model, key));
    }
    effects
}

/// Whether keys type text rather than commands.
pub(crate) fn takes_text(model: &Model) -> bool {
    match model.screen {
        Screen::Login => true,
        Screen::Shows => model.shows.is_searching,
        Screen::SeatMap => model.hall.as_ref().is_some_and(|hall| hall.prompt.is_some()),
        Screen::Account => model.password.is_some(),
        _ => false,
    }
}

fn text_key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if key.code == KeyCode::F(1) {
        help::open(model);
        return Vec::new();
    }
    match model.screen {
        Screen::Login => login::key(model, key),
        Screen::Account => password::key(model, key),
        Screen::SeatMap => {
            prompt::key(model, key);
            Vec::new()
        }
        _ => shows::search_key(model, key),
    }
}

fn command_key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if model.help.is_some() {
        help::key(model, key);
        return Vec::new();
    }
    if model.screen == Screen::Booking && booking::is_asking(model) {
        return booking::answer(model, key);
    }
    if model.screen == Screen::Waitlist && waitlist::is_asking(model) {
        return waitlist::answer(model, key);
    }
    if model.screen == Screen::SeatMap && model.typed.is_empty() && moves::digit(model, key) {
        return Vec::new();
    }
    model.typed.push(Stroke::from(key));
    let found = model.settings.keys.find(model.places(), &model.typed);
    let had_more = model.typed.len() > 1;
    if found != Found::Prefix {
        model.typed.clear();
    }
    match found {
        Found::Command(command) => self::command(model, command),
        Found::Prefix => Vec::new(),
        // What does not go on with a sequence begins anew.
        Found::Nothing if had_more => command_key(model, key),
        Found::Nothing => {
            moves::forget_count(model);
            say_it_means_nothing(model, key);
            Vec::new()
        }
    }
}

/// Says that a key is none here, unless there is something to read already.
fn say_it_means_nothing(model: &mut Model, key: KeyEvent) {
    let (key, help) = (Stroke::from(key).label(), model.settings.keys.label(Command::Help));
    if model.notice.is_none() && !help.is_empty() {
        model.say(model.lang().say(
            format!("{key} does nothing here. {help} shows the keys."),
            format!("{key}: 여기서는 쓰지 않는 키입니다. {help}: 도움말"),
        ));
    }
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Help => help::open(model),
        Command::Quit => return vec![Effect::Quit],
        Command::Bookings if !matches!(model.screen, Screen::Bookings | Screen::Booking) => {
            return open_bookings(model);
        }
        Command::Bookings => {}
        Command::Waitlist => return waitlist::open(model),
        Command::Account => return account::open(model),
        Command::GoToHold => return elsewhere::go_to_hold(model),
        command => return on_screen(model, command),
    }
    Vec::new()
}

fn on_screen(model: &mut Model, command: Command) -> Vec<Effect> {
    match (model.screen, command) {
        (Screen::SeatMap, Command::Back) => seat_map::back(model),
        (Screen::SeatMap, command) => seat_map::command(model, command),
        (Screen::Checkout, command) => checkout::command(model, command),
        (Screen::Shows, command) => shows::command(model, command),
        (Screen::Show, command) => show::command(model, command),
        (Screen::Ticket, command) => ticket::command(model, command),
        (Screen::Bookings, command) => bookings::command(model, command),
        (Screen::Booking, command) => booking::command(model, command),
        (Screen::Waitlist, command) => waitlist::command(model, command),
        (Screen::Ranking, command) => ranking::command(model, command),
        (Screen::Account, command) => account::command(model, command),
        // Its keys type text.
        (Screen::Login, _) => Vec::new(),
    }
}

fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if model.help.is_none() && takes_text(model) {
        match model.screen {
            Screen::Login => form::paste(&mut model.login.form, text),
            Screen::Account => model.password.iter_mut().for_each(|typed| form::paste(typed, text)),
            Screen::SeatMap => prompt::paste(model, text),
            _ => shows::paste(model, text),
        }
    }
    Vec::new()
}

fn open_bookings(model: &mut Model) -> Vec<Effect> {
    model.bookings = Bookings::default();
    model.go_to(Screen::Bookings);
    vec![Effect::LoadBookings { page: 0 }]
}

/// Leaves the seat map. It goes on being followed while something of the user is in it.
fn leave_hall(model: &mut Model) -> Vec<Effect> {
    let has_own = |hall: &Hall| hall.own().next().is_some() || !hall.marked.is_empty();
    let is_needed = |hall: &Hall| has_own(hall) || hall.is_joining || hall.checkout != Checkout::Idle;
    if model.hall.as_ref().is_none_or(is_needed) {
        return Vec::new();
    }
    model.hall = None;
    vec![Effect::Unfollow]
}

/// Moves an index in a list of `count` entries; says whether the command meant that.
fn move_in_list(cursor: &mut usize, count: usize, command: Command) -> bool {
    let last = count.saturating_sub(1);
    *cursor = match command {
        Command::ListDown => (*cursor + 1).min(last),
        Command::ListUp => cursor.saturating_sub(1),
        Command::ListPageDown => (*cursor + 10).min(last),
        Command::ListPageUp => cursor.saturating_sub(10),
        Command::ListFirst => 0,
        Command::ListLast => last,
        _ => return false,
    };
    true
}

#[cfg(test)]
mod tests;
