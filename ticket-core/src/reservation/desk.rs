use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::api::{Layout, LayoutHeader};
use crate::domain::{PerformanceId, SeatId, SeatWish};
use crate::error::Error;
use crate::live::{FreeSeats, SeatMap};
use crate::seat_choice::{Hall, choose};
use crate::storage::Store;

/// Desks kept at a time, unless more are in use. A desk can be set up again when it is needed.
const DESKS_MAX: usize = 64;

/// The desks of this process, one for each performance.
#[derive(Default)]
pub(super) struct Desks(Mutex<HashMap<PerformanceId, Arc<Desk>>>);

/// Where the best seats of one performance are given out, to one buyer after the other.
///
/// Buyers who choose from the same map at the same time would all run for the same seats. So what one has chosen is set
/// aside until the map shows what has become of it, and the others choose from the rest.
pub(super) struct Desk {
    performance: PerformanceId,
    /// The seats that are set aside. Waking on a change, whoever waits for one of them sees it returned.
    aside: watch::Sender<HashSet<SeatId>>,
    /// Read once, while all who need it wait.
    floor: tokio::sync::Mutex<Option<Arc<Floor>>>,
}

/// The seats of a layout.
pub(super) struct Floor {
    layout_version: u64,
    ids: Vec<SeatId>,
    pub(super) hall: Hall,
}

/// What a buyer is told at the desk.
pub(super) enum Choice {
    /// These are set aside for him.
    Seats(SetAside),
    /// Only what is set aside for others would do. Ask again when this seat is no more.
    Waiting(SeatId),
    /// There are no such seats; perhaps there are as many apart from each other.
    None { apart: bool },
    /// The map is of another layout than the floor.
    OtherLayout,
}

/// Seats that nobody else chooses until this is dropped.
pub(super) struct SetAside {
    desk: Arc<Desk>,
    seats: Vec<SeatId>,
}

impl Desks {
    pub(super) fn of(&self, performance: PerformanceId) -> Arc<Desk> {
        let mut desks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if desks.len() >= DESKS_MAX && !desks.contains_key(&performance) {
            desks.retain(|_, desk| Arc::strong_count(desk) > 1);
        }
        Arc::clone(desks.entry(performance).or_insert_with(|| Arc::new(Desk::new(performance))))
    }
}

impl Desk {
    fn new(performance: PerformanceId) -> Self {
        Self { performance, aside: watch::Sender::default(), floor: tokio::sync::Mutex::default() }
    }

    /// The floor of this layout version, or of a later one.
    pub(super) async fn floor(&self, store: &Store, layout_version: u64) -> Result<Arc<Floor>, Error> {
        let mut floor = self.floor.lock().await;
        if let Some(known) = floor.as_ref().filter(|known| known.layout_version >= layout_version) {
            return Ok(Arc::clone(known));
        }
        let (performance, show, venue, seats) = store.layout(self.performance).await?;
        let read = tokio::task::spawn_blocking(move || {
            let layout = Layout::new(LayoutHeader::new(performance, show, venue), &seats);
            Arc::new(Floor::new(&layout))
        });
        let read = read.await.map_err(|error| Error::Internal { reason: format!("a layout was not read: {error}") })?;
        Ok(Arc::clone(floor.insert(read)))
    }

    /// Chooses among what is free and not set aside, and sets it aside.
    ///
    /// It takes any of the `few` best choices; with one, the best.
    pub(super) fn choose(self: &Arc<Self>, map: &SeatMap, floor: &Floor, wish: &SeatWish, few: usize) -> Choice {
        let mut choice = Choice::OtherLayout;
        self.aside.send_if_modified(|aside| {
            // Whatever is not set aside any more is on the map already.
            let mut now = map.free(aside);
            if now.layout_version == floor.layout_version {
                choice = match floor.any_of_best(&mut now.free, wish, few) {
                    Some(chosen) => Choice::Seats(self.set_aside(aside, floor.ids_of(&chosen))),
                    None => floor.no_choice(&now, wish),
                };
            }
            // Nobody waits for a seat to be set aside.
            false
        });
        choice
    }

    /// Waits until this seat is not set aside.
    pub(super) async fn returned(&self, seat: SeatId) {
        // The sending end is our own, so it is not gone.
        drop(self.aside.subscribe().wait_for(|aside| !aside.contains(&seat)).await);
    }

    fn set_aside(self: &Arc<Self>, aside: &mut HashSet<SeatId>, seats: Vec<SeatId>) -> SetAside {
        aside.extend(&seats);
        SetAside { desk: Arc::clone(self), seats }
    }
}

impl Floor {
    fn new(layout: &Layout) -> Self {
        Self {
            layout_version: layout.header.layout_version,
            ids: layout.seats().map(|seat| seat.id).collect(),
            hall: Hall::new(layout),
        }
    }

    /// The best choice, the best without its seats, and so on: any of these. Their seats are free no more.
    fn any_of_best(&self, free: &mut [bool], wish: &SeatWish, few: usize) -> Option<Vec<usize>> {
        let mut best = Vec::with_capacity(few);
        while best.len() < few
            && let Some(next) = choose(&self.hall, |seat| free[seat], wish)
        {
            next.iter().for_each(|seat| free[*seat] = false);
            best.push(next);
        }
        (!best.is_empty()).then(|| best.swap_remove(rand::random_range(0..best.len())))
    }

    /// What to say when none of the free seats would do.
    fn no_choice(&self, now: &FreeSeats, wish: &SeatWish) -> Choice {
        let is_free_or_aside = |seat| now.free[seat] || now.excepted.contains(&seat);
        let hoped_for = choose(&self.hall, is_free_or_aside, wish).unwrap_or_default();
        if let Some(seat) = hoped_for.into_iter().find(|seat| now.excepted.contains(seat)) {
            return Choice::Waiting(self.ids[seat]);
        }
        let anywhere = SeatWish { together: false, ..wish.clone() };
        Choice::None { apart: choose(&self.hall, |seat| now.free[seat], &anywhere).is_some() }
    }

    fn ids_of(&self, seats: &[usize]) -> Vec<SeatId> {
        seats.iter().map(|seat| self.ids[*seat]).collect()
    }
}

impl SetAside {
    pub(super) fn seats(&self) -> &[SeatId] {
        &self.seats
    }
}

impl Drop for SetAside {
    fn drop(&mut self) {
        self.desk.aside.send_modify(|aside| aside.retain(|seat| !self.seats.contains(seat)));
    }
}
