use anyhow::Context as _;
use jiff::tz::TimeZone;
use tempfile::TempDir;
use ticket_core::{BoxOffice, Config};
use ticket_examples::crowd::{self, Buyer};
use ticket_examples::hall::{Hall, House};

use crate::options::Options;

/// Where the seats are sold, and who wants them.
pub(crate) struct Shop {
    /// Over the database itself, whether or not the buyers come through a server.
    pub(crate) box_office: BoxOffice,
    pub(crate) house: House,
    pub(crate) buyers: Vec<Buyer>,
    /// Of a temporary database; gone when it is dropped.
    _folder: Option<TempDir>,
}

impl Shop {
    pub(crate) async fn open(options: &Options) -> anyhow::Result<Self> {
        let folder = options.database.is_none().then(tempfile::tempdir).transpose()?;
        let database = match (&options.database, &folder) {
            (Some(database), _) => database.clone(),
            (None, Some(folder)) => folder.path().join("tickets.db"),
            (None, None) => anyhow::bail!("there is no place for a database"),
        };
        let config = Config { redis: options.redis.clone(), ..Config::new(database) };
        if folder.is_some() {
            BoxOffice::create(&config, &TimeZone::UTC)?;
        }
        let box_office = BoxOffice::open(config)?;
        let name = format!("contention-{:x}", rand::random::<u64>());
        let hall =
            Hall { name: name.clone(), seats: options.seats, performances: 1, seats_per_buyer_max: options.party };
        let house = hall.open(&box_office).await?.pop().context("the show has no performance")?;
        let buyers = crowd::gather(&box_office, &name, options.buyers).await?;
        Ok(Self { box_office, house, buyers, _folder: folder })
    }
}
