use std::collections::BTreeSet;

use ticket_core::api::ShowSummary;
use ticket_core::domain::{Category, ShowId};

use super::search::Search;
use crate::field::Field;

/// The list of shows. All of them are loaded; tab and search choose among them without asking the server.
#[derive(Debug, Clone, Default)]
pub struct Shows {
    /// Newest first; `None` until the server has answered.
    pub all: Option<Vec<ShowSummary>>,
    /// The tab; `None` is all.
    pub category: Option<Category>,
    /// The shows that the user likes; `None` while that is not known.
    pub liked: Option<BTreeSet<ShowId>>,
    /// While they are asked for: whether a like has changed since, so that the answer may be older than what is known.
    pub likes_asked: Option<bool>,
    /// Whether only these are listed.
    pub is_only_liked: bool,
    /// What to look for.
    pub search: Field,
    /// Whether keys go into the search.
    pub is_searching: bool,
    /// Index among the shows that are listed.
    pub cursor: usize,
}

impl Shows {
    /// The shows of the tab; while something is looked for, those that it is found in, the best first.
    #[must_use]
    pub fn listed(&self) -> Vec<&ShowSummary> {
        let of_tab = |show: &&ShowSummary| self.category.is_none_or(|c| c == show.category);
        let is_meant = |show: &&ShowSummary| !self.is_only_liked || self.is_liked(show.show_id);
        let shows = self.all.iter().flatten().filter(of_tab).filter(is_meant);
        let search = Search::new(self.search.text());
        let mut found: Vec<(u32, &ShowSummary)> = shows
            .filter_map(|show| Some((search.score(&format!("{} {}", show.show_name, show.place_name))?, show)))
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, show)| show).collect()
    }

    /// Whether the user likes a show.
    #[must_use]
    pub fn is_liked(&self, show: ShowId) -> bool {
        self.liked.as_ref().is_some_and(|liked| liked.contains(&show))
    }

    /// The show under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&ShowSummary> {
        self.listed().get(self.cursor).copied()
    }

    /// Moves the cursor, as far as the list goes.
    pub fn move_by(&mut self, by: isize) {
        let last = self.listed().len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
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
