use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use super::{Mail, MailError, MailSender, Mailer, letter};
use crate::clock::Clock;
use crate::domain::{Fence, MailId, later};
use crate::error::Error;
use crate::storage::{LeasedMail, MailLease, MailOutcome, RunBy, Store};

/// Mails that are leased at once.
const BATCH: u32 = 20;
/// Mails that are sent at the same time.
const SENDERS: usize = 4;
/// What one mail may take.
const SEND_MAX: SignedDuration = SignedDuration::from_secs(15);
/// No batch is begun after this, and no mail that could not be done with before its lease ends: a run takes less than a
/// minute, however slow the mail server is.
const RUN_MAX: SignedDuration = SignedDuration::from_secs(25);
/// For how long nobody else takes a mail.
const LEASE: SignedDuration = SignedDuration::from_secs(45);
/// The first pause before a mail is tried again; each is twice the one before.
const PAUSE_MIN: SignedDuration = SignedDuration::from_secs(1);
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(1);
/// Characters of an error that are kept.
const ERROR_MAX: usize = 500;

/// What has become of the mails that were due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailReport {
    /// The mailer has taken them.
    pub sent: u64,
    /// They are tried again later.
    pub failed: u64,
    /// They will not be tried again.
    pub given_up: u64,
}

/// Sends what is in the outbox.
#[derive(Clone)]
pub(crate) struct Dispatch {
    pub(crate) store: Store,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) from: MailSender,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Mails of one lease.
struct Batch {
    lease: MailLease,
    /// Nothing is begun that could take longer.
    done_by: Timestamp,
    /// Part of every Message-ID.
    shop: String,
    waiting: Mutex<VecDeque<LeasedMail>>,
    /// Set when no more of them can be sent just now.
    is_stopped: AtomicBool,
}

impl Dispatch {
    /// Sends what is due, until nothing is, the mail server cannot be reached, or time is over.
    pub(crate) async fn run(&self, fence: &Fence) -> Result<MailReport, Error> {
        let shop = self.store.mail_shop().await?;
        let ends_at = later(self.clock.now(), RUN_MAX);
        let mut report = MailReport::default();
        loop {
            let now = self.clock.now();
            let done_by = later(now, LEASE);
            let leased_until = if is_left_out!("mail lease") { now } else { done_by };
            let lease = MailLease { token: rand::random(), ends_at: leased_until };
            let mails = self.store.claim_mail(RunBy::Job(fence.clone()), lease, BATCH, now).await?;
            failpoint!("mail-claimed");
            if mails.is_empty() {
                return Ok(report);
            }
            let waiting = Mutex::new(mails.into());
            let batch = Batch { lease, done_by, shop: shop.clone(), waiting, is_stopped: AtomicBool::new(false) };
            if !self.send_batch(Arc::new(batch), &mut report).await? || self.clock.now() >= ends_at {
                return Ok(report);
            }
        }
    }

    /// Tells whether all of it was tried, and there is use in trying more.
    async fn send_batch(&self, batch: Arc<Batch>, report: &mut MailReport) -> Result<bool, Error> {
        let mut senders = JoinSet::new();
        for _ in 0..SENDERS {
            let (dispatch, batch) = (self.clone(), Arc::clone(&batch));
            senders.spawn(async move { dispatch.send_from(&batch).await });
        }
        while let Some(sent) = senders.join_next().await {
            let sent =
                sent.map_err(|error| Error::Internal { reason: format!("a sender of mail ended: {error}") })??;
            report.sent += sent.sent;
            report.failed += sent.failed;
            report.given_up += sent.given_up;
        }
        let left: Vec<MailId> = batch.waiting().iter().map(|mail| mail.id).collect();
        if left.is_empty() {
            return Ok(!batch.is_stopped());
        }
        self.store.put_back_mail(left, batch.lease, self.clock.now()).await?;
        Ok(false)
    }

