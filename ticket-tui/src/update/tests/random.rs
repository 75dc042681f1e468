//! Whatever is pressed and whatever the server does: no panic, no broken screen, no selection lost without a cause.

use std::collections::BTreeSet;

use crossterm::event::{MouseButton, MouseEventKind};
use jiff::Timestamp;
use proptest::prelude::*;
use ticket_core::api::{ErrorCode, Like, Me, SeatStates};
use ticket_core::domain::{Role, SeatId, SeatStatus, UserId};

use crate::effect::Effect;
use crate::event::{Answer, Event, FailureKind, Live, OwnSeats};
use crate::model::Screen;
use crate::testing::{Scene, failure, hold_id, receipt, refused, seconds, theatre};

const KEYS: [&str; 64] = [
    "h",
    "j",
    "k",
    "l",
    "3",
    "0",
    "9",
    "g",
    "G",
    "$",
    "^",
    "<Tab>",
    "<S-Tab>",
    "<Home>",
    "<End>",
    "-",
    "+",
    "<Space>",
    "<Space>",
    "<Space>",
    "<Space>",
    "u",
    "<Enter>",
    "<Enter>",
    "<Enter>",
    "<Esc>",
    "r",
    "e",
    "m",
    "?",
    "<F1>",
    "/",
    "A",
    "o",
    "L",
    "H",
    "K",
    "J",
    "b",
    "b",
    "s",
    "s",
    "a",
    "f",
    "v",
    "1",
    "c",
    "C",
    "y",
    "ㅏ",
    "한",
    "<Backspace>",
    "<C-n>",
    "w",
    "W",
    "R",
    "p",
    "x",
    "F",
    "n",
    "z",
    "<C-u>",
    "<C-z>",
    "<C-l>",
];

const MOUSE: [MouseEventKind; 5] = [
    MouseEventKind::Down(MouseButton::Left),
    MouseEventKind::Drag(MouseButton::Left),
    MouseEventKind::ScrollUp,
    MouseEventKind::ScrollDown,
    MouseEventKind::ScrollLeft,
];

