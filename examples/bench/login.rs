//! Whether the time of a refused login tells if the email has joined, and what memory many of them leave behind.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use hyper::{Method, StatusCode};
use serde_json::json;
use ticket_examples::http::Connection;

use crate::load::{median, milliseconds};
use crate::shop::Shop;
use crate::table::{Goal, Table};

/// Of each kind, in turns.
const LOGINS: usize = 300;
const WARM_UP: usize = 10;
/// Who then guess at the same time, and how often each.
const CROWD: usize = 40;
const GUESSES: usize = 8;

const MEDIANS: &str = "refused login, unknown email / known, medians";
const RANKS: &str = "refused login, how often an unknown email takes longer";
const MEMORY: &str = "server memory, after 940 refused logins";

#[expect(clippy::cast_precision_loss, reason = "there are not that many cores")]
pub(crate) async fn measure(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    if !table.wants(&[MEDIANS, RANKS, MEMORY]) {
        return Ok(());
    }
    let shop = Shop::build((1, 100), 1, None).await?;
    let server = shop.serve(program).await?;
    let mut connection = Connection::open(server.address).await?;
    let join = json!({"email": "known@example.com", "password": "correct horse", "name": "Known"});
    let request = connection.request(Method::POST, "/api/users", None, join.to_string())?;
    let (status, _) = connection.send(request).await?;
    anyhow::ensure!(status.is_success(), "joining was refused: {status}");

    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for n in 0..WARM_UP + LOGINS {
        // Each time the other one comes first, so that what goes before meets both.
        for is_known in [n % 2 == 0, n % 2 != 0] {
            // As long as the known one.
            let email = if is_known { "known@example.com".to_owned() } else { format!("{n:05}@example.com") };
            let took = refuse(&mut connection, &email).await?;
            if n >= WARM_UP {
                if is_known { &mut known } else { &mut unknown }.push(took);
            }
        }
    }
    let ranks = how_often_longer(&unknown, &known);
    let (known, unknown) = (milliseconds(median(known)), milliseconds(median(unknown)));
    // Two in a hundred are less than what one login differs from the next by, and less than any network adds.
    table.add(MEDIANS, "ms", Some(known), unknown, Goal::Between { least: 0.98, most: 1.02 });
    // 0.5 when nothing can be told. Of 300 pairs that alone varies by 0.024; allowed is three times that.
    table.add(RANKS, "of pairs", None, ranks, Goal::Between { least: 0.43, most: 0.57 });

    let crowd: Vec<_> = (0..CROWD).map(|who| tokio::spawn(guess(server.address, who))).collect();
    for guesser in crowd {
        guesser.await??;
    }
    // Of 19 MiB each hash needs, one for each core is kept.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    table.add(MEMORY, "MB", None, server.resident_mb()?, Goal::AtMost(50.0 + 20.0 * cores as f64));
    Ok(())
}

async fn guess(server: SocketAddr, who: usize) -> anyhow::Result<()> {
    let mut connection = Connection::open(server).await?;
    for n in 0..GUESSES {
        refuse(&mut connection, &format!("{who:02}-{n:02}@example.com")).await?;
    }
    Ok(())
}

async fn refuse(connection: &mut Connection, email: &str) -> anyhow::Result<Duration> {
    let login = json!({"email": email, "password": "a wrong password"}).to_string();
    let request = connection.request(Method::POST, "/api/auth/login", None, login)?;
    let begin = Instant::now();
    let (status, _) = connection.send(request).await?;
    anyhow::ensure!(status == StatusCode::UNAUTHORIZED, "a wrong password was answered {status}");
    Ok(begin.elapsed())
}

/// Of all pairs of one of each, in how many the first is the longer (Mann and Whitney's U, as a share).
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn how_often_longer(these: &[Duration], those: &[Duration]) -> f64 {
    let longer: usize = these.iter().map(|this| those.iter().filter(|that| this > *that).count()).sum();
    longer as f64 / (these.len() * those.len()) as f64
}
