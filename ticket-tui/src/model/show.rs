use ticket_core::api::{AvailableDate, ShowDetails};
use ticket_core::domain::ShowId;

use crate::keys::Command;

/// A show and its performances.
#[derive(Debug, Clone)]
pub struct ShowPage {
    /// Which show.
    pub id: ShowId,
    /// Its name, known before the rest.
    pub name: String,
    /// The rest; `None` until the server has answered.
    pub details: Option<(ShowDetails, Vec<AvailableDate>)>,
    /// Index among the performances.
    pub cursor: usize,
    /// What was pressed before the server has answered.
    pub early: Vec<Command>,
}

impl ShowPage {
    /// The performance under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&AvailableDate> {
        self.performances().get(self.cursor)
    }

    /// By date and round.
    #[must_use]
    pub fn performances(&self) -> &[AvailableDate] {
        self.details.as_ref().map_or(&[], |(_, dates)| dates)
    }
}
