use super::VenueId;

/// A place where shows are staged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Venue {
    /// Its id.
    pub id: VenueId,
    /// Unique name.
    pub name: String,
    /// Telephone or mail of the box office, as printed.
    pub contact: String,
    /// Postal address.
    pub address: String,
    /// Web page.
    pub url: String,
}
