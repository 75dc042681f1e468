//! Mail: what users are told, in their language, and who delivers it.
//!
//! Buyers are mailed about bookings, cancellations, moved tickets and offers from the waitlist. Who delivers a mail is
//! the setting [`Config::mailer`](crate::Config::mailer): [`LogMailer`] writes a line to the log, [`SmtpMailer`] hands
//! it to a mail server, and a [`Mailer`] of one's own does what it likes. Nothing is sent unless some process
//! [runs the jobs](crate::jobs::run), or [`BoxOffice::run_job`](crate::BoxOffice::run_job) with `mail-send`; no sale
//! ever waits for it.
//!
//! What happened is queued in the transaction in which it happened. A job leases what is due, writes each mail, hands it to
//! the [`Mailer`], and records what has become of it. A sender that dies between the two leaves the mail to the next
//! one, which sends it again with the same Message-ID: at least once.

mod dispatch;
mod letter;
mod log_mailer;
mod mailer;
mod sender;
mod setting;
mod smtp;
mod smtp_url;

/// For a [`Mailer`] of one's own.
#[doc(no_inline)]
pub use async_trait::async_trait;
pub(crate) use dispatch::Dispatch;
pub use dispatch::MailReport;
pub use log_mailer::LogMailer;
pub use mailer::{Mail, MailError, Mailer};
pub use sender::MailSender;
pub use setting::SmtpSetting;
pub use smtp::SmtpMailer;
pub use smtp_url::SmtpUrl;
