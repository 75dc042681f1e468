use super::named_enum;

named_enum! {
    /// What a mail tells.
    #[non_exhaustive]
    "kind of mail" MailKind {
        /// Seats were booked.
        Booked = "BOOKED",
        /// Seats were given back, as their buyer has asked.
        Canceled = "CANCELED",
        /// Tickets were cancelled by the organiser.
        Revoked = "REVOKED",
        /// Tickets were cancelled with their performance.
        PerformanceCanceled = "PERFORMANCE_CANCELED",
        /// A ticket is for another seat now.
        Moved = "MOVED",
        /// Seats are offered to somebody who waits for them.
        Offered = "OFFERED",
    }
}

named_enum! {
    /// Where a mail stands.
    "state of mail" MailState {
        /// It will be tried again.
        Pending = "PENDING",
        /// The mailer has taken it.
        Sent = "SENT",
        /// It will not be tried again, unless somebody asks for it.
        GivenUp = "GIVEN_UP",
    }
}
