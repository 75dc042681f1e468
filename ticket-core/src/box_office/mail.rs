//! Mail.

use crate::domain::{Fence, MailId};
use crate::error::Error;
use crate::notify::MailReport;
use crate::storage::{MailFilter, MailRow};

use super::BoxOffice;

/// # Mail
impl BoxOffice {
    /// Sends the mails that are due. It takes less than a minute, however slow the mail server is, and works on no mail
    /// that another process is working on. It is what the job `mail-send` does; its fence makes sure that a runner that has
    /// lost its lock begins nothing.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// let fence = box_office.next_fence("mail-send").await?;
    /// assert_eq!(box_office.send_mail(&fence).await?.sent, 1, "the buyer was told");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// `D_001` when the fence is not the newest. A mail that cannot be sent is no error.
    pub async fn send_mail(&self, fence: &Fence) -> Result<MailReport, Error> {
        self.0.dispatch.run(fence).await
    }

    /// The newest mails to all users, for admins.
    ///
    /// ```
    /// use ticket_core::MailFilter;
    /// use ticket_core::domain::{MailKind, MailState};
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// box_office.book(mina, vec![seats[0]]).await?;
    /// let pending = MailFilter { state: Some(MailState::Pending), ..MailFilter::default() };
    /// let mails = box_office.list_mail(pending).await?;
    /// assert_eq!((mails[0].email.as_str(), mails[0].kind), ("mina@example.com", MailKind::Booked));
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn list_mail(&self, filter: MailFilter) -> Result<Vec<MailRow>, Error> {
        self.0.store.list_mail(filter).await
    }

    /// Has a mail tried again at once, and for another day. False when there is none with this id, or it is sent or being
    /// sent.
    ///
    /// ```
    /// use ticket_core::MailFilter;
    /// use ticket_core::domain::MailState;
    ///
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// # box_office.book(mina, vec![seats[0]]).await?;
    /// let pending = MailFilter { state: Some(MailState::Pending), ..MailFilter::default() };
    /// for mail in box_office.list_mail(pending).await? {
    ///     assert!(box_office.retry_mail(mail.id).await?);
    /// }
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn retry_mail(&self, mail: MailId) -> Result<bool, Error> {
        self.0.store.retry_mail(mail, self.now()).await
    }

    /// Whether [`BoxOffice::retry_mail`] would do anything just now.
    ///
    /// ```
    /// # use ticket_core::testing::Example;
    /// # Example::run(async |Example { box_office, mina, seats, .. }| {
    /// # box_office.book(mina, vec![seats[0]]).await?;
    /// # let mail = box_office.list_mail(Default::default()).await?[0].id;
    /// assert!(box_office.can_retry_mail(mail).await?);
    /// box_office.run_job("mail-send", false).await?;
    /// assert!(!box_office.can_retry_mail(mail).await?, "it is sent");
    /// # Ok(())
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn can_retry_mail(&self, mail: MailId) -> Result<bool, Error> {
        self.0.store.can_retry_mail(mail, self.now()).await
    }
}
