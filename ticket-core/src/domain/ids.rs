//! Every id has its own type, so that a seat can never be passed where a ticket is meant.

macro_rules! id {
    ($(#[$meta:meta])* $what:literal $name:ident) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(maximum = 9_223_372_036_854_775_807_i64))]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = super::ParseError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let id = text.parse().map_err(|_| super::ParseError::new($what, text, "a whole number, such as 17"))?;
                Ok(Self(id))
            }
        }
    };
}

id! {
    /// The id of a venue.
    "venue id" VenueId
}
id! {
    /// The id of a show.
    "show id" ShowId
}
id! {
    /// The id of a performance.
    "performance id" PerformanceId
}
id! {
    /// The id of a seat of one performance: the same chair has another id on another evening.
    "seat id" SeatId
}
id! {
    /// The id of a booking.
    "booking id" BookingId
}
id! {
    /// The id of a ticket.
    "ticket id" TicketId
}
id! {
    /// The id of a mail to a user.
    "mail id" MailId
}
id! {
    /// The id of an account.
    "user id" UserId
}
id! {
    /// The id of an entry of the waitlist.
    "waitlist entry id" EntryId
}

/// Those that are named more than once, each once.
#[cfg(feature = "engine")]
pub(crate) fn repeated<Id: Copy + Ord>(ids: &[Id]) -> Vec<Id> {
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    let mut repeated: Vec<Id> = sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    repeated.dedup();
    repeated
}
