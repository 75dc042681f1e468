use std::sync::Arc;

use jiff::Timestamp;

use super::desk::{Choice, Desk, Desks, SetAside};
use super::hold::NewHold;
use super::{Reservations, SEATS_PER_REQUEST_MAX};
use crate::complaint::Complaint;
use crate::domain::{Grade, HeldSeats, PerformanceId, SaleWindow, SeatWish, Show, UserId};
use crate::error::Error;
use crate::live::Live;
use crate::seat_choice::Hall;

/// Among how many of the best choices each attempt takes any: the first one takes the best. Within a process, no choice is
/// lost to another; but several processes run for the same seats, so that those who have lost spread out.
const SPREAD: [usize; 10] = [1, 8, 16, 32, 64, 64, 64, 64, 64, 64];

/// Chooses seats and claims them, in one call.
pub(crate) struct BestSeats {
    pub(super) reservations: Reservations,
    live: Live,
    desks: Desks,
}

impl BestSeats {
    pub(crate) fn new(reservations: Reservations, live: Live) -> Self {
        Self { reservations, live, desks: Desks::default() }
    }

    /// Claims the best seats that fulfil a wish. Seats that are taken meanwhile are replaced by others.
    pub(crate) async fn hold(
        &self,
        user: UserId,
        performance: PerformanceId,
        wish: SeatWish,
        now: Timestamp,
    ) -> Result<HeldSeats, Error> {
        self.hold_as(&NewHold::unkeyed(performance, user), wish, now).await
    }

    /// As [`BestSeats::hold`], as this hold: if it lives already, it is found.
    pub(super) async fn hold_as(&self, new: &NewHold, wish: SeatWish, now: Timestamp) -> Result<HeldSeats, Error> {
        let id = new.id.performance;
        let (performance, show, _) = self.reservations.store.performance_for(new.user, id).await?;
        check_count(wish.count, &show)?;
        SaleWindow::of(&performance, now).check()?;
        let desk = self.desks.of(id);
        let mut lost = Vec::new();
        for few in SPREAD {
            let chosen = self.choose(&desk, id, &wish, few).await?;
            match self.reservations.hold_as(new, chosen.seats().to_vec(), now).await {
                Err(Error::SeatsTaken { seats }) => lost = seats,
                held => {
                    // Before the seats are let go, the map should show that they are held; else others run for them.
                    if let Err(error) = self.live.catch_up().await {
                        tracing::warn!(error.code = %error.code(), ?error, "a seat map does not show a hold yet");
                    }
                    return held;
                }
            }
        }
        Err(Error::SeatsTaken { seats: lost })
    }

    /// Sets seats aside.
    async fn choose(
        &self,
        desk: &Arc<Desk>,
        id: PerformanceId,
        wish: &SeatWish,
        few: usize,
    ) -> Result<SetAside, Error> {
        loop {
            let map = self.live.map(id).await?;
            let floor = desk.floor(&self.reservations.store, map.layout_version()).await?;
            check_place(wish, &floor.hall)?;
            match desk.choose(&map, &floor, wish, few) {
                Choice::Seats(seats) => return Ok(seats),
                Choice::Waiting(seat) => desk.returned(seat).await,
                Choice::None { apart } => return Err(Error::NoneLeft { wish: wish.clone(), apart }),
                Choice::OtherLayout => {}
            }
        }
    }
}

fn check_count(count: u32, show: &Show) -> Result<(), Error> {
    let limit = show.max_seats_per_user;
    match count {
        0 => Err(Error::NoSeatChosen),
        _ if count > limit => Err(Error::OverLimit { limit }),
        _ if count as usize > SEATS_PER_REQUEST_MAX => {
            let problem = Complaint::new(
                format!("is {count}; at most {SEATS_PER_REQUEST_MAX} are allowed"),
                format!("{count}입니다. 최대 {SEATS_PER_REQUEST_MAX}까지 허용됩니다"),
            );
            Err(Error::Invalid { field: "best.count", problem })
        }
        _ => Ok(()),
    }
}

/// Whether the performance has such a sector, and it such a grade.
fn check_place(wish: &SeatWish, hall: &Hall) -> Result<(), Error> {
    if let Some(sector) = wish.sector.as_ref().filter(|sector| !hall.sectors().contains(sector)) {
        let sectors = hall.sectors().join(", ");
        let problem = Complaint::new(
            format!("is {sector:?}; this performance has {sectors}"),
            format!("{sector:?}입니다. 이 회차에는 {sectors} 구역이 있습니다"),
        );
        return Err(Error::Invalid { field: "best.sector", problem });
    }
    let grades: Vec<Grade> = hall.grades_in(wish.sector.as_deref()).collect();
    if let Some(grade) = wish.grade.filter(|grade| !grades.contains(grade)) {
        let grades = grades.into_iter().map(Grade::as_str).collect::<Vec<_>>().join(", ");
        let sector = wish.sector.as_ref();
        let problem = Complaint::new(
            match sector {
                Some(sector) => format!("is {grade}; sector {sector} has {grades}"),
                None => format!("is {grade}; this performance has {grades}"),
            },
            match sector {
                Some(sector) => format!("{grade}입니다. {sector} 구역에는 {grades} 등급이 있습니다"),
                None => format!("{grade}입니다. 이 회차에는 {grades} 등급이 있습니다"),
            },
        );
        return Err(Error::Invalid { field: "best.grade", problem });
    }
    Ok(())
}
