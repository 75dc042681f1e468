//! Seats that are held for us: only one seat map is followed, but no hold of another is forgotten.

use super::show;
use crate::effect::Effect;
use crate::lang::Say;
use crate::model::{Model, Screen};
use crate::view::when;

/// Goes to the checkout of the hold that ends soonest; from there, to that of the next.
pub(super) fn go_to_hold(model: &mut Model) -> Vec<Effect> {
    match model.next_hold() {
        Some(performance) => show::open_hall(model, performance, Screen::Checkout),
        None => {
            let said = model.lang().say("Nothing else is held for you.", "잡은 다른 좌석이 없습니다.");
            model.say(said);
            Vec::new()
        }
    }
}

/// Shows the hall that was loaded. A hold that was to be bought may be over by now.
pub(super) fn show_hall(model: &mut Model, screen: Screen) {
    model.notice = None;
    model.go_to(Screen::SeatMap);
    let has_hold = model.hall.as_ref().is_some_and(|hall| hall.hold.is_some());
    match screen {
        Screen::Checkout if has_hold => model.go_to(Screen::Checkout),
        Screen::Checkout => {
            model.warn_until_key(model.lang().say("Your hold is over.", "잡은 좌석이 풀렸습니다."));
        }
        _ => {}
    }
}

/// Tells of holds that are over by our clock.
pub(super) fn expire(model: &mut Model) {
    let lang = model.lang();
    let over = |model: &Model, at| model.seconds_until(at) == 0;
    while let Some(at) = model.held_elsewhere.iter().position(|hold| over(model, hold.expires_at)) {
        let hold = model.held_elsewhere.remove(at);
        let (day, start, round) = hold.at;
        let (show, at, seats) = (hold.show_name, when::round(day, start, round, lang), lang.seats(hold.seats));
        model.warn_until_key(lang.say(
            format!("Your hold of {seats} has run out: {show}, {at}."),
            format!("잡은 {seats}이 풀렸습니다: {show} {at}."),
        ));
    }
}
