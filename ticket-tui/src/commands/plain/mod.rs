//! The picker as a conversation: questions and answers line by line, one thing a line, nothing drawn, nothing that moves.
//! Questions go to standard error, the tickets to standard output. The words are those of the screen.

mod account;
mod ask;
mod bookings;
mod likes;
mod login;
mod performance;
mod ranking;
mod seats;
mod shows;
mod waitlist;

use std::io::IsTerminal as _;

use ticket_core::clock::{Clock as _, SystemClock};
use ticket_core::domain::WaitlistState;

use self::ask::End;
use super::output;
use super::session::Session;
use crate::lang::Say as _;
use crate::text::countdown;

/// Talks until the user quits or the input ends.
pub(super) async fn pick(session: &Session) -> anyhow::Result<()> {
    match talk(session).await {
        Err(error) if error.is::<End>() => Ok(()),
        outcome => outcome,
    }
}

async fn talk(session: &Session) -> anyhow::Result<()> {
    let lang = session.lang;
    if !login::is_logged_in(session).await? && !login::log_in(session).await? {
        return Ok(());
    }
    let places = lang.say(
        ["Shows", "Ranking", "Shows that you like", "My bookings", "My waitlist", "Account"],
        ["공연", "순위", "좋아하는 공연", "내 예매", "내 대기", "계정"],
    );
    loop {
        let going = match ask::menu(lang, lang.say("Where to? q quits:", "어디로? q: 종료"), &places)? {
            None => return Ok(()),
            Some(0) => shows::all(session).await,
            Some(1) => ranking::pick(session).await,
            Some(2) => likes::pick(session).await,
            Some(3) => bookings::pick(session).await,
            Some(4) => waitlist::pick(session).await,
            Some(_) => account::pick(session).await,
        };
        match going {
            // Whoever is there can try again; a script must see that the server is gone.
            Err(error) if login::is_refusal(&error) || (!error.is::<End>() && std::io::stdin().is_terminal()) => {
                output::note(format_args!("{error:#}"));
            }
            going => going?,
        }
        session.keep()?;
        if session.client.tokens().is_none() && !login::log_in(session).await? {
            return Ok(());
        }
        // An offer does not wait; whether there is one is of no interest while the server cannot be asked.
        let _ = tell_offers(session).await;
    }
}

async fn tell_offers(session: &Session) -> anyhow::Result<()> {
    let (lang, now) = (session.lang, SystemClock.now());
    for entry in session.client.waitlist(0, waitlist::ENTRIES_MAX).await?.content {
        let Some(offer) = entry.offer.filter(|_| entry.current_state == WaitlistState::Activation) else { continue };
        let left = countdown(offer.expires_at.duration_since(now).as_secs().max(0));
        let (seats, name) = (lang.seats(offer.seat_ids.len()), entry.show_name);
        output::note(
            lang.say(format!("Offer: {seats} of {name}, {left} left."), format!("배정: {name} {seats}, {left} 남음.")),
        );
    }
    Ok(())
}
