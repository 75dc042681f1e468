use ticket_core::api::WaitlistEntryDetails;
use ticket_core::clock::{Clock as _, SystemClock};
use ticket_core::domain::WaitlistState;

use super::ask;
use super::login::with_login;
use crate::commands::session::Session;
use crate::commands::{list, output};
use crate::lang::Say as _;
use crate::view::{entry, when};

/// As many entries are told, the newest first.
pub(super) const ENTRIES_MAX: u64 = 100;

/// Tells what one waits for, and all about one entry; books or declines an offer, gives up waiting.
pub(super) async fn pick(session: &Session) -> anyhow::Result<()> {
    let lang = session.lang;
    let entries = with_login(session, async || Ok(session.client.waitlist(0, ENTRIES_MAX).await?.content)).await?;
    if entries.is_empty() {
        output::note(lang.say(
            "You wait for nothing. Where you choose seats, wait and the name of a taken one joins its waitlist.",
            "대기 중인 신청이 없습니다. 좌석을 고를 때 wait 뒤에 나간 좌석의 이름을 쓰면 대기합니다.",
        ));
        return Ok(());
    }
    ask::list(entries.iter().map(|entry| about(session, entry)));
    let question = lang.say("Which entry? q goes back:", "어느 대기? q: 뒤로");
    let Some(chosen) = ask::number(lang, question, entries.len())? else { return Ok(()) };
    open(session, &entries[chosen]).await
}

fn about(session: &Session, entry: &WaitlistEntryDetails) -> String {
    let lang = session.lang;
    let at = when::round(entry.show_date, entry.show_time, entry.show_round, lang);
    let left = entry.offer.as_ref().map_or(0, |offer| offer.expires_at.duration_since(SystemClock.now()).as_secs());
    let (seats, state) = (lang.seats(entry.seat_count as usize), entry::state(entry, left, lang));
    format!("{}, {at}, {seats}, {state}", entry.show_name)
}

async fn open(session: &Session, entry: &WaitlistEntryDetails) -> anyhow::Result<()> {
    let lang = session.lang;
    output::note(entry::wish(entry, lang));
    for (line, _) in entry::news(entry, session.zones().await?, lang) {
        output::note(line);
    }
    let question = lang.say("What to do? q goes back:", "무엇을 할까요? q: 뒤로");
    match entry.current_state {
        WaitlistState::Activation => {
            let choices = lang.say(["book", "decline"], ["예매", "거절"]);
            match ask::menu(lang, question, &choices)? {
                None => Ok(()),
                Some(0) => book(session, entry).await,
                Some(_) => {
                    let sure = lang.say(
                        "Decline the offer? The seats go to whoever waits next.",
                        "배정을 거절할까요? 좌석은 다음 대기자에게 넘어갑니다.",
                    );
                    leave(session, entry, sure).await
                }
            }
        }
        WaitlistState::Waiting => {
            if ask::menu(lang, question, &[lang.say("give up", "대기 취소")])?.is_none() {
                return Ok(());
            }
            let sure = lang
                .say("Give up waiting? Your place in the queue is lost.", "대기를 취소할까요? 대기 순서를 잃습니다.");
            leave(session, entry, sure).await
        }
        _ => Ok(()),
    }
}

async fn book(session: &Session, entry: &WaitlistEntryDetails) -> anyhow::Result<()> {
    let lang = session.lang;
    let price = entry.offer.as_ref().map(|offer| offer.currency.format(offer.total_price)).unwrap_or_default();
    let sure = lang.say(format!("Book the offered seats for {price}?"), format!("배정된 좌석을 {price}에 예매할까요?"));
    if !ask::is_sure(lang, &sure)? {
        return Ok(());
    }
    let receipt = with_login(session, async || Ok(session.client.book_offer(entry.waiting_booking_id).await?)).await?;
    list::print_receipt(session, &receipt)
}

async fn leave(session: &Session, entry: &WaitlistEntryDetails, sure: &str) -> anyhow::Result<()> {
    if !ask::is_sure(session.lang, sure)? {
        return Ok(());
    }
    let left = with_login(session, async || Ok(session.client.leave_waitlist(entry.waiting_booking_id).await?)).await?;
    output::note(entry::state_word(left.current_state, session.lang));
    Ok(())
}