    /// One of those who send a batch.
    async fn send_from(&self, batch: &Batch) -> Result<MailReport, Error> {
        let mut report = MailReport::default();
        while let Some(mail) = batch.next(self.clock.now()) {
            let outcome = match self.attempt(&mail, &batch.shop).await {
                Ok(()) => MailOutcome::Sent,
                Err(error) => {
                    if matches!(error, MailError::Unreachable(_)) {
                        batch.is_stopped.store(true, Ordering::Relaxed);
                    }
                    after(&mail, &error, self.clock.now())
                }
            };
            failpoint!("mail-sent");
            match &outcome {
                MailOutcome::Sent => report.sent += 1,
                MailOutcome::Failed { .. } => report.failed += 1,
                MailOutcome::GivenUp { .. } => report.given_up += 1,
            }
            log(&mail, &outcome);
            if !self.store.settle_mail(mail.id, batch.lease, outcome, self.clock.now()).await? {
                tracing::warn!(mail = %mail.id, "the lease of a mail has ended while it was being sent");
            }
            failpoint!("mail-settled");
        }
        Ok(report)
    }

    async fn attempt(&self, mail: &LeasedMail, shop: &str) -> Result<(), MailError> {
        let written = self.write(mail, shop).await.map_err(|error| MailError::NotNow(format!("{error:?}")))?;
        let written = written.ok_or_else(|| MailError::Never("the offer is over".into()))?;
        failpoint!("mail-written");
        tokio::select! {
            sent = self.mailer.send(&written) => sent,
            () = self.clock.sleep_until(later(self.clock.now(), SEND_MAX)) => {
                Err(MailError::Unreachable(format!("it took longer than {} seconds", SEND_MAX.as_secs())))
            }
        }
    }

    async fn write(&self, mail: &LeasedMail, shop: &str) -> Result<Option<Mail>, Error> {
        let Some(letter) = self.store.letter(mail.clone(), self.clock.now()).await? else { return Ok(None) };
        let letter::Written { subject, text, html } = letter::write(&letter, self.store.time_zone())?;
        Ok(Some(Mail {
            message_id: format!("outbox-{}.{shop}@{}", mail.id, self.from.domain()),
            from: self.from.clone(),
            to: letter.to.email,
            date: mail.created_at,
            subject,
            text,
            html,
        }))
    }
}

impl Batch {
    /// The next mail that can still be done with before the lease ends.
    fn next(&self, now: Timestamp) -> Option<LeasedMail> {
        if self.is_stopped() || later(now, SEND_MAX) > self.done_by {
            return None;
        }
        self.waiting().pop_front()
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, VecDeque<LeasedMail>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What becomes of a mail that could not be sent.
fn after(mail: &LeasedMail, error: &MailError, now: Timestamp) -> MailOutcome {
    let text = error.to_string().replace(char::is_control, " ").chars().take(ERROR_MAX).collect();
    if matches!(error, MailError::Never(_)) || now >= mail.give_up_after {
        return MailOutcome::GivenUp { error: text };
    }
    let next_attempt_at = later(now, pause(mail.attempts)).min(mail.give_up_after);
    MailOutcome::Failed { error: text, next_attempt_at }
}

/// How long to wait after so many attempts.
fn pause(attempts: u32) -> SignedDuration {
    let doublings = attempts.saturating_sub(1).min(20);
    PAUSE_MIN.checked_mul(1 << doublings).map_or(PAUSE_MAX, |pause| pause.min(PAUSE_MAX))
}

fn log(mail: &LeasedMail, outcome: &MailOutcome) {
    let (id, attempts) = (mail.id, mail.attempts);
    match outcome {
        MailOutcome::Sent => {}
        MailOutcome::Failed { error, next_attempt_at } => {
            tracing::warn!(mail = %id, attempts, %next_attempt_at, error, "a mail was not sent");
        }
        MailOutcome::GivenUp { error } => {
            tracing::error!(mail = %id, attempts, error, "a mail is given up; `ticket-admin mail retry` tries it again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds: Vec<_> = (1..=14).map(|attempts| pause(attempts).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]);
        assert_eq!(pause(u32::MAX), PAUSE_MAX);
    }
}
