use ticket_core::api::{BookingHistory, CancelResult, CanceledTicket, ErrorCode};
use ticket_core::domain::{BookingState, SeatState, TicketState};

use super::looks::{Named, see};
use crate::effect::Effect;
use crate::event::Answer;
use crate::testing::{Scene, booking_in, offline, receipt, refused};

pub(super) const SCENES: &[Named] = &[
    ("bookings_loading", |scene| {
        scene.load_shows();
        scene.press("m");
    }),
    ("bookings", Scene::open_bookings),
    ("bookings_none", |scene| {
        scene.load_shows();
        scene.press("m");
        scene.answer(Answer::Bookings(empty()));
    }),
    ("booking", Scene::open_booking),
    ("booking_ask_one", |scene| {
        scene.open_booking();
        scene.press("jc");
    }),
    ("booking_ask_all", |scene| {
        scene.open_booking();
        scene.press("C");
    }),
    ("booking_one_cancelled", |scene| {
        scene.open_booking();
        scene.press("cy");
        let ticket = &receipt().booking_tickets[0];
        let canceled_tickets = vec![CanceledTicket { seat_id: ticket.seat_id, seat_status: SeatState::Canceled }];
        let result = CancelResult { booking_status: BookingState::Booked, canceled_tickets };
        scene.answer(Answer::Cancelled(receipt().booking_id, result));
    }),
    ("booking_cancelled", open_cancelled),
    ("booking_cancelled_ticket", |scene| {
        open_cancelled(scene);
        scene.press("<Enter>");
    }),
    ("booking_cancelled_code", |scene| {
        open_cancelled(scene);
        scene.press("<Enter>z");
    }),
    ("booking_ticket", |scene| {
        scene.open_booking();
        scene.press("<Enter>");
    }),
    ("booking_too_late_to_cancel", |scene| {
        scene.open_booking();
        scene.press("Cy");
        let message = scene.say(
            "Cancelling was possible until 2027-01-02T00:00:00+09:00.",
            "취소는 2027-01-02T00:00:00+09:00까지 가능했습니다.",
        );
        scene.fail(scene.effects[0].clone(), refused(ErrorCode::TooLateToCancel, message, &[]));
    }),
    ("booking_server_gone_while_cancelling", |scene| {
        scene.open_booking();
        scene.press("Cy");
        scene.fail(Effect::Cancel(receipt().booking_id, None), offline());
    }),
];

/// A booking of one ticket that was given back.
fn open_cancelled(scene: &mut Scene) {
    scene.open_bookings();
    scene.press("<Enter>");
    let mut details = booking_in(scene.model.lang());
    details.current_state = BookingState::Canceled;
    details.receipt.booking_tickets.truncate(1);
    details.receipt.booking_tickets[0].seat_status = TicketState::Canceled;
    details.receipt.total_price = 0;
    scene.answer(Answer::Booking(details));
}

fn empty() -> BookingHistory {
    BookingHistory { booking_list: Vec::new(), total_pages: 0, total_items: 0, current_page: 0, page_size: 50 }
}

#[test]
fn in_every_look() {
    see(SCENES);
}

#[test]
fn a_page_out_of_turn_changes_nothing() {
    let mut scene = Scene::shows();
    scene.press("m");
    scene.answer(Answer::Bookings(empty()));
    scene.answer(Answer::Bookings(BookingHistory { current_page: 9, ..empty() }));
    assert!(scene.screen().contains("not booked anything"), "{}", scene.screen());
}
