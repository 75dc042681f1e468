use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OnceCell;

use super::cache::Subject;
use crate::domain::Ranking;
use crate::error::Error;

/// What many ask for at the same time and one fetches for all of them. When that one gives up, the next one fetches it.
pub(super) type Flight = Arc<Answer>;

type Answer = OnceCell<Result<Ranking, Error>>;

/// The flights of this process that are under way.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<Subject, Weak<Answer>>>);

impl Flights {
    /// The flight of this subject that is under way, or a new one.
    pub(super) fn join(&self, subject: Subject) -> Flight {
        if is_left_out!("single flight") {
            return Flight::default();
        }
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody is on board any more.
        flights.retain(|_, flight| flight.strong_count() > 0);
        let under_way = flights.get(&subject).and_then(Weak::upgrade);
        // What has arrived may be old for whoever comes now.
        if let Some(flight) = under_way.filter(|flight| !flight.initialized()) {
            return flight;
        }
        let flight = Flight::default();
        flights.insert(subject, Arc::downgrade(&flight));
        flight
    }
}
