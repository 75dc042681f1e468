//! What an admin changes by hand: venues, shows, performances and accounts, one at a time.
//!
//! A dry run makes the change and undoes it, so that it finds whatever the change would find.

mod performances;
mod shows;
mod users;
mod venues;

use super::writer::Transaction;
use crate::domain::Changed;
use crate::error::Error;

pub(super) use performances::{add as add_performance, delete as delete_performance, edit as edit_performance};
pub(super) use shows::{add as add_show, delete as delete_show, edit as edit_show};
pub(super) use users::{add as add_user, delete as delete_user, edit as edit_user, list as list_users};
pub(super) use venues::{add as add_venue, by_id as venue, delete as delete_venue, edit as edit_venue, list as venues};

/// Makes a change, and undoes it in a dry run, or when something stands in the way.
pub(super) fn attempt<T>(
    connection: &Transaction,
    dry_run: bool,
    change: impl FnOnce() -> Result<Changed<T>, Error>,
) -> Result<Changed<T>, Error> {
    undone_if(connection, change, |changed| dry_run || matches!(changed, Changed::InTheWay(_)))
}

/// Does something, and undoes it when that is to be so, or when it has failed.
pub(super) fn undone_if<T>(
    connection: &Transaction,
    act: impl FnOnce() -> Result<T, Error>,
    is_undone: impl FnOnce(&T) -> bool,
) -> Result<T, Error> {
    connection.forget_performances();
    connection.execute_batch("SAVEPOINT change")?;
    let result = act();
    if result.as_ref().map_or(true, is_undone) {
        connection.execute_batch("ROLLBACK TO change")?;
    }
    connection.execute_batch("RELEASE change")?;
    connection.forget_performances();
    result
}
