use super::{MadeProgress, Waitlist};
use crate::domain::Fence;
use crate::error::Error;

impl Waitlist {
    /// Ends every offer whose deadline is over, each in a transaction of its own. Their seats turn CANCELED, so that the
    /// next waiter is asked before the public. Returns how many.
    pub(crate) async fn expire_offers(&self, fence: &Fence, made_progress: MadeProgress<'_>) -> Result<u64, Error> {
        let mut expired = 0;
        loop {
            let now = self.clock.now();
            let overdue = self.store.overdue_offers(now).await?;
            if overdue.is_empty() {
                return Ok(expired);
            }
            for entry in overdue {
                expired += u64::from(self.store.expire_offer(fence, entry, now).await?);
                made_progress()?;
            }
        }
    }
}
