//! What an event changes, and what is to be done about it. No I/O, no clock.
//!
//! Start at [`update`]. Keys go to the file of the screen they are pressed on; answers and failures to `answer` and
//! `failure`, which hand them to the part that asked.

mod answer;
mod booking;
mod bookings;
mod checkout;
mod failure;
mod live;
mod login;
mod lost;
mod moves;
mod picks;
mod seat_map;
mod show;
mod shows;
mod ticket;

use crossterm::event::{KeyCode, KeyEvent};
use jiff::Timestamp;

use crate::effect::Effect;
use crate::event::Event;
use crate::keys::{is_ctrl, latin};
use crate::model::{Bookings, Checkout, Hall, Model, Screen};
use crate::view;

/// What to do first of all.
#[must_use]
pub fn start(model: &Model) -> Vec<Effect> {
    let mut effects = vec![Effect::Probe { attempt: 0 }, Effect::LoadShows];
    if model.screen != Screen::Login {
        effects.push(Effect::LoadMe);
    }
    effects
}

/// Takes an event into the model; answers what is to be done.
pub fn update(model: &mut Model, event: Event) -> Vec<Effect> {
    let effects = match event {
        Event::Tick(now) => tick(model, now),
        Event::Resize(columns, rows) => {
            model.size = (columns, rows);
            Vec::new()
        }
        Event::Key(key) => press(model, key),
        Event::Paste(text) => paste(model, &text),
        Event::Answer(answer) => answer::answer(model, *answer),
        Event::Failed(effect, failure) => failure::failed(model, *effect, &failure),
        Event::Live(performance, news) => live::news(model, performance, news),
    };
    settle(model);
    effects
}

/// A screen that one comes back to may have lost what it shows, and the cursor may be out of sight.
fn settle(model: &mut Model) {
    if model.screen == Screen::Checkout && model.hall.as_ref().is_none_or(|hall| hall.hold.is_none()) {
        model.screen = Screen::SeatMap;
    }
    if model.screen == Screen::SeatMap && model.hall.is_none() {
        model.screen = Screen::Shows;
    }
    moves::keep_visible(model);
}

fn tick(model: &mut Model, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    if model.notice.as_ref().is_some_and(|notice| notice.until <= now) {
        model.notice = None;
    }
    if let Some(hall) = &mut model.hall {
        hall.end_flashes(now);
    }
    checkout::expire(model);
    Vec::new()
}

fn press(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if is_ctrl(key, 'c') {
        return vec![Effect::Quit];
    }
    if is_ctrl(key, 'z') {
        return vec![Effect::Suspend];
    }
    if view::is_too_small(model.size) {
        return if key.code == KeyCode::Char('q') { vec![Effect::Quit] } else { Vec::new() };
    }
    if key.code == KeyCode::F(1) {
        model.help = !model.help;
        return Vec::new();
    }
    if model.notice.as_ref().is_some_and(|notice| !notice.is_warning) {
        model.notice = None;
    }
    if !model.help && takes_text(model) { text_key(model, key) } else { command_keys(model, key) }
}

fn takes_text(model: &Model) -> bool {
    model.screen == Screen::Login || model.screen == Screen::Shows && model.shows.is_searching
}

fn text_key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if model.screen == Screen::Login { login::key(model, key) } else { shows::search_key(model, key) }
}

fn command_keys(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in latin(key) {
        effects.extend(command(model, key));
    }
    effects
}

fn command(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if model.help {
        model.help = !matches!(key.code, KeyCode::Esc | KeyCode::Enter | KeyCode::Char('?' | 'q'));
        return Vec::new();
    }
    match key.code {
        KeyCode::Char('?') => model.help = true,
        KeyCode::Char('q') => return vec![Effect::Quit],
        KeyCode::Char('m') if !matches!(model.screen, Screen::Bookings | Screen::Booking) => {
            return open_bookings(model, model.screen);
        }
        _ => return on_screen(model, key),
    }
    Vec::new()
}

fn on_screen(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    match model.screen {
        Screen::Login => login::key(model, key),
        Screen::Shows => shows::key(model, key),
        Screen::Show => show::key(model, key),
        Screen::SeatMap => seat_map::key(model, key),
        Screen::Checkout => checkout::key(model, key),
        Screen::Ticket => ticket::key(model, key),
        Screen::Bookings => bookings::key(model, key),
        Screen::Booking => booking::key(model, key),
    }
}

fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if !model.help && model.screen == Screen::Login {
        login::paste(model, text);
    } else if takes_text(model) && !model.help {
        shows::paste(model, text);
    }
    Vec::new()
}

fn open_bookings(model: &mut Model, back: Screen) -> Vec<Effect> {
    model.bookings = Bookings { back, ..Bookings::default() };
    model.screen = Screen::Bookings;
    vec![Effect::LoadBookings { page: 0 }]
}

/// Leaves the seat map. It goes on being followed while something of the user is in it.
fn leave_hall(model: &mut Model) -> Vec<Effect> {
    let is_needed = |hall: &Hall| hall.hold.is_some() || !hall.picked.is_empty() || hall.checkout != Checkout::Idle;
    if model.hall.as_ref().is_none_or(is_needed) {
        return Vec::new();
    }
    model.hall = None;
    vec![Effect::Unfollow]
}

/// Moves an index in a list of `count` entries by a key; says whether the key meant that.
fn move_in_list(cursor: &mut usize, count: usize, key: KeyEvent) -> bool {
    let last = count.saturating_sub(1);
    *cursor = match key.code {
        KeyCode::Down | KeyCode::Char('j') => (*cursor + 1).min(last),
        KeyCode::Up | KeyCode::Char('k') => cursor.saturating_sub(1),
        KeyCode::PageDown => (*cursor + 10).min(last),
        KeyCode::PageUp => cursor.saturating_sub(10),
        KeyCode::Home | KeyCode::Char('g') => 0,
        KeyCode::End | KeyCode::Char('G') => last,
        _ => return false,
    };
    true
}

#[cfg(test)]
mod tests;
