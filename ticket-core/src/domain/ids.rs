//! Every id has its own type, so that a seat can never be passed where a ticket is meant.

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
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
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id! {
    /// A venue.
    VenueId
}
id! {
    /// A show.
    ShowId
}
id! {
    /// One staging of a show.
    PerformanceId
}
id! {
    /// A seat of one performance: the same chair has another id on another evening.
    SeatId
}
id! {
    /// A sold set of seats.
    BookingId
}
id! {
    /// One seat of a booking.
    TicketId
}
id! {
    /// A mail to a user.
    MailId
}
id! {
    /// An account.
    UserId
}
id! {
    /// An entry of the waitlist.
    EntryId
}
