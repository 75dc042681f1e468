use std::collections::HashMap;
use std::collections::hash_map::Entry;

use tokio::time::Instant;

/// What is remembered for a time.
pub(super) trait Fading {
    /// Whether it means no more than if it were forgotten.
    fn is_over(&self, now: Instant) -> bool;

    /// Whether it is among the last to be forgotten when there is no room.
    fn matters(&self, now: Instant) -> bool;
}

/// So many things at most, under hashes: of what clients can make up there is no end.
pub(super) struct Memory<T> {
    max: usize,
    things: HashMap<u64, T>,
}

impl<T: Fading> Memory<T> {
    pub(super) fn new(max: usize) -> Self {
        Self { max, things: HashMap::new() }
    }

    pub(super) fn get(&self, key: u64, now: Instant) -> Option<&T> {
        self.things.get(&key).filter(|thing| !thing.is_over(now))
    }

    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut T> {
        self.things.get_mut(&key)
    }

    /// What is remembered under this key, or else, from now on, this.
    pub(super) fn get_or(&mut self, key: u64, new: T, now: Instant) -> &mut T {
        if self.things.len() >= self.max && !self.things.contains_key(&key) {
            self.make_room(now);
        }
        match self.things.entry(key) {
            Entry::Occupied(mut entry) => {
                if entry.get().is_over(now) {
                    entry.insert(new);
                }
                entry.into_mut()
            }
            Entry::Vacant(entry) => entry.insert(new),
        }
    }

    pub(super) fn forget(&mut self, key: u64) {
        self.things.remove(&key);
    }

    /// Forgets what is over, and when nothing is, what matters less, or else everything.
    pub(super) fn make_room(&mut self, now: Instant) {
        self.things.retain(|_, thing| !thing.is_over(now));
        if self.things.len() >= self.max {
            self.things.retain(|_, thing| thing.matters(now));
        }
        if self.things.len() >= self.max {
            self.things.clear();
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.things.len()
    }
}
