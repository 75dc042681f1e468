use std::cell::OnceCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

use crate::api::{SeatStates, SeatUpdateChanges};
use crate::domain::{PerformanceId, SeatId, SeatStatus};
use crate::holds::Claims;
use crate::storage::{ChangeCursor, Changes, SeatMapSnapshot};

/// Changes that are remembered one by one.
const RECENT_MAX: usize = 1024;

/// The seats of one performance as everybody sees them, with the revision at which each changed last.
///
/// That is enough to tell a reader what he has missed however long he was away: nothing is queued for anybody.
pub(crate) struct SeatMap {
    epoch: u32,
    performance: PerformanceId,
    state: Mutex<State>,
    /// The present revision, for those who wait for the next.
    revision: watch::Sender<u64>,
}

struct State {
    layout_version: u64,
    revision: u64,
    /// Readers of an older revision have another layout, and must read all again.
    reset_at: u64,
    /// The logs are in this map up to here.
    cursor: ChangeCursor,
    index: HashMap<SeatId, u32>,
    /// By index: the stored state.
    stored: Vec<SeatStatus>,
    /// By index: what is shown, and since which revision.
    shown: Vec<(SeatStatus, u64)>,
    /// What is shown, as letters, once somebody has asked for it at this revision: in a rush many do.
    letters: OnceCell<String>,
    /// The latest changes, oldest first: those who have missed little need not look at every seat.
    recent: VecDeque<(u64, u32)>,
    /// Changes up to this revision are not all in `recent`.
    recent_after: u64,
    /// Claims on seats, by index.
    held_until: HashMap<u32, Timestamp>,
    claims_version: Option<String>,
}

/// Which seats are free at some moment.
pub(crate) struct FreeSeats {
    /// The layout whose order the indices follow.
    pub(crate) layout_version: u64,
    /// By index.
    pub(crate) free: Vec<bool>,
    /// The indices of those that would be free if they were not excepted.
    pub(crate) excepted: Vec<usize>,
}

impl SeatMap {
    pub(super) fn new(epoch: u32, performance: PerformanceId, snapshot: &SeatMapSnapshot, now: Timestamp) -> Self {
        let state = State::new(snapshot, 0, now);
        Self { epoch, performance, state: Mutex::new(state), revision: watch::Sender::new(0) }
    }

    pub(super) fn performance(&self) -> PerformanceId {
        self.performance
    }

    pub(crate) fn layout_version(&self) -> u64 {
        self.state().layout_version
    }

    /// Starts anew from a snapshot with another layout.
    pub(super) fn reload(&self, snapshot: &SeatMapSnapshot, now: Timestamp) {
        let mut state = self.state();
        *state = State::new(snapshot, state.revision + 1, now);
        self.revision.send_replace(state.revision);
    }

    /// Takes over what concerns this performance, and ends the holds that have run out.
    pub(super) fn apply(&self, changes: &Changes, now: Timestamp) {
        let mut state = self.state();
        let touched = state.take_over(self.performance, changes, now);
        if state.show(touched, now) {
            self.revision.send_replace(state.revision);
        }
    }

    /// Which state of the claims in the lock store this map shows.
    pub(super) fn claims_version(&self) -> Option<String> {
        self.state().claims_version.clone()
    }

    /// Takes over what is held in the lock store.
    pub(super) fn replace_claims(&self, claims: Claims, now: Timestamp) {
        let mut state = self.state();
        let held = claims.seats.iter().filter_map(|(seat, until)| Some((*state.index.get(seat)?, *until)));
        let held: HashMap<u32, Timestamp> = held.collect();
        let mut touched: HashSet<u32> = held.keys().copied().collect();
        touched.extend(state.held_until.keys());
        state.held_until = held;
        state.claims_version = Some(claims.version);
        if state.show(touched, now) {
            self.revision.send_replace(state.revision);
        }
    }

