//! What others, the clock and the network do to the seat map.

use ticket_core::api::ErrorCode;
use ticket_core::domain::{PerformanceId, SeatId, SeatStatus};

use super::looks::{Named, see};
use crate::effect::Effect;
use crate::event::{Answer, Failure, FailureKind, Live, OwnSeats};
use crate::testing::{Scene, at, entries_in, failure, offline, refused, states, theatre};

pub(super) const SCENES: &[Named] = &[
    ("map_connecting", |scene| {
        scene.open_hall();
        scene.live(Live::Lost);
        scene.press("<Space>");
    }),
    ("map_server_gone", |scene| {
        scene.open_hall();
        scene.press("<Space>");
        scene.live(Live::Lost);
        scene.fail(Effect::Probe { attempt: 0 }, offline());
    }),
    ("map_server_gone_while_holding", |scene| {
        scene.open_hall();
        scene.press("b<Enter>");
        scene.fail(scene.effects[0].clone(), offline());
    }),
    ("map_not_open_yet", |scene| {
        open_in_an_hour(scene);
        scene.press("<Space><Enter>");
    }),
    ("map_sale_closed", |scene| {
        scene.open_hall();
        scene.press("<Space>");
        scene.tick(36_000);
        scene.press("<Enter>");
    }),
    ("map_cancelled", |scene| {
        scene.open_hall();
        scene.press("b");
        cancel(scene);
    }),
    ("map_cancelled_while_holding", |scene| {
        scene.hold_two();
        cancel(scene);
    }),
    ("map_best_instead_of_picked", |scene| {
        scene.open_hall();
        scene.press("<Space>ll<Space>3b");
    }),
    ("map_hold_in_another_hall", |scene| {
        scene.hold_two();
        scene.press("<Esc><Esc>k<Enter>");
        let mut layout = theatre();
        layout.header.performance_id = PerformanceId(6);
        layout.header.round = 1;
        scene.answer(Answer::House(layout.clone(), states(&layout), OwnSeats::default()));
        scene.tick(19);
    }),
    ("map_on_a_held_seat", |scene| {
        scene.hold_two();
        scene.press("<Esc>");
    }),
    ("map_sold_out", |scene| {
        scene.open_hall();
        sell_everything(scene);
        scene.press("b");
    }),
    ("map_changes_flash", |scene| {
        scene.open_hall();
        scene.change(&[(60, SeatStatus::Held), (61, SeatStatus::Booked), (100, SeatStatus::Available)]);
    }),
    ("map_cursor_seat_taken", |scene| {
        scene.open_hall();
        let cursor = scene.hall_now().cursor;
        scene.change(&[(cursor, SeatStatus::Held)]);
    }),
    ("map_picked_seat_taken", |scene| {
        scene.open_hall();
        scene.press("b");
        let picked = scene.hall_now().picked.clone();
        scene.change(&[(picked[0], SeatStatus::Held)]);
    }),
    ("map_lost_race", |scene| {
        scene.open_hall();
        scene.press("<Space>l<Space>l<Space><Enter>");
        let lost = scene.hall_now().house.place(scene.hall_now().picked[1]).unwrap().id;
        scene.fail(scene.effects[0].clone(), refused(ErrorCode::SeatTaken, "taken", &[lost]));
    }),
    ("map_lost_everything", |scene| {
        scene.open_hall();
        scene.press("4b<Enter>");
        let hall = scene.hall_now();
        let lost: Vec<_> = hall.picked.iter().map(|seat| hall.house.place(*seat).unwrap().id).collect();
        scene.fail(scene.effects[0].clone(), refused(ErrorCode::SeatTaken, "taken", &lost));
    }),
    ("map_over_the_limit", |scene| {
        scene.open_hall();
        scene.press("b<Enter>");
        let refusal = over_the_limit(scene);
        scene.fail(scene.effects[0].clone(), refusal);
    }),
    ("map_server_busy", |scene| {
        scene.open_hall();
        scene.press("<Space><Enter>");
        let message =
            scene.say("Too many requests; try again in 12 s.", "요청이 너무 많습니다. 12초 후에 다시 시도하세요.");
        let busy = Failure { retry_after: Some(12), ..refused(ErrorCode::TooManyRequests, message, &[]) };
        scene.fail(scene.effects[0].clone(), busy);
        scene.tick(1);
    }),
    ("map_offered_and_waited_for", |scene| {
        wait_for_eight(scene);
        scene.press("/1f a-20<Enter>");
    }),
    ("map_offered_and_waited_for_close", |scene| {
        wait_for_eight(scene);
        scene.press("/1f a-22<Enter>++");
    }),
    ("map_with_a_hold", |scene| {
        scene.hold_two();
        scene.tick(19);
        scene.press("<Esc>3l<Space>");
    }),
    ("map_hold_expired", |scene| {
        scene.hold_two();
        scene.tick(420);
    }),
    ("map_login_needed", |scene| {
        scene.open_hall();
        scene.press("b<Enter>");
        scene.fail(scene.effects[0].clone(), failure(FailureKind::LoggedOut, "token missing"));
    }),
];

fn cancel(scene: &mut Scene) {
    let performance = scene.hall_now().performance();
    let message = scene.say("This performance was cancelled.", "취소된 공연입니다.");
    let refusal = refused(ErrorCode::SaleClosed, message, &[]);
    scene.fail(Effect::LoadHouse { performance, with_holds: true }, refusal);
}

fn open_in_an_hour(scene: &mut Scene) {
    let mut layout = theatre();
    layout.header.sale_opens_at = Some(at(3_661));
    scene.open_hall_of(&layout);
}

fn sell_everything(scene: &mut Scene) {
    let all: Vec<_> = (0..scene.hall_now().house.seat_count()).map(|seat| (seat, SeatStatus::Booked)).collect();
    scene.change(&all);
    scene.tick(9);
}

/// Two of them are offered.
fn wait_for_eight(scene: &mut Scene) {
    scene.open_hall();
    let entries = entries_in(scene.model.lang());
    scene.answer(Answer::Waitlist(entries));
    let seats: Vec<usize> = (1_019..1_027).filter_map(|id| scene.hall_now().house.find(SeatId(id))).collect();
    let status = |seat: &usize| if *seat < seats[2] { SeatStatus::Offered } else { SeatStatus::Booked };
    let changes: Vec<_> = seats.iter().map(|seat| (*seat, status(seat))).collect();
    scene.change(&changes);
    scene.tick(9);
}

fn over_the_limit(scene: &Scene) -> Failure {
    let message = scene.say(
        "One user may have 4 seats of this performance, booked, held and offered together.",
        "한 회차에 1인당 4석까지 예매할 수 있습니다.",
    );
    refused(ErrorCode::OverLimit, message, &[])
}

#[test]
fn in_every_look() {
    see(SCENES);
}
