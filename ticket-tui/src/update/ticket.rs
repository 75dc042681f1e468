use super::{leave_hall, move_in_list, open_bookings};
use crate::effect::Effect;
use crate::keys::Command;
use crate::model::{Model, Screen};

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(page) = &mut model.ticket else { return Vec::new() };
    let count = page.receipt.booking_tickets.len();
    if move_in_list(&mut page.cursor, count, command) {
        return Vec::new();
    }
    match command {
        Command::Code => page.is_code_alone = !page.is_code_alone,
        Command::Open | Command::Back | Command::Leave if page.is_code_alone => page.is_code_alone = false,
        Command::Open => {
            let mut effects = leave_hall(model);
            model.return_to(Screen::Shows);
            effects.extend(open_bookings(model));
            return effects;
        }
        Command::Back | Command::Leave => model.go_back(),
        _ => {}
    }
    Vec::new()
}
