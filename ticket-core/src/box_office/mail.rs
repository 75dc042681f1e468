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
    /// # Errors
    ///
    /// `D_001` when the fence is not the newest. A mail that cannot be sent is no error.
    pub async fn send_mail(&self, fence: &Fence) -> Result<MailReport, Error> {
        self.0.dispatch.run(fence).await
    }

    /// The newest mails to all users, for admins.
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
    /// # Errors
    ///
    /// [`Error`] as for every call.
    pub async fn retry_mail(&self, mail: MailId) -> Result<bool, Error> {
        self.0.store.retry_mail(mail, self.now()).await
    }
}