#[derive(Debug, Clone)]
enum Step {
    Press(usize),
    Mouse(usize, u16, u16),
    Change(usize, SeatStatus),
    Answer(bool),
    Wait(i64),
    Feed(bool),
    Reset,
    Paste(&'static str),
    Resize(u16, u16),
}

fn step() -> impl Strategy<Value = Step> {
    let status = prop::sample::select(vec![
        SeatStatus::Available,
        SeatStatus::Booked,
        SeatStatus::Held,
        SeatStatus::Canceled,
        SeatStatus::Offered,
        SeatStatus::Blocked,
    ]);
    prop_oneof![
        12 => (0..KEYS.len()).prop_map(Step::Press),
        3 => (0..MOUSE.len(), 0_u16..90, 0_u16..30).prop_map(|(kind, column, row)| Step::Mouse(kind, column, row)),
        2 => (0_usize..60, status).prop_map(|(seat, status)| Step::Change(seat, status)),
        3 => any::<bool>().prop_map(Step::Answer),
        1 => (0_i64..200).prop_map(Step::Wait),
        1 => any::<bool>().prop_map(Step::Feed),
        1 => Just(Step::Reset),
        1 => prop::sample::select(vec!["1F A-18", "mina@example.com", "한글 \u{7}\n"]).prop_map(Step::Paste),
        1 => (0_u16..220, 0_u16..70).prop_map(|(columns, rows)| Step::Resize(columns, rows)),
    ]
}

/// Seats that are picked by or held for the user.
fn own(scene: &Scene) -> BTreeSet<usize> {
    let hall = scene.model.hall.iter();
    hall.flat_map(|hall| hall.picked.iter().chain(hall.hold.iter().flat_map(|hold| &hold.seats))).copied().collect()
}

/// The number that a seat is named by, in whatever is said about it.
fn label(scene: &Scene, seat: usize) -> String {
    let house = &scene.hall_now().house;
    house.position(seat).map_or_else(String::new, |(_, row, label)| format!("{row}-{label}"))
}

/// A seat of a hold may be sold before the hold is over; then it is lost with the hold.
fn can_be_had(scene: &Scene, seat: usize) -> bool {
    let status = scene.model.hall.as_ref().map(|hall| hall.house.status(seat));
    matches!(status, None | Some(SeatStatus::Available | SeatStatus::Held))
}

/// Plays the step; answers the seats that it may take from the user.
fn play(scene: &mut Scene, step: &Step, asked: &mut Vec<Effect>, clock: &mut i64) -> BTreeSet<usize> {
    let before = own(scene);
    match step {
        Step::Press(key) => {
            let at = scene.model.hall.as_ref().map(|hall| (hall.cursor, hall.picked.clone()));
            let picked = at.iter().flat_map(|(_, picked)| picked.clone()).collect();
            scene.press(KEYS[*key]);
            asked.extend(scene.effects.clone());
            return match (KEYS[*key], at) {
                ("<Space>", Some((cursor, _))) => BTreeSet::from([cursor]),
                // Whoever logs out leaves the shop.
                ("o", _) if scene.model.hall.is_none() => before,
                // These choose anew. What is held stays in any case.
                ("u" | "b" | "c" | "s" | "한", Some(_)) => picked,
                _ => BTreeSet::new(),
            };
        }
        Step::Mouse(kind, column, row) => {
            scene.mouse(MOUSE[*kind], (*column, *row));
            asked.extend(scene.effects.clone());
            // A click is about the seat that it goes to.
            return scene.model.hall.iter().map(|hall| hall.cursor).collect();
        }
        Step::Change(seat, status) => {
            scene.change(&[(*seat, *status)]);
            return BTreeSet::from([*seat]);
        }
        Step::Answer(well) => {
            if !asked.is_empty() {
                let effect = asked.remove(0);
                let allowed = answer(scene, effect, *well);
                asked.extend(scene.effects.clone());
                return if allowed { before } else { BTreeSet::new() };
            }
        }
        Step::Wait(by) => {
            *clock += by;
            scene.tick(*clock);
        }
        Step::Feed(is_there) => {
            scene.live(if *is_there { Live::Connected } else { Live::Lost });
            asked.extend(scene.effects.clone());
        }
        Step::Reset => {
            scene.live(Live::Reset);
            asked.extend(scene.effects.clone());
        }
        Step::Paste(text) => {
            scene.event(Event::Paste((*text).to_owned()));
            asked.extend(scene.effects.clone());
        }
        Step::Resize(columns, rows) => scene.resize(*columns, *rows),
    }
    BTreeSet::new()
}

/// Answers an effect; says whether seats may leave the selection by it.
fn answer(scene: &mut Scene, effect: Effect, well: bool) -> bool {
    let now = scene.model.now.duration_since(crate::testing::at(0)).as_secs();
    match (effect, well) {
        (Effect::Hold(_, seats) | Effect::HoldSoon(_, seats), true) if scene.model.hall.is_some() => {
            hold(scene, &seats, &[], now + 420);
            false
        }
        (Effect::ChangeHold { add, remove, .. }, true) if scene.model.hall.is_some() => {
            hold(scene, &add, &remove, now + 420);
            // What is swapped is given away.
            !remove.is_empty()
        }
        (effect @ Effect::Hold(..), false) => {
            let Effect::Hold(_, seats) = &effect else { return false };
            let lost = seats[..1].to_vec();
            scene.fail(effect, refused(ErrorCode::SeatTaken, "taken", &lost));
            true
        }
        (effect @ Effect::Confirm(_), false) => {
            scene.fail(effect, refused(ErrorCode::HoldExpired, "over", &[]));
            false
        }
        (Effect::Confirm(_), true) => {
            scene.answer(Answer::Booked(hold_id(), receipt()));
            true
        }
        (Effect::Release(_), true) => {
            scene.answer(Answer::Released(hold_id()));
            true
        }
        (Effect::LoadHolds(id), true) => {
            scene.answer(Answer::Holds(id, Vec::new()));
            // A hold that did not go through shows which of its seats others have.
            true
        }
        (Effect::LoadStates(id), true) if scene.model.hall.is_some() => {
            // Now and then the plan has changed as well, and is asked for.
            let version = scene.hall_now().house.header.layout_version + u64::from(now % 2 == 0);
            scene.answer(Answer::States(id, states_now(scene, version)));
            false
        }
        (Effect::LoadHouse { .. }, true) if scene.model.hall.is_some() => {
            let held = scene.hall_now().hold.as_ref().map(|held| (held.seats.clone(), held.expires_at));
            let until = |at: Timestamp| at.duration_since(crate::testing::at(0)).as_secs();
            let holds = held.map(|(seats, at)| crate::testing::hold_of(scene.hall_now(), &seats, until(at)));
            let mut layout = theatre();
            layout.header.layout_version = scene.hall_now().house.header.layout_version + 1;
            let states = states_now(scene, layout.header.layout_version);
            scene.answer(Answer::House(
                layout,
                states,
                OwnSeats { holds: holds.into_iter().collect(), ..OwnSeats::default() },
            ));
            false
        }
        (Effect::Extend(_), true) if scene.model.hall.as_ref().is_some_and(|hall| hall.hold.is_some()) => {
            hold(scene, &[], &[], now + 420);
            false
        }
        (Effect::LoadMe | Effect::Login(_) | Effect::Join(_), true) => {
            scene.answer(Answer::Me(me()));
            false
        }
        (Effect::SetLike(show, liked), true) => {
            scene.answer(Answer::Liked(show, Like { liked, likes: 1 }));
            false
        }
        (Effect::Probe { .. }, true) => {
            scene.answer(Answer::ClockOffset(seconds(0), None));
            false
        }
        (Effect::LoadWaitlist, true) => {
            scene.answer(Answer::Waitlist(crate::testing::entries()));
            false
        }
        (Effect::JoinWaitlist { performance, .. }, true) => {
            scene.answer(Answer::JoinedWaitlist(performance));
            false
        }
        (Effect::BookOffer(id), true) => {
            scene.answer(Answer::OfferBooked(id, receipt()));
            false
        }
        (effect, true) => {
            scene.fail(effect, failure(FailureKind::LoggedOut, "token expired"));
            false
        }
        (effect, false) => {
            scene.fail(effect, failure(FailureKind::Offline, "connection refused"));
            false
        }
    }
}

fn me() -> Me {
    Me { user_id: UserId(1), email: "mina@example.com".into(), name: "김민아".into(), role: Role::Buyer }
}

/// What the server would say of all seats now.
fn states_now(scene: &Scene, layout_version: u64) -> SeatStates {
    let house = &scene.hall_now().house;
    let states = (0..house.seat_count()).map(|seat| house.status(seat).letter()).collect();
    SeatStates { layout_version, revision: "1.9".into(), states }
}

fn hold(scene: &mut Scene, add: &[SeatId], remove: &[SeatId], until: i64) {
    let hall = scene.hall_now();
    let find = |ids: &[SeatId]| ids.iter().filter_map(|id| hall.house.find(*id)).collect::<Vec<_>>();
    let (mut all, gone) = (find(add), find(remove));
    all.extend(hall.hold.iter().flat_map(|hold| hold.seats.clone()).filter(|seat| !gone.contains(seat)));
    let hold = crate::testing::hold_of(hall, &all, until);
    scene.answer(Answer::Held(hold));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_without_a_cause(steps in prop::collection::vec(step(), 1..60)) {
        let mut scene = Scene::hall();
        let mut asked = Vec::new();
        let mut clock = 0;
        for step in &steps {
            let before = own(&scene);
            let picked = scene.model.hall.as_ref().map(|hall| hall.picked.clone()).unwrap_or_default();
            let allowed = play(&mut scene, step, &mut asked, &mut clock);
            let is_kept = |seat: &&usize| !allowed.contains(seat) && can_be_had(&scene, **seat);
            let lost: Vec<_> = before.difference(&own(&scene)).filter(is_kept).copied().collect();
            prop_assert!(lost.is_empty(), "{step:?} lost {lost:?}");
            if let Step::Change(seat, _) = step
                && picked.contains(seat)
                && !own(&scene).contains(seat)
            {
                prop_assert!(scene.notice().contains(&label(&scene, *seat)), "{step:?} is not said: {}", scene.notice());
            }
            scene.effects.clear();
            let has_hold = scene.model.hall.as_ref().is_some_and(|hall| hall.hold.is_some());
            prop_assert!(has_hold || scene.model.screen != Screen::Checkout, "a checkout of nothing");
            if let Some(hall) = &scene.model.hall {
                prop_assert!(hall.house.place(hall.cursor).is_some());
                let twice = hall.picked.iter().filter(|seat| hall.is_mine(**seat)).count();
                prop_assert_eq!(twice, 0, "a seat is picked and held at once");
            }
        }
        scene.terminal();
    }
}
