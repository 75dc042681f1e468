//! The demo's shop: an empty database in a folder, filled with the shows of `examples/shows`.

use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use ticket_core::import::show_file::{ShowFileOptions, parse};
use ticket_core::jobs::Jobs;
use ticket_core::{BoxOffice, Config, PasswordCost};

/// The newest show is listed first, so the hall that shows most on any screen comes last here.
const SHOWS: [&str; 4] = [
    include_str!("../../../examples/shows/modu-art-theater.toml"),
    include_str!("../../../examples/shows/seoul-world-cup-stadium.toml"),
    include_str!("../../../examples/shows/kspo-dome.toml"),
    include_str!("../../../examples/shows/blue-square.toml"),
];
/// Nobody attacks accounts that live as long as this process.
const PASSWORD_COST: PasswordCost = PasswordCost { memory_kib: 64, passes: 1 };

/// Opens a shop in this folder whose shows begin tomorrow, and whose holds are in this Redis, if any.
pub(super) async fn open(folder: &Path, redis: Option<String>) -> anyhow::Result<BoxOffice> {
    // As a shop has them, but what is given back is on sale again while one looks, and what sells best is seen.
    let jobs =
        Jobs::default().schedule("waitlist-offer", "*/20 * * * * *").schedule("ranking-refresh", "*/15 * * * * *");
    let config = Config { password_cost: PASSWORD_COST, redis, jobs, ..Config::new(folder.join("tickets.db")) };
    let time_zone = TimeZone::get("Asia/Seoul")?;
    BoxOffice::create(&config, &time_zone)?;
    let box_office = BoxOffice::open(config)?;
    let tomorrow = tomorrow(&box_office)?;
    for show in SHOWS {
        let options = ShowFileOptions { time_zone: time_zone.clone(), starting: Some(tomorrow) };
        box_office.apply(parse(show, &options)?, false).await?;
    }
    Ok(box_office)
}

fn tomorrow(box_office: &BoxOffice) -> Result<Date, jiff::Error> {
    box_office.clock().now().to_zoned(box_office.time_zone().clone()).date().checked_add(1.day())
}
