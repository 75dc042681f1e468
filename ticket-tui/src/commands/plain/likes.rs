use super::login::with_login;
use super::shows;
use crate::commands::output;
use crate::commands::session::Session;
use crate::lang::Say as _;
use crate::perform::likes;

/// Chooses among the shows that the user likes.
pub(super) async fn pick(session: &Session) -> anyhow::Result<()> {
    let liked = with_login(session, async || Ok(likes(&session.client).await?)).await?;
    if liked.is_empty() {
        output::note(session.lang.say("You like none of these.", "좋아하는 공연이 없습니다."));
        return Ok(());
    }
    shows::among(session, liked).await
}
