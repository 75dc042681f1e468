use reqwest::Method;

use super::request::{Auth, NO_BODY};
use super::{Client, ClientError};
use crate::api::{AvailableDates, Like, Page, ShowDetails, ShowRanking, ShowSummary};
use crate::domain::{Category, RankingPeriod, ShowId};

/// # What is played, and what is liked of it
///
/// ```no_run
/// use ticket_core::domain::{Category, RankingPeriod};
/// # use ticket_core::client::{Client, ClientError};
///
/// # async fn run(client: Client) -> Result<(), ClientError> {
/// for show in client.shows(Some(Category::Musical), None, 0).await?.content {
///     println!("{} at {}", show.show_name, show.place_name);
///     for date in client.available(show.show_id).await?.available_dates {
///         println!("    {} {}: {} seats left", date.show_date, date.start_time, date.left_seats);
///     }
/// }
/// let ranking = client.ranking(Category::Musical, RankingPeriod::Week).await?;
/// if let Some(best) = ranking.show_infos.first() {
///     client.set_like(best.show_id, true).await?;
/// }
/// # Ok(())
/// # }
/// ```
impl Client {
    /// A page of up to 100 shows, newest first; `page` counts from 0.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn shows(
        &self,
        category: Option<Category>,
        name_contains: Option<&str>,
        page: u64,
    ) -> Result<Page<ShowSummary>, ClientError> {
        let page = page.to_string();
        let mut query = vec![("page", page.as_str()), ("size", "100")];
        query.extend(category.map(|c| ("category", c.as_str())));
        query.extend(name_contains.map(|q| ("q", q)));
        self.send(Method::GET, &["api", "shows"], Auth::None, NO_BODY, &query).await
    }

    /// One show.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn show(&self, id: ShowId) -> Result<ShowDetails, ClientError> {
        self.send(Method::GET, &["api", "shows", &id.to_string()], Auth::None, NO_BODY, &[]).await
    }

    /// The shows of a category by tickets sold in a period up to now.
    ///
    /// # Errors
    ///
    /// [`ClientError`] as for every call.
    pub async fn ranking(&self, category: Category, period: RankingPeriod) -> Result<ShowRanking, ClientError> {
        let query = [("category", category.as_str()), ("period", period.as_str())];
        self.send(Method::GET, &["api", "shows", "ranking"], Auth::None, NO_BODY, &query).await
    }

    /// Its performances, by date and round.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn available(&self, id: ShowId) -> Result<AvailableDates, ClientError> {
        self.send(Method::GET, &["api", "shows", &id.to_string(), "available"], Auth::None, NO_BODY, &[]).await
    }

    /// Makes a show one of those that the user likes, or no longer; tells how many like it now.
    ///
    /// # Errors
    ///
    /// `S_001` when there is no such show.
    pub async fn set_like(&self, show: ShowId, liked: bool) -> Result<Like, ClientError> {
        let method = if liked { Method::PUT } else { Method::DELETE };
        self.send(method, &["api", "shows", &show.to_string(), "like"], Auth::User, NO_BODY, &[]).await
    }

    /// A page of up to 100 shows that the user likes, the last liked first; `page` counts from 0.
    ///
    /// # Errors
    ///
    /// `A_…` when nobody is logged in.
    pub async fn likes(&self, page: u64) -> Result<Page<ShowSummary>, ClientError> {
        let page = page.to_string();
        let query = [("page", page.as_str()), ("size", "100")];
        self.send(Method::GET, &["api", "users", "likes"], Auth::User, NO_BODY, &query).await
    }
}