    /// When the next hold ends.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        self.state().held_until.values().min().copied()
    }

    pub(super) fn states(&self) -> SeatStates {
        let state = self.state();
        SeatStates {
            layout_version: state.layout_version,
            revision: self.format_revision(state.revision),
            states: state.letters().clone(),
        }
    }

    /// What is free, without `except`.
    pub(crate) fn free(&self, except: &HashSet<SeatId>) -> FreeSeats {
        let state = self.state();
        let mut free: Vec<bool> = state.shown.iter().map(|(status, _)| *status == SeatStatus::Available).collect();
        let except = except.iter().filter_map(|seat| state.index.get(seat)).map(|index| *index as usize);
        let excepted: Vec<usize> = except.filter(|index| free[*index]).collect();
        for index in &excepted {
            free[*index] = false;
        }
        FreeSeats { layout_version: state.layout_version, free, excepted }
    }

    /// What has changed after this revision; `None` when that cannot be told.
    pub(super) fn changes_since(&self, since: u64) -> Option<SeatUpdateChanges> {
        let state = self.state();
        if since < state.reset_at || since > state.revision {
            return None;
        }
        Some(SeatUpdateChanges {
            layout_version: state.layout_version,
            revision: self.format_revision(state.revision),
            changes: state.changes_since(since),
        })
    }

    /// Follows the revision of the map.
    pub(super) fn watch(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// A revision that this process has given out.
    pub(super) fn parse_revision(&self, text: &str) -> Option<u64> {
        let (epoch, revision) = text.split_once('.')?;
        (epoch == format!("{:08x}", self.epoch)).then(|| revision.parse().ok())?
    }

    pub(super) fn format_revision(&self, revision: u64) -> String {
        format!("{:08x}.{revision}", self.epoch)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(snapshot: &SeatMapSnapshot, revision: u64, now: Timestamp) -> Self {
        let stored: Vec<SeatStatus> = snapshot.seats.iter().map(|(_, status)| *status).collect();
        let mut state = Self {
            layout_version: snapshot.layout_version,
            revision,
            reset_at: revision,
            recent: VecDeque::new(),
            recent_after: revision,
            cursor: snapshot.cursor,
            index: snapshot.seats.iter().map(|(seat, _)| *seat).zip(0u32..).collect(),
            shown: stored.iter().map(|status| (*status, revision)).collect(),
            letters: OnceCell::new(),
            stored,
            held_until: HashMap::new(),
            claims_version: None,
        };
        let held = snapshot.holds.iter().filter_map(|(seat, until)| Some((*state.index.get(seat)?, *until)));
        state.held_until = held.collect();
        let touched: HashSet<u32> = state.held_until.keys().copied().collect();
        // Whoever sees this map sees it whole, so these are no changes.
        for index in touched {
            state.shown[index as usize].0 = state.status(index, now);
        }
        state
    }

    /// The seats that changed after this revision, by index, as they look now.
    fn changes_since(&self, since: u64) -> Vec<(u32, SeatStatus)> {
        if since < self.recent_after {
            let all = (0u32..).zip(&self.shown);
            return all.filter(|(_, (_, at))| *at > since).map(|(index, (status, _))| (index, *status)).collect();
        }
        let newer = self.recent.iter().rev().take_while(|(at, _)| *at > since);
        let mut indices: Vec<u32> = newer.map(|(_, index)| *index).collect();
        indices.sort_unstable();
        indices.dedup();
        indices.into_iter().map(|index| (index, self.shown[index as usize].0)).collect()
    }

    /// Returns the indices of the seats that may look different now.
    fn take_over(&mut self, performance: PerformanceId, changes: &Changes, now: Timestamp) -> HashSet<u32> {
        let cursor = self.cursor;
        let mut touched = HashSet::new();
        for change in changes.states.iter().filter(|c| c.performance == performance && cursor.is_before_state(c)) {
            if let Some(index) = self.index.get(&change.seat) {
                self.stored[*index as usize] = SeatStatus::stored(change.state, true);
                touched.insert(*index);
            }
        }
        for change in changes.holds.iter().filter(|c| c.performance == performance && cursor.is_before_hold(c)) {
            if let Some(index) = self.index.get(&change.seat) {
                match change.held_until {
                    Some(until) => self.held_until.insert(*index, until),
                    None => self.held_until.remove(index),
                };
                touched.insert(*index);
            }
        }
        self.held_until.retain(|index, until| {
            let lives = *until > now;
            if !lives {
                touched.insert(*index);
            }
            lives
        });
        self.cursor = changes.cursor;
        touched
    }

    /// Shows these seats as they are now. Returns whether any looks different; if so, that is a new revision.
    fn show(&mut self, touched: HashSet<u32>, now: Timestamp) -> bool {
        let next = self.revision + 1;
        let mut changed = false;
        for index in touched {
            let status = self.status(index, now);
            let shown = &mut self.shown[index as usize];
            if shown.0 != status {
                *shown = (status, next);
                self.recent.push_back((next, index));
                changed = true;
            }
        }
        if changed {
            self.revision = next;
            self.letters.take();
            while self.recent.len() > RECENT_MAX {
                self.recent_after = self.recent.pop_front().map_or(next, |(at, _)| at);
            }
        }
        changed
    }

    fn letters(&self) -> &String {
        self.letters.get_or_init(|| self.shown.iter().map(|(status, _)| status.letter()).collect())
    }

    fn status(&self, index: u32, now: Timestamp) -> SeatStatus {
        let stored = self.stored[index as usize];
        let held = self.held_until.get(&index).is_some_and(|until| *until > now);
        if held && stored == SeatStatus::Available { SeatStatus::Held } else { stored }
    }
}
