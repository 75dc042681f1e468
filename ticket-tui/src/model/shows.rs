use ticket_core::api::ShowSummary;
use ticket_core::domain::Category;

use crate::field::Field;

/// The list of shows. All of them are loaded; tab and search choose among them without asking the server.
#[derive(Debug, Clone, Default)]
pub struct Shows {
    /// Newest first; `None` until the server has answered.
    pub all: Option<Vec<ShowSummary>>,
    /// The tab; `None` is all.
    pub category: Option<Category>,
    /// What to look for.
    pub search: Field,
    /// Whether keys go into the search.
    pub is_searching: bool,
    /// Index among the shows that are listed.
    pub cursor: usize,
}

impl Shows {
    /// The shows of the tab whose name or venue has every word of the search in it.
    #[must_use]
    pub fn listed(&self) -> Vec<&ShowSummary> {
        let words: Vec<String> = self.search.text().split_whitespace().map(str::to_lowercase).collect();
        let matches = |show: &&ShowSummary| {
            let name = format!("{} {}", show.show_name, show.place_name).to_lowercase();
            words.iter().all(|word| name.contains(word))
        };
        let of_tab = |show: &&ShowSummary| self.category.is_none_or(|c| c == show.category);
        self.all.iter().flatten().filter(of_tab).filter(matches).collect()
    }

    /// The show under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&ShowSummary> {
        self.listed().get(self.cursor).copied()
    }

    /// The tab to the right or left.
    #[must_use]
    pub fn tab(&self, by: isize) -> Option<Category> {
        let tabs = || std::iter::once(None).chain(Category::ALL.iter().copied().map(Some));
        let present = tabs().position(|tab| tab == self.category).unwrap_or(0);
        let count = tabs().count();
        tabs().nth(present.wrapping_add_signed(by + count.cast_signed()) % count).flatten()
    }
}
