//! Waiting for seats without the screen.

use std::io::IsTerminal as _;

use ticket_core::api::WaitlistEntryDetails;
use ticket_core::domain::{EntryId, PerformanceId, WaitlistState};

use super::exit::Exit;
use super::refusal::with_names;
use super::session::{Session, ask};
use super::{WaitlistCommand, book, list, output};
use crate::lang::{Language, Say as _};
use crate::view::entry::state_word;
use crate::view::when;
use crate::zones::Zones;

pub(super) async fn run(session: &Session, command: WaitlistCommand) -> anyhow::Result<()> {
    session.need_login()?;
    match command {
        WaitlistCommand::List { live, json } => entries(session, live, json).await,
        WaitlistCommand::Join { performance, seats, count, json } => {
            join(session, performance, &seats, count, json).await
        }
        WaitlistCommand::Leave { entry, yes, json } => leave(session, entry, yes, json).await,
        WaitlistCommand::Book { entry, json } => {
            let receipt = session.client.book_offer(entry).await?;
            if json { output::json(&receipt) } else { list::print_receipt(session, &receipt) }
        }
    }
}

async fn entries(session: &Session, is_live: bool, is_json: bool) -> anyhow::Result<()> {
    let mut entries = Vec::new();
    for number in 0.. {
        let page = session.client.waitlist(number, 100).await?;
        entries.extend(page.content);
        if number + 1 >= page.total_pages {
            break;
        }
    }
    entries.retain(|entry| !is_live || entry.current_state.is_live());
    if is_json { output::json(&entries) } else { print(session, &entries).await }
}

async fn print(session: &Session, entries: &[WaitlistEntryDetails]) -> anyhow::Result<()> {
    let (lang, zones) = (session.lang, session.zones().await?);
    let row = |entry: &WaitlistEntryDetails| {
        [
            entry.waiting_booking_id.to_string(),
            entry.show_name.clone(),
            when::round(entry.show_date, entry.show_time, entry.show_round, lang),
            lang.seats(entry.seat_count as usize),
            state_word(entry.current_state, lang).to_owned(),
            entry.position.map(|position| position.to_string()).unwrap_or_default(),
            note(entry, zones, lang),
        ]
    };
    let rows: Vec<_> = entries.iter().map(row).collect();
    let titles = lang.say(
        [" ENTRY", "SHOW", "PERFORMANCE", "SEATS", "STATE", " PLACE", "NOTE"],
        [" 번호", "공연", "일시", "좌석", "상태", " 순서", "설명"],
    );
    output::table(titles, &rows)
}

/// Until when an offer lasts, or why there is none.
fn note(entry: &WaitlistEntryDetails, zones: &Zones, lang: Language) -> String {
    match (&entry.offer, entry.current_state) {
        (Some(offer), WaitlistState::Activation) => {
            let (price, until) = (offer.currency.format(offer.total_price), offer.expires_at);
            let until = when::instant(until, zones, lang);
            lang.say(format!("{price}, until {until}"), format!("{price}, {until}까지"))
        }
        _ => entry.reason_text.clone().unwrap_or_default(),
    }
}

async fn join(
    session: &Session,
    performance: PerformanceId,
    names: &[String],
    count: u32,
    is_json: bool,
) -> anyhow::Result<()> {
    let house = list::house(session, performance).await?;
    let seats = book::named(session, &house, names)?;
    let joined = session.client.join_waitlist(count, seats).await;
    let joined = joined.map_err(|error| with_names(error, &house, session.lang))?;
    if is_json {
        return output::json(&joined);
    }
    let id = joined.waiting_booking_id;
    output::note(session.lang.say(format!("You are on the waitlist: entry {id}."), format!("대기 번호 {id}")));
    Ok(())
}

async fn leave(session: &Session, id: EntryId, is_sure: bool, is_json: bool) -> anyhow::Result<()> {
    let lang = session.lang;
    if !is_sure {
        if !std::io::stdin().is_terminal() {
            return Err(session.reason(
                Exit::Usage,
                "a place in the queue cannot be had back: --yes is needed when there is no terminal to ask on",
                "대기 순서는 되찾을 수 없습니다. 터미널이 아니면 --yes 옵션이 필요합니다",
            ));
        }
        print(session, &[session.client.waitlist_entry(id).await?]).await?;
        let question = lang.say("Give it up? This cannot be undone. (y/n)", "포기할까요? 되돌릴 수 없습니다. (y/n)");
        if ask(question)?.as_deref() != Some("y") {
            return Err(session.reason(Exit::Failed, "nothing was given up", "포기하지 않았습니다"));
        }
    }
    let entry = session.client.leave_waitlist(id).await?;
    if is_json {
        return output::json(&entry);
    }
    output::note(state_word(entry.current_state, lang));
    Ok(())
}
