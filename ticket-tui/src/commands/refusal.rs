//! What the server refuses about seats, with their names: it knows only their numbers, which nobody else does.

use ticket_core::api::ErrorCode;
use ticket_core::client::ClientError;

use crate::lang::{Language, Say as _};
use crate::seat_map::House;

/// The same refusal, told with the names of the seats that are concerned.
pub(super) fn with_names(error: ClientError, house: &House, lang: Language) -> ClientError {
    let ClientError::Problem(mut problem) = error else { return error };
    let seats: Vec<usize> = problem.seat_ids.iter().filter_map(|id| house.find(*id)).collect();
    if seats.is_empty() {
        return ClientError::Problem(problem);
    }
    let names = house.names(&seats);
    problem.message = match problem.code {
        ErrorCode::SeatTaken => {
            lang.say(format!("No longer available: {names}."), format!("예매할 수 없는 좌석: {names}"))
        }
        ErrorCode::SeatFree => lang
            .say(format!("No need to wait, book it now: {names}."), format!("지금 바로 예매할 수 있습니다: {names}")),
        ErrorCode::NotTheOffer => lang.say(
            format!("Offered seats are booked all together, and without others; offered are {names}."),
            format!("배정된 좌석은 모두 함께, 다른 좌석 없이 예매해야 합니다: {names}"),
        ),
        _ => format!("{} ({names})", problem.message),
    };
    ClientError::Problem(problem)
}
