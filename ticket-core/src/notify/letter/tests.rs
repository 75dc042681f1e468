use insta::assert_snapshot;

use super::*;
use crate::domain::{
    BookingId, Category, Currency, Email, EntryId, Grade, Performance, PerformanceId, Role, SeatId, SeatPosition,
    SeatState, Show, ShowId, User, UserId, Venue, VenueId,
};
use crate::storage::{CanceledBy, LetterNews};

const NOON_IN_SEOUL: &str = "2027-01-02T03:00:00Z";

fn seat(row: &str, label: &str, grade: Grade, price: i64) -> Seat {
    Seat {
        id: SeatId(1),
        performance: PerformanceId(1),
        guid: format!("1F/{row}/{label}"),
        grade,
        price,
        position: SeatPosition { sector: "1F".into(), row: row.into(), number: 12, label: label.into() },
        is_seat: true,
        x: 0.0,
        y: 0.0,
        state: SeatState::Booked,
    }
}

fn letter(language: Language, news: LetterNews) -> Letter {
    Letter {
        to: User {
            id: UserId(1),
            email: "mina@example.com".parse::<Email>().unwrap(),
            name: "http://evil.example".into(),
            role: Role::Buyer,
            language,
        },
        show: Show {
            id: ShowId(1),
            venue: VenueId(1),
            name: "레미제라블 Les Misérables".into(),
            category: Category::Musical,
            start_date: "2027-03-01".parse().unwrap(),
            end_date: "2027-03-31".parse().unwrap(),
            running_minutes: 170,
            intermission_minutes: 20,
            age_limit: "8+".into(),
            total_seats: 1766,
            currency: Currency::KRW,
            max_seats_per_user: 10,
            cancel_until_hours: 24,
        },
        venue: Venue {
            id: VenueId(1),
            name: "Blue Square 블루스퀘어".into(),
            contact: "02-123-4567".into(),
            address: "294 Itaewon-ro, Yongsan-gu, Seoul".into(),
            url: "https://hall.example".into(),
        },
        performance: Performance {
            id: PerformanceId(1),
            show: ShowId(1),
            date: "2027-03-01".parse().unwrap(),
            round: 2,
            start_time: "19:30:00".parse().unwrap(),
            starts_at: "2027-03-01T10:30:00Z".parse().unwrap(),
            sale_opens_at: None,
            sale_closes_at: "2027-03-01T10:30:00Z".parse().unwrap(),
            canceled_at: None,
            layout_version: 1,
            stage: None,
        },
        seats: vec![seat("A", "12", Grade::Vip, 170_000), seat("가", "12A", Grade::R, 140_000)],
        news,
        at: NOON_IN_SEOUL.parse().unwrap(),
    }
}

fn seoul() -> TimeZone {
    TimeZone::get("Asia/Seoul").unwrap()
}

fn every_kind() -> [(&'static str, LetterNews); 7] {
    let booking = BookingId(4711);
    let rest = vec![seat("B", "1", Grade::S, 90_000)];
    [
        ("booked", LetterNews::Booked { booking }),
        ("canceled", LetterNews::Canceled { booking, left: Vec::new(), by: CanceledBy::Buyer }),
        ("canceled_in_part", LetterNews::Canceled { booking, left: rest.clone(), by: CanceledBy::Buyer }),
        ("revoked_in_part", LetterNews::Canceled { booking, left: rest, by: CanceledBy::Organiser }),
        ("performance_canceled", LetterNews::Canceled { booking, left: Vec::new(), by: CanceledBy::Performance }),
        ("moved", LetterNews::Moved { booking, from: Box::new(seat("C", "3", Grade::R, 140_000)) }),
        ("offered", LetterNews::Offered { entry: EntryId(12), until: "2027-01-02T09:00:00Z".parse().unwrap() }),
    ]
}

#[test]
fn every_kind_of_mail_reads_well_in_every_language() {
    for language in Language::ALL {
        for (kind, news) in every_kind() {
            let written = write(&letter(*language, news), &seoul()).unwrap();
            let name = format!("{kind}_{language}");
            assert_snapshot!(format!("{name}.txt"), format!("Subject: {}\n\n{}", written.subject, written.text));
            assert_snapshot!(format!("{name}.html"), written.html);
        }
    }
}

#[test]
fn names_can_neither_break_lines_nor_markup() {
    for language in Language::ALL {
        for (_, news) in every_kind() {
            let mut letter = letter(*language, news);
            letter.show.name = "<script>alert('1')</script>\r\nBcc: all@example.com\u{2028}\"Q\" & A".into();
            letter.venue.name = "</td></table><img src=x onerror=\"a\">\nTotal: 0".into();
            letter.seats[0].position.row = "\"><i>\n".into();
            let Written { subject, text, html } = write(&letter, &seoul()).unwrap();
            let one_line = "<script>alert('1')</script> Bcc: all@example.com \"Q\" & A";
            assert!(subject.contains(one_line), "{subject}");
            assert!(!subject.contains(char::is_control), "{subject}");
            assert!(text.lines().any(|line| line.ends_with(one_line)), "{text}");
            assert!(!text.lines().any(|line| line.starts_with("Bcc") || line == "Total: 0"), "{text}");
            for raw in ["<script", "<img", "</table><", "\"><i>", "alert('1')"] {
                assert!(!html.contains(raw), "{raw}: {html}");
            }
            assert!(html.contains("&lt;script&gt;"), "{html}");
        }
    }
}

#[test]
fn what_users_call_themselves_is_in_no_mail() {
    for language in Language::ALL {
        for (_, news) in every_kind() {
            let Written { subject, text, html } = write(&letter(*language, news), &seoul()).unwrap();
            assert!(![subject, text, html].iter().any(|text| text.contains("evil")));
        }
    }
}

#[test]
fn instants_are_told_in_the_business_time_zone_and_amounts_in_the_currency_of_the_show() {
    let offered = || LetterNews::Offered { entry: EntryId(12), until: "2027-07-01T22:00:00Z".parse().unwrap() };
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    let mut letter = letter(Language::English, offered());
    letter.show.currency = "EUR".parse().unwrap();
    let english = write(&letter, &berlin).unwrap().text;
    assert!(english.contains("Book before: Friday 2 July 2027, 00:00 CEST (UTC+02:00)"), "{english}");
    assert!(english.contains("Total: 3,100.00 EUR"), "{english}");
    letter.to.language = Language::Korean;
    let korean = write(&letter, &berlin).unwrap().text;
    assert!(korean.contains("예매 기한: 2027년 7월 2일(금) 00:00 CEST (UTC+02:00)"), "{korean}");
    assert!(korean.contains("합계: 3,100.00 EUR"), "{korean}");
}

#[test]
fn too_late_to_cancel_is_said() {
    let mut letter = letter(Language::English, LetterNews::Booked { booking: BookingId(1) });
    letter.at = "2027-02-28T10:30:00Z".parse().unwrap();
    let text = write(&letter, &seoul()).unwrap().text;
    assert!(text.contains("These tickets can no longer be cancelled."), "{text}");
}
