use std::collections::HashSet;

use super::geometry::{Point, TakenPlaces};
use crate::domain::limits::SEATS_MAX;
use crate::domain::{SeatPlan, SeatPosition, Stage};

/// Seats as they are read one after the other; none is there twice, and no two are in the same place.
#[derive(Debug, Default)]
pub(super) struct House {
    pub(super) seats: Vec<SeatPlan>,
    guids: HashSet<String>,
    /// What is printed on the tickets.
    names: HashSet<String>,
    taken: TakenPlaces,
}

/// What a place is called when it has no other guid.
pub(super) fn name_of(position: &SeatPosition) -> String {
    format!("{}/{}/{}", position.sector, position.row, position.label)
}

impl House {
    /// Adds a seat, or says what is wrong with it.
    pub(super) fn add(&mut self, seat: SeatPlan) -> Result<(), String> {
        let index = self.seats.len();
        if index == SEATS_MAX {
            return Err(format!("more than {SEATS_MAX} seats"));
        }
        let name = name_of(&seat.position);
        if name != seat.guid && self.guids.contains(&seat.guid) {
            return Err(format!("guid {:?} is there twice", seat.guid));
        }
        if !self.names.insert(name.clone()) || !self.guids.insert(seat.guid.clone()) {
            return Err(format!("seat {name:?} is there twice"));
        }
        let place = Point { x: f64::from(seat.x), y: f64::from(seat.y) };
        if let Err(other) = self.taken.take(place, index) {
            return Err(format!("seat {name:?} overlaps seat {:?}", name_of(&self.seats[other].position)));
        }
        self.seats.push(seat);
        Ok(())
    }
}

/// Moves everything so that the plan begins at its top left corner.
pub(super) fn move_to_corner(seats: &mut [SeatPlan], stage: Option<&mut Stage>) {
    const HALF_A_SEAT: f32 = 0.5;
    let corners = seats.iter().map(|seat| (seat.x - HALF_A_SEAT, seat.y - HALF_A_SEAT));
    let corners = corners.chain(stage.iter().map(|stage| (stage.x, stage.y)));
    let (left, top) = corners.fold((f32::MAX, f32::MAX), |(left, top), (x, y)| (left.min(x), top.min(y)));
    for seat in seats {
        seat.x -= left;
        seat.y -= top;
    }
    if let Some(stage) = stage {
        stage.x -= left;
        stage.y -= top;
    }
}
