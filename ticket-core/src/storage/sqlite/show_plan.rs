//! A show as a plan: what applying it would leave as it is.

use std::sync::Arc;

use rusqlite::Connection;

use super::{catalog, seats};
use crate::domain::{PerformanceId, PerformancePlan, SeatPlan, Seating, ShowId, ShowPlan, VenuePlan};
use crate::error::Error;

/// The plan of a show, without the performances that were cancelled. What most of the others have is that of the show.
pub(super) fn of_show(connection: &Connection, id: ShowId) -> Result<ShowPlan, Error> {
    let (show, venue) = catalog::show(connection, id)?;
    // Seatings, and how many performances have each.
    let mut seatings: Vec<(Arc<Seating>, usize)> = Vec::new();
    let mut performances = Vec::new();
    let found = catalog::performances(connection, id, jiff::Timestamp::MAX)?.into_iter().map(|(found, _)| found);
    for performance in found.filter(|performance| performance.canceled_at.is_none()) {
        let seating = Seating { stage: performance.stage, seats: seat_plans(connection, performance.id)? };
        let index = seatings.iter().position(|(known, _)| **known == seating).unwrap_or_else(|| {
            seatings.push((Arc::new(seating), 0));
            seatings.len() - 1
        });
        seatings[index].1 += 1;
        performances.push(PerformancePlan {
            date: performance.date,
            round: performance.round,
            start_time: performance.start_time,
            starts_at: performance.starts_at,
            sale_opens_at: performance.sale_opens_at,
            sale_closes_at: performance.sale_closes_at,
            seating: Some(Arc::clone(&seatings[index].0)),
        });
    }
    // Of equals the first wins.
    let usual = seatings.into_iter().rev().max_by_key(|(_, count)| *count).map(|(usual, _)| usual).unwrap_or_default();
    for performance in &mut performances {
        performance.seating.take_if(|own| Arc::ptr_eq(own, &usual));
    }
    let Seating { stage, seats } = Arc::unwrap_or_clone(usual);
    Ok(ShowPlan {
        venue: VenuePlan { name: venue.name, contact: venue.contact, address: venue.address, url: venue.url },
        name: show.name,
        category: show.category,
        running_minutes: show.running_minutes,
        intermission_minutes: show.intermission_minutes,
        age_limit: show.age_limit,
        currency: show.currency,
        max_seats_per_user: show.max_seats_per_user,
        cancel_until_hours: show.cancel_until_hours,
        performances,
        stage,
        seats,
    })
}

fn seat_plans(connection: &Connection, id: PerformanceId) -> Result<Vec<SeatPlan>, Error> {
    let seats = seats::of_performance(connection, id)?.into_iter().map(|seat| SeatPlan {
        guid: seat.guid,
        grade: seat.grade,
        price: seat.price,
        position: seat.position,
        is_seat: seat.is_seat,
        x: seat.x,
        y: seat.y,
    });
    Ok(seats.collect())
}
