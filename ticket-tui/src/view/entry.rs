//! What is said about an entry of the waitlist, on the screen and line by line.

use ticket_core::api::{OfferDetails, WaitlistEntryDetails};
use ticket_core::domain::{SeatId, WaitlistState};

use super::when;
use crate::lang::{Language, Say};
use crate::text::countdown;
use crate::zones::Zones;

/// Where an entry stands, in a word or two; `left` are the seconds until its offer ends.
pub(crate) fn state(entry: &WaitlistEntryDetails, left: i64, lang: Language) -> String {
    match (entry.current_state, &entry.offer, entry.position) {
        (WaitlistState::Activation, Some(_), _) => match left {
            ..=0 => lang.say("offer over", "배정 만료").into(),
            left => lang.say(format!("offered {}", countdown(left)), format!("배정됨 {}", countdown(left))),
        },
        (WaitlistState::Waiting, _, Some(position)) => {
            lang.say(format!("waiting, no. {position}"), format!("대기 {position}번째"))
        }
        (state, ..) => state_word(state, lang).into(),
    }
}

/// What a state is called.
pub(crate) fn state_word(state: WaitlistState, lang: Language) -> &'static str {
    let (english, korean) = match state {
        WaitlistState::Waiting => ("waiting", "대기 중"),
        WaitlistState::Activation => ("offered", "배정됨"),
        WaitlistState::Fin => ("booked", "예매함"),
        WaitlistState::Expired => ("offer ran out", "배정 만료"),
        WaitlistState::Withdrawn => ("withdrawn", "대기 취소"),
        WaitlistState::Declined => ("declined", "배정 거절"),
        WaitlistState::Canceled => ("performance cancelled", "공연 취소"),
    };
    lang.say(english, korean)
}

/// How many of which seats.
pub(crate) fn wish(entry: &WaitlistEntryDetails, lang: Language) -> String {
    let names = names(entry, |_| true);
    let (seats, all) = (lang.seats(entry.seat_count as usize), entry.seats.len());
    if all == entry.seat_count as usize {
        format!("{seats}: {names}")
    } else {
        lang.say(format!("{seats} out of these {all}: {names}"), format!("다음 {all}석 중 {seats}: {names}"))
    }
}

fn names(entry: &WaitlistEntryDetails, is_meant: impl Fn(SeatId) -> bool) -> String {
    let seats = entry.seats.iter().map(|wanted| &wanted.seat).filter(|seat| is_meant(seat.seat_id));
    let mut before = "";
    let names = seats.map(|seat| {
        let sector = if seat.sector == before { String::new() } else { format!("{} ", seat.sector) };
        before = &seat.sector;
        format!("{sector}{}-{}", seat.row, seat.label)
    });
    names.collect::<Vec<_>>().join(", ")
}

/// The offer, or the place in the queue and why nothing is offered yet; `true` is good news.
pub(crate) fn news(entry: &WaitlistEntryDetails, zones: &Zones, lang: Language) -> Vec<(String, bool)> {
    let joined = when::instant(entry.joined_at, zones, lang);
    let joined = lang.say(format!("Joined {joined}."), format!("{joined} 신청."));
    match (entry.current_state, &entry.offer) {
        (WaitlistState::Activation, Some(offer)) => vec![(offered(entry, offer, zones, lang), true)],
        (WaitlistState::Waiting, _) => {
            let position = entry.position.unwrap_or(1);
            let place = lang.say(
                format!("No. {position} of those who wait for one of these seats. {joined}"),
                format!("같은 좌석을 기다리는 순서: {position}번째. {joined}"),
            );
            let passed = entry.passed_over_at.map(|at| {
                let at = when::instant(at, zones, lang);
                (lang.say(format!("Last passed over {at}."), format!("{at}에 배정에서 제외되었습니다.")), false)
            });
            [(place, false)]
                .into_iter()
                .chain(entry.reason_text.clone().map(|why| (why, false)))
                .chain(passed)
                .collect()
        }
        (state, _) => {
            let ended = entry.ended_at.map(|at| when::instant(at, zones, lang)).unwrap_or_default();
            vec![(format!("{joined} {}: {ended}", capital(state_word(state, lang))), false)]
        }
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn offered(entry: &WaitlistEntryDetails, offer: &OfferDetails, zones: &Zones, lang: Language) -> String {
    let (names, price) =
        (names(entry, |seat| offer.seat_ids.contains(&seat)), offer.currency.format(offer.total_price));
    let until = when::instant(offer.expires_at, zones, lang);
    lang.say(
        format!("Offered to you until {until}: {names}, {price} in all."),
        format!("{until}까지 배정됨: {names}, 합계 {price}"),
    )
}
