//! Rows about importing a large hall, by the program as an admin runs it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use rusqlite::{Connection, params};
use tempfile::TempDir;
use ticket_core::{BoxOffice, Config};

use crate::load::{REPETITIONS, median};
use crate::table::{Goal, Table};

const SEATS: u32 = 50_000;
const ROW_SEATS: u32 = 100;

const CSV: &str = "import of 50,000 seats, CSV";
const CSV_MEMORY: &str = "memory of importing 50,000 seats, CSV";
const PRETIX: &str = "import of 50,000 seats, pretix";
const PRETIX_MEMORY: &str = "memory of importing 50,000 seats, pretix";
const FLOOR: &str = "floor: 50,000 inserts of seats";

const SHOW: &str = "venue.name = \"Stadium\"
show = { name = \"Final\", category = \"CONCERT\", running-minutes = 120 }
prices.R = 30000
performances = [{ date = 2031-05-02, start = 19:30:00 }]
";

pub(crate) fn measure(table: &mut Table, admin: &Path) -> anyhow::Result<()> {
    if !table.wants(&[CSV, CSV_MEMORY, PRETIX, PRETIX_MEMORY, FLOOR]) {
        return Ok(());
    }
    let floor = repeated(|| insert_alone(&new_shop()?))?;
    table.add(FLOOR, "s", None, floor, Goal::None);
    for (plan, grades, [name, memory]) in
        [(csv(), "", [CSV, CSV_MEMORY]), (pretix(), "\ngrades = { Main = \"R\" }", [PRETIX, PRETIX_MEMORY])]
    {
        let mut peaks = Vec::new();
        let took = repeated(|| {
            let folder = new_shop()?;
            fs::write(folder.path().join("plan"), &plan)?;
            fs::write(folder.path().join("show.toml"), format!("{SHOW}[plan]\nfile = \"plan\"{grades}\n"))?;
            let (took, peak) = apply(admin, &folder)?;
            peaks.extend(peak);
            Ok(took)
        })?;
        table.add(name, "s", Some(floor), took, Goal::Within { times: 0.0, plus: 1.0 });
        if let Some(peak) = peaks.into_iter().reduce(f64::max) {
            table.add(memory, "MB", None, peak, Goal::AtMost(100.0));
        }
    }
    Ok(())
}

/// The median of some repetitions, in seconds.
fn repeated(once: impl FnMut() -> anyhow::Result<Duration>) -> anyhow::Result<f64> {
    let took = std::iter::repeat_with(once).take(REPETITIONS).collect::<anyhow::Result<_>>()?;
    Ok(median(took).as_secs_f64())
}

fn new_shop() -> anyhow::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    BoxOffice::create(&Config::new(folder.path().join("tickets.db")), &TimeZone::UTC)?;
    Ok(folder)
}

/// The whole run of the program, and the most memory that it has occupied in MB, where the system tells it.
fn apply(admin: &Path, folder: &TempDir) -> anyhow::Result<(Duration, Option<f64>)> {
    let mut command = Command::new(admin);
    command.args(["apply", "--file", "show.toml"]).current_dir(folder).env_remove("TICKET_DATABASE");
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    let end = loop {
        if let Some(end) = child.try_wait()? {
            break end;
        }
        // It only grows, so that the last look before the end counts.
        peak = fs::read_to_string(&status).ok().and_then(|status| peak_mb(&status)).or(peak);
        std::thread::sleep(Duration::from_millis(1));
    };
    anyhow::ensure!(end.success(), "the import has failed: {end}");
    Ok((begin.elapsed(), peak))
}

fn peak_mb(status: &str) -> Option<f64> {
    let kib: f64 =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

/// The same rows in the same table, one durable transaction, and nothing around it.
fn insert_alone(folder: &TempDir) -> anyhow::Result<Duration> {
    let mut connection = Connection::open(folder.path().join("tickets.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -16 * 1024)?;
    let begin = Instant::now();
    let transaction = connection.transaction()?;
    transaction.execute_batch(
        "INSERT INTO venue VALUES (1, 'Stadium', '', '', '');
         INSERT INTO show VALUES (1, 1, 'Final', 'CONCERT', '2031-05-02', '2031-05-02', 120, 0, '', 50000, 'KRW', 10, 0);
         INSERT INTO performance (id, show_id, date, round, start_time, starts_at, sale_closes_at)
         VALUES (1, 1, '2031-05-02', 1, '19:30:00', 0, 0);",
    )?;
    let mut insert = transaction.prepare(
        "INSERT INTO seat (performance_id, guid, ordinal, grade, price, sector, row, number, label, is_seat, x, y)
         VALUES (1, ?1, ?2, 'R', 30000, 'Main', ?3, ?4, ?5, 1, ?6, ?7)",
    )?;
    for seat in 0..SEATS {
        let (row, number) = (seat / ROW_SEATS, seat % ROW_SEATS + 1);
        let (guid, row_name, label) = (format!("Main/{row}/{number}"), row.to_string(), number.to_string());
        insert.execute(params![guid, seat, row_name, number, label, f64::from(number), f64::from(row)])?;
    }
    drop(insert);
    transaction.commit()?;
    Ok(begin.elapsed())
}

fn csv() -> String {
    let mut text = "sector,row,number,grade,price\n".to_owned();
    for seat in 0..SEATS {
        // Writing to a string does not fail.
        let _ = writeln!(text, "Main,{},{},R,30000", seat / ROW_SEATS, seat % ROW_SEATS + 1);
    }
    text
}

fn pretix() -> String {
    let rows: Vec<String> = (0..SEATS / ROW_SEATS).map(pretix_row).collect();
    format!(
        "{{\"name\": \"Stadium\", \"categories\": [{{\"name\": \"Main\", \"color\": \"red\"}}], \"zones\": [{{\"name\": \"Main\", \
         \"position\": {{\"x\": 0, \"y\": 0}}, \"rows\": [{}], \"areas\": []}}]}}",
        rows.join(",\n")
    )
}

fn pretix_row(row: u32) -> String {
    let seat = |number| {
        format!(
            "{{\"seat_guid\": \"{:08x}-1f6e-4c2b-9d1a-{number:012x}\", \"seat_number\": \"{number}\", \
             \"position\": {{\"x\": {}, \"y\": 0}}, \"category\": \"Main\"}}",
            row,
            number * 25
        )
    };
    let seats: Vec<String> = (1..=ROW_SEATS).map(seat).collect();
    format!(
        "{{\"row_number\": \"{row}\", \"position\": {{\"x\": 0, \"y\": {}}}, \"seats\": [{}]}}",
        row * 30,
        seats.join(",\n")
    )
}
