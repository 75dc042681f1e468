use anyhow::Result;
use serde::Serialize;
use ticket_core::BoxOffice;
use ticket_core::domain::{self, VenueEdit, VenueId, VenuePlan};

use super::change::{Deletion, DryRun, tell};
use super::in_shop;
use crate::cli::Global;
use crate::consent::{by_name, end_without};
use crate::csv::Record;
use crate::exit::Exit;
use crate::output::{self, number, text};

/// Look at venues, and change them
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Venue {
    /// All venues
    List,
    /// One venue
    Get {
        /// Its id
        venue: VenueId,
    },
    Create(Create),
    Edit(Edit),
    Delete(Delete),
}

/// Add a venue
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin venue create --name 'Blue Square' --contact +82-2-1544-1555
  ticket-admin venue create --name Studio --url https://studio.example")]
pub(crate) struct Create {
    /// Its name, which no other has
    #[arg(long, value_name = "NAME")]
    name: String,
    #[command(flatten)]
    texts: Texts,
    #[command(flatten)]
    dry: DryRun,
}

/// Change a venue
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin venue edit 3 --contact box-office@example.com")]
pub(crate) struct Edit {
    /// Its id
    venue: VenueId,
    /// Another name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    texts: Texts,
    #[command(flatten)]
    dry: DryRun,
}

/// Delete a venue at which nothing plays
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin venue delete 3 --dry-run")]
pub(crate) struct Delete {
    /// Its id
    venue: VenueId,
    #[command(flatten)]
    deletion: Deletion,
}

#[derive(Debug, clap::Args)]
struct Texts {
    /// Telephone or mail of the box office; it is in mails to buyers
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,
    /// Postal address
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// Web page
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

/// A venue with the field names of the API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    venue_id: VenueId,
    show_place_name: String,
    show_place_contact_info: String,
    show_place_address: String,
    show_place_url: String,
}

impl Record for Item {
    const COLUMNS: &'static [&'static str] =
        &["venueId", "showPlaceName", "showPlaceContactInfo", "showPlaceAddress", "showPlaceUrl"];
}

impl Venue {
    pub(crate) fn run(self, global: &Global) -> Result<Exit> {
        match self {
            Self::List => list(global),
            Self::Get { venue } => get(global, venue),
            Self::Create(create) => create.run(global),
            Self::Edit(edit) => edit.run(global),
            Self::Delete(delete) => delete.run(global),
        }
    }
}

fn list(global: &Global) -> Result<Exit> {
    let venues = in_shop(global, async |shop: &BoxOffice| Ok(shop.venues().await?))?;
    let venues: Vec<Item> = venues.into_iter().map(Item::from).collect();
    let columns =
        [number("ID"), text("VENUE"), text("CONTACT").spare(2), text("ADDRESS").spare(3), text("URL").spare(1)];
    output::list(global.format, "venues", &venues, columns, Item::row)?;
    Ok(Exit::Ok)
}

fn get(global: &Global, id: VenueId) -> Result<Exit> {
    let venue = Item::from(in_shop(global, async |shop: &BoxOffice| Ok(shop.venue(id).await?))?);
    output::record(global.format, &venue, output::fields)?;
    Ok(Exit::Ok)
}

impl Create {
    fn run(self, global: &Global) -> Result<Exit> {
        let Texts { contact, address, url } = self.texts;
        let venue = VenuePlan {
            name: self.name,
            contact: contact.unwrap_or_default(),
            address: address.unwrap_or_default(),
            url: url.unwrap_or_default(),
        };
        let dry_run = self.dry.dry_run;
        let changed = in_shop(global, async |shop: &BoxOffice| Ok(shop.add_venue(venue, dry_run).await?))?;
        tell(global.format, changed, dry_run, Item::from)
    }
}

impl Edit {
    fn run(self, global: &Global) -> Result<Exit> {
        let Texts { contact, address, url } = self.texts;
        let edit = VenueEdit { name: self.name, contact, address, url };
        let (id, dry_run) = (self.venue, self.dry.dry_run);
        let changed = in_shop(global, async |shop: &BoxOffice| Ok(shop.edit_venue(id, edit, dry_run).await?))?;
        tell(global.format, changed, dry_run, Item::from)
    }
}

impl Delete {
    fn run(self, global: &Global) -> Result<Exit> {
        let Deletion { dry_run, yes } = self.deletion;
        in_shop(global, async |shop: &BoxOffice| {
            let name = shop.venue(self.venue).await?.name;
            let question = format!("Delete venue {}?", self.venue);
            if let Some(exit) = end_without(by_name(yes || dry_run, &question, &name), "nothing was deleted") {
                return Ok(exit);
            }
            tell(global.format, shop.delete_venue(self.venue, dry_run).await?, dry_run, Item::from)
        })
    }
}

impl Item {
    fn row(&self) -> [String; 5] {
        [
            self.venue_id.to_string(),
            self.show_place_name.clone(),
            self.show_place_contact_info.clone(),
            self.show_place_address.clone(),
            self.show_place_url.clone(),
        ]
    }
}

impl From<domain::Venue> for Item {
    fn from(venue: domain::Venue) -> Self {
        Self {
            venue_id: venue.id,
            show_place_name: venue.name,
            show_place_contact_info: venue.contact,
            show_place_address: venue.address,
            show_place_url: venue.url,
        }
    }
}
