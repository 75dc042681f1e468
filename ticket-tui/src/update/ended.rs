//! A sale that ends while one looks at the seats, or is about to buy them: by the clock, or with the performance.

use ticket_core::api::ErrorCode;
use ticket_core::domain::PerformanceId;

use super::{show, waitlist};
use crate::effect::Effect;
use crate::event::Failure;
use crate::keys::Command;
use crate::lang::{Language, Say};
use crate::model::{Checkout, Ended, Hall, Model};

/// The server refused because nothing of the performance is sold any more: the map says so from now on. `None` when that is
/// not why, or the performance is not the one on the map.
pub(super) fn refused(model: &mut Model, effect: &Effect, failure: &Failure) -> Option<Vec<Effect>> {
    let performance = performance_of(effect).filter(|_| failure.code() == Some(ErrorCode::SaleClosed))?;
    let is_read = matches!(effect, Effect::LoadHouse { .. });
    if is_read {
        model.drop_hold_elsewhere(performance);
    }
    let hall = model.hall.as_ref().filter(|hall| hall.performance() == performance)?;
    if hall.ended == Some(Ended::Cancelled) {
        return Some(Vec::new());
    }
    if !is_read {
        // Whether it is cancelled as well is told with the plan.
        end(model, Ended::Closed);
        return Some(vec![show::load(model, performance)]);
    }
    // Only the plan of a cancelled performance is refused.
    end(model, Ended::Cancelled);
    let look = model.waitlist.has_live().then(|| waitlist::look(model));
    Some([Effect::Unfollow].into_iter().chain(look).collect())
}

/// Ends the sale when its time is over, unless an order is on its way.
pub(super) fn end_in_time(model: &mut Model) {
    let is_over =
        |hall: &Hall| hall.ended.is_none() && hall.checkout != Checkout::Confirming && model.is_sale_over(hall);
    if model.hall.as_ref().is_some_and(is_over) {
        end(model, Ended::Closed);
    }
}

/// Whether a command is about having seats, which the hall has none of any more; says so.
pub(super) fn refuses(model: &mut Model, command: Command) -> bool {
    let is_about_seats = matches!(
        command,
        Command::Pick
            | Command::Best
            | Command::Swap
            | Command::TakeOffer
            | Command::Undo
            | Command::Clear
            | Command::Hold
            | Command::Wait
            | Command::ExtendHold
            | Command::ReleaseHold
    );
    let lang = model.lang();
    let Some(hall) = model.hall.as_ref().filter(|_| is_about_seats) else { return false };
    // From afar the same key goes nearer.
    let zooms = command == Command::Pick && hall.level > 0;
    let Some(ended) = hall.ended.filter(|_| !zooms) else { return false };
    model.warn(why(lang, ended));
    true
}

fn performance_of(effect: &Effect) -> Option<PerformanceId> {
    match effect {
        Effect::Hold(performance, _)
        | Effect::HoldSoon(performance, _)
        | Effect::JoinWaitlist { performance, .. }
        | Effect::LoadHouse { performance, .. } => Some(*performance),
        Effect::ChangeHold { hold, .. } | Effect::Extend(hold) | Effect::Confirm(hold) => Some(hold.performance),
        _ => None,
    }
}

/// Lets go what was held and picked, and says so.
fn end(model: &mut Model, ended: Ended) {
    let lang = model.lang();
    let Some(hall) = &mut model.hall else { return };
    let (held, chosen) = (hall.hold.as_ref().map_or(0, |hold| hold.seats.len()), hall.picked.len() + hall.marked.len());
    hall.end(ended);
    let seats = lang.seats(held);
    let lost = match (held, chosen) {
        (0, 0) => return,
        (0, _) => lang.say("Nothing is picked any more.".to_owned(), "선택한 좌석을 모두 해제했습니다.".to_owned()),
        _ => lang.say(format!("The hold of {seats} is over."), format!("잡은 {seats}이 풀렸습니다.")),
    };
    model.warn_until_key(format!("{} {lost}", why(lang, ended)));
}

fn why(lang: Language, ended: Ended) -> &'static str {
    match ended {
        Ended::Cancelled => lang.say("This performance was cancelled.", "취소된 공연입니다."),
        Ended::Closed => lang.say("The sale is closed.", "판매가 끝났습니다."),
    }
}
