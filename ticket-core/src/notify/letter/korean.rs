use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::{Page, in_line, seat_lines, time_with_zone, total};
use crate::domain::{Currency, Language, Seat, Venue};
use crate::storage::{CanceledBy, Letter, LetterNews};

/// What a letter says in Korean.
pub(super) fn page(letter: &Letter, time_zone: &TimeZone) -> Page {
    let Letter { show, venue, performance, seats, .. } = letter;
    let name = in_line(&show.name);
    let day = date(performance.date);
    let (start, round) = (performance.start_time.strftime("%H:%M"), performance.round);
    let mut facts = vec![
        ("공연", name.clone()),
        ("장소", in_line(&venue.name)),
        ("주소", in_line(&venue.address)),
        ("일시", format!("{day} {start}")),
        ("회차", format!("{round}회차")),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    let money = |amount| money(show.currency, amount);
    let (subject, heading, lead, total_name, notes) = match &letter.news {
        LetterNews::Booked { booking } => {
            facts.push(("예매 번호", booking.to_string()));
            let until = show.cancellable_until(performance);
            let note = if until > letter.at {
                format!("{}까지 취소할 수 있습니다.", instant(until, time_zone))
            } else {
                "이 예매는 더 이상 취소할 수 없습니다.".to_owned()
            };
            let lead = "예매해 주셔서 감사합니다. 아래 좌석이 예매되었습니다.".to_owned();
            ("예매 완료", "예매가 완료되었습니다", lead, "합계", vec![note])
        }
        LetterNews::Canceled { booking, by: CanceledBy::Performance, .. } => {
            facts.push(("예매 번호", booking.to_string()));
            let lead = "죄송합니다. 주최 측 사정으로 이 공연이 취소되어 예매도 함께 취소되었습니다.".to_owned();
            let notes = vec!["따로 하실 일은 없습니다.".to_owned(), contact(venue)];
            ("공연 취소", "공연이 취소되었습니다", lead, "취소 금액", notes)
        }
        LetterNews::Moved { booking, from } => {
            facts.push(("예매 번호", booking.to_string()));
            facts.push(("변경 전 좌석", place(from)));
            let lead = "주최 측 사정으로 좌석이 아래와 같이 변경되었습니다. 결제하신 금액은 그대로입니다.".to_owned();
            let notes = vec!["변경된 좌석으로만 입장하실 수 있습니다.".to_owned(), contact(venue)];
            ("좌석 변경", "좌석이 변경되었습니다", lead, "결제 금액", notes)
        }
        LetterNews::Canceled { booking, left, by } => {
            facts.push(("예매 번호", booking.to_string()));
            let (heading, note) = if left.is_empty() {
                ("예매가 취소되었습니다", "이 예매에 남은 좌석은 없습니다.".to_owned())
            } else {
                let places: Vec<_> = left.iter().map(place).collect();
                ("일부 좌석이 취소되었습니다", format!("남은 좌석: {}", places.join(", ")))
            };
            let (lead, notes) = match by {
                CanceledBy::Buyer => ("요청하신 대로 아래 좌석을 취소했습니다.", vec![note]),
                _ => ("주최 측에서 아래 좌석을 취소했습니다.", vec![note, contact(venue)]),
            };
            ("예매 취소", heading, lead.to_owned(), "취소 금액", notes)
        }
        LetterNews::Offered { entry, until } => {
            let until = instant(*until, time_zone);
            facts.push(("대기 번호", entry.to_string()));
            facts.push(("예매 기한", until.clone()));
            let lead = format!("아래 좌석은 {until}까지 다른 분이 예매할 수 없습니다.");
            let notes = vec![
                "예매하시려면 기한 전에 로그인하여 이 대기 번호로 예매하거나 위 좌석 전부를 한 번에 예매해 주세요."
                    .to_owned(),
                "원하지 않으시면 아무것도 하지 않으셔도 됩니다. 기한이 지나면 다음 대기자에게 안내됩니다.".to_owned(),
            ];
            ("대기 좌석 안내", "기다리시던 좌석이 나왔습니다", lead, "합계", notes)
        }
    };
    Page {
        language: Language::Korean.as_str(),
        subject: format!("[{subject}] {name} · {day}"),
        heading,
        lead,
        facts,
        seats_title: "좌석",
        seats: seat_lines(seats, place, money),
        total: (total_name, total(seats, money)),
        notes,
        footer: "이 메일은 자동으로 발송되었으며 회신하셔도 확인할 수 없습니다.",
    }
}

/// Whom to ask.
fn contact(venue: &Venue) -> String {
    match in_line(&venue.contact) {
        contact if contact.is_empty() => format!("문의: {}", in_line(&venue.name)),
        contact => format!("문의: {} {contact}", in_line(&venue.name)),
    }
}

fn place(seat: &Seat) -> String {
    let at = &seat.position;
    in_line(&format!("{} {}열 {}번", at.sector, at.row, at.label))
}

fn money(currency: Currency, amount: i64) -> String {
    let with_code = currency.format(amount);
    match with_code.strip_suffix(" KRW") {
        Some(won) => format!("{won}원"),
        None => with_code,
    }
}

fn date(date: Date) -> String {
    let weekday = match date.weekday() {
        Weekday::Monday => "월",
        Weekday::Tuesday => "화",
        Weekday::Wednesday => "수",
        Weekday::Thursday => "목",
        Weekday::Friday => "금",
        Weekday::Saturday => "토",
        Weekday::Sunday => "일",
    };
    format!("{}년 {}월 {}일({weekday})", date.year(), date.month(), date.day())
}

fn instant(at: Timestamp, time_zone: &TimeZone) -> String {
    let day = date(at.to_zoned(time_zone.clone()).date());
    format!("{day} {}", time_with_zone(at, time_zone))
}
