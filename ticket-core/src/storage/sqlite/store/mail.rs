//! Mail to be sent.

use jiff::Timestamp;

use super::super::fences::RunBy;
use super::super::letters::{self, Letter};
use super::super::outbox::{self, LeasedMail, MailFilter, MailLease, MailOutcome, MailRow};
use super::Store;
use crate::domain::MailId;
use crate::error::Error;

impl Store {
    /// Leases at most so many mails that are due.
    pub(crate) async fn claim_mail(
        &self,
        by: RunBy,
        lease: MailLease,
        mails_max: u32,
        now: Timestamp,
    ) -> Result<Vec<LeasedMail>, Error> {
        self.run_job(by, move |c| outbox::claim(c, lease, mails_max, now)).await
    }

    /// What a mail tells; none when it is about an offer that is over.
    pub(crate) async fn letter(&self, mail: LeasedMail, now: Timestamp) -> Result<Option<Letter>, Error> {
        self.readers.run(move |c| letters::of(c, &mail, now)).await
    }

    /// False when the lease was over and somebody else has the mail by now.
    pub(crate) async fn settle_mail(
        &self,
        id: MailId,
        lease: MailLease,
        outcome: MailOutcome,
        now: Timestamp,
    ) -> Result<bool, Error> {
        self.writer.run(move |c| outbox::settle(c, (id, lease), &outcome, now)).await
    }

    pub(crate) async fn put_back_mail(
        &self,
        mails: Vec<MailId>,
        lease: MailLease,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.writer.run(move |c| outbox::put_back(c, &mails, lease, now)).await
    }

    /// False when there is no such mail, or it is sent or being sent.
    pub(crate) async fn retry_mail(&self, id: MailId, now: Timestamp) -> Result<bool, Error> {
        self.writer.run(move |c| outbox::retry(c, id, now)).await
    }

    /// Whether it is neither sent nor being sent.
    pub(crate) async fn can_retry_mail(&self, id: MailId, now: Timestamp) -> Result<bool, Error> {
        self.readers.run(move |c| outbox::can_retry(c, id, now)).await
    }

    pub(crate) async fn list_mail(&self, filter: MailFilter) -> Result<Vec<MailRow>, Error> {
        self.readers.run(move |c| outbox::list(c, &filter)).await
    }

    /// What tells the Message-IDs of this shop from those of others.
    pub(crate) async fn mail_shop(&self) -> Result<String, Error> {
        self.readers.run(outbox::shop).await
    }
}
