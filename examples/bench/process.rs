//! Rows about the server as a process.

use std::path::Path;
use std::time::Duration;

use hyper::Method;
use ticket_examples::http::Connection;

use crate::load::{REPETITIONS, median, milliseconds};
use crate::reading::seats_path;
use crate::shop::Shop;
use crate::table::{Goal, Table};

const MAPS: usize = 10;
const SEATS: u32 = 50_000;

const READY: &str = "server ready";
const IDLE_MEMORY: &str = "server memory, idle";
const MAPS_MEMORY: &str = "server memory, ten maps of 50,000 seats";

pub(crate) async fn measure(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    if !table.wants(&[READY, IDLE_MEMORY, MAPS_MEMORY]) {
        return Ok(());
    }
    let shop = Shop::build((MAPS, SEATS), 1, None).await?;
    let mut starts = Vec::new();
    for _ in 0..REPETITIONS {
        starts.push(shop.serve(program).await?.age());
    }
    table.add(READY, "ms", None, milliseconds(median(starts)), Goal::AtMost(200.0));

    let server = shop.serve(program).await?;
    // What starting took is given back by then; measured is what it keeps.
    tokio::time::sleep(Duration::from_secs(1)).await;
    table.add(IDLE_MEMORY, "MB", None, server.resident_mb()?, Goal::AtMost(30.0));
    let mut connection = Connection::open(server.address).await?;
    for house in &shop.houses {
        let request = connection.request(Method::GET, &seats_path(house.performance), None, Vec::new())?;
        let (status, _) = connection.send(request).await?;
        anyhow::ensure!(status.is_success(), "a seat map was refused: {status}");
    }
    table.add(MAPS_MEMORY, "MB", None, server.resident_mb()?, Goal::AtMost(100.0));
    Ok(())
}
