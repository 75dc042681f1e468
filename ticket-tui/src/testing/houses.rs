use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use ticket_core::api::{Layout, LayoutHeader, SeatStates};
use ticket_core::domain::{
    Currency, Grade, PerformanceId, Seat, SeatId, SeatPlan, SeatPosition, SeatState, ShowId, Stage,
};
use ticket_core::import::show_file::{ShowFileOptions, parse};

use super::at;
use crate::seat_map::House;

/// Three sectors, two aisles, a stage in front: 402 seats.
pub(crate) fn theatre() -> Layout {
    let mut seats = Vec::new();
    floor(&mut seats, "1F", 3.0, 8, 38, |row| if row < 3 { (Grade::Vip, 170_000) } else { (Grade::R, 140_000) });
    floor(&mut seats, "2F", 13.0, 4, 34, |_| (Grade::S, 110_000));
    floor(&mut seats, "3F", 19.0, 3, 30, |_| (Grade::A, 80_000));
    Layout::new(header(Some(Stage { label: "STAGE".into(), x: 10.0, y: 0.0, width: 22.0, height: 2.0 })), &seats)
}

/// Rings of seats around a stage in the middle.
pub(crate) fn arena() -> Layout {
    ring_house(4, 12.0, 90)
}

/// 50,000 seats and more around a field.
pub(crate) fn stadium() -> Layout {
    ring_house(64, 70.0, 780)
}

/// Forty seats on one spot.
pub(crate) fn heap() -> Layout {
    let seats: Vec<_> =
        (0..40).map(|i| seat(i, "X", "A", i + 1, (Grade::B, 1_000), (f32::NAN.max(0.0), 0.0))).collect();
    Layout::new(header(None), &seats)
}

/// Made-up houses, and the halls of the show files that come with the project.
pub(crate) fn every_house() -> Vec<Layout> {
    let files = [
        include_str!("../../../examples/shows/modu-art-theater.toml"),
        include_str!("../../../examples/shows/blue-square.toml"),
        include_str!("../../../examples/shows/kspo-dome.toml"),
        include_str!("../../../examples/shows/seoul-world-cup-stadium.toml"),
    ];
    [theatre(), arena(), heap(), stadium()].into_iter().chain(files.map(real)).collect()
}

fn real(show_file: &str) -> Layout {
    let options = ShowFileOptions { time_zone: TimeZone::UTC, starting: None };
    let plan = parse(show_file, &options).unwrap();
    let seats: Vec<_> = plan.seats.iter().enumerate().map(|(i, seat)| of_plan(i as i64, seat)).collect();
    Layout::new(header(plan.stage), &seats)
}

fn of_plan(i: i64, plan: &SeatPlan) -> Seat {
    let mut seat = seat(i, "", "", 1, (plan.grade, plan.price), (plan.x, plan.y));
    seat.position = plan.position.clone();
    seat
}

/// The theatre with a bit of everything in it.
pub(crate) fn house() -> House {
    let layout = theatre();
    House::new(&layout, &states(&layout))
}

/// Mostly free, with some of everything from the second row on.
pub(crate) fn states(layout: &Layout) -> SeatStates {
    let letters = layout.seats().enumerate().map(|(i, seat)| match (seat.row, i % 38) {
        ("A", _) => 'A',
        (_, 4..=7) | (_, 20) => 'B',
        (_, 11..=12) => 'H',
        (_, 15) => 'C',
        (_, 16) => 'W',
        ("F", 30..=31) => 'X',
        ("F", 33..=34) => '-',
        _ => 'A',
    });
    SeatStates { layout_version: 1, revision: "1.7".into(), states: letters.collect() }
}

fn floor(seats: &mut Vec<Seat>, sector: &str, y: f32, rows: u8, wide: i64, price: impl Fn(u8) -> (Grade, i64)) {
    for row in 0..rows {
        let name = char::from(b'A' + row).to_string();
        let indent = (42 - wide) as f32 / 2.0;
        for number in 1..=wide {
            let aisles = i64::from(number > wide / 4) + i64::from(number > wide - wide / 4);
            let x = indent + (number - 1 + 2 * aisles) as f32;
            seats.push(seat(seats.len() as i64, sector, &name, number, price(row), (x, y + f32::from(row))));
        }
    }
}

fn ring_house(rows: u16, inner: f32, first: u16) -> Layout {
    let mut seats = Vec::new();
    let grades = [(Grade::Vip, 200_000), (Grade::R, 150_000), (Grade::S, 120_000), (Grade::A, 90_000)];
    for block in 0..12_u16 {
        for row in 0..rows {
            let radius = inner + f32::from(row);
            let in_row = (first + 6 * row) / 12;
            for i in 0..in_row {
                let angle =
                    (f32::from(block) + (f32::from(i) + 0.5) / f32::from(in_row) * 0.94) * 30.0_f32.to_radians();
                let at = (radius * 2.0 * angle.cos(), radius * angle.sin());
                let price = grades[usize::from(row * 4 / rows)];
                let sector = format!("{}", 101 + block);
                seats.push(seat(seats.len() as i64, &sector, &(row + 1).to_string(), i64::from(i) + 1, price, at));
            }
        }
    }
    let field = Stage { label: "FIELD".into(), x: -inner, y: -inner / 2.0, width: inner * 2.0, height: inner };
    Layout::new(header(Some(field)), &seats)
}

fn seat(i: i64, sector: &str, row: &str, number: i64, price: (Grade, i64), at: (f32, f32)) -> Seat {
    Seat {
        id: SeatId(1_000 + i),
        performance: PerformanceId(7),
        guid: i.to_string(),
        grade: price.0,
        price: price.1,
        position: SeatPosition { sector: sector.into(), row: row.into(), number, label: number.to_string() },
        is_seat: true,
        x: at.0,
        y: at.1,
        state: SeatState::Available,
    }
}

fn header(stage: Option<Stage>) -> LayoutHeader {
    LayoutHeader {
        layout_version: 1,
        performance_id: PerformanceId(7),
        show_id: ShowId(3),
        show_name: "Les Misérables".into(),
        place_name: "블루스퀘어 Blue Square".into(),
        date: date(2027, 1, 2),
        round: 2,
        start_time: time(19, 0, 0, 0),
        starts_at: at(36_000),
        sale_opens_at: None,
        sale_closes_at: at(36_000),
        currency: Currency::KRW,
        max_seats_per_user: 4,
        stage,
    }
}
