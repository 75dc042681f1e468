//! What is written reads as the same.

use std::sync::Arc;

use insta::assert_snapshot;
use jiff::ToSpan as _;
use proptest::prelude::*;

use super::{SHOW, options, parsed_show};
use crate::domain::{Grade, SeatPlan, SeatPosition, Seating, ShowPlan, Stage};
use crate::import::Syntax;
use crate::import::show_file::{parse_with, write};

const SYNTAXES: [Syntax; 3] = [Syntax::Toml, Syntax::Yaml, Syntax::Json];

#[track_caller]
fn assert_written(plan: &ShowPlan) {
    for syntax in SYNTAXES {
        let text = write(plan, syntax, &options().time_zone).unwrap_or_else(|error| panic!("{syntax}: {error}"));
        let read = parse_with(&text, syntax, &options(), &mut |_| Err(String::new())).unwrap();
        assert_eq!(read, *plan, "{text}");
        assert_eq!(Syntax::sniff(&text), syntax);
    }
}

#[test]
fn a_show_is_written_as_a_person_would() {
    let plan = different_performances();
    for syntax in SYNTAXES {
        assert_snapshot!(format!("written_{syntax}"), write(&plan, syntax, &options().time_zone).unwrap());
    }
    assert_written(&plan);
}

/// Seven performances: some with other prices, some with other seats.
fn different_performances() -> ShowPlan {
    let mut plan = parsed_show(SHOW);
    plan.stage = Some(Stage { label: "무대".into(), x: 0.0, y: 0.25, width: 6.0, height: 1.5 });
    plan.age_limit = "8+".to_owned();
    plan.seats[1].guid = "c9d2 \"한\"".to_owned();
    plan.seats[2].position.label = "Box 3".to_owned();
    let first = plan.performances[0].clone();
    let cheap = with_prices(&plan, |seat| if seat.grade == Grade::Vip { 40_000 } else { seat.price });
    let mixed = with_prices(&plan, |seat| if seat.position.row == "A" { 1 } else { seat.price });
    let small = Arc::new(Seating { stage: None, seats: plan.seats[..4].to_vec() });
    for (days, seating) in
        [(1, Some(&cheap)), (1, None), (2, Some(&cheap)), (3, Some(&mixed)), (4, Some(&small)), (5, Some(&small))]
    {
        let mut performance = first.clone();
        performance.date = first.date.checked_add(days.days()).unwrap();
        performance.seating = seating.cloned();
        performance.starts_at = first.starts_at.checked_add((24 * days).hours()).unwrap();
        performance.sale_closes_at = performance.starts_at;
        if plan.performances.last().unwrap().date == performance.date {
            performance.round = 3;
            performance.start_time = "21:00:00.25".parse().unwrap();
            performance.starts_at =
                performance.starts_at.checked_add("1h30m0.25s".parse::<jiff::Span>().unwrap()).unwrap();
            performance.sale_closes_at = performance.starts_at.checked_sub(1.hour()).unwrap();
            performance.sale_opens_at = Some("2030-12-31T15:00:00.001Z".parse().unwrap());
        }
        plan.performances.push(performance);
    }
    plan
}

fn with_prices(plan: &ShowPlan, price: impl Fn(&SeatPlan) -> i64) -> Arc<Seating> {
    let seats = plan.seats.iter().map(|seat| SeatPlan { price: price(seat), ..seat.clone() }).collect();
    Arc::new(Seating { stage: plan.stage.clone(), seats })
}

#[test]
fn what_no_file_can_say_is_refused() {
    let refused = |change: fn(&mut ShowPlan)| {
        let mut plan = parsed_show(SHOW);
        change(&mut plan);
        write(&plan, Syntax::Toml, &options().time_zone).unwrap_err().to_string()
    };
    let cannot = "a show file cannot say this";
    assert_eq!(
        refused(|plan| plan.name = " Hamlet".into()),
        format!("{cannot}: names, times or the stage of the show")
    );
    assert_eq!(refused(|plan| plan.seats[3].x = -1.0).split(": ").next(), Some(cannot));
    assert_eq!(refused(|plan| plan.seats[2].position.number = -1).split(": ").next(), Some(cannot));
    assert_eq!(
        refused(|plan| plan.performances[0].starts_at = jiff::Timestamp::UNIX_EPOCH),
        format!("{cannot}: performance 2031-05-02 round 1")
    );
}

prop_compose! {
    fn seat(index: u16)(
        grade in prop::sample::select(vec![Grade::Vip, Grade::R, Grade::B]),
        price in prop_oneof![Just(1_000), Just(2_000), 0..1_000_000_000_000_i64],
        row in 0..3_u8,
        number in prop_oneof![Just(i64::from(index)), 0..100_000_i64],
        label in prop::option::weighted(0.4, prop_oneof!["[0-9]{1,3}[A-Z가]{0,3}", "[!-~가-힣]([ -~]{0,6}[!-~])?"]),
        guid in prop_oneof![3 => Just(None), 1 => "[!-~가]{1,8}".prop_map(Some)],
        is_seat in prop::bool::weighted(0.9),
        (dx, y) in (0.0..0.4_f32, 0.0..3.0_f32),
    ) -> SeatPlan {
        let label = label.unwrap_or_else(|| number.to_string());
        // Unique and apart, as in every hall.
        let position = SeatPosition { sector: "1F".into(), row: row.to_string(), number, label: label.clone() };
        let guid = guid.map_or_else(|| format!("1F/{row}/{label}"), |guid| format!("{guid}{index}"));
        SeatPlan { guid, grade, price, position, is_seat, x: f32::from(index) * 1.5 + dx, y }
    }
}

fn house() -> impl Strategy<Value = Vec<SeatPlan>> {
    (1..40_u16).prop_flat_map(|count| (0..count).map(seat).collect::<Vec<_>>()).prop_map(|mut seats| {
        let mut names = std::collections::HashSet::new();
        let mut guids = std::collections::HashSet::new();
        seats.retain(|seat| {
            names.insert((seat.position.row.clone(), seat.position.label.clone())) && guids.insert(seat.guid.clone())
        });
        seats
    })
}

proptest! {
    #[test]
    fn random_shows_are_written_and_read_again(
        seats in house(),
        other in prop::option::of(house()),
        cheaper in prop::option::of(0..5_000_i64),
        name in "[!-~가-힣]([ -~]{0,20}[!-~가-힣])?",
        shift in 0..300_i64,
    ) {
        let mut plan = parsed_show(SHOW);
        plan.name = name;
        plan.seats = seats;
        let own = [
            other.map(|seats| Arc::new(Seating { stage: None, seats })),
            cheaper.map(|price| with_prices(&plan, |seat| if seat.grade == Grade::R { price } else { seat.price })),
        ];
        for (days, seating) in (1..).zip(own) {
            let mut performance = plan.performances[0].clone();
            performance.date = performance.date.checked_add((days + shift).days()).unwrap();
            performance.starts_at = options().time_zone.to_timestamp(performance.date.to_datetime(performance.start_time)).unwrap();
            performance.sale_closes_at = performance.starts_at;
            performance.seating = seating.filter(|own| (&own.stage, &own.seats) != (&plan.stage, &plan.seats));
            plan.performances.push(performance);
        }
        assert_written(&plan);
    }
}
