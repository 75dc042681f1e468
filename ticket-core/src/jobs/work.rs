//! What each job does. Whatever it writes goes through a method of the store that is shown the run's fence.

use jiff::{SignedDuration, Timestamp};

use super::{Run, Worked};
use crate::domain::{OfferReport, earlier};
use crate::error::Error;
use crate::storage::ANSWERS_KEPT;

/// How long a revoked refresh token is remembered, so that its user is told so.
const REVOKED_TOKENS_KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long runs of jobs are remembered, and those in which there was nothing to do.
const RUNS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const IDLE_RUNS_KEPT: SignedDuration = SignedDuration::from_hours(24);

/// Computes every ranking, before what is cached runs out.
pub(super) async fn refresh_rankings(run: Run) -> Worked {
    let refreshed = run.box_office.refresh_rankings(run.fence()).await?;
    Ok(sum_up(&[(refreshed, "ranking refreshed", "rankings refreshed")]))
}

/// Offers cancelled seats to those who wait for them, and puts on sale what is left.
pub(super) async fn offer_canceled_seats(run: Run) -> Worked {
    let waitlist = &run.box_office.0.waitlist;
    let OfferReport { offered, passed_over, returned } =
        waitlist.offer_canceled_seats(&run.fence, &|| run.made_progress()).await?;
    Ok(sum_up(&[
        (offered, "offer made", "offers made"),
        (passed_over, "waiter passed over", "waiters passed over"),
        (returned, "seat returned", "seats returned"),
    ]))
}

/// Ends offers whose deadline is over.
pub(super) async fn expire_offers(run: Run) -> Worked {
    let expired = run.box_office.0.waitlist.expire_offers(&run.fence, &|| run.made_progress()).await?;
    Ok(sum_up(&[(expired, "offer expired", "offers expired")]))
}

/// Clears holds that have run out.
pub(super) async fn sweep_holds(run: Run) -> Worked {
    let swept = run.box_office.0.reservations.holds.sweep(run.by(), now(&run)).await?;
    Ok(sum_up(&[(swept, "hold cleared", "holds cleared")]))
}

/// Sends the mails that are due.
pub(super) async fn send_mail(run: Run) -> Worked {
    let report = run.box_office.send_mail(&run.fence).await?;
    Ok(sum_up(&[
        (report.sent, "mail sent", "mails sent"),
        (report.failed, "mail to be tried again", "mails to be tried again"),
        (report.given_up, "mail given up", "mails given up"),
    ]))
}

/// Forgets what need not be remembered any longer, a little at a time.
pub(super) async fn keep_house(run: Run) -> Worked {
    let (store, now) = (&run.box_office.0.store, now(&run));
    let answers = all(&run, || store.prune_answers(run.by(), earlier(now, ANSWERS_KEPT))).await?;
    let tokens = all(&run, || store.prune_refresh_tokens(run.by(), now, earlier(now, REVOKED_TOKENS_KEPT))).await?;
    let runs =
        all(&run, || store.prune_job_runs(run.by(), earlier(now, RUNS_KEPT), earlier(now, IDLE_RUNS_KEPT))).await?;
    store.optimize(run.by()).await?;
    Ok(sum_up(&[
        (answers, "answer forgotten", "answers forgotten"),
        (tokens, "session forgotten", "sessions forgotten"),
        (runs, "run forgotten", "runs forgotten"),
    ]))
}

/// Repeats what does a little at a time until nothing is left. Returns how much there was.
async fn all<F: Future<Output = Result<u64, Error>>>(run: &Run, some: impl Fn() -> F) -> Result<u64, Error> {
    let mut all = 0;
    loop {
        match some().await? {
            0 => return Ok(all),
            count => all += count,
        }
        run.made_progress()?;
    }
}

fn now(run: &Run) -> Timestamp {
    run.box_office.clock().now()
}

/// Counts with what they count, for one and for many; nothing where there is nothing.
fn sum_up(counts: &[(u64, &str, &str)]) -> Option<String> {
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if *count == 1 { one } else { many }))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_tells_only_what_was_done() {
        assert_eq!(sum_up(&[(0, "a", "as"), (0, "b", "bs")]), None);
        assert_eq!(sum_up(&[(1, "a", "as"), (0, "b", "bs"), (2, "c", "cs")]).as_deref(), Some("1 a, 2 cs"));
    }
}
