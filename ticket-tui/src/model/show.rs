use ticket_core::api::{AvailableDate, ShowDetails};
use ticket_core::domain::ShowId;

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
